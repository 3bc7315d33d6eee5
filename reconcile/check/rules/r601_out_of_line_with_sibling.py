"""Out of line with sibling

What it checks
    Where two documents give amounts to the same entities, the ratio of the two amounts is much the same for all. An
    entity whose ratio lies far out of the range of all the others is named.

Why it matters
    A digit too many or too few shows in no sum when nothing is summed, or when the sum was made from the wrong figure.

Example:
    Two decisions whose second pays 20 of 21 regions 2.0 to 4.6 times the first, and one region 46 times.

What to do
    Compare both amounts with their sources. If the entity really got so much more or less, nothing needs to be done.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say
from reconcile.equate.siblings import Siblings, Twin

INFO = RuleInfo("R601", "out-of-line-with-sibling", Severity.WARNING)
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
            "“{name}” is {times} times the {amount} that it is in {document}; of the other {count} each is {low} to {high} times",
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
