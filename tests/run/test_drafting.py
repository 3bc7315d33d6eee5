"""Drafts of budget files: they load again, hold what the documents print, and pass where the documents add up."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import reconcile
from reconcile.cli import app
from reconcile.core.settings import Settings
from reconcile.equate.budget.file import load_budget
from reconcile.read import read_path
from reconcile.run.budget_draft import draft_budget
from tests.cases import FIXTURES

DECISIONS = [str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt")]


def draft(folder: Path, *paths: str) -> Path:
    target = folder / "budget.yaml"
    result = CliRunner().invoke(app, ["budget", "init", *paths, "--output", str(target)])
    assert (result.exit_code, result.output) == (0, "")
    return target


def test_the_decisions_draft_the_pool_that_both_name(tmp_path: Path) -> None:
    target = draft(tmp_path, *DECISIONS)
    budget = load_budget(str(target))
    assert (budget.name, budget.currency) == (
        "Fördelning av 625 746 835 kronor efter resultat under januari till och med juni", "SEK",
    )  # fmt: skip
    assert [(line.name, int(line.amount.value), line.use, line.documents) for line in budget.walk()] == [
        ("2,5 miljarder", 2_500_000_000, "exhausted", ("first-decision", "second-decision"))
    ]
    report = reconcile.check(*DECISIONS, budget=str(target))
    assert [finding.code for finding in report.findings] == ["R101"]


def test_each_document_has_a_line_where_nothing_joins_them(tmp_path: Path) -> None:
    target = draft(tmp_path, DECISIONS[0])
    assert "    amount: 625 746 835      # its printed total, Summa\n" in target.read_text(encoding="utf-8")
    report = reconcile.check(DECISIONS[0], budget=str(target))
    assert report.findings == ()
    assert report.budget is not None
    assert [(line.name, int(line.budgeted), line.status) for line in report.budget.lines] == [
        ("first-decision", 625_746_835, "ties")
    ]


def test_what_could_be_any_column_is_said_beside_the_guess(tmp_path: Path) -> None:
    text = "| Kommun | 2022 (tkr) | 2023: ny (tkr) |\n|-|-|-|\n| Hjo | 100 | 200,5 |\n| Tibro | 200 | 400 |\n"
    (tmp_path / "två år.md").write_text(text, encoding="utf-8")
    target = draft(tmp_path, str(tmp_path / "två år.md"))
    drafted = target.read_text(encoding="utf-8")
    assert (
        "    # it has 2 columns of amounts ('2022 (tkr)', '2023: ny (tkr)'), and nothing shows which one is meant"
        in drafted
    )
    assert '    amount: "300 thousand"      # the sum of its rows: no total is printed\n' in drafted
    budget = load_budget(str(target))
    (source,) = budget.documents.values()
    assert (source.path, source.column) == ("två år.md", "2022 (tkr)")
    assert reconcile.check(str(tmp_path / "två år.md"), budget=str(target)).findings == ()


@pytest.mark.parametrize("text", ["Inget här.\n", ""])
def test_a_document_without_amounts_still_drafts_a_file_that_loads(tmp_path: Path, text: str) -> None:
    (tmp_path / "no.txt").write_text(text, encoding="utf-8")
    target = draft(tmp_path, str(tmp_path / "no.txt"))
    assert "    # no table of amounts was read in it\n" in target.read_text(encoding="utf-8")
    assert load_budget(str(target)).lines == ()


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("2022", "2023"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "d.md").write_text("| A | Kronor |\n|-|-|\n| x | 1 |\n| y | 2 |\n", encoding="utf-8")
    budget = load_budget(str(draft(tmp_path, str(tmp_path / "2022" / "d.md"), str(tmp_path / "2023" / "d.md"))))
    assert list(budget.documents) == ["2022/d.md", "2023/d.md"]


HOSTILE = ["no", "- a", "a: b", "#x", '"q"', "*a", "0123", "12 345", "1e5", "é", "?", "~"]


@pytest.mark.parametrize("title", HOSTILE)
def test_whatever_is_printed_is_text_in_the_draft(tmp_path: Path, title: str) -> None:
    text = f"{title}\n\n| A | {title} | Kronor | {title} 2 |\n|-|-|-|-|\n| x | 1 | 2 | 3 |\n| y | 2 | 3 | 4 |\n"
    (tmp_path / f"{title.strip('/')}.md").write_text(text, encoding="utf-8")
    target = draft(tmp_path, str(tmp_path / f"{title.strip('/')}.md"))
    assert [source.path for source in load_budget(str(target)).documents.values()] == [f"{title}.md"]


def test_every_rule_fixture_drafts_a_file_that_loads(tmp_path: Path) -> None:
    for number, path in enumerate(sorted((FIXTURES / "rules").glob("R[1-3]*/*.md"))):
        (tmp_path / str(number)).mkdir()
        load_budget(str(draft(tmp_path / str(number), str(path))))


def test_a_draft_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["budget", "init", DECISIONS[0], "--output", str(tmp_path / "b.yaml")])
    assert result.exit_code == 2
    assert "is there already; a draft overwrites nothing" in result.output
    assert (tmp_path / "b.yaml").read_text(encoding="utf-8") == "mine"


def test_a_draft_of_no_file_is_misuse() -> None:
    result = CliRunner().invoke(app, ["budget", "init", "gone.txt"])
    assert (result.exit_code, result.output) == (2, "reconcile: gone.txt: no such file or directory\n")


def test_the_schema_is_printed_as_it_is_shipped() -> None:
    result = CliRunner().invoke(app, ["budget", "schema"])
    shipped = (FIXTURES.parent / "schemas" / "budget-v1.schema.json").read_text(encoding="utf-8")
    assert (result.exit_code, result.output) == (0, shipped)


def test_a_document_that_adds_up_to_less_than_nothing_gets_no_line(tmp_path: Path) -> None:
    (tmp_path / "cuts.md").write_text(
        "| Kommun | Kronor |\n|-|-|\n| Hjo | -100 |\n| Tibro | 40 |\n| Summa | -60 |\n", encoding="utf-8"
    )
    document = read_path(str(tmp_path / "cuts.md"), Settings())
    text = draft_budget([document], Settings(), str(tmp_path))
    assert "  # cuts adds up to -60: no line, as no budget is less than nothing\n" in text
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    assert load_budget(str(tmp_path / "b.yaml")).lines == ()
