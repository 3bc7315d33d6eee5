"""Swapped rows

What it checks
    Two rows whose amounts are both out of line with a sibling document, one too high and one too low, and both in line
    if they are exchanged.

Why it matters
    No sum changes when two amounts change places, so that nothing else can show it, and each receiver gets the other's money.

Example
    Gotland with Stockholm's amount and Stockholm with Gotland's, under a total that ties.

What to do
    Compare both rows with their source, and exchange the amounts, or the names, if they are swapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import PurePath

from reconcile.casefile import Case
from reconcile.findings import Finding, RuleInfo, Severity
from reconcile.messages import say

INFO = RuleInfo("R602", "swapped-rows", Severity.WARNING)


def check(case: Case) -> Iterator[Finding]:
    """Pairs of rows that are in line with their sibling document only if their amounts are exchanged."""
    for siblings in case.siblings:
        odd = [twin for twin in siblings.twins if siblings.is_odd(twin.ratio)]
        for one, other in combinations(odd, 2):
            if siblings.would_exchange(one, other):
                yield Finding(
                    INFO.code,
                    INFO.severity,
                    say(
                        "“{one}” with {first} and “{other}” with {second} are both out of line with {document} "
                        "({was} and {were}), and in line if they are exchanged",
                        one=one.second.label,
                        first=one.second.amount.text,
                        other=other.second.label,
                        second=other.second.amount.text,
                        document=PurePath(one.first.location.path).name,
                        was=one.first.amount.text,
                        were=other.first.amount.text,
                    ),
                    one.second.location,
                    (other.second.location, one.first.location, other.first.location),
                    one.second.amount.text,
                )
