"""Claims in prose: number words, hedges, intervals, and where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reconcile
from reconcile.core.amounts import Unit
from reconcile.core.document import Document, TextBlock
from reconcile.core.languages import LANGUAGES
from reconcile.core.location import SourceText
from reconcile.core.words import detect_language, hedges, is_total_label, number_words
from reconcile.recognise.claims import Claim, read_claims
from reconcile.recognise.units import find_unit


def claims(text: str, language: str | None) -> list[Claim]:
    return list(read_claims(Document("d", "text", source=SourceText.of(text), blocks=(TextBlock(text, 0),)), language))


@pytest.mark.parametrize(
    ("language", "text", "phrase", "hedge", "low", "value", "high"),
    [
        ("sv", "Nära två miljarder kronor delas ut.", "Nära två miljarder kronor", "nära", 1_500, 2_000, 2_000),
        ("sv", "Vi har nästan tre miljarder kronor.", "nästan tre miljarder kronor", "nästan", 2_500, 3_000, 3_000),
        ("sv", "Potten är 2,5 miljarder kronor.", "2,5 miljarder kronor", None, 2_450, 2_500, 2_550),
        ("sv", "Avtalet på 2,95 miljarder.", "2,95 miljarder", None, 2_945, 2_950, 2_955),
        ("sv", "drygt 625 miljoner kronor betalas", "drygt 625 miljoner kronor", "drygt", 625, 625, 626),
        ("sv", "Över 7 miljoner betalas", "Över 7 miljoner", "över", 7, 7, 8),
        ("sv", "cirka 620 miljoner", "cirka 620 miljoner", "cirka", 610, 620, 630),
        ("sv", "en och en halv miljard kronor", "en och en halv miljard kronor", None, 1_450, 1_500, 1_550),
        ("sv", "tjugofem miljoner kronor", "tjugofem miljoner kronor", None, "24.5", 25, "25.5"),
        ("sv", "upp till 40 miljoner kronor", "upp till 40 miljoner kronor", "upp till", 0, 40, 40),
        ("nb", "Nesten to milliarder kroner", "Nesten to milliarder kroner", "nesten", 1_500, 2_000, 2_000),
        ("da", "knap 3 millioner kroner", "knap 3 millioner kroner", "knap", "2.5", 3, 3),
        ("de", "fast zwei Milliarden Euro", "fast zwei Milliarden Euro", "fast", 1_500, 2_000, 2_000),
        ("de", "rund 1.126 Millionen Euro", "rund 1.126 Millionen Euro", "rund", 1_125, 1_126, 1_127),
        ("en", "nearly three billion dollars", "nearly three billion dollars", "nearly", 2_500, 3_000, 3_000),
        ("en", "totaled $65,349 million as of", "$65,349 million", None, "65348.5", 65_349, "65349.5"),
        ("fr", "près de deux milliards d'euros", "près de deux milliards", "près de", 1_500, 2_000, 2_000),
        ("fi", "noin kaksi miljardia euroa", "noin kaksi miljardia euroa", "noin", 1_000, 2_000, 3_000),
    ],
)  # fmt: skip
def test_a_claim_is_read_with_its_hedge_and_interval(
    language: str, text: str, phrase: str, hedge: str | None, low: object, value: object, high: object
) -> None:
    (claim,) = claims(text, language)
    assert (phrase, hedge) == (claim.text, claim.hedge)
    millions = [str(each / 1_000_000) for each in (claim.amount.low, claim.amount.value, claim.amount.high)]
    assert [float(str(each)) for each in (low, value, high)] == [float(each) for each in millions]
    assert claim.location.text == phrase


def test_an_amount_to_the_krona_stands_for_itself() -> None:
    (claim,) = claims("Fördelning av 1 874 253 165 kronor till regionerna", "sv")
    assert 1_874_253_165 == claim.amount.low == claim.amount.value == claim.amount.high


def test_a_figure_that_goes_on_in_the_next_line_is_one() -> None:
    text = "Fördelning av 6 900\n000 kronor till länen."
    (claim,) = claims(text, "sv")
    assert (claim.text, int(claim.amount.value), claim.figure.text) == ("6 900 000 kronor", 6_900_000, "6 900\n000")


@pytest.mark.parametrize(
    "text", ["2023\n500 kronor", "1 200\n300 kronor", "under 2023\n625 746 kronor", "sida 3\n900 av 1 000"]
)
def test_figures_on_lines_of_their_own_stay_apart(text: str) -> None:
    assert all(claim.figure.text in text.split("\n")[1] for claim in claims(text, "sv"))


@pytest.mark.parametrize("text", ["Vi ger **500 000** kronor.", "Vi ger _500 000_ kronor."])
def test_emphasis_ends_between_a_figure_and_its_unit_in_markdown(text: str) -> None:
    document = Document("d", "markdown", source=SourceText.of(text), blocks=(TextBlock(text, 0),))
    (claim,) = read_claims(document, "sv")
    assert (claim.text, claim.figure.text, claim.amount.unit.currency) == ("500 000 kronor", "500 000", "SEK")


@pytest.mark.parametrize(
    "text",
    ["Beslutet av den 22 december 2022 gäller 21 regioner.", "mot nio krav", "i paragraf 3 a", "tel. 08-123 456 78"],
)
def test_bare_numbers_are_no_claims(text: str) -> None:
    assert claims(text, "sv") == []


def test_a_year_before_an_amount_is_not_part_of_it() -> None:
    (claim,) = claims("För 2023 625 746 835 kronor", "sv")
    assert claim.text == "625 746 835 kronor"


def test_two_claims_in_a_sentence_are_told_apart() -> None:
    text = "Av nästan 3 miljarder kronor fördelas 2,5 miljarder efter resultat."
    assert [claim.text for claim in claims(text, "sv")] == ["nästan 3 miljarder kronor", "2,5 miljarder"]


def test_a_claim_knows_its_sentence() -> None:
    text = "Detta är nytt. Över 7 miljoner går till region Sörmland. Mer kommer."
    (claim,) = claims(text, "sv")
    assert claim.sentence == "Över 7 miljoner går till region Sörmland"


@given(
    st.text(alphabet="0123456789 .,kronmiljadetvåöräÖN€$%\n\u00a0", max_size=120), st.sampled_from([*LANGUAGES, None])
)
def test_the_place_of_a_claim_holds_its_text(text: str, language: str | None) -> None:
    source = SourceText.of(text)
    for claim in claims(text, language):
        for location, printed in ((claim.location, claim.text), (claim.figure, claim.amount.text)):
            span = location.anchor
            assert source.text[span.start : span.end] == printed  # type: ignore[union-attr]
            assert source.line(span.line)[span.column - 1 :].startswith(printed.split("\n")[0])  # type: ignore[union-attr]


@pytest.mark.parametrize("piece", ["1 ", "miljoner ", "nära ", "två ", "två miljoner ", "1 kr ", "kr", "1,", "$1 "])
def test_a_megabyte_of_prose_is_read_in_one_go(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert all(claim.text in text for claim in claims(text, "sv")[:10])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Regeringen och regionerna har slutit ett avtal för att korta köerna i vården", "sv"),
        ("Kommunene har fått et tilskudd for å dekke utgifter til lærebøker og det er nok", "nb"),
        ("The Treasury Department today released data for the week and the table in this release", "en"),
        ("Das Land und die Kommunen haben sich auf die Verteilung der Mittel für das Jahr geeinigt", "de"),
        ("Le ministère et les régions ont signé un accord pour la répartition des crédits dans le pays", "fr"),
        ("12 345", None),
        ("Vas 120 Zala 30 Összesen 150", "hu"),
        ("Vas 120 Zala 30 Summa 150", None),
        ("Plzeňský kraj a Praha se v roce 2023 podle zákona na výdaje, které jsou", "cs"),
    ],
)
def test_the_language_is_told_by_its_commonest_words(text: str, language: str | None) -> None:
    assert language == detect_language(text)


@pytest.mark.parametrize(
    "label", ["Summa", "SUMMA", "Totalt länet", "(Summe: Deutschland)", "I alt", "Regioner totalt", "Total", "Insgesamt",
              "Yhteensä", "Samtals", "Razem", "Totaal", "Celkem za rok", "Spolu", "Összesen:", "Skupaj", "Sveukupno", "Kokku",
              "Kopā", "Iš viso", "ΣΥΝΟΛΟ", "Γενικό σύνολο", "Total general"],
)  # fmt: skip
def test_total_words(label: str) -> None:
    assert is_total_label(label)


@pytest.mark.parametrize("label", ["", "Totalförsvaret", "Region Uppsala", "Summering av läget i länet", "12 345"])
def test_other_labels(label: str) -> None:
    assert not is_total_label(label)


@pytest.mark.parametrize(
    ("header", "language", "unit"),
    [
        ("Fjárhæð (m.kr.)", "is", Unit("ISK", 6)),
        ("Fjárhæð, þús. kr.", "is", Unit("ISK", 3)),
        ("Tilskud (t.kr.)", "da", Unit("DKK", 3)),
        ("Částka v mil. Kč", "cs", Unit("CZK", 6)),
        ("Összeg (E Ft)", "hu", Unit("HUF", 3)),
        ("Height (ft)", "en", Unit()),
        ("Suma, mii lei", "ro", Unit("RON", 3)),
        ("Lei municipal", "pt", Unit()),
        ("tūkst. eurų", "lt", Unit("EUR", 3)),
    ],
)
def test_units_of_more_languages(header: str, language: str, unit: Unit) -> None:
    assert unit == find_unit(header, language)


def test_number_words_compose() -> None:
    assert [number_words("sv")[word] for word in ("tjugofem", "nittionio")] == [25, 99]
    assert [number_words("de")[word] for word in ("fünfundzwanzig", "neunundneunzig")] == [25, 99]
    assert [number_words("en")[word] for word in ("twenty-five", "ninety-nine")] == [25, 99]
    assert number_words("xx") == {}


def test_an_unknown_language_is_read_with_the_hedges_of_all() -> None:
    assert {"nästan", "nearly", "fast"} <= set(hedges(None))


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        # One slip from the row's amount, whatever else the sentence says.
        ("Av 2 400 000 kronor får Alby 1 543 720 kronor.", ["R306"]),
        # Two figures, of which one is the row's: the other is of something else.
        ("Alby får 1 543 270 kronor, mot 1 543 720 kronor året före.", []),
        # Two figures, of which neither is near.
        ("Alby får 1 100 000 kronor mer, av 2 400 000 kronor.", []),
    ],
)
def test_a_row_is_held_to_one_of_several_figures_only_where_a_slip_tells_which(sentence: str, told: list[str]) -> None:
    table = "| Ort | Bidrag (kronor) |\n|---|---|\n| Alby | 1 543 270 |\n| Boda | 456 730 |\n| Summa | 2 000 000 |\n"
    report = reconcile.check_text(f"{sentence}\n\n{table}", format="markdown")
    assert [finding.code for finding in report.findings] == told
