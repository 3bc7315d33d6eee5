"""A custom expectation on shares and changes: each is what the figures beside it give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pandas as pd

from reconcile.equate.equation import DIVISION, RELATIVE_CHANGE, ROW_TOTAL, Equation, Term, solve
from reconcile.gx.base import Examination, Examined
from reconcile.gx.expectations import RULE_OF_KIND, examined
from reconcile.gx.frames import amount_terms


class ExpectSharesToHold(Examination):
    """In each row (of ``rows``, from 0) a share is its part divided by its whole, as far as its decimals tell.

    Where it is a ``change``, the part is the new figure and the whole is the old one. ``factor`` is what 1 is told as: 100
    for percent. ``decimals`` are those of the share, by default those it is written with. Rows whose whole is zero are
    passed over.
    """

    column: str
    part_column: str
    whole_column: str
    change: bool = False
    factor: int = 100
    decimals: int | None = None
    rows: list[int] | None = None
    kind: str = ROW_TOTAL

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column")
    success_keys: ClassVar[tuple[str, ...]] = (
        "part_column", "whole_column", "change", "factor", "decimals", "rows", "kind",
    )  # fmt: skip

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Divide in every row and compare."""
        columns = (self.column, self.part_column, self.whole_column)
        rows = zip(*(amount_terms(frame, column, self.rows) for column in columns), strict=True)
        outcomes = [
            solve(self._equation(share, part, whole))
            for share, part, whole in rows
            if share is not None and part is not None and whole is not None and whole.value()
        ]
        return examined(outcomes, RULE_OF_KIND[self.kind], "the share worked out from")

    def _equation(self, share: Term, part: Term, whole: Term) -> Equation:
        if self.decimals is not None:
            share = replace(share, amount=share.amount._replace(decimals=self.decimals))
        operator = RELATIVE_CHANGE if self.change else DIVISION
        return Equation(self.kind, share, (part, whole), share.label, operator=operator, factor=self.factor)

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        rows = "each row" if given.get("rows") is None else f"each of {len(given['rows'])} rows"
        part, whole = given.get("part_column"), given.get("whole_column")
        sign = "the change to" if given.get("change") else "the share of"
        over = "from" if given.get("change") else "in"
        return (
            f"in {rows} “{given.get('column')}” is {sign} “{part}” {over} “{whole}”, times {given.get('factor', 100)}"
        )
