"""The straight line from documents to report: recognise, equate, repair, check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reconcile.casefile import Case, find_suspects
from reconcile.equations import Equation, solve
from reconcile.findings import Finding
from reconcile.linking import Control, controls, link_captions, link_claims, link_documents
from reconcile.location import TextSpan
from reconcile.model import Document
from reconcile.recognition import Reading, recognise
from reconcile.repair import repair_writing
from reconcile.report import Report
from reconcile.rules import CODES, checks
from reconcile.schemas import Names, recognise_names
from reconcile.settings import Settings
from reconcile.structure import equate_table, settle_rounding

if TYPE_CHECKING:
    from reconcile.budgets import Budget, Gap
    from reconcile.validation import Validated


def check_documents(
    documents: Iterable[Document], budget: Budget | None = None, settings: Settings = Settings()
) -> Report:
    """Check documents against themselves, each other, a budget and the schema in the settings.

    Raises UsageError for a schema that cannot be used, or that recognises none of the tables.
    """
    return report_on(state_case(documents, budget, settings), settings)


def state_case(documents: Iterable[Document], budget: Budget | None = None, settings: Settings = Settings()) -> Case:
    """Read, equate, validate and repair: all that rules, or another program's checks, may look at. Raises as above."""
    readings = tuple(recognise(document, settings) for document in documents)
    entities: dict[tuple[str, int], Names] = {}
    known: dict[str, list[Control]] = {}
    equations: list[Equation] = []
    for reading in readings:
        mine, totals = _equate(reading, entities)
        known[reading.document.path] = totals
        equations += mine
    found: Mapping[str, Sequence[str]] = {}
    gaps: Sequence[Gap] = ()
    if budget is None:
        equations += link_documents(readings, list(known.values()))
    else:
        from reconcile.budgets import equate_budget, find_documents

        found = find_documents(budget, [reading.document.path for reading in readings])
        stated, gaps = equate_budget(budget, found, known)
        equations += stated
    equations = [replace(equation, id=f"e{number}") for number, equation in enumerate(equations, start=1)]
    schema, validated = _validated(readings, settings)
    return _repair(Case(readings, entities, (), {}, budget, found, gaps, schema, validated), equations)


def report_on(case: Case, settings: Settings = Settings()) -> Report:
    """What the rules find in a case."""
    readings, budget = case.readings, case.budget
    findings = [finding for info, check in checks() if settings.selected(info.code) for finding in check(case)]
    sources = {d.path: d.source for d in (reading.document for reading in readings) if d.source is not None}
    if budget is not None:
        sources[budget.path] = budget.source
    names = {code: info.name for code, info in CODES.items()}
    return Report(readings, case.outcomes, _ordered(findings, readings), names, sources, settings.fail_on)


def _validated(readings: Sequence[Reading], settings: Settings) -> tuple[str, Sequence[Validated]]:
    """The name of the schema that the settings name, and the tables held to it."""
    if settings.schema is None:
        return "", ()
    # Schemas load pandas: only where one is given.
    from reconcile.tableschemas import load_schema
    from reconcile.validation import validate_readings

    schema = load_schema(settings.schema)
    return schema.name, validate_readings(readings, schema)


def _equate(reading: Reading, names: dict[tuple[str, int], Names]) -> tuple[list[Equation], list[Control]]:
    """All equations within one document, and its control totals; registry names found go into ``names``."""
    equations: list[Equation] = []
    totals: list[Control] = []
    for figures in reading.tables:
        down = equate_table(figures)
        equations += down
        totals += controls(figures, down)
        labels = {row: figures.labels[row] for row in figures.named_rows() if figures.labels[row]}
        recognised = recognise_names(labels) if len(labels) > 2 else None
        if recognised is not None:
            names[(figures.table.path, figures.table.index)] = recognised
    captions, totals = link_captions(reading, totals)
    equations = settle_rounding(reading.document, [*equations, *captions])
    return [*equations, *link_claims(reading, totals, names, captions)], totals


def _repair(case: Case, equations: Sequence[Equation]) -> Case:
    """Repair the writing of amounts, and work out every equation under the repaired readings."""
    suspects = list(find_suspects(case.readings, equations))
    repairs, readings = repair_writing(suspects, equations)
    return replace(case, repairs=repairs, outcomes=tuple(solve(equation, readings) for equation in equations))


def _ordered(findings: Sequence[Finding], readings: Sequence[Reading]) -> tuple[Finding, ...]:
    """In the order of the documents, then of their lines; what is not in a document comes last."""
    order = {reading.document.path: number for number, reading in enumerate(readings)}

    def place(finding: Finding) -> tuple[int, int, int, str]:
        anchor, grid = finding.primary.anchor, finding.primary.grid
        line = anchor.start if isinstance(anchor, TextSpan) else grid.row if grid else -1
        return order.get(finding.primary.path, len(order)), grid.table if grid else -1, line, finding.code

    return tuple(sorted(findings, key=place))
