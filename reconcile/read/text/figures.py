"""One line of figures a single space apart: the ways in which it may part into figures.

A figure's groups are apart by spaces, too, so a line such as ``52 160 836 587 021`` reads in several ways; the rules of grouping leave
few of them. What columns there are, and which readings the totals allow, is for ``splits`` to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from reconcile.core.amounts import is_nil, read_amount
from reconcile.core.decimals import rescale
from reconcile.core.document import Span
from reconcile.core.languages import MINUSES, SPACES, UNITS
from reconcile.core.words import currency_of, scale_of

if TYPE_CHECKING:
    from decimal import Decimal

TextLine = tuple[int, str]
Cells = tuple[Span, ...]
# Values are counted in millionths here, so that sums are exact and cheap.
PLACES = 6
# More readings of a line are not tried, and not worked out.
MOST_READINGS = 100

TOKEN = re.compile(rf"[^{SPACES}\t]+")
# "500:-", "1 000,--": a dash for cents that are none; a figure ends with it.
_NO_CENTS = r"(?:[:,.][-\u2013\u2014]{1,2})"
_ENDS = re.compile(rf"{_NO_CENTS}$")
FIGURE_TOKEN = re.compile(
    rf"[{MINUSES}+(€$£₹]{{0,2}}\d[\d.,'’OolI]*{_NO_CENTS}?(?:%|\)|[*†‡\u00b9\u00b2\u00b3\u2070-\u2079]|\d\))*|[OolI]{{1,2}}\d[\dOolI]*|[{MINUSES}]|%|\.{{2,}}|…"
)
# So many words may make one figure: its sign, its groups, its unit.
_MOST_WORDS = 16
_LONGEST_SLIP = 12


class FigureRow(NamedTuple):
    """A line with its label and the stretch of figures behind it."""

    text: str
    label: str
    tail: Span


class Parting(NamedTuple):
    """One way to read a row: its cells and their values (None where a cell has none)."""

    cells: Cells
    values: tuple[int | None, ...]


def trim(text: str, start: int, end: int) -> Span:
    """The span without the blanks at both of its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def is_unit_word(word: str) -> bool:
    """Whether a word behind a figure is its unit."""
    folded = word.strip(".,()").casefold()
    return bool(folded) and (folded in UNITS or scale_of(folded) is not None or currency_of(folded) is not None)


def read_tail(text: str) -> Span | None:
    """The stretch of figures (with their units) at the end of a line, or None where it ends otherwise."""
    start = end = -1
    digits = False
    for token in reversed(list(TOKEN.finditer(text))):
        word = token.group()
        if FIGURE_TOKEN.fullmatch(word):
            digits = digits or any(char.isdigit() for char in word)
        elif not (is_unit_word(word) and not digits):
            break
        start = token.start()
        end = max(end, token.end())
    return (start, end) if digits else None


def read_row(row: FigureRow, count: int) -> list[Parting]:
    """All readings of a row as ``count`` well-grouped figures; where there is none, those with one badly grouped."""
    if count == 1:
        return [_parting(row.text, (row.tail,))]
    tokens = [match.span() for match in TOKEN.finditer(row.text, *row.tail)]
    for slips in (0, 1) if len(tokens) <= _LONGEST_SLIP else (0,):
        found: list[Cells] = []
        for cells in _partitions(row.text, tokens, count, slips):
            found.append(cells)
            if len(found) > MOST_READINGS:
                # Too many to try; they are not worked out.
                return [Parting(cells, ()) for cells in found]
        if found:
            return [_parting(row.text, cells) for cells in found]
    return []


def _parting(text: str, cells: Cells) -> Parting:
    values: list[int | None] = []
    for start, end in cells:
        amount = read_amount(text[start:end])
        values.append(count_millionths(amount.value) if amount else 0 if is_nil(text[start:end]) else None)
    return Parting(cells, tuple(values))


def count_millionths(value: Decimal) -> int:
    """An amount's value as a whole number."""
    return int(rescale(value, PLACES))


def _partitions(text: str, tokens: Sequence[Span], count: int, slips: int) -> Iterator[Cells]:
    """The ways to cut tokens into ``count`` figures of which ``slips`` are badly grouped.

    Only beginnings are followed that can be completed: a long line has ways beyond number that end nowhere.
    """

    @cache
    def figures(at: int) -> list[tuple[int, int]]:
        """Where a figure that begins with a token may end, each with 1 if it is badly grouped."""
        found = []
        for end in range(at + 1, min(len(tokens), at + _MOST_WORDS) + 1):
            words = [text[first:last] for first, last in tokens[at:end]]
            if _is_one_figure(words):
                found.append((end, 0))
            elif slips and _is_bad_figure(words):
                found.append((end, 1))
        return found

    @cache
    def completes(at: int, left: int, spare: int) -> bool:
        if at == len(tokens) or left == 0:
            return at == len(tokens) and left == 0 and spare == 0
        return any(slip <= spare and completes(end, left - 1, spare - slip) for end, slip in figures(at))

    def walk(at: int, left: int, spare: int) -> Iterator[Cells]:
        if at == len(tokens):
            yield ()
            return
        for end, slip in figures(at):
            if slip <= spare and completes(end, left - 1, spare - slip):
                for rest in walk(end, left - 1, spare - slip):
                    yield ((tokens[at][0], tokens[end - 1][1]), *rest)

    if count > 0 and completes(0, count, slips):
        yield from walk(0, count, slips)


_FIRST = re.compile(rf"[{MINUSES}+(€$£₹]{{0,2}}(?:0|[1-9]\d{{0,2}})")
_NEXT = re.compile(r"\d{3}")
_LAST = re.compile(rf"\d{{3}}(?:[.,]\d+)?{_NO_CENTS}?(?:%|\)|[*†‡\u00b9\u00b2\u00b3\u2070-\u2079]|\d\))*")


def _is_one_figure(words: Sequence[str]) -> bool:
    """Whether tokens are one well-grouped figure, with its sign and unit perhaps."""
    words = list(words)
    while len(words) > 1 and (words[-1] == "%" or is_unit_word(words[-1])):
        words.pop()
    if len(words) > 1 and words[0] in MINUSES:
        words = words[1:]
    first, *rest = words
    if not FIGURE_TOKEN.fullmatch(first) or first == "%":
        return False
    if not rest:
        # No figure begins with a nought that a comma does not follow.
        return re.match(r"0\d", first) is None
    return bool(
        _FIRST.fullmatch(first)
        and first[-1:] + first[:-1] != "0"
        and all(_NEXT.fullmatch(word) for word in rest[:-1])
        and _LAST.fullmatch(rest[-1])
    )


def _is_bad_figure(words: Sequence[str]) -> bool:
    """Whether tokens may be one figure that is badly grouped: groups of digits and nothing else."""
    return len(words) > 1 and all(word.isdecimal() for word in words) and words[0][0] != "0"


def stands_alone(word: str) -> bool:
    """Whether a group of digits cannot be a later group of a figure: it is none of three digits."""
    whole = re.split(r"[.,:]", word, maxsplit=1)[0]
    return word[0] in MINUSES or len(whole) != 3 or not whole.isdigit()


def least_figures(text: str, start: int, end: int) -> list[Span]:
    """The least number of well-grouped figures that a stretch reads as; a group of other than three digits begins one."""
    figures: list[list[int]] = []
    after = False
    for token in TOKEN.finditer(text, start, end):
        word = token.group()
        digits = _ENDS.sub("", word).strip("+()%*" + MINUSES)
        joins = after and len(digits.split(",")[0].split(".")[0]) == 3 and word[0].isdigit()
        if figures and (joins or is_unit_word(word) or word == "%" or text[figures[-1][0] : figures[-1][1]] in MINUSES):
            figures[-1][1] = token.end()
        else:
            figures.append([token.start(), token.end()])
        after = digits.isdigit() and (joins or len(digits) <= 3) and not _ENDS.search(word)
    return [(first, last) for first, last in figures]
