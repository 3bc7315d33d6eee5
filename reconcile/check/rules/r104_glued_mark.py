"""Glued mark

What it checks
    Nothing is stuck to the digits of an amount: no footnote mark that reads as a digit, no stray letter.

Why it matters
    ``16 588 4541)`` is 16 588 454 with footnote 1, or ten times as much to whoever copies it.

Example:
    ``16 588 454a`` where no other figure carries a letter.

What to do
    Take the letter away, or set the footnote mark apart (as a superscript, or after a space).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import is_code_like, writing_fault
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say

INFO = RuleInfo("R104", "glued-mark", Severity.WARNING)


def check(case: Case) -> Iterator[Finding]:
    """Amounts with something stuck to them; notes where the same letter recurs, as marks of quality do (*p*, *r*), or in codes (*44RT*)."""
    glued = [repair for repair in case.repairs.values() if repair.term.amount.glued]
    if not glued:
        return
    explained = {
        reading.document.path: [block.text.lstrip()[:3] for block in reading.document.blocks]
        for reading in case.readings
    }
    counts = Counter((repair.term.key[:2], repair.term.amount.glued) for repair in glued)
    for repair in glued:
        amount, path = repair.term.amount, repair.term.location.path
        mark = amount.glued
        usual = counts[repair.term.key[:2], mark] > 1 or any(
            text.startswith((f"{mark})", f"{mark} ", f"{mark}:")) for text in explained.get(path, ())
        )
        noted = mark.isalpha() and (usual or is_code_like(repair))
        info = RuleInfo(INFO.code, INFO.name, Severity.NOTE if noted else INFO.severity)
        yield writing_fault(info, repair, say("“{mark}” is stuck to {amount}", mark=mark, amount=amount.text))
