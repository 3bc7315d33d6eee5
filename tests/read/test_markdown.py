"""Markdown: tables in quotes, lists, fences and HTML; marks taken off cells, which stay where they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reconcile
from reconcile.core.document import Document
from reconcile.core.location import TextSpan
from reconcile.core.settings import Settings
from reconcile.read import read_text
from reconcile.read.markup.markdown import is_rule, print_text

TABLE = "| Kommun | kr |\n|:--|--:|\n| Hjo | 1 200 |\n| Tibro | 2 300 |\n"
GRID = [("Kommun", "kr"), ("Hjo", "1 200"), ("Tibro", "2 300")]


def read(text: str, format: str | None = None) -> Document:
    return read_text("d", text, Settings(), format)


def grids(document: Document) -> list[list[tuple[str, ...]]]:
    return [list(table.rows) for table in document.tables]


def indented(text: str, mark: str, first: str | None = None) -> str:
    lines = [mark + line for line in text.splitlines(keepends=True)]
    if first is not None:
        lines[0] = first + lines[0][len(mark) :]
    return "".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        TABLE.replace("| \n", "\n").replace("\n| ", "\n").removeprefix("| "),
        indented(TABLE, "> "),
        indented(TABLE, ">> "),
        "- Bidrag\n\n" + indented(TABLE, "  "),
        indented(TABLE, "  ", "- "),
        indented(TABLE, "   ", "1. "),
        indented(TABLE, "  > ", "- > "),
        "1. Bidrag\n" + indented(TABLE, "    > "),
        "1. Bidrag\n\n" + indented(TABLE, "\t"),
        "```\n" + TABLE + "```\n",
        "~~~ text\n" + TABLE + "~~~\n",
        "Ett <!-- | gömd | 7 | --> och två\n\n" + TABLE,
        TABLE.replace("| Tibro", "<!-- en rad till -->\n| Tibro"),
        "# T\n\n<table><tr><th>Kommun<th>kr<tr><td>Hjo<td>1 200<tr><td>Tibro<td>2 300</table>\n",
    ],
)
def test_a_table_wherever_it_stands(text: str) -> None:
    document = read(text, "markdown")
    assert grids(document) == [GRID]
    location = document.tables[0].location_of(2, 1)
    assert isinstance(location.anchor, TextSpan)
    line = text.splitlines()[location.anchor.line - 1]
    assert (location.text, line[location.anchor.column - 1 : location.anchor.end_column - 1]) == ("2 300", "2 300")


@pytest.mark.parametrize(
    ("printed", "text", "located"),
    [
        ("**1 200**", "1 200", "1 200"),
        ("*1 200*", "1 200", "1 200"),
        ("`1 200`", "1 200", "1 200"),
        ("***1 200***", "1 200", "1 200"),
        ("1&nbsp;200", "1\u00a0200", "1&nbsp;200"),
        ("1&thinsp;200", "1\u2009200", "1&thinsp;200"),
        ("1&#160;200", "1\u00a0200", "1&#160;200"),
        ("1&#xA0;200", "1\u00a0200", "1&#xA0;200"),
        ("&minus;5", "\u22125", "&minus;5"),
        ("A&B; 5 &c", "A&B; 5 &c", "A&B; 5 &c"),
        ("[1 200](http://x.se/a_b)", "1 200", "1 200"),
        ("[**Hjo** kommun](x.md)", "Hjo kommun", "Hjo** kommun"),
        ("<b>1 200</b>", "1 200", "1 200"),
        ("<span class='a'>1 200</span> kr", "1 200 kr", "1 200</span> kr"),
        ("1<br>2", "1\n2", "1<br>2"),
        ("1<sup>1</sup>", "1<sup>1</sup>", "1<sup>1</sup>"),
        ("1 200[^1]", "1 200[^1]", "1 200[^1]"),
        ("1 200*", "1 200*", "1 200*"),
        ("5* och 6*", "5* och 6*", "5* och 6*"),
        ("skol_bidrag_1", "skol_bidrag_1", "skol_bidrag_1"),
        ("a \\| b \\* c", "a | b * c", "a \\| b \\* c"),
        ("~~1 100~~ 1 200", "1 200", "1 200"),
        ("<del>1 100</del>1 200", "1 200", "1 200"),
    ],
)
def test_the_marks_of_cells(printed: str, text: str, located: str) -> None:
    document = read(f"| a | b |\n|---|---|\n| x | {printed} |\n")
    assert [[("a", "b"), ("x", text)]] == grids(document)
    assert located == document.tables[0].location_of(1, 1).text.strip()


def test_the_misplaced_space_is_found_between_references(tmp_path: Path) -> None:
    rows = [
        ("Hjo", "100&nbsp;000&nbsp;000"),
        ("Tibro", "544&nbsp;99&nbsp;160"),
        ("**Summa**", "**154&nbsp;499&nbsp;160**"),
    ]
    path = tmp_path / "d.md"
    path.write_text("| Kommun | Bidrag, kr |\n|---|---|\n" + "".join(f"| {a} | {b} |\n" for a, b in rows))
    report = reconcile.check(str(path))
    assert [("R101", "544&nbsp;99&nbsp;160", "54 499 160", f"{path}:4:11")] == [
        (f.code, f.observed, (f.expected or "").replace("\u00a0", " "), str(f.primary)) for f in report.findings
    ]  # fmt: skip


def test_a_table_of_thousands_of_columns() -> None:
    names, rule, cells = ("|".join([cell] * 4_000) for cell in ("kr", "---", "5"))
    document = read(f"|Region|{names}|\n|---|{rule}|\n|Hjo|{cells}|\n")
    assert document.format == "markdown"
    assert [(len(table.rows), table.width) for table in document.tables] == [(2, 4_001)]


@pytest.mark.parametrize(("line", "expected"), [
    ("---", True), (":-:", True), ("| - |", True), ("|---|:-:|", True), (" --- | --- ", True), ("-", True), ("--- ---", False),
    ("|", False), ("||", False), ("|---||---|", False), ("| a | - |", False), ("| : |", False), ("-|-|-|-" * 20_000 + "x", False),
])  # fmt: skip
def test_rules(line: str, expected: bool) -> None:
    assert is_rule(line) is expected


def test_lists_of_amounts() -> None:
    document = read(
        "# Lista\n\n- **Hjo:** 1 200 kr\n- [Tibro](t.md): 2 300 kr\n1. Skara: 3&nbsp;400 kr\n- **Totalt: 6 900 kr**\n"
    )
    assert grids(document) == [
        [("Hjo", "1 200 kr"), ("Tibro", "2 300 kr"), ("Skara", "3\u00a0400 kr"), ("Totalt", "6 900 kr")]
    ]
    location = document.tables[0].location_of(2, 1)
    assert isinstance(location.anchor, TextSpan)
    assert (location.anchor.line, location.anchor.column, location.text) == (5, 11, "3&nbsp;400 kr")


def test_what_is_not_printed_is_said() -> None:
    document = read(
        f"# T\n\n<!--\n{TABLE}-->\n\n<!-- v1 --> ~~7~~ <!-- 5 -->\n\n{TABLE.replace('1 200', '~~1 100~~ 1 200')}"
    )
    assert grids(document) == [GRID]
    assert [(fault.code, fault.message, fault.location.label, fault.note) for fault in document.faults] == [
        ("R003", "2 comments hold figures, which were not read", "line 3", True),
        ("R003", "2 struck-out texts hold figures, which were not read", "line 10", True),
    ]


def test_a_comment_that_never_ends_is_said() -> None:
    document = read(f"{TABLE}\n<!-- 5\n\n{TABLE}")
    assert grids(document) == [GRID]
    assert [(fault.location.label, fault.note) for fault in document.faults] == [("line 6", False)]


def test_code_is_kept_and_is_no_table() -> None:
    document = read("# T\n\n```python\na = 5\nb = 6\nc = 7  # <!--\n```\n\n" + TABLE)
    assert grids(document) == [GRID]
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("heading", "T"),
        ("code", "a = 5\nb = 6\nc = 7  # <!--"),
    ]


@pytest.mark.parametrize("fence", ["---", "+++"])
def test_front_matter_gives_the_title_alone(fence: str) -> None:
    document = read(f'{fence}\ntitle: "Bidrag i tkr"\nweight: 5\n{fence}\n\n{TABLE}')
    assert grids(document) == [GRID]
    assert [(block.kind, block.text) for block in document.blocks] == [("heading", "Bidrag i tkr")]
    assert document.tables[0].title_block == 0


def test_tables_in_html_stand_among_the_others() -> None:
    html = "<table>\n<caption>Två</caption>\n<tr><td>Hjo<td>5<s>6</s>\n<tr><td>a<td><table><tr><td>b<td>1<tr><td>c<td>2</table></table>"
    document = read(f"# Ett\n\n{TABLE}\n{html}\n\nTre\n\n{TABLE}")
    assert grids(document) == [GRID, [("Hjo", "5"), ("a", "")], [("b", "1"), ("c", "2")], GRID]
    assert [document.blocks[table.title_block or 0].text for table in document.tables] == ["Ett", "Två", "Två", "Tre"]
    assert [fault.location.label for fault in document.faults] == ["line 10"]
    assert document.tables[1].location_of(0, 1).label == "line 10"


@given(st.text(alphabet="*_`~[]()<>&;#a1 \\|!brdelsup/", max_size=60))
def test_no_marks_are_too_strange(text: str) -> None:
    printed, struck = print_text(text, 0, len(text))
    assert 0 <= printed.start <= printed.end <= len(text)
    for first in range(len(printed.text)):
        start, end = printed.span(first, first + 1)
        assert 0 <= start < end <= len(text)
    assert all(text[start] in "~<" for start, _ in struck)


@given(st.text(alphabet="|-> `~<!table>123ab\n", max_size=200))
def test_no_layout_is_too_strange(text: str) -> None:
    document = read(text, "markdown")
    for table in document.tables:
        for row in range(len(table.rows)):
            for col in range(table.width):
                table.location_of(row, col)


NESTED = """\
*    *   Titel

    *   Zweck

    *   2031


*    *   711

    *   Erstattungen an die
        Länder

    *   **4 120 300**


-    *   712
    *
    *   85 000


*    *

    *   **Summe**

    *   **4 205 300**
"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_table_written_as_nested_lists(ending: str) -> None:
    text = NESTED.replace("\n", ending)
    document = read("Anlage\n\n" + text + "\nSchluss.\n")
    assert document.format == "markdown"
    assert [block.text for block in document.blocks] == ["Anlage", "Schluss."]
    (table,) = document.tables
    assert list(table.rows) == [
        ("Titel", "Zweck", "2031"),
        ("711", "Erstattungen an die\nLänder", "4 120 300"),
        ("712", "", "85 000"),
        ("", "Summe", "4 205 300"),
    ]
    assert table.location_of(3, 2).text == "4 205 300"


def test_items_with_a_label_and_an_item_for_each_figure() -> None:
    text = "- Habo\n    - 310\n    - 1 200\n- Mullsjö\n    - 420\n    - –\n- Summa\n    - 730\n    - 1 200\n"
    assert grids(read(text, "markdown")) == [
        [("Habo", "310", "1 200"), ("Mullsjö", "420", "–"), ("Summa", "730", "1 200")]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "* Ett\n    * Två\n    * Tre\n* Fyra\n    * Fem\n",
        "* Habo\n    * 310 elever\n    * en ny skola\n* Mullsjö\n    * 12\n* Slut\n    * Klart\n",
        "* * Ett\n  * Två\n* * Tre\n",
    ],
)
def test_other_nested_lists_are_no_tables(text: str) -> None:
    assert read(text, "markdown").tables == ()


def test_long_lists_that_are_no_tables_are_read_once() -> None:
    text = "* Punkt\n    * mer\n" * 20_000
    assert read(text, "markdown").tables == ()


EMPTY = "|  |  |  |\n|---|---|---|\n"


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ("| **Ort** | **Elever** | **2031** |\n| Habo | 12 | 1 300 |\n", 1),
        ("| **Bidrag** |  |  |\n| __Ort__ | __Elever__ | __Kr__ |\n| Habo | 12 | 1 300 |\n", 2),
        ("| Ort | Elever | Kr |\n| Habo | 12 | 1 300 |\n", None),
        ("| **Summa** | **12** | **1 300** |\n| Habo | 12 | 1 300 |\n", None),
    ],
)
def test_under_an_empty_header_the_first_bold_rows_are_the_header(rows: str, header: int | None) -> None:
    (table,) = read(EMPTY + rows).tables
    assert (table.header_rows, len(table.rows)) == (header, rows.count("\n"))


def test_words_below_an_empty_header_name_the_columns() -> None:
    text = EMPTY + "| Ort | Elever | Kr |\n| Habo | 12 | 1 300 |\n| Mullsjö | 15 | 2 400 |\n| Summa | 27 | 3 800 |\n"
    report = reconcile.check_text(text)
    (finding,) = report.findings
    grid = finding.primary.grid
    assert grid is not None
    assert (finding.code, grid.column_header) == ("R301", "Kr")
