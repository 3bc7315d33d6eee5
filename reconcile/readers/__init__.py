"""Readers: one module per format. A new one is a module here and its name in ``CONTAINERS`` or ``TEXTS``.

A reader has ``NAME``, ``SUFFIXES``, ``recognises(head)`` and ``read(path, content, settings)``; the first one that
recognises the content reads it, whatever the file is called. Readers of containers (a spreadsheet, say) are given
bytes, readers of text are given text. Heavy libraries are imported in ``read``, not by the module.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import ModuleType

from reconcile.encoding import decode
from reconcile.location import Location
from reconcile.model import Document, Fault
from reconcile.readers import markdown, pdf, text
from reconcile.settings import Settings

CONTAINERS: tuple[ModuleType, ...] = (pdf,)
TEXTS: tuple[ModuleType, ...] = (markdown, text)
READERS = CONTAINERS + TEXTS
FORMATS = tuple(reader.NAME for reader in READERS)
SUFFIXES = tuple(suffix for reader in READERS for suffix in reader.SUFFIXES)
_HEAD = 200_000


def read_path(path: str, settings: Settings, format: str | None = None) -> Document:
    """Read the file at ``path``. A file that cannot be read gives a document with a fault, never an exception."""
    try:
        with open(path, "rb") as file:
            data = file.read(settings.max_bytes + 1)
    except (OSError, ValueError) as error:
        return _faulty(path, "R001", f"cannot be read: {getattr(error, 'strerror', None) or error}")
    return read_bytes(path, data, settings, format)


def read_bytes(path: str, data: bytes, settings: Settings, format: str | None = None) -> Document:
    """Read a document from its bytes; ``path`` names it in findings, ``format`` overrides recognition."""
    if len(data) > settings.max_bytes:
        return _faulty(path, "R004", f"larger than the limit max_bytes = {settings.max_bytes:,}; not read")
    for reader in CONTAINERS:
        if format == reader.NAME or (format is None and reader.recognises(data[:_HEAD])):
            document = _within_limits(reader.read(path, data, settings), settings)
            return replace(document, sha256=hashlib.sha256(data).hexdigest())
    decoded = decode(data)
    if decoded is None:
        return _faulty(path, "R001", f"not text in any encoding known here (begins with bytes {data[:8].hex(' ')})")
    document = read_text(path, decoded.text, settings, format)
    faults = document.faults
    if decoded.doubt:
        faults = (*faults, Fault("R003", decoded.doubt, Location(path)))
    return replace(document, encoding=decoded.encoding, sha256=hashlib.sha256(data).hexdigest(), faults=faults)


def read_text(path: str, content: str, settings: Settings, format: str | None = None) -> Document:
    """Read a document from its text. Raises ValueError for an unknown format."""
    longest = max(map(len, content.splitlines()), default=0)
    if longest > settings.max_line:
        return _faulty(
            path, "R004", f"has a line of {longest:,} characters, over the limit max_line = {settings.max_line:,}"
        )
    head = content[:_HEAD]
    for reader in TEXTS:
        if format == reader.NAME or (format is None and reader.recognises(head)):
            return _within_limits(reader.read(path, content, settings), settings)
    raise ValueError(f"unknown format {format!r}; known are {', '.join(reader.NAME for reader in TEXTS)}")


def _within_limits(document: Document, settings: Settings) -> Document:
    cells = sum(len(table.rows) * table.width for table in document.tables)
    if cells <= settings.max_cells:
        return document
    return _faulty(
        document.path, "R004", f"has {cells:,} cells in its tables, over the limit max_cells = {settings.max_cells:,}"
    )


def _faulty(path: str, code: str, message: str) -> Document:
    return Document(path, "unknown", faults=(Fault(code, message, Location(path)),))
