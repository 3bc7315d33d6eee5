"""Long columns are read as short ones are: the same amounts, equations and findings, whatever their cells hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import reconcile
from reconcile.cli.tables import list_tables
from reconcile.core.amounts import Amount, read_amount
from reconcile.core.decimals import add
from reconcile.core.document import Table
from reconcile.equate.equation import Terms
from reconcile.recognise import series
from reconcile.recognise.series import NumberColumn, read_column
from reconcile.recognise.tables import RecognisedTable, recognise_table
from reconcile.report import write
from reconcile.report.report import Report

WRITINGS = {
    "grouped": ["1 234", "12 345 678", "7", "999", "-1 234", "\u22125", "\u20131 000 000", "0"],
    "hard": ["1\u00a0234", "12\u00a0345\u00a0678", "7", "123456"],
    "decimals": ["1 234,50", "0,25", "-7,00", "123,45"],
    "points": ["1234.5", "0.5", "-17.0"],
    "plain": ["1", "12", "2020", "0012", "123456789012345678"],
}
ODD = [
    "", "-", "\u2013", "\u2014", "..", "x", "1 23 456", "0 123", "1,234", "1.234", "1,234,567", "1.234,5", "12,34,567", "1  234",
    "12 %", "12 kr", "EUR 5", "1 234p", "5O 412", "12 345 1)", "(12)", "1\n2", "\u0663\u0664", "12 345,67", "Euro", "tkr",
    "9" * 19, "+5", "1 234-", "ingen uppgift", "2020-01-01", "1 234\u00a0567", " 7", "- 7", "1 234,5", "12 mnkr", "1'234",
]  # fmt: skip
LABELS = [
    "Ale",
    "Borås stad",
    "Kommun 7",
    "Euros 5",
    "varav 3",
    "Summa",
    "Totalt",
    "12",
    "",
    "Grand total",
    "Öckerö 5 kr",
    "Ed",
]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of a label and three columns, each mostly in one writing, with odd cells here and there, and a total."""
    headers = ["År", "Kommun", "Bidrag", "Belopp (tkr)", "2021", "Kod", "Andel %", "Totalt", "Not"]
    texts = [[draw(st.sampled_from(headers)), *draw(st.lists(st.sampled_from(LABELS), min_size=24, max_size=24))]]
    for _ in range(3):
        cells = draw(
            st.lists(st.sampled_from(WRITINGS[draw(st.sampled_from(sorted(WRITINGS)))]), min_size=24, max_size=24)
        )
        for row in draw(st.lists(st.integers(0, 23), max_size=3)):
            cells[row] = draw(st.sampled_from(ODD))
        texts.append([draw(st.sampled_from(headers)), *cells])
    rows = [list(row) for row in zip(*texts, strict=True)]
    sums = [add(a.value for text in column[1:] if (a := read_amount(text))) for column in texts[1:]]
    rows.append(["Summa", *(format(total, "f") for total in sums)])
    return Table.from_rows(rows)


def _facts(figures: RecognisedTable) -> list[object]:
    cells = {col: list(column) for col, column in figures.cells.items()}
    return [
        figures.columns, figures.header_rows, cells, figures.labels, figures.totals, figures.apart, figures.leaves,
        sorted(figures.suspects), figures.unread, list(figures.amounts()), figures.count(), list(figures.named_rows()),
    ]  # fmt: skip


@pytest.fixture
def read_all_alike(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(series, "LONG_COLUMN", 1)
    return monkeypatch


def _reports(table: Table, mark: str | None) -> list[tuple[list[object], object]]:
    """What a table gives when its columns are read cell by cell, then when they are read as long ones."""
    found: list[tuple[list[object], object]] = []
    with pytest.MonkeyPatch.context() as patch:
        for longest in (10**9, 1):
            patch.setattr(series, "LONG_COLUMN", longest)
            figures = recognise_table(table, "Fördelning av bidrag (kronor)", "sv", mark, "sv_SE")
            found.append((_facts(figures), _check(table).to_dict()))
    return found


def _check(table: Table) -> Report:
    text = "Fördelning i kronor\n\n" + "\n".join(
        ";".join(cell.replace("\n", " ") for cell in row) for row in table.rows
    )
    return reconcile.check_text(text, format="csv")


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from([None, ",", "."]))
@example(
    Table.from_rows([["Kommun", "Bidrag"], *([f"Kommun {n}", "1 234"] for n in range(30)), ["Summa", "37 020"]]), None
)
@example(
    Table.from_rows([["Kommun", "Andel %"], *([f"Kommun {n}", "1 234,50"] for n in range(30)), ["Summa", "37035.00"]]),
    None,
)
def test_a_long_column_says_what_its_cells_say(table: Table, mark: str | None) -> None:
    slow, fast = _reports(table, mark)
    assert fast == slow


@pytest.mark.parametrize("writing", sorted(WRITINGS))
def test_a_column_written_alike_is_a_series(writing: str, read_all_alike: pytest.MonkeyPatch) -> None:
    texts = WRITINGS[writing] * 20
    column = read_column(texts)
    assert isinstance(column, NumberColumn)
    assert (column.odd, column.rest, column.plain) == ({}, [], len(texts))
    assert list(column) == [read_amount(text) for text in texts]
    assert column.total(range(len(texts))) == add(a.value for text in texts if (a := read_amount(text)))


def test_cells_written_otherwise_are_read_one_by_one(read_all_alike: pytest.MonkeyPatch) -> None:
    texts = ["1 234", "5 678"] * 30
    texts[7], texts[9], texts[11] = "54 99 160", "-", "saknas"
    column = read_column(texts)
    assert isinstance(column, NumberColumn)
    assert {row: (amount.value, amount.fault) for row, amount in column.odd.items()} == {
        7: (Decimal(5499160), "malformed")
    }
    assert (column[9], column[11], column.rest, column.plain) == (None, None, [11], 57)


def test_a_column_of_names_is_not_searched_for_amounts(read_all_alike: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch = read_all_alike
    monkeypatch.setattr(series, "read_amount", lambda text, *_: asked.append(text))
    texts = ["Kommun 17", "Ale", "Öckerö 2"] * 100
    assert read_column(texts) == [None] * 300
    assert len(asked) == 50


@pytest.mark.parametrize(
    "texts", [["1 234", "1\u00a0234"] * 30, ["1.234"] * 60, ["Euro 5"] * 60, ["1", "1,5", "2,25"] * 20]
)
def test_a_column_that_needs_a_judgement_is_read_cell_by_cell(
    texts: list[str], read_all_alike: pytest.MonkeyPatch
) -> None:
    assert read_column(texts) == [read_amount(text) for text in texts]


def test_a_total_over_a_long_column_takes_repaired_figures(read_all_alike: pytest.MonkeyPatch) -> None:
    rows = [["Region", "Totalt (kronor)"], *([f"Region {n}", "1 000 000"] for n in range(40)), ["Summa", "40 000 000"]]
    rows[5][1] = "1 00 000"
    report = reconcile.check_text("\n".join(";".join(row) for row in rows), format="csv")
    (outcome,) = report.outcomes
    assert isinstance(outcome.terms, Terms)
    assert [(f.code, f.primary.label, f.expected) for f in report.findings] == [("R101", "line 6", "1 000 000")]
    assert (outcome.status, outcome.computed, len(outcome.terms)) == ("ties-after-repair", Decimal(40_000_000), 40)
    odd = {outcome.terms[4].key: Decimal(5)}
    assert outcome.equation.computed(odd) == add(term.value(odd) for term in outcome.terms) == Decimal(39_000_005)


@pytest.mark.parametrize("header", ["Totalt (kronor)", "Totalt"])
@pytest.mark.parametrize("total", ["5 000 000 000", "5 000 000 005"])
def test_few_amounts_of_a_long_column_are_looked_at(header: str, total: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["Region", header], *([f"Region {n}", "1 000 000"] for n in range(5_000)), ["Summa", total]]
    rows[5][1] = "1 00 000"
    text = "Fördelning av 5 000 000 000 kronor\n\n" + "\n".join(";".join(row) for row in rows[:-1])
    made: list[str] = []

    def read(text: str, *rest: Any) -> Amount | None:
        made.append(text)
        return read_amount(text, *rest)

    monkeypatch.setattr(series, "read_amount", read)
    for document in (text, text + "\n" + ";".join(rows[-1])):
        report = reconcile.check_text(document, format="csv")
        write(report, "terminal")
        list_tables(report, "csv")
    assert [outcome.kind for outcome in report.outcomes] == ["column-total", "stated-total"]
    assert ("R101", "line 8") in [(f.code, f.primary.label) for f in report.findings]
    # Each of the two documents prints 5 000 amounts and more.
    assert len(made) < 300


def test_registries_are_not_asked_for_tens_of_thousands_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("reconcile.run.pipeline.recognise_names", lambda labels: asked.append(len(labels)))
    for names in (20_000, 100):
        rows = "".join(f"Region {number % names};1000\n" for number in range(20_000))
        reconcile.check_text(f"Region;Belopp (kronor)\n{rows}Summa;20000000\n", format="csv")
    assert asked == [20_000]


def test_rounding_is_a_property_of_a_column() -> None:
    exact = [38419, 14350, 65197, 14982, 94994, 176311, 130298, 10347, 7392]
    tens = [38120, 13970, 64040, 14830, 96510, 182880, 131250, 10090, 7070]
    rows = [["State", "2007", "2008"], ["All", str(sum(exact)), str(sum(tens) - 10)]]
    rows += [[f"S{n}", str(a), str(b)] for n, (a, b) in enumerate(zip(exact, tens, strict=True))]
    equations = reconcile.find_equations(Table.from_rows(rows))
    assert [(e.total.col, e.status()) for e in equations] == [(1, "ties"), (2, "ties-within-rounding")]


@pytest.mark.parametrize(
    ("below", "headers"),
    [
        (["", "2024", "2023"], ["", "Years ended 2024", "2023"]),
        (["", "2024", "Change"], ["", "Years ended", ""]),
        (["Opened", "2024", "2023"], ["", "Years ended", ""]),
        (["", "2024", "2024"], ["", "Years ended", ""]),
        (["", "1200", "2023"], ["", "Years ended", ""]),
    ],
)
def test_a_row_of_years_below_one_declared_header_row_is_a_header(below: list[str], headers: list[str]) -> None:
    rows = [["", "Years ended", ""], below, ["Ale", "100", "200"], ["Borås", "300", "400"], ["Lund", "30", "40"]]
    table = Table(tuple(map(tuple, rows)), header_rows=1)
    assert [column.header for column in recognise_table(table).columns] == headers
