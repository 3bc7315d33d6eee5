"""Edits in text files: where a figure stands among the bytes, and how its correction is written there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from html import unescape
from itertools import accumulate

from reconcile.encoding import codec_of
from reconcile.findings import Edit
from reconcile.location import TextSpan
from reconcile.messages import say
from reconcile.model import Document
from reconcile.readers.csv import find_dialect
from reconcile.splices import NotEditableError, Place, Splice, find_once

_REFERENCE = re.compile(r"&#?\w{1,40};")
_HTML = re.compile(r"<[^>]*>|&#?\w{1,40};?|[ \t\n\r\f]+|.", re.DOTALL)
_MARKDOWN = re.compile(r"<[^>]*>|&#?\w{1,40};|\\[!-/:-@\[-`{-~]|[*_`~]+|[ \t\n\r\f]+|.", re.DOTALL)
# A letter and its accents; longer runs of letters in parts are not looked through.
_LONGEST_RUN = 200


def open_text(data: bytes, document: Document) -> Place:
    """What places edits in a text file. Raises NotEditableError where its bytes are not those of the text that was read."""
    codec, begin = codec_of(data, document.encoding or "utf-8")
    text = data[begin:].decode(codec)
    source = "" if document.source is None else document.source.text
    if source != unicodedata.normalize("NFC", text) and source != text:
        raise NotEditableError(say("the text was not read as it stands in the file"))

    def place(edit: Edit, figure: str) -> list[Splice]:
        span = edit.location.anchor
        if not isinstance(span, TextSpan) or source[span.start : span.end] != edit.old:
            raise NotEditableError(say("“{old}” is not found there", old=edit.old))
        start, end, new = _write(edit, figure, document.format, source, codec)
        first = _original(text, source, span.start + start)
        last = _original(text, source, span.start + end)
        if unicodedata.normalize("NFC", text[first:last]) != edit.old[start:end]:
            raise NotEditableError(say("the letters around it are written in parts"))
        from_byte = begin + len(text[:first].encode(codec))
        return [Splice("", from_byte, from_byte + len(text[first:last].encode(codec)), _encode(new, codec))]

    return place


def _encode(new: str, codec: str) -> bytes:
    try:
        return new.encode(codec)
    except UnicodeEncodeError as error:
        raise NotEditableError(say("“{new}” cannot be written in {codec}", new=new, codec=codec)) from error


def _original(text: str, source: str, offset: int) -> int:
    """The offset in ``text`` of an offset in ``source``, which is ``text`` with its letters composed (NFC)."""
    if source is text or source == text:
        return offset
    # ASCII characters are never joined to what stands before them, so the text may be cut there.
    done = passed = 0
    piece = ""
    for match in re.finditer(r"[\x00-\x7f]?[^\x00-\x7f]*", text):
        piece = match.group()
        size = len(unicodedata.normalize("NFC", piece))
        if passed + size > offset:
            break
        passed, done = passed + size, match.end()
    if passed == offset:
        return done
    for end in range(1, min(len(piece), _LONGEST_RUN)):
        head = unicodedata.normalize("NFC", piece[:end])
        if passed + len(head) == offset and not unicodedata.combining(piece[end]):
            return done + end
    raise NotEditableError(say("the letters around it are written in parts"))


def _write(edit: Edit, figure: str, format: str, source: str, codec: str) -> tuple[int, int, str]:
    """What of ``edit.old`` is replaced (start, end), and by what, as the format writes it."""
    old, new = edit.old, edit.new
    if format == "csv":
        return _write_cell(edit, figure, source)
    if format not in ("html", "markdown"):
        return 0, len(old), new
    start, end, kept = 0, len(old), ""
    if re.search(r"[<&]" if format == "html" else r"[<&\\*_`~]", old) and old != figure:
        start, end, kept = _narrow(old, figure, _HTML if format == "html" else _MARKDOWN)
    if format == "html":
        new = new.replace("&", "&amp;").replace("<", "&lt;")
    elif "\\|" not in old:
        new = new.replace("|", "\\|")
    return start, end, _spell(new, source, codec) + kept


def _narrow(old: str, figure: str, tokens: re.Pattern[str]) -> tuple[int, int, str]:
    """Where a printed figure stands among tags and references, and the tags within it, which are kept behind it."""
    cuts = [match.span() for match in tokens.finditer(old)]
    printed = [_printed(old[start:end]) for start, end in cuts]
    first = find_once("".join(printed), figure)
    behind = first + len(figure)
    ends = list(accumulate(map(len, printed)))
    touched = [i for i, text in enumerate(printed) if text and ends[i] - len(text) < behind and ends[i] > first]
    start, end = cuts[touched[0]][0], cuts[touched[-1]][1]
    kept = "".join(old[slice(*cuts[i])] for i in range(touched[0], touched[-1]) if not printed[i])
    half = len(kept) // 2
    # Emphasis that begins and ends within the figure is nothing when it is left without text.
    return start, end, "" if kept[:half] == kept[half:] else kept


def _printed(token: str) -> str:
    if token.startswith("<") and len(token) > 1:
        return ""
    if token.startswith("\\") and len(token) == 2:
        return token[1]
    if token[0] in "*_`~":
        return ""
    return " " if token.isspace() and token.strip(" \t\n\r\f") == "" else unescape(token)


def _spell(new: str, source: str, codec: str) -> str:
    """Spaces and other marks as the page spells them: themselves, or as character references."""
    spelt = []
    for char in new:
        if not char.isascii():
            references = Counter(found for found in _REFERENCE.findall(source) if unescape(found) == char)
            usual = references.most_common(1)
            if usual and usual[0][1] > source.count(char):
                char = usual[0][0]
            else:
                char = char.encode(codec, "xmlcharrefreplace").decode(codec)
        spelt.append(char)
    return "".join(spelt)


def _write_cell(edit: Edit, figure: str, source: str) -> tuple[int, int, str]:
    """A cell of delimited text: quoted where the correction holds the mark that divides cells."""
    old, new = edit.old, edit.new
    span = edit.location.anchor
    assert isinstance(span, TextSpan)
    delimiter, quote = find_dialect(source)
    quote = quote or '"'
    if quote in old and figure in old and old != figure:
        start = find_once(old, figure)
        return start, start + len(figure), new.replace(quote, quote * 2)
    quoted = source[: span.start].endswith(quote) and source.startswith(quote, span.end)
    if quoted:
        return 0, len(old), new.replace(quote, quote * 2)
    if delimiter in new and delimiter not in old:
        new = quote + new.replace(quote, quote * 2) + quote
    return 0, len(old), new
