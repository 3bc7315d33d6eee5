"""Unit conflict

What it checks
    An amount that prints a unit uses the unit that the header or the caption gives for its column.

Why it matters
    An amount in thousands under a header in millions misleads its reader by a factor of a thousand.

Before
    | Committee | Outcome, mnkr |
    | --- | ---: |
    | Schools | 204,5 |
    | Care | 203,2 |
    | Culture | 900 tkr |

After
    | Committee | Outcome, mnkr |
    | --- | ---: |
    | Schools | 204,5 |
    | Care | 203,2 |
    | Culture | 0,9 |

What to do
    Write all amounts of the column in one unit.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.amounts import Unit
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import joined, say
from reconcile.equate.terms import term_at
from reconcile.recognise.series import odd_amounts

INFO = RuleInfo("R106", "unit-conflict", Severity.WARNING, fix="none", since="0.1.0")


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
                        say(
                            "{name} is in {unit}, the column “{column}” in {given}",
                            name=term.label or term.amount.text,
                            unit=unit_name(unit),
                            column=column.header,
                            given=unit_name(given),
                        ),
                        term.location,
                        observed=figures.table.rows[row][column.index],
                    )


_SCALES = {
    3: say("thousand"), 5: say("lakh"), 6: say("million"), 7: say("crore"), 9: say("billion"), 12: say("trillion"),
}  # fmt: skip


def unit_name(unit: Unit) -> str:
    """A unit in words: ``SEK``, ``thousand SEK``."""
    currency = unit.currency or say("units")
    if not unit.exponent:
        return currency
    return joined(" ", (_SCALES.get(unit.exponent, f"10^{unit.exponent}"), currency))
