"""Claim contradicted

What it checks
    Where a sentence gives an amount and names one row of a table, the row says the same, hedge and rounding allowed for:
    *over 7 million* is 7 to 8 million.

Why it matters
    The sentence is what readers remember and what headlines repeat.

Example
    *Over 9 million to Region Sörmland* above a table that gives it 7 126 277.

What to do
    Correct the sentence or the row. If the sentence speaks of something else than the table, nothing needs to be done.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.casefile import Case
from reconcile.equations import BROKEN, CLAIM
from reconcile.findings import Finding, RuleInfo, Severity
from reconcile.messages import say
from reconcile.wording import writer

INFO = RuleInfo("R306", "claim-contradicted", Severity.WARNING)


def check(case: Case) -> Iterator[Finding]:
    """Claims about a row that the row contradicts."""
    for outcome in case.outcomes:
        equation = outcome.equation
        if equation.kind != CLAIM or outcome.status != BROKEN:
            continue
        row = equation.terms[0]
        write = writer(equation)
        amount = equation.total.amount
        yield Finding(
            INFO.code,
            INFO.severity,
            say(
                "“{claim}” is {low} to {high}, but the table gives {row} {amount}",
                claim=equation.total.label,
                low=write(amount.low),
                high=write(amount.high),
                row=row.label,
                amount=row.amount.text,
            ),
            equation.total.location,
            (row.location,),
            observed=equation.total.label,
            expected=row.amount.text,
        )
