"""Ties within rounding

What it checks
    This rule lists the sums that tie only because their amounts are rounded. That is no fault. Each printed amount
    stands for an interval of half a unit in its last printed place, and the intervals meet. It also lists budget
    lines that are off by no more than the tolerance in the budget file, with the reason given there.

Why it matters
    An auditor may want to know that a sum is not exact, and by how much. An editor may want to add a line on
    rounding.

Before
    | Committee, mnkr | Outcome |
    | --- | ---: |
    | Politics | 70,4 |
    | Tourism | 0,6 |
    | Roads | 0,5 |
    | Total | 71,4 |

After
    | Committee, mnkr | Outcome |
    | --- | ---: |
    | Politics | 70,4 |
    | Tourism | 0,6 |
    | Roads | 0,5 |
    | Total | 71,5 |

What to do
    Do nothing, or say below the table that figures are rounded.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say, say_many
from reconcile.equate.equation import SUM, TIES_WITHIN_ROUNDING, Outcome, writer

INFO = RuleInfo("R305", "ties-within-rounding", Severity.NOTE, fix="none", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Equations that tie within rounding, told once a table."""
    by_table: dict[tuple[str, object], list[Outcome]] = {}
    for outcome in case.outcomes:
        # A share or a mean is always rounded: that it is near enough needs no saying.
        if outcome.status == TIES_WITHIN_ROUNDING and outcome.equation.operator == SUM:
            place = outcome.total.location
            table = place.grid.table if place.grid else place.anchor
            if outcome.equation.reason:
                yield _allowed(outcome)
                continue
            by_table.setdefault((place.path, table), []).append(outcome)
    for outcomes in by_table.values():
        worst = max(outcomes, key=lambda outcome: outcome.difference.copy_abs())
        write = writer(worst.equation)
        total = worst.equation.total
        yield Finding(
            INFO.code,
            INFO.severity,
            say_many(
                len(outcomes),
                "{count} sum ties within rounding. It is {off} off ({name}); rounding explains up to {allowed}",
                "{count} sums tie within rounding. The largest difference is {off} ({name}), where rounding explains up to {allowed}",
                off=write(worst.difference.copy_abs()),
                name=total.label or total.amount.text,
                allowed=write(worst.tolerance),
            ),
            total.location,
            observed=total.amount.text,
            expected=write(worst.computed),
            equations=(worst.id,),
        )


def _allowed(outcome: Outcome) -> Finding:
    """A budget line that ties only because the budget file allows it to be off; its reason is repeated."""
    write = writer(outcome.equation)
    total = outcome.total
    return Finding(
        INFO.code,
        INFO.severity,
        say(
            "“{name}” is {off} off, and the budget allows {allowed}: {reason}",
            name=total.label,
            off=write(outcome.difference.copy_abs()),
            allowed=write(outcome.tolerance),
            reason=outcome.equation.reason,
        ),
        total.location,
        observed=write(outcome.computed),
        expected=write(total.value()),
        equations=(outcome.id,),
    )
