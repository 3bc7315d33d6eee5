"""Word: every cell and paragraph where it is told to be, digits never joined, the final text, nothing hostile opened."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pytest
from docx.oxml.parser import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

import reconcile
from reconcile.core.document import Document
from reconcile.core.location import BlockRef, Location
from reconcile.core.settings import Settings
from reconcile.read import read_bytes, read_text
from reconcile.read.office.docx import recognises
from tests.cases import FIXTURES

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CAPTION = "Fördelning av 1 874 253 165 kronor till regionerna"


def packed(word: Any) -> bytes:
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def built(body: str, parts: dict[str, str] | None = None) -> bytes:
    """A document whose body is the given XML, with further parts such as ``footnotes``."""
    word = docx.Document()
    element = word.element.body
    for child in list(element)[:-1]:
        element.remove(child)
    for place, child in enumerate(parse_xml(f"<w:body {W}>{body}</w:body>")):
        element.insert(place, child)
    for kind, xml in (parts or {}).items():
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        type = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
        part = Part(PackURI(f"/word/{kind}.xml"), type, xml.encode(), word.part.package)
        word.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}")
    return packed(word)


def p(text: str) -> str:
    return f"<w:p>{text}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: list[str]) -> str:
    grid = "<w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid>"
    return f"<w:tbl>{grid}" + "".join("<w:tr>" + "".join(row) + "</w:tr>" for row in rows) + "</w:tbl>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<') else p(r(content))}</w:tc>"


def read(body: str, parts: dict[str, str] | None = None) -> Document:
    return read_bytes("d.docx", built(body, parts), Settings())


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def said(document: Document) -> list[tuple[str, str]]:
    return [(fault.code, fault.message) for fault in document.faults]


def decision() -> bytes:
    """The second decision as a Word document."""
    source = read_text("d", (FIXTURES / "decisions/second-decision.txt").read_text("utf-8"), Settings())
    word = docx.Document()
    word.add_heading(source.blocks[0].text, 1)
    for block in source.blocks[1:]:
        word.add_paragraph(block.text)
    rows = source.tables[0].rows
    grid = word.add_table(len(rows), 2)
    for row, cells in zip(grid.rows, rows, strict=True):
        for target, text in zip(row.cells, cells, strict=True):
            target.text = text
    return packed(word)


def test_the_misplaced_space_is_found_and_proved(tmp_path: Path) -> None:
    path = tmp_path / "decision.docx"
    path.write_bytes(decision())
    report = reconcile.check(str(path))
    (finding,) = report.findings
    assert (finding.code, finding.observed) == ("R101", "544 99 160")
    assert [(fix.replacement, fix.applicability) for fix in finding.fixes] == [("54 499 160", "safe")]
    assert [(e.kind, e.status) for e in report.equations] == [("stated-total", "ties-after-repair"), ("claim", "ties")]
    assert finding.primary.label == "table 1, row 15, column 2"
    assert BlockRef(1, 15, 2) == finding.primary.anchor
    assert docx.Document(str(path)).tables[0].cell(14, 1).text == "544 99 160"
    (stated,) = finding.related
    assert isinstance(stated.anchor, BlockRef)
    assert docx.Document(str(path)).paragraphs[stated.anchor.block - 1].text == CAPTION
    assert stated.text == "1 874 253 165"


def test_the_report_of_a_word_document_keeps_to_its_schema(tmp_path: Path) -> None:
    path = tmp_path / "decision.docx"
    path.write_bytes(decision())
    report = reconcile.check(str(path)).to_dict()
    schema = json.loads((FIXTURES.parent / "schemas/report-v1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(report)


def test_paragraphs_and_headings_in_order() -> None:
    word = docx.Document()
    word.add_heading("Bidrag 2023", 1)
    word.add_paragraph("")
    word.add_paragraph("Till kommunerna")
    word.add_table(2, 2).cell(1, 1).text = "5"
    word.add_paragraph("Titel", style="Title")
    data = packed(word)
    document = read_bytes("d", data, Settings())
    assert [
        ("Bidrag 2023", "heading", Location("d", "paragraph 1", BlockRef(1, 0, 0), None, "Bidrag 2023")),
        ("Till kommunerna", "paragraph", Location("d", "paragraph 3", BlockRef(3, 0, 0), None, "Till kommunerna")),
        ("Titel", "heading", Location("d", "paragraph 4", BlockRef(4, 0, 0), None, "Titel")),
    ] == [(block.text, block.kind, block.place) for block in document.blocks]
    assert document.tables[0].title_block == 1
    assert document.tables[0].rows == (("", ""), ("", "5"))


def test_merged_cells_stand_once_and_where_they_begin() -> None:
    rows = (
        [cell("Region", '<w:vMerge w:val="restart"/>'), cell("Totalt", '<w:gridSpan w:val="2"/>')],
        [cell("", "<w:vMerge/>"), cell("2022"), cell("2023")],
        [cell("Skåne"), cell("1 000"), cell("2 000")],
        [cell("Kvar", "<w:vMerge/>"), cell("3"), cell("4")],
    )
    data = built(table(*rows))
    document = read_bytes("d", data, Settings())
    (grid,) = document.tables
    assert grid.rows == (
        ("Region", "Totalt", ""),
        ("", "2022", "2023"),
        ("Skåne", "1 000", "2 000"),
        ("Kvar", "3", "4"),
    )
    assert docx.Document(io.BytesIO(data)).tables[0].cell(2, 2).text == "2 000"
    assert (BlockRef(1, 3, 3), "table 1, row 3, column 3") == grid.places.place(2, 2)
    assert grid.header_rows is None


@pytest.mark.parametrize("place", [1, 2, 3])
def test_two_amounts_in_a_cell_are_said(place: int, tmp_path: Path) -> None:
    rows = [["Kommun", "kr"], ["Hjo", "2 500"], ["Tibro", "4 000"], ["Skara", "3 000"], ["Summa", "9 500"]]
    rows[place][1] = "1 200\n1 300"
    document = docx.Document()
    table = document.add_table(len(rows), 2)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    path = tmp_path / "two.docx"
    document.save(str(path))
    report = reconcile.check(str(path))
    assert [(f.code, f.severity.value, f.observed, f.primary.label) for f in report.findings] == [
        ("R107", "note", "1 200\n1 300", f"table 1, row {place + 1}, column 2")
    ]
    assert [o.status for o in report.equations] == ["unverifiable"]


def test_rows_marked_as_header_are_told() -> None:
    body = table([cell("Region"), cell("2023")], [cell("A"), cell("1")])
    document = read(body.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1))
    assert document.tables[0].header_rows == 1


def test_a_nested_table_stands_for_itself() -> None:
    inner = table([cell("a"), cell("1")], [cell("b"), cell("2")])
    body = p(r("Före")) + table([cell("x"), cell(p(r("y")) + inner + p(""))], [cell("z"), cell("3")])
    document = read(body + table([cell("m"), cell("4")]))
    assert [t.rows for t in document.tables] == [(("x", "y"), ("z", "3")), (("a", "1"), ("b", "2")), (("m", "4"),)]
    assert document.tables[1].location_of(1, 0).label == "table 2 (in table 1, row 1, column 2), row 2, column 1"
    assert [t.index for t in document.tables] == [0, 1, 2]


def test_a_table_of_one_cell_is_a_frame() -> None:
    inner = table([cell("a"), cell("1")])
    document = read(table([cell(p(r("Rubrik")) + inner + p(r("Slut")))]))
    assert texts(document) == ["Rubrik", "Slut"]
    assert [t.rows for t in document.tables] == [(("a", "1"),)]
    assert Location("d.docx", "table 1, row 1, column 1", BlockRef(1, 1, 1), None, "Rubrik") == document.blocks[0].place
    assert document.tables[0].title_block == 0


RAISED = '<w:vertAlign w:val="superscript"/>'
NOTE = '<w:r><w:footnoteReference w:id="7"/></w:r>'


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (r("54 499 160") + r("1", RAISED), "54 499 160¹"),
        (r("54 499 160") + r("1)", RAISED), "54 499 160¹)"),
        (r("54 499 160") + r("12", '<w:position w:val="6"/>'), "54 499 160¹²"),
        (r("54 499 160") + r("1", '<w:rStyle w:val="FootnoteReference"/>' + RAISED), "54 499 160¹"),
        (r("CO") + r("2", '<w:vertAlign w:val="subscript"/>'), "CO₂"),
        (r("54 499 160") + NOTE, "54 499 160¹"),
        (r("54 499 160") + NOTE + NOTE, "54 499 160¹²"),
        ("<w:r><w:t>54</w:t><w:tab/><w:t>499</w:t><w:br/><w:t>160</w:t></w:r>", "54\t499\n160"),
        ("<w:r><w:noBreakHyphen/><w:t>5 000</w:t></w:r>", "-5 000"),
        ('<w:r><w:sym w:font="Symbol" w:char="F02D"/><w:t>5</w:t></w:r>', "−5"),
        (r("54 ") + f"<w:hyperlink>{r('499 ')}</w:hyperlink><w:sdt><w:sdtContent>{r('160')}</w:sdtContent></w:sdt>",
         "54 499 160"),
        (f"{r('a')}<w:smartTag>{r('b')}</w:smartTag><w:fldSimple w:instr='x'>{r('3')}</w:fldSimple>", "ab3"),
        ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>=1+2</w:instrText></w:r>'
         f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("3")}<w:r><w:fldChar w:fldCharType="end"/></w:r>{r(" st")}',
         "3 st"),
        ("<!-- 5 --><w:r><w:t>1<!-- 6 -->2</w:t></w:r>", "12"),
    ],
)  # fmt: skip
def test_digits_are_never_joined_nor_lost(content: str, text: str) -> None:
    document = read(table([cell("a"), cell(p(content))]))
    assert text == document.tables[0].rows[0][1]
    assert said(document) == []


def test_footnotes_are_blocks() -> None:
    note = f'<w:footnotes {W}><w:footnote w:id="7">{p("<w:r><w:footnoteRef/></w:r>" + r(" Avser 2022"))}</w:footnote></w:footnotes>'
    document = read(p(r("Text")) + table([cell("a"), cell(p(r("160") + NOTE))]), {"footnotes": note})
    assert texts(document) == ["Text", "Avser 2022"]
    assert Location("d.docx", "footnote 1", BlockRef(1, 1, 2), None, "Avser 2022") == document.blocks[1].place


def test_the_final_text_of_tracked_changes_is_read_and_said() -> None:
    changed = (
        r("54 ") + f"<w:ins>{r('499')}</w:ins><w:del><w:r><w:delText>500</w:delText></w:r></w:del>"
        f"<w:moveFrom>{r(' 777')}</w:moveFrom><w:moveTo>{r(' 160')}</w:moveTo>"
    )
    joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + r("Slut på ") + "</w:p>" + p(r("samma rad"))
    gone = "<w:tr><w:trPr><w:del/></w:trPr>" + cell("bort") + cell("9") + "</w:tr>"
    body = joined + table([cell("a"), cell(p(changed))], [cell("b"), cell("2")]).replace("</w:tr>", "</w:tr>" + gone, 1)
    document = read(body)
    assert texts(document) == ["Slut på samma rad"]
    assert document.tables[0].rows == (("a", "54 499 160"), ("b", "2"))
    assert document.tables[0].location_of(1, 1).label == "table 1, row 3, column 2"
    assert said(document) == [("R003", "has tracked changes; the final text was read")]


def test_hidden_text_is_skipped_and_said_where_it_holds_digits() -> None:
    hidden = "has hidden text that holds digits; it was not read"
    assert said(read(p(r("Syns") + r(" inte", "<w:vanish/>")))) == []
    document = read(p(r("54 499 ") + r("999", "<w:vanish/>") + r("160", '<w:vanish w:val="0"/>')))
    assert texts(document) == ["54 499 160"]
    assert [("R003", hidden)] == said(document)


def test_rows_in_tabbed_paragraphs_are_a_table() -> None:
    lines = ["Region\tKronor", "Skåne\t1 000", "Halland\t2 000", "Summa\t3 000"]
    word = docx.Document()
    for line in ["Fördelning", "", *lines, "Slut."]:
        word.add_paragraph(line)
    data = packed(word)
    document = read_bytes("d", data, Settings())
    (grid,) = document.tables
    assert grid.rows == (("Region", "Kronor"), ("Skåne", "1 000"), ("Halland", "2 000"), ("Summa", "3 000"))
    assert texts(document) == ["Fördelning", "Slut."]
    assert [block.place.label for block in document.blocks if block.place] == ["paragraph 1", "paragraph 7"]
    assert grid.title_block == 0
    location = grid.location_of(2, 1)
    assert (BlockRef(5, 0, 0), "paragraph 5, column 2", "2 000") == (location.anchor, location.label, location.text)
    assert docx.Document(io.BytesIO(data)).paragraphs[4].text == "Halland\t2 000"


def test_text_boxes_and_content_controls_are_read_once() -> None:
    box = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"><w:drawing><w:txbxContent>{p(r("I rutan 5"))}</w:txbxContent></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><w:txbxContent>{p(r('I rutan 5'))}</w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    document = read(p(r("Utanför") + box) + f"<w:sdt><w:sdtContent>{p(r('I kontrollen'))}</w:sdtContent></w:sdt>")
    assert [(block.text, block.place.label) for block in document.blocks if block.place] == [
        ("Utanför", "paragraph 1"),
        ("I rutan 5", "text box at paragraph 1"),
        ("I kontrollen", "paragraph 2"),
    ]


def test_what_is_not_read_is_said() -> None:
    math = '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>2</m:t></m:r></m:oMath>'
    document = read(p(r("16") + math + r("1")) + p("<w:r><w:object/></w:r>") + '<w:altChunk w:id="x"/>')
    assert texts(document) == ["16 1"]
    assert [message for _, message in said(document)] == [
        "has formulas (Office Math) that hold digits; they were not read",
        "has embedded objects, such as spreadsheets or diagrams; they were not read",
        "has parts imported from other documents (altChunk); they were not read",
    ]
    blip = '<a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>'
    assert said(read(p(f"<w:r><w:drawing>{blip}</w:drawing></w:r>"))) == [
        ("R003", "holds pictures and no text; pictures are not read")
    ]


def test_headers_and_footers_are_read_last() -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Belopp i kronor"
    word.sections[0].footer.paragraphs[0].text = "Sida"
    word.add_paragraph("Text")
    blocks = read_bytes("d", packed(word), Settings()).blocks
    assert [(block.text, block.place.label) for block in blocks if block.place] == [
        ("Text", "paragraph 1"),
        ("Belopp i kronor", "page header"),
        ("Sida", "page footer"),
    ]


def test_word_is_told_by_its_parts() -> None:
    assert recognises(decision()[:200_000])
    assert not recognises(rezipped(built(p(r("a"))), {})[4:])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/embeddings/a.docx", decision())
    assert not recognises(stream.getvalue())
    assert not recognises(b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"))


def rezipped(data: bytes, changes: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, changes.get(part, old.read(part)))
        for part in changes.keys() - set(old.namelist()):
            new.writestr(part, changes[part])
    return stream.getvalue()


def test_a_zip_bomb_is_refused() -> None:
    data = rezipped(built(p(r("a"))), {"word/media/a.bin": b"\0" * 3_000_000})
    ((code, message),) = said(read_bytes("d", data, Settings(max_bytes=100_000)))
    assert code == "R004"
    assert message == "unpacks to more than 20 times the limit max_bytes = 100,000; not read"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/other.dat"])
def test_a_document_type_is_refused(part: str, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    document = read_bytes("d", rezipped(built(p(r("a"))), {part: xml.encode(encoding)}), Settings())
    assert [("R004", f"its part {part} declares a document type; not read")] == said(document)


def test_what_only_looks_like_word() -> None:
    text = b"A 1 000\nB 2 000\nC 3 000\n"
    assert read_bytes("renamed.docx", text, Settings()).format == "text"
    assert said(read_bytes("d", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, Settings())) == [
        ("R001", "an old office file that holds no workbook; save it as .docx or .xlsx")
    ]
    assert said(read_bytes("d", bytes.fromhex("d0cf11e0a1b11ae1"), Settings(), "docx")) == [
        ("R004", "encrypted, or of an older format; not read")
    ]
    assert said(read_bytes("d", text, Settings(), "docx")) == [
        ("R001", "a truncated or broken archive: BadZipFile: File is not a zip file")
    ]


def test_truncated_files_are_faults() -> None:
    data = decision()
    for size in range(60, len(data), len(data) // 50):
        (fault,) = read_bytes("d", data[:size], Settings(), "docx").faults
        assert fault.code == "R001"


def test_a_cell_over_a_million_columns_is_refused() -> None:
    document = read(table([cell("a", '<w:gridSpan w:val="999999999"/>'), cell("1")]))
    assert said(document) == [("R004", "has more cells in its tables than the limit max_cells = 5,000,000")]


GOOD = decision()
XML = zipfile.ZipFile(io.BytesIO(GOOD)).read("word/document.xml")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_mutated_container_is_too_strange(changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, byte in changes:
        data[place] = byte
    assert isinstance(read_bytes("d", bytes(data), Settings()), Document)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_mutated_part_is_too_strange(data: st.DataObject) -> None:
    pieces = re.split(rb"(?<=>)", XML)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(pieces) - 1))
        strange = [b"", b"\x00", b"<w:tbl>", b"<w:tc/>", b'<w:gridSpan w:val="-1"/>', b"<w:tbl/>", b"<w:tr/>", b"<!-- 1 -->",
                   b'<w:gridSpan w:val="9999999"/>', b"<w:p/>", b"<w:footnoteReference/>", b"<w:fldChar/>", b"<w:sym/>",
                   b"<?a b?>", b"<w:ins/>", b"<w:vMerge/>", pieces[-place]]  # fmt: skip
        pieces[place] += data.draw(st.sampled_from(strange))
    mutated = rezipped(GOOD, {"word/document.xml": b"".join(pieces)})
    assert isinstance(read_bytes("d", mutated, Settings()), Document)
