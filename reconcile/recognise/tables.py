"""Recognise what a document prints: the roles and units of its columns, and the amount in every cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from reconcile.core.amounts import (
    NUMERAL,
    Amount,
    decimal_mark_of,
)
from reconcile.core.document import Document, Fault, Table
from reconcile.core.languages import OF_WHICH, WORD
from reconcile.core.limits import Clock
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.core.settings import Settings
from reconcile.core.words import carried_labels, detect_language, locale_for, total_labels
from reconcile.recognise.claims import Claim, read_claims, read_percentages
from reconcile.recognise.columns import (
    AMOUNT,
    CODE,
    LABEL,
    PERCENT,
    Column,
    Surroundings,
    decided_cells,
    is_dots,
    is_sized,
    is_stack,
    is_year_amount,
    recognise_column,
    rounded_amounts,
    spans_columns,
    unread_rows,
    usual_mark,
)
from reconcile.recognise.series import count_amounts, holds_amount, odd_amounts, read_column
from reconcile.recognise.units import find_unit

# A header has no more rows than this; what looks like one further down is a row of words.
_DEEPEST_HEADER = 20
# What numbers a label: "b.ii.", "2)", "(a)".
_ENUMERATOR = re.compile(r"^\s*(?:\(?\w{1,4}[.)]\s?)+(?=\s|\w{3})")


@dataclass(frozen=True, slots=True)
class RecognisedTable:
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
class RecognisedDocument:
    """A document with everything recognised in it; ``percentages`` are the figures in per cent of its text."""

    document: Document
    language: str | None
    locale: str | None
    tables: tuple[RecognisedTable, ...] = ()
    claims: tuple[Claim, ...] = ()
    percentages: tuple[Claim, ...] = ()


def recognise(document: Document, settings: Settings) -> RecognisedDocument:
    """Recognise the tables and the claims of a document; tables that there is no time for are left out, and said."""
    clock = Clock.start(settings)
    # A locale that is given settles marks; the words are read in the language that they are in.
    language = detect_language(" ".join([block.text for block in document.blocks] + _labels(document)))
    locale = locale_for(language)
    if settings.locale:
        locale = settings.locale.replace("-", "_")
        language = language or settings.locale[:2].casefold()
    claims = read_claims(document, language, clock)
    percentages = read_percentages(document, language, clock)
    if clock.is_up():
        late = Fault(
            "R004", say("checking it {limit}; amounts in its text left out", limit=clock.limit), Location(document.path)
        )
        document = replace(document, faults=(*document.faults, late))
    mark = decimal_mark_of(
        [claim.amount.text for claim in claims]
        + [numeral.group() for table in document.tables for row in table.rows[:500] for cell in row
           for numeral in NUMERAL.finditer(cell[:200])],
        partial(usual_mark, language, locale),
    ) or document.decimal_mark  # fmt: skip
    tables: list[RecognisedTable] = []
    for table in document.tables:
        if clock.is_up():
            break
        title = document.blocks[table.title_block].text if table.title_block is not None else ""
        tables.append(recognise_table(table, title, language, mark, locale))
    reading = RecognisedDocument(document, language, locale, tuple(tables), claims, percentages)
    return reading if len(tables) == len(document.tables) else leave_out(reading, len(tables), clock)


def leave_out(reading: RecognisedDocument, first: int, clock: Clock) -> RecognisedDocument:
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
) -> RecognisedTable:
    """Recognise one table. ``decimal_mark`` is what the rest of the document writes with, if it is known."""
    grid = table.rows
    texts = [decided_cells(column, col, table.undecided) for col, column in enumerate(zip(*grid, strict=True))]
    raw = [read_column(column, language) for column in texts]
    header_rows = _header_rows(table, raw) if table.header_rows is None else table.header_rows
    shared = find_unit(title, language, prose=True)
    corner = find_unit(" ".join(grid[row][0] for row in range(header_rows) if grid[row]), language)
    surroundings = Surroundings(header_rows, language, decimal_mark, locale, corner, shared)
    columns: list[Column] = []
    cells: dict[int, Sequence[Amount | None]] = {}
    labelled = shares = False
    over = 0
    for col, amounts in enumerate(raw):
        shares = shares and spans_columns(texts[over], texts[col], header_rows) and is_sized(amounts, raw[over])
        column, settled = recognise_column(texts[col], col, amounts, labelled, surroundings, shares)
        if column.role != PERCENT:
            shares = False
        elif not shares:
            shares, over = True, col
        labelled = labelled or column.role == LABEL
        columns.append(column)
        if settled is not None:
            cells[col] = settled
    cells |= rounded_amounts(columns, cells)
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
    unread = frozenset(
        (row, col) for col, column in cells.items() for row in unread_rows(texts[col], column, header_rows)
    )
    unread = unread.union((row, col) for row, col in table.undecided if col in cells)
    return RecognisedTable(
        table, tuple(columns), header_rows, cells, labels, totals, apart, carried, leaves, suspects, unread, title
    )


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
            if any(column[row] is not None and not is_year_amount(column[row]) for column in raw)
            or any(is_dots(cell) or ("\n" in cell and is_stack(cell)) for cell in rows[row])
        ),
        0,
    )
    filled = [sum(1 for cell in rows[row] if cell.strip()) for row in range(first)]
    while first > 1 and filled[first - 1] <= 1 and max(filled[: first - 1]) > 1:
        first -= 1
    return first
