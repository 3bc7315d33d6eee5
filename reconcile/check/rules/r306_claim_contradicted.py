"""Claim contradicted

What it checks
    Where a sentence gives an amount and names one row of a table, the row says the same, hedge and rounding allowed for:
    *over 7 million* is 7 to 8 million.

Why it matters
    The sentence is what readers remember and what headlines repeat.

Example:
    *Over 9 million to Region Sörmland* above a table that gives it 7 126 277.

What to do
    Correct the sentence or the row. Where a slip explains the difference it is told, and where a sum of the table is broken, too, and asks for
    the same, that is told with the sum. If the sentence speaks of something else than the table, nothing needs to be done.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import told_with
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import Message, say
from reconcile.equate.equation import BROKEN, CLAIM, Equation, writer
from reconcile.repair.results import Solution

INFO = RuleInfo("R306", "claim-contradicted", Severity.WARNING)


def check(case: Case) -> Iterator[Finding]:
    """Claims about a row that the row contradicts."""
    for outcome in case.outcomes:
        equation = outcome.equation
        if equation.kind != CLAIM or outcome.status != BROKEN:
            continue
        row = equation.terms[0]
        solution = case.solutions.get(outcome.id, Solution())
        yield Finding(
            INFO.code,
            INFO.severity,
            told_with(_told(equation), solution),
            equation.total.location,
            (row.location,),
            observed=equation.total.label,
            expected=row.amount.text,
            fixes=solution.fixes,
        )


def _told(equation: Equation) -> Message:
    row, amount, write = equation.terms[0], equation.total.amount, writer(equation)
    says = {"claim": equation.total.label, "row": row.label, "amount": row.amount.text}
    if amount.low == amount.high:
        return say("the text says “{claim}”, but the table gives {row} {amount}", **says)
    return say("“{claim}” is {low} to {high}, but the table gives {row} {amount}", low=write(amount.low),
               high=write(amount.high), **says)  # fmt: skip
