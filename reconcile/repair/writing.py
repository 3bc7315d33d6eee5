"""Repair amounts whose writing is at fault: find the reading under which everything that should add up does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from reconcile.core.amounts import Amount, Notation, render
from reconcile.core.decimals import add, rescale, subtract
from reconcile.core.findings import Edit, Fix
from reconcile.core.messages import say
from reconcile.equate.equation import BUDGET, CLAIM, COUNTERPART, Equation, Key, Term, is_approximate
from reconcile.repair.results import Repair

# How sure a repair is, by what proves it. Regrouping under a sum that ties exactly leaves every digit as printed. Where a
# digit was added or taken away, one sum always finds a digit that makes it tie, even one that hides a second error: only two
# equations that agree, and share no other figure, prove it. A sum that ties within rounding would tie with a neighbouring figure, too.
# An amount that stands in more equations is weighed by the first of them.
_MOST_EQUATIONS = 50
# What other documents and the budget file say.
_BESIDE = (BUDGET, COUNTERPART)
_MOST_TERMS = 3_000
_EXACT, _TWICE, _ONCE, _ROUNDED, _UNPROVED = 0.999, 0.99, 0.9, 0.95, 0.9


def repair_writing(
    suspects: Sequence[tuple[Notation, Term]], equations: Sequence[Equation]
) -> tuple[dict[Key, Repair], dict[Key, Decimal]]:
    """Repair ``suspects``: amounts with a fault or a glued mark, each with the notation of its column.

    Returns the repairs, and the readings that differ from the digits as printed. These come first, only grouped anew, or with the
    decimal mark a place or two aside. If the equations do not tie so, one digit is put into a group that is too short, or taken from one too long; a reading
    counts if it is the only one under which all of them tie.
    """
    standing: dict[Key, list[Equation]] = {term.key: [] for _, term in suspects}
    for equation in equations:
        # An upper or a lower bound holds for almost any figure, and proves none; nor do approximate figures.
        if suspects and equation.kind != CLAIM and equation.relation == "equal" and not is_approximate(equation):
            for key in dict.fromkeys(term.key for term in equation.amounts_to_look_at()):
                if key in standing:
                    standing[key].append(equation)
    effects = {id(equation): _Effect.of(equation) for group in standing.values() for equation in group}
    repairs: dict[Key, Repair] = {}
    readings: dict[Key, Decimal] = {}
    for notation, term in suspects:
        # What a document says itself proves a figure; other documents speak only where it is silent.
        proofs = [e for e in standing[term.key] if e.kind not in _BESIDE] or standing[term.key]
        weighed = [effects[id(equation)] for equation in proofs[:_MOST_EQUATIONS]]
        value, decimals, proof, confidence = term.value(), term.amount.decimals, "writing", _UNPROVED
        if weighed and all(effect.ties(term, value) for effect in weighed):
            exact = all(effect.difference == 0 for effect in weighed)
            proof, confidence = _kind(proofs), _EXACT if exact else _ROUNDED
        elif moved := [(each, places) for each, places in _marks_moved(term.amount) if _is_exact(weighed, term, each)]:
            # All digits are as printed, and no figure near it would do.
            (value, decimals), proof, confidence = moved[0], _kind(proofs), _EXACT
            readings[term.key] = value
        elif weighed:
            edits = set(_digit_edits(term.amount))
            solutions = {edited for edited in edits if all(effect.ties(term, edited) for effect in weighed)}
            if len(solutions) == 1:
                value = solutions.pop()
                readings[term.key] = value
                proof, confidence = _kind(proofs), _TWICE if _is_pinned(term, proofs[:_MOST_EQUATIONS]) else _ONCE
        if proof == "sum":
            # Where another document has the very same, it confirms what one sum alone would not prove.
            proofs = [
                *proofs,
                *(e for e in standing[term.key] if e.kind == COUNTERPART and effects[id(e)].ties(term, value)),
            ]
            if confidence < _TWICE and any(equation.kind == COUNTERPART for equation in proofs):
                proof, confidence = "budget", _TWICE
        safe = proof != "writing" and confidence >= _TWICE
        fix = _fix(term, value, decimals, proof, confidence, safe, notation)
        repairs[term.key] = Repair(term, fix, notation, tuple(proofs) if proof != "writing" else ())
    return repairs, readings


class _Effect(NamedTuple):
    """An equation worked out once, so that another reading of one amount is weighed without adding all up again."""

    equation: Equation
    difference: Decimal
    above: Decimal
    below: Decimal

    @classmethod
    def of(cls, equation: Equation) -> _Effect:
        """Its difference, and what is tolerated for a total above or below its sum."""
        return cls(equation, equation.difference(), equation.tolerance(Decimal(1)), equation.tolerance(Decimal(-1)))

    def ties(self, term: Term, value: Decimal) -> bool:
        """Whether the equation would tie if ``term`` were ``value``."""
        difference = self.gap(term, value)
        return difference.copy_abs() <= (self.above if difference > 0 else self.below)

    def gap(self, term: Term, value: Decimal) -> Decimal:
        """How far the equation would be off if ``term`` were ``value``."""
        change = subtract(value, term.value())
        taken = term.key != self.equation.total.key and self.equation.sign_of(term.key) > 0
        return add([self.difference, change.copy_negate() if taken else change])


def _is_pinned(term: Term, proofs: Sequence[Equation]) -> bool:
    """Whether an amount is all that two equations have in common, so that no second error can hide in both."""
    if any(len(equation.terms) > _MOST_TERMS for equation in proofs):
        return False
    figures = [{each.key for each in equation.amounts()} for equation in proofs]
    return any(one & other == {term.key} for one, other in combinations(figures, 2))


def _kind(proofs: Sequence[Equation]) -> str:
    return "budget" if all(equation.kind in _BESIDE for equation in proofs) else "sum"


# No money has more digits; every place of every one would be tried.
_MOST_DIGITS = 40


def _marks_moved(amount: Amount) -> Iterator[tuple[Decimal, int]]:
    """The same digits with the decimal mark elsewhere by one or two places, each with its decimals; of what is badly grouped alone."""
    if amount.fault != "malformed" or not amount.decimals:
        return
    for places in (-2, -1, 1, 2):
        if amount.decimals + places >= 0:
            yield rescale(amount.value, -places), amount.decimals + places


def _is_exact(weighed: Sequence[_Effect], term: Term, value: Decimal) -> bool:
    return bool(weighed) and all(effect.gap(term, value) == 0 for effect in weighed)


def _digit_edits(amount: Amount) -> Iterator[Decimal]:
    """Values with one digit put into a group of fewer than three, or taken from one of more."""
    if amount.fault != "malformed":
        return
    digits = [char for char in amount.text if char.isdigit()]
    if len(digits) > _MOST_DIGITS:
        return
    start = 0
    for place, size in enumerate(amount.sizes):
        end = start + size
        if size < 3 and place:
            for position in range(start, end + 1):
                for digit in "0123456789":
                    yield _value(amount, [*digits[:position], digit, *digits[position:]])
        elif size > 3:
            for position in range(start, end):
                yield _value(amount, [*digits[:position], *digits[position + 1 :]])
        start = end


def _value(amount: Amount, digits: Sequence[str]) -> Decimal:
    value = rescale(Decimal("".join(digits)), amount.unit.exponent - amount.decimals)
    return value.copy_negate() if amount.value < 0 else value


def _fix(
    term: Term, value: Decimal, decimals: int, proof: str, confidence: float, safe: bool, notation: Notation
) -> Fix:
    amount = term.amount._replace(decimals=decimals)
    # What is replaced: the figure, with the mark that is stuck to it.
    length = len(amount.text + amount.glued)
    new = _write(amount, value, notation)
    location = term.location
    if term.table is not None and amount.glued:
        cut = (amount.start, amount.start + length)
        location = term.table.location_of(term.row, term.col, cut, term.label, term.header)
    edits = (Edit(location, location.text, new),)
    return Fix(say("write {new}", new=new), edits, "safe" if safe else "unsafe", proof, confidence, new, value)


def _write(amount: Amount, value: Decimal, notation: Notation) -> str:
    """``value`` as its column is written; as the amount itself is where that is not at fault and has no groups."""
    style = notation._replace(
        group=notation.group or amount.notation.group, decimal=amount.notation.decimal or notation.decimal
    )
    if not amount.fault and not amount.notation.group:
        style = amount.notation
    return render(value, style, amount.unit.exponent, amount.decimals)


def write_figure(amount: Amount, value: Decimal, notation: Notation) -> str | None:
    """``value`` as it would stand in place of ``amount``, in its own marks; ``notation`` is that of its neighbours.

    None where it cannot: a figure whose sign stands apart from it, as in (1 200), that would have to change it.
    """
    if (amount.decimals == 3 or amount.fault) and not notation.decimal and value == value.to_integral_value():
        # Beside whole figures three decimals are a group behind another mark, and those of what is badly written are none.
        amount = amount._replace(decimals=0)
    apart = amount.value < 0 and amount.text[:1].isdigit()
    if apart and value > 0:
        return None
    if not amount.fault and amount.notation.group:
        notation = amount.notation
    elif not amount.fault and sum(amount.sizes) <= 3:
        # Too short to show whether it would have groups; its decimal mark is its own.
        notation = notation._replace(decimal=amount.notation.decimal or notation.decimal)
        return _signed(amount, render(value, notation, amount.unit.exponent, amount.decimals), apart)
    return _signed(amount, _write(amount, value, notation), apart)


def _signed(amount: Amount, written: str, apart: bool) -> str:
    """A written figure with the minus sign of its kind, or without where that stands apart."""
    if not written.startswith("-"):
        return written
    minus = "" if apart else amount.text[:1] if not amount.text[:1].isdigit() else "-"
    return minus + written[1:]
