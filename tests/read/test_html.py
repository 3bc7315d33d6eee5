"""HTML: every cell where it stands in the source, marks apart from digits, nothing hidden read, nothing quadratic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reconcile
from reconcile.core.amounts import read_amount
from reconcile.core.document import Document
from reconcile.core.location import TextSpan
from reconcile.core.settings import Settings
from reconcile.read import read_bytes, read_text
from tests.cases import FIXTURES

DECISION = (FIXTURES / "decisions" / "second-decision.txt").read_text(encoding="utf-8")


def read(text: str, format: str | None = "html") -> Document:
    return read_text("d.html", text, Settings(), format)


def grids(document: Document) -> list[list[tuple[str, ...]]]:
    return [list(table.rows) for table in document.tables]


def told(document: Document) -> list[tuple[str, str]]:
    return [(block.text, block.kind) for block in document.blocks]


def page(space: str = " ") -> str:
    """The decision as a web page, figures written with ``space``."""
    lines = ["<!DOCTYPE html>", "<html><head><title>Beslut</title></head>", "<body>"]
    rows = False
    for line in DECISION.splitlines():
        if line.startswith("# "):
            lines.append(f"<h1>{line[2:]}</h1>")
        elif line.startswith("| ---"):
            continue
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not rows:
                lines += ["<table>", f"<tr><th>{cells[0]}</th><th>{cells[1]}</th></tr>"]
                rows = True
            else:
                lines.append(f"<tr><td>{cells[0]}</td>\n    <td>{cells[1].replace(' ', space)}</td></tr>")
        elif line:
            lines.append(f"<p>{line}</p>")
    return "\n".join([*lines, "</table></body></html>", ""])


@pytest.mark.parametrize(("space", "printed"), [(" ", " "), ("&nbsp;", "\u00a0"), ("\u2009", "\u2009")])
def test_the_misplaced_space_is_found_in_a_page(space: str, printed: str, tmp_path: Path) -> None:
    path = tmp_path / "decision"
    path.write_text(page(space), encoding="utf-8")
    report = reconcile.check(str(path))
    (finding,) = report.findings
    assert finding.code == "R101"
    (fix,) = finding.fixes
    assert (fix.applicability, fix.replacement) == ("safe", f"54{printed}499{printed}160")
    assert [(o.equation.kind, o.status) for o in report.outcomes if o.equation.kind == "stated-total"] == [
        ("stated-total", "ties-after-repair")
    ]
    anchor = finding.primary.anchor
    assert isinstance(anchor, TextSpan)
    assert page(space)[anchor.start : anchor.end] == f"544{space}99{space}160"
    assert page(space).splitlines()[anchor.line - 1][anchor.column - 1 :].startswith(f"544{space}99{space}160")


def test_a_table_with_spans() -> None:
    text = (
        "<h2>Bidrag</h2>\n<table><caption>Tabell 1</caption>\n<thead><tr><th rowspan=2>Kommun</th><th colspan=2>2023</th></tr>\n"
        "<tr><th>Bidrag</th><th>Lån</th></tr></thead>\n<tfoot><tr><td>Summa<td>3&nbsp;500<td>-</tfoot>\n"
        "<tbody><tr><td>Hjo\n<td>1&#160;200<td rowspan=2>x\n<tr><td>Tibro<td><b>2 300</b>\n</table><p>Slut."
    )
    document = read(text)
    assert grids(document) == [
        [
            ("Kommun", "2023", ""),
            ("", "Bidrag", "Lån"),
            ("Hjo", "1\u00a0200", "x"),
            ("Tibro", "2 300", ""),
            ("Summa", "3\u00a0500", "-"),
        ]
    ]
    assert told(document) == [("Bidrag", "heading"), ("Tabell 1", "caption"), ("Slut.", "paragraph")]
    (table,) = document.tables
    assert (table.header_rows, table.title_block) == (2, 1)
    found = {
        cell: table.location_of(row, col)
        for row, line in enumerate(table.rows)
        for col, cell in enumerate(line)
        if cell and cell != "-"
    }
    assert found["1\u00a0200"].text == "1&#160;200"
    assert found["2 300"].text == "2 300"
    for location in found.values():
        assert isinstance(location.anchor, TextSpan)
        assert text.splitlines()[location.anchor.line - 1][location.anchor.column - 1 :].startswith(location.text)


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        ("1<sup>1)</sup>", "1¹)", 1),
        ("54 499<sup>2</sup>", "54 499²", 54499),
        ('54 499<sup class="x"><a href="#n3">3)</a></sup>', "54 499³)", 54499),
        ('54 499<a href="#n3">3</a>', "54 499³", 54499),
        ("54 499 <a href='#n'><sup>3</sup></a>", "54 499 ³", 54499),
        ('7<span style="vertical-align: super">1</span>', "7¹", 7),
        ("12<sup>a</sup>", "12<sup>a</sup>", 12),
        ("12<sup>1, 2</sup>", "12<sup>1, 2</sup>", 12),
        ("12<sup>*</sup>", "12*", 12),
        ('<a href="#x">1 200</a>', "1 200", 1200),
        ("<sup>1)</sup> se not", "¹) se not", None),
        ("1<sub>1</sub>", "1₁", None),
        ("100<br>200", "100\n200", None),
        ("<p>100</p><p>200</p>", "100\n200", None),
        ("1&nbsp;<br>000", "1\u00a0\n000", None),
        ("1 200<br/>kronor", "1 200 kronor", 1200),
        ("<del>100</del>200", "200", 200),
        ("1\n   200", "1 200", 1200),
        ("&minus;1&thinsp;200", "\u22121\u2009200", -1200),
        ("1<!-- 9 -->2", "12", 12),
    ],
)
def test_marks_stand_apart_from_digits(cell: str, text: str, value: int | None) -> None:
    document = read(f"<table><tr><td>{cell}</td></tr></table>")
    assert grids(document) == [[(text,)]]
    amount = read_amount(text)
    assert (value is None) == (amount is None)
    assert amount is None or amount.value == value


def test_nested_tables_are_tables_of_their_own() -> None:
    text = "<table><tr><td>Ytter 1<table><tr><td>Inner</td><td>5</td></tr></table>slut</td><td>7</td></tr></table>"
    document = read(text)
    assert grids(document) == [[("Ytter 1 slut", "7")], [("Inner", "5")]]
    assert [table.title_block for table in document.tables] == [None, 0]
    assert told(document) == [("Ytter 1", "paragraph")]


@pytest.mark.parametrize(
    "text",
    [
        "<p>Hjo: 1 200 kr<br>Tibro: 2&nbsp;300 kr<br/>\nSkara: 3 400 kr</p>",
        "<p>Hjo: 1 200 kr<p>Tibro: 2&nbsp;300 kr<p>Skara: <b>3 400</b> kr",
        "<div><div>Hjo 1 200 kr</div><div>Tibro 2&nbsp;300 kr</div><div>Skara 3 400 kr</div></div>",
        "<div><span>Hjo</span> <span>1 200 kr</span></div><div>Tibro <i>2&nbsp;300 kr</i></div><div>Skara ..... 3 400 kr</div>",
    ],
)
def test_lines_of_amounts_are_tables(text: str) -> None:
    document = read(f"<h2>Bidrag</h2>{text}<h2>Slut</h2><p>Ord.</p>")
    assert grids(document) == [[("Hjo", "1 200 kr"), ("Tibro", "2\u00a0300 kr"), ("Skara", "3 400 kr")]]
    assert [block.text for block in document.blocks] == ["Bidrag", "Slut", "Ord."]
    assert document.tables[0].title_block == 0
    assert document.tables[0].location_of(1, 1).text == "2&nbsp;300 kr"


def test_words_around_lines_of_amounts_are_kept() -> None:
    document = read(
        "<p>Ett.</p><p>Bidrag så här.<br>Hjo: 1<br>Tibro: 2<br>Summa: 3<br><br>Slut, sa <i>han</i>.</p><p>Två.</p>"
    )
    assert grids(document) == [[("Hjo", "1"), ("Tibro", "2"), ("Summa", "3")]]
    assert [block.text for block in document.blocks] == ["Ett.", "Bidrag så här.", "Slut, sa han.", "Två."]
    assert document.tables[0].title_block == 1


@pytest.mark.parametrize(
    "lines",
    [
        ["Telefon 0340 880 00", "Fax 0340 881 00", "Mobil 070 123 45 67", "Postnummer 432 80"],
        ["Telefon: 0340-880 00", "Växel: 0340-88 00 00", "Org.nr: 212000-1355"],
        ["Kapitel 1", "Kapitel 2", "Kapitel 3"],
    ],
)
def test_lines_of_other_numbers_are_no_tables(lines: list[str]) -> None:
    for text in ("".join(f"<p>{line}</p>" for line in lines), "<br>".join(lines)):
        document = read(f"<html><body>{text}<h2>Slut</h2>")
        assert document.tables == ()
    table = "<p>Hjo 1 000 kr<p>Tibro 2 000 kr<p>Skara 3 000 kr"
    document = read("<html><body>" + "".join(f"<p>{line}" for line in lines) + f"<p>Och så ett stycke.{table}")
    assert grids(document) == [[("Hjo", "1 000 kr"), ("Tibro", "2 000 kr"), ("Skara", "3 000 kr")]]
    assert [block.text for block in document.blocks] == [*lines, "Och så ett stycke."]


def test_what_is_shown_is_read_and_what_is_only_spoken_is_not() -> None:
    document = read(
        "<table><tr><th>Kommun<th>kr<tr><td>Hjo<td><span aria-hidden=true>1 200</span>"
        "<span class='x sr-only'>tolvhundra (1200)</span><tr><td>Tibro<td class=visually-hidden>7</table>"
    )
    assert grids(document) == [[("Kommun", "kr"), ("Hjo", "1 200"), ("Tibro", "")]]
    assert [(fault.message, fault.note) for fault in document.faults] == [
        ("2 hidden or struck-out elements hold figures, which were not read", True)
    ]


def test_hidden_figures_are_said_and_not_read() -> None:
    text = (
        "<html><p hidden>Förr 1 000 kronor</p><p aria-hidden=true>Nu 3 kronor</p><p style='display: none'>Tom</p>\n"
        "<script>if (a<b) '<td>4'</script><style>p{top:5}</style><template><p>6</p></template><!-- <td>7 -->\n"
        "<table><tr style='DISPLAY:none'><td>A<td>1<tr><td>B<td style='visibility:hidden'>2<td>3<tr hidden><td>C<td>4</table>\n"
        "<div hidden><ul><li>x</div>Efter"
    )
    document = read(text)
    assert grids(document) == [[("B", "", "3")]]
    assert told(document) == [("Nu 3 kronor", "paragraph"), ("Efter", "paragraph")]
    assert [(fault.code, fault.message) for fault in document.faults] == [
        ("R003", "4 hidden or struck-out elements hold figures, which were not read")
    ]
    assert document.faults[0].location.text == "<p hidden>"


@pytest.mark.parametrize(
    "text",
    [
        "<p>Till regionerna</p><ul><li>Skåne: 1 000 kr</li><li>Halland : 2 000 kr<li><b>Summa:</b> 3 000 kr</ul>",
        "<p>Till regionerna</p><dl><dt>Skåne<dd>1 000 kr<dt>Halland:<dd>2 000 kr<dt>Summa<dd>3 000 kr</dl>",
    ],
)
def test_lists_of_amounts_are_tables(text: str) -> None:
    document = read(text)
    assert [[(label.strip(), amount) for label, amount in grid] for grid in grids(document)] == [
        [("Skåne", "1 000 kr"), ("Halland", "2 000 kr"), ("Summa", "3 000 kr")]
    ]
    assert told(document) == [("Till regionerna", "paragraph")]
    (table,) = document.tables
    assert (table.title_block, table.header_rows) == (0, 0)
    assert [table.location_of(row, 1).text for row in range(3)] == ["1 000 kr", "2 000 kr", "3 000 kr"]
    assert [table.location_of(row, 0).text for row in range(3)] == [row[0] for row in table.rows]


@pytest.mark.parametrize(
    "text", ["<ul><li>A: 1<li>B: 2</ul>", "<ul><li>A: 1<li>B: 2<li>Tid: i dag</ul>", "<ol><li>1<li>2<li>3</ol>"]
)
def test_other_lists_stay_text(text: str) -> None:
    document = read(text)
    assert document.tables == ()
    assert {kind for _, kind in told(document)} == {"item"}


def test_blocks_stand_where_they_are_printed() -> None:
    text = (
        "<html><body>\n <h1>Rubrik</h1>Lös text\n<p>Ett <b>fett</b> ord</p>\n<p>25&nbsp;kr\n<p>Över\n två rader</p>\n"
        "<p>Av 1 874\n   253 165 kronor</p><pre>A 1\nB 2\nC 3</pre>"
    )
    document = read(text)
    assert told(document) == [
        ("Rubrik", "heading"),
        ("Lös text", "paragraph"),
        ("Ett fett ord", "paragraph"),
        ("25\u00a0kr", "paragraph"),
        ("Över\n två rader", "paragraph"),
        ("Av 1 874 253 165 kronor", "paragraph"),
    ]
    for block in document.blocks:
        if block.place is None:
            assert text[block.start : block.start + len(block.text)] == block.text
        else:
            assert re.sub(r"<[^>]*>|\s+|&nbsp;", "", block.place.text) == re.sub(r"\s+", "", block.text)
    assert [block.place is None for block in document.blocks] == [True, True, False, False, True, False]
    assert grids(document) == [[("A", "1"), ("B", "2"), ("C", "3")]]
    report = reconcile.check_text(text, format="html", name="d")
    assert [claim.location.text for claim in report.readings[0].claims] == ["25\u00a0kr", "1 874 253 165 kronor"]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("<!DOCTYPE html><p>x", "html"),
        ("\ufeff\n<!-- saved --><?xml version='1.0'?>\n<html>", "html"),
        ("<table><tr><td>1</table>", "html"),
        ("<p>Ett</p>\n<h2>Två</h2>", "html"),
        ("Ingress\n<table class=x>\n<tr><td>1</table>", "html"),
        ("# Rubrik\n\n<table><tr><td>1</td></tr></table>\n", "markdown"),
        ("<p align=center>Logo</p>\n\n# Rubrik\n\n| a | b |\n|---|---|\n| c | 1 |\n", "markdown"),
        ("| a<br>x | b |\n|---|---|\n| <p>c | 1 |\n", "markdown"),
        ("a < b och <b>fet</b> <p>", "text"),
        ("<paket>\n<pris>1</pris>", "text"),
    ],
)
def test_the_content_tells_a_page(text: str, format: str) -> None:
    assert format == read(text, None).format


@pytest.mark.parametrize(
    "tail", ['<td class="a>2</table>', "<!-- <td>2", "<script>2", "<td"], ids=["value", "comment", "script", "tag"]
)
def test_what_is_never_closed_is_said(tail: str) -> None:
    text = f"<table><tr><td>1</td>\n{tail}"
    document = read(text)
    assert grids(document) == [[("1",)]]
    (fault,) = document.faults
    assert (fault.code, fault.location.text, str(fault.location)) == ("R003", tail, "d.html:2:1")


@pytest.mark.parametrize(
    "piece",
    ["<td>", "&nbsp;", "<div>", "<table><tr><td>x", "<", "<a ", '<a b="', "<!", "<!--", "</", "<script>", "<sup>1",
     "<sup>1<p>", "<ul><li>A: 1", "<li>A: 1", " ", "<p hidden>1", "<td colspan=1000>", "<tr><td rowspan=60000>", "&",
     "<pre>a</pre>", "<table>a</table>b", "<dt>A<dd>1", "1<sup>2</sup>", "<a href=#>1", "</p><p></div>", "<a x=1 y='", "1\n"],
)  # fmt: skip
@pytest.mark.parametrize("head", ["<html>", "<table><tr><td>"])
def test_hostile_pages_are_read_in_one_go(head: str, piece: str) -> None:
    document = read(head + piece * (100_000 // len(piece)))
    assert document.format == "html"


def test_a_wide_table_is_refused() -> None:
    document = read("<table>" + "<td colspan=1000>1" * 6000)
    assert [(f.code, f.message) for f in document.faults] == [
        ("R004", "has more cells in its tables than the limit max_cells = 5,000,000")
    ]


GOOD = (
    page("&nbsp;").encode()[:3000] + b"<ul><li>A: 1<li>B: 2<li>C: 3</ul><p hidden>1<td>1<sup>1)</sup><pre>a 1\nb 2\nc 3"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.binary(max_size=6) | st.sampled_from(
    [b"<table>", b"</table>", b"<td rowspan=0>", b"</p>", b"<sup>", b"<ul>", b"<!--", b'"', b"<tr hidden>", b"</li>", b"&#0;"]
)), max_size=12))  # fmt: skip
def test_mutations_give_a_document(changes: list[tuple[int, bytes]]) -> None:
    data = GOOD
    for place, piece in changes:
        data = data[:place] + piece + data[place + len(piece) // 2 :]
    document = read_bytes("x", data, Settings(), "html")
    for table in document.tables:
        for row in range(len(table.rows)):
            for col in range(table.width):
                table.location_of(row, col)


def test_a_currency_sign_in_a_cell_of_its_own_leaves_a_column_whole() -> None:
    rows = [
        "<tr><td></td><td colspan='3'>2031</td><td colspan='3'>2030</td></tr>",
        "<tr><td>Tickets</td><td>$</td><td>1,204</td><td></td><td>$</td><td>1,118</td><td></td></tr>",
        "<tr><td>Refunds</td><td colspan='2'>(96)</td><td></td><td colspan='2'>—</td><td></td></tr>",
        "<tr><td>Grants</td><td colspan='2'>310</td><td></td><td colspan='2'>275</td><td></td></tr>",
        "<tr><td>Total income</td><td>$</td><td>1,418</td><td></td><td>$</td><td>1,393</td><td></td></tr>",
    ]
    page = f"<table>{''.join(rows)}</table>"
    document = read(page)
    assert grids(document)[0] == [
        ("", "", "2031", "", "", "2030", ""),
        ("Tickets", "$", "1,204", "", "$", "1,118", ""),
        ("Refunds", "", "(96)", "", "", "—", ""),
        ("Grants", "", "310", "", "", "275", ""),
        ("Total income", "$", "1,418", "", "$", "1,393", ""),
    ]
    place = document.tables[0].location_of(3, 2).anchor
    assert isinstance(place, TextSpan)
    assert page[place.start : place.end] == "310"
    assert [
        (e.total.row, e.total.col) for e in reconcile.find_equations(document.tables[0]) if e.status() == "ties"
    ] == [(4, 2), (4, 5)]


def test_a_column_of_currencies_with_figures_of_its_own_is_left_alone() -> None:
    page = (
        "<table><tr><td>Oslo</td><td>NOK</td><td>910</td></tr><tr><td>Lund</td><td>SEK</td><td>870</td></tr>"
        "<tr><td>Rooms</td><td>12</td><td>4</td></tr><tr><td>Both</td><td colspan='2'>1,780</td></tr></table>"
    )
    assert grids(read(page))[0][3] == ("Both", "1,780", "")
