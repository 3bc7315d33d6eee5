"""The text of Markdown's lines as it is printed, without its marks but with its offsets; rows of pipe tables.

The cells are cut here and not by a Markdown library, because libraries tell the line of a cell but not its columns,
and every amount must be found again where it is printed.
"""

from __future__ import annotations

import re
from html import unescape

from reconcile.read.markup.tokens import Printed

Span = tuple[int, int]
# Nothing in it is tried twice: a table of many columns has a long one.
_RULE = re.compile(r"[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+(?:\|[ \t]*+)?")
_REACH = 500
# What is not printed, or printed otherwise. A raised mark (<sup>1</sup>, [^1]) is left for who reads the amount.
_MARKS = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    rf"|(?P<struck>~~(?=\S)[^~]{{1,{_REACH}}}~~|<(?P<tag>del|s|strike)>[^<]{{0,{_REACH}}}</(?P=tag)>)"
    r"|(?P<link>!?\[(?=[^\[\]]{0,500}\]\()|\]\([^()\s]{0,2000}(?:[ ]+\"[^\"]{0,200}\")?\))"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});)"
    r"|(?P<line>[ ]?<br[ ]?/?>[ ]?)"
    r"|(?P<inline></?(?:a|abbr|b|big|code|em|font|i|ins|mark|small|span|strong|u)(?:[ ][^<>]{0,2000})?>)"
    r"|(?P<emphasis>\*\*|__|[*_`])",
    re.IGNORECASE,
)


def is_rule(line: str) -> bool:
    """Whether a line is the rule under a header, such as ``|---|--:|``."""
    return "-" in line and ("|" in line or line.strip(" \t:-") == "") and bool(_RULE.fullmatch(line))


def cut_row(text: str, start: int, end: int) -> list[Span]:
    r"""The spans of the cells in the row ``text[start:end]``, without the blanks around them; ``\|`` does not divide."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if text.startswith("|", start, end):
        start += 1
    if end > start and text[end - 1] == "|" and text[end - 2] != "\\":
        end -= 1
    cells: list[Span] = []
    begin = start
    for position in range(start, end + 1):
        if position == end or (text[position] == "|" and text[position - 1] != "\\"):
            left, right = begin, position
            while left < right and text[left] in " \t":
                left += 1
            while right > left and text[right - 1] in " \t":
                right -= 1
            cells.append((left, right))
            begin = position + 1
    return cells


def print_text(text: str, start: int, end: int) -> tuple[Printed, list[Span]]:
    """What Markdown prints of ``text[start:end]``, and the spans of what is struck out in it and so left out."""
    out: list[str] = []
    runs: list[tuple[int, int, int]] = []
    struck: list[Span] = []
    opened: list[str] = []
    size = 0

    def put(printed: str, begin: int, finish: int) -> None:
        nonlocal size
        if printed:
            out.append(printed)
            runs.append((size, begin, finish))
            size += len(printed)

    position = start
    for mark in _MARKS.finditer(text, start, end):
        emphasis = mark["emphasis"]
        if emphasis and not _turns(text, mark, start, end, opened):
            continue
        put(text[position : mark.start()], position, mark.start())
        position = mark.end()
        if mark["struck"]:
            struck.append(mark.span())
        elif mark["entity"]:
            put(unescape(mark["entity"]), *mark.span())
        elif mark["line"]:
            put("\n", *mark.span())
        elif mark["escaped"]:
            put(mark["escaped"], *mark.span())
    put(text[position:end], position, end)
    if not runs:
        return Printed("", start, end), struck
    return Printed("".join(out), runs[0][1], runs[-1][2], tuple(runs)), struck


def _turns(text: str, mark: re.Match[str], start: int, end: int, opened: list[str]) -> bool:
    """Whether a mark begins or ends emphasis; it does not where it is a footnote's (``5*``) or part of a name (``a_b``)."""
    sign, (first, last) = mark.group(), mark.span()
    if sign in opened:
        opened.remove(sign)
        return True
    before, behind = text[max(start, first - 1) : first], text[last : min(end, last + 1)]
    if before.isalnum() or not behind or behind.isspace() or behind == sign:
        return False
    closing = text.find(sign, last + 1, min(end, last + _REACH))
    if closing < 0 or text[closing - 1].isspace():
        return False
    opened.append(sign)
    return True
