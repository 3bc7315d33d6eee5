"""Tables of the tests as rows of cells: with another cell, as Markdown, and what is found in them."""

from __future__ import annotations

import reconcile

Rows = list[list[str]]


def with_cell(rows: Rows, row: int, col: int, text: str) -> Rows:
    """The rows with another text in one cell."""
    return [[text if (r, c) == (row, col) else cell for c, cell in enumerate(line)] for r, line in enumerate(rows)]


def as_markdown(rows: Rows) -> str:
    """The rows as a pipe table, the first one its header."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def told(rows: Rows) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """The findings: code, severity, what is printed, and the first fix with its applicability."""
    report = reconcile.check_text(as_markdown(rows), format="markdown")
    return [
        (f.code, f.severity.value, f.observed or "", [(fix.edits[0].new, fix.applicability) for fix in f.fixes[:1]])
        for f in report.findings
    ]
