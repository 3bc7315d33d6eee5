"""Amounts in cells as people write them: with words, units and signs around them, or in a convention of their own."""

from __future__ import annotations

from decimal import Decimal

import pytest

import reconcile
from reconcile.report.report import Report


def check(*rows: str) -> Report:
    """Check a table of lines with semicolons."""
    return reconcile.check_text("\n".join(rows) + "\n", format="csv")


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.severity.value, finding.observed) for finding in report.findings]


def held(report: Report) -> list[str]:
    return [outcome.status for outcome in report.outcomes]


def test_a_sum_of_approximate_amounts_that_misses_by_much_is_a_note_without_a_fix() -> None:
    report = check("Post;Kosztorys", "Dach;ok. 40 000 zł", "Okna;~25 000 zł", "Drzwi;5 000 zł", "Razem;~90 000 zł")
    assert told(report) == [("R301", "note", "90 000")]
    report = check("Post;Belopp", "Tak;ca 40 000 kr", "Dörr;≈ 25 000 kr", "Lås;5 000 kr", "Summa;~90 000 kr")
    assert told(report) == [("R301", "note", "90 000")]
    assert report.findings[0].fixes == ()


def test_a_sum_of_approximate_amounts_that_misses_by_little_ties() -> None:
    report = check("Post;Belopp", "Tak;ca 40 000 kr", "Dörr;ca 25 100 kr", "Lås;5 000 kr", "Summa;ca 70 000 kr")
    assert held(report) == ["ties-within-rounding"]


def test_a_dash_for_cents_says_that_an_amount_is_whole() -> None:
    report = check("Post;Beløp", "Leie;2 400,-", "Strøm;615,-", "Sum;3 016,-")
    assert told(report) == [("R301", "error", "3 016")]


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (("40 kg", "25 kg"), "75 kg"),
        (("1.200 €/Monat", "800 €/Monat"), "2.500 €/Monat"),
        (("14 pupils", "31 pupils"), "145 pupils"),
        (("140 (40 %)", "210 (60 %)"), "450 (100 %)"),
    ],
)
def test_what_stands_behind_a_figure_hides_no_sum(cells: tuple[str, ...], total: str) -> None:
    report = check("Name;Amount", *(f"Row {number};{cell}" for number, cell in enumerate(cells)), f"Total;{total}")
    assert [("R301", total.split(" ")[0])] == [(code, text) for code, _, text in told(report) if code == "R301"]


def test_a_table_of_several_measures_is_added_up_along_its_rows_alone() -> None:
    report = check("Post;2022;2023;Totalt", "Resor;12 st;13 st;25 st", "Arbete;8 h;9 h;17 h", "El;5 MWh;7 MWh;12 MWh")
    assert held(report) == ["ties", "ties", "ties"]
    report = check("Post;Mängd", "Resor;12 st", "Arbete;8 h", "Mer arbete;9 h", "Summa;17 h")
    assert held(report) == ["ties"]


def test_a_percent_in_words_is_a_share() -> None:
    table = reconcile.check_text("Namn;Andel\nA;40 procent\nB;60 procent\n", format="csv").readings[0].tables[0]
    assert [column.role for column in table.columns] == ["label", "percent"]


def test_days_in_a_first_column_are_names() -> None:
    table = reconcile.check_text("Term;Amount\n30 days;40\n60 days;60\n", format="csv").readings[0].tables[0]
    assert [column.role for column in table.columns] == ["label", "amount"]


@pytest.mark.parametrize("years", ["2 0 2 1;2 0 2 2", "2021 1;2022 2"])
def test_years_that_are_spaced_or_marked_are_headings(years: str) -> None:
    report = check(f"Region;{years}", "Alfa;1200;1300", "Beta;800;900", "Summa;2000;2200")
    assert (told(report), held(report)) == ([], ["ties", "ties"])


def test_weights_and_volumes_are_no_stray_letters() -> None:
    report = check("Item;Size;Price", "Cola;12.5CL;3", "Wine;75CL;7", "Flour;2 Lb.;4", "Total;;14")
    assert (told(report), held(report)) == ([], ["ties"])


def test_a_unit_in_a_cell_of_its_own_is_of_the_table() -> None:
    rows = "| | 2021 |\n|---|---|\n| *(In thousands)* | |\n| A | 12 |\n| B | 8 |\n| Total | 20 |\n"
    table = reconcile.check_text(rows, format="markdown").readings[0].tables[0]
    amount = table.cells[1][2]
    assert amount is not None
    assert Decimal(12_000) == amount.value


def test_a_sign_and_a_dash_are_nothing() -> None:
    report = check("Item;Amount", "Rent;$ 120", "Fees;$—", "Other;$ -", "Total;$ 120")
    assert (told(report), held(report)) == ([], ["ties"])


def fixes(report: Report) -> list[tuple[str, str, str, str]]:
    """The first fix of each finding: code, what is printed, what to write instead, and how safe that is."""
    found = [(finding.code, fix) for finding in report.findings for fix in finding.fixes[:1]]
    return [(code, fix.edits[0].old, fix.replacement, fix.applicability) for code, fix in found]


@pytest.mark.parametrize(
    ("cells", "total", "fix"),
    [
        # Another convention than that of the column.
        (("430,50", "1.237,25", "1,250.75", "81,00"), "2.999,50", ("R102", "1,250.75", "1.250,75", "safe")),
        (("612.30", "2,140.00", "656,20", "18.75"), "3,427.25", ("R102", "656,20", "656.20", "safe")),
        # The last of two equal marks divides.
        (("1,100.50", "3,204,99", "88.10", "940.25"), "5,333.84", ("R102", "3,204,99", "3,204.99", "safe")),
        (("1.100,50", "3.204.99", "88,10", "940,25"), "5.333,84", ("R102", "3.204.99", "3.204,99", "safe")),
        # A nought is lost at the end of a group.
        (("1.100.250", "12.5", "15.125", "3.000.750"), "4.128.625", ("R101", "12.5", "12.500", "safe")),
        (("1,100,250", "407,31", "15,125", "3,000,750"), "4,523,435", ("R101", "407,31", "407,310", "safe")),
        # A space behind a mark.
        (("3,251", "7, 031", "12,400", "1,006"), "23,688", ("R101", "7, 031", "7,031", "safe")),
        (("3.251,50", "7.031, 25", "12,00", "6,25"), "10.301,00", ("R101", "7.031, 25", "7.031,25", "safe")),
    ],
)
def test_a_figure_in_marks_of_its_own_is_read_as_its_column_is(
    cells: tuple[str, ...], total: str, fix: tuple[str, str, str, str]
) -> None:
    rows = [f"Row {number};{cell}" for number, cell in enumerate(cells)]
    report = check("Name;Amount", *rows, f"Total;{total}")
    assert [fix] == fixes(report)
    assert held(report) == ["ties-after-repair"]
    # Without a total it is told all the same, with the same reading, and for a person to look at.
    assert [(*fix[:3], "unsafe")] == fixes(check("Name;Amount", *rows))


def test_a_slip_in_a_column_of_whole_figures_is_no_other_convention() -> None:
    report = check("Name;Amount", "A;1,204,500", "B;3,100,250", "C;2,04", "D;17,250", "Total;4,324,040")
    assert fixes(report) == [("R101", "2,04", "2,040", "safe")]


def test_a_list_of_numbers_is_no_figure_with_spaces() -> None:
    report = check("Name;Amount;Notes", "A;1,204;3, 9, 28", "B;3,100;2, 4", "C;2,040;7", "Total;6,344;")
    assert (told(report), held(report)) == ([], ["ties"])


def test_conventions_that_are_evenly_mixed_are_left_alone() -> None:
    report = check("Name;Amount", "A;1,204.50", "B;3.100,25", "C;2,040.75", "D;1.700,00")
    assert fixes(report) == []


@pytest.mark.parametrize(("figure", "fix"), [("61, 320", "61,320"), ("61. 320", "61.320")])
def test_a_space_behind_a_mark_in_prose_is_told_where_a_sum_proves_it(figure: str, fix: str) -> None:
    mark = fix[2]
    rows = "".join(
        f"| {name} | {cell.replace(',', mark)} |\n"
        for name, cell in {"A": "28,120", "B": "15,200", "C": "18,000"}.items()
    )
    text = f"The county pays {figure} euros to three towns.\n\n| Town | Amount (euros) |\n|---|---|\n{rows}"
    report = reconcile.check_text(text, format="markdown")
    assert [("R101", figure, fix, "safe")] == fixes(report)


def test_a_figure_behind_a_comma_of_the_sentence_stays_alone() -> None:
    text = "Of the towns in class 61, 320 euros went to A.\n\n| Town | Amount (euros) |\n|---|---|\n| A | 320 |\n| B | 15,200 |\n"
    assert fixes(reconcile.check_text(text, format="markdown")) == []


def doubted(text: str) -> list[tuple[str, str]]:
    """What R103 tells of a table, with its severity."""
    findings = reconcile.check_text(text, format="csv").findings
    return [(finding.observed, finding.severity.value) for finding in findings if finding.code == "R103"]


@pytest.mark.parametrize(
    "text",
    [
        # Another column's sum, another row's sum, the language, and the words of the table where there are no sentences.
        "Id;A;B\nx;1,204;3,100\ny;2,300;4,007\nz;5,001;2,900\nTotal;8,505;10,008\n",
        "Id;A;B;Total\nx;1,204;3,100;4,304\ny;2,300;4,007;6,308\nz;5,001;2,900;7,901\n",
        "Place;Cost of the works and the land\nin the east;1,204\nby the sea;3,100\n",
        "County;Amount\nx;1,204\ny;3,100\n",
        "Gemeinde;Betrag\nx;1.204\ny;3.100\n",
    ],
)
def test_a_mark_that_a_document_settles_is_in_no_doubt(text: str) -> None:
    assert doubted(text) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Id;A\nx;1,204\ny;3,100\n", [("1,204", "warning")]),
        ("Gemeinde;Betrag\nx;1,204\ny;3,100\n", [("1,204", "warning")]),
        ("Id;A;B\nx;1,204;3.100\ny;2,300;4.007\nz;5,001;2.900\nTotal;8,505;10.017\n", [("3.100", "warning")]),
        ("Post;Vad som betalas för vägar och skolor\nx;1,204\ny;3,100\n", [("1,204", "note")]),
    ],
)
def test_a_mark_that_nothing_settles_is_told(text: str, told: list[tuple[str, str]]) -> None:
    assert told == doubted(text)
