"""Sums that stand one column to the right of their parts, beside the last of them, as in Norwegian appropriations.

Post         | kroner | kroner  | kroner
Wages        |    300 |         |
Rent         |    200 |     500 |
Total office |        |         |     500
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from reconcile.core.messages import say_many
from reconcile.equate import evidence
from reconcile.equate.equation import SUBTOTAL, Equation
from reconcile.equate.grid import FigureGrid
from reconcile.equate.judge import weigh_sum
from reconcile.equate.lines import AxisLine
from reconcile.equate.measures import EvenLines
from reconcile.equate.terms import is_exact, part_at, term_at
from reconcile.recognise.columns import AMOUNT

# A column of sums has at most half as many figures as that of its parts, and so many sections hold.
_SPARSER, _SECTIONS = 2, 2


def staggered_sums(grid: FigureGrid) -> Iterator[Equation]:
    """Yield the sums that each column of figures tells of the one to its left: those of the rows since its last figure."""
    columns = [c for c, column in enumerate(grid.columns) if column.role == AMOUNT]
    for left, right in pairwise(columns):
        sections = _sections(grid.down[left].values, grid.down[right].values)
        if len(sections) < _SECTIONS or not any(len(parts) > 1 for _, parts in sections):
            continue
        most = max(len(parts) for _, parts in sections)
        lines = [_line(grid, left, right, total, parts, most) for total, parts in sections]
        verdict = weigh_sum(
            lines, range(len(lines)), 0, tuple(range(1, most + 1)), -evidence.DIFFERENCE, EvenLines(len(lines))
        )
        if len(verdict.ties) < max(_SECTIONS, 2 * len(verdict.fails)) or verdict.probability < evidence.SURE:
            continue
        for number in (*verdict.ties, *verdict.fails):
            yield from _equation(grid, left, right, sections[number], verdict.probability, verdict.fault(number))


def _sections(left: Sequence[int | None], right: Sequence[int | None]) -> list[tuple[int, list[int]]]:
    """Return each row with a figure on the right, and the rows since the last such row that have one on the left."""
    found: list[tuple[int, list[int]]] = []
    parts: list[int] = []
    for row, (part, total) in enumerate(zip(left, right, strict=True)):
        if part is not None:
            parts.append(row)
        if total is not None:
            if not parts:
                return []
            found.append((row, parts))
            parts = []
    filled = sum(len(parts) for _, parts in found)
    return found if len(found) * _SPARSER <= filled or any(len(parts) > 1 for _, parts in found) else []


def _line(grid: FigureGrid, left: int, right: int, total: int, parts: Sequence[int], most: int) -> AxisLine:
    values, halves = grid.down[left]
    blank = most - len(parts)
    whole, half = grid.down[right].values[total], grid.down[right].halves[total]
    return AxisLine(
        [whole, *(values[row] for row in parts), *[None] * blank], [half, *(halves[row] for row in parts), *[0] * blank]
    )


def _equation(
    grid: FigureGrid, left: int, right: int, section: tuple[int, Sequence[int]], probability: float, fault: float
) -> Iterator[Equation]:
    row, parts = section
    total = term_at(grid.figures, grid.rows[row], grid.columns[right])
    terms = tuple(part_at(grid.figures, grid.rows[part], grid.columns[left]) for part in parts)
    if total is not None and terms:
        label = say_many(len(terms), "{name}: {count} row", "{name}: {count} rows", name=total.label)
        equation = Equation(SUBTOTAL, total, terms, label, exact=is_exact(total, terms))
        yield replace(equation, probability=probability, fault=fault)
