"""The terms that the cells of a table give to equations, and the holes where a figure is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from reconcile.core.amounts import Amount, is_withheld, read_nil
from reconcile.core.messages import Message, say, say_many
from reconcile.equate.equation import Term, Terms, terms_to_look_at
from reconcile.recognise.columns import Column
from reconcile.recognise.series import NumberColumn
from reconcile.recognise.tables import RecognisedTable


def is_payment(amount: Amount) -> bool:
    """Whether an amount is written to the last unit of a stated currency, so that it is not a rounding of anything."""
    whole = amount.unit.currency is not None and amount.unit.exponent == 0 and amount.decimals in (0, 2)
    return whole and not amount.approximate


def is_exact(total: Term, terms: Sequence[Term]) -> bool:
    """Whether a total and all of its terms that print a figure are payments."""
    return is_payment(total.amount) and all(
        is_payment(term.amount) for term in terms_to_look_at(terms) if not term.is_nil
    )


def term_at(figures: RecognisedTable, row: int, column: Column) -> Term | None:
    """The term that a cell gives, or None where it holds no amount."""
    amounts = figures.cells.get(column.index)
    amount = None if amounts is None else amounts[row]
    return None if amount is None else _term(figures, row, column, amount)


def part_at(figures: RecognisedTable, row: int, column: Column) -> Term:
    """The term that a cell gives as a part of a sum: one without a figure is nil, and told as such."""
    found = term_at(figures, row, column)
    return found or _term(figures, row, column, read_nil(figures.table.rows[row][column.index]))


def terms_down(figures: RecognisedTable, rows: Sequence[int], column: Column) -> Sequence[Term]:
    """The terms that the cells of some rows of a column give, as far as they hold amounts."""
    amounts = figures.cells[column.index]
    if not isinstance(amounts, NumberColumn):
        return tuple(term for row in rows if (term := term_at(figures, row, column)) is not None)
    numbers, odd = amounts.numbers, amounts.odd
    held = [row for row in rows if numbers[row] is not None or row in odd]
    return Terms(amounts, held, partial(_held_term, figures, column))


def parts_down(figures: RecognisedTable, rows: Sequence[int], column: Column) -> Sequence[Term]:
    """The parts of a sum that the cells of some rows of a column give, those without a figure among them."""
    amounts = figures.cells[column.index]
    if not isinstance(amounts, NumberColumn):
        return tuple(part_at(figures, row, column) for row in rows)
    return Terms(amounts, rows, partial(_part_in_row, figures, column))


def count_figures(terms: Sequence[Term]) -> int:
    """How many terms print a figure."""
    if isinstance(terms, Terms):
        return terms.regular + len(terms.odd)
    return sum(1 for term in terms if not term.is_nil)


def label_down(figures: RecognisedTable, total: Term, column: Column, count: int) -> Message:
    """What a sum of ``count`` rows down a column is called: by its total, and by the column where the table has several."""
    name = total.label or say("row {row}", row=total.row + 1)
    label = say_many(count, "{name}: {count} row", "{name}: {count} rows", name=name)
    if len(figures.cells) > 1 and column.header:
        return say("{label}, column {column}", label=label, column=column.header)
    return label


def _held_term(figures: RecognisedTable, column: Column, row: int) -> Term:
    """Return the term of a cell that is known to hold an amount. A module's function, so that processes can exchange it."""
    amount = figures.cells[column.index][row]
    assert amount is not None
    return _term(figures, row, column, amount)


def _part_in_row(figures: RecognisedTable, column: Column, row: int) -> Term:
    return part_at(figures, row, column)


def _term(figures: RecognisedTable, row: int, column: Column, amount: Amount) -> Term:
    return Term(amount, row, column.index, figures.table, None, figures.labels[row], column.header)


def reach(figures: RecognisedTable, parts: Sequence[int], col: int) -> range:
    """The rows that parts stand among, with those right above and below whose figure is missing.

    A row of words in every column, such as a header in the middle of a table, misses none.
    """
    grid = figures.table.rows

    def misses(row: int) -> bool:
        words = len(figures.cells) > 1 and all(grid[row][c].strip().replace(" ", "").isalpha() for c in figures.cells)
        return has_hole(figures, (row,), col) and not words

    first, last = min(parts), max(parts)
    while first > figures.header_rows and misses(first - 1):
        first -= 1
    while last + 1 < len(figures.table.rows) and misses(last + 1):
        last += 1
    return range(first, last + 1)


def has_hole(figures: RecognisedTable, rows: Iterable[int], col: int) -> bool:
    """Whether a figure among these rows is withheld or could not be read, so that a sum over them cannot be verified."""
    amounts = figures.cells.get(col, ())
    # A cell that holds a plain amount is neither.
    numbers = amounts.numbers if isinstance(amounts, NumberColumn) else None
    return any(
        (row, col) in figures.unread or is_withheld(figures.table.rows[row][col])
        for row in rows
        if numbers is None or numbers[row] is None
    )
