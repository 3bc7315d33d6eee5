"""The terminal: each finding with its line, the place underlined, the arithmetic and the fix; then what was checked."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from reconcile.amounts import Notation, render
from reconcile.equations import (
    BROKEN,
    BUDGET,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    UNVERIFIABLE,
    Outcome,
)
from reconcile.findings import Finding
from reconcile.location import Location, SourceText, TextSpan
from reconcile.messages import ENGLISH, Teller, joined, say, teller
from reconcile.phrases import SEVERITIES, compared, counted, fix_of, placed
from reconcile.report import Report
from reconcile.tracing import STATUS, tell_status

if TYPE_CHECKING:
    from reconcile.recognition import Reading
    from reconcile.standing import Matrix, Standing

NAME = "terminal"

_STYLES = {
    "error": "1;31", "warning": "1;33", "note": "1;36", "good": "32", "bad": "31", "dim": "2", "bold": "1", "place": "4",
}  # fmt: skip
_COLOURS = {
    TIES: "good", TIES_WITHIN_ROUNDING: "good", TIES_AFTER_REPAIR: "note", BROKEN: "bad", UNVERIFIABLE: "note",
}  # fmt: skip
_EQUATIONS_SHOWN = 12
_ENTITIES_SHOWN = 40
_FIXES_SHOWN = 3
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)")
_HELD = "\ue000"


class _Pen:
    """Styles text, or leaves it plain where there are no colours; says it in the language of the report."""

    def __init__(self, colour: bool, tell: Teller) -> None:
        self.colour = colour
        self.tell = tell
        # The words before what was compared stand in a column as wide as the longest of them.
        self.column = 1 + max(len(tell(word)) for word in STATUS.values())

    def __call__(self, style: str, text: str) -> str:
        text = self.tell(text)
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.colour and text else text

    def told(self, text: str) -> str:
        """What is said, with nothing in it that steers the terminal."""
        return self.tell(text).replace("\x1b", "\ufffd")


def write(report: Report, width: int = 100, colour: bool = False) -> str:
    """The report for people, at most ``width`` characters wide where words allow it."""
    return body(report, width, colour) + verdict(report.counts(), report.ok, colour, report.settings.lang)


def body(report: Report, width: int = 100, colour: bool = False) -> str:
    """The report without its last line."""
    pen = _Pen(colour, teller(report.settings.lang))
    width = max(40, min(width, 120))
    lines: list[str] = []
    for finding in report.findings:
        lines += _finding(finding, report.names.get(finding.code, ""), report.sources, pen, width)
        lines.append("")
    lines += _checked(report, pen, width)
    return "\n".join(_printable(line) for line in lines) + "\n"


def verdict(summary: Mapping[str, int], ok: bool, colour: bool = False, lang: str = ENGLISH) -> str:
    """The last line: what was found in all documents."""
    return "\n".join(_verdict(summary, ok, _Pen(colour, teller(lang)))) + "\n"


def _printable(line: str) -> str:
    """What a document prints must not steer the terminal: control characters other than our own styles are shown."""
    return "".join(
        char
        if char.isprintable() or char == "\x1b" or char in " \u00a0" or unicodedata.category(char) != "Cc"
        else "\ufffd"
        for char in line
    )


def _finding(finding: Finding, name: str, sources: Mapping[str, SourceText], pen: _Pen, width: int) -> Iterator[str]:
    severity = finding.severity.value
    yield f"{pen(severity, SEVERITIES[severity])} {pen('bold', f'{finding.code} {name}')}"
    yield f"  {pen('dim', say('at'))} {pen.told(placed(finding.primary))}"
    yield from _excerpt(finding.primary, sources, pen, width)
    yield from _wrapped(pen.told(finding.message), "  ", width)
    head = f"{pen.tell(say('fix'))}: "
    for fix in finding.fixes[:_FIXES_SHOWN]:
        yield from _wrapped(pen.told(fix_of(fix)), "  ", width, pen("good", head), len(head))
    if len(finding.fixes) > _FIXES_SHOWN:
        yield f"  {pen('dim', say('and {count} more', count=len(finding.fixes) - _FIXES_SHOWN))}"


def _excerpt(location: Location, sources: Mapping[str, SourceText], pen: _Pen, width: int) -> Iterator[str]:
    """The source line with the place underlined; a long line is cut around it."""
    source = sources.get(location.path)
    span = location.anchor
    if source is None or not isinstance(span, TextSpan):
        return
    line = source.line(span.line).replace("\t", " ").replace("\x1b", "\ufffd")
    start = span.column - 1
    end = min(span.end_column - 1 if span.end_line == span.line else len(line), len(line))
    gutter = f"{span.line:>5} "
    room = width - len(gutter) - 4
    cut = 0
    if len(line) > room:
        cut = max(0, min(start - room // 3, len(line) - room))
        shown = line[cut : cut + room]
        shown = ("…" + shown[1:] if cut else shown)[:room]
        line = shown[:-1] + "…" if cut + room < len(line) else shown
    start, end = start - cut, min(end - cut, len(line))
    bar = pen("dim", "│")
    yield f"{' ' * len(gutter)}{bar}"
    yield f"{pen('dim', gutter)}{bar} {line[:start]}{pen('place', line[start:end])}{line[end:]}"
    if end > start:
        pad = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line[:start])
        mark = "^" * max(1, sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line[start:end]))
        yield f"{' ' * len(gutter)}{bar} {' ' * pad}{pen('bad', mark)}"


def _wrapped(text: str, indent: str, width: int, head: str = "", hang: int = 0) -> Iterator[str]:
    # An amount is not broken over two lines: its spaces are held while the words are wrapped.
    held = _BETWEEN_DIGITS.sub(_HELD, text)
    lines = textwrap.wrap(held, width - len(indent) - hang, break_long_words=False, break_on_hyphens=False) or [""]
    for number, line in enumerate(lines):
        yield f"{indent}{' ' * hang if number else head}{line.replace(_HELD, ' ')}"


def _checked(report: Report, pen: _Pen, width: int) -> Iterator[str]:
    within: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        if outcome.kind != BUDGET:
            within.setdefault(outcome.total.location.path, []).append(outcome)
    for reading in report.readings:
        document = reading.document
        mine = within.get(document.path, [])
        tables = len(reading.tables)
        amounts = sum(figures.count() for figures in reading.tables)
        rows = sum(len(figures.body) for figures in reading.tables)
        counts = (counted(tables, "table"), counted(rows, "row"), counted(amounts + len(reading.claims), "amount"))
        what = joined(": ", (document.format, joined(", ", counts)))
        yield f"{pen('bold', pen.told(document.path))} {pen('dim', what)}"
        yield from _schemas(report, reading, pen, width)
        yield from _equations(mine, pen, width)
    across = [outcome for outcome in report.outcomes if outcome.kind == BUDGET]
    if report.budget is not None:
        yield from _budget(report.budget, pen, width)
    elif across:
        yield pen("bold", say("across documents"))
        yield from _equations(across, pen, width)


def _schemas(report: Report, reading: Reading, pen: _Pen, width: int) -> Iterator[str]:
    """The tables of a document that were held to a schema, and how many of its checks hold."""
    for figures in reading.tables:
        kept = report.schemas.get((reading.document.path, figures.table.index))
        if kept is not None:
            all_hold = kept.held == kept.checks
            hold = say("{held} of {count} checks hold", held=kept.held, count=kept.checks)
            if all_hold:
                hold = say("all {count} checks hold", count=kept.checks)
            table = say("table {number}", number=figures.table.index + 1)
            told = joined(": ", (kept.schema, joined(", ", (table, counted(kept.rows, "row"), hold))))
            yield from _with_head(told, pen, say("schema"), "good" if all_hold else "bad", width)


def _budget(standing: Standing, pen: _Pen, width: int) -> Iterator[str]:
    """Each line of the budget with what it had, what is distributed and what is left; then who received what."""
    currency = f" ({standing.currency})" if standing.currency else ""
    yield f"{pen('bold', say('budget'))} {pen.told(standing.name)}{currency}"
    head = [(say("line"), say("budgeted"), say("planned"), say("distributed"), say("remaining"), say("status"))]
    limits = [limit for limit in standing.limits if limit.status not in (TIES, TIES_AFTER_REPAIR)]
    rows = [
        (
            joined("", ("  " * line.depth, line.name)), _digits(line.budgeted), _digits(line.planned), _digits(line.distributed),
            _digits(line.remaining), line.words,
        )
        for line in (*standing.lines, *limits)
    ]  # fmt: skip
    table: list[tuple[str, ...]] = [*head, *rows]
    # What the lines below have is told where neither of the figures beside it tells it.
    if all(line.planned in (None, line.budgeted, line.distributed) for line in standing.lines):
        table = [(*row[:2], *row[3:]) for row in table]
    yield from _columns(table, pen, width)
    for line in standing.lines:
        if line.reason:
            told = say("“{name}” may be {allowed} off: {reason}", name=line.name, allowed=_digits(line.tolerance),
                       reason=line.reason)  # fmt: skip
            yield from _wrapped(pen.told(told), "  ", width)
    if kept := len(standing.limits) - len(limits):
        yield f"  {pen('dim', say('and {limits} of entities kept', limits=counted(kept, 'limit')))}"
    yield from _matrix(standing.matrix, pen, width)


def _matrix(matrix: Matrix, pen: _Pen, width: int) -> Iterator[str]:
    """Who received what in which document; where there are several, and as far as they fit."""
    if len(matrix.documents) < 2:
        return
    rows = [
        (
            row.name if row.rows == 1 else say("{name} ({count} rows)", name=row.name, count=row.rows),
            *(_digits(amount) for amount in row.amounts),
            _digits(row.total),
        )
        for row in matrix.rows[:_ENTITIES_SHOWN]
    ]
    totals = (say("all"), *map(_digits, matrix.totals), _digits(matrix.total))
    table = [
        tuple(map(pen.tell, row)) for row in ((say("received"), *matrix.documents, say("together")), *rows, totals)
    ]
    yield ""
    if sum(max(len(row[col]) for row in table) + 2 for col in range(len(totals))) > width + 20:
        told = say(
            "who received what in {count} documents is too wide here; see --format json", count=len(matrix.documents)
        )
        yield f"  {pen('dim', told)}"
        return
    yield from _columns(table, pen, width)
    if len(rows) < len(matrix.rows):
        yield f"  {pen('dim', say('with {count} more that are not shown', count=len(matrix.rows) - len(rows)))}"


def _columns(rows: Sequence[tuple[str, ...]], pen: _Pen, width: int) -> Iterator[str]:
    """Rows in columns: the first to the left and as wide as there is room, figures to the right, words after them."""
    rows = [tuple(map(pen.tell, row)) for row in rows]
    sizes = [max(len(row[col]) for row in rows) for col in range(len(rows[0]))]
    sizes[0] = max(12, min(sizes[0], width - 2 - sum(size + 2 for size in sizes[1:])))
    for number, row in enumerate(rows):
        first = row[0] if len(row[0]) <= sizes[0] else row[0][: sizes[0] - 1] + "…"
        cells = [f"{cell:>{size}}" if _is_figures(rows, col) else cell
                 for col, (cell, size) in enumerate(zip(row[1:], sizes[1:], strict=True), start=1)]  # fmt: skip
        told = "  ".join([f"{pen.told(first):<{sizes[0]}}", *map(pen.told, cells)]).rstrip()
        yield f"  {pen('dim', told) if number == 0 else told}"


def _is_figures(rows: Sequence[tuple[str, ...]], col: int) -> bool:
    return any(row[col][-1:].isdigit() for row in rows[1:]) or all(not row[col] for row in rows[1:])


def _digits(value: Decimal | None) -> str:
    return "" if value is None else render(value, Notation(" "))


def _equations(outcomes: list[Outcome], pen: _Pen, width: int) -> Iterator[str]:
    """What was compared: all that does not simply tie, and the first of what does."""
    ordinary = shown = 0
    for outcome in outcomes:
        ordinary += outcome.status == TIES
        if (outcome.status == TIES and ordinary > _EQUATIONS_SHOWN) or shown >= 3 * _EQUATIONS_SHOWN:
            continue
        shown += 1
        yield from _with_head(compared(outcome), pen, tell_status(outcome), _COLOURS[outcome.status], width)
    if shown < len(outcomes):
        yield f"  {pen('dim', say('and {count} more', count=len(outcomes) - shown))}"


def _with_head(text: str, pen: _Pen, word: str, style: str, width: int) -> Iterator[str]:
    """What is said beside a word, which stands in a column of its own."""
    return _wrapped(pen.told(text), "  ", width, pen(style, f"{pen.tell(word):<{pen.column}}"), pen.column)


def _verdict(summary: Mapping[str, int], ok: bool, pen: _Pen) -> Iterator[str]:
    found = [counted(summary[key], key[:-1]) for key in ("errors", "warnings", "notes") if summary[key]]
    faults = pen("good" if ok else "bad", joined(", ", found or [say("nothing wrong found")]))
    held = (
        (summary["ties"], say("{count} tie", count=summary["ties"])),
        (summary["ties_within_rounding"], say("{count} within rounding", count=summary["ties_within_rounding"])),
        (summary["ties_after_repair"], say("{count} after repair", count=summary["ties_after_repair"])),
        (summary["broken"], say("{count} broken", count=summary["broken"])),
    )
    told: list[str] = [
        say("{faults} in {documents}", faults=faults, documents=counted(summary["documents"], "document"))
    ]
    if any(count for count, _ in held):
        statuses = joined(", ", (words for count, words in held if count))
        told.append(joined(": ", (counted(summary["equations"], "equation"), statuses)))
    if summary["unread"]:
        told.append(say("{cells} among the amounts not understood", cells=counted(summary["unread"], "cell")))
    yield ""
    yield pen.tell(joined("; ", told))
