"""Repeated amount

What it checks
    Two neighbouring rows print the same amount to the last digit, and no other amount in the column occurs twice.
    The rule reports them if a sibling document gives the two rows different amounts, or if the column does not add
    up.

Why it matters
    A row copied from its neighbour and never overwritten looks like any other row.

Before
    | Place | Grant (kr) |
    | --- | ---: |
    | Alby | 952 528 |
    | Boda | 2 563 483 |
    | Holm | 2 563 483 |
    | Kila | 663 213 |
    | Lund | 1 716 613 |
    | Total | 8 292 735 |

After
    | Place | Grant (kr) |
    | --- | ---: |
    | Alby | 952 528 |
    | Boda | 2 563 483 |
    | Holm | 2 396 898 |
    | Kila | 663 213 |
    | Lund | 1 716 613 |
    | Total | 8 292 735 |

What to do
    Compare both rows with their source. If both really received the same, leave them. If the column does not add
    up, the fixes of its total say what the copied row should be.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePath

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.equate.equation import BROKEN, SUM, Key, Term
from reconcile.equate.siblings import power_between

INFO = RuleInfo("R603", "repeated-amount", Severity.WARNING, fix="none", since="0.1.0")
# Of fewer digits that are not noughts at the end, amounts are alike by chance; sums over more figures are not looked at.
_FEWEST_DIGITS, _MOST_FIGURES = 5, 400
# How different a sibling's amounts must be: a power of ten, a quarter more.
_DIFFERENT = 0.1


def check(case: Case) -> Iterator[Finding]:
    """Neighbouring rows with one amount, where something else speaks against it."""
    told: set[Key] = set()
    for siblings in case.siblings:
        firsts, seconds = [t.first for t in siblings.twins], [t.second for t in siblings.twins]
        for mine, other in ((firsts, seconds), (seconds, firsts)):
            found = _repeated(mine)
            if found is None or found[1].key in told:
                continue
            theirs = [other[mine.index(term)] for term in found]
            if abs(power_between(*theirs)) > _DIFFERENT:
                told.add(found[1].key)
                where = say("{document} gives them {one} and {other}", document=PurePath(theirs[0].location.path).name,
                            one=theirs[0].amount.text, other=theirs[1].amount.text)  # fmt: skip
                yield _finding(found, where, tuple(term.location for term in theirs))
    for outcome in case.outcomes:
        equation = outcome.equation
        if (
            outcome.status != BROKEN
            or not equation.witnessed
            or equation.operator != SUM
            or len(equation.terms) > _MOST_FIGURES
        ):
            continue
        found = _repeated(
            [term for term in equation.terms if term.table is not None and term.col == equation.total.col]
        )
        if found is not None and found[1].key not in told:
            told.add(found[1].key)
            why = say("the rows do not add up to “{total}”", total=equation.total.label)
            yield _finding(found, why, (equation.total.location,))


def _repeated(terms: list[Term]) -> tuple[Term, Term] | None:
    """Two neighbouring terms with the same amount of enough digits, if no other amount of the column stands twice."""
    values = [term.value() for term in terms]
    if len(values) - len(set(values)) != 1:
        return None
    for one, other in pairwise(terms):
        digits = "".join(char for char in one.amount.text if char.isdigit()).rstrip("0")
        if one.value() == other.value() and other.row == one.row + 1 and len(digits) >= _FEWEST_DIGITS:
            return one, other
    return None


def _finding(found: tuple[Term, Term], evidence: str, related: tuple[Location, ...]) -> Finding:
    one, other = found
    return Finding(
        INFO.code,
        INFO.severity,
        say(
            "“{one}” and “{other}” both have {amount}, and {evidence}",
            one=one.label,
            other=other.label,
            amount=other.amount.text,
            evidence=evidence,
        ),
        other.location,
        (one.location, *related),
        other.amount.text,
    )
