"""JSON: the whole report as one object, version 1 of ``schemas/report-v1.schema.json``."""

from __future__ import annotations

import json

from reconcile.report import Report

NAME = "json"


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """The report as indented JSON."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"
