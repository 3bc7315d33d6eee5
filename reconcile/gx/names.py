"""Custom expectations on the names of rows: a registry's, all of them, each once."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import pandas as pd

from reconcile.check.schema.file import load_schema, match_columns
from reconcile.check.schema.validate import validate
from reconcile.core.document import Table
from reconcile.core.settings import UsageError
from reconcile.core.words import is_total_label
from reconcile.gx.base import Examination, Examined, Unexpected
from reconcile.gx.frames import printed_cell
from reconcile.recognise.registries import Match, Registry, RegistryEntry, load_registry
from reconcile.recognise.tables import recognise_table


class _Labels(NamedTuple):
    """Row labels with what they stand for in a registry: matches and others by row, and the absent."""

    registry: Registry
    printed: tuple[str, ...]
    matches: dict[int, Match]
    others: dict[int, Match | None]
    absent: tuple[RegistryEntry, ...]


class NamesExamination(Examination):
    """An expectation on a column of names. ``day`` is when the registry is meant (as it is, where empty).

    ``rows`` are the rows that name something (from 0; all by default, but totals and the whole country),
    ``held`` the names that are to be there, by default all in the registry.
    """

    column: str
    registry: str
    day: str = ""
    rows: list[int] | None = None
    held: list[str] | None = None

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column")

    def labels(self, frame: pd.DataFrame) -> _Labels:
        """The labels, recognised. Raises ValueError where there is no such registry."""
        try:
            registry = load_registry(self.registry)
        except UsageError as error:
            raise ValueError(str(error)) from error
        printed = tuple("" if cell is None or cell != cell else str(cell).strip() for cell in frame[self.column])
        matches: dict[int, Match] = {}
        others: dict[int, Match | None] = {}
        for row in range(len(printed)) if self.rows is None else self.rows:
            label = printed[row]
            # A bare number is a year or a month sooner than a code.
            match = registry.match(label, self.day) if label and not label.isdigit() else None
            if match is not None:
                matches[row] = match
            elif label and not is_total_label(label) and not registry.is_beside(label):
                others[row] = registry.nearest(label, self.day)
        present = {match.entry for match in matches.values()}
        absent = tuple(
            entry for entry in registry.valid(self.day)
            if entry not in present and (self.held is None or entry.name in self.held)
        )  # fmt: skip
        return _Labels(registry, printed, matches, others, absent)


class ExpectLabelsToCompleteRegistry(NamesExamination):
    """Every entity of a registry has a row, but for those that the table ``may_lack``."""

    may_lack: list[str] = []  # noqa: RUF012 - a field, which pydantic copies

    success_keys: ClassVar[tuple[str, ...]] = ("registry", "day", "rows", "held", "may_lack")

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Look for the absent. A name that is only misspelt is not absent."""
        labels = self.labels(frame)
        near = {match.entry for match in labels.others.values() if match is not None}
        faults = [
            Unexpected("R201", entry.name, "", f"{entry.name} is not in the table")
            for entry in labels.absent
            if entry not in near and entry.name not in self.may_lack
        ]
        present = len({match.entry for match in labels.matches.values()})
        return Examined(f"{present} of {labels.registry.title}", len(labels.printed), faults)

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        count = f"{len(given['held'])} of " if given.get("held") else ""
        lack = f", but for {', '.join(given['may_lack'])}" if given.get("may_lack") else ""
        return f"the names are all {count}{given.get('registry')}{lack}"


class ExpectLabelsToRecurNowhere(NamesExamination):
    """No entity has two rows, under whatever spelling, but for those that ``may_recur``."""

    may_recur: list[str] = []  # noqa: RUF012 - a field, which pydantic copies

    success_keys: ClassVar[tuple[str, ...]] = ("registry", "day", "rows", "held", "may_recur")

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Look for entities with several rows."""
        labels = self.labels(frame)
        rows: dict[str, list[int]] = {}
        for row, match in labels.matches.items():
            rows.setdefault(match.entry.name, []).append(row)
        faults = [
            Unexpected("R202", labels.printed[places[-1]], f"row {places[-1]}",
                       f"{name} has {len(places)} rows: {', '.join(labels.printed[row] for row in places)}", places[-1])
            for name, places in rows.items()
            if len(places) > 1 and name not in self.may_recur
        ]  # fmt: skip
        return Examined(f"{len(rows)} entities", len(labels.printed), faults)

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        again = f", but for {', '.join(given['may_recur'])}" if given.get("may_recur") else ""
        return f"each of {given.get('registry')} has one row at most{again}"


class ExpectLabelsToBeInRegistry(NamesExamination):
    """Every name is one of a registry's, a total, or one of the ``others`` that may stand among them."""

    others: list[str] = []  # noqa: RUF012 - a field, which pydantic copies

    success_keys: ClassVar[tuple[str, ...]] = ("registry", "day", "rows", "held", "others")

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Look for names that the registry does not know, and what may be meant."""
        labels = self.labels(frame)
        faults = []
        for row, near in labels.others.items():
            if labels.printed[row] not in self.others:
                meant = f"; did you mean {near.entry.name}?" if near and near.entry in labels.absent else ""
                told = f"“{labels.printed[row]}” is none of {labels.registry.title}{meant}"
                faults.append(Unexpected("R203", labels.printed[row], f"row {row}", told, row))
        return Examined(f"{len(labels.matches)} known names", len(labels.printed), faults)

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        others = f", or {', '.join(given['others'])}" if given.get("others") else ""
        return f"the names are among {given.get('registry')}{others}"


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
            columns = match_columns(figures, schema)
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
