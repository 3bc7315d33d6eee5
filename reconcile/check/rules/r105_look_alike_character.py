"""Look-alike character

What it checks
    An amount is written in digits only: no letter O for 0, no l or I for 1, no unseen character between its digits.

Why it matters
    It looks right and is no number: programs skip it, and the sum is short by the whole amount.

Example:
    ``54 499 l60``, with the letter l.

What to do
    Type the digits anew.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import is_code_like, writing_fault
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import joined, quoted, say

INFO = RuleInfo("R105", "look-alike-character", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Amounts with characters that only look like digits, or that cannot be seen; notes where they may be codes (*1111B0*)."""
    for repair in case.repairs.values():
        amount = repair.term.amount
        if amount.fault == "look-alike":
            text = amount.text
            seen = [quoted(char) if char.isprintable() else _name_unseen(char) for char in text
                    if not (char.isdigit() or char in " \u00a0\u202f\u2009.,'’-")]  # fmt: skip
            marks = joined(", ", dict.fromkeys(seen))
            fault = say("“{text}” is written with {marks} among its digits", text=text, marks=marks)
            coded = is_code_like(repair) and all(char.isalpha() for char in text if not char.isdigit())
            yield writing_fault(INFO._replace(severity=Severity.NOTE) if coded else INFO, repair, fault)


def _name_unseen(char: str) -> str:
    """The code of a character that cannot be seen, and its name where it has one."""
    return f"U+{ord(char):04X} {unicodedata.name(char, '').casefold()}".rstrip()
