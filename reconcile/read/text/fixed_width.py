"""Lines set in columns of characters, as reports are printed: what stands below what, and which lines only head them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from reconcile.core.document import Span
from reconcile.core.languages import SPACES
from reconcile.core.words import is_total_label

LEADER = re.compile(rf"(?:\.{{4,}}|…{{2,}}|(?:[{SPACES}]{{1,3}}\.){{3,}})[{SPACES}.]*")
_YEARS = re.compile(rf"(?:^|(?<=[{SPACES}]))(?:19|20)\d\d(?:[{SPACES}]?\([^()\d]{{1,12}}\))?(?=[{SPACES}]|$)")
_ORDINAL = re.compile(r"\d{1,4}")


class Row(NamedTuple):
    """A line read as a row: the span of its label, and of the figures behind it as one stretch (offsets in the line)."""

    cells: tuple[Span, ...]
    tail: Span | None


def names_years(text: str) -> list[Span]:
    """The years that a line ends with, each with its unit, if it names two columns or more by them."""
    found = [match.span() for match in _YEARS.finditer(text)]
    for place in range(len(found) - 1, 0, -1):
        if text[found[place - 1][1] : found[place][0]].strip():
            found = found[place:]
            break
    years = [int(text[start : start + 4]) for start, _ in found]
    steps = {later - earlier > 0 for earlier, later in pairwise(years)}
    steady = len(found) > 1 and len(set(years)) == len(years) and len(steps) == 1
    return found if steady and not text[found[-1][1] :].strip() else []


def demote(lines: Sequence[tuple[int, str]], rows: Sequence[Row | None]) -> list[Row | None]:
    """Rows without those that only head others: a line of years, or words that end in a number under no column."""
    kept = list(rows)
    first = next((index for index, row in enumerate(rows) if row is not None), 0)
    below = [text for (_, text), row in zip(lines[first + 1 :], rows[first + 1 :], strict=True) if row is not None]
    if below and names_years(lines[first][1]) and sum(1 for text in below if names_years(text)) * 2 < len(below):
        kept[first] = None
    laid = [index for index, row in enumerate(kept) if row is not None and _is_laid(lines[index][1], row)]
    spans = [_figures(kept[index]) for index in laid]
    usual = max(map(len, spans), default=0)
    dotted = all(LEADER.search(lines[index][1]) for index in laid)
    for index, row in enumerate(kept):
        if row is None or "\n" in lines[index][1] or len(laid) < 2 or len(laid) * 2 < len(rows):
            continue
        leads = dotted or index < laid[0] or (index == laid[0] and len(laid) > 2)
        if _heads(lines[index][1], row, usual, leads):
            others = [span for place, found in zip(laid, spans, strict=True) if place != index for span in found]
            start, end = _figures(row)[0]
            if not any(first < end and start < last for first, last in others):
                kept[index] = None
    return kept


def _heads(text: str, row: Row, usual: int, leads: bool) -> bool:
    """Whether a row of one small number may be a heading: it lacks figures that others have, or leads rows that are set apart."""
    figures = _figures(row)
    if len(figures) != 1 or not _ORDINAL.fullmatch(text[slice(*figures[0])]) or LEADER.search(text):
        return False
    return not is_total_label(text[slice(*row.cells[0])]) and (usual > 1 or (leads and not _is_laid(text, row)))


def _figures(row: Row | None) -> list[Span]:
    if row is None:
        return []
    return [*row.cells[1:], *([row.tail] if row.tail else [])]


def _is_laid(text: str, row: Row) -> bool:
    """Whether a row's figures are set apart from its label by a gap or by dots, not by tabs."""
    figures = _figures(row)
    if not figures or "\t" in text or "\n" in text:
        return False
    return figures[0][0] - row.cells[0][1] > 1


def place_by_columns(text: str, row: Row, columns: Sequence[Span]) -> list[Span] | None:
    """The cells of a row with fewer figures than columns, each in the column that it stands in; None where that is in doubt."""
    figures = _figures(row)
    found: dict[int, Span] = {}
    for start, end in figures:
        over = [col for col, (first, last) in enumerate(columns) if start < last and first < end]
        if len(over) != 1 or over[0] in found:
            return None
        found[over[0]] = (start, end)
    if not found or "\t" in text or "\n" in text:
        return None
    return [row.cells[0], *(found.get(col, (len(text), len(text))) for col in range(len(columns)))]


def column_spans(lines: Sequence[tuple[int, str]], rows: Sequence[Row | None], width: int) -> list[Span]:
    """From where to where each column of figures reaches in the rows that have all; nothing where columns overlap."""
    full = [
        row.cells[1:]
        for (_, text), row in zip(lines, rows, strict=True)
        if row is not None and row.tail is None and len(row.cells) == width and not {"\t", "\n"} & set(text)
    ]
    if len(full) < 2:
        return []
    columns = [(min(start for start, _ in column), max(end for _, end in column)) for column in zip(*full, strict=True)]
    return columns if all(left[1] <= right[0] for left, right in pairwise(columns)) else []
