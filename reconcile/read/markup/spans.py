"""Grids: cells with row and column spans laid out on one, and lists that read as tables of two columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reconcile.core.amounts import is_nil, read_amount
from reconcile.core.words import currency_of
from reconcile.read.printed import Printed

_LETTER = re.compile(r"[^\W\d_]")
_MIN_ITEMS = 3
ListLine = list[tuple[str, tuple[int, int]]]


class TooManyCellsError(Exception):
    """The tables are larger than the settings allow."""


@dataclass(slots=True)
class GridCell:
    """A cell as printed, whether it is one of a header, and how many rows and columns it spans."""

    printed: Printed
    header: bool
    rows: int
    cols: int


GridRow = tuple[str, list[GridCell]]


def lay_out(rows: list[GridRow], room: int) -> tuple[list[GridRow], list[ListLine]]:
    """Put cells on a grid: one that spans columns stands in the first, or beside a column of currency signs; the others are empty.

    A row is its section and its cells; a span ends with its section. Raises TooManyCellsError beyond ``room`` cells.
    """
    kept: list[GridRow] = []
    lines: list[ListLine] = []
    spanned: list[set[int]] = []
    carried: dict[int, tuple[int, int]] = {}
    section, size = "", 0
    for row in rows:
        if row[0] != section:
            section = row[0]
            carried.clear()
        line: ListLine = []
        wide: set[int] = set()
        below: dict[int, tuple[int, int]] = {}
        for cell in row[1]:
            while len(line) in carried:
                line.append(("", (carried[len(line)][1],) * 2))
            if cell.rows > 1:
                below |= {len(line) + col: (cell.rows - 1, cell.printed.start) for col in range(cell.cols)}
            if cell.cols > 1:
                wide.add(len(line))
            line.append((cell.printed.text, (cell.printed.start, cell.printed.end)))
            line += [("", (cell.printed.end,) * 2)] * (cell.cols - 1)
            if size + len(line) > room:
                raise TooManyCellsError
        for col in range(len(line), max(carried, default=-1) + 1):
            line.append(("", (carried.get(col, (0, line[-1][1][1] if line else min(carried.values())[1]))[1],) * 2))
        carried = {col: (left - 1, at) for col, (left, at) in carried.items() if left > 1} | below
        size += len(line)
        if line:
            kept.append(row)
            lines.append(line)
            spanned.append(wide)
    _pass_signs(lines, spanned)
    return kept, lines


def _pass_signs(lines: list[ListLine], spanned: list[set[int]]) -> None:
    """Move what spans a column of lone currency signs and the figures behind them to where the figures stand.

    Statements print the sign in a cell of its own in the first and the last row only, and let all other figures span both cells.
    """
    signs: set[int] = set()
    figures: set[int] = set()
    for line, wide in zip(lines, spanned, strict=True):
        for col, (text, _) in enumerate(line):
            if col in wide or not text.strip():
                continue
            if currency_of(text.strip()):
                if col + 1 < len(line) and col + 1 not in wide and _is_figure(line[col + 1][0]):
                    signs.add(col)
            elif read_amount(text) is not None:
                figures.add(col)
    for line, wide in zip(lines, spanned, strict=True):
        for col in wide & (signs - figures):
            line[col], line[col + 1] = line[col + 1], line[col]


def _is_figure(text: str) -> bool:
    return bool(text.strip()) and (is_nil(text) or read_amount(text) is not None)


def count_header_rows(rows: list[GridRow]) -> int | None:
    """How many leading rows stand in a table's head or consist of header cells; None where the markup does not tell.

    A lone header cell below a row of several is the heading of a section of the body.
    """
    count = most = 0
    for section, cells in rows:
        filled = [cell for cell in cells if cell.printed.text.strip()]
        if not section.startswith("thead") and (
            not filled or not all(cell.header for cell in filled) or len(filled) < min(most, 2)
        ):
            break
        count, most = count + 1, max(most, len(filled))
    return count if 0 < count < len(rows) else None


def read_items(items: list[tuple[str, Printed]], elements: int) -> list[ListLine]:
    """The rows that the items of a list make if all of them read "Label: amount", else none.

    An item is its kind and its text: ``item``, or ``term`` for a label that stands above its amount.
    """
    lines: list[ListLine] = []
    if [kind for kind, _ in items] == ["term", "item"] * (len(items) // 2):
        for (_, term), (_, item) in zip(items[::2], items[1::2], strict=True):
            label = term.text.rstrip(" :")
            lines.append([(label, term.span(0, len(label))), (item.text, (item.start, item.end))])
    elif len(items) == elements:
        lines = [_split_item(printed) for _, printed in items]
    amounts = [read_amount(line[1][0]) if line else None for line in lines]
    for line, amount in zip(lines, amounts, strict=True):
        if not line or (amount is None and not is_nil(line[1][0])):
            return []
    return lines if sum(amount is not None for amount in amounts) >= _MIN_ITEMS else []


def _split_item(printed: Printed) -> ListLine:
    """Split "Label: amount" at its last colon; nothing where it has no label of letters."""
    label, colon, value = printed.text.rpartition(":")
    if not colon or not _LETTER.search(label) or not value.strip():
        return []
    first = len(printed.text) - len(value.lstrip())
    return [(label, printed.span(0, len(label))), (value.lstrip(), printed.span(first, len(printed.text)))]
