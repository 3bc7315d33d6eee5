"""Every rule's example is true: what stands under *Before* has the finding, what stands under *After* has none at all."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

import reconcile
from reconcile.check.rules import CODES
from reconcile.core.settings import load_settings
from reconcile.report.report import Report
from tests.cases import FIXTURES, OWN_FILES, rule_cases

_BUILD = runpy.run_path(str(FIXTURES.parent / "docs" / "generate.py"))
parts: Callable[[str], dict[str, str]] = _BUILD["rule_parts"]
files: Callable[[str], dict[str, str]] = _BUILD["example_files"]
STRENGTH = ("none", "unsafe", "safe")
# One cell of each is mistyped; what it breaks points to that cell alone.
WRONG_IN_ONE_CELL = {
    "R301": """
| Place | North (kr) | South (kr) | Total (kr) |
| --- | ---: | ---: | ---: |
| Alby | 952 528 | 2 563 483 | 3 516 011 |
| Boda | 255 808 | 2 197 113 | 2 434 921 |
| Fors | 6 239 078 | 482 483 | 6 721 561 |
| Holm | 663 213 | 1 716 613 | 2 379 826 |
| Total | 8 110 627 | 6 941 692 | 15 052 319 |
""",
    "R302": """
Distribution of 65 937 852 kronor

| Place | North (kr) | South (kr) | West (kr) | Total (kr) |
| --- | ---: | ---: | ---: | ---: |
| Alby | 1 793 199 | 5 670 793 | 5 748 842 | 13 212 834 |
| Boda | 6 279 801 | 9 342 286 | 678 168 | 16 300 255 |
| Subtotal east | 8 073 000 | 15 013 079 | 6 327 010 | 29 513 089 |
| Dalby | 6 310 217 | 9 876 537 | 1 344 245 | 17 530 999 |
| Ekeby | 8 235 695 | 1 505 282 | 9 152 787 | 18 893 764 |
| Subtotal west | 14 545 912 | 11 381 819 | 10 497 032 | 36 424 763 |
""",
    "R303": """
Distribution of 87 468 852 kronor

| Place | North (kr) | South (kr) | West (kr) | Total (kr) |
| --- | ---: | ---: | ---: | ---: |
| Alby | 881 527 | 9 439 287 | 2 334 302 | 12 655 116 |
| Boda | 4 958 837 | 7 131 986 | 2 520 198 | 14 611 071 |
| Subtotal east | 5 840 364 | 16 571 273 | 4 854 500 | 27 266 137 |
| Dalby | 9 171 203 | 2 076 225 | 9 678 342 | 20 925 770 |
| Ekeby | 5 275 466 | 9 499 557 | 3 132 085 | 17 907 108 |
| Fors | 1 828 987 | 9 857 631 | 9 683 219 | 21 369 837 |
| Subtotal west | 16 275 656 | 21 433 413 | 22 493 646 | 60 202 715 |
""",
}
STATED = """
Distribution of 23 225 035 kronor

| Place | Grant (kr) |
| --- | ---: |
| Alby | 4 438 739 |
| Boda | 9 102 635 |
| Fors | {fors} |
| Gärde | 382 389 |
| Holm | 1 504 966 |
| Lund | 560 871 |
"""


def run(texts: dict[str, str], folder: Path) -> Report:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    paths = [str(folder / name) for name in texts if name not in OWN_FILES]
    budget = str(folder / "budget.yaml") if "budget.yaml" in texts else None
    return reconcile.check(*paths, budget=budget, settings=load_settings(folder))


def best_fix(report: Report, code: str) -> str:
    """The strongest fix among a report's findings of a rule."""
    found = {fix.applicability for finding in report.findings if finding.code == code for fix in finding.fixes}
    return max(found, key=STRENGTH.index, default="none")


@pytest.mark.parametrize("code", CODES)
def test_before_has_the_finding_and_after_has_none(code: str, tmp_path: Path) -> None:
    for heading in ("Before", "After"):
        (tmp_path / heading).mkdir()
    texts = parts(code)
    before = run(files(texts["Before"]), tmp_path / "Before")
    after = run(files(texts["After"]), tmp_path / "After")
    assert code in [finding.code for finding in before.findings]
    assert [(finding.code, finding.message) for finding in after.findings] == []


def test_a_document_without_a_name_is_markdown_and_files_have_theirs() -> None:
    assert files("\n| a |\n| --- |\n\n") == {"document.md": "| a |\n| --- |\n"}
    assert files("--- a.txt\nA\n\nB\n--- reconcile.toml\nx = 1\n") == {"a.txt": "A\n\nB\n", "reconcile.toml": "x = 1\n"}


def test_the_fix_that_a_page_names_is_the_best_there_is(tmp_path: Path) -> None:
    best = dict.fromkeys(CODES, "none")
    reports = [case.run() for case in rule_cases()]
    reports += [reconcile.check_text(text) for text in WRONG_IN_ONE_CELL.values()]
    reports += [run({"a.md": STATED.format(fors="7 253 435"), "b.md": STATED.format(fors="7 235 435")}, tmp_path)]
    for code, so_far in list(best.items()):
        best[code] = max(so_far, *(best_fix(report, code) for report in reports), key=STRENGTH.index)
    assert best == {code: info.fix for code, info in CODES.items()}
