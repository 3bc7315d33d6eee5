"""Grand totals that count the totals of earlier tables of the document, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from reconcile.core.words import is_total_label
from reconcile.equate.equation import BROKEN, ROW_TOTAL, SUM, Equation, Term

# A gap of fewer digits may be the total of another table by chance; longer sums are left as they are.
_FEWEST_DIGITS, _MOST_PARTS = 3, 500


def add_earlier_totals(equations: Sequence[Equation]) -> list[Equation]:
    """Return the equations of a document, those that fail by the total of an earlier table with that total among their parts.

    The earlier total is one that holds in its own table, in the unit of the grand total: *Total* of the first table and the rows of
    the second make *Grand total*.
    """
    held: dict[Decimal, list[Term]] = {}
    for equation in equations:
        named = equation.total.table is not None and is_total_label(equation.total.label)
        if named and equation.operator == SUM and equation.status() != BROKEN:
            held.setdefault(equation.total.value(), []).append(equation.total)
    return [_with_earlier(equation, held) for equation in equations] if held else list(equations)


def _with_earlier(equation: Equation, held: dict[Decimal, list[Term]]) -> Equation:
    table = equation.total.table
    if equation.operator != SUM or table is None or equation.kind == ROW_TOTAL or len(equation.terms) > _MOST_PARTS:
        return equation
    gap = equation.difference()
    if gap not in held or sum(equation.total.amount.sizes) < _FEWEST_DIGITS or equation.status() != BROKEN:
        return equation
    earlier = [
        term
        for term in held[gap]
        if term.table is not None and term.table.path == table.path and term.table.index < table.index
        and term.amount.unit == equation.total.amount.unit and sum(term.amount.sizes) >= _FEWEST_DIGITS
    ]  # fmt: skip
    return replace(equation, terms=(*equation.terms, earlier[-1])) if earlier else equation
