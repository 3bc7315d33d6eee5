"""The straight line from documents to report: recognise, equate, repair, check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reconcile.casefile import Case, find_suspects
from reconcile.equations import Equation, solve
from reconcile.findings import Finding
from reconcile.limits import Clock
from reconcile.linking import Control, controls, link_captions, link_claims, link_documents
from reconcile.location import TextSpan
from reconcile.model import Document
from reconcile.recognition import Reading, leave_out, recognise
from reconcile.repair import explain_broken, repair_writing
from reconcile.report import Report
from reconcile.rules import CODES, checks
from reconcile.schemas import Names, recognise_names
from reconcile.settings import Settings
from reconcile.siblings import find_siblings
from reconcile.structure import equate_table, settle_rounding

if TYPE_CHECKING:
    from reconcile.budgets import Budget, Gap


def check_documents(
    documents: Iterable[Document], budget: Budget | None = None, settings: Settings = Settings()
) -> Report:
    """Check documents against themselves, each other and a budget."""
    entities: dict[tuple[str, int], Names] = {}
    known: dict[str, list[Control]] = {}
    equations: list[Equation] = []
    readings: list[Reading] = []
    for document in documents:
        reading, mine, totals = _equate(recognise(document, settings), entities, Clock.start(settings))
        readings.append(reading)
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
    case = _repair(Case(tuple(readings), entities, (), {}, budget, found, gaps), equations, Clock.start(settings))
    findings = [finding for info, check in checks() if settings.selected(info.code) for finding in check(case)]
    sources = {d.path: d.source for d in (reading.document for reading in readings) if d.source is not None}
    if budget is not None:
        sources[budget.path] = budget.source
    names = {code: info.name for code, info in CODES.items()}
    return Report(case.readings, case.outcomes, _ordered(findings, readings), names, sources, settings.fail_on)


def _equate(
    reading: Reading, names: dict[tuple[str, int], Names], clock: Clock
) -> tuple[Reading, list[Equation], list[Control]]:
    """All equations within one document, and its control totals; registry names found go into ``names``.

    The reading comes back without the tables that there was no time for.
    """
    equations: list[Equation] = []
    totals: list[Control] = []
    for number, figures in enumerate(reading.tables):
        if clock.is_up():
            reading = leave_out(reading, number, clock)
            break
        down = equate_table(figures)
        equations += down
        totals += controls(figures, down)
        labels = {row: figures.labels[row] for row in figures.named_rows() if figures.labels[row]}
        recognised = recognise_names(labels) if len(labels) > 2 else None
        if recognised is not None:
            names[(figures.table.path, figures.table.index)] = recognised
    captions, totals = link_captions(reading, totals)
    equations = settle_rounding(reading.document, [*equations, *captions])
    return reading, [*equations, *link_claims(reading, totals, names, captions)], totals


def _repair(case: Case, equations: Sequence[Equation], clock: Clock) -> Case:
    """Find siblings, repair the writing of amounts, explain what is broken then, and work out every equation under the repaired readings."""
    case = replace(case, siblings=find_siblings(case.readings, case.names))
    suspects = list(find_suspects(case.readings, equations))
    repairs, readings = repair_writing(suspects, equations)
    outcomes = [solve(equation, readings) for equation in equations]
    solutions, safe = explain_broken(case, outcomes, readings, clock)
    if safe:
        readings = {**readings, **safe}
        mended = {id for id, solution in solutions.items() if solution.safe}
        outcomes = [solve(o.equation, readings) if o.id in mended else o for o in outcomes]
    return replace(case, repairs=repairs, outcomes=tuple(outcomes), solutions=solutions)


def _ordered(findings: Sequence[Finding], readings: Sequence[Reading]) -> tuple[Finding, ...]:
    """In the order of the documents, then of their lines; what is not in a document comes last."""
    order = {reading.document.path: number for number, reading in enumerate(readings)}

    def place(finding: Finding) -> tuple[int, int, int, str]:
        anchor, grid = finding.primary.anchor, finding.primary.grid
        line = anchor.start if isinstance(anchor, TextSpan) else grid.row if grid else -1
        return order.get(finding.primary.path, len(order)), grid.table if grid else -1, line, finding.code

    return tuple(sorted(findings, key=place))
