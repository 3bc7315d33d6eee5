"""Rich text: paragraphs and tables as different programs write them, letters in all their ways, and what is broken."""

from __future__ import annotations

import pytest

from reconcile.core.document import Document
from reconcile.core.settings import Settings
from reconcile.read import read_bytes

HEAD = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fnil\\fcharset0 Arial;}}"


def read(body: str) -> Document:
    return read_bytes("d", (HEAD + body + "}").encode("ascii"), Settings())


def row(*cells: str, again: bool = False) -> str:
    settings = "\\trowd\\trgaph70" + "".join(f"\\cellx{2000 * at}" for at in range(1, len(cells) + 1))
    end = settings if again else ""
    return settings + "\\pard\\intbl " + "".join(f"{cell}\\cell " for cell in cells) + end + "\\row\n"


@pytest.mark.parametrize("again", [False, True])
def test_paragraphs_and_a_table(again: bool) -> None:
    rows = row("Ort", "Kr", again=again) + row("Mullsj\\'f6", "1 310", again=again) + row("Habo", "2 420", again=again)
    document = read("\\pard Bidrag\\par\n" + rows + "\\pard Slut.\\par")
    assert document.format == "rtf"
    assert [table.rows for table in document.tables] == [(("Ort", "Kr"), ("Mullsjö", "1 310"), ("Habo", "2 420"))]
    assert [block.text for block in document.blocks] == ["Bidrag", "Slut."]
    assert document.tables[0].title_block == 0
    assert document.tables[0].location_of(2, 1).label == "table 1, row 3, column 2"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("1\\~200", "1\u00a0200"),
        ("\\u8722?500", "−500"),
        ("{\\uc2\\u8722??500}", "−500"),
        ("\\'c5 | b", "Å | b"),
        ("rad\\line tv\\'e5", "rad\ntvå"),
        ("ett\\par tv\\'e5", "ett\ntvå"),
        ("a \\{b\\} c", "a {b} c"),
        ("\\b fet\\b0", "fet"),
        ("\\cellx", ""),
    ],
)
def test_what_a_cell_prints(written: str, printed: str) -> None:
    document = read(row("Ort", "Kr") + row(written, "7") + row("Habo", "8"))
    assert document.tables[0].rows[1] == (printed, "7")


def test_a_table_of_lines() -> None:
    body = "Kommun\\tab Kr\\par Habo\\tab 1 310\\par Bo\\tab 2 420\\par Summa\\tab 3 730\\par"
    assert [table.rows for table in read(body).tables] == [
        (("Kommun", "Kr"), ("Habo", "1 310"), ("Bo", "2 420"), ("Summa", "3 730"))
    ]


def test_two_tables_with_a_paragraph_between() -> None:
    document = read(row("a", "1") + "\\pard och\\par " + row("b", "2"))
    assert [table.rows for table in document.tables] == [(("a", "1"),), (("b", "2"),)]


def test_what_is_written_for_programs_is_not_read() -> None:
    document = read("{\\info{\\title Hemligt 7}}{\\*\\generator Riched20 10.0;}\\pard Bidrag\\par")
    assert [block.text for block in document.blocks] == ["Bidrag"]


def test_pictures_alone_are_said() -> None:
    (fault,) = read("{\\pict\\pngblip 89504e47}").faults
    assert (fault.code, fault.message) == ("R003", "holds pictures and no text; pictures are not read")


def test_what_is_nested_too_deep_is_refused() -> None:
    assert [fault.code for fault in read("{" * 20_000).faults] == ["R004"]
