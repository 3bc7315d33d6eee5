"""Tracing: which equations and findings a cell stands in, and which rows alone would explain a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from itertools import repeat
from typing import NamedTuple

from reconcile.core.amounts import Notation, render
from reconcile.core.decimals import EXACT, ZERO, add, multiply, rescale, subtract
from reconcile.core.document import CellIndex
from reconcile.core.findings import Finding
from reconcile.core.location import Location
from reconcile.core.messages import joined, say
from reconcile.equate.equation import (
    BROKEN,
    CLAIM,
    PRODUCT,
    SUM,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    UNVERIFIABLE,
    Outcome,
    Term,
    Terms,
    writer,
)
from reconcile.report.coverage import TableKey
from reconcile.report.report import Report

STATUS = {
    TIES: say("ties"),
    TIES_WITHIN_ROUNDING: say("ties within rounding"),
    TIES_AFTER_REPAIR: say("ties after repair"),
    BROKEN: say("does not tie"),
    UNVERIFIABLE: say("cannot be verified"),
}
_TERMS_TOLD = 6
_MOST_TERMS = 10_000


@dataclass(slots=True)
class Traced:
    """What one cell stands in: equations that it is the total of, that it is a term of, and findings at it; by number."""

    totals: list[int] = field(default_factory=list)
    terms: list[int] = field(default_factory=list)
    findings: list[int] = field(default_factory=list)


class Suspect(NamedTuple):
    """A row that alone would explain a difference, and how."""

    term: Term
    why: str


def trace(report: Report, shown: Mapping[TableKey, frozenset[int]]) -> dict[TableKey, dict[CellIndex, Traced]]:
    """What the cells of the ``shown`` rows stand in; equations and findings are numbered from 0, as the report has them."""
    traced: dict[TableKey, dict[CellIndex, Traced]] = {key: {} for key in shown}
    for number, outcome in enumerate(report.outcomes):
        for term in _cells((outcome.total,), shown):
            _at(traced, term).totals.append(number)
        for term in _cells(outcome.terms, shown):
            _at(traced, term).terms.append(number)
    for number, finding in enumerate(report.findings):
        for location in places_of(finding):
            grid = location.grid
            if grid is not None and grid.row in shown.get((location.path, grid.table), ()):
                cells = traced[location.path, grid.table]
                cells.setdefault((grid.row, grid.col), Traced()).findings.append(number)
    return traced


def places_of(finding: Finding) -> list[Location]:
    """The cells that a finding would have changed, or is about: its own place first, each once."""
    places = [finding.primary, *(edit.location for fix in finding.fixes for edit in fix.edits)]
    cells = {(place.path, *place.grid[:3]) if place.grid else None: place for place in reversed(places)}
    return list(reversed(cells.values()))


def is_suspect(finding: Finding, table: TableKey, cell: CellIndex) -> bool:
    """Whether a cell is only one of several that could be wrong: a finding is about it no more than about the others."""
    home = finding.primary
    if home.grid is not None and (home.path, *home.grid[:3]) == (*table, *cell):
        return False
    return all(
        fix.proof == "ambiguous"
        for fix in finding.fixes
        for edit in fix.edits
        if edit.location.grid is not None and (edit.location.path, *edit.location.grid[:3]) == (*table, *cell)
    )


def _cells(terms: Iterable[Term], shown: Mapping[TableKey, frozenset[int]]) -> Iterator[Term]:
    """The terms that are shown cells. Of a long column only those are made."""
    if isinstance(terms, Terms):
        key = _key(terms[0]) if len(terms) else ("", 0)
        rows = shown.get(key, frozenset())
        yield from (terms.make(row) for row in terms.rows if row in rows)
        return
    for term in terms:
        for leaf in term.leaves():
            if leaf.table is not None and leaf.row in shown.get(_key(leaf), ()):
                yield leaf


def _key(term: Term) -> TableKey:
    return ("", 0) if term.table is None else (term.table.path, term.table.index)


def _at(traced: dict[TableKey, dict[CellIndex, Traced]], term: Term) -> Traced:
    return traced[_key(term)].setdefault((term.row, term.col), Traced())


def tell_status(outcome: Outcome) -> str:
    """The status of an equation in words."""
    if outcome.kind == CLAIM:
        return say("agrees") if outcome.status == TIES else say("is contradicted")
    if outcome.status == TIES and outcome.equation.relation != "equal":
        return say("is kept")
    return STATUS[outcome.status]


def tell_value(value: Decimal, notation: Notation | None = None) -> str:
    """An amount in whole currency units as ``notation`` writes it; in groups where the notation has none."""
    known = notation or Notation(" ")
    return render(value, known if known.group else Notation(" ", known.decimal))


def tell_arithmetic(outcome: Outcome) -> str:
    """What an equation adds up, to what, and what is printed, in one line; in the unit and the notation that it is printed in."""
    write = writer(outcome.equation)
    signs = outcome.equation.signs or repeat(1)
    parts = [
        write(multiply(term.value(), sign)) for term, sign in zip(outcome.terms[:_TERMS_TOLD], signs, strict=False)
    ]
    if outcome.equation.operator == PRODUCT:
        rate = [] if outcome.equation.rate == 1 else [format(outcome.equation.rate.normalize(EXACT), "f")]
        worked = joined(" = ", (" × ".join([*parts, *rate]), write(outcome.computed)))
    elif outcome.equation.operator != SUM:
        dividend = " / ".join(parts)
        if outcome.equation.operator != "division":
            dividend = say("{now} after {before}", now=parts[0], before=parts[1])
        worked = joined(" = ", (dividend, write(outcome.computed)))
    else:
        more = len(outcome.terms) - len(parts)
        sides = " + ".join(parts).replace(" + -", " - ")
        sides = say("{first} + {count} more", first=sides, count=more) if more else sides
        worked = joined(" = ", (sides, write(outcome.computed))[: len(parts)])
    if outcome.kind == CLAIM:
        return worked
    if not outcome.difference:
        return say("{worked}, as stated", worked=worked)
    told = say("{worked}; stated {amount}; difference {off}", worked=worked, amount=write(outcome.total.value()),
               off=write(outcome.difference))  # fmt: skip
    if not outcome.tolerance:
        return told
    return say("{told}, allowed {allowed}", told=told, allowed=write(outcome.tolerance))


def find_rivals(outcome: Outcome) -> list[Suspect]:
    """The rows that would, each alone, explain why a sum does not tie: left out, twice, of the other sign, digits swapped."""
    if outcome.status != BROKEN or outcome.equation.operator != SUM or len(outcome.terms) > _MOST_TERMS:
        return []
    write = writer(outcome.equation)
    found = ((term, _explain(term, outcome, write)) for term in outcome.terms if term.table is not None)
    return [Suspect(term, why) for term, why in found if why]


def _explain(term: Term, outcome: Outcome, write: Callable[[Decimal], str]) -> str:
    """How a row alone explains what a sum is off by, as nearly as rounding allows it to be told."""
    value, difference = term.value(), outcome.difference
    if not value:
        return ""
    if _meets(value, difference, outcome.tolerance):
        return say("the total fits if it is counted twice")
    if _meets(add((value, difference)), ZERO, outcome.tolerance):
        return say("the total fits if it is left out")
    if _meets(add((multiply(value, 2), difference)), ZERO, outcome.tolerance):
        return say("the total fits if its sign is reversed")
    for swapped in _swaps(rescale(value, -term.amount.unit.exponent)):
        meant = rescale(swapped, term.amount.unit.exponent)
        if _meets(meant, add((value, difference)), outcome.tolerance):
            return say("would tie as {value}, two digits swapped", value=write(meant))
    return ""


def _meets(left: Decimal, right: Decimal, tolerance: Decimal) -> bool:
    return subtract(left, right).copy_abs() <= tolerance


def _swaps(printed: Decimal) -> Iterator[Decimal]:
    """The amounts that are printed alike but for two neighbouring digits, which have changed places."""
    digits = format(printed, "f")
    for place in range(len(digits) - 1):
        first, second = digits[place], digits[place + 1]
        if first != second and (first + second).isdigit():
            yield Decimal(digits[:place] + second + first + digits[place + 2 :])


def told_settings(report: Report) -> list[tuple[str, str]]:
    """The settings that a report was made with, in words."""
    settings = report.settings
    told = []
    for setting in fields(settings):
        value = getattr(settings, setting.name)
        text = joined(", ", map(str, value)) if isinstance(value, tuple) else str(value) if value is not None else ""
        told.append((setting.name, text or (say("all") if setting.name == "select" else say("none"))))
    return told
