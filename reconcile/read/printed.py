"""Text between tags as a browser prints it, with the offset of every character in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape
from operator import itemgetter
from typing import NamedTuple

from reconcile.core.languages import SPACES

BLANKS = " \t\n\r\f"
_PARTS = re.compile(r"[ \t\n\r\f]+|&(?:#?\w{1,40};?)?|[^ \t\n\r\f&]+")
_UNEVEN = re.compile(r"[\t\n\r\f&]| {2}")
_MARK = re.compile(r"\d{1,3}\)?|[*†‡§]+", re.ASCII)
_UP = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DOWN = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Printed(NamedTuple):
    """Text as printed, from ``start`` to ``end`` of the source; ``runs`` map it back: (offset, start, end) each."""

    text: str
    start: int
    end: int
    runs: tuple[tuple[int, int, int], ...] = ()

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The span in the source of ``text[first:last]``; of a few characters more where they are printed as one."""
        start, end = self.start, self.end
        if self.runs and 0 <= first < len(self.text):
            offset, begin, _, same = self._run_at(first)
            start = begin + first - offset if same else begin
        if self.runs and 0 < last <= len(self.text):
            offset, begin, finish, same = self._run_at(last - 1)
            end = begin + last - offset if same else finish
        return start, end

    def _run_at(self, index: int) -> tuple[int, int, int, bool]:
        """The run that a character belongs to, and whether it is printed as it stands."""
        number = bisect_right(self.runs, index, key=itemgetter(0)) - 1
        offset, begin, finish = self.runs[number]
        bound = self.runs[number + 1][0] if number + 1 < len(self.runs) else len(self.text)
        return offset, begin, finish, bound - offset == finish - begin


def is_mark(text: str) -> bool:
    """Whether a text is what footnotes are marked with: a number, an asterisk."""
    return _MARK.fullmatch(text) is not None


def raise_mark(text: str, last: str, lowered: bool) -> str:
    """What is raised or lowered behind the character ``last``, kept apart from its digits: ``1<sup>1)</sup>`` is not 11."""
    if lowered:
        return text.translate(_DOWN)
    if last.isdigit() and not is_mark(text):
        return f"<sup>{text}</sup>" if len(text) <= 20 and (len(text) == 1 or not text.isalpha()) else text
    return text.translate(_UP)


class Flow:
    """Text that is printed in one place, gathered piece by piece."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.told = 0
        self._pieces: list[tuple[int, int, str | None]] = []

    def __len__(self) -> int:
        return len(self._pieces)

    def add(self, start: int, end: int, printed: str | None = None) -> None:
        """Add a stretch of the source, printed as it stands or as ``printed``."""
        self._pieces.append((start, end, printed))

    def divide(self) -> None:
        """End a line: what follows stands apart."""
        if self._pieces and self._pieces[-1][2] != "\n":
            self._pieces.append((0, 0, "\n"))

    def extend(self, other: Flow) -> None:
        """Take over what another one holds."""
        self._pieces += other._pieces

    def last(self, source: str) -> str:
        """The last character, or ''."""
        if not self._pieces:
            return ""
        start, end, printed = self._pieces[-1]
        return source[max(start, end - 1) : end] if printed is None else printed[-1:]

    def lines(self, source: str) -> Iterator[Printed]:
        """What is printed, line by line, as far as lines were ended."""
        pieces: list[tuple[int, int, str | None]] = []
        for piece in (*self._pieces, (0, 0, "\n")):
            if piece[2] != "\n":
                pieces.append(piece)
                continue
            line = Flow(self.at)
            line._pieces, pieces = pieces, []
            printed = line.print(source)
            if printed.text.strip():
                yield printed

    def print(self, source: str, since: int = 0) -> Printed:
        """What a browser prints: blanks are one blank, character references are characters.

        A line's end is a blank as well, but between digits it stays a line's end, which no amount reaches across.
        """
        out: list[str] = []
        runs: list[tuple[int, int, int]] = []
        size, gap, last = 0, "", ""
        for start, end, text in _cut(source, self._pieces[since:]):
            if text in (" ", "\n"):
                gap = max(gap, text, key=" \n".find) if gap else text
                continue
            if gap and out:
                first = text.lstrip(SPACES)[:1]
                divided = gap == "\n" and last.isdigit() and (not first or first.isdigit())
                out.append("\n" if divided else " ")
                runs.append((size, runs[-1][2], start))
                size += 1
            gap = ""
            out.append(text)
            runs.append((size, start, end))
            size += len(text)
            last = text.rstrip(SPACES)[-1:] or last
        if not runs:
            return Printed("", self.at, self.at)
        return Printed("".join(out), runs[0][1], runs[-1][2], tuple(runs))


def _cut(source: str, pieces: list[tuple[int, int, str | None]]) -> Iterator[tuple[int, int, str]]:
    """Pieces cut so that each is printed as it stands, or is one blank, one line's end or one character reference."""
    for start, end, printed in pieces:
        if printed is not None:
            yield start, end, printed
            continue
        raw = source[start:end]
        inner = raw.strip(BLANKS)
        left = start + raw.find(inner) if inner else end
        if left > start:
            yield start, left, " "
        if not _UNEVEN.search(inner):
            if inner:
                yield left, left + len(inner), inner
        else:
            for part in _PARTS.finditer(inner):
                text = part.group()
                text = " " if text[0] in BLANKS else unescape(text) if text[0] == "&" else text
                yield left + part.start(), left + part.end(), text
        if inner and left + len(inner) < end:
            yield left + len(inner), end, " "
