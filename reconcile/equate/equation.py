"""Equations: what should add up, and by how much it does not.

Every printed amount stands for an interval. A sum of intervals that covers the total ties within rounding;
outside it is an error, however small it looks (XBRL Calculations 1.1 treats reported values the same way).
Amounts in whole units of a stated currency are payments, not roundings: they stand for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial, reduce
from itertools import chain, product
from typing import NamedTuple, overload

from reconcile.core.amounts import Amount, Notation, render
from reconcile.core.decimals import EXACT, ZERO, add, multiply, quotient, subtract
from reconcile.core.document import Table
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.equate.evidence import WARNING
from reconcile.recognise.series import NumberColumn

COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL = "column-total", "row-total", "subtotal"
SUM, AVERAGE, DIVISION, RELATIVE_CHANGE, PRODUCT = "sum", "average", "division", "relative-change", "product"
STATED_TOTAL, CLAIM, BUDGET = "stated-total", "claim", "budget"
# What stood before with what came in and less what went out.
BALANCE = "balance"
# What other documents say of one figure; only a repair looks at these.
COUNTERPART = "counterpart"

TIES, TIES_WITHIN_ROUNDING, TIES_AFTER_REPAIR = "ties", "ties-within-rounding", "ties-after-repair"
BROKEN, UNVERIFIABLE = "broken", "unverifiable"
# The header of the term that stands for what must be left of a budget line, and of a total that limits one entity.
REMAINING, LIMIT = say("remaining"), "limit"
# The label of a total that prose states.
STATED = say("stated total")


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
    def is_nil(self) -> bool:
        """Whether the cell prints no figure, and counts as nothing."""
        return not self.parts and not self.amount.sizes and not self.amount.value

    @property
    def location(self) -> Location:
        """Where the amount is printed."""
        if self.place is not None:
            return self.place
        if self.table is None:
            return Location("")
        return self.table.location_of(self.row, self.col, (self.amount.start, self.amount.end), self.label, self.header)


class Terms(Sequence[Term]):
    """The terms that one long column gives, made when asked for; what they add up to is told without them.

    ``rows`` are the rows, with or without an amount, ``make`` gives the term of a row. Of the plain amounts the sum and the interval are
    those of the whole numbers that they are held as; the odd ones are terms like all others.
    """

    def __init__(self, column: NumberColumn, rows: Sequence[int], make: Callable[[int], Term]) -> None:
        self.column, self.rows, self.make = column, rows, make
        self.odd = tuple(make(row) for row in rows if row in column.odd) if column.odd else ()
        plain = [row for row in rows if column.numbers[row] is not None]
        self.regular, self.plain = len(plain), column.total(plain)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Term: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Term]: ...

    def __getitem__(self, index: int | slice) -> Term | Sequence[Term]:
        rows = self.rows[index]
        return self.make(rows) if isinstance(rows, int) else [self.make(row) for row in rows]

    def __iter__(self) -> Iterator[Term]:
        return map(self.make, self.rows)

    def total(self, readings: Readings | None = None) -> Decimal:
        """What all terms add up to; ``readings`` replaces the values of some, which are few."""
        changes = [subtract(term.value(readings), term.value()) for term in self.changed(readings)]
        return add([self.plain, *changes, *(term.value(readings) for term in self.odd)])

    def changed(self, readings: Readings | None) -> Sequence[Term]:
        """The plain terms that are read otherwise than they are printed."""
        if not readings or not self.rows:
            return ()
        path, table, _, col = self.make(self.rows[0]).key
        rows = {key[2] for key in readings if len(key) == 4 and (key[0], key[1], key[3]) == (path, table, col)}
        return (
            [self.make(row) for row in self.rows if row in rows and self.column.numbers[row] is not None]
            if rows
            else ()
        )

    @cached_property
    def telling(self) -> Sequence[Term]:
        """The odd terms and one of the plain, in the order of their rows; the plain one has groups, or a value, if any has."""
        plain = [row for row in self.rows if self.column.numbers[row] is not None]
        if not plain:
            return self.odd
        texts, numbers = self.column.texts, self.column.numbers
        grouped = (row for row in plain if self.column.grouped and len(texts[row].split()) > 1)
        example = next(chain(grouped, (row for row in plain if numbers[row]), plain))
        return sorted((self.make(example), *self.odd), key=lambda term: term.row)


def terms_to_look_at(terms: Sequence[Term]) -> Sequence[Term]:
    """The terms that may differ from their like: all, but of a long column only the odd ones and one of the plain."""
    return terms.telling if isinstance(terms, Terms) else terms


def is_approximate(equation: Equation) -> bool:
    """Return True if an amount of an equation is printed as approximate, so that it proves nothing and its break is no fault."""
    return any(term.amount.approximate for term in equation.amounts_to_look_at())


@dataclass(frozen=True, slots=True)
class Equation:
    """``total = sum of terms``. Every difference (net = income - cost) is kept as a sum.

    ``exact`` says that the amounts are whole units of a stated currency, so that no rounding is allowed.
    ``label`` says in words what is compared. ``relation`` is ``equal``, or ``at-most`` or ``at-least`` where the
    terms may stay under or go over the total, as in a budget. ``incomplete`` says that a figure which belongs to it is
    withheld, could not be read or was not given, so that only a tie can be verified, and not a break. ``allowance`` is
    how far it may be off for the ``reason`` that a budget file states.
    Where the operator is ``average``, the total is the mean of the terms that print a figure.
    Where it is ``division`` or ``relative-change``, there are two terms, a part and a whole, or a new figure and an
    old one, and ``factor`` is 1, 100, 1000 or 100 000: what one is told as. A ``product`` multiplies its terms with each other and
    with ``rate``. In these, ``exact`` says that the terms are no roundings, so that only the total is rounded.
    ``signs`` are 1 for each term that a sum adds and -1 for each that it takes away; all are added where there are none. ``probability`` is how likely it is that it is meant to hold, and
    ``fault`` how likely it is that a figure is wrong where it does not. ``slipped`` says that one slip in one figure explains the gap.
    """

    kind: str
    total: Term
    terms: Sequence[Term]
    label: str
    operator: str = SUM
    exact: bool = False
    relation: str = "equal"
    incomplete: bool = False
    factor: int = 1
    rate: Decimal = Decimal(1)
    signs: tuple[int, ...] = ()
    probability: float = 1.0
    fault: float = 1.0
    slipped: bool = False
    id: str = ""
    allowance: Decimal = ZERO
    reason: str = ""

    @property
    def witnessed(self) -> bool:
        """Return True if a break is a fault, and not only worth a note."""
        return self.fault >= WARNING

    def computed(self, readings: Readings | None = None) -> Decimal:
        """What the terms add up to; ``readings`` replaces the values of some of them.

        A mean, a share or a change is told to three places more than it is printed to.
        """
        if self.operator == AVERAGE:
            given = [term.value(readings) for term in self.terms if not term.is_nil]
            return quotient(add(given), Decimal(len(given)), self.total.amount.decimals + 3)
        if self.operator == PRODUCT:
            return self._product([term.value(readings) for term in self.terms])
        if self.operator != SUM:
            part, whole = (term.value(readings) for term in self.terms)
            if not whole:
                # Readings may put a nought there; nothing agrees with that.
                return ZERO
            return quotient(self._dividend(part, whole), whole, self.total.amount.decimals + 3)
        if isinstance(self.terms, Terms):
            return self.terms.total(readings)
        if self.signs:
            pairs = zip(self.terms, self.signs, strict=True)
            return add(multiply(term.value(readings), sign) for term, sign in pairs)
        return add(term.value(readings) for term in self.terms)

    def _product(self, values: Sequence[Decimal]) -> Decimal:
        return reduce(EXACT.multiply, values, self.rate)

    def sign_of(self, key: Key) -> int:
        """Return 1 if a sum adds the term of a key, -1 if it takes it away."""
        if not self.signs:
            return 1
        return next((sign for term, sign in zip(self.terms, self.signs, strict=True) if term.key == key), 1)

    def _dividend(self, part: Decimal, whole: Decimal) -> Decimal:
        return multiply(part if self.operator == DIVISION else subtract(part, whole), self.factor)

    def amounts(self) -> tuple[Term, ...]:
        """Every printed amount that the equation rests on, the total first."""
        return (self.total, *(leaf for term in self.terms for leaf in term.leaves() if not leaf.is_nil))

    def amounts_to_look_at(self) -> tuple[Term, ...]:
        """The amounts that may differ from their like, the total first: all, but few of a long column."""
        leaves = (leaf for term in terms_to_look_at(self.terms) for leaf in term.leaves())
        return (self.total, *(leaf for leaf in leaves if not leaf.is_nil))

    def size(self) -> int:
        """How many printed amounts the total rests on."""
        terms = self.terms
        if isinstance(terms, Terms):
            return terms.regular + len(terms.odd)
        return sum(1 for term in terms for leaf in term.leaves() if not leaf.is_nil)

    def difference(self, readings: Readings | None = None) -> Decimal:
        """The stated total less what the terms add up to."""
        return subtract(self.total.value(readings), self.computed(readings))

    def tolerance(self, difference: Decimal) -> Decimal:
        """How far the total may lie from the sum, in the direction of ``difference``, for the intervals to meet."""
        if self.operator == AVERAGE:
            return self._tolerance_of_mean()
        if self.operator == PRODUCT:
            return self._tolerance_of_product()
        if self.operator != SUM:
            return self._tolerance_of_quotient()
        if self.exact:
            return self.allowance
        total, terms, plain = self.total.amount, self.terms, ZERO
        if isinstance(terms, Terms):
            plain, terms = multiply(terms.column.half(), terms.regular), terms.odd
        parts = [leaf.amount for term in terms for leaf in term.leaves()]
        if self.signs:
            # What is taken away is rounded as much to either side as what is added, but for what is rounded to one side.
            spreads = (max(subtract(a.high, a.value), subtract(a.value, a.low)) for a in (total, *parts))
            return add([self.allowance, *spreads])
        if difference > 0:
            return add(
                [self.allowance, subtract(total.value, total.low), plain, *(subtract(a.high, a.value) for a in parts)]
            )
        return add(
            [self.allowance, subtract(total.high, total.value), plain, *(subtract(a.value, a.low) for a in parts)]
        )

    def _tolerance_of_mean(self) -> Decimal:
        """How far the mean lies from the printed one at most."""
        total, parts = self.total.amount, [term.amount for term in self.terms if not term.is_nil]
        spread = add(subtract(amount.high, amount.value) for amount in parts)
        return add((subtract(total.high, total.value), quotient(spread, Decimal(len(parts)), total.decimals + 3)))

    def _tolerance_of_quotient(self) -> Decimal:
        """How far the quotient lies from the printed one at most, for what the printed digits of all three stand for."""
        total, (part, whole) = self.total.amount, (term.amount for term in self.terms)
        own = subtract(total.high, total.value)
        if self.exact:
            return own
        ends = [
            quotient(self._dividend(above, below), below, total.decimals + 3)
            for above in (part.low, part.high)
            for below in (whole.low, whole.high)
            if below
        ]
        middle = self.computed()
        spread = max((subtract(end, middle).copy_abs() for end in ends), default=ZERO)
        return add((own, spread))

    def _tolerance_of_product(self) -> Decimal:
        """How far the product lies from the printed one at most."""
        total, parts = self.total.amount, [term.amount for term in self.terms]
        own = subtract(total.high, total.value)
        if self.exact:
            return own
        middle = self.computed()
        ends = (self._product(corner) for corner in product(*((amount.low, amount.high) for amount in parts)))
        return add((own, max(subtract(end, middle).copy_abs() for end in ends)))

    def status(self, readings: Readings | None = None) -> str:
        """Whether it ties. An amount whose writing is at fault ties at best after repair."""
        difference = self.difference(readings)
        if self.incomplete and self.relation != "equal":
            return UNVERIFIABLE
        if difference == 0 or self.is_within_bound(difference):
            return TIES_AFTER_REPAIR if self._is_repaired(readings) else TIES
        # A claim's interval is what it says; to lie in it is to agree, not to be rounded.
        if difference.copy_abs() <= self.tolerance(difference):
            return TIES if self.kind == CLAIM else TIES_WITHIN_ROUNDING
        return UNVERIFIABLE if self.incomplete else BROKEN

    def _is_repaired(self, readings: Readings | None) -> bool:
        """Whether an amount's writing is at fault, or an amount is read otherwise than it is printed."""
        changed = self.terms.changed(readings) if isinstance(self.terms, Terms) else ()
        amounts = (*self.amounts_to_look_at(), *changed)
        return any(term.amount.fault or (readings is not None and term.key in readings) for term in amounts)

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
    def terms(self) -> Sequence[Term]:
        """The equation's terms."""
        return self.equation.terms


def solve(equation: Equation, readings: Readings | None = None) -> Outcome:
    """Work out an equation, with ``readings`` for amounts that a repair reads otherwise than they are printed."""
    difference = equation.difference(readings)
    return Outcome(
        equation, equation.status(readings), equation.computed(readings), difference, equation.tolerance(difference)
    )


def writer(equation: Equation) -> Callable[[Decimal], str]:
    """What writes values as the equation's own amounts are written: their marks, and their unit if it is one."""
    amounts = [term.amount for term in equation.amounts_to_look_at()]
    notation = next((a.notation for a in amounts if a.notation.group and a.fault is None), Notation(" ", "."))
    mark = next((a.notation.decimal for a in amounts if a.notation.decimal), notation.decimal)
    exponents = {a.unit.exponent for a in amounts}
    exponent = exponents.pop() if len(exponents) == 1 and equation.kind != BUDGET else 0
    return partial(render, notation=Notation(notation.group, mark, notation.indian), exponent=exponent)
