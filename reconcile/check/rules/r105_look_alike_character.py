"""Look-alike character

What it checks
    An amount has only digits between its marks: no letter O for 0, no l or I for 1, no invisible character. The
    finding is a note where the text looks like a code (*1111B0*).

Why it matters
    The figure looks right but is not a number. Programs skip it, and their sum lacks the whole amount.

Before
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 3OO 000 |
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
    Type the digits again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import is_code_like, writing_fault
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import joined, quoted, say

INFO = RuleInfo("R105", "look-alike-character", Severity.ERROR, fix="safe", since="0.1.0")


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
