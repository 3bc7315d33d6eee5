"""Which gaps between a total and its parts a slip of a typist leaves."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.equate.near_misses import explain_gap


@pytest.mark.parametrize(
    ("kind", "meant", "printed"),
    [
        ("a digit struck for another", 54_499_160, 54_399_160),
        ("two swapped", 54_499_160, 54_949_160),
        ("one left out", 54_499_160, 5_499_160),
        ("one put in", 54_499_160, 544_499_160),
        ("the first left out", 54_499_160, 4_499_160),
        ("of a negative figure", -62_049, -62_079),
    ],
)
def test_a_slip_explains_what_it_leaves(kind: str, meant: int, printed: int) -> None:
    others = [(-1_000_003, 1), (-70_077, 1)]
    assert explain_gap(printed - meant, 0, [(printed, 1), *others]) is not None, kind
    assert explain_gap(meant - printed, 0, [(-printed, 1), *others]) is not None, kind


def test_what_no_slip_leaves_is_not_explained() -> None:
    assert explain_gap(28_413, 0, [(1_204_117, 1), (-391_006, 1), (-784_698, 1)]) is None


def test_small_gaps_prove_little_and_large_ones_much() -> None:
    figures = [(1_204_117, 1), (-391_006, 1), (-784_698, 1)]
    small, large = explain_gap(3, 0, figures), explain_gap(300_000, 0, figures)
    assert small is not None
    assert large is not None
    assert small > Fraction(1, 2)
    assert large < Fraction(1, 1000)


def test_rounding_widens_what_is_explained() -> None:
    figures = [(1_204_117, 1), (-391_006, 1), (-784_698, 1)]
    assert explain_gap(-30_001, 0, figures) is None
    assert explain_gap(-30_001, 1, figures) is not None


def test_a_slip_is_in_the_places_that_are_written() -> None:
    # In thousands a digit of the last place is a thousand.
    assert explain_gap(3_000, 0, [(54_000, 1_000), (-51_000, 1_000)]) is not None
    assert explain_gap(3, 0, [(54_000, 1_000), (-51_000, 1_000)]) is None


@given(st.integers(100, 10**12), st.integers(0, 11), st.integers(1, 9))
def test_every_substitution_is_explained(figure: int, place: int, digit: int) -> None:
    digits = list(str(figure))
    digits[place % len(digits)] = str(digit)
    printed = int("".join(digits))
    assert printed == figure or explain_gap(printed - figure, 0, [(printed, 1)]) is not None


def test_figures_without_end_are_not_searched() -> None:
    assert explain_gap(1, 0, [(10**40, 1)]) is None
    assert explain_gap(1, 0, [(12, 1)] * 500) is None
