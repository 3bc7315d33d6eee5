"""The judge of shares, rates, changes and products: whether one is meant, and whether a line in which it fails is a fault.

It weighs as the judge of sums does. A line that ties is worth how unlikely that is by chance, and one that fails is worth how well one slip
in one of its three figures explains it, or how likely the line is none of the relation. All is worked out in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log
from typing import NamedTuple

from reconcile.core.typos import share_of_slips
from reconcile.equate import evidence
from reconcile.equate.equation import DIVISION, PRODUCT, RELATIVE_CHANGE
from reconcile.equate.judge import probability

# The most that one line is worth, in bits.
_MOST_BITS = 12.0
# How often a figure was worked out otherwise that is one unit in the last place off, before it is known how many are not.
_CUT_OFF = 0.3
# How often a total that is the sum or the mean of the rows, a row without a name, and a figure of nought are told otherwise than the rows.
_TOTAL, _NAMELESS, _NOUGHT, _HUNDREDTHS = 0.9, 0.3, 0.5, 0.5
_YEARS = 1900, 2100
# How often a line is none of a relation that a word names.
NAMED_ROW = 0.002
# One unit in the last place is how figures differ that were worked out from others than are printed: worth a note.
_ONE_OFF = 0.85
# The odds from which the figures are taken for exact that a relation rests on, and what a line costs that is rounded then.
_EXACT, _ROUNDED = log(100), log(200)
# Intervals of more values than these are not gone through value by value.
_FEW = 24
# Longer figures are no money.
_MOST_DIGITS = 20
# Relations that fail in more lines than these are not looked into.
_MOST_FAILS = 200
_ONE_DIGIT = 0.9


class Proportion(NamedTuple):
    """What a figure is of one or two others: ``factor * part / whole``, a change, or ``part * whole * over / under``."""

    operator: str
    factor: int = 1
    over: int = 1
    under: int = 1


class Figures(NamedTuple):
    """A line: the result, its part and its whole, with half of the last place of each; ``odd`` is how often such a line is none."""

    result: int
    part: int
    whole: int
    halves: tuple[int, int, int]
    odd: float = 0.0


class Judged(NamedTuple):
    """The odds that a relation is meant, the lines that tie, and for each line that fails the probability that it is a fault."""

    odds: float
    ties: tuple[int, ...]
    fails: dict[int, float]
    exact: bool

    @property
    def probability(self) -> float:
        """How likely it is that the relation is meant to hold."""
        return probability(self.odds)


class Residual(NamedTuple):
    """How far a line is off, what its result may be off by, and what the other figures may add, all times ``norm``."""

    off: int
    own: int
    inputs: int
    norm: int


def measure(relation: Proportion, scale: int, line: Figures) -> Residual:
    """Return how far a line is off; ``scale`` is what one is written as."""
    t, a, b, (ht, ha, hb), _ = line
    f = relation.factor
    if relation.operator == DIVISION:
        return Residual(t * b - f * a * scale, ht * abs(b), f * scale * ha + abs(t) * hb, abs(b))
    if relation.operator == RELATIVE_CHANGE:
        return Residual(t * b - f * (a - b) * scale, ht * abs(b), f * scale * ha + abs(t + f * scale) * hb, abs(b))
    over, under = relation.over, relation.under * scale
    return Residual(t * under - over * a * b, ht * under, over * (ha * abs(b) + hb * abs(a)), under)


def weigh_proportion(
    relation: Proportion,
    scale: int,
    lines: Sequence[Figures],
    prior: float,
    must_be_exact: bool = False,
    base: float = evidence.ROW,
) -> Judged:
    """Weigh the hypothesis that each line is the relation; ``prior`` are the odds before any line is looked at."""
    gaps = [measure(relation, scale, line) for line in lines]
    exact = must_be_exact or _is_exact(gaps)
    ties, failing, odds = list[int](), list[int](), prior
    seen: set[object] = set()
    for m, (line, gap) in enumerate(zip(lines, gaps, strict=True)):
        slack = gap.own + (0 if exact else gap.inputs)
        if abs(gap.off) > slack:
            failing.append(m)
            continue
        ties.append(m)
        # A rate that is the same in all rows is told once; that its multiple is met to the unit, each time.
        told: object = line.result if gap.inputs > gap.own and not exact else (line.result, line.part, line.whole)
        if told not in seen and not _is_plain(relation, line, scale):
            seen.add(told)
            # That a part is nearly the whole is no news; how far from it is.
            news = (
                abs(line.result)
                if relation.operator == PRODUCT
                else min(abs(line.result), abs(line.result - relation.factor * scale))
            )
            size = news * gap.norm
            spread = max(2 * abs(gap.off), gap.own, 1) + (0 if exact else gap.inputs)
            odds += log(2) * min(_MOST_BITS, max(0.0, log((size + 1) / (spread + 1), 2) - 1.0))
    if len(failing) > min(_MOST_FAILS, len(ties)):
        return Judged(-99.0, (), {}, exact)
    share = len(failing) / (len(failing) + len(ties)) if failing else 0.0
    many = share if len(failing) > evidence.FEW_FAIL and share > evidence.FAILING else 0.0
    fails: dict[int, float] = {}
    for m in failing:
        wrong = evidence.SLIP * _slip(relation, scale, lines[m], gaps[m], exact)
        left_out = _left_out(relation, scale, lines[m], gaps[m], exact, len(ties), base)
        odds += min(0.0, log(wrong + left_out))
        fails[m] = wrong / (wrong + max(left_out, many))
        if abs(gaps[m].off) - gaps[m].own - (0 if exact else gaps[m].inputs) <= 2 * gaps[m].own:
            fails[m] = min(fails[m], _ONE_OFF)
    chance = probability(odds)
    return Judged(odds, tuple(ties), {m: chance * fault for m, fault in fails.items()}, exact)


def _is_plain(relation: Proportion, line: Figures, scale: int) -> bool:
    """Whether a line ties whatever is meant: a part that is nothing, or all of the whole."""
    if not line.part or not line.result:
        return True
    if relation.operator == PRODUCT:
        return line.part == scale or (line.whole == scale and line.halves[2] > 0)
    return abs(line.result) == relation.factor * scale


def _is_exact(gaps: Sequence[Residual]) -> bool:
    """Whether the figures that the results rest on are no roundings: then all results are right to half of their last place."""
    odds = 0.0
    for gap in gaps:
        if abs(gap.off) <= gap.own:
            odds += log(1 + gap.inputs / max(1, gap.own))
        elif abs(gap.off) <= gap.own + gap.inputs:
            odds -= _ROUNDED
    return odds >= _EXACT


def _left_out(
    relation: Proportion, scale: int, line: Figures, gap: Residual, exact: bool, ties: int, base: float
) -> float:
    t, a, b = line[:3]
    slack = gap.own + (0 if exact else gap.inputs)
    likely = base / (1 + ties) + line.odd
    if not line.result:
        likely += _NOUGHT
    if abs(gap.off) - slack <= 2 * gap.own:
        likely += _CUT_OFF * float(0.5 ** min(ties, 60))
    # Changes from what is below nought have no sign that all agree on.
    if relation.operator == RELATIVE_CHANGE and b < 0:
        likely += _CUT_OFF
    # A figure cut to a whole one, one told in hundredths beside others that are not, and the years of a header.
    if t % scale == 0 and 2 * line.halves[0] < scale and abs(gap.off) < scale * gap.norm:
        likely += _CUT_OFF
    meant = t * gap.norm - gap.off * (1 if relation.operator == PRODUCT or b > 0 else -1)
    if any(abs(t * up * gap.norm - meant * down) <= slack * max(up, down) for up, down in ((100, 1), (1, 100))):
        likely += _HUNDREDTHS
    if all(value % scale == 0 and _YEARS[0] <= value // scale <= _YEARS[1] for value in (a, t if t == a else b)):
        likely += evidence.YEARS
    return min(likely, 1.0)


def _slip(relation: Proportion, scale: int, line: Figures, gap: Residual, exact: bool) -> float:
    """Return how likely the gap is if a figure is wrong, over how likely it is if none of it is meant."""
    slack = gap.own + (0 if exact else gap.inputs)
    unit = 2 * line.halves[0] or 1
    size = abs(line.result) + abs(gap.off) // gap.norm + unit
    width = 2 * slack // gap.norm + unit
    off = max(1, abs(gap.off) // gap.norm)
    share = (
        sum(
            _share(meant, printed, half, scale)
            for meant, printed, half in _wanted(relation, scale, line, slack, gap.norm)
        )
        / 3
    )
    slip = evidence.EXPLAINED * share * size / width
    return slip + evidence.UNEXPLAINED * size / (off * (1 + log(1 + size / unit))) + evidence.ANYTHING


def _wanted(
    relation: Proportion, scale: int, line: Figures, slack: int, norm: int
) -> Iterator[tuple[tuple[int, int], int, int]]:
    """Yield between which values each figure would have to lie for the line to tie, the figure, and half of its last place."""
    t, a, b, (ht, ha, hb), _ = line
    off = measure(relation, scale, line).off * (1 if relation.operator == PRODUCT or b > 0 else -1)
    yield ((t * norm - off - slack) // norm, -((-t * norm + off - slack) // norm)), t, ht
    ends = [t - ht, t + ht]
    f = relation.factor
    if relation.operator == DIVISION:
        yield _ends([_over(end * b, f * scale) for end in ends]), a, ha
        yield _ends([_over(f * scale * a, end) for end in ends]), b, hb
    elif relation.operator == RELATIVE_CHANGE:
        yield _ends([b + _over(end * b, f * scale) for end in ends]), a, ha
        yield _ends([_over(f * scale * a, end + f * scale) for end in ends]), b, hb
    else:
        yield _ends([_over(end * relation.under * scale, relation.over * b) for end in ends]), a, ha
        if hb:
            yield _ends([_over(end * relation.under * scale, relation.over * a) for end in ends]), b, hb


def _over(top: int, bottom: int) -> int:
    return top // bottom if bottom else 0


def _ends(ends: Sequence[int]) -> tuple[int, int]:
    return min(ends), max(ends) + 1


def _share(meant: tuple[int, int], printed: int, half: int, scale: int) -> float:
    """Return the share of all slips that make the printed figure of one between two ends."""
    unit = 2 * half or 1
    low, high, now = -(-meant[0] // unit), meant[1] // unit, printed // unit
    places = len(str(scale // unit)) - 1 if unit < scale else 0
    if high - low <= _FEW:
        return sum(share_of_slips(value, now, places) for value in range(low, high + 1))
    digits = str(abs(now)).zfill(places + 1)
    if len(digits) > _MOST_DIGITS or now < 0:
        return 0.0
    return sum(low <= value <= high for value in _one_digit_away(digits)) * _ONE_DIGIT / (20 * len(digits) + 10)


def _one_digit_away(digits: str) -> Iterator[int]:
    for place in range(len(digits)):
        before, after = digits[:place], digits[place + 1 :]
        yield int(before + after or "0")
        for digit in "0123456789":
            if digit != digits[place]:
                yield int(before + digit + after)
            yield int(before + digit + digits[place:])
        if after and after[0] != digits[place]:
            yield int(before + after[0] + digits[place] + after[1:])
    for digit in "0123456789":
        yield int(digits + digit)


def oddness(is_total: bool, is_nameless: bool) -> float:
    """Return how often a line is none of a relation, by which row it is. ``is_total`` says that a total is told otherwise."""
    return max(_TOTAL if is_total else 0.0, _NAMELESS if is_nameless else 0.0)
