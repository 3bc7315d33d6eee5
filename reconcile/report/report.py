"""The report: all that was read, all that was worked out, all that is wrong; and its JSON shape, version 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from reconcile.core.findings import Finding, Remark, Severity, Suppressed
from reconcile.core.location import SourceText
from reconcile.core.settings import Settings
from reconcile.equate.equation import (
    BALANCE,
    BROKEN,
    BUDGET,
    CLAIM,
    COLUMN_TOTAL,
    DIVISION,
    PRODUCT,
    RELATIVE_CHANGE,
    ROW_TOTAL,
    STATED_TOTAL,
    SUBTOTAL,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    UNVERIFIABLE,
    Equation,
    Outcome,
)
from reconcile.recognise.tables import RecognisedDocument
from reconcile.report.as_json import (
    budget_json,
    document_json,
    equation_outline,
    finding_json,
    location_json,
    suppressed_json,
    terms_json,
)
from reconcile.report.coverage import Coverage, SchemaSummary, cover, is_under
from reconcile.version import __version__

if TYPE_CHECKING:
    from reconcile.equate.budget.standing import BudgetStatus
    from reconcile.report import json_types as shape

# The rules that say of an equation that it does not hold, or cannot be verified; R305 says of all kinds that they hold within
# rounding.
_SAID_BY = {
    COLUMN_TOTAL: ("R301",), ROW_TOTAL: ("R302",), SUBTOTAL: ("R303",), STATED_TOTAL: ("R304",), CLAIM: ("R306",),
    BUDGET: ("R401", "R403"), BALANCE: ("R308",),
}  # fmt: skip


def rules_of(equation: Equation) -> tuple[str, ...]:
    """Return the codes of the rules that report an equation if it is broken."""
    if equation.operator in (DIVISION, RELATIVE_CHANGE, PRODUCT):
        return ("R307",)
    return _SAID_BY.get(equation.kind, ())


@dataclass(frozen=True, slots=True)
class Report:
    """What a check gives: documents as recognised, equations with their outcomes, and findings in document order.

    ``names`` maps rule codes to the names of their faults, ``sources`` the paths of text files to their text;
    ``fail_on`` is the severity from which a report is not ok; ``budget`` is how the budget stands, if there is one;
    ``schemas`` are the tables, by path and index, that were held to a schema.
    ``suppressed`` are findings that are not to be told, and for which reason: they are not among ``findings``, and fail nothing.
    ``remarks`` are about the check itself, such as a suppression that silences nothing.
    ``settings`` are what it was made with, ``made`` is when, in UTC to the second, and it took
    ``seconds``, if that was measured. ``passed_over`` counts, by suffix, the files in folders that are no documents.
    ``known_coverage`` is the part of a larger report's coverage that this one has; of others it is counted when asked for.
    """

    readings: tuple[RecognisedDocument, ...]
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    names: Mapping[str, str]
    sources: Mapping[str, SourceText]
    fail_on: str = "warning"
    budget: BudgetStatus | None = None
    schemas: Mapping[tuple[str, int], SchemaSummary] = field(default_factory=dict)
    settings: Settings = Settings()  # noqa: RUF009 - frozen
    made: str = field(default="", compare=False)
    suppressed: tuple[Suppressed, ...] = ()
    remarks: tuple[Remark, ...] = ()
    seconds: float = field(default=0, compare=False)
    passed_over: tuple[tuple[str, int], ...] = ()
    known_coverage: Coverage | None = field(default=None, compare=False, repr=False)

    @property
    def equations(self) -> tuple[Outcome, ...]:
        """The equations with their outcomes."""
        return self.outcomes

    @property
    def ok(self) -> bool:
        """Whether nothing was found at or above ``fail_on`` (``error``, ``warning``, ``note`` or ``never``), and enough was checked."""
        return self.is_clean and not self.is_under

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found at or above ``fail_on``, whatever share of the amounts was checked."""
        return not any(self.fails(finding) for finding in self.findings)

    @property
    def is_under(self) -> bool:
        """Whether less of the amounts is checked than ``fail_under`` of the settings asks for."""
        least = self.settings.fail_under
        return least > 0 and is_under(self.coverage.checked, self.coverage.amounts, least)

    @property
    def coverage(self) -> Coverage:
        """Which amounts are checked, and which are not."""
        if self.known_coverage is None:
            object.__setattr__(self, "known_coverage", cover(self.readings, self.outcomes, self.schemas))
        assert self.known_coverage is not None
        return self.known_coverage

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

    def numbered(self) -> list[tuple[Finding, int]]:
        """The findings, each with its number among those of its rule; what a baseline knows is counted, too."""
        counts: Counter[str] = Counter()
        numbered = []
        for finding, silent in self.found():
            if silent is None or silent.by == "baseline":
                counts[finding.code] += 1
            if silent is None:
                numbered.append((finding, counts[finding.code]))
        return numbered

    def by_equation(self) -> dict[str, list[Finding]]:
        """Return the findings by the ids of the equations that do not tie and that they tell of; under ``""`` those of none."""
        open_ids = {outcome.id for outcome in self.outcomes if outcome.status in (BROKEN, TIES_WITHIN_ROUNDING)}
        unverified = {
            (code, outcome.total.location): outcome.id
            for outcome in self.outcomes
            if outcome.status == UNVERIFIABLE
            for code in rules_of(outcome.equation)
        }
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            own = [id for id in finding.equations if id in open_ids]
            for id in own or [unverified.get((finding.code, finding.primary), "")]:
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
            "amounts": self.coverage.amounts,
            "amounts_checked": self.coverage.checked,
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
        counts: dict[str, Any] = {**self.summary(), "suppressed": len(self.suppressed), "schemas": len(self.schemas)}
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
                suppressed=tuple(silent[path]), remarks=tuple(said[path]), passed_over=(),
                known_coverage=Coverage((covered,)),
            )
            for reading, covered in zip(self.readings, self.coverage.documents, strict=True)
            for path in [reading.document.path]
        ]  # fmt: skip
        if across or beside or silent_beside or said_beside or self.passed_over or self.budget is not None:
            parts.append(
                replace(
                    self, readings=(), outcomes=tuple(across), findings=tuple(beside), suppressed=tuple(silent_beside),
                    remarks=tuple(said_beside), known_coverage=Coverage(),
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
            known_coverage=None,
        )

    def to_dict(self) -> shape.ReportJson:
        """The report as the JSON object of version 1."""
        equations: list[shape.EquationJson] = [
            {**equation_outline(outcome), "terms": list(terms_json(outcome))} for outcome in self.outcomes
        ]
        return {**self.outline(), "equations": equations}

    def outline(self, cells: bool = False) -> shape.ReportJson:
        """The JSON object of version 1 without its equations; with ``cells`` its tables have an empty array for them."""
        links = {o.equation.total.location: o.equation.id for o in self.outcomes if o.equation.total.table is None}
        for outcome in self.outcomes:
            if outcome.kind == CLAIM:
                # An amount that a figure in per cent is worked out from is linked, too.
                for term in outcome.terms:
                    if term.table is None:
                        links.setdefault(term.location, outcome.id)
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
            "documents": [document_json(each, links, self.schemas, cells) for each in self.coverage.documents],
            "equations": [],
            "findings": [finding_json(finding, self.names.get(finding.code, "")) for finding in self.findings],
            "budget": None if self.budget is None else budget_json(self.budget),
        }
        # Only where there are any, so that all other reports are as they were.
        if self.passed_over:
            outline["passed_over"] = [{"suffix": suffix, "files": files} for suffix, files in self.passed_over]
        if self.suppressed:
            outline["suppressed"] = [suppressed_json(each, self.names) for each in self.suppressed]
        if self.remarks:
            outline["remarks"] = [
                {"message": each.message, "location": location_json(each.place)} for each in self.remarks
            ]
        return outline
