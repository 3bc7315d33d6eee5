"""Equations: interval arithmetic, exactness of payments, and bounds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.core.amounts import Amount, Unit, read_amount
from reconcile.core.location import Location
from reconcile.equate.equation import (
    BROKEN,
    CLAIM,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    Equation,
    Term,
    solve,
)


def amount(printed: str, unit: Unit = Unit()) -> Amount:
    read = read_amount(printed, ",", unit)
    assert read is not None
    return read


def term(printed: str, line: int = 0) -> Term:
    return Term(amount(printed), row=line, place=Location("d", f"line {line}"))


def equation(
    total: str, *terms: str, exact: bool = False, relation: str = "equal", kind: str = "column-total"
) -> Equation:
    return Equation(
        kind, term(total), tuple(term(t, n) for n, t in enumerate(terms, 1)), "sum", exact=exact, relation=relation
    )


@pytest.mark.parametrize(
    ("total", "terms", "status", "difference", "tolerance"),
    [
        ("30", ["10", "20"], TIES, "0", "1.5"),
        ("31", ["10", "20"], TIES_WITHIN_ROUNDING, "1", "1.5"),
        ("32", ["10", "20"], BROKEN, "2", "1.5"),
        ("-62 079", ["-62 000", "-51"], BROKEN, "-28", "1.5"),
        ("71,4", ["70,4", "0,6", "0,5"], TIES_WITHIN_ROUNDING, "-0.1", "0.20"),
        ("71,7", ["70,4", "0,6", "0,5"], TIES_WITHIN_ROUNDING, "0.2", "0.20"),
        ("71,8", ["70,4", "0,6", "0,5"], BROKEN, "0.3", "0.20"),
        ("54 499 160", ["544 99 000", "160"], TIES_AFTER_REPAIR, "0", "1.5"),
    ],
)
def test_intervals_decide(total: str, terms: list[str], status: str, difference: str, tolerance: str) -> None:
    outcome = solve(equation(total, *terms))
    assert (status, Decimal(difference), Decimal(tolerance)) == (outcome.status, outcome.difference, outcome.tolerance)


def test_twelve_rounded_rows_cannot_be_off_by_28() -> None:
    rows = ["-5 000"] * 11 + ["-7 051"]
    outcome = solve(equation("-62 079", *rows))
    assert (BROKEN, Decimal(-28), Decimal("6.5")) == (outcome.status, outcome.difference, outcome.tolerance)


def test_payments_are_not_rounded() -> None:
    assert equation("31", "10", "20", exact=True).status() == BROKEN
    assert equation("30", "10", "20", exact=True).status() == TIES


@pytest.mark.parametrize(
    ("relation", "total", "status"),
    [("at-most", "40", TIES), ("at-most", "29", BROKEN), ("at-least", "40", BROKEN), ("at-least", "29", TIES)],
)
def test_a_budget_line_may_leave_room(relation: str, total: str, status: str) -> None:
    assert status == equation(total, "10", "20", exact=True, relation=relation).status()


def test_a_claim_that_holds_ties() -> None:
    assert equation("31", "10", "20", kind=CLAIM).status() == TIES


def test_a_repair_reads_an_amount_otherwise() -> None:
    broken = equation("30", "10", "21", exact=True)
    assert broken.status() == BROKEN
    assert broken.status({broken.terms[1].key: Decimal(20)}) == TIES_AFTER_REPAIR


@given(st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=30), st.integers(1, 3))
def test_rounded_parts_of_a_true_sum_never_break_it(parts: list[int], places: int) -> None:
    unit = Decimal(10) ** places
    rounded = [str(int((Decimal(part) / unit).to_integral_value())) for part in parts]
    total = str(int((Decimal(sum(parts)) / unit).to_integral_value()))
    assert equation(total, *rounded).status() != BROKEN


@given(st.lists(st.integers(10**29, 10**31), min_size=2, max_size=8), st.integers(1, 10**6))
def test_sums_beyond_28_digits_are_exact(parts: list[int], slip: int) -> None:
    rows = [str(part) for part in parts]
    assert equation(str(sum(parts)), *rows, exact=True).status() == TIES
    outcome = solve(equation(str(sum(parts) + slip), *rows, exact=True))
    assert (BROKEN, Decimal(slip)) == (outcome.status, outcome.difference)
