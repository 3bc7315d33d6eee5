"""Large sheets read from their XML give the same document as openpyxl's cells do, or are left to it."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.core.limits import Clock
from reconcile.core.settings import Settings
from reconcile.read import read_bytes
from reconcile.read.office import xlsx

ROOT = Path(__file__).parents[2]
FORMATS = [
    "General",
    "0",
    "#,##0",
    "#,##0.00",
    "# ##0",
    "0.0%",
    "#,##0;(#,##0)",
    ";;;",
    "yyyy-mm-dd",
    '#,##0" kr"',
    "#,##0,",
]
MAIN = "xl/worksheets/sheet1.xml"


def both(data: bytes) -> tuple[object, object, bool]:
    """A workbook as read by openpyxl and as read from its XML, with whether the latter was possible."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx, "_LARGE", 1 << 40)
        usual = read_bytes("a.xlsx", data, Settings())
        patch.setattr(xlsx, "_LARGE", -1)
        seen: list[bool] = []
        read = xlsx._read_large

        def watched(path: str, data: bytes, clock: Clock) -> Any:
            found = read(path, data, clock)
            seen.append(found is not None)
            return found

        patch.setattr(xlsx, "_read_large", watched)
        own = read_bytes("a.xlsx", data, Settings())
    return usual, own, seen == [True]


def saved(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(data: bytes, old: str, new: str) -> bytes:
    """A workbook with something in its first sheet's XML replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            if part == MAIN:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            target.writestr(part, content)
    return file.getvalue()


@pytest.mark.parametrize("path", sorted(ROOT.glob("fixtures/**/*.xls[xm]")), ids=lambda path: path.name)
def test_every_workbook_of_the_fixtures_is_the_same_both_ways(path: Path) -> None:
    usual, own, _ = both(path.read_bytes())
    assert own == usual


values = st.one_of(
    st.none(), st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9), st.booleans(), st.dates(date(1950, 1, 1), date(2050, 1, 1)),
    st.sampled_from(["Summa", "Åre & Ö", "<b>", "a\nb", " x ", "#REF!", "12 345", "_x0041_", "\u00a0", "=SUM(A1:A3)"]),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.lists(st.tuples(values, st.sampled_from(FORMATS)), min_size=1, max_size=5), min_size=1, max_size=8),
    st.data(),
)
def test_any_sheet_is_the_same_both_ways(rows: list[list[tuple[Any, str]]], data: st.DataObject) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for i, row in enumerate(rows, start=1):
        for j, (value, format) in enumerate(row, start=1):
            cell = sheet.cell(i, j, value)
            if not isinstance(value, date):
                cell.number_format = format
    if data.draw(st.booleans()):
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
    if data.draw(st.booleans()):
        sheet.merge_cells("A1:C2")
    book.create_sheet("Tom").sheet_state = "hidden"
    usual, own, _ = both(saved(book))
    assert own == usual


def plain_book() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for values in (["Kommun", "Bidrag"], ["Ale", 1234567], ["Bjuv", 7.5], ["Summa", 1234574.5]):
        sheet.append(values)
    for row in (2, 3, 4):
        sheet.cell(row, 2).number_format = "#,##0.00"
    return saved(book)


def test_a_plain_sheet_needs_no_objects() -> None:
    usual, own, possible = both(plain_book())
    assert possible
    assert own == usual
    assert own.tables[0].rows[1] == ("Ale", "1 234 567.00")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("old", "new", "possible"),
    [
        ("<v>1234567</v>", "<f>B3*2</f><v>1234567</v>", True),
        ("<v>1234567</v>", '<f t="shared" ref="B2:B3" si="0">A1*2</f><v>1234567</v>', False),
        ("<v>1234567</v>", "<!-- 5 --><v>1234567</v>", False),
        ("<v>1234567</v>", "<v>1234567</v><v>5</v>", False),
        ("<v>1234567</v>", "<v>1&#50;</v>", False),
        ("<v>1234567</v>", "<f>B3*2</f>", False),
        ('<c r="B2"', '<c r="B3"', False),
        ("</sheetData>", '</sheetData><hyperlinks><hyperlink ref="D9" location="x"/></hyperlinks>', False),
        ('<row r="3"', '<row r="3" hidden="1"', True),
        ("</worksheet>", "", False),
        ("<sheetData>", "<sheetData >", False),
    ],
)
def test_what_is_not_plain_is_left_to_openpyxl(old: str, new: str, possible: bool) -> None:
    usual, own, was_possible = both(with_part(plain_book(), old, new))
    assert own == usual
    assert was_possible is possible
