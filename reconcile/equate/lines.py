"""What a relation between lines of figures is worth: each line in which it ties is a witness, by how unlikely that is by chance.

Figures of the size of ``t`` add up to ``t`` to within ``w`` by chance about ``w / t`` of the time, so a line in which they do is worth
``log2(t / w)`` bits. A line that is nearly a multiple of another one tells only what the difference between them tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log, log2
from typing import NamedTuple

# The most that one line is worth: however large its figures, it may be a copy of something.
MOST_BITS = 14.0
# So many lines that tie are compared with one that ties, to see whether it only repeats them.
MOST_ALIKE = 4
# A line off by less than a fifth is one that breaks the relation, not one of another kind.
NEAR = 5


class AxisLine(NamedTuple):
    """Figures along a line, as whole numbers of one unit for the grid (None where there is none), and half of each one's last place."""

    values: Sequence[int | None]
    halves: Sequence[int]


class Relation(NamedTuple):
    """``total = sum of parts``, all positions: the lines where it ties, those where it comes near, those where it fails.

    ``sections`` is how many other sections of the axis add up to their totals without fault, where that is why it is told;
    ``slip`` says that it fails in few lines, in each by what a slip in one figure explains.
    """

    total: int
    parts: tuple[int, ...]
    ties: tuple[int, ...]
    near: tuple[int, ...]
    fails: tuple[int, ...]
    score: float
    sections: int = 0
    slip: bool = False


def weigh_relation(lines: Sequence[AxisLine], which: Iterable[int], total: int, parts: tuple[int, ...]) -> Relation:
    """The lines in which a relation ties, nearly does or does not, and the bits that those which tie are worth."""
    ties: list[int] = []
    near: list[int] = []
    fails: list[int] = []
    bits = 0.0
    told: list[AxisLine] = []
    for m in which:
        values, halves = lines[m]
        whole = values[total]
        if whole is None:
            continue
        given = [p for p in parts if values[p] is not None]
        if not given and whole:
            continue
        off = abs(whole - sum(values[p] for p in given))  # type: ignore[misc]
        if off <= halves[total] + sum(halves[p] for p in given):
            ties.append(m)
            if whole:
                bits += _bits(lines[m], total, given, off, told)
                if len(told) < MOST_ALIKE:
                    told.append(lines[m])
        else:
            (near if off * NEAR < abs(whole) else fails).append(m)
    if len(near) * 4 > len(ties):
        fails, near = sorted(fails + near), []
    return Relation(total, parts, tuple(ties), tuple(near), tuple(fails), bits)


def weigh_line(line: AxisLine, total: int, given: Sequence[int], off: int, told: Sequence[AxisLine]) -> float:
    """Return what a line in which a relation ties is worth, as a natural logarithm, after those that were ``told`` before."""
    return _bits(line, total, given, off, told) * log(2)


def _bits(line: AxisLine, total: int, given: Sequence[int], off: int, told: Sequence[AxisLine]) -> float:
    """What a line in which a relation ties is worth, after those that were told before."""
    values = line.values
    unit = 2 * line.halves[total] or 1
    size = abs(values[total] or 0)
    lead = max(given, key=lambda p: abs(values[p] or 0))
    for other in told:
        size = min(size, _apart(values, other.values, given, lead))
    bits = min(MOST_BITS, max(0.0, log2(size + unit) - log2(2 * off + unit) - 1.0))
    # That a total repeats its only figure is common, and proves nothing of a sum.
    alone = sum(1 for p in given if values[p]) < 2
    return min(bits, 1.0) if alone else bits


def _apart(values: Sequence[int | None], other: Sequence[int | None], given: Sequence[int], lead: int) -> int:
    """How far the parts in one line are from those in another, scaled by the largest of them."""
    whole, scale = other[lead] or 0, values[lead] or 0
    if not whole:
        return abs(scale)
    return max(abs((values[p] or 0) * whole - (other[p] or 0) * scale) for p in given) // abs(whole)


def holds_in_a_block(relation: Relation) -> bool:
    """Whether it ties in lines that follow each other, as where a grid holds several tables."""
    if len(relation.ties) < 3:
        return False
    first, last = relation.ties[0], relation.ties[-1]
    within = sum(1 for m in (*relation.near, *relation.fails) if first < m < last)
    return within * 5 <= len(relation.ties)
