"""The straight line from documents to report: recognise, equate, repair, check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from time import gmtime, strftime
from typing import TYPE_CHECKING, NamedTuple

from reconcile.check.case import Case
from reconcile.check.duplicates import tell_once
from reconcile.check.rules import CODES, checks
from reconcile.check.suppressions import suppress
from reconcile.core.document import Document, Fault, Table
from reconcile.core.findings import Finding
from reconcile.core.limits import Clock
from reconcile.core.location import Location, TextSpan
from reconcile.core.messages import say
from reconcile.core.settings import Settings
from reconcile.equate.arithmetic.relations import unsought
from reconcile.equate.earlier_tables import add_earlier_totals
from reconcile.equate.equation import Equation, Outcome, solve
from reconcile.equate.exactness import settle_exactness
from reconcile.equate.prose import Control, controls, link_captions, link_claims, link_documents
from reconcile.equate.siblings import find_siblings
from reconcile.equate.tables import equate_table
from reconcile.recognise.entities import EntityMatches, recognise_names
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable, leave_out, recognise
from reconcile.repair import explain_broken, look_beside, repair_writing
from reconcile.repair.suspects import find_suspects
from reconcile.report.coverage import SchemaSum, SchemaSummary
from reconcile.report.report import Report

if TYPE_CHECKING:
    from reconcile.check.schema.validate import SchemaResults, Validated
    from reconcile.equate.budget.equations import Distribution
    from reconcile.equate.budget.file import Budget

# No registry has so many names, however they are spelt; to look each of them up would be in vain.
_MOST_NAMES = 20_000


def check_documents(
    documents: Iterable[Document],
    budget: Budget | None = None,
    settings: Settings = Settings(),
    named: Collection[str] = (),
) -> Report:
    """Check documents against themselves, each other, a budget and the schema in the settings.

    ``named`` are the paths that were given one by one, and not found in a folder: of these each should have the schema's table.

    Raises UsageError where the budget means one document, or one entity, twice, and for a schema that cannot be used, or
    that recognises none of the tables.
    """
    return report_on(state_case(documents, budget, settings, named), settings)


def check_alone(document: Document, settings: Settings = Settings(), named: Collection[str] = ()) -> Report:
    """Check one of many documents on its own: nothing is said of what holds across them.

    Raises UsageError for a schema that cannot be used. That it recognises no table is a finding, for it may recognise others'.
    """
    return report_on(state_equated(equate_documents([document], settings), None, settings, named, among=True), settings)


def state_case(
    documents: Iterable[Document],
    budget: Budget | None = None,
    settings: Settings = Settings(),
    named: Collection[str] = (),
) -> Case:
    """Read, equate, validate and repair: all that rules, or another program's checks, may look at. Raises as above."""
    return state_equated(equate_documents(documents, settings), budget, settings, named)


def state_equated(
    equated: EquatedDocuments,
    budget: Budget | None = None,
    settings: Settings = Settings(),
    named: Collection[str] = (),
    among: bool = False,
) -> Case:
    """The same of documents that are equated already; ``among`` others if they are only some of all."""
    readings, entities, known, equations = equated
    found: Mapping[str, Sequence[str]] = {}
    distribution: Distribution | None = None
    if budget is None:
        equations += link_documents(readings, list(known.values()))
    else:
        from reconcile.equate.budget.columns import find_documents
        from reconcile.equate.budget.equations import distribute

        found = find_documents(budget, [reading.document.path for reading in readings])
        distribution = distribute(budget, found, known, entities)
        equations += distribution.equations
    equations = [replace(equation, id=f"e{number}") for number, equation in enumerate(equations, start=1)]
    gaps = distribution.gaps if distribution is not None else ()
    shares = distribution.shares if distribution is not None else ()
    case = Case(
        readings,
        entities,
        (),
        {},
        budget,
        found,
        gaps,
        shares,
        distribution=distribution,
        held=_held(readings, settings, among),
        named=named,
    )
    return _repair(case, equations, Clock.start(settings))


def report_on(case: Case, settings: Settings = Settings()) -> Report:
    """What the rules find in a case."""
    readings, budget, held = case.readings, case.budget, case.held
    findings = [finding for info, check in checks() if settings.selected(info.code) for finding in check(case)]
    sources = {d.path: d.source for d in (reading.document for reading in readings) if d.source is not None}
    standing = None
    if budget is not None and case.distribution is not None:
        from reconcile.equate.budget.standing import stand

        sources[budget.path] = budget.source
        standing = stand(budget, case.distribution, case.outcomes, case.changed)
    names = {code: info.name for code, info in CODES.items()}
    documents = [reading.document for reading in readings]
    told, suppressed, remarks = suppress(_ordered(tell_once(case, findings), readings), documents, settings)
    return Report(
        case.readings, case.outcomes, told, names, sources, settings.fail_on, standing,
        {(each.figures.table.path, each.figures.table.index): _kept(held.schema, each) for each in held.tables}
        if held is not None else {},
        settings, strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()), suppressed, remarks,
    )  # fmt: skip


def _kept(schema: str, table: Validated) -> SchemaSummary:
    sums = tuple(SchemaSum(each.col, each.rows, each.holds) for each in table.sums)
    return SchemaSummary(schema, table.rows, table.checks, table.held, sums)


def _held(readings: Sequence[RecognisedDocument], settings: Settings, among: bool) -> SchemaResults | None:
    """The documents held to the schema that the settings name."""
    if settings.schema is None:
        return None
    # Schemas load pandas: only where one is given.
    from reconcile.check.schema.file import load_schema
    from reconcile.check.schema.validate import validate_readings

    return validate_readings(readings, load_schema(settings.schema), among)


class EquatedDocuments(NamedTuple):
    """Documents as recognised, names by (path, table), control totals by path, and the equations within documents."""

    readings: tuple[RecognisedDocument, ...]
    names: dict[tuple[str, int], EntityMatches]
    known: dict[str, list[Control]]
    equations: list[Equation]


def equate_documents(documents: Iterable[Document], settings: Settings) -> EquatedDocuments:
    """Recognise documents and find what should add up within each."""
    return join(equate_document(document, settings) for document in documents)


def equate_document(document: Document, settings: Settings) -> EquatedDocuments:
    """Recognise one document and find what should add up within it: what needs no other document."""
    names: dict[tuple[str, int], EntityMatches] = {}
    reading, equations, totals = _equate(recognise(document, settings), names, Clock.start(settings))
    return EquatedDocuments((reading,), names, {reading.document.path: totals}, equations)


def join(parts: Iterable[EquatedDocuments]) -> EquatedDocuments:
    """Documents that were equated one by one, together."""
    readings: list[RecognisedDocument] = []
    names: dict[tuple[str, int], EntityMatches] = {}
    known: dict[str, list[Control]] = {}
    equations: list[Equation] = []
    for part in parts:
        readings += part.readings
        names |= part.names
        known |= part.known
        equations += part.equations
    return EquatedDocuments(tuple(readings), names, known, equations)


def _equate(
    reading: RecognisedDocument, names: dict[tuple[str, int], EntityMatches], clock: Clock
) -> tuple[RecognisedDocument, list[Equation], list[Control]]:
    """All equations within one document, and its control totals; registry names found go into ``names``.

    The reading comes back without the tables that there was no time for.
    """
    equations: list[Equation] = []
    totals: list[Control] = []
    for number, figures in enumerate(reading.tables):
        if clock.is_up():
            reading = leave_out(reading, number, clock)
            break
        if figures.table.formulas:
            reading = _with_unfollowed(reading, figures.table)
        down = equate_table(figures)
        if limit := unsought(figures):
            reading = _with_fault(reading, Fault("R003", limit, figures.table.location_of(0, 0), note=True))
        equations += down
        totals += controls(figures, down)
        recognised = _recognised_names(figures)
        if recognised is not None:
            names[(figures.table.path, figures.table.index)] = recognised
    captions, totals = link_captions(reading, totals, names)
    equations = settle_exactness([*add_earlier_totals(equations), *captions], reading.document)
    claimed = link_claims(reading, totals, names, captions, clock)
    if clock.is_up():
        late = say("checking it {limit}; amounts in its text were not compared with its tables", limit=clock.limit)
        reading = _with_fault(reading, Fault("R004", late, Location(reading.document.path)))
    return reading, [*equations, *claimed], totals


def _recognised_names(figures: RecognisedTable) -> EntityMatches | None:
    if len(figures.labels) > _MOST_NAMES and len(set(figures.labels)) > _MOST_NAMES:
        return None
    labels = {row: figures.labels[row] for row in figures.named_rows() if figures.labels[row]}
    return recognise_names(labels) if len(labels) > 2 else None


def _with_fault(reading: RecognisedDocument, fault: Fault) -> RecognisedDocument:
    return replace(reading, document=replace(reading.document, faults=(*reading.document.faults, fault)))


def _with_unfollowed(reading: RecognisedDocument, table: Table) -> RecognisedDocument:
    """The reading with what there is to say about formulas that add up too much to be followed."""
    from reconcile.equate.sheet_formulas import MOST_PARTS, unfollowed

    cells = unfollowed(table)
    if not cells:
        return reading
    message = say("{count:,} formulas were not followed: those of the table add up more than {most:,} cells",
                  count=len(cells), most=MOST_PARTS)  # fmt: skip
    return _with_fault(reading, Fault("R003", message, table.location_of(*cells[0]), note=True))


def _repair(case: Case, equations: Sequence[Equation], clock: Clock) -> Case:
    """Find siblings, repair the writing of amounts, explain what is broken then, and work out every equation under the repaired readings."""
    case = replace(case, siblings=find_siblings(case.readings, case.names))
    suspects = list(find_suspects(case.readings, equations))
    beside: list[Outcome] = []
    if suspects and len(case.readings) > 1:
        beside = look_beside(case, [solve(equation) for equation in equations], {})
    repairs, readings = repair_writing(suspects, [*equations, *(outcome.equation for outcome in beside)])
    outcomes = [solve(equation, readings) for equation in equations]
    solutions, safe = explain_broken(case, outcomes, readings, clock)
    if safe:
        readings = {**readings, **safe}
        mended = {id for id, solution in solutions.items() if solution.safe}
        outcomes = [solve(o.equation, readings) if o.id in mended else o for o in outcomes]
        # What a sum proves of a figure stands for what its writing alone made likely.
        proven = [solutions[id].fixes[0] for id in mended if solutions[id].fixes]
        by_value = {(edit.location, fix.value): fix for fix in proven for edit in fix.edits}
        for key in safe.keys() & repairs.keys():
            fix = by_value.get((repairs[key].term.location, safe[key]))
            if fix is not None:
                repairs[key] = repairs[key]._replace(fix=fix)
    return replace(case, repairs=repairs, changed=readings, outcomes=tuple(outcomes), solutions=solutions)


def _ordered(findings: Sequence[Finding], readings: Sequence[RecognisedDocument]) -> tuple[Finding, ...]:
    """In the order of the documents, then of their lines; what is not in a document comes last."""
    order = {reading.document.path: number for number, reading in enumerate(readings)}

    def place(finding: Finding) -> tuple[int, int, int, str]:
        anchor, grid = finding.primary.anchor, finding.primary.grid
        line = anchor.start if isinstance(anchor, TextSpan) else grid.row if grid else -1
        return order.get(finding.primary.path, len(order)), grid.table if grid else -1, line, finding.code

    return tuple(sorted(findings, key=place))
