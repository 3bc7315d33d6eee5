"""Glued mark

What it checks
    Nothing is attached to the digits of an amount: no footnote mark that reads as a digit, no stray letter. The
    finding is a note where the same letter recurs, as quality marks do (*p*, *r*), and where the text looks like a
    code (*44RT*).

Why it matters
    ``2 300 0001)`` is 2 300 000 with footnote 1. A program may read ten times as much.

Before
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000a |
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
    Delete the letter, or set the footnote mark apart, as a superscript or after a space.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import is_code_like, writing_fault
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say

INFO = RuleInfo("R104", "glued-mark", Severity.WARNING, fix="safe", since="0.1.0")


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
        info = INFO._replace(severity=Severity.NOTE) if noted else INFO
        yield writing_fault(info, repair, say("“{mark}” is stuck to {amount}", mark=mark, amount=amount.text))
