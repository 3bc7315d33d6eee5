"""Budget broken

What it checks
    Budget lines are used as the budget file says. A line marked ``exhausted`` equals the sum of its documents to
    the unit. A line with ``remaining`` leaves just that amount. A line marked ``at-least`` is used in full or
    exceeded. A line that cannot be verified is reported, too. More than a line has is R403.

Why it matters
    The money decided and the money distributed must be the same. A difference of one krona means that a row is
    wrong.

Before
    --- decision.txt
    Municipality Grant
    Hjo 1 200 000 kr
    Tibro 2 299 999 kr
    Skara 3 400 000 kr
    Total 6 899 999 kr
    --- budget.yaml
    budget: Grants 2023
    currency: SEK
    documents:
      decision: decision.txt
    lines:
      - line: Pool
        amount: 6 900 000
        use: exhausted
        documents: [decision]

After
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
        amount: 6 900 000
        use: exhausted
        documents: [decision]

What to do
    Begin with the findings in the documents. A row that is wrong there breaks the budget, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import explained, related_terms, told_with
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import joined, say
from reconcile.equate.equation import BROKEN, BUDGET, writer

INFO = RuleInfo("R401", "budget-broken", Severity.ERROR, fix="unsafe", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Budget lines that do not tie, and lines that cannot be verified."""
    for outcome in case.outcomes:
        equation = outcome.equation
        if equation.kind != BUDGET or outcome.status != BROKEN or equation.relation == "at-most":
            continue
        if outcome.is_overspent:
            continue
        write, solution = writer(equation), explained(case, outcome)
        parts = [joined("", (f"{write(term.value())} (", term.label, ")")) for term in equation.terms[:6]]
        more = " + …" if len(equation.terms) > 6 else ""
        alone = len(equation.terms) == 1 and equation.terms[0].value() == outcome.computed
        whole = "" if alone else f" = {write(outcome.computed)}"
        told = {
            "parts": joined("", (joined(" + ", parts), more, whole)), "off": write(outcome.difference.copy_abs()),
            "line": equation.total.label, "amount": write(equation.total.value()),
        }  # fmt: skip
        off = say("{parts}, {off} more than “{line}” of {amount}", **told)
        if outcome.difference > 0:
            off = say("{parts}, {off} less than “{line}” of {amount}", **told)
        yield Finding(
            INFO.code,
            INFO.severity,
            told_with(off, solution),
            equation.total.location,
            related_terms(equation),
            write(outcome.computed),
            write(equation.total.value()),
            solution.fixes,
            (outcome.id,),
        )
    for gap in case.gaps:
        yield Finding(
            INFO.code,
            INFO.severity,
            say(
                "“{line}” cannot be verified against “{name}”: {reason}",
                line=gap.line,
                name=gap.name,
                reason=gap.reason,
            ),
            gap.location,
            observed=gap.name,
        )
