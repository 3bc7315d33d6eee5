"""Markdown for a comment on a pull request: the documents in a table, then the findings with place, arithmetic and fix.

What documents print is escaped: it makes no cell, no markup, no link, no mention and no formula. A comment has room for 65 536
characters on GitHub, so what goes beyond 60 000 is counted and not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reconcile.findings import Finding
from reconcile.phrases import counted, fix_of, placed, remarked, shown, suppressed
from reconcile.report import Report

NAME = "markdown"

_MOST = 60_000
_MOST_TEXT = 2_000
_FIXES_SHOWN = 5
_HEAD = ("document", "equations", "hold", "errors", "warnings", "notes")
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
    summary = report.summary()
    found = [counted(summary[key], key[:-1]) for key in ("errors", "warnings", "notes") if summary[key]]
    verdict = ", ".join(found) or ("nothing else found" if report.suppressed else "nothing wrong found")
    head = [f"### reconcile: {verdict} in {counted(summary['documents'], 'document')}", "", *_documents(report), ""]
    sections = ["\n".join([*_finding(finding, report), ""]) for finding in report.findings]
    room = _MOST - len("\n".join(head))
    return "\n".join(
        [*head, *_within(sections, room // 2 if _aside(report) else room, "finding"), *_told_aside(report, room // 2)]
    )


def _aside(report: Report) -> list[str]:
    """What is suppressed and what there is to say of the check itself, an item each."""
    items = [f"- suppressed: {_escaped(suppressed(each, report.names))}" for each in report.suppressed]
    return items + [f"- remark: {_escaped(remarked(remark))}" for remark in report.remarks]


def _told_aside(report: Report, room: int) -> Iterator[str]:
    """Folded away, because it is not what the comment is about."""
    items = _aside(report)
    if items:
        heads = [
            f"{counted(len(report.suppressed), 'finding')} suppressed" if report.suppressed else "",
            counted(len(report.remarks), "remark") if report.remarks else "",
        ]
        yield f"<details><summary>{', '.join(filter(None, heads))}</summary>\n"
        yield from _within(items, room, "item")
        yield "\n</details>\n"


def _within(pieces: Sequence[str], room: int, word: str) -> Iterator[str]:
    """As many pieces as there is room for, and how many are left out."""
    for number, piece in enumerate(pieces):
        room -= len(piece) + 1
        if room < 0:
            yield f"\nand {counted(len(pieces) - number, word)} more; `--format json` has all\n"
            return
        yield piece


def _documents(report: Report) -> Iterator[str]:
    """A row for each document: how many equations it has, how many hold, what was found."""
    yield f"| {' | '.join(_HEAD)} |"
    yield f"| --- |{' ---: |' * (len(_HEAD) - 1)}"
    rows = []
    for part in report.split():
        if not part.has_results:
            continue
        summary = part.summary()
        hold = summary["ties"] + summary["ties_within_rounding"] + summary["ties_after_repair"]
        figures = (summary["equations"], hold, summary["errors"], summary["warnings"], summary["notes"])
        name = _escaped(part.readings[0].document.path) if part.readings else "*across documents*"
        rows.append(f"| {name} | {' | '.join(map(str, figures))} |")
    yield from _within(rows, _MOST // 2, "document")


def _finding(finding: Finding, report: Report) -> Iterator[str]:
    """A list item: what and where, then why, then what would mend it."""
    name = f"{finding.code} {report.names.get(finding.code, '')}".rstrip()
    yield f"- **{finding.severity.value}** {name} at {_escaped(placed(finding.primary))}"
    yield ""
    yield f"  {_escaped(finding.message)}"
    for fix in finding.fixes[:_FIXES_SHOWN]:
        yield ""
        yield f"  **fix:** {_escaped(fix_of(fix))}"
    if len(finding.fixes) > _FIXES_SHOWN:
        yield ""
        yield f"  and {len(finding.fixes) - _FIXES_SHOWN} more"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line; a very long one is cut."""
    text = text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"
    text = shown(re.sub(r"[\r\n\t]+", " ", text))
    return _REFERENCE.sub(_JOINER, text).translate(_MARKS)
