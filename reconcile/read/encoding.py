"""From bytes to text, without guessing more than the bytes allow."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from reconcile.core.messages import Message, say

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Decoded(NamedTuple):
    """Text with the encoding it was read as; ``doubt`` says in words what is uncertain about it, if anything is."""

    text: str
    encoding: str
    doubt: Message | None = None


def decode(data: bytes) -> Decoded | None:
    """Decode by byte order mark, else strict UTF-8, else UTF-16 by its zero bytes, else cp1252; None for binary data.

    Statistical detection is left out on purpose: on short Swedish tables it takes cp1252 for hp_roman8.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), "utf-8" if encoding == "utf-8-sig" else encoding)
            except UnicodeDecodeError:
                return None
    head = data[:4096]
    if b"\0" in head:
        return _decode_utf16(data, head)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        place = error.start
    if sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head) * 50 > len(head):
        return None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    doubt = None
    if any(pair in text for pair in ("Ã¥", "Ã¤", "Ã¶", "Ã©", "Ã¼", "Â ")):
        line = data.count(b"\n", 0, place) + 1
        doubt = say("mostly UTF-8, but byte {byte} (line {line}) is not valid UTF-8; read as cp1252, so letters may be wrong",
                    byte=place, line=line)  # fmt: skip
    return Decoded(text, "cp1252", doubt)


def codec_of(data: bytes, encoding: str) -> tuple[str, int]:
    """The codec without byte order mark for bytes that were decoded as ``encoding``, and how long their mark is."""
    for mark, marked in _MARKS:
        if data.startswith(mark):
            order = {codecs.BOM_UTF16_LE: "-le", codecs.BOM_UTF32_LE: "-le"}.get(mark, "-be")
            return ("utf-8" if marked == "utf-8-sig" else marked + order), len(mark)
    return encoding, 0


def _decode_utf16(data: bytes, head: bytes) -> Decoded | None:
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) // 2 or min(even, odd) * 10 > max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None
