"""What sentences say of rows without an amount: who gets the most, half or twice as much, and that all of so many get some."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

from reconcile.core.amounts import Amount, Unit
from reconcile.core.decimals import add, multiply, rescale, subtract
from reconcile.core.limits import UNTIMED, Clock
from reconcile.core.location import Location
from reconcile.core.messages import joined
from reconcile.equate.equation import CLAIM, Equation, Term
from reconcile.equate.evidence import DOUBTED
from reconcile.equate.speakers import counts_things, rows_named
from reconcile.equate.terms import term_at
from reconcile.recognise.claims import place_in, sentences_of
from reconcile.recognise.columns import LABEL
from reconcile.recognise.sentences import holds, phrases, years_in
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable

_KINDS = ("most", "majority", "half", "double")
# How far *half* and *twice* reach: a tenth to either side.
_TENTH = -1
# Words between *half* and the row that gets it: *hälften av pengarna går till*.
_LONGEST_BETWEEN = 40
_STEM = 4
_COUNTED = r"\s+(?:de\s+|the\s+|die\s+)?(?P<count>\d{1,3})\s+(?P<noun>[^\W\d_]{4,})"
Speakers = Sequence[tuple[RecognisedTable, Mapping[int, frozenset[str]]]]


def link_words(reading: RecognisedDocument, speakers: Speakers, clock: Clock = UNTIMED) -> list[Equation]:
    """Equations between what sentences say in words and the one column of amounts of a table whose row they name."""
    tables = [(figures, names) for figures, names in speakers if names and _only_column(figures) is not None]
    if not tables:
        return []
    found: list[Equation] = []
    for block in range(len(reading.document.blocks)):
        for begin, sentence in sentences_of(reading.document, block):
            kinds = [kind for kind in (*_KINDS, "every") if holds(kind, reading.language, sentence)]
            if not kinds:
                continue
            if clock.is_up():
                return found
            found += _linked(reading, block, begin, sentence, kinds, tables)
    return found


def _linked(
    reading: RecognisedDocument, block: int, begin: int, sentence: str, kinds: Sequence[str], tables: Speakers
) -> Iterator[Equation]:
    language = reading.language
    if years_in(sentence) or any(holds(kind, language, sentence) for kind in ("last_year", "average", "partly")):
        return
    for kind in kinds:
        match = (_every(language) if kind == "every" else phrases(kind, language)).search(sentence)
        if match is None:
            continue
        place = place_in(reading.document, block, begin + match.start(), begin + match.end())
        said = sentence[match.start() : match.end()]
        for figures, names in tables:
            if kind == "every":
                equation = _all_of(figures, match, said, place) if len(tables) == 1 else None
            else:
                equation = _of_row(figures, names, sentence, (kind, match.start(), match.end()), said, place, language)
            if equation is not None:
                yield equation
                break


@cache
def _every(language: str | None) -> re.Pattern[str]:
    return re.compile(phrases("every", language).pattern + _COUNTED, re.IGNORECASE)


def _only_column(figures: RecognisedTable) -> int | None:
    """The index of the one column of money, or None where a sentence may speak of several."""
    columns = [column.index for column in figures.amount_columns if not counts_things(column.header)]
    return columns[0] if len(columns) == 1 else None


def _of_row(
    figures: RecognisedTable,
    names: Mapping[int, frozenset[str]],
    sentence: str,
    told: tuple[str, int, int],
    said: str,
    place: Location,
    language: str | None,
) -> Equation | None:
    """The equation of what a sentence says of the row that it names: between which amounts that must lie."""
    kind, start, end = told
    places = rows_named(sentence.casefold(), names)
    column = next(column for column in figures.amount_columns if column.index == _only_column(figures))
    rows = sorted(places, key=places.__getitem__)
    terms = {row: term for row in figures.leaves if (term := term_at(figures, row, column)) is not None}
    if not rows or rows[0] not in terms or len(terms) != len(figures.leaves):
        return None
    mine, values = terms[rows[0]], {row: term.value() for row, term in terms.items()}
    whole = add(values.values())
    if min(values.values()) < 0 or not whole:
        return None
    if kind == "double":
        # *A får dubbelt så mycket som B.*
        if len(rows) != 2 or not places[rows[0]] < start < end <= places[rows[1]] or rows[1] not in values:
            return None
        twice = multiply(values[rows[1]], 2)
        low, high = (add((twice, sign)) for sign in (rescale(-twice, _TENTH), rescale(twice, _TENTH)))
    elif len(rows) != 1:
        return None
    elif kind == "most":
        low, high = max(value for row, value in values.items() if row != rows[0]) if len(values) > 1 else whole, whole
    else:
        between = sentence[end : places[rows[0]]] if places[rows[0]] >= end else ""
        goes = list(phrases("goes", language).finditer(between))
        if not goes or len(between) > _LONGEST_BETWEEN or "," in between or len(between[goes[-1].end() :].split()) > 1:
            return None
        half = multiply(rescale(whole, _TENTH), 5)
        off = rescale(half, _TENTH)
        low, high = (half, whole) if kind == "majority" else (subtract(half, off), add((half, off)))
    amount = Amount(said, 0, len(said), low, low, high, Unit(column.unit.currency))
    total = Term(amount, place=place, label=said)
    return Equation(CLAIM, total, (mine,), joined(": ", (said, mine.label)), fault=DOUBTED)


def _all_of(figures: RecognisedTable, match: re.Match[str], said: str, place: Location) -> Equation | None:
    """The equation of how many a sentence says there are in all with how many rows the table has: *samtliga 21 regioner*."""
    header = next((column.header for column in figures.columns if column.role == LABEL), "")
    noun = match["noun"].casefold()
    if len(header) < _STEM or not any(word[:_STEM] == noun[:_STEM] for word in header.casefold().split()):
        return None
    count = sum(1 for _ in figures.named_rows())
    value, rows = Decimal(match["count"]), Decimal(count)
    total = Term(Amount(said, 0, len(said), value, value, value), place=place, label=said)
    printed = Amount(str(count), 0, len(str(count)), rows, rows, rows)
    term = Term(printed, table=figures.table, place=figures.table.location_of(0, 0), label=header)
    return Equation(CLAIM, total, (term,), joined(": ", (said, header)), fault=DOUBTED)
