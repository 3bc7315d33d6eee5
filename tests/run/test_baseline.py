"""Baselines: what is known is not told again, what is new is, wherever lines and tables have moved to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from reconcile.cli import app
from tests.cases import FIXTURES

BROKEN = "| Kommun | Bidrag (kr) |\n| --- | ---: |\n| Hjo | 1 200 |\n| Tibro | 2 300 |\n| Skara | 3 400 |\n| Summa | 6 910 |\n"
OTHER = "\n# Annat\n\n" + BROKEN.replace("6 910", "6 930").replace("Bidrag", "Stöd")
GOOD = BROKEN.replace("6 910", "6 900")


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, ["check", *arguments])


def document(text: str, path: str = "d.md") -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    return path


def against(*paths: str, options: tuple[str, ...] = ()) -> tuple[int, list[str], list[str], list[str]]:
    """Exit status, what is told, what is known, and what is remarked."""
    result = run(*paths, "--baseline", "known.json", "--format", "json", *options)
    report: dict[str, Any] = json.loads(result.stdout)
    return (
        result.exit_code,
        [finding["observed"] for finding in report["findings"]],
        [each["finding"]["observed"] for each in report.get("suppressed", [])],
        [remark["message"] for remark in report.get("remarks", [])],
    )


def test_the_file_is_for_people() -> None:
    result = run(document(BROKEN), "--write-baseline", "known.json")
    assert (result.exit_code, result.stderr) == (0, "reconcile: wrote known.json: 1 known finding\n")
    assert (
        "nothing else found in 1 document; 4 of 4 amounts checked (100 %); 1 equation: 1 broken; 1 finding"
        in result.stdout
    )
    known = json.loads(Path("known.json").read_text(encoding="utf-8"))
    assert known == {
        "version": 1,
        "findings": [
            {
                "code": "R301",
                "path": "d.md",
                "place": "line 6, row Summa, column Bidrag (kr)",
                "message": "the 3 rows add up to 6 900, but “Summa” says 6 910: 10 more. The error could be in one of these: 3 rows or the total. None looks mistyped, so nothing was changed",
                "fingerprint": known["findings"][0]["fingerprint"],
            }
        ],
    }
    assert len(known["findings"][0]["fingerprint"]) == 32


def test_the_file_is_in_one_order_however_the_documents_are_named() -> None:
    document(BROKEN + OTHER, "b.md")
    document(BROKEN, "a.md")
    run("a.md", "b.md", "--write-baseline", "one.json")
    run("./b.md", str(Path("a.md").absolute()), "--write-baseline", "two.json")
    assert Path("one.json").read_text(encoding="utf-8") == Path("two.json").read_text(encoding="utf-8")
    assert [each["path"] for each in json.loads(Path("one.json").read_text(encoding="utf-8"))["findings"]] == [
        "a.md", "b.md", "b.md",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        BROKEN + OTHER,
        "Text.\n\n" * 30 + BROKEN + OTHER,
        OTHER + "\n" + BROKEN,
        BROKEN.replace("| Hjo |", "| Ödeshög | 0 |\n| Hjo |") + OTHER,
        BROKEN.replace("|", " | ") + OTHER,
        (BROKEN + OTHER).replace("\n", "\r\n"),
    ],
    ids=["same", "lines", "tables", "rows", "spaces", "line ends"],
)
def test_what_is_known_stays_known_where_it_moves(text: str) -> None:
    run(document(BROKEN + OTHER), "--write-baseline", "known.json")
    status, told, known, remarks = against(document(text))
    assert (status, told, sorted(known), remarks) == (0, [], ["6 910", "6 930"], [])


def test_only_what_is_new_counts() -> None:
    run(document(BROKEN), "--write-baseline", "known.json")
    assert against(document(BROKEN + OTHER)) == (1, ["6 930"], ["6 910"], [])
    # The same figure in another document is another finding, even under the same name.
    assert against(document(BROKEN), document(BROKEN, "sub/d.md")) == (1, ["6 910"], ["6 910"], [])
    assert against(document(BROKEN, "sub/d.md")) == (1, ["6 910"], [], [])


def test_what_is_there_no_more_is_remarked_and_dropped() -> None:
    run(document(BROKEN + OTHER), "--write-baseline", "known.json")
    told = "R301 is in the baseline, but is no longer found: d.md, line 6, row Summa, column Bidrag (kr)"
    assert (0, [], ["6 930"], [told]) == against(document(GOOD + OTHER))
    assert f"remark: known.json: {told}\n" in run("d.md", "--baseline", "known.json").stdout.replace("\n        ", " ")
    run("d.md", "--baseline", "known.json", "--write-baseline", "known.json")
    assert against("d.md") == (0, [], ["6 930"], [])
    # What comes back is new.
    assert against(document(BROKEN + OTHER)) == (1, ["6 910"], ["6 930"], [])


def test_a_remark_makes_no_document_of_its_own() -> None:
    run(document(BROKEN), document(OTHER, "e.md"), "--write-baseline", "known.json")
    document(GOOD)
    for format in ("terminal", "markdown", "html"):
        text = run("d.md", "e.md", "--baseline", "known.json", "--format", format).stdout
        assert "no longer found" in text.replace("\n        ", " ")
        assert "across" not in text


def test_what_was_not_looked_at_is_not_missed() -> None:
    run(document(BROKEN), document(BROKEN, "e.md"), "--write-baseline", "known.json")
    assert against("e.md") == (0, [], ["6 910"], [])
    assert against("d.md", options=("--ignore", "R3")) == (0, [], [], [])


def test_a_document_that_was_renamed_with_its_folder_is_known() -> None:
    run(document(BROKEN, "2023/d.md"), "--write-baseline", "known.json")
    Path("2023").rename("decisions")
    assert against("decisions/d.md") == (0, [], ["6 910"], [])
    document(GOOD, "decisions/d.md")
    _, _, known, remarks = against("decisions/d.md")
    assert (known, len(remarks)) == ([], 1)


def test_twins_are_told_apart_by_their_number() -> None:
    twins = BROKEN + "\n# Annat\n\n" + BROKEN
    run(document(BROKEN), "--write-baseline", "known.json")
    assert against(document(twins)) == (1, ["6 910"], ["6 910"], [])
    run("d.md", "--write-baseline", "known.json")
    status, told, known, remarks = against(document(BROKEN))
    assert (status, told, known, len(remarks)) == (0, [], ["6 910"], 1)


def test_a_mark_comes_before_the_baseline() -> None:
    run(document(BROKEN + OTHER), "--write-baseline", "known.json")
    marked = "<!-- reconcile: ignore R301: as decided -->\n" + BROKEN + OTHER
    report = json.loads(run(document(marked), "--baseline", "known.json", "--format", "json").stdout)
    assert [(each["by"], each["reason"]) for each in report["suppressed"]] == [
        ("mark", "as decided"), ("baseline", "known from before"),
    ]  # fmt: skip
    run("d.md", "--write-baseline", "new.json")
    assert len(json.loads(Path("new.json").read_text(encoding="utf-8"))["findings"]) == 1


def test_a_budget_is_held_against_its_baseline() -> None:
    folders = sorted(path for path in (FIXTURES / "rules" / "R401-budget-broken").iterdir() if path.is_dir())
    budget = str(next(path for path in folders if path.name.startswith("bad-")) / "budget.yaml")
    before = run("--budget", budget)
    run("--budget", budget, "--write-baseline", "known.json")
    after = run("--budget", budget, "--baseline", "known.json")
    assert (before.exit_code, after.exit_code) == (1, 0)
    assert "remark" not in after.stdout


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "known.json:1:1: no JSON: Expecting value"),
        ('{"version": 1,\n "findings": [}', "known.json:2:15: no JSON: Expecting value"),
        ("[]", "known.json: version: not a baseline of version 1; `reconcile check --write-baseline` writes one"),
        ('{"version": 2, "findings": []}', "known.json: version: not a baseline of version 1; `reconcile check --write-baseline` writes one"),
        ('{"version": 1}', "known.json: findings: must be a list"),
        ('{"version": 1, "findings": [3]}', "known.json: findings[0]: must be an object"),
        ('{"version": 1, "findings": [{"code": "R301", "path": 3}]}', "known.json: findings[0].path: must be text"),
        ('{"version": 1, "findings": [{"code": "R301", "path": "d"}]}', "known.json: findings[0].place: must be text"),
        ("[" * 100_000, "known.json: nested too deep"),
    ],
)  # fmt: skip
def test_a_damaged_baseline_is_misuse(text: str, complaint: str) -> None:
    Path("known.json").write_text(text, encoding="utf-8")
    result = run(document(BROKEN), "--baseline", "known.json")
    assert (2, "", f"reconcile: {complaint}\n") == (result.exit_code, result.stdout, result.stderr)


def test_a_baseline_that_is_not_there_is_misuse() -> None:
    result = run(document(BROKEN), "--baseline", "nowhere.json")
    assert (
        result.exit_code,
        result.stderr,
    ) == (2, "reconcile: nowhere.json: cannot be read: No such file or directory\n")
    result = run(document(BROKEN), "--write-baseline", "nowhere/known.json")
    assert (
        result.exit_code,
        result.stderr,
    ) == (2, "reconcile: nowhere/known.json: cannot be written: No such file or directory\n")
    Path("bytes.json").write_bytes(b'{"version": 1, "\xff": 2}')
    assert (
        "bytes.json:1: not UTF-8 at byte 16; save the file as UTF-8"
        in run(document(BROKEN), "--baseline", "bytes.json").stderr
    )
