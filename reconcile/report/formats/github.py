"""GitHub Actions: a workflow command for each finding, which annotates its line in a pull request; then the counts.

Columns count from 1, and the end column is the one behind the last character. A place in a format without lines has none, and
is told in the message. GitHub shows the first ten annotations of each level and step.
"""

from __future__ import annotations

from pathlib import PurePath

from reconcile.core.findings import Finding, Remark
from reconcile.core.location import Location, TextSpan
from reconcile.core.messages import Translator, joined, say, translator
from reconcile.report.phrases import (
    counted,
    covered,
    fix_of,
    named,
    not_checked_in,
    passed_over_told,
    remarked,
    shown,
    silenced,
)
from reconcile.report.report import Report

NAME = "github"

_FIXES_SHOWN, _DOCUMENTS_SHOWN = 5, 20
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """The report as lines for the log of a workflow."""
    tell = translator(report.settings.lang)
    lines = [_command(finding, report.names.get(finding.code, ""), tell) for finding in report.findings]
    lines += [_remark(remark, tell) for remark in report.remarks]
    summary = report.summary()
    found = [
        counted(summary["errors"], "error"),
        counted(summary["warnings"], "warning"),
        counted(summary["notes"], "note"),
    ]
    checked = [counted(summary["documents"], "document"), counted(summary["equations"], "equation")]
    told = say("{faults} in {documents} with {equations}", faults=joined(", ", found), documents=checked[0],
               equations=checked[1])  # fmt: skip
    if report.readings:
        told = joined("; ", (told, covered(summary["amounts_checked"], summary["amounts"])))
    if passed := passed_over_told(report):
        told = joined("; ", (told, passed))
    if report.suppressed:
        told = joined("; ", (told, silenced(len(report.suppressed))))
    lines.append(f"reconcile: {tell(told)}")
    left = not_checked_in(report.coverage.documents[:_DOCUMENTS_SHOWN])
    lines += [f"reconcile: {_escaped(tell(each))}" for each in left]
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding, name: str, tell: Translator = str) -> str:
    place = finding.primary
    properties = _properties(place)
    where = [place.told] if place.label and "line" not in properties else []
    properties["title"] = f"{finding.code} {name}".rstrip()
    lead = ", ".join(map(tell, filter(None, [*where, named(place)])))
    lines = [
        tell(finding.message),
        *(f"{tell(say('fix'))}: {tell(fix_of(fix))}" for fix in finding.fixes[:_FIXES_SHOWN]),
    ]
    if len(finding.fixes) > _FIXES_SHOWN:
        lines.append(tell(say("and {count} more", count=len(finding.fixes) - _FIXES_SHOWN)))
    told = "\n".join([f"{lead}: {lines[0]}" if lead else lines[0], *lines[1:]])
    return _line(_COMMANDS[finding.severity.value], properties, told)


def _remark(remark: Remark, tell: Translator) -> str:
    """What there is to say of the check itself, at its place in a document that is text, or else with its place."""
    if isinstance(remark.place.anchor, TextSpan):
        return _line("notice", _properties(remark.place) | {"title": "reconcile"}, tell(remark.message))
    return _line("notice", {"title": "reconcile"}, tell(remarked(remark)))


def _properties(place: Location) -> dict[str, str]:
    """File, lines and columns of a place, as far as it has them."""
    properties = {"file": PurePath(place.path).as_posix()} if place.path else {}
    span = place.anchor
    if isinstance(span, TextSpan):
        properties |= {"line": str(span.line), "endLine": str(span.end_line)}
        # Columns are for places on one line only.
        if span.line == span.end_line:
            properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    return properties


def _line(command: str, properties: dict[str, str], told: str) -> str:
    listed = ",".join(f"{key}={_escaped(value, property=True)}" for key, value in properties.items())
    return f"::{command} {listed}::{_escaped(told)}"


def _escaped(text: str, property: bool = False) -> str:
    """Text as a workflow command takes it; what else would break or steer the log is replaced."""
    text = "".join(char if char in "\r\n" else shown(char) for char in text) if not text.isprintable() else text
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property else text
