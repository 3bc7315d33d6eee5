"""Tables written as nested lists: an item for each row, and within it an item for each cell.

    *   *   60
        *   Finance
        *   8 824

Rows may also begin with their label, and hold an item for each figure. What has another shape is a list like any other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from reconcile.core.amounts import is_nil, read_amount
from reconcile.core.document import Span

SourceLine = tuple[int, str]
_ITEM = re.compile(r"([ \t]*)[-*+](?:[ \t]+|$)")
# Two bullets on one line: a row with its first cell.
ROW = re.compile(r"[ \t]*([-*+])[ \t]+[-*+](?:[ \t]|$)")
_TAB = 4
_DEEPER = 4
_FEWEST_LABELLED = 3


class NestedList(NamedTuple):
    """The cells of a list, each as the spans of its lines; the number of the line behind it; whether it is a table."""

    rows: list[list[list[Span]]]
    end: int
    is_table: bool


def read_nested(lines: Sequence[SourceLine], number: int) -> NestedList:
    """Read the list that begins at a line as rows of cells."""
    outer = _indent(lines[number][1])
    rows: list[list[list[Span]]] = []
    labelled: set[int] = set()
    texts: list[str] = []
    nested = end = -1
    fits = True
    for at in range(number, len(lines)):
        offset, line = lines[at]
        if not line.strip():
            continue
        item, indent = _ITEM.match(line), _indent(line)
        if item is None:
            if indent <= outer or not rows or not rows[-1]:
                break
            rows[-1][-1].append(_span(offset, line, 0))
        elif indent == outer:
            inner = _ITEM.match(line, item.end())
            rows.append([])
            if inner is not None:
                nested = _column(line, inner.end(1))
                rows[-1].append([_span(offset, line, inner.end())])
            elif item.end() < len(line):
                labelled.add(len(rows) - 1)
                rows[-1].append([_span(offset, line, item.end())])
        elif indent < outer:
            break
        else:
            nested = indent if nested < 0 else nested
            fits = fits and abs(indent - nested) < _DEEPER and not ROW.match(line)
            rows[-1].append([_span(offset, line, item.end())])
            texts.append(line[item.end() :].strip(" \t*_"))
        end = at + 1
    return NestedList(rows, end, fits and _is_table(rows, texts, labelled))


def _is_table(rows: Sequence[Sequence[object]], texts: Sequence[str], labelled: set[int]) -> bool:
    """Whether most rows have as many cells, two or more, and some hold amounts; all but its label, in a row with one."""
    widths = Counter(map(len, rows))
    width, usual = widths.most_common(1)[0]
    if width < 2 or usual * 5 < len(rows) * 3 or len(labelled) not in (0, len(rows)) or len(rows) < 2:
        return False
    amounts = [read_amount(text) is not None for text in texts]
    if labelled:
        nils = [is_nil(text) for text in texts]
        return len(rows) >= _FEWEST_LABELLED and all(map(max, amounts, nils)) and any(amounts) and usual == len(rows)
    return any(amounts)


def _span(offset: int, line: str, start: int) -> Span:
    end = len(line.rstrip())
    while start < end and line[start].isspace():
        start += 1
    return offset + min(start, end), offset + end


def _indent(line: str) -> int:
    return _column(line, len(line) - len(line.lstrip()))


def _column(line: str, end: int) -> int:
    """In which column an offset is shown, where tabs reach to the next fourth one."""
    column = 0
    for char in line[:end]:
        column += _TAB - column % _TAB if char == "\t" else 1
    return column
