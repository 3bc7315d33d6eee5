"""Excel: a working paper. The tables as read, equations as live formulas over them, findings, the budget, provenance."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from reconcile.core.amounts import Amount
from reconcile.core.document import CellIndex
from reconcile.core.messages import Message, Translator, joined, quoted, say, say_many, translator
from reconcile.equate.equation import (
    BALANCE,
    BROKEN,
    BUDGET,
    CLAIM,
    COLUMN_TOTAL,
    ROW_TOTAL,
    STATED_TOTAL,
    SUBTOTAL,
    SUM,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    Outcome,
)
from reconcile.recognise.tables import RecognisedTable
from reconcile.report.as_json import money
from reconcile.report.coverage import FAILS, STATE_NAMES, UNCHECKED, TableCoverage, TableKey
from reconcile.report.formats.xlsx_formulas import (
    NoFormulaError,
    Sheets,
    computed_formula,
    fitting_number,
    name_sheet,
    printed_number,
    stated_formula,
)
from reconcile.report.phrases import (
    SEVERITIES,
    covered_items,
    nothing_told,
    passed_over_told,
    place_of,
    safety_of,
    silence_of,
)
from reconcile.report.report import Report
from reconcile.report.trace import (
    Traced,
    find_rivals,
    is_suspect,
    tell_arithmetic,
    tell_status,
    told_settings,
    trace,
)
from reconcile.version import __version__

if TYPE_CHECKING:
    from reconcile.equate.budget.standing import BudgetStatus

NAME = "xlsx"

_ABOVE = 2
_MOST_ROWS, _MOST_COLUMNS, _MOST_SHEETS, _MOST_TEXT = 1_048_576 - _ABOVE, 16_384, 500, 32_000
_MOST_COMMENT = 2_000
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x0041_ as the letter with that number, so an underscore that would begin one is written as its own number.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FILLS = {
    "error": "FBD5D5",
    "warning": "FDE9C4",
    "note": "D9EAF7",
    "suspect": "F4EDED",
    "head": "E7E7E4",
    "good": "DDF0E1",
}
_HOLDS, _FAILS, _HATCH = "EEF8F0", "FBE3E1", "9A9A94"
_KEY = say(
    "A figure on green stands in a sum that holds, one that is underlined in one that does not, one that is hatched and in italics in none."
)
_KINDS = {
    COLUMN_TOTAL: say("column-total"), ROW_TOTAL: say("row-total"), SUBTOTAL: say("subtotal"),
    STATED_TOTAL: say("stated-total"), CLAIM: say("claim"), BUDGET: say("budget"),
    BALANCE: say("balance"),
}  # fmt: skip
_PROOF = {"sum": say("sum"), "budget": say("budget"), "writing": say("writing"), "ambiguous": say("ambiguous")}
_Cell = str | int | Decimal | None


class _Book:
    """A workbook that is written row by row, with the sheets of its tables."""

    def __init__(self, tell: Translator) -> None:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Font, PatternFill

        self.book = Workbook(write_only=True)
        self.tell = tell
        self.fills = {name: PatternFill("solid", fgColor=colour) for name, colour in _FILLS.items()}
        self.bold = Font(name="Calibri", size=11, bold=True)
        # Told apart without colours, too: what fails is underlined, what is not checked is hatched and set in italics.
        self.fills["holds"] = PatternFill("solid", fgColor=_HOLDS)
        self.fills["fails"] = PatternFill("solid", fgColor=_FAILS)
        self.fills["unchecked"] = PatternFill("lightUp", fgColor=_HATCH, bgColor="FFFFFF")
        self.fonts = {
            (state, bold): Font(name="Calibri", size=11, bold=bold, underline=line, italic=line is None)
            for state, line in ((FAILS, "single"), (UNCHECKED, None))
            for bold in (False, True)
        }
        self.wrapped = Alignment(wrap_text=True, vertical="top")
        self.indented = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
        self.top = Alignment(vertical="top")
        self.centre = Alignment(vertical="top", horizontal="center")
        self.right = Alignment(vertical="top", horizontal="right")
        self.sheets = Sheets(_ABOVE)

    def sheet(self, name: str, widths: Sequence[int], frozen: str) -> Any:
        """A new sheet with its columns' widths, in characters, and the rows above ``frozen`` held in place."""
        from openpyxl.utils import get_column_letter

        sheet = self.book.create_sheet(self.tell(name))
        for number, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = frozen
        # Printed on as many pages as it is long, but only one wide.
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        return sheet

    def cell(self, sheet: Any, value: _Cell, fill: str = "", bold: bool = False, wrapped: bool = False) -> Any:
        """A cell: an exact number, or text that never becomes a formula. A number with too many digits becomes text."""
        from openpyxl.cell import WriteOnlyCell

        if isinstance(value, Decimal) and fitting_number(value) is None:
            value = money(value)
        if isinstance(value, str):
            text = clean(self.tell(value), self.tell)
            cell = WriteOnlyCell(sheet, text)
            cell.data_type = "s"
            if text[:1] in ("=", "+", "-", "@", "'", "\t", "\r"):
                cell.quotePrefix = True
        else:
            cell = WriteOnlyCell(sheet, value)
            if isinstance(value, Decimal):
                cell.number_format = number_format(value)
        if fill:
            cell.fill = self.fills[fill]
        if bold:
            cell.font = self.bold
        cell.alignment = self.wrapped if wrapped else self.top
        return cell

    def formula(self, sheet: Any, formula: str, like: Sequence[Decimal] = ()) -> Any:
        """A cell with a formula of ours, shown with as many decimals as any of the values that it is like."""
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet, formula)
        if like:
            cell.number_format = max(map(number_format, like), key=len)
        cell.alignment = self.top
        return cell

    def append(self, sheet: Any, row: int, cells: Sequence[Any]) -> None:
        """Append a row that is as high as its wrapped text needs: not every program works that out when it opens a file."""
        from openpyxl.utils import get_column_letter

        lines = 1
        for number, cell in enumerate(cells, start=1):
            if cell is not None and cell.data_type == "s":
                width = sheet.column_dimensions[get_column_letter(number)].width
                lines = max(lines, *(-(-len(line) // int(0.85 * width)) for line in cell.value.split("\n")))
        sheet.row_dimensions[row].height = 15 * min(lines, 20)
        sheet.append(cells)

    def head(self, sheet: Any, row: int, names: Iterable[str]) -> None:
        """A row of column headers."""
        cells = [self.cell(sheet, name, "head", bold=True, wrapped=True) for name in names]
        self.append(sheet, row, cells)


def clean(text: str, tell: Translator = str) -> str:
    """Text as a sheet can hold it; what is too long is cut, and says so."""
    text = _ESCAPE.sub("_x005F_", _UNPRINTABLE.sub("\ufffd", text))
    left = len(text) - _MOST_TEXT
    return text if left <= 0 else f"{text[:_MOST_TEXT]}… ({tell(say('{count} characters more', count=left))})"


def number_format(value: Decimal) -> str:
    """The format that shows all decimals of a value, with its digits in groups."""
    exponent = value.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return "#,##0" + ("." + "0" * places if places else "")


def write(report: Report) -> bytes:
    """The report as a workbook."""
    book = _Book(translator(report.settings.lang))
    figures = [figures for reading in report.readings for figures in reading.tables][:_MOST_SHEETS]
    for number, table in enumerate(figures, start=1):
        key = _key(table)
        book.sheets.names[key] = name_sheet(number, table.title.strip() or os.path.basename(table.table.path))
        book.sheets.rows[key] = min(len(table.table.rows), _MOST_ROWS)
    findings = book.sheet(say("Findings"), (5, 10, 7, 22, 40, 24, 8, 70, 18, 18, 40, 10, 14), "A2")
    equations = book.sheet(say("Equations"), (6, 15, 44, 24, 18, 18, 16, 12, 16, 18, 46, 60), "A2")
    _write_coverage(book, report)
    _write_suppressed(book, report)
    if report.budget is not None:
        _write_budget(book, report.budget)
    shown = {_key(table): frozenset(range(book.sheets.rows[_key(table)])) for table in figures}
    traced = trace(report, shown)
    covered = report.coverage.by_table()
    for table in figures:
        _write_table(book, report, covered[_key(table)], traced[_key(table)])
    _write_findings(book, findings, report)
    _write_equations(book, equations, report)
    _write_provenance(book, report)
    stream = io.BytesIO()
    book.book.save(stream)
    return stream.getvalue()


def _key(figures: RecognisedTable) -> TableKey:
    return figures.table.path, figures.table.index


def _write_table(book: _Book, report: Report, covered: TableCoverage, traced: dict[CellIndex, Traced]) -> None:
    """A table as read, under a row that says where it is from and one that says what its colours mean."""
    figures = covered.figures
    table, key = figures.table, _key(figures)
    widths = [min(50, max([8, *(len(row[col]) + 2 for row in table.rows[:200])])) for col in range(table.width)]
    below = f"A{_ABOVE + figures.header_rows + 1}"
    sheet = book.sheet(book.sheets.names[key], widths[:_MOST_COLUMNS], below)
    title = figures.title.strip() or say("Table {number}", number=table.index + 1)
    told = [joined("", (title, " (", table.path, ")"))]
    left = len(table.rows) - book.sheets.rows[key]
    if left > 0:
        told.append(say("{count} of its rows are left out, a sheet holds no more", count=left))
    if table.width > _MOST_COLUMNS:
        cut = table.width - _MOST_COLUMNS
        told.append(say("{count} of its columns are left out, a sheet holds no more", count=cut))
    sheet.append([book.cell(sheet, joined("; ", told), bold=True)])
    sheet.append([book.cell(sheet, _KEY)])
    for row, texts in enumerate(table.rows[: book.sheets.rows[key]]):
        cells = []
        for col, text in enumerate(texts[:_MOST_COLUMNS]):
            amount = figures.cells[col][row] if col in figures.cells else None
            cells.append(_table_cell(book, sheet, report, (key, row, col), text, amount, traced.get((row, col))))
            state = covered.state(row, col)
            if state is not None and not (traced.get((row, col)) or Traced()).findings:
                cells[-1].fill = book.fills[STATE_NAMES[state]]
            bold = row < figures.header_rows or row in figures.totals
            if state in (FAILS, UNCHECKED):
                cells[-1].font = book.fonts[state, bold]
            elif bold:
                cells[-1].font = book.bold
            if row < figures.header_rows and col in figures.cells:
                cells[-1].alignment = book.right
            if row < figures.header_rows and not (traced.get((row, col)) or Traced()).findings:
                cells[-1].fill = book.fills["head"]
        sheet.append(cells)


def _table_cell(
    book: _Book,
    sheet: Any,
    report: Report,
    place: tuple[TableKey, int, int],
    text: str,
    amount: Amount | None,
    traced: Traced | None,
) -> Any:
    """A cell as read: a number where it is an amount that a sheet can hold, with what there is to say as its comment."""
    number = printed_number(amount) if amount is not None else None
    told: list[str] = []
    if amount is None or number is None:
        cell = book.cell(sheet, text)
    else:
        cell = book.cell(sheet, number)
        cell.number_format = number_format(number) + ('" %"' if amount.percent else "")
    if amount is not None and number is None:
        book.sheets.as_text.add(place)
        told.append(say("More than 15 digits: held as text, because a sheet would round the number."))
    if amount is not None and (amount.fault or amount.ambiguous or amount.glued):
        told.append(say("Printed as “{text}”.", text=text))
    findings = [report.findings[found] for found in traced.findings] if traced is not None else []
    told += [
        joined("", (SEVERITIES[finding.severity.value], f" {finding.code}: ", finding.message)) for finding in findings
    ]
    told += [
        joined("", (say("Fix"), ": ", fix.title, " (", safety_of(fix), ")"))
        for finding in findings
        for fix in finding.fixes
    ]
    if findings:
        sure = [finding for finding in findings if not is_suspect(finding, place[0], place[1:])]
        cell.fill = book.fills[
            max(sure, key=lambda finding: finding.severity.rank).severity.value if sure else "suspect"
        ]
    if told:
        from openpyxl.comments import Comment

        cell.comment = Comment(
            clean("\n".join(map(book.tell, told))[:_MOST_COMMENT]), "reconcile", height=140, width=360
        )
    return cell


def _write_coverage(book: _Book, report: Report) -> None:
    """What was checked and what was not: in all, by document, column, kind of row, and each amount in the text."""
    sheet = book.sheet(say("Coverage"), (44, 10, 50, 12, 12, 10, 30), "A2")
    head = (say("Document"), say("Table"), say("What"), say("Amounts"), say("Checked"), say("Share"), say("Place"))
    book.head(sheet, 1, head)
    for number, (where, table, what, amounts, checked, place) in enumerate(_coverage_rows(report), start=2):
        told = [book.cell(sheet, value, wrapped=True) for value in (where, table, what)]
        told[1].alignment = book.centre
        counts = [book.cell(sheet, value) for value in (amounts, checked)]
        share = book.formula(sheet, f'=IF(D{number}=0,"",E{number}/D{number})')
        share.number_format = "0 %"
        if checked < amounts:
            counts[1].fill = book.fills["unchecked"]
        last = book.cell(sheet, place)
        last.alignment = book.indented
        book.append(sheet, number, [*told, *counts, share, last])
    rates = sum(len(document.percentages) for document in report.coverage.documents)
    for note in (passed_over_told(report), _rates_told(rates)):
        if note is not None:
            sheet.append([book.cell(sheet, note)])


def _coverage_rows(report: Report) -> Iterator[tuple[str, int | None, str, int, int, str]]:
    """Document, table, what, how many amounts, how many of them are checked, and the place of one in the text."""
    coverage = report.coverage
    yield say("all documents"), None, say("all"), coverage.amounts, coverage.checked, ""
    for document in coverage.documents:
        path = document.reading.document.path
        yield path, None, say("all"), document.amounts, document.checked, ""
        for table, what, amounts, checked in covered_items(document):
            yield path, None if table is None else table.figures.table.index + 1, what, amounts, checked, ""
        for claim in document.claims:
            yield path, None, quoted(claim.text), 1, 0, place_of(claim.location)


def _rates_told(count: int) -> Message | None:
    if not count:
        return None
    return say_many(count, "{count} figure in per cent in the text stands in no equation",
                    "{count} figures in per cent in the text stand in no equation")  # fmt: skip


def _write_findings(book: _Book, sheet: Any, report: Report) -> None:
    book.head(sheet, 1, (say("No"), say("Severity"), say("Code"), say("Fault"), say("Place"), say("Sheet here"), say("Cell"),
                         say("What is wrong"), say("Printed"), say("Expected"), say("Fix"), say("Safe?"), say("Proof")))  # fmt: skip
    row = 1
    for number, finding in enumerate(report.findings, start=1):
        grid = finding.primary.grid
        here = grid and book.sheets.address((finding.primary.path, grid.table), grid.row, grid.col)
        severity, name = finding.severity.value, report.names.get(finding.code, "")
        about: list[_Cell] = [number, SEVERITIES[severity], finding.code, name, place_of(finding.primary)]
        about += [*(here or ("", "")), finding.message, finding.observed, finding.expected]
        fixes: list[tuple[str, str, str]] = [(f.title, safety_of(f), _PROOF[f.proof]) for f in finding.fixes]
        fixes = fixes or [(say("none known"), "", "")]
        for order, fix in enumerate(fixes):
            row += 1
            # A finding is told once; below it stand only its other fixes, so that rows can be counted.
            told = about if order == 0 else [number, *[None] * (len(about) - 1)]
            cells = [book.cell(sheet, value, wrapped=True) for value in (*told, *fix)]
            cells[0].alignment = book.centre
            if order == 0:
                cells[1].fill = book.fills[severity]
            book.append(sheet, row, cells)
    if not report.findings:
        sheet.append([book.cell(sheet, nothing_told(report))])


def _write_suppressed(book: _Book, report: Report) -> None:
    """The findings that somebody asked not to be told, with the reason; and what there is to say of the check itself."""
    if not report.suppressed and not report.remarks:
        return
    sheet = book.sheet(say("Suppressed"), (5, 10, 7, 22, 40, 70, 70), "A2")
    book.head(sheet, 1, (say("No"), say("Severity"), say("Code"), say("Fault"), say("Place"), say("What is wrong"),
                         say("Suppressed, and why")))  # fmt: skip
    row = 1
    for row, each in enumerate(report.suppressed, start=2):
        finding, name = each.finding, report.names.get(each.finding.code, "")
        severity, place = SEVERITIES[finding.severity.value], place_of(finding.primary)
        values = (row - 1, severity, finding.code, name, place, finding.message, silence_of(each))
        cells = [book.cell(sheet, value, wrapped=True) for value in values]
        cells[0].alignment = book.centre
        book.append(sheet, row, cells)
    for number, remark in enumerate(report.remarks, start=row + 1):
        told = ("", say("remark"), "", "", place_of(remark.place), remark.message)
        book.append(sheet, number, [book.cell(sheet, value, wrapped=True) for value in told])


def _write_equations(book: _Book, sheet: Any, report: Report) -> None:
    """Each equation with what is stated and what its cells add up to now, as formulas, and what was found when checked."""
    book.head(sheet, 1, (say("No"), say("Kind"), say("What is compared"), say("Status when checked"), say("Stated"),
                         say("Recomputed (live)"), say("Difference (live)"), say("Allowed"), say("Now"),
                         say("Recomputed when checked"), say("Remark"), say("Arithmetic (as printed)")))  # fmt: skip
    for row, outcome in enumerate(report.outcomes, start=2):
        remarks: list[str] = []
        live: list[Any] = [None] * 3
        try:
            formulas = (stated_formula(outcome, book.sheets), computed_formula(outcome, book.sheets))
            like = (outcome.total.value(), outcome.computed, outcome.difference)
            # A sheet works in binary fractions: what is beyond the last place of a sum is theirs.
            places = (
                max(0, *(-int(value.as_tuple().exponent) for value in like)) if outcome.equation.operator == SUM else 8
            )
            live = [book.formula(sheet, formula, like) for formula in (*formulas, f"=ROUND(E{row}-F{row},{places})")]
            now: Any = book.formula(sheet, _verdict(outcome, row, book.tell))
            now.alignment = book.centre
        except NoFormulaError as reason:
            remarks.append(say("no live formula: {reason}", reason=reason.why))
            now = None
        if outcome.status == TIES_AFTER_REPAIR:
            remarks.append(say("a figure is read as corrected; see Findings"))
        if outcome.equation.reason:
            remarks.append(say("allowed because: {reason}", reason=outcome.equation.reason))
        remarks += [joined(": ", (rival.term.label, rival.why)) for rival in find_rivals(outcome)[:3]]
        status = book.cell(sheet, tell_status(outcome), _fill(outcome))
        told = [book.cell(sheet, value, wrapped=True) for value in (outcome.id, _KINDS[outcome.kind], outcome.label)]
        amounts = [book.cell(sheet, outcome.tolerance), now, book.cell(sheet, outcome.computed)]
        last = [book.cell(sheet, value, wrapped=True) for value in (joined("; ", remarks), tell_arithmetic(outcome))]
        # Behind a number, which stands to the right.
        last[0].alignment = book.indented
        book.append(sheet, row, [*told, status, *live, *amounts, *last])
    if not report.outcomes:
        sheet.append([book.cell(sheet, say("There was nothing to add up."))])


def _fill(outcome: Outcome) -> str:
    if outcome.status in (TIES, TIES_WITHIN_ROUNDING):
        return "good"
    return "error" if outcome.status == BROKEN else "note"


def _verdict(outcome: Outcome, row: int, tell: Translator) -> str:
    """A formula that says whether the difference is within what is allowed."""
    off, allowed = f"G{row}", f"H{row}"
    holds = {"at-most": f"{off}>=-{allowed}", "at-least": f"{off}<={allowed}"}.get(
        outcome.equation.relation, f"ABS({off})<={allowed}"
    )
    return f'=IF({holds},"{tell(say("ties"))}","{tell(say("does not tie"))}")'


def _write_budget(book: _Book, standing: BudgetStatus) -> None:
    """The lines of the budget, then who received what, with live totals both ways."""
    from openpyxl.utils import get_column_letter

    sheet = book.sheet(say("Budget"), (40, *(20,) * (len(standing.matrix.documents) + 6)), "A2")
    book.head(sheet, 1, (say("Line"), say("Budgeted"), say("Distributed"), say("Remaining"), say("Status"), say("Allowed"),
                         say("Because")))  # fmt: skip
    lines = (*standing.lines, *standing.limits)
    for line in lines:
        told = (
            joined("", ("    " * line.depth, line.name)),
            line.budgeted,
            line.distributed,
            line.remaining,
            line.words,
        )
        sheet.append([book.cell(sheet, value) for value in (*told, line.tolerance, line.reason)])
    sheet.append([])
    matrix = standing.matrix
    book.head(
        sheet, len(lines) + 3, (say("Entity"), *matrix.documents, say("Together (live)"), say("Together when checked"))
    )
    first = len(lines) + 4
    width = len(matrix.documents)
    last = first + len(matrix.rows) - 1
    for number, row in enumerate(matrix.rows, start=first):
        cells = [book.cell(sheet, value) for value in (row.name, *row.amounts)]
        live = book.formula(sheet, f"=SUM(B{number}:{get_column_letter(width + 1)}{number})", [row.total])
        sheet.append([*cells, live, book.cell(sheet, row.total)])
    if matrix.rows and width:
        letters = [get_column_letter(col) for col in range(2, width + 3)]
        totals = [book.formula(sheet, f"=SUM({letter}{first}:{letter}{last})", [matrix.total]) for letter in letters]
        sheet.append([book.cell(sheet, say("all (live)"), bold=True), *totals, book.cell(sheet, matrix.total)])
        checked: list[_Cell] = [say("all when checked"), *matrix.totals, matrix.total]
        printed: list[_Cell] = [say("as printed"), *matrix.printed]
        sheet.append([book.cell(sheet, value) for value in checked])
        sheet.append([book.cell(sheet, value) for value in printed])


def _write_provenance(book: _Book, report: Report) -> None:
    sheet = book.sheet(say("Provenance"), (40, 14, 12, 10, 14, 68), "A1")
    tables = sum(len(reading.tables) for reading in report.readings)
    made = report.made or say("not known")
    facts = [(say("made by"), f"reconcile {__version__}"), (say("made at"), made), *told_settings(report)]
    if report.budget is not None:
        facts.append((say("budget file"), report.budget.path))
    if tables > _MOST_SHEETS:
        facts.append((say("tables without a sheet"), say("{count}; all were checked", count=tables - _MOST_SHEETS)))
    for name, value in facts:
        sheet.append([book.cell(sheet, name), book.cell(sheet, value)])
    sheet.append([])
    head = (say("Document"), say("Format"), say("Encoding"), say("Locale"), say("Bytes"), "SHA-256")
    book.head(sheet, len(facts) + 2, head)
    for reading in report.readings:
        document = reading.document
        values: list[_Cell] = [document.path, document.format, document.encoding, reading.locale, document.size]
        sheet.append([book.cell(sheet, value) for value in (*values, document.sha256)])
