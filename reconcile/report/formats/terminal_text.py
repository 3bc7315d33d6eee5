"""Parts of the terminal's report: styles, wrapped lines, columns, the source line with its place underlined."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from reconcile.core.amounts import Notation, render
from reconcile.core.controls import escaped
from reconcile.core.document import TextBlock
from reconcile.core.location import BlockRef, CellRef, Location, SourceText, TextSpan
from reconcile.core.messages import Translator
from reconcile.recognise.columns import AMOUNT, LABEL, PERCENT
from reconcile.recognise.tables import RecognisedTable

COLOURS = ("always", "never", "auto")
STYLES = {
    "error": "1;31", "warning": "1;33", "note": "1;36", "good": "32", "bad": "31", "dim": "2", "bold": "1", "place": "4",
}  # fmt: skip
# How much a terminal is told; all other outputs tell everything.
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)|(?<= [-\u2212+=]) (?=[-\u2212\d])")
_HELD = "\ue000"
_CELL_SHOWN = 24


def screen_width() -> int:
    """How many characters a line of the terminal has."""
    return shutil.get_terminal_size((100, 24)).columns


def has_colours(choice: str = "auto") -> bool:
    """Whether colours are wanted: by choice, else by NO_COLOR and FORCE_COLOR, else where standard output is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


class Pen:
    """Styles text, or leaves it plain where there are no colours; says it in the language of the report."""

    def __init__(self, colour: bool, tell: Translator = str) -> None:
        self.colour = colour
        self.tell = tell

    def __call__(self, style: str, text: str) -> str:
        """The text in a style of ``STYLES``."""
        text = self.tell(text)
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and text else text

    def told(self, text: str) -> str:
        """What is said, in which a document may not begin a style of its own."""
        return escaped(self.tell(text), keep="\n\r\t")


def excerpt(location: Location, sources: Mapping[str, SourceText], pen: Pen, width: int) -> Iterator[str]:
    """The source line with the place underlined; a long line is cut around it."""
    source = sources.get(location.path)
    span = location.anchor
    if source is None or not isinstance(span, TextSpan):
        return
    line = source.line(span.line).replace("\t", " ")
    start = span.column - 1
    end = min(span.end_column - 1 if span.end_line == span.line else len(line), len(line))
    # What stands before the place may grow by its escapes.
    start, end, line = len(escaped(line[:start])), len(escaped(line[:end])), escaped(line)
    yield from _marked(line, start, end, str(span.line), pen, width)


def _marked(line: str, start: int, end: int, number: str, pen: Pen, width: int) -> Iterator[str]:
    """A line behind its number, what stands from ``start`` to ``end`` underlined; a long line is cut around it."""
    gutter, bar = f"{number:>5} ", pen("dim", "│")
    room = width - len(gutter) - 4
    cut = 0
    if len(line) > room:
        cut = max(0, min(start - room // 3, len(line) - room))
        shown = line[cut : cut + room]
        shown = ("…" + shown[1:] if cut else shown)[:room]
        line = shown[:-1] + "…" if cut + room < len(line) else shown
    start, end = start - cut, min(end - cut, len(line))
    yield f"{' ' * len(gutter)}{bar}"
    yield f"{pen('dim', gutter)}{bar} {line[:start]}{pen('place', line[start:end])}{line[end:]}"
    if end > start:
        yield f"{' ' * len(gutter)}{bar} {' ' * _size(line[:start])}{pen('bad', '^' * max(1, _size(line[start:end])))}"


def _size(text: str) -> int:
    """How many places of a line text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def excerpt_of_block(location: Location, blocks: Iterable[TextBlock], pen: Pen, width: int) -> Iterator[str]:
    """The paragraph that a place stands in, where the document is no text, with the place underlined."""
    for block in blocks:
        if block.place is not None and block.place.anchor == location.anchor and location.text:
            line = escaped(" ".join(block.text.split()))
            text = escaped(" ".join(location.text.split()))
            start = line.find(text)
            if start >= 0:
                yield from _marked(line, start, start + len(text), "", pen, width)
            return


def excerpt_of_table(location: Location, figures: RecognisedTable, pen: Pen, width: int) -> Iterator[str]:
    """The row of a place and its neighbours under the names of their columns, as far as they fit, the place underlined."""
    place = location.grid
    assert place is not None
    first, bar = figures.header_rows, pen("dim", "│")
    shown = [row for row in range(place.row - 1, place.row + 2) if first <= row < len(figures.table.rows)]
    if place.row not in shown:
        return
    heads = {column.index: column.header for column in figures.columns}
    cells = {
        col: [_cell(heads.get(col, "")), *(_cell(figures.table.rows[row][col]) for row in shown)]
        for col in range(figures.table.width)
    }
    sizes = {col: max(map(_size, texts)) for col, texts in cells.items()}
    # The name of the row, then the column itself, then those beside it as long as there is room.
    named = next((column.index for column in figures.columns if column.role == LABEL), 0)
    wanted = sorted(cells, key=lambda col: (col != place.col, col != named, abs(col - place.col), col))
    room, taken = width - 10, list[int]()
    for col in wanted:
        if not sizes[col]:
            continue
        room -= sizes[col] + 2
        if room < 0 and len(taken) > 1:
            break
        taken.append(col)
    taken.sort()
    figured = {column.index for column in figures.columns if column.role in (AMOUNT, PERCENT)}

    def line(number: int) -> Iterator[tuple[int, str]]:
        for col in taken:
            pad = " " * (sizes[col] - _size(cells[col][number]))
            yield col, f"{pad}{cells[col][number]}" if col in figured else f"{cells[col][number]}{pad}"

    yield f"      {bar} {pen('dim', '  '.join(text for _, text in line(0)).rstrip())}"
    for number, row in enumerate(shown, start=1):
        anchor, _ = figures.table.places.place(row, place.col)
        told = anchor.row if isinstance(anchor, CellRef | BlockRef) else row + 1
        parts = [_styled(text, pen) if (row, col) == (place.row, place.col) else text for col, text in line(number)]
        yield f"{pen('dim', f'{told:>5} ')}{bar} {'  '.join(parts).rstrip()}"
        if row == place.row:
            before = sum(sizes[col] + 2 for col in taken if col < place.col)
            printed = next(text for col, text in line(number) if col == place.col)
            before += len(printed) - len(printed.lstrip())
            yield f"      {bar} {' ' * before}{pen('bad', '^' * max(1, _size(printed.strip())))}"


def _styled(text: str, pen: Pen) -> str:
    """A padded cell that is the place, the style without its padding."""
    bare = text.strip()
    return text.replace(bare, pen("place", bare)) if bare else text


def _cell(text: str) -> str:
    """What a cell holds, in one line and not too long."""
    text = escaped(" ".join(text.split()))
    return text if len(text) <= _CELL_SHOWN else text[: _CELL_SHOWN - 1] + "…"


def wrapped(text: str, indent: str, width: int, head: str = "", hang: int = 0) -> Iterator[str]:
    """Text in lines: ``head``, which is ``hang`` wide, before the first, and as much space before the others."""
    # An amount is not broken over two lines, nor parted from the sign before it: these spaces are held while words are wrapped.
    held = _BETWEEN_DIGITS.sub(_HELD, text)
    lines = textwrap.wrap(held, width - len(indent) - hang, break_long_words=False, break_on_hyphens=False) or [""]
    for number, line in enumerate(lines):
        yield f"{indent}{' ' * hang if number else head}{line.replace(_HELD, ' ')}"


def columns(rows: Sequence[tuple[str, ...]], pen: Pen, width: int, paths: bool = False) -> Iterator[str]:
    """Rows in columns: the first to the left and as wide as there is room, figures to the right, words after them.

    Of ``paths`` that are too long the end is shown. Where there is no room for columns, each cell has a line of its own.
    """
    rows = [tuple(map(pen.told, row)) for row in rows]
    sizes = [max(len(row[col]) for row in rows) for col in range(len(rows[0]))]
    sizes[0] = max(12, min(sizes[0], width - 2 - sum(size + 2 for size in sizes[1:])))
    if 2 + sizes[0] + sum(size + 2 for size in sizes[1:]) > width:
        yield from _stacked(rows, pen, width)
        return
    for number, row in enumerate(rows):
        first = row[0]
        if len(first) > sizes[0]:
            first = "…" + first[1 - sizes[0] :] if paths else first[: sizes[0] - 1] + "…"
        cells = [f"{cell:>{size}}" if _is_figures(rows, col) else cell
                 for col, (cell, size) in enumerate(zip(row[1:], sizes[1:], strict=True), start=1)]  # fmt: skip
        told = "  ".join([f"{first:<{sizes[0]}}", *cells]).rstrip()
        yield f"  {pen('dim', told) if number == 0 else told}"


def _stacked(rows: Sequence[tuple[str, ...]], pen: Pen, width: int) -> Iterator[str]:
    """Rows as lines: the first cell, then each other that holds something, behind its header."""
    head, *body = rows
    size = max(len(name) for name in head[1:]) + 2
    for first, *rest in body:
        indent = " " * (len(first) - len(first.lstrip()) + 2)
        yield from wrapped(first.lstrip(), indent, width)
        for name, cell in zip(head[1:], rest, strict=True):
            if cell:
                yield from wrapped(cell, f"{indent}  ", width, pen("dim", f"{name:<{size}}"), size)


def _is_figures(rows: Sequence[tuple[str, ...]], col: int) -> bool:
    return any(row[col].rstrip(" %")[-1:].isdigit() for row in rows[1:]) or all(not row[col] for row in rows[1:])


def digits(value: Decimal | None) -> str:
    """An amount in groups, or nothing."""
    return "" if value is None else render(value, Notation(" "))
