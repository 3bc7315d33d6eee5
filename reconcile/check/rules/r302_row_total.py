"""Row total

What it checks
    In a column headed as a total, each row is the sum of the columns beside it, as it is in the other rows.

Why it matters
    Where all other rows hold and one does not, one of its figures is wrong.

Example:
    Income, cost and total in 20 rows, of which one total is 900 too high.

What to do
    Compare the row with its source. The fixes name its figures that one slip of a typist would explain, likeliest first; the
    column's total often tells which of them it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import broken_sums
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.equate.equation import ROW_TOTAL

INFO = RuleInfo("R302", "row-total", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Broken equations of this kind."""
    return broken_sums(case, INFO, ROW_TOTAL)
