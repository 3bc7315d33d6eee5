"""SARIF 2.1.0 (OASIS): what code hosts and editors show findings from, with rules, regions, fixes and fingerprints.

Columns are counted in UTF-16 code units, as the standard has them. A place in a format without lines (a sheet's cell, a
page, a block) has no region, but a logical location. Only fixes of text can be told: those of other formats are in the message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote_from_bytes

from reconcile.check.rules import CODES, page
from reconcile.core.findings import Finding, Fix, Suppressed, fingerprints
from reconcile.core.location import CellRef, Location, PageBox, SourceText, TextSpan
from reconcile.core.messages import ENGLISH, Translator, say, translator
from reconcile.report.coverage import Coverage, DocumentCoverage
from reconcile.report.phrases import fix_of, named, not_checked, remarked, silence_of
from reconcile.report.report import Report
from reconcile.version import __version__

NAME = "sarif"

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_Object = dict[str, Any]


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """The report as a SARIF log with one run."""
    paths = [reading.document.path for reading in report.readings]
    found = report.found()
    paths += [finding.primary.path for finding, _ in found if finding.primary.path]
    indices = {path: number for number, path in enumerate(dict.fromkeys(paths))}
    covered = {each.reading.document.path: each for each in report.coverage.documents}
    hashes = {reading.document.path: reading.document.sha256 for reading in report.readings}
    marks, tell = fingerprints(finding for finding, _ in found), translator(report.settings.lang)
    run: _Object = {
        "tool": {"driver": {"name": "reconcile", "version": __version__, "rules": [_rule(code) for code in CODES]}},
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "artifacts": [_artifact(path, hashes.get(path, ""), covered.get(path)) for path in indices],
        "results": [
            _result(finding, mark, report.sources, indices, tell) | _suppressions(report, silent, indices, tell)
            for (finding, silent), mark in zip(found, marks, strict=True)
        ],
    }
    run["properties"] = _shares(report.coverage) | {"filesPassedOver": dict(report.passed_over)}
    if report.remarks:
        run["invocations"] = [_invocation(report, indices, tell)]
    if report.settings.lang != ENGLISH:
        run["language"] = report.settings.lang
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _suppressions(report: Report, silent: Suppressed | None, indices: Mapping[str, int], tell: Translator) -> _Object:
    """By what a result is suppressed. Where one result of a run says so, the standard wants all of them to."""
    if not report.suppressed:
        return {}
    if silent is None:
        return {"suppressions": []}
    told: _Object = {"kind": "external", "status": "accepted", "justification": tell(silence_of(silent))}
    if silent.by == "mark":
        told["justification"] = tell(silent.reason or say("no reason is given"))
        told |= {"kind": "inSource", "location": _location(silent.place, report.sources, indices, tell)}
    return {"suppressions": [told]}


def _invocation(report: Report, indices: Mapping[str, int], tell: Translator) -> _Object:
    """What there is to say of the check itself, as notifications."""
    notifications: list[_Object] = []
    for remark in report.remarks:
        told: _Object = {"level": "note", "message": _message(tell(remark.message))}
        if remark.place.path in report.sources or remark.place.anchor is not None:
            told["locations"] = [_location(remark.place, report.sources, indices, tell)]
        else:
            told["message"] = _message(tell(remarked(remark)))
        notifications.append(told)
    return {"executionSuccessful": True, "toolConfigurationNotifications": notifications}


def _rule(code: str) -> _Object:
    info, text = CODES[code], page(code)
    title, _, rest = text.partition("\n")
    return {
        "id": code,
        "name": info.name,
        "shortDescription": _message(title),
        "fullDescription": _message(_part(rest, "What it checks")),
        "help": _message(text),
        "defaultConfiguration": {"level": info.severity.value},
    }


def _part(text: str, heading: str) -> str:
    """The paragraph under a heading of a rule's page, on one line."""
    lines = text.partition(f"{heading}\n")[2].partition("\n\n")[0]
    return " ".join(lines.split())


def _message(text: str) -> _Object:
    """Text as a message: braces would be placeholders, and brackets before a parenthesis a link that a document made."""
    text = text.replace("{", "{{").replace("}", "}}")
    if "](" in text:
        for char in "\\[]":
            text = text.replace(char, "\\" + char)
    return {"text": text}


def _artifact(path: str, sha256: str, covered: DocumentCoverage | None) -> _Object:
    """A document, with how many of its amounts are checked, and what is not."""
    artifact: _Object = {"location": {"uri": _uri(path)}} | ({"hashes": {"sha-256": sha256}} if sha256 else {})
    if covered is not None:
        artifact["properties"] = _shares(covered) | {"notChecked": not_checked(covered)}
    return artifact


def _shares(covered: Coverage | DocumentCoverage) -> _Object:
    return {"amounts": covered.amounts, "amountsChecked": covered.checked}


def _uri(path: str) -> str:
    """A path as a URI: percent-encoded, and relative where the path is."""
    pure = PurePath(path)
    if pure.is_absolute():
        return pure.as_uri()
    return quote_from_bytes(pure.as_posix().encode("utf-8", "surrogateescape"), safe="/")


def _result(
    finding: Finding, mark: str, sources: Mapping[str, SourceText], indices: Mapping[str, int], tell: Translator
) -> _Object:
    result: _Object = {
        "ruleId": finding.code,
        "ruleIndex": list(CODES).index(finding.code),
        "level": finding.severity.value,
        "message": _message(tell(finding.message)),
    }
    if finding.primary.path:
        result["locations"] = [_location(finding.primary, sources, indices, tell)]
    related = [place for place in dict.fromkeys(finding.related) if place.path]
    if related:
        result["relatedLocations"] = [
            {"id": number} | _location(place, sources, indices, tell) for number, place in enumerate(related)
        ]
    result["partialFingerprints"] = {"findingPlace/v1": mark}
    fixes = [_fix(fix, sources, indices, tell) for fix in finding.fixes if _is_text(fix, sources)]
    if fixes:
        result["fixes"] = fixes
    told = {"observed": finding.observed, "expected": finding.expected}
    told = {key: value for key, value in told.items() if value}
    return result | ({"properties": told} if told else {})


def _location(
    place: Location, sources: Mapping[str, SourceText], indices: Mapping[str, int], tell: Translator
) -> _Object:
    """Where something is: with a region in text, with a logical location in what has no lines."""
    physical: _Object = {"artifactLocation": _file(place.path, indices)}
    location: _Object = {"physicalLocation": physical}
    source = sources.get(place.path)
    if isinstance(place.anchor, TextSpan) and source is not None:
        physical["region"] = _region(place.anchor, source)
    elif isinstance(place.anchor, CellRef):
        address = f"{place.anchor.sheet}!{place.anchor.address}"
        location["logicalLocations"] = [{"name": place.anchor.address, "fullyQualifiedName": address, "kind": "cell"}]
    elif place.label:
        kind = "page" if isinstance(place.anchor, PageBox) else "part"
        location["logicalLocations"] = [{"name": place.label, "kind": kind}]
    told = ", ".join(filter(None, (tell(named(place)), place.text)))
    return location | ({"message": _message(told)} if told else {})


def _file(path: str, indices: Mapping[str, int]) -> _Object:
    return {"uri": _uri(path)} | ({"index": indices[path]} if path in indices else {})


def _region(span: TextSpan, source: SourceText) -> _Object:
    """Lines and columns from 1; the end is exclusive, as ours is."""
    region = {
        "startLine": span.line,
        "startColumn": _column(source, span.line, span.column),
        "endLine": span.end_line,
        "endColumn": _column(source, span.end_line, span.end_column),
    }
    return region | {"snippet": {"text": source.text[span.start : span.end]}}


def _column(source: SourceText, line: int, column: int) -> int:
    start = source.starts[line - 1]
    return len(source.text[start : start + column - 1].encode("utf-16-le", "surrogatepass")) // 2 + 1


def _is_text(fix: Fix, sources: Mapping[str, SourceText]) -> bool:
    return all(isinstance(edit.location.anchor, TextSpan) and edit.location.path in sources for edit in fix.edits)


def _fix(fix: Fix, sources: Mapping[str, SourceText], indices: Mapping[str, int], tell: Translator) -> _Object:
    changes: dict[str, list[_Object]] = {}
    for edit in fix.edits:
        span = edit.location.anchor
        if isinstance(span, TextSpan):
            region = _region(span, sources[edit.location.path])
            del region["snippet"]
            replacement = {"deletedRegion": region, "insertedContent": {"text": edit.new}}
            changes.setdefault(edit.location.path, []).append(replacement)
    return {
        "description": _message(tell(fix_of(fix))),
        "artifactChanges": [
            {"artifactLocation": _file(path, indices), "replacements": replacements}
            for path, replacements in changes.items()
        ],
        "properties": {"applicability": fix.applicability, "proof": fix.proof},
    }
