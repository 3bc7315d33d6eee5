"""How else a sum may be meant that fails, where one part less, or one taken away, makes all of its lines tie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from reconcile.core.decimals import add, multiply
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
from reconcile.recognise.columns import Column
from reconcile.recognise.tables import RecognisedTable

# Sums of so many parts are left as they are: nobody takes one figure of many away, and looking costs.
_MOST_PARTS = 200


class _Shape(NamedTuple):
    """Where the total and its parts stand: rows of a sum down, columns of one across."""

    down: bool
    total: int
    parts: tuple[int, ...]


def reconsider(figures: RecognisedTable, equations: Sequence[Equation]) -> list[Equation]:
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
        if broken:
            # Among many rows there is one for nearly every small gap: what a slip explains in one line alone is a slip.
            found = _found(figures, shape, lines, away=len(broken) > 1 or not broken[0].slipped)
            meant |= {id(line): other for line, other in zip(lines, found, strict=True)} if found else {}
    of_measures = {id(line) for lines in shapes.values() for line in lines if _is_measure(line, lines)}
    kept = (
        replace(equation, fault=0.0) if id(equation) in of_measures else meant.get(id(equation), equation)
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


def _found(figures: RecognisedTable, shape: _Shape, lines: Sequence[Equation], away: bool) -> list[Equation | None]:
    """Another sum for each line, None where it is a difference; empty where none holds in all lines."""
    for at, place in enumerate(shape.parts):
        if away and len(lines) > 1 and all(_is_taken_away(line, line.terms[at]) for line in lines):
            return [None if line.status() == BROKEN else line for line in lines]
        if any(line.terms[at].value() for line in lines) and all(_is_counted_twice(line, at) for line in lines):
            return [_changed(figures, shape, line, [part for part in shape.parts if part != place]) for line in lines]
    return []


def _changed(figures: RecognisedTable, shape: _Shape, line: Equation, parts: Sequence[int]) -> Equation:
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
    if not value:
        return line.status() != BROKEN
    if off.copy_abs() > line.tolerance(off):
        return False
    return _runs_to(value, terms[:at][::-1]) or _runs_to(value, terms[at + 1 :])


def _runs_to(value: Decimal, terms: Sequence[Term]) -> bool:
    told = [term.value() for term in terms if term.value()]
    return any(add(told[:count]) == value for count in range(2, len(told) + 1))


# Longer figures are no money; to try all their slips would take long.
_MOST_DIGITS = 18
_MOST_FIGURES = 100


def explain_gap(gap: int, slack: int, figures: Iterable[tuple[int, int]]) -> Fraction | None:
    """The share of gaps of about this size that one slip leaves, or None where none leaves this one.

    ``gap`` is the total less its parts, ``slack`` what rounding explains of it, ``figures`` are those that may be mistyped: the
    total and its parts taken away, each with the worth of one in its last place, all in one unit.
    """
    size, step, leaves = abs(gap), 0, set[int]()
    for number, (figure, unit) in enumerate(figures):
        if number == _MOST_FIGURES or not unit:
            return None
        step = min(step, unit) if step else unit
        sign = -1 if figure < 0 else 1
        leaves.update(sign * (abs(figure) - each * unit) for each in _mistaken(abs(figure) // unit))
    if not step or not any(abs(gap - each) <= slack for each in leaves):
        return None
    alike = sum(1 for each in leaves if size <= 2 * abs(each) <= 4 * size)
    return min(Fraction(1), Fraction(alike * (2 * slack + step), 3 * size + step))


def _mistaken(figure: int) -> Iterator[int]:
    """What a figure may have been meant as, if one slip made it what it is."""
    digits = str(figure)
    if len(digits) > _MOST_DIGITS:
        return
    for at in range(len(digits) + 1):
        before, after = digits[:at], digits[at:]
        for digit in "0123456789":
            yield int(before + digit + after)
            if after:
                yield int(before + digit + after[1:])
        if len(digits) > 1 and after:
            yield int(before + after[1:])
        if len(after) > 1:
            yield int(before + after[1] + after[0] + after[2:])


# A broken sum is believed to be meant as one only where it comes this near the total (differs by at most half of it).
_NEAR = 2
# What misses a total by a hundredth at most misses it by a little.
LITTLE = 100


def is_near(equation: Equation, times: int = _NEAR) -> bool:
    """Whether a sum misses its total by less than so large a part of it."""
    total, difference = equation.total.value().copy_abs(), equation.difference().copy_abs()
    return multiply(difference, times) <= total if total else difference == 0
