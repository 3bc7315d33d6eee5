"""Document missing

What it checks
    Every document that the budget file names is among the documents checked. If the file says how many to expect,
    there are just as many.

Why it matters
    A budget ties out only when everything that draws on it has been seen.

Before
    --- decision-1.txt
    Municipality Grant
    Hjo 1 200 000 kr
    Tibro 2 300 000 kr
    Total 3 500 000 kr
    --- budget.yaml
    budget: Grants 2023
    currency: SEK
    documents:
      spring: decision-1.txt
      autumn: decision-2.txt
    lines:
      - line: Pool
        amount: 8 100 000
        use: exhausted
        documents: [spring, autumn]

After
    --- decision-1.txt
    Municipality Grant
    Hjo 1 200 000 kr
    Tibro 2 300 000 kr
    Total 3 500 000 kr
    --- decision-2.txt
    Municipality Grant
    Hjo 2 700 000 kr
    Tibro 1 900 000 kr
    Total 4 600 000 kr
    --- budget.yaml
    budget: Grants 2023
    currency: SEK
    documents:
      spring: decision-1.txt
      autumn: decision-2.txt
    lines:
      - line: Pool
        amount: 8 100 000
        use: exhausted
        documents: [spring, autumn]

What to do
    Name the document on the command line, or delete it from the budget file.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import say

INFO = RuleInfo("R404", "document-missing", Severity.ERROR, fix="none", since="0.1.0")


def check(case: Case) -> Iterator[Finding]:
    """Documents that the budget names and that were not given."""
    if case.budget is None:
        return
    for name, source in case.budget.documents.items():
        found = len(case.found.get(name, ()))
        if found == 0:
            told = say("the budget “{budget}” names {path} (“{name}”), but it is not among the documents checked",
                       budget=case.budget.name, path=source.path, name=name)  # fmt: skip
            yield Finding(INFO.code, INFO.severity, told, source.location, observed=source.path)
        elif source.expected is not None and found != source.expected:
            told = say("the budget “{budget}” expects {expected} documents for “{name}” ({path}), but {count} were checked",
                       budget=case.budget.name, expected=source.expected, name=name, path=source.path, count=found)  # fmt: skip
            yield Finding(
                INFO.code, INFO.severity, told, source.location, observed=str(found), expected=str(source.expected)
            )
