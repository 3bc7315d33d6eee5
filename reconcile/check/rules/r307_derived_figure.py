"""Derived figure

What it checks
    A share, a change in per cent, a rate, an index or a product agrees with the figures that it is worked out from. A
    column is held to this only where its words and the figures that agree show that it is meant. So does what a sentence says
    of its own amounts: *increased by 4.3 per cent to 61 340 000*.

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
    that they stand in ties. The fixes name each of the three that one typing slip explains, the likeliest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from reconcile.check.case import Case
from reconcile.check.wording import severity_of
from reconcile.core.amounts import Notation, render
from reconcile.core.decimals import EXACT, quotient, rescale
from reconcile.core.findings import Edit, Finding, Fix, RuleInfo, Severity
from reconcile.core.location import Location, TextSpan
from reconcile.core.messages import Message, say
from reconcile.core.typos import TWO_DIGITS, find_slip, list_values
from reconcile.equate.equation import AVERAGE, BROKEN, CLAIM, DIVISION, PRODUCT, SUM, TIES, Equation, Key, Outcome, Term
from reconcile.repair.writing import write_figure

INFO = RuleInfo("R307", "derived-figure", Severity.ERROR, fix="unsafe", since="0.2.0")
# What a correction weighs that no slip explains, beside those that one does; how sure a single one is, and how many are told.
_NO_SLIP, _SINGLE, _MOST_TOLD = 0.0005, 0.9, 12
# A figure that other derived figures ask for as well is so many times likelier.
_ALSO = 100.0


class _Candidate(NamedTuple):
    """A figure, what it should be, and how likely that is beside the others."""

    term: Term
    value: Decimal
    weight: float


class _Standing(NamedTuple):
    """The figures in sums that tie, those that another finding corrects, and the derived figures that each figure stands in."""

    held: set[Key]
    wrong: set[Key]
    derived: Mapping[Key, Sequence[Outcome]]


def check(case: Case) -> Iterator[Finding]:
    """Yield a finding for each share, change, rate or product that its own figures contradict."""
    broken = [o for o in case.outcomes if o.status == BROKEN and o.equation.operator not in (SUM, AVERAGE)]
    if not broken:
        return
    standing = _standing(case)
    told: set[Key] = set()
    for outcome in broken:
        equation = outcome.equation
        # What is wrong with one of the figures is told at the sum that it breaks.
        if any(term.key in told or term.key in standing.wrong for term in equation.amounts()):
            continue
        candidates = _candidates(outcome, standing)
        told.add(candidates[0].term.key if candidates else equation.total.key)
        _, sign = _place(equation.total)
        expected, fixes = _correction(outcome, candidates)
        yield Finding(
            INFO.code,
            _severity(outcome, standing),
            _told(equation, expected),
            equation.total.location,
            tuple(term.location for term in equation.terms),
            equation.total.label if equation.kind == CLAIM else equation.total.amount.text + sign,
            expected + sign,
            fixes,
            (outcome.id,),
        )


def _standing(case: Case) -> _Standing:
    held: set[Key] = set()
    derived: dict[Key, list[Outcome]] = {}
    for outcome in case.outcomes:
        if outcome.equation.operator == SUM:
            if outcome.status == TIES:
                held.update(term.key for term in outcome.equation.amounts_to_look_at())
        elif outcome.equation.operator != AVERAGE:
            for term in outcome.equation.amounts():
                derived.setdefault(term.key, []).append(outcome)
    places = {edit.location for solution in case.solutions.values() for fix in solution.fixes[:1] for edit in fix.edits}
    wrong = {
        term.key
        for outcome in case.outcomes
        if outcome.status == BROKEN
        for term in outcome.equation.amounts_to_look_at()
        if term.location in places
    }
    return _Standing(held, wrong, derived)


def _severity(outcome: Outcome, standing: _Standing) -> Severity:
    """Return how sure it is that a figure is wrong, as the judge says; one in the last place is how figures differ that were cut off."""
    equation, amount = outcome.equation, outcome.total.amount
    unit = rescale(Decimal(1), amount.unit.exponent - amount.decimals)
    if outcome.difference.copy_abs() - outcome.tolerance <= unit:
        return Severity.NOTE
    if equation.kind == CLAIM:
        slip = find_slip(amount, _rounded(outcome))
        # Two digits are all that most sentences tell. A sentence that tells all three figures contradicts itself.
        if slip is None or slip.kind == TWO_DIGITS:
            return Severity.WARNING if all(term.table is None for term in equation.terms) else Severity.NOTE
        return INFO.severity if all(term.key in standing.held for term in equation.terms) else Severity.WARNING
    return severity_of(equation)


def _place(term: Term) -> tuple[Location, str]:
    """Return where a figure stands, with the per cent sign that is printed behind it in a cell of a text."""
    amount, table = term.amount, term.table
    if table is None or not amount.percent:
        return term.location, ""
    sign = table.rows[term.row][term.col][amount.end :].rstrip()
    place = table.location_of(term.row, term.col, (amount.start, amount.end + len(sign)), term.label, term.header)
    whole = isinstance(place.anchor, TextSpan) and place.text == amount.text + sign and sign.strip() == "%"
    return (place, sign) if whole else (term.location, "")


def _candidates(outcome: Outcome, standing: _Standing) -> list[_Candidate]:
    """Return what each of the figures should be, the likeliest first; one that a sum holds is right, unless all are."""
    equation, total = outcome.equation, outcome.total
    slip = find_slip(total.amount, _rounded(outcome))
    weight = slip.weight if slip is not None else _NO_SLIP
    own = _Candidate(total, _rounded(outcome), weight * _also(total, _rounded(outcome), outcome, standing))
    others = [
        _Candidate(term, value, typo.weight * also)
        for term in equation.terms
        if term.key not in standing.held
        for value in list_values(term.amount)
        if equation.status({term.key: value}) != BROKEN
        and (typo := find_slip(term.amount, value)) is not None
        and (also := _also(term, value, outcome, standing))
    ]
    if total.key in standing.held and others:
        return sorted(others, key=lambda each: -each.weight)
    return sorted([own, *others], key=lambda each: -each.weight)


def _also(term: Term, value: Decimal, outcome: Outcome, standing: _Standing) -> float:
    """Return how much likelier a value is by the other derived figures: those that it would break rule it out."""
    also = 1.0
    for other in standing.derived.get(term.key, ()):
        if other.equation.total.key == outcome.total.key:
            continue
        holds = other.equation.status({term.key: value}) != BROKEN
        if other.status != BROKEN and not holds:
            return 0.0
        also *= _ALSO if other.status == BROKEN and holds else 1.0
    return also


def _rounded(outcome: Outcome) -> Decimal:
    """Return the figure as it follows from those that it rests on."""
    amount = outcome.total.amount
    places = amount.decimals - amount.unit.exponent
    return rescale(quotient(rescale(outcome.computed, places), Decimal(1), 0), -places)


def _correction(outcome: Outcome, candidates: Sequence[_Candidate]) -> tuple[str, tuple[Fix, ...]]:
    """Return what the figure should be by the others, and what a person may write."""
    total = outcome.total
    amount, value = total.amount, _rounded(outcome)
    written = write_figure(amount, value, amount.notation)
    shown = written or render(value, Notation("", amount.notation.decimal), amount.unit.exponent, amount.decimals)
    whole = sum(each.weight for each in candidates)
    fixes = (_fix(each, each.weight / whole) for each in candidates[:_MOST_TOLD] if whole)
    return shown, tuple(fix for fix in fixes if fix is not None)


def _fix(candidate: _Candidate, share: float) -> Fix | None:
    term, value, _ = candidate
    written = write_figure(term.amount, value, term.amount.notation)
    if written is None:
        return None
    title = say("write {figure} for “{name}”", figure=written, name=term.label)
    if term.table is not None:
        title = say("write {figure} for “{name}”, {column}", figure=written, name=term.label, column=term.header or "?")
    place, sign = _place(term)
    edit = Edit(place, term.amount.text + sign, written + sign)
    return Fix(title, (edit,), "unsafe", "sum", round(_SINGLE * share, 4), written, value)


def _told(equation: Equation, expected: str) -> Message:
    part, whole = equation.terms[0], equation.terms[-1]
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
    if equation.operator == PRODUCT and len(equation.terms) == 1:
        rate = format(rescale(equation.rate, 2).normalize(EXACT), "f")
        return say("{rate} % of {part} is {expected}, but the table says {printed}", rate=rate, **says)
    if equation.operator == PRODUCT:
        return say("{part} times {whole} is {expected}, but the table says {printed}", **says)
    return say("from {whole} to {part} is a change of {expected}, but the table says {printed}", **says)
