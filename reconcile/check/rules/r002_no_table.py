"""No table

What it checks
    A document that was read has at least one table with amounts or shares. It is a warning if you named the document, and a note
    if it was found in a folder or by a pattern.

Why it matters
    Without a table there is nothing to add up. Silence would look like a passed check.

Before
    The government grants 3 500 000 kronor to two municipalities.

After
    The government grants 3 500 000 kronor to two municipalities.

    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Total | 3 500 000 |

What to do
    Run ``reconcile tables FILE`` to see what was read. If the document has a table, its layout was not understood.
    If it has none, leave the document out, or ignore this rule for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.location import Location
from reconcile.core.messages import say

INFO = RuleInfo("R002", "no-table", Severity.WARNING, fix="none", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Readable documents without a table of amounts."""
    for reading in case.readings:
        document = reading.document
        if any(fault.code in ("R001", "R004") for fault in document.faults):
            continue
        if not any(figures.cells for figures in reading.tables):
            told = say("no table of amounts found; nothing to check")
            if reading.claims:
                count = len(reading.claims)
                told = say("no table of amounts found; amounts read in its sentences: {count}", count=count)
            found = case.named and document.path not in case.named
            severity = Severity.NOTE if found else INFO.severity
            yield Finding("R002", severity, told, Location(document.path))
