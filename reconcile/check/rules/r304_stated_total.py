"""Stated total

What it checks
    The total stated in a caption or a lead-in is the total that the table below prints or adds up to.

Why it matters
    Readers quote the sentence. Payments follow the table.

Before
    Distribution of 6 800 000 kronor to municipalities

    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Skara | 3 400 000 |

After
    Distribution of 6 900 000 kronor to municipalities

    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2 300 000 |
    | Skara | 3 400 000 |

What to do
    Find out which of the two is right. A second document or the budget may show it. The fixes list the figures that
    one typing slip would explain, the likeliest first. The stated total is one of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import broken_sums
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.equate.equation import STATED_TOTAL

INFO = RuleInfo("R304", "stated-total", Severity.ERROR, fix="safe", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Broken equations of this kind."""
    return broken_sums(case, INFO, STATED_TOTAL)
