"""Averages: which line of a grid is the mean of a run of others, where it is called one.

The grid is given as in ``footing``, and what a line proves is counted in bits as there. Blank cells are left out of a mean, as
spreadsheets leave them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from math import log2
from typing import NamedTuple

from reconcile.equate.arithmetic.evidence import Line

_LEADS = 24
# Between the figures and their mean so many others may stand, such as their sum.
_SKIPPED = 4
_TRIED = 8
_ENOUGH = 3.0
_MOST_BITS = 14.0


class Average(NamedTuple):
    """``result = mean of parts``, all positions, and the lines where it holds."""

    result: int
    parts: tuple[int, ...]
    ties: tuple[int, ...]
    score: float


def find_averages(lines: Sequence[Line], named: Set[int], measures: Set[int]) -> list[Average]:
    """The averages at the positions ``named``; ``measures`` are positions that are no figures to be averaged."""
    if not named:
        return []
    size = len(lines[0].values) if lines else 0
    active = [p for p in range(size) if p not in measures and any(line.values[p] is not None for line in lines)]
    leads = sorted(lines, key=lambda line: -sum(1 for v in line.values if v is not None))[:_LEADS]
    found = []
    for result in sorted(named):
        counted = Counter(run for line in leads for run in _runs(line, result, active))
        cost = log2(2 * _SKIPPED * len(active) + 1)
        rated = [_rate(lines, result, run, cost) for run, _ in counted.most_common(_TRIED)]
        best = max(rated, key=lambda average: (round(average.score), len(average.parts)), default=None)
        if best is not None and best.score >= _ENOUGH:
            found.append(best)
    return found


def _runs(line: Line, result: int, active: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The runs of positions before or behind a result that it is the mean of."""
    mean, half = line.values[result], line.halves[result]
    if not mean:
        return
    for side in ([p for p in reversed(active) if p < result], [p for p in active if p > result]):
        for skipped in range(min(_SKIPPED, len(side))):
            rest, slack = 0, 0
            for end in range(skipped, len(side)):
                value = line.values[side[end]]
                if value is not None:
                    rest += value - mean
                    slack += line.halves[side[end]] + half
                    if end > skipped and -slack <= rest <= slack:
                        yield tuple(sorted(side[skipped : end + 1]))


def _rate(lines: Sequence[Line], result: int, parts: tuple[int, ...], cost: float) -> Average:
    ties, fails, bits = [], 0, 0.0
    for m, (values, halves) in enumerate(lines):
        mean = values[result]
        given = [p for p in parts if values[p] is not None]
        if mean is None or not given:
            continue
        off = abs(sum(value for p in given if (value := values[p]) is not None) - mean * len(given))
        slack = sum(halves[p] + halves[result] for p in given)
        if off > slack:
            fails += 1
            continue
        ties.append(m)
        # Of figures that are all alike, the mean is any of them.
        if len({values[p] for p in given}) > 1:
            bits += min(_MOST_BITS, max(0.0, log2((abs(mean) * len(given) + 1) / (2 * slack + 1))))
    return Average(result, parts, tuple(ties), bits - cost if fails * 3 <= len(ties) else -cost)
