"""Overspent

What it checks
    What the documents and lines below a budget line add up to is not more than the line has, and what one entity receives
    is not more than it may.

Why it matters
    Money that was not appropriated has been promised.

Example:
    A pool of 2,5 billion under which two decisions distribute 2 500 000 001.

What to do
    Look for a row that is too high, a decision counted twice, or a budget file that is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import explained, related_terms, told_with
from reconcile.core.decimals import subtract
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say
from reconcile.equate.equation import BUDGET, LIMIT, writer

INFO = RuleInfo("R403", "overspent", Severity.ERROR)


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
        off = say("{amount} is distributed of “{name}”, which has {had}: {off} too much", **told)
        if equation.total.header == LIMIT:
            off = say("{name} receives {amount}, and may receive {had}: {off} too much", **told)
        yield Finding(
            INFO.code,
            INFO.severity,
            told_with(off, solution),
            equation.total.location,
            related_terms(equation),
            write(outcome.distributed),
            write(equation.total.value()),
            solution.fixes,
        )
