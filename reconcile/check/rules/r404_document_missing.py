"""Document missing

What it checks
    Every document that the budget file names is among the documents checked, and as many as it expects where it says so.

Why it matters
    A budget is only reconciled when all that draws on it has been seen.

Example:
    A budget that names two decisions, checked with only the first.

What to do
    Give the document on the command line, or take it out of the budget file.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say

INFO = RuleInfo("R404", "document-missing", Severity.ERROR)


def check(case: Case) -> Iterator[Finding]:
    """Documents that the budget names and that were not given."""
    if case.budget is None:
        return
    for name, source in case.budget.documents.items():
        found = len(case.found.get(name, ()))
        if found == 0:
            told = say("the budget “{budget}” names {path} as “{name}”, which is not among the documents checked",
                       budget=case.budget.name, path=source.path, name=name)  # fmt: skip
            yield Finding(INFO.code, INFO.severity, told, source.location, observed=source.path)
        elif source.expected is not None and found != source.expected:
            told = say("the budget “{budget}” expects {expected} documents as “{name}” ({path}), and {count} were checked",
                       budget=case.budget.name, expected=source.expected, name=name, path=source.path, count=found)  # fmt: skip
            yield Finding(
                INFO.code, INFO.severity, told, source.location, observed=str(found), expected=str(source.expected)
            )
