"""Tables as they are pasted: figures a single space apart, a cell a line, wrapped labels, dot leaders; and prose."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reconcile
from reconcile.core.document import Document
from reconcile.core.location import TextSpan
from reconcile.core.settings import Settings
from reconcile.read import read_text
from reconcile.recognise.tables import recognise_table


def read(text: str, format: str = "text") -> Document:
    document = read_text("d", text, Settings(), format)
    for table in document.tables:
        for row, cells in enumerate(table.rows):
            for col, cell in enumerate(cells):
                span = table.location_of(row, col).anchor
                assert isinstance(span, TextSpan)
                assert text[span.start : span.end] == cell
    return document


def rows_of(document: Document) -> list[tuple[str, ...]]:
    (table,) = document.tables
    return list(table.rows)


def grouped(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def test_totals_tell_where_figures_part() -> None:
    text = "Ort Drift Bygge\nAlby 100 200 300 400\nBro 250 900 50 100\nSumma 351 100 350 500\n"
    assert rows_of(read(text))[1:] == [
        ("Alby", "100 200", "300 400"),
        ("Bro", "250 900", "50 100"),
        ("Summa", "351 100", "350 500"),
    ]


def test_a_stated_total_tells_where_figures_part() -> None:
    text = "Bidragen är 611 100 kronor.\n\nOrt Drift Bygge\nAlby 100 200 300 400\nBro 250 900 50 100\nLund 260 000 70 100\n"
    assert [row[1] for row in rows_of(read(text))[1:]] == ["100 200", "250 900", "260 000"]


def test_a_badly_grouped_figure_stays_one_cell_where_its_column_ties() -> None:
    text = "Ort Drift Bygge\nAlby 544 99 160 1 587 021\nBro 20 100 200 2 020 555\nLund 1 300 100 12 007\nSumma 75 899 460 3 619 583\n"
    assert ("Alby", "544 99 160", "1 587 021") in rows_of(read(text))


def test_rows_that_nothing_tells_apart_are_not_read_and_said() -> None:
    document = read("Ort Drift Bygge\nAlby 100 200 300 400\nBro 1 250 900 50 100\nLund 2 100 10 020\n")
    (table,) = document.tables
    assert table.undecided == {(1, 1), (1, 2)}
    assert [fault.code for fault in document.faults] == ["R003"]
    assert "“Alby” (100 | 200 300 400 or 100 200 | 300 400 or 100 200 300 | 400)" in document.faults[0].message


columns = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 10**7), min_size=width, max_size=width), min_size=3, max_size=6)
)


@settings(deadline=None)
@given(columns)
def test_a_table_with_a_right_total_is_never_divided_wrongly(rows: list[list[int]]) -> None:
    rows = [*rows, [sum(column) for column in zip(*rows, strict=True)]]
    labels = [*(f"Ort{chr(65 + number)}" for number in range(len(rows) - 1)), "Summa"]
    lines = [f"{label} {' '.join(map(grouped, row))}" for label, row in zip(labels, rows, strict=True)]
    header = " ".join(["Kommun", "Alfa", "Beta", "Gamma"][: len(rows[0]) + 1])
    document = read("\n".join([header, *lines]) + "\n")
    (table,) = document.tables
    for number, (label, row) in enumerate(zip(labels, rows, strict=True), start=1):
        if (number, 1) in table.undecided:
            assert document.faults
        else:
            assert table.rows[number] == (label, *map(grouped, row))


@pytest.mark.parametrize("end", ["\n", "\n\n"])
def test_a_cell_a_line(end: str) -> None:
    cells = ["Nämnd", "Utfall", "Budget", "Skola", "1 204", "1 200", "Omsorg", "903", "-", "Summa", "2 107", "1 200"]
    assert rows_of(read(end.join(cells) + end)) == [
        ("Nämnd", "Utfall", "Budget"),
        ("Skola", "1 204", "1 200"),
        ("Omsorg", "903", "-"),
        ("Summa", "2 107", "1 200"),
    ]


def test_a_label_and_its_figures_in_blocks() -> None:
    text = "Skola\n1 204\n1 200\n\nStöd till barn\noch unga\n903\n800\n\nSumma\n2 107\n2 000\n"
    assert rows_of(read(text)) == [
        ("Skola", "1 204", "1 200"),
        ("Stöd till barn\noch unga", "903", "800"),
        ("Summa", "2 107", "2 000"),
    ]


def test_merged_lines_with_dates() -> None:
    text = (
        "**(i tusen kr) A. Tillgångar 31 mars 2020 30 juni 2020 SUMMA 9,500 9,900 1. Valuta 1**\n\nGuld\n\nDollar\n\n"
        "**SUMMA** Guld\n\nDollar\n\n**SUMMA a. Papper**\n\n1,000\n\n2,000\n\n3,000\n\n1,100\n\n2,100\n\n3,200\n\n"
        "**b. Konton: b.1. Banker**\n\n4,000\n\n2,000\n\n6,000\n\n4,000\n\n2,100\n\n6,100\n\n**2. Lån 2**   \n\n500\n\n"
        "    *600* **3. Annat**\n\n0\n\n0\n\n**Noter:**\n\nLånen är värderade till kursen vid kvartalets sista dag.\n"
    )
    assert rows_of(read(text, "markdown")) == [
        ("(i tusen kr) A. Tillgångar", "", "", "31 mars 2020", "", "", "30 juni 2020"),
        ("1. Valuta 1", "Guld", "Dollar", "SUMMA", "Guld", "Dollar", "SUMMA"),
        ("SUMMA", "", "", "9,500", "", "", "9,900"),
        ("a. Papper", "1,000", "2,000", "3,000", "1,100", "2,100", "3,200"),
        ("b. Konton:", "", "", "", "", "", ""),
        ("b.1. Banker", "4,000", "2,000", "6,000", "4,000", "2,100", "6,100"),
        ("2. Lån 2", "", "", "500", "", "", "600"),
        ("3. Annat", "", "", "0", "", "", "0"),
    ]


def test_a_wrapped_label_and_dot_leaders() -> None:
    text = "Alby.......1 200\nBidrag till skolor\noch förskolor . . . . . 2 300\nLund ........ 3 400\n"
    assert rows_of(read(text)) == [
        ("Alby", "1 200"),
        ("Bidrag till skolor\noch förskolor", "2 300"),
        ("Lund", "3 400"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Stödet höjdes den 3 maj.\n\n12\n\nDet betalas ut från och med juni till alla kommuner.\n\n13\n\nMer följer senare i höst.\n\n14\n",
        "1\nInledning\n2\nMetod\n3\nResultat\n4\nSlutsats\n",
        "2019\nNya regler\n2020\nNy budget\n2021\nNy lag\n2022\n",
        "Released on August 25, 2000.\n\nAssets were $66 million as of August 25, 2000,\n\nup from $65 million on August 18, 2000.\n",
    ],
    ids=["page-numbers", "chapters", "years", "dates"],
)
def test_prose_and_numbering_are_no_table(text: str) -> None:
    assert read(text).tables == ()


@pytest.mark.parametrize(("total", "broken"), [
    ("11 110 433 577", []), ("11 110 433 677", [("433577", "433677")]), ("11 120 433 577", [("11110", "11120")]),
])  # fmt: skip
def test_a_total_that_is_wrong_in_one_column_is_read_by_the_others(total: str, broken: list[tuple[str, str]]) -> None:
    rows = ["Hjo 1 234 215 678", "Tibro 2 345 166 789", "Ale 4 321 49 876", "Borås 3 210 1 234", f"Summa {total}"]
    report = reconcile.check_text("\n".join(["Region Bidrag Utbetalt", *rows]))
    assert [(str(o.computed), str(o.total.value())) for o in report.outcomes if o.status == "broken"] == broken
    assert [finding.code for finding in report.findings] == ["R301"] * len(broken)


def test_a_total_that_is_wrong_in_all_columns_divides_nothing() -> None:
    rows = ["Hjo 1 234 215 678", "Tibro 2 345 166 789", "Ale 4 321 49 876", "Borås 3 210 1 234", "Summa 11 210 433 677"]
    report = reconcile.check_text("\n".join(["Region Bidrag Utbetalt", *rows]))
    assert [finding.code for finding in report.findings] == ["R003"]


def test_a_line_of_many_words_is_divided_at_once() -> None:
    # Its beginnings could be cut in more ways than can be tried; none of them can be completed.
    line = "Alby " + " ".join(["1"] * 60) + " 12 2\n"
    assert read(f"Ort A B\n{line}Bro 250 900 50 100\n") is not None


@pytest.mark.parametrize(
    ("last", "tables"),
    [
        # A row lacks a figure, and the first column adds up: a table.
        ("Summa\n73\n71\n", 1),
        # A row lacks a figure, and nothing adds up: words and figures that alternate.
        ("Totalt\n74\n72\n", 0),
    ],
)
def test_cells_on_lines_of_their_own_are_a_table_where_something_says_so(last: str, tables: int) -> None:
    text = "Kommun\n2023\u00a0kr\n2024\u00a0kr\nHjo\n10\n11\nTibro\n25\n23\nSkara\n31\n37\nFalköping\n7\n"
    document = read_text("d", text + last, Settings(), "text")
    assert tables == len(document.tables)


def test_years_name_the_columns_of_figures_a_space_apart() -> None:
    text = "Kommun 2023 (tkr) 2024 (tkr)\nHabo 41 207 43 118\nMullsjö 120 455 131 020\nVaggeryd 8 114 9 020\nSumma 169 776 183 158\n"
    assert rows_of(read(text)) == [
        ("Kommun", "2023 (tkr)", "2024 (tkr)"),
        ("Habo", "41 207", "43 118"),
        ("Mullsjö", "120 455", "131 020"),
        ("Vaggeryd", "8 114", "9 020"),
        ("Summa", "169 776", "183 158"),
    ]


def test_years_of_one_size_tell_where_figures_part_without_a_total() -> None:
    text = "Elever 2021 2022\nHabo 110 450 120 460\nMullsjö 230 150 240 160\nVaggeryd 310 250 320 260\n"
    assert rows_of(read(text))[1:] == [
        ("Habo", "110 450", "120 460"),
        ("Mullsjö", "230 150", "240 160"),
        ("Vaggeryd", "310 250", "320 260"),
    ]


def test_figures_that_are_years_name_no_columns() -> None:
    text = "Byggår 1988 2002\nHus A 1974 2003\nHus B 2005 1991\nHus C 1998 1996\n"
    assert rows_of(read(text))[0] == ("Byggår", "1988", "2002")


REPORT = """\
DISTRICT COURT JUDGE POSITION 3
Vote for not more than  2
 LEFT CANDIDATE  .  .  .  .  .       412   66.99
 RIGHT CANDIDATE .  .  .  .  .       203   33.01
 WRITE-IN  .  .  .  .  .  .  .         0
 BLANK  .  .  .  .  .  .  .  .        17
"""


def test_a_report_with_leaders_and_headings_that_end_in_numbers() -> None:
    document = read(REPORT)
    assert rows_of(document) == [
        ("LEFT CANDIDATE", "412", "66.99"),
        ("RIGHT CANDIDATE", "203", "33.01"),
        ("WRITE-IN", "0", ""),
        ("BLANK", "17", ""),
    ]
    assert [block.text for block in document.blocks] == ["DISTRICT COURT JUDGE POSITION 3\nVote for not more than  2"]


def test_two_rows_with_leaders_are_a_table() -> None:
    assert rows_of(
        read("Vote for one\n Bond issue yes . . . . . 512   61.10\n Bond issue no . . . . .  326   38.90\n")
    )[1:] == [
        ("Bond issue yes", "512", "61.10"),
        ("Bond issue no", "326", "38.90"),
    ]


def test_a_figure_stands_in_the_column_above_it_where_others_are_blank() -> None:
    text = (
        "              2023      2024\n"
        "Habo         1 400     1 500\n"
        "Mullsjö                2 700\n"
        "Vaggeryd       600          \n"
        "Summa        2 000     4 200\n"
    )
    assert rows_of(read(text)) == [
        ("", "2023", "2024"),
        ("Habo", "1 400", "1 500"),
        ("Mullsjö", "", "2 700"),
        ("Vaggeryd", "600", ""),
        ("Summa", "2 000", "4 200"),
    ]


def test_a_heading_that_ends_in_a_number_divides_rows_with_leaders() -> None:
    text = "Krets 1\nHabo ....... 130\nMullsjö .... 240\nKrets 2\nVaggeryd .... 310\nSumma ...... 680\n"
    assert [row[1] for row in rows_of(read(text))] == ["130", "240", "", "310", "680"]


@pytest.mark.parametrize(
    "text",
    [
        "Antalet sökande ökade till 1 300\nKostnaden per plats uppgick till 470\nAv dessa var kvinnor cirka 300\n",
        "The number of pupils rose to 1,300\nThe cost of a place was 470\nThe share paid by parents fell by 300\n",
        "Die Zahl der Kinder stieg auf 1.300\nDie Kosten je Platz sanken um 470\nDer Anteil der Eltern betrug 300\n",
    ],
)
def test_a_list_of_statements_is_prose(text: str) -> None:
    assert read(text).tables == ()


def test_a_row_set_apart_by_one_space_stays_a_row() -> None:
    assert ("Lund", "340") in rows_of(read("Alby         120\nBoda         230\nLund 340\nSumma        690\n"))


def test_a_total_on_the_line_of_the_dates_is_a_row() -> None:
    text = (
        "**TOTAL March 7, 2003 March 14, 2003 61,410 61,933**\n\n1. Currencies\n\n**Euro Yen TOTAL Euro Yen TOTAL**\n\n"
        "a. Bonds\n\n6,110\n\n12,300\n\n18,410\n\n6,220\n\n12,410\n\n18,630\n\n"
        "b. Deposits\n\n11,200\n\n2,300\n\n13,500\n\n11,301\n\n2,402\n\n13,703\n\n"
        "2. Fund\n\n19,300\n\n19,400\n\n3. Gold\n\n10,200\n\n10,200\n"
    )
    for format in ("markdown", "text"):
        document = read(text.replace("**", "") if format == "text" else text, format)
        assert rows_of(document) == [
            ("", "", "", "March 7, 2003", "", "", "March 14, 2003"),
            ("1. Currencies", "Euro", "Yen", "TOTAL", "Euro", "Yen", "TOTAL"),
            ("TOTAL", "", "", "61,410", "", "", "61,933"),
            ("a. Bonds", "6,110", "12,300", "18,410", "6,220", "12,410", "18,630"),
            ("b. Deposits", "11,200", "2,300", "13,500", "11,301", "2,402", "13,703"),
            ("2. Fund", "", "", "19,300", "", "", "19,400"),
            ("3. Gold", "", "", "10,200", "", "", "10,200"),
        ]
        assert document.faults == ()


def test_figures_behind_the_dates_that_fit_no_column_are_said() -> None:
    rows = "".join(
        f"{name}\n\n{at}1,200\n\n{at}2,300\n\n" for at, name in enumerate(("Bonds", "Fund", "Gold", "Notes"), 1)
    )
    document = read("Assets May 2, 2003 May 9, 2003\n\n61,410\n\n" + rows + "Sum\n\n104,800\n\n109,200\n", "text")
    assert [fault.code for fault in document.faults] == ["R003"]
    assert document.faults[0].location.text == "61,410"


def test_rows_of_parts_and_total_among_rows_of_a_total_alone() -> None:
    text = (
        "B. Tillgångar (mnkr)\n\nEuro\n\nYen\n\nTotalt\n\n(1) Valutor\n\n73 300\n\n(a) Obligationer\n\n10 100\n\n11 900\n\n22 000\n\n"
        "(b) Banker\n\n14 200\n\n5 800\n\n20 000\n\n(2) Fonden\n\n5 200\n\n(3) Rätter\n\n9 800\n\n(4) Guld\n\n16 300\n"
    )
    document = read(text)
    assert rows_of(document) == [
        ("B. Tillgångar (mnkr)", "Euro", "Yen", "Totalt"),
        ("(1) Valutor", "", "", "73 300"),
        ("(a) Obligationer", "10 100", "11 900", "22 000"),
        ("(b) Banker", "14 200", "5 800", "20 000"),
        ("(2) Fonden", "", "", "5 200"),
        ("(3) Rätter", "", "", "9 800"),
        ("(4) Guld", "", "", "16 300"),
    ]
    unit = recognise_table(document.tables[0]).columns[3].unit
    assert (unit.currency, unit.exponent) == ("SEK", 6)


@pytest.mark.parametrize(
    "total",
    ["900  1 200", "  900  1 200", "900 1 200", "-----\n900  1 200", "=====  =====\n       900  1 200"],
)
def test_figures_without_a_label_below_the_rows_are_their_total(total: str) -> None:
    document = read(f"Kommun  2023  2024\nAle  100  200\nBorås  300  400\nCity  500  600\n{total}\n")
    assert rows_of(document)[1:] == [
        ("Ale", "100", "200"),
        ("Borås", "300", "400"),
        ("City", "500", "600"),
        ("", "900", "1 200"),
    ]
    assert document.faults == ()


@pytest.mark.parametrize("line", ["12", "2024", "- 2 -", "Summa 900\n1 200"])
def test_a_number_below_the_rows_that_is_no_total_is_no_row(line: str) -> None:
    document = read(f"Kommun  Belopp\nAle  100\nBorås  300\nCity  500\n{line}\n")
    assert [row for row in rows_of(document) if not row[0]] == []
    assert document.blocks[-1].text.strip() == line.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("Budget  Utfall\nAle  100  200\nBorås  300  400\nSumma  400  600\n", ("", "Budget", "Utfall")),
        (
            "2024 budget  2024 utfall\nAle  100  200\nBorås  300  400\nSumma  400  600\n",
            ("", "2024 budget", "2024 utfall"),
        ),
        ("tkr\nAle  100\nBorås  300\nSumma  400\n", ("", "tkr")),
        ("(mnkr)\nAle 100\nBorås 300\nSumma 400\n", ("", "(mnkr)")),
        ("2024\nAle  100\nBorås  300\nSumma  400\n", ("", "2024")),
        ("Kommun  Belopp\nAle  100\nBorås  300\nSumma  400\n", ("Kommun", "Belopp")),
    ],
)
def test_a_header_without_a_name_for_the_labels_names_the_figures(text: str, header: tuple[str, ...]) -> None:
    assert rows_of(read(text))[0] == header


@pytest.mark.parametrize("mark", [":-", ",-", ".-", ",--", ":–"])
def test_figures_with_a_dash_for_cents_are_figures(mark: str) -> None:
    text = f"Kommun Bidrag Avgift\nAle 1 200{mark} 100{mark}\nBorås 300{mark} 20{mark}\nSumma 1 500{mark} 120{mark}\n"
    assert rows_of(read(text))[1:] == [
        ("Ale", f"1 200{mark}", f"100{mark}"),
        ("Borås", f"300{mark}", f"20{mark}"),
        ("Summa", f"1 500{mark}", f"120{mark}"),
    ]


def test_rows_that_are_numbered_in_steps_are_rows() -> None:
    text = (
        "Kod  Post  Belopp\n1  Drift  1 200:-\n1.1  Löner  800:-\n1.2  Hyra  400:-\n2.  Skog  300:-\nSumma    1 500:-\n"
    )
    document = read(text)
    assert rows_of(document) == [
        ("Kod", "Post", "Belopp"),
        ("1", "Drift", "1 200:-"),
        ("1.1", "Löner", "800:-"),
        ("1.2", "Hyra", "400:-"),
        ("2.", "Skog", "300:-"),
        ("Summa", "", "1 500:-"),
    ]
    assert document.faults == ()
    spaced = rows_of(read("1 Drift 1 200:-\n1.1 Löner 800:-\n1.2 Hyra 400:-\nSumma 1 200:-\n"))
    assert [row[1] for row in spaced] == ["1 200:-", "800:-", "400:-", "1 200:-"]
