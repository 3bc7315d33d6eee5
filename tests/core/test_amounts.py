"""Amounts: literal readings, and render -> read as the identity in every locale."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.core import Locale
from hypothesis import given
from hypothesis import strategies as st

from reconcile.core.amounts import (
    NUMERAL,
    Notation,
    Unit,
    decimal_mark_of,
    is_nil,
    notation_of,
    read_amount,
    read_look_alike,
    read_spaced,
    read_with_last_mark,
    render,
)
from reconcile.core.decimals import EXACT, add, multiply, subtract
from reconcile.core.languages import APOSTROPHES, LANGUAGES, SPACES
from reconcile.core.words import separators

LOCALES = ["sv_SE", "nb_NO", "da_DK", "fi_FI", "is_IS", "de_DE", "de_CH", "de_AT", "fr_FR", "fr_CH", "it_IT", "es_ES", "pt_PT",
           "nl_NL", "pl_PL", "en_US", "en_GB", "en_IN"]  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "value", "text"),
    [
        ("54 499 160", "54499160", "54 499 160"),
        ("54\u00a0499\u00a0160", "54499160", "54\u00a0499\u00a0160"),
        ("54\u2009499\u2009160", "54499160", "54\u2009499\u2009160"),
        ("54\u202f499\u202f160", "54499160", "54\u202f499\u202f160"),
        ("54.499.160", "54499160", "54.499.160"),
        ("54,499,160", "54499160", "54,499,160"),
        ("54'499'160.50", "54499160.50", "54'499'160.50"),
        ("54\u2019499\u2019160", "54499160", "54\u2019499\u2019160"),
        ("12,30,987.1", "1230987.1", "12,30,987.1"),
        ("1.234,5", "1234.5", "1.234,5"),
        ("1 313,3", "1313.3", "1 313,3"),
        ("0,25", "0.25", "0,25"),
        ("-62 079", "-62079", "-62 079"),
        ("\u221262 079", "-62079", "\u221262 079"),
        ("\u2013 1,8", "-1.8", "\u2013 1,8"),
        ("(1 234)", "-1234", "1 234"),
        ("1 234-", "-1234", "1 234"),
        ("625 746\u00a0835 kronor", "625746835", "625 746\u00a0835"),
        ("1 382 000 000 kr", "1382000000", "1 382 000 000"),
        ("€ 5,000.50", "5000.50", "5,000.50"),
        ("Rs. 12,30,987", "1230987", "12,30,987"),
        ("$65,349 million", "65349000000", "65,349"),
        ("2,5 miljarder", "2500000000", "2,5"),
        ("2,5 mdkr", "2500000000", "2,5"),
        ("12,5 tkr", "12500", "12,5"),
        ("251,9 mnkr", "251900000", "251,9"),
        ("12,5 Mio. €", "12500000", "12,5"),
        ("3 Mrd. Euro", "3000000000", "3"),
        ("12 lakh", "1200000", "12"),
        ("3 crore", "30000000", "3"),
        ("500:-", "500", "500"),
        ("16 588 454 1)", "16588454", "16 588 454"),
        ("16 588 454¹", "16588454", "16 588 454"),
        ("16 588 454*", "16588454", "16 588 454"),
        ("54,499,1601)", "54499160", "54,499,160"),
        ("54.499.1601)", "54499160", "54.499.160"),
        ("9" * 31, "9" * 31, "9" * 31),
    ],
)  # fmt: skip
def test_reads_what_is_printed(printed: str, value: str, text: str) -> None:
    amount = read_amount(printed)
    assert amount is not None
    assert (Decimal(value), text, None) == (amount.value, amount.text, amount.fault)
    assert printed[amount.start : amount.end] == text


@pytest.mark.parametrize(
    ("printed", "sizes", "fault"),
    [
        ("544 99 160", (3, 2, 3), "malformed"),
        ("54 49 160", (2, 2, 3), "malformed"),
        ("54  499 160", (2, 3, 3), "malformed"),
        ("5449 9160", (4, 4), "malformed"),
        ("1,23,45", (1, 2, 2), "malformed"),
        ("054 499 160", (3, 3, 3), "malformed"),
        ("54 499.160", (2, 3, 3), "mixed"),
        ("1.234.567,890,123", (1, 3, 3, 3, 3), "mixed"),
    ],
)
def test_the_digits_may_be_right_and_the_writing_wrong(printed: str, sizes: tuple[int, ...], fault: str) -> None:
    amount = read_amount(printed)
    assert amount is not None
    assert (sizes, fault) == (amount.sizes, amount.fault)
    assert "".join(char for char in printed if char.isdigit()).lstrip("0") == str(amount.value)


@pytest.mark.parametrize(
    "printed",
    ["", "Region Uppsala", "2023-12-21", "12.05.2023", "3, 9, 28", "CA 500", "1st", "1/2", "1)", "12 % av 30", "((1)", "1 000 000 och",
     "12 34x 56", "kr", "-", "\u2013"],
)  # fmt: skip
def test_what_is_no_amount_is_not_read_as_one(printed: str) -> None:
    assert read_amount(printed) is None


@pytest.mark.parametrize(
    ("printed", "text", "marks"),
    [
        ("~83 600", "83 600", [("approximate", "~")]),
        ("ca 150 000 kr", "150 000", [("approximate", "ca "), ("currency", "kr")]),
        ("≈ 12,5", "12,5", [("approximate", "≈")]),
        ("noin 40", "40", [("approximate", "noin ")]),
        ("125 st", "125", [("measure", "st")]),
        ("12 MWh", "12", [("measure", "MWh")]),
        ("12.5CL", "12.5", [("measure", "CL")]),
        ("16 Lb.", "16", [("measure", "Lb.")]),
        ("1 200 kr/år", "1 200", [("currency", "kr"), ("measure", "/år")]),
        ("520.000 €/Jahr", "520.000", [("currency", "€"), ("measure", "/Jahr")]),
        ("35 kWh/m²", "35", [("measure", "kWh/m²")]),
        ("1 200:-", "1 200", [("dash", ":-")]),
        ("123 (45 %)", "123", [("share", "(45 %)")]),
        ("2300a", "2300", [("glued", "a")]),
    ],
)
def test_what_stands_around_a_figure_is_told_from_it(printed: str, text: str, marks: list[tuple[str, str]]) -> None:
    amount = read_amount(printed)
    assert amount is not None
    assert (text, marks) == (amount.text, [(mark.kind, mark.text) for mark in amount.marks])


@pytest.mark.parametrize(
    ("printed", "off"), [("~5", "1"), ("~20", "1"), ("ca 150 000", "1000"), ("ca 83 650", "10"), ("~12,5", "0.1")]
)
def test_an_approximate_amount_is_told_to_three_digits(printed: str, off: str) -> None:
    amount = read_amount(printed)
    assert amount is not None
    assert Decimal(off) == subtract(amount.high, amount.value) == subtract(amount.value, amount.low)


def test_an_amount_keeps_its_unit_and_marks() -> None:
    amount = read_amount("1 382,5 mnkr 2)", None, Unit("EUR", 3))
    assert amount is not None
    assert (Unit("SEK", 6), 1_000_000) == (amount.unit, amount.unit.scale)
    assert [(mark.kind, mark.text) for mark in amount.marks] == [("unit", "mnkr"), ("footnote", "2)")]


@pytest.mark.parametrize(
    ("language", "currency"), [("sv", "SEK"), ("nb", "NOK"), ("da", "DKK"), ("is", "ISK"), (None, "SEK")]
)
def test_a_bare_kr_is_the_currency_of_its_language(language: str | None, currency: str) -> None:
    amount = read_amount("5 kr", None, Unit(), language)
    assert amount is not None
    assert currency == amount.unit.currency


@pytest.mark.parametrize(("language", "value"), [("en", 10**9), ("de", 10**12), ("fr", 10**12)])
def test_a_billion_is_what_its_language_says(language: str, value: int) -> None:
    amount = read_amount("1 billion", None, Unit(), language)
    assert amount is not None
    assert value == amount.value


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [
        ("2,5 miljarder", "2450000000", "2550000000"),
        ("70,4", "70.35", "70.45"),
        ("-62 079", "-62079.5", "-62078.5"),
        ("12 tkr", "11500", "12500"),
    ],
)
def test_printed_digits_stand_for_an_interval(printed: str, low: str, high: str) -> None:
    amount = read_amount(printed)
    assert amount is not None
    assert (Decimal(low), Decimal(high)) == (amount.low, amount.high)


@pytest.mark.parametrize(
    ("printed", "mark", "value", "ambiguous"),
    [
        ("1,234", None, "1234", True),
        ("1,234", ",", "1.234", False),
        ("1,234", ".", "1234", False),
        ("1.234", ",", "1234", False),
        ("1234,567", None, "1234.567", False),
        ("0,234", None, "0.234", False),
        ("1,23", None, "1.23", False),
    ],
)
def test_one_mark_before_three_digits_is_decided_by_its_neighbours(
    printed: str, mark: str | None, value: str, ambiguous: bool
) -> None:
    amount = read_amount(printed, mark)
    assert amount is not None
    assert (Decimal(value), ambiguous) == (amount.value, amount.ambiguous)


@pytest.mark.parametrize(
    ("printed", "mark"),
    [
        (["2,5", "1,234"], ","),
        (["1.234.567", "1.234"], ","),
        (["1,234,567"], "."),
        (["1,234", "5,678"], None),
        (["54 499.160", "16 588 454"], None),
        (["54 499.160", "16 588.454"], "."),
        ([], None),
    ],
)
def test_figures_together_decide_the_decimal_mark(printed: list[str], mark: str | None) -> None:
    assert mark == decimal_mark_of(printed)


@pytest.mark.parametrize(
    ("printed", "value"),
    [("54 499 l60", 54499160), ("54 O99 160", 54099160), ("54\u200b499", 54499), ("S4 499 16B", 54499168)],
)
def test_look_alikes_are_read_for_what_they_resemble(printed: str, value: int) -> None:
    amount = read_look_alike(printed)
    assert amount is not None
    assert (Decimal(value), "look-alike", printed) == (amount.value, amount.fault, amount.text)


@pytest.mark.parametrize("printed", ["B12", "12S", "Ol", "1O", "54 499 160", "se not"])
def test_codes_and_words_are_no_look_alikes(printed: str) -> None:
    assert read_look_alike(printed) is None


@pytest.mark.parametrize("printed", ["", " ", "-", "\u2013", "..", "…", "x"])
def test_signs_for_nothing(printed: str) -> None:
    assert is_nil(printed)


def test_sums_are_exact_at_any_size() -> None:
    large = Decimal(10**30 + 1)
    assert Decimal(3 * 10**30 + 3) == add([large, large, large])
    assert Decimal("0.000000000000000000000000000001") == subtract(Decimal(1), Decimal("0." + "9" * 30))
    amount = read_amount("1 000 000 000 000 000 000 000 000 000 001,01 tkr")
    assert amount is not None
    assert Decimal(10**33 + 1010) == amount.value


def notations() -> st.SearchStrategy[Notation]:
    return st.sampled_from([notation_of(locale) for locale in LOCALES])


@given(st.integers(-(10**30), 10**30), st.integers(0, 6), notations())
def test_render_then_read_is_the_identity(digits: int, places: int, notation: Notation) -> None:
    value = EXACT.scaleb(Decimal(digits), -places)
    printed = render(value, notation, decimals=places)
    amount = read_amount(printed, notation.decimal)
    assert amount is not None
    assert (value, None, printed) == (amount.value, amount.fault, amount.text)
    assert places == amount.decimals


@given(st.integers(1000, 10**15), st.sampled_from(SPACES + APOSTROPHES), st.sampled_from([0, 3, 6, 9]))
def test_every_space_and_apostrophe_groups(value: int, mark: str, exponent: int) -> None:
    printed = render(Decimal(value), Notation(mark))
    amount = read_amount(printed, None, Unit("SEK", exponent))
    assert amount is not None
    assert (Decimal(value) * 10**exponent, None) == (amount.value, amount.fault)
    assert printed == render(amount.value, Notation(mark), exponent)


@given(st.text(alphabet="0123456789 \u00a0\u202f.,'’-−–()%krtm€1)*¹OlSa\u200b~≈c/²:", max_size=40))
def test_a_span_cuts_the_printed_text_back_out(printed: str) -> None:
    amount = read_amount(printed)
    if amount is not None:
        assert printed[amount.start : amount.end] == amount.text
        assert amount.low <= amount.value <= amount.high
        digits = "".join(char for char in amount.text if char.isdigit())
        assert int(digits) == int(EXACT.scaleb(amount.value.copy_abs(), amount.decimals - amount.unit.exponent))


@given(
    st.integers(1_000, 10**12),
    st.integers(1, 4),
    st.sampled_from([".", ",", " ", "'", ""]),
    st.sampled_from([".", ",", ""]),
)
def test_no_figure_is_written_with_one_mark_for_groups_and_decimals(
    digits: int, places: int, group: str, decimal: str
) -> None:
    value = EXACT.scaleb(Decimal(digits), -places)
    written = render(value, Notation(group, decimal), 0, places)
    mark = written[-places - 1]
    assert (mark in ".,", written.count(mark)) == (True, 1)


@pytest.mark.parametrize(
    ("printed", "decimals", "value"),
    [("576.394.90", 2, "576394.90"), ("12,681,882,27", 2, "12681882.27"), ("1.204.5", 1, "1204.5")],
)
def test_the_last_of_equal_marks_may_divide(printed: str, decimals: int, value: str) -> None:
    amount = read_amount(printed)
    assert amount is not None
    read = read_with_last_mark(amount, decimals)
    assert read is not None
    assert (Decimal(value), decimals, "mixed") == (read.value, read.decimals, read.fault)
    assert read_with_last_mark(amount, decimals + 1) is None


@pytest.mark.parametrize(
    ("printed", "text", "value"), [("12, 453", "12, 453", "12453"), ("€ 1 204, 50", "1 204, 50", "1204.50")]
)
def test_a_space_behind_a_mark_is_one_too_many(printed: str, text: str, value: str) -> None:
    amount = read_spaced(printed)
    assert amount is not None
    assert (text, Decimal(value), "malformed") == (amount.text, amount.value, amount.fault)


@pytest.mark.parametrize("printed", ["3, 9, 28", "12 453", "a, 3", "1, 2 och 3", "12, 4533", "2, 4, 6, 8, 10"])
def test_lists_are_no_figures_with_spaces(printed: str) -> None:
    assert read_spaced(printed) is None


@given(st.text(alphabet="0123456789 \u00a0.,-€~", max_size=30))
def test_a_spaced_figure_keeps_its_digits_and_its_place(printed: str) -> None:
    amount = read_spaced(printed)
    if amount is not None:
        assert printed[amount.start : amount.end] == amount.text
        digits = "".join(char for char in amount.text if char.isdigit())
        assert int(digits) == int(EXACT.scaleb(amount.value.copy_abs(), amount.decimals))


@given(st.text(max_size=60))
def test_any_text_is_read_or_not_but_never_raises(printed: str) -> None:
    for reader in (read_amount, read_look_alike):
        amount = reader(printed)
        assert amount is None or printed[amount.start : amount.end] == amount.text


@pytest.mark.parametrize(
    "piece",
    ["1 ", "1,", "1.", "1'", " ", "-", "(", "1  ", "kr ", "1 kr ", "١", "9", "~", "ca ", "1 kr/år ", "1 (1 %)", "st "],
)
def test_a_megabyte_is_read_in_one_go(piece: str) -> None:
    # A pattern that goes back over what it has read would not come to an end here.
    line = piece * (1_000_000 // len(piece))
    amount = read_amount(line)
    assert amount is None or line[amount.start : amount.end] == amount.text
    assert sum(len(match.group()) for match in NUMERAL.finditer(line)) <= len(line)


@pytest.mark.parametrize("locale", LOCALES)
def test_separators_are_those_of_cldr(locale: str) -> None:
    symbols = Locale.parse(locale).number_symbols["latn"]
    assert (symbols["decimal"], symbols["group"]) == separators(locale)


def test_every_language_names_a_locale_that_cldr_knows() -> None:
    for language in LANGUAGES.values():
        assert separators(language.locale)


def test_an_unknown_locale_is_said() -> None:
    with pytest.raises(ValueError, match="unknown locale 'xx_YY'; write one like sv_SE"):
        separators("xx_YY")


def test_no_arithmetic_on_money_rounds() -> None:
    large = Decimal("1" + "0" * 29 + "1")
    assert render(large.copy_abs(), Notation()) == "1" + "0" * 29 + "1"
    assert Decimal("3" + "0" * 29 + "3") == multiply(large, 3)


@pytest.mark.parametrize(
    ("printed", "mark", "sizes"),
    [
        ("54,,499,160", None, (2, 3, 3)),
        ("54..499.160", None, (2, 3, 3)),
        ("54,,499", ",", (2, 3)),
        ("54499,160", ".", (5, 3)),
        ("54,499160", ".", (2, 6)),
        ("54499.160", ",", (5, 3)),
    ],
)
def test_a_separator_struck_twice_or_left_out_divides_no_decimals(
    printed: str, mark: str | None, sizes: tuple[int, ...]
) -> None:
    amount = read_amount(printed, mark)
    assert amount is not None
    assert (amount.fault, amount.sizes, amount.decimals) == ("malformed", sizes, 0)


@pytest.mark.parametrize(
    ("printed", "mark", "value"),
    [("54499,160", ",", "54499.160"), ("54499,160", None, "54499.160"), ("2,5", ".", "2.5"), ("0,125", ".", "0.125")],
)
def test_a_mark_divides_where_nothing_says_that_it_groups(printed: str, mark: str | None, value: str) -> None:
    amount = read_amount(printed, mark)
    assert amount is not None
    assert (amount.fault, amount.value) == (None, Decimal(value))


@pytest.mark.parametrize("printed", ["1..5", "54,,49", "54,,,499", "3,,4991"])
def test_two_marks_elsewhere_are_no_separator(printed: str) -> None:
    assert read_amount(printed) is None


@pytest.mark.parametrize(
    "printed",
    ["2,4,7", "1.2.3.4", "31.32.33", "4,11,12,15", "49.51.62.92", "5416.5418.5419", "7509 7511", "5312.53131.53132"],
)
def test_a_list_of_codes_is_no_amount(printed: str) -> None:
    assert read_amount(printed) is None


@pytest.mark.parametrize("printed", ["7,4,2", "5449 9160", "12 34 56", "1,204,88"])
def test_digits_in_no_order_are_one_figure(printed: str) -> None:
    amount = read_amount(printed)
    assert amount is not None
    assert amount.fault == "malformed"


@pytest.mark.parametrize("printed", ["47,824,589 9,967,837 15,000", "1.204.500 88.310"])
def test_figures_that_a_space_divides_are_several(printed: str) -> None:
    assert read_amount(printed) is None


def test_the_tail_of_a_binary_fraction_says_nothing() -> None:
    amount = read_amount("514542.99999999994")
    assert amount is not None
    assert (amount.low, amount.high) == (Decimal("514542.99999999944"), Decimal("514543.00000000044"))
