"""Unreadable file

What it checks
    Every document given can be opened, its bytes are text in a known encoding, and it can be checked: where there are several
    processes (``--jobs``), without ending its process or taking more than five times ``max_seconds``.

Why it matters
    A document that was not read was not checked. In a batch that must not pass in silence.

Example:
    A scanned image saved as ``decision.txt``, or a file without read permission.

What to do
    Open the file yourself. Save it in a format that is read here, or leave it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import reading_faults
from reconcile.core.findings import Finding, RuleInfo, Severity

INFO = RuleInfo("R001", "unreadable-file", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Documents that could not be read at all."""
    return reading_faults(case, INFO)
