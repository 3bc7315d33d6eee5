"""The amounts whose writing is at fault, which repair starts from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconcile.core.amounts import Notation
from reconcile.equate.equation import STATED_TOTAL, Equation, Term
from reconcile.equate.terms import term_at
from reconcile.recognise.columns import AMOUNT
from reconcile.recognise.series import NumberColumn
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable


def find_suspects(
    readings: Sequence[RecognisedDocument], equations: Sequence[Equation]
) -> Iterator[tuple[Notation, Term]]:
    """Every amount whose writing is at fault, with the notation of its column; then stated totals, with that below them."""
    tables = [figures for reading in readings for figures in reading.tables]
    for figures in tables:
        notations = {col: notation_in(figures, col) for col in {col for _, col in figures.suspects}}
        for row, col in figures.suspects:
            term = term_at(figures, row, figures.columns[col])
            if term is not None and figures.columns[col].role == AMOUNT:
                yield notations[col], term
    below = {id(figures.table): figures for figures in tables}
    for equation in equations:
        if equation.kind == STATED_TOTAL and equation.total.amount.fault:
            first = equation.terms[0]
            yield notation_in(below[id(first.table)], first.col), equation.total


def notation_in(figures: RecognisedTable, col: int) -> Notation:
    """How the amounts of a column are written: the commonest notation among those without fault."""
    counts: dict[Notation, int] = {}
    amounts = figures.cells.get(col, ())
    if (
        isinstance(amounts, NumberColumn)
        and (row := amounts.grouped_row()) is not None
        and (like := amounts[row]) is not None
    ):
        # Its plain amounts are written alike, and nine in ten are plain.
        return like.notation
    for amount in amounts:
        if amount is not None and amount.fault is None and amount.notation.group:
            counts[amount.notation] = counts.get(amount.notation, 0) + 1
    return max(counts, key=lambda notation: counts[notation], default=Notation())
