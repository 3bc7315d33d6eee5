"""Column total

What it checks
    The rows of a column add up to the total that the table prints for it. The tolerance for rounding is computed
    from the printed decimals and units, by interval arithmetic.

Why it matters
    If the sum does not tie, a row or the total is wrong. Whoever relies on either is misled.

Before
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Skara | 3 400 000 |
    | Total | 6 800 000 |

After
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Skara | 3 400 000 |
    | Total | 6 900 000 |

What to do
    The fixes list the figures that one typing slip would explain, the likeliest first. A figure is safe to change
    when two sums point to it and agree on its value. Otherwise compare the first few with their source. If no slip
    explains the difference, look for a missing row or an outdated total.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import broken_sums
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.equate.equation import COLUMN_TOTAL

INFO = RuleInfo("R301", "column-total", Severity.ERROR, fix="safe", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Broken equations of this kind."""
    return broken_sums(case, INFO, COLUMN_TOTAL)
