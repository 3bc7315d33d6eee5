"""Markdown for a comment on a pull request: the documents in a table, then the findings with place, arithmetic and fix.

What documents print is escaped: it makes no cell, no markup, no link, no mention and no formula. A comment has room for 65 536
characters on GitHub, so what goes beyond 60 000 is counted and not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reconcile.core.findings import Finding
from reconcile.core.messages import Translator, joined, say, translator
from reconcile.report.phrases import (
    SEVERITIES,
    counted,
    covered,
    fix_of,
    not_checked_in,
    nothing_found,
    passed_over_told,
    placed,
    remarked,
    shown,
    silenced,
    suppressed,
)
from reconcile.report.report import Report

NAME = "markdown"

_MOST = 60_000
_MOST_TEXT = 2_000
_FIXES_SHOWN = 5
_HEAD = (
    say("document"), say("amounts"), say("checked"), say("equations"), say("hold"), say("errors"), say("warnings"), say("notes"),
)  # fmt: skip
_MARKS = str.maketrans(
    {
        **{char: f"\\{char}" for char in "\\*_[]#~"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",
        "`": "&#96;",
        # GitHub sets what stands between two dollar signs as a formula; this is its own way to show one.
        "$": "<span>$</span>",
    }
)
# Mentions, references and addresses are found in the text once it is rendered: a word joiner, which has no width, parts them.
_REFERENCE = re.compile(r"(?i)(?<=@)(?=\w)|(?<=#)(?=\w)|(?<=:)(?=//)|(?<=www)(?=\.)")
_JOINER = "\u2060"


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """The report as Markdown in GitHub's dialect."""
    summary, tell = report.summary(), translator(report.settings.lang)
    found = [counted(summary[key], key[:-1]) for key in ("errors", "warnings", "notes") if summary[key]]
    nothing = nothing_found(summary["amounts_checked"], len(report.suppressed), len(report.schemas))
    verdict = say("{faults} in {documents}", faults=joined(", ", found or [nothing]),
                  documents=counted(summary["documents"], "document"))  # fmt: skip
    if report.readings:
        verdict = joined("; ", (verdict, covered(summary["amounts_checked"], summary["amounts"])))
    head = [f"### reconcile: {tell(verdict)}", "", *_documents(report, tell), "", *_left(report, tell)]
    sections = ["\n".join([*_finding(finding, report, tell), ""]) for finding in report.findings]
    room, aside = _MOST - len("\n".join(head)), _aside(report, tell)
    return "\n".join(
        [
            *head,
            *_within(sections, room // 2 if aside else room, "finding", tell),
            *_told_aside(report, aside, room // 2, tell),
        ]
    )


def _left(report: Report, tell: Translator) -> Iterator[str]:
    """What was not checked, a paragraph for each document."""
    told = not_checked_in(report.coverage.documents)
    told += [passed] if (passed := passed_over_told(report)) else []
    if told:
        yield from _within([f"- {_escaped(tell(each))}" for each in told], _MOST // 6, "document", tell)
        yield ""


def _aside(report: Report, tell: Translator) -> list[str]:
    """What is suppressed and what there is to say of the check itself, an item each."""
    told = [say("suppressed: {finding}", finding=suppressed(each, report.names)) for each in report.suppressed]
    told += [say("remark: {remark}", remark=remarked(remark)) for remark in report.remarks]
    return [f"- {_escaped(tell(each))}" for each in told]


def _told_aside(report: Report, items: Sequence[str], room: int, tell: Translator) -> Iterator[str]:
    """Folded away, because it is not what the comment is about."""
    if items:
        heads = [
            silenced(len(report.suppressed)) if report.suppressed else "",
            counted(len(report.remarks), "remark") if report.remarks else "",
        ]
        yield f"<details><summary>{tell(joined(', ', filter(None, heads)))}</summary>\n"
        yield from _within(items, room, "item", tell)
        yield "\n</details>\n"


def _within(pieces: Sequence[str], room: int, word: str, tell: Translator) -> Iterator[str]:
    """As many pieces as there is room for, and how many are left out."""
    for number, piece in enumerate(pieces):
        room -= len(piece) + 1
        if room < 0:
            left = say("and {counted} more; `--format json` has all", counted=counted(len(pieces) - number, word))
            yield f"\n{tell(left)}\n"
            return
        yield piece


def _documents(report: Report, tell: Translator) -> Iterator[str]:
    """A row for each document: how many equations it has, how many hold, what was found."""
    yield f"| {' | '.join(map(tell, _HEAD))} |"
    yield f"| --- |{' ---: |' * (len(_HEAD) - 1)}"
    rows = []
    for part in report.split():
        if not part.has_results:
            continue
        summary = part.summary()
        hold = summary["ties"] + summary["ties_within_rounding"] + summary["ties_after_repair"]
        figures = (
            summary["amounts"],
            summary["amounts_checked"],
            summary["equations"],
            hold,
            summary["errors"],
            summary["warnings"],
            summary["notes"],
        )
        name = f"*{tell(say('across documents'))}*"
        if part.readings:
            name = _escaped(part.readings[0].document.path)
        rows.append(f"| {name} | {' | '.join(map(str, figures))} |")
    yield from _within(rows, _MOST // 2, "document", tell)


def _finding(finding: Finding, report: Report, tell: Translator) -> Iterator[str]:
    """A list item: what and where, then why, then what would mend it."""
    name = f"{finding.code} {report.names.get(finding.code, '')}".rstrip()
    severity, place = tell(SEVERITIES[finding.severity.value]), _escaped(tell(placed(finding.primary)))
    yield f"- **{severity}** {name} {tell(say('at'))} {place}"
    yield ""
    yield f"  {_escaped(tell(finding.message))}"
    for fix in finding.fixes[:_FIXES_SHOWN]:
        yield ""
        yield f"  **{tell(say('fix'))}:** {_escaped(tell(fix_of(fix)))}"
    if len(finding.fixes) > _FIXES_SHOWN:
        yield ""
        yield f"  {tell(say('and {count} more', count=len(finding.fixes) - _FIXES_SHOWN))}"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line; a very long one is cut."""
    text = text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"
    text = shown(re.sub(r"[\r\n\t]+", " ", text))
    return _REFERENCE.sub(_JOINER, text).translate(_MARKS)
