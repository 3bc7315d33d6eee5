"""Patterns of schema files that would match for ever: misuse within seconds, and all others as pandera matches them."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from reconcile.check.schema import patterns
from reconcile.check.schema.file import parse_schema
from reconcile.cli import app
from reconcile.core.yaml_file import parse_yaml

SCHEMA = """title: Grants
columns:
  Kommun:
    dtype: string
    checks:
      CHECK: 'PATTERN'
    metadata: {role: label}
  Bidrag:
    metadata: {role: amount}
"""
TABLE = "| Kommun | Bidrag |\n|---|---:|\n| NAME | 1 200 |\n| Tibro | 2 300 |\n| Skara | 3 400 |\n"


def check(name: str, pattern: str, cell: str, *arguments: str) -> Result:
    """The result of a check of a table with a cell by a schema that asks for a pattern."""
    Path("s.yaml").write_text(SCHEMA.replace("CHECK", name).replace("PATTERN", pattern), encoding="utf-8")
    Path("d.md").write_text(TABLE.replace("NAME", cell), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "d.md", "--schema", "s.yaml", *arguments])
    assert isinstance(result.exception, SystemExit)
    return result


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["str_matches", "str_contains"])
@pytest.mark.parametrize("pattern", ["(a|a)*$", "(a|aa)+$"])
def test_a_pattern_that_hangs_is_misuse(name: str, pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_SECONDS", 1.0)
    started = time.monotonic()
    result = check(name, pattern, "a" * 60 + "!")
    assert time.monotonic() - started < 30
    told = f"reconcile: s.yaml: {name}: the pattern {pattern!r} takes longer than 1 seconds on a column; "
    assert (result.exit_code, result.stdout, result.stderr) == (
        2,
        "",
        f"{told}write it without a repetition within a repetition\n",
    )


@pytest.mark.parametrize("name", ["str_matches", "str_contains"])
@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_what_hangs_elsewhere_may_be_answered_here(name: str, pattern: str) -> None:
    started = time.monotonic()
    result = check(name, pattern, "a" * 60 + "!")
    assert (result.exit_code, "R501" in result.stdout, result.stderr) == (1, True, "")
    assert time.monotonic() - started < 30


def test_a_pattern_that_hangs_in_a_process_of_its_own() -> None:
    result = check("str_matches", "(a|aa)+$", "a" * 60 + "!", "--jobs", "2", "--each")
    assert (result.exit_code, result.stderr.count("takes longer than 5 seconds")) == (2, 1)


@pytest.mark.parametrize("pattern", ["^[A-Z]", "b", r"\\d+$", "(?i)hjo", "[^a-z]+", "", "Å|Ä"])
def test_other_patterns_match_as_pandera_matches_them(pattern: str) -> None:
    names = pd.Series(["Hjo", "hjo", "abc", "b1", "12", "Åre", "", None], dtype="string")
    for name, function in {"str_matches": re.match, "str_contains": re.search}.items():
        text = SCHEMA.replace("CHECK", name).replace("PATTERN", pattern)
        schema = parse_schema(parse_yaml("s.yaml", text)).pandera()
        (made,) = schema.columns["Kommun"].checks
        expected = [isinstance(each, str) and function(pattern, each) is not None for each in names]
        assert made._check_fn(names, pattern).tolist() == expected
