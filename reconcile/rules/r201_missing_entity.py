"""Missing entity

What it checks
    A table that lists nearly all entities of a registry (such as the 21 Swedish regions) lists them all. Where the table
    does not add up, up to a tenth may be absent from it; elsewhere one or two, because a list of those concerned
    lacks more and means it. A table of one group, such as the municipalities of a county, is held to that group, and only
    where it does not add up.

Why it matters
    A row that fell out of a table is the commonest reason why it does not add up.

Example
    A distribution to the regions with 20 rows, whose sum is short by what Region Gotland received.

What to do
    Put the row in, or say in the text why the entity is not there.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.casefile import Case
from reconcile.equations import BROKEN, BUDGET, CLAIM, terms_to_look_at
from reconcile.findings import Finding, RuleInfo, Severity

INFO = RuleInfo("R201", "missing-entity", Severity.WARNING)
_TOLD = 5


def check(case: Case) -> Iterator[Finding]:
    """Absent entities: an error where the table does not add up, a note where it does without them."""
    for _, figures in case.figures():
        names = case.names.get((figures.table.path, figures.table.index))
        if names is None or not names.complete or not names.absent:
            continue
        # A label that is nearly an absent name is reported as that name misspelt (R203), not as absent too.
        near = {match.entry for row in names.strangers if (match := names.nearest(figures.labels[row]))}
        absent = [entry.name for entry in names.absent if entry not in near]
        if not absent:
            continue
        statuses = [
            outcome.status
            for outcome in case.outcomes
            if outcome.equation.kind not in (CLAIM, BUDGET)
            and any(term.table is figures.table for term in (outcome.total, *terms_to_look_at(outcome.terms)))
        ]
        severity = INFO.severity
        reason = "no total tells whether it belongs"
        if BROKEN in statuses:
            reason = "the table does not add up without it"
            # Of many that are absent not all fell out, if any did.
            severity = Severity.ERROR if names.few_absent or len(absent) == 1 else Severity.WARNING
        elif names.grouped or not names.few_absent:
            continue
        elif statuses:
            severity, reason = Severity.NOTE, "the table adds up without it"
        yield Finding(
            INFO.code,
            severity,
            f"{_listed(absent)} {'is' if len(absent) == 1 else 'are'} not in the table, which lists "
            f"{len(names.held) - len(names.absent)} of {names.whole}; {reason}",
            figures.table.location_of(figures.header_rows, 0),
            expected=", ".join(absent),
        )


def _listed(absent: list[str]) -> str:
    more = f" and {len(absent) - _TOLD} more" if len(absent) > _TOLD else ""
    return (", " if more else " and ").join(absent[:_TOLD]) + more
