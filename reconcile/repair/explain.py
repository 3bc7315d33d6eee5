"""Explain what is broken once the writing of amounts has been repaired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from reconcile.core.limits import Clock
from reconcile.equate.equation import (
    BROKEN,
    BUDGET,
    CLAIM,
    COLUMN_TOTAL,
    COUNTERPART,
    SUM,
    Equation,
    Key,
    Outcome,
    is_approximate,
    solve,
)
from reconcile.equate.evidence import ERROR, NOTE, WARNING
from reconcile.equate.siblings import Siblings
from reconcile.recognise.entities import EntityMatches
from reconcile.recognise.tables import RecognisedDocument
from reconcile.repair.results import Solution


class CheckedDocuments(Protocol):
    """What is known of the documents checked: how they were read, whose names their rows carry, and which tables are siblings."""

    @property
    def readings(self) -> tuple[RecognisedDocument, ...]:
        """The documents as recognised."""

    @property
    def names(self) -> Mapping[tuple[str, int], EntityMatches]:
        """The registry names of each table, by path and index of the table."""

    @property
    def siblings(self) -> Sequence[Siblings]:
        """Tables of different documents that list the same entities."""


def explain_broken(
    case: CheckedDocuments, outcomes: Sequence[Outcome], readings: Mapping[Key, Decimal], clock: Clock
) -> tuple[dict[str, Solution], dict[Key, Decimal]]:
    """A solution for each equation that is broken, by its id, and the values of the figures that are safe to change.

    Nothing is loaded or looked at where nothing is broken. ``readings`` are the amounts that are read otherwise than printed already.
    """
    solutions: dict[str, Solution] = {}
    safe: dict[Key, Decimal] = {}
    if not any(outcome.status == BROKEN for outcome in outcomes):
        return solutions, safe
    from reconcile.equate.siblings import expect_sizes
    from reconcile.repair.search import find_breaks
    from reconcile.repair.verdict import judge

    short = {place for place, known in case.names.items() if known.complete and known.absent}
    known = [outcome for outcome in outcomes if not is_approximate(outcome.equation)]
    known += look_beside(case, outcomes, readings)
    for found in find_breaks(known, readings, clock, expect_sizes(case.siblings)):
        tables = {term.key[:2] for equation in found.equations for term in equation.terms[:1] if term.table}
        solution, values = judge(found, missing=not short.isdisjoint(tables))
        safe |= values
        own = [equation for equation in found.equations if equation.kind != COUNTERPART]
        first, *others = sorted(own, key=_order)
        if found.forced is not None and solution.fixes:
            # A sentence and a budget line have findings of their own.
            solution = solution._replace(agreed=(first, *(e for e in others if e.kind not in (CLAIM, BUDGET))))
        solutions[first.id] = solution
        for equation in others:
            # What the sum of a document tells, a budget line or a sentence does not tell again. One figure to mend is one finding,
            # whatever it breaks; what stays in doubt is told of each sum.
            again = equation.kind == CLAIM or (equation.kind == BUDGET and first.kind != BUDGET)
            untold = again or solution.safe or solution.agreed
            solutions[equation.id] = Solution(None, (), solution.safe, solution.agreed) if untold else solution
    return solutions, safe


def _order(equation: Equation) -> tuple[bool, bool, bool, int]:
    """Return which of several broken equations tells of them all: a sum of the document, and the gravest."""
    grades = sum(equation.fault >= least for least in (NOTE, WARNING, ERROR))
    return equation.kind == CLAIM, equation.kind == BUDGET, equation.operator != SUM, -grades


def look_beside(case: CheckedDocuments, outcomes: Sequence[Outcome], readings: Mapping[Key, Decimal]) -> list[Outcome]:
    """What other documents say of figures, where it is worth something: all but one figure stand in sums of their own that hold.

    A slip may have been copied from one document into the other; then the sums of both are broken, or the other has none.
    """
    from reconcile.repair.counterparts import find_counterparts
    from reconcile.repair.index import look_up

    totals = [outcome.total for outcome in outcomes if outcome.kind == COLUMN_TOTAL]
    beside = [solve(equation, readings) for equation in find_counterparts(case.readings, case.names, totals)]
    suspects = {term.key for outcome in beside for term in outcome.equation.amounts()}
    standing = look_up([o for o in outcomes if o.equation.operator == SUM and o.equation.size() > 2], suspects)
    doubtful = {
        key
        for key, numbers in standing.factors.items()
        if not numbers or any(standing.outcomes[number].status == BROKEN for number in numbers)
    }
    return [outcome for outcome in beside if sum(term.key in doubtful for term in outcome.equation.amounts()) < 2]
