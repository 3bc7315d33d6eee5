"""Write what the judge decides as equations: one for each line that ties, and for each that was expected to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from reconcile.core.messages import linked, say
from reconcile.equate import evidence
from reconcile.equate.equation import ROW_TOTAL, SUBTOTAL, Equation
from reconcile.equate.grid import FigureGrid
from reconcile.equate.judge import SumVerdict
from reconcile.equate.terms import count_figures, has_hole, is_exact, label_down, part_at, parts_down, reach, term_at
from reconcile.recognise.columns import Column
from reconcile.recognise.tables import RecognisedTable

# A line that fails is expected to hold where the sum is this sure, and lines like it are so seldom left out.
_SELDOM = 0.05


def sums_down(grid: FigureGrid, verdict: SumVerdict) -> Iterator[Equation]:
    """Yield the equations of a sum of rows, one for each column that ties or should."""
    figures, rows = grid.figures, grid.rows
    parts = [rows[position] for position in verdict.parts]
    for line in _lines(verdict):
        column = grid.columns[line]
        total = term_at(figures, rows[verdict.total], column)
        terms = parts_down(figures, parts, column)
        count = count_figures(terms)
        if total is None or not count or (count == 1 and all(term.value() != total.amount.value for term in terms)):
            continue
        label = label_down(figures, total, column, count)
        hole = has_hole(figures, reach(figures, parts, column.index), column.index)
        yield _equation(verdict, line, Equation(
            SUBTOTAL, total, terms, label, exact=is_exact(total, terms), incomplete=hole
        ))  # fmt: skip


def sums_across(grid: FigureGrid, verdict: SumVerdict) -> Iterator[Equation]:
    """Yield the equations of a sum of columns, one for each row that ties or should."""
    figures = grid.figures
    column = grid.columns[verdict.total]
    parts = _with_empty_columns(figures, [grid.columns[position] for position in verdict.parts])
    for line in _lines(verdict):
        row = grid.rows[line]
        total = term_at(figures, row, column)
        if total is None:
            continue
        terms = tuple(part_at(figures, row, part) for part in parts)
        if total.value() and not count_figures(terms):
            continue
        hole = any(has_hole(figures, (row,), part.index) for part in parts)
        name = figures.labels[row] or say("row {row}", row=row + 1)
        label = linked(": ", (name, column.header or say("column {column}", column=column.index + 1)))
        yield _equation(verdict, line, Equation(
            ROW_TOTAL, total, terms, label, exact=is_exact(total, terms), incomplete=hole
        ))  # fmt: skip


def _equation(verdict: SumVerdict, line: int, equation: Equation) -> Equation:
    failure = verdict.fails.get(line)
    return replace(
        equation,
        probability=verdict.probability,
        fault=verdict.fault(line),
        slipped=failure is not None and failure.explained,
    )


def _lines(verdict: SumVerdict) -> list[int]:
    """Return the lines that tie and those that fail although they are expected to tie."""
    expected = [
        m
        for m, failure in verdict.fails.items()
        if verdict.fault(m) >= evidence.LEAST or (verdict.probability >= evidence.SURE and failure.left_out <= _SELDOM)
    ]
    return sorted([*verdict.ties, *expected])


def _with_blanks(parts: Sequence[int], blank: Sequence[bool], keep: Sequence[bool]) -> list[int]:
    """Return the parts, with the blank positions between two of them that are to be kept."""
    whole = [parts[0]]
    for first, second in pairwise(parts):
        between = range(first + 1, second)
        if all(blank[position] for position in between):
            whole += [position for position in between if keep[position]]
        whole.append(second)
    return whole


def _with_empty_columns(figures: RecognisedTable, parts: Sequence[Column]) -> list[Column]:
    """Return the parts, with the columns between two of them that hold nothing."""
    first, last = parts[0].index, parts[-1].index
    own = {column.index for column in parts}
    empty = [
        column.index not in own
        and column.index not in figures.cells
        and not any(figures.table.rows[row][column.index].strip() for row in figures.body)
        for column in figures.columns[: last + 1]
    ]
    if first > last:
        return list(parts)
    return [figures.columns[index] for index in _with_blanks([column.index for column in parts], empty, empty)]
