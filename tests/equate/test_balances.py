"""Balances that run down a column, roll-forwards, and openings that are the closing before."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

import reconcile
from tests.equate.grids import Rows, told, with_cell

RUNNING: Rows = [
    ["Date", "Entry", "Amount (kr)", "Balance (kr)"],
    ["2024-01-01", "Opening balance", "", "812 400"],
    ["2024-01-15", "Grant", "-64 900", "747 500"],
    ["2024-02-02", "Grant", "128 500", "876 000"],
    ["2024-02-20", "Rent", "-31 250", "844 750"],
    ["2024-03-05", "Fees", "9 640", "854 390"],
]


def balances(rows: Rows) -> list[tuple[tuple[int, int], list[tuple[int, int]], tuple[int, ...], str]]:
    return [
        ((e.total.row, e.total.col), [(t.row, t.col) for t in e.terms], e.signs, e.status())
        for e in reconcile.find_equations(reconcile.Table.from_rows(rows))
        if e.kind == "balance"
    ]


def test_a_balance_is_the_one_before_and_what_moved() -> None:
    assert balances(RUNNING) == [((row, 3), [(row - 1, 3), (row, 2)], (), "ties") for row in (2, 3, 4, 5)]


def test_the_newest_may_stand_first() -> None:
    rows = [RUNNING[0], *reversed(RUNNING[1:])]
    assert balances(rows) == [((row, 3), [(row + 1, 3), (row, 2)], (), "ties") for row in (4, 3, 2, 1)]


def test_what_goes_out_is_taken_away() -> None:
    rows = [
        ["Date", "Paid in", "Paid out", "Balance"],
        ["2024-01-02", "", "", "41 250"],
        ["2024-01-09", "12 380", "", "53 630"],
        ["2024-01-17", "", "8 400", "45 230"],
        ["2024-02-06", "25 000", "", "70 230"],
        ["2024-02-14", "", "3 915", "66 315"],
    ]
    assert balances(rows) == [
        ((2, 3), [(1, 3), (2, 1)], (), "ties"),
        ((3, 3), [(2, 3), (3, 2)], (1, -1), "ties"),
        ((4, 3), [(3, 3), (4, 1)], (), "ties"),
        ((5, 3), [(4, 3), (5, 2)], (1, -1), "ties"),
    ]


def test_a_wrong_balance_is_one_fault_with_a_safe_fix() -> None:
    assert told(with_cell(RUNNING, 3, 3, "867 000")) == [("R308", "error", "867 000", [("876 000", "safe")])]


def test_two_wrong_balances_are_two_faults() -> None:
    rows = [*RUNNING, ["2024-03-19", "Heating", "-17 380", "837 010"], ["2024-04-02", "Fees", "20 000", "857 010"]]
    rows = with_cell(with_cell(rows, 3, 3, "867 000"), 6, 3, "837 070")
    assert told(rows) == [
        ("R308", "error", "867 000", [("876 000", "safe")]),
        ("R308", "error", "837 070", [("837 010", "safe")]),
    ]


def test_a_wrong_movement_is_told_at_its_balance() -> None:
    assert told(with_cell(RUNNING, 3, 2, "182 500")) == [("R308", "error", "876 000", [("128 500", "unsafe")])]


@pytest.mark.parametrize("first", ["412 300", "3 912 300"])
def test_a_cumulative_column_may_begin_in_the_middle_of_a_year(first: str) -> None:
    amounts = [412_300, 388_150, 401_975, 365_480, 420_610]
    total = int(first.replace(" ", "")) - amounts[0]
    rows = [["Month", "Paid (kr)", "Cumulative (kr)"]]
    for month, amount in enumerate(amounts, start=1):
        total += amount
        rows.append([str(month), f"{amount:,}".replace(",", " "), f"{total:,}".replace(",", " ")])
    assert told(rows) == []
    assert len(balances(rows)) == (5 if first == "412 300" else 4)


def test_a_roll_forward_with_disposals_without_a_sign() -> None:
    rows = [
        ["Item", "Opening balance", "Additions", "Disposals", "Closing balance"],
        ["Land", "4 318 200", "612 750", "187 900", "4 743 050"],
        ["Boats", "905 400", "48 300", "35 500", "918 200"],
        ["Roads", "2 114 600", "301 250", "99 850", "2 316 000"],
    ]
    assert balances(rows) == [((row, 4), [(row, 1), (row, 2), (row, 3)], (1, 1, -1), "ties") for row in (1, 2, 3)]


def test_the_closing_figure_is_the_next_opening() -> None:
    rows = [
        ["kr", "2024", "2023"],
        ["Opening balance", "4 318 200", "3 905 400"],
        ["Additions", "612 750", "548 300"],
        ["Disposals", "-187 900", "-135 500"],
        ["Closing balance", "4 743 050", "4 318 200"],
    ]
    assert ((1, 1), [(4, 2)], (), "ties") in balances(rows)
    assert next(fixes for *_, fixes in told(with_cell(rows, 4, 2, "4 381 200"))) == [("4 318 200", "safe")]


def test_what_is_taken_away_counts_with_its_sign() -> None:
    rows = with_cell(
        [
            ["Date", "In (kr)", "Out (kr)", "Balance (kr)"],
            ["2024-01-02", "", "", "41 250"],
            ["2024-01-09", "12 380", "2 000", "51 630"],
            ["2024-01-17", "1 500", "8 400", "44 730"],
            ["2024-02-06", "25 000", "1 250", "68 480"],
            ["2024-02-14", "610", "3 915", "65 175"],
        ],
        3,
        2,
        "4 800",
    )
    (equation,) = [
        e
        for e in reconcile.find_equations(reconcile.Table.from_rows(rows))
        if e.kind == "balance" and e.status() == "broken"
    ]
    assert equation.signs == (1, 1, -1)
    assert equation.difference() == Decimal(-3600)
    assert told(rows) == [("R308", "warning", "44 730", [("8 400", "unsafe")])]


def test_equal_figures_and_noughts_are_no_balance() -> None:
    assert balances([["a", "b"], *([str(at), "5"] for at in range(1, 40))]) == []
    assert balances([["a", "b"], *(["7", "0"] for _ in range(40))]) == []


def test_long_tables_are_fast() -> None:
    rows = [["Entry", "Amount (kr)", "Balance (kr)"]]
    total = 0
    for at in range(10_000):
        total += 1_000 + at * 7 % 613
        rows.append([f"e{at}", str(1_000 + at * 7 % 613), str(total)])
    start = time.perf_counter()
    assert len(balances(rows)) == 10_000
    assert time.perf_counter() - start < 20
