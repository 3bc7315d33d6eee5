"""The sums that the formulas of a spreadsheet state: what its author meant to add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reconcile.core.amounts import is_withheld
from reconcile.core.languages import is_total_label
from reconcile.core.messages import say
from reconcile.equate.equation import BROKEN, COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL, Equation, Term
from reconcile.equate.formulas import Cell, Sum, is_subtotal, read_sums
from reconcile.equate.terms import is_exact, term_at
from reconcile.recognise.tables import Figures


def sum_formulas(figures: Figures, known: Sequence[Equation]) -> list[Equation]:
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


def _count_leaves(figures: Figures) -> dict[int, int]:
    """How many leaf rows have an amount, by column."""
    return {col: sum(1 for row in figures.leaves if amounts[row] is not None) for col, amounts in figures.cells.items()}


def _formula_sum(figures: Figures, formula: Sum, leaves: Mapping[int, int]) -> Equation | None:
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


def _term_in(figures: Figures, cell: Cell) -> Term | None:
    row, col = cell
    column = figures.columns[col]
    return term_at(figures, row, column) if column in figures.amount_columns else None


def _widest(figures: Figures, sums: Iterable[Sum]) -> dict[int, frozenset[int]]:
    """For each row of totals the most rows that a formula in it adds up within its own column."""
    widest: dict[int, frozenset[int]] = {}
    for cell, added, taken in sums:
        rows = frozenset(row for row, _ in added)
        down = not taken and len(rows) == len(added) and {col for _, col in added} == {cell[1]}
        if down and _term_in(figures, cell) is not None and len(rows) > len(widest.get(cell[0], ())):
            widest[cell[0]] = rows
    return widest


def _with_siblings_rows(figures: Figures, widest: Mapping[int, frozenset[int]], formula: Sum) -> Sum:
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


def excuse_filtered(figures: Figures, equations: Sequence[Equation]) -> list[Equation]:
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


def _with_missed_row(figures: Figures, leaves: frozenset[int], formula: Sum) -> Sum:
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
