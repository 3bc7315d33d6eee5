"""What adds up in the layouts that tables come in, and that nothing does where nothing should."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

import reconcile
from reconcile.core.document import Document
from reconcile.equate.equation import BROKEN
from reconcile.recognise.tables import recognise_table
from reconcile.run.pipeline import check_documents
from tests.equate.grids import with_cell

Cell = tuple[int, int]
Sum = tuple[Cell, list[Cell]]


def sums(rows: list[list[str]]) -> list[Sum]:
    """The sums that hold, as (total, parts)."""
    return sorted(
        ((e.total.row, e.total.col), [(t.row, t.col) for t in e.terms])
        for e in reconcile.find_equations(reconcile.Table.from_rows(rows))
        if e.operator == "sum" and e.status() != BROKEN
    )


def down(total: int, parts: list[int], cols: int) -> list[Sum]:
    return [((total, col), [(row, col) for row in parts]) for col in range(1, cols + 1)]


LAYOUTS = {
    "total behind its parts, without a word": (
        [
            ["x", "2022", "2023"],
            ["a", "1204", "1377"],
            ["b", "2391", "2018"],
            ["c", "811", "904"],
            ["d", "4406", "4299"],
        ],
        down(4, [1, 2, 3], 2),
    ),
    "total before its parts": (
        [
            ["x", "2022", "2023"],
            ["d", "4406", "4299"],
            ["a", "1204", "1377"],
            ["b", "2391", "2018"],
            ["c", "811", "904"],
        ],
        down(1, [2, 3, 4], 2),
    ),
    "gaps and dashes are nil": (
        [
            ["x", "p", "q"],
            ["a", "1204", "–"],
            ["", "", ""],
            ["b", "", "2018"],
            ["c", "811", "904"],
            ["Totalt", "2015", "2922"],
        ],
        down(5, [1, 3, 4], 2),
    ),
    "of which rows are not added twice": (
        [
            ["x", "2022", "2023"],
            ["Lokaler", "4120", "4385"],
            ["därav hyror", "3310", "3406"],
            ["Personal", "18940", "19721"],
            ["därav lärare", "11377", "11950"],
            ["Summa", "23060", "24106"],
        ],
        down(5, [1, 3], 2),
    ),
    "of which rows that are all of it": (
        [
            ["x", "2022", "2023"],
            ["Menot", "7430", "7791"],
            ["josta palkat", "4120", "4385"],
            ["josta vuokrat", "3310", "3406"],
            ["Muut", "911", "907"],
            ["Yhteensä", "8341", "8698"],
        ],
        [*down(1, [2, 3], 2), *down(5, [1, 4], 2)],
    ),
    "davon": (
        [
            ["x", "2022", "2023"],
            ["Bund", "4120", "4385"],
            ["davon Zinsen", "310", "406"],
            ["Land", "1893", "1721"],
            ["Insgesamt", "6013", "6106"],
        ],
        down(4, [1, 3], 2),
    ),
    "numbering": (
        [
            ["x", "2022", "2023"],
            ["1 Skola", "5507", "5672"],
            ["1.1 Lokaler", "1204", "1377"],
            ["1.2 Lärare", "4303", "4295"],
            ["2 Vård", "3202", "2922"],
            ["2.1 Lokaler", "2391", "2018"],
            ["2.2 Läkare", "811", "904"],
        ],
        [*down(1, [2, 3], 2), *down(4, [5, 6], 2)],
    ),
    "indentation": (
        [
            ["x", "2022", "2023"],
            ["Skola", "5507", "5672"],
            ["  Lokaler", "1204", "1377"],
            ["  Lärare", "4303", "4295"],
            ["Vård", "3202", "2922"],
            ["  Lokaler", "2391", "2018"],
            ["  Läkare", "811", "904"],
        ],
        [*down(1, [2, 3], 2), *down(4, [5, 6], 2)],
    ),
    "capitals": (
        [
            ["x", "2022", "2023"],
            ["NORRLAND", "5507", "5672"],
            ["Umeå", "1204", "1377"],
            ["Luleå", "4303", "4295"],
            ["SVEALAND", "3202", "2922"],
            ["Örebro", "2391", "2018"],
            ["Falun", "811", "904"],
        ],
        [*down(1, [2, 3], 2), *down(4, [5, 6], 2)],
    ),
    "a formula in a label": (
        [
            ["x", "2022", "2023"],
            ["A (1 to 3)", "4406", "4299"],
            ["1 Wages", "1204", "1377"],
            ["2 Rents", "2391", "2018"],
            ["3 Other", "811", "904"],
            ["of it abroad", "77", "93"],
        ],
        down(1, [2, 3, 4], 2),
    ),
    "what is of both needs no total word": (
        [
            ["x", "2008", "2009", "2010"],
            ["Both sexes", "368", "357", "373"],
            ["Males", "118", "127", "132"],
            ["Females", "250", "230", "241"],
        ],
        down(1, [2, 3], 3),
    ),
    "subtotals named alike": (
        [
            ["x", "2022", "2023"],
            ["Tjänster", "81", "83"],
            ["Personal", "5507", "5672"],
            ["Tjänster", "64", "21"],
            ["Personal", "3202", "2922"],
            ["Tjänster", "77", "68"],
            ["Personal", "4118", "4405"],
            ["Övrigt", "99", "97"],
            ["Personer", "12827", "12999"],
        ],
        down(8, [2, 4, 6], 2),
    ),
    "three deep": (
        [
            ["x", "2022", "2023"],
            ["Riket", "8709", "8594"],
            ["Norra länet", "5507", "5672"],
            ["Umeå", "1204", "1377"],
            ["Luleå", "4303", "4295"],
            ["Södra länet", "3202", "2922"],
            ["Lund", "2391", "2018"],
            ["Ystad", "811", "904"],
        ],
        [*down(1, [2, 5], 2), *down(2, [3, 4], 2), *down(5, [6, 7], 2)],
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(name: str) -> None:
    rows, expected = LAYOUTS[name]
    assert sorted(expected) == sums(rows)


def across(rows: list[list[str]], total: int, parts: list[int]) -> list[Sum]:
    return [((row, total), [(row, col) for col in parts]) for row in range(1, len(rows))]


def test_a_difference_is_kept_as_a_sum() -> None:
    rows = [
        ["x", "Income", "Cost", "Net"],
        ["a", "4406", "1377", "3029"],
        ["b", "2391", "2018", "373"],
        ["c", "8110", "904", "7206"],
    ]
    assert sums(rows) == across(rows, 1, [2, 3])


def test_a_deviation_is_outcome_less_budget() -> None:
    rows = [
        ["x", "Budget", "Utfall", "Avvikelse"],
        ["a", "4406", "4377", "-29"],
        ["b", "2391", "2618", "227"],
        ["c", "8110", "8904", "794"],
    ]
    assert sums(rows) == across(rows, 2, [1, 3])


def test_columns_that_their_headers_relate() -> None:
    rows = [
        ["x", "IHP = HA + ON", "HA", "ON"],
        ["a", "5783", "4406", "1377"],
        ["b", "4409", "2391", "2018"],
    ]
    assert sums(rows) == across(rows, 1, [2, 3])


def test_blocks_of_columns_a_stride_apart() -> None:
    rows = [
        ["x", "M 1", "K 1", "M 2", "K 2", "M 3", "K 3"],
        ["a", "1204", "377", "2391", "418", "3595", "795"],
        ["b", "811", "904", "4303", "295", "5114", "1199"],
        ["c", "5507", "672", "3202", "922", "8709", "1594"],
    ]
    assert [
        expected
        for row in (1, 2, 3)
        for expected in [((row, 5), [(row, 1), (row, 3)]), ((row, 6), [(row, 2), (row, 4)])]
    ] == sums(rows)


def test_percentages_that_make_a_hundred_are_no_money() -> None:
    rows = [
        ["x", "Belopp", "Andel %"],
        ["a", "1204", "27,3 %"],
        ["b", "2391", "54,3 %"],
        ["c", "811", "18,4 %"],
        ["Summa", "4406", "100,0 %"],
    ]
    assert ((4, 1), [(1, 1), (2, 1), (3, 1)]) in sums(rows)
    assert all(col == total[1] for total, parts in sums(rows) for _, col in parts)


def test_a_header_that_spans_columns_of_shares_spans_them_all() -> None:
    rows = [
        ["Kön", "Antal besök, %", "", "", "", "Folkmängd"],
        ["", "Inga besök", "1–3 besök", "4–6 besök", "Totalt", "2022"],
        ["Män", "45", "36", "19", "100", "5260707"],
        ["Kvinnor", "28", "42", "30", "100", "5260849"],
    ]
    figures = recognise_table(reconcile.Table.from_rows(rows))
    assert ["label", *["percent"] * 4, "amount"] == [column.role for column in figures.columns]
    assert [((row, 4), [(row, col) for col in (1, 2, 3)]) for row in (2, 3)] == sums(rows)


def test_codes_years_and_notes_are_not_summed_with_money() -> None:
    rows = [
        ["Kod", "x", "Not", "2022", "2023"],
        ["1201", "a", "3", "1204", "1207"],
        ["1202", "b", "4", "2391", "2395"],
        ["1203", "c", "5", "811", "816"],
        ["", "Summa", "", "4406", "4418"],
    ]
    assert sums(rows) == [((4, 3), [(1, 3), (2, 3), (3, 3)]), ((4, 4), [(1, 4), (2, 4), (3, 4)])]


def test_the_one_row_that_breaks_a_relation_of_columns_is_told_with_its_siblings() -> None:
    source = random.Random(3)
    rows = [["x", "HA", "ON", "IHP"]]
    for row in range(9):
        first, second = source.randrange(1000, 9999), source.randrange(1000, 9999)
        rows.append([f"r{row}", str(first), str(second), str(first + second + (200 if row == 4 else 0))])
    broken = [e for e in reconcile.find_equations(reconcile.Table.from_rows(rows)) if e.status() == BROKEN]
    assert [((e.total.row, e.total.col), e.difference(), e.witnessed) for e in broken] == [((5, 3), Decimal(200), True)]


WORDS = [
    ["Summa", "Totalt", "Hela landet", "Delsumma"],
    ["Sum", "I alt", "Totalsum"],
    ["Ialt", "Tilsammen", "Delsum"],
    ["Yhteensä", "Välisumma", "Koko maa"],
    ["Samtals", "Alls"],
    ["Insgesamt", "Zusammen", "Zwischensumme"],
    ["Ensemble", "Sous-total", "Total général"],
    ["Totale", "In totale", "Subtotale"],
    ["Suma", "Totales"],
    ["Soma", "Totais"],
    ["Totaal", "Eindtotaal"],
    ["Razem", "Ogółem"],
    ["Total", "Grand total", "Subtotal"],
]


@pytest.mark.parametrize("word", [word for words in WORDS for word in words])
def test_a_total_word_makes_a_wrong_total_of_one_column_an_error(word: str) -> None:
    rows = [["x", "y"], ["a", "1204"], ["b", "2391"], ["c", "811"], [word, "4416"]]
    found = [
        (e.total.row, e.difference(), e.witnessed) for e in reconcile.find_equations(reconcile.Table.from_rows(rows))
    ]
    assert found == [(4, Decimal(10), True)]


def test_random_figures_add_up_to_nothing() -> None:
    """Three hundred tables of many shapes, whose figures have nothing to do with each other."""
    source = random.Random(1)
    tables = found = broken = 0
    for _ in range(300):
        height, width, digits = source.randrange(3, 40), source.randrange(1, 9), source.randrange(2, 8)
        rows = [["x", *(f"c{col}" for col in range(width))]]
        rows += [[f"r{row}", *(str(source.randrange(10**digits)) for _ in range(width))] for row in range(height)]
        equations = [e for e in reconcile.find_equations(reconcile.Table.from_rows(rows)) if e.operator == "sum"]
        tables += 1
        found += bool(equations)
        broken += any(e.status() == BROKEN and e.witnessed for e in equations)
    assert (tables, broken) == (300, 0)
    assert found <= 3


def test_figures_are_never_made_floats() -> None:
    rows = [["x", "y", "z"], ["a", "0.1", "1e"], ["b", "0.2", "2"], ["c", "90071992547409.93", "7"]]
    rows += [["Total", "90071992547410.23", "9"]]
    totals = [e for e in reconcile.find_equations(reconcile.Table.from_rows(rows)) if e.total.col == 1]
    assert [(e.computed(), e.status()) for e in totals] == [(Decimal("90071992547410.23"), "ties")]


def test_what_a_long_table_is_not_searched_for_is_a_note() -> None:
    text = "x,y\n" + "".join(f"r{row},{row * 7919 % 9973}\n" for row in range(2100))
    told = [(f.code, f.severity.value) for f in reconcile.check_text(text, format="csv", name="x").findings]
    assert told == [("R003", "note")]
    short = "x,y\n" + "".join(f"r{row},{row * 7919 % 9973}\n" for row in range(1900))
    assert [f.code for f in reconcile.check_text(short, format="csv", name="x").findings] == []


def test_a_total_rounded_under_noughts_of_a_format_is_no_error() -> None:
    rows = [["x", "y"], ["a", "2.98300"], ["b", "5.30000"], ["Subtotal", "8.30000"]]
    assert [(e.status(), e.witnessed) for e in reconcile.find_equations(reconcile.Table.from_rows(rows))] == [
        (BROKEN, False)
    ]
    rows = [["x", "y"], ["a", "2.98300"], ["b", "5.30000"], ["Subtotal", "8.40000"]]
    assert [(e.status(), e.witnessed) for e in reconcile.find_equations(reconcile.Table.from_rows(rows))] == [
        (BROKEN, True)
    ]


def test_ordinals_are_no_amounts() -> None:
    rows = [["Place", "1ST", "2nd"], ["a", "93", "88"], ["b", "60", "47"]]
    report = reconcile.check_text("\n".join(",".join(row) for row in rows) + "\n", format="csv", name="x")
    assert [finding.code for finding in report.findings] == []


def test_means_of_columns_need_not_add_up() -> None:
    rows = [["x", "No", "p", "q", "Total"]]
    rows += [["a", "", "1204", "391", "1595"], ["b", "", "812", "", "812"], ["c", "", "633", "244", "877"]]
    rows += [["d", "", "915", "377", "1292"], ["e", "", "741", "208", "949"], ["f", "", "327", "419", "746"]]
    rows += [["", "MEAN", "772", "328", "1045"]]
    broken = [e for e in reconcile.find_equations(reconcile.Table.from_rows(rows)) if e.status() == BROKEN]
    assert [e.witnessed for e in broken if e.total.row == 7] in ([], [False])


def findings(rows: list[list[str]]) -> list[tuple[str, str]]:
    table = reconcile.Table.from_rows(rows)
    report = check_documents([Document("d", "rows", tables=(table,))])
    return [(f.code, str(f.severity)) for f in report.findings if f.severity.rank]


STATEMENT = [
    ["Mnkr", "2019", "2020", "2021"],
    ["Intäkter", "251,9", "181,1", "499,3"],
    ["Kostnader", "-1313,3", "-1254,5", "-1490,0"],
    ["Nettokostnader", "-1061,4", "-1073,4", "-990,7"],
]


@pytest.mark.parametrize("text", ["-1254,8", "-1245,5", "-125,5", "-12554,5"])
def test_a_slip_in_one_of_three_columns_is_an_error(text: str) -> None:
    assert findings(STATEMENT) == []
    assert findings(with_cell(STATEMENT, 2, 2, text)) == [("R301", "error")]


def test_what_no_slip_explains_in_one_of_three_columns_is_a_warning() -> None:
    # A part that is not printed for that year would look the same.
    assert findings(with_cell(STATEMENT, 3, 2, "-1101,7")) == [("R301", "warning")]


def test_rows_that_go_by_their_year_can_be_wrong() -> None:
    rows = [["Year", "Total", "Men", "Women"]]
    rows += [[str(2000 + n), str(49_011 + 137 * n), str(24_053 + 61 * n), str(24_958 + 76 * n)] for n in range(9)]
    assert findings(rows) == []
    assert findings(with_cell(rows, 4, 1, "49242")) == [("R302", "error")]


def test_a_header_in_the_middle_of_a_table_is_no_missing_figure() -> None:
    rows = [
        ["Ort", "Yta", "Värde"],
        ["Alby", "4812", "31585"],
        ["Bro", "1093", "9071"],
        ["Summa", "5905", "40656"],
        ["Ort", "Bruttoyta", "Bokfört värde"],
        ["Alby", "71043", "58085"],
        ["Bro", "11664", "4731"],
        ["Summa", "82707", "62816"],
    ]
    assert findings(rows) == []
    assert findings(with_cell(rows, 7, 1, "82770")) == [("R303", "error")]


def test_one_figure_that_is_no_multiple_of_five_leaves_the_others_rounded_to_it() -> None:
    rows = [["Ort", "Män", "Kvinnor", "Totalt"]]
    rows += [
        [f"Ort {n}", str(1205 + 35 * n), str(1340 + 55 * n), str(2545 + 90 * n + 5 * (n % 3 - 1))] for n in range(12)
    ]
    assert findings(rows) == []
    assert findings(with_cell(rows, 5, 1, "1381")) == [("R302", "error")]


def test_a_part_that_only_the_failing_column_holds_may_be_none() -> None:
    rows = [
        ["£000", "2001", "2002", "2003", "2004"],
        ["Total income", "90716", "101194", "108443", "114605"],
        ["Total expenditure", "92224", "102512", "110498", "116205"],
        ["Exceptional items", "0", "0", "600", "0"],
        ["Surplus", "-1508", "-1318", "-1455", "-1600"],
    ]
    assert findings(rows) == []


def test_columns_of_another_measure_do_not_speak_against_a_slip() -> None:
    source = random.Random(5)
    rows = [["Port", "2001", "2002", "2003", "2004", "Change"]]
    for group in range(4):
        parts = [[source.randrange(10**5, 10**7) for _ in range(4)] for _ in range(3)]
        totals = [sum(column) for column in zip(*parts, strict=True)]
        rows.append([f"All {group}", *map(str, totals), f"{group + 11}.7"])
        rows += [[f"Part {group}.{k}", *map(str, part), f"{k + 9}.{group}"] for k, part in enumerate(parts)]
    assert findings(rows) == []
    assert findings(with_cell(rows, 6, 1, "1" + rows[6][1])) == [("R303", "error")]


def test_another_way_to_make_a_total_does_not_excuse_its_parts() -> None:
    rows = [
        ["Tkr", "2019", "2020", "2021", "2022"],
        ["Licences", "40630", "29318", "73212", "50825"],
        ["Maintenance", "41057", "33166", "77963", "65011"],
        ["Total revenues", "81687", "62484", "151175", "115836"],
        ["Total costs", "82030", "61334", "158190", "120166"],
        ["Income", "-343", "1150", "-7015", "-4330"],
    ]
    assert findings(rows) == []
    assert [severity for _, severity in findings(with_cell(rows, 2, 1, "41257"))] == ["error"]


def disturbed(last: int) -> str:
    """Twenty rows of four parts and a total that is a few off in every third row, and ``last`` off in the last."""
    offs = [0, 0, 1, 0, 5, 0, 0, -4, 0, 2, 0, 5, 0, 0, -5, 0, 4, 0, 0, last]
    rows = [[9_000 + (n * 7_919 + k * 10_007) % 80_000 for k in range(4)] for n in range(20)]
    lines = [
        ";".join(map(str, (f"Band {n}", *row, sum(row) + off)))
        for n, (row, off) in enumerate(zip(rows, offs, strict=True))
    ]
    return "Band;Single;Parents;Couples;Others;Total\n" + "\n".join(lines) + "\n"


def test_many_small_misses_are_no_slips() -> None:
    for last, severities in ((0, ["note"] * 5), (9_000, ["error"] + ["note"] * 5)):
        findings = reconcile.check_text(disturbed(last), format="csv", name="x").findings
        assert sorted(f.severity.value for f in findings if f.code == "R302") == severities


def test_a_row_of_a_hundred_percent_is_no_total_of_shares_beside_it() -> None:
    rows = [["Name", "Votes", *(f"Ward {ward}, %" for ward in range(1, 7))]]
    for n in range(5):
        votes = [100 + (n * 61 + k * 97) % 250 for k in range(3)]
        shares = [((n * 7 + ward * 11) % 30 + 10, (n * 5 + ward * 3) % 40 + 10) for ward in range(6)]
        for k, cells in enumerate(zip(*((a, b, 100 - a - b) for a, b in shares), strict=True)):
            rows.append([f"Contest {n}, {'ABC'[k]}", str(votes[k]), *(f"{cell}.00%" for cell in cells)])
        rows.append([f"Unopposed {n}", str(sum(votes) * 9 // 10), *["100.00%"] * 6])
    assert [e.label for e in reconcile.find_equations(reconcile.Table.from_rows(rows)) if e.status() == BROKEN] == []


def test_a_column_of_nil_is_as_precise_as_it_is_printed() -> None:
    rows = [["Asset", "delta", "p"], ["a", "0.000", "0.125"], ["b", "0.000", "0.250"], ["c", "0.000", "0.375"]]
    amount = recognise_table(reconcile.Table.from_rows(rows)).cells[1][1]
    assert amount is not None
    assert amount.high == Decimal("0.0005")
