"""Suites: what a case of documents is held to, as frames with the expectations on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from reconcile.check.case import Case
from reconcile.check.rules import CODES
from reconcile.core.findings import Finding, Severity
from reconcile.core.settings import Settings
from reconcile.equate.equation import BROKEN, STATED_TOTAL
from reconcile.equate.terms import term_at
from reconcile.gx.expectations import (
    RULE_OF_FAULT,
    RULE_OF_KIND,
    ExpectAmountsToBeWrittenRegularly,
    ExpectAmountsToStandAlone,
    ExpectNothingToReport,
)
from reconcile.gx.frames import FAULT, GLUED_MARK, LABEL_COLUMN, PLACE, amount_names, beside, exact_frame, term_columns
from reconcile.gx.held import AMOUNT_COLUMN, SEVERITY, Suite, SuiteInput
from reconcile.gx.names import (
    ExpectLabelsToBeInRegistry,
    ExpectLabelsToCompleteRegistry,
    ExpectLabelsToRecurNowhere,
)
from reconcile.gx.sums import budget_lines, shares_in, sums_elsewhere, sums_in
from reconcile.recognise.entities import EntityMatches
from reconcile.recognise.tables import RecognisedTable
from reconcile.report.report import Report


def build_suites(case: Case, report: Report, settings: Settings) -> list[Suite]:
    """The suites of a case: one a table, one for the totals stated beside it, one for budget lines, one for the rest.

    Sums, writing, names and budgets are worked out anew on the frames. What only a check of whole documents can find (such
    as a file that cannot be read) is carried over as a frame of findings.
    """
    notes = {f.primary for f in report.findings if f.code == "R104" and f.severity is Severity.NOTE}
    usual = frozenset(key for key, repair in case.repairs.items() if repair.fix.edits[0].location in notes)
    held = SuiteInput(case, report.findings, settings, case.changed, usual)
    suites = [suite for number in range(len(case.readings)) for suite in _document(held, number)]
    return [*suites, *budget_lines(held), *_budget_reading(held)]


def _document(held: SuiteInput, number: int) -> Iterator[Suite]:
    reading = held.case.readings[number]
    path = reading.document.path
    name = _named(number + 1, path)
    for figures in reading.tables:
        yield _table(held, figures, f"{name} table {figures.table.index + 1}")
    stated = [o.equation for o in held.case.outcomes if o.kind == STATED_TOTAL and o.total.table is None
              and o.total.location.path == path]  # fmt: skip
    if stated:
        terms = [equation.total for equation in stated]
        frame = exact_frame(
            {LABEL_COLUMN: [t.label for t in terms], **term_columns(terms, AMOUNT_COLUMN, held.repaired)}
        )
        yield Suite(f"{name} stated totals", *_written(held, frame, [AMOUNT_COLUMN]))
    yield from sums_elsewhere(held, reading, name)
    yield from shares_in(held, reading, name)
    yield _carried(held, f"{name} reading", [f for f in held.findings if f.primary.path == path])


def _named(number: int, path: str) -> str:
    """A name for a document that may be part of a file's: Great Expectations makes folders of dots."""
    return f"{number} {re.sub(r'[^0-9A-Za-z_-]', '_', PurePath(path).name)[:60]}"


def _table(held: SuiteInput, figures: RecognisedTable, name: str) -> Suite:
    names = amount_names(figures)
    rows = range(len(figures.table.rows))
    columns: dict[str, list[object]] = {LABEL_COLUMN: [figures.labels[row] for row in rows]}
    columns[beside(LABEL_COLUMN, PLACE)] = [
        str(figures.table.location_of(row, _label_column(figures, row), None, figures.labels[row])) for row in rows
    ]
    for column in figures.amount_columns:
        terms = [term_at(figures, row, column) for row in rows]
        columns |= term_columns(terms, names[column.index], held.repaired)
    frame, written = _written(held, exact_frame(columns), list(names.values()))
    return Suite(name, frame, (*sums_in(held, figures, names), *_registry(held, figures), *written))


def _label_column(figures: RecognisedTable, row: int) -> int:
    cells = figures.table.rows[row]
    return next((c.index for c in figures.columns if cells[c.index].strip() == figures.labels[row]), 0)


def _written(
    held: SuiteInput, frame: pd.DataFrame, columns: Sequence[str]
) -> tuple[pd.DataFrame, tuple[Expectation, ...]]:
    """What holds for the writing of amounts; faults of rules that are not selected are taken out of the frame."""
    expectations: list[Expectation] = []
    for column in columns:
        faults, glued = beside(column, FAULT), beside(column, GLUED_MARK)
        wanted = {fault for fault, code in RULE_OF_FAULT.items() if held.settings.selected(code)}
        frame[faults] = pd.Series([f if f in wanted else None for f in frame[faults]], dtype=object)
        if wanted:
            expectations.append(ExpectAmountsToBeWrittenRegularly(column=column))
        if held.settings.selected("R104"):
            marks = sorted({mark for mark in frame[glued] if mark} & _usual_marks(held, frame, column))
            expectations.append(ExpectAmountsToStandAlone(column=column, marks=marks, severity=FailureSeverity.WARNING))
    return frame, tuple(expectations)


def _usual_marks(held: SuiteInput, frame: pd.DataFrame, column: str) -> set[str]:
    places = set(frame[beside(column, PLACE)])
    return {
        held.case.repairs[key].term.amount.glued
        for key in held.usual
        if str(held.case.repairs[key].term.location) in places
    }


def _registry(held: SuiteInput, figures: RecognisedTable) -> Iterator[Expectation]:
    """What holds for the names of a table that is recognised as a registry's; what the check lets pass is named."""
    names = held.case.names.get((figures.table.path, figures.table.index))
    if names is None:
        return
    mine = [f for f in held.findings if f.severity is not Severity.NOTE and f.primary.path == figures.table.path
            and f.primary.grid is not None and f.primary.grid.table == figures.table.index]  # fmt: skip
    common: dict[str, Any] = {
        "column": LABEL_COLUMN,
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


def _recurring(names: EntityMatches) -> set[str]:
    entities = [match.entry.name for match in names.matches.values()]
    return {name for name in entities if entities.count(name) > 1}


def _worst(findings: Sequence[Finding], code: str) -> FailureSeverity:
    worst = max((finding.severity for finding in findings), key=lambda each: each.rank, default=CODES[code].severity)
    return SEVERITY[worst]


def _budget_reading(held: SuiteInput) -> Iterator[Suite]:
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
    found = [finding for finding in held.findings if finding.primary.path not in paths]
    if found:
        yield _carried(held, "budget reading", found)


def _carried(held: SuiteInput, name: str, findings: Sequence[Finding]) -> Suite:
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
    levels |= {(finding.code, finding.severity) for finding in carried}
    # One for all rules of a severity: each expectation costs as much as a table.
    expectations = [
        ExpectNothingToReport(rules=rules, severity=SEVERITY[severity])
        for severity in Severity
        if (rules := sorted(code for code, level in levels if level is severity))
    ]
    return Suite(name, exact_frame(columns), tuple(expectations))


_WORKED_OUT = frozenset(
    {*RULE_OF_FAULT.values(), *RULE_OF_KIND.values(), "R104", "R201", "R202", "R203", "R401", "R403", "R404"}
)


def _is_worked_out(held: SuiteInput, finding: Finding) -> bool:
    gap = any(gap.location == finding.primary and gap.name == finding.observed for gap in held.case.gaps)
    # A sum that is told as a note is worked out, too; a count of documents is not.
    counted = finding.code == "R404" and bool(finding.expected)
    noted = finding.severity is Severity.NOTE and finding.code not in RULE_OF_KIND.values()
    # A sum that a safe repair explains ties on the frame; the finding stands at the figure at fault.
    explained = finding.code in RULE_OF_KIND.values() and not any(
        outcome.status == BROKEN and outcome.total.location == finding.primary for outcome in held.case.outcomes
    )
    return finding.code in _WORKED_OUT and not (noted or gap or counted or explained)
