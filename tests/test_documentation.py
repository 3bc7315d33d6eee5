"""The documentation is true: its commands print what it shows, and what is generated is up to date."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

import reconcile
from reconcile.cli import app
from reconcile.equate.budget.file import BUDGET_KEYS, DOCUMENT_KEYS, ENTITY_KEYS, LINE_KEYS, TOLERANCE_KEYS, load_budget
from reconcile.read import READERS
from reconcile.report import REPORT_FORMATS
from reconcile.version import DISTRIBUTION, __version__
from tests.cases import FIXTURES

ROOT = FIXTURES.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
# These show top level files.
WITHOUT_EXAMPLE = {"ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md"}
EXAMPLES = runpy.run_path(str(DOCS / "examples.py"))


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_examples_print_what_is_shown(path: Path) -> None:
    examples = list(EXAMPLES["run_page"](path))
    assert [(example.written, example.printed) for example in examples if not example.holds] == []
    assert bool(examples) or path.name in WITHOUT_EXAMPLE


def test_every_page_begins_with_an_example() -> None:
    begins = {}
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        block = re.search(r'^```(console|python|\w+ title=".*")$', text, re.MULTILINE)
        # Before it stand the title and one paragraph.
        begins[path.name] = (
            block is not None and text[: block.start()].count("\n\n") <= 3 and "## " not in text[: block.start()]
        )
    assert {name for name, begun in begins.items() if not begun} <= WITHOUT_EXAMPLE


def test_an_example_may_leave_lines_out() -> None:
    example = EXAMPLES["Example"]
    assert [
        example(0, 0, written, "$ x\na\nb\nc\n").holds
        for written in ("$ x\na\n...\nc\n", "$ x\n...\n", "$ x\n...\nb\n", "$ x\na\n")
    ] == [True, True, False, False]


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 130
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_main_job_finds_the_misplaced_space(monkeypatch: pytest.MonkeyPatch) -> None:
    (command,) = re.findall(r"^To run the main job[^\n]*:\n\n```sh\n(.*)\n```$", README, re.MULTILINE)
    install, _, job = command.rpartition(" && .venv/bin/reconcile ")
    assert install == "python3 -m venv .venv && .venv/bin/pip install --quiet ."
    monkeypatch.chdir(ROOT)
    result = CliRunner(env={"COLUMNS": "100"}).invoke(app, shlex.split(job))
    assert (
        result.exit_code,
        result.stdout.splitlines()[-1],
    ) == (1, "1 error in 2 documents; 49 of 53 amounts checked (92 %); 9 equations: 7 tie, 2 after repair")


def test_the_first_budget_shown_is_the_shipped_one(tmp_path: Path) -> None:
    text, _ = re.findall(r"```yaml\n((?:budget|documents):.*?)```", page("budgets.md"), re.DOTALL)
    (tmp_path / "budget.yaml").write_text(text, encoding="utf-8")
    paths = [str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt")]
    report = reconcile.check(*paths, budget=str(tmp_path / "budget.yaml"))
    assert [finding.code for finding in report.findings] == ["R101"]


def test_every_key_of_a_budget_is_shown(tmp_path: Path) -> None:
    _, text = re.findall(r"```yaml\n((?:budget|documents):.*?)```", page("budgets.md"), re.DOTALL)
    (tmp_path / "budget.yaml").write_text(text, encoding="utf-8")
    budget = load_budget(str(tmp_path / "budget.yaml"))
    assert [source.selection for source in budget.documents.values()] == [
        ("2", "Totalt (kronor)", "swedish-regions"), (None, None, None),
    ]  # fmt: skip
    keys = {*BUDGET_KEYS, *DOCUMENT_KEYS, *LINE_KEYS, *ENTITY_KEYS, *TOLERANCE_KEYS}
    assert [
        key for key in sorted(keys) if f"{key}:" not in page("budgets.md") and f'"{key}"' not in page("budgets.md")
    ] == []


def test_the_schema_shown_holds_for_the_first_decision_only(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(schema_type:.*?)```", page("schemas.md"), re.DOTALL)
    (tmp_path / "schema.yaml").write_text(text, encoding="utf-8")
    paths = [str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt")]
    report = reconcile.check(*paths, schema=str(tmp_path / "schema.yaml"))
    assert [("R501", paths[1]), ("R101", paths[1]), ("R501", paths[1])] == [
        (finding.code, finding.primary.path) for finding in report.findings
    ]
    assert report.findings[0].message.startswith("the 21 rows add up to 1 874 253 165, not to 625 746 835")
    assert report.findings[2].message.startswith("“544 99 160”: not written as in sv_SE")


def test_every_check_of_ours_is_described() -> None:
    from reconcile.check.schema.pandera_checks import OURS

    assert set(OURS) == set(re.findall(r"^\| `(\w+): ", page("schemas.md"), re.MULTILINE))


def test_every_format_is_described() -> None:
    described = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`\w+`.*?) \|", page("output.md"), re.MULTILINE))))
    assert set(REPORT_FORMATS) == described
    assert {reader.name for reader in READERS} == set(re.findall(r"^\| `(\w+)` \|", page("reading.md"), re.MULTILINE))


def test_every_limit_is_described_with_its_default() -> None:
    described = dict(re.findall(r"^\| `(max_\w+)` \| ([0-9 ]+) \|", page("limits.md"), re.MULTILINE))
    defaults = {name: f"{getattr(reconcile.Settings(), name):,}".replace(",", " ") for name in described}
    assert defaults == described
    assert {field.name for field in fields(reconcile.Settings) if field.name.startswith("max_")} == set(described)


def test_every_page_is_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = re.findall(r": (\S+\.md)$", text, re.MULTILINE)
    assert sorted([*(path.name for path in DOCS.glob("*.md")), "rules/index.md"]) == sorted(named)


def test_the_site_builds_and_fetches_nothing(tmp_path: Path) -> None:
    for name in ("mkdocs.yml", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(DOCS, tmp_path / "docs")
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (built.returncode, "No issues found" in built.stdout + built.stderr) == (0, True), (
        built.stdout + built.stderr
    )
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")}
    assert {"index.html", "ARCHITECTURE.html", "R101-malformed-grouping.html"} <= pages.keys()
    fetched = re.compile(r'(?:<script[^>]* src|<img[^>]* src|<link[^>]* href)="?https?:')
    assert [name for name, text in pages.items() if fetched.search(text)] == []
    assert "One amount's way" in pages["ARCHITECTURE.html"]


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    (command,) = re.findall(r"^To run the tests:\n\n```sh\n(.*)\n```$", README, re.MULTILINE)
    assert command.endswith("-m pytest")
    assert "To run the tests" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    shown = [ROOT / name for name in ("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    followed = 0
    for page in (*ROOT.glob("*.md"), *DOCS.rglob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            # What a page of the site shows must lead somewhere from there, too.
            folders = [page.parent, DOCS] if page in shown else [page.parent]
            assert [True] * len(folders) == [(folder / link).exists() for folder in folders], f"{page.name}: {link}"
            followed += 1
    assert followed > 50


def test_what_is_generated_is_up_to_date() -> None:
    build = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    generated: dict[Path, str] = build["generated"]()
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
    fetched = re.compile(rf"pip install +'?(?:reconcile|{DISTRIBUTION})(?![\w-])(?! @)")
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 30
    assert [str(path) for path in pages if fetched.search(path.read_text(encoding="utf-8"))] == []


def test_the_changelog_begins_with_the_version() -> None:
    page = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)$", page, re.MULTILINE)
    assert newest is not None
    assert __version__ == newest.group(1)
