"""Swapped rows

What it checks
    No two rows of a table have changed places. Three signs suggest that they have. First, two amounts are out of line with a
    sibling document, one too high and one too low, and both fit if exchanged. Second, a row has the amount that a
    sentence gives to another row. Third, two names of a registry break the order of a table, and exchanging them
    restores it. The third sign alone gives a note.

Why it matters
    No sum changes when two amounts change places, so no total shows it. Each receiver gets the money of the other.

Before
    | Place | Grant (kr) |
    | --- | ---: |
    | Alby | 952 538 |
    | Boda | 2 563 484 |
    | Kila | 1 716 613 |
    | Lund | 663 216 |
    | Total | 5 895 851 |

    Lund receives 1 716 613 kronor.

After
    | Place | Grant (kr) |
    | --- | ---: |
    | Alby | 952 538 |
    | Boda | 2 563 484 |
    | Kila | 663 216 |
    | Lund | 1 716 613 |
    | Total | 5 895 851 |

    Lund receives 1 716 613 kronor.

What to do
    Compare both rows with their source. If they are swapped, exchange the amounts or the names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import combinations
from pathlib import PurePath

from reconcile.check.case import Case
from reconcile.core.decimals import size_of
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.equate.equation import BROKEN, CLAIM, SUM, Key, Outcome, Term
from reconcile.equate.terms import term_at
from reconcile.recognise.tables import RecognisedTable

INFO = RuleInfo("R602", "swapped-rows", Severity.WARNING, fix="none", since="0.1.0")
# Smaller amounts (powers of ten) are alike by chance; sums over more figures are not looked at.
_LEAST_SIZE, _MOST_FIGURES = 4, 3_000
# Fewer names are in order but for two by chance.
_FEWEST_IN_ORDER = 8
# The Nordic alphabets end with these, in this order or nearly so.
_LAST_LETTERS = str.maketrans("åäæöø", "\ue000\ue001\ue001\ue002\ue002")


def check(case: Case) -> Iterator[Finding]:
    """Pairs of rows that are in line with their sibling document only if their amounts are exchanged."""
    for siblings in case.siblings:
        odd = [twin for twin in siblings.twins if siblings.is_odd(twin.ratio)]
        for one, other in combinations(odd, 2):
            if siblings.would_exchange(one, other):
                yield Finding(
                    INFO.code,
                    INFO.severity,
                    say(
                        "“{one}” has {first} and “{other}” has {second}, but {document} gives them {was} and {were}. "
                        "They fit the other rows if they are exchanged",
                        one=one.second.label,
                        first=one.second.amount.text,
                        other=other.second.label,
                        second=other.second.amount.text,
                        document=PurePath(one.first.location.path).name,
                        was=one.first.amount.text,
                        were=other.first.amount.text,
                    ),
                    one.second.location,
                    (other.second.location, one.first.location, other.first.location),
                    one.second.amount.text,
                )
    yield from _against_text(case)
    yield from _against_order(case)


def _against_text(case: Case) -> Iterator[Finding]:
    """Pairs of rows of which one has, to the last digit, what the text says of the other; each pair once."""
    said = {
        o.equation.terms[0].key
        for o in case.outcomes
        if o.kind == CLAIM and o.equation.operator == SUM and o.status != BROKEN
    }
    told: set[frozenset[Key]] = set()
    for outcome in case.outcomes:
        claim = outcome.equation.total
        if not _is_of_row(outcome) or outcome.status != BROKEN or claim.amount.low != claim.amount.high:
            continue
        row = outcome.equation.terms[0]
        others = [term for term in _beside(case, row) if term.value() == claim.value()]
        if len(others) != 1 or others[0].key in said or size_of(claim.value()) < _LEAST_SIZE:
            continue
        pair = frozenset((row.key, others[0].key))
        if pair in told or not _stand_together(case, pair):
            continue
        told.add(pair)
        yield Finding(
            INFO.code,
            INFO.severity,
            say(
                "the text gives “{row}” {said}, but in the table “{other}” has that amount and “{row}” has {amount}. The two may be exchanged",
                row=row.label,
                amount=row.amount.text,
                other=others[0].label,
                said=others[0].amount.text,
            ),
            row.location,
            (others[0].location, claim.location),
            row.amount.text,
        )


def _is_of_row(outcome: Outcome) -> bool:
    """Whether an outcome is of a sentence that gives one row an amount."""
    equation = outcome.equation
    return outcome.kind == CLAIM and equation.operator == SUM and equation.witnessed and len(equation.terms) == 1


def _beside(case: Case, row: Term) -> Iterator[Term]:
    """The amounts of the other rows in a row's column."""
    for reading in case.readings:
        for figures in reading.tables:
            if figures.table is row.table:
                column = next(column for column in figures.columns if column.index == row.col)
                yield from (
                    term
                    for number in figures.leaves
                    if number != row.row and (term := term_at(figures, number, column)) is not None
                )


def _stand_together(case: Case, pair: Set[Key]) -> bool:
    """Whether no sum that holds would be broken if two rows changed places: each counts both, or neither."""
    held = (o.equation for o in case.outcomes if o.kind != CLAIM and o.status != BROKEN)
    searched = (equation for equation in held if equation.size() <= _MOST_FIGURES)
    return all(len(pair & {term.key for term in equation.amounts()}) != 1 for equation in searched)


def _against_order(case: Case) -> Iterator[Finding]:
    """Pairs of names that alone keep a table from the order of codes or of the alphabet, and would not if they were exchanged."""
    for reading in case.readings:
        for figures in reading.tables:
            names = case.names.get((figures.table.path, figures.table.index))
            rows = sorted(names.matches) if names is not None else []
            if names is None or len(rows) < _FEWEST_IN_ORDER:
                continue
            codes = [names.matches[row].entry.code for row in rows]
            labels = [figures.labels[row].casefold().translate(_LAST_LETTERS) for row in rows]
            odd = [_out_of_order(order) for order in (codes, labels)]
            # A name beside its place was sorted otherwise, or moved with its row.
            pair = next((places for places in odd if len(places) == 2 and places[1] - places[0] > 1), None)
            if pair is None or not all(odd):
                continue
            one, other = (rows[place] for place in pair)
            where = [_name_of(figures, row) for row in (one, other)]
            yield Finding(
                INFO.code,
                Severity.NOTE,
                say("the other {count} names are in order, but “{one}” and “{other}” seem exchanged. "
                    "If only the names were, each has the other's amount", one=figures.labels[one],
                    other=figures.labels[other], count=len(rows) - 2),
                where[0],
                (where[1],),
                figures.labels[one],
            )  # fmt: skip


def _out_of_order(keys: Sequence[str]) -> list[int]:
    """The places that hold another key than they would in order."""
    return [place for place, (key, due) in enumerate(zip(keys, sorted(keys), strict=True)) if key != due]


def _name_of(figures: RecognisedTable, row: int) -> Location:
    """Where a row's name is printed."""
    label = figures.labels[row]
    cells = figures.table.rows[row]
    col = next((col for col, text in enumerate(cells) if text.strip() == label), 0)
    return figures.table.location_of(row, col, row_label=label)
