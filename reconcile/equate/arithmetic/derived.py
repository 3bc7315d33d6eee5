"""Figures that are worked out from others otherwise than by adding: means, shares and changes, as equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from typing import NamedTuple

from reconcile.core.messages import linked, say
from reconcile.core.words import is_average, is_difference_label, is_measure
from reconcile.equate.arithmetic.ratios import Ratio, find_averages, find_ratios
from reconcile.equate.equation import AVERAGE, BROKEN, DIVISION, ROW_TOTAL, SUBTOTAL, Equation
from reconcile.equate.grid import Grid
from reconcile.equate.lines import AxisLine
from reconcile.equate.terms import count_figures, part_at, term_at
from reconcile.recognise.columns import AMOUNT, PERCENT, Column
from reconcile.recognise.tables import RecognisedTable

_BELOW_HEADER = 2
# A share or a change is held to what it is of where so many lines hold for each that fails, and so many shares differ.
_FAULT_TIES, _SHARES = 4, 3
# Of longer tables so many rows are looked at for relations between columns, and all of them are held to what is found;
# what a row is of two rows far from it is not looked for.
SAMPLED = 2_000
RelationCell = tuple[int, Column]


def derive_figures(grid: Grid) -> Iterator[Equation]:
    """Yield the means, shares and changes of a table, and those lines that fail."""
    yield from _average(grid)
    yield from _share(grid)


def _average(grid: Grid) -> Iterator[Equation]:
    """Means, down the columns and across the rows, at what is called one."""
    figures, rows, columns = grid.figures, grid.rows, grid.columns
    if len(rows) > SAMPLED:
        return
    grid_rows = figures.table.rows
    # Where the columns have no label, a row is called a mean in any of its cells, and a column below its header.
    below = [grid_rows[row] for row in rows[:_BELOW_HEADER]]
    called = [" ".join(grid_rows[row]) for row in rows]
    headed = [" ".join([column.header, *(row[column.index] for row in below)]) for column in columns]
    for names, kind in ((called, SUBTOTAL), (headed, ROW_TOTAL)):
        named = {at for at, name in enumerate(names) if is_average(name)}
        if not named:
            continue
        measures = named | {at for at, name in enumerate(names) if is_measure(name)}
        down = kind == SUBTOTAL
        lines = grid.down if down else grid.lines_across(range(len(columns)), range(len(rows)))
        for found in find_averages(lines, named, measures):
            for m in found.ties:
                result = (rows[found.result], columns[m]) if down else (rows[m], columns[found.result])
                cells = [(rows[p], columns[m]) if down else (rows[m], columns[p]) for p in found.parts]
                total = term_at(figures, *result)
                if total is not None:
                    parts = tuple(part_at(figures, *cell) for cell in cells)
                    name = total.label or say("row {row}", row=total.row + 1)
                    label = say("{name}: mean of {count}", name=name, count=count_figures(parts))
                    yield Equation(kind, total, parts, label, operator=AVERAGE)


class _View(NamedTuple):
    """The grid looked at along one axis: its lines, the cell at a position of a line, and what may be or is called a quotient."""

    lines: Sequence[AxisLine]
    cell: Callable[[int, int], RelationCell]
    results: Set[int]
    named: Set[int]


def _quotients(names: Sequence[str]) -> set[int]:
    """The positions that are called a share, a rate or a change."""
    return {at for at, name in enumerate(names) if is_measure(name) or is_difference_label(name)}


def _share(grid: Grid) -> Iterator[Equation]:
    """Shares and changes, across the rows and down the columns."""
    rows, columns = grid.rows, grid.columns
    step = max(1, len(rows) // SAMPLED)
    looked_at = range(0, len(rows), step)
    across = grid.lines_across(range(len(columns)), looked_at)
    percent = {place for place, column in enumerate(columns) if column.role == PERCENT}
    named = percent | _quotients([column.header for column in columns])
    views = [_View(across, lambda line, at: (rows[looked_at[line]], columns[at]), percent, named)]
    if len(rows) <= SAMPLED:
        below = _quotients([grid.figures.labels[row] for row in rows])
        views.append(_View(grid.down, lambda line, at: (rows[at], columns[line]), frozenset(), below))
    for lines, cell, results, called in views:
        size = len(lines[0].values) if lines else 0
        fractional = [at for at in range(size) if any((line.values[at] or 0) % grid.scale for line in lines)]
        for ratio in find_ratios(lines, grid.scale, sorted({*fractional, *results, *called}), called):
            sure = len(ratio.ties) >= _FAULT_TIES * len(ratio.fails)
            for line in sorted((*ratio.ties, *(ratio.fails if sure else ()))):
                equation = _quotient(grid.figures, ratio, lambda at, line=line, cell=cell: cell(line, at))  # type: ignore[misc]
                if equation is not None:
                    yield equation
    if len(rows) <= SAMPLED:
        yield from _shares_of_total(grid, percent | named)


def _shares_of_total(grid: Grid, shares: Set[int]) -> Iterator[Equation]:
    """Yield the shares that a column tells of the total of another column, in hundredths or as such.

    It is one if four rows in five that tell a share agree, and at least three differ from each other.
    """
    figures = grid.figures
    totals = [at for at, row in enumerate(grid.rows) if row in figures.totals]
    if not totals or not shares:
        return
    for place in sorted(shares):
        best: list[Equation] = []
        for other in range(len(grid.columns)):
            if other == place or grid.columns[other].role != AMOUNT:
                continue
            for total in (totals[0], totals[-1]) if len(totals) > 1 else totals:
                lines = list(_shares(grid, place, other, total))
                holds = [line for line in lines if line.status() != BROKEN]
                different = {line.total.value() for line in holds}
                if len(different) >= _SHARES and len(holds) >= _FAULT_TIES * (len(lines) - len(holds)):
                    held = sum(line.status() != BROKEN for line in best)
                    best = lines if len(holds) > held else best
        yield from best


def _shares(grid: Grid, place: int, other: int, total: int) -> Iterator[Equation]:
    """Yield each share of a column with its part and its whole, which stands in the row of the total."""
    figures, column, parts = grid.figures, grid.columns[place], grid.columns[other]
    whole = term_at(figures, grid.rows[total], parts)
    if whole is None or not whole.value():
        return
    factor = 100 if column.role == PERCENT or grid.down[place].values[total] == 100 * grid.scale else 1
    for at, row in enumerate(grid.rows):
        result, part = term_at(figures, row, column), term_at(figures, row, parts)
        if at == total or result is None or part is None or part.is_nil or result.is_nil:
            continue
        label = linked(
            ": ", (result.label or say("row {row}", row=row + 1), linked(" / ", (parts.header or "?", whole.label)))
        )
        yield Equation(ROW_TOTAL, result, (part, whole), label, operator=DIVISION, factor=factor)


def _quotient(figures: RecognisedTable, ratio: Ratio, cell: Callable[[int], RelationCell]) -> Equation | None:
    result, part, whole = (term_at(figures, *cell(at)) for at in (ratio.result, ratio.part, ratio.whole))
    if result is None or part is None or whole is None:
        return None
    across = part.row == result.row
    names = (part.header, whole.header) if across else (part.label, whole.label)
    sign = " / " if ratio.operator == DIVISION else say(" against ")
    name = result.label or say("row {row}", row=result.row + 1)
    label = linked(": ", (name, linked(sign, [each or "?" for each in names])))
    kind = ROW_TOTAL if across else SUBTOTAL
    return Equation(kind, result, (part, whole), label, operator=ratio.operator, factor=ratio.factor)
