"""The straight line from documents to report: recognise, equate, repair, check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

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
    from reconcile.budgetfile import Budget
    from reconcile.budgets import Distribution


def check_documents(
    documents: Iterable[Document], budget: Budget | None = None, settings: Settings = Settings()
) -> Report:
    """Check documents against themselves, each other and a budget.

    Raises UsageError where the budget means one document, or one entity, twice.
    """
    readings, entities, known, equations = equate_documents(documents, settings)
    found: Mapping[str, Sequence[str]] = {}
    distribution: Distribution | None = None
    if budget is None:
        equations += link_documents(readings, list(known.values()))
    else:
        from reconcile.budgets import distribute
        from reconcile.shares import find_documents

        found = find_documents(budget, [reading.document.path for reading in readings])
        distribution = distribute(budget, found, known, entities)
        equations += distribution.equations
    equations = [replace(equation, id=f"e{number}") for number, equation in enumerate(equations, start=1)]
    gaps = distribution.gaps if distribution is not None else ()
    shares = distribution.shares if distribution is not None else ()
    case = _repair(Case(readings, entities, (), {}, budget, found, gaps, shares), equations)
    findings = [finding for info, check in checks() if settings.selected(info.code) for finding in check(case)]
    sources = {d.path: d.source for d in (reading.document for reading in readings) if d.source is not None}
    standing = None
    if budget is not None and distribution is not None:
        from reconcile.standing import stand

        sources[budget.path] = budget.source
        standing = stand(budget, distribution, case.outcomes, case.changed)
    names = {code: info.name for code, info in CODES.items()}
    return Report(readings, case.outcomes, _ordered(findings, readings), names, sources, settings.fail_on, standing)


class Equated(NamedTuple):
    """Documents as recognised, names by (path, table), control totals by path, and the equations within documents."""

    readings: tuple[Reading, ...]
    names: dict[tuple[str, int], Names]
    known: dict[str, list[Control]]
    equations: list[Equation]


def equate_documents(documents: Iterable[Document], settings: Settings) -> Equated:
    """Recognise documents and find what should add up within each."""
    readings = tuple(recognise(document, settings) for document in documents)
    found = Equated(readings, {}, {}, [])
    for reading in readings:
        equations, totals = _equate(reading, found.names)
        found.known[reading.document.path] = totals
        found.equations.extend(equations)
    return found


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
    return replace(
        case, repairs=repairs, changed=readings, outcomes=tuple(solve(equation, readings) for equation in equations)
    )


def _ordered(findings: Sequence[Finding], readings: Sequence[Reading]) -> tuple[Finding, ...]:
    """In the order of the documents, then of their lines; what is not in a document comes last."""
    order = {reading.document.path: number for number, reading in enumerate(readings)}

    def place(finding: Finding) -> tuple[int, int, int, str]:
        anchor, grid = finding.primary.anchor, finding.primary.grid
        line = anchor.start if isinstance(anchor, TextSpan) else grid.row if grid else -1
        return order.get(finding.primary.path, len(order)), grid.table if grid else -1, line, finding.code

    return tuple(sorted(findings, key=place))
