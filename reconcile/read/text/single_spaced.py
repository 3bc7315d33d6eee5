"""Figures that stand a single space apart: how many there are, and where one ends and the next begins.

A line parts into figures in several ways (``partings``). What tells is the number of columns, the rules of grouping, and which
readings make the stated totals tie.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from reconcile.core.languages import OF_WHICH
from reconcile.core.limits import UNTIMED, Clock, each
from reconcile.core.words import is_total_label
from reconcile.read.text.figures import (
    MOST_READINGS,
    PLACES,
    TOKEN,
    Cells,
    FigureRow,
    Parting,
    least_figures,
    read_row,
    stands_alone,
)

_MOST_COLUMNS = 12
_MOST_STATES = 20_000
_MOST_WORK = 200_000
_MOST_SOLUTIONS = 8
_MOST_TOTALS = 30
# The figures of two years differ by less than this many times; readings that differ by its square are none.
_ALIKE = 10


class Division(NamedTuple):
    """How many columns there are, the cells of each row, and for undecided rows (None) what they might be."""

    columns: int
    cells: list[Cells | None]
    readings: dict[int, tuple[Cells, ...]]


def divide(
    rows: Sequence[FigureRow],
    names: int | None,
    sure: bool,
    stated: Sequence[int],
    clock: Clock = UNTIMED,
    alike: bool = False,
) -> Division:
    """Divide the figures of all rows into columns.

    ``names`` is how many columns the header seems to name, and ``sure`` that there are so many; ``stated`` are totals that the text
    around states, in millionths; ``alike`` says that the columns are years of the same thing. A row that could be divided in several ways, which nothing tells apart, is undecided. Raises RefusedError when the time is up.
    """
    if sure and names is not None:
        search = _search(rows, names, stated, _Work(clock))
        readings = [_most_alike(left) for left in search.readings] if alike else search.readings
        return _settle(rows, names, search._replace(readings=readings))
    work = _Work(clock)
    searched = {count: _search(rows, count, stated, work) for count in _possible_counts(rows)}
    most = max((search.ties for search in searched.values()), default=0)
    best = [count for count, search in searched.items() if most and search.ties == most]
    if len(best) > 1 and names in best:
        best = [names]
    if len(best) > 1:
        # Nothing tells how many columns there are, so no row is divided.
        return _undecided(min(best), rows, [searched[count] for count in best])
    count = best[0] if best else _likely_count(rows, searched, names)
    if count is None:
        return _undecided(min(searched), rows, list(searched.values()))
    return _settle(rows, count, searched.get(count) or _search(rows, count, stated, work))


def _likely_count(rows: Sequence[FigureRow], searched: dict[int, _Search], names: int | None) -> int | None:
    """How many columns there are if no total tells: what the rows agree on, or the header; None where that is in doubt."""
    usual = _count_columns(rows)
    search = searched.get(usual)
    near = search is not None and search.near > 0
    amiss = any(is_total_label(row.label) for row in rows) and not near
    odd = sum(1 for row in rows if not _may_be(row, usual))
    if names is not None and names in searched and names != usual:
        if odd > 1 or amiss:
            return names
        if all(len(readings) == 1 for readings in searched[names].readings):
            return None
    if not near and any(search.given_up for search in searched.values()):
        return None
    if odd * 10 <= len(rows) or odd == 1:
        return usual
    fitting = [count for count in searched if all(_may_be(row, count) for row in rows)]
    return fitting[0] if len(fitting) == 1 else None if fitting else usual


def _may_be(row: FigureRow, count: int) -> bool:
    """Whether a row could be so many well-grouped figures."""
    return len(least_figures(row.text, *row.tail)) <= count <= len(TOKEN.findall(row.text, *row.tail))


class _TooMuchWorkError(Exception):
    """A search takes longer than a table is worth."""


class _Work:
    """What a table's search may still cost, counted in sums."""

    def __init__(self, clock: Clock) -> None:
        self.left, self.clock = _MOST_WORK, clock

    def spend(self, sums: int) -> None:
        """Take from what is left. Raises _TooMuchWorkError where nothing is."""
        self.left -= sums
        if self.left < 0:
            raise _TooMuchWorkError


class _Search(NamedTuple):
    """What a number of columns leads to: the readings of each row that totals leave, and how many totals tie.

    ``near`` totals miss by a slip rather than by being read wrongly; for others the search was given up as too long.
    """

    readings: list[list[Parting]]
    ties: int
    near: int
    given_up: bool


def _possible_counts(rows: Sequence[FigureRow]) -> list[int]:
    """The numbers of columns that nearly all rows could have."""
    least = [len(least_figures(row.text, *row.tail)) for row in rows]
    most = [len(TOKEN.findall(row.text, *row.tail)) for row in rows]
    return [
        count
        for count in range(min(least), min(max(most), _MOST_COLUMNS) + 1)
        if sum(low <= count <= high for low, high in zip(least, most, strict=True)) * 5 >= len(rows) * 4
    ]


def _search(rows: Sequence[FigureRow], count: int, stated: Sequence[int], work: _Work) -> _Search:
    """Read all rows as ``count`` figures, and let the totals decide between the readings."""
    readings = [read_row(row, count) for row in each(rows, work.clock)]
    ties, near, given_up = 0, 0, False
    totals = [index for index, row in enumerate(rows) if is_total_label(row.label)][-_MOST_TOTALS:]
    for total in each(totals, work.clock):
        for terms in _term_sets(rows, totals, total):
            tied = _tie(readings, terms, total, count, work)
            if tied:
                ties += 1
                break
            given_up = given_up or tied is None
            near += _is_near(readings, terms, total)
    if not ties:
        leaves = _leaves(rows)
        ties = sum(1 for value in stated if _tie_stated(readings, leaves, value, count, work))
    return _Search(readings, ties, near, given_up)


def _is_near(readings: Sequence[Sequence[Parting]], terms: Sequence[int], total: int) -> bool:
    """Whether rows that read in one way only miss their total by less than half of it."""
    if any(len(readings[index]) != 1 for index in [*terms, total]):
        return False
    sums = [sum(value or 0 for value in column) for column in zip(*(readings[i][0].values for i in terms), strict=True)]
    return all(
        abs((whole or 0) - part) * 2 <= abs(whole or 0)
        for whole, part in zip(readings[total][0].values, sums, strict=True)
    )


def _leaves(rows: Sequence[FigureRow]) -> list[int]:
    return [
        index
        for index, row in enumerate(rows)
        if not is_total_label(row.label) and not row.label.casefold().lstrip("-– ").startswith(OF_WHICH)
    ]


def _term_sets(rows: Sequence[FigureRow], totals: Sequence[int], total: int) -> list[list[int]]:
    """The rows that a total may be the sum of: since the total before, all above, all below, or the totals above."""
    leaves = _leaves(rows)
    before = max((index for index in totals if index < total), default=-1)
    sets = [
        [index for index in leaves if before < index < total],
        [index for index in leaves if index < total],
        [index for index in leaves if index > total],
        [index for index in totals if index < total],
    ]
    return [terms for place, terms in enumerate(sets) if len(terms) > 1 and terms not in sets[:place]]


def _tie(readings: list[list[Parting]], terms: Sequence[int], total: int, count: int, work: _Work) -> bool | None:
    """Keep the readings that make a total tie in all columns, or in all but one; whether there are any.

    None where there are too many to try.
    """
    involved = [*terms, total]
    if any(len(readings[index]) > MOST_READINGS for index in involved):
        return None
    if any(not readings[index] for index in involved):
        return False
    targets = [(place, reading.values) for place, reading in enumerate(readings[total])]
    solutions = _solve_all(readings, terms, targets, work)
    if solutions == [] and count > 1:
        # One column may hold a slip; the others tell where the figures part, if what they add up to proves anything.
        dropped = [(place, _without(values, col)) for place, values in targets for col in range(count)]
        choices = [readings[index] for index in involved]
        solutions = _solve_all(readings, terms, [target for target in dropped if _is_telling(choices, [target])], work)
    return None if solutions is None else _keep(readings, involved, solutions)


def _tie_stated(readings: list[list[Parting]], terms: Sequence[int], value: int, count: int, work: _Work) -> bool:
    """Keep the readings by which one column adds up to a total that the text states; whether there are any."""
    if len(terms) < 2 or any(not 0 < len(readings[index]) <= MOST_READINGS for index in terms):
        return False
    targets = [(0, tuple(value if col == at else None for col in range(count))) for at in range(count)]
    if not _is_telling([readings[index] for index in terms], targets):
        return False
    solutions = _solve_all(readings, terms, targets, work)
    return _keep(readings, terms, None if solutions is None else [picked[:-1] for picked in solutions])


_Target = tuple[int, tuple[int | None, ...]]


def _without(values: tuple[int | None, ...], col: int) -> tuple[int | None, ...]:
    return tuple(None if at == col else value for at, value in enumerate(values))


def _is_telling(readings: Sequence[Sequence[Parting]], targets: Sequence[_Target]) -> bool:
    """Whether a tie in one column proves anything: there are far fewer ways to add up than sums it could be."""
    least = min((abs(value) for _, values in targets for value in values if value is not None), default=0)
    return bool(prod(map(len, readings)) * 20 * 10**PLACES <= least)


def _keep(readings: list[list[Parting]], involved: Sequence[int], solutions: list[tuple[int, ...]] | None) -> bool:
    """Leave each row the readings that occur in solutions; too many of these (None) tell nothing."""
    if not solutions:
        return False
    for place, index in enumerate(involved):
        picked = sorted({solution[place] for solution in solutions})
        readings[index] = [readings[index][pick] for pick in picked]
    return True


def _solve_all(
    readings: Sequence[Sequence[Parting]], terms: Sequence[int], targets: Sequence[_Target], work: _Work
) -> list[tuple[int, ...]] | None:
    """All choices of readings that add up to one of ``targets``, each with the target's place; None if it costs too much."""
    found: dict[tuple[int, ...], None] = {}
    for place, values in targets:
        columns = [col for col, value in enumerate(values) if value is not None]
        vectors = [
            [tuple(reading.values[col] or 0 for col in columns) for reading in readings[index]] for index in terms
        ]
        try:
            solutions = _solve(vectors, tuple(value for value in values if value is not None), work)
        except _TooMuchWorkError:
            return None
        if solutions is None:
            return None
        found |= {(*solution, place): None for solution in solutions}
    return list(found)


_Vector = tuple[int, ...]


def _solve(rows: Sequence[Sequence[_Vector]], target: _Vector, work: _Work) -> list[tuple[int, ...]] | None:
    """The choices of one vector per row that add up to ``target`` exactly.

    Both halves of the rows are added up in all ways, as far as the other half can make up for the rest, and then matched
    (meet in the middle). None where a half has too many sums, or there are too many solutions.
    """
    if not target:
        return None
    middle = len(rows) // 2
    left = _sums(rows[:middle], rows[middle:], target, work)
    right = _sums(rows[middle:], rows[:middle], target, work) if left else left
    if left is None or right is None:
        return None
    solutions: list[tuple[int, ...]] = []
    for vector, ways in left.items():
        rest = tuple(whole - part for whole, part in zip(target, vector, strict=True))
        solutions += [(*way, *other) for way in ways for other in right.get(rest, ())]
        if len(solutions) > _MOST_SOLUTIONS:
            return None
    return solutions


def _sums(
    rows: Sequence[Sequence[_Vector]], others: Sequence[Sequence[_Vector]], target: _Vector, work: _Work
) -> dict[_Vector, list[tuple[int, ...]]] | None:
    """Every sum that one choice per row makes, with the choices; None where there are too many."""
    width = range(len(target))
    # What the rows to come (and the other half) add at least and at most.
    low = [sum((min(v[col] for v in row) for row in [*rows, *others]), 0) for col in width]
    high = [sum((max(v[col] for v in row) for row in [*rows, *others]), 0) for col in width]
    if not all(low[col] <= target[col] <= high[col] for col in width):
        return {}
    states: dict[_Vector, list[tuple[int, ...]]] = {tuple(0 for _ in width): [()]}
    for row in rows:
        for col in width:
            low[col] -= min(v[col] for v in row)
            high[col] -= max(v[col] for v in row)
        reached: dict[_Vector, list[tuple[int, ...]]] = {}
        work.spend(len(states) * len(row))
        for vector, ways in states.items():
            for pick, added in enumerate(row):
                total = tuple(a + b for a, b in zip(vector, added, strict=True))
                if all(total[col] + low[col] <= target[col] <= total[col] + high[col] for col in width):
                    kept = reached.setdefault(total, [])
                    kept += [(*way, pick) for way in ways[: _MOST_SOLUTIONS + 1 - len(kept)]]
        if len(reached) > _MOST_STATES:
            return None
        states = reached
    return states


def _most_alike(readings: list[Parting]) -> list[Parting]:
    """The one reading of a row by which its years are of one size, where they are far apart by all others; else all of them."""
    spreads = [_spread(reading) for reading in readings]
    near = [reading for reading, spread in zip(readings, spreads, strict=True) if spread <= _ALIKE]
    far = sum(spread > _ALIKE**2 for spread in spreads)
    return near if len(near) == 1 and far == len(readings) - 1 else readings


def _spread(reading: Parting) -> float:
    """How many times larger the largest figure of a row is than its smallest."""
    sizes = [abs(value) for value in reading.values if value]
    return max(sizes) / min(sizes) if len(sizes) == len(reading.cells) else float("inf")


def _settle(rows: Sequence[FigureRow], count: int, search: _Search) -> Division:
    """The cells of every row with one reading left; the others are undecided."""
    cells: list[Cells | None] = []
    readings: dict[int, tuple[Cells, ...]] = {}
    for index, row in enumerate(rows):
        left = search.readings[index]
        if len(left) == 1:
            cells.append(left[0].cells)
        elif count == 1:
            cells.append((row.tail,))
        else:
            cells.append(None)
            readings[index] = tuple(reading.cells for reading in left)
    return Division(count, cells, readings)


def _undecided(count: int, rows: Sequence[FigureRow], searches: Sequence[_Search]) -> Division:
    return Division(
        count,
        [None] * len(rows),
        {
            index: tuple(reading.cells for search in searches for reading in search.readings[index])
            for index in range(len(rows))
        },
    )


def _count_columns(rows: Sequence[FigureRow]) -> int:
    """How many columns of figures there are if no total tells.

    A row whose groups can only be figures of their own (``1989 2581 1935``) tells for certain, if it is one of two that
    do, or of years, or the total; the others could be fewer, larger figures. Else the least that most rows read as.
    """
    least = Counter(len(least_figures(row.text, *row.tail)) for row in rows)
    usual = least.most_common(1)[0][0]
    certain: Counter[int] = Counter()
    for row in rows:
        words = TOKEN.findall(row.text, *row.tail)
        if len(words) > 1 and all(stands_alone(word) for word in words[1:]):
            telling = all(len(word) == 4 for word in words) or is_total_label(row.label)
            certain[len(words)] += 2 if telling else 1
    count, weight = certain.most_common(1)[0] if certain else (usual, 0)
    possible = sum(
        1 for row in rows if len(least_figures(row.text, *row.tail)) <= count <= len(TOKEN.findall(row.text, *row.tail))
    )
    return count if weight > 1 and possible * 5 >= len(rows) * 4 else usual
