"""Ambiguous decimal mark

What it checks
    Some amounts have a single mark before exactly three digits (``1,234``). Something in the column or the document
    must show whether the mark groups digits or begins decimals. If only the language of the document suggests an
    answer, the finding is a note.

Why it matters
    The two readings differ by a factor of a thousand, and sums tie under both.

Before
    | | Grant |
    | --- | ---: |
    | North | 1,234 |
    | South | 5,678 |
    | West | 9,012 |

After
    | | Grant |
    | --- | ---: |
    | North | 1,234.00 |
    | South | 5,678.00 |
    | West | 9,012.00 |

What to do
    Give the locale with ``--locale``, or write the amounts so that they can be read in one way only (``1,234.00``
    or ``1 234``).
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.amounts import Amount
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say
from reconcile.equate.equation import TIES, Key
from reconcile.equate.terms import term_at
from reconcile.recognise.columns import Column
from reconcile.recognise.series import odd_amounts
from reconcile.recognise.tables import RecognisedTable

INFO = RuleInfo("R103", "ambiguous-decimal-mark", Severity.WARNING, fix="none", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Columns in which nothing tells grouping from decimals; a note where the language of the document suggests one."""
    for reading, figures in case.figures():
        for column in figures.amount_columns:
            if column.decimal_mark is not None:
                continue
            marked = [
                term
                for row, amount in odd_amounts(figures.cells[column.index])
                if _is_ambiguous(amount) and (term := term_at(figures, row, column)) is not None
            ]
            if not marked or _is_decided_by_a_sum(case, figures, column, {term.key for term in marked}):
                continue
            first = marked[0]
            known = reading.locale is not None
            how = say("read as three decimals") if first.amount.decimals else say("read as thousands")
            if known:
                how = say("{how}, as the locale {locale} writes them", how=how, locale=reading.locale)
            yield Finding(
                INFO.code,
                Severity.NOTE if known else INFO.severity,
                say(
                    "“{text}” is ambiguous: nothing shows whether its mark separates thousands or decimals "
                    "({count} amounts in the column are written so); {how}",
                    text=first.amount.text,
                    count=len(marked),
                    how=how,
                ),
                first.location,
                observed=first.amount.text,
            )


def _is_ambiguous(amount: Amount | None) -> bool:
    """Whether an amount is written with one mark alone, before exactly three digits."""
    if amount is None or amount.decimals not in (0, 3) or len(amount.text) < 5:
        return False
    return amount.text[-4] in ".," and amount.text.lstrip("-+")[:-4].isdigit()


def _is_decided_by_a_sum(case: Case, figures: RecognisedTable, column: Column, marked: set[Key]) -> bool:
    """Return True if a sum ties over figures with the mark and figures without, or over whole figures with it."""
    for outcome in case.outcomes:
        terms = [
            term
            for term in outcome.equation.amounts_to_look_at()
            if term.table is figures.table and term.col == column.index
        ]
        plain = any(term.key not in marked and term.amount.value for term in terms)
        held = [term for term in terms if term.key in marked]
        # Figures with three decimals each are rare, and rarer still where they add up to the last place.
        whole = len(held) > 2 and not any(term.amount.decimals for term in held)
        if outcome.status == TIES and held and (plain or whole):
            return True
    return False
