"""How a sum fails: near its total, by little, or by what one slip in its figures leaves."""

from __future__ import annotations

from fractions import Fraction

from reconcile.core.amounts import multiply, rescale
from reconcile.equate.equation import BROKEN, Equation
from reconcile.equate.slips import explain_gap

# A broken sum is believed to be meant as one only where it comes this near the total (differs by at most half of it).
_NEAR = 2
# What misses a total by a hundredth at most misses it by a little.
LITTLE = 100
# Of gaps as large as one, slips leave at most so large a share, or it is no evidence of one; longer sums and figures are not looked at.
_RARE = Fraction(1, 8)
MOST_FIGURES, _MOST_PLACES, _MOST_DIGITS = 100, 9, 18


def is_near(equation: Equation, times: int = _NEAR) -> bool:
    """Whether a sum misses its total by less than so large a part of it."""
    total, difference = equation.total.value().copy_abs(), equation.difference().copy_abs()
    return multiply(difference, times) <= total if total else difference == 0


def is_slipped(equation: Equation) -> bool:
    """Whether a sum fails by what one slip in its figures explains, and slips leave few such gaps."""
    if equation.status() != BROKEN or len(equation.terms) > MOST_FIGURES:
        return False
    places = max(term.amount.decimals - term.amount.unit.exponent for term in equation.amounts())
    signed = [(equation.total, 1), *((leaf, -1) for term in equation.terms for leaf in term.leaves())]
    if places > _MOST_PLACES or any(term.value().adjusted() + places >= _MOST_DIGITS for term in equation.amounts()):
        return False
    given = [
        (sign * int(rescale(value, places)), 10 ** (places - term.amount.decimals + term.amount.unit.exponent))
        for term, sign in signed
        if (value := term.value())
    ]
    slack = 0 if equation.exact else sum(unit for _, unit in given) // 2
    share = explain_gap(int(rescale(equation.difference(), places)), slack, given)
    return share is not None and share <= _RARE
