"""HTML: one page that needs nothing but a browser: documents as read, their equations and findings, the budget, provenance."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from reconcile.equations import BROKEN, BUDGET, SUM, TIES, TIES_WITHIN_ROUNDING, Outcome
from reconcile.findings import Finding
from reconcile.htmlparts import (
    count,
    counts,
    escape,
    escape_told,
    excerpt,
    grouped,
    plot_difference,
    provenance,
    simple_table,
    standing_tables,
    verdict,
)
from reconcile.location import Location
from reconcile.phrases import silence_of, sureness
from reconcile.recognition import LABEL, Figures, Reading
from reconcile.report import Report
from reconcile.tracing import (
    Cell,
    TableKey,
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


class _Page:
    """A report with what its cells stand in, the numbers of its tables, and the equations that are listed."""

    def __init__(self, report: Report) -> None:
        self.report = report
        found = _rows_found(report)
        tables = [figures for reading in report.readings for figures in reading.tables]
        self.rows = {_key(figures): _rows_shown(figures, found.get(_key(figures), set())) for figures in tables}
        self.numbers = {key: number for number, key in enumerate(self.rows, start=1)}
        self.traced = trace(report, {key: frozenset(rows) for key, rows in self.rows.items()})
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
        told = text or ", ".join([str(place), *(name for name in named if name)])
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
        _head(),
        _summary(report),
        _findings(page),
        _documents(page),
        _budget(page),
        provenance(report),
        _foot(),
    ):
        for line in part:
            yield line
            yield "\n"


def _key(figures: Figures) -> TableKey:
    return figures.table.path, figures.table.index


def _rows_shown(figures: Figures, found: Set[int]) -> list[int]:
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


def _head() -> Iterator[str]:
    style, script = _part("page.css"), _part("page.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>Reconcile report</title>\n<style>{style}</style>\n</head>\n<body>"


def _part(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _summary(report: Report) -> Iterator[str]:
    yield "<header><h1>Reconcile report</h1>"
    yield f'<p class="verdict {"is-good" if report.ok else "is-bad"}">{verdict(report)}</p>'
    budget = '<li><a href="#budget">Budget</a></li>' if report.budget or _has_budget(report) else ""
    yield (
        '<nav aria-label="Contents"><ul><li><a href="#summary">Summary</a></li><li><a href="#findings">Findings</a></li>'
        f'<li><a href="#documents">Documents</a></li>{budget}<li><a href="#provenance">Provenance</a></li></ul></nav></header>'
    )
    yield '<main><section aria-labelledby="summary"><h2 id="summary">Summary</h2>'
    head = ["document", "tables", "amounts", "equations", "tie", "within rounding", "after repair", "broken",
            "errors", "warnings", "notes"]  # fmt: skip
    parts = report.split() if len(report.readings) <= 200 else [report]
    rows = [
        [_document_link(part, number), *map(grouped, counts(part))]
        for number, part in enumerate(parts, start=1)
        if part.has_results
    ]
    yield simple_table("What was checked, by document", head, rows, frozenset(range(1, 11)))
    if len(report.readings) > 200:
        yield f"<p>{len(report.readings)} documents are told together; each stands below.</p>"
    yield "</section>"


def _has_budget(report: Report) -> bool:
    return any(outcome.kind == BUDGET for outcome in report.outcomes)


def _document_link(part: Report, number: int) -> str:
    if len(part.readings) != 1:
        return "all documents" if part.readings else "across documents"
    return f'<a href="#d{number}">{escape(part.readings[0].document.path)}</a>'


def _findings(page: _Page) -> Iterator[str]:
    yield '<section aria-labelledby="findings"><h2 id="findings">Findings</h2>'
    if not page.report.findings:
        yield f"<p>Nothing {'else' if page.report.suppressed else 'wrong'} was found.</p>"
    for number, finding in enumerate(page.report.findings, start=1):
        yield from _finding(page, number, finding)
    yield from _suppressed(page)
    yield "</section>"


def _suppressed(page: _Page) -> Iterator[str]:
    """The findings that somebody asked not to be told, with the reason; and what there is to say of the check itself."""
    report = page.report
    if report.suppressed:
        yield "<h3>Suppressed</h3>"
        rows = [
            [
                f"{each.finding.severity.value} {escape(each.finding.code)} {escape(report.names.get(each.finding.code, ''))}",
                page.link(each.finding.primary), escape_told(each.finding.message), escape_told(silence_of(each)),
            ]
            for each in report.suppressed
        ]  # fmt: skip
        yield simple_table(
            "Findings that are not told, and why", ["finding", "place", "what", "why"], rows, frozenset()
        )
    if report.remarks:
        yield "<h3>Remarks on the check</h3><ul>"
        yield from (f"<li>{page.link(each.place)}: {escape_told(each.message)}</li>" for each in report.remarks)
        yield "</ul>"


def _finding(page: _Page, number: int, finding: Finding) -> Iterator[str]:
    severity = finding.severity.value
    name = page.report.names.get(finding.code, "")
    yield f'<article class="finding {severity}" id="f{number}" aria-labelledby="f{number}-told">'
    yield f'<h3 id="f{number}-told">{severity.capitalize()} {escape(finding.code)} {escape(name)}</h3>'
    yield f'<p class="small-print">at {page.link(finding.primary)}</p>'
    yield from excerpt(page.report, finding.primary)
    yield f"<p>{escape_told(finding.message)}</p>"
    for number_of_fix, fix in enumerate(finding.fixes):
        if number_of_fix == _FIXES_SHOWN:
            yield f"<details><summary>{count(len(finding.fixes) - _FIXES_SHOWN, 'other fix', 'other fixes')}</summary>"
        yield f'<p class="fix"><strong>Fix:</strong> {escape(fix.title)} <span class="dim">({sureness(fix)})</span></p>'
    yield "</details>" if len(finding.fixes) > _FIXES_SHOWN else ""
    if finding.related:
        places = "; ".join(page.link(place) for place in finding.related[:8])
        more = f"; and {len(finding.related) - 8} more" if len(finding.related) > 8 else ""
        yield f'<p class="small-print">see also {places}{more}</p>'
    yield "</article>"


def _documents(page: _Page) -> Iterator[str]:
    yield '<section aria-labelledby="documents"><h2 id="documents">Documents as read</h2>'
    yield (
        '<p class="screen">Point at a figure, or reach it with the Tab and arrow keys, to see the equations it stands in and which figures they add up. '
        "A solid frame is an error, a dashed one a warning, a dotted one a note, a thin one a figure that may be wrong as others may; the code leads to the finding.</p>"
    )
    for number, reading in enumerate(page.report.readings, start=1):
        document = reading.document
        yield f'<section aria-labelledby="d{number}"><h3 id="d{number}">{escape(document.path)}</h3>'
        if not reading.tables:
            yield "<p>No table was read in it.</p>"
        for figures in reading.tables:
            yield from _table(page, reading, figures)
        mine = page.by_home.get((document.path, -1), [])
        if mine:
            yield "<h4>Amounts in the text</h4>"
            yield from _equations(page, mine)
        yield "</section>"
    yield "</section>"


def _table(page: _Page, reading: Reading, figures: Figures) -> Iterator[str]:
    key, table = _key(figures), figures.table
    rows, number = page.rows[key], page.numbers[key]
    left, hidden = len(table.rows) - len(rows), max(0, table.width - _COLUMNS_SHOWN)
    title = escape(figures.title.strip()[:300]) or f"Table {table.index + 1}"
    told = f"{title} ({count(len(table.rows) - figures.header_rows, 'row')}, {count(table.width, 'column')})"
    if left:
        told += f". {grouped(left)} of its {grouped(len(table.rows))} rows are left out here; all were checked."
    if hidden:
        told += f". Its last {count(hidden, 'column')} are left out here; all were checked."
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
                yield _gap(row - previous - 1, min(table.width, _COLUMNS_SHOWN))
            previous = row
            line, reachable = _row(page, figures, row, reachable)
            yield line
        if section == "tbody" and shown and shown[-1] < len(table.rows) - 1:
            yield _gap(len(table.rows) - 1 - shown[-1], min(table.width, _COLUMNS_SHOWN))
        if shown:
            yield f"</{section}>"
    yield "</table></div>"
    yield from _equations(page, page.by_home.get(key, []))


def _gap(left: int, width: int) -> str:
    return f'<tr class="cut"><td colspan="{width}">{count(left, "row")} left out</td></tr>'


def _row(page: _Page, figures: Figures, row: int, reachable: str) -> tuple[str, str]:
    """A row's cells; the first cell of a table that stands in something can be reached with Tab, the others with arrows."""
    labels = [column.index for column in figures.columns if column.role == LABEL][:1]
    key = _key(figures)
    cells = []
    for col, text in enumerate(figures.table.rows[row][:_COLUMNS_SHOWN]):
        traced = page.traced[key].get((row, col))
        header = row < figures.header_rows
        tag = 'th scope="col"' if header else 'th scope="row"' if col in labels else "td"
        attributes, marks = _attributes(page, key, (row, col), traced, col in figures.cells)
        if traced is not None:
            attributes += f' tabindex="{reachable}"'
            reachable = "-1"
        cells.append(f'<{tag} dir="auto"{attributes}>{escape(text)}{marks}</{tag[:2]}>')
    total = ' class="sum"' if row in figures.totals else ""
    return f"<tr{total}>{''.join(cells)}</tr>", reachable


def _attributes(page: _Page, key: TableKey, cell: Cell, traced: Traced | None, figure: bool) -> tuple[str, str]:
    """The attributes of a cell, and the links to its findings."""
    classes = ["figure"] if figure else []
    if traced is None:
        return (' class="figure"' if figure else ""), ""
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
        words = f"{'perhaps' if is_suspect(finding, key, cell) else finding.severity.value} {escape(finding.code)}"
        marks.append(f'<a class="mark" href="#f{number + 1}" aria-label="{words}, finding {number + 1}">{words}</a>')
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
        yield f"<details><summary>{count(len(ties), 'equation')} that {'ties' if len(ties) == 1 else 'tie'}</summary>"
        yield from _equation_list(page, ties)
        yield "</details>"
    if len(shown) < len(numbers):
        yield f'<p class="dim">and {count(len(numbers) - len(shown), "equation")} more</p>'


def _equation_list(page: _Page, numbers: Sequence[int]) -> Iterator[str]:
    if not numbers:
        return
    yield '<ul class="equations">'
    for number in numbers:
        outcome = page.report.outcomes[number]
        yield f'<li id="{outcome.id}" data-equation="{outcome.id}"><span id="{outcome.id}-told">'
        yield f'<span class="status {_colour(outcome)}">{tell_status(outcome)}</span>: {escape_told(outcome.label)}: {escape_told(tell_arithmetic(outcome))}</span>'
        if outcome.status != TIES and outcome.total.location in page.silent:
            yield f' <span class="dim">(suppressed {escape_told(page.silent[outcome.total.location])})</span>'
        if outcome.status == BROKEN and outcome.kind != BUDGET and outcome.equation.operator == SUM:
            yield plot_difference(outcome, find_rivals(outcome))
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
    yield '<section aria-labelledby="budget"><h2 id="budget">Budget</h2>'
    if standing is not None:
        yield from standing_tables(standing)
    yield "<h3>Equations across documents</h3>" if across else ""
    yield from _equations(page, across)
    yield "</section>"


def _foot() -> Iterator[str]:
    yield f'</main>\n<div id="panel" aria-hidden="true" hidden></div>\n<script>{_part("page.js")}</script>\n</body>\n</html>'
