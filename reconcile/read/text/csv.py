"""Delimited text: CSV with commas, semicolons, tabs or bars, quoted cells, and lines of prose above and below.

No sniffer of dialects is asked: on figures grouped by spaces each finds the space. Cells are cut here, because every
amount must be found again at its line and column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import overload

from reconcile.core.document import Document, Span, Table, TextBlock, TextPlaces
from reconcile.core.limits import Clock
from reconcile.core.location import SourceText
from reconcile.core.settings import Settings

NAME = "csv"
SUFFIXES = (".csv", ".tsv", ".tab")

_DELIMITERS = ";\t,|"
_SAMPLE = 50
_PREFIX = 20_000
# A first line for Excel that names the mark.
_SEPARATOR = re.compile(r"\ufeff?\"?sep=([;\t,|])\"?[ \t]*(?:\r\n?|\n)", re.IGNORECASE)
# A cell that begins with a quote, which the line does not end.
_OPEN = {mark: re.compile(rf"(?:^|[;\t,|])[ ]*+{mark}(?:[^{mark}]|{mark}{mark})*+$") for mark in ('"', "'")}
# What closes one on a later line: a quote before the next mark or the end.
_CLOSE = {mark: re.compile(rf"(?:[^{mark}]|{mark}{mark})*+{mark}[ ]*(?:[;\t,|]|$)") for mark in ('"', "'")}
# How Excel is kept from reading a cell as a number: ="1 200", quoted again where cells are.
_AS_TEXT = '="'
# Digits with marks between them, and those of them that are one figure: grouped in any way, or with a decimal comma.
_RUN = re.compile(r"\d[\d.,]*\d")
_ONE_FIGURE = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d+(?:\.\d{3})*,\d+")
# A quoted cell has no more lines than this; one that never closes would join all lines behind it to one row.
_MOST_LINES = 500


def recognises(head: str) -> bool:
    """Whether most lines are divided by the same mark into as many cells, and the mark is not a decimal comma."""
    return _delimiter(head) is not None


def _delimiter(head: str) -> str | None:
    whole = (head[start:end] for start, end in _rows(SourceText.of(head).lines(), '"'))
    lines = [line for line in islice(whole, 2 * _SAMPLE) if line.strip()][:_SAMPLE]
    best, best_share, best_lines = None, 0.6, len(lines)
    for delimiter in _DELIMITERS:
        counts = Counter(_outside_quotes(line, delimiter) for line in lines)
        del counts[0]
        if not counts or sum(counts.values()) < 3:
            continue
        marks, usual = counts.most_common(1)[0]
        # Preambles and footers have no mark at all, so the share is of the lines that have one, if they are many enough.
        marked = sum(counts.values())
        share = usual / marked if marked * 2 >= len(lines) else 0.0
        if (share, marked) > (best_share, best_lines) and not (delimiter == "," and _is_decimal_comma(lines, marks)):
            best, best_share, best_lines = delimiter, share, marked
    return best


def _outside_quotes(line: str, delimiter: str) -> int:
    parts = line.split('"')
    # Quotes in pairs are around cells; an odd one stands for inches.
    return sum(part.count(delimiter) for part in (parts if len(parts) % 2 == 0 else parts[::2]))


def _is_decimal_comma(lines: Sequence[str], marks: int) -> bool:
    """Whether commas stand within figures or before a space, as in prose, more often than between cells.

    Figures with a comma between them that are none together, such as ``1204,88,1310``, are cells; so are names, and a
    first line of them, divided as often as most lines (``marks`` times), is a header.
    """
    inside = cells = 0
    for line in lines:
        commas = _outside_quotes(line, ",")
        within = sum(map(_count_within, line.split('"')[::2]))
        if not cells + inside and commas == marks and not within:
            return False
        inside, cells = inside + within, cells + commas - within
    return inside >= cells


def _count_within(part: str) -> int:
    figures = (run.group() for run in _RUN.finditer(part))
    return part.count(", ") + sum(figure.count(",") for figure in figures if _ONE_FIGURE.fullmatch(figure))


def read(path: str, text: str, settings: Settings) -> Document:
    """Read ``text`` into tables, one for each run of delimited rows, and blocks of the lines around them."""
    source = SourceText.of(text)
    separator = _SEPARATOR.match(text)
    delimiter, quote = find_dialect(text)
    blocks: list[TextBlock] = []
    tables: list[Table] = []
    clock = Clock.start(settings)
    for rows in _runs(text, source, delimiter, quote):
        clock.check()
        if separator:
            rows = [row for row in rows if row[0] >= separator.end()]
            if not rows:
                continue
        grid = _grid(text, rows, delimiter, quote)
        if len(rows) > 1 and len(grid[0]) > 1:
            places = TextPlaces(source, _RowSpans(text, rows, delimiter, quote))
            tables.append(Table(grid, path, len(tables), None, len(blocks) - 1 if blocks else None, places))
        else:
            blocks += [TextBlock(text[start:end].strip(), start + _indent(text[start:end])) for start, end in rows]
    usual = "." if delimiter == "," else None
    return Document(path, NAME, source=source, blocks=tuple(blocks), tables=tuple(tables), decimal_mark=usual)


def _grid(text: str, rows: Sequence[Span], delimiter: str, quote: str) -> tuple[tuple[str, ...], ...]:
    """The cells of some rows as printed, all rows filled up to the longest.

    Rows without a quote are split, which gives what ``_cut`` gives, many times faster.
    """
    if quote and quote in text[rows[0][0] : rows[-1][1]]:
        cells = [
            tuple(_plain(text[start:end], quote) for start, end in _cut(text, *row, delimiter, quote)) for row in rows
        ]
    else:
        cells = [tuple([cell.strip(" \r") for cell in text[start:end].split(delimiter)]) for start, end in rows]
    width = max(map(len, cells))
    return tuple(row if len(row) == width else (*row, *("",) * (width - len(row))) for row in cells)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def find_dialect(text: str) -> tuple[str, str]:
    """The mark that divides cells, and the mark around quoted ones ('' where there are none)."""
    separator = _SEPARATOR.match(text)
    # In a table of many columns the prefix holds too few lines.
    delimiter = (
        separator.group(1) if separator else _delimiter(text[:_PREFIX]) or _delimiter(text[: 500 * _PREFIX]) or ","
    )
    if '"' not in text and "'" not in text:
        return delimiter, ""
    if delimiter + _AS_TEXT in text[:_PREFIX]:
        return delimiter, '"'
    quoted = Counter(found[1] for found in _quoted(delimiter).finditer(text[: 10 * _PREFIX]))
    return delimiter, max(quoted, key=lambda quote: (quoted[quote], quote == '"'), default="")


@cache
def _quoted(delimiter: str) -> re.Pattern[str]:
    """Return the pattern of a cell within quotation marks or apostrophes, of either kind, from mark to mark."""
    mark = re.escape(delimiter)
    return re.compile(rf"""(?:^|(?<={mark}))[ ]?(["'])(?:(?!\1).|\1\1)*+\1[ ]?(?={mark}|[\r\n]|\Z)""", re.M | re.S)


def _runs(text: str, source: SourceText, delimiter: str, quote: str) -> Iterator[list[Span]]:
    """Rows that belong together: a blank line, or a change between lines with the mark and without, ends a run.

    A single row of as many cells right below a blank line goes with the rows above it: a total that is set apart.
    """
    run: list[Span] = []
    delimited = blank = False
    for start, end in _rows(source.lines(), quote):
        line = text[start:end]
        # Lines of nothing but marks are how spreadsheets export blank ones.
        if not line[:1].isalnum() and not line.replace(delimiter, "").strip():
            blank = True
            continue
        here = delimiter in line
        if run and (blank or here != delimited):
            alike = len(run) > 1 and line.count(delimiter) == text.count(delimiter, *run[-1])
            figured = any(char.isdigit() for char in line.partition(delimiter)[2])
            if not (blank and alike and figured and _is_lone(text, source, end, delimiter)):
                yield run
                run = []
        run.append((start, end))
        delimited, blank = here, False
    if run:
        yield run


def _is_lone(text: str, source: SourceText, end: int, delimiter: str) -> bool:
    """Whether the line below one that ends at ``end`` is none of cells."""
    number = source.span(end, end).line
    return number >= len(source.starts) or not source.line(number + 1).replace(delimiter, "").strip()


def _rows(lines: Sequence[tuple[int, str]], quote: str) -> Iterator[Span]:
    """The spans of rows: lines, joined where a quoted cell holds a line end.

    A quote within a cell, as of inches, joins nothing; nor does one that opens a cell and is never closed.
    """
    number = 0
    while number < len(lines):
        begin, line = lines[number]
        last = number
        if quote and line.count(quote) % 2 and _OPEN[quote].search(line):
            last = _closing_line(lines, number, quote)
        yield begin, lines[last][0] + len(lines[last][1])
        number = last + 1


def _closing_line(lines: Sequence[tuple[int, str]], number: int, quote: str) -> int:
    """The line that closes the cell which line ``number`` opens; that line itself where none does.

    No line that holds as many closing quotes as opening ones ends a row, so none is looked at twice.
    """
    for later in range(number + 1, min(len(lines), number + _MOST_LINES)):
        line = lines[later][1]
        if line.count(quote) % 2:
            return later if _CLOSE[quote].match(line) else number
    return number


def _cut(text: str, start: int, end: int, delimiter: str, quote: str) -> list[Span]:
    """The spans of a row's cells, without the blanks and the quotes around them."""
    cells: list[Span] = []
    begin = start
    while True:
        position = begin
        while position < end and text[position] == " ":
            position += 1
        closing = -1
        opening = 1 + (quote == '"' and text.startswith(_AS_TEXT, position))
        if quote and text.startswith(quote, position + opening - 1) and position < end:
            closing = position + opening
            while (
                (closing := text.find(quote, closing, end)) >= 0
                and text.startswith(quote, closing + 1)
                and closing + 1 < end
            ):
                closing += 2
        stop = text.find(delimiter, closing + 1 if closing >= 0 else begin, end)
        stop = end if stop < 0 else stop
        if closing >= 0 and not text[closing + 1 : stop].strip():
            cells.append(_inside(text, position + opening, closing))
        else:
            left, right = begin, stop
            while left < right and text[left] in " \r":
                left += 1
            while right > left and text[right - 1] in " \r":
                right -= 1
            cells.append((left, right))
        if stop >= end:
            return cells
        begin = stop + len(delimiter)


def _inside(text: str, start: int, end: int) -> Span:
    """What stands between a cell's quotes, without those of a text that is a formula in Excel."""
    if text.startswith('=""', start) and text.startswith('""', end - 2) and end - start >= 5:
        return start + 3, end - 2
    return start, end


def _plain(printed: str, quote: str) -> str:
    return printed.replace(quote * 2, quote) if quote and quote in printed else printed


class _RowSpans(Sequence[tuple[Span, ...]]):
    """The spans of all cells, cut again when asked for: a table of a million rows is a grid, not a million places."""

    def __init__(self, text: str, rows: Sequence[Span], delimiter: str, quote: str) -> None:
        self.text, self.rows, self.delimiter, self.quote = text, rows, delimiter, quote

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> tuple[Span, ...]: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[Span, ...]]: ...

    def __getitem__(self, index: int | slice) -> tuple[Span, ...] | Sequence[tuple[Span, ...]]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        start, end = self.rows[index]
        return tuple(_cut(self.text, start, end, self.delimiter, self.quote))
