"""Frames: tables as pandas frames of exact amounts, and the amounts in anybody's frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from numbers import Integral
from typing import Any

import pandas as pd

from reconcile.core.amounts import Amount, Unit, is_nil, is_withheld, read_amount
from reconcile.core.decimals import EXACT, HALF, add, subtract
from reconcile.core.location import GridPlace, Location
from reconcile.equate.equation import Key, Term
from reconcile.recognise.tables import RecognisedTable
from reconcile.report.as_json import money

LABEL_COLUMN = "label"
# Beside a column of amounts stand columns that say how each is printed, where, what its digits stand for at least and at
# most, what is wrong with its writing and what is stuck to it.
PRINTED, PLACE, LOW, HIGH, FAULT, GLUED_MARK = "printed", "place", "low", "high", "fault", "glued"

_BESIDE = (PRINTED, PLACE, LOW, HIGH, FAULT, GLUED_MARK)


class InexactError(ValueError):
    """A cell that holds no exact amount."""


def beside(column: str, what: str) -> str:
    """The name of the column beside ``column`` that says ``what`` of its amounts."""
    return f"{column}: {what}"


def term_columns(terms: Sequence[Term | None], column: str, repaired: Mapping[Key, Decimal]) -> dict[str, list[object]]:
    """One column of amounts with those beside it. ``repaired`` says how amounts badly written are to be read."""
    return {
        column: [None if term is None else repaired.get(term.key, term.amount.value) for term in terms],
        beside(column, PRINTED): [None if term is None else term.amount.text for term in terms],
        beside(column, PLACE): ["" if term is None else str(term.location) for term in terms],
        beside(column, LOW): [None if term is None else term.amount.low for term in terms],
        beside(column, HIGH): [None if term is None else term.amount.high for term in terms],
        beside(column, FAULT): [None if term is None else term.amount.fault for term in terms],
        beside(column, GLUED_MARK): [None if term is None else term.amount.glued or None for term in terms],
    }


def amount_names(figures: RecognisedTable) -> dict[int, str]:
    """A name for each column of amounts, by its index: its header, numbered where headers are empty or recur."""
    names: dict[int, str] = {}
    taken = {LABEL_COLUMN, beside(LABEL_COLUMN, PLACE)}
    for column in figures.amount_columns:
        header = " ".join(column.header.split()) or f"column {column.index}"
        name = header
        while not taken.isdisjoint(mine := {name, *(beside(name, what) for what in _BESIDE)}):
            name = f"{name} ({column.index})"
        taken |= mine
        names[column.index] = name
    return names


def exact_frame(columns: Mapping[str, Iterable[object]]) -> pd.DataFrame:
    """A frame whose cells are the very objects given: pandas would make floats of numbers that have gaps."""
    return pd.DataFrame({name: list(cells) for name, cells in columns.items()}, dtype=object)


def amount_terms(frame: pd.DataFrame, column: str, rows: Sequence[int] | None = None) -> list[Term | None]:
    """The amounts of a column (of ``rows``, counted from 0) as terms of an equation, None where a cell prints nothing.

    Cells are whole numbers, Decimals, or text as printed. Raises InexactError for anything else, KeyError for a column
    that is not there.
    """
    cells = list(frame[column])
    extra = {what: list(frame[name]) for what in (PRINTED, PLACE, LOW, HIGH, FAULT)
             if (name := beside(column, what)) in frame.columns}  # fmt: skip
    labels = list(frame[LABEL_COLUMN]) if LABEL_COLUMN in frame.columns else [""] * len(cells)
    chosen = range(len(cells)) if rows is None else rows
    return [_term(row, column, cells[row], str(labels[row]), {k: v[row] for k, v in extra.items()}) for row in chosen]


def withheld_rows(frame: pd.DataFrame, column: str) -> set[int]:
    """The rows that print a sign for a figure that is not told (``..``): no sum over them can be broken."""
    return {row for row, cell in enumerate(frame[column]) if isinstance(cell, str) and is_withheld(cell)}


def _term(row: int, column: str, cell: Any, label: str, extra: Mapping[str, Any]) -> Term | None:
    amount = _amount(cell, row, column)
    if amount is None:
        return None
    if is_exact_number(extra.get(LOW)) and is_exact_number(extra.get(HIGH)):
        low, high = interval(amount.value, Decimal(extra[LOW]), Decimal(extra[HIGH]))
        amount = amount._replace(low=low, high=high)
    if extra.get(PRINTED):
        amount = amount._replace(text=str(extra[PRINTED]), fault=extra.get(FAULT) or None)
    place = Location(str(extra.get(PLACE) or f"row {row}"), grid=GridPlace(0, row, 0, label, column), text=amount.text)
    return Term(amount, row, place=place, label=label, header=column)


def interval(value: Decimal, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """What a figure stands for at least and at most; one read otherwise than printed, for as wide an interval as printed."""
    if low <= value <= high:
        return low, high
    half = EXACT.multiply(subtract(high, low), HALF)
    return subtract(value, half), add([value, half])


def is_exact_number(cell: object) -> bool:
    """Whether a cell holds a number without rounding."""
    return isinstance(cell, Decimal | Integral) and not isinstance(cell, bool)


def printed_cell(cell: Any) -> str:
    """A cell as it would be printed. Raises InexactError for a number that may be rounded."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, str):
        return cell
    if not is_exact_number(cell):
        raise InexactError(f"{cell!r} is a {type(cell).__name__}, which may be rounded")
    return money(cell if isinstance(cell, Decimal) else Decimal(int(cell)))


def _amount(cell: Any, row: int, column: str) -> Amount | None:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, Decimal) and not cell.is_finite():
        return None
    if isinstance(cell, str):
        if is_nil(cell):
            return None
        amount = read_amount(cell.strip())
        if amount is None:
            raise InexactError(f"row {row}, {column}: {cell!r} is not an amount")
        return amount
    if not is_exact_number(cell):
        raise InexactError(
            f"row {row}, {column}: {cell!r} is a {type(cell).__name__}, which may be rounded; "
            "give text as printed, whole numbers (Int64) or Decimal"
        )
    value = cell if isinstance(cell, Decimal) else Decimal(int(cell))
    text = money(value)
    amount = read_amount(text, ".", Unit())
    return Amount(text, 0, len(text), value, value, value) if amount is None else amount._replace(value=value)
