"""Figures are exact or rounded as their sums say: many that tie to the unit leave no allowance, near misses leave one."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

import reconcile
from reconcile.report.report import Report


def table(rows: list[list[object]], header: list[str]) -> str:
    lines = [header, ["---"] * len(header), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(f.code, f.severity.value, f.observed) for f in report.findings if f.code != "R103"]


def districts(count: int, random: Random) -> list[list[int]]:
    return [[random.randint(40, 900) for _ in range(3)] for _ in range(count)]


def counts(count: int, wrong: int | None = None, off: int = 0, seed: int = 1) -> Report:
    rows = districts(count, Random(seed))
    cells = [[f"District {n}", *row, sum(row) + (off if n == wrong else 0)] for n, row in enumerate(rows)]
    return reconcile.check_text(table(cells, ["District", "Post", "Early", "Day", "Total"]), "markdown", "t")


@pytest.mark.parametrize("off", [1, -1, 2])
def test_a_count_one_off_among_many_that_tie_is_an_error(off: int) -> None:
    rows = districts(60, Random(1))
    assert told(counts(60, 20, off)) == [("R302", "error", str(sum(rows[20]) + off))]


@pytest.mark.parametrize("off", [50, -90, 700])
def test_so_is_one_that_is_far_off(off: int) -> None:
    rows = districts(60, Random(1))
    assert told(counts(60, 20, off)) == [("R302", "error", str(sum(rows[20]) + off))]


def test_sound_counts_tie() -> None:
    report = counts(60)
    assert told(report) == []
    assert {equation.status for equation in report.equations} == {"ties"}


@pytest.mark.parametrize("seed", range(12))
def test_rounded_figures_are_accused_of_nothing(seed: int) -> None:
    random = Random(seed)
    exact = [[Fraction(random.randint(1_000, 900_000), 1_000) for _ in range(4)] for _ in range(25)]
    cells = [[f"Ort {n}", *map(round, row), round(sum(row))] for n, row in enumerate(exact)]
    cells.append(["Summa", *(round(sum(column)) for column in zip(*exact, strict=True)), round(sum(map(sum, exact)))])
    report = reconcile.check_text(table(cells, ["Ort", "A", "B", "C", "D", "Totalt"]), "markdown", "t")
    assert len(report.equations) >= 25
    assert [each for each in told(report) if each[1] != "note"] == []


def test_a_miss_larger_than_rounding_is_likely_to_make_is_told() -> None:
    rows: list[list[object]] = [[f"Ort {n}", number] for n, number in enumerate((0, 1, 0, 2, 1, 0, 1, 3, 0, 1))]
    report = reconcile.check_text(table([*rows, ["Summa", 14]], ["Ort", "Fall"]), "markdown", "t")
    assert told(report) == [("R301", "error", "14")]


def test_counts_beside_amounts_to_the_cent_are_likelier_to_be_exact() -> None:
    cells: list[list[object]] = [
        ["A", "7,587", "$225.84"], ["B", "2,686", "$344.45"], ["C", "2,592", "$701.88"], ["D", "1,513", "$790.04"],
        ["E", "725", "$491.91"], ["Total", "15,106", "$2,554.12"],
    ]  # fmt: skip
    report = reconcile.check_text(table(cells, ["County", "Applications", "Paid"]), "markdown", "t")
    assert told(report) == [("R301", "error", "15,106")]


def test_a_document_that_speaks_of_rounding_is_rounded() -> None:
    cells: list[list[object]] = [
        ["Ale", "1 200 kr"],
        ["Mark", "2 300 kr"],
        ["Orust", "3 400 kr"],
        ["Summa", "6 901 kr"],
    ]
    rows = table(cells, ["Kommun", "Medel"])
    assert told(reconcile.check_text(rows, "markdown", "t")) == [("R301", "error", "6 901")]
    rounded = reconcile.check_text(f"Beloppen är avrundade.\n\n{rows}", "markdown", "t")
    assert told(rounded) == [("R305", "note", "6 901")]


def test_find_equations_says_the_same() -> None:
    rows = [["District", "Post", "Early", "Total"]]
    rows += [[f"D {n}", str(n + 7), str(3 * n + 1), str(4 * n + 8 + (n == 11))] for n in range(40)]
    found = reconcile.find_equations(reconcile.Table.from_rows(rows))
    assert len(found) == 40
    assert [equation.total.row for equation in found if equation.status() == "broken"] == [12]


def test_thousands_of_rounded_sums_are_rounded() -> None:
    random = Random(3)
    exact = [[Fraction(random.randint(1_000, 900_000), 1_000) for _ in range(5)] for _ in range(1_500)]
    cells = [[f"Ort {n}", *map(round, row), round(sum(row))] for n, row in enumerate(exact)]
    report = reconcile.check_text(table(cells, ["Ort", "A", "B", "C", "D", "E", "Totalt"]), "markdown", "t")
    assert {equation.status for equation in report.equations} == {"ties", "ties-within-rounding"}
