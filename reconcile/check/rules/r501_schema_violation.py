"""Schema violation

What it checks
    A table is what the schema given with ``--schema`` says: its columns, their types, the names in them, and every check
    that the schema lists. All that fails is told at once, each at its cell; a check that very many cells fail is one
    finding with the first places. A document without such a table, among others that have one, is a warning if it was
    named, and a note if it was found in a folder or by a pattern. What R201 and R203 would say again of a name, or of one that is
    missing, is told once, here; a sum that the table prints, too, is told once, as R301.

Why it matters
    Some things a table cannot tell about itself: that all 21 regions must be there, that amounts are whole kronor, what
    they must add up to. Whoever knows writes them down once.

Example:
    ``region-distribution`` holds a table to the 21 regions; “Region Upsala” is none of them.

What to do
    Correct the table, or the schema where the table is right: ``reconcile schemas NAME`` prints one to start from.
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

INFO = RuleInfo("R501", "schema-violation", Severity.ERROR)
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
        message = say("the schema {schema} recognises no table in it: {near}; it was not held to the schema",
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
