"""Unit conflict

What it checks
    The unit printed with an amount is the one that its header or caption gives for the column.

Why it matters
    A figure in kronor in a column of thousands is a thousand times too large or too small to its reader.

Example
    A column headed ``mnkr`` in which one cell says ``12,5 tkr``.

What to do
    Write all amounts of the column in one unit.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.amounts import Unit
from reconcile.casefile import Case
from reconcile.columns import odd_amounts
from reconcile.findings import Finding, RuleInfo, Severity
from reconcile.terms import term_at

INFO = RuleInfo("R106", "unit-conflict", Severity.WARNING)


def check(case: Case) -> Iterator[Finding]:
    """Amounts that print another currency or another scale than their column."""
    for _, figures in case.figures():
        for column in figures.amount_columns:
            given = column.unit
            for row, amount in odd_amounts(figures.cells[column.index]):
                if not any(mark.kind in ("unit", "currency") for mark in amount.marks):
                    continue
                unit = amount.unit
                foreign = given.currency is not None and unit.currency not in (None, given.currency)
                term = term_at(figures, row, column)
                if term and (foreign or (given.exponent and unit.exponent != given.exponent)):
                    yield Finding(
                        INFO.code,
                        INFO.severity,
                        f"{term.label or term.amount.text} is in {named(unit)}, the column “{column.header}” in {named(given)}",
                        term.location,
                        observed=figures.table.rows[row][column.index],
                    )


def named(unit: Unit) -> str:
    """A unit in words: ``SEK``, ``thousand SEK``."""
    scale = {0: "", 3: "thousand", 5: "lakh", 6: "million", 7: "crore", 9: "billion", 12: "trillion"}
    return f"{scale.get(unit.exponent, f'10^{unit.exponent}')} {unit.currency or 'units'}".strip()
