"""Recognise what a document prints: the roles and units of its columns, and the amount in every cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from reconcile.core.amounts import (
    NUMERAL,
    Amount,
    Unit,
    decimal_mark_of,
)
from reconcile.core.document import Document, Fault, Table
from reconcile.core.languages import MINUSES, OF_WHICH, SPACES, WORD
from reconcile.core.limits import Clock, OvertimeError
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
    TEXT,
    Column,
    Surroundings,
    agreed_mark,
    counts_several,
    decided_cells,
    is_dots,
    is_open,
    is_sized,
    is_stack,
    is_year_amount,
    measure_of,
    recognise_column,
    rounded_amounts,
    spans_columns,
    unread_rows,
    usual_mark,
    without_measures,
)
from reconcile.recognise.series import count_amounts, holds_amount, odd_amounts, read_column, read_counted
from reconcile.recognise.units import find_unit, is_unit_alone, stated_unit

# A header has no more rows than this; what looks like one further down is a row of words.
_DEEPEST_HEADER = 20
# The marks of figures are asked for in so many rows of each table.
_MOST_ROWS_ASKED = 500
# "EUR 1.250", "kr 300": no name of a row.
_MONEY = re.compile(rf"[A-Za-z]{{1,3}}[.$]?[{SPACES}{MINUSES}]{{0,3}}\d")
# A unit stands so many blocks above the title at most.
_REACH = 3
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
    try:
        return clock.run(lambda: _recognise(document, settings, clock))
    except OvertimeError:
        reading = RecognisedDocument(_without_text(document, clock), None, None)
        return leave_out(reading, 0, clock) if document.tables else reading


def _recognise(document: Document, settings: Settings, clock: Clock) -> RecognisedDocument:
    # A locale that is given settles marks; the words are read in the language that they are in.
    language = detect_language(" ".join([block.text for block in document.blocks] + _labels(document)))
    locale = locale_for(language)
    if settings.locale:
        locale = settings.locale.replace("-", "_")
        language = language or settings.locale[:2].casefold()
    claims = read_claims(document, language, clock)
    percentages = read_percentages(document, language, clock)
    if clock.refused:
        document = _without_text(document, clock)
    mark = decimal_mark_of(
        [claim.amount.text for claim in claims]
        + [numeral.group() for table in document.tables for cell in _cells_beside_labels(table)
           for numeral in NUMERAL.finditer(cell[:200])],
        partial(usual_mark, language, locale),
    )  # fmt: skip
    tables: list[RecognisedTable] = []
    for table in document.tables:
        if clock.is_up():
            break
        title = document.blocks[table.title_block].text if table.title_block is not None else ""
        stated = _unit_above(document, table, language)
        tables.append(recognise_table(table, title, language, mark, locale, document.decimal_mark, stated))
    marks = {agreed_mark(figures.columns) for figures in tables if not mark} - {None}
    if len(marks) == 1:
        shown = marks.pop()
        for number, figures in enumerate(tables):
            if _is_open(figures):
                stated = _unit_above(document, figures.table, language)
                tables[number] = recognise_table(figures.table, figures.title, language, shown, locale, stated=stated)
    reading = RecognisedDocument(document, language, locale, tuple(tables), claims, percentages)
    return reading if len(tables) == len(document.tables) else leave_out(reading, len(tables), clock)


def _unit_above(document: Document, table: Table, language: str | None) -> Unit:
    """The unit that a block of its own states above the title of a table, below the table before."""
    if table.title_block is None:
        return Unit()
    before = document.tables[table.index - 1].title_block if 0 < table.index < len(document.tables) else None
    lowest = max(-1 if before is None else before, table.title_block - _REACH)
    blocks = (document.blocks[number] for number in range(table.title_block - 1, lowest, -1))
    return next((unit for block in blocks if (unit := stated_unit(block.text, language)) is not None), Unit())


def _cells_beside_labels(table: Table) -> Iterator[str]:
    """The cells to the right of the names of rows: names, and what numbers them, hold numbers that are no amounts (*Total 1.1*)."""
    rows = table.rows[:_MOST_ROWS_ASKED]
    columns = zip(*rows, strict=True)
    first = next((col + 1 for col, cells in enumerate(columns) if _holds_names(cells)), 0)
    return (cell for row in rows for cell in row[first if first < table.width else 0 :])


def _holds_names(cells: Sequence[str]) -> bool:
    filled = [text for cell in cells if (text := cell.strip())]
    return sum(1 for text in filled if text[0].isalpha() and not _MONEY.match(text)) * 2 > len(filled)


def _is_open(figures: RecognisedTable) -> bool:
    return any(is_open(column, figures.cells.get(column.index)) for column in figures.columns)


def _without_text(document: Document, clock: Clock) -> Document:
    told = say("checking it {limit}; amounts in its text left out", limit=clock.limit)
    return replace(document, faults=(*document.faults, Fault("R004", told, Location(document.path))))


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
    usual_mark: str | None = None,
    stated: Unit = Unit(),
) -> RecognisedTable:
    """Recognise one table.

    ``decimal_mark`` is what the rest of the document writes with, if it is known, and ``usual_mark`` what its format suggests.
    ``stated`` is the unit that a line above the title states.
    """
    grid = table.rows
    texts = [decided_cells(column, col, table.undecided) for col, column in enumerate(zip(*grid, strict=True))]
    raw = [read_column(column, language) for column in texts]
    # The first column names the rows: "30 days" is a name there.
    raw[:1] = [without_measures(column, amounts) for column, amounts in zip(texts[:1], raw[:1], strict=True)]
    raw[1:] = [read_counted(column, amounts, language) for column, amounts in zip(texts[1:], raw[1:], strict=True)]
    header_rows = _header_rows(table, raw) if table.header_rows is None else table.header_rows
    if table.header_rows == 1 and _names_years_below(grid, raw):
        header_rows = 2
    shared = find_unit(title, language, prose=True)
    shared = stated if shared == Unit() else shared
    corner = find_unit(" ".join(grid[row][0] for row in range(header_rows) if grid[row]), language)
    if corner == Unit():
        corner = _stated_unit(grid[: header_rows + 1], language)
    surroundings = Surroundings(header_rows, language, decimal_mark, locale, corner, shared, usual_mark)
    columns: list[Column] = []
    given: list[tuple[bool, bool]] = []
    cells: dict[int, Sequence[Amount | None]] = {}
    labelled = shares = False
    over = 0
    for col, amounts in enumerate(raw):
        shares = shares and spans_columns(texts[over], texts[col], header_rows) and is_sized(amounts, raw[over])
        given.append((labelled, shares))
        column, settled = recognise_column(texts[col], col, amounts, labelled, surroundings, shares)
        if column.role != PERCENT:
            shares = False
        elif not shares:
            shares, over = True, col
        labelled = labelled or column.role == LABEL
        columns.append(column)
        if settled is not None:
            cells[col] = settled
    beside = agreed_mark(columns) or usual_mark
    if beside:
        around = surroundings._replace(decimal_mark=beside)
        for col in [column.index for column in columns if is_open(column, cells.get(column.index))]:
            columns[col], settled = recognise_column(texts[col], col, raw[col], given[col][0], around, given[col][1])
            if settled is not None:
                cells[col] = settled
    cells |= rounded_amounts(columns, cells)
    labels = _row_labels(texts, columns, cells)
    totals = total_labels(labels)
    figured = [cells[column.index] for column in columns if column.role == AMOUNT]
    carried = frozenset(_carried(labels, figured))
    apart = totals.union(_parts(labels), carried, _measured_apart(figured, totals))
    leaves = tuple(
        row
        for row, some in enumerate(map(any, zip(*map(holds_amount, figured), strict=True)))
        if some and row >= header_rows and row not in apart
    )
    suspects = tuple(
        (row, c)
        for c, column in cells.items()
        for row, a in odd_amounts(column)
        if row >= header_rows and (a.fault or a.glued) and not _is_heading(raw, row, a)
    )
    unread = frozenset(
        (row, col) for col, column in cells.items() for row in unread_rows(texts[col], column, header_rows)
    )
    unread = unread.union((row, col) for row, col in table.undecided if col in cells)
    return RecognisedTable(
        table, tuple(columns), header_rows, cells, labels, totals, apart, carried, leaves, suspects, unread, title
    )


def _stated_unit(rows: Sequence[Sequence[str]], language: str | None) -> Unit:
    """The unit that a row of a header states for all columns in a cell of its own: *(In thousands)*."""
    for cells in rows:
        told = {text for cell in cells if (text := cell.strip(" *_()[]\u00a0"))}
        if (
            len(told) == 1
            and (unit := find_unit(text := told.pop(), language)).exponent
            and is_unit_alone(text, language)
        ):
            return unit
    return Unit()


def _is_heading(raw: Sequence[Sequence[Amount | None]], row: int, amount: Amount) -> bool:
    """Whether an amount is a year in a row of years, which may stand in the middle of a table."""
    return is_year_amount(amount) and all(is_year_amount(column[row]) for column in raw if column[row] is not None)


def _row_labels(
    texts: Sequence[Sequence[str]], columns: Sequence[Column], cells: Mapping[int, object]
) -> tuple[str, ...]:
    label = _label_column(texts, columns)
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


def _label_column(texts: Sequence[Sequence[str]], columns: Sequence[Column]) -> int:
    """Return the column that names the rows: the first of text, or the one with the total words where it has none."""
    worded = [column.index for column in columns if column.role in (LABEL, TEXT)]
    first = next((column.index for column in columns if column.role == LABEL), -1)
    if first < 0 or total_labels(texts[first]):
        return first
    return next((col for col in worded if total_labels(texts[col])), first)


def _parts(labels: Sequence[str]) -> Iterator[int]:
    """The rows that are part of the row above them (*of which*), so that they are not added with the others."""
    for row, label in enumerate(labels):
        if _ENUMERATOR.sub("", label).casefold().lstrip("-–—•· ").startswith(OF_WHICH):
            yield row


def _measured_apart(figured: Sequence[Sequence[Amount | None]], totals: frozenset[int]) -> set[int]:
    """The rows that tell another measure than the totals of their table, where a column tells several: they are no part of these."""
    found: set[int] = set()
    for amounts in filter(counts_several, figured):
        wanted = {measure_of(amount) for row in totals if (amount := amounts[row]) is not None}
        others = {row for row, amount in enumerate(amounts) if amount is not None and measure_of(amount) not in wanted}
        found |= others if wanted else set()
    return found - totals


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


def _names_years_below(rows: Sequence[Sequence[str]], raw: Sequence[Sequence[Amount | None]]) -> bool:
    """Whether the row below a header that leaves columns unnamed names them: no label, years, and words at most.

    Markdown knows one row of headers: *Years ended December 31,* above *2019* and *2018*.
    """
    if len(rows) < 3 or any(cell.strip() for cell in (rows[1][0], rows[0][0])):
        return False
    named = [col for col, cell in enumerate(rows[1]) if cell.strip()]
    years = [col for col in named if is_year_amount(raw[col][1])]
    if len({rows[1][col].strip() for col in years}) < 2 or any(is_year_amount(column[0]) for column in raw):
        return False
    open_columns = any(not rows[0][col].strip() for col in named)
    return open_columns and all(raw[col][1] is None for col in named if col not in years)


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
