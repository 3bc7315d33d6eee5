"""HTML: one page that needs nothing but a browser: documents as read, their equations and findings, the budget, provenance."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from reconcile.core.document import CellIndex
from reconcile.core.findings import Finding
from reconcile.core.location import Location
from reconcile.core.messages import Translator, say, say_many, translator
from reconcile.equate.equation import BROKEN, BUDGET, SUM, TIES, TIES_WITHIN_ROUNDING, Outcome
from reconcile.recognise.columns import LABEL
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable
from reconcile.report.coverage import STATE_NAMES, DocumentCoverage, TableKey, share_of
from reconcile.report.formats.html_parts import (
    count,
    counts,
    escape,
    escape_told,
    grouped,
    headline,
    html_excerpt,
    plot_difference,
    provenance,
    simple_table,
    standing_tables,
)
from reconcile.report.phrases import (
    SEVERITIES,
    covered,
    covered_items,
    headed,
    nothing_told,
    passed_over_told,
    place_of,
    silence_of,
    sure_of,
)
from reconcile.report.report import Report
from reconcile.report.trace import (
    Traced,
    find_rivals,
    is_suspect,
    tell_arithmetic,
    tell_status,
    trace,
)

NAME = "html"

_ROWS_SHOWN, _COLUMNS_SHOWN, _MARKED_SHOWN = 150, 40, 100
_EQUATIONS_SHOWN = 60
_DESCRIBED = 4
_FIXES_SHOWN = 5
# More equations than these that simply tie are folded away.
_TIES_OPEN = 6
_COVERAGE_SHOWN, _CLAIMS_SHOWN = 200, 100
_WHAT_COUNTS = say(
    "An amount is checked if it is the total or a part of an equation that can be worked out, or stands in a column that a "
    "schema holds to a stated sum."
)


class _Page:
    """A report with what its cells stand in, the numbers of its tables, and the equations that are listed."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.tell = translator(report.settings.lang)
        found = _rows_found(report)
        tables = [figures for reading in report.readings for figures in reading.tables]
        self.rows = {_key(figures): _rows_shown(figures, found.get(_key(figures), set())) for figures in tables}
        self.numbers = {key: number for number, key in enumerate(self.rows, start=1)}
        self.traced = trace(report, {key: frozenset(rows) for key, rows in self.rows.items()})
        self.covered = report.coverage.by_table()
        self.by_home = _by_home(report)
        self.silent = {each.finding.primary: silence_of(each) for each in report.suppressed}
        self.listed = {n for numbers in self.by_home.values() for n in _listed(report, numbers)}

    def cell_id(self, key: TableKey, row: int, col: int) -> str:
        """The anchor of a cell."""
        return f"t{self.numbers[key]}r{row}c{col}"

    def link(self, place: Location, text: str = "") -> str:
        """A place as a link to its cell, where that is shown."""
        grid = place.grid
        named = [grid.row_label, grid.column_header] if grid is not None else []
        told = text or ", ".join([self.tell(place_of(place)), *(name for name in named if name)])
        key = (place.path, grid.table if grid is not None else 0)
        if grid is None or (grid.row, grid.col) not in self.traced.get(key, ()) or grid.col >= _COLUMNS_SHOWN:
            return escape(told)
        return f'<a href="#{self.cell_id(key, grid.row, grid.col)}">{escape(told)}</a>'


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """The report as one page."""
    return "".join(pieces(report))


def pieces(report: Report) -> Iterator[str]:
    """The page, piece by piece."""
    page = _Page(report)
    for part in (
        _head(page),
        _summary(page),
        _findings(page),
        _coverage(page),
        _documents(page),
        _budget(page),
        provenance(report, page.tell),
        _foot(),
    ):
        for line in part:
            yield line
            yield "\n"


def _key(figures: RecognisedTable) -> TableKey:
    return figures.table.path, figures.table.index


def _rows_shown(figures: RecognisedTable, found: Set[int]) -> list[int]:
    """The first rows of a table, and of the others those with findings and totals."""
    if len(figures.table.rows) <= _ROWS_SHOWN:
        return list(range(len(figures.table.rows)))
    marked = sorted(row for row in found | figures.totals if row >= _ROWS_SHOWN)
    return [*range(_ROWS_SHOWN), *marked[:_MARKED_SHOWN]]


def _rows_found(report: Report) -> dict[TableKey, set[int]]:
    """The rows of each table that findings are about."""
    found: dict[TableKey, set[int]] = {}
    for finding in report.findings:
        if finding.primary.grid is not None:
            found.setdefault((finding.primary.path, finding.primary.grid.table), set()).add(finding.primary.grid.row)
    return found


def _by_home(report: Report) -> dict[TableKey, list[int]]:
    """The equations under the table of their total or else of their first term; index -1 for a document's own, path "" for budgets."""
    homes: dict[TableKey, list[int]] = {}
    for number, outcome in enumerate(report.outcomes):
        table = outcome.total.table or (outcome.terms[0].table if len(outcome.terms) else None)
        home = ("", -1) if outcome.kind == BUDGET else (outcome.total.location.path, -1)
        if outcome.kind != BUDGET and table is not None:
            home = (table.path, table.index)
        homes.setdefault(home, []).append(number)
    return homes


def _listed(report: Report, numbers: Sequence[int]) -> list[int]:
    """The equations to list: all that do not simply tie, and the first of those that do."""
    odd = [number for number in numbers if report.outcomes[number].status != TIES]
    plain = [number for number in numbers if report.outcomes[number].status == TIES]
    return sorted(odd[: 5 * _EQUATIONS_SHOWN] + plain[:_EQUATIONS_SHOWN])


def _head(page: _Page) -> Iterator[str]:
    style, script = _part("page.css"), _part("page.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    yield f'<!DOCTYPE html>\n<html lang="{page.report.settings.lang}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{page.tell(say('Reconcile report'))}</title>\n<style>{style}</style>\n</head>\n<body>"


def _part(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _summary(page: _Page) -> Iterator[str]:
    report, tell = page.report, page.tell
    yield f"<header><h1>{tell(say('Reconcile report'))}</h1>"
    yield f'<p class="verdict {_verdict(report)}">{headline(report, tell)}</p>'
    sections = {"summary": say("Summary"), "findings": say("Findings"), "coverage": say("Coverage"),
                "documents": say("Documents")}  # fmt: skip
    if report.budget or _has_budget(report):
        sections["budget"] = say("Budget")
    sections["provenance"] = say("Provenance")
    items = "".join(f'<li><a href="#{name}">{tell(word)}</a></li>' for name, word in sections.items())
    yield f'<nav aria-label="{tell(say("Contents"))}"><ul>{items}</ul></nav></header>'
    yield f'<main><section aria-labelledby="summary"><h2 id="summary">{tell(say("Summary"))}</h2>'
    words = (say("document"), say("tables"), say("amounts"), say("checked"), say("equations"), say("tie"), say("within rounding"),
             say("after repair"), say("broken"), say("errors"), say("warnings"), say("notes"))  # fmt: skip
    head = list(map(tell, words))
    parts = report.split() if len(report.readings) <= 200 else [report]
    rows = [
        [_document_link(part, number, tell), *map(grouped, counts(part))]
        for number, part in enumerate(parts, start=1)
        if part.has_results
    ]
    yield simple_table(tell(say("What was checked, by document")), head, rows, frozenset(range(1, 12)))
    if len(report.readings) > 200:
        together = say("{count} documents are summarised together; each follows below.", count=len(report.readings))
        yield f"<p>{tell(together)}</p>"
    yield "</section>"


def _verdict(report: Report) -> str:
    """The class of the headline: good only where something was checked."""
    return "is-bad" if not report.ok else "is-good" if report.coverage.checked else "is-open"


def _has_budget(report: Report) -> bool:
    return any(outcome.kind == BUDGET for outcome in report.outcomes)


def _document_link(part: Report, number: int, tell: Translator) -> str:
    if len(part.readings) != 1:
        return tell(say("all documents") if part.readings else say("across documents"))
    return f'<a href="#d{number}">{escape(part.readings[0].document.path)}</a>'


def _findings(page: _Page) -> Iterator[str]:
    yield f'<section aria-labelledby="findings"><h2 id="findings">{page.tell(say("Findings"))}</h2>'
    if not page.report.findings:
        yield f"<p>{escape_told(page.tell(nothing_told(page.report)))}</p>"
    for number, finding in enumerate(page.report.findings, start=1):
        yield from _finding(page, number, finding)
    yield from _suppressed(page)
    yield "</section>"


def _suppressed(page: _Page) -> Iterator[str]:
    """The findings that somebody asked not to be told, with the reason; and what there is to say of the check itself."""
    report, tell = page.report, page.tell
    if report.suppressed:
        yield f"<h3>{tell(say('Suppressed'))}</h3>"
        rows = [
            [
                escape(tell(headed(each.finding, report.names))), page.link(each.finding.primary),
                escape_told(tell(each.finding.message)), escape_told(tell(silence_of(each))),
            ]
            for each in report.suppressed
        ]  # fmt: skip
        head = list(map(tell, (say("finding"), say("place"), say("what"), say("why"))))
        yield simple_table(tell(say("Findings that are not reported, and why")), head, rows, frozenset())
    if report.remarks:
        yield f"<h3>{tell(say('Remarks on the check'))}</h3><ul>"
        yield from (f"<li>{page.link(each.place)}: {escape_told(tell(each.message))}</li>" for each in report.remarks)
        yield "</ul>"


def _finding(page: _Page, number: int, finding: Finding) -> Iterator[str]:
    severity, tell = finding.severity.value, page.tell
    name = page.report.names.get(finding.code, "")
    yield f'<article class="finding {severity}" id="f{number}" aria-labelledby="f{number}-told">'
    word = tell(SEVERITIES[severity]).capitalize()
    yield f'<h3 id="f{number}-told">{word} {escape(finding.code)} {escape(name)}</h3>'
    yield f'<p class="small-print">{tell(say("at"))} {page.link(finding.primary)}</p>'
    yield from html_excerpt(page.report, finding.primary, tell)
    yield f"<p>{escape_told(tell(finding.message))}</p>"
    for number_of_fix, fix in enumerate(finding.fixes):
        if number_of_fix == _FIXES_SHOWN:
            left = len(finding.fixes) - _FIXES_SHOWN
            yield f"<details><summary>{tell(say_many(left, '{count} other fix', '{count} other fixes'))}</summary>"
        sure = tell(sure_of(fix))
        yield f'<p class="fix"><strong>{tell(say("Fix"))}:</strong> {escape(tell(fix.title))} <span class="dim">{sure}</span></p>'
    yield "</details>" if len(finding.fixes) > _FIXES_SHOWN else ""
    if finding.related:
        places = [page.link(place) for place in finding.related[:8]]
        if len(finding.related) > 8:
            places.append(tell(say("and {count} more", count=len(finding.related) - 8)))
        yield f'<p class="small-print">{tell(say("see also"))} {"; ".join(places)}</p>'
    yield "</article>"


def _coverage(page: _Page) -> Iterator[str]:
    """What was checked and what was not: by document, column, kind of row, and in the text."""
    report, tell = page.report, page.tell
    yield f'<section aria-labelledby="coverage"><h2 id="coverage">{tell(say("Coverage"))}</h2>'
    coverage = report.coverage
    yield f"<p>{escape_told(tell(covered(coverage.checked, coverage.amounts, grouped)))}. {tell(_WHAT_COUNTS)}</p>"
    head = list(map(tell, (say("what"), say("amounts"), say("checked"), say("share"))))
    for document in coverage.documents[:_COVERAGE_SHOWN]:
        share = tell(covered(document.checked, document.amounts, grouped))
        caption = f"{escape(document.reading.document.path)}: {escape_told(share)}"
        yield simple_table(caption, head, list(_covered_rows(page, document)), frozenset({1, 2, 3}))
    if len(coverage.documents) > _COVERAGE_SHOWN:
        yield f'<p class="dim">{tell(say("and {count} more", count=len(coverage.documents) - _COVERAGE_SHOWN))}</p>'
    left = [claim for document in coverage.documents for claim in (*document.claims, *document.percentages)]
    if left:
        yield f"<h3>{tell(say('Figures in the text that stand in no equation'))}</h3><ul>"
        for claim in left[:_CLAIMS_SHOWN]:
            place = escape(tell(place_of(claim.location)))
            yield f'<li>“{escape(claim.text)}” <span class="dim">{place}</span></li>'
        yield "</ul>"
    if len(left) > _CLAIMS_SHOWN:
        yield f'<p class="dim">{tell(say("and {count} more", count=len(left) - _CLAIMS_SHOWN))}</p>'
    if passed := passed_over_told(report):
        yield f"<p>{escape(tell(passed))}</p>"
    yield "</section>"


def _covered_rows(page: _Page, document: DocumentCoverage) -> Iterator[list[str]]:
    tell = page.tell

    def row(what: str, amounts: int, checked: int) -> list[str]:
        share = f"{share_of(checked, amounts)}\u00a0%" if amounts else ""
        return [what, grouped(amounts), grouped(checked), share]

    for table, what, amounts, checked in covered_items(document):
        told = escape(tell(what))
        if table is not None:
            key = _key(table.figures)
            told = f'<a href="#t{page.numbers[key]}">{tell(say("table {number}", number=key[1] + 1))}</a>, {told}'
        yield row(told, amounts, checked)


def _documents(page: _Page) -> Iterator[str]:
    tell = page.tell
    yield f'<section aria-labelledby="documents"><h2 id="documents">{tell(say("Documents as read"))}</h2>'
    help = say(
        "Point at a figure, or reach it with the Tab and arrow keys, to see the equations it stands in and which figures they add up. "
        "A solid frame is an error, a dashed one a warning, a dotted one a note, a thin one a figure that may be wrong as others may; the code leads to the finding."
    )
    yield f'<p class="screen">{tell(help)}</p>'
    swatches = (
        ("holds", say("in a sum that holds")),
        ("fails", say("in one that does not")),
        ("unchecked", say("in none")),
    )
    key = " ".join(f'<span class="swatch {name}">{tell(word)}</span>' for name, word in swatches)
    yield f'<p class="small-print">{tell(say("A figure stands"))}: {key}</p>'
    for number, reading in enumerate(page.report.readings, start=1):
        document = reading.document
        yield f'<section aria-labelledby="d{number}"><h3 id="d{number}">{escape(document.path)}</h3>'
        if not reading.tables:
            yield f"<p>{tell(say('No table was read in it.'))}</p>"
        for figures in reading.tables:
            yield from _table(page, reading, figures)
        mine = page.by_home.get((document.path, -1), [])
        if mine:
            yield f"<h4>{tell(say('Amounts in the text'))}</h4>"
            yield from _equations(page, mine)
        yield "</section>"
    yield "</section>"


def _table(page: _Page, reading: RecognisedDocument, figures: RecognisedTable) -> Iterator[str]:
    key, table, tell = _key(figures), figures.table, page.tell
    rows, number = page.rows[key], page.numbers[key]
    left, hidden = len(table.rows) - len(rows), max(0, table.width - _COLUMNS_SHOWN)
    title = escape(figures.title.strip()[:300]) or tell(say("Table {number}", number=table.index + 1))
    told = (
        f"{title} ({tell(count(len(table.rows) - figures.header_rows, 'row'))}, {tell(count(table.width, 'column'))})"
    )
    if left:
        cut = say(
            "{count} of its {all} rows are left out here; all were checked.",
            count=grouped(left),
            all=grouped(len(table.rows)),
        )
        told += f". {tell(cut)}"
    if hidden:
        told += (
            f". {tell(say('Its last {columns} are left out here; all were checked.', columns=count(hidden, 'column')))}"
        )
    lang = f' lang="{escape(reading.language)}"' if reading.language else ""
    yield f'<div class="wide"><table class="read" id="t{number}"{lang}><caption>{told}</caption>'
    reachable = "0"
    sections = [("thead", [row for row in rows if row < figures.header_rows])]
    sections.append(("tbody", [row for row in rows if row >= figures.header_rows]))
    for section, shown in sections:
        if shown:
            yield f"<{section}>"
        previous = shown[0] - 1 if shown else 0
        for row in shown:
            if row != previous + 1:
                yield _gap(row - previous - 1, min(table.width, _COLUMNS_SHOWN), tell)
            previous = row
            line, reachable = _row(page, figures, row, reachable)
            yield line
        if section == "tbody" and shown and shown[-1] < len(table.rows) - 1:
            yield _gap(len(table.rows) - 1 - shown[-1], min(table.width, _COLUMNS_SHOWN), tell)
        if shown:
            yield f"</{section}>"
    yield "</table></div>"
    yield from _equations(page, page.by_home.get(key, []))


def _gap(left: int, width: int, tell: Translator) -> str:
    return f'<tr class="cut"><td colspan="{width}">{tell(say("{rows} left out", rows=count(left, "row")))}</td></tr>'


def _row(page: _Page, figures: RecognisedTable, row: int, reachable: str) -> tuple[str, str]:
    """A row's cells; the first cell of a table that stands in something can be reached with Tab, the others with arrows."""
    labels = [column.index for column in figures.columns if column.role == LABEL][:1]
    key = _key(figures)
    cells = []
    for col, text in enumerate(figures.table.rows[row][:_COLUMNS_SHOWN]):
        traced = page.traced[key].get((row, col))
        header = row < figures.header_rows
        tag = 'th scope="col"' if header else 'th scope="row"' if col in labels else "td"
        state = page.covered[key].state(row, col)
        classes = ["figure"] * (col in figures.cells) + ([] if state is None else [STATE_NAMES[state]])
        attributes, marks = _attributes(page, key, (row, col), traced, classes)
        if traced is not None:
            attributes += f' tabindex="{reachable}"'
            reachable = "-1"
        cells.append(f'<{tag} dir="auto"{attributes}>{escape(text)}{marks}</{tag[:2]}>')
    total = ' class="sum"' if row in figures.totals else ""
    return f"<tr{total}>{''.join(cells)}</tr>", reachable


def _attributes(
    page: _Page, key: TableKey, cell: CellIndex, traced: Traced | None, classes: list[str]
) -> tuple[str, str]:
    """The attributes of a cell, and the links to its findings."""
    if traced is None:
        return (f' class="{" ".join(classes)}"' if classes else ""), ""
    findings = [page.report.findings[number] for number in traced.findings]
    if findings:
        sure = [finding for finding in findings if not is_suspect(finding, key, cell)]
        classes.append(max(sure, key=lambda finding: finding.severity.rank).severity.value if sure else "suspect")
    told, marks = [f' id="{page.cell_id(key, *cell)}"'], []
    described = [f"f{number + 1}-told" for number in traced.findings[:_DESCRIBED]]
    for attribute, numbers in (("data-total", traced.totals), ("data-term", traced.terms)):
        names = [page.report.outcomes[number].id for number in numbers if number in page.listed]
        described += [f"{name}-told" for name in names[:_DESCRIBED]]
        told.append(f' {attribute}="{" ".join(names)}"' if names else "")
    for number, finding in zip(traced.findings, findings, strict=True):
        word = say("perhaps") if is_suspect(finding, key, cell) else SEVERITIES[finding.severity.value]
        words = f"{page.tell(word)} {escape(finding.code)}"
        label = f"{words}, {page.tell(say('finding {number}', number=number + 1))}"
        marks.append(f'<a class="mark" href="#f{number + 1}" aria-label="{label}">{words}</a>')
    told.append(f' class="{" ".join(classes)}"' if classes else "")
    told.append(f' aria-describedby="{" ".join(described)}"' if described else "")
    return "".join(told), "".join(marks)


def _equations(page: _Page, numbers: Sequence[int]) -> Iterator[str]:
    if not numbers:
        return
    shown = [number for number in numbers if number in page.listed]
    ties = [number for number in shown if page.report.outcomes[number].status == TIES]
    fold = len(ties) > _TIES_OPEN
    yield from _equation_list(page, [number for number in shown if number not in set(ties)] if fold else shown)
    if fold:
        folded = say_many(
            len(ties), "{number} equation that ties", "{number} equations that tie", number=grouped(len(ties))
        )
        yield f"<details><summary>{page.tell(folded)}</summary>"
        yield from _equation_list(page, ties)
        yield "</details>"
    if len(shown) < len(numbers):
        left = say("and {counted} more", counted=count(len(numbers) - len(shown), "equation"))
        yield f'<p class="dim">{page.tell(left)}</p>'


def _equation_list(page: _Page, numbers: Sequence[int]) -> Iterator[str]:
    if not numbers:
        return
    yield '<ul class="equations">'
    tell = page.tell
    for number in numbers:
        outcome = page.report.outcomes[number]
        told = f"{escape_told(tell(outcome.label))}: {escape_told(tell(tell_arithmetic(outcome)))}"
        yield f'<li id="{outcome.id}" data-equation="{outcome.id}"><span id="{outcome.id}-told">'
        yield f'<span class="status {_colour(outcome)}">{tell(tell_status(outcome))}</span>: {told}</span>'
        if outcome.status != TIES and outcome.total.location in page.silent:
            why = say("(suppressed {why})", why=page.silent[outcome.total.location])
            yield f' <span class="dim">{escape_told(tell(why))}</span>'
        if outcome.status == BROKEN and outcome.kind != BUDGET and outcome.equation.operator == SUM:
            yield plot_difference(outcome, find_rivals(outcome), tell)
        yield "</li>"
    yield "</ul>"


def _colour(outcome: Outcome) -> str:
    if outcome.status in (TIES, TIES_WITHIN_ROUNDING):
        return "good"
    return "bad" if outcome.status == BROKEN else "open"


def _budget(page: _Page) -> Iterator[str]:
    across = page.by_home.get(("", -1), [])
    standing = page.report.budget
    if standing is None and not across:
        return
    yield f'<section aria-labelledby="budget"><h2 id="budget">{page.tell(say("Budget"))}</h2>'
    if standing is not None:
        yield from standing_tables(standing, page.tell)
    yield f"<h3>{page.tell(say('Equations across documents'))}</h3>" if across else ""
    yield from _equations(page, across)
    yield "</section>"


def _foot() -> Iterator[str]:
    yield f'</main>\n<div id="panel" aria-hidden="true" hidden></div>\n<script>{_part("page.js")}</script>\n</body>\n</html>'
