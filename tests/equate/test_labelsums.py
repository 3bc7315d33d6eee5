"""The sums that labels state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.equate.arithmetic.label_formulas import stated_sums


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["1 Wages", "2 Rents", "3 Other", "A (1 to 3)"], [(3, (0, 1, 2))]),
        (["A. Total (1 till 2)", "1. Löner", "2. Hyror"], [(0, (1, 2))]),
        (["I. Receipts", "II. Grants", "Total (I+II)"], [(2, (0, 1))]),
        (["I Tax", "II Fees", "III Loans", "All (I to III)"], [(3, (0, 1, 2))]),
        (["IHP = HA + ON", "HA", "ON"], [(0, (1, 2))]),
        (["a) Income", "b) Cost", "c) Net (a-b)"], [(0, (1, 2))]),
        (["Income (1)", "Cost (2)", "Net (3) = (1) - (2)"], [(0, (1, 2))]),
        (["A", "1 x", "2 y", "(1+2)", "B", "1 z", "2 w", "(1+2)"], [(3, (1, 2)), (7, (5, 6))]),
        (["1 Wages", "2 Rents", "Total (1+2+9)"], []),
        (["Wages (net)", "Rents (in euro)", "Total (2023)"], []),
        (["1 Wages", "Wages (1)"], []),
    ],
)
def test_what_labels_state(labels: list[str], expected: list[tuple[int, tuple[int, ...]]]) -> None:
    assert expected == stated_sums(labels)


def test_figures_with_a_dash_may_be_a_range_or_a_difference() -> None:
    labels = ["1 Income", "2 Grants", "3 Cost", "4 (1-3)"]
    assert stated_sums(labels) == [(3, (0, 1, 2)), (0, (2, 3))]


@given(st.lists(st.text("ab1234 ()+-–=.&", max_size=12), max_size=8))
def test_no_label_is_too_odd(labels: list[str]) -> None:
    for total, parts in stated_sums(labels):
        assert len(parts) > 1
        assert total not in parts
        assert {total, *parts} <= set(range(len(labels)))
