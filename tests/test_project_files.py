"""The files around the code hold together: tasks, hooks, forms for issues and the security policy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from tests.cases import FIXTURES

ROOT = FIXTURES.parent


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_tasks_are_recipes_and_their_files_are_there() -> None:
    text = (ROOT / "justfile").read_text(encoding="utf-8")
    recipes = re.findall(r"^# .+\n(\w+)(?: \*\w+)?:$", text, re.MULTILINE)
    assert recipes == ["setup", "test", "lint", "format", "docs", "bench", "fuzz"]
    named = re.findall(r"\{\{python\}\} (\w\S+\.py)", text)
    assert [(name, (ROOT / name).exists()) for name in named] == [
        ("docs/generate.py", True),
        ("benchmarks/spine.py", True),
        ("benchmarks/reading.py", True),
    ]


def test_the_hooks_run_the_tools_of_the_project() -> None:
    (local,) = load(ROOT / ".pre-commit-config.yaml")["repos"]
    assert local["repo"] == "local"
    assert [(hook["id"], hook["entry"].split()[0]) for hook in local["hooks"]] == [
        ("ruff", ".venv/bin/ruff"),
        ("ruff-format", ".venv/bin/ruff"),
        ("mypy", ".venv/bin/mypy"),
    ]


def test_the_forms_for_issues_are_whole() -> None:
    forms = {path.stem: load(path) for path in (ROOT / ".github" / "ISSUE_TEMPLATE").iterdir()}
    asked = {
        name: [part["id"] for part in form["body"] if part["type"] != "markdown"]
        for name, form in sorted(forms.items())
    }
    assert asked == {
        "false-alarm": ["version", "finding", "document", "reason"],
        "missed-error": ["version", "error", "document", "output"],
        "unreadable-document": ["version", "source", "output", "expected", "document"],
    }
    assert [sorted(form) for form in forms.values()] == [["body", "description", "labels", "name"]] * 3


def test_the_security_policy_names_what_there_is() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    files = re.findall(r"`(tests/\S+)`", text)
    assert [(name, (ROOT / name).exists()) for name in files] == [("tests/read/test_hostile.py", True)]
    options = set(re.findall(r"`(?:fix )?(--[a-z-]+)", text))
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert options == {"--cache", "--docs", "--jobs", "--output", "--to-frame", "--write", "--write-baseline"}
    assert sorted(option for option in options if f"`{option}" not in page) == []
