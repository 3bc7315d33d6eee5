"""Hostile files: each is read, or refused with its limit, and none takes the process with it."""

from __future__ import annotations

import io
import struct
from decimal import Decimal
from typing import Any

import pytest
import xlwt

import reconcile
from reconcile.core.document import Document, Table
from reconcile.core.findings import Severity
from reconcile.core.location import CellRef
from reconcile.core.settings import Settings
from reconcile.equate.sheet_formulas import read_sums, unfollowed
from reconcile.read import read_bytes
from reconcile.read.office.sheet import SheetPlaces
from reconcile.report.report import Report
from reconcile.run.pipeline import check_documents


def faults(document: Document) -> list[tuple[str, str]]:
    return [(fault.code, fault.message) for fault in document.faults]


def check(data: bytes, settings: Settings = Settings()) -> Report:
    return check_documents([read_bytes("x", data, settings)], None, settings)


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blad1")
    for row, (label, value) in enumerate([("Kommun", "kr"), ("Hjo", 1), ("Tibro", 2)]):
        sheet.write(row, 0, label)
        sheet.write(row, 1, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


OLD = old_workbook()
RECORD = OLD.index(struct.pack("<HHII", 0x0200, 14, 0, 3))


def changed(data: bytes, at: int, *numbers: int) -> bytes:
    return data[:at] + struct.pack(f"<{len(numbers)}I", *numbers) + data[at + 4 * len(numbers) :]


def first_table(data: bytes) -> int:
    return 512 + 512 * int(struct.unpack_from("<I", data, 76)[0])


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (OLD[:300], "R001", "an old office file that holds no workbook; save it as .docx or .xlsx"),
        (OLD[:-600], "R001", "an old office file that holds no workbook; save it as .docx or .xlsx"),
        # The first sector follows itself: the library would unpack it until no memory is left.
        (changed(OLD, first_table(OLD), 0), "R001", "a truncated or broken workbook: a chain of its sectors runs in a circle or out of the file"),
        (changed(OLD, first_table(OLD), 0x7FFFFFFF), "R001", "a truncated or broken workbook: a chain of its sectors runs in a circle or out of the file"),
        (changed(OLD, RECORD + 4, 0, 0xFFFFFFF), "R004", "its sheets span more cells than the limit max_cells = 5,000,000; not read"),
        (changed(OLD, RECORD + 4, 9, 3), "R001", "a truncated or broken workbook: a sheet ends before it begins"),
    ],
    ids=["header", "cut", "circle", "outside", "wide", "backwards"],
)  # fmt: skip
def test_old_workbooks_that_would_end_the_process(data: bytes, code: str, message: str) -> None:
    assert not any(fault.code != "R003" or not fault.note for fault in read_bytes("x", OLD, Settings()).faults)
    assert faults(read_bytes("x", data, Settings())) == [(code, message)]


def sheet_of_formulas(count: int, formula: str) -> Table:
    rows = tuple(("", "1", "1") for _ in range(count))
    formulas = {(row, 2): formula.format(above=row, here=row + 1) for row in range(1, count)}
    return Table(rows, places=SheetPlaces("Blad1", tuple(range(1, count + 1)), (1, 2, 3)), formulas=formulas)


def test_running_sums_are_followed_so_far() -> None:
    sums = list(read_sums(sheet_of_formulas(100, "=SUM(B$1:B{here})")))
    assert len(sums) == 99
    assert sums[0].added == ((0, 1), (1, 1))
    # 1 + 2 + ... + 999 is half a million: as many cells are followed, not the square of the sheet.
    table = sheet_of_formulas(5_000, "=SUM(B$1:B{here})")
    assert len(list(read_sums(table))) == 998
    assert (len(unfollowed(table)), unfollowed(table)[0]) == (4_001, (999, 2))
    report = check_documents([Document("d", "xlsx", tables=(table,))])
    assert [
        (f.code, f.severity, f.message, f.primary.label)
        for f in report.findings
        if f.code == "R003" and "formulas" in f.message
    ] == [
        (
            "R003",
            Severity.NOTE,
            "4,001 formulas were not followed: those of the table add up more than 500,000 cells",
            "Blad1!C1000",
        )
    ]


def test_formulas_in_a_circle() -> None:
    table = sheet_of_formulas(5_000, "=SUM(C$1:C$5000)")
    assert list(read_sums(table)) == []
    assert reconcile.find_equations(table) == []


def test_a_formula_for_every_row_reads_its_own_cells() -> None:
    sums = list(read_sums(sheet_of_formulas(50_000, "=B{above}+B{here}")))
    assert unfollowed(sheet_of_formulas(50_000, "=B{above}+B{here}")) == ()
    assert (len(sums), sums[-1].added) == (49_999, ((49_998, 1), (49_999, 1)))
    assert CellRef("Blad1", 1, 1).address == "A1"


def document_of(count: int) -> bytes:
    piece = "Kommunerna i {0}c får {1} kronor.\n\n| a | b |\n|---|---|\n| Kommun {0}b | {0} |\n| Hjo | 1 |\n| Summa | {1} |\n\n"
    return ("# T\n\n" + "".join(piece.format(number, number + 1) for number in range(2_000, count + 2_000))).encode()


def test_every_caption_of_thousands_finds_its_own_table() -> None:
    report = check(document_of(3_000))
    stated = [outcome for outcome in report.equations if outcome.kind == "stated-total"]
    assert (len(stated), {outcome.status for outcome in stated}) == (3_000, {"ties"})
    assert stated[-1].total.amount.value == stated[-1].computed == Decimal(5_000)


def test_claims_about_rows_are_held_against_the_row_they_name() -> None:
    # All names share their first word; only the other one tells which row is meant.
    text = "".join(f"\n\nI år får Kommun {n}b omkring {n} 000 kronor.\n\nTabell\n\n| a | b |\n|---|---|\n| Kommun {n}b | {n} 000 |\n| Hjo | 1 |\n"
                   for n in range(2, 302))  # fmt: skip
    report = check(("# T" + text).encode())
    claims = [outcome for outcome in report.equations if outcome.kind == "claim"]
    assert len(claims) == 300
    assert all(outcome.total.amount.value == outcome.terms[0].amount.value for outcome in claims)


def test_a_figure_of_thousands_of_digits_is_not_tried_digit_by_digit() -> None:
    figure = "7 885 " + "05" * 5_000
    report = check(f"| a | b |\n|---|---|\n| x | {figure} |\n| y | 1 |\n| z | 2 |\n| Summa | 3 |\n".encode())
    (finding,) = [finding for finding in report.findings if finding.code == "R101"]
    assert finding.observed == figure


def test_figures_longer_than_a_context_holds_are_no_hindrance_to_seeing_that_others_are_rounded() -> None:
    long = "7" + "3" * 39
    rows = "".join(f"| x{n} | {n * 50} |\n" for n in range(1, 30))
    report = check(f"| a | b |\n|---|---|\n{rows}| y | {long} |\n".encode())
    assert [finding.code for finding in report.findings if finding.code == "R001"] == []


def test_thousands_of_columns() -> None:
    rows: list[list[Any]] = [["Kommun", *(f"k{n}" for n in range(5_000))]]
    rows += [[label, *range(5_000)] for label in ("Hjo", "Tibro", "Skövde")]
    text = "\n".join(";".join(map(str, row)) for row in rows)
    (table,) = read_bytes("x", text.encode(), Settings()).tables
    assert (len(table.rows), table.width, table.rows[3][5_000]) == (4, 5_001, "4999")
    page = "<!doctype html><table><tr>" + "<tr>".join("<td>" + "<td>".join(map(str, row)) for row in rows) + "</table>"
    (table,) = read_bytes("x", page.encode(), Settings()).tables
    assert (len(table.rows), table.width, table.rows[3][5_000]) == (4, 5_001, "4999")


def test_tables_that_there_is_no_time_for_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_bytes("x", document_of(9), Settings())
    ticks = iter(range(1_000))
    monkeypatch.setattr("reconcile.core.limits.time.thread_time", lambda: next(ticks))
    # Nineteen looks at the clock are for the text around the tables.
    report = check_documents([document], None, Settings(max_seconds=23))
    (finding,) = [finding for finding in report.findings if finding.code == "R004"]
    assert finding.message == "checking it takes longer than the limit max_seconds = 23; 5 of its 9 tables left out"
    assert len(report.readings[0].tables) == len(report.readings[0].document.tables) == 4


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("a;b\nHjo;1\n" * 9, "csv"),
        ("<html><td>1<td>2" * 9, "html"),
        ("# a\n" * 9, "markdown"),
        ("a b\n\n" * 9, "text"),
        ("Hjo 1 2\n" * 9, "text"),
        ("Hjo\n1\n" * 9, "text"),
    ],
)
def test_text_that_there_is_no_time_for_is_refused(text: str, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 1_000, 2))
    monkeypatch.setattr("reconcile.core.limits.time.thread_time", lambda: next(ticks))
    document = read_bytes("x", text.encode(), Settings(max_seconds=1), format)
    assert document.format == format
    assert faults(document) == [("R004", "reading it takes longer than the limit max_seconds = 1; not read")]


def test_text_whose_amounts_there_is_no_time_for_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_bytes("x", b"Hjo f\xc3\xa5r 5 000 kronor. " * 50, Settings())
    ticks = iter(range(1_000))
    monkeypatch.setattr("reconcile.core.limits.time.thread_time", lambda: next(ticks))
    report = check_documents([document], None, Settings(max_seconds=20))
    late = "checking it takes longer than the limit max_seconds = 20; amounts in its text"
    assert [(f.code, f.message) for f in report.findings] == [("R004", f"{late} left out")]
    assert len(report.readings[0].claims) == 19
    report = check_documents([document], None, Settings(max_seconds=52))
    assert [f.code for f in report.findings] == ["R002"]
    assert len(report.readings[0].claims) == 50


def test_a_long_line_tells_its_dialect() -> None:
    text = 'a;b\n"Hjo";1\n"Tibro";2\n' + "x" * 15_000 + ";3\n"
    (table,) = read_bytes("x", text.encode(), Settings(), "csv").tables
    assert [row[1] for row in table.rows] == ["b", "1", "2", "3"]
    assert table.rows[1][0] == "Hjo"


def rows(*amounts: str) -> str:
    return "| Region | kr |\n|---|---|\n" + "".join(
        f"| {label} | {amount} |\n"
        for label, amount in zip(("Avesta", "Borås", "Ceuta", "Summa"), amounts, strict=True)
    )


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    "cell",
    ["NaN", "nan", "inf", "-inf", "Infinity", "1e3", "#REF!", "#DIV/0!", "#N/A", "2023-05-01", "1/5/2023", "1²000"],
)
def test_what_is_no_amount_is_said_and_no_sum_over_it_is_called_broken(cell: str, place: int) -> None:
    amounts = ["1 000", "2 000", "3 000", "6 000"]
    amounts[place] = cell
    report = reconcile.check_text(rows(*amounts))
    assert [(f.code, f.message) for f in report.findings] == [
        ("R107", f"1 cell among the amounts could not be read as an amount: “{cell}”")
    ]
    assert [outcome.status for outcome in report.equations] == ["unverifiable"]


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("1\u200b000", "U+200B zero width space"),
        ("1 \u200f000", "U+200F right-to-left mark"),
        ("\u200e1 000", "U+200E left-to-right mark"),
        ("\u202b1 000\u202c", "U+202B right-to-left embedding, U+202C pop directional formatting"),
        ("1\u2060000", "U+2060 word joiner"),
        ("1\u00ad000", "U+00AD soft hyphen"),
        ("1\ufeff000", "U+FEFF zero width no-break space"),
    ],
)
def test_unseen_characters_in_a_figure_are_named(cell: str, named: str) -> None:
    (finding,) = reconcile.check_text(rows(cell, "2 000", "3 000", "6 000")).findings
    assert finding.code == "R105"
    assert f"is written with {named} among its digits; read as 1 000, the 3 rows add up" in finding.message


@pytest.mark.parametrize("cell", ["١ ٠٠٠", "١٠٠٠", "۱۰۰۰", "१०००", "１０００"])
def test_digits_of_other_scripts_are_digits(cell: str) -> None:
    # A reader of Arabic or Hindi reads a thousand there, and nothing is wrong with how it is written.
    report = reconcile.check_text(rows(cell, "2 000", "3 000", "6 000"))
    assert report.findings == ()
    assert [(outcome.status, outcome.computed) for outcome in report.equations] == [("ties", Decimal(6000))]


def test_a_pdf_of_a_million_objects() -> None:
    objects = b"".join(b"%d 0 obj\n(x)\nendobj\n" % number for number in range(2_001))
    assert faults(read_bytes("x", b"%PDF-1.4\n" + objects, Settings(max_pages=10))) == [
        ("R004", "holds more objects than the limit of 200 for each of max_pages = 10; not read")
    ]
