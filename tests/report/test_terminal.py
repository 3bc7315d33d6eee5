"""The terminal: quiet, verbose, the table of several documents, and narrow terminals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import reconcile
from reconcile.cli import app
from reconcile.core.settings import Detail
from reconcile.report import write, write_pieces
from tests.cases import FIXTURES

BROKEN = "| Kommun | Bidrag (kr) |\n| --- | ---: |\n| Hjo | 1 200 |\n| Tibro | 2 300 |\n| Skara | 3 400 |\n| Summa | 6 910 |\n"
GOOD = BROKEN.replace("6 910", "6 900")


@pytest.fixture(autouse=True)
def _in_a_folder_of_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.md").write_text(BROKEN, encoding="utf-8")
    Path("good.md").write_text(GOOD, encoding="utf-8")
    Path("silent.md").write_text(f"<!-- reconcile: ignore R301: as decided -->\n{BROKEN}", encoding="utf-8")
    Path("unread.md").write_text(GOOD.replace("3 400", "3 400").replace("| 2 300", "| x 2 3 y"), encoding="utf-8")


def run(*arguments: str, columns: int = 100) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(app, ["check", *arguments])


def test_quiet_has_a_line_for_each_fault() -> None:
    result = run("bad.md", "good.md", "-q")
    assert result.stdout == (
        "bad.md:6:11: error R301 column-total: the 3 rows add up to 6 900, but “Summa” says 6 910: 10 more. The error could be in one of these: 3 rows or the total. None looks mistyped, so nothing was changed\n"
        "1 error in 2 documents; 8 of 8 amounts checked (100 %); 2 equations: 1 tie, 1 broken\n"
    )
    assert (result.exit_code, result.stderr) == (1, "")


@pytest.mark.parametrize(
    "arguments", [["good.md"], ["silent.md"], ["bad.md", "--fail-on", "never"], ["bad.md", "--ignore", "R3"]]
)
def test_quiet_says_nothing_where_nothing_fails(arguments: list[str]) -> None:
    result = run(*arguments, "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_quiet_leaves_out_what_does_not_fail() -> None:
    Path("note.md").write_text(BROKEN + "\n<!-- 500 -->\n", encoding="utf-8")
    assert "R003" in run("note.md").stdout
    assert "R003" not in run("note.md", "-q").stdout
    assert run("note.md", "-q").stdout.count("\n") == 2


def test_verbose_tells_what_ties_and_how() -> None:
    text = "".join(write_pieces(reconcile.check("good.md", "silent.md"), "terminal", detail=Detail.VERBOSE))
    assert (
        text
        == """\
suppressed
  error R301 column-total at silent.md:7:11, row Summa, column Bidrag (kr)
    the 3 rows add up to 6 900, but “Summa” says 6 910: 10 more. The error could be in one of these:
    3 rows or the total. None looks mistyped, so nothing was changed
    by the mark at silent.md:1:1: as decided

good.md markdown: 1 table, 4 rows, 4 of 4 amounts checked (100 %)
  ties                 Summa: 3 rows = 6 900
                       column total (by its name) at good.md:6:11: 1 200 + 2 300 + 3 400 = 6 900, as
                       stated
silent.md markdown: 1 table, 4 rows, 4 of 4 amounts checked (100 %)
  does not tie         Summa: 3 rows = 6 910
                       column total (by its name) at silent.md:7:11: 1 200 + 2 300 + 3 400 = 6 900;
                       stated 6 910; difference 10

  documents     tables  checked  equations  hold  errors  warnings  notes
  good.md            1    100 %          1     1       0         0      0
  silent.md          1    100 %          1     0       0         0      0

nothing else found in 2 documents; 8 of 8 amounts checked (100 %); 2 equations: 1 tie, 1 broken; 1
finding suppressed
"""
    )


def test_verbose_tells_the_time_and_what_was_not_understood() -> None:
    text = run("unread.md", "--verbose").stdout
    assert "  not understood       “x 2 3 y” at unread.md:4:11, row Tibro, column Bidrag (kr)\n" in text
    assert text.splitlines()[-1].startswith("checked in 0.")
    assert "not understood       " not in run("unread.md").stdout


def test_verbose_tells_every_equation() -> None:
    rows = "".join(f"| R{number} | {number} | {number + 1} | {2 * number + 1} |\n" for number in range(10, 60))
    Path("many.md").write_text(f"| Name | A kr | B kr | Totalt kr |\n|---|---|---|---|\n{rows}", encoding="utf-8")
    assert "  and 38 more that tie\n" in run("many.md").stdout
    verbose = run("many.md", "-v").stdout
    assert (verbose.count("  row total"), verbose.count("more that")) == (50, 0)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["-q", "-v"], "give one of --quiet and --verbose"),
        (["-q", "--format", "json"], "--quiet is for the terminal, not for --format json"),
        (["-v", "--format", "html"], "--verbose is for the terminal, not for --format html"),
    ],
)
def test_what_makes_no_sense_is_misuse(arguments: list[str], complaint: str) -> None:
    result = run("good.md", *arguments)
    assert (2, "", f"reconcile: {complaint}\n") == (result.exit_code, result.stdout, result.stderr)


def test_many_documents_are_told_in_the_table_alone_where_all_ties() -> None:
    for number in range(60):
        Path(f"d{number:02}.md").write_text(BROKEN if number == 50 else GOOD, encoding="utf-8")
    text = run(*(f"d{number:02}.md" for number in range(60))).stdout
    lines = text.splitlines()
    assert [line for line in lines if "markdown:" in line] == [
        "d50.md markdown: 1 table, 4 rows, 4 of 4 amounts checked (100 %)"
    ]
    head = next(number for number, line in enumerate(lines) if line.startswith("  documents"))
    assert lines[head + 1].split() == ["d50.md", "1", "100", "%", "1", "0", "1", "0", "0"]
    assert lines[head + 2].split() == ["d00.md", "1", "100", "%", "1", "1", "0", "0", "0"]
    assert lines[head + 41] == "  and 20 more"


@pytest.mark.parametrize("columns", [40, 50, 72, 100, 300])
def test_every_line_keeps_to_the_width(columns: int) -> None:
    folder = "a-folder-with-a-long-name/and-another-one-within-it"
    Path(folder).mkdir(parents=True)
    Path(folder, "d.md").write_text(BROKEN, encoding="utf-8")
    for detail in ("-v", ""):
        text = run(f"{folder}/d.md", "silent.md", "unread.md", *filter(None, [detail]), columns=columns).stdout
        long = [line for line in text.splitlines() if len(line) > columns and folder not in line]
        assert long == []
    names = [line.strip() for line in text.splitlines() if line.endswith("it/d.md")]
    # A path is cut where it stands in a table, and whole where it stands alone.
    assert [name for name in names if len(name) > columns and name != f"{folder}/d.md"] == []
    assert names or columns >= 100


def test_quiet_has_colours_only_where_there_are_any() -> None:
    report = reconcile.check("bad.md")
    plain = "".join(write_pieces(report, "terminal", detail=Detail.QUIET))
    coloured = "".join(write_pieces(report, "terminal", colour=True, detail=Detail.QUIET))
    assert "\x1b" not in plain
    assert coloured.startswith("bad.md:6:11: \x1b[1;31merror R301 column-total\x1b[0m: the 3 rows")


def test_nothing_a_document_prints_steers_a_quiet_terminal() -> None:
    Path("evil.md").write_text(BROKEN.replace("Summa", "Summa \x1b[2J\x07\x9b2J"), encoding="utf-8")
    for option in ("-q", "-v"):
        text = run("evil.md", option).stdout
        assert not {"\x1b", "\x07", "\x9b"} & set(text)


def test_the_report_is_the_same_without_details() -> None:
    report = reconcile.check(str(FIXTURES / "decisions" / "second-decision.txt"))
    assert write(report, "terminal") == "".join(write_pieces(report, "terminal"))


GRID = [
    ["Kommun", "Bidrag 2023 (kr)", "Bidrag 2024 (kr)", "Not"],
    ["Alby", "912 001", "952 538", ""],
    ["Boda", "2 400 100", "2 563 484", "x"],
    ["Dalby", "250 000", "255 812", ""],
    ["Ekeby", "2 100 000", "2 179 114", ""],
    ["Summa", "5 662 101", "5 905 948", ""],
]
ROWS_SHOWN = """\
      │ Kommun  Bidrag 2023 (kr)  Bidrag 2024 (kr)  Not
    5 │ Ekeby          2 100 000         2 179 114
    6 │ Summa          5 662 101         5 905 948
      │                                  ^^^^^^^^^
"""


def _workbook() -> str:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    for row in GRID:
        book.active.append(row)
    book.save("a.xlsx")
    return "a.xlsx"


def _word() -> str:
    import docx

    document = docx.Document()
    table = document.add_table(len(GRID), len(GRID[0]))
    for row, cells in enumerate(GRID):
        for col, cell in enumerate(cells):
            table.cell(row, col).text = cell
    document.add_paragraph("Summan av bidragen 2023 är 5 662 111 kr.")
    document.save("a.docx")
    return "a.docx"


@pytest.mark.parametrize("make", [_workbook, _word])
def test_a_finding_in_an_office_file_has_its_rows(make: Callable[[], str]) -> None:
    assert ROWS_SHOWN in run(make()).stdout


def test_a_finding_in_a_narrow_terminal_has_the_columns_that_fit() -> None:
    assert """\
      │ Kommun  Bidrag 2024 (kr)
    5 │ Ekeby          2 179 114
    6 │ Summa          5 905 948
      │                ^^^^^^^^^
""" in run(_workbook(), columns=40).stdout  # fmt: skip


def test_candidates_are_one_of_these_with_their_odds() -> None:
    assert """\
  one of these (fix --pick R301:1=N):
    1 likely, 99%: write 5 950 948 for “Summa”, Bidrag 2024 (kr): digits swapped
    2 unlikely, under 1%: write 2 518 484 for “Boda”, Bidrag 2024 (kr): two digits substituted
    3 unlikely, under 1%: write 2 134 114 for “Ekeby”, Bidrag 2024 (kr): two digits substituted
  and 2 more
""" in run(_workbook()).stdout  # fmt: skip


def test_a_finding_in_the_text_of_a_word_document_has_its_paragraph() -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("Totalt fördelas 6 910 kronor till kommunerna.")
    table = document.add_table(4, 2)
    for row, cells in enumerate([("Kommun", "Bidrag (kr)"), ("Hjo", "1 200"), ("Tibro", "2 300"), ("Skara", "3 400")]):
        for col, cell in enumerate(cells):
            table.cell(row, col).text = cell
    document.save("a.docx")
    assert """\
      │
      │ Totalt fördelas 6 910 kronor till kommunerna.
      │                 ^^^^^
""" in run("a.docx").stdout  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "auto"], {"TERM": "dumb"}, False),
    ],
)
def test_colours_are_where_they_are_wanted(
    arguments: list[str], environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    result = CliRunner(env=environment).invoke(app, ["check", "bad.md", *arguments], color=True)
    assert ("\x1b[" in result.stdout) == coloured


def test_another_word_for_colours_is_misuse() -> None:
    result = run("bad.md", "--color", "red")
    assert (result.exit_code, result.stderr) == (2, "reconcile: --color: 'red' is not one of always, never, auto\n")
