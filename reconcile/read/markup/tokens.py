"""Marked-up text: HTML cut into tags and text, and the text between tags as a browser prints it, with its offsets.

The tags are cut here and not by ``html.parser``: it takes quadratic time on unclosed tags, raises on some
declarations and drops the text behind others, each in its own way per version of Python. What is here follows the
tokenizer of the HTML standard and looks at every character once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from reconcile.read.printed import BLANKS

START, END, PRINTED_TEXT, COMMENT, UNCLOSED = "start", "end", "text", "comment", "unclosed"
# What stands on lines of its own, and what has no content and so no end.
_LINES = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p pre search section
    select summary table tbody td textarea tfoot th thead tr ul
"""
_EMPTY = "area base basefont br col embed frame hr img input link meta param source track wbr"
BLOCKS, VOID = frozenset(_LINES.split()), frozenset(_EMPTY.split())
_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*+)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+(?:(>)|([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|(?=["'])(.)|([^\s>]*+)))?)""", re.DOTALL
)
_COMMENT_END = re.compile(r"--!?>")
# Elements whose content is no markup; what is printed of them is the text area's alone.
_RAW = ("script", "style", "title", "textarea", "iframe", "noembed", "noframes")
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}


class Token(NamedTuple):
    """A tag or a stretch of text, at ``text[start:end]``; ``UNCLOSED`` is a tag or comment that the text ends in."""

    kind: str
    start: int
    end: int
    name: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


def read_tokens(text: str) -> Iterator[Token]:
    """Cut ``text`` into tags, text and comments; declarations, scripts and styles are left out."""
    position, size = 0, len(text)
    xml = text[:100].lstrip("\ufeff" + BLANKS).startswith("<?xml")
    while position < size:
        start = text.find("<", position)
        while start >= 0 and not (text[start + 1 : start + 2].isascii() and text[start + 1 : start + 2].isalpha()):
            if text[start + 1 : start + 2] in ("/", "!", "?") and start + 2 < size:
                break
            start = text.find("<", start + 1)
        if start != position:
            yield Token(PRINTED_TEXT, position, start if start >= 0 else size)
        if start < 0:
            return
        if xml and text.startswith("<![CDATA[", start):
            end = text.find("]]>", start)
            if end > start + 9:
                yield Token(PRINTED_TEXT, start + 9, end)
            position = end + 3 if end >= 0 else -1
        elif text[start + 1] in "!?" or not _NAME.match(text, start):
            position = _skip_declaration(text, start)
            if position > 0 and text.startswith("<!--", start):
                yield Token(COMMENT, start, position)
        else:
            token = _read_tag(text, start)
            yield token
            position = token.end
            if token.kind == START and token.name in _RAW:
                found = _RAW_END[token.name].search(text, position)
                end = found.start() if found else -1
                if token.name == "textarea" and end > position:
                    yield Token(PRINTED_TEXT, position, end)
                position = end
        if position < 0:
            yield Token(UNCLOSED, start, size)
            return


def _skip_declaration(text: str, start: int) -> int:
    """Where a comment, a declaration or a processing instruction ends; -1 where it does not."""
    if not text.startswith("<!--", start):
        return text.find(">", start) + 1 or -1
    if text.startswith((">", "->"), start + 4):
        return text.index(">", start) + 1
    end = _COMMENT_END.search(text, start + 4)
    return end.end() if end else -1


def _read_tag(text: str, start: int) -> Token:
    kind = END if text[start + 1] == "/" else START
    name = _NAME.match(text, start)
    assert name is not None
    position = name.end()
    attributes: list[tuple[str, str]] = []
    while True:
        found = _ATTRIBUTE.match(text, position)
        if found is None or found.group(5):
            # The text ends within the tag, or within a quoted value.
            return Token(UNCLOSED, start, len(text))
        position = found.end()
        if found.group(1):
            return Token(kind, start, position, name.group(1).lower(), tuple(attributes))
        value = found.group(3) or found.group(4) or found.group(6) or ""
        attributes.append((found.group(2).lower(), unescape(value)))
