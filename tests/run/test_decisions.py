"""The first case: two decisions that together exhaust a pool of 2 500 000 000 kronor."""

from __future__ import annotations

import re
import shutil
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest

import reconcile
from reconcile.core.location import TextSpan
from reconcile.read import read_path, read_text
from reconcile.report.report import Report
from reconcile.run.pipeline import check_documents
from tests.cases import FIXTURES

DECISIONS = FIXTURES / "decisions"
FIRST, SECOND, BUDGET = (str(DECISIONS / name) for name in ("first-decision.txt", "second-decision.txt", "budget.yaml"))


def equations(report: Report) -> list[tuple[str, str, str]]:
    return [(outcome.kind, outcome.status, outcome.label) for outcome in report.equations]


def test_a_misplaced_space_is_seen_and_proved() -> None:
    report = reconcile.check(SECOND)
    (finding,) = report.findings
    assert (
        finding.code, finding.severity, finding.observed, finding.expected,
    ) == ("R101", "error", "544 99 160", "54 499 160")  # fmt: skip
    assert finding.message == (
        "“544 99 160” has digit groups of 3, 2 and 3; read as 54 499 160, the 21 rows add up to the stated total (line 7) "
        "exactly: 1 819 754 005 + 54 499 160 = 1 874 253 165"
    )
    place = finding.primary
    assert isinstance(place.anchor, TextSpan)
    assert (place.anchor.line, place.anchor.column, place.anchor.end_line, place.anchor.end_column) == (24, 20, 24, 30)
    assert place.grid is not None
    assert (place.grid.row_label, place.grid.column_header) == ("Region Uppsala", "Totalt (kronor)")
    (fix,) = finding.fixes
    assert ("safe", "sum", "54 499 160", Decimal(54499160)) == (
        fix.applicability,
        fix.proof,
        fix.replacement,
        fix.value,
    )
    assert [location.text for location in finding.related] == ["1 874 253 165"]
    assert equations(report) == [
        ("stated-total", "ties-after-repair", "stated total: 21 rows"),
        ("claim", "ties", "Nära två miljarder kronor: stated total"),
    ]
    assert not report.ok


def test_the_claims_of_the_second_decision() -> None:
    (reading,) = reconcile.check(SECOND).readings
    assert [(claim.text, claim.hedge, int(claim.amount.low), int(claim.amount.high)) for claim in reading.claims] == [
        ("Nära två miljarder kronor", "nära", 1_500_000_000, 2_000_000_000),
        ("2,95 miljarder kronor", None, 2_945_000_000, 2_955_000_000),
        ("2,5 miljarder kronor", None, 2_450_000_000, 2_550_000_000),
        ("1 874 253 165 kronor", None, 1_874_253_165, 1_874_253_165),
    ]


def test_a_table_in_single_spaces_adds_up() -> None:
    report = reconcile.check(FIRST)
    assert report.findings == ()
    assert report.ok
    assert equations(report) == [
        ("column-total", "ties", "Summa: 21 rows"),
        ("stated-total", "ties", "stated total: Summa"),
        ("claim", "ties", "Över 7 miljoner: Region Sörmland"),
        ("claim", "ties", "drygt 625 miljoner kronor: Summa"),
        ("claim", "ties", "Över 7 miljoner: Region Sörmland"),
    ]
    (reading,) = report.readings
    (figures,) = reading.tables
    assert [(column.header, column.role, column.unit.currency) for column in figures.columns] == [
        ("Region", "label", None),
        ("Fördelade medel", "amount", "SEK"),
    ]
    assert figures.table.rows[6] == ("Region Jämtland Härjedalen", "6 529 013")
    assert "nästan tre miljarder kronor" in [claim.text for claim in reading.claims]


def test_both_exhaust_the_pool_that_both_name() -> None:
    report = reconcile.check(FIRST, SECOND)
    budget = report.equations[-1]
    assert ("budget", "ties", Decimal(2_500_000_000)) == (budget.kind, budget.status, budget.computed)
    assert [int(term.value()) for term in budget.terms] == [625_746_835, 1_874_253_165]
    linked = {
        (Path(document["path"]).name, claim["text"])
        for document in report.to_dict()["documents"]
        for claim in document["claims"]
        if claim["ties_to"] == budget.id
    }
    assert {("first-decision.txt", "2,5 miljarder"), ("second-decision.txt", "2,5 miljarder kronor")} == linked
    assert [finding.code for finding in report.findings] == ["R101"]


def test_no_budget_is_discovered_where_one_document_does_not_name_it() -> None:
    first = Path(FIRST).read_text(encoding="utf-8").replace("2,5 miljarder", "2,4 miljarder")
    documents = [
        read_text("first", first, reconcile.Settings()),
        read_path(SECOND, reconcile.Settings()),
    ]
    assert "budget" not in [outcome.kind for outcome in check_documents(documents).equations]


def test_a_stated_budget_ties() -> None:
    report = reconcile.check(FIRST, SECOND, budget=BUDGET)
    assert [finding.code for finding in report.findings] == ["R101"]
    assert [(o.status, o.label, int(o.computed)) for o in report.equations if o.kind == "budget"] == [
        ("ties", "Agreement on waiting times 2023: The whole agreement", 2_500_000_000),
        ("ties-after-repair", "Agreement on waiting times 2023: Performance pool", 2_500_000_000),
    ]


def _rows(path: str) -> list[str]:
    """The amounts of the regions' rows, as printed."""
    (reading,) = reconcile.check(path).readings
    return [amount.text for _, _, amount in reading.tables[0].amounts()][:21]


def _nudge(printed: str, by: int) -> str:
    value = int("".join(char for char in printed if char.isdigit())) + by
    return f"{value:,}".replace(",", " ")


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize(
    ("name", "row"), [(n, r) for n in ("first-decision.txt", "second-decision.txt") for r in range(21)]
)
def test_one_krona_in_any_row_is_an_error(tmp_path: Path, name: str, row: int, by: int) -> None:
    for path in (FIRST, SECOND, BUDGET):
        shutil.copy(path, tmp_path)
    printed = _rows(str(DECISIONS / name))[row]
    text = (tmp_path / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text.replace(printed, _nudge(printed, by)), encoding="utf-8")
    paths = [str(tmp_path / each) for each in ("first-decision.txt", "second-decision.txt")]
    report = reconcile.check(*paths, budget=str(tmp_path / "budget.yaml"))
    codes = [finding.code for finding in report.findings if finding.severity == "error"]
    assert [code for code in codes if code.startswith("R4")] == ["R403" if by > 0 else "R401"]
    assert ("R301" if name == "first-decision.txt" else "R304") in codes
    assert not report.ok


def test_a_missing_decision_is_said() -> None:
    report = reconcile.check(FIRST, budget=BUDGET)
    assert [finding.code for finding in report.findings] == ["R404"]
    assert "second-decision.txt" in report.findings[0].message


def test_overspending_is_said(tmp_path: Path) -> None:
    text = Path(BUDGET).read_text(encoding="utf-8").replace("2,95 miljarder", "2,4 miljarder")
    (tmp_path / "budget.yaml").write_text(text, encoding="utf-8")
    report = reconcile.check(FIRST, SECOND, budget=str(tmp_path / "budget.yaml"))
    assert [finding.code for finding in report.findings] == ["R101", "R403"]
    assert report.findings[1].message == (
        "2 500 000 000 is distributed from “The whole agreement”, which has 2 400 000 000: 100 000 000 too much"
    )


FIRST_TEXT, SECOND_TEXT = (Path(path).read_text(encoding="utf-8") for path in (FIRST, SECOND))


@pytest.mark.parametrize(
    "data",
    [
        SECOND_TEXT.replace("\n", "\r\n").encode(),
        SECOND_TEXT.encode("cp1252"),
        SECOND_TEXT.encode("utf-8-sig"),
        SECOND_TEXT.encode("utf-16"),
        unicodedata.normalize("NFD", SECOND_TEXT).encode(),
    ],
    ids=["windows-lines", "cp1252", "byte-order-mark", "utf-16", "letters-in-two-parts"],
)
def test_the_same_decision_as_other_programs_save_it(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "decision.txt").write_bytes(data)
    report = reconcile.check(str(tmp_path / "decision.txt"))
    (finding,) = report.findings
    assert (
        finding.code, finding.observed, finding.expected, finding.fixes[0].applicability,
    ) == ("R101", "544 99 160", "54 499 160", "safe")  # fmt: skip
    assert [outcome.status for outcome in report.equations] == ["ties-after-repair", "ties"]


def told(text: str) -> list[tuple[str, str, str, str]]:
    return [
        (finding.code, finding.severity.value, finding.observed, finding.expected)
        for finding in reconcile.check_text(text).findings
    ]


RIGHT = SECOND_TEXT.replace("544 99 160", "54 499 160")


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (RIGHT, []),
        (re.sub(r"^((?:Region [^F]|Västra|Summa).*)$", r"\1\n", FIRST_TEXT, flags=re.MULTILINE), []),
        (FIRST_TEXT.replace("Summa 625 746\u00a0835", "Summa 6257 46 835"), [("R101", "error", "6257 46 835", "625 746 835")]),
        (
            SECOND_TEXT.replace("98 282 816", "982 82 816"),
            [("R101", "error", "982 82 816", "98 282 816"), ("R101", "error", "544 99 160", "54 499 160")],
        ),
        (RIGHT.replace("1 874 253 165 kronor", "1 874 25 3165 kronor"), [("R101", "error", "1 874 25 3165", "1 874 253 165")]),
        (
            RIGHT.replace("| Region Gotland | 9 416 241 |\n", ""),
            [("R304", "error", "1 874 253 165", "1 864 836 924"), ("R201", "error", "", "Region Gotland")],
        ),
        (
            RIGHT.replace("| Region Gotland | 9 416 241 |\n", "| Region Gotland | 9 416 241 |\n" * 2),
            [("R304", "error", "1 874 253 165", "1 883 669 406"), ("R202", "error", "Region Gotland", "")],
        ),
        (RIGHT.replace("Region Gotland", "Region Gotlnad"), [("R203", "warning", "Region Gotlnad", "Region Gotland")]),
        (
            RIGHT.replace("Region Kalmar", "Region Öland"),
            [("R201", "note", "", "Region Kalmar län"), ("R203", "warning", "Region Öland", "")],
        ),
        (FIRST_TEXT.replace("8 636 442", "8 363 442"), [("R301", "error", "625 746\u00a0835", "625 473 835")]),
        (FIRST_TEXT.replace("Över 7 miljoner går", "Över 9 miljoner går"), [("R306", "warning", "Över 9 miljoner", "7 126 277")]),
    ],
    ids=["right", "set-apart", "summa", "two", "caption", "missing", "doubled", "misspelt", "invented", "swapped", "claim"],
)  # fmt: skip
def test_other_slips_in_the_decisions(text: str, findings: list[tuple[str, str, str, str]]) -> None:
    assert findings == told(text)
