"""GitHub Actions: a workflow command for each finding, which annotates its line in a pull request; then the counts.

Columns count from 1, and the end column is the one behind the last character. A place in a format without lines has none, and
is told in the message. GitHub shows the first ten annotations of each level and step.
"""

from __future__ import annotations

from pathlib import PurePath

from reconcile.findings import Finding
from reconcile.location import TextSpan
from reconcile.messages import Teller, joined, say, teller
from reconcile.phrases import counted, fix_of, named, shown
from reconcile.report import Report

NAME = "github"

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """The report as lines for the log of a workflow."""
    tell = teller(report.settings.lang)
    lines = [_command(finding, report.names.get(finding.code, ""), tell) for finding in report.findings]
    summary = report.summary()
    found = [
        counted(summary["errors"], "error"),
        counted(summary["warnings"], "warning"),
        counted(summary["notes"], "note"),
    ]
    checked = [counted(summary["documents"], "document"), counted(summary["equations"], "equation")]
    told = say("{faults} in {documents} with {equations}", faults=joined(", ", found), documents=checked[0],
               equations=checked[1])  # fmt: skip
    return "".join(f"{line}\n" for line in [*lines, f"reconcile: {tell(told)}"])


def _command(finding: Finding, name: str, tell: Teller = str) -> str:
    place, span = finding.primary, finding.primary.anchor
    properties = {"file": PurePath(place.path).as_posix()} if place.path else {}
    where = [place.told] if place.label else []
    if isinstance(span, TextSpan):
        where = []
        properties |= {"line": str(span.line), "endLine": str(span.end_line)}
        # Columns are for places on one line only.
        if span.line == span.end_line:
            properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    properties["title"] = f"{finding.code} {name}".rstrip()
    lead = ", ".join(map(tell, filter(None, [*where, named(place)])))
    lines = [tell(finding.message), *(f"{tell(say('fix'))}: {tell(fix_of(fix))}" for fix in finding.fixes)]
    told = _escaped("\n".join([f"{lead}: {lines[0]}" if lead else lines[0], *lines[1:]]))
    listed = ",".join(f"{key}={_escaped(value, property=True)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity.value]} {listed}::{told}"


def _escaped(text: str, property: bool = False) -> str:
    """Text as a workflow command takes it; what else would break or steer the log is replaced."""
    text = "".join(char if char in "\r\n" else shown(char) for char in text) if not text.isprintable() else text
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property else text
