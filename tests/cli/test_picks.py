"""``fix --pick``, ``--figure`` and ``--interactive``: what a person chooses, and what is said of a choice that names nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

import reconcile
from reconcile.cli import app
from reconcile.core.settings import Silence, UsageError, add_suppressions, load_settings
from reconcile.run.fix.loop import Corrections
from reconcile.run.fix.picks import read_pick, typed_fix

ROWS = [
    "| Council | Grant (kr) |",
    "| --- | ---: |",
    "| Alby | 952 538 |",
    "| Boda | 2 563 484 |",
    "| Dalby | 255 812 |",
]
TEXT = "\n".join([*ROWS, "| Ekeby | 2 179 114 |", "| Total | 5 905 948 |", ""])
LISTED = """\
reconcile: R301:1 at c.md:7:11
reconcile: R301:1=1 likely, 99%: write 5 950 948 for “Total”: digits swapped
reconcile: R301:1=2 unlikely, under 1%: write 2 518 484 for “Boda”: two digits substituted
reconcile: R301:1=3 unlikely, under 1%: write 2 134 114 for “Ekeby”: two digits substituted
reconcile: R301:1=4 unlikely, under 1%: write 210 812 for “Dalby”: two digits substituted
reconcile: R301:1=5 unlikely, under 1%: write 907 538 for “Alby”: two digits substituted
"""


@pytest.fixture(autouse=True)
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "c.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, ["fix", "c.md", *arguments], input=stdin)


@pytest.mark.parametrize(
    ("choice", "old", "new"),
    [
        ("--pick=R301:1=1", "5 905 948", "5 950 948"),
        ("--pick=r301:1=3", "2 179 114", "2 134 114"),
        ("--pick=column-total:1=2", "2 563 484", "2 518 484"),
        ("--figure=R301:1=5950948", "5 905 948", "5 950 948"),
        ("--figure=R301:1=5 950 948", "5 905 948", "5 950 948"),
    ],
)
def test_what_is_picked_is_written_and_checked(choice: str, old: str, new: str, document: Path) -> None:
    result = run(choice, "--write")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith(f"R301, “{old}” to “{new}” (picked)\n1 fixed; nothing left\n")
    assert document.read_text(encoding="utf-8") == TEXT.replace(old, new)
    assert reconcile.check("c.md").ok


def test_what_a_pick_leaves_is_told() -> None:
    result = run("--figure", "R301:1=5950949")
    assert result.exit_code == 1
    assert "left: c.md:7:11, row Total: error R301 column-total: the 4 rows add up to 5 950 948, but" in result.stderr


def test_a_pick_after_which_more_is_wrong_is_refused() -> None:
    second = TEXT.replace("5 905 948", "5 950 948").replace("Council", "Town")
    work = Corrections({"c.md": f"{TEXT}\nMore.\n\n{second}".encode()})
    (finding,) = work.report.findings
    sound = next(o.total.location for o in work.report.outcomes if o.status == "ties")
    fix = typed_fix(finding, "5 905 849", sound)
    assert fix is not None
    (refused,) = work.pick([(finding, fix)])
    assert (refused.reason, work.fixed().contents) == ("more would be wrong after it than before", {})
    assert [correction.picked for correction in work.fixed().refused] == [True]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("--pick=R301:2=1", f"--pick R301:2=1: there is no finding R301:2; there are 1 of R301\n{LISTED}"),
        ("--pick=R302:1=1", f"--pick R302:1=1: there is no finding R302:1; there are 0 of R302\n{LISTED}"),
        ("--pick=R301:1=6", f"--pick R301:1=6: R301:1 has no candidate 6\n{LISTED}"),
        ("--pick=R301:1=0", f"--pick R301:1=0: R301:1 has no candidate 0\n{LISTED}"),
        ("--pick=R301:1=x", "--pick R301:1=x: 'x' is no number of a candidate; --figure takes a figure\n"),
        ("--pick=R301", "--pick R301: write R301:1=2 for candidate 2 of the first finding of R301\n"),
        ("--pick=R999:1=1", "--pick R999:1=1: no rule 'R999'; write R301:1=2 for candidate 2 of the first finding of R301\n"),
        ("--figure=R301:1=abc", "--figure R301:1=abc: 'abc' is no figure, or the finding is about none\n"),
    ],
)  # fmt: skip
def test_a_pick_that_names_nothing_is_misuse(choice: str, said: str, document: Path) -> None:
    result = run(choice, "--write")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"reconcile: {said}")
    assert document.read_text(encoding="utf-8") == TEXT


def test_one_finding_is_picked_once() -> None:
    result = run("--pick", "R301:1=1", "--pick", "R301:1=2")
    assert (result.exit_code, result.stderr) == (2, "reconcile: --pick R301:1=2: a fix of R301:1 is picked already\n")


@given(st.text(max_size=20))
def test_any_other_text_is_misuse(text: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"--pick {text}: ")):
        read_pick("--pick", text)


@pytest.mark.parametrize(
    ("answers", "old", "new"),
    [
        ("1\ny\n", "5 905 948", "5 950 948"),
        ("z\n9\n2\nyes\n", "2 563 484", "2 518 484"),
        ("w 5950948\nj\n", "5 905 948", "5 950 948"),
        ("w\n5 950 948\ny\n", "5 905 948", "5 950 948"),
        ("w 4: 210 812\ny\n", "255 812", "210 812"),
    ],
)
def test_an_answer_is_carried_out(answers: str, old: str, new: str, document: Path) -> None:
    result = run("--interactive", stdin=answers)
    assert result.stdout.endswith(f"R301, “{old}” to “{new}” (picked)\n1 fixed; nothing left\n")
    assert result.exit_code == 0
    assert document.read_text(encoding="utf-8") == TEXT.replace(old, new)


@pytest.mark.parametrize("answers", ["", "s\n", "\n", "q\n", "1\n", "1\nn\n", "x\n\ns\n", "w abc\nw 9: 5\nq\n"])
def test_nothing_is_written_without_a_yes(answers: str, document: Path) -> None:
    assert run("-i", stdin=answers).exit_code in (0, 1)
    assert document.read_text(encoding="utf-8") == TEXT
    assert sorted(path.name for path in document.parent.iterdir()) == ["c.md"]


def test_what_is_suppressed_is_written_to_the_settings(document: Path) -> None:
    result = run("-i", stdin="x\nas  decided\ny\n")
    assert (result.exit_code, result.stderr) == (0, "reconcile: wrote reconcile.toml\n")
    assert Path("reconcile.toml").read_text(encoding="utf-8") == (
        '[[suppress]]\npath = "./c.md"\nrow = "Total"\ncolumn = "Grant (kr)"\ncodes = ["R301"]\nreason = "as decided"\n'
    )
    report = reconcile.check("c.md", settings=load_settings(Path()))
    assert (report.ok, [each.reason for each in report.suppressed]) == (True, ["as decided"])
    assert document.read_text(encoding="utf-8") == TEXT


def test_a_suppression_joins_the_settings_that_hold(document: Path) -> None:
    # A new reconcile.toml would hide them.
    Path("pyproject.toml").write_text('[tool.reconcile]\nfail_on = "error"\n', encoding="utf-8")
    assert run("-i", stdin="x\nas decided\ny\n").stderr == "reconcile: wrote pyproject.toml\n"
    assert not Path("reconcile.toml").exists()
    settings = load_settings(Path())
    assert (settings.fail_on, [silence.reason for silence in settings.suppress]) == ("error", ["as decided"])


def test_a_list_of_suppressions_in_one_line_is_left_as_it_is(document: Path) -> None:
    Path("reconcile.toml").write_text("suppress = []\n", encoding="utf-8")
    result = run("-i", stdin="x\nas decided\ny\n")
    assert result.exit_code == 2
    assert "reconcile.toml: " in result.stderr
    assert Path("reconcile.toml").read_text(encoding="utf-8") == "suppress = []\n"


def test_a_suppression_of_one_row_is_for_no_other(document: Path) -> None:
    second = TEXT.replace("Total", "Sum of all").replace("Council", "Town")
    document.write_text(f"{TEXT}\nMore.\n\n{second}", encoding="utf-8")
    run("-i", stdin="x\nas decided\ns\ny\n")
    report = reconcile.check("c.md", settings=load_settings(Path()))
    assert [finding.primary.text for finding in report.findings] == ["5 905 948"]
    assert [each.finding.primary.grid.row_label for each in report.suppressed if each.finding.primary.grid] == ["Total"]


def test_standard_input_cannot_be_answered_and_read() -> None:
    result = CliRunner().invoke(app, ["fix", "-", "-i"], input=TEXT)
    assert (result.exit_code, result.stderr) == (
        2, "reconcile: --interactive takes answers from standard input; name a file\n",
    )  # fmt: skip


@given(st.text(), st.text(), st.text().filter(str.strip))
def test_what_is_added_to_settings_is_read_again(row: str, column: str, reason: str) -> None:
    row, column, reason = (" ".join(text.split()) for text in (row, column, reason))
    if not reason or any("\ud800" <= char <= "\udfff" for char in row + column + reason):
        return
    silence = Silence("./a.md", ("R301",), reason, row=row, column=column)
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reconcile.toml"
        path.write_text('lang = "sv"', encoding="utf-8")
        path.write_bytes(add_suppressions(str(path), [silence]))
        (read,) = load_settings(Path(folder)).suppress
    assert (read.path, read.codes, read.reason, read.row, read.column) == ("./a.md", ("R301",), reason, row, column)
