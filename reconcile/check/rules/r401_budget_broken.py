"""Budget broken

What it checks
    A budget line that must be exhausted is exhausted to the unit by what its documents' rows add up to, one of which
    something must remain leaves just that, and one that must be used at least is. (More than a line has is R403.)

Why it matters
    What is decided and what is paid must be the same money; a difference of one krona is a wrong row somewhere.

Example:
    Two decisions that together distribute 2 499 999 999 of a pool of 2 500 000 000.

What to do
    Look at the findings in the documents first: a row that is wrong there breaks the budget, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.check.wording import explained, related_terms, told_with
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import joined, say
from reconcile.equate.equation import BROKEN, BUDGET, writer

INFO = RuleInfo("R401", "budget-broken", Severity.ERROR)


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
