"""Custom expectations on sums and on the writing of amounts, worked out exactly with our own equations.

Each works on a plain pandas frame whose cells are text as printed, whole numbers or Decimals. What is unexpected comes
with the printed text and its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

import pandas as pd

from reconcile.core.amounts import Amount, Notation, read_amount, render
from reconcile.core.location import Location
from reconcile.core.words import is_total_label
from reconcile.equate.equation import (
    BROKEN,
    BUDGET,
    CLAIM,
    COLUMN_TOTAL,
    DIVISION,
    RELATIVE_CHANGE,
    REMAINING,
    ROW_TOTAL,
    STATED_TOTAL,
    SUBTOTAL,
    UNVERIFIABLE,
    Equation,
    Outcome,
    Term,
    solve,
)  # fmt: skip
from reconcile.gx.base import SEVERITIES, Examination, Examined, Unexpected
from reconcile.gx.frames import LABEL_COLUMN, InexactError, amount_terms, withheld_rows

RULE_OF_KIND = {COLUMN_TOTAL: "R301", ROW_TOTAL: "R302", SUBTOTAL: "R303", STATED_TOTAL: "R304", CLAIM: "R306"}
RULE_OF_FAULT = {"malformed": "R101", "mixed": "R102", "look-alike": "R105"}
_FAULTS = {
    "malformed": "digit groups that no notation has",
    "mixed": "two kinds of grouping mark",
    "look-alike": "characters that only look like digits",
}


def written(value: Decimal) -> str:
    """A value with spaces between groups of three, as messages and pages print it."""
    return render(value, Notation(" ", "."), 0)


class ExpectColumnSumToEqualStatedTotal(Examination):
    """The amounts of a column add up to a total that is stated elsewhere, or in a row of its own.

    ``stated_total`` is a figure as printed or a whole number; else the total stands in the row ``total_row`` (counted
    from 0) or in the row whose label (in ``label_column``) is ``total_label``. ``rows`` are the rows that are added; by
    default all but those of totals. Amounts are exact unless they are ``rounded``: then each printed amount stands for
    half a unit of its last written place to either side, ``between`` says so for the stated total. A sum known to be
    ``incomplete`` cannot be broken.
    """

    column: str
    stated_total: str | int | None = None
    between: list[str] | None = None
    stated_as: str | None = None
    stated_at: str | None = None
    total_row: int | None = None
    total_label: str | None = None
    label_column: str = LABEL_COLUMN
    rows: list[int] | None = None
    rounded: bool = False
    incomplete: bool = False
    kind: str = STATED_TOTAL

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column")
    success_keys: ClassVar[tuple[str, ...]] = (
        "stated_total", "between", "stated_as", "stated_at", "total_row", "total_label", "label_column", "rows", "rounded",
        "incomplete", "kind",
    )  # fmt: skip

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Add the column up and compare."""
        total, rows = self._total(frame)
        terms = [term for term in amount_terms(frame, self.column, rows) if term is not None]
        incomplete = self.incomplete or not withheld_rows(frame, self.column).isdisjoint(rows)
        equation = Equation(self.kind, total, tuple(terms), self.column, exact=not self.rounded, incomplete=incomplete)
        return examined([solve(equation)], RULE_OF_KIND[self.kind])

    def _total(self, frame: pd.DataFrame) -> tuple[Term, list[int]]:
        labels = [str(cell) for cell in frame[self.label_column]] if self.label_column in frame.columns else []
        row = self.total_row
        if row is None and self.total_label is not None:
            if self.total_label not in labels:
                raise InexactError(f"no row is labelled {self.total_label!r} in {self.label_column}")
            row = labels.index(self.total_label)
        rows = self.rows
        if rows is None:
            rows = [r for r in range(len(frame)) if r != row and not (labels and is_total_label(labels[r]))]
        if row is not None:
            (term,) = amount_terms(frame, self.column, [row])
            if term is None:
                raise InexactError(f"row {row}, {self.column}: no total is printed there")
            return term, rows
        if self.stated_total is None:
            raise InexactError("no total is given: name stated_total, total_row or total_label")
        return stated(str(self.stated_total), self.between, self.stated_as, self.stated_at), rows

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        rows = given.get("rows")
        what = "the amounts" if rows is None else "the row" if len(rows) == 1 else f"the {len(rows)} rows"
        total = given.get("stated_as") or given.get("stated_total") or given.get("total_label") or None
        at = f" ({given['stated_at']})" if given.get("stated_at") else ""
        named = f"“{total}”{at}" if total is not None else f"the total in row {given.get('total_row')}"
        verb = "agrees with" if rows is not None and len(rows) == 1 else "add up to"
        return f"{what} {verb} {named}{', rounding allowed for' if given.get('rounded') else ', to the unit'}"


class ExpectRowsToAddUp(Examination):
    """In each row the amounts in ``columns`` add up to the one in ``total_column``; in ``rows`` (from 0) if not in all."""

    columns: list[str]
    total_column: str
    rows: list[int] | None = None
    rounded: bool = False
    incomplete: bool = False

    success_keys: ClassVar[tuple[str, ...]] = ("columns", "total_column", "rows", "rounded", "incomplete")

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Add every row up and compare."""
        rows = list(range(len(frame))) if self.rows is None else self.rows
        totals = amount_terms(frame, self.total_column, rows)
        parts = [amount_terms(frame, column, rows) for column in self.columns]
        withheld = set().union(*(withheld_rows(frame, column) for column in self.columns))
        outcomes = []
        for place, total in enumerate(totals):
            terms = tuple(term for column in parts if (term := column[place]) is not None)
            if total is not None and terms:
                equation = Equation(
                    ROW_TOTAL,
                    total,
                    terms,
                    total.label,
                    exact=not self.rounded,
                    incomplete=self.incomplete or total.row in withheld,
                )
                outcomes.append(solve(equation))
        return examined(outcomes, RULE_OF_KIND[ROW_TOTAL])

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        rows = "each row" if given.get("rows") is None else f"each of {len(given['rows'])} rows"
        columns = ", ".join(f"“{column}”" for column in given.get("columns", ()))
        rounding = "rounding allowed for" if given.get("rounded") else "to the unit"
        return f"in {rows} {columns} add up to “{given.get('total_column')}”, {rounding}"


class ExpectAmountsToBeWrittenRegularly(Examination):
    """Amounts are written in digit groups that a notation has, with one kind of mark, in digits that are digits."""

    column: str

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column")

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Look at how each amount is written."""
        faults = [
            Unexpected(
                RULE_OF_FAULT[amount.fault], str(frame[self.column].iloc[row]), f"row {row}", _FAULTS[amount.fault], row
            )
            for row, amount in _amounts(frame, self.column)
            if amount.fault is not None and amount.fault in RULE_OF_FAULT
        ]
        return Examined(f"{len(frame)} cells", len(frame), faults)

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        return "the amounts are written in regular digit groups"


class ExpectAmountsToStandAlone(Examination):
    """No letter or footnote mark is stuck to an amount, but for those in ``marks``, which the table explains."""

    column: str
    marks: list[str] = []  # noqa: RUF012 - a field, which pydantic copies

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column")
    success_keys: ClassVar[tuple[str, ...]] = ("marks",)

    def examine(self, frame: pd.DataFrame) -> Examined:
        """Look at what stands right beside each amount."""
        faults = [
            Unexpected("R104", str(frame[self.column].iloc[row]), f"row {row}", f"“{amount.glued}” is stuck to it", row)
            for row, amount in _amounts(frame, self.column)
            if amount.glued and amount.glued not in self.marks
        ]
        return Examined(f"{len(frame)} cells", len(frame), faults)

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        return "nothing is stuck to the amounts" + (f" but {', '.join(given['marks'])}" if given.get("marks") else "")


class ExpectNothingToReport(Examination):
    """A frame of findings has none of ``rules`` as bad as its severity: for what only a check of whole documents can find."""

    rules: list[str]

    success_keys: ClassVar[tuple[str, ...]] = ("rules",)

    def examine(self, frame: pd.DataFrame) -> Examined:
        """List the findings."""
        faults = [
            Unexpected(str(cell["rule"]), str(cell["printed"]), str(cell["place"]), str(cell["message"]), row)
            for row, cell in enumerate(frame.to_dict("records"))
            if cell["rule"] in self.rules and cell["severity"] == SEVERITIES[self.severity]
        ]
        return Examined(f"{len(faults)} findings", len(frame), faults)

    @classmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words."""
        return f"the check has nothing to report under {', '.join(given.get('rules', ()))}"


def stated(amount: str, between: Sequence[str] | None, printed: str | None, place: str | None) -> Term:
    """A total that is stated outside the frame. Raises InexactError where it cannot be read."""
    read = read_amount(amount.strip())
    if between is not None:
        try:
            value, low, high = map(Decimal, (amount, *between))
        except (ArithmeticError, ValueError) as error:
            raise InexactError(f"{amount!r} between {between} are not three plain numbers") from error
        read = Amount(printed or amount, 0, len(amount), value, low, high)
    if read is None:
        raise InexactError(f"{amount!r} is not an amount")
    return Term(read, place=Location(place or "", text=read.text), label=printed or amount)


def examined(outcomes: Sequence[Outcome], rule: str, verb: str = "add up to") -> Examined:
    """What equations give: how many tie, and each that is broken with both sides and the difference."""
    faults = [
        Unexpected(
            rule,
            outcome.total.amount.text,
            outcome.total.location.path,
            f"{_counted(len(outcome.terms), verb)} {off_by(outcome.computed, outcome.difference, outcome.tolerance)}",
            outcome.total.row,
            outcome.difference,
        )
        for outcome in outcomes
        if outcome.status == BROKEN
    ]
    if len(outcomes) == 1:
        (only,) = outcomes
        seen = written(only.computed) + (", which cannot be verified" if only.status == UNVERIFIABLE else "")
        return Examined(f"{seen} ({only.status})", len(only.terms), faults)
    return Examined(f"{len(outcomes) - len(faults)} of {len(outcomes)} tie", len(outcomes), faults)


def off_by(computed: Decimal, difference: Decimal, tolerance: Decimal) -> str:
    """What was worked out, and how far that is from what is stated: ``6 900: 10 less than stated``."""
    far = f"{written(computed)}: {written(difference.copy_abs())} {'less' if difference > 0 else 'more'} than stated"
    return far + (f", and rounding explains at most {written(tolerance)}" if tolerance else "")


def _counted(count: int, verb: str) -> str:
    return "the amount is" if count == 1 else f"{count} amounts {verb}"


def _amounts(frame: pd.DataFrame, column: str) -> Iterator[tuple[int, Amount]]:
    """The amounts that the cells of a column print, with their rows; what is no text or no amount is passed over."""
    for row, cell in enumerate(frame[column]):
        amount = read_amount(cell.strip()) if isinstance(cell, str) else None
        if amount is not None:
            yield row, amount


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
