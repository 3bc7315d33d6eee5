"""JSON lines: one report object per document, and a last one for what holds across documents."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.report.json_text import encode
from reconcile.report.report import Report

NAME = "jsonl"


def pieces(report: Report, cells: bool = False) -> Iterator[str]:
    """One line of JSON per document, piece by piece; with ``cells`` every cell of its tables, too."""
    for part in report.split():
        yield from encode(part, indented=False, cells=cells)
        yield "\n"


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """One line of JSON per document."""
    return "".join(pieces(report))
