"""Out of line with sibling

What it checks
    Two documents give amounts to the same entities, and the ratio of the two amounts is similar for all of them. An
    entity whose ratio lies far outside the range of the others is reported.

Why it matters
    A digit too many shows in no sum if nothing is summed, or if the total was made from the wrong figure.

Before
    --- spring.md
    | Place | Grant (kr) |
    | --- | ---: |
    | Alby | 412 350 |
    | Boda | 1 250 480 |
    | Dalby | 88 210 |
    | Ekeby | 640 915 |
    | Fors | 2 310 770 |
    | Holm | 978 325 |
    | Kila | 301 460 |
    | Lund | 520 185 |
    --- autumn.md
    | Place | Grant (kr) |
    | --- | ---: |
    | Alby | 952 528 |
    | Boda | 2 563 483 |
    | Dalby | 255 808 |
    | Ekeby | 21 791 137 |
    | Fors | 6 239 078 |
    | Holm | 2 396 898 |
    | Kila | 663 213 |
    | Lund | 1 716 613 |

After
    --- spring.md
    | Place | Grant (kr) |
    | --- | ---: |
    | Alby | 412 350 |
    | Boda | 1 250 480 |
    | Dalby | 88 210 |
    | Ekeby | 640 915 |
    | Fors | 2 310 770 |
    | Holm | 978 325 |
    | Kila | 301 460 |
    | Lund | 520 185 |
    --- autumn.md
    | Place | Grant (kr) |
    | --- | ---: |
    | Alby | 952 528 |
    | Boda | 2 563 483 |
    | Dalby | 255 808 |
    | Ekeby | 2 179 113 |
    | Fors | 6 239 078 |
    | Holm | 2 396 898 |
    | Kila | 663 213 |
    | Lund | 1 716 613 |

What to do
    Compare both amounts with their sources. If the entity really received so much more or less, leave it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say
from reconcile.equate.siblings import Siblings, Twin

INFO = RuleInfo("R601", "out-of-line-with-sibling", Severity.WARNING, fix="none", since="0.1.0")
# How far out of the range of the others a ratio must lie (a power of ten: two and a half times).
_BEYOND = 0.4


def check(case: Case) -> Iterator[Finding]:
    """Entities whose two amounts stand in quite another ratio than those of all others."""
    for siblings in case.siblings:
        odd = [twin for twin in siblings.twins if siblings.is_odd(twin.ratio)]
        low, high = siblings.range_of_others(*odd)
        for twin in odd:
            # What is read otherwise than printed is told already.
            told = twin.first.key in case.changed or twin.second.key in case.changed
            beyond = twin.ratio < low - _BEYOND or twin.ratio > high + _BEYOND
            if beyond and not told and not _is_swapped(siblings, twin, odd):
                yield _finding(siblings, twin, low, high)


def _is_swapped(siblings: Siblings, twin: Twin, odd: list[Twin]) -> bool:
    """Whether the entity is in line once its amount is exchanged with that of another: then R602 tells it."""
    return any(siblings.would_exchange(twin, other) for other in odd if other is not twin)


def _finding(siblings: Siblings, twin: Twin, low: float, high: float) -> Finding:
    sibling = PurePath(twin.first.location.path).name
    return Finding(
        INFO.code,
        INFO.severity,
        say(
            "“{name}” is {times} times its amount in {document} ({amount}). The other {count} rows are {low} to {high} times theirs",
            name=twin.second.label,
            times=_times(twin.ratio),
            amount=twin.first.amount.text,
            document=sibling,
            count=len(siblings.twins) - 1,
            low=_times(low),
            high=_times(high),
        ),
        twin.second.location,
        (twin.first.location,),
        twin.second.amount.text,
    )


def _times(power: float) -> str:
    """A ratio in two figures."""
    return say("{times:.2g}", times=10**power) if power < 2 else say("{times:,.0f}", times=10**power)
