"""The documentation is true: its commands print what it shows, and what is generated is up to date."""

from __future__ import annotations

import re
import runpy
import shlex
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

import reconcile
from reconcile.cli import app
from reconcile.equate.budget.file import BUDGET_KEYS, DOCUMENT_KEYS, ENTITY_KEYS, LINE_KEYS, TOLERANCE_KEYS, load_budget
from reconcile.read import READERS
from reconcile.report import REPORT_FORMATS
from reconcile.version import DISTRIBUTION
from tests.cases import FIXTURES

ROOT = FIXTURES.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ reconcile ([^\n]*)\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_readme_shows_what_is_printed(command: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    printed = CliRunner(env={"COLUMNS": "100"}).invoke(app, shlex.split(command)).stdout
    # An amount is shown with the spaces that it is printed with; in the README they are all plain.
    assert output == printed.replace("\u00a0", " ")


def test_the_readme_shows_four_outputs() -> None:
    assert len(SHOWN) == 4


def test_the_budget_in_the_readme_is_the_shipped_one(tmp_path: Path) -> None:
    text, _ = re.findall(r"```yaml\n((?:budget|documents):.*?)```", README, re.DOTALL)
    (tmp_path / "budget.yaml").write_text(text, encoding="utf-8")
    paths = [str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt")]
    report = reconcile.check(*paths, budget=str(tmp_path / "budget.yaml"))
    assert [finding.code for finding in report.findings] == ["R101"]


def test_every_key_of_a_budget_is_shown_in_the_readme(tmp_path: Path) -> None:
    _, text = re.findall(r"```yaml\n((?:budget|documents):.*?)```", README, re.DOTALL)
    (tmp_path / "budget.yaml").write_text(text, encoding="utf-8")
    budget = load_budget(str(tmp_path / "budget.yaml"))
    assert [source.selection for source in budget.documents.values()] == [
        ("2", "Totalt (kronor)", "swedish-regions"), (None, None, None),
    ]  # fmt: skip
    section = README.partition("### A budget file")[2].partition("### From Python")[0]
    keys = {*BUDGET_KEYS, *DOCUMENT_KEYS, *LINE_KEYS, *ENTITY_KEYS, *TOLERANCE_KEYS}
    assert [key for key in sorted(keys) if f"{key}:" not in section and f'"{key}"' not in section] == []


def test_the_schema_in_the_readme_holds_for_the_first_decision_only(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(schema_type:.*?)```", README, re.DOTALL)
    (tmp_path / "schema.yaml").write_text(text, encoding="utf-8")
    paths = [str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt")]
    report = reconcile.check(*paths, schema=str(tmp_path / "schema.yaml"))
    assert [("R501", paths[1]), ("R101", paths[1]), ("R501", paths[1])] == [
        (finding.code, finding.primary.path) for finding in report.findings
    ]
    assert report.findings[0].message.startswith("the 21 rows add up to 1 874 253 165, not to 625 746 835")
    assert report.findings[2].message.startswith("“544 99 160”: not written as in sv_SE")


def test_every_check_of_ours_stands_in_the_readme() -> None:
    from reconcile.check.schema.pandera_checks import OURS

    assert set(OURS) == set(re.findall(r"^\| `(\w+): ", README, re.MULTILINE))


def test_the_python_in_the_readme_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(FIXTURES / "decisions")
    code = code.replace("first.txt", "first-decision.txt").replace("second.md", "second-decision.txt")
    exec(compile(code, "README.md", "exec"), {"draft": "| a | b |\n|-|-|\n| c | 1 |\n"})
    assert capsys.readouterr().out == "column-total 3 1 [(1, 1), (2, 1)]\n"


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    (command,) = re.findall(r"^To run the tests:\n\n```sh\n(.*)\n```$", README, re.MULTILINE)
    assert command.endswith("-m pytest")
    assert "To run the tests" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_what_is_generated_is_up_to_date() -> None:
    build = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    generated: dict[Path, str] = {**build["rule_pages"](), **build["report_schema"]()}
    assert {path: text for path, text in generated.items() if path.read_text(encoding="utf-8") != text} == {}


def test_readers_and_reports_are_registered_by_their_modules() -> None:
    assert [(reader.name, reader.suffixes) for reader in READERS] == [
        (reader.load().NAME, reader.load().SUFFIXES) for reader in READERS
    ]
    assert [import_module(f"reconcile.report.formats.{format}").NAME for format in REPORT_FORMATS] == list(
        REPORT_FORMATS
    )


def test_the_name_of_the_distribution_stands_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == DISTRIBUTION
    assert {"gx", "parquet", "remote", "bench", "dev"} == set(project["optional-dependencies"])
    fetched = re.compile(rf"pip install +'?(?:reconcile|{DISTRIBUTION})\b(?! @)")
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 30
    assert [str(path) for path in pages if fetched.search(path.read_text(encoding="utf-8"))] == []
