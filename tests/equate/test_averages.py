"""Means of runs of figures."""

from __future__ import annotations

from decimal import Decimal

import reconcile

Cell = tuple[int, int]


def means(rows: list[list[str]]) -> list[tuple[Cell, list[Cell], str]]:
    return [
        ((e.total.row, e.total.col), [(t.row, t.col) for t in e.terms], e.status())
        for e in reconcile.find_equations(reconcile.Table.from_rows(rows))
        if e.operator == "average"
    ]


def test_a_mean_below_its_figures_and_their_sum() -> None:
    rows = [["x", "p"], ["a", "1204"], ["b", "2391"], ["c", "812"], ["Summa", "4407"], ["Medelvärde", "1469"]]
    assert means(rows) == [((5, 1), [(1, 1), (2, 1), (3, 1)], "ties")]


def test_a_mean_across() -> None:
    rows = [["x", "p", "q", "Average"], ["a", "1204", "2391", "1797.5"], ["b", "812", "5011", "2911.5"]]
    assert means(rows) == [((1, 3), [(1, 1), (1, 2)], "ties"), ((2, 3), [(2, 1), (2, 2)], "ties")]


def test_a_mean_leaves_out_what_is_blank() -> None:
    rows = [["x", "p", "q"], ["a", "1204", "316"], ["b", "", "424"], ["c", "812", "121"], ["Mean", "1008", "287"]]
    assert means(rows) == [
        ((4, 1), [(1, 1), (2, 1), (3, 1)], "ties"),
        ((4, 2), [(1, 2), (2, 2), (3, 2)], "ties"),
    ]


def test_a_mean_that_is_rounded_ties_within_rounding() -> None:
    rows = [["x", "p", "q"], ["a", "1204.1", "316.2"], ["b", "2391.7", "424.7"], ["Avg", "1797.9", "370.5"]]
    assert [status for _, _, status in means(rows)] == ["ties", "ties-within-rounding"]
    (equation, _) = (e for e in reconcile.find_equations(reconcile.Table.from_rows(rows)) if e.operator == "average")
    assert equation.computed() == Decimal("1797.9000")


def test_what_is_no_mean_is_not_called_one() -> None:
    rows = [["x", "p", "q"], ["a", "1204", "316"], ["b", "2391", "424"], ["c", "812", "121"], ["Mean", "1633", "302"]]
    assert means(rows) == []
