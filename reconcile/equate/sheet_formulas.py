"""The sums that the formulas of a spreadsheet state: what its author meant to add up."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from reconcile.core.amounts import is_withheld
from reconcile.core.document import CellIndex, Table
from reconcile.core.location import CellRef
from reconcile.core.messages import say
from reconcile.core.words import is_total_label
from reconcile.equate.equation import BROKEN, COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL, Equation, Term
from reconcile.equate.terms import is_exact, term_at
from reconcile.recognise.tables import RecognisedTable


def sum_formulas(figures: RecognisedTable, known: Sequence[Equation]) -> list[Equation]:
    """What formulas add up, as far as no equation in ``known`` says the same."""
    taken = {(e.total.key, frozenset(term.key for term in e.terms)) for e in known}
    leaves = frozenset(figures.leaves)
    figured = _count_leaves(figures)
    equations: list[Equation] = []
    sums = list(read_sums(figures.table))
    widest = _widest(figures, sums)
    for formula in sums:
        formula = _with_siblings_rows(figures, widest, formula)
        equation = _formula_sum(figures, _with_missed_row(figures, leaves, formula), figured)
        if equation is None:
            continue
        same = (equation.total.key, frozenset(term.key for term in equation.terms))
        if same not in taken:
            taken.add(same)
            equations.append(equation)
    return equations


def _count_leaves(figures: RecognisedTable) -> dict[int, int]:
    """How many leaf rows have an amount, by column."""
    return {col: sum(1 for row in figures.leaves if amounts[row] is not None) for col, amounts in figures.cells.items()}


def _formula_sum(figures: RecognisedTable, formula: Sum, leaves: Mapping[int, int]) -> Equation | None:
    """The equation that a formula makes within one column or one row; a difference of one cell is turned into a sum.

    ``leaves`` tells how many leaf rows have an amount, by column.
    """
    whole, parts = formula.cell, formula.added
    if formula.taken:
        if len(formula.added) != 1:
            return None
        whole, parts = formula.added[0], (formula.cell, *formula.taken)
    cells = (whole, *parts)
    down, across = len({col for _, col in cells}) == 1, len({row for row, _ in cells}) == 1
    total = _term_in(figures, whole)
    terms = tuple(term for cell in parts if (term := _term_in(figures, cell)) is not None)
    if not (down or across) or total is None or len(terms) < 2:
        return None
    if any(cell in figures.unread or is_withheld(figures.table.rows[cell[0]][cell[1]]) for cell in cells):
        return None
    row, col = whole
    exact = is_exact(total, terms)
    name = total.label or say("row {row}", row=row + 1)
    if across:
        header = total.header or say("column {column}", column=col + 1)
        label = say("{name}: {column} (formula)", name=name, column=header)
        return Equation(ROW_TOTAL, total, terms, label, exact=exact)
    label = say("{name}: {count} rows (formula)", name=name, count=len(terms))
    if len(figures.amount_columns) > 1 and total.header:
        label = say("{label}, column {column}", label=label, column=total.header)
    kind = SUBTOTAL
    # Most sums add up few rows: only for one that may add up all of its column is every row looked at.
    if not formula.taken and len(terms) + 1 >= leaves[col]:
        own = {leaf for leaf in figures.leaves if figures.cells[col][leaf] is not None and leaf != row}
        kind = COLUMN_TOTAL if {term.row for term in terms} >= own else SUBTOTAL
    return Equation(kind, total, terms, label, exact=exact)


def _term_in(figures: RecognisedTable, cell: CellIndex) -> Term | None:
    row, col = cell
    column = figures.columns[col]
    return term_at(figures, row, column) if column in figures.amount_columns else None


def _widest(figures: RecognisedTable, sums: Iterable[Sum]) -> dict[int, frozenset[int]]:
    """For each row of totals the most rows that a formula in it adds up within its own column."""
    widest: dict[int, frozenset[int]] = {}
    for cell, added, taken in sums:
        rows = frozenset(row for row, _ in added)
        down = not taken and len(rows) == len(added) and {col for _, col in added} == {cell[1]}
        if down and _term_in(figures, cell) is not None and len(rows) > len(widest.get(cell[0], ())):
            widest[cell[0]] = rows
    return widest


def _with_siblings_rows(figures: RecognisedTable, widest: Mapping[int, frozenset[int]], formula: Sum) -> Sum:
    """A total's formula with the rows that it misses, wherever they are, if one beside it adds them, too."""
    row, col = formula.cell
    rows = {part for part, _ in formula.added}
    missed = sorted(widest.get(row, frozenset()) - rows)
    if (
        not missed
        or formula.taken
        or len(rows) < 3
        or not rows < widest[row]
        or {c for _, c in formula.added} != {col}
        or not is_total_label(figures.labels[row])
    ):
        return formula
    return formula._replace(added=(*formula.added, *((part, col) for part in missed)))


def excuse_filtered(figures: RecognisedTable, equations: Sequence[Equation]) -> list[Equation]:
    """Let no SUBTOTAL be broken that its program worked out over the rows that a filter showed.

    What it adds up by itself ties where nothing is filtered, and is then held to the rows that it should have.
    """
    partial = {cell for cell, formula in figures.table.formulas.items() if is_subtotal(formula)}
    if not partial:
        return list(equations)
    figured = _count_leaves(figures)
    own = [_formula_sum(figures, formula, figured) for formula in read_sums(figures.table) if formula.cell in partial]
    whole = {(e.total.row, e.total.col) for e in own if e is not None and e.status() != BROKEN}
    return [
        replace(e, incomplete=True) if e.status() == BROKEN and (e.total.row, e.total.col) in partial - whole else e
        for e in equations
    ]


def _with_missed_row(figures: RecognisedTable, leaves: frozenset[int], formula: Sum) -> Sum:
    """A total's formula with the row that it misses: one right beside the rows it adds, between them and the total.

    Rows that are worked out themselves are no parts, and formulas whose parts are few are no totals of a column.
    """
    row, col = formula.cell
    added = sorted(part for part, _ in formula.added)
    if formula.taken or len(added) < 3 or row not in figures.totals or any(c != col for _, c in formula.added):
        return formula
    if added[-1] - added[0] + 1 != len(added) or not added[-1] < row:
        return formula
    beside = range(added[-1] + 1, row)
    if len(beside) != 1:
        return formula
    missed = beside[0], col
    if beside[0] not in leaves or _term_in(figures, missed) is None or missed in figures.table.formulas:
        return formula
    return formula._replace(added=(*formula.added, missed))


_Parts = tuple[tuple[CellIndex, ...], tuple[CellIndex, ...]]
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

    cell: CellIndex
    added: tuple[CellIndex, ...]
    taken: tuple[CellIndex, ...]


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


def unfollowed(table: Table) -> tuple[CellIndex, ...]:
    """The cells whose formulas are not read, because those before them add up as many cells as are followed."""
    if len(table.formulas) * len(table.rows) * table.width <= MOST_PARTS:
        return ()
    read = sum(1 for _ in _followed(table))
    return tuple(table.formulas)[read:]


def _followed(table: Table) -> Iterator[tuple[CellIndex, _Parts | None]]:
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
    added: list[CellIndex] = []
    taken: list[CellIndex] = []
    position = 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None or (position > 0 and not part.group(1)):
            return None
        cells: list[CellIndex] = []
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


def _cells(argument: str, grid: _Grid) -> list[CellIndex] | None:
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
