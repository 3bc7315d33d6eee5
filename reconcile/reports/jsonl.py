"""JSON lines: one report object per document, and a last one for what holds across documents."""

from __future__ import annotations

import json

from reconcile.report import Report

NAME = "jsonl"


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """One line of JSON per document."""
    return "".join(json.dumps(part.to_dict(), ensure_ascii=False) + "\n" for part in report.split())
