"""Marks that group or divide are decided by column, table and document; units stand in lines of their own."""

from __future__ import annotations

from decimal import Decimal

import pytest

import reconcile
from reconcile.core.amounts import Unit, decimal_mark_of, grouped_beside_whole
from reconcile.core.document import Table
from reconcile.core.settings import Settings
from reconcile.core.words import detect_language
from reconcile.read import read_text
from reconcile.recognise.tables import RecognisedTable, recognise, recognise_table
from reconcile.recognise.units import find_unit, stated_unit


def _tables(text: str, format: str = "csv") -> tuple[RecognisedTable, ...]:
    ending = {"csv": "csv", "markdown": "md", "text": "txt", "html": "html"}[format]
    return recognise(read_text(f"t.{ending}", text, Settings(), format), Settings()).tables


def _printed(figures: RecognisedTable, col: int) -> list[Decimal]:
    """The amounts of a column, in its unit."""
    return [a.value / a.unit.scale for a in figures.cells[col] if a is not None]


@pytest.mark.parametrize(
    ("printed", "mark"),
    [
        (["-349.938", "\u2212160.290", "-1.237.553"], ","),
        (["-349,938", "-1,237,553"], "."),
        (["-349.938", "-160.290"], None),
        (["0.125", "12.345"], "."),
    ],
)
def test_a_sign_is_no_digit_before_a_mark(printed: list[str], mark: str | None) -> None:
    assert mark == decimal_mark_of(printed)


@pytest.mark.parametrize(
    ("printed", "usual", "mark"),
    [
        (["612", "97", "1.204"], None, ","),
        (["612", "97", "\u22121,204"], None, "."),
        (["612", "97", "1.2"], None, None),
        (["612", "1712", "1.204"], None, None),
        (["7", "9", "1.204"], None, None),
        (["612", "1.204", "1,204"], None, None),
        (["612", "97", "1.204"], ".", None),
        (["612", "97", "1.204", "405", "2.118"], ".", ","),
        (["1.204", "2.118", "3.009"], None, None),
    ],
)
def test_one_group_beside_whole_figures_shows_what_a_mark_does(
    printed: list[str], usual: str | None, mark: str | None
) -> None:
    assert mark == grouped_beside_whole(printed, usual)


def test_numbers_in_names_of_rows_decide_no_mark() -> None:
    (figures,) = _tables("Posten;2016\nA;13.351\nB;31.603\nSumme 1.1;44.954\nC;9.780\nSumme 1.2;9.780\n")
    assert [Decimal(n) for n in (13351, 31603, 44954, 9780, 9780)] == _printed(figures, 1)


def test_the_columns_beside_decide_for_a_column_that_cannot() -> None:
    rows = [["", "Bidrag", "Andel (%)"], ["Nord", "4.312", "42,5"], ["Syd", "5.834", "57,5"]]
    figures = recognise_table(Table.from_rows(rows))
    assert [Decimal(4312), Decimal(5834)] == _printed(figures, 1)
    assert [column.decimal_mark for column in figures.columns[1:]] == [",", ","]


def test_decimals_of_several_lengths_stay_decimals() -> None:
    rows = [["", "Rate"], ["A", "12.345"], ["B", "8.9"], ["C", "0.125"]]
    assert [Decimal("12.345"), Decimal("8.9"), Decimal("0.125")] == _printed(recognise_table(Table.from_rows(rows)), 1)


def test_another_table_of_the_document_decides() -> None:
    first = "## A\n\n| Sted | Tal |\n| --- | ---: |\n| X | 612 |\n| Y | 592 |\n| Z | 97 |\n| Sum | 1.301 |\n"
    tables = _tables(first + "\n## B\n\n| Post | Tal |\n| --- | ---: |\n| Samlet | 1.301 |\n", "markdown")
    assert [figures.columns[1].decimal_mark for figures in tables] == [",", ","]


def test_any_sum_of_a_document_settles_a_mark() -> None:
    tied = "| | 2019 | 2020 | Sum |\n| --- | ---: | ---: | ---: |\n| A | 1,250 | 4,125 | 5,375 |\n| B | 2,310 | 1,444 | 3,754 |\n"
    untied = tied.replace("5,375", "6,398").replace("3,754", "9,001")
    found = [
        [f.severity.value for f in reconcile.check_text(text, format="markdown").findings if f.code == "R103"]
        for text in (tied, untied)
    ]
    assert found == [[], ["warning"] * 3]


@pytest.mark.parametrize(
    ("text", "language", "unit"),
    [
        ("EUR thousand", "en", Unit("EUR", 3)),
        ("Beløb i 1.000 kr.", "da", Unit("DKK", 3)),
        ("1 000 kr", "nb", Unit("NOK", 3)),
        ("(x € 1.000)", "nl", Unit("EUR", 3)),
        ("x € 1 miljoen", "nl", Unit("EUR", 6)),
        ("(£'000)", "en", Unit("GBP", 3)),
        ("$000s", "en", Unit("USD", 3)),
        ("En milliers d'euros", "fr", Unit("EUR", 3)),
        ("Tuhansia euroja", "fi", Unit("EUR", 3)),
        ("(dati in migliaia di euro)", "it", Unit("EUR", 3)),
        ("Miles de euros", "es", Unit("EUR", 3)),
        ("CHF 1'000", "de", Unit("CHF", 3)),
        ("NOK m", "en", Unit("NOK", 6)),
        ("GBPbn", "en", Unit("GBP", 9)),
        ("T€", "de", Unit("EUR", 3)),
        ("in US millions", "en", Unit("USD", 6)),
        ("€ 2.500", "nl", None),
        ("10.000 kr.", "da", None),
        ("€/m", "de", None),
        ("1 000", "sv", None),
        ("per 1 000 euros", "en", None),
        ("Miles", "en", None),
        ("Length, m", "en", None),
    ],
)
def test_a_phrase_states_a_unit_and_nothing_else(text: str, language: str, unit: Unit | None) -> None:
    assert unit == stated_unit(text, language)


@pytest.mark.parametrize(
    ("header", "unit"),
    [("Grants (£000)", Unit("GBP", 3)), ("Revenue, SEK m", Unit("SEK", 6)), ("Fine: $1,000", Unit("USD", 0))],
)
def test_a_header_states_its_unit_in_brackets_or_behind_a_comma(header: str, unit: Unit) -> None:
    assert unit == find_unit(header, "en")


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("Grants 2021\n\nEUR thousand\n\nItem       2020    2021\nRoads     4,112   3,901\nParks     2,250   2,118\n", "text"),
        ("Grants 2021\n\nEUR thousand\n\nItem;2020;2021\nRoads;4,112;3,901\nParks;2,250;2,118\n", "csv"),
        ("EUR thousand\n\n## Grants\n\n| Item | 2020 |\n| --- | ---: |\n| Roads | 4,112 |\n| Parks | 2,250 |\n", "markdown"),
        ("<p>EUR thousand</p><table><tr><th>Item</th><th>2020</th></tr><tr><td>Roads</td><td>4,112</td></tr>"
         "<tr><td>Parks</td><td>2,250</td></tr></table>", "html"),
    ],
)  # fmt: skip
def test_a_line_above_a_table_states_its_unit(text: str, format: str) -> None:
    (figures,) = _tables(text, format)
    assert Unit("EUR", 3) == figures.amount_columns[0].unit


def test_kroner_with_a_full_stop_are_danish() -> None:
    assert [detect_language("1.000 kr. Nørrebro"), detect_language("1 000 kr Tromsø")] == ["da", "nb"]


def _half(numbers: list[int], unit: str) -> Decimal:
    rows = [["", f"Beløp ({unit})"], *([f"R{n}", str(n)] for n in numbers)]
    amount = recognise_table(Table.from_rows(rows)).cells[1][1]
    assert amount is not None
    return (amount.high - amount.value) / amount.unit.scale


@pytest.mark.parametrize(
    ("numbers", "unit", "half"),
    [
        ([46620, 37380, 98080, 22620, 6850, 11740], "tkr", "5"),
        ([46620, 37380, 98080, 22620, 6850], "tkr", "0.5"),
        ([46621, 37380, 98080, 22620, 6850, 11740], "tkr", "0.5"),
        ([46600, 37300, 98100, 22600, 6800, 11700], "tkr", "50"),
        ([46500, 37000, 98500, 22000, 6500, 11000], "tkr", "0.5"),
        ([46620, 37380, 98080, 22620, 6850, 11740], "kr", "0.5"),
        ([46620, 37380, 98080, 22620, 6850, 11740], "antal", "5"),
    ],
)
def test_columns_that_end_in_noughts_are_rounded(numbers: list[int], unit: str, half: str) -> None:
    assert Decimal(half) == _half(numbers, unit)


def test_exact_columns_beside_rounded_ones_stay_exact() -> None:
    tens = [46620, 37380, 98080, 22620, 6850, 11740]
    exact = [1204, 883, 9127, 445, 3061, 718]
    rows = [["", "A", "B"], *([f"R{n}", str(n), str(m)] for n, m in zip(tens, exact, strict=True))]
    cells = recognise_table(Table.from_rows(rows)).cells
    halves = [amount.high - amount.value for col in (1, 2) for amount in cells[col][1:2] if amount is not None]
    assert [Decimal(5), Decimal("0.5")] == halves
