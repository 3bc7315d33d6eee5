"""Rows that are numbered (1, 1.1, 1.1.1): which of them stand below which."""

from __future__ import annotations

import re
from typing import NamedTuple

from reconcile.recognise.columns import AMOUNT, is_outline
from reconcile.recognise.tables import RecognisedTable

_CODE = re.compile(r"\s*(\d{1,4}(?:\.\d{1,4})*)\.?(?:\s|$)")


class Outline(NamedTuple):
    """The rows of a numbered table: those of the first level, and by row those right below it."""

    tops: list[int]
    below: dict[int, list[int]]


def read_outline(figures: RecognisedTable) -> Outline:
    """Return how the rows of a table are numbered, in a column of its own or before their names; empty if they are not."""
    amounts = {column.index for column in figures.columns if column.role == AMOUNT}
    for column in figures.columns:
        if column.index in amounts:
            break
        cells = (figures.table.rows[row][column.index] for row in figures.body)
        codes = [match.group(1) if (match := _CODE.match(cell)) else "" for cell in cells]
        if is_outline(codes):
            return _outline({row: _numbers(code) for row, code in zip(figures.body, codes, strict=True) if code})
    return Outline([], {})


def _numbers(code: str) -> tuple[int, ...]:
    return tuple(map(int, code.split(".")))


def _outline(codes: dict[int, tuple[int, ...]]) -> Outline:
    row_of = {code: row for row, code in codes.items()}
    outline = Outline([], {})
    for code, row in row_of.items():
        above = row_of.get(code[:-1])
        if above is not None:
            outline.below.setdefault(above, []).append(row)
        elif len(code) == 1:
            outline.tops.append(row)
    return outline
