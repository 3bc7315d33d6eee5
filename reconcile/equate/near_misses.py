"""How else a sum may be meant that fails, where one part less, or one taken away, makes all of its lines tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from reconcile.core.amounts import add, multiply
from reconcile.equate.equation import (
    BROKEN,
    COLUMN_TOTAL,
    ROW_TOTAL,
    SUBTOTAL,
    SUM,
    UNVERIFIABLE,
    Equation,
    Term,
    Terms,
)
from reconcile.equate.terms import count_figures, has_hole, is_exact, label_down, part_at
from reconcile.recognise.tables import Column, Figures

# Sums of so many parts are left as they are: nobody takes one figure of many away, and looking costs.
_MOST_PARTS = 200


class _Shape(NamedTuple):
    """Where the total and its parts stand: rows of a sum down, columns of one across."""

    down: bool
    total: int
    parts: tuple[int, ...]


def reconsider(figures: Figures, equations: Sequence[Equation]) -> list[Equation]:
    """The equations, but for those that fail in lines where another sum of the same total holds in all.

    A row that closes the gap when it is taken away instead of added is subtracted (*less current portion*), and so no fault; one
    that is what others of the parts add up to was counted twice.
    """
    shapes: dict[_Shape, list[Equation]] = {}
    for equation in equations:
        shape = _shape(equation)
        if shape is not None:
            shapes.setdefault(shape, []).append(equation)
    meant: dict[int, Equation | None] = {}
    for shape, lines in shapes.items():
        broken = [line for line in lines if line.witnessed and line.status() == BROKEN]
        # Among many rows there is one for nearly every small gap: what a slip explains in one line alone is a slip.
        if broken and (len(broken) > 1 or not broken[0].slipped):
            found = _found(figures, shape, lines)
            meant |= {id(line): other for line, other in zip(lines, found, strict=True)} if found else {}
    of_measures = {id(line) for lines in shapes.values() for line in lines if _is_measure(line, lines)}
    kept = (
        replace(equation, witnessed=False) if id(equation) in of_measures else meant.get(id(equation), equation)
        for equation in equations
    )
    return [equation for equation in kept if equation is not None]


def _is_measure(line: Equation, lines: Sequence[Equation]) -> bool:
    """Whether a line that fails is one of rates beside lines that tie: its total lies among its parts.

    Three and more parts of one sign add up to more than any of them, so that a total near their mean is no sum; and rates are told
    to more decimals than what they are of.
    """
    if line.status() != BROKEN or not line.witnessed or line.slipped:
        return False
    told = [value for term in line.terms if (value := term.value())]
    if len(told) < 2 or not min(told) <= line.total.value() <= max(told):
        return False
    tying = [other.total.amount.decimals for other in lines if other.status() not in (BROKEN, UNVERIFIABLE)]
    off = add((multiply(line.total.value(), len(told)), line.computed().copy_negate())).copy_abs()
    mean = len(told) > 2 and (min(told) > 0 or max(told) < 0) and multiply(off, 4) <= line.computed().copy_abs()
    return bool(tying) and (mean or line.total.amount.decimals > max(tying))


def _shape(equation: Equation) -> _Shape | None:
    total, terms = equation.total, equation.terms
    if equation.operator != SUM or equation.incomplete or len(terms) > _MOST_PARTS:
        return None
    if equation.kind in (SUBTOTAL, COLUMN_TOTAL):
        return _Shape(True, total.row, tuple(terms.rows if isinstance(terms, Terms) else (term.row for term in terms)))
    if equation.kind == ROW_TOTAL:
        return _Shape(False, total.col, tuple(term.col for term in terms))
    return None


def _found(figures: Figures, shape: _Shape, lines: Sequence[Equation]) -> list[Equation | None]:
    """Another sum for each line, None where it is a difference; empty where none holds in all lines."""
    for at, place in enumerate(shape.parts):
        if len(lines) > 1 and all(_is_taken_away(line, line.terms[at]) for line in lines):
            return [None if line.status() == BROKEN else line for line in lines]
        if all(_is_counted_twice(line, at) for line in lines):
            return [_changed(figures, shape, line, [part for part in shape.parts if part != place]) for line in lines]
    return []


def _changed(figures: Figures, shape: _Shape, line: Equation, parts: Sequence[int]) -> Equation:
    """The same line with other parts."""
    columns: dict[int, Column] = {column.index: column for column in figures.columns}
    at = columns[line.total.col]
    cells = [(part, at) if shape.down else (line.total.row, columns[part]) for part in parts]
    terms = tuple(part_at(figures, row, column) for row, column in cells)
    hole = any(has_hole(figures, (row,), column.index) for row, column in cells)
    label = label_down(figures, line.total, at, count_figures(terms)) if shape.down else line.label
    return replace(line, terms=terms, label=label, exact=is_exact(line.total, terms), incomplete=hole)


def _is_taken_away(line: Equation, part: Term) -> bool:
    """Whether a line ties if a part of it is subtracted; a line that ties as it is must have none."""
    off = add((line.difference(), multiply(part.value(), 2)))
    return off.copy_abs() <= line.tolerance(off)


def _is_counted_twice(line: Equation, at: int) -> bool:
    """Whether a line ties without a part that is what two or more others right before it or behind it add up to."""
    terms = list(line.terms)
    value = terms[at].value()
    off = add((line.difference(), value))
    if not value or off.copy_abs() > line.tolerance(off):
        return False
    return _runs_to(value, terms[:at][::-1]) or _runs_to(value, terms[at + 1 :])


def _runs_to(value: Decimal, terms: Sequence[Term]) -> bool:
    told = [term.value() for term in terms if term.value()]
    return any(add(told[:count]) == value for count in range(2, len(told) + 1))
