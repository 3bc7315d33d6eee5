"""What sentences beside a table are held to: the row, the year, the unit or the total that they speak of."""

from __future__ import annotations

import pytest

import reconcile


def told(text: str, format: str = "markdown") -> list[tuple[str, str, str]]:
    found = reconcile.check_text(text, format=format).findings
    return [(f.code, f.severity.value, f.observed) for f in found if f.code in ("R304", "R306", "R307")]


def agreeing(text: str) -> list[str]:
    outcomes = reconcile.check_text(text, format="markdown").outcomes
    return [o.total.amount.text for o in outcomes if o.kind in ("claim", "stated-total") and o.status == "ties"]


SIZES = (
    "| Kommun | Kronor |\n|---|---:|\n| Alby | 312 400 |\n| Boda | 87 150 |\n| Ceby | 140 950 |\n| Summa | 540 500 |\n"
)
COSTS = "| Gemeinde | Euro |\n|---|---:|\n| Altdorf | 412.300 |\n| Bergheim | 98.550 |\n| Cotta | 127.650 |\n"
TOWNS = "| Town | Grant ($) |\n|---|---:|\n| Ashby | 412,300 |\n| Barton | 98,550 |\n| Corby | 127,650 |\n"


@pytest.mark.parametrize(
    ("sentence", "table", "expected"),
    [
        # A sentence that names a row is about that row; the total beside it is told from it by its word.
        ("Alby får 312 400 kronor av de totalt 540 500 kronorna.", SIZES, []),
        ("Alby får 312 400 kronor av de totalt 545 000 kronorna.", SIZES, [("R304", "error", "545 000")]),
        ("Altdorf erhält 412.300 Euro von insgesamt 638.500 Euro.", COSTS, []),
        ("Altdorf erhält 412.300 Euro von insgesamt 683.500 Euro.", COSTS, [("R304", "error", "683.500")]),
        ("Ashby receives $412,300 of a total of $638,500.", TOWNS, []),
        ("Ashby receives $412,300 of a total of $638,700.", TOWNS, [("R304", "error", "638,700")]),
        # A word says that it is what is handed out, or all of it.
        ("Die Regierung verteilt 638.900 Euro.", COSTS, [("R304", "error", "638.900")]),
        ("Die Regierung verteilt 638.500 Euro.", COSTS, []),
        ("The board awarded $638,900 this spring.", TOWNS, [("R304", "error", "638,900")]),
        # No word says so, and no slip does.
        ("€512 000", COSTS, []),
        ("$700,000", TOWNS, []),
        ("The town pays an annual fee of $228.", TOWNS, []),
        ("It got another $590,000 from the lottery.", TOWNS, []),
        # No word says so, but one slip parts it from what the rows make.
        ("$683,500", TOWNS, [("R304", "warning", "683,500")]),
    ],
)
def test_a_caption_states_a_total_by_its_words(sentence: str, table: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(f"{sentence}\n\n{table}") == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "I fjol fick Alby 290 000 kronor.",
        "Förra året fick Alby 290 000 kronor.",
        "Alby fick föregående år 321 400 kronor.",
        "Alby fick 290 000 kronor året före.",
    ],
)
def test_last_year_is_no_column_of_a_table_without_years(sentence: str) -> None:
    assert told(f"{sentence}\n\n{SIZES}") == []


YEARS = {
    "sv": ("| Kommun | 2023 (kr) | 2024 (kr) |", "Alby"),
    "en": ("| Town | 2023 ($) | 2024 ($) |", "Ashby"),
    "de": ("| Gemeinde | 2023 (€) | 2024 (€) |", "Altdorf"),
    "nb": ("| Kommune | 2023 (kr) | 2024 (kr) |", "Alvdal"),
    "fi": ("| Kunta | 2023 (€) | 2024 (€) |", "Akaa"),
    "fr": ("| Commune | 2023 (€) | 2024 (€) |", "Albi"),
    "nl": ("| Gemeente | 2023 (€) | 2024 (€) |", "Aalst"),
    "da": ("| Kommune | 2023 (kr) | 2024 (kr) |", "Assens"),
}


def by_year(language: str) -> str:
    header, name = YEARS[language]
    return f"{header}\n|---|---:|---:|\n| {name} | 298 700 | 312 400 |\n| Boda | 81 150 | 87 150 |\n| Ceby | 141 950 | 140 950 |\n"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("sv", "I fjol fick Alby {} kronor."),
        ("sv", "År 2023 fick Alby {} kronor."),
        ("en", "Last year Ashby received ${}."),
        ("en", "Ashby received ${} in 2023."),
        ("de", "Im Vorjahr erhielt Altdorf {} Euro."),
        ("nb", "I fjor fikk Alvdal {} kroner."),
        ("fi", "Viime vuonna Akaa sai {} euroa."),
        ("fr", "L'année dernière, Albi a reçu {} euros."),
        ("nl", "Vorig jaar kreeg Aalst {} euro."),
        ("da", "Sidste år fik Assens {} kroner."),
    ],
)
def test_a_year_means_its_column(language: str, sentence: str) -> None:
    table = by_year(language)
    sound, slip, other = (f"{sentence.format(figure)}\n\n{table}" for figure in ("298 700", "289 700", "312 400"))
    assert agreeing(sound) == ["298 700"]
    assert told(sound) == []
    assert [code for code, *_ in told(slip)] == ["R306"]
    assert agreeing(other) == []


@pytest.mark.parametrize("year", ["2022", "2025"])
def test_a_year_that_no_column_is_of_is_none(year: str) -> None:
    text = f"År {year} fick Alby 312 400 kronor.\n\n{by_year('sv')}"
    assert (agreeing(text), told(text)) == ([], [])


COUNTED = "| Skola | Bidrag (kr) | Antal elever |\n|---|---:|---:|\n| Alby | 512 400 | 41 |\n| Boda | 87 150 | 12 |\n| Ceby | 140 950 | 20 |\n"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Vi fördelar 740 500 kronor.", []),
        ("Vi fördelar 740 900 kronor.", [("R304", "error", "740 900")]),
        ("Alby får 512 400 kronor.", []),
        ("Alby får 521 400 kronor.", [("R306", "warning", "521 400 kronor")]),
        # Money is not held against the count, however alike.
        ("Alla får 73 kronor i avgift.", []),
    ],
)
def test_money_is_not_held_against_counts(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(f"{sentence}\n\n{COUNTED}") == expected


WEEKS = "| Holdings, $ million | June 6 | June 13 |\n|---|---|---|\n| Bonds | 41,205 | 41,530 |\n| Gold | 12,640 | 12,640 |\n| Deposits | 9,711 | 9,820 |\n| Total | 63,556 | 63,990 |\n"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("63,990", "63,556", []),
        ("63,890", "63,556", [("R306", "warning", "$63,890 million")]),
        ("63,990", "66,151", []),
        ("63,990", "63,565", [("R306", "warning", "$63,565 million")]),
        ("70,112", "63,556", []),
    ],
)
def test_a_figure_one_slip_from_the_row_of_another_is_told(
    one: str, other: str, expected: list[tuple[str, str, str]]
) -> None:
    sentence = (
        f"Holdings totaled ${one} million as of the end of the week, compared to ${other} million the week before."
    )
    assert told(f"{sentence}\n\n{WEEKS}") == expected


ITEMS = "Bidrag till byarna:\n\n- Alby: 312 400 kronor\n- Boda: 87 150 kronor\n- Ceby: 140 950 kronor\n"


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("\nTotalt 540 500 kronor.", []),
        ("\nTotalt 504 500 kronor.", [("R304", "error", "504 500")]),
        ("\nSammanlagt 541 500 kronor.", [("R304", "error", "541 500")]),
        ("\nTotalt 618 000 kronor har länet fått av regeringen i olika bidrag under året.", []),
        ("\nEtt bidrag på 504 500 kronor.", []),
    ],
)
def test_a_total_below_a_list_is_held_to_its_items(below: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(ITEMS + below + "\n") == expected


GROWTH = {
    "sv": "Anslagen ökade med {} procent till 141 mnkr (120).",
    "nb": "Bevilgningen økte med {} prosent til 141 millioner kroner (120).",
    "da": "Bevillingen steg med {} procent til 141 mio. kr. fra 120 mio. kr.",
    "de": "Die Mittel für das Land und die Städte stiegen um {} Prozent auf 141 Millionen Euro (120).",
    "en": "The grant to the towns of the county rose by {} per cent to $141 million from $120 million.",
    "nl": "De bijdrage van het rijk steeg met {} procent naar 141 miljoen euro (120).",
    "fr": "La dotation pour les communes augmente de {} % à 141 millions d'euros (120).",
}


@pytest.mark.parametrize("language", GROWTH)
def test_a_change_in_per_cent_is_held_to_the_two_amounts_of_its_sentence(language: str) -> None:
    mark = "." if language == "en" else ","
    sound, slip, rounded = (GROWTH[language].format(f) for f in (f"17{mark}5", f"15{mark}7", "18"))
    assert told(sound) == told(rounded) == []
    ((code, severity, observed),) = told(slip)
    assert (code, severity, observed.split("\u00a0")[0][:4]) == ("R307", "warning", f"15{mark}7")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Anslagen ökade med 17,5 procent från 120 till 141 mnkr.", []),
        ("Anslagen ökade med 71,5 procent från 120 till 141 mnkr.", ["R307"]),
        ("Anslagen minskade med 14,9 procent från 141 till 120 mnkr.", []),
        ("Anslagen minskade med 19,4 procent från 141 till 120 mnkr.", ["R307"]),
        ("Anslagen ökade med drygt 17 procent till 141 mnkr (120).", []),
        # Points of per cent, a year in brackets and what is told of another amount are no change.
        ("Andelen ökade med 12 procentenheter till 141 mnkr (120).", []),
        ("Anslagen ökade med 12 procent till 141 mnkr (2024).", []),
        ("Bidraget ökade med 12 procent; därtill kom 141 mnkr (120) till vägar.", []),
        # A share of the whole that the sentence tells.
        ("Alby får 84 mnkr, vilket motsvarar 17,5 procent av de totalt 480 mnkr.", []),
        ("Alby får 84 mnkr, vilket motsvarar 15,7 procent av de totalt 480 mnkr.", ["R307"]),
        ("Alby receives $84 million, which is 17.5 per cent of the $480 million for the towns of the county.", []),
        (
            "Alby receives $84 million, which is 15.7 per cent of the $480 million for the towns of the county.",
            ["R307"],
        ),
        ("Alby erhält 84 Millionen Euro, das entspricht 17,5 Prozent der 480 Millionen Euro.", []),
        ("Alby erhält 84 Millionen Euro, das entspricht 15,7 Prozent der 480 Millionen Euro.", ["R307"]),
    ],
)
def test_figures_in_per_cent_are_worked_out_again(sentence: str, expected: list[str]) -> None:
    assert [code for code, *_ in told(sentence)] == expected


MOVED = "| Ort | 2023 (kr) | 2024 (kr) |\n|---|---:|---:|\n| Norr | 1 200 000 | 1 410 000 |\n| Söder | 800 000 | 790 000 |\n| Summa | 2 000 000 | 2 200 000 |\n"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Bidragen ökar med 10 procent till 2 200 000 kronor.", []),
        ("Norr ökar med 17,5 procent till 1 410 000 kronor.", []),
        ("Norr ökar med 15,7 procent till 1 410 000 kronor.", [("R307", "error", "15,7 procent")]),
        ("Norr ökar med 21 procent till 1 410 000 kronor.", [("R307", "note", "21 procent")]),
        ("Söder minskar med 1,3 procent till 790 000 kronor.", []),
    ],
)
def test_a_change_is_held_to_the_year_before_in_its_row(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(f"{sentence}\n\n{MOVED}") == expected


MILLIONS = "| Region | Mnkr |\n|---|---:|\n| Norr | 812 |\n| Söder | 355 |\n| Väster | 1 200 |\n| Summa | 2 367 |\n"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Totalt fördelas 2 367 miljoner kronor till regionerna.", []),
        ("Totalt fördelas 2 357 miljoner kronor till regionerna.", [("R304", "warning", "2 357")]),
        ("Totalt fördelas 23 670 miljoner kronor till regionerna.", [("R304", "warning", "23 670")]),
        ("Totalt har 2 357 miljoner kronor hittills betalats ut.", []),
        ("År 2019 fördelades totalt 2 357 miljoner kronor.", []),
        ("Vägarna kostar 2 357 miljoner kronor.", []),
    ],
)
def test_a_total_one_slip_from_that_of_the_table_is_told_wherever_it_stands(
    sentence: str, expected: list[tuple[str, str, str]]
) -> None:
    title = "Bidrag 2024"
    assert (
        told(f"{sentence}\n\nRegeringen har fattat beslut.\n\nDet gäller vården.\n\n## {title}\n\n{MILLIONS}")
        == expected
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("1 367", "1 367", []),
        ("1 367", "1 357", [("R306", "warning", "1 357 miljoner kronor")]),
        ("1 367", "1 921", []),
    ],
)
def test_one_amount_told_twice_is_told_alike(first: str, second: str, expected: list[tuple[str, str, str]]) -> None:
    text = (
        f"Regeringen fördelar {first} miljoner kronor till regionernas cancervård.\n\n"
        f"Beslutet gäller alla. Pengarna, {second} miljoner kronor, fördelas av regeringen till regionernas cancervård.\n"
    )
    assert told(text) == expected


def test_amounts_of_two_years_are_not_one_told_twice() -> None:
    text = "År 2023 fördelades 1 357 miljoner kronor till regionernas cancervård.\n\nÅr 2024 fördelas 1 367 miljoner kronor till regionernas cancervård.\n"
    assert told(text) == []


REPORT = """| In thousands | 2023 ($) | 2024 ($) |
|---|---:|---:|
| Research and development expenses | 7,461 | 8,122 |
| Net cash used in operating activities | (2,745) | (3,018) |
| Interest income | 391 | 402 |
"""


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # The words of a row in another order, rounded to fewer places.
        ("In 2024 the company spent $8.12 million on research and on the development of new products.", ["8.12"]),
        ("In 2023 the company spent $8.12 million on research and on the development of new products.", []),
        # A net cost of 2 745 is a net of -2 745.
        ("Operating activities used net cash of $2,745 thousand in 2023.", ["2,745"]),
        ("Operating activities used net cash of $2,745 thousand in 2024.", []),
        # Few digits and other words.
        ("The new building cost $8.1 million in 2024.", []),
        # That by which it rose is not what it is.
        ("Research and development expenses increased by $8,122 thousand in 2024.", []),
    ],
)
def test_amounts_are_linked_by_value_where_year_and_words_allow(sentence: str, expected: list[str]) -> None:
    text = f"{sentence}\n\nThe results of the company are as follows (in thousands).\n\n{REPORT}"
    assert (agreeing(text), told(text)) == (expected, [])


YEARS_BELOW = """|  | Years ended December 31, |  |
| --- | --- | --- |
|  | 2024 | 2023 |
| Selling expenses | 24,371 | 14,794 |
| Research costs | 7,496 | 3,766 |
"""


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Selling expenses rose from $14,794 in 2023 to $24,371 in 2024.", ["14,794", "24,371"]),
        ("Selling expenses were $14,794 in 2024.", []),
        # A figure of two digits, beside one of its row.
        ("Research costs were $7.496 million in 2024 compared to $3.8 million in 2023.", ["3.8", "7.496"]),
        ("Research costs were $7.496 million in 2024 compared to $3.8 million in 2021.", ["7.496"]),
        ("Selling expenses were $24.371 million in 2024, and rents were $3.8 million in 2023.", ["24.371"]),
    ],
)
def test_a_row_of_years_below_the_header_of_a_table_tells_which_column_is_meant(
    sentence: str, expected: list[str]
) -> None:
    text = f"{sentence}\n\nThe results are as follows (in thousands).\n\n{YEARS_BELOW}"
    if "million" not in sentence:
        text = text.replace("$", "$ ").replace(" (in thousands)", "")
    assert (sorted(agreeing(text)), told(text)) == (expected, [])


SHARES = {
    "sv": "| Region | Kronor |\n|---|---:|\n| Norr | 250 000 |\n| Söder | 125 000 |\n| Väster | 125 000 |\n| Summa | 500 000 |\n",
    "en": "| Town | Pounds |\n|---|---:|\n| Norton | 250,000 |\n| Sutton | 125,000 |\n| Weston | 125,000 |\n| Total | 500,000 |\n",
    "de": "| Gemeinde | Euro |\n|---|---:|\n| Norden | 250.000 |\n| Süden | 125.000 |\n| Westen | 125.000 |\n| Summe | 500.000 |\n",
}


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("sv", "Mest får Norr.", []),
        ("sv", "Mest får Söder.", ["R306"]),
        ("en", "Norton receives the most of the towns.", []),
        ("en", "Sutton receives the most of the towns.", ["R306"]),
        ("de", "Am meisten erhält Norden.", []),
        ("de", "Am meisten erhält Westen.", ["R306"]),
        ("sv", "Hälften av pengarna går till Norr.", []),
        ("sv", "Hälften av pengarna går till Söder.", ["R306"]),
        ("en", "Half of the money goes to Norton.", []),
        ("en", "Half of the money goes to Weston.", ["R306"]),
        ("sv", "Den större delen går till Norr.", []),
        ("sv", "Den större delen går till Väster.", ["R306"]),
        ("sv", "Norr får dubbelt så mycket som Söder.", []),
        ("sv", "Söder får dubbelt så mycket som Väster.", ["R306"]),
        ("en", "Norton gets twice as much as Sutton.", []),
        ("sv", "Samtliga 3 regioner får del av bidraget.", []),
        ("sv", "Samtliga 4 regioner får del av bidraget.", ["R306"]),
        # What is said of something else, of another year or for each inhabitant.
        ("sv", "Mest får Söder per invånare.", []),
        ("sv", "I fjol fick alla lika, men mest får Söder.", []),
        ("sv", "Hälften av Söders bidrag går till skolor.", []),
        ("sv", "Samtliga 4 lärare i Söder får utbildning.", []),
    ],
)
def test_what_is_said_in_words_is_held_to_the_rows(language: str, sentence: str, expected: list[str]) -> None:
    assert [code for code, *_ in told(f"{sentence}\n\n{SHARES[language]}")] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Alby får 12 mnkr, Boda 21 mnkr och Ceby 30 mnkr, tillsammans 63 mnkr.", []),
        ("Alby får 12 mnkr, Boda 21 mnkr och Ceby 30 mnkr, tillsammans 73 mnkr.", [("R306", "warning", "73 mnkr")]),
        ("Alby får 12, Boda 21 och Ceby 30 mnkr, tillsammans 63 mnkr.", []),
        ("Alby får 12, Boda 21 och Ceby 30 mnkr, sammanlagt 36 mnkr.", [("R306", "warning", "36 mnkr")]),
        ("Altdorf erhält 12, Bergheim 21 und Cotta 30 Millionen Euro, zusammen 63 Millionen Euro.", []),
        ("Altdorf erhält 12, Bergheim 21 und Cotta 30 Millionen Euro, zusammen 36 Millionen Euro.",
         [("R306", "warning", "36 Millionen Euro")]),
        ("Ashby gets $12 million, Barton $21 million and Corby $30 million, together $63 million.", []),
        ("Ashby gets $12 million, Barton $21 million and Corby $30 million, together $36 million.",
         [("R306", "warning", "$36 million")]),
        # A part of the total, other years, or more than the list.
        ("Alby får 12 mnkr och Boda 21 mnkr, av totalt 63 mnkr.", []),
        ("Alby fick 12 mnkr 2023 och Boda 21 mnkr, totalt 63 mnkr.", []),
        ("Bland annat får Alby 12 mnkr och Boda 21 mnkr, totalt 63 mnkr.", []),
        # That by which it moved.
        ("Anslaget ökade med 7 mnkr från 105 till 112 mnkr.", []),
        ("Anslaget ökade med 9 mnkr från 105 till 112 mnkr.", [("R306", "warning", "112 mnkr")]),
        ("Anslaget minskade med 7 mnkr till 105 mnkr (112).", []),
        ("The grant fell by $7 million to $105 million from $112 million.", []),
        ("The grant fell by $9 million to $105 million from $112 million.", [("R306", "warning", "$112 million")]),
    ],
)  # fmt: skip
def test_sums_and_differences_in_a_sentence_add_up(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "linked"),
    [
        ("Alby får 12, Boda 21 och Ceby 30 mnkr, tillsammans 63 mnkr.", ["63"]),
        ("Anslaget ökade med 7 mnkr från 105 till 112 mnkr.", ["112"]),
        ("Anslagen ökade med 17,5 procent till 141 mnkr (120).", ["17,5"]),
        ("Alby får 84 mnkr, vilket motsvarar 17,5 procent av de totalt 480 mnkr.", ["17,5"]),
    ],
)
def test_what_a_sentence_works_out_agrees(sentence: str, linked: list[str]) -> None:
    assert agreeing(sentence) == linked


@pytest.mark.parametrize(
    ("sentence", "header", "codes"),
    [
        ("Totalt söktes 9 000 000 kronor av föreningarna.", "Bidrag (kr)", []),
        ("Totalt söktes 9 000 000 kronor av föreningarna.", "Sökt belopp (kr)", ["R304"]),
        ("Insgesamt wurden 9 000 000 kr beantragt.", "Förderung (kr)", []),
        ("Totalt fördelas 9 000 000 kronor av de sökta medlen.", "Bidrag (kr)", ["R304"]),
    ],
)
def test_what_was_applied_for_is_no_total_of_what_was_granted(sentence: str, header: str, codes: list[str]) -> None:
    rows = "| Hjo | 1 200 000 |\n| Tibro | 2 300 000 |\n| Skara | 3 412 000 |\n| Mark | 911 000 |\n"
    report = reconcile.check_text(f"{sentence}\n\n| Namn | {header} |\n| --- | ---: |\n{rows}", format="markdown")
    assert [finding.code for finding in report.findings] == codes
