"""Schema violation

What it checks
    A table agrees with the schema given with ``--schema``: its columns, their types, the names in them, and every
    check. All failures are reported at once, each at its cell. If very many cells fail one check, they share one
    finding that shows the first places. A document without such a table, among others that have one, is a warning
    if you named it. It is a note if it was found in a folder or by a pattern. The schema replaces what R201 and
    R203 would say of the same name. A total that the table itself prints is reported once, as R301.

Why it matters
    A table cannot show everything about itself: that all 21 regions must be there, that amounts are whole kronor,
    or what they must add up to. A schema says it once for all tables.

Before
    --- grants.md
    | School | Grant (kr) |
    | --- | ---: |
    | North | 30 000 |
    | South | 20 000 |
    | West | 9 990 |
    --- schema.yaml
    schema_type: dataframe
    name: schools
    columns:
      school:
        dtype: string
        metadata: {role: label, aliases: [School]}
      grant:
        checks: {sums_to: 60 000}
        metadata: {role: amount, aliases: [Grant]}
    --- reconcile.toml
    schema = "schema.yaml"

After
    --- grants.md
    | School | Grant (kr) |
    | --- | ---: |
    | North | 30 000 |
    | South | 20 000 |
    | West | 10 000 |
    --- schema.yaml
    schema_type: dataframe
    name: schools
    columns:
      school:
        dtype: string
        metadata: {role: label, aliases: [School]}
      grant:
        checks: {sums_to: 60 000}
        metadata: {role: amount, aliases: [Grant]}
    --- reconcile.toml
    schema = "schema.yaml"

What to do
    Correct the table. If the table is right, correct the schema: ``reconcile schemas NAME`` prints one to start
    from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reconcile.check.case import Case
from reconcile.core.findings import Edit, Finding, Fix, RuleInfo, Severity
from reconcile.core.location import Location
from reconcile.core.messages import joined, say
from reconcile.recognise.tables import RecognisedTable

if TYPE_CHECKING:
    from reconcile.check.schema.validate import Failure

INFO = RuleInfo("R501", "schema-violation", Severity.ERROR, fix="unsafe", since="0.1.0")
_SHOWN = 5


def check(case: Case) -> Iterator[Finding]:
    """What the tables fail of the schema that recognises them, and documents in which it recognises none."""
    if case.held is None:
        return
    for held in case.held.tables:
        for failure in held.failures:
            places = [_place(held.figures, cell) for cell in failure.cells[:_SHOWN]]
            yield Finding(
                INFO.code, INFO.severity, joined("", (failure.message, " (", _words(failure), ")")), places[0], tuple(places[1:]),
                failure.found, failure.nearest.entry.name if failure.nearest else "", _fixes(failure, places[0]),
            )  # fmt: skip
    for path, near in case.held.near.items():
        severity = Severity.WARNING if path in case.named else Severity.NOTE
        message = say("no table in it fits the schema {schema} ({near}), so it was not checked against the schema",
                      schema=case.held.schema, near=near)  # fmt: skip
        yield Finding(INFO.code, severity, message, Location(path))


def _fixes(failure: Failure, place: Location) -> tuple[Fix, ...]:
    """The name that may be meant, where one is near."""
    if failure.nearest is None:
        return ()
    name, sure = failure.nearest.entry.name, round(failure.nearest.score / 100, 3)
    return (Fix(say("write {new}", new=name), (Edit(place, place.text, name),), "unsafe", "writing", sure, name),)


def _words(failure: Failure) -> str:
    column = say("column {name}", name=failure.column) if failure.column else ""
    check = "" if failure.check in failure.message else failure.check
    return joined(", ", filter(None, (say("schema {name}", name=failure.schema), column, check)))


def _place(figures: RecognisedTable, cell: tuple[int, int]) -> Location:
    row, col = cell
    label = figures.labels[row] if row >= figures.header_rows else ""
    return figures.table.location_of(row, col, row_label=label, column_header=figures.columns[col].header)
