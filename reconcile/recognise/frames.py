"""Tables as data frames: typed columns, exact amounts in whole currency units, and where each row stands.

pandas and polars are imported only here and only where a frame is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from reconcile.core.document import Table
from reconcile.core.settings import UsageError
from reconcile.core.words import is_total_label
from reconcile.recognise.tables import RecognisedTable, recognise_table

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

LOCATION, KIND = "location", "kind"
_INT64 = 2**63


class FrameColumn(NamedTuple):
    """One column's values: ``dtype`` is ``string``, ``Int64`` (whole amounts) or ``object`` (Decimals); None is empty."""

    dtype: str
    values: list[Any]


def to_pandas(table: Table | RecognisedTable) -> pd.DataFrame:
    """A table as a pandas frame, one row per row below the header, indexed by its row in the grid.

    Columns bear the printed headers. Texts are strings; amounts are Int64 where all of a column are whole and fit,
    else Decimal objects, in whole currency units; what is empty, withheld or unread is missing. ``kind`` says what a row
    is: ``row``, ``total``, ``part`` (*of which*) or ``heading``; ``location`` where it stands. ``attrs`` hold document,
    title and currencies.
    """
    figures = table if isinstance(table, RecognisedTable) else recognise_table(table)
    frame = frame_of(figures.body, columns_of(figures))
    frame.attrs = {
        "document": figures.table.path,
        "title": figures.title,
        "currencies": {
            name: column.unit.currency
            for name, column in zip(column_names(figures), figures.columns, strict=True)
            if column.index in figures.cells and column.unit.currency
        },
    }
    return frame


def frame_paths(tables: Sequence[RecognisedTable], path: str) -> list[str]:
    """Return the paths that the frames of tables are written to. Raise UsageError for another ending than those known."""
    home = Path(path)
    if home.suffix not in (".csv", ".parquet"):
        raise UsageError(f"{path}: a frame is written as .csv or .parquet")
    return [path if len(tables) == 1 else str(home.with_stem(f"{home.stem}-{n}")) for n in range(len(tables))]


def write_frames(tables: Sequence[RecognisedTable], path: str) -> list[str]:
    """Write each table as a frame to a file, CSV or Parquet by its ending; of several the file names are numbered.

    Gives the paths written. Raises UsageError for another ending, where a file cannot be written, or where what writes
    Parquet is not installed.
    """
    home, paths = Path(path), frame_paths(tables, path)
    for figures, each in zip(tables, paths, strict=True):
        frame = to_pandas(figures)
        try:
            if home.suffix == ".csv":
                frame.to_csv(each, index=False)
            else:
                frame.to_parquet(each, index=False)
        except ImportError as error:
            raise UsageError("writing Parquet needs pyarrow: pip install pyarrow") from error
        except OSError as error:
            raise UsageError(f"{each}: cannot be written: {error.strerror or error}") from error
    return paths


def to_polars(table: Table | RecognisedTable) -> pl.DataFrame:
    """A table as a polars frame, as ``to_pandas`` makes it; amounts that are not all whole become polars' Decimal."""
    try:
        import polars as pl
    except ImportError as error:
        raise UsageError("polars is not installed: pip install polars") from error
    figures = table if isinstance(table, RecognisedTable) else recognise_table(table)
    kinds = {"string": pl.String, "Int64": pl.Int64}
    return pl.DataFrame(
        [
            # Decimals find their scale by themselves.
            pl.Series(name, series.values, dtype=kinds.get(series.dtype), strict=series.dtype != "object")
            for name, series in columns_of(figures).items()
        ]
    )


def frame_of(rows: Sequence[int], columns: Mapping[str, FrameColumn]) -> pd.DataFrame:
    """A pandas frame of columns, indexed by the rows of the grid."""
    import pandas as pd

    return pd.DataFrame(
        {name: pd.Series(series.values, index=list(rows), dtype=series.dtype) for name, series in columns.items()},
        index=list(rows),
    )


def columns_of(figures: RecognisedTable) -> dict[str, FrameColumn]:
    """All columns of a table's body by their names, then ``kind`` and ``location``."""
    columns = {name: values_in(figures, index, figures.body) for index, name in enumerate(column_names(figures))}
    columns[KIND] = FrameColumn("string", list(kinds_of(figures).values()))
    columns[LOCATION] = FrameColumn("string", [str(figures.table.location_of(row, 0)) for row in figures.body])
    return columns


def column_names(figures: RecognisedTable) -> list[str]:
    """The printed headers, made different from each other and from ``kind`` and ``location``; no header is *column 3*."""
    names: list[str] = []
    for column in figures.columns:
        header = " ".join(column.header.split()) or f"column {column.index + 1}"
        name, number = header, 2
        while name in names or name in (KIND, LOCATION):
            name, number = f"{header} ({number})", number + 1
        names.append(name)
    return names


def values_in(figures: RecognisedTable, index: int, rows: Sequence[int]) -> FrameColumn:
    """The values of one column of a table in some of its rows."""
    if index not in figures.cells:
        texts = (figures.table.rows[row][index].strip() for row in rows)
        return FrameColumn("string", [text or None for text in texts])
    amounts = [figures.cells[index][row] for row in rows]
    values = [None if amount is None else amount.value for amount in amounts]
    if all(value is None or is_int64(value) for value in values):
        return FrameColumn("Int64", [None if value is None else int(value) for value in values])
    return FrameColumn("object", values)


def is_int64(value: Decimal) -> bool:
    """Whether an amount is whole and fits into 64 bits."""
    return -_INT64 <= value < _INT64 and value == value.to_integral_value()


def kinds_of(figures: RecognisedTable) -> dict[int, str]:
    """What each row below the header is: ``row``, ``total``, ``part`` or ``heading``."""
    named = set(figures.named_rows())
    kinds = {}
    for row in figures.body:
        if row in named:
            kinds[row] = "row"
        elif is_total_label(figures.labels[row]):
            kinds[row] = "total"
        else:
            kinds[row] = "part" if any(column[row] is not None for column in figures.cells.values()) else "heading"
    return kinds
