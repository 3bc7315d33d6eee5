"""Edits in text files: where a figure stands among the bytes, and how its correction is written there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from html import unescape
from itertools import accumulate

from reconcile.core.document import Document
from reconcile.core.findings import Edit
from reconcile.core.location import TextSpan
from reconcile.core.messages import say
from reconcile.read.encoding import codec_of
from reconcile.read.office.docx_text import RAISED
from reconcile.read.text.csv import find_dialect
from reconcile.run.fix.splices import NotEditableError, Place, Splice, find_once

_REFERENCE = re.compile(r"&#?\w{1,40};")
# How a page that is written with marks falls into tags, references, blanks and characters, by format.
_MARKED = {
    "html": re.compile(r"<!--.*?-->|<[^>]*>|&#?\w{1,40};?|[ \t\n\r\f]+|.", re.DOTALL),
    "markdown": re.compile(r"<!--.*?-->|<[^>]*>|&#?\w{1,40};|\\[!-/:-@\[-`{-~]|[*_`~]+|[ \t\n\r\f]+|.", re.DOTALL),
}
_EMPHASIS = "*_`~"
_NOTE = re.compile(r"<(?:sup|sub|a\s[^>]*href\s*=\s*[\"']?#|\w+\s[^>]*vertical-align\s*:\s*super)", re.IGNORECASE)
# A letter and its accents; longer runs of letters in parts are not looked through.
_LONGEST_RUN = 200


def open_edits(data: bytes, document: Document) -> Place:
    """What places edits in a text file. Raises NotEditableError where its bytes are not those of the text that was read."""
    codec, begin = codec_of(data, document.encoding or "utf-8")
    text = data[begin:].decode(codec)
    source = "" if document.source is None else document.source.text
    if source != unicodedata.normalize("NFC", text) and source != text:
        raise NotEditableError(say("the text was not read as it stands in the file"))

    def place(edit: Edit, figure: str) -> list[Splice]:
        span = edit.location.anchor
        if not isinstance(span, TextSpan):
            raise NotEditableError(say("“{old}” is not found there", old=edit.old))
        old = source[span.start : span.end]
        if old != edit.old:
            if document.format not in _MARKED:
                raise NotEditableError(say("“{old}” is not found there", old=edit.old))
            # Prose that is written with tags or references is placed as a whole paragraph.
            figure = edit.old
        start, end, new = _write(edit._replace(old=old), figure, document.format, source, codec, old == edit.old)
        first = _original(text, source, span.start + start)
        last = _original(text, source, span.start + end)
        if unicodedata.normalize("NFC", text[first:last]) != old[start:end]:
            raise NotEditableError(say("letters around it are written as several characters"))
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
    raise NotEditableError(say("letters around it are written as several characters"))


def _write(edit: Edit, figure: str, format: str, source: str, codec: str, alone: bool) -> tuple[int, int, str]:
    """What of ``edit.old`` is replaced (start, end), and by what, as the format writes it; ``alone`` says that it holds no prose."""
    old, new = edit.old, edit.new
    if format == "csv":
        return _write_cell(edit, figure, source)
    # What stands beside a figure, such as text struck out, may leave its blanks to it.
    start, end, ahead, behind = len(old) - len(old.lstrip()), len(old.rstrip()), "", ""
    if format not in _MARKED:
        return start, end, new
    if not alone or (re.search(r"[<&]" if format == "html" else r"[<&\\*_`~]", old) and old != figure):
        start, end, ahead, behind = _narrow(edit, figure, format, source)
    if format == "html":
        new = new.replace("&", "&amp;").replace("<", "&lt;")
    elif "\\|" not in old:
        new = new.replace("|", "\\|")
    return start, end, ahead + _spell(new, source, codec) + behind


def _narrow(edit: Edit, figure: str, format: str, source: str) -> tuple[int, int, str, str]:
    """Where a printed figure stands among tags and references (start, end), and the tags within it: kept ahead of it, and behind."""
    old = edit.old
    cuts = [match.span() for match in _MARKED[format].finditer(old)]
    tokens = [old[start:end] for start, end in cuts]
    printed = _printed(tokens, format)
    first = find_once("".join(printed), figure)
    ends = list(accumulate(map(len, printed)))
    touched = [
        i for i, text in enumerate(printed) if text and ends[i] - len(text) < first + len(figure) and ends[i] > first
    ]
    begin, last = touched[0], touched[-1]
    span = edit.location.anchor
    assert isinstance(span, TextSpan)
    line = source[source.rfind("\n", 0, span.start) + 1 : span.start]
    before = [*_MARKED[format].findall(line), *tokens[:begin]]
    ahead, behind = _kept([tokens[i] for i in range(begin, last) if not printed[i]], before, format)
    return cuts[begin][0], cuts[last][1], ahead, behind


def _kept(within: Sequence[str], before: Sequence[str], format: str) -> tuple[str, str]:
    """The marks within a figure that are kept ahead of it, and behind it.

    Markdown knows no empty emphasis: what begins and ends within a figure goes, what begins there begins ahead of it.
    """
    kept: list[str] = []
    for token in within:
        if format == "markdown" and kept and token == kept[-1] and token[0] in _EMPHASIS:
            kept.pop()
        else:
            kept.append(token)
    ahead = [token for token in kept if token[0] in _EMPHASIS and before.count(token) % 2 == 0]
    return "".join(ahead), "".join(token for token in kept if token not in ahead)


def _printed(tokens: Sequence[str], format: str) -> list[str]:
    """What each token prints; what is raised or lowered, or a link to a note, is no part of the figure beside it."""
    shown: list[str] = []
    raised, depth = "", 0
    for token in tokens:
        tag = re.match(r"<(/?)([a-z]+)", token, re.IGNORECASE)
        name = tag.group(2).casefold() if tag else ""
        if raised and name == raised and tag is not None:
            depth += -1 if tag.group(1) else 1
            raised = raised if depth else ""
        elif not raised and _NOTE.match(token):
            raised, depth = name, 1
        text = _text_of(token, format)
        shown.append(text.translate(RAISED) if raised else text)
    return shown


def _text_of(token: str, format: str) -> str:
    if token.startswith("<") and len(token) > 1:
        return ""
    if format == "markdown" and token.startswith("\\") and len(token) == 2:
        return token[1]
    if format == "markdown" and token[0] in _EMPHASIS:
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
