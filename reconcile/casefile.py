"""The case: everything known about the documents checked, which rules look at and repair completes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from reconcile.amounts import Notation
from reconcile.columns import Series
from reconcile.equations import STATED_TOTAL, Equation, Key, Outcome, Term
from reconcile.findings import Fix
from reconcile.messages import Message
from reconcile.recognition import AMOUNT, Figures, Reading
from reconcile.schemas import Names
from reconcile.siblings import Siblings
from reconcile.terms import term_at

if TYPE_CHECKING:
    from reconcile.budgetfile import Budget
    from reconcile.budgets import Distribution, Gap
    from reconcile.shares import Share
    from reconcile.validation import Held


class Repair(NamedTuple):
    """What an amount whose writing is at fault should be, in the notation of its column, and the equations that prove it."""

    term: Term
    fix: Fix
    notation: Notation
    proofs: tuple[Equation, ...] = ()


class Solution(NamedTuple):
    """What explains a broken equation: told in words, as fixes best first, and whether the first is safe."""

    told: Message | None = None
    fixes: tuple[Fix, ...] = ()
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Documents as recognised, names by (path, table), equations with their outcomes, repairs by amount, and the budget.

    ``solutions`` are those of the equations that are broken as printed, by their ids, ``siblings`` tables of
    different documents that list the same entities.
    ``found`` maps the documents that the budget names to the paths they were found at; ``gaps`` are those of its lines
    that cannot be verified, ``shares`` the columns that its documents draw with, ``distribution`` all that was found of the budget;
    ``changed`` is the value of each amount that a repair reads otherwise than it is printed. ``held`` are the documents held
    to a schema, ``named`` the paths that were given one by one.
    """

    readings: tuple[Reading, ...]
    names: Mapping[tuple[str, int], Names] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    repairs: Mapping[Key, Repair] = field(default_factory=dict)
    budget: Budget | None = None
    found: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()
    shares: Sequence[Share] = ()
    changed: Mapping[Key, Decimal] = field(default_factory=dict)
    distribution: Distribution | None = None
    held: Held | None = None
    named: Collection[str] = ()
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
    amounts = figures.cells.get(col, ())
    if (
        isinstance(amounts, Series)
        and (row := amounts.grouped_row()) is not None
        and (like := amounts[row]) is not None
    ):
        # Its plain amounts are written alike, and nine in ten are plain.
        return like.notation
    for amount in amounts:
        if amount is not None and amount.fault is None and amount.notation.group:
            counts[amount.notation] = counts.get(amount.notation, 0) + 1
    return max(counts, key=lambda notation: counts[notation], default=Notation())
