"""The case: everything known about the documents checked, which rules look at and repair completes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconcile.amounts import Notation
from reconcile.equations import STATED_TOTAL, Equation, Key, Outcome, Term
from reconcile.findings import Fix
from reconcile.recognition import AMOUNT, Figures, Reading
from reconcile.schemas import Names
from reconcile.siblings import Siblings
from reconcile.terms import term_at

if TYPE_CHECKING:
    from reconcile.budgets import Budget, Gap


class Repair(NamedTuple):
    """What an amount whose writing is at fault should be, in the notation of its column, and the equations that prove it."""

    term: Term
    fix: Fix
    notation: Notation
    proofs: tuple[Equation, ...] = ()


class Solution(NamedTuple):
    """What explains a broken equation: told in words, as fixes best first, and whether the first is safe."""

    told: str
    fixes: tuple[Fix, ...] = ()
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Documents as recognised, names by (path, table), equations with their outcomes, repairs by amount, and the budget.

    ``solutions`` are those of the equations that are broken as printed, by their ids, ``siblings`` tables of
    different documents that list the same entities.
    ``found`` maps the documents that the budget names to the paths they were found at; ``gaps`` are those of its lines
    that cannot be verified.
    """

    readings: tuple[Reading, ...]
    names: Mapping[tuple[str, int], Names] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    repairs: Mapping[Key, Repair] = field(default_factory=dict)
    budget: Budget | None = None
    found: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()
    solutions: Mapping[str, Solution] = field(default_factory=dict)
    siblings: Sequence[Siblings] = ()

    def figures(self) -> Iterator[tuple[Reading, Figures]]:
        """Every recognised table with the document it stands in."""
        for reading in self.readings:
            for figures in reading.tables:
                yield reading, figures


def find_suspects(readings: Sequence[Reading], equations: Sequence[Equation]) -> Iterator[tuple[Notation, Term]]:
    """Every amount whose writing is at fault, with the notation of its column; then stated totals, with that below them."""
    tables = [figures for reading in readings for figures in reading.tables]
    for figures in tables:
        notations = {col: notation_in(figures, col) for col in {col for _, col in figures.suspects}}
        for row, col in figures.suspects:
            term = term_at(figures, row, figures.columns[col])
            if term is not None and figures.columns[col].role == AMOUNT:
                yield notations[col], term
    below = {id(figures.table): figures for figures in tables}
    for equation in equations:
        if equation.kind == STATED_TOTAL and equation.total.amount.fault:
            first = equation.terms[0]
            yield notation_in(below[id(first.table)], first.col), equation.total


def notation_in(figures: Figures, col: int) -> Notation:
    """How the amounts of a column are written: the commonest notation among those without fault."""
    counts: dict[Notation, int] = {}
    for amount in figures.cells.get(col, ()):
        if amount is not None and amount.fault is None and amount.notation.group:
            counts[amount.notation] = counts.get(amount.notation, 0) + 1
    return max(counts, key=lambda notation: counts[notation], default=Notation())
