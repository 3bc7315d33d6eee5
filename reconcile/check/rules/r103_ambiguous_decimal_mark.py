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
from reconcile.equate.equation import TIES, TIES_WITHIN_ROUNDING
from reconcile.equate.terms import term_at
from reconcile.recognise.columns import is_ambiguous
from reconcile.recognise.series import odd_amounts

# A sum of fewer figures than these and one more settles nothing.
_FEW = 2

INFO = RuleInfo("R103", "ambiguous-decimal-mark", Severity.WARNING, fix="none", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Columns in which nothing tells grouping from decimals; a note where the language of the document suggests one."""
    settled = _settled_by_sums(case)
    for reading, figures in case.figures():
        for column in figures.amount_columns:
            if column.decimal_mark is not None:
                continue
            marked = [
                term
                for row, amount in odd_amounts(figures.cells[column.index])
                if is_ambiguous(amount) and (term := term_at(figures, row, column)) is not None
            ]
            if not marked:
                continue
            first = marked[0]
            if (id(reading.document), *_writing(first.amount)) in settled:
                continue
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


def _settled_by_sums(case: Case) -> set[tuple[int, str, int]]:
    """The documents, marks and readings of these that a sum settles: a mark that groups anywhere in a document groups everywhere.

    A sum settles a mark if it ties over figures with the mark and figures without, or over several with it that are whole.
    Figures with three decimals each are rare, and rarer still where they add up to the last place.
    """
    documents = {id(figures.table): id(reading.document) for reading, figures in case.figures()}
    found: set[tuple[int, str, int]] = set()
    for outcome in case.outcomes:
        if outcome.status not in (TIES, TIES_WITHIN_ROUNDING):
            continue
        terms = [term for term in outcome.equation.amounts_to_look_at() if term.amount.value]
        marked = [term for term in terms if is_ambiguous(term.amount) and id(term.table) in documents]
        plain = len(marked) < len(terms)
        whole = len(marked) > _FEW and not any(term.amount.decimals for term in marked)
        if plain or whole:
            found |= {(documents[id(term.table)], *_writing(term.amount)) for term in marked}
    return found


def _writing(amount: Amount) -> tuple[str, int]:
    """The mark of an ambiguous amount, and with how many decimals it is read."""
    return amount.text[-4], amount.decimals
