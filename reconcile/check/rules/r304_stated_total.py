"""Stated total

What it checks
    The total that a caption or lead-in states is the one that the table below it prints or adds up to.

Why it matters
    The sentence is what gets quoted, the table what gets paid.

Example:
    *Distribution of 1 874 253 165 kronor* over rows that add up to 1 874 253 065.

What to do
    Find out which of the two is right; a second document or the budget may tell. The fixes name the figures, the stated one
    among them, that one slip of a typist would explain, likeliest first.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import broken_sums
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.equate.equation import STATED_TOTAL

INFO = RuleInfo("R304", "stated-total", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Broken equations of this kind."""
    return broken_sums(case, INFO, STATED_TOTAL)
