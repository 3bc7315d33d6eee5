"""Zip archives of XML parts, such as Word's: what must be known about one before any library opens it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from reconcile.settings import Settings

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ENCODING = re.compile(
    rb"<\?xml[^>]{0,80}encoding\s*=\s*[\"'](?!(?i:utf-?8|utf-?16|us-ascii|ascii|iso-8859-1|windows-125[0-9])[\"'])"
)
_UNPACKED = 20
_CHUNK = 1 << 20


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
