"""Duplicate entity

What it checks
    A table that lists nearly all entities of a registry names each once, under whatever spelling. In one that lists at
    least half of them a second row is a warning; a list of fewer may name whom it likes as often as it likes.

Why it matters
    One of the two rows is another entity's, or the entity is paid twice.

Example:
    ``Region Gävleborg`` and, five rows down, ``Region Gävleborgs län``.

What to do
    Find out whose row it is. Where the table has several parts (one a year, say), nothing needs to be done.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say
from reconcile.recognise.registries import RegistryEntry

INFO = RuleInfo("R202", "duplicate-entity", Severity.ERROR)
# When a good part of the entities recur, the table has several parts, and recurring is its order.
_FEW = 0.2


def check(case: Case) -> Iterator[Finding]:
    """Entities with more than one row."""
    for _, figures in case.figures():
        names = case.names.get((figures.table.path, figures.table.index))
        if names is None or not (names.complete or names.half_present):
            continue
        rows: dict[RegistryEntry, list[int]] = {}
        for row, match in names.matches.items():
            rows.setdefault(match.entry, []).append(row)
        doubled = {entry: places for entry, places in rows.items() if len(places) > 1}
        if not doubled or len(doubled) > max(1, _FEW * len(rows)):
            continue
        severity = INFO.severity if names.complete else Severity.WARNING
        # Where counties have rows among their municipalities, Kalmar may be the one and the other.
        over = any(names.registry.group_of(figures.labels[row]) for row in names.strangers)
        for entry, places in doubled.items():
            if over and names.registry.group_of(entry.name):
                continue
            first, *again = (figures.table.location_of(row, 0, None, figures.labels[row]) for row in places)
            yield Finding(
                INFO.code,
                severity,
                say(
                    "{name} has {count} rows: {rows}",
                    name=entry.name,
                    count=len(places),
                    rows=", ".join(figures.labels[row] for row in places),
                ),
                again[-1],
                (first, *again[:-1]),
                observed=figures.labels[places[-1]],
            )
