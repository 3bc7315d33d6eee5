"""Partly read

What it checks
    The program read the whole document, and nothing in it is in doubt. It reports a doubtful encoding, rows that
    fit no column, and parts in a format that it does not support. Figures that are hidden or struck out are a note,
    because a reader does not see the same as the program.

Why it matters
    An error may stand in the part that was not read.

Before
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Total | 3 500 000 |

    <!-- To do: add Skara

After
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Total | 3 500 000 |

    <!-- To do: add Skara -->

What to do
    Look at the place that the finding names. Mend the file and check it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import reading_faults
from reconcile.core.findings import Finding, RuleInfo, Severity

INFO = RuleInfo("R003", "partly-read", Severity.WARNING, fix="none", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Parts of documents that were read in doubt or not at all."""
    return reading_faults(case, INFO)
