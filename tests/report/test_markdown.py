"""Markdown: rendered by a library not written here, a comment shows what documents print and does nothing of it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

import reconcile
from reconcile.report import write
from reconcile.report.formats.markdown import _escaped
from reconcile.report.report import Report
from tests.cases import FIXTURES, Case, rule_cases

FIRST, SECOND = (str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt"))
_RENDER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in (_inline(token.children) if token.children else [token])]


def _text(tokens: list[Token]) -> str:
    """The text that is shown; only the tags around dollar signs may be HTML, and a host finds nothing to refer to."""
    for token in _inline(tokens):
        assert token.type not in ("html_block", "link_open", "image", "code_inline", "s_open")
        assert token.type != "html_inline" or token.content in ("<span>", "</span>")
    told = "".join(token.content for token in _inline(tokens) if token.type != "html_inline")
    assert re.search(r"[@#]\w|://|www\.", told, re.IGNORECASE) is None
    return told.replace("\u2060", "")


def _cells(report: Report) -> list[list[str]]:
    """The rows of the table of documents."""
    tokens = _RENDER.parse(write(report, "markdown"))
    rows: list[list[str]] = []
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            rows.append([])
        if before.type in ("td_open", "th_open"):
            rows[-1].append(_text([token]))
    return rows


def _items(report: Report) -> list[list[str]]:
    """The paragraphs of each item of the list of findings, without what was not checked."""
    items: list[list[str]] = []
    inside = 0
    for token in _RENDER.parse(write(report, "markdown")):
        inside += (token.type == "list_item_open") - (token.type == "list_item_close")
        if token.type == "list_item_open":
            items.append([])
        elif inside and token.type == "inline":
            items[-1].append(_text([token]))
    return [item for item in items if not item[0].startswith("not checked in ")]


@pytest.mark.parametrize("case", list(rule_cases()), ids=lambda case: f"{case.path.parent.name}/{case.path.name}")
def test_every_finding_is_an_item(case: Case) -> None:
    report = case.run()
    assert [(item[0].split()[:2], len(item)) for item in _items(report)] == [
        ([finding.severity.value, finding.code], 2 + min(len(finding.fixes), 5) + (len(finding.fixes) > 5))
        for finding in report.findings
    ]
    assert [item[1] for item in _items(report)] == [re.sub(r"[\r\n\t]+", " ", f.message) for f in report.findings]
    assert len(_cells(report)) == 1 + len(report.split())


def test_the_second_decision() -> None:
    report = reconcile.check(FIRST, SECOND)
    text = write(report, "markdown")
    assert text.startswith("### reconcile: 1 error in 2 documents; 50 of 53 amounts checked (94 %)\n")
    assert _cells(report) == [
        ["document", "amounts", "checked", "equations", "hold", "errors", "warnings", "notes"],
        [FIRST, "28", "27", "5", "5", "0", "0", "0"],
        [SECOND, "25", "23", "2", "2", "1", "0", "0"],
        ["across documents", "0", "0", "1", "1", "0", "0", "0"],
    ]
    ((place, message, fix),) = _items(report)
    assert place == f"error R101 malformed-grouping at {SECOND}:24:20, row Region Uppsala, column Totalt (kronor)"
    assert message.endswith("add up to the stated total (line 7) exactly: 1 819 754 005 + 54 499 160 = 1 874 253 165")
    assert fix == "fix: write 54 499 160 (safe, proved by the sum)"


HOSTILE = (
    "a \\| b", "`code`", "<script>x</script>", "<!-- x", "@org/team", "[x](http://evil.example)", "![x](y.png)", "www.evil.example",
    "https://evil.example", "#1", "$a$ $b$", "*x* _y_ ~~z~~", "&lt;", "]]>", "%0A", "🧮", "\u202eltr", "a\\", "::error::x",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cells_are_shown_and_do_nothing(name: str) -> None:
    quoted = name.replace('"', '""')
    report = reconcile.check_text(
        f'Namn\tKronor\nA\t1\nB\t2\nC\t3\n"Summa {quoted}"\t7\n', format="csv", name=f"{name}.csv"
    )
    shown = name.replace("\u202e", "\ufffd")
    assert _cells(report)[1] == [f"{shown}.csv", "4", "4", "1", "0", "1", "0", "0"]
    ((place, message, *_fixes),) = _items(report)
    assert f"row Summa {shown}, column Kronor" in place
    assert f"“Summa {shown}” says 7" in message


@given(st.text() | st.text("\\`*_[]()<>&|~$#!@:/w. -+=1a\n", max_size=30))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    """In a paragraph and in a cell, behind a word of ours, as all text of documents stands."""
    plain = " ".join(re.sub(r"[\r\n\t]+", " ", text).split(" "))
    plain = "".join(char if _escaped(char) != "\ufffd" else "\ufffd" for char in plain).replace("\u2060", "")
    paragraph = _RENDER.parse(f"- x {_escaped(text)} x\n")
    assert _text([token for token in paragraph if token.type == "inline"]) == f"x {plain} x"
    table = _RENDER.parse(f"| a | b |\n| --- | --- |\n| x {_escaped(text)} x | y |\n")
    assert [_text([token]) for token in table if token.type == "inline"] == ["a", "b", f"x {plain} x", "y"]


def test_a_comment_has_room_for_what_it_shows() -> None:
    rows = "".join(
        f"| Region {n} | 5 100 {n:03} |\n| Bad {n} | 100 00 {n:03} |\n| Good {n} | 7 000 |\n" for n in range(400)
    )
    report = reconcile.check_text(f"| Region | Kronor |\n| --- | --- |\n{rows}", format="markdown")
    text = write(report, "markdown")
    left = re.search(r"\nand (\d+) findings more; `--format json` has all\n$", text)
    assert left is not None
    assert (len(text) < 60_200, len(_items(report)) + int(left[1])) == (True, len(report.findings))


def test_many_documents_leave_room_for_the_findings(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number:03}{'x' * 200}.csv").write_text("Namn;Kronor\nA;1\nB;2\nC;3\nSumma;6\n", encoding="utf-8")
    (tmp_path / "000.csv").write_text("Namn;Kronor\nA;1\nB;2\nC;3\nSumma;7\n", encoding="utf-8")
    report = reconcile.check(*sorted(map(str, tmp_path.iterdir())))
    text = write(report, "markdown")
    left = re.search(r"\nand (\d+) documents more; `--format json` has all\n", text)
    assert left is not None
    assert (len(text) < 60_200, len(_cells(report)) - 1 + int(left[1]), len(_items(report))) == (True, 301, 1)


def test_a_very_long_cell_is_cut() -> None:
    assert _escaped("x" * 3_000) == "x" * 1_999 + "…"


def test_of_many_fixes_the_first_are_told() -> None:
    report = reconcile.check(str(FIXTURES / "rules" / "R301-column-total" / "bad-typo-not-rounding.md"))
    text = write(report, "markdown")
    assert text.count("**fix:**") == 5
    assert f"\n\n  and {len(report.findings[0].fixes) - 5} more\n" in text
