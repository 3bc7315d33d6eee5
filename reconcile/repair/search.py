"""Search for what explains broken sums: one figure, else two or more, whose change makes all of them tie and breaks no other.

What a figure would have to be follows from the equations it stands in, so nothing is tried that they do not ask for; only whether that
value is one slip away from what is printed has to be looked up. Figures are changed by exact differences throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from math import exp, log, prod, sqrt
from typing import NamedTuple

from reconcile.core.amounts import Amount
from reconcile.core.decimals import ZERO, add, multiply, rescale, size_of, subtract
from reconcile.core.limits import Clock
from reconcile.core.messages import say
from reconcile.core.typos import COPIED, COUNTED_TWICE, GROUP_LOST, TWO_DIGITS, WEIGHTS, Typo, find_slip, list_values
from reconcile.equate.equation import (
    BALANCE,
    BROKEN,
    BUDGET,
    CLAIM,
    COUNTERPART,
    SUM,
    Equation,
    Key,
    Outcome,
    Readings,
    Term,
)
from reconcile.repair.combinations import Effect, find_pairs
from reconcile.repair.index import INDEXED_FIGURES, EquationIndex, EquationState, connected, is_long, look_up

# Slips of more values are not looked for together; that is said.
_MOST_VALUES = 60_000
# Where rounding allows more values than this, only those one slip away are tried.
_MOST_ROUNDED = 200
# A figure printed alike elsewhere must have been mistyped and then copied, or mistyped twice.
_ALIKE = 0.1
# A share, a rate or a product that is broken, too, and holds with a figure makes this one so many times likelier.
_MENDED = 100.0
# Sizes of fewer figures than these say nothing; spreads are in powers of ten, odds natural logarithms.
_ENOUGH, _LEAST_SPREAD, _ANY_SPREAD, _MOST_ODDS = 6, 0.2, 2.0, 7.0

_NO_SIZES: Mapping[Key, tuple[float, float]] = {}


class Change(NamedTuple):
    """A figure and what it should be, and how it may have been mistyped."""

    term: Term
    value: Decimal
    slip: Typo


class Explanation(NamedTuple):
    """Changes that make all sums of a break tie, the likelier the greater its weight (relative to others of the break)."""

    changes: tuple[Change, ...]
    weight: float
    # The shares, rates and the like that are broken, too, and hold with these changes.
    beside: tuple[Equation, ...] = ()


class Break(NamedTuple):
    """Broken equations that share figures, and what explains them all.

    ``forced`` is the one figure that the equations point to between them, whatever its value, with that value, if they point to
    one. ``proven`` says that no other mistake of one hand leads there: where a figure is only ever the total, a wrong part may
    have been carried into the sums between. ``limit`` says what was not looked at.
    """

    equations: tuple[Equation, ...]
    difference: Decimal
    explanations: tuple[Explanation, ...] = ()
    forced: tuple[Term, Decimal] | None = None
    proven: bool = False
    limit: str = ""


def find_breaks(
    outcomes: Sequence[Outcome], readings: Readings, clock: Clock, sizes: Mapping[Key, tuple[float, float]] = _NO_SIZES
) -> list[Break]:
    """All breaks among worked-out equations, with their explanations; nothing where no sum is broken.

    ``readings`` are the values of amounts that are read otherwise than printed already: these are no suspects any more.
    ``sizes`` are the middle and the spread (powers of ten) of what siblings let expect of figures.
    """
    broken = {id(o.equation): o for o in outcomes if _drives(o) or _is_contradicted(o)}
    groups = [_witnessed_first(group) for group in connected([outcome.equation for outcome in broken.values()])]
    # Where nothing says that any of them is meant to hold there is nothing to explain.
    groups = [group for group in groups if _is_meant(group[0]) or group[0].kind == CLAIM]
    searched = [equation for group in groups if not is_long(*group) for equation in group]
    terms = {t.key: t for equation in searched for t in equation.amounts() if t.key not in readings}
    known = look_up(outcomes, terms.keys())
    breaks: list[Break] = []
    for group in groups:
        if is_long(*group) or clock.is_up():
            what = say("the time limit was reached")
            if is_long(*group):
                what = say("sums of more than {most:,} figures are not searched for slips", most=INDEXED_FIGURES)
            breaks.append(Break(tuple(group), broken[id(group[0])].difference, limit=what))
            continue
        for part in map(_witnessed_first, _System(group, terms, known, sizes).split()):
            if _is_meant(part[0]):
                breaks.append(_explain(part, terms, known, sizes, clock))
                continue
            # Nothing but sentences, or other documents, that say something else.
            alone = (_System([claim], terms, known, sizes).explain(clock) for claim in part if _is_exact(claim))
            breaks += [found for found in alone if found.explanations]
    return breaks


def _explain(
    group: Sequence[Equation],
    terms: Mapping[Key, Term],
    known: EquationIndex,
    sizes: Mapping[Key, tuple[float, float]],
    clock: Clock,
) -> Break:
    """What explains the broken equations of a group together; if nothing does, those that are known to be meant as sums."""
    claims = [equation for equation in group if equation.kind == CLAIM]
    if claims:
        found = _System(group, terms, known, sizes).explain(clock, several=False)
        if found.explanations or (found.forced and all(map(_is_exact, claims))):
            return found
        # The sentences may speak of something else.
        group = [equation for equation in group if equation.kind != CLAIM]
    found = _System(group, terms, known, sizes).explain(clock)
    sure = [equation for equation in group if _is_meant(equation)]
    if found.explanations or found.forced or not 0 < len(sure) < len(group):
        return found
    without = _System(sure, terms, known, sizes).explain(clock)
    if all(equation.kind == COUNTERPART for equation in group if equation not in sure):
        # The other document may be another version.
        return without
    return without._replace(forced=None, proven=False, limit=say("other sums that share its figures do not tie either"))


def _witnessed_first(group: Sequence[Equation]) -> list[Equation]:
    return sorted(group, key=lambda equation: not _is_meant(equation))


def _is_meant(equation: Equation) -> bool:
    """Whether an equation that is broken is known to be meant to hold."""
    return equation.witnessed and equation.kind not in (COUNTERPART, CLAIM)


def _drives(outcome: Outcome) -> bool:
    """Whether an equation is broken in a way that says what is wanted: a claim in prose and a ceiling do not."""
    equation = outcome.equation
    return (
        outcome.status == BROKEN
        and equation.operator == SUM
        and equation.relation == "equal"
        and equation.kind != CLAIM
    )


def _is_contradicted(outcome: Outcome) -> bool:
    """Whether a sentence says another amount of a row than the table."""
    equation = outcome.equation
    return outcome.status == BROKEN and equation.kind == CLAIM and equation.operator == SUM and equation.witnessed


def _is_exact(claim: Equation) -> bool:
    """Whether an equation is a claim that gives an amount to its last unit, without a hedge."""
    return claim.kind == CLAIM and claim.total.amount.low == claim.total.amount.high


class _System:
    """The broken equations of one break with all others that their figures stand in."""

    def __init__(
        self,
        broken: Sequence[Equation],
        terms: Mapping[Key, Term],
        known: EquationIndex,
        sizes: Mapping[Key, tuple[float, float]],
    ) -> None:
        self.broken = tuple(broken)
        own = dict.fromkeys(term.key for equation in broken for term in equation.amounts())
        self.terms = {key: terms[key] for key in own if key in terms}
        members = {id(equation) for equation in broken}
        self.held: dict[int, EquationState] = {}
        # What a change of a figure by one moves the difference of each equation by that it stands in.
        self.standing: dict[Key, dict[int, int]] = {}
        for key in self.terms:
            self.standing[key] = {}
            for number, factor in known.factors[key].items():
                outcome = known.outcomes[number]
                if outcome.status != BROKEN or id(outcome.equation) in members:
                    self.standing[key][number] = factor
                    if number not in self.held:
                        self.held[number] = EquationState.of(outcome)
        # The broken shares, rates and products that a figure stands in.
        self.derived: dict[Key, list[Equation]] = {}
        for key in self.terms:
            others = (known.outcomes[number] for number in known.factors[key])
            broken_beside = [o.equation for o in others if o.status == BROKEN and o.equation.operator != SUM]
            if found := [equation for equation in broken_beside if equation.witnessed]:
                self.derived[key] = found
        self.sizes, self.totals = sizes, known.totals
        self.columns: dict[Key, tuple[float, float]] = {}

    def split(self) -> list[list[Equation]]:
        """The broken equations in the parts that explain themselves: those that one figure alone, and no other, makes tie together.

        Two mistakes in one grid break four sums that share figures, but each has two of its own.
        """
        wanted = self._wanted()
        mended: dict[frozenset[int], list[Key]] = {}
        for key, standing in self.standing.items():
            own = frozenset(wanted & standing.keys())
            if 1 < len(own) < len(wanted) and self._range(key) is not None:
                mended.setdefault(own, []).append(key)
        alone = [own for own, keys in mended.items() if len(keys) == 1 and all(own == o or not own & o for o in mended)]
        parts = [[self.held[number].equation for number in sorted(own)] for own in alone]
        taken = {id(equation) for part in parts for equation in part}
        return [*parts, *connected([equation for equation in self.broken if id(equation) not in taken])]

    def _wanted(self) -> set[int]:
        """The numbers of the equations that are broken."""
        return {number for number, held in self.held.items() if held.broken}

    def explain(self, clock: Clock, several: bool = True) -> Break:
        """The break with all single changes that explain it; ``several`` at once where there is none and more equations tell them apart."""
        wanted = self._wanted()
        ranges = {
            key: span
            for key in self.terms
            if wanted <= self.standing[key].keys() and (span := self._range(key)) is not None
        }
        found = [e for key, span in ranges.items() for e in self._singles(key, span)]
        forced, proven = None, False
        if len(ranges) == 1 and len(wanted) > 1:
            ((key, (low, high)),) = ranges.items()
            asked = self._asked(key, wanted)
            if low == high or asked is not None:
                forced = self.terms[key], add((self.terms[key].value(), low if asked is None else asked))
                proven = self._is_proven(key, wanted)
                if asked is not None:
                    # Among all values that rounding allows, that on which all agree to the unit was meant.
                    found = [e for e in found if any(c.term.key == key and c.value == forced[1] for c in e.changes)]
        limit = ""
        if several and not found and len(wanted) > 1:
            found, limit = self._several(clock)
        most = max((len(e.beside) for e in found), default=0)
        # What a share asks for as well leaves no other: where one figure alone does so, two witnesses prove it.
        found = sorted((e for e in found if len(e.beside) == most), key=lambda e: -e.weight)
        beside = found[0].beside if most and len(found) == 1 and self._is_pinned(found[0], wanted) else ()
        proven = proven or (bool(beside) and _is_meant(self.broken[0]))
        difference = next((h.difference for h in self.held.values() if h.equation is self.broken[0]), ZERO)
        return Break((*self.broken, *beside), difference, tuple(found), forced, proven, limit)

    def _is_pinned(self, explanation: Explanation, wanted: Set[int]) -> bool:
        """Whether a usual slip explains one figure, and nothing near it would do: its sums tie to the unit, or it is derived itself."""
        if len(explanation.changes) != 1:
            return False
        (change,) = explanation.changes
        # A figure that was cut off at its decimals stands for more values than its own place tells.
        column = [
            t.amount.decimals
            for e in self.broken
            for t in e.amounts()
            if t.col == change.term.col and t.table is not None
        ]
        if change.slip.kind in (TWO_DIGITS, GROUP_LOST) or change.term.amount.decimals < max(column, default=0):
            return False
        if any(equation.total.key == change.term.key for equation in explanation.beside):
            return True
        moved = subtract(change.value, change.term.value())
        factors = self.standing[change.term.key]
        return all(not add((self.held[n].difference, multiply(moved, factors[n]))) for n in wanted)

    def _asked(self, key: Key, wanted: Set[int]) -> Decimal | None:
        """By how much a figure must change for all broken equations to tie to the unit; None where they ask for different changes."""
        changes = {multiply(self.held[number].difference, -self.standing[key][number]) for number in wanted}
        return changes.pop() if len(changes) == 1 and all(abs(self.standing[key][n]) == 1 for n in wanted) else None

    def _is_proven(self, key: Key, wanted: Set[int]) -> bool:
        """Whether a sum of the figure's own document and another sum, or another document, point to a figure, and to no other."""
        equations = [self.held[number].equation for number in wanted]
        own = [equation for equation in equations if _is_meant(equation)]
        beside = any(equation.kind == COUNTERPART for equation in equations)
        within = any(e.kind != BUDGET for e in own) and (beside or any(e.total.key != key for e in own))
        return within and (beside or len(own) > 1)

    def _range(self, key: Key) -> tuple[Decimal, Decimal] | None:
        """By how much a figure may change, at least and at most, for all equations to tie; None where nothing does."""
        low = high = None
        for number, factor in self.standing[key].items():
            held = self.held[number]
            if held.equation.operator != SUM or held.equation.relation != "equal" or self._is_alike(number):
                continue
            if abs(factor) != 1:
                return None
            least, most = held.allows(factor)
            low = least if low is None else max(low, least)
            high = most if high is None else min(high, most)
        return None if low is None or high is None or low > high else (low, high)

    def _is_alike(self, number: int) -> bool:
        """Whether an equation that ties only says that a figure is printed alike in two places."""
        held = self.held[number]
        return (
            not held.broken
            and len(held.equation.terms) == 1
            and held.equation.kind not in (BALANCE, BUDGET, COUNTERPART)
            and held.difference == 0
        )

    def _singles(self, key: Key, span: tuple[Decimal, Decimal]) -> Iterator[Explanation]:
        term = self.terms[key]
        now = term.value()
        for value in _values_within(term.amount, add((now, span[0])), add((now, span[1]))):
            slip = self._slip(key, value)
            if slip is None or not self._keeps(key, value):
                continue
            fit = self._fit(key, value)
            if fit < 1 and slip.kind in (TWO_DIGITS, GROUP_LOST):
                # Among all values that rounding allows, some are always two digits away.
                continue
            copies = [self.held[n].equation for n in self.standing[key] if self._is_alike(n)]
            others = dict.fromkeys(t for e in copies for t in e.amounts() if t.key != key)
            changes = (Change(term, value, slip), *(Change(other, value, slip) for other in others))
            weight = slip.weight * self._prior(key, value) * fit
            beside = tuple(e for e in self.derived.get(key, ()) if e.status({key: value}) != BROKEN)
            yield Explanation(changes, weight * (_ALIKE if others else 1.0) * _MENDED ** len(beside), beside)

    def _fit(self, key: Key, value: Decimal) -> float:
        """Less than 1 where a sum would tie only within rounding, and the less, the more rounding allows."""
        amount = self.terms[key].amount
        change = subtract(value, self.terms[key].value())
        fit = 1.0
        for number, factor in self.standing[key].items():
            held = self.held[number]
            if held.broken and add((held.difference, multiply(change, factor))):
                width = rescale(add((held.above, held.below)), amount.decimals - amount.unit.exponent)
                fit /= 1 + float(width)
        return fit

    def _slip(self, key: Key, value: Decimal) -> Typo | None:
        """How a figure may have come to be printed instead of ``value``."""
        term = self.terms[key]
        slip = find_slip(term.amount, value)
        if self._repeats_neighbour(term) and (value > 0) == (term.value() > 0) and value:
            weight = WEIGHTS[COPIED]
            return Typo(COPIED, weight) if slip is None or slip.weight < weight else slip
        twice = self._counted_twice(key)
        if twice is None or slip is None:
            return slip or twice
        return Typo(max(slip, twice, key=lambda each: each.weight).kind, slip.weight + twice.weight)

    def _counted_twice(self, key: Key) -> Typo | None:
        """Whether a total is off by just one of its parts, so that this was counted twice, or not at all."""
        for number in self.standing[key]:
            held = self.held[number]
            if not held.broken or held.equation.total.key != key or len(held.equation.terms) < 2:
                continue
            off = held.difference.copy_abs()
            parts = [part for part in held.equation.terms if part.value().copy_abs() == off]
            share = WEIGHTS[COUNTED_TWICE] / len(held.equation.terms)
            if parts and parts[0].value() == held.difference:
                return Typo(say("“{name}” counted twice", name=parts[0].label), share)
            # A row that stands there twice is not left out of the total.
            if parts and len({part.label for part in parts}) == len(parts):
                return Typo(say("“{name}” left out", name=parts[0].label), share)
        return None

    def _repeats_neighbour(self, term: Term) -> bool:
        """Whether the row above or below prints the very same figure, of four digits or more."""
        if term.table is None or sum(term.amount.sizes) + term.amount.decimals < 4:
            return False
        path, table, _, col = term.key
        beside = (self.terms.get((path, table, term.row + step, col)) for step in (-1, 1))
        return any(other is not None and other.value() == term.value() for other in beside)

    def _prior(self, key: Key, value: Decimal) -> float:
        """How much likelier a row is to be as great as ``value`` than as printed, by its sibling or the rows beside it.

        Sizes in a column are spread evenly in proportion about their middle (log-normally); what is a sum of others is as great
        as they make it.
        """
        term = self.terms[key]
        if key in self.totals or not value or not term.value():
            return 1.0
        middle, spread = self.sizes.get(key) or self._sizes_beside(key)
        now, then = size_of(term.value()), size_of(value)
        before, after = (now - middle) / spread, (then - middle) / spread
        odds = (now - then) * log(10) + (before * before - after * after) / 2
        return exp(max(-_MOST_ODDS, min(_MOST_ODDS, odds)))

    def _sizes_beside(self, key: Key) -> tuple[float, float]:
        """The mean and the standard deviation of the sizes of the figures that stand in a figure's column."""
        column = (*key[:2], key[-1])
        if column not in self.columns:
            beside = [
                size_of(term.value())
                for other, term in self.terms.items()
                if (*other[:2], other[-1]) == column and other not in self.totals and term.value()
            ]
            middle = sum(beside) / len(beside)
            spread = sqrt(sum((size - middle) ** 2 for size in beside) / len(beside))
            spread = max(spread, _LEAST_SPREAD) if len(beside) >= _ENOUGH else _ANY_SPREAD
            self.columns[column] = (middle, spread)
        return self.columns[column]

    def _keeps(self, key: Key, value: Decimal) -> bool:
        """Whether shares, changes and ceilings that a figure stands in still hold with another value."""
        for number in self.standing[key]:
            equation = self.held[number].equation
            if (equation.operator != SUM or equation.relation != "equal") and equation.status({key: value}) == BROKEN:
                return False
        return True

    def _several(self, clock: Clock) -> tuple[list[Explanation], str]:
        """Return the pairs of changes that explain the break together, and what was not looked at."""
        exact = all(not held.above and not held.below for held in self.held.values() if held.equation.kind != CLAIM)
        suspects = {key: list_values(term.amount) for key, term in self.terms.items() if not term.is_nil}
        if not exact or sum(map(len, suspects.values())) > _MOST_VALUES:
            why = say("pairs of slips were not searched for: too many figures")
            return [], why if exact else say("pairs of slips were not searched for: the figures are rounded")
        sums = {
            n for n, held in self.held.items() if held.equation.operator == SUM and held.equation.relation == "equal"
        }
        plain = {n for n in sums if self.held[n].equation.kind != CLAIM}
        wanted = {n: self.held[n].difference.copy_negate() for n in sums if self.held[n].broken}
        effects: dict[Effect, list[tuple[Key, Decimal]]] = {}
        for key, values in suspects.items():
            if clock.is_up():
                return [], say("pairs of slips were not searched for: the time limit was reached")
            now = self.terms[key].value()
            for value in values:
                change = subtract(value, now)
                effect = frozenset((n, multiply(change, f)) for n, f in self.standing[key].items() if n in plain)
                effects.setdefault(effect, []).append((key, value))
        pairs = find_pairs(effects, wanted)
        return [explained for slips in pairs if (explained := self._explained(slips)) is not None], ""

    def _explained(self, slips: Sequence[tuple[Key, Decimal]]) -> Explanation | None:
        """Several slips as an explanation; None where a share or a ceiling would not hold any more."""
        changes = tuple(self._change(key, value) for key, value in slips)
        if not all(self._keeps(change.term.key, change.value) for change in changes):
            return None
        return Explanation(changes, prod(c.slip.weight * self._prior(c.term.key, c.value) for c in changes))

    def _change(self, key: Key, value: Decimal) -> Change:
        term = self.terms[key]
        slip = find_slip(term.amount, value)
        return Change(term, value, slip or Typo("", 0.0))


def _values_within(amount: Amount, low: Decimal, high: Decimal) -> Iterator[Decimal]:
    """The values between two ends that an amount may have meant: each that its last place can print, if they are few.

    Where its decimal mark was moved, it meant one of more places.
    """
    if low == high:
        yield low
        return
    exponent = amount.unit.exponent - amount.decimals
    first, last = rescale(low, -exponent), rescale(high, -exponent)
    start = int(first) + (first > int(first))
    stop = int(last) - (last < int(last))
    few = stop - start <= _MOST_ROUNDED
    values = [rescale(Decimal(number), exponent) for number in range(start, stop + 1)] if few else list_values(amount)
    moved = [rescale(amount.value, power) for power in (-2, -1)] if amount.decimals else []
    yield from dict.fromkeys(value for value in (*values, *moved) if low <= value <= high)
