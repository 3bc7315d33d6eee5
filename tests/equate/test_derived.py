"""Shares, rates, indices and products, and which of their figures is wrong."""

from __future__ import annotations

import time

import reconcile
from tests.equate.grids import Rows, told, with_cell

PRICES: Rows = [
    ["Item", "Quantity", "Price (EUR)", "Amount (EUR)"],
    ["Chairs", "48", "405.50", "19 464.00"],
    ["Desks", "105", "258.20", "27 111.00"],
    ["Lamps", "162", "28.58", "4 629.96"],
    ["Shelves", "74", "314.00", "23 236.00"],
    ["Cables", "379", "11.20", "4 244.80"],
]
RATES: Rows = [
    ["Municipality", "Inhabitants", "Grant (kr)", "Kr per inhabitant"],
    ["Hjo", "9 102", "1 456 320", "160"],
    ["Tibro", "11 248", "2 362 080", "210"],
    ["Skara", "18 726", "3 183 420", "170"],
    ["Mark", "35 110", "6 670 900", "190"],
    ["Total", "74 186", "13 672 720", "184"],
]


def loud(rows: Rows) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    return [finding for finding in told(rows) if finding[1] != "note"]


def derived(rows: Rows, operator: str) -> list[tuple[tuple[int, int], list[tuple[int, int]], str]]:
    return [
        ((e.total.row, e.total.col), [(t.row, t.col) for t in e.terms], e.status())
        for e in reconcile.find_equations(reconcile.Table.from_rows(rows))
        if e.operator == operator
    ]


def test_price_times_quantity() -> None:
    assert derived(PRICES, "product") == [((row, 3), [(row, 1), (row, 2)], "ties") for row in (1, 2, 3, 4, 5)]
    assert loud(with_cell(PRICES, 3, 3, "6 429.96")) == [("R307", "error", "6 429.96", [("4 629.96", "unsafe")])]


def test_vat_at_the_rate_of_its_header() -> None:
    rows = [
        ["Item", "Net (EUR)", "VAT 25 %", "Gross (EUR)"],
        ["Print", "13440.00", "3360.00", "16800.00"],
        ["Post", "8120.40", "2030.10", "10150.50"],
        ["Advice", "139200.00", "34800.00", "174000.00"],
        ["Rent", "40960.00", "10240.00", "51200.00"],
    ]
    assert ((3, 2), [(3, 1)], "ties") in derived(rows, "product")
    assert [finding[3] for finding in loud(with_cell(rows, 3, 2, "43800.00"))] == [[("34800.00", "safe")]]


def test_a_grant_that_its_sum_and_its_rate_contradict_is_proved() -> None:
    assert loud(RATES) == []
    assert loud(with_cell(RATES, 3, 2, "3 813 420")) == [("R301", "error", "3 813 420", [("3 183 420", "safe")])]


def test_a_rate_alone_is_corrected_by_hand() -> None:
    assert loud(with_cell(RATES, 3, 3, "710")) == [("R307", "warning", "710", [("170", "unsafe")])]


def test_the_mean_of_the_rates_is_no_quotient_of_totals() -> None:
    assert loud(with_cell(RATES, 5, 3, "183")) == []


def test_one_unit_off_is_no_warning() -> None:
    assert loud(with_cell(RATES, 3, 3, "171")) == []


def test_an_index_to_a_base_year() -> None:
    rows = [
        ["Year", "Amount (kr)", "Index (2019 = 100)"],
        ["2019", "412 300", "100.0"],
        ["2020", "431 700", "104.7"],
        ["2021", "446 250", "108.2"],
        ["2022", "473 900", "114.9"],
        ["2023", "509 400", "123.6"],
    ]
    found = derived(rows, "division")
    assert [((row, 2), [(row, 1), (1, 1)]) for row in (1, 2, 3, 4, 5)] == [(total, terms) for total, terms, _ in found]


def test_equal_figures_say_nothing() -> None:
    rows = [["Item", "A", "B", "Share %"], *([f"x{at}", "40", "40", "100"] for at in range(30))]
    assert derived(rows, "division") == []


def test_long_and_wide_tables_are_fast() -> None:
    start = time.perf_counter()
    long = [["Item", "A", "B", "Share %"], *([f"x{at}", str(at + 3), "40 000", "7.5"] for at in range(10_000))]
    wide = [
        ["Item", *(f"c{at}" for at in range(200))],
        *([f"r{row}", *(str((row * 37 + at * 11) % 97) for at in range(200))] for row in range(30)),
    ]
    equal = [["Item", *(f"c{at}" for at in range(12))], *([f"r{row}", *["0"] * 12] for row in range(2_000))]
    reconcile.check_text("\n".join(";".join(row) for row in long), format="csv")
    reconcile.check_text("\n".join(";".join(row) for row in wide), format="csv")
    reconcile.check_text("\n".join(";".join(row) for row in equal), format="csv")
    assert time.perf_counter() - start < 40
