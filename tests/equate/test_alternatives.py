"""A sum that fails is no fault where one part more, one less or one taken away makes all of its lines tie; a slip still is one."""

from __future__ import annotations

import pytest

import reconcile
from reconcile.core.amounts import read_amount

CASH = """
| In thousands | Cost | Gains | Losses | Value | In hand | Lent |
| --- | --- | --- | --- | --- | --- | --- |
| Bonds | 4,120 | 31 | (205) | 3,946 | 512 | 3,434 |
| Notes | 1,385 | 4 | (79) | 1,310 | 1,310 | 0 |
| Total debt | 5,505 | 35 | (284) | 5,256 | 1,822 | 3,434 |
| Shares | | | | 870 | 231 | 639 |
| Units | | | | 2,230 | 2,230 | 0 |
| Total equity | | | | 3,100 | 2,461 | 639 |
| Cash | | | | 0 | {cash} | 0 |
| Total | 5,505 | 35 | (284) | 8,356 | {total} | 4,073 |
"""
LESS = """
| In thousands | 2031 | 2030 |
| --- | --- | --- |
| Harbour loan | 4,210 | 4,480 |
| Bridge loan | 3,695 | 3,705 |
| Total | 7,905 | 8,185 |
| Less current part | 1,140 | — |
| Total long-term loans | 6,765 | 8,185 |
"""
PRICE = """
| | Price paid, millions |
| --- | --- |
| Cash | 3 |
| Stock | 14 |
| Tools | 9 |
| Buildings | 61 |
| Debts | (22) |
| Payables | (9) |
| Net assets | 56 |
| Minority | (11) |
| Goodwill | 132 |
| Total price | 177 |
"""
RATES = """
| Turnout by ward | Ward 1 | Ward 2 | Ward 3 | Total |
| --- | --- | --- | --- | --- |
| Votes for Hill | 1,204 | 987 | 1,131 | 3,322 |
| Votes for Dale | 866 | 1,020 | 745 | 2,631 |
| Ballots | 2,070 | 2,007 | 1,876 | 5,953 |
| Turnout | 84.1 | 79.6 | 81.4 | 81.7 |
"""


def faults(text: str) -> list[tuple[str, str]]:
    report = reconcile.check_text(text, format="markdown")
    return [(f.code, f.observed) for f in report.findings if f.severity in ("error", "warning") and f.code[:2] == "R3"]


@pytest.mark.parametrize(
    "text", [CASH.format(cash="8,261", total="12,544"), LESS, PRICE, RATES], ids=["cash", "less", "price", "rates"]
)
def test_another_sum_that_holds_in_all_lines_is_what_was_meant(text: str) -> None:
    assert faults(text) == []


def test_a_row_that_closes_the_gap_belongs_to_the_sum() -> None:
    report = reconcile.check_text(CASH.format(cash="8,261", total="12,544"), format="markdown")
    (told,) = [e for e in report.equations if e.total.amount.text == "12,544"]
    assert told.status == "ties"
    assert [term.amount.text for term in told.terms if not term.is_nil] == ["1,822", "2,461", "8,261"]


def test_a_slip_in_the_total_is_still_a_fault() -> None:
    assert "12,454" in [observed for _, observed in faults(CASH.format(cash="8,261", total="12,454"))]
    assert [observed for _, observed in faults(LESS.replace("8,185 |\n| Less", "8,158 |\n| Less"))] == ["8,158"]


@pytest.mark.parametrize("text", ["4.1.1", "10.31.2", "0.965 0.969", "1,281 3,526"])
def test_numbers_of_sections_and_pairs_are_no_amounts(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("1.204.31", "120431"), ("1,20,345", "120345"), ("544 99 160", "54499160")]
)
def test_badly_grouped_figures_are_amounts_as_before(text: str, value: str) -> None:
    amount = read_amount(text)
    assert amount is not None
    assert format(amount.value, "f") == value
