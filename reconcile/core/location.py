"""Where something is, in any format, in words a person can walk to."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from reconcile.core.messages import say


class TextSpan(NamedTuple):
    """A stretch of text. Offsets count characters from 0, lines and columns from 1; the end is exclusive."""

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


class CellRef(NamedTuple):
    """A spreadsheet cell: sheet name, row and column from 1."""

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """The cell's address as spreadsheets print it, such as ``B16``."""
        letters, number = "", self.column
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self.row}"


class PageBox(NamedTuple):
    """A rectangle (x0, top, x1, bottom, in points) on a page counted from 1."""

    page: int
    bbox: tuple[float, float, float, float]


class BlockRef(NamedTuple):
    """A place in a document of blocks, such as Word: block, row and column from 1 (row and column 0 in a paragraph)."""

    block: int
    row: int
    column: int


Anchor = TextSpan | CellRef | PageBox | BlockRef


class GridPlace(NamedTuple):
    """A cell of a table as read: indices from 0, header included, with the names a person finds it by."""

    table: int
    row: int
    col: int
    row_label: str = ""
    column_header: str = ""


class Location(NamedTuple):
    """A place in a document; ``label`` is for people, ``anchor`` is None when the whole document is meant."""

    path: str
    label: str = ""
    anchor: Anchor | None = None
    grid: GridPlace | None = None
    text: str = ""

    @property
    def told(self) -> str:
        """The label as a message. That of a line is made here only: most labels are never told, and there is one for every cell."""
        return say("line {line}", line=self.anchor.line) if isinstance(self.anchor, TextSpan) else self.label

    def __str__(self) -> str:
        if isinstance(self.anchor, TextSpan):
            return f"{self.path}:{self.anchor.line}:{self.anchor.column}"
        return f"{self.path}: {self.label}" if self.label else self.path


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document's text with its line starts, so that any offset can be told as line and column."""

    text: str
    starts: tuple[int, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, text: str) -> SourceText:
        r"""Index the line starts of ``text``; ``\n``, ``\r\n`` and ``\r`` end lines."""
        starts, offset = [0], 0
        for line in text.splitlines(keepends=True):
            offset += len(line)
            # Only real line ends count: splitlines also breaks at form feeds and U+2028, which editors do not.
            if line.endswith(("\n", "\r")):
                starts.append(offset)
        return cls(text, tuple(starts))

    def lines(self) -> list[tuple[int, str]]:
        """Every line as (offset of its start, text without its line end)."""
        bounds = (*self.starts[1:], len(self.text))
        return [(start, self.text[start:end].rstrip("\r\n")) for start, end in zip(self.starts, bounds, strict=True)]

    def line(self, number: int) -> str:
        """The text of line ``number`` (from 1), without its line end."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def span(self, start: int, end: int) -> TextSpan:
        """The span from ``start`` to ``end`` (offsets, end exclusive) with its lines and columns."""
        line = bisect_right(self.starts, start)
        end_line = bisect_right(self.starts, max(start, end - 1))
        return TextSpan(
            start,
            end,
            line,
            start - self.starts[line - 1] + 1,
            end_line,
            end - self.starts[end_line - 1] + 1,
        )

    def location(self, path: str, start: int, end: int, grid: GridPlace | None = None) -> Location:
        """The location of a span of this text."""
        span = self.span(start, end)
        return Location(path, f"line {span.line}", span, grid, self.text[start:end])
