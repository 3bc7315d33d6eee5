"""The same table in every format gives the same grid, amounts, equations and findings, each where it is printed."""

from __future__ import annotations

import io
import runpy
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pdfplumber
import pytest
from python_calamine import CalamineWorkbook

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
        if suffix in ("md", "txt", "csv", "html", "pdf"):
            # Archives bear the time they were made; what is in them is compared above.
            assert BUILD["FORMATS"][suffix](SOURCES[name]) == path_of(name, suffix).read_bytes()
