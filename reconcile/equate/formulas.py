"""Formulas as witnesses: which cells of its own table a formula adds up."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reconcile.core.document import Table
from reconcile.core.location import CellRef

Cell = tuple[int, int]
_Parts = tuple[tuple[Cell, ...], tuple[Cell, ...]]
_REF = r"\$?[A-Z]{1,3}\$?\d{1,7}"
_ARGUMENT = rf"{_REF}(?::{_REF})?"
_PART = re.compile(
    rf"([+-]?)(?:(?:SUM\(|SUBTOTAL\((?:10)?9[,;])({_ARGUMENT}(?:[,;]{_ARGUMENT})*)\)|({_REF}))", re.IGNORECASE
)
_SUBTOTAL = re.compile(r"=?\s*SUBTOTAL\(", re.IGNORECASE)
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_LONGEST = 2_000
# Sums that run from the first row to their own add up the square of a table; they are followed up to so many cells.
MOST_PARTS = 500_000


class Sum(NamedTuple):
    """A formula's cell and the cells that it adds and takes away, all by row and column in the table."""

    cell: Cell
    added: tuple[Cell, ...]
    taken: tuple[Cell, ...]


def read_sums(table: Table) -> Iterator[Sum]:
    """The formulas of a table that are plain sums and differences of cells of the table itself.

    One that adds up its own cell is none.
    """
    if not table.formulas:
        return
    partial = {cell for cell, formula in table.formulas.items() if is_subtotal(formula)}
    for cell, found in _followed(table):
        if found is None or cell in (*found[0], *found[1]):
            continue
        if cell in partial:
            # SUBTOTAL passes over others of its kind.
            found = (tuple(part for part in found[0] if part not in partial), found[1])
        yield Sum(cell, *found)


def unfollowed(table: Table) -> tuple[Cell, ...]:
    """The cells whose formulas are not read, because those before them add up as many cells as are followed."""
    if len(table.formulas) * len(table.rows) * table.width <= MOST_PARTS:
        return ()
    read = sum(1 for _ in _followed(table))
    return tuple(table.formulas)[read:]


def _followed(table: Table) -> Iterator[tuple[Cell, _Parts | None]]:
    """The cells of formulas with the cells that they add and take away, as far as they are followed; None for no plain sum."""
    grid = _addresses(table)
    parts = 0
    for cell, formula in table.formulas.items():
        found = _read(formula, grid)
        parts += len(found[0]) + len(found[1]) if found else 0
        if parts > MOST_PARTS:
            return
        yield cell, found


def is_subtotal(formula: str) -> bool:
    """Whether a formula is a SUBTOTAL, which leaves out what a filter hides."""
    return _SUBTOTAL.match(formula) is not None


class _Grid(NamedTuple):
    """The numbers on the sheet of a table's rows and columns, in their order."""

    rows: Sequence[int]
    columns: Sequence[int]


def _addresses(table: Table) -> _Grid:
    down = [table.places.place(row, 0)[0] for row in range(len(table.rows))]
    across = [table.places.place(0, col)[0] for col in range(table.width)]
    return _Grid(
        [anchor.row for anchor in down if isinstance(anchor, CellRef)],
        [anchor.column for anchor in across if isinstance(anchor, CellRef)],
    )


def _read(formula: str, grid: _Grid) -> _Parts | None:
    """The cells that a formula adds and takes away; None where it does anything else."""
    text = formula.lstrip("=").replace(" ", "")
    if len(text) > _LONGEST or not grid.rows:
        return None
    added: list[Cell] = []
    taken: list[Cell] = []
    position = 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None or (position > 0 and not part.group(1)):
            return None
        cells: list[Cell] = []
        for argument in re.split("[,;]", part.group(2) or part.group(3)):
            spanned = _cells(argument, grid)
            if spanned is None:
                return None
            cells += spanned
        (taken if part.group(1) == "-" else added).extend(cells)
        position = part.end()
    every = [*added, *taken]
    # A cell that counts twice makes no plain sum.
    return (tuple(added), tuple(taken)) if every and len(set(every)) == len(every) else None


def _cells(argument: str, grid: _Grid) -> list[Cell] | None:
    """The table's cells in a range; None where it reaches out of the table, whose empty rows are left out."""
    places = [(int(row), _column(letters)) for letters, row in _PLACE.findall(argument)]
    (top, left), (bottom, right) = places[0], places[-1]
    if grid.rows[0] > top or bottom > grid.rows[-1] or grid.columns[0] > left or right > grid.columns[-1]:
        return None
    rows = range(bisect_left(grid.rows, top), bisect_right(grid.rows, bottom))
    columns = range(bisect_left(grid.columns, left), bisect_right(grid.columns, right))
    # What spans more than is followed is not laid out first.
    return [(row, col) for row in rows for col in columns] if len(rows) * len(columns) <= MOST_PARTS else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
