"""JSON: the whole report as one object, version 1 of ``schemas/report-v1.schema.json``."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.report.json_text import encode
from reconcile.report.report import Report

NAME = "json"


def pieces(report: Report, cells: bool = False) -> Iterator[str]:
    """The report as indented JSON, piece by piece; with ``cells`` every cell of its tables, too."""
    yield from encode(report, indented=True, cells=cells)
    yield "\n"


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """The report as indented JSON."""
    return "".join(pieces(report))
