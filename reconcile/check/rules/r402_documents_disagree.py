"""Documents disagree

What it checks
    Two documents that publish the same distribution print the same amounts. The budget file can say that they do,
    by one ``decision`` for both. Otherwise the figures show it: most rows are equal to the unit, under the same
    header and year.

Why it matters
    Readers of the two documents are told different amounts, and one of them is wrong.

Before
    --- decision.md
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 250 000 |
    | Tibro | 2 340 500 |
    | Skara | 3 120 750 |
    | Falköping | 5 480 200 |
    | Tidaholm | 1 975 300 |
    | Karlsborg | 1 033 250 |
    | Total | 15 200 000 |
    --- press-release.md
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 250 000 |
    | Tibro | 2 340 500 |
    | Skara | 3 120 950 |
    | Falköping | 5 480 200 |
    | Tidaholm | 1 975 300 |
    | Karlsborg | 1 033 250 |

After
    --- decision.md
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 250 000 |
    | Tibro | 2 340 500 |
    | Skara | 3 120 750 |
    | Falköping | 5 480 200 |
    | Tidaholm | 1 975 300 |
    | Karlsborg | 1 033 250 |
    | Total | 15 200 000 |
    --- press-release.md
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 250 000 |
    | Tibro | 2 340 500 |
    | Skara | 3 120 750 |
    | Falköping | 5 480 200 |
    | Tidaholm | 1 975 300 |
    | Karlsborg | 1 033 250 |

What to do
    Correct the document whose own total would tie with the figure of the other. If no total decides, they may be
    two versions. The finding is then a note, unless the budget file says that they are one decision.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from pathlib import PurePath
from typing import NamedTuple

from reconcile.check.case import Case
from reconcile.core.amounts import Amount, Notation, render
from reconcile.core.decimals import ZERO, add, subtract
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import Message, joined, say
from reconcile.equate.equation import BROKEN, BUDGET, CLAIM, Term
from reconcile.equate.terms import term_at
from reconcile.recognise.tables import RecognisedDocument

INFO = RuleInfo("R402", "documents-disagree", Severity.ERROR, fix="none", since="0.1.0")
# How many rows must be equal, and which share of those that both have, for two columns to be of one distribution.
_FEWEST, _SHARE = 5, 0.8
# Where more columns than this print one amount, they are held to the first of them, and not to each other.
_COMMON = 20
_SHOWN = 10
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class _Column(NamedTuple):
    """One column of amounts: its document, its rows by entity (those that stand there once), and what its total is off."""

    path: str
    header: str
    years: frozenset[str]
    alone: bool
    rows: Mapping[object, tuple[Term, Decimal]]
    off: Decimal = ZERO


def check(case: Case) -> Iterator[Finding]:
    """Entities and totals that documents of one distribution print differently."""
    if len(case.readings) < 2:
        return
    told: set[frozenset[str]] = set()
    noted: set[str] = set()
    for one, other in _of_one_decision(case):
        told.add(frozenset((one.path, other.path)))
        yield from _differences(one, other, Severity.ERROR, total=True)
    yield from _restated(case)
    for one, other in _alike(list(_columns(case))):
        if frozenset((one.path, other.path)) not in told:
            wrong = next((c for c, d in ((one, other), (other, one)) if _is_witnessed(c, d)), other)
            right = one if wrong is other else other
            if _is_witnessed(wrong, right):
                yield from _differences(right, wrong, Severity.ERROR)
            elif wrong.path not in noted:
                # Letters of every month are much alike; once is enough to ask whether that is meant.
                noted.add(wrong.path)
                yield from _differences(right, wrong, Severity.NOTE, shown=1)


def _columns(case: Case) -> Iterator[_Column]:
    written = {key: value for key, value in case.changed.items() if key in case.repairs}
    failing = {
        (term.table.path, term.table.index, term.col): outcome.equation.difference(written)
        for outcome in case.outcomes
        if (outcome.status == BROKEN or outcome.id in case.solutions) and outcome.kind not in (CLAIM, BUDGET)
        for term in outcome.equation.amounts() if term.table is not None
    }  # fmt: skip
    for reading, figures in case.figures():
        table = figures.table
        for column in figures.amount_columns:
            terms = [t for row in figures.leaves if (t := term_at(figures, row, column)) is not None]
            title = reading.document.blocks[table.title_block].text if table.title_block is not None else ""
            yield _Column(
                table.path, " ".join(column.header.split()).casefold(), frozenset(_YEAR.findall(f"{title} {column.header}")),
                len(figures.amount_columns) == 1, _by_entity(case, terms),
                failing.get((table.path, table.index, column.index), ZERO),
            )  # fmt: skip


def _by_entity(case: Case, terms: Sequence[Term]) -> dict[object, tuple[Term, Decimal]]:
    """Each entity's amount as printed, or as its writing is repaired; what is badly written and not proved is left out."""
    found: dict[object, tuple[Term, Decimal]] = {}
    keys = [(_entity(case, term), term) for term in terms]
    counts = Counter(key for key, _ in keys)
    for key, term in keys:
        repair = case.repairs.get(term.key)
        if counts[key] == 1 and key != "" and (repair is None or repair.proofs):
            found[key] = term, term.value() if repair is None else term.value(case.changed)
    return found


def _entity(case: Case, term: Term) -> object:
    names = case.names.get((term.table.path, term.table.index)) if term.table is not None else None
    match = names.matches.get(term.row) if names is not None else None
    return match.entry if match is not None else " ".join(term.label.split()).casefold()


def _of_one_decision(case: Case) -> Iterator[tuple[_Column, _Column]]:
    """Pairs of columns that the budget file says are of one decision."""
    if case.budget is None:
        return
    for one, other in combinations(case.shares, 2):
        mine, theirs = case.budget.documents[one.name], case.budget.documents[other.name]
        if mine.decision is not None and mine.decision == theirs.decision and one.path != other.path:
            yield (
                _Column(one.path, "", frozenset(), False, _by_entity(case, one.control.rows)),
                _Column(other.path, "", frozenset(), False, _by_entity(case, other.control.rows)),
            )


def _alike(columns: Sequence[_Column]) -> Iterator[tuple[_Column, _Column]]:
    """Pairs of columns in two documents whose figures say that they are of one distribution."""
    holders: dict[tuple[object, Decimal], list[int]] = {}
    for index, column in enumerate(columns):
        for key, (_, value) in column.rows.items():
            if value:
                holders.setdefault((key, value), []).append(index)
    equal: dict[tuple[int, int], set[Decimal]] = {}
    for (_, value), indices in holders.items():
        many = len(indices) > _COMMON
        for pair in ((indices[0], index) for index in indices[1:]) if many else combinations(indices, 2):
            equal.setdefault(pair, set()).add(value)
    for (first, second), values in sorted(equal.items(), key=lambda item: item[0]):
        one, other = columns[first], columns[second]
        shared = one.rows.keys() & other.rows.keys()
        same = one.header == other.header or (one.alone and other.alone)
        years = not one.years or not other.years or bool(one.years & other.years)
        enough = len(values) >= max(_FEWEST, _SHARE * max(len(one.rows), len(other.rows)))
        if one.path != other.path and same and years and enough and len(values) < len(shared):
            yield one, other


def _is_witnessed(wrong: _Column, right: _Column) -> bool:
    """Whether a column's total would hold if its rows were those of the other."""
    changes = add(subtract(right.rows[key][1], value) for key, (_, value) in wrong.rows.items() if key in right.rows)
    return wrong.off != 0 and changes == wrong.off


def _differences(
    right: _Column, wrong: _Column, severity: Severity, total: bool = False, shown: int = _SHOWN
) -> Iterator[Finding]:
    """A finding for each entity on which two columns differ, at the one that is wrong if that is known; then their totals."""
    shared = [key for key in wrong.rows if key in right.rows]
    differing = [key for key in shared if not _agree(*wrong.rows[key], *right.rows[key])]
    for key in differing[:shown]:
        (mine, value), (theirs, expected) = wrong.rows[key], right.rows[key]
        told: list[str] = [_difference(mine, value, theirs, expected)]
        if severity is Severity.NOTE:
            told.append(say("no total shows which is right; they may be two versions"))
        if len(differing) > shown and key == differing[shown - 1]:
            told.append(say("{count} more differ", count=len(differing) - shown))
        yield Finding(
            INFO.code, severity, joined("; ", told), mine.location, (theirs.location,), _digits(value), _digits(expected)
        )  # fmt: skip
    if total and not differing and len(shared) < max(len(wrong.rows), len(right.rows)) and shared:
        sums = [add(value for _, value in column.rows.values()) for column in (wrong, right)]
        if sums[0] != sums[1]:
            place = next(iter(wrong.rows.values()))[0].location
            lacking = [term.label for key, (term, _) in right.rows.items() if key not in wrong.rows]
            told = [say("the rows add up to {sum} here, but to {other} in {document}", sum=_digits(sums[0]),
                        other=_digits(sums[1]), document=PurePath(right.path).name)]  # fmt: skip
            if lacking:
                told.append(say("{names} is missing here", names=", ".join(lacking[:3])))
            yield Finding(INFO.code, severity, joined("; ", told), place, (), _digits(sums[0]), _digits(sums[1]))


def _difference(mine: Term, value: Decimal, theirs: Term, expected: Decimal) -> Message:
    told = {
        "name": mine.label, "value": _digits(value), "other": _digits(expected),
        "document": PurePath(theirs.location.path).name, "place": theirs.location.told,
        "off": _digits(subtract(value, expected).copy_abs()),
    }  # fmt: skip
    if value > expected:
        return say("{name} has {value} here, but {other} in {document} ({place}): {off} more", **told)
    return say("{name} has {value} here, but {other} in {document} ({place}): {off} less", **told)


def _agree(mine: Term, value: Decimal, theirs: Term, expected: Decimal) -> bool:
    allowed = add([_half(mine.amount), _half(theirs.amount)])
    return subtract(value, expected).copy_abs() <= allowed


def _half(amount: Amount) -> Decimal:
    """How far an amount may be from what it stands for; whole units, and those with two decimals, are not rounded."""
    if amount.unit.exponent == 0 and amount.decimals in (0, 2):
        return ZERO
    return subtract(amount.high, amount.value)


def _restated(case: Case) -> Iterator[Finding]:
    """Documents without a table that restate the total of their decision otherwise, to the unit."""
    if case.budget is None:
        return
    shown = {share.path for share in case.shares}
    readings = {reading.document.path: reading for reading in case.readings}
    for name, source in case.budget.documents.items():
        for share in case.shares:
            decision = case.budget.documents[share.name].decision
            if source.decision is None or decision != source.decision:
                continue
            total = add(term.value(case.changed) for term in share.control.rows)
            for path in case.found.get(name, ()):
                if path not in shown:
                    yield from _restated_in(readings[path], share.path, total)


def _restated_in(reading: RecognisedDocument, path: str, total: Decimal) -> Iterator[Finding]:
    exact = [c for c in reading.claims if c.hedge is None and c.amount.unit.exponent == 0 and c.amount.fault is None]
    if any(claim.amount.value == total for claim in exact):
        return
    for claim in exact:
        off = subtract(claim.amount.value, total).copy_abs()
        if _is_slip(claim.amount.value, total):
            told = say("“{claim}” should be the sum of the rows in {document}, which is {total}: {off} off", claim=claim.text,
                       document=PurePath(path).name, total=_digits(total), off=_digits(off))  # fmt: skip
            yield Finding(
                INFO.code, INFO.severity, told, claim.figure, (), _digits(claim.amount.value), _digits(total)
            )  # fmt: skip


def _is_slip(stated: Decimal, total: Decimal) -> bool:
    """Whether an amount is another with its digits in another order, or with one digit wrong: it means that other."""
    one, other = (format(value, "f") for value in (stated, total))
    wrong = sum(left != right for left, right in zip(one, other, strict=False))
    return len(one) == len(other) and len(one) > 4 and (wrong == 1 or sorted(one) == sorted(other))


def _digits(value: Decimal) -> str:
    return render(value, Notation(" "))
