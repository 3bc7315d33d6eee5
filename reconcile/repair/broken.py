"""Explain what is broken once the writing of amounts has been repaired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from reconcile.casefile import Case, Solution
from reconcile.equations import BROKEN, BUDGET, Key, Outcome
from reconcile.limits import Clock


def explain_broken(
    case: Case, outcomes: Sequence[Outcome], readings: Mapping[Key, Decimal], clock: Clock
) -> tuple[dict[str, Solution], dict[Key, Decimal]]:
    """A solution for each equation that is broken, by its id, and the values of the figures that are safe to change.

    Nothing is loaded or looked at where nothing is broken. ``readings`` are the amounts that are read otherwise than printed already.
    """
    solutions: dict[str, Solution] = {}
    safe: dict[Key, Decimal] = {}
    if not any(outcome.status == BROKEN for outcome in outcomes):
        return solutions, safe
    from reconcile.repair.search import find_breaks
    from reconcile.repair.verdict import judge
    from reconcile.siblings import expect_sizes

    short = {place for place, known in case.names.items() if known.complete and known.absent}
    for found in find_breaks(outcomes, readings, clock, expect_sizes(case.siblings)):
        tables = {term.key[:2] for equation in found.equations for term in equation.terms[:1] if term.table}
        solution, values = judge(found, missing=not short.isdisjoint(tables))
        safe |= values
        # Budget lines tell their differences, but no figure in a document.
        first, *others = sorted(found.equations, key=lambda equation: equation.kind == BUDGET)
        # One figure to mend is one finding, whatever it breaks; what stays in doubt is told of each sum.
        solutions |= {first.id: solution}
        solutions |= {equation.id: Solution(safe=True) if solution.safe else solution for equation in others}
    return solutions, safe
