"""No table

What it checks
    A document that was read holds at least one table with amounts or shares.

Why it matters
    Where no table was seen, nothing was added up. A silent pass would look like a check.

Example:
    A press release that only mentions sums in its sentences.

What to do
    If the document does have a table, it is laid out in a way that is not understood: ``reconcile tables FILE`` shows
    what was read. If it has none, leave it out or ignore this rule for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.location import Location
from reconcile.core.messages import say

INFO = RuleInfo("R002", "no-table", Severity.WARNING)


def check(case: Case) -> Iterator[Finding]:
    """Readable documents without a table of amounts."""
    for reading in case.readings:
        document = reading.document
        if any(fault.code in ("R001", "R004") for fault in document.faults):
            continue
        if not any(figures.cells for figures in reading.tables):
            told = say("no table of amounts found; nothing to check in it")
            if reading.claims:
                count = len(reading.claims)
                told = say("no table of amounts found; amounts read in its sentences: {count}", count=count)
            yield Finding("R002", INFO.severity, told, Location(document.path))
