"""The figures of a table as whole numbers of one unit, so that sums over them are exact and fast."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.core.amounts import Amount
from reconcile.core.decimals import multiply, rescale
from reconcile.equate.lines import AxisLine
from reconcile.recognise.columns import Column
from reconcile.recognise.series import NumberColumn
from reconcile.recognise.tables import RecognisedTable

# Longer figures are no money.
_MOST_DIGITS = 4_000


class FigureGrid:
    """The figures of a table as whole numbers of one unit: half of its finest, so that halves are whole, too."""

    def __init__(self, figures: RecognisedTable) -> None:
        self.figures = figures
        self.rows: Sequence[int]
        # Rows that carry a sum over a page's end are no figures of their own.
        self.rows = [row for row in figures.body if row not in figures.carried] if figures.carried else figures.body
        self.columns = [column for column in figures.columns if column.index in figures.cells]
        places = [_places(figures.cells[column.index]) for column in self.columns]
        self.decimals = max(0, *places)
        # What one is written as.
        self.scale = 2 * 10**self.decimals
        self.down = [self._line_down(column) for column in self.columns]

    def _line_down(self, column: Column) -> AxisLine:
        amounts = self.figures.cells[column.index]
        if not isinstance(amounts, NumberColumn):
            return _line([amounts[row] for row in self.rows], self.decimals)
        factor = 2 * 10 ** (self.decimals - amounts.places + amounts.unit.exponent)
        values = [None if number is None else number * factor for number in amounts.numbers]
        halves = [factor // 2] * len(values)
        for row, amount in amounts.odd.items():
            values[row], halves[row] = _whole(amount, self.decimals)
        return AxisLine([values[row] for row in self.rows], [halves[row] for row in self.rows])

    def lines_across(self, columns: Sequence[int], rows: Sequence[int]) -> list[AxisLine]:
        """A line for each of ``rows`` (counted in the body), with the figures of ``columns`` (indices into ours)."""
        values = [self.down[c].values for c in columns]
        halves = [self.down[c].halves for c in columns]
        return [AxisLine([v[row] for v in values], [h[row] for h in halves]) for row in rows]


def _places(amounts: Sequence[Amount | None]) -> int:
    if isinstance(amounts, NumberColumn):
        odd = max(
            (amount.decimals - amount.unit.exponent for amount in amounts.odd.values() if _is_told(amount)), default=0
        )
        return max(odd, amounts.places - amounts.unit.exponent)
    told = (amount for amount in amounts if amount is not None and _is_told(amount))
    return max((amount.decimals - amount.unit.exponent for amount in told), default=0)


def _is_told(amount: Amount) -> bool:
    """Whether an amount has no more digits than any money has; thousands of digits take their square of time."""
    return amount.value.adjusted() < _MOST_DIGITS and amount.decimals - amount.unit.exponent < _MOST_DIGITS


def _whole(amount: Amount, decimals: int) -> tuple[int | None, int]:
    if not _is_told(amount):
        return None, 0
    value = int(rescale(amount.value, decimals)) * 2
    return value, int(multiply(rescale(amount.high, decimals), 2)) - value


def _line(amounts: Sequence[Amount | None], decimals: int) -> AxisLine:
    whole = [(None, 0) if amount is None else _whole(amount, decimals) for amount in amounts]
    return AxisLine([value for value, _ in whole], [half for _, half in whole])
