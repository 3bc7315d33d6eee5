"""Balance broken

What it checks
    A balance is the one before it, with what came in since and less what went out. The same holds for a cumulative
    column, and for a closing figure beside its opening and its movements. The closing figure of one year is the
    opening figure of the next. A column is held to this only where its own figures or its words show that it is meant.

Why it matters
    Each balance rests on all before it. A wrong one is carried on, or shows in two rows at once.

Before
    | Date | Entry | Amount (kr) | Balance (kr) |
    | --- | --- | ---: | ---: |
    | 2024-01-01 | Opening balance | | 812 400 |
    | 2024-01-15 | Grant paid out | -64 900 | 747 500 |
    | 2024-02-02 | Grant received | 128 500 | 867 000 |
    | 2024-02-20 | Rent | -31 250 | 844 750 |
    | 2024-03-05 | Fees | 9 640 | 854 390 |

After
    | Date | Entry | Amount (kr) | Balance (kr) |
    | --- | --- | ---: | ---: |
    | 2024-01-01 | Opening balance | | 812 400 |
    | 2024-01-15 | Grant paid out | -64 900 | 747 500 |
    | 2024-02-02 | Grant received | 128 500 | 876 000 |
    | 2024-02-20 | Rent | -31 250 | 844 750 |
    | 2024-03-05 | Fees | 9 640 | 854 390 |

What to do
    If two neighbouring rows fail, the balance between them is wrong, and both tell what it should be. If one row fails,
    look at its movement first.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import broken_sums
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.equate.equation import BALANCE

INFO = RuleInfo("R308", "balance-broken", Severity.ERROR, fix="safe", since="0.3.0")


def check(case: Case) -> Iterator[Finding]:
    """Broken equations of this kind."""
    return broken_sums(case, INFO, BALANCE)
