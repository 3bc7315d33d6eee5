"""Variant spelling

What it checks
    In a table whose rows match a registry, names are the official ones or their usual short forms. Older names and
    other variants are reported.

Why it matters
    The program understands the row. A search for the official name does not find it.

Before
    | Region | Grant (kr) |
    | --- | ---: |
    | North Jutland | 1 200 000 |
    | Region Midtjylland | 2 300 000 |
    | Region Syddanmark | 3 400 000 |
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
    Write the official name if the table is to be joined with others. Otherwise leave it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import joined, say

INFO = RuleInfo("R204", "variant-spelling", Severity.NOTE, fix="none", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Rows that name their entity by a variant, counted once a table."""
    for _, figures in case.figures():
        names = case.names.get((figures.table.path, figures.table.index))
        if names is None:
            continue
        rows = [row for row, match in names.matches.items() if match.how == "variant"]
        if not rows:
            continue
        told = joined("; ", (say("“{label}” is {name}", label=figures.labels[row], name=names.matches[row].entry.name)
                             for row in rows[:3]))  # fmt: skip
        if len(rows) > 3:
            told = say("{told}, and {count} more", told=told, count=len(rows) - 3)
        yield Finding(
            INFO.code,
            INFO.severity,
            told,
            figures.table.location_of(rows[0], 0, None, figures.labels[rows[0]]),
            tuple(figures.table.location_of(row, 0, None, figures.labels[row]) for row in rows[1:]),
            observed=figures.labels[rows[0]],
            expected=names.matches[rows[0]].entry.name,
        )
