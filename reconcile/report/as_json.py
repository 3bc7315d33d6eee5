"""Turn a report into its JSON, version 1, whole or a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from reconcile.core.decimals import multiply
from reconcile.core.document import CellIndex
from reconcile.core.findings import Finding, Fix, Suppressed
from reconcile.core.location import CellRef, Location, PageBox, TextSpan
from reconcile.equate.equation import (
    Outcome,
    Term,
)
from reconcile.recognise.tables import RecognisedTable
from reconcile.report.coverage import STATE_NAMES, DocumentCoverage, SchemaSummary, TableCoverage

if TYPE_CHECKING:
    from reconcile.equate.budget.standing import BudgetStatus, LineStanding
    from reconcile.report import json_types as shape


def suppressed_json(each: Suppressed, names: Mapping[str, str]) -> shape.SuppressedJson:
    """Return a suppressed finding with what suppressed it, as JSON."""
    finding = finding_json(each.finding, names.get(each.finding.code, ""))
    return {"by": each.by, "reason": each.reason, "location": location_json(each.place), "finding": finding}


def money(value: Decimal) -> str:
    """An amount as plain digits in whole currency units, without exponent."""
    return format(value, "f") if value else "0"


def document_json(
    covered: DocumentCoverage,
    links: dict[Location, str],
    schemas: Mapping[tuple[str, int], SchemaSummary],
    cells: bool,
) -> shape.DocumentJson:
    """Return a document as read, with its tables, its claims and what is not checked of it, as JSON."""
    reading, document = covered.reading, covered.reading.document
    return {
        "path": document.path,
        "sha256": document.sha256,
        "format": document.format,
        "encoding": document.encoding,
        "locale": reading.locale,
        "tables": [
            _table(figures, schemas.get((document.path, figures.table.index)), cells) for figures in reading.tables
        ],
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
        "amounts": covered.amounts,
        "amounts_checked": covered.checked,
        "unchecked": _unchecked(covered),
    }


def _unchecked(covered: DocumentCoverage) -> shape.UncheckedJson:
    """What stands in no equation: the columns and the kinds of rows where something is left, and the places in text."""
    return {
        "columns": [
            {
                "table": table.figures.table.index,
                "column": each.column.index,
                "header": each.column.header,
                "amounts": each.amounts,
                "checked": each.checked,
            }
            for table in covered.tables
            for each in table.columns
            if each.checked < each.amounts
        ],
        "rows": [
            {
                "table": table.figures.table.index,
                "kind": each.kind,
                "amounts": each.amounts,
                "checked": each.checked,
            }
            for table in covered.tables
            for each in table.rows
            if each.checked < each.amounts
        ],
        "text": _locations([claim.location for claim in covered.claims]),
        "percentages": _locations([claim.location for claim in covered.percentages]),
    }


def cells_json(covered: TableCoverage, equations: Mapping[CellIndex, Sequence[str]]) -> Iterator[shape.CellJson]:
    """Every cell of a table as JSON, row by row, with how it is read and the ``equations`` that it stands in."""
    figures, table = covered.figures, covered.figures.table
    for row, texts in enumerate(table.rows):
        for column in figures.columns:
            amounts = figures.cells.get(column.index)
            amount = None if amounts is None else amounts[row]
            yield {
                "row": row,
                "col": column.index,
                "place": table.places.place(row, column.index)[1],
                "text": texts[column.index],
                "role": column.role,
                "value": None if amount is None else money(amount.value),
                "low": None if amount is None else money(amount.low),
                "high": None if amount is None else money(amount.high),
                "state": None if (state := covered.state(row, column.index)) is None else STATE_NAMES[state],
                "equations": list(equations.get((row, column.index), ())),
            }


def _table(figures: RecognisedTable, kept: SchemaSummary | None, cells: bool) -> shape.TableJson:
    place = location_json(figures.table.location_of(0, 0))
    for key in ("row", "col", "text"):
        place.pop(key, None)  # type: ignore[misc]
    told: shape.TableJson = {
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
    if cells:
        told["cells"] = []
    return told


def terms_json(outcome: Outcome) -> Iterator[shape.TermJson]:
    """The terms of an equation as JSON, one by one: they may be as many as a table has rows."""
    if not outcome.equation.signs:
        return map(_term, outcome.terms)
    return map(_term, outcome.terms, outcome.equation.signs)


def _term(term: Term, sign: int = 1) -> shape.TermJson:
    """Return a term as JSON; of one that is taken away, the value is what it adds."""
    return {
        "value": money(multiply(term.value(), sign)),
        "text": term.amount.text,
        "location": location_json(term.location),
    }


def equation_outline(outcome: Outcome) -> shape.EquationJson:
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


def finding_json(finding: Finding, name: str) -> shape.FindingJson:
    """Return a finding with its fixes, as JSON."""
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
        "equations": list(finding.equations),
    }


def _fix(fix: Fix) -> shape.FixJson:
    return {
        "title": fix.title,
        "applicability": fix.applicability,
        "proof": fix.proof,
        "confidence": fix.confidence,
        "replacement": fix.replacement,
        "value": None if fix.value is None else money(fix.value),
        "edits": [{"location": location_json(edit.location), "old": edit.old, "new": edit.new} for edit in fix.edits],
    }


def budget_json(standing: BudgetStatus) -> shape.BudgetJson:
    """Return how a budget stands, as JSON."""
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


def _line(line: LineStanding) -> shape.BudgetLineJson:
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


def _locations(locations: Sequence[Location]) -> list[shape.LocationJson]:
    return [location_json(location) for location in locations]


def location_json(location: Location) -> shape.LocationJson:
    """A location as JSON; what does not apply is absent."""
    found: shape.LocationJson = {"path": location.path}
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
