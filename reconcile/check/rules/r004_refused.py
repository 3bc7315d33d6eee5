"""Refused

What it checks
    No document goes over a limit of size, or is locked by encryption.

Why it matters
    Limits keep a batch running when one file is broken or hostile. A refused document was not checked.

Example:
    A text file with a line of 200 million characters.

What to do
    If the file is as it should be, raise the limit that the message names in ``reconcile.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import reading_faults
from reconcile.core.findings import Finding, RuleInfo, Severity

INFO = RuleInfo("R004", "refused", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Documents that were refused for a limit or for encryption."""
    return reading_faults(case, INFO)
