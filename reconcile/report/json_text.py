"""A report as JSON text in pieces: an equation may have as many terms as a table has rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring

from reconcile.equate.equation import Outcome
from reconcile.report.as_json import cells_json, equation_outline, terms_json
from reconcile.report.coverage import TableCoverage
from reconcile.report.report import Report
from reconcile.report.trace import trace

_encode = json.JSONEncoder(ensure_ascii=False).encode


def encode(report: Report, indented: bool, cells: bool = False) -> Iterator[str]:
    """The report as a JSON object, as ``json.dumps`` writes it: with two spaces a level, or on one line.

    ``cells`` asks for every cell of every table; each stands on a line of its own.
    """
    # A quotation mark within text is escaped, so that this can only be a key with its empty array.
    before, _, after = _text(report.outline(cells), 0, indented).partition('"equations": []')
    first, *rest = before.split('"cells": []')
    yield first
    tables = (table for document in report.coverage.documents for table in document.tables)
    for table, text in zip(tables, rest, strict=False):
        yield '"cells": '
        yield from _array(([_encode(cell)] for cell in _cells(report, table)), 5, indented)
        yield text
    yield '"equations": '
    yield from _array((_equation(outcome, indented) for outcome in report.outcomes), 1, indented)
    yield after


def _cells(report: Report, covered: TableCoverage) -> Iterator[object]:
    table = covered.figures.table
    key = table.path, table.index
    traced = trace(report, {key: frozenset(range(len(table.rows)))})[key]
    names = {
        cell: [report.outcomes[number].id for number in (*found.totals, *found.terms)] for cell, found in traced.items()
    }
    return iter(cells_json(covered, names))


def _equation(outcome: Outcome, indented: bool) -> Iterator[str]:
    before, _, after = _text(equation_outline(outcome), 2, indented).partition('"terms": []')
    yield before + '"terms": '
    yield from _array(([_text(term, 4, indented)] for term in terms_json(outcome)), 3, indented)
    yield after


def _array(items: Iterable[Iterable[str]], level: int, indented: bool) -> Iterator[str]:
    """An array that stands at ``level``, item by item."""
    inner = _break(level + 1) if indented else ""
    between = "," + (inner or " ")
    lead = "[" + inner
    for item in items:
        yield lead
        yield from item
        lead = between
    yield "[]" if lead is not between else (_break(level) if indented else "") + "]"


def _text(value: object, level: int, indented: bool) -> str:
    return _indented(value, _break(level)) if indented else _encode(value)


def _indented(value: object, line: str) -> str:
    """A value with two spaces a level; ``line`` breaks the line and indents to its own level."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = line + "  "
    if isinstance(value, dict) and value:
        # Keys are names, with nothing in them to escape.
        return "{" + ",".join([f'{inner}"{key}": {_indented(item, inner)}' for key, item in value.items()]) + line + "}"
    if isinstance(value, list) and value:
        return "[" + ",".join([inner + _indented(item, inner) for item in value]) + line + "]"
    return _encode(value)


def _break(level: int) -> str:
    return "\n" + "  " * level
