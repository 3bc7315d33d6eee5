"""Where figures stand: the equations of each, worked out once, and which broken equations share figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from typing import NamedTuple

from reconcile.core.decimals import subtract
from reconcile.equate.equation import BROKEN, SUM, UNVERIFIABLE, Equation, Key, Outcome, Terms

# Equations over more figures are not searched.
INDEXED_FIGURES = 3_000


class EquationState(NamedTuple):
    """An equation worked out once: how far it is off, and how far it may be off above and below."""

    equation: Equation
    difference: Decimal
    above: Decimal
    below: Decimal
    broken: bool

    @classmethod
    def of(cls, outcome: Outcome) -> EquationState:
        """An equation as it was worked out."""
        equation = outcome.equation
        above, below = equation.tolerance(Decimal(1)), equation.tolerance(Decimal(-1))
        return cls(equation, outcome.difference, above, below, outcome.status == BROKEN)

    def allows(self, factor: int) -> tuple[Decimal, Decimal]:
        """The least and the most by which a figure may change that moves the difference as much (``factor`` 1) or against it (-1)."""
        low = subtract(self.below.copy_negate(), self.difference)
        high = subtract(self.above, self.difference)
        return (low, high) if factor > 0 else (high.copy_negate(), low.copy_negate())


def is_long(*equations: Equation) -> bool:
    """Whether equations have more figures together than are searched."""
    return sum(_length(equation) for equation in equations) > INDEXED_FIGURES


def _length(equation: Equation) -> int:
    terms = equation.terms
    return len(terms) if isinstance(terms, Terms) else sum(len(term.parts) or 1 for term in terms)


def connected(equations: Sequence[Equation]) -> list[list[Equation]]:
    """The equations in groups that share figures, in their order."""
    above = list(range(len(equations)))

    def top(number: int) -> int:
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    first: dict[Key, int] = {}
    for number, equation in enumerate(equations):
        for key in [equation.total.key] if is_long(equation) else [term.key for term in equation.amounts()]:
            above[top(number)] = top(first.setdefault(key, number))
    groups: dict[int, list[Equation]] = {}
    for number, equation in enumerate(equations):
        groups.setdefault(top(number), []).append(equation)
    return list(groups.values())


class EquationIndex(NamedTuple):
    """The equations that figures stand in: by figure, what one more of it adds to the difference of each (by number)."""

    outcomes: Sequence[Outcome]
    factors: Mapping[Key, Mapping[int, int]]
    totals: Set[Key]


def look_up(outcomes: Sequence[Outcome], suspects: Set[Key]) -> EquationIndex:
    """Where figures stand among all equations but such as cannot be verified."""
    factors: dict[Key, dict[int, int]] = {key: {} for key in suspects}
    for number, outcome in enumerate(outcomes if factors else ()):
        if outcome.status == UNVERIFIABLE:
            continue
        for key in _keys(outcome.equation, suspects):
            if key in suspects:
                factors[key][number] = factors[key].get(number, 0) - outcome.equation.sign_of(key)
        total = outcome.equation.total.key
        if total in suspects:
            factors[total][number] = factors[total].get(number, 0) + 1
    return EquationIndex(outcomes, factors, {o.equation.total.key for o in outcomes if o.equation.operator == SUM})


def _keys(equation: Equation, cells: Set[Key]) -> Iterator[Key]:
    """The keys of an equation's figures, the total left out; those of a long column by row, and only such as are asked for."""
    if isinstance(equation.terms, Terms):
        if len(equation.terms):
            path, table, _, col = equation.terms[0].key
            yield from (key for row in equation.terms.rows if (key := (path, table, row, col)) in cells)
        return
    for term in equation.terms:
        yield from (leaf.key for leaf in term.leaves())
