"""What was read in a document, for people who want to see how the tool understands it."""

from __future__ import annotations

import csv
import io
import json

from reconcile.equate.equation import Outcome
from reconcile.recognise.tables import RecognisedTable
from reconcile.report.as_json import money
from reconcile.report.report import Report


def list_tables(report: Report, format: str) -> str:
    """All tables of a report as CSV or as JSON.

    In CSV each stands behind comment lines with its title, headers, roles, units and equations; these count from 1, as
    budget files and people do.
    """
    pairs = [
        (
            figures,
            [o for o in report.outcomes if any(t.table is figures.table for t in o.equation.amounts_to_look_at())],
        )
        for reading in report.readings
        for figures in reading.tables
    ]
    if format == "json":
        whole = report.to_dict()
        equations = {item["id"]: item for item in whole["equations"]}
        tables = [table for document in whole["documents"] for table in document["tables"]]
        listed = [
            {
                **table,
                "grid": figures.table.rows,
                "values": _values(figures),
                "equations": [equations[outcome.id] for outcome in outcomes],
            }
            for table, (figures, outcomes) in zip(tables, pairs, strict=True)
        ]
        return json.dumps(listed, ensure_ascii=False, indent=2) + "\n"
    return "\n".join(_csv(figures, outcomes) for figures, outcomes in pairs)


def _values(figures: RecognisedTable) -> list[list[str | None]]:
    """The grid with exact values in place of amounts; None elsewhere."""
    found: list[list[str | None]] = [[None] * figures.table.width for _ in figures.table.rows]
    for row, col, amount in figures.amounts():
        found[row][col] = money(amount.value)
    return found


def _csv(figures: RecognisedTable, outcomes: list[Outcome]) -> str:
    text = io.StringIO()
    text.write(f"# table {figures.table.index + 1}: {' '.join(figures.title.split())}\n")
    for column in figures.columns:
        unit = f", {column.unit.currency or ''} x {column.unit.scale}" if column.role == "amount" else ""
        text.write(f"# column {column.index + 1}: {' '.join(column.header.split())} ({column.role}{unit})\n")
    for outcome in outcomes:
        text.write(f"# {outcome.kind} {outcome.status}: {outcome.label} = {money(outcome.total.value())}\n")
    csv.writer(text, lineterminator="\n").writerows(figures.table.rows)
    return text.getvalue()
