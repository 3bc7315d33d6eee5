"""Duplicate entity

What it checks
    A table that lists nearly all entities of a registry names each of them once, under whatever spelling. If the
    table lists at least half of them, a second row is a warning. A shorter list may name an entity as often as it
    likes.

Why it matters
    Either one of the two rows belongs to another entity, or one entity is paid twice.

Before
    | Region | Grant (kr) |
    | --- | ---: |
    | Region Nordjylland | 1 200 000 |
    | Region Midtjylland | 2 300 000 |
    | North Jutland | 3 400 000 |
    | Region Hovedstaden | 4 100 000 |
    | Region Sjælland | 1 900 000 |

After
    | Region | Grant (kr) |
    | --- | ---: |
    | Region Nordjylland | 1 200 000 |
    | Region Midtjylland | 2 300 000 |
    | Region Syddanmark | 3 400 000 |
    | Region Hovedstaden | 4 100 000 |
    | Region Sjælland | 1 900 000 |

What to do
    Find out whose row it is. If the table has several parts, one for each year for example, leave it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say
from reconcile.recognise.registries import RegistryEntry

INFO = RuleInfo("R202", "duplicate-entity", Severity.ERROR, fix="none", since="0.1.0")
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
