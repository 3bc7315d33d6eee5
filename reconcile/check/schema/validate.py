"""Hold a table to a schema: every failure at once, each with the cells that it is about."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from reconcile.check.schema.file import Likeness, SchemaColumn, TableSchema, checks_of, compare, match_columns
from reconcile.check.schema.patterns import hold_time
from reconcile.core.amounts import Amount
from reconcile.core.location import CellRef, TextSpan
from reconcile.core.messages import Message, joined, quoted, say
from reconcile.core.words import is_total_label
from reconcile.recognise.frames import FrameColumn, frame_of, is_int64, values_in
from reconcile.recognise.registries import Match, Registry, load_registry
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable

if TYPE_CHECKING:
    import pandas as pd

_SHOWN, _MANY = 5, 20


class Failure(NamedTuple):
    """One check that one table does not pass, at one cell; or at all of its cells where they are very many.

    ``check`` are the check's words, ``column`` the schema's name of the column ('' for the whole table), ``cells`` the
    (row, column) in the grid that it is about, ``found`` what is printed there, ``message`` both in words. A failure of
    a whole column has the cell of its header and nothing in ``found``. ``registry`` is the one that names are held to, ``nearest`` what
    a name may be meant for, ``missing`` the entities that are not there; ``sums`` what a column adds up to and should.
    """

    schema: str
    column: str
    check: str
    message: Message
    cells: tuple[tuple[int, int], ...]
    found: str = ""
    registry: str = ""
    nearest: Match | None = None
    missing: tuple[str, ...] = ()
    sums: tuple[Decimal, Decimal] | None = None


class HeldSum(NamedTuple):
    """A column that is held to a stated sum: the rows of the grid that it adds up, and whether they make it."""

    col: int
    rows: tuple[int, ...]
    holds: bool


class Validated(NamedTuple):
    """A table held to a schema that recognised it: what it fails, over how many rows, and how many checks were made and hold.

    ``sums`` are its columns that were held to a stated sum; one with a figure that is not given cannot be.
    """

    figures: RecognisedTable
    failures: tuple[Failure, ...]
    rows: int = 0
    checks: int = 0
    held: int = 0
    sums: tuple[HeldSum, ...] = ()


class SchemaResults(NamedTuple):
    """Documents held to a schema: its name, the tables that it recognised, and how near those of the other documents are."""

    schema: str = ""
    tables: tuple[Validated, ...] = ()
    near: Mapping[str, Message] = MappingProxyType({})


def validate_readings(
    readings: Sequence[RecognisedDocument], schema: TableSchema, among: bool = False
) -> SchemaResults:
    """Every table that the schema recognises, with its failures.

    Raises UsageError where there are tables and the schema recognises none of them: then it is the wrong schema, or it
    must be told the headers; but not of documents that are only some ``among`` others.
    """
    pairs = [(figures, compare(figures, schema)) for reading in readings for figures in reading.tables]
    if pairs and not among and not any(likeness.fits for _, likeness in pairs):
        raise schema.file.error(
            ("metadata", "recognise"),
            f"the schema recognises no table by its {schema.recognise}: "
            f"{'; '.join(_seen(figures, likeness) for figures, likeness in pairs[:_SHOWN])}"
            f"{' (name the headers under aliases)' if schema.recognise == 'headers' else ''}",
        )
    tables = tuple(_hold(figures, schema, likeness.columns) for figures, likeness in pairs if likeness.fits)
    theirs = {held.figures.table.path for held in tables}
    near: dict[str, Likeness] = {}
    for figures, likeness in pairs:
        path = figures.table.path
        if path not in theirs and (path not in near or near[path].share < likeness.share):
            near[path] = likeness
    return SchemaResults(schema.name, tables, {path: likeness.told for path, likeness in near.items()})


def _seen(figures: RecognisedTable, likeness: Likeness) -> str:
    headers = " | ".join(column.header or "-" for column in figures.columns)
    return f"{figures.table.path}, table {figures.table.index + 1}: {likeness.told}; its headers are {headers}"


def validate(figures: RecognisedTable, schema: TableSchema, columns: Mapping[str, int] | None = None) -> list[Failure]:
    """What a table fails of a schema; ``columns`` as ``recognise`` gives them. A table that is not the schema's fails nothing.

    Totals, *of which* rows and headings are left out, and so are rows that stand beside a registry (*Riket*).
    Values are as read: how they are written is for ``written_in`` to say.
    """
    found = match_columns(figures, schema) if columns is None else columns
    return [] if found is None else list(_hold(figures, schema, found).failures)


def _hold(figures: RecognisedTable, schema: TableSchema, found: Mapping[str, int]) -> Validated:
    import pandera.pandas as pa

    frame = frame_for(figures, schema, found)
    held = schema.pandera()
    checks = _count_checks(schema, found)
    try:
        with warnings.catch_warnings():
            # How pandera calls pandas is no business of whoever checks a table.
            warnings.simplefilter("ignore", FutureWarning)
            held.validate(frame, lazy=True)
        hold_time(held, schema.file.path)
    except pa.errors.SchemaErrors as errors:
        hold_time(held, schema.file.path)
        told = _Telling(figures, schema, found, frame)
        failures = tuple(failure for error in errors.schema_errors for failure in told.failures(error))
        broken = {(error.schema.name, error.reason_code.name, _words(error)) for error in errors.schema_errors}
        sums = _sums(schema, found, frame, {failure.column for failure in failures if failure.sums is not None})
        return Validated(figures, failures, len(frame), checks, max(checks - len(broken), 0), sums)
    except pa.errors.SchemaDefinitionError as error:
        raise schema.file.error((), f"pandera cannot use it: {error}") from error
    return Validated(figures, (), len(frame), checks, checks, _sums(schema, found, frame))


def _sums(
    schema: TableSchema, found: Mapping[str, int], frame: pd.DataFrame, broken: Collection[str] = ()
) -> tuple[HeldSum, ...]:
    rows = tuple(map(int, frame.index))
    return tuple(
        HeldSum(col, rows, name not in broken)
        for name, col in found.items()
        if any(check == "sums_to" for check, _, _ in checks_of(schema.file, ("columns", name)))
        and not frame[name].isna().any()
    )


def _count_checks(schema: TableSchema, found: Mapping[str, int]) -> int:
    """How many checks a schema makes of a table with these columns: those it lists, and those that its keys stand for."""
    values = schema.file.values
    count = sum(1 for _ in checks_of(schema.file, ("checks",)))
    count += bool(values.get("unique")) + bool(values.get("strict")) + bool(values.get("ordered"))
    for column in schema.columns:
        count += column.required
        if column.name in found:
            keys = values["columns"][column.name]
            count += sum(1 for _ in checks_of(schema.file, ("columns", column.name)))
            count += bool(column.dtype) + (not keys.get("nullable", False)) + bool(keys.get("unique"))
    return count


def frame_for(figures: RecognisedTable, schema: TableSchema, columns: Mapping[str, int]) -> pd.DataFrame:
    """The frame that a schema is held against: its rows, indexed by row of the grid, under the schema's column names.

    Columns that the schema does not name keep their headers.
    """
    rows = list(_rows(figures, schema, columns))
    named = {index: name for name, index in columns.items()}
    wanted = {column.name: column for column in schema.columns}
    series: dict[str, FrameColumn] = {}
    for column in figures.columns:
        name = named.get(column.index) or column.header or f"column {column.index + 1}"
        while name in series or (column.index not in named and name in wanted):
            name += " (other)"
        values = values_in(figures, column.index, rows)
        if name in wanted and wanted[name].dtype == "object":
            values = FrameColumn("object", values.values)
        series[name] = values
    frame = frame_of(rows, series)
    frame.attrs["printed"] = _Printed(
        (name, {row: amount for row in rows if (amount := figures.cells[index][row]) is not None})
        for name, index in columns.items()
        if index in figures.cells
    )
    return frame


class _Printed(dict[str, Mapping[int, Amount]]):
    """The amounts as printed, by column and row; pandas copies ``attrs`` deeply with every step, and needs no copy of these."""

    def __deepcopy__(self, memo: object) -> _Printed:
        return self


def _rows(figures: RecognisedTable, schema: TableSchema, columns: Mapping[str, int]) -> Iterator[int]:
    wanted = schema.label
    label = columns.get(wanted.name) if wanted is not None else None
    registry = load_registry(wanted.registry) if wanted is not None and wanted.registry and label is not None else None
    return schema_rows(figures, label, registry, [index for index in columns.values() if index != label])


def schema_rows(
    figures: RecognisedTable, label: int | None, registry: Registry | None, others: Sequence[int]
) -> Iterator[int]:
    """The rows that a schema speaks of: those with figures, and those without one that have a code, or a name it knows.

    ``label`` is the column of names, ``registry`` the one they are of, ``others`` the schema's other columns.
    """
    named = set(figures.named_rows())
    for row in figures.body:
        printed = figures.table.rows[row]
        name = printed[label] if label is not None else ""
        known = registry is not None and registry.match(name) is not None
        beside = registry is not None and not known and registry.is_beside(name)
        bare = not any(column[row] for column in figures.cells.values()) and not is_total_label(figures.labels[row])
        coded = bare and any(printed[col].strip() for col in others)
        if (row in named or known or coded) and not beside:
            yield row


class _Telling:
    """Says in words, and by cells, what pandera reports about one table."""

    def __init__(
        self, figures: RecognisedTable, schema: TableSchema, columns: Mapping[str, int], frame: pd.DataFrame
    ) -> None:
        self.figures = figures
        self.schema = schema
        self.columns = columns
        self.frame = frame

    def failures(self, error: Any) -> Iterator[Failure]:
        """The failures in one of pandera's errors."""
        reason = error.reason_code.name
        name = str(error.schema.name) if error.schema.name in self.columns else ""
        if reason == "COLUMN_NOT_IN_DATAFRAME":
            yield self._absent(str(error.failure_cases))
        elif reason == "WRONG_DATATYPE":
            yield from self._wrong_type(name)
        elif reason == "CHECK_ERROR":
            message = say("the check cannot be made: it is not meant for such a table")
            if name:
                message = say("the check cannot be made: the column holds {type}", type=str(self.frame[name].dtype))
            yield Failure(self.schema.name, name, _words(error), message, (self._header(name),))
        elif "index" in getattr(error.failure_cases, "columns", ()):
            yield from self._cells(name, error, reason)
        elif reason == "DATAFRAME_CHECK":
            yield from self._whole(name, error)
        else:
            yield self._misplaced(str(error.failure_cases), reason)

    def _misplaced(self, name: str, reason: str) -> Failure:
        # The frame has the columns of the table, in their order.
        cell = self._header("")[0], list(self.frame.columns).index(name)
        if reason == "COLUMN_NOT_IN_SCHEMA":
            message = say("column “{name}” is not in the schema", name=name)
            return Failure(self.schema.name, "", "strict: true", message, (cell,))
        message = say("column “{name}” is not where the schema puts it", name=name)
        return Failure(self.schema.name, "", "ordered: true", message, (cell,))

    def _absent(self, name: str) -> Failure:
        wanted = next((column for column in self.schema.columns if column.name == name), SchemaColumn(name))
        message = say("no column {name}: the headers are {headers}, and none of them is {known}", name=name,
                      headers=joined(", ", (quoted(column.header) for column in self.figures.columns)),
                      known=joined(", ", map(quoted, (wanted.name, *wanted.aliases))))  # fmt: skip
        return Failure(self.schema.name, "", "required", message, (self._header(""),))

    def _wrong_type(self, name: str) -> Iterator[Failure]:
        expected = next(column.dtype for column in self.schema.columns if column.name == name)
        values = self.frame[name]
        if expected == "Int64" and values.dtype == object:
            # What keeps a column of amounts from being Int64 are those that are not whole, or beyond 64 bits.
            rows = [row for row, value in values.items() if value is not None and not is_int64(value)]
            for what, whole in ((say("not a whole number"), False), (say("too large for Int64"), True)):
                these = [row for row in rows if (values[row] == values[row].to_integral_value()) is whole]
                yield from self._each(name, "dtype Int64", these, self.columns[name], what)
        else:
            message = say("the column holds {type}, not {expected}", type=str(values.dtype), expected=expected)
            yield Failure(self.schema.name, name, f"dtype {expected}", message, (self._header(name),))

    def _whole(self, name: str, error: Any) -> Iterator[Failure]:
        from reconcile.check.schema.pandera_checks import WHOLE, difference, exact_number, total_of

        if error.check.name == "sums_to" and self.frame[name].isna().any():
            # A sum over a figure that is withheld or could not be read is not known to be broken.
            return
        sums: tuple[Decimal, Decimal] | None = None
        if error.check.name == "complete_registry" and name:
            yield self._missing(name, error)
            return
        if error.check.name in WHOLE and name:
            sums = total_of(self.frame[name]), exact_number(error.check.statistics["total"])
            message = difference(error.check.name, self.frame[name], error.check.statistics)
        elif error.failure_cases is False:
            message = say("the column does not meet it") if name else say("the table does not meet it")
        else:
            message = joined("", (str(error.failure_cases),))
        yield Failure(self.schema.name, name, _words(error), message, (self._header(name),), sums=sums)

    def _missing(self, name: str, error: Any) -> Failure:
        """The entities that a column does not list, with the rows that may be meant for them."""
        from reconcile.check.schema.pandera_checks import difference, missing_names

        statistics = error.check.statistics
        registry, day = load_registry(statistics["registry"]), statistics.get("day")
        missing = missing_names(self.frame[name], registry.name, day)
        meant = []
        for row, text in self.frame[name].items():
            if not isinstance(text, str) or registry.candidates(text):
                continue
            near = registry.nearest(text, "" if day is None else str(day))
            if near is not None and near.entry.name in missing:
                where = self._where(int(row), name)
                meant.append((int(row), say("{place} “{text}” may be meant", place=where, text=text)))
        message = difference("complete_registry", self.frame[name], statistics)
        told = joined("; ", (message, *(words for _, words in meant[:_SHOWN])))
        cells = (self._header(name), *((row, self.columns[name]) for row, _ in meant[:_SHOWN]))
        return Failure(
            self.schema.name, name, _words(error), told, cells, registry=registry.name, missing=tuple(missing)
        )

    def _where(self, row: int, name: str) -> str:
        """The place of a row in words that lead somebody to it in the file."""
        anchor = self.figures.table.location_of(row, self.columns[name]).anchor
        if isinstance(anchor, TextSpan):
            return say("line {line}", line=anchor.line)
        if isinstance(anchor, CellRef):
            return say("cell {address}", address=anchor.address)
        return say("row {row}", row=row + 1)

    def _cells(self, name: str, error: Any, reason: str) -> Iterator[Failure]:
        rows = dict.fromkeys(int(row) for row in error.failure_cases["index"])
        if reason == "SERIES_CONTAINS_NULLS":
            check, what = "nullable: false", say("no value")
        elif reason == "SERIES_CONTAINS_DUPLICATES":
            check, what = "unique: true", say("appears more than once")
        elif _words(error) == "multiple_fields_uniqueness":
            keys = self.schema.file.values["unique"]
            check = f"unique: {', '.join(keys)}"
            what = say("{columns} of this row appear more than once", columns=joined(say(" and "), keys))
            name = next((key for key in reversed(keys) if key in self.columns), "")
        else:
            check, what = _words(error), _predicate(error)
        registry = _registry(error) if error.check is not None else None
        yield from self._each(name, check, rows, self._column(name, error), what, registry)

    def _each(
        self, name: str, check: str, rows: Iterable[Any], col: int, what: str, registry: Registry | None = None
    ) -> Iterator[Failure]:
        """A failure for each row; one for all where they are very many."""
        cells = tuple((int(row), col) for row in rows)
        if len(cells) <= _MANY:
            for cell in cells:
                text = self._text(cell)
                near = registry.nearest(text) if registry is not None else None
                message = say("“{text}”: {what}", text=text or self.figures.labels[cell[0]], what=what)
                if near is not None:
                    message = say("{told}; did you mean {name}?", told=message, name=near.entry.name)
                told = registry.name if registry is not None else ""
                yield Failure(self.schema.name, name, check, message, (cell,), text, told, near)
            return
        texts = joined(", ", (quoted(self._text(cell)) for cell in cells[:_SHOWN]))
        message = say("{count} cells ({texts} and more): {what}", count=len(cells), texts=texts, what=what)
        yield Failure(self.schema.name, name, check, message, cells, self._text(cells[0]))

    def _text(self, cell: tuple[int, int]) -> str:
        return self.figures.table.rows[cell[0]][cell[1]].strip()

    def _column(self, name: str, error: Any) -> int:
        """The grid's column of a failure: the one checked, else the last that the check itself names."""
        if name:
            return self.columns[name]
        named = _statistics(error).get("columns", ())
        return next((self.columns[each] for each in reversed(named) if each in self.columns), self._header("")[1])

    def _header(self, name: str) -> tuple[int, int]:
        """The cell above a column, or of a table without header its first; of the whole table its first header."""
        col = self.columns.get(name, 0) if name else 0
        return max(self.figures.header_rows - 1, 0), col


def _predicate(error: Any) -> Message:
    """What is wrong with one cell by a check, in words."""
    statistics = _statistics(error)
    if registry := _registry(error):
        return say("not one of {registry}", registry=registry.title)
    told = {
        "whole_units": say("not whole"),
        "written_in": say("not written as in {locale}", locale=statistics.get("locale")),
        "same_entity": say("{columns} of this row do not belong to one entity",
                           columns=joined(say(" and "), map(str, statistics.get("columns", ())))),
    }  # fmt: skip
    return told.get(getattr(error.check, "name", ""), say("fails {check}", check=_words(error)))


def _registry(error: Any) -> Registry | None:
    """The registry that names are held to by a check of single names."""
    return load_registry(_statistics(error)["registry"]) if getattr(error.check, "name", "") == "in_registry" else None


def _statistics(error: Any) -> Mapping[str, Any]:
    return getattr(error.check, "statistics", None) or {}


def _words(error: Any) -> str:
    check = error.check
    return str(getattr(check, "error", None) or getattr(check, "name", None) or check)
