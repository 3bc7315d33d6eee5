"""Every rule is tested by its cases in ``fixtures/rules``, and nothing about a rule stands in one place only."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import reconcile
from reconcile.check.rules import CODES, RULES, page
from reconcile.core.findings import Fix
from reconcile.core.location import TextSpan
from tests.cases import FIXTURES, Case, rule_cases, told

ROOT = FIXTURES.parent
CASES = list(rule_cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.parent.name}/{case.path.name}")
def test_case(case: Case) -> None:
    found = [told(finding) for finding in case.run().findings]
    expected = case.expected() if case.expected_path.exists() else []
    assert expected == found
    assert case.bad == (case.rule in [finding["code"] for finding in found])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.parent.name}/{case.path.name}")
def test_every_place_holds_the_text_it_names(case: Case) -> None:
    report = case.run()
    for finding in report.findings:
        for location in (finding.primary, *finding.related, *(e.location for f in finding.fixes for e in f.edits)):
            if isinstance(location.anchor, TextSpan):
                source = report.sources[location.path]
                assert source.text[location.anchor.start : location.anchor.end] == location.text
                line = source.line(location.anchor.line)
                assert line[location.anchor.column - 1 :].startswith(location.text)


def _safe_fixes(case: Case) -> Iterator[Fix]:
    for finding in case.run().findings:
        yield from (fix for fix in finding.fixes if fix.applicability == "safe")


@pytest.mark.parametrize("case", [c for c in CASES if any(_safe_fixes(c))], ids=lambda case: case.path.name)
def test_a_safe_fix_mends_what_it_says_and_breaks_nothing(case: Case, tmp_path: Path) -> None:
    for path in case.documents():
        shutil.copy(path, tmp_path)
    before = case.run()
    for finding in before.findings:
        for fix in finding.fixes:
            if fix.applicability == "safe":
                edit = fix.edits[0]
                assert isinstance(edit.location.anchor, TextSpan)
                path = tmp_path / Path(edit.location.path).name
                text = path.read_text(encoding="utf-8")
                assert text[edit.location.anchor.start : edit.location.anchor.end] == edit.old
                path.write_text(
                    text[: edit.location.anchor.start] + edit.new + text[edit.location.anchor.end :], encoding="utf-8"
                )
    after = case.run(tmp_path)
    assert case.rule not in [finding.code for finding in after.findings]
    assert after.summary()["broken"] <= before.summary()["broken"]
    assert after.summary()["ties_after_repair"] == 0


def _kebab(module: str) -> str:
    code, _, name = module.rpartition(".")[2].partition("_")
    return f"{code.upper()}-{name.replace('_', '-')}"


def test_modules_registrations_fixtures_and_pages_have_the_same_names() -> None:
    registered = [f"{rule.INFO.code}-{rule.INFO.name}" for rule in RULES]
    assert [_kebab(rule.__name__) for rule in RULES] == registered
    modules = sorted((ROOT / "reconcile" / "check" / "rules").glob("r*.py"))
    assert [_kebab(path.stem) for path in modules] == registered
    assert sorted(path.name for path in (FIXTURES / "rules").iterdir()) == registered
    assert sorted(path.stem for path in (ROOT / "docs" / "rules").glob("R*.md")) == registered


def test_every_rule_has_good_and_bad_cases() -> None:
    kinds = {(case.rule, case.bad) for case in CASES}
    assert sorted((code, bad) for code in CODES for bad in (False, True)) == sorted(kinds)


# The rules that came after the first release.
SINCE = {"R307": "0.2.0", "R308": "0.3.0"}


@pytest.mark.parametrize("code", CODES)
def test_every_page_has_its_parts_and_facts(code: str) -> None:
    lines = page(code).splitlines()
    assert [line for line in lines[1:] if line and not line.startswith(" ")] == [
        f"Fix available: {CODES[code].fix}", f"Since: {SINCE.get(code, '0.1.0')}", "What it checks", "Why it matters", "Before", "After", "What to do",
    ]  # fmt: skip


def test_no_page_for_an_unknown_code() -> None:
    with pytest.raises(KeyError):
        page("R999")


def test_no_expectations_without_a_case() -> None:
    expected = set((FIXTURES / "rules").rglob("*.expected.json"))
    assert expected == {case.expected_path for case in CASES if case.expected_path.exists()}


def test_selected_rules_alone_report() -> None:
    text = (FIXTURES / "rules" / "R201-missing-entity" / "bad-total-broken.md").read_text(encoding="utf-8")
    settings = reconcile.Settings(select=("R2",))
    assert [finding.code for finding in reconcile.check_text(text, settings=settings).findings] == ["R201"]
    settings = reconcile.Settings(ignore=("R2",))
    assert [finding.code for finding in reconcile.check_text(text, settings=settings).findings] == ["R304"]


def test_many_documents_of_one_distribution_are_held_to_the_first(tmp_path: Path) -> None:
    rows = {f"{letter}köping": 1_000_000 + 12_345 * number for number, letter in enumerate("ABCDEFGHIJ")}
    for document in range(25):
        amounts = rows | ({"Cköping": 1_024_960} if document == 24 else {})
        lines = [f"| {name} | {amount:,} |".replace(",", " ") for name, amount in amounts.items()]
        total = f"| Summa | {sum(rows.values()):,} |".replace(",", " ")
        text = "\n".join(["| Kommun | Bidrag (kronor) |", "|-|-|", *lines, total, ""])
        (tmp_path / f"{document:02}.md").write_text(text, encoding="utf-8")
    settings = reconcile.Settings(select=("R402",))
    report = reconcile.check(*(str(path) for path in sorted(tmp_path.iterdir())), settings=settings)
    assert [(finding.severity, Path(finding.primary.path).name, finding.message) for finding in report.findings] == [
        ("error", "24.md", "Cköping has 1 024 960 here, but 1 024 690 in 00.md (line 5): 270 more")
    ]
