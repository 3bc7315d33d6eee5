"""Equations within a table, and the roles and units they rest on."""

from __future__ import annotations

from decimal import Decimal

import pytest

import reconcile
from reconcile.core.document import Table
from reconcile.recognise.tables import recognise_table
from reconcile.recognise.units import find_unit
from reconcile.report.report import Report
from tests.cases import FIXTURES

Cell = tuple[int, int]


def found(rows: list[list[str]]) -> list[tuple[str, str, Cell, list[Cell]]]:
    return [
        (e.kind, e.operator, (e.total.row, e.total.col), [(t.row, t.col) for t in e.terms])
        for e in reconcile.find_equations(reconcile.Table.from_rows(rows))
    ]


def test_the_contract_example() -> None:
    rows = [["Region", "Totalt"], ["A", "1"], ["B", "2"], ["Summa", "3"]]
    assert found(rows) == [("column-total", "sum", (3, 1), [(1, 1), (2, 1)])]


def test_a_total_before_its_parts() -> None:
    rows = [["Land", "Betrag"], ["Insgesamt", "400"], ["A", "100"], ["B", "300"]]
    assert found(rows) == [("column-total", "sum", (1, 1), [(2, 1), (3, 1)])]


def test_subtotals_and_a_grand_total() -> None:
    rows = [
        ["x", "y"],
        ["a", "1"],
        ["b", "2"],
        ["Summa A", "3"],
        ["c", "4"],
        ["d", "5"],
        ["Summa B", "9"],
        ["Totalt", "12"],
    ]
    assert found(rows) == [
        ("subtotal", "sum", (3, 1), [(1, 1), (2, 1)]),
        ("subtotal", "sum", (6, 1), [(4, 1), (5, 1)]),
        ("column-total", "sum", (7, 1), [(1, 1), (2, 1), (4, 1), (5, 1)]),
    ]


def test_totals_down_and_across() -> None:
    rows = [["x", "Norr", "Syd", "Totalt"], ["a", "1", "2", "3"], ["b", "10", "20", "30"], ["Summa", "11", "22", "33"]]
    assert found(rows) == [
        ("column-total", "sum", (3, 1), [(1, 1), (2, 1)]),
        ("column-total", "sum", (3, 2), [(1, 2), (2, 2)]),
        ("column-total", "sum", (3, 3), [(1, 3), (2, 3)]),
        ("row-total", "sum", (1, 3), [(1, 1), (1, 2)]),
        ("row-total", "sum", (2, 3), [(2, 1), (2, 2)]),
        ("row-total", "sum", (3, 3), [(3, 1), (3, 2)]),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["a"]],
        [["x", "y"], ["a", "1"], ["b", "2"], ["c", "3"]],
        [["x", "y"], ["Summa", "3"]],
        [["x", "År"], ["a", "2019"], ["b", "2020"], ["Summa", "4039"]],
        [["Nr", "x"], ["101", "a"], ["102", "b"], ["203", "Summa"]],
        [["x", "y"], ["a", "1"], ["b", "2"], ["Totalt antal hushåll", "940"]],
    ],
)
def test_silent_where_nothing_says_that_it_should_add_up(rows: list[list[str]]) -> None:
    assert found(rows) == []


def test_a_withheld_figure_makes_a_sum_unverifiable() -> None:
    rows = [["x", "y"], ["a", "10"], ["b", ".."], ["c", "30"], ["Summa", "45"]]
    (equation,) = reconcile.find_equations(reconcile.Table.from_rows(rows))
    assert equation.status() == "unverifiable"
    rows[2][1] = "–"
    (equation,) = reconcile.find_equations(reconcile.Table.from_rows(rows))
    assert equation.status() == "broken"


@pytest.mark.parametrize(
    ("row", "printed"), [(1, ".."), (2, ".."), (3, ".."), (1, "1 200\n1 300"), (2, "1#2"), (3, "1#2")]
)
def test_a_hole_at_the_edge_is_a_hole(row: int, printed: str) -> None:
    rows = [["x", "y"], ["a", "10"], ["b", "12"], ["c", "30"], ["Summa", "52"]]
    rows[row][1] = printed
    (equation,) = reconcile.find_equations(reconcile.Table.from_rows(rows))
    assert equation.status() == "unverifiable"


@pytest.mark.parametrize("printed", ["..", "9#416#241", "x", "(prel.)"])
@pytest.mark.parametrize("name", ["first-decision.txt", "second-decision.txt"])
def test_nothing_is_an_error_over_a_withheld_or_unread_figure(name: str, printed: str) -> None:
    text = (FIXTURES / "decisions" / name).read_text(encoding="utf-8")
    text = text.replace("544 99 160", "54 499 160").replace("9 416 241", printed).replace("2 928 463", printed)
    report = reconcile.check_text(text)
    assert [finding.message for finding in report.findings if finding.severity != "note"] == []
    assert {"first-decision.txt": 1, "second-decision.txt": 1}[name] == [o.status for o in report.equations].count(
        "unverifiable"
    )


@pytest.mark.parametrize(
    ("text", "currency", "exponent"),
    [
        ("Totalt (kronor)", "SEK", 0),
        ("(tkr)", "SEK", 3),
        ("Utfall, mnkr", "SEK", 6),
        ("RESULTATRÄKNING, mnkr", "SEK", 6),
        ("Rammetilskudd 1997 (1000 kr)", "SEK", 3),
        ("i tusental kronor", "SEK", 3),
        ("(in US millions)", "USD", 6),
        ("Item (₹ Lakh)", "INR", 5),
        ("Mio. Euro", "EUR", 6),
        ("Fördelning av 2,5 miljarder kronor", "SEK", 0),
        ("Fördelning av 1 874 253 165 kronor", "SEK", 0),
        ("Invånare 2023", None, 0),
    ],
)
def test_units_in_headers_and_titles(text: str, currency: str | None, exponent: int) -> None:
    unit = find_unit(text)
    assert (currency, exponent) == (unit.currency, unit.exponent)


def roles(rows: list[list[str]]) -> list[str]:
    return [column.role for column in recognise_table(reconcile.Table.from_rows(rows)).columns]


def test_roles_of_columns() -> None:
    rows = [
        ["Kod", "Kommun", "Not", "Bidrag", "Andel %", "Anmärkning", "År"],
        ["1421", "Orust", "3", "1 200", "34", "ny", "2021"],
        ["1430", "Munkedal", "4", "2 300", "66", "", "2022"],
    ]
    assert roles(rows) == ["code", "label", "note", "amount", "percent", "text", "code"]


def test_a_header_of_years_below_a_title() -> None:
    rows = [
        ["Bidrag per kommun", "", ""],
        ["", "", ""],
        ["Kommun", "2022", "2023"],
        ["Hjo", "12", "13"],
        ["Tibro", "22", "2021"],
    ]
    figures = recognise_table(reconcile.Table.from_rows(rows))
    assert figures.header_rows == 3
    assert [column.header for column in figures.columns] == ["Bidrag per kommun Kommun", "2022", "2023"]


def test_every_figure_of_a_column_is_read_with_one_decimal_mark() -> None:
    rows = [["x", "A"], ["a", "1,234"], ["b", "2,5"]]
    figures = recognise_table(reconcile.Table.from_rows(rows))
    assert [str(amount.value) for _, _, amount in figures.amounts()] == ["1.234", "2.5"]


def one_krona(header: str, note: str = "") -> Report:
    return reconcile.check_text(
        f"{note}\n\n| x | {header} |\n|-|-|\n| a | 10 000 |\n| b | 20 000 |\n| Summa | 30 001 |\n"
    )


def test_whole_units_of_a_stated_currency_are_exact() -> None:
    assert [finding.code for finding in one_krona("kronor").findings] == ["R301"]
    assert [finding.code for finding in one_krona("tkr").findings] == ["R305"]
    assert [finding.code for finding in one_krona("A").findings] == ["R305"]
    assert [finding.code for finding in one_krona("kronor", "Beloppen är avrundade.").findings] == ["R305"]


def test_a_figure_of_very_many_digits_is_left_out_of_the_search() -> None:
    rows = [["Ort", "Belopp"], ["Alby", "1"], ["Bro", "9" * 100_000], ["Summa", "10"]]
    assert [e.status() for e in reconcile.find_equations(reconcile.Table.from_rows(rows))] == []


def test_a_currency_as_a_header_in_a_table_of_another_says_what_is_held() -> None:
    rows = [
        ["(in US millions)", "Euro", "Yen", "Total"],
        ["Securities", "4,914", "5,969", "10,883"],
        ["Deposits", "8,448", "11,554", "20,002"],
    ]
    figures = recognise_table(reconcile.Table.from_rows(rows))
    assert [(c.unit.currency, c.unit.exponent) for c in figures.amount_columns] == [("USD", 6)] * 3
    assert [(total, parts) for kind, _, total, parts in found(rows) if kind == "row-total"] == [
        ((1, 3), [(1, 1), (1, 2)]),
        ((2, 3), [(2, 1), (2, 2)]),
    ]


def test_a_day_and_a_year_tell_nothing_of_the_decimal_mark() -> None:
    report = reconcile.check_text(
        "| | December 17,1999 | 12.50 % |\n| --- | --- | --- |\n| A | 1,204 | 1.5 |\n| B | 3,110 | 2.5 |\n",
        format="markdown",
        name="x",
    )
    assert [finding.code for finding in report.findings] == []


@pytest.mark.parametrize(
    ("odd", "value"), [("1,12", "1120"), ("1,1222", "11222"), ("77,0", "77000"), ("0,5", "0.5"), ("1120", "1120")]
)
def test_one_figure_does_not_turn_thousands_into_decimals(odd: str, value: str) -> None:
    rows = [["County", "Grant"], *([f"County {n}", f"{n + 2},{100 + 37 * n}"] for n in range(6)), ["Elk", odd]]
    amounts = recognise_table(Table.from_rows(rows), language="en").cells[1]
    assert [*(Decimal(f"{n + 2}{100 + 37 * n}") for n in range(6)), Decimal(value)] == [
        a.value for a in amounts[1:] if a
    ]


def test_decimals_of_a_language_that_divides_by_a_comma_are_decimals() -> None:
    rows = [["Län", "Utsläpp"], *([f"Län {n}", f"{n + 2},{100 + 37 * n}"] for n in range(6)), ["Ekeby", "1,12"]]
    amounts = recognise_table(Table.from_rows(rows), language="sv").cells[1]
    assert [*(Decimal(f"{n + 2}.{100 + 37 * n}") for n in range(6)), Decimal("1.12")] == [
        a.value for a in amounts[1:] if a
    ]
