"""Mixed separators

What it checks
    One amount uses one kind of mark between its groups, and another before its decimals. Its marks are those that its
    column uses.

Why it matters
    In ``2 300.000`` the point may group digits or begin decimals: 2.3 million or 2.3 thousand. A program may read
    ``576.394.90`` as a hundred times what it is.

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
from reconcile.core.amounts import Amount
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import Message, say

INFO = RuleInfo("R102", "mixed-separators", Severity.ERROR, fix="safe", since="0.1.0")
_GROUP = 3


def check(case: Case) -> Iterator[Finding]:
    """Amounts grouped with two kinds of mark."""
    for repair in case.repairs.values():
        amount = repair.term.amount
        if amount.fault == "mixed":
            yield writing_fault(INFO, repair, _told(amount))


def _told(amount: Amount) -> Message:
    """What is mixed: kinds of marks in one figure, the uses of one mark, or the conventions of a column."""
    if amount.decimals and amount.notation.group == amount.notation.decimal:
        return say("“{text}” has one mark for groups and for decimals", text=amount.text)
    if amount.decimals and len(set(amount.notation[:2])) > 1 and amount.decimals < _GROUP:
        return say("“{text}” is written with other marks than its column", text=amount.text)
    return say("“{text}” mixes two kinds of separator", text=amount.text)
