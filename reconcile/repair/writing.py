"""Repair amounts whose writing is at fault: find the reading under which everything that should add up does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reconcile.amounts import Amount, Notation, render, rescale
from reconcile.casefile import Repair, notation_in
from reconcile.equations import BROKEN, BUDGET, CLAIM, Equation, Key, Term
from reconcile.findings import Edit, Fix
from reconcile.recognition import Figures

# How sure a repair is, by its proof. Regrouping under a tied sum leaves every digit as printed; where a digit had to be
# added or taken away, the sum alone says which.
_CONFIDENCE = {"sum": 0.999, "budget": 0.999, "writing": 0.9}
_CONFIDENCE_OF_DIGITS = 0.99


def repair_writing(
    suspects: Sequence[tuple[Figures, Term]], equations: Sequence[Equation]
) -> tuple[dict[Key, Repair], dict[Key, Decimal]]:
    """Repairs of ``suspects`` (amounts with a fault or a glued mark), and the readings that differ from the digits printed.

    The digits as printed come first, only grouped anew. If the equations do not tie so, one digit is put into a group
    that is too short, or taken from one too long; a reading counts if it is the only one under which all of them tie.
    """
    repairs: dict[Key, Repair] = {}
    readings: dict[Key, Decimal] = {}
    for figures, term in suspects:
        proofs = [
            equation
            for equation in equations
            if equation.kind != CLAIM and any(leaf.key == term.key for leaf in equation.amounts())
        ]
        notation = notation_in(figures, term.col)
        chosen, proof = term.value(), "writing"
        if proofs and _all_tie(proofs, term, chosen):
            proof = "budget" if all(equation.kind == BUDGET for equation in proofs) else "sum"
        elif proofs:
            solutions = {value for value in _digit_edits(term.amount) if _all_tie(proofs, term, value)}
            if len(solutions) == 1:
                chosen, proof = solutions.pop(), "sum"
                readings[term.key] = chosen
        repairs[term.key] = Repair(
            term, _fix(term, chosen, proof, notation), tuple(proofs) if proof != "writing" else ()
        )
    return repairs, readings


def _all_tie(equations: Sequence[Equation], term: Term, value: Decimal) -> bool:
    return all(equation.status({term.key: value}) != BROKEN for equation in equations)


def _digit_edits(amount: Amount) -> Iterator[Decimal]:
    """Values with one digit put into a group of fewer than three, or taken from one of more."""
    if amount.fault != "malformed":
        return
    digits = [char for char in amount.text if char.isdigit()]
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


def _fix(term: Term, value: Decimal, proof: str, notation: Notation) -> Fix:
    amount = term.amount
    # What is replaced: the figure, with the mark that is stuck to it.
    old = amount.text + amount.glued
    style = Notation(
        notation.group or amount.notation.group, amount.notation.decimal or notation.decimal, notation.indian
    )
    if not amount.fault and not amount.notation.group:
        style = amount.notation
    new = render(value, style, amount.unit.exponent, amount.decimals)
    location = term.location
    if term.table is not None and amount.glued:
        cut = (amount.start, amount.start + len(old))
        location = term.table.location_of(term.row, term.col, cut, term.label, term.header)
    confidence = _CONFIDENCE[proof] if value == amount.value else _CONFIDENCE_OF_DIGITS
    return Fix(
        f"write {new}", (Edit(location, location.text, new),), "unsafe" if proof == "writing" else "safe", proof,
        confidence, new, value,
    )  # fmt: skip
