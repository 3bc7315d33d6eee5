"""Coverage: which amounts stand in an equation, which of these hold, and what was not checked at all.

An amount is checked if it is the total or a part of an equation that could be worked out, or stands in a column that a schema
holds to a stated sum. An equation that cannot be verified checks nothing, and neither does one that does not hold and is
probably not meant to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import and_
from typing import NamedTuple

from reconcile.core.location import Location
from reconcile.equate.equation import BROKEN, UNVERIFIABLE, Outcome, Term, Terms
from reconcile.equate.evidence import NOTE
from reconcile.recognise.claims import Claim, figure_at
from reconcile.recognise.columns import Column
from reconcile.recognise.series import holds_amount
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable

# What a cell stands in: no equation, only such as hold, or one that does not. The first bit says that it is checked.
UNCHECKED, HOLDS, FAILS = 0, 1, 3
STATE_NAMES = {UNCHECKED: "unchecked", HOLDS: "holds", FAILS: "fails"}
# The kinds of rows: those of a table's own, its totals, those that are not added with the others, sums carried over a page.
ROW, TOTAL, APART, CARRIED = "row", "total", "apart", "carried"

# A table as (path, index).
TableKey = tuple[str, int]
_Marks = dict[TableKey, dict[int, bytearray]]


class SchemaSum(NamedTuple):
    """A column that a schema holds to a stated sum: the rows that it adds up, and whether they make the sum."""

    col: int
    rows: Sequence[int]
    holds: bool


class SchemaSummary(NamedTuple):
    """A table held to a schema: the schema's name, the rows held to it, and how many checks were made of it and hold."""

    schema: str
    rows: int
    checks: int
    held: int
    sums: tuple[SchemaSum, ...] = ()


class ColumnCoverage(NamedTuple):
    """How many amounts a column has, and how many of them are checked."""

    column: Column
    amounts: int
    checked: int


class RowsCoverage(NamedTuple):
    """The same of all rows of one kind."""

    kind: str
    amounts: int
    checked: int


@dataclass(frozen=True, slots=True)
class TableCoverage:
    """What is checked of a table, by column and by kind of row; ``held`` says which rows of a column hold an amount."""

    figures: RecognisedTable
    columns: tuple[ColumnCoverage, ...]
    rows: tuple[RowsCoverage, ...]
    held: Mapping[int, bytes]
    marks: Mapping[int, bytearray]

    def state(self, row: int, col: int) -> int | None:
        """``UNCHECKED``, ``HOLDS`` or ``FAILS``; None for a cell that holds no amount."""
        if col not in self.held or not self.held[col][row]:
            return None
        return self.marks[col][row] if col in self.marks else UNCHECKED


@dataclass(frozen=True, slots=True)
class DocumentCoverage:
    """What is checked of a document: its tables, and which amounts and which figures in per cent of its text are not."""

    reading: RecognisedDocument
    tables: tuple[TableCoverage, ...]
    claims: tuple[Claim, ...]
    percentages: tuple[Claim, ...]

    @property
    def amounts(self) -> int:
        """How many amounts there are, in tables and in text; figures in per cent in the text are none."""
        return len(self.reading.claims) + sum(column.amounts for table in self.tables for column in table.columns)

    @property
    def checked(self) -> int:
        """How many of them are checked."""
        told = len(self.reading.claims) - len(self.claims)
        return told + sum(column.checked for table in self.tables for column in table.columns)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is checked of all documents."""

    documents: tuple[DocumentCoverage, ...] = ()

    @property
    def amounts(self) -> int:
        """How many amounts there are."""
        return sum(document.amounts for document in self.documents)

    @property
    def checked(self) -> int:
        """How many of them are checked."""
        return sum(document.checked for document in self.documents)

    @property
    def is_whole(self) -> bool:
        """Whether all amounts are checked, and all figures in per cent in the text, too."""
        return self.checked == self.amounts and not any(document.percentages for document in self.documents)

    def by_table(self) -> dict[TableKey, TableCoverage]:
        """What is checked of each table, by path and index."""
        return {_key(table.figures): table for document in self.documents for table in document.tables}


def share_of(checked: int, amounts: int) -> int:
    """The amounts checked in whole per cent, rounded down, so that 100 means all."""
    return checked * 100 // amounts if amounts else 0


def is_under(checked: int, amounts: int, least: int) -> bool:
    """Whether less than ``least`` per cent of the amounts are checked; of none, nothing is."""
    return least > 0 and (not amounts or checked * 100 < least * amounts)


def checks(outcome: Outcome) -> bool:
    """Whether an equation checks the amounts that stand in it."""
    return outcome.status != UNVERIFIABLE and (outcome.status != BROKEN or outcome.equation.fault >= NOTE)


def cover(
    readings: Sequence[RecognisedDocument], outcomes: Iterable[Outcome], schemas: Mapping[TableKey, SchemaSummary]
) -> Coverage:
    """Count which amounts of documents stand in an equation."""
    lengths = {_key(figures): len(figures.table.rows) for reading in readings for figures in reading.tables}
    marks: _Marks = {key: {} for key in lengths}
    said: set[Location] = set()
    counted = [outcome for outcome in outcomes if checks(outcome)]
    # What fails is marked last, over what holds.
    for state in (HOLDS, FAILS):
        for outcome in counted:
            if (outcome.status == BROKEN) == (state == FAILS):
                _mark((outcome.total,), state, marks, lengths, said)
                _mark(outcome.terms, state, marks, lengths, said)
        for key, summary in schemas.items():
            for each in summary.sums:
                if key in marks and each.holds == (state == HOLDS):
                    _mark_rows(_column(marks, lengths, key, each.col), each.rows, state)
    return Coverage(tuple(_document(reading, marks, said) for reading in readings))


def _key(figures: RecognisedTable) -> TableKey:
    return figures.table.path, figures.table.index


def _mark(
    terms: Sequence[Term], state: int, marks: _Marks, lengths: Mapping[TableKey, int], said: set[Location]
) -> None:
    """Mark the cells of terms; those in text are added to ``said``. Of a long column no term is made but one."""
    if isinstance(terms, Terms):
        first = terms.make(terms.rows[0]) if len(terms) else None
        if first is not None and first.table is not None:
            key = first.table.path, first.table.index
            if key in marks:
                _mark_rows(_column(marks, lengths, key, first.col), terms.rows, state)
        return
    for term in terms:
        for leaf in term.leaves():
            if leaf.table is None:
                said.add(leaf.location)
            elif (key := (leaf.table.path, leaf.table.index)) in marks:
                _column(marks, lengths, key, leaf.col)[leaf.row] = state


def _column(marks: _Marks, lengths: Mapping[TableKey, int], key: TableKey, col: int) -> bytearray:
    columns = marks[key]
    if col not in columns:
        columns[col] = bytearray(lengths[key])
    return columns[col]


def _mark_rows(column: bytearray, rows: Sequence[int], state: int) -> None:
    for row in rows:
        column[row] = state


def _document(reading: RecognisedDocument, marks: _Marks, said: set[Location]) -> DocumentCoverage:
    def unchecked(claims: Iterable[Claim]) -> tuple[Claim, ...]:
        return tuple(claim for claim in claims if said.isdisjoint(_places(reading, claim)))

    tables = tuple(_table(figures, marks[_key(figures)]) for figures in reading.tables)
    return DocumentCoverage(reading, tables, unchecked(reading.claims), unchecked(reading.percentages))


def _places(reading: RecognisedDocument, claim: Claim) -> tuple[Location, ...]:
    """Where a claim's figure stands, by either way to read it."""
    if claim.alternative is None:
        return (claim.figure,)
    return claim.figure, figure_at(reading.document, claim, claim.alternative)


def _table(figures: RecognisedTable, marks: Mapping[int, bytearray]) -> TableCoverage:
    apart = {
        CARRIED: figures.carried,
        TOTAL: figures.totals - figures.carried,
        APART: figures.apart - figures.totals - figures.carried,
    }
    amounts, checked = dict.fromkeys((ROW, *apart), 0), dict.fromkeys((ROW, *apart), 0)
    columns = []
    all_held = {col: bytes(holds_amount(cells)) for col, cells in figures.cells.items()}
    for column in figures.columns:
        if column.index not in all_held:
            continue
        held = all_held[column.index]
        mine = marks.get(column.index, bytes(len(held)))
        columns.append(ColumnCoverage(column, sum(held), sum(map(and_, held, mine))))
        for kind, rows in apart.items():
            amounts[kind] += sum(held[row] for row in rows)
            checked[kind] += sum(held[row] & mine[row] for row in rows)
    amounts[ROW] = sum(column.amounts for column in columns) - sum(amounts.values())
    checked[ROW] = sum(column.checked for column in columns) - sum(checked.values())
    by_kind = tuple(RowsCoverage(kind, amounts[kind], checked[kind]) for kind in amounts if amounts[kind])
    return TableCoverage(figures, tuple(columns), by_kind, all_held, marks)
