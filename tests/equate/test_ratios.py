"""Which positions of a grid are shares of others, or changes."""

from __future__ import annotations

import random

import reconcile
from reconcile.equate.arithmetic.ratios import find_ratios
from reconcile.equate.lines import AxisLine


def quotients(rows: list[list[str]]) -> list[tuple[str, tuple[int, int], list[tuple[int, int]], int]]:
    return [
        (e.operator, (e.total.row, e.total.col), [(t.row, t.col) for t in e.terms], e.factor)
        for e in reconcile.find_equations(reconcile.Table.from_rows(rows))
        if e.operator != "sum"
    ]


def test_shares_in_per_cent() -> None:
    rows = [
        ["x", "Men", "All", "Per cent"],
        ["a", "1204", "4406", "27.3"],
        ["b", "2391", "6018", "39.7"],
        ["c", "811", "904", "89.7"],
    ]
    assert quotients(rows) == [("division", (row, 3), [(row, 1), (row, 2)], 100) for row in (1, 2, 3)]


def test_a_change_in_per_cent() -> None:
    rows = [
        ["x", "2022", "2023", "Change %"],
        ["a", "1204", "1406", "16.8"],
        ["b", "2391", "2018", "-15.6"],
        ["c", "8110", "9040", "11.5"],
    ]
    assert quotients(rows) == [("relative-change", (row, 3), [(row, 2), (row, 1)], 100) for row in (1, 2, 3)]


def test_a_share_that_is_off_is_not_called_one() -> None:
    rows = [["x", "Men", "All", "Per cent"], ["a", "1204", "4406", "28.9"], ["b", "2391", "6018", "11.7"]]
    assert quotients(rows) == []


def test_random_figures_are_no_shares() -> None:
    source = random.Random(4)
    found = 0
    for _ in range(100):
        size = source.randrange(3, 12)
        lines = [
            AxisLine([source.randrange(1, 2000) for _ in range(size)], [1] * size)
            for _ in range(source.randrange(1, 15))
        ]
        found += len(find_ratios(lines, 20, range(size)))
    assert found <= 2
