"""Claim contradicted

What it checks
    A sentence gives an amount and names one row of a table. The row must agree. Hedges and rounding are allowed
    for: *over 7 million* means 7 to 8 million. A sentence that means a year or a unit is held to that column. Of two
    amounts that the text gives for one thing, one slip apart, the second is told. So is a sum or a difference that a
    sentence makes of its own amounts, and a word such as *half* or *most* that the rows contradict.

Why it matters
    Readers remember the sentence, and headlines repeat it.

Before
    Over 9 million kronor goes to Skara.

    Grants to three municipalities

    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 11 803 701 |
    | Skara | 7 126 277 |
    | Tibro | 9 991 476 |

After
    Over 7 million kronor goes to Skara.

    Grants to three municipalities

    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 11 803 701 |
    | Skara | 7 126 277 |
    | Tibro | 9 991 476 |

What to do
    Correct the sentence or the row. If a typing slip explains the difference, the finding says so. A broken sum
    that asks for the same amount is reported with that sum. If the sentence is about something else, leave it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import told_with
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import Message, say
from reconcile.equate.equation import BROKEN, CLAIM, SUM, Equation, writer
from reconcile.repair.results import Solution

INFO = RuleInfo("R306", "claim-contradicted", Severity.WARNING, fix="unsafe", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Claims about a row that the row contradicts."""
    for outcome in case.outcomes:
        equation = outcome.equation
        if equation.kind != CLAIM or equation.operator != SUM or outcome.status != BROKEN:
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
            equations=(outcome.id,),
        )


def _told(equation: Equation) -> Message:
    row, amount, write = equation.terms[0], equation.total.amount, writer(equation)
    says = {"claim": equation.total.label, "row": row.label, "amount": row.amount.text}
    if len(equation.terms) > 1:
        parts = " + ".join(write(term.value()) for term in equation.terms)
        return say("the text says “{claim}”, but {parts} make {sum}", claim=equation.total.label, parts=parts,
                   sum=write(equation.computed()))  # fmt: skip
    if row.table is not None and row.row < 0:
        return say("the text says “{claim}”, but the table has {count} rows", claim=equation.total.label,
                   count=row.amount.text)  # fmt: skip
    if row.table is None:
        return say("the text says “{claim}” here, but “{other}” elsewhere", claim=equation.total.label, other=row.label)
    if amount.low == amount.high:
        return say("the text says “{claim}”, but the table gives {row} {amount}", **says)
    return say("“{claim}” means {low} to {high}, but the table gives {row} {amount}", low=write(amount.low),
               high=write(amount.high), **says)  # fmt: skip
