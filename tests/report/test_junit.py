"""JUnit XML: what was checked is a test case, what fails is a failure, and parsers not written here read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml, Skipped, TestCase
from lxml import etree

import reconcile
from reconcile.equate.equation import UNVERIFIABLE
from reconcile.report import write, write_pieces
from reconcile.report.formats.junit import _quoted, _text
from reconcile.report.report import Report
from tests.cases import FIXTURES, Case, rule_cases

FIRST, SECOND = (str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt"))
TABLE = "| Namn | Kronor |\n|---|---|\n| A | 1 |\n| B | 2 |\n| C | 3 |\n| Summa | 7 |\n"


def _parse(report: Report) -> JUnitXml:
    text = write(report, "junit")
    etree.fromstring(text.encode(), etree.XMLParser(recover=False, resolve_entities=False))
    return JUnitXml.fromstring(text.encode())


def _cases(report: Report) -> list[TestCase]:
    return [case for suite in _parse(report) for case in suite]


def _failures(case: TestCase) -> list[Failure]:
    return [result for result in case.result if isinstance(result, Failure)]


def _failing(report: Report) -> dict[str, str]:
    """The names of the failing test cases, with the codes that they fail by."""
    return {str(case.name): str(failure.type) for case in _cases(report) for failure in _failures(case)}


@pytest.mark.parametrize("case", list(rule_cases()), ids=lambda case: f"{case.path.parent.name}/{case.path.name}")
def test_every_report_counts_what_it_has(case: Case) -> None:
    report = case.run()
    parsed = _parse(report)
    cases = [test for suite in parsed for test in suite]
    # What is not checked is a case, too.
    left = [column for document in report.coverage.documents for table in document.tables for column in table.columns
            if column.checked < column.amounts]  # fmt: skip
    texts = sum(1 for document in report.coverage.documents if document.claims)
    assert len(cases) == len(report.split()) + len(report.outcomes) + len(left) + texts
    assert (parsed.tests, parsed.failures, sum(suite.skipped for suite in parsed)) == (
        len(cases),
        sum(1 for test in cases if _failures(test)),
        sum(1 for test in cases if any(isinstance(result, Skipped) for result in test.result)),
    )
    assert any(map(_failures, cases)) is not report.ok
    assert len({(test.classname, test.name) for test in cases}) == len(cases)
    # A finding that tells of several equations is the failure of each.
    failing = {str(failure.text) for test in cases for failure in _failures(test)}
    told = [text for failure in failing for text in failure.split("\n\n")]
    assert sum(text.startswith(("error R", "warning R")) for text in told) == sum(map(report.fails, report.findings))


def test_what_was_checked_is_seen_where_nothing_fails() -> None:
    report = reconcile.check(FIRST)
    assert [(case.name, _failures(case)) for case in _cases(report)] == [
        ("document", []),
        ("column-total: Summa: 21 rows", []),
        ("stated-total: stated total: Summa", []),
        ("claim: Över 7 miljoner: Region Sörmland", []),
        ("claim: drygt 625 miljoner kronor: Summa", []),
        ("claim: Över 7 miljoner: Region Sörmland (2)", []),
        ("coverage: amounts in the text", []),
    ]
    properties = etree.fromstring(write(report, "junit").encode()).iterfind("testsuite/properties/property")
    assert {p.get("name"): p.get("value") for p in properties} == {
        "format": "text", "sha256": report.readings[0].document.sha256, "amounts": "28", "amounts-checked": "26",
    }  # fmt: skip


def test_a_fault_of_writing_fails_the_document_and_a_broken_sum_its_equation() -> None:
    assert _failing(reconcile.check(SECOND)) == {"document": "R101"}
    assert _failing(reconcile.check_text(TABLE)) == {"column-total: Summa: 3 rows": "R301"}
    across = reconcile.check(FIRST, SECOND, budget=str(FIXTURES / "decisions" / "budget.yaml"))
    names = [(suite.name.rpartition("/")[2], len(list(suite))) for suite in _parse(across)]
    assert names == [("first-decision.txt", 7), ("second-decision.txt", 4), ("across documents", 3)]


def test_failures_follow_fail_on() -> None:
    for fail_on, failing in (("error", 1), ("warning", 1), ("never", 0)):
        parsed = _parse(reconcile.check_text(TABLE, settings=reconcile.Settings(fail_on=fail_on)))
        assert (parsed.tests, parsed.failures) == (2, failing)
    (_, case) = _cases(reconcile.check_text(TABLE, settings=reconcile.Settings(fail_on="never")))
    assert "error R301 column-total" in str(case.system_out)


def test_two_sums_of_one_total_fail_by_one_finding() -> None:
    text = "| Namn | Jan | Feb | Summa |\n|---|---|---|---|\n| A | 1001 | 2002 | 3003 |\n| B | 3010 | 4020 | 7030 |\n| C | 5107 | 9208 | 14315 |\n| Summa | 9118 | 15230 | 35348 |\n"
    report = reconcile.check_text(text)
    assert [finding.code for finding in report.findings] == ["R302"]
    assert _failing(report) == {"column-total: Summa: 3 rows, column Summa": "R302", "row-total: Summa: Summa": "R302"}


def test_what_cannot_be_verified_is_skipped() -> None:
    report = reconcile.check_text(TABLE.replace("| B | 2 |", "| B | .. |"))
    assert [outcome.status for outcome in report.outcomes] == [UNVERIFIABLE]
    (_, case, column) = _cases(report)
    assert [type(result) for result in case.result] == [Skipped]
    assert [type(result) for result in column.result] == [Skipped]


@pytest.mark.parametrize(
    ("case", "failing"),
    [
        ("R401-budget-broken/bad-column-not-there", {"budget: Bidrag: Potten": "R401"}),
        ("R401-budget-broken/bad-document-without-table", {"document": "R002", "budget: Bidrag 2023: Potten": "R401"}),
        ("R306-claim-contradicted/bad-over-nine.md", {"claim: Över 9 miljoner kronor: Region Sörmland": "R306"}),
    ],
)
def test_findings_fail_the_equation_they_speak_of(case: str, failing: dict[str, str]) -> None:
    (found,) = (found for found in rule_cases() if str(found.path).endswith(case))
    assert _failing(found.run()) == failing


@given(st.text(st.characters()))
def test_any_text_comes_back_but_for_what_xml_forbids(text: str) -> None:
    root = etree.fromstring(f"<a b={_quoted(text)}>{_text(text)}</a>".encode())
    allowed = "".join(
        char
        if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff" and not "\ud800" <= char <= "\udfff")
        else "\ufffd"
        for char in text
    )
    assert (root.text or "", root.get("b")) == (allowed, allowed)


@pytest.mark.parametrize(
    "name", ["]]><x>", "<!--", "&amp%0A", "\"quoted'", "🧮 emoji", "\u202eltr\u202c", "bell\x07", "a\u2028b", "\ufffe"]
)
def test_hostile_cells(name: str) -> None:
    report = reconcile.check_text(f"Namn;Kronor\nA;1\nB;2\nC;3\nSumma {name};7\n", format="csv", name=f"{name}.csv")
    (_, case) = _cases(report)
    shown = "".join(char if char >= " " and char != "\ufffe" else "\ufffd" for char in name)
    assert (case.classname, len(_failures(case))) == (f"{shown}.csv", 1)


def test_lone_surrogates_are_replaced() -> None:
    assert _text("\udcff") == "\ufffd"


def test_pieces_are_the_whole() -> None:
    report = reconcile.check(FIRST, SECOND)
    assert "".join(write_pieces(report, "junit")) == write(report, "junit")
    assert len(list(write_pieces(report, "junit"))) > len(report.outcomes)
