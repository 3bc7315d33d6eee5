"""Workflow commands: one line for each finding, read again as the runner reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reconcile
from reconcile.core.findings import Finding, Severity
from reconcile.core.location import Location, TextSpan
from reconcile.core.messages import joined, say
from reconcile.report import write
from reconcile.report.formats.github import _command
from reconcile.report.report import Report
from tests.cases import FIXTURES, Case, rule_cases

SECOND = str(FIXTURES / "decisions" / "second-decision.txt")
_COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-zA-Z]+=[^,:\r\n]*,?)*)::([^\r\n]*)\n")


def _unescaped(text: str, property: bool) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), *((("%3A", ":"), ("%2C", ",")) if property else ()), ("%25", "%")):
        text = text.replace(code, char)
    return text


def _read(line: str) -> tuple[str, dict[str, str], str]:
    """Level, properties and message of a workflow command, split and unescaped in the runner's order."""
    found = _COMMAND.fullmatch(line)
    assert found is not None
    pairs = (pair.partition("=") for pair in found[2].split(","))
    return found[1], {key: _unescaped(value, True) for key, _, value in pairs}, _unescaped(found[3], False)


def _commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    lines = write(report, "github").splitlines(keepends=True)
    # Behind the commands stand the counts, and what was not checked.
    said = [line for line in lines if line.startswith("reconcile: ")]
    assert said
    assert lines[-len(said) :] == said
    return [_read(line) for line in lines[: -len(said)]]


@pytest.mark.parametrize("case", list(rule_cases()), ids=lambda case: f"{case.path.parent.name}/{case.path.name}")
def test_every_finding_is_one_command(case: Case) -> None:
    report = case.run()
    levels = {"error": "error", "warning": "warning", "note": "notice"}
    assert [(level, read["title"].split()[0]) for level, read, _ in _commands(report)] == [
        (levels[finding.severity], finding.code) for finding in report.findings
    ]


def test_the_second_decision() -> None:
    ((level, properties, message),) = _commands(reconcile.check(SECOND))
    assert (level, properties) == (
        "error",
        {
            "file": Path(SECOND).as_posix(), "line": "24", "endLine": "24", "col": "20", "endColumn": "30",
            "title": "R101 malformed-grouping",
        },
    )  # fmt: skip
    assert message.startswith(
        "row Region Uppsala, column Totalt (kronor): “544 99 160” has digit groups of 3, 2 and 3; read"
    )
    assert message.endswith("\nfix: write 54 499 160 (safe, proved by the sum)")


@pytest.mark.parametrize(
    ("suffix", "lead"),
    [("xlsx", "Blad1!C19, row"), ("pdf", "page 1, row"), ("docx", "table 1, row 15, column 2, row")],
)
def test_files_without_lines_get_none(suffix: str, lead: str) -> None:
    ((_, properties, message),) = _commands(reconcile.check(str(FIXTURES / "parity" / "regions" / f"regions.{suffix}")))
    assert set(properties) == {"file", "title"}
    assert message.startswith(f"{lead} Region Uppsala, column Totalt (kronor): ")


def test_the_counts_stand_last() -> None:
    lines = write(reconcile.check(SECOND), "github").splitlines()
    assert lines[-2:] == [
        "reconcile: 1 error, 0 warnings, 0 notes in 1 document with 2 equations; 23 of 25 amounts checked (92 %)",
        f"reconcile: not checked in {SECOND}: 2 amounts in the text",
    ]


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_path_and_message_come_back_as_one_command(path: str, message: str) -> None:
    place = Location(f"a/{path}", "line 1", TextSpan(0, 1, 1, 1, 1, 2))
    line = _command(Finding("R301", Severity.ERROR, joined("", (message,)), place), "column-total")
    level, properties, told = _read(f"{line}\n")
    assert (level, properties["line"], properties["title"], len(told)) == (
        "error",
        "1",
        "R301 column-total",
        len(message),
    )
    assert [new for old, new in zip(message, told, strict=True) if new not in (old, "\ufffd")] == []
    assert line.encode()


@pytest.mark.parametrize(
    "name", ["::error::x", "%0A::error::x", "##[error]x", "a,line=9", "\u202eltr", "\x1b[31m", "x\u2028y"]
)
def test_hostile_cells_make_no_commands(name: str) -> None:
    text = f"| Namn | Kronor |\n|---|---|\n| A | 1 |\n| B | 2 |\n| C | 3 |\n| Summa {name} | 7 |\n"
    ((level, properties, message),) = _commands(reconcile.check_text(text, format="markdown", name=f"{name}.md"))
    shown = name.replace("\u202e", "\ufffd").replace("\x1b", "\ufffd").replace("\u2028", "\ufffd")
    assert (level, properties["line"], properties["file"]) == ("error", "6", f"{shown}.md")
    assert f"row Summa {shown}, column" in message


def test_a_place_over_two_lines_has_no_columns() -> None:
    place = Location("a.md", "line 1", TextSpan(0, 9, 1, 1, 2, 3))
    line = _command(Finding("R003", Severity.NOTE, say("x"), place), "partly-read")
    assert line == "::notice file=a.md,line=1,endLine=2,title=R003 partly-read::x"


def test_of_many_fixes_the_first_are_told() -> None:
    report = reconcile.check(str(FIXTURES / "rules" / "R301-column-total" / "bad-typo-not-rounding.md"))
    (line, _) = write(report, "github").splitlines()
    assert line.count("%0Afix: ") == 5
    assert line.endswith(f"%0Aand {len(report.findings[0].fixes) - 5} more")


def test_a_remark_is_a_notice_at_its_mark() -> None:
    lines = write(reconcile.check(str(FIXTURES / "suppressions" / "marked.txt")), "github").splitlines()
    assert lines[0].startswith("::notice file=")
    assert lines[0].endswith(
        "marked.txt,line=10,endLine=10,col=47,endColumn=78,title=reconcile::the suppression of R304 matches no finding"
    )
    assert lines[1:] == [
        "reconcile: 0 errors, 0 warnings, 0 notes in 1 document with 2 equations; 5 of 5 amounts checked (100 %); "
        "1 finding suppressed"
    ]
