"""The working paper: read back by openpyxl, and opened, recomputed and saved by LibreOffice."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import reconcile
from reconcile.cli import app
from reconcile.core.document import Document
from reconcile.equate.equation import SUM, solve
from reconcile.report import write_bytes
from reconcile.report.formats.xlsx_formulas import fitting_number, name_sheet
from reconcile.report.report import Report
from reconcile.run.pipeline import check_documents
from tests.cases import FIXTURES

DECISIONS = FIXTURES / "decisions"
FIRST, SECOND, BUDGET = (str(DECISIONS / name) for name in ("first-decision.txt", "second-decision.txt", "budget.yaml"))
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
HOSTILE = [
    '=HYPERLINK("http://x";"y")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "_x0041_",
    "a\x07\ud800b",
    "'quoted",
]


def workbook(report: Report) -> Any:
    return openpyxl.load_workbook(io.BytesIO(b"".join(write_bytes(report, "xlsx"))))


def hostile_report() -> Report:
    rows = [[text, f"{number} 000"] for number, text in enumerate(HOSTILE, 1)]
    table = reconcile.Table.from_rows([["=Kommun", "Bidrag (kr)"], *rows, ["Summa", "36 000"]])
    return check_documents([Document("=document", "csv", tables=(replace(table, path="=document"),))])


def sheet_rows(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_finding_is_told_once_with_its_fixes_below() -> None:
    report = reconcile.check(str(FIXTURES / "rules" / "R301-column-total" / "bad-typo-not-rounding.md"))
    rows = sheet_rows(workbook(report)["Findings"])[1:]
    assert [row[0] for row in rows] == [1] * len(report.findings[0].fixes)
    assert [row[2] for row in rows] == ["R301"] + [None] * (len(rows) - 1)
    assert [row[10] for row in rows] == [fix.title for fix in report.findings[0].fixes]


def test_what_is_suppressed_has_a_sheet() -> None:
    report = reconcile.check(str(FIXTURES / "suppressions" / "marked.md"))
    book = workbook(report)
    assert book.sheetnames[:4] == ["Findings", "Equations", "Coverage", "Suppressed"]
    rows = sheet_rows(book["Suppressed"])[1:]
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (1, "error", "R301"), (2, "error", "R101"), (None, "remark", None), (None, "remark", None),
    ]  # fmt: skip
    assert [str(row[6]).rpartition(": ")[2] for row in rows[:2]] == [
        "corrected in the next edition, see note 4", "printed so in the decision",
    ]  # fmt: skip
    assert "Suppressed" not in workbook(reconcile.check(FIRST)).sheetnames


def test_tables_stand_as_read_with_exact_numbers_and_what_is_wrong() -> None:
    book = workbook(reconcile.check(FIRST, SECOND, budget=BUDGET))
    assert book.sheetnames == ["Findings", "Equations", "Coverage", "Budget", "1 Fördelning av 625 746 835", "2 Fördelning av 1 874 253 165",
            "Provenance"]  # fmt: skip
    sheet = book["2 Fördelning av 1 874 253 165"]
    assert [cell.value for cell in sheet[3]] == ["Region", "Totalt (kronor)"]
    cell = sheet["B17"]
    assert book["Findings"]["F2"].value == "2 Fördelning av 1 874 253 165"
    assert (sheet["A17"].value, cell.value, cell.data_type, cell.number_format) == (
        "Region Uppsala",
        54499160,
        "n",
        "#,##0",
    )
    assert cell.fill.fgColor.rgb == "00FBD5D5"
    assert cell.comment.text[:66] == "Printed as “544 99 160”.\nerror R101: “544 99 160” has digit groups"
    assert "Fix: write 54 499 160 (safe)" in cell.comment.text
    assert sum(cell.comment is not None for row in sheet.iter_rows() for cell in row) == 1


def test_equations_are_formulas_over_the_cells_of_the_tables() -> None:
    sheet = workbook(reconcile.check(FIRST, SECOND, budget=BUDGET))["Equations"]
    rows = {row[0]: row for row in sheet_rows(sheet)}
    assert rows["e1"][4:10] == [
        "='1 Fördelning av 625 746 835'!B25", "=SUM('1 Fördelning av 625 746 835'!B4:B24)", "=ROUND(E2-F2,0)", 0,
        '=IF(ABS(G2)<=H2,"ties","does not tie")', 625746835,
    ]  # fmt: skip
    assert rows["e6"][3:5] == ["ties after repair", "=1874253165"]
    assert rows["e6"][10] == "a figure is read as corrected; see Findings"
    assert rows["e8"][8] == '=IF(G9>=-H9,"ties","does not tie")'


def test_a_unit_is_a_factor_in_the_formula() -> None:
    text = "Kostnader 4 500 tkr\n\n| Kommun | Kostnad (tkr) |\n| --- | --- |\n| Hjo | 1 200 |\n| Tibro | 3 300 |\n| Summa | 4 500 |\n"
    book = workbook(reconcile.check_text(text, format="markdown"))
    row = sheet_rows(book["Equations"])[1]
    assert (row[4][-7:], row[5][-11:], row[9]) == ("B6*1000", "B4:B5)*1000", 4500000)
    assert book.worksheets[3]["B4"].value == 1200


def test_a_table_without_a_title_is_named_after_its_document() -> None:
    report = reconcile.check_text("Kommun;kr\nHjo;1\nTibro;2\nSumma;3\n", format="csv", name="some/where/decision.csv")
    assert workbook(report).sheetnames[3] == "1 decision.csv"


def test_shares_are_formulas_too() -> None:
    rows = [["Kommun", "Antal", "Bidrag", "Andel"], ["Hjo", "40", "10", "25 %"], ["Tibro", "80", "60", "75 %"], ["Skara", "200", "30", "15 %"]]  # fmt: skip
    text = "\n".join(";".join(row) for row in rows)
    report = reconcile.check_text(text, format="csv")
    divisions = [outcome for outcome in report.equations if outcome.equation.operator == "division"]
    formulas = {row[0]: row[5] for row in sheet_rows(workbook(report)["Equations"])[1:]}
    for outcome in divisions:
        assert "/(" in formulas[outcome.id]


def test_text_never_becomes_a_formula() -> None:
    data = b"".join(write_bytes(hostile_report(), "xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    table = book.worksheets[3]
    assert [(text.replace("\x07", "\ufffd").replace("\ud800", "\ufffd"), "s") for text in ["=Kommun", *HOSTILE]] == [
        (str(table.cell(row, 1).value).replace("_x005F_", "_"), table.cell(row, 1).data_type) for row in range(3, 12)
    ]
    assert [table.cell(row, 1).quotePrefix for row in range(4, 9)] == [True] * 5
    formulas = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert set() == {formula[:3] for formula in formulas} - {"='1", "=SU", "=RO", "=IF"}
    assert "_x005F_x0041_" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet4.xml").decode()


def test_a_figure_of_more_than_fifteen_digits_is_text_and_that_is_said() -> None:
    text = "| Post | Belopp (kr) |\n| --- | --- |\n| A | 1 234 567 890 123 456 |\n| B | 1 |\n| Summa | 1 234 567 890 123 457 |\n"
    book = workbook(reconcile.check_text(text, format="markdown"))
    cell = book.worksheets[3]["B4"]
    assert (cell.value, cell.data_type) == ("1 234 567 890 123 456", "s")
    assert cell.comment.text == "More than 15 digits: held as text, because a sheet would round the number."
    row = sheet_rows(book["Equations"])[1]
    assert row[3:10] == ["ties", None, None, None, 0, None, "1234567890123457"]
    assert row[10] == "no live formula: a figure has more than 15 digits, which a sheet cannot hold as a number"


@pytest.mark.parametrize(
    ("value", "held"), [("576394.90", True), ("999999999999999", True), ("1000000000000001", False), ("1e20", True), ("0.1234567890123456", False), ("0", True)],
)  # fmt: skip
def test_which_numbers_a_sheet_holds(value: str, held: bool) -> None:
    assert held == (fitting_number(Decimal(value)) is not None)


@given(st.integers(1, 500), st.text(max_size=60))
def test_names_of_sheets_are_valid(number: int, title: str) -> None:
    name = name_sheet(number, title)
    assert name.startswith(str(number))
    assert len(name.encode("utf-16-le")) // 2 <= 31
    assert not set("[]:*?/\\\x00") & set(name)
    assert not name.endswith("'")


def test_it_needs_a_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", SECOND, "--format", "xlsx"])
    assert (
        result.exit_code, result.stdout, result.stderr,
    ) == (2, "", "reconcile: --format xlsx is not text; name a file with --output\n")  # fmt: skip
    path = tmp_path / "paper.xlsx"
    assert CliRunner().invoke(app, ["check", SECOND, "--format", "xlsx", "--output", str(path)]).exit_code == 1
    assert path.read_bytes().startswith(b"PK")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_its_formulas_give_the_same_sums(tmp_path: Path) -> None:
    paths = sorted(str(path) for path in (FIXTURES / "rules").glob("R30*/bad-*.md"))
    reports = {
        "budget": reconcile.check(FIRST, SECOND, budget=BUDGET),
        "sums": reconcile.check(*paths),
        "hostile": hostile_report(),
    }
    for name, report in reports.items():
        (tmp_path / f"{name}.xlsx").write_bytes(b"".join(write_bytes(report, "xlsx")))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    files = [str(tmp_path / f"{name}.xlsx") for name in reports]
    command = [
        str(SOFFICE),
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path / "out"),
        *files,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    for name, report in reports.items():
        book = openpyxl.load_workbook(tmp_path / "out" / f"{name}.xlsx", data_only=True)
        rows = sheet_rows(book["Equations"])[1:]
        live = [(row[0], Decimal(str(row[4])), Decimal(str(row[5])), Decimal(str(row[6]))) for row in rows]
        # The formulas add up what is printed, not what a repair reads instead.
        printed = [solve(outcome.equation) for outcome in report.equations]
        # A sheet works out quotients and products to its last binary digit, we to three places more than are printed.
        exact = [number for number, o in enumerate(printed) if o.equation.operator == SUM]
        assert len(exact) > len(printed) / 2
        assert [live[n] for n in exact] == [
            (o.id, o.total.value(), o.computed, o.difference) for o in map(printed.__getitem__, exact)
        ]
        assert [(id, stated, round(computed, 3), round(off, 3)) for id, stated, computed, off in live] == [
            (o.id, o.total.value(), round(o.computed, 3), round(o.difference, 3)) for o in printed
        ]
        said = {True: "ties", False: "does not tie"}
        assert [row[8] for row in rows] == [said[outcome.status != "broken"] for outcome in printed]
    assert (
        sheet_rows(openpyxl.load_workbook(tmp_path / "out" / "budget.xlsx", data_only=True)["Budget"])[26][3]
        == 2500000000
    )
    table = openpyxl.load_workbook(tmp_path / "out" / "hostile.xlsx").worksheets[3]
    assert [*HOSTILE[:6], "a\ufffd\ufffdb", "'quoted"] == [table.cell(row, 1).value for row in range(4, 12)]
