"""Suppressions: what a mark or the settings silence, what they do not, and that nothing is silenced unseen."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as fuzz
from hypothesis import strategies as st
from openpyxl.comments import Comment
from typer.testing import CliRunner, Result

import reconcile
from reconcile.cli import app
from reconcile.core.document import IgnoreComment, Order, find_mark, read_order
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.core.settings import Settings, Silence, load_settings
from reconcile.read import read_bytes, read_text
from reconcile.report import REPORT_FORMATS, write, write_bytes
from reconcile.report.report import Report
from tests.cases import FIXTURES

FOLDER = FIXTURES / "suppressions"
DECISIONS = FIXTURES / "decisions"
SCHEMA = json.loads((FIXTURES.parent / "schemas" / "report-v1.schema.json").read_text(encoding="utf-8"))
BROKEN = "| Kommun | Bidrag (kr) |\n| --- | ---: |\n| Hjo | 1 200 |\n| Tibro | 2 300 |\n| Skara | 3 400 |\n| Summa | 6 910 |\n"
MARK = "<!-- reconcile: ignore R301: see note 4 -->"


def told(report: Report) -> dict[str, list[str]]:
    """What is told and what is not, in short."""
    return {
        "told": [f"{finding.code} {finding.primary.label}" for finding in report.findings],
        "suppressed": [
            f"{each.finding.code} {each.finding.primary.label}, {each.by} {each.place.label}: {each.reason}"
            for each in report.suppressed
        ],
        "remarks": [f"{remark.place.label}: {remark.message}" for remark in report.remarks],
    }


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, ["check", *arguments])


@pytest.mark.parametrize("name", ["marked.md", "marked.txt", "marked.html"])
def test_marks(name: str) -> None:
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    assert expected == told(reconcile.check(str(FOLDER / name)))


@pytest.mark.parametrize("name", ["marked.md", "marked.txt", "marked.html"])
def test_every_format_tells_what_is_silenced(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    report = reconcile.check(name)
    for format in REPORT_FORMATS:
        text = b"".join(write_bytes(report, format))
        if format == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(text))["Suppressed"]
            text = str(list(sheet.iter_rows(values_only=True))).encode()
        if format == "parquet":
            rows = pq.read_table(io.BytesIO(text)).to_pylist()
            text = str([row for row in rows if row["kind"] in ("suppressed", "remark")]).encode()
        if format == "terminal":
            assert b"suppressed" in text
            text = b" ".join(text.split())
        elif format == "github":
            assert b"suppressed\n" in text
        else:
            assert b"corrected in the next edition" in text, format
        assert b"matches no finding" in text, format
    jsonschema.validate(report.to_dict(), SCHEMA)
    for line in write(report, "jsonl").splitlines():
        jsonschema.validate(json.loads(line), SCHEMA)


@pytest.mark.parametrize(
    ("text", "suppressed"),
    [
        (f"{MARK}\n\n{BROKEN}", 1),
        (f"{MARK}\n{BROKEN}", 1),
        (BROKEN.replace("6 910 |", f"6 910 | {MARK}"), 1),
        (BROKEN.replace("6 910 |", f"6 910 {MARK} |"), 1),
        (BROKEN.replace("| Summa", f"{MARK}\n| Summa"), 1),
        (BROKEN.replace("| Skara", f"{MARK}\n| Skara"), 0),
        (BROKEN.replace("1 200 |", f"1 200 | {MARK}"), 0),
        (f"{BROKEN}\n{MARK}\n", 0),
        (f"{MARK}\n\nText.\n\n{BROKEN}", 0),
        (f"{MARK}\n\n# Heading\n\n{BROKEN}", 0),
        (f"Text. {MARK}\n\n{BROKEN}", 0),
        (f"<!--\nreconcile: ignore R301\n-->\n{BROKEN}", 1),
        (f"> {MARK}\n\n{BROKEN}", 1),
        (f"<!-- RECONCILE: IGNORE r301 -->\n{BROKEN}", 1),
        (f"<!-- reconcile: ignore R3 -->\n{BROKEN}", 1),
        (f"<!-- reconcile: ignore R30 -->\n{BROKEN}", 1),
        (f"<!-- reconcile: ignore R302 -->\n{BROKEN}", 0),
        (f"<!-- reconcile: ignore R -->\n{BROKEN}", 1),
        (f"```python\n{MARK}\n```\n\n{BROKEN}", 0),
        (f"```\n{MARK}\n{BROKEN}```\n", 0),
        (f"{MARK}\n\n```\n{BROKEN}```\n", 1),
        (f"`{MARK}\n\n{BROKEN}".replace("<!--", "&lt;!--"), 0),
    ],
)  # fmt: skip
def test_where_a_mark_counts_in_markdown(text: str, suppressed: int) -> None:
    report = reconcile.check_text(text, format="markdown")
    assert (suppressed, 1 - suppressed) == (len(report.suppressed), report.summary()["errors"])
    assert report.ok == bool(suppressed)


def test_a_mark_in_a_fence_is_text() -> None:
    assert read_text("d.md", f"```\n{MARK}\n```\n", Settings(), "markdown").marks == ()


def without_marks(text: str, format: str) -> list[object]:
    document = read_text("d", text, Settings(), format)
    return [[table.rows for table in document.tables], [" ".join(block.text.split()) for block in document.blocks],
            [fault.message for fault in document.faults]]  # fmt: skip


@pytest.mark.parametrize(("name", "format"), [("second-decision.txt", "markdown"), ("first-decision.txt", "text")])
def test_a_mark_on_any_line_changes_nothing_that_is_read(name: str, format: str) -> None:
    lines = (DECISIONS / name).read_text(encoding="utf-8").splitlines()
    expected = without_marks("\n".join(lines), format)
    for number in range(len(lines) + 1):
        alone = [*lines[:number], MARK, *lines[number:]]
        assert expected == without_marks("\n".join(alone), format), number
    for number, line in enumerate(lines):
        if line.strip():
            behind = [*lines[:number], f"{line} {MARK}", *lines[number + 1 :]]
            assert expected == without_marks("\n".join(behind), format), number


def test_a_mark_anywhere_in_a_page_changes_nothing_that_is_read() -> None:
    page = (FIXTURES / "parity" / "regions" / "regions.html").read_text(encoding="utf-8")
    expected = without_marks(page, "html")
    places = [at for at, char in enumerate(page) if char == "<"]
    assert len(places) > 40
    for at in places[:: max(1, len(places) // 60)]:
        assert expected == without_marks(page[:at] + MARK + page[at:], "html"), page[at : at + 20]


def test_what_stands_in_a_comment_is_no_amount() -> None:
    text = "Totalt fördelas 5 miljoner kronor. <!-- or 6 miljoner kronor -->\n"
    report = reconcile.check_text(text, format="markdown")
    assert [claim.text for claim in report.readings[0].claims] == ["5 miljoner kronor"]


@pytest.mark.parametrize(
    ("comment", "order"),
    [
        ("reconcile: ignore R305", Order(("R305",))),
        ("reconcile: ignore R305, r301; R301", Order(("R305", "R301"))),
        ("reconcile: ignore R305 R301: rounded - by hand: note 4", Order(("R305", "R301"), "rounded - by hand: note 4")),
        ("reconcile: ignore R305 - rounded", Order(("R305",), "rounded")),
        ("reconcile: ignore R305 – rounded", Order(("R305",), "rounded")),
        ("reconcile: ignore R305—rounded", Order(("R305",), "rounded")),
        ("reconcile:ignore R305:", Order(("R305",))),
        ("Anna:\nreconcile: ignore R305: rounded\nThanks", Order(("R305",), "rounded")),
        ("reconcile: ignore", Order(fault=say("the mark names no rule"))),
        ("reconcile: ignore: rounded", Order(fault=say("the mark names no rule"))),
        ("reconcile: ingore R305", Order(fault=say("“ingore” is not understood; a mark says “ignore” and names rules"))),
        ("reconcile:", Order(fault=say("“” is not understood; a mark says “ignore” and names rules"))),
    ],
)  # fmt: skip
def test_what_a_mark_says(comment: str, order: Order) -> None:
    mark = find_mark(comment, Location("d.md"))
    assert mark is not None
    assert order == read_order(mark)


@pytest.mark.parametrize("comment", ["", "ignore R305", "to reconcile: ignore R305 later", "reconciled: ignore R305"])
def test_other_comments_are_none_of_ours(comment: str) -> None:
    assert find_mark(comment, Location("d.md")) is None


@given(st.text(alphabet="reconcile: ignore R305,-–<!>\n\r\t \0é", max_size=60))
@fuzz(max_examples=300, deadline=None)
def test_any_mark_is_read_or_said(words: str) -> None:
    mark = find_mark(f"reconcile: {words}", Location("d.md"))
    if mark is not None:
        order = read_order(mark)
        assert bool(order.codes) != bool(order.fault)
    report = reconcile.check_text(f"<!-- reconcile: {words} -->\n{BROKEN}", format="markdown")
    assert len(report.findings) + len(report.suppressed) >= 1


def test_words_that_are_no_rule_are_said() -> None:
    report = reconcile.check_text(f"<!-- reconcile: ignore R301 R999 rounded -->\n{BROKEN}", format="markdown")
    assert told(report) == {
        "told": [],
        "suppressed": ["R301 line 7, mark line 1: "],
        "remarks": [
            "line 1: “R999” is not a rule, so it suppresses nothing",
            "line 1: “ROUNDED” is not a rule, so it suppresses nothing",
        ],
    }


def test_a_rule_that_was_not_asked_for_is_not_missed() -> None:
    text = f"{MARK}\n<!-- reconcile: ignore R303 -->\n{BROKEN}"
    report = reconcile.check_text(text, format="markdown", settings=Settings(select=("R1", "R303")))
    assert told(report)["remarks"] == ["line 2: the suppression of R303 matches no finding"]


def test_a_file_that_cannot_be_read_holds_no_mark(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(b"<!-- reconcile: ignore R001 -->\n\0\1\2\xff\xfe\x00\x80" * 40)
    (tmp_path / "good.md").write_text(f"<!-- reconcile: ignore R001 -->\n{BROKEN}", encoding="utf-8")
    report = reconcile.check(str(tmp_path / "bad.md"), str(tmp_path / "good.md"))
    assert [finding.code for finding in report.findings] == ["R001", "R301"]
    assert [remark.message for remark in report.remarks] == ["the suppression of R001 matches no finding"]


def workbook(comments: dict[str, str], rows: int = 3) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Blad1"
    sheet.append(["Kommun", "Bidrag (kr)"])
    for number in range(rows):
        sheet.append([f"Kommun {number}", 1000 + number])
    sheet.append(["Summa", sum(1000 + number for number in range(rows)) + 7])
    for address, text in comments.items():
        sheet[address].comment = Comment(text, "Anna")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# A sheet of more than 500 kB is read from its XML, and not by openpyxl.
@pytest.mark.parametrize("rows", [3, 12_000])
def test_a_cell_comment_counts_for_its_cell(rows: int, tmp_path: Path) -> None:
    total = f"B{rows + 2}"
    comments = {total: "Anna:\nreconcile: ignore R301: as decided", "A2": "reconcile: ignore R301", "A1": "Not for us."}
    (tmp_path / "d.xlsx").write_bytes(workbook(comments, rows))
    report = reconcile.check(str(tmp_path / "d.xlsx"))
    assert told(report) | {"told": [f.code for f in report.findings if f.code != "R003"]} == {
        "told": [],
        "suppressed": [f"R301 Blad1!{total}, mark Blad1!{total}: as decided"],
        "remarks": ["Blad1!A2: the suppression of R301 matches no finding"],
    }
    results = json.loads(write(report, "sarif"))["runs"][0]["results"]
    ((suppression,),) = (result["suppressions"] for result in results if result["ruleId"] == "R301")
    assert (suppression["kind"], suppression["location"]["logicalLocations"][0]["kind"]) == ("inSource", "cell")


def test_ten_thousand_marks() -> None:
    report = reconcile.check_text(f"{MARK}\n" * 10_000 + BROKEN, format="markdown")
    assert (len(report.suppressed), len(report.remarks)) == (1, 0)
    page = f"<table>{MARK * 10_000}<tr><td>Hjo<td>1 200<tr><td>Tibro<td>2 300<tr><td>Summa<td>3 510</table>"
    assert len(reconcile.check_text(page, format="html").suppressed) == 1
    text = "Hjo 1 200 kr\nTibro 2 300 kr\nSumma 3 510 kr\n"
    assert len(reconcile.check_text(f"{MARK}\n" * 10_000 + text, format="text").suppressed) == 1


def test_ten_thousand_marks_that_are_never_closed_are_text() -> None:
    assert read_text("d.txt", "<!-- reconcile: ignore " * 10_000, Settings(), "text").marks == ()


def test_fix_leaves_alone_what_is_silenced(tmp_path: Path) -> None:
    text = (DECISIONS / "second-decision.txt").read_text(encoding="utf-8")
    text = text.replace("| 544 99 160 |", "| 544 99 160 | <!-- reconcile: ignore R101: as printed -->")
    (tmp_path / "d.md").write_text(text, encoding="utf-8")
    fixed = reconcile.fix(str(tmp_path / "d.md"))
    assert (dict(fixed.contents), fixed.after.ok) == ({}, True)


# Settings


def settings_file(folder: Path, text: str, name: str = "reconcile.toml") -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("pattern", "status"),
    [
        ("decisions/*.md", 0),
        ("decisions/2023/*.md", 1),
        ("decisions/**/*.md", 0),
        ("**", 0),
        ("**/d.md", 0),
        ("./decisions/?.md", 0),
        ("*.md", 0),
        ("d.md", 0),
        ("*.txt", 1),
        ("decisions/d.md", 0),
        ("decision/*", 1),
        ("d[.]md", 1),
    ],
)
def test_settings_silence_by_path(pattern: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "decisions").mkdir()
    (tmp_path / "decisions" / "d.md").write_text(BROKEN, encoding="utf-8")
    settings_file(tmp_path, f'[[suppress]]\npath = "{pattern}"\ncodes = ["r301"]\nreason = "as decided"\n')
    for path in ("decisions/d.md", "./decisions/d.md", str(tmp_path / "decisions" / "d.md"), "decisions"):
        result = run(path, "--format", "json")
        assert status == result.exit_code
        if not status:
            (each,) = json.loads(result.stdout)["suppressed"]
            assert (each["by"], each["reason"], each["location"]["path"]) == (
                "settings",
                "as decided",
                "reconcile.toml:1",
            )


def test_settings_that_silence_nothing_are_remarked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.md").write_text(BROKEN, encoding="utf-8")
    entry = '[[tool.reconcile.suppress]]\npath = "{}"\ncodes = ["R305", "R301"]\nreason = "because"\n'
    settings_file(tmp_path, "[project]\n" + entry.format("d.md") + entry.format("other.md"), "pyproject.toml")
    result = run("d.md")
    assert "remark: pyproject.toml:2: the suppression of R305 matches no finding\n" in result.stdout
    # Nothing is said of documents that were not checked.
    assert (result.exit_code, result.stdout.count("remark:")) == (0, 1)


def test_a_mark_is_told_before_the_settings_and_both_are_of_use() -> None:
    settings = Settings(suppress=(Silence("d.md", ("R301",), "general"),))
    text = f"{MARK}\n{BROKEN}"
    report = reconcile.check_text(text, format="markdown", name="d.md", settings=settings)
    assert told(report) == {"told": [], "suppressed": ["R301 line 7, mark line 1: see note 4"], "remarks": []}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[suppress]]\npath = 'd.md'\ncodes = ['R301']\n", "reconcile.toml:1: suppress needs a reason, which the report repeats"),
        ("x = 1\n[[suppress]]\n", "reconcile.toml:2: suppress needs a path, such as path = \"decisions/*.md\""),
        ("[[suppress]]\npath = 'd.md'\nreason = ' '\ncodes = ['R301']\n", "reconcile.toml:1: suppress needs a reason, which the report repeats"),
        ("[[suppress]]\npath = 'd.md'\nreason = 'x'\ncodes = 'R301'\n", "reconcile.toml:1: suppress needs codes, such as codes = [\"R305\"]"),
        ("[[suppress]]\npath = 'd.md'\nreason = 'x'\ncodes = []\n", "reconcile.toml:1: suppress needs codes, such as codes = [\"R305\"]"),
        ("\n\n[[suppress]]\npath = 'd.md'\nreason = 'x'\ncode = ['R301']\n", "reconcile.toml:3: unknown key 'code' in suppress; known keys are codes, column, path, reason, row"),
        ("suppress = [{path = 'd.md', codes = ['R301']}]\n", "reconcile.toml: suppress, entry 1: suppress needs a reason, which the report repeats"),
        ("[suppress]\npath = 'd.md'\n", "reconcile.toml: suppress must be a list of tables; each begins with [[suppress]]"),
        ("suppress = [1]\n", "reconcile.toml: suppress, entry 1: suppress must be a list of tables; each begins with [[suppress]]"),
        ("[[suppress]]\npath = 'd.md'\nreason = 'x'\ncodes = ['R9']\n", "reconcile.toml:1: no rule 'R9'; `reconcile rules` lists them"),
    ],
)  # fmt: skip
def test_a_fault_in_the_settings_is_misuse(
    text: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.md").write_text(BROKEN, encoding="utf-8")
    settings_file(tmp_path, text)
    result = run("d.md")
    assert (2, f"reconcile: {complaint}\n") == (result.exit_code, result.stderr)


def test_the_provenance_names_what_is_silenced_in_general(tmp_path: Path) -> None:
    settings_file(tmp_path, "[[suppress]]\npath = '*.md'\ncodes = ['R301']\nreason = 'a <b> of note'\n")
    report = reconcile.check_text(BROKEN, format="markdown", name="d.md", settings=load_settings(tmp_path))
    assert "<dt>suppress</dt><dd>R301 in *.md: a &lt;b&gt; of note</dd>" in write(report, "html")


def test_a_mark_of_a_document_is_where_it_stands() -> None:
    (mark,) = read_bytes("d.txt", f"Text.\n  {MARK}\n{BROKEN}".encode(), Settings(), "text").marks
    assert isinstance(mark, IgnoreComment)
    assert (str(mark.place), mark.place.text) == ("d.txt:2:3", MARK)
