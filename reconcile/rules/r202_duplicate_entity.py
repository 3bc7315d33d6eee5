"""Duplicate entity

What it checks
    A table recognised as a registry's names each entity once, under whatever spelling.

Why it matters
    One of the two rows is another entity's, or the entity is paid twice.

Example
    ``Region Gävleborg`` and, five rows down, ``Region Gävleborgs län``.

What to do
    Find out whose row it is. Where the table has several parts (one a year, say), nothing needs to be done.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.casefile import Case
from reconcile.findings import Finding, RuleInfo, Severity
from reconcile.registries import Entry

INFO = RuleInfo("R202", "duplicate-entity", Severity.ERROR)
# When a good part of the entities recur, the table has several parts, and recurring is its order.
_FEW = 0.2


def check(case: Case) -> Iterator[Finding]:
    """Entities with more than one row."""
    for _, figures in case.figures():
        names = case.names.get((figures.table.path, figures.table.index))
        if names is None:
            continue
        rows: dict[Entry, list[int]] = {}
        for row, match in names.matches.items():
            rows.setdefault(match.entry, []).append(row)
        doubled = {entry: places for entry, places in rows.items() if len(places) > 1}
        if not doubled or len(doubled) > max(1, _FEW * len(rows)):
            continue
        for entry, places in doubled.items():
            first, *again = (figures.table.location_of(row, 0, None, figures.labels[row]) for row in places)
            yield Finding(
                INFO.code,
                INFO.severity,
                f"{entry.name} has {len(places)} rows: {', '.join(figures.labels[row] for row in places)}",
                again[-1],
                (first, *again[:-1]),
                observed=figures.labels[places[-1]],
            )
