"""Readers: one module per format. A new one is a module here and its line in ``READERS``.

A reader has ``NAME``, ``SUFFIXES``, ``recognises(head)`` and ``read(path, content, settings)``; the first one that
recognises the content reads it, whatever the file is called. Readers of containers (a spreadsheet, say) are given
bytes, readers of text are given text. A reader's module is loaded when the content bears its mark, so that a press
release does not pay for PDF; heavy libraries are imported in ``read``.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace
from types import ModuleType
from typing import NamedTuple

from reconcile.core.document import Document, Fault
from reconcile.core.files import open_regular
from reconcile.core.limits import Clock, OvertimeError, RefusedError
from reconcile.core.location import Location
from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings
from reconcile.read.encoding import decode
from reconcile.read.kinds import name_kind
from reconcile.read.remote import fetch, is_url

_ZIP, _OLE, _PDF = b"PK", b"\xd0\xcf\x11\xe0", b"%PDF-"
_HEAD = 200_000


class Reader(NamedTuple):
    """A reader's name (its module's), the suffixes of its files, and what stands in the beginning of all of them."""

    name: str
    suffixes: tuple[str, ...]
    mark: bytes | str

    def load(self) -> ModuleType:
        """Import and return the reader's module, so that a press release does not pay for PDF."""
        match self.name:
            case "xlsx":
                from reconcile.read.office import xlsx

                return xlsx
            case "ods":
                from reconcile.read.office import ods

                return ods
            case "docx":
                from reconcile.read.office import docx

                return docx
            case "xls":
                from reconcile.read.office import xls

                return xls
            case "pdf":
                from reconcile.read.pdf import pdf

                return pdf
            case "pptx":
                from reconcile.read.office import pptx

                return pptx
            case "odt":
                from reconcile.read.office import odt

                return odt
            case "eml":
                from reconcile.read.text import eml

                return eml
            case "rtf":
                from reconcile.read.text import rtf

                return rtf
            case "html":
                from reconcile.read.markup import html

                return html
            case "markdown":
                from reconcile.read.markup import markdown

                return markdown
            case "csv":
                from reconcile.read.text import csv

                return csv
            case _:
                from reconcile.read.text import plain

                return plain


READERS = (
    Reader("xlsx", (".xlsx", ".xlsm"), _ZIP),
    Reader("ods", (".ods",), _ZIP),
    Reader("docx", (".docx",), _ZIP),
    Reader("pptx", (".pptx",), _ZIP),
    Reader("odt", (".odt",), _ZIP),
    Reader("xls", (".xls",), _OLE),
    Reader("pdf", (".pdf",), _PDF),
    Reader("eml", (".eml",), b":"),
    Reader("rtf", (".rtf",), "{\\rtf"),
    Reader("html", (".html", ".htm", ".xhtml"), "<"),
    Reader("markdown", (".md", ".markdown", ".mdown"), ""),
    Reader("csv", (".csv", ".tsv", ".tab"), ""),
    Reader("text", (".txt", ".text"), ""),
)
FORMATS = tuple(reader.name for reader in READERS)
SUFFIXES = tuple(suffix for reader in READERS for suffix in reader.suffixes)


def read_path(path: str, settings: Settings, format: str | None = None) -> Document:
    """Read the file at ``path``. A file that cannot be read gives a document with a fault, never an exception."""
    data = read_file(path, settings)
    return data if isinstance(data, Document) else read_bytes(path, data, settings, format)


def read_file(path: str, settings: Settings) -> bytes | Document:
    """The bytes of the file or the URL at ``path``, one more than the limit at most; or a document that says why there are none."""
    try:
        if is_url(path):
            return fetch(path, settings.max_bytes + 1)
        with open_regular(path) as file:
            return file.read(settings.max_bytes + 1)
    except (OSError, ValueError) as error:
        return _faulty(
            path, "R001", say("cannot be read: {error}", error=getattr(error, "strerror", None) or str(error))
        )


def read_bytes(path: str, data: bytes, settings: Settings, format: str | None = None) -> Document:
    """Read a document from its bytes; ``path`` names it in findings, ``format`` overrides recognition."""
    if len(data) > settings.max_bytes:
        return _faulty(
            path, "R004", say("larger than the limit max_bytes = {limit:,}; not read", limit=settings.max_bytes)
        )
    module = _choose(data[:_HEAD], data[:1024], format)
    if module is not None:
        document = _read(module, path, data, settings)
        return replace(document, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    kind = name_kind(data)
    if kind is not None:
        return _faulty(path, "R001", kind)
    decoded = decode(data)
    if decoded is None:
        told = say("not text in any encoding known here (begins with bytes {bytes})", bytes=data[:8].hex(" "))
        return _faulty(path, "R001", told)
    document = read_text(path, decoded.text, settings, format)
    faults = document.faults
    if decoded.doubt:
        faults = (*faults, Fault("R003", decoded.doubt, Location(path), decoded.note))
    digest = hashlib.sha256(data).hexdigest()
    return replace(document, encoding=decoded.encoding, sha256=digest, faults=faults, size=len(data))


def read_text(path: str, content: str, settings: Settings, format: str | None = None) -> Document:
    """Read a document from its text. Raises ValueError for an unknown format."""
    if not unicodedata.is_normalized("NFC", content):
        # Letters in two parts, as macOS writes them in names; columns then count letters as they are seen.
        content = unicodedata.normalize("NFC", content)
    longest = max(map(len, content.splitlines()), default=0)
    if longest > settings.max_line:
        told = say("has a line of {count:,} characters, over the limit max_line = {limit:,}", count=longest,
                   limit=settings.max_line)  # fmt: skip
        return _faulty(path, "R004", told)
    head = content[: max(_HEAD, _end_of_lines(content))]
    module = _choose(head, head, format)
    if module is None:
        texts = (reader.name for reader in READERS if isinstance(reader.mark, str))
        raise ValueError(f"unknown format {format!r}; known are {', '.join(texts)}")
    return _read(module, path, content, settings)


def _end_of_lines(content: str) -> int:
    """Where the fourth line ends: in a table of many columns they are long, and one line tells little."""
    end = 0
    for _ in range(4):
        end = content.find("\n", end) + 1 or len(content)
    return end


def _choose(head: bytes | str, marked: bytes | str, format: str | None) -> ModuleType | None:
    """The first reader of bytes, or of text, that recognises a document by its head, or is the one asked for."""
    for reader in READERS:
        if isinstance(reader.mark, type(head)) and format in (None, reader.name):
            # A mark is only a reason to load the module, which then looks for itself.
            if format is None and reader.mark not in marked:  # type: ignore[operator]
                continue
            module = reader.load()
            if format is not None or module.recognises(head):
                return module
    return None


def _read(module: ModuleType, path: str, content: bytes | str, settings: Settings) -> Document:
    clock = Clock.start(settings)
    try:
        return _within_limits(clock.run(lambda: module.read(path, content, settings)), settings)
    except (RefusedError, OvertimeError) as stopped:
        refusal = stopped if isinstance(stopped, RefusedError) else clock.refusal()
        return replace(_faulty(path, refusal.code, refusal.message), format=module.NAME)


def _within_limits(document: Document, settings: Settings) -> Document:
    cells = sum(len(table.rows) * table.width for table in document.tables)
    if cells <= settings.max_cells:
        return document
    told = say("has {count:,} cells in its tables, over the limit max_cells = {limit:,}", count=cells,
               limit=settings.max_cells)  # fmt: skip
    return _faulty(document.path, "R004", told)


def _faulty(path: str, code: str, message: Message) -> Document:
    return Document(path, "unknown", faults=(Fault(code, message, Location(path)),))
