"""Mixed separators

What it checks
    One amount uses one kind of mark between its groups. Its decimal mark is the one that its column uses.

Why it matters
    In ``2 300.000`` the point may group digits or begin decimals: 2.3 million or 2.3 thousand.

Before
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300.000 |
    | Skara | 3 400 000 |
    | Total | 6 900 000 |

After
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Skara | 3 400 000 |
    | Total | 6 900 000 |

What to do
    Write the amount with the marks of its column.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import writing_fault
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say

INFO = RuleInfo("R102", "mixed-separators", Severity.ERROR, fix="safe", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Amounts grouped with two kinds of mark."""
    for repair in case.repairs.values():
        amount = repair.term.amount
        if amount.fault == "mixed":
            yield writing_fault(INFO, repair, say("“{text}” mixes two kinds of separator", text=amount.text))
