"""PowerPoint: titles, texts and tables of slides, groups, merged cells, charts; and what is broken."""

from __future__ import annotations

import io
from typing import Any

import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from reconcile.core.document import Document
from reconcile.core.settings import Settings
from reconcile.read import read_bytes

AREA = (Cm(1), Cm(4), Cm(20), Cm(8))
ROWS = (("Ort", "Kr"), ("Habo", "1 310"), ("Bo", "2 420"))


def deck(*titles: str) -> tuple[Any, list[Any]]:
    made = pptx.Presentation()
    slides = []
    for title in titles:
        slides.append(made.slides.add_slide(made.slide_layouts[5]))
        slides[-1].shapes.title.text = title
    return made, slides


def put(shapes: Any, rows: tuple[tuple[str, ...], ...]) -> Any:
    table = shapes.add_table(len(rows), len(rows[0]), *AREA).table
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    return table


def read(made: Any) -> Document:
    file = io.BytesIO()
    made.save(file)
    return read_bytes("d", file.getvalue(), Settings())


def test_titles_and_tables_of_two_slides() -> None:
    made, (first, second) = deck("Bidrag", "Elever")
    put(first.shapes, ROWS)
    put(second.shapes, (("Skola", "Antal"), ("Alm", "12")))
    document = read(made)
    assert document.format == "pptx"
    assert [(block.text, block.kind) for block in document.blocks] == [("Bidrag", "heading"), ("Elever", "heading")]
    assert [table.rows for table in document.tables] == [ROWS, (("Skola", "Antal"), ("Alm", "12"))]
    assert [table.title_block for table in document.tables] == [0, 1]
    assert document.tables[1].location_of(1, 1).label == "table 2 (in slide 2), row 2, column 2"


def test_a_text_box_in_a_group_may_hold_rows() -> None:
    made, (slide,) = deck("Bidrag")
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(*AREA).text_frame.text = "Habo 1 310 kr\nBo 2 420 kr\nSumma 3 730 kr"
    (table,) = read(made).tables
    assert table.rows == (("Habo", "1 310 kr"), ("Bo", "2 420 kr"), ("Summa", "3 730 kr"))


def test_merged_cells_are_printed_once() -> None:
    made, (slide,) = deck("Bidrag")
    table = put(slide.shapes, (("Ort", "Kr", ""), ("Habo", "1", "2")))
    table.cell(0, 1).merge(table.cell(0, 2))
    assert read(made).tables[0].rows == (("Ort", "Kr", ""), ("Habo", "1", "2"))


def test_charts_are_said() -> None:
    made, (slide,) = deck("Bidrag")
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["Habo"]
    data.add_series("Kr", (7,))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *AREA, data)
    assert [(fault.message, fault.note) for fault in read(made).faults] == [("1 chart is not read", True)]


def test_a_cut_file_is_a_fault() -> None:
    made, _ = deck("Bidrag")
    file = io.BytesIO()
    made.save(file)
    assert [fault.code for fault in read_bytes("d", file.getvalue()[:9_000], Settings()).faults] == ["R001"]
