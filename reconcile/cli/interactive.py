"""``fix --interactive``: one finding after the other, and what a person decides about it."""

from __future__ import annotations

import os
import sys

import typer

from reconcile.core.files import replace_file
from reconcile.core.findings import Finding, Fix, Severity, fingerprints
from reconcile.core.messages import say, translator
from reconcile.core.settings import Silence, UsageError, add_suppressions
from reconcile.report.formats.terminal import tell_finding
from reconcile.run.fix.loop import Corrections
from reconcile.run.fix.picks import typed_fix

_MOST_SHOWN = 9


class _EndError(Exception):
    """Nothing more is to be decided: the answer was to quit, or there are no more answers."""


def decide(work: Corrections, lang: str, colour: bool, width: int) -> list[Silence]:
    """Ask about every finding that is left, and carry out each answer at once, so that what it settles is not asked again.

    Give the suppressions that were asked for.
    """
    tell = translator(lang)
    silences: list[Silence] = []
    seen: set[str] = set()
    try:
        while (found := _next(work, seen)) is not None:
            finding, number = found
            silence = _settle(work, finding, number, lang, colour, width)
            if silence is not None:
                silences.append(silence)
                work.suppress(silence)
    except _EndError:
        pass
    done = sum(correction.picked for correction in work.fixed().applied)
    typer.echo()
    typer.echo(tell(say("{done} picked, {silenced} suppressed", done=done, silenced=len(silences))))
    return silences


def agreed(question: str) -> bool:
    """Whether the answer to a question is yes; no answer is none."""
    try:
        return _answer(f"{question} [y/N] ").casefold() in ("y", "yes", "j", "ja")
    except _EndError:
        return False


def _next(work: Corrections, seen: set[str]) -> tuple[Finding, int] | None:
    """The first finding that was not asked about, with its number; notes only where there is a fix."""
    numbers = {id(finding): number for finding, number in work.report.numbered()}
    for finding, mark in zip(work.report.findings, fingerprints(work.report.findings), strict=True):
        if mark not in seen and (finding.severity is not Severity.NOTE or finding.fixes):
            seen.add(mark)
            return finding, numbers[id(finding)]
    return None


def _settle(work: Corrections, finding: Finding, number: int, lang: str, colour: bool, width: int) -> Silence | None:
    """Show a finding and do what the answer says: a fix is carried out, and what silences the finding is given."""
    tell = translator(lang)
    typer.echo()
    typer.echo(tell_finding(finding, number, work.report, colour, width, _MOST_SHOWN), nl=False)
    shown = finding.fixes[:_MOST_SHOWN]
    numbers = say("a number picks a fix, ") if shown else ""
    question = tell(say("{numbers}w writes another figure, s skips, x suppresses, q ends: ", numbers=tell(numbers)))
    while True:
        answer = _answer(question)
        if answer.casefold() in ("", "s"):
            return None
        if answer.casefold() == "q":
            raise _EndError
        if answer.casefold() == "x":
            silence = _silence(finding, lang)
            if silence is not None:
                return silence
            continue
        fix: Fix | None = None
        if answer.isdecimal() and 0 < int(answer[:6]) <= len(shown):
            fix = shown[int(answer[:6]) - 1]
        elif answer[:1].casefold() == "w" and (len(answer) == 1 or answer[1] == " "):
            fix = _typed(finding, answer[1:].strip(), lang)
        if fix is None or not fix.edits:
            typer.echo(tell(say("“{answer}” is none of these", answer=answer)))
            continue
        refused = work.pick([(finding, fix)])
        if not refused:
            work.prove()
            return None
        typer.echo(tell(say("not done: {reason}", reason=refused[0].reason)))


def _typed(finding: Finding, figure: str, lang: str) -> Fix | None:
    """A figure that is typed, for the place of the finding or for that of a candidate: ``54 499 160``, ``2: 54 499 160``."""
    tell = translator(lang)
    if not figure:
        figure = _answer(tell(say("the figure; N: before it for the place of candidate N: ")))
    lead, colon, rest = figure.partition(":")
    if not colon:
        return typed_fix(finding, figure)
    if not lead.strip().isdecimal() or not 0 < int(lead.strip()[:6]) <= len(finding.fixes):
        return None
    edits = finding.fixes[int(lead.strip()[:6]) - 1].edits
    return typed_fix(finding, rest, edits[0].location) if len(edits) == 1 else None


def _silence(finding: Finding, lang: str) -> Silence | None:
    """What suppresses a finding, with the reason that is asked for; None without a reason."""
    tell = translator(lang)
    reason = _answer(tell(say("the reason: ")))
    if not reason:
        typer.echo(tell(say("a suppression needs a reason")))
        return None
    grid = finding.primary.grid
    names = (grid.row_label, grid.column_header) if grid is not None else ("", "")
    row, column = (" ".join(name.split()) for name in names)
    path = os.path.abspath(finding.primary.path).replace(os.sep, "/")
    return Silence(path, (finding.code,), " ".join(reason.split()), row=row, column=column)


def _answer(question: str) -> str:
    typer.echo(question, nl=False)
    line = sys.stdin.readline() if sys.stdin is not None and not sys.stdin.closed else ""
    if not line:
        typer.echo()
        raise _EndError
    return line.strip()


def add_to_settings(silences: list[Silence], file: str) -> None:
    """Write suppressions to a settings file, their paths from its folder. Raise UsageError where it cannot be written."""
    home = os.path.realpath(os.path.dirname(os.path.abspath(file)))
    written = []
    for each in silences:
        path = os.path.realpath(each.path)
        if os.path.commonpath([home, path]) == home:
            path = f"./{os.path.relpath(path, home)}"
        written.append(each._replace(path=path.replace(os.sep, "/")))
    data = add_suppressions(file, written)
    try:
        replace_file(file, data)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from error
