"""Subtotal

What it checks
    A subtotal is the sum of the rows in its part of the table.

Why it matters
    A wrong subtotal can hide under a right grand total, or make the grand total wrong.

Before
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Subtotal Skaraborg | 3 600 000 |
    | Borås | 5 100 000 |
    | Mark | 1 900 000 |
    | Subtotal Sjuhärad | 7 000 000 |
    | Total | 10 500 000 |

After
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Subtotal Skaraborg | 3 500 000 |
    | Borås | 5 100 000 |
    | Mark | 1 900 000 |
    | Subtotal Sjuhärad | 7 000 000 |
    | Total | 10 500 000 |

What to do
    Compare the rows of that part with their source, and begin with those that the fixes name. If a grand total
    confirms the rows, the subtotal itself is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import broken_sums
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.equate.equation import SUBTOTAL

INFO = RuleInfo("R303", "subtotal", Severity.ERROR, fix="safe", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Broken equations of this kind."""
    return broken_sums(case, INFO, SUBTOTAL)
