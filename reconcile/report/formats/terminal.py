"""The terminal: each finding with its line, the place underlined, the arithmetic and the fix; then what was checked.

``quiet`` has a line for each finding that fails, and nothing where none does. ``verbose`` has every equation with its
arithmetic, the cells that were not understood, and what was suppressed, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from reconcile.core.controls import escaped
from reconcile.core.document import EDITABLE
from reconcile.core.findings import Finding
from reconcile.core.location import Location
from reconcile.core.messages import ENGLISH, joined, listed_first, say, translator
from reconcile.core.settings import Detail
from reconcile.equate.equation import (
    BROKEN,
    BUDGET,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    UNVERIFIABLE,
    Outcome,
)
from reconcile.report.coverage import DocumentCoverage, share_of
from reconcile.report.formats.terminal_text import (
    Pen,
    columns,
    digits,
    excerpt,
    excerpt_of_block,
    excerpt_of_table,
    wrapped,
)
from reconcile.report.phrases import (
    SEVERITIES,
    candidate_of,
    compared,
    counted,
    covered,
    fix_of,
    found_as,
    headed,
    headed_at,
    not_checked,
    nothing_found,
    passed_over_told,
    place_of,
    placed,
    remarked,
    silence_of,
    silenced,
)
from reconcile.report.report import Report
from reconcile.report.trace import STATUS, tell_arithmetic, tell_status

if TYPE_CHECKING:
    from reconcile.equate.budget.standing import BudgetStatus, Matrix
    from reconcile.recognise.tables import RecognisedDocument, RecognisedTable

NAME = "terminal"

_COLOURS = {
    TIES: "good", TIES_WITHIN_ROUNDING: "good", TIES_AFTER_REPAIR: "note", BROKEN: "bad", UNVERIFIABLE: "note",
}  # fmt: skip
_EQUATIONS_SHOWN = 12
_ENTITIES_SHOWN = 40
_FIXES_SHOWN = 3
_NAME_SHOWN = 14
_UNREAD_SHOWN, _UNCHECKED_SHOWN = 20, 6
# Of more documents than these only those where something does not simply tie are told one by one.
_DOCUMENTS_TOLD = 12
_DOCUMENTS_SHOWN = 40
_NARROW = 72


def write(report: Report, width: int = 100, colour: bool = False, detail: Detail = Detail.NORMAL) -> str:
    """The report for people, at most ``width`` characters wide where words allow it."""
    text = body(report, width, colour, detail)
    text += verdict(report.counts(), report.ok, width, colour, detail, report.settings.lang)
    if detail == Detail.VERBOSE and report.seconds:
        pen = Pen(colour, translator(report.settings.lang))
        text += pen("dim", say("checked in {seconds:.2f} seconds", seconds=report.seconds)) + "\n"
    return text


def body(report: Report, width: int = 100, colour: bool = False, detail: Detail = Detail.NORMAL) -> str:
    """The report without its last line."""
    pen = Pen(colour, translator(report.settings.lang))
    lines = (
        _quiet(report, pen) if detail == Detail.QUIET else _all(report, pen, _within(width), detail == Detail.VERBOSE)
    )
    return "".join(f"{_printable(line)}\n" for line in lines)


def verdict(
    counts: Mapping[str, int],
    ok: bool,
    width: int = 100,
    colour: bool = False,
    detail: Detail = Detail.NORMAL,
    lang: str = ENGLISH,
) -> str:
    """The last line: what was found in all documents, by the counts of their reports."""
    if detail == Detail.QUIET and ok:
        return ""
    quiet = detail == Detail.QUIET
    lines = _verdict(
        counts, ok, Pen(colour, translator(lang)), 10**6 if quiet else _within(width), hint=detail == Detail.NORMAL
    )
    return "".join(f"{_printable(line)}\n" for line in (lines if quiet else ("", *lines)))


def _within(width: int) -> int:
    return max(40, min(width, 120))


def _quiet(report: Report, pen: Pen) -> Iterator[str]:
    """A line for each finding that fails; nothing where none does."""
    for finding in filter(report.fails, report.findings):
        head = pen(finding.severity.value, headed(finding, report.names))
        yield f"{pen.told(place_of(finding.primary))}: {head}: {pen.told(finding.message)}"


def _all(report: Report, pen: Pen, width: int, verbose: bool) -> Iterator[str]:
    tables = _tables(report) if report.findings else {}
    for finding, number in report.numbered():
        yield from _finding(finding, number, report, tables, pen, width)
        yield ""
    if verbose and report.suppressed:
        yield from _suppressed(report, pen, width)
        yield ""
    yield from _checked(report, pen, width, verbose)
    if len(report.readings) > 1:
        yield ""
        yield from _overview(report, pen, width)
    if passed := passed_over_told(report):
        yield ""
        yield from wrapped(pen.told(passed), "", width)
    if report.remarks:
        yield ""
    for remark in report.remarks:
        yield from _headed(remarked(remark), "", say("remark"), "note", pen, width)


def _suppressed(report: Report, pen: Pen, width: int) -> Iterator[str]:
    """The findings that were suppressed, with by what, and why."""
    yield pen("bold", say("suppressed"))
    for each in report.suppressed:
        yield from wrapped(pen.told(headed_at(each.finding, report.names)), "  ", width)
        yield from wrapped(pen.told(each.finding.message), "    ", width)
        yield from wrapped(pen.told(silence_of(each)), "    ", width)


def _overview(report: Report, pen: Pen, width: int) -> Iterator[str]:
    """A line for each document: its equations, how many of them hold, and what was found; those with findings first."""
    rows = []
    for part in report.split():
        if not part.has_results:
            continue
        told = part.summary()
        hold = told["ties"] + told["ties_within_rounding"] + told["ties_after_repair"]
        name = part.readings[0].document.path if part.readings else say("(across)")
        share = say("{share} %", share=share_of(told["amounts_checked"], told["amounts"])) if told["amounts"] else "-"
        figures = (told["tables"], share, told["equations"], hold, told["errors"], told["warnings"], told["notes"])
        rows.append((name, *(figure if isinstance(figure, str) else str(figure) for figure in figures)))
    if len(rows) > _DOCUMENTS_SHOWN:
        rows.sort(key=lambda row: all(count == "0" for count in row[5:]))
    head = (
        say("documents"),
        say("tables"),
        say("checked"),
        say("equations"),
        say("hold"),
        say("errors"),
        say("warnings"),
        say("notes"),
    )
    table: list[tuple[str, ...]] = [head, *rows[:_DOCUMENTS_SHOWN]]
    if width < _NARROW:
        table = [(row[0], row[2], row[5], row[6]) for row in table]
    yield from columns(table, pen, width, paths=True)
    if len(rows) > _DOCUMENTS_SHOWN:
        yield f"  {pen('dim', say('and {count} more', count=len(rows) - _DOCUMENTS_SHOWN))}"


def _printable(line: str) -> str:
    """What a document prints must not steer the terminal: control characters other than our own styles are shown."""
    return escaped(line, keep="\x1b")


def tell_finding(
    finding: Finding, number: int, report: Report, colour: bool = False, width: int = 100, most: int = _FIXES_SHOWN
) -> str:
    """One finding as the report has it, with at most so many of its fixes; ``number`` is its place among those of its rule."""
    pen = Pen(colour, translator(report.settings.lang))
    lines = _finding(finding, number, report, _tables(report), pen, _within(width), most)
    return "".join(f"{_printable(line)}\n" for line in lines)


def _tables(report: Report) -> dict[tuple[str, int], RecognisedTable]:
    """The tables of the documents by path and index."""
    return {(reading.document.path, each.table.index): each for reading in report.readings for each in reading.tables}


def _finding(
    finding: Finding,
    number: int,
    report: Report,
    tables: Mapping[tuple[str, int], RecognisedTable],
    pen: Pen,
    width: int,
    most: int = _FIXES_SHOWN,
) -> Iterator[str]:
    severity, name = finding.severity.value, report.names.get(finding.code, "")
    yield f"{pen(severity, SEVERITIES[severity])} {pen('bold', f'{finding.code} {name}')}"
    where = finding.primary._replace(path=escaped(finding.primary.path))
    yield from wrapped(pen.told(placed(where)), "  ", width, f"{pen('dim', say('at'))} ", len(pen.tell(say("at"))) + 1)
    yield from _excerpt(finding.primary, report, tables, pen, width)
    yield from wrapped(pen.told(finding.message), "  ", width)
    shown, left = finding.fixes[:most], len(finding.fixes) - most
    if len(finding.fixes) > 1 and finding.fixes[0].applicability != "safe":
        # The documents whose figures cannot be edited here have candidates, too, but nothing picks them.
        document = next((r.document for r in report.readings if r.document.path == finding.primary.path), None)
        lead = say("one of these")
        if document is not None and document.format in EDITABLE:
            lead = say("one of these (fix --pick {finding}=N)", finding=f"{finding.code}:{number}")
        yield f"  {pen('good', joined('', (lead, ':')))}"
        for count, fix in enumerate(shown, start=1):
            head = f"{count} "
            yield from wrapped(pen.told(candidate_of(fix)), "    ", width, pen("good", head), len(head))
    else:
        for fix in shown:
            yield from _headed(fix_of(fix), "  ", say("fix"), "good", pen, width)
    if left > 0:
        yield f"  {pen('dim', say('and {count} more', count=left))}"


def _excerpt(
    place: Location,
    report: Report,
    tables: Mapping[tuple[str, int], RecognisedTable],
    pen: Pen,
    width: int,
) -> Iterator[str]:
    """The line of a place, or where the document is no text its row of the table, or its paragraph."""
    if place.path in report.sources:
        yield from excerpt(place, report.sources, pen, width)
    elif place.grid is not None:
        figures = tables.get((place.path, place.grid.table))
        if figures is not None:
            yield from excerpt_of_table(place, figures, pen, width)
    elif place.anchor is not None:
        for reading in report.readings:
            if reading.document.path == place.path:
                yield from excerpt_of_block(place, reading.document.blocks, pen, width)


def _checked(report: Report, pen: Pen, width: int, verbose: bool) -> Iterator[str]:
    outcomes: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        outcomes.setdefault("" if outcome.kind == BUDGET else outcome.total.location.path, []).append(outcome)
    few = verbose or len(report.readings) <= _DOCUMENTS_TOLD
    found = {finding.primary.path for finding in report.findings}
    for reading, coverage in zip(report.readings, report.coverage.documents, strict=True):
        document = reading.document
        mine = outcomes.get(document.path, [])
        if not few and document.path not in found and all(outcome.status == TIES for outcome in mine):
            continue
        tables = len(reading.tables)
        rows = sum(len(figures.body) for figures in reading.tables)
        counts = (counted(tables, "table"), counted(rows, "row"), covered(coverage.checked, coverage.amounts))
        told = pen.tell(joined(": ", (document.format, joined(", ", counts))))
        if len(document.path) + 1 + len(told) <= width:
            yield f"{pen('bold', pen.told(document.path))} {pen('dim', told)}"
        else:
            yield pen("bold", pen.told(document.path))
            yield from (pen("dim", line) for line in wrapped(told, "  ", width))
        yield from _schemas(report, reading, pen, width)
        yield from _equations(mine, pen, width, verbose)
        yield from _unchecked(coverage, pen, width, verbose)
        if verbose:
            yield from _unread(reading, pen, width)
    across = outcomes.get("", [])
    if report.budget is not None:
        yield from _budget(report.budget, pen, width)
    elif across:
        yield pen("bold", say("across documents"))
        yield from _equations(across, pen, width, verbose)


def _schemas(report: Report, reading: RecognisedDocument, pen: Pen, width: int) -> Iterator[str]:
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
            yield from _stated(say("schema"), "good" if all_hold else "bad", told, pen, width)


def _budget(standing: BudgetStatus, pen: Pen, width: int) -> Iterator[str]:
    """Each line of the budget with what it had, what is distributed and what is left; then who received what."""
    named = joined("", (standing.name, f" ({standing.currency})" if standing.currency else ""))
    word = pen.tell(say("budget"))
    yield from wrapped(pen.told(named), "", width, f"{pen('bold', word)} ", len(word) + 1)
    head = [(say("line"), say("budgeted"), say("planned"), say("distributed"), say("remaining"), say("status"))]
    limits = [limit for limit in standing.limits if limit.status not in (TIES, TIES_AFTER_REPAIR)]
    rows = [
        (
            joined("", ("  " * line.depth, line.name)), digits(line.budgeted), digits(line.planned), digits(line.distributed),
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
            told = say("“{name}” may be {allowed} off: {reason}", name=line.name, allowed=digits(line.tolerance),
                       reason=line.reason)  # fmt: skip
            yield from wrapped(pen.told(told), "  ", width)
    if kept := len(standing.limits) - len(limits):
        yield f"  {pen('dim', say('and {limits} of entities kept', limits=counted(kept, 'limit')))}"
    yield from _matrix(standing.matrix, pen, width)


def _matrix(matrix: Matrix, pen: Pen, width: int) -> Iterator[str]:
    """Who received what in which document; where there are several, and as far as they fit."""
    if len(matrix.documents) < 2:
        return
    rows = [
        (
            row.name if row.rows == 1 else say("{name} ({count} rows)", name=row.name, count=row.rows),
            *(digits(amount) for amount in row.amounts),
            digits(row.total),
        )
        for row in matrix.rows[:_ENTITIES_SHOWN]
    ]
    totals = (say("all"), *map(digits, matrix.totals), digits(matrix.total))
    head = (say("received"), *matrix.documents, say("together"))
    table = [tuple(map(pen.tell, row)) for row in (head, *rows, totals)]
    yield ""
    # Names may be cut, amounts may not.
    if _NAME_SHOWN + sum(max(len(row[col]) for row in table) + 2 for col in range(1, len(totals))) > width:
        told = say("who received what in {count} documents is too wide here; see --format html",
                   count=len(matrix.documents))  # fmt: skip
        yield from (pen("dim", line) for line in wrapped(pen.tell(told), "  ", width))
        return
    yield from columns(table, pen, width)
    if len(rows) < len(matrix.rows):
        yield f"  {pen('dim', say('with {count} more that are not shown', count=len(matrix.rows) - len(rows)))}"


def _unchecked(coverage: DocumentCoverage, pen: Pen, width: int, verbose: bool) -> Iterator[str]:
    """What stands in no equation: columns, and amounts in the text; each of these with its place if asked for."""
    items = not_checked(coverage)
    if not items:
        return
    shown = items if verbose else items[:_UNCHECKED_SHOWN]
    told = joined(", ", shown) if len(shown) == len(items) else listed_first(shown, len(items) - len(shown))
    yield from _stated(say("not checked"), "note", told, pen, width)
    if verbose:
        for claim in (*coverage.claims, *coverage.percentages):
            told = say("“{text}” at {place}", text=claim.text, place=place_of(claim.location))
            yield from _stated("", "note", told, pen, width)


def _unread(reading: RecognisedDocument, pen: Pen, width: int) -> Iterator[str]:
    """The cells among the amounts that were not understood."""
    for figures in reading.tables:
        cells = sorted(figures.unread)
        for row, col in cells[:_UNREAD_SHOWN]:
            place = figures.table.location_of(row, col, None, figures.labels[row], figures.columns[col].header)
            told = say("“{text}” at {place}", text=figures.table.rows[row][col].strip(), place=placed(place))
            yield from _stated(say("not understood"), "note", told, pen, width)
        if len(cells) > _UNREAD_SHOWN:
            left = say("and {count} more cells that were not understood", count=len(cells) - _UNREAD_SHOWN)
            yield f"  {pen('dim', left)}"


def _equations(outcomes: list[Outcome], pen: Pen, width: int, verbose: bool) -> Iterator[str]:
    """What was compared: all that does not simply tie, and the first of what does; all with its arithmetic if asked for."""
    several = len({outcome.total.table.index for outcome in outcomes if outcome.total.table is not None}) > 1
    ordinary = shown = 0
    for outcome in outcomes:
        ordinary += outcome.status == TIES
        if not verbose and ((outcome.status == TIES and ordinary > _EQUATIONS_SHOWN) or shown >= 3 * _EQUATIONS_SHOWN):
            continue
        shown += 1
        told, place = compared(outcome), outcome.total.location
        if several and place.label:
            told = joined("", (told, " (", place.told, ")"))
        yield from _stated(tell_status(outcome), _COLOURS[outcome.status], told, pen, width)
        if verbose:
            told = say("{equation} at {place}: {arithmetic}", equation=found_as(outcome), place=place_of(place),
                       arithmetic=tell_arithmetic(outcome))  # fmt: skip
            yield from wrapped(pen.told(told), " " * (6 if width < _NARROW else 2 + _column(pen)), width)
    if shown < len(outcomes):
        left = say("and {count} more", count=len(outcomes) - shown)
        if all(outcome.status == TIES for outcome in outcomes) or shown < 3 * _EQUATIONS_SHOWN:
            left = say("and {count} more that tie", count=len(outcomes) - shown)
        yield f"  {pen('dim', left)}"


def _stated(word: str, style: str, told: str, pen: Pen, width: int) -> Iterator[str]:
    """A statement behind the word for it; in a narrow terminal right behind it."""
    word = pen.tell(word)
    if width < _NARROW:
        first, *rest = wrapped(f"{word}: {pen.told(told)}", "    ", width)
        yield f"  {pen(style, word)}{first.strip().removeprefix(word)}"
        yield from rest
    else:
        yield from wrapped(pen.told(told), "  ", width, pen(style, f"{word:<{_column(pen)}}"), _column(pen))


def _column(pen: Pen) -> int:
    """How wide the column of the words before what was compared is: as the longest of them, and a space."""
    return 1 + max(len(pen.tell(word)) for word in STATUS.values())


def _headed(told: str, indent: str, word: str, style: str, pen: Pen, width: int) -> Iterator[str]:
    """A sentence behind what it is: ``fix: write 1 000``."""
    head = f"{pen.tell(word)}: "
    yield from wrapped(pen.told(told), indent, width, pen(style, head), len(head))


def _verdict(summary: Mapping[str, int], ok: bool, pen: Pen, width: int, hint: bool = False) -> Iterator[str]:
    """What was found, what was compared, what was not understood and what was suppressed, in one line; all that is 0 left out."""
    found = [counted(summary[key], key[:-1]) for key in ("errors", "warnings", "notes") if summary[key]]
    found = found or [nothing_found(summary["amounts_checked"], summary["suppressed"], summary["schemas"])]
    faults = pen.tell(joined(", ", found))
    held = (
        (summary["ties"], say("{count} tie", count=summary["ties"])),
        (summary["ties_within_rounding"], say("{count} within rounding", count=summary["ties_within_rounding"])),
        (summary["ties_after_repair"], say("{count} after repair", count=summary["ties_after_repair"])),
        (summary["broken"], say("{count} broken", count=summary["broken"])),
    )
    told: list[str] = [
        say("{faults} in {documents}", faults=faults, documents=counted(summary["documents"], "document"))
    ]
    if summary["documents"]:
        told.append(covered(summary["amounts_checked"], summary["amounts"]))
    if any(count for count, _ in held):
        statuses = joined(", ", (words for count, words in held if count))
        told.append(joined(": ", (counted(summary["equations"], "equation"), statuses)))
    if summary["unread"]:
        told.append(say("{cells} among the amounts not understood", cells=counted(summary["unread"], "cell")))
    if summary["suppressed"]:
        silent = silenced(summary["suppressed"])
        told.append(say("{silent} (--verbose tells which)", silent=silent) if hint else silent)
    style = "bad" if not ok else "good" if summary["amounts_checked"] else "note"
    first, *rest = wrapped(pen.tell(joined("; ", told)), "", width)
    yield pen(style, faults) + first.removeprefix(faults) if first.startswith(faults) else first
    yield from rest
