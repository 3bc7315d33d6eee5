"""Counterparts: what other documents print for the same entities, as equations that only a repair looks at.

Two columns that are equal but for a row or two are of one distribution; of three, one is the sum of the others where all but a row or two
add up. A document that differs may also be another version, so these equations are evidence about a sum that is broken, and never
findings of their own (see R402).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import permutations

from reconcile.core.decimals import subtract
from reconcile.equate.equation import COUNTERPART, Equation, Key, Term
from reconcile.equate.siblings import SHARE, Listed, list_columns
from reconcile.recognise.entities import EntityMatches
from reconcile.recognise.tables import RecognisedDocument

# So many rows must be equal, and most; of more columns no one looks which are sums of which; more rows that differ make another
# distribution.
_FEWEST, _MOST_COLUMNS, _MOST_ODD = 4, 16, 2


def find_counterparts(
    readings: Sequence[RecognisedDocument], names: Mapping[tuple[str, int], EntityMatches], totals: Iterable[Term] = ()
) -> list[Equation]:
    """For each entity what its amount in one document should be by one or two others.

    Where they agree on all of them, the same for those of ``totals`` that have one name.
    """
    named: dict[tuple[Key, str], Term] = {(_column(term), term.label.casefold()): term for term in totals}
    columns = list_columns(readings, names, _FEWEST)
    tables = [column for column in columns if len(column.amounts) >= _FEWEST][:_MOST_COLUMNS]
    holders: dict[tuple[str, Decimal], list[int]] = {}
    for number, table in enumerate(tables):
        for name, term in table.amounts.items():
            holders.setdefault((name, term.value()), []).append(number)
    equations: list[Equation] = []
    for number, table in enumerate(tables):
        for other in _those_with({name: term.value() for name, term in table.amounts.items()}, holders):
            if number < other:
                equations += _row_by_row(table, [tables[other]], named)
    for whole, part in permutations(range(len(tables)), 2):
        left = _left(tables[whole], tables[part])
        for other in _those_with(left, holders):
            if part < other and other != whole:
                equations += _row_by_row(tables[whole], [tables[part], tables[other]], named)
    return equations


def _left(whole: Listed, part: Listed) -> dict[str, Decimal]:
    """What a column leaves of another for each entity that is in both."""
    return {
        name: subtract(term.value(), part.amounts[name].value())
        for name, term in whole.amounts.items()
        if name in part.amounts
    }


def _those_with(values: Mapping[str, Decimal], holders: Mapping[tuple[str, Decimal], Sequence[int]]) -> list[int]:
    """The columns that print most of some amounts."""
    counts = Counter(number for item in values.items() for number in holders.get(item, ()))
    return sorted(number for number, count in counts.items() if count >= max(_FEWEST, SHARE * len(values)))


def _row_by_row(whole: Listed, parts: Sequence[Listed], totals: Mapping[tuple[Key, str], Term]) -> Iterator[Equation]:
    """An equation for each entity; none at all where too many do not hold, or documents are not all different."""
    tables = [whole, *parts]
    if len({table.path for table in tables}) < len(tables):
        return
    shared = [name for name in whole.amounts if all(name in part.amounts for part in parts)]
    equations = [_equation(whole.amounts[name], [part.amounts[name] for part in parts]) for name in shared]
    odd = sum(1 for equation in equations if equation.difference())
    if odd <= _MOST_ODD:
        yield from equations
    if not odd and all(len(table.amounts) == len(shared) for table in tables):
        columns = [_column(next(iter(table.amounts.values()))) for table in tables]
        for (column, label), total in totals.items():
            others = [totals.get((other, label)) for other in columns[1:]]
            if column == columns[0] and None not in others:
                yield _equation(total, [other for other in others if other is not None])


def _column(term: Term) -> Key:
    """Where a term stands, but for its row."""
    return (*term.key[:2], 0, term.key[3])


def _equation(total: Term, terms: Sequence[Term]) -> Equation:
    return Equation(COUNTERPART, total, tuple(terms), total.label, exact=True)
