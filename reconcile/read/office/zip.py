"""Office documents as zip archives of XML parts: what would do harm is refused before a library sees it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from copy import copy

from reconcile.core.limits import RefusedError
from reconcile.core.messages import say
from reconcile.core.settings import Settings
from reconcile.read.kinds import name_archive

# An office document is XML packed about tenfold; what unpacks to more than this is no document.
_UNPACKED = 20
_CHUNK = 1 << 20
# Libraries keep an object for every element, also for those that hold nothing.
_ELEMENTS_PER_CELL = 3
_LONGEST_TAG = 10_000
# Encodings in which a tag is written in the letters that are looked for.
_ENCODING = re.compile(
    rb"<\?xml[^>]{0,80}encoding\s*=\s*[\"'](?!(?i:utf-?8|utf-?16|us-ascii|ascii|iso-8859-1|windows-125[0-9])[\"'])"
)
_FIRST = re.compile(rb"PK\x03\x04.{26}(word/|xl/|ppt/|mimetype|content\.xml)", re.DOTALL)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_archive(data: bytes, settings: Settings, part: str) -> zipfile.ZipFile:
    """Open an archive that holds ``part``. Raises RefusedError where it is broken, encrypted or too large."""
    if data[:8] == _OLE:
        raise RefusedError("R004", say("encrypted, or of an older format; not read"))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise RefusedError("R001", say("a truncated or broken archive: {error}", error=describe(error))) from error
    parts = archive.infolist()
    if any(entry.flag_bits & 1 for entry in parts):
        raise RefusedError("R004", say("encrypted; not read"))
    if sum(entry.file_size for entry in parts) > settings.max_bytes * _UNPACKED:
        raise RefusedError(
            "R004",
            say(
                "unpacks to more than {times} times the limit max_bytes = {limit:,}; not read",
                times=_UNPACKED,
                limit=settings.max_bytes,
            ),
        )
    if not any(entry.filename == part for entry in parts):
        raise RefusedError("R001", name_archive(data) or say("its part {part} is missing", part=part))
    return archive


def first_folder(head: bytes) -> bytes:
    """Return the part or folder that the head of a zip names first: ``word/``, ``xl/``, ``ppt/`` or OpenDocument's; b'' for others.

    A document may embed those of other kinds: its own parts stand first.
    """
    first = _FIRST.search(head) if head.startswith(b"PK\x03\x04") else None
    return first.group(1) if first is not None else b""


def check_parts(archive: zipfile.ZipFile, settings: Settings) -> None:
    """Look through all XML parts of an archive. Raises RefusedError as ``read_tags`` does."""
    for part in archive.infolist():
        for _ in read_tags(archive, part, settings):
            pass


def read_tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo, settings: Settings) -> Iterator[bytes]:
    """An XML part in pieces that end where a tag ends; nothing of a part that is no XML.

    Raises RefusedError where it declares a document type, entities, or an encoding that could hide them, or holds more
    elements than a library could keep.
    """
    rest = b""
    elements = 0
    name = part.filename[:100]
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            # In UTF-16 every other byte is nought.
            text = chunk.replace(b"\0", b"")
            if file.tell() <= _CHUNK:
                if not text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
                    return
                if _ENCODING.search(text[:200]):
                    raise RefusedError("R004", say("its part {part} is in an odd encoding; not read", part=name))
            elements += text.count(b"<") - text.count(b"</")
            if elements > _ELEMENTS_PER_CELL * settings.max_cells:
                told = say("its part {part} holds more elements than {each} for each of max_cells = {limit:,}; not read",
                           part=name, each=_ELEMENTS_PER_CELL, limit=settings.max_cells)  # fmt: skip
                raise RefusedError("R004", told)
            text = rest + text
            cut = max(text.rfind(b">") + 1, len(text) - _LONGEST_TAG)
            text, rest = text[:cut], text[cut:]
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise RefusedError("R004", say("its part {part} declares a document type; not read", part=name))
            yield text


def replace_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The archive ``data`` with other contents for the parts named; all others, their order and their dates are kept."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        new.comment = old.comment
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(copy(entry), parts.get(entry.filename, content), entry.compress_type)
            # Where there are none, those of a file that only its owner may read are put in.
            new.filelist[-1].external_attr = entry.external_attr
    return written.getvalue()


def describe(error: Exception) -> str:
    """What went wrong, in one line."""
    # Libraries wrap it in words that name no place.
    error = error.__cause__ if isinstance(error.__cause__, Exception) else error
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:200]}".strip(": ")
