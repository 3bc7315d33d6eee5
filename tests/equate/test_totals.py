"""Totals that a table names: what witnesses that a sum which fails was meant, where one column is all there is."""

from __future__ import annotations

import re

import pytest

import reconcile

SECTIONS = """
| Post | Belopp (kr) |
| --- | --- |
| Alfa | 1 204 310 |
| Beta | 845 977 |
| Gamma | 310 446 |
| Summa norr | 2 360 733 |
| Delta | 612 083 |
| Epsilon | 977 250 |
| Summa söder | 1 589 333 |
| Totalt | 3 950 066 |
"""
RESULT = """
| Post | Belopp (kr) |
| --- | --- |
| Skatter | 532 923 |
| Bidrag | 755 152 |
| Avgifter | 700 178 |
| Summa intäkter | 1 988 253 |
| Löner | 863 110 |
| Lokaler | 185 173 |
| Övrigt | 274 870 |
| Summa kostnader | 1 323 153 |
| Resultat | 665 100 |
"""
NESTED = """
| Post | Belopp (kr) |
| --- | --- |
| Alfa | 155 660 |
| Beta | 65 167 |
| Delsumma A1 | 220 827 |
| Gamma | 347 239 |
| Delta | 417 950 |
| Delsumma A2 | 765 189 |
| Summa A | 986 016 |
| Epsilon | 495 846 |
| Zeta | 904 068 |
| Delsumma B1 | 1 399 914 |
| Eta | 774 823 |
| Theta | 772 965 |
| Delsumma B2 | 1 547 788 |
| Summa B | 2 947 702 |
| Totalt | 3 933 718 |
"""


@pytest.mark.parametrize("table", [SECTIONS, RESULT, NESTED], ids=["sections", "result", "nested"])
def test_a_digit_mistyped_anywhere_in_one_column_of_sections_is_told(table: str) -> None:
    assert reconcile.check_text(table, format="markdown").findings == ()
    for found in re.finditer(r"\d[\d ]+(?= \|)", table):
        # One digit in the middle of each figure.
        figure = found.group()
        at = found.start() + len(figure) // 2 - (figure[len(figure) // 2] == " ")
        digit = str((int(table[at]) + 4) % 10)
        report = reconcile.check_text(table[:at] + digit + table[at + 1 :], format="markdown")
        told = [finding for finding in report.findings if finding.severity in ("error", "warning")]
        assert {finding.code for finding in told} & {"R301", "R303"}, figure
        places = {edit.old for finding in told for fix in finding.fixes for edit in fix.edits}
        assert table[found.start() : at] + digit + table[at + 1 : found.end()] in places


def test_a_subtotal_that_the_total_counts_twice_is_named() -> None:
    report = reconcile.check_text(SECTIONS.replace("3 950 066", "6 310 799"), format="markdown")
    (finding,) = report.findings
    assert finding.message == (
        "the 2 rows add up to 3 950 066, but “Totalt” says 6 310 799: 2 360 733 more. Only an error in “Totalt” explains it: “Summa norr” counted twice"
    )


CROSSED = """
| Post | Drift | Bygg | Summa |
|---|---|---|---|
| A | 1 204 310 | 400 100 | 1 604 410 |
| B | 845 977 | 300 250 | 1 146 227 |
| C | 310 446 | 200 725 | 511 171 |
| Summa | 2 360 833 | 901 075 | 3 261 908 |
"""


def test_a_total_that_fails_in_a_column_and_is_carried_into_the_sum_of_all_is_told() -> None:
    report = reconcile.check_text(CROSSED, format="markdown")
    assert [(f.code, f.observed, f.expected) for f in report.findings] == [
        ("R301", "2 360 833", "2 360 733"),
        ("R301", "3 261 908", "3 261 808"),
    ]


def test_a_total_of_something_else_below_sections_is_no_sum_of_them() -> None:
    for other in ("| Totalt | 812 |", "| Totalt inklusive lån | 4 100 000 |", "| Resultat | 812 |"):
        table = SECTIONS.replace("| Totalt | 3 950 066 |", other)
        assert [f for f in reconcile.check_text(table, format="markdown").findings if f.severity == "error"] == []


def test_running_totals_are_no_sums_of_their_sections_alone() -> None:
    table = SECTIONS.replace("1 589 333", "3 950 066").replace("| Totalt | 3 950 066 |\n", "")
    report = reconcile.check_text(table, format="markdown")
    assert (report.findings, [equation.status for equation in report.equations]) == ((), ["ties", "ties"])
