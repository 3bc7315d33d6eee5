"""Suites: what a case of documents is held to, as frames with the expectations on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Any, NamedTuple

import great_expectations as gx
import pandas as pd
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from reconcile.casefile import Case
from reconcile.equations import BUDGET, ROW_TOTAL, STATED_TOTAL, Equation, Key
from reconcile.findings import Finding, Severity
from reconcile.gx.expectations import (
    RULE_OF_FAULT,
    RULE_OF_KIND,
    ExpectAmountsToBeWrittenRegularly,
    ExpectAmountsToStandAlone,
    ExpectColumnSumToEqualStatedTotal,
    ExpectDocumentsToExhaustBudget,
    ExpectNothingToReport,
    ExpectRowsToAddUp,
)
from reconcile.gx.frames import FAULT, GLUED, LABEL, PLACE, beside, column_names, exact_frame, frame_of
from reconcile.gx.names import (
    ExpectLabelsToBeInRegistry,
    ExpectLabelsToCompleteRegistry,
    ExpectLabelsToRecurNowhere,
)
from reconcile.recognition import Figures, Reading
from reconcile.report import Report, money
from reconcile.rules import CODES
from reconcile.schemas import Names
from reconcile.settings import Settings
from reconcile.terms import term_at

SEVERITY = {
    Severity.ERROR: FailureSeverity.CRITICAL,
    Severity.WARNING: FailureSeverity.WARNING,
    Severity.NOTE: FailureSeverity.INFO,
}
AMOUNT = "amount"


class Suite(NamedTuple):
    """A frame, and the expectations that it is held to."""

    name: str
    frame: pd.DataFrame
    expectations: tuple[Expectation, ...]


class _Held(NamedTuple):
    """The case with its findings, and how amounts badly written are to be read."""

    case: Case
    findings: Sequence[Finding]
    settings: Settings
    repaired: Mapping[Key, Decimal]
    usual: frozenset[Key]


def build_suites(case: Case, report: Report, settings: Settings) -> list[Suite]:
    """The suites of a case: one a table, one for the totals stated beside it, one a budget line, one for the rest.

    Sums, writing, names and budgets are worked out anew on the frames. What only a check of whole documents can find (such
    as a file that cannot be read) is carried over as a frame of findings.
    """
    repaired = {key: repair.fix.value for key, repair in case.repairs.items() if repair.fix.value is not None}
    notes = {f.primary for f in report.findings if f.code == "R104" and f.severity is Severity.NOTE}
    usual = frozenset(key for key, repair in case.repairs.items() if repair.fix.edits[0].location in notes)
    held = _Held(case, report.findings, settings, repaired, usual)
    suites = [suite for number in range(len(case.readings)) for suite in _document(held, number)]
    return [*suites, *_budget(held)]


def _document(held: _Held, number: int) -> Iterator[Suite]:
    reading = held.case.readings[number]
    path = reading.document.path
    name = _named(number + 1, path)
    for figures in reading.tables:
        yield _table(held, figures, f"{name} table {figures.table.index + 1}")
    stated = [o.equation for o in held.case.outcomes if o.kind == STATED_TOTAL and o.total.table is None
              and o.total.location.path == path]  # fmt: skip
    if stated:
        terms = [equation.total for equation in stated]
        frame = exact_frame({LABEL: [t.label for t in terms], **frame_of(terms, AMOUNT, held.repaired)})
        yield Suite(f"{name} stated totals", *_written(held, frame, [AMOUNT]))
    yield from _elsewhere(held, reading, name)
    yield _carried(held, f"{name} reading", [f for f in held.findings if f.primary.path == path])


def _named(number: int, path: str) -> str:
    """A name for a document that may be part of a file's: Great Expectations makes folders of dots."""
    return f"{number} {re.sub(r'[^0-9A-Za-z_-]', '_', PurePath(path).name)[:60]}"


def _table(held: _Held, figures: Figures, name: str) -> Suite:
    names = column_names(figures)
    rows = range(len(figures.table.rows))
    columns: dict[str, list[object]] = {LABEL: [figures.labels[row] for row in rows]}
    columns[beside(LABEL, PLACE)] = [
        str(figures.table.location_of(row, _label_column(figures, row), None, figures.labels[row])) for row in rows
    ]
    for column in figures.amount_columns:
        terms = [term_at(figures, row, column) for row in rows]
        columns |= frame_of(terms, names[column.index], held.repaired)
    frame, written = _written(held, exact_frame(columns), list(names.values()))
    return Suite(name, frame, (*_sums(held, figures, names), *_registry(held, figures), *written))


def _label_column(figures: Figures, row: int) -> int:
    cells = figures.table.rows[row]
    return next((c.index for c in figures.columns if cells[c.index].strip() == figures.labels[row]), 0)


def _written(held: _Held, frame: pd.DataFrame, columns: Sequence[str]) -> tuple[pd.DataFrame, tuple[Expectation, ...]]:
    """What holds for the writing of amounts; faults of rules that are not selected are taken out of the frame."""
    expectations: list[Expectation] = []
    for column in columns:
        faults, glued = beside(column, FAULT), beside(column, GLUED)
        wanted = {fault for fault, code in RULE_OF_FAULT.items() if held.settings.selected(code)}
        frame[faults] = pd.Series([f if f in wanted else None for f in frame[faults]], dtype=object)
        if wanted:
            expectations.append(ExpectAmountsToBeWrittenRegularly(column=column))
        if held.settings.selected("R104"):
            marks = sorted({mark for mark in frame[glued] if mark} & _usual_marks(held, frame, column))
            expectations.append(ExpectAmountsToStandAlone(column=column, marks=marks, severity=FailureSeverity.WARNING))
    return frame, tuple(expectations)


def _usual_marks(held: _Held, frame: pd.DataFrame, column: str) -> set[str]:
    places = set(frame[beside(column, PLACE)])
    return {
        held.case.repairs[key].term.amount.glued
        for key in held.usual
        if str(held.case.repairs[key].term.location) in places
    }


def _sums(held: _Held, figures: Figures, names: Mapping[int, str]) -> Iterator[Expectation]:
    across: dict[tuple[str, tuple[str, ...], bool, bool], list[int]] = {}
    for equation in _selected(held):
        if _shape(equation, figures, names) == "down":
            yield _down(held, figures, names, equation)
        elif _shape(equation, figures, names) == "across":
            parts = tuple(names[term.col] for term in equation.terms)
            key = names[equation.total.col], parts, not equation.exact, equation.incomplete
            across.setdefault(key, []).append(equation.total.row)
    for (total, parts, rounded, incomplete), rows in across.items():
        yield ExpectRowsToAddUp(
            columns=list(parts), total_column=total, rows=rows, rounded=rounded, incomplete=incomplete
        )


def _selected(held: _Held) -> Iterator[Equation]:
    """The equations within documents whose rule is selected."""
    for outcome in held.case.outcomes:
        if outcome.kind != BUDGET and held.settings.selected(RULE_OF_KIND[outcome.kind]):
            yield outcome.equation


def _shape(equation: Equation, figures: Figures, names: Mapping[int, str]) -> str:
    """Whether an equation goes ``down`` a column of a table or ``across`` its columns, or neither ('')."""
    terms = equation.terms
    if not all(term.table is figures.table and term.col in names for term in terms):
        return ""
    if len({term.col for term in terms}) == 1:
        return "down"
    total = equation.total
    here = total.table is figures.table and total.col in names
    alike = equation.kind == ROW_TOTAL and {term.row for term in terms} == {total.row}
    return "across" if here and alike and len({term.col for term in terms}) == len(terms) else ""


def _elsewhere(held: _Held, reading: Reading, name: str) -> Iterator[Suite]:
    """A suite for each equation of a document that stands neither in a column nor in a row, such as between two captions."""
    tables = [(figures, column_names(figures)) for figures in reading.tables]
    number = 0
    for equation in _selected(held):
        if equation.total.location.path != reading.document.path:
            continue
        if any(_shape(equation, figures, names) for figures, names in tables):
            continue
        number += 1
        columns = frame_of(equation.terms, AMOUNT, held.repaired)
        frame = exact_frame({LABEL: [term.label for term in equation.terms], **columns})
        yield Suite(f"{name} sum {number}", frame, (_stated_sum(held, equation, AMOUNT, range(len(frame))),))


def _down(held: _Held, figures: Figures, names: Mapping[int, str], equation: Equation) -> Expectation:
    total, column = equation.total, equation.terms[0].col
    rows = [term.row for term in equation.terms]
    if total.table is figures.table and total.col == column:
        there = {"total_row": total.row, "total_label": total.label}
        return _stated_sum(held, equation, names[column], rows, there)
    return _stated_sum(held, equation, names[column], rows)


def _stated_sum(
    held: _Held, equation: Equation, column: str, rows: Sequence[int], there: Mapping[str, Any] | None = None
) -> Expectation:
    """The expectation that ``rows`` add up to the equation's total, which is ``there`` in the frame or stated elsewhere."""
    value = held.repaired.get(equation.total.key, equation.total.amount.value)
    given = there or {"stated_total": money(value), **_stated(equation)}
    return ExpectColumnSumToEqualStatedTotal(
        column=column,
        rows=list(rows),
        rounded=not equation.exact,
        incomplete=equation.incomplete,
        kind=equation.kind,
        severity=SEVERITY[CODES[RULE_OF_KIND[equation.kind]].severity],
        **given,
    )


def _stated(equation: Equation) -> dict[str, Any]:
    amount = equation.total.amount
    return {
        "between": [money(amount.low), money(amount.high)],
        "stated_as": amount.text,
        "stated_at": str(equation.total.location),
    }


def _registry(held: _Held, figures: Figures) -> Iterator[Expectation]:
    """What holds for the names of a table that is recognised as a registry's; what the check lets pass is named."""
    names = held.case.names.get((figures.table.path, figures.table.index))
    if names is None:
        return
    mine = [f for f in held.findings if f.severity is not Severity.NOTE and f.primary.path == figures.table.path
            and f.primary.grid is not None and f.primary.grid.table == figures.table.index]  # fmt: skip
    common: dict[str, Any] = {
        "column": LABEL,
        "registry": names.registry.name,
        "day": names.day,
        "rows": sorted(row for row in (*names.matches, *names.strangers)),
        "held": [entry.name for entry in names.held],
    }
    told = {code: [f for f in mine if f.code == code] for code in ("R201", "R202", "R203")}
    missing = {name for finding in told["R201"] for name in finding.expected.split(", ")}
    twice = {match.entry.name for row, match in names.matches.items()
             if any(f.primary.grid is not None and f.primary.grid.row == row for f in told["R202"])}  # fmt: skip
    strange = {finding.observed for finding in told["R203"]}
    if held.settings.selected("R201"):
        lack = [entry.name for entry in names.absent if entry.name not in missing]
        yield ExpectLabelsToCompleteRegistry(**common, may_lack=lack, severity=_worst(told["R201"], "R201"))
    if held.settings.selected("R202"):
        recur = sorted(_recurring(names) - twice)
        yield ExpectLabelsToRecurNowhere(**common, may_recur=recur, severity=_worst(told["R202"], "R202"))
    if held.settings.selected("R203"):
        others = [figures.labels[row] for row in names.strangers if figures.labels[row] not in strange]
        yield ExpectLabelsToBeInRegistry(**common, others=others, severity=_worst(told["R203"], "R203"))


def _recurring(names: Names) -> set[str]:
    entities = [match.entry.name for match in names.matches.values()]
    return {name for name in entities if entities.count(name) > 1}


def _worst(findings: Sequence[Finding], code: str) -> FailureSeverity:
    worst = max((finding.severity for finding in findings), key=lambda each: each.rank, default=CODES[code].severity)
    return SEVERITY[worst]


def _budget(held: _Held) -> Iterator[Suite]:
    for number, outcome in enumerate((o for o in held.case.outcomes if o.kind == BUDGET), start=1):
        equation = outcome.equation
        rules = [code for code in ("R401", "R403") if held.settings.selected(code)]
        leaves = [(term.label, leaf) for term in equation.terms for leaf in term.leaves()]
        columns = frame_of([leaf for _, leaf in leaves], AMOUNT, held.repaired)
        frame = exact_frame(
            {"document": [name for name, _ in leaves], LABEL: [leaf.label for _, leaf in leaves], **columns}
        )
        expectation = ExpectDocumentsToExhaustBudget(
            column=AMOUNT, line=equation.label, use=equation.relation,
            amount=money(held.repaired.get(equation.total.key, equation.total.amount.value)), **_stated(equation),
            rounded=not equation.exact, incomplete=equation.incomplete, rules=rules,
        )  # fmt: skip
        if rules:
            yield Suite(f"budget line {number}", frame, (expectation,))
    budget = held.case.budget
    if budget is None:
        return
    if held.settings.selected("R404") and budget.documents:
        frame = exact_frame({"document": list(held.case.found)})
        whole = gx.expectations.ExpectColumnDistinctValuesToContainSet(
            column="document", value_set=list(budget.documents)
        )
        yield Suite("budget documents", frame, (whole,))
    paths = {reading.document.path for reading in held.case.readings}
    yield _carried(held, "budget reading", [f for f in held.findings if f.primary.path not in paths])


def _carried(held: _Held, name: str, findings: Sequence[Finding]) -> Suite:
    """What the other expectations do not work out anew: findings of other rules, notes, and lines that have gaps."""
    carried = [finding for finding in findings if not _is_worked_out(held, finding)]
    columns: dict[str, list[object]] = {
        "rule": [f.code for f in carried],
        "severity": [f.severity.value for f in carried],
        "printed": [f.observed for f in carried],
        "place": [str(f.primary) for f in carried],
        "message": [f.message for f in carried],
    }
    levels = {(code, info.severity) for code, info in CODES.items()
              if code not in _WORKED_OUT and held.settings.selected(code)}  # fmt: skip
    expectations = [
        ExpectNothingToReport(rule=code, what=CODES[code].name, severity=SEVERITY[severity])
        for code, severity in sorted(levels | {(f.code, f.severity) for f in carried})
    ]
    return Suite(name, exact_frame(columns), tuple(expectations))


_WORKED_OUT = frozenset(
    {*RULE_OF_FAULT.values(), *RULE_OF_KIND.values(), "R104", "R201", "R202", "R203", "R401", "R403", "R404"}
)


def _is_worked_out(held: _Held, finding: Finding) -> bool:
    gap = any(gap.location == finding.primary and gap.name == finding.observed for gap in held.case.gaps)
    return finding.code in _WORKED_OUT and finding.severity is not Severity.NOTE and not gap
