"""A custom expectation on budgets: what documents distribute is what a line has, keeps or allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

import pandas as pd

from reconcile.equate.equation import BUDGET, REMAINING, Equation, Outcome, Term, solve
from reconcile.gx.base import Examination, Examined, Unexpected
from reconcile.gx.expectations import examined, stated
from reconcile.gx.frames import InexactError, amount_terms, withheld_rows


class ExpectDocumentsToExhaustBudget(Examination):
    """What documents distribute, one row an amount, adds up to a budget line.

    ``amount`` is the line's amount as printed (*2,5 miljarder*); ``use`` is ``equal`` (exhausted), ``at-most`` or
    ``at-least``; what must ``remain`` of it is an amount as printed, too. It may be off by the ``tolerance``, for a
    ``reason``. ``documents`` are the documents that must be among those in ``document_column``. ``rows`` are the rows that
    draw on the line (from 0; all by default). ``rules`` are those told of: a line not used as it must be (R401), and more
    than it has (R403).
    """

    column: str
    line: str
    amount: str
    between: list[str] | None = None
    stated_as: str | None = None
    stated_at: str | None = None
    use: str = "equal"
    remain: str | None = None
    remain_between: list[str] | None = None
    tolerance: str | None = None
    reason: str = ""
    document_column: str = "document"
    documents: list[str] | None = None
    rows: list[int] | None = None
    rounded: bool = False
    incomplete: bool = False
    rules: list[str] = ["R401", "R403"]  # noqa: RUF012 - a field, which pydantic copies

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column")
    success_keys: ClassVar[tuple[str, ...]] = (
        "line", "amount", "between", "stated_as", "stated_at", "use", "remain", "remain_between", "tolerance", "reason",
        "document_column", "documents", "rows", "rounded", "incomplete", "rules",
    )  # fmt: skip

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Add the rows up, and look for documents that are not there."""
        rows = list(range(len(frame))) if self.rows is None else self.rows
        names = [str(cell) for cell in frame[self.document_column]]
        there = {names[row] for row in rows}
        missing = [name for name in self.documents or () if name not in there]
        outcome = solve(self._equation(frame, rows, lacking=bool(missing)))
        rule = "R403" if outcome.is_overspent else "R401"
        found = examined([outcome], rule)
        faults = [self._told(outcome, fault) for fault in found.unexpected if rule in self.rules]
        faults += [Unexpected("R404", name, "", f"“{name}” is not among the documents") for name in missing]
        return found._replace(unexpected=faults)

    def _equation(self, frame: pd.DataFrame, rows: Sequence[int], lacking: bool) -> Equation:
        total = stated(self.amount, self.between, self.stated_as, self.stated_at)
        # A column of that name is no mark of what must remain.
        terms = [replace(term, header="") for term in amount_terms(frame, self.column, rows) if term is not None]
        if self.remain is not None:
            kept: Term = stated(self.remain, self.remain_between, None, None)
            terms.append(replace(kept, label=REMAINING, header=REMAINING))
        withheld = not withheld_rows(frame, self.column).isdisjoint(rows)
        return Equation(
            BUDGET, total, tuple(terms), self.line, exact=not self.rounded, relation=self.use,
            incomplete=self.incomplete or lacking or withheld, allowance=self._allowance(), reason=self.reason,
        )  # fmt: skip

    def _allowance(self) -> Decimal:
        if self.tolerance is None:
            return Decimal(0)
        if not self.reason:
            raise InexactError("a tolerance needs the reason that it is allowed for")
        return stated(self.tolerance, None, None, None).value()

    def _told(self, outcome: Outcome, fault: Unexpected) -> Unexpected:
        kept = f"; {self.remain} of it must remain" if self.remain is not None else ""
        allowed = f" ({self.reason})" if outcome.tolerance and self.reason else ""
        return fault._replace(reason=f"{fault.reason}{allowed}{kept}")

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        verbs = {"equal": "exhaust", "at-most": "keep within", "at-least": "use at least"}
        amount = given.get("stated_as") or given.get("amount")
        told = f"the documents {verbs.get(str(given.get('use', 'equal')), '')} “{given.get('line')}” of {amount}"
        if given.get("remain") is not None:
            told += f", of which {given['remain']} remain"
        if given.get("tolerance") is not None:
            told += f", or are at most {given['tolerance']} off: {given.get('reason')}"
        return told
