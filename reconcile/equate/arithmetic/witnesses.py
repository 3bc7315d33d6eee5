"""What sums and derived figures that fail say together: both ask for one value of one figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reconcile.core.decimals import add, multiply
from reconcile.equate.equation import AVERAGE, BROKEN, SUM, Equation, Key
from reconcile.equate.judge import made_surer

# Of longer sums no figure is looked at, and of more derived figures that fail none.
_MOST_FIGURES, _MOST_BROKEN = 200, 400


def agree_with_derived(equations: Sequence[Equation]) -> list[Equation]:
    """Return the equations, a sum and a derived figure that both fail made surer where one value of one figure mends both."""
    derived: dict[Key, list[Equation]] = {}
    broken = [e for e in equations if e.operator not in (SUM, AVERAGE) and e.status() == BROKEN]
    if not 0 < len(broken) <= _MOST_BROKEN:
        return list(equations)
    for equation in broken:
        for term in equation.amounts():
            derived.setdefault(term.key, []).append(equation)
    surer: dict[int, Equation] = {}
    for equation in equations:
        if equation.operator != SUM or len(equation.terms) > _MOST_FIGURES or equation.status() != BROKEN:
            continue
        for key, value in _wanted(equation, derived):
            for other in derived[key]:
                if other.status({key: value}) != BROKEN:
                    surer[id(equation)], surer[id(other)] = made_surer(equation), made_surer(other)
    return [surer.get(id(equation), equation) for equation in equations]


def _wanted(equation: Equation, derived: dict[Key, list[Equation]]) -> Iterator[tuple[Key, Decimal]]:
    """Yield what each figure of a broken sum would have to be that derived figures rest on, too."""
    gap = equation.difference()
    for term in equation.amounts():
        if term.key in derived:
            change = gap.copy_negate() if term.key == equation.total.key else multiply(gap, equation.sign_of(term.key))
            value = add((term.value(), change))
            if value:
                yield term.key, value
