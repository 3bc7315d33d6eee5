"""The equations of a case as expectations: on the frame of their table, of their document, or of the budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from reconcile.check.rules import CODES
from reconcile.core.findings import Severity
from reconcile.equate.equation import BUDGET, RELATIVE_CHANGE, REMAINING, ROW_TOTAL, SUM, Equation, Term
from reconcile.gx.expectations import (
    RULE_OF_KIND,
    ExpectColumnSumToEqualStatedTotal,
    ExpectDocumentsToExhaustBudget,
    ExpectRowsToAddUp,
    ExpectSharesToHold,
)
from reconcile.gx.frames import LABEL_COLUMN, amount_names, exact_frame, interval, term_columns
from reconcile.gx.held import AMOUNT_COLUMN, SEVERITY, Suite, SuiteInput
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable
from reconcile.report.as_json import money

_PARTS = ("share", "part", "whole")


def sums_in(held: SuiteInput, figures: RecognisedTable, names: Mapping[int, str]) -> Iterator[Expectation]:
    """What holds for the sums that lie in the columns and rows of a table, whose frame calls its columns ``names``."""
    across: dict[tuple[Any, ...], list[int]] = {}
    for equation in _selected(held):
        shape = _shape(equation, figures, names)
        if shape == "down":
            yield _down(held, figures, names, equation)
        elif shape == "across":
            parts = tuple(names[term.col] for term in equation.terms if term.col in names)
            key = names[equation.total.col], parts, not equation.exact, equation.incomplete, _severity(equation)
            across.setdefault(key, []).append(equation.total.row)
    for (total, parts, rounded, incomplete, severity), rows in across.items():
        yield ExpectRowsToAddUp(
            columns=list(parts),
            total_column=total,
            rows=rows,
            rounded=rounded,
            incomplete=incomplete,
            severity=severity,
        )


def sums_elsewhere(held: SuiteInput, reading: RecognisedDocument, name: str) -> Iterator[Suite]:
    """A suite of the equations of a document that lie neither in a column nor in a row, such as between two captions."""
    tables = [(figures, amount_names(figures)) for figures in reading.tables]
    equations = [
        equation
        for equation in _selected(held)
        if equation.total.location.path == reading.document.path
        and not any(_shape(equation, figures, names) for figures, names in tables)
    ]
    terms = [term for equation in equations for term in equation.terms]
    if not terms:
        return
    frame = exact_frame(
        {LABEL_COLUMN: [term.label for term in terms], **term_columns(terms, AMOUNT_COLUMN, held.repaired)}
    )
    ends = _ends([len(equation.terms) for equation in equations])
    expectations = [
        _stated_sum(held, equation, AMOUNT_COLUMN, rows) for equation, rows in zip(equations, ends, strict=True)
    ]
    yield Suite(f"{name} other sums", frame, tuple(expectations))


def shares_in(held: SuiteInput, reading: RecognisedDocument, name: str) -> Iterator[Suite]:
    """A suite of the shares and changes that a document tells."""
    path = reading.document.path
    equations = [e for e in _selected(held, quotients=True) if e.total.location.path == path]
    if not equations:
        return
    columns: dict[str, list[object]] = {LABEL_COLUMN: [equation.total.label for equation in equations]}
    for place, column in enumerate(_PARTS):
        columns |= term_columns([(e.total, *e.terms)[place] for e in equations], column, held.repaired)
    groups: dict[tuple[Any, ...], list[int]] = {}
    for row, equation in enumerate(equations):
        change = equation.operator == RELATIVE_CHANGE
        key = equation.kind, change, equation.factor, equation.total.amount.decimals, _severity(equation)
        groups.setdefault(key, []).append(row)
    share, part, whole = _PARTS
    expectations = [
        ExpectSharesToHold(
            column=share, part_column=part, whole_column=whole, change=change, factor=factor, decimals=decimals, rows=rows,
            kind=kind, severity=severity,
        )
        for (kind, change, factor, decimals, severity), rows in groups.items()
    ]  # fmt: skip
    yield Suite(f"{name} shares", exact_frame(columns), tuple(expectations))


def budget_lines(held: SuiteInput) -> Iterator[Suite]:
    """A suite of the lines of the budget, and of what one entity may have, on all that is drawn on them."""
    equations = [outcome.equation for outcome in held.case.outcomes if outcome.kind == BUDGET]
    rules = [code for code in ("R401", "R403") if held.settings.selected(code)]
    if not rules or not equations:
        return
    drawn = [
        [(term.label, leaf) for term in e.terms if not _is_kept(term) for leaf in term.leaves()] for e in equations
    ]
    leaves = [pair for pairs in drawn for pair in pairs]
    columns = term_columns([leaf for _, leaf in leaves], AMOUNT_COLUMN, held.repaired)
    frame = exact_frame(
        {"document": [name for name, _ in leaves], LABEL_COLUMN: [leaf.label for _, leaf in leaves], **columns}
    )
    ends = _ends([len(pairs) for pairs in drawn])
    yield Suite(
        "budget lines", frame, tuple(_line(held, e, rows, rules) for e, rows in zip(equations, ends, strict=True))
    )


def _line(held: SuiteInput, equation: Equation, rows: Sequence[int], rules: list[str]) -> Expectation:
    given: dict[str, Any] = {}
    for term in equation.terms:
        if _is_kept(term):
            amount = term.amount
            given = {"remain": money(amount.value), "remain_between": [money(amount.low), money(amount.high)]}
    if equation.allowance:
        given |= {"tolerance": money(equation.allowance), "reason": equation.reason}
    return ExpectDocumentsToExhaustBudget(
        column=AMOUNT_COLUMN, line=equation.label, use=equation.relation, amount=_value(held, equation.total),
        **_stated(held, equation.total), rows=list(rows), rounded=not equation.exact, incomplete=equation.incomplete,
        rules=rules, **given,
    )  # fmt: skip


def _is_kept(term: Term) -> bool:
    """Whether a term stands for what must remain of a line."""
    return term.header == REMAINING and term.table is None


def _ends(sizes: Sequence[int]) -> list[range]:
    """The rows that parts of these sizes take when they follow one another."""
    rows, start = [], 0
    for size in sizes:
        rows.append(range(start, start + size))
        start += size
    return rows


def _selected(held: SuiteInput, quotients: bool = False) -> Iterator[Equation]:
    """The sums (or the quotients) within documents whose rule is selected."""
    for outcome in held.case.outcomes:
        equation = outcome.equation
        if outcome.kind == BUDGET or (equation.operator != SUM) is not quotients:
            continue
        if held.settings.selected(RULE_OF_KIND[outcome.kind]):
            yield equation


def _severity(equation: Equation) -> FailureSeverity:
    """How bad it is if it does not hold: where nothing shows that it is meant to, it is worth a note."""
    return SEVERITY[CODES[RULE_OF_KIND[equation.kind]].severity if equation.witnessed else Severity.NOTE]


def _shape(equation: Equation, figures: RecognisedTable, names: Mapping[int, str]) -> str:
    """Whether an equation goes ``down`` a column of a table or ``across`` its columns, or neither ('')."""
    # Columns that print nothing are no part of the frame, and add nothing.
    terms = [term for term in equation.terms if term.col in names or not term.is_nil]
    if not terms or not all(term.table is figures.table and term.col in names for term in terms):
        return ""
    if len({term.col for term in terms}) == 1 and len(terms) == len(equation.terms):
        return "down"
    total = equation.total
    here = total.table is figures.table and total.col in names
    alike = equation.kind == ROW_TOTAL and {term.row for term in terms} == {total.row}
    return "across" if here and alike and len({term.col for term in terms}) == len(terms) else ""


def _down(held: SuiteInput, figures: RecognisedTable, names: Mapping[int, str], equation: Equation) -> Expectation:
    total, column = equation.total, equation.terms[0].col
    rows = [term.row for term in equation.terms]
    if total.table is figures.table and total.col == column:
        there = {"total_row": total.row, "total_label": total.label}
        return _stated_sum(held, equation, names[column], rows, there)
    return _stated_sum(held, equation, names[column], rows)


def _stated_sum(
    held: SuiteInput, equation: Equation, column: str, rows: Sequence[int], there: Mapping[str, Any] | None = None
) -> Expectation:
    """The expectation that ``rows`` add up to the equation's total, which is ``there`` in the frame or stated elsewhere."""
    given = there or {"stated_total": _value(held, equation.total), **_stated(held, equation.total)}
    return ExpectColumnSumToEqualStatedTotal(
        column=column,
        rows=list(rows),
        rounded=not equation.exact,
        incomplete=equation.incomplete,
        kind=equation.kind,
        severity=_severity(equation),
        **given,
    )


def _value(held: SuiteInput, total: Term) -> str:
    return money(total.value(held.repaired))


def _stated(held: SuiteInput, total: Term) -> dict[str, Any]:
    low, high = interval(total.value(held.repaired), total.amount.low, total.amount.high)
    return {
        "between": [money(low), money(high)],
        "stated_as": total.amount.text,
        "stated_at": str(total.location),
    }
