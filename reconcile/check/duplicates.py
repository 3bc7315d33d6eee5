"""What is told twice: findings of a schema and of other rules that say one thing of one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reconcile.check.case import Case
from reconcile.core.findings import Finding
from reconcile.core.location import Location
from reconcile.equate.equation import BROKEN, COLUMN_TOTAL

if TYPE_CHECKING:
    from reconcile.check.schema.validate import Failure
    from reconcile.recognise.tables import RecognisedTable


def tell_once(case: Case, findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that say again what another says.

    What a schema asks is asked for, so its R501 stands for R201 and R203, which are guesses. But a sum that the
    schema and the table both print is R301: that knows the place of the printed total.
    """
    if case.held is None:
        return list(findings)
    codes = {finding.code for finding in findings}
    kept = list(findings)
    for held in case.held.tables:
        for failure in held.failures:
            if "R301" in codes and _is_printed_sum(case, held.figures, failure):
                kept = [each for each in kept if not _is_of(each, held.figures, failure)]
            elif "R501" in codes:
                said = set(_said(case, held.figures, failure))
                kept = [each for each in kept if not _is_said(each, held.figures, failure, said)]
    return kept


def _said(case: Case, figures: RecognisedTable, failure: Failure) -> Iterator[tuple[str, int]]:
    """Rule and row of what a failure of single cells says already."""
    names = case.names.get((figures.table.path, figures.table.index))
    ours = names is not None and failure.registry == names.registry.name
    if len(failure.cells) == 1:
        row = failure.cells[0][0]
        if ours and not failure.missing:
            yield "R203", row
        if failure.check == "nullable: false":
            yield "R201", row


def _is_said(finding: Finding, figures: RecognisedTable, failure: Failure, said: set[tuple[str, int]]) -> bool:
    if not _is_in(finding.primary, figures) or finding.primary.grid is None:
        return False
    if (finding.code, finding.primary.grid.row) in said and finding.primary.grid.row >= figures.header_rows:
        return True
    absent = set(filter(None, finding.expected.split(", ")))
    return finding.code == "R201" and bool(absent) and absent <= set(failure.missing)


def _is_printed_sum(case: Case, figures: RecognisedTable, failure: Failure) -> bool:
    return failure.sums is not None and any(
        outcome.kind == COLUMN_TOTAL
        and outcome.status == BROKEN
        and outcome.total.table is figures.table
        and outcome.total.col == failure.cells[0][1]
        and (outcome.computed, outcome.total.value()) == failure.sums
        for outcome in case.outcomes
    )


def _is_of(finding: Finding, figures: RecognisedTable, failure: Failure) -> bool:
    return finding.code == "R501" and _is_in(finding.primary, figures) and finding.message.startswith(failure.message)


def _is_in(location: Location, figures: RecognisedTable) -> bool:
    grid = location.grid
    return location.path == figures.table.path and grid is not None and grid.table == figures.table.index
