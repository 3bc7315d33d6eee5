"""Unreadable file

What it checks
    The program can open every document, and the content is text in a known encoding or a format that it reads. With
    several processes (``--jobs``), a document must also leave its process running and finish within five times
    ``max_seconds``.

Why it matters
    A document that was not read was not checked. A batch must say so.

Before
    --- decision.pdf
    %PDF-1.7
    The download broke off here.

After
    --- decision.md
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Total | 3 500 000 |

What to do
    Open the file yourself. Get a whole copy, save it in a format that the program reads, or leave it out. The message names the
    kind of the file where it is known, and what to save it as.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import reading_faults
from reconcile.core.findings import Finding, RuleInfo, Severity

INFO = RuleInfo("R001", "unreadable-file", Severity.ERROR, fix="none", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Documents that could not be read at all."""
    return reading_faults(case, INFO)
