"""Partly read

What it checks
    Nothing in a document was passed over or read in doubt: its encoding, rows that fit no column, parts in a format that
    is not supported. It is only a note where nothing is in doubt, but a person who compares should know of it: figures
    that are hidden or struck out.

Why it matters
    What was read in doubt may hide an error, or be one.

Example:
    A file that is UTF-8 but for one byte, so that its letters had to be guessed.

What to do
    Look at the place that is named, mend the file, and check again.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import reading_faults
from reconcile.core.findings import Finding, RuleInfo, Severity

INFO = RuleInfo("R003", "partly-read", Severity.WARNING)


def check(case: Case) -> Iterator[Finding]:
    """Parts of documents that were read in doubt or not at all."""
    return reading_faults(case, INFO)
