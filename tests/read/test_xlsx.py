"""Workbooks: cells as printed, every one where it is, formulas as witnesses, hostile files refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as fuzz
from hypothesis import strategies as st

import reconcile
from reconcile.core.document import Document
from reconcile.core.location import CellRef
from reconcile.core.settings import Settings
from reconcile.equate.equation import TIES_AFTER_REPAIR
from reconcile.read import read_bytes
from reconcile.read.office.number_formats import print_number
from tests.cases import FIXTURES

DECISION = FIXTURES / "decisions" / "second-decision.txt"


def build(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Blad1"
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows_at(first_row: int, first_column: int, rows: list[list[Any]]) -> Callable[[Any], None]:
    def fill(sheet: Any) -> None:
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if value is not None:
                    sheet.cell(first_row + i, first_column + j, value)

    return fill


def read(data: bytes, settings: Settings = Settings()) -> Document:
    return read_bytes("book.xlsx", data, settings)


def grids(document: Document) -> list[list[tuple[str, ...]]]:
    return [list(table.rows) for table in document.tables]


def decision() -> bytes:
    lines = DECISION.read_text(encoding="utf-8").splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    heading, caption = lines[0].lstrip("# "), next(line for line in lines if line.startswith("Fördelning"))

    def fill(sheet: Any) -> None:
        sheet["B2"], sheet["B4"] = heading, caption
        for i, (name, figure) in enumerate([table[0], *table[2:]]):
            sheet.cell(6 + i, 2, name)
            digits = figure.replace(" ", "")
            whole = re.fullmatch(r"\d{1,3}( \d{3})*", figure)
            sheet.cell(6 + i, 3, int(digits) if whole else figure).number_format = "# ##0"

    return build(fill)


def test_the_decision_as_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "decision.xlsx"
    path.write_bytes(decision())
    report = reconcile.check(str(path))
    (finding,) = report.findings
    (fix,) = finding.fixes
    assert (finding.code, finding.observed, finding.expected) == ("R101", "544 99 160", "54 499 160")
    assert (fix.replacement, fix.applicability, fix.proof) == ("54 499 160", "safe", "sum")
    assert (finding.primary.anchor, finding.primary.label) == (CellRef("Blad1", 20, 3), "Blad1!C20")
    assert openpyxl.load_workbook(path)["Blad1"]["C20"].value == "544 99 160"
    stated = [outcome for outcome in report.outcomes if outcome.kind == "stated-total"]
    assert [(outcome.status, len(outcome.terms)) for outcome in stated] == [(TIES_AFTER_REPAIR, 21)]
    assert stated[0].total.location.label == "Blad1!B4"


@pytest.mark.parametrize(
    ("value", "format", "text"),
    [
        ("54499160", "General", "54499160"),
        ("54499160", "# ##0", "54 499 160"),
        ("54499160", "#,##0", "54 499 160"),
        ("54499160.5", "#,##0.00", "54 499 160.50"),
        ("1234567", '#,##0.0,"tkr"', "1 234.6tkr"),
        ("1234567", '0.0, "tkr"', "1234.6 tkr"),
        ("1234", '0,0 "tkr"', "1 234 tkr"),
        ("1234567890", "#,##0,,", "1 235"),
        ("0.125", "0%", "13%"),
        ("0.125", "0.0 %", "12.5 %"),
        ("-5", "0.00", "-5.00"),
        ("-0.001", "0.00", "0.00"),
        ("-1500", "#,##0;(#,##0)", "(1 500)"),
        ("-1500", "#,##0;[Red]-#,##0", "-1 500"),
        ("0", '#,##0;-#,##0;"-"', "-"),
        ("1500", '_-* #,##0\\ "kr"_-', "1 500 kr"),
        ("1500", "[$kr-41D] #,##0.00", "kr 1 500.00"),
        ("0", "#", ""),
        ("7", "000", "007"),
        ("5", ";;;", ""),
        ("0.30000000000000004", "General", "0.3"),
        ("0.5", "#.##", ".5"),
        ("1.5", "0.0#", "1.5"),
        ("2.5", "0", "3"),
        ("54499160", "0.00E+00", "5.45E+07"),
        ("999.96", "0.0E+00", "1.0E+03"),
        ("0.5", "# ?/?", "0.5"),
        ("1500", '[>=1000]#,##0.0,"k";0', "1.5k"),
        ("500", '[>=1000]#,##0.0,"k";0', "500"),
        ("46812345678", "000-000 00 00", "4681-234 56 78"),
        ("12345678901234567890123", "#,##0", "12 345 678 901 234 567 890 123"),
        ("NaN", "0", "NaN"),
    ],
)
def test_numbers_as_printed(value: str, format: str, text: str) -> None:
    assert text == print_number(Decimal(value), format)


@given(st.decimals(), st.text(alphabet='0#?,. %;"[]<>=$-E+_*\\k/@G', max_size=25))
def test_no_format_is_too_strange(value: Decimal, format: str) -> None:
    assert isinstance(print_number(value, format), str)


@given(st.integers(-(10**15), 10**15))
def test_no_digit_is_lost(value: int) -> None:
    assert int(print_number(Decimal(value), "# ##0").replace(" ", "")) == value
    assert int(print_number(Decimal(value), "#,##0;-#,##0").replace(" ", "")) == value


def test_every_kind_of_cell() -> None:
    from datetime import date, datetime

    data = build(
        rows_at(3, 2, [
            ["Region", "Belopp", "Datum", "Övrigt"],
            ["A", "544 99 160", date(2023, 12, 1), True],
            ["B", 1000.5, datetime(2023, 12, 1, 9, 30), "#REF!"],
        ])
    )  # fmt: skip
    document = read(data)
    assert grids(document) == [
        [
            ("Region", "Belopp", "Datum", "Övrigt"),
            ("A", "544 99 160", "2023-12-01", "TRUE"),
            ("B", "1000.5", "2023-12-01 09:30:00", "#REF!"),
        ]
    ]
    assert document.faults == ()
    book = openpyxl.load_workbook(io.BytesIO(data))
    location = document.tables[0].location_of(1, 1)
    assert (location.label, location.text) == ("Blad1!C4", "544 99 160")
    assert isinstance(location.anchor, CellRef)
    assert book[location.anchor.sheet][location.anchor.address].value == "544 99 160"


def test_tables_anywhere_on_a_sheet() -> None:
    def fill(sheet: Any) -> None:
        rows_at(2, 2, [["Bidrag"], ["Kommun", "kr"], ["Hjo", 1], ["Tibro", 2], [], ["Summa", 3], ["Källa: nämnden"]])(
            sheet
        )
        rows_at(4, 6, [["Län", None, "kr"], ["A", None, 4], ["B", None, 5]])(sheet)
        rows_at(20, 1, [["Ensam"]])(sheet)
        rows_at(22, 1, [["Text", "utan"], ["siffror", "alls"]])(sheet)

    document = read(build(fill))
    assert grids(document) == [
        [("Kommun", "kr"), ("Hjo", "1"), ("Tibro", "2"), ("Summa", "3")],
        [("Län", "kr"), ("A", "4"), ("B", "5")],
    ]
    assert [block.text for block in document.blocks] == [
        "Bidrag", "Källa: nämnden", "Ensam", "Text", "utan", "siffror", "alls",
    ]  # fmt: skip
    assert [table.title_block for table in document.tables] == [0, 0]
    labels = [[table.places.place(row, 1)[1] for row in range(len(table.rows))] for table in document.tables]
    assert labels == [["Blad1!C3", "Blad1!C4", "Blad1!C5", "Blad1!C7"], ["Blad1!H4", "Blad1!H5", "Blad1!H6"]]


def test_a_section_heading_at_the_top_belongs_to_its_table() -> None:
    rows: list[list[Any]] = [
        ["Bidrag"],
        ["Blekinge län"],
        ["Karlshamn", 1],
        ["Ronneby", 2],
        ["Dalarnas län"],
        ["Falun", 3],
    ]
    document = read(build(rows_at(1, 1, rows)))
    assert grids(document) == [
        [("Blekinge län", ""), ("Karlshamn", "1"), ("Ronneby", "2"), ("Dalarnas län", ""), ("Falun", "3")]
    ]
    assert [block.text for block in document.blocks] == ["Bidrag"]


def test_merged_ranges_and_two_header_rows() -> None:
    def fill(sheet: Any) -> None:
        rows_at(1, 1, [["Utfall", None, None], ["Nämnd", "Budget", None], [None, "2023", "2024"], ["Skola", 10, 20]])(
            sheet
        )
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("B2:C2")

    document = read(build(fill))
    assert grids(document) == [[("Nämnd", "Budget", ""), ("", "2023", "2024"), ("Skola", "10", "20")]]
    assert [block.text for block in document.blocks] == ["Utfall"]


def test_what_is_hidden_is_read_and_said() -> None:
    def fill(sheet: Any) -> None:
        rows_at(1, 1, [["Kommun", "kr", "kod"], ["Hjo", 1, 7], ["Tibro", 2, 8], ["Skara", 3, 9]])(sheet)
        sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet["B4"].number_format = ";;;"
        other = sheet.parent.create_sheet("Blad2")
        rows_at(1, 1, [["Kommun", "kr"], ["Hjo", 1]])(other)
        other.sheet_state = "veryHidden"

    document = read(build(fill))
    assert all(fault.note for fault in document.faults)
    assert [(fault.code, fault.message) for fault in document.faults] == [
        ("R003", "sheet Blad1: 2 hidden rows hold numbers, read like the others"),
        ("R003", "sheet Blad1: 1 hidden column holds numbers, read like the others"),
        ("R003", "sheet Blad1: 1 cell holds a number that the cell's format hides, read as empty"),
        ("R003", "sheet Blad2 is hidden and holds numbers, read like the others"),
    ]
    assert grids(document)[0][2] == ("Tibro", "2", "8")
    assert document.tables[1].location_of(1, 1).label == "Blad2!B2"


def with_values(data: bytes, values: dict[str, str]) -> bytes:
    """The workbook with values stored behind its formulas, as a spreadsheet program saves them."""

    def change(part: bytes) -> bytes:
        for address, value in values.items():
            cell = rb'(<c r="%s"[^>]*><f>[^<]*</f>)<v ?/?>(?:</v>)?' % address.encode()
            part, count = re.subn(cell, rb"\g<1><v>%s</v>" % value.encode(), part)
            assert count == 1
        return part

    return with_part(data, "xl/worksheets/sheet1.xml", change)


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == name else content)
    return file.getvalue()


def equations(data: bytes) -> list[tuple[str, str, list[str]]]:
    (table,) = read(data).tables
    return [
        (e.kind, e.total.location.label.partition("!")[2], [t.location.label.partition("!")[2] for t in e.terms])
        for e in reconcile.find_equations(table)
    ]


def test_a_formula_without_value_is_said() -> None:
    rows: list[list[Any]] = [["Kommun", "kr"], ["Hjo", 1], ["Tibro", 2], ["Summa", "=SUM(B2:B3)"]]
    document = read(build(rows_at(1, 1, rows)))
    assert grids(document) == [[("Kommun", "kr"), ("Hjo", "1"), ("Tibro", "2"), ("Summa", "")]]
    assert [fault.message for fault in document.faults] == [
        "sheet Blad1: 1 cell holds a formula without a stored value, read as empty"
    ]
    assert document.tables[0].formulas == {(3, 1): "=SUM(B2:B3)"}


def test_a_formula_says_no_more_than_words_that_agree() -> None:
    rows: list[list[Any]] = [["Kommun", "kr"], ["Hjo", 1], ["Tibro", 2], ["Skara", 4], ["Summa", "=SUM(B2:B4)"]]
    data = with_values(build(rows_at(1, 1, rows)), {"B5": "7"})
    assert equations(data) == [("column-total", "B5", ["B2", "B3", "B4"])]
    assert read(data).faults == ()


def test_formulas_are_witnesses_where_no_word_is() -> None:
    rows: list[list[Any]] = [
        ["Nämnd", "Lön", "Hyra", "Kostnad"],
        ["Skola", 10, 1, "=B2+C2"],
        ["Vård", 20, 2, "=SUM(B3,$C$3)"],
        ["Park", 40, 3, "=B4+C4"],
        ["Kommunen", "=SUM(B2:B4)", "=SUM(C2:C3,C4)", "=sum(D2:D4)"],
        ["Bidrag", 60, 1, 1],
        ["Netto", "=B5-B6", "=C5*C6", "=Blad2!D1+D5"],
    ]
    stored = {"D2": "11", "D3": "22", "D4": "43", "B5": "70", "C5": "6", "D5": "76", "B7": "10", "C7": "6", "D7": "1"}
    found = equations(with_values(build(rows_at(1, 1, rows)), stored))
    assert sorted(found) == [
        ("row-total", "D2", ["B2", "C2"]),
        ("row-total", "D3", ["B3", "C3"]),
        ("row-total", "D4", ["B4", "C4"]),
        ("subtotal", "B5", ["B2", "B3", "B4"]),
        ("subtotal", "B5", ["B7", "B6"]),
        ("subtotal", "C5", ["C2", "C3", "C4"]),
        ("subtotal", "D5", ["D2", "D3", "D4"]),
    ]


def test_a_sum_that_misses_a_row_is_found(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Kommun", "År ett", "År två"],
        *[[f"Ort {c}", 100, 1000 + i] for i, c in enumerate("abcdefgh")],
    ]
    rows.append(["Summa", "=SUM(B2:B9)", "=SUM(C2:C8)"])
    path = tmp_path / "missed.xlsx"
    path.write_bytes(with_values(build(rows_at(1, 1, rows)), {"B10": "800", "C10": "7021"}))
    findings = reconcile.check(str(path)).findings
    assert [(f.code, f.primary.label, f.observed, f.expected) for f in findings] == [
        ("R301", "Blad1!C10", "7021", "8 028"),
    ]


TOWNS = [[f"Ort {c}", 100 + i, 1000 + i] for i, c in enumerate("abcdefgh")]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=SUM(C2:C4,C6:C9)", "7025"),
        ("=SUM(C2:C4)+SUM(C6:C9)", "7025"),
        ("=SUM(C4:C7)", "4014"),
        ("=SUBTOTAL(9,C2:C8)", "7021"),
        ("=SUM(C2:C8)", "7021"),
    ],
)
def test_a_sum_that_misses_rows_that_its_sibling_adds_is_found(formula: str, value: str, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Kommun", "År ett", "År två"], *TOWNS, ["Summa", "=SUM(B2:B9)", formula]]
    path = tmp_path / "missed.xlsx"
    path.write_bytes(with_values(build(rows_at(1, 1, rows)), {"B10": "828", "C10": value}))
    assert [(f.code, f.primary.label, f.observed, f.expected) for f in reconcile.check(str(path)).findings] == [
        ("R301", "Blad1!C10", value, "8 028")
    ]


@pytest.mark.parametrize(
    "formula", ["=SUBTOTAL(109,{0}2:{0}9)", "=SUBTOTAL(9,{0}2:{0}9)", "=SUBTOTAL(109,Tabell1[kr])"]
)
def test_a_subtotal_over_filtered_rows_is_no_error(formula: str, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Kommun", "År ett", "År två"], *TOWNS]
    rows.append(["Summa", *(formula.format(letter) for letter in "BC")])

    def fill(sheet: Any) -> None:
        rows_at(1, 1, rows)(sheet)
        sheet.row_dimensions[9].hidden = True

    path = tmp_path / "filtered.xlsx"
    path.write_bytes(with_values(build(fill), {"B10": "721", "C10": "7021"}))
    report = reconcile.check(str(path))
    assert [(f.code, f.severity.value) for f in report.findings] == [("R003", "note")]
    assert report.ok
    path.write_bytes(with_values(build(rows_at(1, 1, rows)), {"B10": "828", "C10": "8028"}))
    assert [o.status for o in reconcile.check(str(path)).equations] == ["ties", "ties"]


def test_subtotals_pass_over_each_other() -> None:
    rows: list[list[Any]] = [["x", "y"], ["a", 1], ["b", 2], ["Delsumma", "=SUBTOTAL(9,B2:B3)"], ["c", 3], ["d", 4]]
    rows += [["Delsumma", "=SUBTOTAL(9,B5:B6)"], ["Netto", "=SUBTOTAL(109,B2:B7)"]]
    found = equations(with_values(build(rows_at(1, 1, rows)), {"B4": "3", "B7": "7", "B8": "10"}))
    assert ("column-total", "B8", ["B2", "B3", "B5", "B6"]) in found


@pytest.mark.parametrize(
    "formula",
    ["=SUM(Blad2!B2:B9)", "=SUM(B:B)", "=SUM(2:9)", "=SUM(Tabell1[kr])", "=SUM(B2:B9)/1000", "=AVERAGE(B2:B9)",
     "=SUM(B2:B3)*2", "=SUBTOTAL(1,B2:B3)", "=SUM('[bok 2.xlsx]Blad1'!B2:B9)", "=IF(B2>0,SUM(B2:B3),0)", "=SUM(B1:B99)"],
)  # fmt: skip
def test_what_adds_up_other_cells_is_not_misread(formula: str) -> None:
    rows: list[list[Any]] = [["x", "y", "z"], ["a", 1, 5], ["b", 2, 6], ["c", 4, formula]]
    assert equations(with_values(build(rows_at(1, 1, rows)), {"C4": "11"})) == []


def test_error_cells_and_figures_stored_as_text(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Kommun", "kr"], ["Hjo", "1 200"], ["Tibro", 2300], ["Skara", "#REF!"], ["Summa", 3500]]
    path = tmp_path / "errors.xlsx"
    path.write_bytes(build(rows_at(1, 1, rows)))
    report = reconcile.check(str(path))
    assert [(f.code, f.primary.label, f.observed) for f in report.findings] == [("R107", "Blad1!B4", "#REF!")]
    assert [o.status for o in report.equations] == ["ties"]


GOOD = with_values(
    build(rows_at(1, 1, [["Kommun", "kr"], ["Hjo", 1], ["Tibro", 2], ["Summa", "=SUM(B2:B3)"]])), {"B4": "3"}
)
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (GOOD[: len(GOOD) // 2], "R001", "a truncated or broken archive: BadZipFile: File is not a zip file"),
        (
            with_part(GOOD, SHEET, lambda part: b'<!DOCTYPE a [<!ENTITY b "c">]>' + part),
            "R004", "its part xl/worksheets/sheet1.xml declares a document type; not read",
        ),
        (
            with_part(GOOD, SHEET, lambda part: ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>').encode("utf-16")),
            "R004", "its part xl/worksheets/sheet1.xml declares a document type; not read",
        ),
        (
            with_part(GOOD, SHEET, lambda part: part.replace(
                b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
            "R004", "has more cells than the limit max_cells = 1,000; not read",
        ),
        (
            with_part(GOOD, SHEET, lambda part: part.replace(b"</sheetData>", b"<row>" + b"<c/>" * 1001 + b"</row></sheetData>")),
            "R004", "has more cells than the limit max_cells = 1,000; not read",
        ),
        (
            with_part(GOOD, SHEET, lambda part: part + b" " * 2_100_000),
            "R004", "unpacks to more than 20 times the limit max_bytes = 100,000; not read",
        ),
        (
            with_part(GOOD, SHEET, lambda part: part.replace(b"<v>1</v>", b"<v>one</v>")),
            "R001", "not a workbook that can be read: ValueError: could not convert string to float: 'one'",
        ),
        (
            with_part(GOOD, SHEET, lambda part: b"<a"),
            "R001", None,
        ),
    ],
    ids=["truncated", "entities", "utf-16", "merged", "cells", "bomb", "no-number", "no-xml"],
)  # fmt: skip
def test_hostile_and_broken_workbooks(data: bytes, code: str, message: str | None) -> None:
    document = read(data, Settings(max_bytes=100_000, max_cells=1_000))
    (fault,) = document.faults
    assert (document.format, fault.code) == ("xlsx", code)
    assert message is None or fault.message == message


def test_an_encrypted_entry() -> None:
    (fault,) = read(
        re.sub(rb"(PK\x01\x02.{4})\x00", lambda match: match.group(1) + b"\x01", GOOD, flags=re.DOTALL)
    ).faults
    assert (fault.code, fault.message) == ("R004", "encrypted; not read")


def test_cells_far_apart_cost_nothing() -> None:
    def fill(sheet: Any) -> None:
        rows_at(1, 1, [["Kommun", "kr"], ["Hjo", 1]])(sheet)
        sheet["XFD1048576"] = 5

    data = with_part(build(fill), SHEET, lambda part: re.sub(rb'ref="A1[^"]*"', b'ref="A1:XFD1048576"', part))
    document = read(data)
    assert grids(document) == [[("Kommun", "kr"), ("Hjo", "1")]]
    assert [(block.text, block.place and block.place.label) for block in document.blocks] == [("5", "Blad1!XFD1048576")]


def test_a_diagonal_is_refused() -> None:
    def fill(sheet: Any) -> None:
        for i in range(1, 101):
            sheet.cell(i, i, 1000)
            sheet.cell(i, i + 1, 1000)

    (fault,) = read(build(fill), Settings(max_cells=5_000)).faults
    assert fault.message == "has more cells in its tables than the limit max_cells = 5,000; not read"


def test_a_thousand_sheets() -> None:
    def fill(sheet: Any) -> None:
        for _ in range(1_000):
            rows_at(1, 1, [["Kommun", "kr"], ["Hjo", 1]])(sheet.parent.create_sheet())

    assert len(read(build(fill)).tables) == 1_000


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=8))
@fuzz(max_examples=60, deadline=None)
def test_no_mutated_bytes_are_too_strange(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(GOOD)
    for place, piece in changes:
        data[place : place + len(piece)] = piece
    read_bytes("book.xlsx", bytes(data), Settings(), "xlsx")


@given(st.lists(st.tuples(st.integers(0, 2_000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
@fuzz(max_examples=60, deadline=None)
def test_no_mutated_sheet_is_too_strange(changes: list[tuple[int, bytes]]) -> None:
    def change(part: bytes) -> bytes:
        mutable = bytearray(part)
        for place, piece in changes:
            place %= len(mutable)
            mutable[place : place + len(piece)] = piece
        return bytes(mutable)

    for table in read(with_part(GOOD, SHEET, change)).tables:
        reconcile.find_equations(table)


cells = st.one_of(st.none(), st.integers(0, 10**9), st.sampled_from(["a", "Summa", "544 99 160", "Region å", "1,5"]))


@given(st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=8))
@fuzz(max_examples=60, deadline=None)
def test_every_cell_is_told_once_and_where_it_is(rows: list[list[Any]]) -> None:
    data = build(rows_at(2, 3, rows))
    document = read(data)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Blad1"]
    told = {}
    for table in document.tables:
        for row, col in ((r, c) for r in range(len(table.rows)) for c in range(table.width)):
            place = table.location_of(row, col)
            assert isinstance(place.anchor, CellRef)
            told[place.anchor.address] = place.text
    for block in document.blocks:
        assert block.place is not None
        assert isinstance(block.place.anchor, CellRef)
        told[block.place.anchor.address] = block.text
    printed = {
        cell.coordinate: str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None
    }
    assert {address: text for address, text in told.items() if text} == printed


REPORT = """\
COUNTY CLERK
Vote for not more than  1
 LEFT CANDIDATE  .  .  .  .       412   66.99
 RIGHT CANDIDATE .  .  .  .       203   33.01

AUDITOR
Vote for not more than  1
 ONLY CANDIDATE  .  .  .  .       588  100.00
 WRITE-IN  .  .  .  .  .  .         0    0.00
"""


def pasted(lines: list[str], beside: str = "") -> Document:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, line in enumerate(lines, start=3):
        sheet.cell(number, 1, line or None)
    if beside:
        sheet.cell(3, 4, beside)
    file = io.BytesIO()
    book.save(file)
    return read_bytes("b.xlsx", file.getvalue(), Settings())


def test_a_report_pasted_into_one_column_is_read_as_its_lines() -> None:
    document = pasted(REPORT.splitlines())
    assert [table.rows for table in document.tables] == [
        (("LEFT CANDIDATE", "412", "66.99"), ("RIGHT CANDIDATE", "203", "33.01")),
        (("ONLY CANDIDATE", "588", "100.00"), ("WRITE-IN", "0", "0.00")),
    ]
    assert [document.blocks[table.title_block or 0].text for table in document.tables] == [
        "Vote for not more than  1"
    ] * 2
    place = document.tables[1].location_of(1, 2)
    assert (place.anchor, place.label) == (CellRef("Sheet", 11, 1), "Sheet!A11, column 3")
    assert [block.place.label for block in document.blocks if block.place] == [
        "Sheet!A3", "Sheet!A4", "Sheet!A8", "Sheet!A9",
    ]  # fmt: skip


def test_a_column_of_words_or_of_figures_is_no_report() -> None:
    assert pasted(["Habo", "Bo", "Summa"]).tables == ()
    assert pasted(["1 310", "2 420", "3 730"]).tables == ()
    assert pasted(REPORT.splitlines(), "x").tables == ()
