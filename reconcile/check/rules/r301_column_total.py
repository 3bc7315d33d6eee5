"""Column total

What it checks
    The rows of a column add up to the total that the table prints for it, rounding allowed for by interval
    arithmetic.

Why it matters
    A sum that does not hold means that a row or the total is wrong, and whoever relies on either is misled.

Example:
    Twelve rows in thousands that sum to -62 051 over a printed -62 079: rounding explains 6.5, not 28.

What to do
    The fixes name the figures that one slip of a typist would explain, likeliest first. One that two sums point to, and agree
    on, is safe. Otherwise compare the first few with their source; if no slip explains it, look for a row that is missing,
    or a total that is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import broken_sums
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.equate.equation import COLUMN_TOTAL

INFO = RuleInfo("R301", "column-total", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Broken equations of this kind."""
    return broken_sums(case, INFO, COLUMN_TOTAL)
