"""Shares and changes: which line of a grid is the quotient of two others, or the change from one to the other.

A share is ``part / whole``, a change ``(new - old) / old``, as such or in hundredths or thousandths. The grid is given as in
``footing``; all is worked out in whole numbers, and what each line proves is counted in bits as there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import combinations
from math import log2
from typing import NamedTuple

from reconcile.equate.equation import DIVISION, PRODUCT, RELATIVE_CHANGE
from reconcile.equate.lines import AxisLine

_FACTORS = (1, 100, 1000, 100_000)
_CHANGE_FACTORS = (1, 100)
_LEADS = 16
_WIDEST = 60
_MOST_BITS = 12.0
_ENOUGH = 12.0
# What it is worth that a position is called a share or a change, and what such a relation must be worth.
_WORD, _ENOUGH_NAMED = 4.0, 4.0
# So much a line costs that fails.
_FAILS = 3.0
# More positions than these are not multiplied with each other.
_MOST_FACTORS = 16
_MOST_TRIED = 40
# Multiples of smaller figures are met to the unit by chance.
_LARGE = 100


class Ratio(NamedTuple):
    """``result = factor * part / whole`` or ``factor * (part - whole) / whole``, all positions, and the lines where it holds."""

    operator: str
    result: int
    part: int
    whole: int
    factor: int
    ties: tuple[int, ...]
    fails: tuple[int, ...]
    score: float


def find_ratios(
    lines: Sequence[AxisLine], scale: int, results: Iterable[int], named: Set[int] = frozenset()
) -> list[Ratio]:
    """The ratios among positions.

    ``scale`` is what one is written as in ``lines``, ``results`` are positions that may be a ratio, ``named`` those that are called one.
    """
    results = list(results)
    size = len(lines[0].values) if lines else 0
    filled = [p for p in range(size) if any(line.values[p] for line in lines)]
    if not results or not 3 <= len(filled) <= _WIDEST:
        return []
    step = max(1, len(lines) // (4 * _LEADS))
    leads = sorted(range(0, len(lines), step), key=lambda m: -sum(1 for v in lines[m].values if v))[:_LEADS]
    counted: Counter[tuple[str, int, int, int, int]] = Counter()
    for m in leads:
        counted.update(_candidates(lines[m], scale, results, filled))
    cost = log2(len(filled) ** 2 * len(results) * len(_FACTORS) * 2)
    best: dict[tuple[str, int], Ratio] = {}
    tried: Counter[int] = Counter()
    for (operator, result, part, whole, factor), _ in counted.most_common():
        if tried[result] >= _MOST_TRIED:
            continue
        tried[result] += 1
        bonus = _WORD if result in named else 0.0
        ratio = _rate(lines, scale, Ratio(operator, result, part, whole, factor, (), (), bonus - cost))
        known = best.get((operator, result))
        enough = _ENOUGH_NAMED if result in named else _ENOUGH
        if ratio.score >= enough and (known is None or _rank(ratio) > _rank(known)):
            best[(operator, result)] = ratio
    chosen: dict[int, Ratio] = {}
    for ratio in best.values():
        if ratio.result not in chosen or ratio.score > chosen[ratio.result].score:
            chosen[ratio.result] = ratio
    # c = a / b says that b = a / c, too: of such twins the one whose result stands behind its operands is meant.
    twins: dict[frozenset[int], Ratio] = {}
    for ratio in chosen.values():
        key = frozenset((ratio.result, ratio.part, ratio.whole))
        if key not in twins or ratio.result > twins[key].result:
            twins[key] = ratio
    return list(twins.values())


def _rank(ratio: Ratio) -> tuple[float, int, int]:
    return round(ratio.score), -abs(ratio.result - ratio.part) - abs(ratio.result - ratio.whole), -ratio.factor


def _candidates(
    line: AxisLine, scale: int, results: Sequence[int], filled: Sequence[int]
) -> Iterable[tuple[str, int, int, int, int]]:
    values = line.values
    order = sorted((values[p] or 0, p) for p in results if values[p])
    keys = [value for value, _ in order]
    slack = max((line.halves[p] for p in results if values[p]), default=0)
    if not order:
        return
    least, most = keys[0], keys[-1]
    for whole in filled:
        b = values[whole]
        if not b:
            continue
        for part in filled:
            a = values[part]
            if part == whole or not a or a == b:
                continue
            for operator, top in ((DIVISION, a), (RELATIVE_CHANGE, a - b)):
                scaled = top * scale
                for factor in _FACTORS if operator == DIVISION else _CHANGE_FACTORS:
                    goal = factor * scaled // b
                    give = slack + abs(goal) // 500 + 1
                    if goal + give < least or goal - give > most:
                        continue
                    at = bisect_left(keys, goal - give)
                    while at < len(keys) and keys[at] <= goal + give:
                        result = order[at][1]
                        if result not in (part, whole):
                            yield operator, result, part, whole, factor
                        at += 1


def _rate(lines: Sequence[AxisLine], scale: int, ratio: Ratio) -> Ratio:
    ties, fails = [], []
    score = ratio.score
    seen: set[object] = set()
    for m, (values, halves) in enumerate(lines):
        t, a, b = values[ratio.result], values[ratio.part], values[ratio.whole]
        if t is None or a is None or not b:
            continue
        top = a if ratio.operator == DIVISION else a - b
        off = abs(ratio.factor * top * scale - t * b)
        ha, hb = halves[ratio.part], halves[ratio.whole]
        written = halves[ratio.result] * abs(b)
        inputs = ratio.factor * scale * (ha if ratio.operator == DIVISION else ha + hb) + abs(t) * hb
        if off <= written + inputs:
            ties.append(m)
            # A rate that is the same in all rows is told once; that its multiple is met to the unit, each time.
            met = not off and abs(t) != ratio.factor * scale and abs(b) > _LARGE * scale
            told: object = (t, b) if met else t
            if top and told not in seen and abs(t) != ratio.factor * scale:
                seen.add(told)
                slack = ratio.factor * scale * ha if met else 2 * max(off, written) + inputs
                score += min(_MOST_BITS, max(0.0, log2((abs(t * b) + 1) / (slack + 1)) - 1.0))
        else:
            fails.append(m)
    # Exceptions may be faults; a relation that fails as often as it holds is none.
    if len(fails) >= len(ties):
        return ratio._replace(score=-99.0)
    return ratio._replace(ties=tuple(ties), fails=tuple(fails), score=score - _FAILS * len(fails))


def find_products(lines: Sequence[AxisLine], scale: int) -> list[Ratio]:
    """The products among positions: ``result = part * whole``, or a hundredth of that, where these are no roundings."""
    size = len(lines[0].values) if lines else 0
    filled = [p for p in range(size) if any(line.values[p] for line in lines)]
    if not 3 <= len(filled) <= _MOST_FACTORS:
        return []
    step = max(1, len(lines) // (4 * _LEADS))
    leads = sorted(range(0, len(lines), step), key=lambda m: -sum(1 for v in lines[m].values if v))[:_LEADS]
    counted: Counter[tuple[int, int, int, int]] = Counter()
    for m in leads:
        values, halves = lines[m]
        for part, whole in combinations([p for p in filled if values[p]], 2):
            made = (values[part] or 0) * (values[whole] or 0)
            if scale in (values[part], values[whole]):
                continue
            for under in (1, 100):
                for result in filled:
                    told = values[result]
                    if (
                        told
                        and result not in (part, whole)
                        and abs(told * under * scale - made) <= halves[result] * under * scale
                    ):
                        counted[result, part, whole, under] += 1
    best: dict[int, Ratio] = {}
    for (result, part, whole, under), count in counted.most_common(_MOST_TRIED):
        if count > 1 and result not in best:
            best[result] = Ratio(PRODUCT, result, part, whole, under, (), (), float(count))
    return list(best.values())


_AVERAGE_LEADS = 24
# Between the figures and their mean so many others may stand, such as their sum.
_SKIPPED = 4
_TRIED = 8
_AVERAGE_ENOUGH = 3.0
_AVERAGE_BITS = 14.0


class Average(NamedTuple):
    """``result = mean of parts``, all positions, and the lines where it holds."""

    result: int
    parts: tuple[int, ...]
    ties: tuple[int, ...]
    score: float


def find_averages(lines: Sequence[AxisLine], named: Set[int], measures: Set[int]) -> list[Average]:
    """The averages at the positions ``named``; ``measures`` are positions that are no figures to be averaged."""
    if not named:
        return []
    size = len(lines[0].values) if lines else 0
    active = [p for p in range(size) if p not in measures and any(line.values[p] is not None for line in lines)]
    leads = sorted(lines, key=lambda line: -sum(1 for v in line.values if v is not None))[:_AVERAGE_LEADS]
    found = []
    for result in sorted(named):
        counted = Counter(run for line in leads for run in _runs(line, result, active))
        cost = log2(2 * _SKIPPED * len(active) + 1)
        rated = [_rate_average(lines, result, run, cost) for run, _ in counted.most_common(_TRIED)]
        best = max(rated, key=lambda average: (round(average.score), len(average.parts)), default=None)
        if best is not None and best.score >= _AVERAGE_ENOUGH:
            found.append(best)
    return found


def _runs(line: AxisLine, result: int, active: Sequence[int]) -> Iterator[tuple[int, ...]]:
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


def _rate_average(lines: Sequence[AxisLine], result: int, parts: tuple[int, ...], cost: float) -> Average:
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
            bits += min(_AVERAGE_BITS, max(0.0, log2((abs(mean) * len(given) + 1) / (2 * slack + 1))))
    return Average(result, parts, tuple(ties), bits - cost if fails * 3 <= len(ties) else -cost)
