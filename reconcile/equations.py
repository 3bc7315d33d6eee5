"""Equations: what should add up, and by how much it does not.

Every printed amount stands for an interval. A sum of intervals that covers the total ties within rounding;
outside it is an error, however small it looks (XBRL Calculations 1.1 treats reported values the same way).
Amounts in whole units of a stated currency are payments, not roundings: they stand for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from reconcile.amounts import ZERO, Amount, add, subtract
from reconcile.location import Location
from reconcile.model import Table

COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL = "column-total", "row-total", "subtotal"
STATED_TOTAL, CLAIM, BUDGET = "stated-total", "claim", "budget"

TIES, TIES_WITHIN_ROUNDING, TIES_AFTER_REPAIR = "ties", "ties-within-rounding", "ties-after-repair"
BROKEN, UNVERIFIABLE = "broken", "unverifiable"
# The header of the term that stands for what must be left of a budget line, and of a total that limits one entity.
REMAINING, LIMIT = "remaining", "limit"


Key = tuple[object, ...]
Readings = Mapping[Key, Decimal]


@dataclass(frozen=True, slots=True)
class Term:
    """One amount in an equation: a cell of a table (``row``, ``col``, from 0) or a place in prose or a budget file.

    A term with ``parts`` stands for what they add up to, such as the rows of a document in a budget line.
    """

    amount: Amount
    row: int = -1
    col: int = -1
    table: Table | None = field(default=None, repr=False, compare=False)
    place: Location | None = field(default=None, compare=False)
    label: str = ""
    header: str = field(default="", compare=False)
    parts: tuple[Term, ...] = field(default=(), repr=False, compare=False)

    def value(self, readings: Readings | None = None) -> Decimal:
        """The amount's value, or what ``readings`` say instead; of a term with parts, what they add up to."""
        if self.parts:
            return add(part.value(readings) for part in self.parts)
        return readings.get(self.key, self.amount.value) if readings else self.amount.value

    def leaves(self) -> tuple[Term, ...]:
        """The printed amounts that this term rests on: its parts, or itself."""
        return self.parts or (self,)

    @property
    def key(self) -> Key:
        """What tells this amount from every other in the documents checked."""
        if self.table is not None:
            return self.table.path, self.table.index, self.row, self.col
        place = self.location
        return place.path, place.label, place.anchor, place.text

    @property
    def location(self) -> Location:
        """Where the amount is printed."""
        if self.place is not None:
            return self.place
        if self.table is None:
            return Location("")
        return self.table.location_of(self.row, self.col, (self.amount.start, self.amount.end), self.label, self.header)


@dataclass(frozen=True, slots=True)
class Equation:
    """``total = sum of terms``. Every difference (net = income - cost) is kept as a sum.

    ``exact`` says that the amounts are whole units of a stated currency, so that no rounding is allowed.
    ``label`` says in words what is compared. ``relation`` is ``equal``, or ``at-most`` or ``at-least`` where the
    terms may stay under or go over the total, as in a budget. ``incomplete`` says that a figure which belongs to it is
    withheld, could not be read or was not given, so that only a tie can be verified, and not a break. ``allowance`` is
    how far it may be off for the ``reason`` that a budget file states.
    """

    kind: str
    total: Term
    terms: tuple[Term, ...]
    label: str
    operator: str = "sum"
    exact: bool = False
    relation: str = "equal"
    incomplete: bool = False
    id: str = ""
    allowance: Decimal = ZERO
    reason: str = ""

    def computed(self, readings: Readings | None = None) -> Decimal:
        """What the terms add up to; ``readings`` replaces the values of some of them."""
        return add(term.value(readings) for term in self.terms)

    def amounts(self) -> tuple[Term, ...]:
        """Every printed amount that the equation rests on, the total first."""
        return (self.total, *(leaf for term in self.terms for leaf in term.leaves()))

    def difference(self, readings: Readings | None = None) -> Decimal:
        """The stated total less what the terms add up to."""
        return subtract(self.total.value(readings), self.computed(readings))

    def tolerance(self, difference: Decimal) -> Decimal:
        """How far the total may lie from the sum, in the direction of ``difference``, for the intervals to meet."""
        if self.exact:
            return self.allowance
        total, parts = self.total.amount, [t.amount for t in self.amounts()[1:]]
        if difference > 0:
            return add([self.allowance, subtract(total.value, total.low), *(subtract(a.high, a.value) for a in parts)])
        return add([self.allowance, subtract(total.high, total.value), *(subtract(a.value, a.low) for a in parts)])

    def status(self, readings: Readings | None = None) -> str:
        """Whether it ties. An amount whose writing is at fault ties at best after repair."""
        difference = self.difference(readings)
        if self.incomplete and self.relation != "equal":
            return UNVERIFIABLE
        if difference == 0 or self.is_within_bound(difference):
            faulty = any(t.amount.fault or (readings and t.key in readings) for t in self.amounts())
            return TIES_AFTER_REPAIR if faulty else TIES
        # A claim's interval is what it says; to lie in it is to agree, not to be rounded.
        if difference.copy_abs() <= self.tolerance(difference):
            return TIES if self.kind == CLAIM else TIES_WITHIN_ROUNDING
        return UNVERIFIABLE if self.incomplete else BROKEN

    def is_within_bound(self, difference: Decimal) -> bool:
        """Whether an inequality allows this difference."""
        return (self.relation == "at-most" and difference > 0) or (self.relation == "at-least" and difference < 0)


class Outcome(NamedTuple):
    """An equation with its result: what the terms add up to, the stated total less that, and what is allowed."""

    equation: Equation
    status: str
    computed: Decimal
    difference: Decimal
    tolerance: Decimal

    @property
    def id(self) -> str:
        """The equation's id in its report."""
        return self.equation.id

    @property
    def kind(self) -> str:
        """The equation's kind."""
        return self.equation.kind

    @property
    def label(self) -> str:
        """What is compared, in words."""
        return self.equation.label

    @property
    def distributed(self) -> Decimal:
        """What the terms add up to, without what must remain of a budget line."""
        kept = add(term.value() for term in self.terms if term.header == REMAINING and term.table is None)
        return subtract(self.computed, kept)

    @property
    def is_overspent(self) -> bool:
        """Whether more is distributed of a budget line than it has, and than is allowed."""
        over = self.distributed > self.total.value()
        return over and self.status == BROKEN and self.equation.relation != "at-least"

    @property
    def total(self) -> Term:
        """The equation's total."""
        return self.equation.total

    @property
    def terms(self) -> tuple[Term, ...]:
        """The equation's terms."""
        return self.equation.terms


def solve(equation: Equation, readings: Readings | None = None) -> Outcome:
    """Work out an equation, with ``readings`` for amounts that a repair reads otherwise than they are printed."""
    difference = equation.difference(readings)
    return Outcome(
        equation, equation.status(readings), equation.computed(readings), difference, equation.tolerance(difference)
    )
