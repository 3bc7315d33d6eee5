"""Recognise what a document prints: the roles and units of its columns, and the amount in every cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from reconcile.amounts import (
    NUMERAL,
    Amount,
    Unit,
    decimal_mark_of,
    in_unit,
    is_nil,
    read_amount,
    read_look_alike,
    read_unit,
)
from reconcile.claims import Claim, read_claims
from reconcile.locales import (
    CODE_HEADERS,
    ID_WORDS,
    NOTE_HEADERS,
    OF_WHICH,
    UNITS,
    WORD,
    currency_of,
    detect_language,
    is_number_word,
    is_total_label,
    locale_for,
    scale_of,
    separators,
    settle,
)
from reconcile.model import Document, Table
from reconcile.settings import Settings

AMOUNT, LABEL, CODE, PERCENT, NOTE, TEXT = "amount", "label", "code", "percent", "note", "text"
_THOUSANDS = {"1000": 3, "1 000": 3, "1.000": 3, "1,000": 3, "000": 3, "1000000": 6, "1 000 000": 6}
# Words that are units in a cell but ordinary words in a header.
_DEEPEST_HEADER = 20
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
    the row has none). ``labels`` is what names each row: its label column, else its first cell of text. ``leaves`` are
    the rows with amounts that are neither totals nor *of which* rows. ``suspects`` are the (row, column) of amounts
    whose writing is at fault, ``unread`` of cells in amount columns that hold something else.
    """

    table: Table
    columns: tuple[Column, ...]
    header_rows: int
    cells: Mapping[int, tuple[Amount | None, ...]]
    labels: tuple[str, ...]
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
            if not _is_sum_or_part(self.labels[row]) and any(self.table.rows[row][col].strip() for col in self.cells):
                yield row

    def amounts(self) -> Iterator[tuple[int, int, Amount]]:
        """Every amount as (row, column, amount), row by row."""
        for row in range(len(self.table.rows)):
            for col, column in self.cells.items():
                amount = column[row]
                if amount is not None:
                    yield row, col, amount


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with everything recognised in it."""

    document: Document
    language: str | None
    locale: str | None
    tables: tuple[Figures, ...] = ()
    claims: tuple[Claim, ...] = ()


def recognise(document: Document, settings: Settings) -> Reading:
    """Recognise the tables and the claims of a document."""
    # A locale that is given settles marks; the words are read in the language that they are in.
    language = detect_language(" ".join([block.text for block in document.blocks] + _labels(document)))
    locale = locale_for(language)
    if settings.locale:
        locale = settings.locale.replace("-", "_")
        language = language or settings.locale[:2].casefold()
    claims = read_claims(document, language)
    mark = decimal_mark_of(
        [claim.amount.text for claim in claims]
        + [numeral.group() for table in document.tables for row in table.rows[:500] for cell in row
           for numeral in NUMERAL.finditer(cell[:200])]
    )  # fmt: skip
    tables = tuple(
        recognise_table(
            table,
            document.blocks[table.title_block].text if table.title_block is not None else "",
            language,
            mark,
            locale,
        )
        for table in document.tables
    )
    return Reading(document, language, locale, tables, claims)


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
    raw = [[read_amount(row[col], None, Unit(), language) for row in grid] for col in range(table.width)]
    for row, col in table.undecided:
        raw[col][row] = None
    header_rows = _header_rows(table, raw) if table.header_rows is None else table.header_rows
    shared = find_unit(title, language, prose=True)
    corner = find_unit(" ".join(grid[row][0] for row in range(header_rows) if grid[row]), language)
    surroundings = _Surroundings(header_rows, language, decimal_mark, locale, corner, shared)
    columns: list[Column] = []
    cells: dict[int, tuple[Amount | None, ...]] = {}
    labelled = False
    for col, amounts in enumerate(raw):
        column, settled = _recognise_column(table, col, amounts, labelled, surroundings)
        labelled = labelled or column.role == LABEL
        columns.append(column)
        if settled is not None:
            cells[col] = settled
    body = range(header_rows, len(grid))
    labels = _row_labels(grid, columns, cells)
    figured = [cells[column.index] for column in columns if column.role == AMOUNT]
    leaves = tuple(row for row in body if any(amounts[row] for amounts in figured) and not _is_sum_or_part(labels[row]))
    suspects = tuple(
        (row, c) for c, column in cells.items() for row in body if (a := column[row]) and (a.fault or a.glued)
    )
    unread = frozenset(
        (row, col)
        for col, column in cells.items()
        for row in body
        if column[row] is None and ((row, col) in table.undecided or not is_nil(grid[row][col]))
    )
    return Figures(table, tuple(columns), header_rows, cells, labels, leaves, suspects, unread, title)


class _Surroundings(NamedTuple):
    """What a column is read with: the header's depth, language, marks and units that the rest of the document gives."""

    header_rows: int
    language: str | None
    decimal_mark: str | None
    locale: str | None
    corner: Unit
    shared: Unit


def _recognise_column(
    table: Table, col: int, amounts: Sequence[Amount | None], labelled: bool, around: _Surroundings
) -> tuple[Column, tuple[Amount | None, ...] | None]:
    """A column's description, and its amounts (None for each row without) if it is one of amounts or shares."""
    grid, top, language = table.rows, around.header_rows, around.language
    header = " ".join(grid[row][col].strip() for row in range(top) if grid[row][col].strip())
    role = _role(header, [row[col] for row in grid[top:]], amounts[top:], labelled, col)
    if role not in (AMOUNT, PERCENT):
        return Column(col, header, role), None
    mark = decimal_mark_of(a.text for a in amounts if a) or around.decimal_mark
    own = mark
    unit = _column_unit(find_unit(header, language), around.corner, around.shared, amounts[top:])
    if mark is None and any(a and a.ambiguous for a in amounts):
        # No currency here is divided into thousandths, so whole units of one are grouped by the mark.
        if unit.currency and not unit.exponent:
            own = mark = "." if any(a and a.ambiguous and "," in a.text for a in amounts) else ","
        elif around.locale:
            mark = separators(around.locale)[0]
    if mark:
        amounts = [
            read_amount(row[col], mark, Unit(), language) if a and (a.ambiguous or a.notation.decimal or a.fault) else a
            for row, a in zip(grid, amounts, strict=True)
        ]
    settled: list[Amount | None] = []
    for row, amount in enumerate(_of_one_grouping(amounts)):
        text = grid[row][col]
        if row < top or (row, col) in table.undecided:
            amount = None
        elif (amount is None and not is_nil(text)) or (amount and amount.glued and amount.fault):
            amount = read_look_alike(text, mark, Unit(), language, inside=amount is None) or amount
        settled.append(None if amount is None else _settled(amount, unit))
    return Column(col, header, role, unit, own), tuple(settled)


def _row_labels(
    grid: Sequence[Sequence[str]], columns: Sequence[Column], cells: Mapping[int, object]
) -> tuple[str, ...]:
    label = next((column.index for column in columns if column.role == LABEL), -1)
    texts = [column.index for column in columns if column.index not in cells]
    labels = []
    for row in grid:
        named = row[label].strip() if label >= 0 else ""
        labels.append(named or next((row[col].strip() for col in texts if WORD.search(row[col])), ""))
    return tuple(labels)


def _is_sum_or_part(label: str) -> bool:
    """Whether a row is a total, or part of the row above it (*of which*), so that it is not added with the others."""
    return is_total_label(label) or label.casefold().lstrip("-– ").startswith(OF_WHICH)


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
        ),
        0,
    )
    filled = [sum(1 for cell in rows[row] if cell.strip()) for row in range(first)]
    while first > 1 and filled[first - 1] <= 1 and max(filled[: first - 1]) > 1:
        first -= 1
    return first


def _is_year(amount: Amount | None) -> bool:
    return amount is not None and len(amount.text) == 4 and amount.text.isdigit() and 1900 <= amount.value <= 2100


def _role(header: str, texts: Sequence[str], amounts: Sequence[Amount | None], labelled: bool, col: int) -> str:
    filled = sum(1 for text in texts if not is_nil(text))
    read = [amount for amount in amounts if amount is not None and not amount.glued]
    if not read or len(read) * 2 < filled:
        return LABEL if not labelled and any(WORD.search(text) for text in texts) else TEXT
    name = header.casefold().strip(" .:")
    if name in NOTE_HEADERS:
        return NOTE
    whole = all(amount.decimals == 0 and not amount.notation.group for amount in read)
    if whole and (name in CODE_HEADERS or not {name.split(" ")[0], name.split(" ")[-1]}.isdisjoint(ID_WORDS)):
        return CODE
    if whole and len(read) > 1 and (all(map(_is_year, read)) or _is_numbering(read, labelled, col)):
        return CODE
    faulty = sum(1 for amount in read if amount.fault == "malformed")
    if faulty * 3 > len(read):
        return TEXT
    if "%" in header or sum(1 for amount in read if amount.percent) * 2 > len(read):
        return PERCENT
    return AMOUNT


def _is_numbering(read: Sequence[Amount], labelled: bool, col: int) -> bool:
    """Whether a column left of the labels counts rows or holds ascending codes of one width."""
    if labelled or col > 1:
        return False
    values = [amount.value for amount in read]
    ascending = all(a < b for a, b in pairwise(values))
    return ascending and (values[0] <= 1 or len({len(amount.text) for amount in read}) == 1)


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


def _column_unit(header: Unit, corner: Unit, shared: Unit, amounts: Sequence[Amount | None]) -> Unit:
    printed = next((a.unit.currency for a in amounts if a is not None and a.unit.currency), None)
    # A header that names a currency and no scale means whole units, whatever the title says.
    exponent = header.exponent if header.currency else header.exponent or corner.exponent or shared.exponent
    return Unit(header.currency or corner.currency or shared.currency or printed, exponent)


def _of_one_grouping(amounts: Sequence[Amount | None]) -> Sequence[Amount | None]:
    """Hold a column to one way of grouping: 12,03,500 is well written in India, and a slip among 1,204,500."""
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


def _settled(amount: Amount, unit: Unit) -> Amount:
    if amount.percent:
        return amount
    if any(mark.kind in ("unit", "currency") for mark in amount.marks):
        return amount._replace(unit=Unit(amount.unit.currency or unit.currency, amount.unit.exponent))
    return in_unit(amount, unit)
