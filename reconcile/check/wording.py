"""What rules of one family say alike: faults of reading, repairs of writing, sums that do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import chain
from pathlib import PurePath

from reconcile.check.case import Case
from reconcile.core.amounts import render
from reconcile.core.decimals import subtract
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.location import Location
from reconcile.core.messages import Message, joined, quoted, say
from reconcile.equate.equation import (
    BROKEN,
    COUNTERPART,
    STATED_TOTAL,
    SUM,
    Equation,
    Outcome,
    Term,
    is_approximate,
    solve,
    terms_to_look_at,
    writer,
)
from reconcile.equate.evidence import ERROR, NOTE, WARNING
from reconcile.repair.results import Repair, Solution

_SHOWN = 5


def reading_faults(case: Case, info: RuleInfo) -> Iterator[Finding]:
    """The faults that readers reported under a rule's code."""
    for reading in case.readings:
        for fault in reading.document.faults:
            if fault.code == info.code:
                severity = Severity.NOTE if fault.note else info.severity
                yield Finding(info.code, severity, fault.message, fault.location)


def is_code_like(repair: Repair) -> bool:
    """Whether a figure is plain digits without a unit, such as codes have, and no sum says that it is an amount."""
    amount = repair.term.amount
    return not (amount.notation.group or amount.decimals or amount.unit.currency or repair.proofs)


def writing_fault(info: RuleInfo, repair: Repair, fault: Message) -> Finding:
    """A finding on an amount's writing; ``fault`` says what is wrong with it, and the repair what it should be."""
    edit = repair.fix.edits[0]
    related: tuple[Location, ...] = ()
    if repair.proofs:
        proof = _strongest(repair)
        witness = next((t for t in chain((proof.total,), proof.terms) if t.key != repair.term.key), None)
        related = () if witness is None else (witness.location,)
    return Finding(
        info.code,
        info.severity,
        joined("; ", (fault, _proof(repair))),
        edit.location,
        related,
        edit.old,
        repair.fix.replacement,
        (repair.fix,),
    )


def _strongest(repair: Repair) -> Equation:
    """The equation over most amounts: that a caption repeats a total proves less than that rows add up to it."""
    return max(repair.proofs, key=lambda equation: (equation.size(), equation.kind == STATED_TOTAL))


def _proof(repair: Repair) -> Message:
    """What proves a repair, in one sentence: the arithmetic, and other documents that have the same."""
    replacement, value = repair.fix.replacement, repair.fix.value
    if not repair.proofs and repair.fix.applicability == "safe":
        return say("the sum that it breaks shows that it stands for {new}", new=replacement)
    if not repair.proofs or value is None:
        return say("it reads as {new}, but no total confirms that", new=replacement)
    beside = [equation for equation in repair.proofs if equation.kind == COUNTERPART]
    if not beside:
        return _arithmetic(repair, value)
    places = [_beside(t) for t in beside[0].amounts() if t.key != repair.term.key]
    documents = joined(say(" and "), places)
    if len(beside) == len(repair.proofs):
        return say("read as {new}, it agrees with {documents}", new=replacement, documents=documents)
    return say("{proof}, and it agrees with {documents}", proof=_arithmetic(repair, value), documents=documents)


def _beside(term: Term) -> Message:
    """A figure of another document by its place: *copy.md (line 25)*."""
    return joined("", (PurePath(term.location.path).name, " (", term.location.told, ")"))


def _arithmetic(repair: Repair, value: Decimal) -> Message:
    """The sum that proves a repair."""
    replacement = repair.fix.replacement
    equation = _strongest(repair)
    write = partial(render, notation=repair.notation, exponent=repair.term.amount.unit.exponent)
    rows = equation.size()
    if equation.total.key == repair.term.key:
        return say("read as {new}, it is what the {count} rows add up to: {sum}", new=replacement, count=rows,
                   sum=write(equation.computed()))  # fmt: skip
    computed = equation.computed({repair.term.key: value})
    whole = equation.total.value()
    where = place_of_total(equation.total)
    if whole != computed:
        return say("read as {new}, the {count} rows add up to the {total} of {amount} within rounding", new=replacement,
                   count=rows, total=where, amount=write(whole))  # fmt: skip
    return say("read as {new}, the {count} rows add up to the {total} exactly: {rest} + {new} = {amount}", new=replacement,
               count=rows, total=where, rest=write(subtract(computed, value)), amount=write(whole))  # fmt: skip


def place_of_total(total: Term) -> Message:
    """What a total is called and where it stands: ``stated total (line 13)``."""
    what = joined("", (total.label,)) if total.row < 0 else say("total “{name}”", name=total.label)
    place = total.location.told
    return joined("", (what, " (", place, ")")) if place else what


def listed(sizes: tuple[int, ...]) -> Message:
    """Digit group sizes in words: ``3, 2 and 3``."""
    words = [str(size) for size in sizes]
    return joined(say(" and "), filter(None, (", ".join(words[:-1]), words[-1])))


def broken_sums(case: Case, info: RuleInfo, kind: str) -> Iterator[Finding]:
    """A finding for each broken equation of ``kind``: what it adds up to, what is printed, what rounding could explain.

    How likely it is that a figure is wrong makes it an error, a warning or a note, or leaves it out. Sums that one safe repair mends
    together are one finding, at the figure that it mends.
    """
    for outcome in case.outcomes:
        solution = case.solutions.get(outcome.id, Solution())
        equation = outcome.equation
        if outcome.kind != kind or equation.operator != SUM:
            continue
        if solution.safe or solution.agreed:
            if solution.fixes and equation.fault >= NOTE:
                yield _at_figure(outcome, info, solution)
        elif outcome.status == BROKEN and equation.fault >= NOTE:
            yield Finding(
                info.code,
                Severity.NOTE if is_approximate(equation) else severity_of(equation),
                told_with(_difference(outcome), solution),
                equation.total.location,
                related_terms(equation),
                equation.total.amount.text,
                writer(equation)(outcome.computed),
                solution.fixes,
                (outcome.id,),
            )


def _at_figure(outcome: Outcome, info: RuleInfo, solution: Solution) -> Finding:
    """Return a finding at the one figure that the equations point to, with the first of them as what is wrong."""
    equation = outcome.equation
    fix = solution.fixes[0]
    (edit,) = fix.edits
    agreed = solution.agreed or (equation,)
    totals = (each.total.location for each in agreed)
    related = dict.fromkeys((*totals, *related_terms(equation)))
    return Finding(
        info.code,
        severity_of(equation),
        told_with(_difference(solve(equation)), solution),
        edit.location,
        tuple(place for place in related if place != edit.location),
        edit.old,
        edit.new,
        solution.fixes,
        tuple(each.id for each in agreed),
    )


def severity_of(equation: Equation) -> Severity:
    """Return how grave it is that an equation does not hold: by how likely it is that a figure is wrong."""
    if equation.kind == STATED_TOTAL and equation.slipped and not equation.witnessed:
        # One slip makes it likely that the amount is the total, though no sure word says so.
        return Severity.WARNING
    if equation.fault >= ERROR:
        return Severity.ERROR
    return Severity.WARNING if equation.fault >= WARNING else Severity.NOTE


def told_with(what: Message, solution: Solution) -> Message:
    """What is wrong, and what explains it."""
    return joined(". ", (what, solution.told)) if solution.told else what


def explained(case: Case, outcome: Outcome) -> Solution:
    """What explains a budget line by figures of documents, with their fixes; the budget file is what they are held to."""
    solution = case.solutions.get(outcome.id, Solution())
    budget = case.budget.path if case.budget is not None else None
    fixes = tuple(fix for fix in solution.fixes if all(edit.location.path != budget for edit in fix.edits))
    return solution._replace(fixes=fixes) if fixes else Solution()


def related_terms(equation: Equation) -> tuple[Location, ...]:
    """The first places of an equation's terms."""
    return tuple(term.location for term in equation.terms[:_SHOWN])


def _difference(outcome: Outcome) -> Message:
    equation, write = outcome.equation, writer(outcome.equation)
    total, count = equation.total, len(equation.terms)
    down = total.row >= 0 and all(term.col == total.col for term in terms_to_look_at(equation.terms))
    if count == 1:
        what = say("“{name}” is {sum}", name=equation.terms[0].label, sum=write(outcome.computed))
    elif down or total.row < 0:
        what = say("the {count} rows add up to {sum}", count=count, sum=write(outcome.computed))
    else:
        what = say("the {count} amounts add up to {sum}", count=count, sum=write(outcome.computed))
    named = say("the stated total")
    if total.row >= 0:
        named = quoted(total.label)
        if not down and total.header:
            named = say("“{column}” of {row}", column=total.header, row=total.label)
    told = {
        "what": what, "total": named, "amount": write(total.value()), "off": write(outcome.difference.copy_abs()),
    }  # fmt: skip
    if outcome.difference > 0:
        said = say("{what}, but {total} says {amount}: {off} more", **told)
    else:
        said = say("{what}, but {total} says {amount}: {off} less", **told)
    if not outcome.tolerance:
        return said
    return say("{told}, and rounding explains at most {allowed}", told=said, allowed=write(outcome.tolerance))
