"""Subtotal

What it checks
    A subtotal is the sum of the rows of its part of the table.

Why it matters
    A wrong subtotal hides in a right total, or makes it wrong.

Example:
    Municipalities of a county over a county sum that is 10 000 short.

What to do
    Compare the rows of that part with their source, those first that the fixes name. Where only the subtotal explains it,
    because a grand total holds its rows, it is the subtotal that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import broken_sums
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.equate.equation import SUBTOTAL

INFO = RuleInfo("R303", "subtotal", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Broken equations of this kind."""
    return broken_sums(case, INFO, SUBTOTAL)
