"""Sibling tables: two documents that give amounts to the same entities, and in what proportion they do.

Where two decisions pay the same receivers by much the same key, the ratio of the two amounts lies in a narrow range, and a
figure that is far out of it is a figure to look at, even if every sum holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from statistics import median
from typing import NamedTuple

from reconcile.amounts import size_of
from reconcile.casefile import Case
from reconcile.equations import Key, Term
from reconcile.recognition import Column, Figures
from reconcile.terms import term_at

# So many entities must be in both, and most of either; of longer tables no siblings are looked for.
_FEWEST, _MOST, _SHARE = 8, 400, 0.8
# Median absolute deviations to a standard deviation of a normal distribution, and the least spread of ratios (in powers of ten).
_TO_DEVIATION, _LEAST_SPREAD = 1.4826, 0.05
# Ratios of other kinds of things have no range: all but the odd ones must lie within one power of ten.
_WIDEST = 1.0


class Twin(NamedTuple):
    """One entity's amounts in two documents, and how many times the first the second is, as a power of ten."""

    first: Term
    second: Term
    ratio: float


class Siblings(NamedTuple):
    """Two tables of the same entities: the amounts of each, and the middle and the spread of the powers of ten between them."""

    twins: tuple[Twin, ...]
    middle: float
    spread: float

    def is_odd(self, ratio: float) -> bool:
        """Whether a ratio lies far out of the range of all."""
        return abs(ratio - self.middle) > 4 * self.spread

    def range_of_others(self, *odd: Twin) -> tuple[float, float]:
        """The least and the greatest ratio (powers of ten) of the entities but some."""
        others = [twin.ratio for twin in self.twins if twin not in odd]
        return min(others), max(others)

    def would_exchange(self, one: Twin, other: Twin) -> bool:
        """Whether two entities, one too high and one too low, would be in line with their second amounts exchanged."""
        low, high = self.range_of_others(one, other)
        crossed = (power_between(one.first, other.second), power_between(other.first, one.second))
        apart = min(one.ratio, other.ratio) < low and max(one.ratio, other.ratio) > high
        return apart and all(low - self.spread <= ratio <= high + self.spread for ratio in crossed)


def find_siblings(case: Case) -> Iterator[Siblings]:
    """Every two tables of different documents, each with one column of amounts, that list the same entities."""
    tables = [
        (figures, _entities(case, figures, figures.amount_columns[0]))
        for _, figures in case.figures()
        if len(figures.amount_columns) == 1 and _FEWEST <= len(figures.leaves) <= _MOST
    ]
    for (one, mine), (other, theirs) in combinations(tables, 2):
        shared = mine.keys() & theirs.keys()
        if one.table.path == other.table.path or len(shared) < max(_FEWEST, _SHARE * max(len(mine), len(theirs))):
            continue
        twins = [
            Twin(mine[name], theirs[name], power_between(mine[name], theirs[name])) for name in mine if name in shared
        ]
        middle = median(twin.ratio for twin in twins)
        spread = max(_LEAST_SPREAD, _TO_DEVIATION * median(abs(twin.ratio - middle) for twin in twins))
        siblings = Siblings(tuple(twins), middle, spread)
        ordinary = [twin.ratio for twin in twins if not siblings.is_odd(twin.ratio)]
        if len(twins) - len(ordinary) <= max(2, len(twins) // 10) and max(ordinary) - min(ordinary) <= _WIDEST:
            yield siblings


def _entities(case: Case, figures: Figures, column: Column) -> dict[str, Term]:
    """The amounts above nought of a table's rows by the names of what they stand for; names that stand twice are left out."""
    names = case.names.get((figures.table.path, figures.table.index))
    found: dict[str, Term] = {}
    twice: set[str] = set()
    for row in figures.leaves:
        term = term_at(figures, row, column)
        if term is None or term.amount.value <= 0 or not term.label:
            continue
        match = names.matches.get(row) if names is not None else None
        name = match.entry.name if match is not None else term.label.casefold()
        if name in found:
            twice.add(name)
        found[name] = term
    return {name: term for name, term in found.items() if name not in twice}


def power_between(first: Term, second: Term) -> float:
    """How many times the first the second is, as a power of ten."""
    return size_of(second.value()) - size_of(first.value())


def expect_sizes(case: Case) -> Mapping[Key, tuple[float, float]]:
    """What size each figure should have by its sibling: the middle and the spread, as powers of ten."""
    expected: dict[Key, tuple[float, float]] = {}
    for siblings in find_siblings(case):
        for first, second, _ in siblings.twins:
            expected[first.key] = (size_of(second.value()) - siblings.middle, siblings.spread)
            expected[second.key] = (size_of(first.value()) + siblings.middle, siblings.spread)
    return expected
