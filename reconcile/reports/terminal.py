"""The terminal: each finding with its line, the place underlined, the arithmetic and the fix; then what was checked.

``QUIET`` has a line for each finding that fails, and nothing where none does. ``VERBOSE`` has every equation with its
arithmetic, the cells that were not understood, and what was suppressed, too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from reconcile.equations import (
    BROKEN,
    BUDGET,
    CLAIM,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    UNVERIFIABLE,
    Outcome,
)
from reconcile.findings import Finding
from reconcile.location import SourceText
from reconcile.phrases import compared, counted, fix_of, found_as, headed, placed, remarked, silence_of
from reconcile.report import Report
from reconcile.terminalparts import Pen, clean, columns, digits, excerpt, wrapped
from reconcile.tracing import tell_arithmetic

if TYPE_CHECKING:
    from reconcile.recognition import Reading
    from reconcile.standing import Matrix, Standing

NAME = "terminal"
QUIET, NORMAL, VERBOSE = "quiet", "normal", "verbose"

_STATUS = {
    TIES: ("ties", "good"),
    TIES_WITHIN_ROUNDING: ("ties within rounding", "good"),
    TIES_AFTER_REPAIR: ("ties after repair", "note"),
    BROKEN: ("does not tie", "bad"),
    UNVERIFIABLE: ("cannot be verified", "note"),
}
_EQUATIONS_SHOWN = 12
_ENTITIES_SHOWN = 40
_FIXES_SHOWN = 3
_NAME_SHOWN = 14
_UNREAD_SHOWN = 20
# Of more documents than these only those where something does not simply tie are told one by one.
_DOCUMENTS_TOLD = 12
_DOCUMENTS_SHOWN = 40
_NARROW = 72


def write(report: Report, width: int = 100, colour: bool = False, detail: str = NORMAL) -> str:
    """The report for people, at most ``width`` characters wide where words allow it."""
    pen = Pen(colour)
    width = max(40, min(width, 120))
    lines = _quiet(report, pen) if detail == QUIET else _all(report, pen, width, detail == VERBOSE)
    return "".join(f"{_printable(line)}\n" for line in lines)


def _quiet(report: Report, pen: Pen) -> Iterator[str]:
    """A line for each finding that fails, and the counts; nothing where none does."""
    for finding in filter(report.fails, report.findings):
        head = pen(finding.severity.value, headed(finding, report.names))
        yield f"{clean(str(finding.primary))}: {head}: {clean(finding.message)}"
    if not report.ok:
        yield from _verdict(report, pen, 10**6)


def _all(report: Report, pen: Pen, width: int, verbose: bool) -> Iterator[str]:
    for finding in report.findings:
        yield from _finding(finding, report.names.get(finding.code, ""), report.sources, pen, width)
        yield ""
    if verbose and report.suppressed:
        yield from _suppressed(report, pen, width)
        yield ""
    yield from _checked(report, pen, width, verbose)
    if len(report.readings) > 1:
        yield ""
        yield from _overview(report, pen, width)
    if report.remarks:
        yield ""
    for remark in report.remarks:
        yield from wrapped(clean(remarked(remark)), "", width, pen("note", "remark: "), 8)
    yield ""
    yield from _verdict(report, pen, width, "" if verbose else " (--verbose tells which)")
    if verbose and report.seconds:
        yield pen("dim", f"checked in {report.seconds:.2f} seconds")


def _suppressed(report: Report, pen: Pen, width: int) -> Iterator[str]:
    """The findings that were suppressed, with by what, and why."""
    yield pen("bold", "suppressed")
    for each in report.suppressed:
        told = f"{headed(each.finding, report.names)} at {placed(each.finding.primary)}"
        yield from wrapped(clean(told), "  ", width)
        yield from wrapped(clean(each.finding.message), "    ", width)
        yield from wrapped(clean(silence_of(each)), "    ", width)


def _overview(report: Report, pen: Pen, width: int) -> Iterator[str]:
    """A line for each document: its equations, how many of them hold, and what was found; those with findings first."""
    rows = []
    for part in report.split():
        if not part.has_results:
            continue
        told = part.summary()
        hold = told["ties"] + told["ties_within_rounding"] + told["ties_after_repair"]
        name = part.readings[0].document.path if part.readings else "(across)"
        figures = (told["tables"], told["equations"], hold, told["errors"], told["warnings"], told["notes"])
        rows.append((name, *map(str, figures)))
    if len(rows) > _DOCUMENTS_SHOWN:
        rows.sort(key=lambda row: all(count == "0" for count in row[4:]))
    table = [("documents", "tables", "equations", "hold", "errors", "warnings", "notes"), *rows[:_DOCUMENTS_SHOWN]]
    if width < _NARROW:
        table = [(row[0], row[3], row[4], row[5]) for row in table]
    yield from columns(table, pen, width, paths=True)
    if len(rows) > _DOCUMENTS_SHOWN:
        yield f"  {pen('dim', f'and {len(rows) - _DOCUMENTS_SHOWN} more')}"


def _printable(line: str) -> str:
    """What a document prints must not steer the terminal: control characters other than our own styles are shown."""
    return "".join(
        char
        if char.isprintable() or char == "\x1b" or char in " \u00a0" or unicodedata.category(char) != "Cc"
        else "\ufffd"
        for char in line
    )


def _finding(finding: Finding, name: str, sources: Mapping[str, SourceText], pen: Pen, width: int) -> Iterator[str]:
    severity = finding.severity.value
    yield f"{pen(severity, severity)} {pen('bold', f'{finding.code} {name}')}"
    yield from wrapped(clean(placed(finding.primary)), "  ", width, pen("dim", "at "), 3)
    yield from excerpt(finding.primary, sources, pen, width)
    yield from wrapped(clean(finding.message), "  ", width)
    for fix in finding.fixes[:_FIXES_SHOWN]:
        yield from wrapped(clean(fix_of(fix)), "  ", width, pen("good", "fix: "), 5)
    if len(finding.fixes) > _FIXES_SHOWN:
        yield f"  {pen('dim', f'and {len(finding.fixes) - _FIXES_SHOWN} more')}"


def _checked(report: Report, pen: Pen, width: int, verbose: bool) -> Iterator[str]:
    outcomes: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        outcomes.setdefault("" if outcome.kind == BUDGET else outcome.total.location.path, []).append(outcome)
    few = verbose or len(report.readings) <= _DOCUMENTS_TOLD
    found = {finding.primary.path for finding in report.findings}
    for reading in report.readings:
        document = reading.document
        mine = outcomes.get(document.path, [])
        if not few and document.path not in found and all(outcome.status == TIES for outcome in mine):
            continue
        tables = len(reading.tables)
        amounts = sum(figures.count() for figures in reading.tables)
        rows = sum(len(figures.body) for figures in reading.tables)
        what = f"{counted(tables, 'table')}, {counted(rows, 'row')}, {counted(amounts + len(reading.claims), 'amount')}"
        told = f"{document.format}: {what}"
        if len(document.path) + 1 + len(told) <= width:
            yield f"{pen('bold', clean(document.path))} {pen('dim', told)}"
        else:
            yield pen("bold", clean(document.path))
            yield from (pen("dim", line) for line in wrapped(told, "  ", width))
        yield from _schemas(report, reading, pen, width)
        yield from _equations(mine, pen, width, verbose)
        if verbose:
            yield from _unread(reading, pen, width)
    across = outcomes.get("", [])
    if report.budget is not None:
        yield from _budget(report.budget, pen, width)
    elif across:
        yield pen("bold", "across documents")
        yield from _equations(across, pen, width, verbose)


def _schemas(report: Report, reading: Reading, pen: Pen, width: int) -> Iterator[str]:
    """The tables of a document that were held to a schema, and how many of its checks hold."""
    for figures in reading.tables:
        kept = report.schemas.get((reading.document.path, figures.table.index))
        if kept is not None:
            all_hold = kept.held == kept.checks
            hold = f"all {kept.checks} checks hold" if all_hold else f"{kept.held} of {kept.checks} checks hold"
            told = f"{kept.schema}: table {figures.table.index + 1}, {counted(kept.rows, 'row')}, {hold}"
            yield from _stated("schema", "good" if all_hold else "bad", told, pen, width)


def _budget(standing: Standing, pen: Pen, width: int) -> Iterator[str]:
    """Each line of the budget with what it had, what is distributed and what is left; then who received what."""
    named = f"{clean(standing.name)}{f' ({standing.currency})' if standing.currency else ''}"
    yield from wrapped(named, "", width, pen("bold", "budget "), 7)
    head = [("line", "budgeted", "planned", "distributed", "remaining", "status")]
    limits = [limit for limit in standing.limits if limit.status not in (TIES, TIES_AFTER_REPAIR)]
    rows = [
        (
            "  " * line.depth + line.name, digits(line.budgeted), digits(line.planned), digits(line.distributed),
            digits(line.remaining), line.words,
        )
        for line in (*standing.lines, *limits)
    ]  # fmt: skip
    table: list[tuple[str, ...]] = [*head, *rows]
    # What the lines below have is told where neither of the figures beside it tells it.
    if all(line.planned in (None, line.budgeted, line.distributed) for line in standing.lines):
        table = [(*row[:2], *row[3:]) for row in table]
    yield from columns(table, pen, width)
    for line in standing.lines:
        if line.reason:
            told = f"“{line.name}” may be {digits(line.tolerance)} off: {line.reason}"
            yield from wrapped(clean(told), "  ", width)
    if kept := len(standing.limits) - len(limits):
        yield pen("dim", f"  and {counted(kept, 'limit')} of entities kept")
    yield from _matrix(standing.matrix, pen, width)


def _matrix(matrix: Matrix, pen: Pen, width: int) -> Iterator[str]:
    """Who received what in which document; where there are several, and as far as they fit."""
    if len(matrix.documents) < 2:
        return
    rows = [
        (
            row.name if row.rows == 1 else f"{row.name} ({row.rows} rows)",
            *(digits(amount) for amount in row.amounts),
            digits(row.total),
        )
        for row in matrix.rows[:_ENTITIES_SHOWN]
    ]
    totals = ("all", *map(digits, matrix.totals), digits(matrix.total))
    table = [("received", *matrix.documents, "together"), *rows, totals]
    yield ""
    # Names may be cut, amounts may not.
    if _NAME_SHOWN + sum(max(len(row[col]) for row in table) + 2 for col in range(1, len(totals))) > width:
        told = f"who received what in {len(matrix.documents)} documents is too wide here; see --format html"
        yield from (pen("dim", line) for line in wrapped(told, "  ", width))
        return
    yield from columns(table, pen, width)
    if len(rows) < len(matrix.rows):
        yield f"  {pen('dim', f'with {len(matrix.rows) - len(rows)} more that are not shown')}"


def _unread(reading: Reading, pen: Pen, width: int) -> Iterator[str]:
    """The cells among the amounts that were not understood."""
    for figures in reading.tables:
        cells = sorted(figures.unread)
        for row, col in cells[:_UNREAD_SHOWN]:
            place = figures.table.location_of(row, col, None, figures.labels[row], figures.columns[col].header)
            told = f"“{figures.table.rows[row][col].strip()}” at {placed(place)}"
            yield from _stated("not understood", "note", told, pen, width)
        if len(cells) > _UNREAD_SHOWN:
            yield f"  {pen('dim', f'and {len(cells) - _UNREAD_SHOWN} more cells that were not understood')}"


def _equations(outcomes: list[Outcome], pen: Pen, width: int, verbose: bool) -> Iterator[str]:
    """What was compared: all that does not simply tie, and the first of what does; all with its arithmetic if asked for."""
    several = len({outcome.total.table.index for outcome in outcomes if outcome.total.table is not None}) > 1
    ordinary = shown = 0
    for outcome in outcomes:
        ordinary += outcome.status == TIES
        if not verbose and ((outcome.status == TIES and ordinary > _EQUATIONS_SHOWN) or shown >= 3 * _EQUATIONS_SHOWN):
            continue
        shown += 1
        word, style = _STATUS[outcome.status]
        if outcome.kind == CLAIM:
            word = "agrees" if outcome.status == TIES else "is contradicted"
        elif outcome.status == TIES and outcome.equation.relation != "equal":
            word = "is kept"
        told = compared(outcome)
        if several and outcome.total.location.label:
            told += f" ({outcome.total.location.label})"
        yield from _stated(word, style, told, pen, width)
        if verbose:
            told = f"{found_as(outcome)} at {outcome.total.location}: {tell_arithmetic(outcome)}"
            yield from wrapped(clean(told), " " * (6 if width < _NARROW else 23), width)
    if shown < len(outcomes):
        rest = " that tie" if all(o.status == TIES for o in outcomes) or shown < 3 * _EQUATIONS_SHOWN else ""
        yield f"  {pen('dim', f'and {len(outcomes) - shown} more{rest}')}"


def _stated(word: str, style: str, told: str, pen: Pen, width: int) -> Iterator[str]:
    """A statement behind the word for it; in a narrow terminal right behind it."""
    if width < _NARROW:
        first, *rest = wrapped(clean(f"{word}: {told}"), "    ", width)
        yield f"  {pen(style, word)}{first.strip().removeprefix(word)}"
        yield from rest
    else:
        yield from wrapped(clean(told), "  ", width, pen(style, f"{word:<21}"), 21)


def _verdict(report: Report, pen: Pen, width: int, hint: str = "") -> Iterator[str]:
    summary = report.summary()
    faults = _listed(counted(summary[key], key[:-1]) for key in ("errors", "warnings", "notes") if summary[key])
    equations = [
        (summary["ties"], "tie"),
        (summary["ties_within_rounding"], "within rounding"),
        (summary["ties_after_repair"], "after repair"),
        (summary["broken"], "broken"),
    ]
    told = _listed(f"{count} {word}" for count, word in equations if count)
    sums = f"; {counted(summary['equations'], 'equation')}: {told}" if told else ""
    unread = f"; {counted(summary['unread'], 'cell')} among the amounts not understood" if summary["unread"] else ""
    silent = f"; {counted(len(report.suppressed), 'finding')} suppressed{hint}" if report.suppressed else ""
    style = "good" if report.ok else "bad"
    documents = counted(summary["documents"], "document")
    faults = faults or ("nothing else found" if report.suppressed else "nothing wrong found")
    first, *rest = wrapped(f"{faults} in {documents}{sums}{unread}{silent}", "", width)
    yield pen(style, faults) + first.removeprefix(faults) if first.startswith(faults) else first
    yield from rest


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)
