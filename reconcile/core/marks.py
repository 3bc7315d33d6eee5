"""Marks: the comments in a document that tell this program which of its findings are not to be reported, and why.

``<!-- reconcile: ignore R305, R301: rounded by hand -->`` in Markdown, HTML and plain text; the same words, without the
brackets, on a line of a cell's comment in Excel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from reconcile.core.location import Location, SourceText
from reconcile.core.messages import Message, say

# No further than to the next comment, so that ten thousand that are never closed are looked at once.
_COMMENT = re.compile(r"<!--[ \t]*+reconcile[ \t]*+:(?:[^-<\r\n]|-(?!->)|<(?!!--))*+-->", re.IGNORECASE)
_OURS = re.compile(r"[ \t]*+reconcile[ \t]*+:[ \t]*+(.*)", re.IGNORECASE)
_IGNORE = re.compile(r"ignore(?!\w)", re.IGNORECASE)
_REASON = re.compile(r"[ \t]*(?::|\s[-\u2013\u2014]\s|[\u2013\u2014])[ \t]*")
_MOST_SHOWN = 60
Span = tuple[int, int]


class Mark(NamedTuple):
    """A mark and where it stands; ``told`` are its words behind ``reconcile:``, on one line."""

    told: str
    place: Location


class Order(NamedTuple):
    """What a mark asks for: rule codes or families in capitals, and the reason; or ``fault``, why it cannot be followed."""

    codes: tuple[str, ...] = ()
    reason: str = ""
    fault: Message | None = None


def find_mark(comment: str, place: Location) -> Mark | None:
    """The mark that a comment is, or that a line of it is; None where it is not for this program."""
    text = comment.removeprefix("<!--").removesuffix("-->")
    for line in (" ".join(text.split()), *text.splitlines()):
        ours = _OURS.fullmatch(line)
        if ours:
            return Mark(ours.group(1).strip(), place)
    return None


def comments_in(text: str) -> list[Span]:
    """The spans of the marks in plain text, where all other comments are text like any other."""
    return [found.span() for found in _COMMENT.finditer(text)] if "<!--" in text else []


def blank(source: SourceText, spans: Iterable[Span]) -> SourceText:
    """The source with spaces in place of what stands in ``spans``, which are in order; line ends stay where they are."""
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        hidden = "".join(char if char in "\r\n" else " " for char in source.text[start:end])
        pieces += [source.text[position:start], hidden]
        position = end
    return SourceText("".join([*pieces, source.text[position:]]), source.starts) if pieces else source


def lines_without(source: SourceText, blanked: SourceText) -> list[tuple[int, str]]:
    """The lines of ``blanked``, without those that held nothing but what was blanked."""
    pairs = zip(source.lines(), blanked.lines(), strict=True)
    return [(at, line) for (at, old), (_, line) in pairs if old == line or line.strip()]


def read_order(mark: Mark) -> Order:
    """What a mark asks for: ``ignore``, codes, and a reason behind a colon or a dash."""
    verb = _IGNORE.match(mark.told)
    if verb is None:
        said = _shortened(mark.told.partition(" ")[0])
        return Order(fault=say("“{text}” is not understood; a mark says “ignore” and names rules", text=said))
    named, *reason = _REASON.split(mark.told[verb.end() :], maxsplit=1)
    codes = tuple(dict.fromkeys(code.upper() for code in re.split(r"[,;\s]+", named) if code))
    if not codes:
        return Order(fault=say("the mark names no rule"))
    return Order(codes, reason[0].strip() if reason else "")


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
