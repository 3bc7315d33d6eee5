"""The report: all that was read, all that was worked out, all that is wrong; and its JSON shape, version 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from reconcile.core.findings import Finding, Fix, Remark, Severity, Suppressed
from reconcile.core.location import CellRef, Location, PageBox, SourceText, TextSpan
from reconcile.core.settings import Settings
from reconcile.equate.equation import (
    BROKEN,
    BUDGET,
    CLAIM,
    COLUMN_TOTAL,
    ROW_TOTAL,
    STATED_TOTAL,
    SUBTOTAL,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    UNVERIFIABLE,
    Outcome,
    Term,
)
from reconcile.recognise.tables import Figures, Reading
from reconcile.version import __version__

if TYPE_CHECKING:
    from reconcile.equate.budget.standing import LineStanding, Standing
    from reconcile.report import json_types as shape

# The rules that say of an equation that it does not hold, or cannot be verified; R305 says of all kinds that they hold within
# rounding.
_SAID_BY = {
    COLUMN_TOTAL: ("R301",), ROW_TOTAL: ("R302",), SUBTOTAL: ("R303",), STATED_TOTAL: ("R304",), CLAIM: ("R306",),
    BUDGET: ("R401", "R403"),
}  # fmt: skip


class Kept(NamedTuple):
    """A table held to a schema: the schema's name, the rows held to it, and how many checks were made of it and hold."""

    schema: str
    rows: int
    checks: int
    held: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a check gives: documents as recognised, equations with their outcomes, and findings in document order.

    ``names`` maps rule codes to the names of their faults, ``sources`` the paths of text files to their text;
    ``fail_on`` is the severity from which a report is not ok; ``budget`` is how the budget stands, if there is one;
    ``schemas`` are the tables, by path and index, that were held to a schema.
    ``suppressed`` are findings that are not to be told, and for which reason: they are not among ``findings``, and fail nothing.
    ``remarks`` are about the check itself, such as a suppression that silences nothing.
    ``settings`` are what it was made with, ``made`` is when, in UTC to the second, and it took
    ``seconds``, if that was measured.
    """

    readings: tuple[Reading, ...]
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    names: Mapping[str, str]
    sources: Mapping[str, SourceText]
    fail_on: str = "warning"
    budget: Standing | None = None
    schemas: Mapping[tuple[str, int], Kept] = field(default_factory=dict)
    settings: Settings = Settings()  # noqa: RUF009 - frozen
    made: str = field(default="", compare=False)
    suppressed: tuple[Suppressed, ...] = ()
    remarks: tuple[Remark, ...] = ()
    seconds: float = field(default=0, compare=False)

    @property
    def equations(self) -> tuple[Outcome, ...]:
        """The equations with their outcomes."""
        return self.outcomes

    @property
    def ok(self) -> bool:
        """Whether nothing was found at or above ``fail_on`` (``error``, ``warning`` or ``never``)."""
        return not any(self.fails(finding) for finding in self.findings)

    @property
    def has_results(self) -> bool:
        """Whether it tells of a document, an equation or a finding, and not only of the check itself."""
        return bool(self.readings or self.outcomes or self.findings or self.suppressed)

    def fails(self, finding: Finding) -> bool:
        """Whether a finding is at or above ``fail_on``, so that the report is not ok."""
        return self.fail_on != "never" and finding.severity.rank >= Severity(self.fail_on).rank

    def found(self) -> list[tuple[Finding, Suppressed | None]]:
        """All findings in their order, those that are suppressed among them."""
        found: list[tuple[Finding, Suppressed | None]] = []
        told = iter(self.findings)
        for each in self.suppressed:
            found += [(finding, None) for finding in islice(told, each.number - len(found))]
            found.append((each.finding, each))
        return found + [(finding, None) for finding in told]

    def by_equation(self) -> dict[str, list[Finding]]:
        """The findings by the id of the equation that they speak of; under ``""`` those that speak of none."""
        said_of: dict[tuple[str, Location], list[str]] = {}
        for outcome in self.outcomes:
            codes: tuple[str, ...] = ("R305",) if outcome.status == TIES_WITHIN_ROUNDING else ()
            if outcome.status in (BROKEN, UNVERIFIABLE):
                codes = _SAID_BY.get(outcome.kind, ())
            for code in codes:
                said_of.setdefault((code, outcome.total.location), []).append(outcome.id)
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            ids = said_of.get((finding.code, finding.primary))
            # Equations with one total have a finding each, in the same order.
            id = "" if not ids else ids.pop(0) if len(ids) > 1 else ids[0]
            found.setdefault(id, []).append(finding)
        return found

    def count(self, severity: Severity) -> int:
        """How many findings are of ``severity``."""
        return sum(1 for finding in self.findings if finding.severity is severity)

    def summary(self) -> shape.Summary:
        """Counts over the whole report."""
        statuses = [outcome.status for outcome in self.outcomes]
        return {
            "documents": len(self.readings),
            "tables": sum(len(reading.tables) for reading in self.readings),
            "amounts": sum(
                len(reading.claims) + sum(figures.count() for figures in reading.tables) for reading in self.readings
            ),
            "unread": sum(len(figures.unread) for reading in self.readings for figures in reading.tables),
            "errors": self.count(Severity.ERROR),
            "warnings": self.count(Severity.WARNING),
            "notes": self.count(Severity.NOTE),
            "equations": len(statuses),
            "ties": statuses.count(TIES),
            "ties_within_rounding": statuses.count(TIES_WITHIN_ROUNDING),
            "ties_after_repair": statuses.count(TIES_AFTER_REPAIR),
            "broken": statuses.count(BROKEN),
        }

    def counts(self) -> dict[str, int]:
        """The same by name, as they are added up over many reports."""
        counts: dict[str, Any] = {**self.summary(), "suppressed": len(self.suppressed)}
        return counts

    def split(self) -> list[Report]:
        """One report per document, and a last one without documents for what only holds or fails across them."""
        # One look at all of them: a batch has as many documents as findings.
        mine: dict[str, list[Outcome]] = {reading.document.path: [] for reading in self.readings}
        found: dict[str, list[Finding]] = {path: [] for path in mine}
        silent: dict[str, list[Suppressed]] = {path: [] for path in mine}
        said: dict[str, list[Remark]] = {path: [] for path in mine}
        across: list[Outcome] = []
        beside: list[Finding] = []
        silent_beside: list[Suppressed] = []
        said_beside: list[Remark] = []
        for outcome in self.outcomes:
            (across if outcome.kind == BUDGET else mine.get(outcome.total.location.path, [])).append(outcome)
        for finding in self.findings:
            found.get(finding.primary.path, beside).append(finding)
        for each in self.suppressed:
            silent.get(each.finding.primary.path, silent_beside).append(each)
        for remark in self.remarks:
            said.get(remark.place.path, said_beside).append(remark)
        parts = [
            replace(
                self, readings=(reading,), outcomes=tuple(mine[path]), findings=tuple(found[path]), budget=None,
                suppressed=tuple(silent[path]), remarks=tuple(said[path]),
            )
            for reading in self.readings
            for path in [reading.document.path]
        ]  # fmt: skip
        if across or beside or silent_beside or said_beside or self.budget is not None:
            parts.append(
                replace(
                    self, readings=(), outcomes=tuple(across), findings=tuple(beside), suppressed=tuple(silent_beside),
                    remarks=tuple(said_beside),
                )
            )  # fmt: skip
        return parts

    @classmethod
    def join(cls, parts: Iterable[Report]) -> Report:
        """Reports on one document each as one; their equations are numbered anew. Raises ValueError without any."""
        reports = list(parts)
        if not reports:
            raise ValueError("no reports to join")
        outcomes = [outcome for report in reports for outcome in report.outcomes]
        return replace(
            reports[0],
            readings=tuple(reading for report in reports for reading in report.readings),
            outcomes=tuple(
                outcome._replace(equation=replace(outcome.equation, id=f"e{number}"))
                for number, outcome in enumerate(outcomes, start=1)
            ),
            findings=tuple(finding for report in reports for finding in report.findings),
            suppressed=tuple(each for report in reports for each in report.suppressed),
            remarks=tuple(dict.fromkeys(remark for report in reports for remark in report.remarks)),
            sources={path: text for report in reports for path, text in report.sources.items()},
            schemas={place: kept for report in reports for place, kept in report.schemas.items()},
        )

    def to_dict(self) -> shape.ReportJson:
        """The report as the JSON object of version 1."""
        equations: list[shape.Equation] = [
            {**equation_outline(outcome), "terms": list(terms_json(outcome))} for outcome in self.outcomes
        ]
        return {**self.outline(), "equations": equations}

    def outline(self) -> shape.ReportJson:
        """The JSON object of version 1 without its equations."""
        links = {o.equation.total.location: o.equation.id for o in self.outcomes if o.equation.total.table is None}
        for outcome in self.outcomes:
            if outcome.equation.kind == BUDGET:
                links |= {
                    claim.figure: outcome.equation.id
                    for reading in self.readings
                    for claim in reading.claims
                    if claim.hedge is None and claim.amount.value == outcome.equation.total.amount.value
                }
        outline: shape.ReportJson = {
            "version": 1,
            "tool": {"name": "reconcile", "version": __version__},
            "summary": self.summary(),
            "documents": [_document(reading, links, self.schemas) for reading in self.readings],
            "equations": [],
            "findings": [_finding(finding, self.names.get(finding.code, "")) for finding in self.findings],
            "budget": None if self.budget is None else _budget(self.budget),
        }
        # Only where there are any, so that all other reports are as they were.
        if self.suppressed:
            outline["suppressed"] = [_suppressed(each, self.names) for each in self.suppressed]
        if self.remarks:
            outline["remarks"] = [
                {"message": each.message, "location": location_json(each.place)} for each in self.remarks
            ]
        return outline


def _suppressed(each: Suppressed, names: Mapping[str, str]) -> shape.Suppressed:
    finding = _finding(each.finding, names.get(each.finding.code, ""))
    return {"by": each.by, "reason": each.reason, "location": location_json(each.place), "finding": finding}


def money(value: Decimal) -> str:
    """An amount as plain digits in whole currency units, without exponent."""
    return format(value, "f") if value else "0"


def _document(reading: Reading, links: dict[Location, str], schemas: Mapping[tuple[str, int], Kept]) -> shape.Document:
    document = reading.document
    return {
        "path": document.path,
        "sha256": document.sha256,
        "format": document.format,
        "encoding": document.encoding,
        "locale": reading.locale,
        "tables": [_table(figures, schemas.get((document.path, figures.table.index))) for figures in reading.tables],
        "claims": [
            {
                "text": claim.text,
                "hedge": claim.hedge,
                "value": money(claim.amount.value),
                "low": money(claim.amount.low),
                "high": money(claim.amount.high),
                "currency": claim.amount.unit.currency,
                "location": location_json(claim.location),
                "ties_to": links.get(claim.figure),
            }
            for claim in reading.claims
        ],
    }


def _table(figures: Figures, kept: Kept | None) -> shape.Table:
    place = location_json(figures.table.location_of(0, 0))
    for key in ("row", "col", "text"):
        place.pop(key, None)  # type: ignore[misc]
    return {
        "index": figures.table.index,
        "title": figures.title,
        "location": place,
        "header": [column.header for column in figures.columns],
        "rows": len(figures.body),
        "schema": None
        if kept is None
        else {"name": kept.schema, "rows": kept.rows, "checks": kept.checks, "held": kept.held},
        "columns": [
            {
                "index": column.index,
                "header": column.header,
                "role": column.role,
                "currency": column.unit.currency,
                "scale": column.unit.scale,
            }
            for column in figures.columns
        ],
    }


def terms_json(outcome: Outcome) -> Iterator[shape.Term]:
    """The terms of an equation as JSON, one by one: they may be as many as a table has rows."""
    return map(_term, outcome.terms)


def _term(term: Term) -> shape.Term:
    return {"value": money(term.value()), "text": term.amount.text, "location": location_json(term.location)}


def equation_outline(outcome: Outcome) -> shape.Equation:
    """An equation as JSON, without its terms."""
    equation = outcome.equation
    return {
        "id": equation.id,
        "kind": equation.kind,
        "label": equation.label,
        "status": outcome.status,
        "total": _term(equation.total),
        "terms": [],
        "computed": money(outcome.computed),
        "difference": money(outcome.difference),
        "tolerance": money(outcome.tolerance),
    }


def _finding(finding: Finding, name: str) -> shape.Finding:
    return {
        "code": finding.code,
        "name": name,
        "severity": finding.severity.value,
        "message": finding.message,
        "location": location_json(finding.primary),
        "related": _locations(finding.related),
        "observed": finding.observed,
        "expected": finding.expected,
        "fixes": [_fix(fix) for fix in finding.fixes],
    }


def _fix(fix: Fix) -> shape.Fix:
    return {
        "title": fix.title,
        "applicability": fix.applicability,
        "proof": fix.proof,
        "confidence": fix.confidence,
        "replacement": fix.replacement,
        "value": None if fix.value is None else money(fix.value),
        "edits": [{"location": location_json(edit.location), "old": edit.old, "new": edit.new} for edit in fix.edits],
    }


def _budget(standing: Standing) -> shape.Budget:
    matrix = standing.matrix
    return {
        "name": standing.name,
        "path": standing.path,
        "currency": standing.currency,
        "lines": [_line(line) for line in standing.lines],
        "limits": [_line(line) for line in standing.limits],
        "matrix": {
            "documents": list(matrix.documents),
            "rows": [
                {
                    "entity": row.name,
                    "amounts": [_money(amount) for amount in row.amounts],
                    "total": money(row.total),
                    "rows": row.rows,
                }
                for row in matrix.rows
            ],
            "totals": [money(total) for total in matrix.totals],
            "printed": [_money(total) for total in matrix.printed],
            "total": money(matrix.total),
            "cross_foots": matrix.cross_foots,
        },
    }


def _line(line: LineStanding) -> shape.BudgetLine:
    return {
        "line": line.name,
        "depth": line.depth,
        "use": line.use,
        "budgeted": money(line.budgeted),
        "planned": _money(line.planned),
        "distributed": _money(line.distributed),
        "remaining": _money(line.remaining),
        "status": line.status,
        "words": line.words,
        "tolerance": money(line.tolerance),
        "reason": line.reason,
        "equation": line.equation,
        "location": location_json(line.location),
    }


def _money(value: Decimal | None) -> str | None:
    return None if value is None else money(value)


def _locations(locations: Sequence[Location]) -> list[shape.Location]:
    return [location_json(location) for location in locations]


def location_json(location: Location) -> shape.Location:
    """A location as JSON; what does not apply is absent."""
    found: shape.Location = {"path": location.path}
    if location.label:
        found["label"] = location.label
    anchor = location.anchor
    if isinstance(anchor, TextSpan):
        found["line"], found["column"] = anchor.line, anchor.column
        found["end_line"], found["end_column"] = anchor.end_line, anchor.end_column
    elif isinstance(anchor, CellRef):
        found["sheet"], found["cell"] = anchor.sheet, anchor.address
    elif isinstance(anchor, PageBox):
        found["page"], found["bbox"] = anchor.page, list(anchor.bbox)
    grid = location.grid
    if grid is not None:
        found["table"], found["row"], found["col"] = grid.table, grid.row, grid.col
        if grid.row_label:
            found["row_label"] = grid.row_label
        if grid.column_header:
            found["column_header"] = grid.column_header
    if location.text:
        found["text"] = location.text
    return found
