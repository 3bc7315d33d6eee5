"""PDF: every cell at its box on its page, amounts whole, nothing too broken to be said."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reconcile
from reconcile.core.document import Document
from reconcile.core.location import PageBox
from reconcile.core.settings import Settings
from reconcile.read import read_bytes
from tests.cases import FIXTURES

SECOND = (FIXTURES / "decisions" / "second-decision.txt").read_text(encoding="utf-8")


class Text(NamedTuple):
    """Text at (x, y from the top), or with its right end at x."""

    x: float
    y: float
    text: str
    flush_right: bool = False
    size: float = 10
    bold: bool = False
    mono: bool = False


class Rule(NamedTuple):
    """A line between two points."""

    x0: float
    y0: float
    x1: float
    y1: float


_NARROW = {" ": 278, ",": 278, ".": 278, "-": 333, "i": 222, "l": 222, "j": 222, "(": 333, ")": 333}


def _width(char: str) -> int:
    return 556 if char.isdigit() else _NARROW.get(char, 722 if char.isupper() else 556)


def _show(item: Text | Rule, height: float) -> bytes:
    if isinstance(item, Rule):
        return b"%.2f %.2f m %.2f %.2f l S\n" % (item.x0, height - item.y0, item.x1, height - item.y1)
    wide = sum(600 if item.mono else _width(char) for char in item.text) * item.size / 1000
    text = item.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    font = b"F3" if item.mono else b"F2" if item.bold else b"F1"
    left = item.x - wide if item.flush_right else item.x
    return b"BT /%s %.2f Tf %.3f %.2f Td (%s) Tj ET\n" % (font, item.size, left, height - item.y, text)


def pdf(*pages: Sequence[Text | Rule], extra: bytes = b"", raw: Sequence[bytes] = (), packed: bool = False) -> bytes:
    """A PDF of the given pages (600 x 800 points); ``extra`` goes into every page, ``raw`` replaces their contents."""
    contents = list(raw) or [b"".join(_show(item, 800) for item in page) for page in pages]
    widths = b" ".join(b"%d" % _width(bytes([code]).decode("cp1252", "replace")) for code in range(32, 256))
    fonts = [
        b"<< /Type /Font /Subtype /TrueType /BaseFont /Arial%s /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 255 /Widths [%s] "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /Arial%s /Ascent 905 /Descent -212 /FontBBox [-100 -212 1000 905] >> >>"
        % (style, widths, style)
        for style in (b"", b"-Bold")
    ]
    fonts.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
    count = len(contents)
    kids = b" ".join(b"%d 0 R" % (6 + 2 * n) for n in range(count))
    image = 6 + 2 * count
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count), *fonts]
    for number, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R %s /Resources << "
            b"/Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R >> /XObject << /I %d 0 R >> >> >>" % (7 + 2 * number, extra, image)
        )
        body = zlib.compress(content) if packed else content
        filters = b"/Filter /FlateDecode " if packed else b""
        objects.append(b"<< %s/Length %d >>\nstream\n%s\nendstream" % (filters, len(body), body))
    objects.append(
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\n"
        b"stream\n\x80\nendstream"
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def read(data: bytes, limits: Settings = Settings()) -> Document:
    return read_bytes("d.pdf", data, limits)


def column(
    rows: Sequence[Sequence[str]], top: float = 120, rights: Sequence[float] = (300, 400, 500), x: float = 60
) -> list[Text | Rule]:
    """Rows of a label and figures set flush right."""
    items: list[Text | Rule] = []
    for number, row in enumerate(rows):
        y = top + 16 * number
        items.append(Text(x, y, row[0]))
        items += [Text(right, y, cell, True) for cell, right in zip(row[1:], rights, strict=False) if cell]
    return items


def grids(document: Document) -> list[list[tuple[str, ...]]]:
    return [list(table.rows) for table in document.tables]


def assert_placed(data: bytes, document: Document) -> None:
    """Every cell and every block stands in its box, when the file is opened anew."""
    with pdfplumber.open(io.BytesIO(data)) as file:
        found = [
            (table.location_of(r, c).anchor, cell, table.location_of(r, c).label)
            for table in document.tables
            for r, row in enumerate(table.rows)
            for c, cell in enumerate(row)
            if cell
        ]
        found += [(block.place.anchor, block.text, block.place.label) for block in document.blocks if block.place]
        for anchor, text, label in found:
            assert isinstance(anchor, PageBox)
            assert label == f"page {anchor.page}"
            left, top, right, bottom = anchor.bbox
            page = file.pages[anchor.page - 1]
            inside = [
                c["text"]
                for c in page.chars
                if left <= (c["x0"] + c["x1"]) / 2 <= right and top <= (c["top"] + c["bottom"]) / 2 <= bottom
            ]
            assert sorted("".join(text.split())) == sorted("".join("".join(inside).split()))


def decision(ruled: bool) -> bytes:
    """The second decision as a page: heading, caption, and the table with or without rules."""
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in SECOND.splitlines() if line[:1] == "|"
    ]
    del rows[1]
    items: list[Text | Rule] = [
        Text(60, 60, "Nära två miljarder kronor till regionerna", size=16, bold=True),
        Text(60, 95, "Fördelning av 1 874 253 165 kronor till regionerna"),
    ]
    items += column(rows, 130, (320,), x=64)
    if ruled:
        items += [Rule(60, 118 + 16 * n, 330, 118 + 16 * n) for n in range(len(rows) + 1)]
        items += [Rule(x, 118, x, 118 + 16 * len(rows)) for x in (60, 220, 330)]
    return pdf(items)


@pytest.mark.parametrize("ruled", [False, True])
def test_a_misplaced_space_is_seen_and_proved(ruled: bool, tmp_path: Path) -> None:
    path = tmp_path / "decision.pdf"
    path.write_bytes(decision(ruled))
    report = reconcile.check(str(path))
    (finding,) = report.findings
    assert (finding.code, finding.observed, finding.expected) == ("R101", "544 99 160", "54 499 160")
    (fix,) = finding.fixes
    assert (fix.applicability, fix.replacement) == ("safe", "54 499 160")
    assert ("stated-total", "ties-after-repair") in [(o.kind, o.status) for o in report.equations]
    assert (finding.primary.text, finding.primary.label) == ("544 99 160", "page 1")
    assert isinstance(finding.primary.anchor, PageBox)
    with pdfplumber.open(path) as file:
        assert file.pages[0].crop(finding.primary.anchor.bbox).extract_text() == "544 99 160"
    document = read(path.read_bytes())
    assert [(block.text, block.kind) for block in document.blocks] == [
        ("Nära två miljarder kronor till regionerna", "heading"),
        ("Fördelning av 1 874 253 165 kronor till regionerna", "paragraph"),
    ]
    assert (len(document.tables[0].rows), document.tables[0].title_block) == (22, 1)
    assert_placed(path.read_bytes(), document)


ROWS = [
    ("Kommun", "Bidrag", "Utfall"),
    ("Hjo", "1 200", "54 499 160"),
    ("Upplands Väsby", "544 99 160", "-1 204,5"),
    ("Summa", "7", "8"),
]


def test_columns_of_figures_stay_apart_and_whole() -> None:
    data = pdf(column(ROWS))
    document = read(data)
    assert grids(document) == [ROWS]
    assert_placed(data, document)


def test_letters_of_one_width() -> None:
    lines = [
        "Nämnd      Utfall   Budget",
        "Skola      1 204,5  1 200,0",
        "Omsorg       903,2  1 000,0",
        "Summa      2 107,7  2 200,0",
    ]
    document = read(pdf([Text(60, 100 + 14 * n, line, mono=True) for n, line in enumerate(lines)]))
    assert grids(document) == [
        [("Nämnd", "Utfall", "Budget"), ("Skola", "1 204,5", "1 200,0"), ("Omsorg", "903,2", "1 000,0"),
         ("Summa", "2 107,7", "2 200,0")]
    ]  # fmt: skip


def test_a_table_goes_on_over_the_page() -> None:
    first = [*column(ROWS[:1] + [(f"Ort {n}", "1 000", "2 000") for n in range(35)]), Text(290, 770, "1")]
    second = [*column([ROWS[0], ("Hjo", "3 000", "4 000"), ("Summa", "38 000", "74 000")], 60), Text(290, 770, "2")]
    document = read(pdf(first, second))
    (table,) = document.tables
    assert (len(table.rows), table.rows[-2:]) == (38, (("Hjo", "3 000", "4 000"), ("Summa", "38 000", "74 000")))
    assert table.location_of(37, 1).label == "page 2"
    assert_placed(pdf(first, second), document)


@pytest.mark.parametrize(
    ("end", "beginning"),
    [("Transport", "Transport"), ("Att transportera", "Transport från sida 1"), ("Carried forward", "Brought forward")],
)
def test_sums_carried_over_the_page_are_not_added(end: str, beginning: str, tmp_path: Path) -> None:
    rows = [(f"Ort {n}", "1 000") for n in range(34)]
    first = column([("Kommun", "Bidrag, kr"), *rows, (end, "34 000")])
    second = column([("Kommun", "Bidrag, kr"), (beginning, "34 000"), ("Hjo", "3 000"), ("Summa", "37 000")], 60)
    path = tmp_path / "carried.pdf"
    path.write_bytes(pdf(first, second))
    report = reconcile.check(str(path))
    assert report.findings == ()
    assert [(o.kind, o.status, len(o.terms)) for o in report.equations] == [("column-total", "ties", 35)]


def test_a_total_alone_on_the_next_page_belongs_to_its_table() -> None:
    rows = [ROWS[0], *[(f"Ort {n}", "1 000", "2 000") for n in range(38)]]
    document = read(pdf(column(rows), column([("Summa", "38 000", "76 000")], 60)))
    assert [(len(table.rows), table.rows[-1]) for table in document.tables] == [(40, ("Summa", "38 000", "76 000"))]


def test_tables_with_text_between_them_are_two() -> None:
    document = read(pdf([*column(ROWS), Text(60, 250, "Nästa bidrag:"), *column(ROWS, 270)], column(ROWS)))
    assert [len(table.rows) for table in document.tables] == [4, 4, 4]


def test_tables_side_by_side() -> None:
    left, right = ROWS[:3], [("Kommun", "Bidrag", "Utfall"), ("Skara", "3", "4"), ("Summa", "5", "6")]
    data = pdf([*column(left, rights=(190, 270)), *column(right, rights=(440, 520), x=310)])
    assert [left, right] == grids(read(data))
    assert_placed(data, read(data))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages(turn: int) -> None:
    data = pdf(column(ROWS), extra=b"/Rotate %d" % turn)
    assert grids(read(data)) == [ROWS]
    assert_placed(data, read(data))


@pytest.mark.parametrize("matrix", [b"0 1 -1 0 700 0", b"-1 0 0 -1 600 800", b"0 -1 1 0 0 700"])
def test_text_turned_on_its_page(matrix: bytes) -> None:
    content = b"q %s cm\n" % matrix + b"".join(_show(item, 700) for item in column(ROWS)) + b"Q\n"
    data = pdf(raw=[content])
    assert grids(read(data)) == [ROWS]
    assert_placed(data, read(data))


def test_raised_footnote_marks_join_no_figure() -> None:
    items = [*column(ROWS), Text(300, 133, "1", size=6), Text(400, 149, "2", size=6)]
    assert read(pdf(items)).tables[0].rows[1:3] == (
        ("Hjo", "1 200¹", "54 499 160"),
        ("Upplands Väsby", "544 99 160", "-1 204,5²"),
    )


def test_leader_dots() -> None:
    items = [
        Text(60, 100 + 14 * n, f"{label} {'.' * 20} {figure}")
        for n, (label, figure) in enumerate([("Hjo", "1 200"), ("Tibro", "2 300"), ("Skara", "3 400")])
    ]
    assert grids(read(pdf(items))) == [[("Hjo", "1 200"), ("Tibro", "2 300"), ("Skara", "3 400")]]


def test_prose_is_no_table() -> None:
    items = [
        Text(60, 100 + 12 * n, line)
        for n, line in enumerate(["Bidraget är 1 200 kronor 2023", "och 1 300 kronor 2024 för", "hela landet."])
    ]
    document = read(pdf([Text(60, 60, "Beslut", bold=True), *items]))
    assert document.tables == ()
    assert [(block.text, block.kind) for block in document.blocks] == [
        ("Beslut", "heading"), ("Bidraget är 1 200 kronor 2023 och 1 300 kronor 2024 för hela landet.", "paragraph"),
    ]  # fmt: skip
    assert document.blocks[1].place is not None
    assert document.blocks[1].place.label == "page 1"


def test_packed_pages_are_read() -> None:
    assert grids(read(pdf(column(ROWS), packed=True))) == [ROWS]


def faults(document: Document) -> list[tuple[str, str]]:
    return [(fault.code, fault.message) for fault in document.faults]


def test_scans() -> None:
    image = b"q 500 0 0 500 0 0 cm /I Do Q"
    assert faults(read(pdf(raw=[image]))) == [("R001", "no text; a scan? text recognition is not done here")]
    assert faults(read(pdf(raw=[image, b"BT /F1 10 Tf 60 700 Td (Hello) Tj ET"]))) == [
        ("R003", "no text on 1 of 2 pages (1); scans? text recognition is not done here")
    ]


def test_limits_are_named() -> None:
    assert faults(read(pdf([], [], []), Settings(max_pages=2))) == [
        ("R004", "has more pages than the limit max_pages = 2; not read")
    ]
    bomb = pdf(raw=[b"0 0 m\n" * 500_000], packed=True)
    assert len(bomb) < 100_000
    assert faults(read(bomb, Settings(max_bytes=1_000_000))) == [
        ("R004", "holds a stream that unpacks to more than the limit max_bytes = 1,000,000; not read")
    ]


def test_an_encrypted_file_is_refused() -> None:
    locked = pdf(column(ROWS)).replace(
        b"/Size",
        b"/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /Size"
        % (b"11" * 32, b"22" * 32),
    )
    assert faults(read(locked)) == [("R004", "encrypted; not read without its password")]


def test_pages_that_draw_without_end_are_left_out() -> None:
    few = Settings(max_marks=1_000)
    itself = b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /I %d 0 R /J %d 0 R >> >>" % (8, 8)
    data = pdf(raw=[b"/I Do"]).replace(b"/Subtype /Image", itself)
    data = data.replace(b"/Length 1 >>\nstream\n\x80", b"/Length 11 >>\nstream\n/I Do /J Do")
    assert read(data, few).tables == ()
    for content, what in [
        (b"0 0 m 1 1 l S\n" * 1_100, "marks"),
        (b"q Q\n" * 6_000, "operations (8 for each mark)"),
        (b"((" * 1_000 + b"))" * 1_000, "operations (8 for each mark)"),
        (b"BT /F1 9 Tf (" + b"x" * 1_200 + b") Tj ET", "marks"),
        (b"q" + b" " * 40_000, "bytes (40 for each mark)"),
    ]:
        document = read(pdf(raw=[content, b"".join(_show(item, 800) for item in column(ROWS))]), few)
        assert faults(document) == [
            ("R004", f"page 1 draws with more {what} than the limit max_marks = 1,000 allows; left out")
        ]
        # The other pages are read.
        assert grids(document) == [ROWS]


def test_rules_that_cross_too_often_are_not_followed() -> None:
    rules = [Rule(10 + 4 * n, 10, 10 + 4 * n, 800) for n in range(100)]
    rules += [Rule(10, 10 + 4 * n, 500, 10 + 4 * n) for n in range(100)]
    (fault,) = read(pdf([*column(ROWS), *rules])).faults
    assert fault.code == "R003"
    assert re.fullmatch(r"page 1: its rules may cross \d+,\d+ times, too often to look for ruled tables", fault.message)


def test_text_at_thousands_of_heights_is_left_out() -> None:
    content = b"BT /F1 9 Tf " + b"".join(b"1 0 0 1 9 %d Tm (1) Tj " % n for n in range(4_100)) + b"ET"
    assert faults(read(pdf(raw=[content]))) == [
        ("R003", "page 1: its text stands at more than 4,000 heights; left out")
    ]


def test_what_there_is_no_time_for_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    page = [*column(ROWS), Text(300, 790, "1")]
    clock = iter(range(0, 100_000, 3))
    monkeypatch.setattr("reconcile.core.limits.time.thread_time", lambda: next(clock))
    document = read(pdf(*[page] * 9), Settings(max_seconds=1_500))
    (fault,) = document.faults
    assert fault.code == "R004"
    told = re.fullmatch(
        r"reading it takes longer than the limit max_seconds = 1,500; of 9 pages those from (\d) on were left out",
        fault.message,
    )
    assert told
    assert 1 < int(told.group(1)) < 9
    assert len(document.tables) == int(told.group(1)) - 1


def test_columns_that_uneven_rules_cut_in_two_are_one() -> None:
    rules = [Rule(50, 108, 420, 108), Rule(50, 124, 420, 124), Rule(50, 172, 420, 172)]
    rules += [Rule(x, 108, x, 124) for x in (50, 215, 325, 420)] + [Rule(x, 124, x, 172) for x in (50, 200, 310, 420)]
    rules += [Rule(50, 124 + 16 * n, 420, 124 + 16 * n) for n in (1, 2)]
    data = pdf([*column(ROWS), *rules])
    assert grids(read(data)) == [ROWS]
    assert_placed(data, read(data))


def test_the_names_of_columns_stand_above_a_section() -> None:
    rows = [ROWS[0], ("Skaraborg",), *ROWS[1:3]]
    assert grids(read(pdf(column(rows)))) == [[ROWS[0], ("Skaraborg", "", ""), *ROWS[1:3]]]


@pytest.mark.parametrize("data", [b"%PDF-", b"%PDF-1.4\nnothing", pdf(column(ROWS))[:300]])
def test_broken_files(data: bytes) -> None:
    assert [fault.code for fault in read(data).faults] == ["R001"]


GOOD = decision(True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=6)), min_size=1, max_size=8), st.booleans())
def test_no_file_is_too_broken(changes: list[tuple[int, bytes]], cut: bool) -> None:
    data = GOOD
    for place, new in changes:
        data = data[:place] + new + data[place + len(new) :]
    document = read(b"%PDF-1.4\n" + data[: changes[0][0]] if cut else data)
    assert isinstance(document, Document)
