"""Which positions of a grid add up to which other."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from reconcile.equate.arithmetic.search import Axis, find_relations
from reconcile.equate.lines import AxisLine


def lines(*columns: Sequence[int | None], half: int = 0) -> list[AxisLine]:
    return [AxisLine(column, [half] * len(column)) for column in columns]


def found(grid: list[AxisLine], **axis: object) -> list[tuple[int, tuple[int, ...]]]:
    size = len(grid[0].values)
    known = {"totals": [False] * size, **axis}
    return sorted((r.total, r.parts) for r in find_relations(grid, Axis(**known)))  # type: ignore[arg-type]


def test_a_run_beside_its_total_is_found_without_a_word() -> None:
    assert found(lines([1204, 2391, 811, 4406], [1377, 2018, 904, 4299])) == [(3, (0, 1, 2))]


def test_figures_too_small_to_prove_anything_prove_nothing() -> None:
    assert found(lines([1, 2, 3], [2, 2, 4])) == []


def test_a_word_is_worth_some_bits() -> None:
    grid = lines([12, 23, 8, 43])
    assert found(grid) == []
    assert found(grid, totals=[False, False, False, True]) == [(3, (0, 1, 2))]


def test_a_line_that_repeats_another_proves_nothing_more() -> None:
    once = lines([102, 203, 305])
    again = lines([102, 203, 305], [204, 406, 610], [408, 812, 1220])
    assert found(once) == found(again)


def test_a_line_that_fails_is_told() -> None:
    grid = lines(*[[1000 + 97 * n, 2000 + 31 * n, 3000 + 128 * n + (5 if n == 4 else 0)] for n in range(8)])
    (relation,) = find_relations(grid, Axis([False] * 3))
    assert (relation.total, relation.parts, relation.near) == (2, (0, 1), (4,))
    assert relation.ties == (0, 1, 2, 3, 5, 6, 7)


def test_rounding_is_allowed_for_by_interval() -> None:
    # Halves are written: a unit is 2, and half of it 1.
    assert found(lines([2408, 4782, 1622, 8816], [2754, 4036, 1808, 8594], half=1)) == [(3, (0, 1, 2))]
    assert found(lines([2408, 4782, 1622, 8822], [2754, 4036, 1808, 8590], half=1)) == []


def test_what_is_inside_another_is_not_added() -> None:
    grid = lines([1204, 704, 2391, 3595], [1377, 877, 2018, 3395])
    assert found(grid, inside={1}) == [(3, (0, 2))]


def test_a_family_needs_little_proof() -> None:
    grid = lines([120, 500, 45, 75], [137, 700, 50, 87])
    assert found(grid) == []
    assert found(grid, families=[(0, (2, 3))]) == [(0, (2, 3))]


@given(
    st.integers(2, 9).flatmap(
        lambda size: st.lists(st.lists(st.integers(1, 10**6), min_size=size, max_size=size), min_size=2, max_size=4)
    )
)
def test_what_is_found_holds(rows: list[list[int]]) -> None:
    grid = lines(*([*row, sum(row)] for row in rows))
    for relation in find_relations(grid, Axis([False] * len(grid[0].values))):
        for m in relation.ties:
            values = grid[m].values
            assert values[relation.total] == sum(values[p] or 0 for p in relation.parts)


def test_a_long_axis_of_random_figures_holds_few_sums() -> None:
    source = random.Random(2)
    grid = lines(*([source.randrange(10**5) for _ in range(1500)] for _ in range(3)))
    assert len(find_relations(grid, Axis([False] * 1500))) <= 1


def test_a_part_that_only_a_failing_line_holds_is_none() -> None:
    grid = lines(*[[1000 + 97 * n, 2000 + 31 * n, 17 if n == 4 else None, 3000 + 128 * n] for n in range(8)])
    assert found(grid, totals=[False, False, False, True]) == [(3, (0, 1))]


def test_nil_totals_are_no_witnesses_for_a_total_that_a_word_names() -> None:
    grid = lines(*[[0, 0, 0, 0]] * 9, [3, 4, 0, 7])
    assert found(grid, totals=[False, False, False, True]) == []


def test_groups_are_tried_among_many_and_need_so_much_more() -> None:
    grid = lines([202, 1970, 220, 1150, 157, 800, 359, 310], [132, 1680, 1170, 290, 175, 440, 307, 120])
    pair = [0, 4, 6]
    others = [[start, start + 1, 7] for start in range(1, 5)]
    assert found(grid, groups=[pair]) == [(6, (0, 4))]
    assert found(grid, groups=[pair, *others * 4]) == []


def test_subtotals_named_alike_add_up_to_a_total_near_them() -> None:
    # Two and two make a subtotal of which the table does not show the parts; between them stand other figures.
    grid = lines(
        [5507, 81, 977, 3202, 64, 1893, 4118, 77, 99, 12827],
        [5672, 83, 871, 2922, 21, 1911, 4405, 68, 97, 12999],
    )
    assert found(grid) == []
    assert found(grid, groups=[[0, 3, 6]]) == [(9, (0, 3, 6))]


def test_a_figure_is_not_counted_twice_from_either_side() -> None:
    # The total takes all four; that the first happens to be the sum of the next two is no subtotal.
    grid = lines(
        *[[5500 + 31 * n, 3200 + 17 * n, 2300 + 14 * n, 811 + n * n, 11811 + 62 * n + n * n] for n in range(6)]
    )
    assert found(grid, totals=[False] * 4 + [True]) == [(4, (0, 1, 2, 3))]
