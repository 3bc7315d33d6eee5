"""Derived figure

What it checks
    A share, a change in per cent or a rate agrees with the figures that it is worked out from. A column is held to this
    only where at least four of its figures agree for each one that does not. So does what a sentence says of its own
    amounts: *increased by 4.3 per cent to 61 340 000*.

Why it matters
    Readers quote the percentage more often than the amount. A slip in the amount shows here, too, even where no
    total is printed.

Before
    | Region | 2024 (kr) | 2025 (kr) | Change % |
    | --- | ---: | ---: | ---: |
    | Skåne | 241 870 000 | 252 604 000 | 4,4 |
    | Uppsala | 66 302 000 | 71 455 000 | 7,8 |
    | Halland | 58 817 000 | 61 340 000 | 3,4 |
    | Gotland | 10 345 000 | 10 884 000 | 5,2 |
    | Summa | 377 334 000 | 396 283 000 | 5,0 |

After
    | Region | 2024 (kr) | 2025 (kr) | Change % |
    | --- | ---: | ---: | ---: |
    | Skåne | 241 870 000 | 252 604 000 | 4,4 |
    | Uppsala | 66 302 000 | 71 455 000 | 7,8 |
    | Halland | 58 817 000 | 61 340 000 | 4,3 |
    | Gotland | 10 345 000 | 10 884 000 | 5,2 |
    | Summa | 377 334 000 | 396 283 000 | 5,0 |

What to do
    Work the figure out again. If it was right, one of the two figures that it rests on is wrong: look whether a sum
    that they stand in ties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from reconcile.check.case import Case
from reconcile.core.amounts import Notation, render
from reconcile.core.decimals import quotient, rescale
from reconcile.core.findings import Edit, Finding, Fix, RuleInfo, Severity
from reconcile.core.location import Location, TextSpan
from reconcile.core.messages import Message, say
from reconcile.core.typos import TWO_DIGITS, find_slip
from reconcile.equate.equation import BROKEN, CLAIM, DIVISION, SUM, TIES, Equation, Key, Outcome, Term
from reconcile.repair.writing import write_figure

INFO = RuleInfo("R307", "derived-figure", Severity.ERROR, fix="unsafe", since="0.2.0")
# How sure a correction is that a slip of the hand explains, and another.
_SLIPPED, _OTHER = 0.9, 0.5


def check(case: Case) -> Iterator[Finding]:
    """Yield a finding for each share, change or rate that its own figures contradict."""
    broken = [o for o in case.outcomes if o.status == BROKEN and o.equation.operator not in (SUM, "average")]
    if not broken:
        return
    held, wrong = _standing(case)
    told: set[Key] = set()
    for outcome in broken:
        equation = outcome.equation
        # What is wrong with the part or the whole is told at the sum that it breaks, and this figure may be right.
        if equation.total.key in told or any(term.key in wrong for term in equation.terms):
            continue
        told.add(equation.total.key)
        place, sign = _place(equation.total)
        expected, fixes = _correction(outcome, place, sign)
        yield Finding(
            INFO.code,
            _severity(outcome, bool(fixes) and fixes[0].confidence == _SLIPPED, held),
            _told(equation, expected),
            equation.total.location,
            tuple(term.location for term in equation.terms),
            equation.total.label if equation.kind == CLAIM else equation.total.amount.text + sign,
            expected + sign,
            fixes,
        )


def _standing(case: Case) -> tuple[set[Key], set[Key]]:
    """Return the figures that stand in sums that tie, and those whose correction another finding proposes."""
    held: set[Key] = set()
    for outcome in case.outcomes:
        if outcome.status == TIES and outcome.equation.operator == SUM:
            held.update(term.key for term in outcome.equation.amounts_to_look_at())
    places = {edit.location for solution in case.solutions.values() for fix in solution.fixes[:1] for edit in fix.edits}
    wrong = {
        term.key
        for outcome in case.outcomes
        if outcome.status == BROKEN
        for term in outcome.equation.amounts_to_look_at()
        if term.location in places
    }
    return held, wrong


def _severity(outcome: Outcome, slipped: bool, held: set[Key]) -> Severity:
    """Return an error for what a slip explains between figures that stand in sums that tie, a warning for other slips.

    Anything else is a note. One unit in the last place is how figures differ that were cut off, or worked out unrounded.
    """
    amount = outcome.total.amount
    unit = rescale(Decimal(1), amount.unit.exponent - amount.decimals)
    if outcome.difference.copy_abs() - outcome.tolerance <= unit:
        return Severity.NOTE
    if not slipped:
        # A sentence that tells all three figures contradicts itself.
        in_words = outcome.kind == CLAIM and all(term.table is None for term in outcome.terms)
        return Severity.WARNING if in_words else Severity.NOTE
    return INFO.severity if all(term.key in held for term in outcome.terms) else Severity.WARNING


def _place(total: Term) -> tuple[Location, str]:
    """Return where a figure stands, with the per cent sign that is printed behind it in a cell of a text."""
    amount, table = total.amount, total.table
    if table is None or not amount.percent:
        return total.location, ""
    sign = table.rows[total.row][total.col][amount.end :].rstrip()
    place = table.location_of(total.row, total.col, (amount.start, amount.end + len(sign)), total.label, total.header)
    whole = isinstance(place.anchor, TextSpan) and place.text == amount.text + sign and sign.strip() == "%"
    return (place, sign) if whole else (total.location, "")


def _correction(outcome: Outcome, place: Location, sign: str) -> tuple[str, tuple[Fix, ...]]:
    """Return the figure as it follows from the two that it rests on, and what a person may write."""
    total = outcome.total
    amount = total.amount
    value = quotient(outcome.computed, Decimal(1), amount.decimals - amount.unit.exponent)
    written = write_figure(amount, value, amount.notation)
    shown = written or render(value, Notation("", amount.notation.decimal), amount.unit.exponent, amount.decimals)
    if written is None:
        return shown, ()
    slip = find_slip(amount, value)
    # Two digits are all that most sentences tell.
    short = outcome.kind == CLAIM and slip is not None and slip.kind == TWO_DIGITS
    confidence = _OTHER if slip is None or short else _SLIPPED
    title = say("write {figure} for “{name}”", figure=written, name=total.label)
    if total.table is not None:
        title = say(
            "write {figure} for “{name}”, {column}", figure=written, name=total.label, column=total.header or "?"
        )
    edit = Edit(place, amount.text + sign, written + sign)
    return shown, (Fix(title, (edit,), "unsafe", "sum", confidence, written, value),)


def _told(equation: Equation, expected: str) -> Message:
    part, whole = equation.terms
    says: Mapping[str, str] = {
        "part": part.amount.text, "whole": whole.amount.text, "printed": equation.total.amount.text, "expected": expected,
    }  # fmt: skip
    if equation.kind == CLAIM and equation.operator == DIVISION:
        return say(
            "{part} is {expected} per cent of {whole}, but the text says “{claim}”", claim=equation.total.label, **says
        )
    if equation.kind == CLAIM:
        return say("from {whole} to {part} is a change of {expected} per cent, but the text says “{claim}”",
                   claim=equation.total.label, **says)  # fmt: skip
    if equation.operator == DIVISION:
        return say("{part} of {whole} is {expected}, but the table says {printed}", **says)
    return say("from {whole} to {part} is a change of {expected}, but the table says {printed}", **says)
