"""Fixing: what is corrected, that every other byte stays, and what is refused."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

import reconcile
from reconcile.core.document import Document
from reconcile.core.findings import Edit, Finding, Fix, Severity
from reconcile.core.location import CellRef, Location, SourceText
from reconcile.core.messages import say
from reconcile.read.office.zip import replace_parts
from reconcile.run.fix.loop import Fixed, fix_documents
from reconcile.run.fix.splices import NotEditableError, Splice, clash, splice, spread
from reconcile.run.fix.text import open_edits
from reconcile.run.fix.xlsx import open_workbook
from reconcile.run.pipeline import equate_document, report_on
from tests.cases import FIXTURES
from tests.mutations import SUFFIXES, mutant

UPPSALA = FIXTURES / "parity" / "regions"
NBSP = "\u00a0"
# The total proves that 120 0000 has its spaces in the wrong places.
LINES = [
    "Fördelning av 6 900 000 kronor",
    "",
    "| Län | Kronor |",
    "| - | - |",
    "| Hjo | 120 0000 |",
    "| Bo | 5 700 000 |",
    "| Summa | 6 900 000 |",
    "",
]
WRONG, RIGHT = "120 0000", "1 200 000"


def fix(data: bytes, name: str = "d", **options: Any) -> Fixed:
    return fix_documents({name: data}, **options)


def fixed_bytes(data: bytes, name: str = "d", **options: Any) -> bytes:
    return fix(data, name, **options).contents[name]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_all_bytes_but_the_figure_stay(encoding: str, end: str) -> None:
    text = end.join(LINES)
    assert text.replace(WRONG, RIGHT).encode(encoding) == fixed_bytes(text.encode(encoding))


def test_letters_in_parts_stay_in_parts() -> None:
    text = unicodedata.normalize("NFD", "\n".join(LINES)).replace("Hjo", "Ha\u030abo\u0308")
    assert not unicodedata.is_normalized("NFC", text)
    assert text.replace(WRONG, RIGHT).encode() == fixed_bytes(text.encode())


@pytest.mark.parametrize("suffix", ["md", "txt", "csv", "html"])
def test_text_files_differ_in_one_figure(suffix: str) -> None:
    data = (UPPSALA / f"regions.{suffix}").read_bytes()
    fixed = fix(data)
    assert data.replace(b"544 99 160", b"54 499 160") == fixed.contents["d"]
    assert ([len(fixed.applied), len(fixed.refused)], fixed.after.findings, fixed.after.ok) == ([1, 0], (), True)
    assert fix(fixed.contents["d"]).contents == {}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def entries(data: bytes) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(e.filename, e.date_time, e.compress_type, e.external_attr) for e in archive.infolist()]


def changed_parts(old: bytes, new: bytes) -> set[str]:
    assert entries(old) == entries(new)
    before, after = parts(old), parts(new)
    return {name for name in before if before[name] != after[name]}


def test_a_workbook_differs_in_one_cell_of_one_part() -> None:
    data = (UPPSALA / "regions.xlsx").read_bytes()
    fixed = fixed_bytes(data)
    assert {"xl/worksheets/sheet1.xml"} == changed_parts(data, fixed)
    old, new = openpyxl.load_workbook(io.BytesIO(data)).active, openpyxl.load_workbook(io.BytesIO(fixed)).active
    assert old is not None
    assert new is not None
    differing = {
        cell.coordinate: (cell.value, new[cell.coordinate].value)
        for row in old.iter_rows() for cell in row
        if (cell.value, cell._style) != (new[cell.coordinate].value, new[cell.coordinate]._style)
    }  # fmt: skip
    assert differing == {"C19": ("544 99 160", "54 499 160")}
    assert fix(fixed).contents == {}


def test_parts_without_attributes_stay_without() -> None:
    data = (UPPSALA / "regions.xlsx").read_bytes()
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(bare, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry))
            new.filelist[-1].external_attr = 0
    fixed = fixed_bytes(bare.getvalue())
    assert [entry[3] for entry in entries(fixed)] == [0] * len(entries(data))


def test_a_word_document_differs_in_one_run_of_one_part() -> None:
    import docx

    data = (UPPSALA / "regions.docx").read_bytes()
    fixed = fixed_bytes(data)
    assert {"word/document.xml"} == changed_parts(data, fixed)
    old, new = parts(data)["word/document.xml"], parts(fixed)["word/document.xml"]
    assert old.replace(b"544 99 160", b"54 499 160") == new
    assert docx.Document(io.BytesIO(fixed)).tables[0].cell(14, 1).text == "54 499 160"
    assert fix(fixed).contents == {}


def word(*runs: tuple[str, dict[str, bool]], prose: str = "") -> bytes:
    import docx

    document = docx.Document()
    document.add_paragraph(prose or LINES[0])
    table = document.add_table(4, 2)
    for (row, col), text in {
        (0, 0): "Län",
        (0, 1): "Kronor",
        (1, 0): "Hjo",
        (2, 0): "Bo",
        (2, 1): "5 700 000",
        (3, 0): "Summa",
        (3, 1): "6 900 000",
    }.items():
        table.cell(row, col).text = text
    for text, looks in runs:
        run = table.cell(1, 1).paragraphs[0].add_run(text)
        for look, value in looks.items():
            setattr(run, look, value)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def test_a_figure_over_several_runs_keeps_their_looks() -> None:
    import docx

    data = word(("120 ", {"bold": True}), ("00", {"italic": True}), ("00 kr", {}))
    cell = docx.Document(io.BytesIO(fixed_bytes(data))).tables[0].cell(1, 1)
    runs = [(run.text, run.bold, run.italic) for run in cell.paragraphs[0].runs]
    assert runs == [(RIGHT, True, None), ("", None, True), (" kr", None, None)]


RUN = "<w:r><w:t>120 0000</w:t></w:r>"
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
CONTROL = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
TWICE = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="wps">{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>'
)


def word_with(markup: str) -> bytes:
    data = word((WRONG, {}))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read("word/document.xml").decode()
    assert part.count(RUN) == 1
    return replace_parts(data, {"word/document.xml": part.replace(RUN, markup).encode()})


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (FIELD.format(" =SUM(ABOVE) ", RUN), "it is the result of a field"),
        (f'<w:fldSimple w:instr="DOCPROPERTY x">{RUN}</w:fldSimple>', "it is the result of a field"),
        (
            CONTROL.format('<w:dataBinding w:xpath="/a" w:storeItemID="{1}"/>', RUN),
            "it is bound to data that the document holds elsewhere",
        ),
        (TWICE.format(RUN), "the document holds it twice, for newer programs and for older ones"),
    ],
)
def test_what_word_would_write_anew_is_left(markup: str, reason: str) -> None:
    fixed = fix(word_with(markup))
    assert (fixed.contents, [each.reason for each in fixed.refused], fixed.after.ok) == ({}, [reason], False)


@pytest.mark.parametrize(
    "markup",
    [
        FIELD.format(' HYPERLINK "x" ', RUN),
        FIELD.format(" FORMTEXT ", RUN),
        FIELD.format(" PAGE ", "<w:r><w:t></w:t></w:r>") + RUN,
        CONTROL.format("<w:text/>", RUN),
        f'<w:del w:id="1" w:author="a">{RUN.replace("w:t>", "w:delText>")}</w:del><w:ins w:id="2" w:author="a">{RUN}</w:ins>',
        f'<w:hyperlink w:anchor="x">{RUN}</w:hyperlink>',
    ],
)
def test_what_was_typed_into_fields_links_and_controls_is_corrected(markup: str) -> None:
    data = word_with(markup)
    fixed = fixed_bytes(data)
    assert changed_parts(data, fixed) == {"word/document.xml"}
    old, new = (parts(each)["word/document.xml"].decode() for each in (data, fixed))
    assert new == old.replace("<w:t>120 0000</w:t>", f"<w:t>{RIGHT}</w:t>")


def test_a_stated_total_in_a_paragraph_of_word() -> None:
    import docx

    data = word((RIGHT, {}), prose="Fördelning av 69 00 000 kronor")
    document = docx.Document(io.BytesIO(fixed_bytes(data)))
    assert document.paragraphs[0].text == "Fördelning av 6 900 000 kronor"


def book(build: Any) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in [["Län", "Kronor"], ["Hjo", WRONG], ["Bo", "5 700 000"], ["Summa", "6 900 000"]]:
        sheet.append(row)
    build(sheet)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def test_a_text_that_cells_share_is_changed_in_one() -> None:
    def build(sheet: Any) -> None:
        sheet["D9"] = WRONG

    fixed = openpyxl.load_workbook(io.BytesIO(fixed_bytes(book(build)))).active
    assert fixed is not None
    assert [fixed["B2"].value, fixed["D9"].value] == [RIGHT, WRONG]


def test_rich_text_keeps_its_looks() -> None:
    def build(sheet: Any) -> None:
        sheet["B2"] = CellRichText(TextBlock(InlineFont(b=True), "120 00"), "00", " kr")

    fixed = openpyxl.load_workbook(io.BytesIO(fixed_bytes(book(build))), rich_text=True).active
    assert fixed is not None
    value = fixed["B2"].value
    assert f"{RIGHT} kr" == str(value)
    assert (value[0].text, value[0].font.b) == (RIGHT, True)


def place_cell(data: bytes, address: tuple[int, int], old: str, new: str) -> bytes:
    location = Location("d", "", CellRef("Sheet", *address))
    found = open_workbook(data)(Edit(location, old, new), old)
    archive = parts(data)
    for part in {each.part for each in found}:
        archive[part] = splice(archive[part], [each for each in found if each.part == part])
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        for name, content in archive.items():
            zipped.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("value", "format", "old", "new", "expected"),
    [
        (54499160, "#,##0", "54 499 160", "54 499 610", 54499610),
        (-54499, "#,##0", "-54 499", "-54 494", -54494),
        (-54499, "#,##0;(#,##0)", "54 499", "54 494", -54494),
        (1234.5, "0.00", "1234.50", "1243.50", 1243.5),
        (54499000, "#,##0,", "54 499", "54 494", 54494000),
        (0.12, "0%", "12", "21", 0.21),
    ],
)
def test_a_number_cell_gets_the_right_number(value: float, format: str, old: str, new: str, expected: float) -> None:
    def build(sheet: Any) -> None:
        sheet["B2"] = value
        sheet["B2"].number_format = format

    sheet = openpyxl.load_workbook(io.BytesIO(place_cell(book(build), (2, 2), old, new))).active
    assert sheet is not None
    assert (expected, format) == (sheet["B2"].value, sheet["B2"].number_format)


@pytest.mark.parametrize(
    ("value", "format", "old", "new", "reason"),
    [
        (1234.4, "0", "1234", "1243", "its format does not print all of the number"),
        ("=1+1", "0", "2", "3", "the cell holds a formula"),
        (54499, "0", "54499", "54.494", "whether “54.494” has decimals is not certain"),
        (True, "0", "TRUE", "2", "the cell holds neither a number nor text"),
        ("1 of 1", "@", "1", "2", "“1” stands there more than once"),
    ],
)
def test_what_a_cell_does_not_say_is_not_changed(value: Any, format: str, old: str, new: str, reason: str) -> None:
    def build(sheet: Any) -> None:
        sheet["B2"] = value
        sheet["B2"].number_format = format

    with pytest.raises(NotEditableError, match=re.escape(reason)):
        place_cell(book(build), (2, 2), old, new)


def test_formulas_are_worked_out_anew_after_a_change() -> None:
    def build(sheet: Any) -> None:
        sheet["E1"] = "=LEN(B2)"

    data = book(build)
    with_attribute = openpyxl.load_workbook(io.BytesIO(data))
    assert with_attribute.calculation.fullCalcOnLoad is True
    content = parts(data)
    content["xl/workbook.xml"] = re.sub(
        rb"<calcPr[^>]*/>", b'<calcPr calcId="1" fullCalcOnLoad="0"/>', content["xl/workbook.xml"]
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        for name, part in content.items():
            zipped.writestr(name, part)
    fixed = fixed_bytes(written.getvalue())
    assert {"xl/workbook.xml", "xl/worksheets/sheet1.xml"} == changed_parts(written.getvalue(), fixed)
    calculation = openpyxl.load_workbook(io.BytesIO(fixed)).calculation
    assert (calculation.calcId, calculation.fullCalcOnLoad) == (1, True)


def test_a_signed_document_is_left_alone() -> None:
    data = io.BytesIO((UPPSALA / "regions.xlsx").read_bytes())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<s/>")
    fixed = fix(data.getvalue())
    assert (
        fixed.contents,
        [refused.reason for refused in fixed.refused],
    ) == ({}, ["it is signed, and a change would break the signature"])


@pytest.mark.parametrize("suffix", ["pdf", "xls", "ods", "odt", "pptx", "rtf", "eml"])
def test_formats_that_cannot_be_edited_are_named(suffix: str) -> None:
    fixed = fix((UPPSALA / f"regions.{suffix}").read_bytes())
    (refused,) = fixed.refused
    assert (fixed.contents, fixed.applied, fixed.after.ok) == ({}, (), False)
    assert refused.reason.endswith("cannot be edited here; correct it in the program that made it")


PAGE = (
    "<p>Fördelning av 6&nbsp;900&nbsp;000 kronor</p><table><tr><th>Län<th>Kronor"
    "<tr><td>Hjo<td>{}<tr><td>Bo<td>5&nbsp;700&nbsp;000<tr><td>Summa<td>6&nbsp;900&nbsp;000</table>"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("120&nbsp;0000 kr", "1&nbsp;200&nbsp;000 kr"),
        ("<b>120</b>&nbsp;0000", "<b>1&nbsp;200&nbsp;000</b>"),
        ("120 <i>00</i>00", "1&nbsp;200&nbsp;000<i></i>"),
        ("<b>120\n0000</b>", "<b>1&nbsp;200&nbsp;000</b>"),
        ("<b><b>12</b>0</b> 0000", "<b><b>1&nbsp;200&nbsp;000</b></b>"),
        ("120 0000<sup>1</sup>", "1&nbsp;200&nbsp;000<sup>1</sup>"),
        ('120 0000<sup><a href="#n">1)</a></sup>', '1&nbsp;200&nbsp;000<sup><a href="#n">1)</a></sup>'),
        ("120 <!-- 120 0000 -->0000", "1&nbsp;200&nbsp;000<!-- 120 0000 -->"),
    ],
)
def test_html_keeps_its_tags_and_references(old: str, new: str) -> None:
    assert PAGE.format(new) == fixed_bytes(PAGE.format(old).encode(), format="html").decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("**120 0000**", "**1 200 000**"),
        ("120 **00**00 kr", "1 200 000 kr"),
        ("120&#32;0000", RIGHT),
        ("**120** 0000", "**1 200 000**"),
        ("120 **0000**", "**1 200 000**"),
        ("~~1~~ 120 0000", "~~1~~ 1 200 000"),
    ],
)
def test_markdown_keeps_its_marks(old: str, new: str) -> None:
    text = "\n".join(LINES)
    assert text.replace(WRONG, new) == fixed_bytes(text.replace(WRONG, old).encode()).decode()


CAPTION = "Fördelning av {} kronor"


@pytest.mark.parametrize(
    ("format", "old", "new"),
    [
        ("html", "<b>690 0000</b>", "<b>6&nbsp;900&nbsp;000</b>"),
        ("html", "690&nbsp;0000", "6&nbsp;900&nbsp;000"),
        ("html", "690\n0000", "6&nbsp;900&nbsp;000"),
        ("markdown", "**690 0000**", "**6 900 000**"),
        ("markdown", "690&#160;0000", "6 900 000"),
    ],
)
def test_a_caption_is_corrected_among_the_marks_of_its_paragraph(format: str, old: str, new: str) -> None:
    text = PAGE if format == "html" else "\n".join(LINES)
    right = text.replace("{}", RIGHT).replace(WRONG, RIGHT)
    caption = right[: right.index("kronor") + 6].rpartition(">")[2]
    before, after = (right.replace(caption, CAPTION.format(figure)) for figure in (old, new))
    assert after == fixed_bytes(before.encode(), format=format).decode()


def test_a_caption_that_stands_twice_in_its_paragraph_is_left() -> None:
    page = PAGE.format(RIGHT).replace(
        "6&nbsp;900&nbsp;000 kronor", "<b>690 0000</b> kronor <!-- --> och 690 0000 kronor"
    )
    fixed = fix(page.encode(), format="html")
    assert (fixed.contents, [each.reason for each in fixed.refused]) == (
        {},
        ["“690 0000” stands there more than once"],
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("−120 0000", "−1 200 000"),
        ("- 120 0000", "- 1 200 000"),
        ("(120 0000)", "(1 200 000)"),
        ("-120 0000 kr", "-1 200 000 kr"),
    ],
)
def test_a_minus_is_written_as_it_was(old: str, new: str) -> None:
    text = "| Län | Kronor |\n| - | - |\n| Hjo | {} |\n| Bo | 5 700 000 |\n| Ed | 2 800 000 |\n| Summa | 7 300 000 |\n"
    assert fixed_bytes(text.format(old).encode()).decode() == text.format(new)


def edit_text(text: str, old: str, new: str, format: str, figure: str = "") -> str:
    source = SourceText.of(text)
    start = text.index(old)
    document = Document("d", format, "utf-8", source=source)
    place = Edit(source.location("d", start, start + len(old)), old, new)
    return splice(text.encode(), open_edits(text.encode(), document)(place, figure or old)).decode()


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("a,b\nx,1200.5\ny,2\n", "1200.5", "1200,5", 'a,b\nx,"1200,5"\ny,2\n'),
        ('a,b\n"x","1200.5"\n"y","2"\n', "1200.5", "1200,5", 'a,b\n"x","1200,5"\n"y","2"\n'),
        ("a;b\nx;1200.5\ny;2\n", "1200.5", "1200,5", "a;b\nx;1200,5\ny;2\n"),
    ],
)
def test_delimited_text_stays_delimited(text: str, old: str, new: str, expected: str) -> None:
    assert expected == edit_text(text, old, new, "csv")


@pytest.mark.parametrize("cell", ['="{}"', '"=""{}"""', '"{}"', " {} "])
def test_the_quotes_of_a_cell_stay(cell: str) -> None:
    text = f"Län;Kronor\r\nHjo;{cell}\r\nBo;{cell.format('5 700 000')}\r\nSumma;{cell.format('6 900 000')}\r\n"
    assert fixed_bytes(text.format(WRONG).encode(), "d.csv").decode() == text.format(RIGHT)


NOTES = st.text('ab";,\n é0', max_size=12)


@given(
    st.lists(st.tuples(st.integers(1_000_000, 99_999_999), NOTES), min_size=3, max_size=6),
    st.sampled_from(";\t,"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.data(),
)
def test_another_reader_of_csv_sees_one_cell_corrected(
    rows: list[tuple[int, str]], delimiter: str, end: str, quoting: Any, data: st.DataObject
) -> None:
    def written(cells: list[list[str]]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(cells)
        return out.getvalue()

    total = sum(value for value, _ in rows)
    names = [["Alby", "Boda", "Dalby", "Ekeby", "Fors", "Holm"][n] for n in range(len(rows))]
    table = [
        ["Ort", "Not", "Kronor"],
        *([name, note, spaced(value)] for name, (value, note) in zip(names, rows, strict=True)),
    ]
    table.append(["Summa", "", spaced(total)])
    place = data.draw(st.integers(1, len(rows)))
    wrong = [list(row) for row in table]
    digits = wrong[place][2].replace(" ", "")
    wrong[place][2] = f"{digits[:-4]} {digits[-4:]}"
    before, after = written(wrong).encode(), written(table).encode()
    fixed = fix(before, "d.csv")
    assert fixed.contents.get("d.csv", before) in (before, after)
    assert bool(fixed.contents) == bool(fixed.applied)
    if not any('"' in note or "\n" in note for _, note in rows):
        assert fixed.contents["d.csv"] == after


def spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def test_names_are_written_as_the_format_needs() -> None:
    assert edit_text("<td>R and D</td>", "R and D", "R&D <1", "html") == "<td>R&amp;D &lt;1</td>"
    assert edit_text("| ab |", "ab", "a|b", "markdown") == "| a\\|b |"


def test_what_an_encoding_lacks() -> None:
    document = Document("d", "text", "cp1252", source=SourceText.of("å 1 2"))
    place = open_edits("å 1 2".encode("cp1252"), document)
    assert document.source is not None
    edit = Edit(document.source.location("d", 2, 5), "1 2", "1\u202f2")
    with pytest.raises(NotEditableError, match="cannot be written in cp1252"):
        place(edit, "1 2")
    page = Document("d", "html", "cp1252", source=document.source)
    (written,) = open_edits("å 1 2".encode("cp1252"), page)(edit, "1 2")
    assert Splice("", 2, 5, b"1&#8239;2") == written


def test_unsafe_fixes_are_made_only_when_asked_for() -> None:
    data = (FIXTURES / "rules" / "R101-malformed-grouping" / "bad-unproved.md").read_bytes()
    assert fix(data).contents == {}
    fixed = fix(data, unsafe=True)
    assert data.replace(b"23 00 000", b"2 300 000") == fixed.contents["d"]
    assert [done.fix.applicability for done in fixed.applied] == ["unsafe"]
    assert fix(fixed.contents["d"], unsafe=True).contents == {}


def test_all_fixtures_with_fixes_are_settled_by_one_run() -> None:
    fixable = 0
    for path in sorted((FIXTURES / "rules").glob("*/bad-*")):
        if path.is_file() and not path.name.endswith(".expected.json"):
            for unsafe in (False, True):
                once = fix(path.read_bytes(), unsafe=unsafe)
                fixable += bool(once.contents)
                if once.contents:
                    assert fix(once.contents["d"], unsafe=unsafe).contents == {}, path
    assert fixable >= 20


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "csv", "xlsx", "docx"])
def test_mutants_are_fixed_once_and_for_all(suffix: str) -> None:
    (format,) = [name for name, known in SUFFIXES.items() if known == suffix]
    written = 0
    for number in range(0, 600, 60):
        data = mutant(format, number)
        contents = fix(data, f"d.{suffix}", unsafe=True).contents
        written += len(contents)
        assert fix(contents.get(f"d.{suffix}", data), f"d.{suffix}", unsafe=True).contents == {}
    assert written


def test_a_budget_proves_what_is_fixed(tmp_path: Path) -> None:
    fixed = reconcile.fix(
        *(str(FIXTURES / "decisions" / f"{name}-decision.txt") for name in ("first", "second")),
        budget=str(FIXTURES / "decisions" / "budget.yaml"),
    )
    path = str(FIXTURES / "decisions" / "second-decision.txt")
    assert {path} == set(fixed.contents)
    assert Path(path).read_bytes().replace(b"544 99 160", b"54 499 160") == fixed.contents[path]
    assert (fixed.after.ok, fixed.before.ok) == (True, False)


def test_a_file_that_cannot_be_read_is_left(tmp_path: Path) -> None:
    fixed = reconcile.fix(str(tmp_path / "none.txt"))
    assert (fixed.contents, [finding.code for finding in fixed.after.findings]) == ({}, ["R001"])


def test_a_document_that_fails_does_not_keep_others_from_being_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(document: Document, settings: Any) -> Any:
        if document.path == "bad" and document.tables:
            raise ZeroDivisionError("by nought")
        return equate_document(document, settings)

    monkeypatch.setattr("reconcile.run.fix.loop.equate_document", fail)
    text = "\n".join(LINES)
    fixed = fix_documents({"bad": text.encode(), "good": text.encode()})
    assert fixed.contents == {"good": text.replace(WRONG, RIGHT).encode()}
    assert [(each.code, each.message) for each in fixed.after.findings] == [
        ("R001", "checking it failed: ZeroDivisionError: by nought")
    ]


def test_what_would_make_more_wrong_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "\n".join(LINES).replace(WRONG, RIGHT).encode()
    (total,) = [
        o.total for o in reconcile.check_text(data.decode(), "markdown", "d").outcomes if o.kind == "column-total"
    ]
    worse = Fix(say("write 1"), (Edit(total.location, "6 900 000", "1"),), "safe", "sum", 0.999, "1")
    finding = Finding("R301", Severity.NOTE, say(""), total.location)
    monkeypatch.setattr("reconcile.run.fix.loop._choose", lambda findings, unsafe: [(finding, worse)])
    fixed = fix(data)
    assert (fixed.contents, fixed.applied, fixed.after.findings) == ({}, (), ())
    assert [refused.reason for refused in fixed.refused] == ["more would be wrong after it than before"]


def test_two_fixes_at_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "\n".join(LINES).encode()
    (finding,) = reconcile.check_text(data.decode(), "markdown", "d").findings
    (good,) = finding.fixes
    edit = good.edits[0]
    other = good._replace(confidence=0.995, edits=(edit._replace(new="12 000 000"),))
    both = [finding._replace(fixes=(other,)), finding._replace(fixes=(good,)), finding._replace(fixes=(good,))]
    reports = [both, []]
    monkeypatch.setattr(
        "reconcile.run.fix.loop.report_on",
        lambda *arguments: replace(report_on(*arguments), findings=tuple(reports.pop(0))),
    )
    fixed = fix(data)
    assert fixed.contents["d"] == data.replace(WRONG.encode(), RIGHT.encode())
    assert [done.fix.confidence for done in fixed.applied] == [0.999]


def test_a_fix_is_made_as_a_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "\n".join(LINES).encode()
    (finding,) = reconcile.check_text(data.decode(), "markdown", "d").findings
    (good,) = finding.fixes
    elsewhere = Edit(Location("e", "line 1"), "1", "2")
    half = finding._replace(fixes=(good._replace(edits=(*good.edits, elsewhere)),))
    monkeypatch.setattr("reconcile.run.fix.loop._choose", lambda findings, unsafe: [(half, half.fixes[0])])
    fixed = fix(data)
    assert (fixed.contents, [refused.reason for refused in fixed.refused]) == (
        {},
        ["it is not among the documents given"],
    )


def test_splices_at_one_place_clash() -> None:
    one = Splice("", 3, 5, b"x")
    assert clash([one], [Splice("", 4, 6, b"y")])
    assert not clash([one], [one])
    assert not clash([one], [Splice("", 5, 6, b"y")])
    assert not clash([one], [Splice("p", 4, 6, b"y")])


@given(st.lists(st.text("0123456789 ", max_size=4), min_size=1, max_size=6), st.data())
def test_spreading_changes_the_text_and_nothing_else(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    start = data.draw(st.integers(0, len(text)))
    old = text[start : data.draw(st.integers(start, len(text)))]
    try:
        changed = spread(pieces, old, "x y")
    except NotEditableError:
        return
    after = [changed.get(number, piece) for number, piece in enumerate(pieces)]
    assert ("x y" in "".join(after), len(text) - len(old) + 3) == (True, len("".join(after)))
    assert [number for number, piece in enumerate(pieces) if number not in changed and after[number] != piece] == []
    assert "".join(after).replace("x y", old) == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30), st.text(max_size=30), st.data())
def test_a_span_is_found_among_the_bytes(before: str, behind: str, data: st.DataObject) -> None:
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
    # The mark of UTF-16 and a NUL are the mark of UTF-32.
    assume(not before.startswith("\0"))
    text = f"{before}\n|7|\n{behind}"
    source = SourceText.of(unicodedata.normalize("NFC", text))
    start = len(unicodedata.normalize("NFC", f"{before}\n|"))
    document = Document("d", "text", encoding.removesuffix("-sig"), source=source)
    edit = Edit(source.location("d", start, start + 1), "7", "99")
    raw = text.encode(encoding)
    assert f"{before}\n|99|\n{behind}".encode(encoding) == splice(raw, open_edits(raw, document)(edit, "7"))
