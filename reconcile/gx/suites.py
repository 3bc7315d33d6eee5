"""Suites: the equations and the findings of a report as frames, with expectations that fail where the check fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any, ClassVar, NamedTuple

import pandas as pd
from great_expectations.expectations.expectation import Expectation

from reconcile.check.rules import CODES
from reconcile.core.findings import Finding, Severity
from reconcile.equate.equation import BROKEN, Outcome
from reconcile.gx.base import SEVERITIES, Examination, Examined, Unexpected
from reconcile.gx.expectations import ExpectNothingToReport, off_by
from reconcile.report.phrases import suppressed
from reconcile.report.report import Report, rules_of

_LEVELS = {ours: theirs for theirs, ours in SEVERITIES.items()}


class Suite(NamedTuple):
    """A frame with the expectations on it; ``suppressed`` tells of each finding that fails nothing, and why."""

    name: str
    frame: pd.DataFrame
    expectations: tuple[Expectation, ...]
    suppressed: tuple[str, ...] = ()


class ExpectNoEquationToBeBroken(Examination):
    """Of the equations in ``rows`` (from 0) of a frame none is broken; ``rule`` tells of one that is."""

    rule: str
    rows: list[int]

    success_keys: ClassVar[tuple[str, ...]] = ("rule", "rows")

    def examine(self, frame: pd.DataFrame) -> Examined:
        """List the broken equations."""
        cells = frame.to_dict("records")
        broken = [(row, cells[row]) for row in self.rows if cells[row]["status"] == BROKEN]
        faults = [
            Unexpected(
                self.rule, cell["total"], cell["place"],
                f"“{cell['label']}”: {off_by(cell['computed'], cell['difference'], cell['tolerance'])}",
                row, cell["difference"],
            )
            for row, cell in broken
        ]  # fmt: skip
        return Examined(f"{len(faults)} of {len(self.rows)} are broken", len(self.rows), faults)

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        rule, count = given.get("rule"), len(given.get("rows", ()))
        return (
            f"the equation under {rule} is not broken"
            if count == 1
            else f"none of {count} equations under {rule} is broken"
        )


def build_suites(report: Report) -> list[Suite]:
    """The suites of a report: for each document one of its equations and one of its findings, and the same across all.

    Each finding of the report fails one expectation, of its own severity. A suppressed finding fails none.
    """
    return [suite for number, part in enumerate(report.split(), start=1) for suite in _part(number, part)]


def _part(number: int, part: Report) -> Iterator[Suite]:
    """The suites of the part of a report that is about one document, or about all of them together."""
    name = "across documents"
    if part.readings:
        # Great Expectations makes folders of dots.
        name = f"{number} {re.sub(r'[^0-9A-Za-z_-]', '_', PurePath(part.readings[0].document.path).name)[:60]}"
    # Suppressed findings are matched, too: of equations with one total the findings are told apart by their order.
    said_of = replace(part, findings=tuple(finding for finding, _ in part.found())).by_equation()
    told = {o.id: said_of[o.id][0] for o in part.outcomes if o.status == BROKEN and o.id in said_of}
    silent = {id(each.finding) for each in part.suppressed}
    suite = _equations(f"{name} equations", part, {i: each for i, each in told.items() if id(each) not in silent})
    if suite.expectations:
        yield suite
    taken = {id(finding) for finding in told.values()}
    yield _findings(f"{name} findings", part, [finding for finding in part.findings if id(finding) not in taken])


def _equations(name: str, part: Report, told: dict[str, Finding]) -> Suite:
    """The equations; ``told`` are the findings by the ids of the broken equations that they tell of."""
    groups: dict[tuple[str, Severity], list[int]] = {}
    for row, outcome in enumerate(part.outcomes):
        expected = _expected(part, outcome, told.get(outcome.id))
        if expected is not None:
            groups.setdefault(expected, []).append(row)
    expectations = [
        ExpectNoEquationToBeBroken(rule=rule, rows=rows, severity=_LEVELS[severity])
        for (rule, severity), rows in groups.items()
    ]
    columns = {
        "label": [o.label for o in part.outcomes],
        "kind": [o.kind for o in part.outcomes],
        "status": [o.status for o in part.outcomes],
        "total": [o.total.amount.text for o in part.outcomes],
        "computed": [o.computed for o in part.outcomes],
        "difference": [o.difference for o in part.outcomes],
        "tolerance": [o.tolerance for o in part.outcomes],
        "place": [str(told[o.id].primary if o.id in told else o.total.location) for o in part.outcomes],
    }
    return Suite(name, pd.DataFrame(columns, dtype=object), tuple(expectations))


def _expected(part: Report, outcome: Outcome, finding: Finding | None) -> tuple[str, Severity] | None:
    """The rule that tells of an equation if it is broken, and its severity; None where the check tells nothing."""
    if finding is not None:
        return finding.code, finding.severity
    rule = next(filter(part.settings.selected, rules_of(outcome.equation)), None)
    if rule is None or outcome.status == BROKEN:
        return None
    return rule, CODES[rule].severity if outcome.equation.witnessed else Severity.NOTE


def _findings(name: str, part: Report, findings: Sequence[Finding]) -> Suite:
    """The findings that no equation stands for; what is suppressed is only told of."""
    columns = {
        "rule": [f.code for f in findings],
        "severity": [f.severity.value for f in findings],
        "printed": [f.observed for f in findings],
        "place": [str(f.primary) for f in findings],
        "message": [str(f.message) for f in findings],
    }
    levels = {(code, info.severity) for code, info in CODES.items() if part.settings.selected(code)}
    levels |= {(finding.code, finding.severity) for finding in findings}
    # One for all rules of a severity: each expectation costs as much as a table.
    expectations = [
        ExpectNothingToReport(rules=rules, severity=_LEVELS[severity])
        for severity in Severity
        if (rules := sorted(code for code, level in levels if level is severity))
    ]
    silent = tuple(str(suppressed(each, part.names)) for each in part.suppressed)
    return Suite(name, pd.DataFrame(columns, dtype=object), tuple(expectations), silent)
