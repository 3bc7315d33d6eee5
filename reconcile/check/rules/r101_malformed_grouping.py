"""Malformed grouping

What it checks
    The digit groups of an amount are ones that a notation has: three by three from the right (54 499 160), or three and
    then two by two (12,30,987), with one mark between them and no group that begins with a lone zero.

Why it matters
    The digits may all be right and only a space be wrong, which programs that strip spaces never see; or a digit is
    missing. Either way a reader stumbles, and whoever copies the figure may copy it wrongly.

Example:
    ``544 99 160`` in a column whose other 20 figures leave exactly 54 499 160 to the stated total.

What to do
    Write the amount as proposed. If no total confirms it, compare it with the source of the table first.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import listed, writing_fault
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import Message, say

INFO = RuleInfo("R101", "malformed-grouping", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Amounts whose digit groups no notation has."""
    for repair in case.repairs.values():
        amount = repair.term.amount
        if amount.fault == "malformed":
            fault = _mark_too_many(amount.text) if len(amount.sizes) > 1 else None
            if fault is None:
                fault = say("“{text}” has digit groups of {sizes}", text=amount.text, sizes=listed(amount.sizes))
            yield writing_fault(INFO, repair, fault)


def _mark_too_many(text: str) -> Message | None:
    """That one mark stands twice between groups, if one does."""
    plain = text.replace("\u00a0", " ")
    if "  " in plain:
        return say("“{text}” has a space too many between its digit groups", text=text)
    if ",," in plain:
        return say("“{text}” has a comma too many between its digit groups", text=text)
    if ".." in plain:
        return say("“{text}” has a point too many between its digit groups", text=text)
    return None
