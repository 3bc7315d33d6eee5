"""A custom expectation on whole tables: that they follow a table schema."""

from __future__ import annotations

from typing import Any, ClassVar

import pandas as pd

from reconcile.check.schema.file import load_schema, recognise
from reconcile.check.schema.validate import validate
from reconcile.core.document import Table
from reconcile.core.settings import UsageError
from reconcile.gx.base import Examination, Examined, Unexpected
from reconcile.gx.frames import printed_cell
from reconcile.recognise.tables import recognise_table


class ExpectTableToFollowSchema(Examination):
    """The frame, read as a table under its column names, follows a table schema: one of ours by name, or a file.

    pandera judges it (extra ``schema``); a frame that the schema does not recognise does not follow it.
    """

    table_schema: str

    success_keys: ClassVar[tuple[str, ...]] = ("table_schema",)

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Hold the frame to the schema. Raises ValueError where there is no such schema, or none that can be used."""
        rows = [[str(name) for name in frame.columns]]
        rows += [[printed_cell(cell) for cell in row] for row in frame.itertuples(index=False)]
        try:
            schema = load_schema(self.table_schema)
            figures = recognise_table(Table.from_rows(rows))
            columns = recognise(figures, schema)
            if columns is None:
                raise ValueError(f"the schema {schema.name} does not recognise the columns {', '.join(rows[0])}")
            failures = validate(figures, schema, columns)
        except UsageError as error:
            raise ValueError(str(error)) from error
        faults = [
            Unexpected("R501", failure.found, _place(failure.cells[0], rows[0]), f"{failure.message} ({failure.check})")
            for failure in failures
        ]
        return Examined(f"{len(faults)} failures", len(frame), faults)

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        return f"the table follows the schema {given.get('table_schema')}"


def _place(cell: tuple[int, int], header: list[str]) -> str:
    row, col = cell
    return f"row {row - 1}, {header[col]}" if row else f"column {header[col]}"
