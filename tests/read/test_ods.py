"""OpenDocument and old Excel workbooks: printed text, formulas, places, and files that are not what they seem."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
import xlwt
from hypothesis import given
from hypothesis import settings as fuzz
from hypothesis import strategies as st

import reconcile
from reconcile.core.document import Document
from reconcile.core.location import CellRef
from reconcile.core.settings import Settings
from reconcile.equate.equation import TIES_AFTER_REPAIR
from reconcile.read import read_bytes
from tests.cases import FIXTURES

DECISION = FIXTURES / "decisions" / "second-decision.txt"
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def build(body: str, styles: str = "", manifest: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>",
            zipfile.ZIP_DEFLATED,
        )
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return file.getvalue()


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{escape(text)}</text:p></table:table-cell>"


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def table(*rows: str, attributes: str = 'table:name="Blad1"') -> str:
    return f"<table:table {attributes}>{''.join(rows)}</table:table>"


def number(text: str, attributes: str = "") -> str:
    return cell(text, f'office:value-type="float" {attributes}')


def read(data: bytes, settings: Settings = Settings()) -> Document:
    return read_bytes("book", data, settings)


def decision() -> tuple[str, str, list[list[str]]]:
    lines = DECISION.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return lines[0].lstrip("# "), next(line for line in lines if line.startswith("Fördelning")), [rows[0], *rows[2:]]


def check_decision(path: Path) -> None:
    report = reconcile.check(str(path))
    (finding,) = [finding for finding in report.findings if finding.code != "R003"]
    (fix,) = finding.fixes
    assert (finding.code, finding.observed, fix.replacement, fix.applicability) == (
        "R101", "544 99 160", "54 499 160", "safe",
    )  # fmt: skip
    assert (finding.primary.anchor, finding.primary.label) == (CellRef("Blad1", 18, 2), "Blad1!B18")
    stated = [(o.status, len(o.terms)) for o in report.outcomes if o.kind == "stated-total"]
    assert stated == [(TIES_AFTER_REPAIR, 21)]


def test_the_decision_as_opendocument(tmp_path: Path) -> None:
    heading, caption, rows = decision()
    empty = row("<table:table-cell/>")
    body = table(row(cell(heading)), empty, row(cell(caption)), *[row(*map(cell, cells)) for cells in rows])
    path = tmp_path / "decision.ods"
    path.write_bytes(build(body))
    check_decision(path)
    with zipfile.ZipFile(path) as archive:
        found = ElementTree.fromstring(archive.read("content.xml")).findall(f".//{TABLE}table-row")[17]
    assert [p.text for p in found.iter(f"{TEXT}p")] == ["Region Uppsala", "544 99 160"]


def test_the_decision_as_an_old_workbook(tmp_path: Path) -> None:
    heading, caption, rows = decision()
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blad1")
    sheet.write(0, 0, heading)
    sheet.write(2, 0, caption)
    for i, (name, figure) in enumerate(rows, start=3):
        sheet.write(i, 0, name)
        digits = figure.replace(" ", "")
        sheet.write(i, 1, int(digits) if digits.isdigit() and figure != "544 99 160" else figure)
    hidden = book.add_sheet("Gömd")
    hidden.write(0, 0, 5)
    hidden.visibility = 1
    path = tmp_path / "decision.xls"
    book.save(str(path))
    check_decision(path)
    assert [(f.severity.value, f.message) for f in reconcile.check(str(path)).findings if f.code == "R003"] == [
        ("note", "sheet Gömd is hidden, read like the others"),
        ("note", "an old workbook: its numbers are read as stored, without formats, formulas or what is hidden in rows and columns"),
    ]  # fmt: skip


def test_printed_text_repeats_and_merges() -> None:
    body = table(
        "<table:table-column/>",
        row(cell("Kommun"), cell("kr")),
        row(cell("Hjo"), number("1 200")),
        row(cell("Tibro"), '<table:table-cell><office:annotation><text:p>9</text:p></office:annotation><text:p>2<text:s/>300'
            "</text:p></table:table-cell>"),
        row(cell("Skara"), number("3 400", 'table:number-columns-repeated="2"'), attributes='table:number-rows-repeated="2"'),
        row(cell("Falköping"), "<table:covered-table-cell><text:p>7</text:p></table:covered-table-cell>", number("5 %")),
        row('<table:table-cell table:number-columns-repeated="16384"/>', attributes='table:number-rows-repeated="1048000"'),
    )  # fmt: skip
    document = read(build(body))
    assert [list(found.rows) for found in document.tables] == [
        [
            ("Kommun", "kr", ""),
            ("Hjo", "1 200", ""),
            ("Tibro", "2 300", ""),
            ("Skara", "3 400", "3 400"),
            ("Skara", "3 400", "3 400"),
            ("Falköping", "", "5 %"),
        ]
    ]
    assert document.tables[0].location_of(5, 2).label == "Blad1!C6"


def test_formulas_and_what_is_hidden() -> None:
    body = table(
        '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="3"/>',
        row(cell("Nämnd"), cell("kr")),
        row(cell("Skola"), number("10"), attributes='table:visibility="filter"'),
        row(cell("Vård"), number("20")),
        row(cell("Kommunen"), number("30", 'table:formula="of:=SUM([.B2:.B3])"')),
        row(cell("Netto"), '<table:table-cell table:formula="of:=[.B4]-[$Blad2.B1]"/>'),
        attributes='table:name="Blad1" table:style-name="ta2"',
    )
    styles = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    document = read(build(body, styles))
    (found,) = document.tables
    assert found.formulas == {(3, 1): "=SUM(B2:B3)", (4, 1): "=B4-[$Blad2.B1]"}
    assert [(e.total.row, [t.row for t in e.terms]) for e in reconcile.find_equations(found)] == [(3, [1, 2])]
    assert [(fault.code, fault.message) for fault in document.faults] == [
        ("R003", "sheet Blad1 is hidden and holds numbers, read like the others"),
        ("R003", "sheet Blad1: 1 hidden row holds numbers, read like the others"),
        ("R003", "sheet Blad1: 1 hidden column holds numbers, read like the others"),
        ("R003", "sheet Blad1: 1 cell holds a formula without a stored value, read as empty"),
    ]


def old(*names: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "".join(names).encode("utf-16-le") + b"\0" * 512


GOOD = build(table(row(cell("Kommun"), cell("kr")), row(cell("Hjo"), number("1"))))


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (GOOD[:-40], "R001", "a truncated or broken archive: BadZipFile: File is not a zip file"),
        (build("<a>"), "R001", "its part content.xml is broken: mismatched tag: line 1, column 362"),
        (build("<!DOCTYPE a>"), "R004", "its part content.xml declares a document type; not read"),
        (build("", manifest="<manifest:encryption-data/>"), "R004", "encrypted; not read"),
        (build(" " * 3_000_000), "R004", "unpacks to more than 20 times the limit max_bytes = 100,000; not read"),
        (
            build(table(row(number("1", 'table:number-columns-repeated="9999999"')))),
            "R004", "has more cells than the limit max_cells = 1,000; not read",
        ),
        (old("EncryptedPackage"), "R004", "encrypted; not read"),
        (old("WordDocument"), "R001", "an old file of Word, which is not read; save it as .docx"),
        (old("Workbook"), "R001", None),
    ],
    ids=["truncated", "broken", "doctype", "encrypted", "bomb", "repeated", "ole-encrypted", "ole-word", "ole-broken"],
)  # fmt: skip
def test_hostile_and_broken_files(data: bytes, code: str, message: str | None) -> None:
    document = read(data, Settings(max_bytes=100_000, max_cells=1_000))
    (fault,) = document.faults
    assert fault.code == code
    assert message is None or fault.message == message


def _old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blad1")
    for i, cells in enumerate([("Kommun", "kr"), ("Hjo", 1.5), ("Tibro", 2)]):
        for j, value in enumerate(cells):
            sheet.write(i, j, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


OLD = _old_workbook()
changes = st.lists(st.tuples(st.integers(0, 5_000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=8)


@given(changes, st.sampled_from(["ods", "xls"]))
@fuzz(max_examples=60, deadline=None)
def test_no_mutated_bytes_are_too_strange(changes: list[tuple[int, bytes]], format: str) -> None:
    data = bytearray(GOOD if format == "ods" else OLD)
    for place, piece in changes:
        place %= len(data)
        data[place : place + len(piece)] = piece
    document = read_bytes("book", bytes(data), Settings(), format)
    assert document.format in ("ods", "xls")


@given(changes)
@fuzz(max_examples=60, deadline=None)
def test_no_mutated_content_is_too_strange(changes: list[tuple[int, bytes]]) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        content = bytearray(archive.read("content.xml"))
    for place, piece in changes:
        place %= len(content)
        content[place : place + len(piece)] = piece
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", bytes(content))
    read_bytes("book", file.getvalue(), Settings(), "ods")


def valued(text: str | None, value: str, kind: str = "float") -> str:
    inside = "" if text is None else f"<text:p>{text}</text:p>"
    return f'<table:table-cell office:value-type="{kind}" office:value="{value}">{inside}</table:table-cell>'


@pytest.mark.parametrize(
    ("text", "value", "kind", "printed"),
    [
        ("1 310", "1310", "float", "1 310"),
        ("###", "1310", "float", "1310"),
        ("1,31E+06", "1310000", "float", "1310000"),
        ("1.3E-01", "0.13", "float", "0.13"),
        (None, "1310.50", "float", "1310.5"),
        (None, "0.125", "percentage", "12.5 %"),
        (None, "1310", "currency", "1310"),
        ("", "1310", "float", ""),
        ("###", "1e300", "float", "###"),
        ("###", "nan", "float", "###"),
        ("hög", "7", "float", "hög"),
        ("###", "1310", "string", "###"),
    ],
)
def test_a_number_whose_text_tells_no_figure_is_read_from_its_value(
    text: str | None, value: str, kind: str, printed: str
) -> None:
    body = table(
        row(cell("Ort"), cell("Kr")), row(cell("Habo"), valued(text, value, kind)), row(cell("Bo"), number("2 420"))
    )
    assert read(build(body)).tables[0].rows[1] == ("Habo", printed)
