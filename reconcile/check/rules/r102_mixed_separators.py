"""Mixed separators

What it checks
    One amount is grouped with one kind of mark only, and its decimal mark is the one that its column uses.

Why it matters
    In ``54 499.160`` the point may group or divide: 54 million or 54 thousand.

Example:
    ``54 499.160`` among ``16 588 454`` and ``56 137 919``.

What to do
    Write the amount with the marks of its column.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import writing_fault
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say

INFO = RuleInfo("R102", "mixed-separators", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Amounts grouped with two kinds of mark."""
    for repair in case.repairs.values():
        amount = repair.term.amount
        if amount.fault == "mixed":
            yield writing_fault(INFO, repair, say("“{text}” mixes two kinds of separator", text=amount.text))
