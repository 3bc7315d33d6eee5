"""Recognise what a document prints: the roles and units of its columns, and the amount in every cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import pairwise
from math import gcd
from typing import NamedTuple

from reconcile.core.amounts import (
    EXACT,
    HALF,
    NUMERAL,
    Amount,
    Unit,
    add,
    decimal_mark_of,
    in_unit,
    is_nil,
    is_withheld,
    multiply,
    read_amount,
    read_look_alike,
    read_unit,
    rescale,
)
from reconcile.core.document import Document, Fault, Table
from reconcile.core.languages import (
    CODE_HEADERS,
    ID_WORDS,
    NOTE_HEADERS,
    OF_WHICH,
    PERCENT_WORD,
    UNITS,
    WORD,
    carried_labels,
    currency_of,
    detect_language,
    is_number_word,
    locale_for,
    scale_of,
    separators,
    settle,
    total_labels,
)
from reconcile.core.limits import Clock
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.core.settings import Settings
from reconcile.recognise.claims import Claim, read_claims
from reconcile.recognise.series import Series, count_amounts, holds_amount, odd_amounts, read_column

AMOUNT, LABEL, CODE, PERCENT, NOTE, TEXT = "amount", "label", "code", "percent", "note", "text"
_THOUSANDS = {"1000": 3, "1 000": 3, "1.000": 3, "1,000": 3, "000": 3, "1000000": 6, "1 000 000": 6}
# Words that are units in a cell but ordinary words in a header.
_DEEPEST_HEADER = 20
# So many figures that are all multiples of a number are not so by chance.
# So many figures are grouped by a mark for each that it divides, or these are no slips.
_FEW_STRAY = 4
_ENOUGH_ROUNDED = 10
# What numbers a label: "b.ii.", "2)", "(a)".
_ENUMERATOR = re.compile(r"^\s*(?:\(?\w{1,4}[.)]\s?)+(?=\s|\w{3})")
# The signs of currencies; their words and codes are units: "12 kr" among millions is what it says.
_SIGN = re.compile(r"[€$£¥₹]")
_UNIT_PREPOSITIONS = ("i", "in", "en", "us", "av")
_NOT_IN_HEADERS = frozenset({"fr", "mil", "md", "rs", "mille", "pund", "ar"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column's index, its header, its role, the unit of its amounts and the decimal mark they are written with."""

    index: int
    header: str
    role: str
    unit: Unit = Unit()  # noqa: RUF009 - a Unit is immutable
    decimal_mark: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A table with its amounts.

    ``cells`` maps the index of each amount or percent column to its amounts, one per row of the grid (None where
    the row has none). ``labels`` is what names each row: its label column, else its first cell of text. ``totals`` are
    the rows of the grid whose label names a total, ``apart`` those and the *of which* rows, which are not added with the
    others, ``carried`` rows that repeat a sum over a page's end, ``leaves`` the rest of those with amounts. ``suspects`` are the (row, column) of amounts
    whose writing is at fault, ``unread`` of cells in amount columns that hold something else.
    """

    table: Table
    columns: tuple[Column, ...]
    header_rows: int
    cells: Mapping[int, Sequence[Amount | None]]
    labels: tuple[str, ...]
    totals: frozenset[int]
    apart: frozenset[int]
    carried: frozenset[int]
    leaves: tuple[int, ...]
    suspects: tuple[tuple[int, int], ...]
    unread: frozenset[tuple[int, int]]
    title: str = ""

    @property
    def body(self) -> range:
        """The indices of the rows below the header."""
        return range(self.header_rows, len(self.table.rows))

    @property
    def amount_columns(self) -> tuple[Column, ...]:
        """The columns that hold amounts."""
        return tuple(column for column in self.columns if column.role == AMOUNT)

    def named_rows(self) -> Iterator[int]:
        """The rows that stand for something of their own: leaves, and rows whose figure is withheld, unread or absent."""
        for row in self.body:
            if row not in self.apart and any(self.table.rows[row][col].strip() for col in self.cells):
                yield row

    def amounts(self) -> Iterator[tuple[int, int, Amount]]:
        """Every amount as (row, column, amount), row by row."""
        for row in range(len(self.table.rows)):
            for col, column in self.cells.items():
                amount = column[row]
                if amount is not None:
                    yield row, col, amount

    def count(self) -> int:
        """How many amounts there are."""
        return sum(map(count_amounts, self.cells.values()))


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with everything recognised in it."""

    document: Document
    language: str | None
    locale: str | None
    tables: tuple[Figures, ...] = ()
    claims: tuple[Claim, ...] = ()


def recognise(document: Document, settings: Settings) -> Reading:
    """Recognise the tables and the claims of a document; tables that there is no time for are left out, and said."""
    clock = Clock.start(settings)
    # A locale that is given settles marks; the words are read in the language that they are in.
    language = detect_language(" ".join([block.text for block in document.blocks] + _labels(document)))
    locale = locale_for(language)
    if settings.locale:
        locale = settings.locale.replace("-", "_")
        language = language or settings.locale[:2].casefold()
    claims = read_claims(document, language, clock)
    if clock.is_up():
        late = Fault(
            "R004", say("checking it {limit}; amounts in its text left out", limit=clock.limit), Location(document.path)
        )
        document = replace(document, faults=(*document.faults, late))
    mark = decimal_mark_of(
        [claim.amount.text for claim in claims]
        + [numeral.group() for table in document.tables for row in table.rows[:500] for cell in row
           for numeral in NUMERAL.finditer(cell[:200])],
        partial(_usual_mark, language, locale),
    ) or document.decimal_mark  # fmt: skip
    tables: list[Figures] = []
    for table in document.tables:
        if clock.is_up():
            break
        title = document.blocks[table.title_block].text if table.title_block is not None else ""
        tables.append(recognise_table(table, title, language, mark, locale))
    reading = Reading(document, language, locale, tuple(tables), claims)
    return reading if len(tables) == len(document.tables) else leave_out(reading, len(tables), clock)


def leave_out(reading: Reading, first: int, clock: Clock) -> Reading:
    """A reading without its tables from ``first`` on, with the fault that says so."""
    document = reading.document
    left = say("checking it {limit}; {count} of its {all} tables left out", limit=clock.limit,
               count=len(document.tables) - first, all=len(document.tables))  # fmt: skip
    late = Fault("R004", left, Location(document.path))
    document = replace(document, tables=document.tables[:first], faults=(*document.faults, late))
    return replace(reading, document=document, tables=reading.tables[:first])


def _labels(document: Document) -> list[str]:
    return [cell for table in document.tables for row in table.rows[:100] for cell in row if not cell[:1].isdigit()]


def recognise_table(
    table: Table,
    title: str = "",
    language: str | None = None,
    decimal_mark: str | None = None,
    locale: str | None = None,
) -> Figures:
    """Recognise one table. ``decimal_mark`` is what the rest of the document writes with, if it is known."""
    grid = table.rows
    texts = [_decided(column, col, table.undecided) for col, column in enumerate(zip(*grid, strict=True))]
    raw = [read_column(column, language) for column in texts]
    header_rows = _header_rows(table, raw) if table.header_rows is None else table.header_rows
    shared = find_unit(title, language, prose=True)
    corner = find_unit(" ".join(grid[row][0] for row in range(header_rows) if grid[row]), language)
    surroundings = _Surroundings(header_rows, language, decimal_mark, locale, corner, shared)
    columns: list[Column] = []
    cells: dict[int, Sequence[Amount | None]] = {}
    labelled = shares = False
    over = 0
    for col, amounts in enumerate(raw):
        shares = shares and _spans(texts[over], texts[col], header_rows) and _is_sized(amounts, raw[over])
        column, settled = _recognise_column(texts[col], col, amounts, labelled, surroundings, shares)
        if column.role != PERCENT:
            shares = False
        elif not shares:
            shares, over = True, col
        labelled = labelled or column.role == LABEL
        columns.append(column)
        if settled is not None:
            cells[col] = settled
    cells |= _rounded(columns, cells)
    labels = _row_labels(texts, columns, cells)
    totals = total_labels(labels)
    figured = [cells[column.index] for column in columns if column.role == AMOUNT]
    carried = frozenset(_carried(labels, figured))
    apart = totals.union(_parts(labels), carried)
    leaves = tuple(
        row
        for row, some in enumerate(map(any, zip(*map(holds_amount, figured), strict=True)))
        if some and row >= header_rows and row not in apart
    )
    suspects = tuple(
        (row, c)
        for c, column in cells.items()
        for row, a in odd_amounts(column)
        if row >= header_rows and (a.fault or a.glued)
    )
    unread = frozenset((row, col) for col, column in cells.items() for row in _unread(texts[col], column, header_rows))
    unread = unread.union((row, col) for row, col in table.undecided if col in cells)
    return Figures(
        table, tuple(columns), header_rows, cells, labels, totals, apart, carried, leaves, suspects, unread, title
    )


def _decided(texts: tuple[str, ...], col: int, undecided: frozenset[tuple[int, int]]) -> tuple[str, ...]:
    """A column without the cells of which it could not be told where they end."""
    rows = {row for row, column in undecided if column == col}
    return tuple("" if row in rows else text for row, text in enumerate(texts)) if rows else texts


def _unread(texts: Sequence[str], column: Sequence[Amount | None], top: int) -> list[int]:
    """The rows below the header whose cells print something that is no amount."""
    rows = column.rest if isinstance(column, Series) else range(top, len(texts))
    return [row for row in rows if row >= top and column[row] is None and not is_nil(texts[row])]


class _Surroundings(NamedTuple):
    """What a column is read with: the header's depth, language, marks and units that the rest of the document gives."""

    header_rows: int
    language: str | None
    decimal_mark: str | None
    locale: str | None
    corner: Unit
    shared: Unit


def _recognise_column(
    texts: Sequence[str],
    col: int,
    amounts: Sequence[Amount | None],
    labelled: bool,
    around: _Surroundings,
    shares: bool = False,
) -> tuple[Column, Sequence[Amount | None] | None]:
    """A column's description, and its amounts (None for each row without) if it is one of amounts or shares.

    ``shares`` says that a header which spans the column calls its amounts shares.
    """
    top, language = around.header_rows, around.language
    if isinstance(amounts, Series) and any(amount.notation.indian for amount in amounts.odd.values()):
        # Which way of grouping is the column's own is weighed over all of its amounts.
        amounts = amounts[:]
    body = amounts.below(top) if isinstance(amounts, Series) else amounts[top:]
    header = " ".join(text.strip() for text in texts[:top] if text.strip())
    role = _role(header, texts[top:], body, labelled, col)
    if role == AMOUNT and shares and find_unit(header, language) == Unit():
        role = PERCENT
    if role not in (AMOUNT, PERCENT):
        return Column(col, header, role), None
    mark = _own_mark(amounts, texts, partial(_usual_mark, language, around.locale)) or around.decimal_mark
    own = mark
    # A share is in no unit, whatever the title says of the money beside it.
    unit = Unit()
    if role == AMOUNT:
        named = find_unit(header, language)
        if _is_holding(header, named, around):
            named = Unit()
        unit = _column_unit(named, around.corner, around.shared, body)
    ambiguous = [amount.text for _, amount in odd_amounts(amounts) if amount.ambiguous]
    if mark is None and ambiguous:
        # No currency here is divided into thousandths, so whole units of one are grouped by the mark.
        if unit.currency and not unit.exponent:
            own = mark = "." if any("," in text for text in ambiguous) else ","
        elif around.locale:
            mark = separators(around.locale)[0]
    if isinstance(amounts, Series) and unit.currency is None and amounts.is_padded():
        amounts = amounts[:]
    if isinstance(amounts, Series):
        rows = sorted({*amounts.odd, *amounts.rest})
        read = _settle([amounts[row] for row in rows], [texts[row] for row in rows], mark, unit, language)
        odd = {row: amount for row, amount in zip(rows, read, strict=True) if amount is not None}
        return Column(col, header, role, unit, own), amounts.settled(odd, unit).below(top)
    settled = _settle(amounts, texts, mark, unit, language)
    if unit.currency is None:
        settled = _unpadded(settled)
    return Column(col, header, role, unit, own), (*[None] * top, *settled[top:])


def _usual_mark(language: str | None, locale: str | None) -> str:
    """The decimal mark of a language; empty where that is not known."""
    known = locale or locale_for(language)
    return separators(known)[0] if known else ""


def _own_mark(amounts: Sequence[Amount | None], texts: Sequence[str], usual: Callable[[], str]) -> str | None:
    """The decimal mark that a column's amounts agree on."""
    if isinstance(amounts, Series):
        if amounts.mark and amounts.plain > len(amounts.odd):
            # Every plain amount decides for it.
            return amounts.mark
        if not any("." in amount.text or "," in amount.text for amount in amounts.odd.values()):
            return None
    return decimal_mark_of((amount.text for amount in amounts if amount), usual)


def _settle(
    amounts: Sequence[Amount | None], texts: Sequence[str], mark: str | None, unit: Unit, language: str | None
) -> list[Amount | None]:
    """Read cells again with what their column tells: the decimal mark, one grouping, the unit; letters for digits."""
    if mark:
        amounts = [
            read_amount(text, mark, Unit(), language) if a and (a.ambiguous or a.notation.decimal or a.fault) else a
            for text, a in zip(texts, amounts, strict=True)
        ]
    settled: list[Amount | None] = []
    for text, amount in zip(texts, _of_one_grouping(amounts), strict=True):
        if (amount is None and not is_nil(text)) or (amount and amount.glued and amount.fault):
            amount = read_look_alike(text, mark, Unit(), language, inside=amount is None) or amount
        settled.append(None if amount is None else _settled(amount, unit))
    return settled


def _rounded(
    columns: Sequence[Column], cells: Mapping[int, Sequence[Amount | None]]
) -> dict[int, Sequence[Amount | None]]:
    """The columns whose figures are all multiples of 3, 5, 10 or 100 say: they are rounded to that, and stand for so much.

    Rows with decimals, such as means, are of another measure, and are left out of it. Statistical offices round so to protect persons. Payments in round sums are payments, and stand for themselves.
    """
    found: dict[int, Sequence[Amount | None]] = {}
    short = [c for c in columns if c.role == AMOUNT and not isinstance(cells[c.index], Series)]
    counts = [c for c in short if c.unit.currency is None]
    given = [(row, a) for c in counts for row, a in enumerate(cells[c.index]) if a is not None and a.value]
    apart = {row for row, a in given if _printed(a) != _printed(a).to_integral_value()}
    whole = [a for row, a in given if row not in apart]
    if len(whole) < _ENOUGH_ROUNDED or len(whole) * 2 < len(given):
        return found
    base = gcd(*(int(_printed(a)) for a in whole))
    if base < 3:
        # One figure in twenty may be mistyped, or of another kind.
        fitting = (b for b in (10, 5, 3) if sum(1 for a in whole if int(_printed(a)) % b) * 20 <= len(whole))
        base = next(fitting, 1)
    if base < 3 or sum(1 for a in whole if abs(_printed(a)) >= 10 * base) * 2 < len(whole):
        return found
    # Figures that end in noughts are rounded to the nearest; those rounded to 3 or 5 are so at random, up or down.
    off = multiply(HALF, base) if base % 10 == 0 else Decimal(base)
    for column in counts:
        amounts = cells[column.index]
        found[column.index] = [
            a
            if a is None or row in apart or int(_printed(a)) % base
            else a._replace(low=_beside(a, -off), high=_beside(a, off))
            for row, a in enumerate(amounts)
        ]
    return found


def _unpadded(amounts: list[Amount | None]) -> list[Amount | None]:
    """Amounts of a column whose last decimals are all noughts: a format put them there, and they say nothing of precision."""
    given = [amount for amount in amounts if amount is not None]
    padded = {amount.decimals for amount in given}
    if len(given) < 2 or len(padded) != 1 or 0 in padded:
        return amounts
    places = max(_decimals(_printed(amount)) for amount in given)
    # A column of nothing but nil is as precise as those beside it.
    if places >= max(padded) or not any(amount.value for amount in given):
        return amounts
    half = rescale(HALF, -places)
    return [a and a._replace(low=_beside(a, half.copy_negate()), high=_beside(a, half)) for a in amounts]


def _decimals(value: Decimal) -> int:
    """How many decimals a value has without the noughts at its end."""
    exponent = value.normalize(EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _printed(amount: Amount) -> Decimal:
    return rescale(amount.value, -amount.unit.exponent)


def _beside(amount: Amount, by: Decimal) -> Decimal:
    """An amount's value and so many of its units."""
    return add((amount.value, rescale(by, amount.unit.exponent)))


def _row_labels(
    texts: Sequence[Sequence[str]], columns: Sequence[Column], cells: Mapping[int, object]
) -> tuple[str, ...]:
    label = next((column.index for column in columns if column.role == LABEL), -1)
    others = [texts[column.index] for column in columns if column.index not in cells]
    labels = [text.strip() for text in texts[label]] if label >= 0 else [""] * len(texts[0] if texts else ())
    for row, named in enumerate(labels):
        if not named:
            labels[row] = next((column[row].strip() for column in others if WORD.search(column[row])), "")
    code = next((texts[column.index] for column in columns if column.role == CODE), None)
    if label < 0 and code is not None:
        # Where rows have no other name they go by their year or number.
        return tuple(named or code[row].strip() for row, named in enumerate(labels))
    return tuple(labels)


def _parts(labels: Sequence[str]) -> Iterator[int]:
    """The rows that are part of the row above them (*of which*), so that they are not added with the others."""
    for row, label in enumerate(labels):
        if _ENUMERATOR.sub("", label).casefold().lstrip("-–—•· ").startswith(OF_WHICH):
            yield row


def _carried(labels: Sequence[str], figured: Sequence[Sequence[Amount | None]]) -> set[int]:
    """The rows that carry a sum over a page's end: two on end, called so, that print the same figures.

    One alone may be what its name says: *Transport* is a cost as well.
    """
    found: set[int] = set()
    named = carried_labels(labels)
    for row in named:
        if row + 1 in named:
            pairs = [(amounts[row], amounts[row + 1]) for amounts in figured]
            same = all(above is not None and below is not None and above.value == below.value for above, below in pairs)
            if pairs and same:
                found |= {row, row + 1}
    return found


def _header_rows(table: Table, raw: Sequence[Sequence[Amount | None]]) -> int:
    """How many leading rows stand above the first row of figures; years are names of columns, not figures.

    Section headings right above the figures (a lone label below a row of several cells) belong to the body.
    """
    rows = table.rows
    first = next(
        (
            row
            for row in range(min(_DEEPEST_HEADER, len(rows)))
            if any(column[row] is not None and not _is_year(column[row]) for column in raw)
            or any(_is_dots(cell) or ("\n" in cell and _is_stack(cell)) for cell in rows[row])
        ),
        0,
    )
    filled = [sum(1 for cell in rows[row] if cell.strip()) for row in range(first)]
    while first > 1 and filled[first - 1] <= 1 and max(filled[: first - 1]) > 1:
        first -= 1
    return first


def _is_dots(text: str) -> bool:
    """Whether a cell stands for a figure that is not told, by a sign that names no column."""
    return is_withheld(text) and not text.strip().isalpha()


def _is_stack(text: str) -> bool:
    """Whether a cell holds an amount on each of its lines: a row of figures that cannot be told apart, not a header."""
    amounts = [read_amount(line, None) for line in text.splitlines() if line.strip()]
    return len(amounts) > 1 and all(amount is not None and not _is_year(amount) for amount in amounts)


def _is_year(amount: Amount | None) -> bool:
    return amount is not None and len(amount.text) == 4 and amount.text.isdigit() and 1900 <= amount.value <= 2100


def _role(header: str, texts: Sequence[str], amounts: Sequence[Amount | None], labelled: bool, col: int) -> str:
    marked = [amount for _, amount in odd_amounts(amounts)]
    count = count_amounts(amounts) - sum(1 for amount in marked if amount.glued)
    if not count or count * 2 < _filled(texts, amounts):
        return LABEL if not labelled and any(WORD.search(text) for text in texts) else TEXT
    name = header.casefold().strip(" .:")
    if name in NOTE_HEADERS:
        return NOTE
    marked = [amount for amount in marked if not amount.glued]
    whole = not (isinstance(amounts, Series) and amounts.plain and (amounts.places or amounts.grouped))
    whole = whole and all(amount.decimals == 0 and not amount.notation.group for amount in marked)
    if whole and (name in CODE_HEADERS or not {name.split(" ")[0], name.split(" ")[-1]}.isdisjoint(ID_WORDS)):
        return CODE
    if whole and count > 1 and (all(map(_is_year, _unglued(amounts))) or _is_numbering(amounts, labelled, col)):
        return CODE
    faulty = sum(1 for amount in marked if amount.fault == "malformed")
    if faulty * 3 > count:
        return TEXT
    if _is_percent(header) or sum(1 for amount in marked if amount.percent) * 2 > count:
        return PERCENT
    return AMOUNT


def _spans(over: Sequence[str], texts: Sequence[str], top: int) -> bool:
    """Whether a header that calls its amounts shares spans a column to the right of it, too.

    It does where both have a header of their own below it, and the column has nothing beside it.
    """
    named = [row for row in range(top) if over[row].strip()]
    return len(named) > 1 and (
        _is_percent(over[named[0]]) and not texts[named[0]].strip() and any(texts[row].strip() for row in named[1:])
    )


def _is_sized(amounts: Sequence[Amount | None], shares: Sequence[Amount | None]) -> bool:
    """Whether amounts are of the size of shares beside them."""
    largest = max((abs(a.value) for _, a in odd_amounts(shares)), default=Decimal(0))
    return not isinstance(amounts, Series) and all(abs(a.value) <= 10 * largest for _, a in odd_amounts(amounts))


def _is_percent(header: str) -> bool:
    return "%" in header or PERCENT_WORD.search(header) is not None


def _filled(texts: Sequence[str], amounts: Sequence[Amount | None]) -> int:
    """How many cells print something other than a sign for nothing."""
    if isinstance(amounts, Series):
        return count_amounts(amounts) + sum(1 for row in amounts.rest if not is_nil(amounts.texts[row]))
    return sum(1 for text in texts if not is_nil(text))


def _unglued(amounts: Sequence[Amount | None]) -> Iterator[Amount]:
    return (amount for amount in amounts if amount is not None and not amount.glued)


def _is_numbering(amounts: Sequence[Amount | None], labelled: bool, col: int) -> bool:
    """Whether a column left of the labels counts rows or holds ascending codes of one width."""
    if labelled or col > 1:
        return False
    if not all(a.value < b.value for a, b in pairwise(_unglued(amounts))):
        return False
    first = next(_unglued(amounts))
    return first.value <= 1 or len({len(amount.text) for amount in _unglued(amounts)}) == 1


def find_unit(text: str, language: str | None = None, prose: bool = False) -> Unit:
    """The unit that a header or title names: ``Totalt (kronor)``, ``mnkr``, ``1000 kr``, ``in US millions``.

    A scale word that belongs to a figure in the text (``2,5 miljarder kronor``) names no unit. In ``prose`` such words
    are counted things more often than units (*miljoner till skolan*), so there they must stand in brackets or behind *i*.
    """
    currency: str | None = None
    exponent = 0
    position = 0
    text = text[:2000]
    for numeral in NUMERAL.finditer(text):
        if numeral.start() < position:
            continue
        found = _unit_words(text[position : numeral.start()], language, prose)
        currency, exponent = found.currency or currency, found.exponent or exponent
        tail = read_unit(text, numeral.end(), language)
        thousands = _THOUSANDS.get(numeral.group().replace("\u00a0", " "), 0)
        if thousands and tail.currency:
            exponent = thousands
        currency = currency or tail.currency
        position = max(tail.end, numeral.end())
    found = _unit_words(text[position:], language, prose)
    return Unit(found.currency or currency, found.exponent or exponent)


def _unit_words(text: str, language: str | None, prose: bool) -> Unit:
    currency, exponent = None, 0
    words = list(WORD.finditer(text))
    before = ""
    for match in words:
        word = match.group()
        folded = word.casefold()
        if folded in UNITS:
            kind, exponent = UNITS[folded]
            currency = settle(kind, language)
        elif folded not in _NOT_IN_HEADERS and (scale := scale_of(word, language)) is not None:
            bracketed = text.count("(", 0, match.start()) > text.count(")", 0, match.start())
            if (bracketed or before in _UNIT_PREPOSITIONS) if prose else not is_number_word(before, language):
                exponent = exponent or scale
        elif folded not in _NOT_IN_HEADERS:
            currency = currency or currency_of(word, language)
        before = folded
    for char in text:
        if currency is None and char in "€$£₹":
            currency = currency_of(char, language)
    if exponent and currency is None and any(match.group() == "US" for match in words):
        currency = "USD"
    return Unit(currency, exponent)


def _is_holding(header: str, named: Unit, around: _Surroundings) -> bool:
    """Whether a header that is no more than a currency's name says what is held, not what it is told in.

    So it is where the table states another currency with a scale: *Euro* and *Yen* in a table in US millions.
    """
    stated = around.corner if around.corner.currency else around.shared
    bare = len(WORD.findall(header)) == 1 and header.strip().isalpha()
    return (
        bare
        and named.exponent == 0 < stated.exponent
        and None not in (named.currency, stated.currency)
        and (named.currency != stated.currency)
    )


def _column_unit(header: Unit, corner: Unit, shared: Unit, amounts: Sequence[Amount | None]) -> Unit:
    printed = next((a.unit.currency for _, a in odd_amounts(amounts) if a.unit.currency), None)
    # A header that names a currency and no scale means whole units, whatever the title says.
    exponent = header.exponent if header.currency else header.exponent or corner.exponent or shared.exponent
    return Unit(header.currency or corner.currency or shared.currency or printed, exponent)


def _of_one_grouping(amounts: Sequence[Amount | None]) -> Sequence[Amount | None]:
    """Hold a column to one way of grouping: 12,03,500 is well written in India, and a slip among 1,204,500; 2,24 is one of 2,024."""
    amounts = _without_stray_decimals(amounts)
    indian = sum(1 for a in amounts if a is not None and a.notation.indian)
    western = sum(1 for a in amounts if a is not None and len(a.sizes) > 2 and not a.notation.indian and not a.fault)
    if not indian or not western or indian == western:
        return amounts
    odd = indian < western
    return [
        a._replace(fault="malformed", notation=a.notation._replace(indian=not odd))
        if a is not None and len(a.sizes) > 2 and a.notation.group == "," and not a.fault and a.notation.indian == odd
        else a
        for a in amounts
    ]


def _without_stray_decimals(amounts: Sequence[Amount | None]) -> Sequence[Amount | None]:
    """The amounts, but for the few that the mark which groups all others divides: there is a digit too few behind it."""
    for mark in (",", "."):
        grouped = sum(1 for a in amounts if a is not None and a.notation.group == mark and not a.fault)
        stray = [a for a in amounts if a is not None and a.notation.decimal == mark]
        if not grouped or len(stray) * _FEW_STRAY > grouped:
            continue
        lone = {id(a) for a in stray if not a.notation.group and not a.fault and a.text[0] != "0"}
        amounts = [_undivided(a, mark) if a is not None and id(a) in lone else a for a in amounts]
    return amounts


def _undivided(amount: Amount, mark: str) -> Amount:
    """An amount whose mark groups, although another number of digits than three stands behind it."""
    value, half = rescale(amount.value, amount.decimals), rescale(HALF, amount.unit.exponent)
    return amount._replace(
        value=value, low=add((value, half.copy_negate())), high=add((value, half)), decimals=0,
        notation=amount.notation._replace(group=mark, decimal=""), sizes=(*amount.sizes, amount.decimals), fault="malformed",
    )  # fmt: skip


def _settled(amount: Amount, unit: Unit) -> Amount:
    if amount.percent:
        return amount
    own = amount.unit
    signed = any(mark.kind == "currency" and _SIGN.search(mark.text) for mark in amount.marks)
    # A sign says which money, never how much of it: "$ 1,583" among millions is as much as the figures without it.
    if signed and not own.exponent and own.currency == unit.currency:
        return in_unit(amount, unit)
    if any(mark.kind in ("unit", "currency") for mark in amount.marks):
        return amount._replace(unit=Unit(own.currency or unit.currency, own.exponent))
    return in_unit(amount, unit)
