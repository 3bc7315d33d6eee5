"""Baseline: the findings that are known from an earlier run, in a file, so that only new ones count.

A finding is known again by its path and its fingerprint, which lines and tables that move do not change.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

from reconcile.core.files import read_json
from reconcile.core.findings import Finding, Remark, Suppressed, fingerprints
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.core.settings import UsageError
from reconcile.report.phrases import named
from reconcile.report.report import Report

# Of some hundred thousand findings.
_MAX_BYTES = 100_000_000
_KEYS = ("code", "path", "place", "message", "fingerprint")


class BaselineEntry(NamedTuple):
    """A known finding: what it is known again by, and what a person reads."""

    path: str
    code: str
    fingerprint: str
    place: str
    message: str


def load_baseline(path: str) -> list[BaselineEntry]:
    """The entries of a baseline file. Raises UsageError naming file and place for one that cannot be used."""
    values = read_json(path, _MAX_BYTES)
    if not isinstance(values, dict) or values.get("version") != 1:
        raise UsageError(f"{path}: version: not a baseline of version 1; `reconcile check --write-baseline` writes one")
    if not isinstance(values.get("findings"), list):
        raise UsageError(f"{path}: findings: must be a list")
    return [_entry(path, number, each) for number, each in enumerate(values["findings"])]


def _entry(path: str, number: int, value: object) -> BaselineEntry:
    if not isinstance(value, Mapping):
        raise UsageError(f"{path}: findings[{number}]: must be an object")
    for key in _KEYS:
        if not isinstance(value.get(key), str):
            raise UsageError(f"{path}: findings[{number}].{key}: must be text")
    return BaselineEntry(value["path"], value["code"], value["fingerprint"], value["place"], value["message"])


def hold_against(report: Report, entries: Sequence[BaselineEntry], path: str) -> Report:
    """The report with the findings that a baseline knows suppressed, and a remark for each that is there no more.

    One is gone only where its document was checked, and its rule was asked for.
    """
    whole = report.found()
    looked_at = {_plain(reading.document.path) for reading in report.readings}
    looked_at |= {_plain(report.budget.path)} if report.budget is not None else set()
    known = Counter((each.path, each.fingerprint) for each in entries)
    # A document that is no longer where it was may be here under another path.
    away = {each.path for each in entries if each.path not in looked_at and not os.path.exists(each.path)}
    moved = Counter(each.fingerprint for each in entries if each.path in away)
    told: list[Finding] = []
    suppressed: list[Suppressed] = []
    for number, ((finding, silent), mark) in enumerate(zip(whole, _fingerprints(whole), strict=True)):
        key = (_plain(finding.primary.path), mark)
        is_known = known[key] > 0
        known[key] -= is_known
        if not is_known and moved[mark] > 0:
            moved[mark] -= 1
            is_known = True
            known[next((path, mark) for path in away if known[(path, mark)] > 0)] -= 1
        if silent is not None:
            suppressed.append(silent)
        elif is_known:
            suppressed.append(Suppressed(finding, "baseline", say("known from before"), Location(path), number))
        else:
            told.append(finding)
    gone = [
        each
        for each in entries
        if known[(each.path, each.fingerprint)] > 0
        and each.path in looked_at | away
        and report.settings.selected(each.code)
    ]
    remarks = [
        Remark(
            say(
                "{code} is in the baseline, but is no longer found: {document}, {place}",
                code=each.code,
                document=each.path,
                place=each.place,
            ),
            Location(path),
        )
        for each in gone
    ]
    return replace(report, findings=tuple(told), suppressed=tuple(suppressed), remarks=(*report.remarks, *remarks))


def _plain(path: str) -> str:
    """A path as a baseline has it: from where the program runs if it is below, without detours, and with slashes."""
    if not path:
        return ""
    near = os.path.relpath(path)
    return PurePath(os.path.abspath(path) if near.startswith("..") else near).as_posix()


def _fingerprints(found: Iterable[tuple[Finding, Suppressed | None]]) -> list[str]:
    """The fingerprints of findings, told apart within each document: a document beside it changes none of them."""
    findings = [finding for finding, _ in found]
    homes: dict[str, list[int]] = {}
    for number, finding in enumerate(findings):
        homes.setdefault(finding.primary.path, []).append(number)
    marks = [""] * len(findings)
    for numbers in homes.values():
        mine = fingerprints(findings[number] for number in numbers)
        for number, mark in zip(numbers, mine, strict=True):
            marks[number] = mark
    return marks


def list_entries(report: Report) -> list[BaselineEntry]:
    """The entries for all that is found and not suppressed by a mark or the settings, by path and code."""
    whole = report.found()
    return sorted(
        BaselineEntry(
            _plain(finding.primary.path),
            finding.code,
            mark,
            ", ".join(filter(None, (finding.primary.label, named(finding.primary)))),
            finding.message,
        )
        for (finding, silent), mark in zip(whole, _fingerprints(whole), strict=True)
        if silent is None or silent.by == "baseline"
    )


def write_entries(entries: Iterable[BaselineEntry]) -> Iterator[str]:
    """The text of a baseline file."""
    findings = [{key: getattr(entry, key) for key in _KEYS} for entry in entries]
    yield json.dumps({"version": 1, "findings": findings}, ensure_ascii=False, indent=2) + "\n"
