"""Which positions of a grid add up to which other."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from reconcile.footing import Axis, Line, find_relations


def lines(*columns: Sequence[int | None], half: int = 0) -> list[Line]:
    return [Line(column, [half] * len(column)) for column in columns]


def found(grid: list[Line], **axis: object) -> list[tuple[int, tuple[int, ...]]]:
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
