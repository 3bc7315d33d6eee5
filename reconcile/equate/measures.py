"""How likely a row or a column that does not add up is none of the sum: a rate, a share, a mean among amounts.

Whether a column adds up is a property of that column. Its words, its unit and its figures tell: three and more parts of one sign add
up to more than the largest of them, so that a total among its parts is a mean or a rate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import gcd

from reconcile.core.words import counts_once, is_average, is_measure
from reconcile.equate import evidence
from reconcile.equate.grid import FigureGrid
from reconcile.recognise.columns import AMOUNT, PERCENT

# A rate that a column of amounts is named by: *VAT 25 %*.
_RATED = re.compile(r"\d\s*(?:%|percent|per cent|procent|prosent|pct\.?|prosenttia|prozent)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
# A total this near the mean of its parts (one in so many) is their mean.
_NEAR_MEAN = 5


class Measures:
    """What is known of the lines of a grid along one axis."""

    def __init__(self, grid: FigureGrid, down: bool) -> None:
        self.grid, self.down = grid, down
        figures = grid.figures
        self.single = down and sum(column.role == AMOUNT for column in grid.columns) == 1
        self.base = evidence.ONLY if self.single else evidence.COLUMN if down else evidence.ROW
        if down:
            names = [column.header for column in grid.columns]
            self.measured = [
                column.role == PERCENT or (not self.single and (is_measure(_RATED.sub("", name)) or counts_once(name)))
                for name, column in zip(names, grid.columns, strict=True)
            ]
            self.nameless = [False] * len(names)
            self.shapes = [_YEAR.sub("#", name) for name in names]
            self.units = [_last_place(line.values) for line in grid.down]
            self.plain = [not _has_currency(grid, m) for m in range(len(names))]
        else:
            rows = figures.table.rows
            self.measured = [is_measure(figures.labels[row]) or is_average(" ".join(rows[row])) for row in grid.rows]
            self.nameless = [not figures.labels[row] for row in grid.rows]
            self.plain = [False] * len(grid.rows)

    def left_out(self, m: int, total: int, whole: int, parts: Sequence[int], ties: Sequence[int], named: bool) -> float:
        """Return how likely line ``m`` is none of the sum, given its total, its parts, and the lines that tie."""
        likely: float = self.base / (1 + len(ties)) ** 1.5 * (1.0 if named else evidence.UNNAMED)
        if not whole or self.measured[m]:
            likely = evidence.MEASURE
        if (
            self.down
            and ties
            and all(self.units[m] < self.units[tie] for tie in ties)
            and self.units[m] < self.grid.scale
        ):
            likely = max(likely, evidence.FINER)
        if self.nameless[m]:
            likely = max(likely, evidence.NAMELESS)
        if self._are_years(whole, parts):
            likely = max(likely, evidence.YEARS)
        if whole and sum(parts) == 2 * whole and len(parts) > 2:
            likely = max(likely, evidence.TWICE_COUNTED)
        told = [part for part in parts if part]
        if len(told) > 2 and abs(whole) < min(map(abs, told)) and whole in self._counts(len(parts), len(told)):
            likely = max(likely, evidence.COUNT)
        if len(told) > 1 and (min(told) > 0 or max(told) < 0):
            likely = max(likely, self._by_size(whole, told))
            if (
                named
                and self.down
                and any(self.shapes[m] == self.shapes[tie] for tie in ties)
                and "#" in self.shapes[m]
            ):
                likely *= evidence.ALIKE
            elif self.plain[m] and max(map(abs, told)) < abs(whole) < abs(sum(told)):
                likely = min(1.0, likely * evidence.OVERLAP)
        return likely

    def _counts(self, *numbers: int) -> set[int]:
        """Return how many rows there are, as figures of the grid."""
        return {number * self.grid.scale for number in numbers}

    def _by_size(self, whole: int, told: Sequence[int]) -> float:
        added, largest = abs(sum(told)), max(map(abs, told))
        if whole and (whole > 0) != (told[0] > 0):
            return 0.0
        if abs(whole) > evidence.BEYOND_TIMES * added:
            return evidence.BEYOND
        if len(told) > 2 and min(map(abs, told)) <= abs(whole) <= largest:
            off = abs(abs(whole) * len(told) - added)
            if self.single:
                return evidence.MEAN_ALONE if off * _NEAR_MEAN <= added else evidence.BETWEEN_ALONE
            return evidence.MEAN if off * _NEAR_MEAN <= added else evidence.BETWEEN
        return 0.0

    def _are_years(self, whole: int, parts: Sequence[int]) -> bool:
        scale = self.grid.scale
        return all(value % scale == 0 and _FIRST_YEAR <= value // scale <= _LAST_YEAR for value in (whole, *parts))


class EvenLines(Measures):
    """Lines of which each is as likely to be none of the sum as any other."""

    def __init__(self, count: int, base: float = evidence.ROW) -> None:
        self.measured, self.base, self.down = [False] * count, base, False

    def left_out(self, m: int, total: int, whole: int, parts: Sequence[int], ties: Sequence[int], named: bool) -> float:
        """Return how likely line ``m`` is none of the sum."""
        return self.base / (1 + len(ties))


def _last_place(values: Sequence[int | None]) -> int:
    """Return the largest power of ten that all figures of a line are multiples of."""
    common = gcd(*(value for value in values if value)) if any(values) else 0
    place = 1
    while common and common % (10 * place) == 0:
        place *= 10
    return place


def _has_currency(grid: FigureGrid, m: int) -> bool:
    column = grid.columns[m]
    return column.unit.currency is not None
