"""Ambiguous decimal mark

What it checks
    Some amounts have a single mark before exactly three digits (``1,234``). Something in the document must show
    whether the mark groups digits or begins decimals: another figure, a sum that ties, or a language that groups so.
    If the language would divide with the mark, or use neither mark, the finding is a note.

Why it matters
    The two readings differ by a factor of a thousand, and sums tie under both.

Before
    | | Grant |
    | --- | ---: |
    | Alby | 1,234 |
    | Boda | 5,678 |
    | Cyra | 9,012 |

After
    | | Grant |
    | --- | ---: |
    | Alby | 1,234.00 |
    | Boda | 5,678.00 |
    | Cyra | 9,012.00 |

What to do
    Give the locale with ``--locale``, or write the amounts so that they can be read in one way only (``1,234.00``
    or ``1 234``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say
from reconcile.core.words import language_of_headings, locale_for, separators
from reconcile.equate.equation import TIES, TIES_AFTER_REPAIR, TIES_WITHIN_ROUNDING, Key, Term
from reconcile.equate.terms import term_at
from reconcile.recognise.columns import is_ambiguous
from reconcile.recognise.series import odd_amounts
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable

INFO = RuleInfo("R103", "ambiguous-decimal-mark", Severity.WARNING, fix="none", since="0.1.0")
_LABELS = 100
_FEW_HELD = 2


def check(case: Case) -> Iterator[Finding]:
    """Columns in which nothing tells grouping from decimals; a note where the language of the document suggests one."""
    for reading in case.readings:
        doubtful = [found for figures in reading.tables for found in _doubtful(figures)]
        # What a mark does in one column it does in the others of a document.
        settled = set(_decided_by_sums(case, {term.key: _mark_of(term) for _, marked in doubtful for term in marked}))
        for figures, marked in doubtful:
            left = [term for term in marked if _mark_of(term) not in settled]
            if left and not _is_grouped_in(_language_of(reading, figures), left[0]):
                yield _finding(reading, left)


def _doubtful(figures: RecognisedTable) -> Iterator[tuple[RecognisedTable, Sequence[Term]]]:
    """The columns of which no figure tells what its mark does, each with the terms that are written so."""
    for column in figures.amount_columns:
        marked = [
            term
            for row, amount in (odd_amounts(figures.cells[column.index]) if column.decimal_mark is None else ())
            if is_ambiguous(amount) and (term := term_at(figures, row, column)) is not None
        ]
        if marked:
            yield figures, marked


def _language_of(reading: RecognisedDocument, figures: RecognisedTable) -> str | None:
    """The locale of a document, or what the words of a table suggest where there are no sentences."""
    headers = " ".join(column.header for column in figures.columns)
    return reading.locale or locale_for(language_of_headings(f"{headers} {' '.join(figures.labels[:_LABELS])}"))


def _is_grouped_in(locale: str | None, term: Term) -> bool:
    """Whether a locale groups with the mark of an amount that is read so."""
    return locale is not None and not term.amount.decimals and separators(locale)[1] == _mark_of(term)


def _mark_of(term: Term) -> str:
    return term.amount.text[-4]


def _finding(reading: RecognisedDocument, marked: Sequence[Term]) -> Finding:
    first = marked[0]
    known = reading.locale is not None
    how = say("read as three decimals") if first.amount.decimals else say("read as thousands")
    if known:
        how = say("{how}, as the locale {locale} writes them", how=how, locale=reading.locale)
    return Finding(
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


def _decided_by_sums(case: Case, marked: Mapping[Key, str]) -> Iterator[str]:
    """The marks that sums decide: one that ties over figures with the mark and figures without, or over whole figures with it."""
    for outcome in case.outcomes if marked else ():
        if outcome.status not in (TIES, TIES_AFTER_REPAIR, TIES_WITHIN_ROUNDING):
            continue
        terms = outcome.equation.amounts_to_look_at()
        held = [term for term in terms if term.key in marked]
        plain = any(term.key not in marked and term.amount.value and not term.amount.decimals for term in terms)
        # Figures with three decimals each are rare, and rarer still where they add up to the last place.
        whole = len(held) > _FEW_HELD and not any(term.amount.decimals for term in held)
        if held and (plain or whole):
            yield from {marked[term.key] for term in held}
