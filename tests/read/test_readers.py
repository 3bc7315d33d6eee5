"""Readers: recognised by content, every cell where it is printed, nothing dropped."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reconcile
from reconcile.core.document import Document, Table
from reconcile.core.location import SourceText, TextSpan
from reconcile.core.settings import Settings
from reconcile.read import read_bytes, read_path, read_text
from reconcile.read.encoding import decode


def read(text: str, format: str | None = None) -> Document:
    return read_text("d", text, Settings(), format)


def grids(document: Document) -> list[list[tuple[str, ...]]]:
    return [list(table.rows) for table in document.tables]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("| a | b |\n|---|---|\n| c | 1 |\n", "markdown"),
        ("a | b\n--|--\nc | 1\n", "markdown"),
        ("# Title\n\nProse.\n", "markdown"),
        ("Prose.\n\nA 1 000\nB 2 000\nC 3 000\n", "text"),
        ("", "text"),
        ("a | b\nno rule below\n", "text"),
    ],
)
def test_the_content_tells_the_format(text: str, format: str) -> None:
    assert format == read(text).format


def test_a_format_can_be_given() -> None:
    assert read("# Title\n", "text").format == "text"
    with pytest.raises(ValueError, match="unknown format 'frob'; known are "):
        read("", "frob")


def test_a_pipe_table() -> None:
    text = (
        "---\ntitle: x\n---\n\n# Bidrag 2023\n\nTill kommunerna\n\n"
        "| Kommun | Bidrag \\| kr | |\n|:---|---:|-|\n| **Hjo** | 1 200\u00a0\u00a0 | a |\n| Tibro |2 300|\n|`Skara`| *3 400* | | över |\n\nSlut.\n"
    )
    document = read(text)
    assert grids(document) == [
        [
            ("Kommun", "Bidrag | kr", "", ""),
            ("Hjo", "1 200\u00a0\u00a0", "a", ""),
            ("Tibro", "2 300", "", ""),
            ("Skara", "3 400", "", "över"),
        ]
    ]
    assert [(block.text, block.kind) for block in document.blocks] == [
        ("x", "heading"),
        ("Bidrag 2023", "heading"),
        ("Till kommunerna", "paragraph"),
        ("Slut.", "paragraph"),
    ]
    assert document.tables[0].title_block == 2
    location = document.tables[0].location_of(3, 1)
    assert isinstance(location.anchor, TextSpan)
    assert (location.anchor.line, location.anchor.column, location.text) == (13, 12, "3 400")


def test_two_pipe_tables_are_told_apart() -> None:
    text = "Ett\n\n| a | b |\n|-|-|\n| c | 1 |\n\nTvå\n\n| d | e |\n|-|-|\n| f | 2 |\n"
    document = read(text)
    assert grids(document) == [[("a", "b"), ("c", "1")], [("d", "e"), ("f", "2")]]
    assert [document.blocks[table.title_block or 0].text for table in document.tables] == ["Ett", "Två"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "Region Fördelade medel\nRegion Skåne 64 599 144\nRegion Jämtland Härjedalen 6 529 013\nSumma 71 128 157 kronor\n",
            [("Region", "Fördelade medel"), ("Region Skåne", "64 599 144"), ("Region Jämtland Härjedalen", "6 529 013"),
             ("Summa", "71 128 157 kronor")],
        ),
        (
            "Nämnd      Utfall   Budget\nSkola      1 204,5  1 200,0\nOmsorg       903,2    -\nSumma      2 107,7  1 200,0\n",
            [("Nämnd", "Utfall", "Budget"), ("Skola", "1 204,5", "1 200,0"), ("Omsorg", "903,2", "-"),
             ("Summa", "2 107,7", "1 200,0")],
        ),
        (
            "Kommun\tBidrag\nHjo\t1 200\n\t2 300\nSkara\t\n",
            [("Kommun", "Bidrag"), ("Hjo", "1 200"), ("", "2 300"), ("Skara", "")],
        ),
        (
            "Stockholm 333 075 571 3 748 861\nUppsala 52 160 836 1 587 021\nSkåne 185 399 420 2 086 655\n",
            [("Stockholm", "333 075 571", "3 748 861"), ("Uppsala", "52 160 836", "1 587 021"), ("Skåne", "185 399 420", "2 086 655")],
        ),
        (
            "Hjo 1 200\n\nTibro 2 300\n\nSkara 3 400\n",
            [("Hjo", "1 200"), ("Tibro", "2 300"), ("Skara", "3 400")],
        ),
        (
            "Hjo ........ 1 200\nTibro ...... 2 300\nSkara ...... 3 400\n",
            [("Hjo", "1 200"), ("Tibro", "2 300"), ("Skara", "3 400")],
        ),
        (
            "Blekinge län\nKarlshamn 31 108 914\nRonneby 45 742 728\nDalarnas län\nAvesta 45 453 904\n",
            [("Blekinge län", ""), ("Karlshamn", "31 108 914"), ("Ronneby", "45 742 728"), ("Dalarnas län", ""),
             ("Avesta", "45 453 904")],
        ),
        (
            "Region Uppsala 544 99 160\nRegion Skåne 231 170 585\nRegion Halland 55 172 103\n",
            [("Region Uppsala", "544 99 160"), ("Region Skåne", "231 170 585"), ("Region Halland", "55 172 103")],
        ),
    ],
    ids=["single-spaces", "gaps", "tabs", "two-columns", "double-spaced", "leaders", "sections", "malformed"],
)  # fmt: skip
def test_tables_in_plain_text(text: str, rows: list[tuple[str, ...]]) -> None:
    document = read(text, "text")
    assert [rows] == grids(document)


def test_prose_is_no_table() -> None:
    text = (
        "Beslutet fattades i december 2022\noch gäller hela landet under 2023.\nDet är nytt.\n\n"
        "Mer om beslutet finns hos departementet.\n"
    )
    document = read(text)
    assert document.tables == ()
    assert len(document.blocks) == 2


def test_what_stands_around_a_table_is_kept() -> None:
    text = "Lead\n\nCaption:\n\nRegion Medel\nA län 1 000\nB län 2 000\nC län 3 000\nNot under the table\n\nLast\n"
    document = read(text)
    assert [block.text for block in document.blocks] == ["Lead", "Caption:", "Not under the table", "Last"]
    assert document.tables[0].title_block == 1


words = st.text(alphabet="abcåäö ", min_size=1, max_size=12).filter(lambda s: s.strip() != "")
figures = st.integers(1000, 10**10).map(lambda n: f"{n:,}".replace(",", " "))


@given(st.lists(st.tuples(words, figures), min_size=3, max_size=8), st.sampled_from(["pipe", "tab", "space"]))
def test_every_cell_is_where_it_is_printed(rows: list[tuple[str, str]], layout: str) -> None:
    if layout == "pipe":
        text = "| x | y |\n|---|---|\n" + "".join(f"| {label} | {figure} |\n" for label, figure in rows)
    else:
        text = "".join(f"{label.strip()}{' ' if layout == 'space' else chr(9)}{figure}\n" for label, figure in rows)
    document = read(text)
    for table in document.tables:
        for row, cells in enumerate(table.rows):
            for col, cell in enumerate(cells):
                span = table.location_of(row, col).anchor
                assert isinstance(span, TextSpan)
                assert text[span.start : span.end] == cell
                assert text.split("\n")[span.line - 1][span.column - 1 :].startswith(cell)


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    for format in (None, "markdown", "text"):
        document = read(text, format)
        for block in document.blocks:
            # What was written as an entity (&GT;) stands at a place of its own.
            assert block.place is not None or composed[block.start :].startswith(block.text)
    reconcile.check_text(text)


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "a 1 ",
        "|",
        "-",
        "| - ",
        " ",
        "\t",
        "a\t1",
        "*",
        "#",
        "1,5 %",
        "\\|",
        "~~a",
        "**a ",
        "[a](",
        "a 1<br>",
    ],
)
@pytest.mark.parametrize("format", ["text", "markdown"])
def test_a_megabyte_line_is_read_in_one_go(piece: str, format: str) -> None:
    text = piece * (1_000_000 // len(piece))
    document = read(text, format)
    assert all(block.text in text for block in document.blocks)


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("Örebro".encode(), "Örebro", "utf-8"),
        (b"\xef\xbb\xbf" + "Örebro".encode(), "Örebro", "utf-8"),
        ("Örebro".encode("utf-16"), "Örebro", "utf-16"),
        ("Örebro län".encode("utf-16-le"), "Örebro län", "utf-16-le"),
        ("Örebro län".encode("utf-16-be"), "Örebro län", "utf-16-be"),
        ("Örebro".encode("cp1252"), "Örebro", "cp1252"),
        ("54\u00a0499".encode("cp1252"), "54\u00a0499", "cp1252"),
        (b"", "", "utf-8"),
    ],
)
def test_encodings(data: bytes, text: str, encoding: str) -> None:
    decoded = decode(data)
    assert decoded is not None
    assert (text, encoding, None) == (decoded.text, decoded.encoding, decoded.doubt)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Powiat;Kwota\nŚwidnicki;210,00\nŻniński;90,50\nOgółem;300,50\n", "cp1250"),
        ("Powiat;Kwota\nŚwidnicki;210,00\nŻniński;90,50\nOgółem;300,50\n", "iso8859-2"),
        ("Okres;Částka\nPříbram;12 Kč\nDěčín;3 Kč\nCelkem;15 Kč\n", "cp1250"),
        ("Okres;Částka\nŽďár;12 Kč\nŠumperk;3 Kč\nCelkem;15 Kč\n", "iso8859-2"),
        ("Megye;Összeg\nFejér;120\nVas;30\nÖsszesen;150\nGyőr\n", "cp1250"),
        ("Novads;Summa\nĶekava;12\nMārupe;3\nKopā;15\n", "cp1257"),
        ("Δήμος;Ποσό\nΛάρισα;12\nΒόλος;3\nΣύνολο;15\n", "cp1253"),
        ("Kommun;Belopp från staten\nMariehamn;12\nMalmö;3\n", "mac_roman"),
        ("Län;Belopp\nSkåne;12\nGävleborg;3\nSumma;15\n", "cp1252"),
        ("Borough;£m\nKing’s Lynn – “West”;£500k\nArea km²;3 m³\nTotal;15\n", "cp1252"),
        ("Commune;Montant\nNîmes;12 000 €\nOrléans – cœur;3\nTotal;15\n", "cp1252"),
    ],
)
def test_letters_and_words_tell_the_code_page(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert (text, encoding, None) == (decoded.text, decoded.encoding, decoded.doubt)


def test_a_code_page_that_no_word_confirms_is_told() -> None:
    text = "Občina;Znesek\nKrško;12\nŽalec;3\n"
    decoded = decode(text.encode("cp1250"))
    assert decoded is not None
    assert (text, "cp1250", True) == (decoded.text, decoded.encoding, decoded.note)
    assert str(decoded.doubt) == "read as cp1250, which its letters suggest; no word confirms it"


@pytest.mark.parametrize("data", ["Bel¿p".encode("cp1252"), "12 m³, £m, ½".encode("cp1252"), "Łm".encode("cp1250")])
def test_a_letter_or_two_are_no_reason_to_leave_the_usual_code_page(data: bytes) -> None:
    decoded = decode(data)
    assert decoded is not None
    assert decoded.encoding == "cp1252"


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0", b"\0" * 100, b"\x81\x8d\x8f", b"PK\x03\x04\x14\0\0\0", b"\xff\xfe\x00"]
)
def test_binary_data_is_no_text(data: bytes) -> None:
    assert decode(data) is None
    document = read_bytes("x.txt", data, Settings())
    assert [fault.code for fault in document.faults] == ["R001"]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    document = read_bytes("x", data, Settings())
    assert document.faults or document.source is not None


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    document = read_path(str(tmp_path / "gone.txt"), Settings())
    assert [(f.code, f.message) for f in document.faults] == [("R001", "cannot be read: No such file or directory")]


def test_limits_are_named() -> None:
    (fault,) = read_bytes("x", b"a" * 11, Settings(max_bytes=10)).faults
    assert (fault.code, fault.message) == ("R004", "larger than the limit max_bytes = 10; not read")
    (fault,) = read_bytes("x", b"a\n" + b"b" * 11, Settings(max_line=10)).faults
    assert fault.message == "has a line of 11 characters, over the limit max_line = 10"


def test_lines_end_where_editors_end_them() -> None:
    source = SourceText.of("a\r\nb\rc\nd\x0ce\u2028f")
    assert [text for _, text in source.lines()] == ["a", "b", "c", "d\x0ce\u2028f"]
    span = source.span(9, 10)
    assert (span.line, span.column) == (4, 3)


def test_a_table_of_rows() -> None:
    table = Table.from_rows([["Region", "Totalt"], ["A", "1"], ["Summa"]])
    assert table.rows == (("Region", "Totalt"), ("A", "1"), ("Summa", ""))
    assert table.location_of(1, 0).label == "row 2, column 1"
    with pytest.raises(TypeError, match="cells are text as printed, not int: 1"):
        Table.from_rows([["A", 1]])  # type: ignore[list-item]
    assert Table.from_rows([]).width == 0
