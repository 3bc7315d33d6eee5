"""Several slips at once: pairs are found by looking up effects, and what more slips made is left to people."""

from __future__ import annotations

from decimal import Decimal

import reconcile
from reconcile.repair.combinations import Candidate, Effect, find_pairs
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
    return {finding.message.partition(". ")[2] for finding in report.findings}


THREE = [(1, 0, 2369942), (1, 1, 1716673), (3, 0, 544712)]


def test_three_slips_are_left_to_people() -> None:
    report = reconcile.check_text(_grid(_mistyped(*THREE)), "markdown", "t")
    assert len(report.findings) == 4
    assert all(message.startswith("No single typing slip explains") for message in _told(report))
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


def test_pairs_are_two_figures_and_each_is_told_once() -> None:
    effects = _system(("a", [1], [3, 4]), ("b", [2], [5]), ("c", [1, 2], [1]))
    wanted = {1: Decimal(4), 2: Decimal(5)}
    assert [sorted(pair) for pair in find_pairs(effects, wanted)] == [_slips(a=4, b=5)]
    # Two values of one figure are no pair.
    assert list(find_pairs(_system(("a", [1], [1, 2])), {1: Decimal(3)})) == []
