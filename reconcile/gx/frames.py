"""The exact amounts in anybody's frame."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from numbers import Integral
from typing import Any

import pandas as pd

from reconcile.core.amounts import Amount, Unit, is_nil, is_withheld, read_amount
from reconcile.core.location import GridPlace, Location
from reconcile.equate.equation import Term
from reconcile.report.as_json import money

LABEL_COLUMN = "label"


class InexactError(ValueError):
    """A cell that holds no exact amount."""


def amount_terms(frame: pd.DataFrame, column: str, rows: Sequence[int] | None = None) -> list[Term | None]:
    """The amounts of a column (of ``rows``, counted from 0) as terms of an equation, None where a cell prints nothing.

    Cells are whole numbers, Decimals, or text as printed. Raises InexactError for anything else, KeyError for a column
    that is not there.
    """
    cells = list(frame[column])
    labels = list(frame[LABEL_COLUMN]) if LABEL_COLUMN in frame.columns else [""] * len(cells)
    chosen = range(len(cells)) if rows is None else rows
    return [_term(row, column, cells[row], str(labels[row])) for row in chosen]


def withheld_rows(frame: pd.DataFrame, column: str) -> set[int]:
    """The rows that print a sign for a figure that is not told (``..``): no sum over them can be broken."""
    return {row for row, cell in enumerate(frame[column]) if isinstance(cell, str) and is_withheld(cell)}


def _term(row: int, column: str, cell: Any, label: str) -> Term | None:
    amount = _amount(cell, row, column)
    if amount is None:
        return None
    place = Location(f"row {row}", grid=GridPlace(0, row, 0, label, column), text=amount.text)
    return Term(amount, row, place=place, label=label, header=column)


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
