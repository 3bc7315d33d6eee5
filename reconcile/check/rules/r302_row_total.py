"""Row total

What it checks
    A column whose header says that it is a total holds the sum of the columns beside it, in every row.

Why it matters
    If one row fails and all others hold, a figure of that row is wrong.

Before
    | Municipality | North (kr) | South (kr) | Total (kr) |
    | --- | ---: | ---: | ---: |
    | Hjo | 1 200 | 300 | 1 500 |
    | Tibro | 2 300 | 400 | 2 700 |
    | Skara | 3 400 | 500 | 4 900 |
    | Mark | 1 100 | 200 | 1 300 |

After
    | Municipality | North (kr) | South (kr) | Total (kr) |
    | --- | ---: | ---: | ---: |
    | Hjo | 1 200 | 300 | 1 500 |
    | Tibro | 2 300 | 400 | 2 700 |
    | Skara | 3 400 | 500 | 3 900 |
    | Mark | 1 100 | 200 | 1 300 |

What to do
    Compare the row with its source. The fixes list the figures that one typing slip would explain, the likeliest
    first. The total of the column often shows which of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import broken_sums
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.equate.equation import ROW_TOTAL

INFO = RuleInfo("R302", "row-total", Severity.ERROR, fix="safe", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Broken equations of this kind."""
    return broken_sums(case, INFO, ROW_TOTAL)
