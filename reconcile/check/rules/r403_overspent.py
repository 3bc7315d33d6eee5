"""Overspent

What it checks
    The documents and lines below a budget line add up to no more than the line has. No entity receives more than
    the budget file allows it.

Why it matters
    Money has been promised that was not appropriated.

Before
    --- decision.txt
    Municipality Grant
    Hjo 1 200 000 kr
    Tibro 2 300 000 kr
    Skara 3 400 000 kr
    Total 6 900 000 kr
    --- budget.yaml
    budget: Grants 2023
    currency: SEK
    documents:
      decision: decision.txt
    lines:
      - line: Pool
        amount: 6,5 miljoner
        documents: [decision]

After
    --- decision.txt
    Municipality Grant
    Hjo 1 200 000 kr
    Tibro 1 900 000 kr
    Skara 3 400 000 kr
    Total 6 500 000 kr
    --- budget.yaml
    budget: Grants 2023
    currency: SEK
    documents:
      decision: decision.txt
    lines:
      - line: Pool
        amount: 6,5 miljoner
        documents: [decision]

What to do
    Look for a row that is too high, a decision that is counted twice, or an outdated budget file.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import explained, related_terms, told_with
from reconcile.core.decimals import subtract
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say
from reconcile.equate.equation import BUDGET, LIMIT, writer

INFO = RuleInfo("R403", "overspent", Severity.ERROR, fix="unsafe", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Budget lines on which more is distributed than they have."""
    for outcome in case.outcomes:
        equation = outcome.equation
        if equation.kind != BUDGET or not outcome.is_overspent:
            continue
        write, solution = writer(equation), explained(case, outcome)
        name, had = equation.total.label, write(equation.total.value())
        told = {
            "name": name, "amount": write(outcome.distributed), "had": had,
            "off": write(subtract(outcome.distributed, equation.total.value())),
        }  # fmt: skip
        off = say("{amount} is distributed from “{name}”, which has {had}: {off} too much", **told)
        if equation.total.header == LIMIT:
            off = say("{name} receives {amount}, but may receive at most {had}: {off} too much", **told)
        yield Finding(
            INFO.code,
            INFO.severity,
            told_with(off, solution),
            equation.total.location,
            related_terms(equation),
            write(outcome.distributed),
            write(equation.total.value()),
            solution.fixes,
            (outcome.id,),
        )
