"""Sibling tables: two documents that give amounts to the same entities, and in what proportion they do.

Where two decisions pay the same receivers by much the same key, the ratio of the two amounts lies in a narrow range, and a
figure that is far out of it is a figure to look at, even if every sum holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reconcile.core.decimals import size_of
from reconcile.equate.equation import Key, Term
from reconcile.equate.terms import term_at
from reconcile.recognise.columns import Column
from reconcile.recognise.entities import EntityMatches
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable

# So many entities must be in both, and most of either; of longer tables no siblings are looked for.
FEWEST, SHARE, _MOST = 8, 0.8, 400
# Median absolute deviations to a standard deviation of a normal distribution, and the least spread of ratios (in powers of ten).
_TO_DEVIATION, _LEAST_SPREAD = 1.4826, 0.05
# Ratios of other kinds of things have no range: all but the odd ones must lie within one power of ten.
_WIDEST = 1.0


class Twin(NamedTuple):
    """One entity's amounts in two documents, and how many times the first the second is, as a power of ten."""

    first: Term
    second: Term
    ratio: float


class Listed(NamedTuple):
    """A column's document, and its amounts by the entities that get them."""

    path: str
    amounts: Mapping[str, Term]


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


def find_siblings(
    readings: Sequence[RecognisedDocument], names: Mapping[tuple[str, int], EntityMatches]
) -> list[Siblings]:
    """Tables of one column of amounts that list the same entities, each with the last one before it in another document."""
    found: list[Siblings] = []
    latest: dict[str, int] = {}
    tables = list_columns(readings, names, most=1)
    for number, (path, theirs) in enumerate(tables):
        candidates = Counter(latest[name] for name in theirs if name in latest and tables[latest[name]].path != path)
        for other, _ in candidates.most_common(1):
            siblings = _compare(tables[other].amounts, theirs)
            found += [siblings] if siblings is not None else []
        latest |= dict.fromkeys(theirs, number)
    return found


def list_columns(
    readings: Sequence[RecognisedDocument],
    names: Mapping[tuple[str, int], EntityMatches],
    fewest: int = FEWEST,
    most: int | None = None,
) -> list[Listed]:
    """The columns of amounts of tables with at least so many rows, and at most ``most`` such columns; none of one document alone."""
    return [
        Listed(figures.table.path, _entities(names, figures, column))
        for reading in (readings if len(readings) > 1 else ())
        for figures in reading.tables
        if fewest <= len(figures.leaves) <= _MOST and (most is None or len(figures.amount_columns) <= most)
        for column in figures.amount_columns
    ]


def _compare(mine: Mapping[str, Term], theirs: Mapping[str, Term]) -> Siblings | None:
    """Two tables as siblings, or None where they list other entities or their ratios have no range."""
    shared = [name for name in mine if name in theirs]
    if len(shared) < max(FEWEST, SHARE * max(len(mine), len(theirs))):
        return None
    # Not at start-up: few documents have siblings.
    from statistics import median

    twins = tuple(Twin(mine[name], theirs[name], power_between(mine[name], theirs[name])) for name in shared)
    middle = median(twin.ratio for twin in twins)
    spread = max(_LEAST_SPREAD, _TO_DEVIATION * median(abs(twin.ratio - middle) for twin in twins))
    siblings = Siblings(twins, middle, spread)
    ordinary = [twin.ratio for twin in twins if not siblings.is_odd(twin.ratio)]
    few = len(twins) - len(ordinary) <= max(2, len(twins) // 10)
    return siblings if few and max(ordinary) - min(ordinary) <= _WIDEST else None


def _entities(
    names: Mapping[tuple[str, int], EntityMatches], figures: RecognisedTable, column: Column
) -> dict[str, Term]:
    """The amounts above nought of a table's rows by the names of what they stand for; names that stand twice are left out."""
    known = names.get((figures.table.path, figures.table.index))
    found: dict[str, Term] = {}
    twice: set[str] = set()
    for row in figures.leaves:
        term = term_at(figures, row, column)
        if term is None or term.amount.value <= 0 or not term.label:
            continue
        match = known.matches.get(row) if known is not None else None
        name = match.entry.name if match is not None else term.label.casefold()
        if name in found:
            twice.add(name)
        found[name] = term
    return {name: term for name, term in found.items() if name not in twice}


def power_between(first: Term, second: Term) -> float:
    """How many times the first the second is, as a power of ten."""
    return size_of(second.value()) - size_of(first.value())


def expect_sizes(known: Sequence[Siblings]) -> Mapping[Key, tuple[float, float]]:
    """What size each figure should have by its sibling: the middle and the spread, as powers of ten."""
    expected: dict[Key, tuple[float, float]] = {}
    for siblings in known:
        for first, second, _ in siblings.twins:
            expected[first.key] = (size_of(second.value()) - siblings.middle, siblings.spread)
            expected[second.key] = (size_of(first.value()) + siblings.middle, siblings.spread)
    return expected
