"""Several slips at once: pairs by looking up effects, three and four by the solver, all verified in exact arithmetic."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest

import reconcile
from reconcile.repair import combinations as several
from reconcile.repair.combinations import Candidate, Effect, find_more, find_pairs
from reconcile.report.report import Report

# Two rows, two columns: what is slipped in three of the four cells is told by the rows' and the columns' sums.
MEANT = [
    [2563484, 6233085, 482488, 952538],
    [2396942, 1716613, 663216, 255812],
    [8120647, 3350991, 192246, 2179114],
    [5447120, 1203377, 7816402, 3020189],
    [1408855, 9027461, 2250316, 644907],
    [7331208, 4480972, 1099654, 8853711],
]


def _grid(rows: list[list[int]], meant: list[list[int]] = MEANT) -> str:
    totals = [sum(column) for column in zip(*meant, strict=True)]
    cells = [*([*row, sum(line)] for row, line in zip(rows, meant, strict=True)), [*totals, sum(totals)]]
    labels = [*(f"Ort {number}" for number in range(len(rows))), "Summa"]
    lines = [[label, *map(str, row)] for label, row in zip(labels, cells, strict=True)]
    head = ["Ort", *(f"K{n} (kr)" for n in range(len(rows[0]))), "Totalt (kr)"]
    return "".join(f"| {' | '.join(line)} |\n" for line in [head, ["---" for _ in head], *lines])


def _mistyped(*slips: tuple[int, int, int]) -> list[list[int]]:
    rows = [list(row) for row in MEANT]
    for row, col, printed in slips:
        rows[row][col] = printed
    return rows


def _told(report: Report) -> set[str]:
    return {finding.message.partition("; ")[2] for finding in report.findings}


THREE = [(1, 0, 2369942), (1, 1, 1716673), (3, 0, 544712)]


def test_three_slips_that_share_rows_and_columns_are_found_together() -> None:
    report = reconcile.check_text(_grid(_mistyped(*THREE)), "markdown", "t")
    told = "only “Ort 1”, K0 (kr), “Ort 1”, K1 (kr) and “Ort 3”, K0 (kr), all of them, explain it"
    assert {message.partition(": ")[0] for message in _told(report)} == {told}
    titles = {(fix.title, fix.applicability) for finding in report.findings for fix in finding.fixes}
    assert titles == {
        (
            "write 2396942 for “Ort 1”, K0 (kr), 1716613 for “Ort 1”, K1 (kr) and 5447120 for “Ort 3”, K0 (kr): "
            "digits swapped, digit substituted and digit left out",
            "unsafe",
        )
    }


def test_without_the_solver_three_slips_are_left_to_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "find_spec", lambda name: None)
    report = reconcile.check_text(_grid(_mistyped(*THREE)), "markdown", "t")
    assert all(message.startswith("no single slip explains") for message in _told(report))
    assert [fix for finding in report.findings for fix in finding.fixes] == []


def _system(*cells: tuple[str, list[int], list[int]]) -> dict[Effect, list[Candidate]]:
    """Effects of changes of named figures, each in equations by their numbers."""
    found: dict[Effect, list[Candidate]] = {}
    for name, equations, changes in cells:
        for change in changes:
            effect = frozenset((number, Decimal(change)) for number in equations)
            found.setdefault(effect, []).append(((name,), Decimal(change)))
    return found


def _slips(**changes: int) -> list[Candidate]:
    return [((name,), Decimal(change)) for name, change in changes.items()]


def test_all_ways_to_make_the_fewest_slips_are_found_and_each_holds() -> None:
    cells = [("a", [1, 3], [5, 7]), ("b", [1, 4], [2, 9]), ("c", [2, 3], [4, 6]), ("d", [2, 4], [3, 8])]
    effects = _system(*cells)
    wanted = {1: Decimal(7), 2: Decimal(4), 3: Decimal(9), 4: Decimal(2)}
    found, limit = find_more(effects, wanted, 10.0)
    expected = [
        slips
        for count in (2, 3)
        for slips in combinations([slip for alike in effects.values() for slip in alike], count)
        if several._explains(slips, effects, wanted) and len({key for key, _ in slips}) == count
    ]
    assert [sorted(slips) for slips in found] == [sorted(slips) for slips in expected]
    assert (sorted(found[0]), limit) == (_slips(a=5, b=2, c=4), "")


def test_rivals_of_as_many_slips_are_all_told_and_many_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    # Four figures that stand in one and the same equation are rivals of each other.
    cells = [(name, [1], [10]) for name in "abcd"] + [("y", [2], [20]), ("z", [3], [30])]
    wanted = {1: Decimal(10), 2: Decimal(20), 3: Decimal(30)}
    found, limit = find_more(_system(*cells), wanted, 10.0)
    assert ({slips[0][0] if slips[0][0] < ("y",) else None for slips in found}, limit) == (
        {("a",), ("b",), ("c",), ("d",)},
        "",
    )
    monkeypatch.setattr(several, "_MOST_FOUND", 2)
    found, limit = find_more(_system(*cells), wanted, 10.0)
    assert (len(found), limit) == (2, "only 2 ways to make 3 slips were looked at")


def test_what_is_too_much_for_the_solver_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {number: Decimal(10) ** 30 for number in (1, 2, 3)}
    told = "more than two slips at once were not looked for, because figures are too large"
    assert find_more(_system(("a", [1], [10**30])), wanted, 10.0) == ([], told)
    monkeypatch.setattr(several, "_MOST_VALUES", 1)
    told = "more than two slips at once were not looked for, because there are too many figures"
    assert find_more(_system(("a", [1], [1, 2])), wanted, 10.0) == ([], told)
    monkeypatch.undo()
    told = "there was no time to look for more than two slips at once"
    small = dict.fromkeys((1, 2, 3), Decimal(1))
    cells = [(name, [number], [1, 2]) for number in small for name in (f"a{number}", f"b{number}")]
    assert find_more(_system(*cells), small, 0.0) == ([], told)


def test_nothing_explains_what_no_slips_give() -> None:
    wanted = dict.fromkeys((1, 2, 3), Decimal(1))
    assert find_more(_system(("a", [1, 2], [2]), ("b", [3], [1])), wanted, 10.0) == ([], "")
    assert find_more({}, {1: Decimal(1), 2: Decimal(1)}, 10.0) == ([], "")


def test_decimals_are_counted_in_their_smallest_unit() -> None:
    effects: dict[Effect, list[Candidate]] = {
        frozenset({(number, Decimal(change))}): [((number,), Decimal(change))]
        for number, change in ((1, "0.25"), (2, "1.5"), (3, "-3"))
    }
    wanted = {1: Decimal("0.25"), 2: Decimal("1.50"), 3: Decimal(-3)}
    (slips,), limit = find_more(effects, wanted, 10.0)
    assert (sorted(key for key, _ in slips), limit) == ([(1,), (2,), (3,)], "")


def test_pairs_are_two_figures_and_each_is_told_once() -> None:
    effects = _system(("a", [1], [3, 4]), ("b", [2], [5]), ("c", [1, 2], [1]))
    wanted = {1: Decimal(4), 2: Decimal(5)}
    assert [sorted(pair) for pair in find_pairs(effects, wanted)] == [_slips(a=4, b=5)]
    # Two values of one figure are no pair.
    assert list(find_pairs(_system(("a", [1], [1, 2])), {1: Decimal(3)})) == []
