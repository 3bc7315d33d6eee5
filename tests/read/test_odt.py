"""OpenDocument text: tables with spans, repeats and headers, frames, lists, tracked changes; and what is broken."""

from __future__ import annotations

import io
import zipfile

import pytest

from reconcile.core.document import Document
from reconcile.core.settings import Settings
from reconcile.read import read_bytes

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def packed(content: str, manifest: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        if manifest:
            archive.writestr("META-INF/manifest.xml", manifest)
    return file.getvalue()


def read(body: str, settings: Settings = Settings()) -> Document:
    content = f"<office:document-content {SPACES}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return read_bytes("d", packed(content), settings)


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str) -> str:
    return (
        "<table:table-row>"
        + "".join(each if each.startswith("<") else cell(each) for each in cells)
        + "</table:table-row>"
    )


def table(*rows: str) -> str:
    return "<table:table>" + "".join(rows) + "</table:table>"


def test_headings_paragraphs_lists_and_a_table() -> None:
    document = read(
        "<text:h>Bidrag</text:h><text:section><text:p>I<text:s text:c='2'/>maj</text:p></text:section>"
        "<text:list><text:list-item><text:p>punkt</text:p></text:list-item></text:list>"
        + table(f"<table:table-header-rows>{row('Ort', 'Kr')}</table:table-header-rows>", row("Habo", "1 310"))
    )
    assert document.format == "odt"
    assert [(block.text, block.kind) for block in document.blocks] == [
        ("Bidrag", "heading"), ("I  maj", "paragraph"), ("punkt", "paragraph"),
    ]  # fmt: skip
    (found,) = document.tables
    assert (found.rows, found.header_rows, found.title_block) == ((("Ort", "Kr"), ("Habo", "1 310")), 1, 2)


def test_merged_and_repeated_cells() -> None:
    merged = cell("Båda", "table:number-columns-spanned='2'") + "<table:covered-table-cell/>"
    document = read(table(row("Ort", merged), row("Habo", cell("7", "table:number-columns-repeated='2'"))))
    assert document.tables[0].rows == (("Ort", "Båda", ""), ("Habo", "7", "7"))


def test_a_table_of_one_cell_is_a_frame() -> None:
    document = read(table(row(f"<table:table-cell>{table(row('Ort', 'Kr'), row('Habo', '7'))}</table:table-cell>")))
    assert [found.rows for found in document.tables] == [(("Ort", "Kr"), ("Habo", "7"))]


def test_a_table_in_a_cell_is_a_table() -> None:
    inner = f"<table:table-cell><text:p>x</text:p>{table(row('a', '1'), row('b', '2'))}</table:table-cell>"
    document = read(table(row("Ort", inner), row("Habo", "7")))
    assert [found.rows for found in document.tables] == [(("Ort", "x"), ("Habo", "7")), (("a", "1"), ("b", "2"))]


def test_paragraphs_that_are_rows_are_a_table() -> None:
    document = read("".join(f"<text:p>{text}</text:p>" for text in ("Habo 1 310 kr", "Bo 2 420 kr", "Summa 3 730 kr")))
    assert [found.rows for found in document.tables] == [
        (("Habo", "1 310 kr"), ("Bo", "2 420 kr"), ("Summa", "3 730 kr"))
    ]


def test_deleted_text_is_not_read_and_said() -> None:
    document = read(
        "<text:tracked-changes><text:deletion><text:p>borta 7</text:p></text:deletion></text:tracked-changes><text:p>kvar</text:p>"
    )
    assert [block.text for block in document.blocks] == ["kvar"]
    assert [fault.message for fault in document.faults] == ["has tracked changes; the final text was read"]


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (packed("<a"), "R001", "its part content.xml is broken: "),
        (packed("<!DOCTYPE a><a/>"), "R004", "its part content.xml declares a document type; not read"),
        (packed("<a/>", "<m><encryption-data/></m>"), "R004", "encrypted; not read"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, code: str, message: str) -> None:
    (fault,) = read_bytes("d", data, Settings()).faults
    assert (fault.code, fault.message[: len(message)]) == (code, message)


def test_repeats_beyond_the_limit_are_refused() -> None:
    body = table(row("Ort", cell("7", "table:number-columns-repeated='99999999'")))
    assert [fault.code for fault in read(body).faults] == ["R004"]
