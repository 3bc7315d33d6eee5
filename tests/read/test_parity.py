"""The same table in every format gives the same grid, amounts, equations and findings, each where it is printed."""

from __future__ import annotations

import email
import io
import runpy
import zipfile
from email import policy
from pathlib import Path
from typing import Any

import docx
import lxml.etree
import lxml.html
import openpyxl
import pdfplumber
import pptx
import pytest
from pptx.shapes.graphfrm import GraphicFrame
from python_calamine import CalamineWorkbook
from striprtf.striprtf import rtf_to_text

import reconcile
from reconcile.core.location import BlockRef, CellRef, Location, PageBox, TextSpan
from reconcile.report.report import Report
from tests.cases import FIXTURES

BUILD: dict[str, Any] = runpy.run_path(str(FIXTURES / "build.py"))
SOURCES = {source.name: source for source in BUILD["sources"]()}
FORMATS = tuple(BUILD["FORMATS"])
FILES = [(name, suffix) for name in SOURCES for suffix in FORMATS]


def path_of(name: str, suffix: str) -> Path:
    return FIXTURES / "parity" / name / f"{name}.{suffix}"


def check(name: str, suffix: str) -> Report:
    return reconcile.check(str(path_of(name, suffix)))


def told(report: Report) -> dict[str, object]:
    """All that must not depend on the format; a note on what a format does not tell does."""
    (reading,) = report.readings
    (figures,) = reading.tables
    return {
        "grid": [tuple(cell.strip() for cell in row) for row in figures.table.rows],
        "columns": [(c.header, c.role, c.unit, c.decimal_mark) for c in figures.columns],
        "amounts": [(row, col, a.text, a.value, a.low, a.high, a.fault) for row, col, a in figures.amounts()],
        "claims": [(claim.text, claim.hedge, claim.amount.value) for claim in reading.claims],
        "equations": [(o.kind, o.status, o.label, o.computed, o.difference, len(o.terms)) for o in report.equations],
        "findings": [
            (f.code, f.severity, f.observed, f.expected, [x.replacement for x in f.fixes])
            for f in report.findings
            if f.code != "R003"
        ],
    }


@pytest.mark.parametrize(("name", "suffix"), FILES)
def test_every_format_tells_the_same(name: str, suffix: str) -> None:
    expected, found = told(check(name, "md")), told(check(name, suffix))
    for key, value in expected.items():
        assert value == found[key], key


@pytest.mark.parametrize("name", SOURCES)
def test_the_grid_is_the_source(name: str) -> None:
    assert [tuple(row) for row in SOURCES[name].rows] == told(check(name, "md"))["grid"]


def test_what_is_found_in_each() -> None:
    assert [f[:1] + f[2:4] for f in told(check("regions", "md"))["findings"]] == [("R101", "544 99 160", "54 499 160")]  # type: ignore[attr-defined]
    assert [f[:1] + f[2:4] for f in told(check("committees", "md"))["findings"]] == [("R305", "1 656,6", "1 656,5")]  # type: ignore[attr-defined]
    assert [f[:1] + f[2:4] for f in told(check("grants", "md"))["findings"]] == [("R301", "7 885 050", "7 885 500")]  # type: ignore[attr-defined]


def gathered(path: Path) -> list[list[str]]:
    """The rows of the one table of a file, by a library that is not ours."""
    if path.suffix == ".pptx":
        (slide,) = pptx.Presentation(str(path)).slides
        (frame,) = [shape for shape in slide.shapes if shape.has_table]
        assert isinstance(frame, GraphicFrame)
        return [[cell.text for cell in row.cells] for row in frame.table.rows]
    if path.suffix == ".eml":
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        page = mail.get_body(("html",))
        assert page is not None
        rows = lxml.html.fromstring(page.get_content()).iter("tr")
        return [[cell.text_content() for cell in row] for row in rows]
    if path.suffix == ".odt":
        with zipfile.ZipFile(path) as archive:
            rows = lxml.etree.fromstring(archive.read("content.xml")).iter("{*}table-row")
        return [["".join(cell.itertext()) for cell in row] for row in rows]
    lines = rtf_to_text(path.read_text(encoding="ascii")).splitlines()  # type: ignore[no-untyped-call]
    return [line.split("|") for line in lines if "|" in line]


def printed_at(path: Path, location: Location) -> str:
    """What a program that is not ours finds at a location."""
    anchor = location.anchor
    if isinstance(anchor, TextSpan):
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
        assert anchor.line == anchor.end_line
        return lines[anchor.line - 1][anchor.column - 1 : anchor.end_column - 1]
    if isinstance(anchor, CellRef):
        if path.suffix == ".xlsx":
            return str(openpyxl.load_workbook(path)[anchor.sheet][anchor.address].value)
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(anchor.sheet)
        return str(sheet.to_python(skip_empty_area=False)[anchor.row - 1][anchor.column - 1])
    if isinstance(anchor, BlockRef):
        # The one table of the document; a caption is told by its paragraph.
        if path.suffix != ".docx":
            return gathered(path)[anchor.row - 1][anchor.column - 1]
        document = docx.Document(str(path))
        if not anchor.row:
            return document.paragraphs[anchor.block - 1].text
        return document.tables[0].cell(anchor.row - 1, anchor.column - 1).text
    assert isinstance(anchor, PageBox)
    with pdfplumber.open(io.BytesIO(path.read_bytes())) as pages:
        return pages.pages[anchor.page - 1].crop(anchor.bbox).extract_text()


@pytest.mark.parametrize(("name", "suffix"), FILES)
def test_every_amount_is_where_it_is_said_to_be(name: str, suffix: str) -> None:
    report = check(name, suffix)
    (reading,) = report.readings
    (figures,) = reading.tables
    for row, col, amount in figures.amounts():
        location = figures.table.location_of(row, col)
        assert amount.text in printed_at(path_of(name, suffix), location)
    for finding in (f for f in report.findings if f.code != "R003"):
        assert finding.observed in printed_at(path_of(name, suffix), finding.primary)


def test_the_fixtures_are_what_the_source_builds() -> None:
    assert {path_of(name, suffix) for name, suffix in FILES} == {
        p for p in (FIXTURES / "parity").rglob("*") if p.is_file()
    }
    for name, suffix in FILES:
        if suffix in ("md", "txt", "csv", "html", "pdf", "rtf", "eml"):
            # Archives bear the time they were made; what is in them is compared above.
            assert BUILD["FORMATS"][suffix](SOURCES[name]) == path_of(name, suffix).read_bytes()
