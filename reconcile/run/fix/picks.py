"""Picks: what a person chooses for a finding, one of its candidates or a figure of their own, as fixes to carry out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reconcile.check.rules import code_of
from reconcile.core.amounts import read_amount
from reconcile.core.findings import Edit, Finding, Fix
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.core.settings import UsageError
from reconcile.repair.writing import write_figure
from reconcile.report.phrases import candidate_of, place_of
from reconcile.report.report import Report

_PICK = re.compile(r"\s*([\w-]+)\s*:\s*(\d{1,6})\s*=\s*(.*\S)\s*")
_BARE = re.compile(r"\d+(?:[.,]\d+)?")
_LISTED = 40


class Pick(NamedTuple):
    """A choice as the option ``said`` it: the rule, which of its findings, and the number of a candidate or a figure."""

    said: str
    code: str
    number: int
    candidate: int = 0
    figure: str = ""


def read_pick(option: str, text: str) -> Pick:
    """The pick that ``R301:1=2`` is for ``--pick``, or ``R301:1=54 499 160`` for ``--figure``. Raise UsageError for other text."""
    said, found = f"{option} {text}", _PICK.fullmatch(text)
    code = code_of(found[1]) if found else None
    if found is None or code is None:
        lead = f"{said}: no rule {found[1]!r}; write" if found else f"{said}: write"
        example = "R301:1=2 for candidate 2 of the first finding of R301"
        if option == "--figure":
            example = 'R301:1="54 499 160" for the figure of the first finding of R301'
        raise UsageError(f"{lead} {example}")
    if option == "--figure":
        return Pick(said, code, int(found[2]), figure=found[3])
    if not found[3].isdecimal():
        raise UsageError(f"{said}: {found[3]!r} is no number of a candidate; --figure takes a figure")
    return Pick(said, code, int(found[2]), candidate=int(found[3][:6]))


def resolve(picks: list[Pick], report: Report) -> list[tuple[Finding, Fix]]:
    """The fixes that are picked. Raise UsageError for a pick that names nothing; it lists what there is."""
    found = {(finding.code, number): finding for finding, number in report.numbered()}
    chosen: dict[tuple[str, int], tuple[Finding, Fix]] = {}
    for pick in picks:
        finding = found.get((pick.code, pick.number))
        if finding is None:
            mine = sum(code == pick.code for code, _ in found)
            raise UsageError(
                f"{pick.said}: there is no finding {pick.code}:{pick.number}; there are {mine} of {pick.code}",
                *_all(report),
            )
        if (pick.code, pick.number) in chosen:
            raise UsageError(f"{pick.said}: a fix of {pick.code}:{pick.number} is picked already")
        if pick.figure:
            fix = typed_fix(finding, pick.figure)
            if fix is None:
                raise UsageError(f"{pick.said}: {pick.figure!r} is no figure, or the finding is about none")
        else:
            fix = finding.fixes[pick.candidate - 1] if 0 < pick.candidate <= len(finding.fixes) else None
            if fix is None or not fix.edits:
                raise UsageError(
                    f"{pick.said}: {pick.code}:{pick.number} has no candidate {pick.candidate}", *_all(report)
                )
        chosen[(pick.code, pick.number)] = finding, fix
    return list(chosen.values())


def _all(report: Report) -> Iterator[str]:
    """The findings with their candidates, a line each, as picks name them."""
    numbered = report.numbered()
    for finding, number in numbered[:_LISTED]:
        yield f"{finding.code}:{number} at {place_of(finding.primary)}{'' if finding.fixes else ': no candidate'}"
        for count, fix in enumerate(finding.fixes, start=1):
            yield f"{finding.code}:{number}={count} {candidate_of(fix)}"
    if len(numbered) > _LISTED:
        yield f"and {len(numbered) - _LISTED} more findings"


def typed_fix(finding: Finding, figure: str, place: Location | None = None) -> Fix | None:
    """A fix that writes a typed figure at a place, else at that of the finding; None where either holds no figure.

    Bare digits are grouped as the figure that stands there.
    """
    place = place or finding.primary
    typed, printed = read_amount(figure), read_amount(place.text)
    if typed is None or typed.fault or not place.text or place.anchor is None:
        return None
    new: str | None = " ".join(figure.split())
    if printed is not None and _BARE.fullmatch(figure.strip()):
        new = write_figure(printed, typed.value, printed.notation)
    elif printed is None and finding.code != "R107":
        return None
    if new is None:
        return None
    if printed is not None and typed.text == figure.strip():
        # What stands around the figure, such as its unit, stays.
        new = place.text.replace(printed.text, new, 1)
    return Fix(
        say("write {new}", new=new), (Edit(place, place.text, new),), "unsafe", "ambiguous", 0.0, new, typed.value
    )
