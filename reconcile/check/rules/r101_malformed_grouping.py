"""Malformed grouping

What it checks
    The digits of an amount stand in the groups of some number notation. Groups are three digits from the right
    (54 499 160), or three digits and then two by two (12,30,987). One mark separates the groups, and no group begins
    with a lone zero.

Why it matters
    Often every digit is right and only a space is misplaced. A program that strips spaces never sees that. In other
    cases a digit is missing. Whoever copies the figure may copy it wrongly.

Before
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 23 00 000 |
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
    Write the amount as proposed. If no total confirms it, compare it with the source of the table first.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import listed, writing_fault
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import Message, say

INFO = RuleInfo("R101", "malformed-grouping", Severity.ERROR, fix="safe", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Amounts whose digit groups no notation has."""
    for repair in case.repairs.values():
        amount = repair.term.amount
        if amount.fault == "malformed":
            fault = _mark_too_many(amount.text) if len(amount.sizes) > 1 or amount.decimals else None
            if fault is None:
                fault = say("“{text}” has digit groups of {sizes}", text=amount.text, sizes=listed(amount.sizes))
            yield writing_fault(INFO, repair, fault)


def _mark_too_many(text: str) -> Message | None:
    """That one mark stands twice between groups, if one does."""
    plain = text.replace("\u00a0", " ")
    if "  " in plain:
        return say("“{text}” has a space too many between its digit groups", text=text)
    if ", " in plain or ". " in plain:
        return say("“{text}” has a space behind a mark", text=text)
    if ",," in plain:
        return say("“{text}” has a comma too many between its digit groups", text=text)
    if ".." in plain:
        return say("“{text}” has a point too many between its digit groups", text=text)
    return None
