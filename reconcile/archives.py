"""Office documents as zip archives of XML parts: what would do harm is refused before a library sees it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from reconcile.settings import Settings

# An office document is XML packed about tenfold; what unpacks to more than this is no document.
_UNPACKED = 20
_CHUNK = 1 << 20
_LONGEST_TAG = 10_000
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ENCODING = re.compile(
    rb"<\?xml[^>]{0,80}encoding\s*=\s*[\"'](?!(?i:utf-?8|utf-?16|us-ascii|ascii|iso-8859-1|windows-125[0-9])[\"'])"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class RefusedError(Exception):
    """A file is refused or cannot be read: the code and the message of its fault."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def open_archive(data: bytes, settings: Settings, part: str) -> zipfile.ZipFile:
    """Open an archive that holds ``part``. Raises RefusedError where it is broken, encrypted or too large."""
    if data[:8] == _OLE:
        raise RefusedError("R004", "encrypted, or of an older format; not read")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise RefusedError("R001", f"a truncated or broken archive: {describe(error)}") from error
    parts = archive.infolist()
    if any(entry.flag_bits & 1 for entry in parts):
        raise RefusedError("R004", "encrypted; not read")
    if sum(entry.file_size for entry in parts) > settings.max_bytes * _UNPACKED:
        raise RefusedError(
            "R004", f"unpacks to more than {_UNPACKED} times the limit max_bytes = {settings.max_bytes:,}; not read"
        )
    if not any(entry.filename == part for entry in parts):
        raise RefusedError("R001", f"its part {part} is missing")
    return archive


def read_tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """An XML part in pieces that end where a tag ends. Raises RefusedError where it declares entities."""
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            # In UTF-16 every other byte is nought.
            text = rest + chunk.replace(b"\0", b"")
            cut = max(text.rfind(b">") + 1, len(text) - _LONGEST_TAG)
            text, rest = text[:cut], text[cut:]
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise RefusedError("R004", f"its part {part.filename[:100]} declares a document type; not read")
            yield text


def describe(error: Exception) -> str:
    """What went wrong, in one line."""
    # Libraries wrap it in words that name no place.
    error = error.__cause__ if isinstance(error.__cause__, Exception) else error
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:200]}".strip(": ")


def say(error: Exception) -> str:
    """An error in one short line."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200] or type(error).__name__


def find_objection(data: bytes, kind: str, settings: Settings) -> tuple[str, str] | None:
    """Why a zip archive of XML parts must not be opened, as a rule code and a message; None where nothing is against it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                return "R004", "is encrypted; not read"
            # zipfile never unpacks more than a part declares, so that what is declared can be relied on.
            size = sum(part.file_size for part in parts)
            if size > settings.max_bytes * _UNPACKED:
                return "R004", (
                    f"unpacks to {size:,} bytes, over {_UNPACKED} times the limit max_bytes = {settings.max_bytes:,}; not read"
                )
            for part in parts:
                with archive.open(part) as file:
                    if _is_hostile(file):
                        return (
                            "R004",
                            f"declares a document type, entities or an odd encoding in {part.filename}; not read",
                        )
    except Exception as error:  # zipfile and its decompressors raise a dozen kinds on broken data
        return "R001", f"is a broken or truncated {kind} file: {say(error)}"
    return None


def _is_hostile(file: Any) -> bool:
    """Whether a part is XML that brings a document type; the zero bytes of UTF-16 hide nothing."""
    kept = file.read(_CHUNK).replace(b"\0", b"")
    if not kept.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return False
    if _ENCODING.search(kept[:200]):
        return True
    while kept:
        if _DECLARATION.search(kept):
            return True
        chunk = file.read(_CHUNK)
        kept = kept[-20:] + chunk.replace(b"\0", b"") if chunk else b""
    return False
