"""Refused

What it checks
    Every document stays within the limits, and no document is encrypted.

Why it matters
    Limits keep a batch running when one file is broken or hostile. A refused document was not checked.

Before
    --- decision.txt
    Municipality Grant
    Hjo 1 200 000 kr
    Tibro 2 300 000 kr
    Total 3 500 000 kr
    --- reconcile.toml
    max_bytes = 60

After
    --- decision.txt
    Municipality Grant
    Hjo 1 200 000 kr
    Tibro 2 300 000 kr
    Total 3 500 000 kr
    --- reconcile.toml
    max_bytes = 1_000_000

What to do
    If the file is sound, raise the limit that the message names in ``reconcile.toml``. If the file is encrypted,
    save it without a password.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import reading_faults
from reconcile.core.findings import Finding, RuleInfo, Severity

INFO = RuleInfo("R004", "refused", Severity.ERROR, fix="none", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Documents that were refused for a limit or for encryption."""
    return reading_faults(case, INFO)
