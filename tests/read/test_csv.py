"""Delimited text: dialects, quotes, preambles, and figures that only look delimited."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reconcile
from reconcile.core.document import Document
from reconcile.core.location import TextSpan
from reconcile.core.settings import Settings
from reconcile.read import read_bytes, read_path, read_text
from tests.cases import FIXTURES

ROWS = [("Kommun", "Bidrag"), ("Hjo", "1 200"), ("Tibro", "2 300"), ("Skara", "3 400")]


def read(text: str) -> Document:
    return read_text("d.csv", text, Settings())


def grids(document: Document) -> list[list[tuple[str, ...]]]:
    return [list(table.rows) for table in document.tables]


def written(delimiter: str) -> str:
    return "".join(f"{delimiter.join(row)}\n" for row in ROWS)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    document = read(written(delimiter))
    assert ("csv", [tuple(ROWS)]) == (document.format, [table.rows for table in document.tables])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_line_ends_and_encodings(ending: str, encoding: str) -> None:
    document = read_bytes(
        "d.csv", written(";").replace("Hjo", "Öckerö").replace("\n", ending).encode(encoding), Settings()
    )
    assert document.tables[0].rows[1] == ("Öckerö", "1 200")


def test_quotes_line_ends_inside_them_and_doubled_quotes() -> None:
    text = 'Kommun;Bidrag;Not\n"Hjo; stad";"1 200";"säger ""nej"""\nTibro;2 300;"två\nrader"\n'
    (table,) = read(text).tables
    assert table.rows == (
        ("Kommun", "Bidrag", "Not"), ("Hjo; stad", "1 200", 'säger "nej"'), ("Tibro", "2 300", "två\nrader"),
    )  # fmt: skip
    span = table.location_of(1, 1).anchor
    assert isinstance(span, TextSpan)
    assert (span.line, span.column, text[span.start : span.end]) == (2, 14, "1 200")


def test_cells_that_are_all_quoted() -> None:
    text = '"Ort","Kronor"\n"Alby","1,200"\n"Boda","5,700"\n"Summa","6,900"\n'
    (table,) = read(text).tables
    assert table.rows == (("Ort", "Kronor"), ("Alby", "1,200"), ("Boda", "5,700"), ("Summa", "6,900"))
    assert read_text("d.csv", text, Settings()).format == "csv"


def test_a_quoted_cell_over_two_lines_hides_no_mark_of_a_small_table() -> None:
    text = 'Ort;Not;Kronor\nHjo;"rad 1\nrad 2; 120 0000";1 200 000\nBo;x;5 700 000\nSumma;;6 900 000\n'
    (table,) = read(text).tables
    assert [row[2] for row in table.rows] == ["Kronor", "1 200 000", "5 700 000", "6 900 000"]
    assert table.rows[1][1] == "rad 1\nrad 2; 120 0000"


@pytest.mark.parametrize("cell", ['="{}"', '"=""{}"""'])
def test_a_cell_that_excel_is_to_take_for_text(cell: str) -> None:
    text = f"Ort;Kronor\nHjo;{cell.format('1 200')}\nBo;{cell.format('5 700')}\n"
    (table,) = read(text).tables
    assert table.rows == (("Ort", "Kronor"), ("Hjo", "1 200"), ("Bo", "5 700"))
    span = table.location_of(2, 1).anchor
    assert isinstance(span, TextSpan)
    assert text[span.start : span.end] == "5 700"


LONG = {
    "one line of 3,000 characters": "Stöd till föreningen. " * 140,
    "sixty lines": "".join(f"Punkt {number}, bilaga {number}\n" for number in range(60)) + "slut",
    "paragraphs": "Första stycket, om lokalen.\n\nAndra stycket; om hyran.\n\n" * 20,
}


@pytest.mark.parametrize("words", LONG.values(), ids=list(LONG))
def test_long_quoted_cells_are_cells(words: str) -> None:
    text = "Förening,Syfte,Kronor\n" + "".join(
        f'{name},"{words}",{amount}\n' for name, amount in (("Alfa", 31000), ("Beta", 44000), ("Summa", 75000))
    )
    document = read_text("d.csv", text, Settings())
    assert document.format == "csv"
    (table,) = document.tables
    assert [
        ("Förening", "Syfte", "Kronor"), ("Alfa", words, "31000"), ("Beta", words, "44000"), ("Summa", words, "75000"),
    ] == list(table.rows)  # fmt: skip
    assert table.location_of(2, 2).text == "44000"


def test_a_total_beside_long_descriptions_is_held_to_its_rows() -> None:
    about = '"' + "Kurser och råd till små företag.\n\nSe bilaga 3, sida 12. " * 30 + '"'
    text = f"Projekt;Beskrivning;Stöd\nNord;{about};118000\nSyd;{about};205000\nÖst;{about};64000\nSumma;;388000\n"
    report = reconcile.check_text(text)
    assert [(f.code, f.observed, f.expected) for f in report.findings] == [("R301", "388000", "387 000")]


def test_inch_marks_join_no_rows() -> None:
    text = 'Rör;Antal;Kronor\nRör 5";3;1 200\n7" slang;4;2 300\nKoppling;2;800\n'
    (table,) = read(text).tables
    assert tuple(row[0] for row in table.rows) == ("Rör", 'Rör 5"', '7" slang', "Koppling")


def test_a_quote_that_opens_a_cell_and_closes_none_joins_no_rows() -> None:
    text = 'Rör;Antal;Kronor\n"Rör 5;3;1 200\nSlang;4;2 300\n"Slang 7;2;800\nSumma;9;4 300\n'
    (table,) = read(text).tables
    assert tuple(row[2] for row in table.rows) == ("Kronor", "1 200", "2 300", "800", "4 300")


def test_a_quote_that_does_not_close_loses_nothing() -> None:
    text = written(";") + '"Mark;5 600\nOrust;700\n'
    document = read(text)
    cells = [cell for table in document.tables for row in table.rows for cell in row] + [
        b.text for b in document.blocks
    ]
    assert all(any(word in cell for cell in cells) for word in ("Hjo", "Mark", "5 600", "Orust", "700"))


def test_lines_above_and_below_are_blocks_and_titles() -> None:
    text = "Bidrag 2023\nFördelning av 6 900 kronor\n;\n" + written(";") + ";;\nKälla: eget underlag\n"
    document = read(text)
    assert [block.text for block in document.blocks] == [
        "Bidrag 2023",
        "Fördelning av 6 900 kronor",
        "Källa: eget underlag",
    ]
    assert document.tables[0].title_block == 1
    assert all(text[block.start :].startswith(block.text) for block in document.blocks)


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"'])
def test_a_line_that_names_the_mark_is_no_row(first: str) -> None:
    document = read(f"{first}\r\nKommun;kr, tusental\r\nHjo;1,5\r\nTibro;2,5\r\n")
    assert grids(document) == [[("Kommun", "kr, tusental"), ("Hjo", "1,5"), ("Tibro", "2,5")]]
    assert document.blocks == ()
    assert document.tables[0].location_of(1, 1).label == "line 3"


@pytest.mark.parametrize("blank", ["", ";;", " ; ;"])
def test_a_total_set_apart_belongs_to_its_table(blank: str) -> None:
    document = read(f"Bidrag\nKommun;kr;\nHjo;1,5;\nTibro;2,5;\n{blank}\nSumma;4,0;\n{blank}\nKälla\n")
    assert grids(document) == [[("Kommun", "kr", ""), ("Hjo", "1,5", ""), ("Tibro", "2,5", ""), ("Summa", "4,0", "")]]
    assert [block.text for block in document.blocks] == ["Bidrag", "Källa"]


def test_a_source_below_a_table_is_no_row() -> None:
    document = read("Kommun;kr\nHjo;1\nTibro;2\n\nKälla: SCB; egen bearbetning\n")
    assert grids(document) == [[("Kommun", "kr"), ("Hjo", "1"), ("Tibro", "2")]]
    assert [block.text for block in document.blocks] == ["Källa: SCB; egen bearbetning"]


def test_two_tables_with_a_blank_line_between_are_two() -> None:
    document = read("Kommun;kr\nHjo;1\n\nRegion;kr\nSkåne;2\nHalland;3\n")
    assert grids(document) == [[("Kommun", "kr"), ("Hjo", "1")], [("Region", "kr"), ("Skåne", "2"), ("Halland", "3")]]


@pytest.mark.parametrize("name", ["d.txt", "d", "d.csv", "d.html"])
@pytest.mark.parametrize("mark", ["\t", ";"])
def test_rows_are_told_by_their_marks_whatever_the_file_is_called(mark: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(f"Kommun{mark}kr\nHjo{mark}1 200\nTibro{mark}2 300\n", encoding="utf-8")
    document = read_path(str(path), Settings())
    assert (document.format, grids(document)) == ("csv", [[("Kommun", "kr"), ("Hjo", "1 200"), ("Tibro", "2 300")]])


def test_short_rows_are_filled_up() -> None:
    assert read("a;b;c\n" + "x;1;2\n" * 3 + "Mark;\n").tables[0].rows[-1] == ("Mark", "", "")


@pytest.mark.parametrize(
    "text",
    [
        "Region Blekinge 7 752 395\nRegion Dalarna 13 134 897\nRegion Gotland 2 928 463\n",
        "Skola 1 204,5\nOmsorg 903,2\nSumma 2 107,7\n",
        "Adams 1,204,500\nBoone 1,203,500\nTotal 2,408,000\n",
        "Idag, den 3 maj, beslutades\nom stöd, bland annat, till\nkommuner, regioner, och fler.\n",
        "a;b\n",
        "",
    ],
)
def test_figures_and_prose_are_not_delimited(text: str) -> None:
    assert read(text).format == "text"


def test_the_decision_as_csv(tmp_path: Path) -> None:
    lines = (FIXTURES / "decisions" / "second-decision.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|") and "---" not in line]
    path = tmp_path / "decision.csv"
    path.write_text(
        "Fördelning av 1 874 253 165 kronor till regionerna\n\n" + "".join(";".join(row) + "\n" for row in rows),
        encoding="utf-8",
    )
    report = reconcile.check(str(path))
    (finding,) = report.findings
    assert (
        finding.code, finding.observed, finding.expected, finding.fixes[0].applicability, finding.fixes[0].proof,
    ) == ("R101", "544 99 160", "54 499 160", "safe", "sum")  # fmt: skip
    span = finding.primary.anchor
    assert isinstance(span, TextSpan)
    assert path.read_text(encoding="utf-8")[span.start : span.end] == "544 99 160"
    assert [f"{o.kind} {o.status}" for o in report.equations] == ["stated-total ties-after-repair"]


cell = st.text(alphabet="abc 1,2;\"'\n\u00a0åö", max_size=8)


@given(st.lists(st.lists(cell, min_size=2, max_size=4), min_size=3, max_size=6), st.sampled_from(";\t|,"))
def test_what_a_spreadsheet_writes_is_read_back_or_at_least_found(rows: list[list[str]], delimiter: str) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    text = "".join(delimiter.join(map(quoted, row)) + "\n" for row in rows)
    document = read_text("d.csv", text, Settings(), "csv")
    for table in document.tables:
        for row in range(len(table.rows)):
            for col in range(table.width):
                span = table.location_of(row, col).anchor
                assert isinstance(span, TextSpan)
                assert text[span.start : span.end] == table.location_of(row, col).text


@pytest.mark.parametrize("piece", [";", '"', '";', '""', "a;1\n", '"a\n', "|", ",", "a,1,\n"])
def test_a_megabyte_is_read_in_one_go(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    document = read_text("d.csv", text, Settings(), "csv")
    assert document.tables or document.blocks or not text.strip(piece)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        (",2021,2022,2023\nGas,1204,88,1310\nKol,9,77,1\n", ("Kol", "9", "77", "1")),
        ("date,value\n2024-01-01,126\n2024-01-02,7\n2024-01-03,88\n", ("2024-01-03", "88")),
        ("a,b\n1.5,2.5\n10.25,3.5\n7.125,8.5\n", ("7.125", "8.5")),
        ('"Sum\nof all",b,c\n"x, or\ny",1,2\nz,3,4\n', ("z", "3", "4")),
        ("0,0,1,3\n1,2,1,4\n0,1,8,3\n", ("0", "1", "8", "3")),
        ("# Table 7, revised\nplace,men,women\nHjo,11,12\nTibro,13,14\n", ("Tibro", "13", "14")),
    ],
)
def test_commas_between_plain_figures_divide_cells(text: str, last: tuple[str, ...]) -> None:
    document = read(text)
    assert (document.format, document.tables[-1].rows[-1]) == ("csv", last)


@pytest.mark.parametrize("text", ["# Fees\n\nSkola 1 204,5\nOmsorg 903,2\n", "# Fees\nIn May, June and\nJuly, none\n"])
def test_a_heading_above_prose_is_markdown(text: str) -> None:
    assert read(text).format == "markdown"


def test_letters_in_codes_are_noted_only() -> None:
    codes = ("111CA", "113FF", "211", "212", "213", "22", "321", "327", "331", "3361MV", "337", "311FT", "322")
    text = "Industry,Name,Persons\n" + "".join(f"{code},Works {n},{37 * n % 101}\n" for n, code in enumerate(codes, 2))
    findings = reconcile.check_text(text, format="csv").findings
    assert [(finding.code, finding.severity.value) for finding in findings] == [("R104", "note")] * 4


def test_letters_that_look_like_digits_are_noted_only_in_codes() -> None:
    codes = ("211310", "1111B0", "111120", "2332B0", "331110", "336111", "336990", "541100")
    text = "Sector,Name,Amount\n" + "".join(
        f'{code},Works {n},"{n},{37 * n % 101 + 100}"\n' for n, code in enumerate(codes, 2)
    )
    severities = [(f.code, f.severity.value) for f in reconcile.check_text(text, format="csv").findings]
    assert severities == [("R105", "note"), ("R105", "note")]
    severities = [
        (f.code, f.severity.value) for f in reconcile.check_text(text.replace("5,184", "5,1B4"), format="csv").findings
    ]
    assert ("R105", "error") in severities
