"""Find the unit that a header, a caption or a sentence states."""

from __future__ import annotations

import re

from reconcile.core.amounts import (
    NUMERAL,
    Unit,
    read_unit,
)
from reconcile.core.languages import DOTTED_UNIT, SCALES_OF, UNITS, WORD
from reconcile.core.words import currency_of, is_number_word, scale_of, settle, undotted

# What a figure before a currency multiplies by, as a power of ten: "1 000 kr" over a column.
_THOUSANDS = {"1000": 3, "1 000": 3, "1.000": 3, "1,000": 3, "000": 3, "1000000": 6, "1 000 000": 6}
# What stands before a unit in a title: "i tusental kronor".
_UNIT_PREPOSITIONS = ("i", "in", "en", "us", "av")
# Words that are units in a cell but ordinary words in a header.
_NOT_IN_HEADERS = frozenset({"fr", "mil", "md", "rs", "mille", "pund", "ar"})
_UNIT_OR_WORD = re.compile(rf"\b(?:{DOTTED_UNIT})|{WORD.pattern}", re.IGNORECASE)


def find_unit(text: str, language: str | None = None, prose: bool = False) -> Unit:
    """The unit that a header or title names: ``Totalt (kronor)``, ``mnkr``, ``1000 kr``, ``in US millions``.

    A scale word that belongs to a figure in the text (``2,5 miljarder kronor``) names no unit. In ``prose`` such words
    are counted things more often than units (*miljoner till skolan*), so there they must stand in brackets or behind *i*.
    """
    currency: str | None = None
    exponent = 0
    position = 0
    text = text[:2000]
    for numeral in NUMERAL.finditer(text):
        if numeral.start() < position:
            continue
        found = _unit_words(text[position : numeral.start()], language, prose)
        currency, exponent = found.currency or currency, found.exponent or exponent
        tail = read_unit(text, numeral.end(), language)
        thousands = _THOUSANDS.get(numeral.group().replace("\u00a0", " "), 0)
        if thousands and tail.currency:
            exponent = thousands
        currency = currency or tail.currency
        position = max(tail.end, numeral.end())
    found = _unit_words(text[position:], language, prose)
    return Unit(found.currency or currency, found.exponent or exponent)


def _is_ordinary(word: str, language: str | None) -> bool:
    """Return True if a word is a unit in a cell but an ordinary word in a header of this language."""
    return word in _NOT_IN_HEADERS and word not in SCALES_OF.get(language or "", {})


def _unit_words(text: str, language: str | None, prose: bool) -> Unit:
    currency, exponent = None, 0
    words = list(_UNIT_OR_WORD.finditer(text))
    before = ""
    for match in words:
        word = match.group()
        folded = undotted(word)
        if folded in UNITS:
            kind, exponent = UNITS[folded]
            currency = settle(kind, language)
        elif not _is_ordinary(folded, language) and (scale := scale_of(word, language)) is not None:
            bracketed = text.count("(", 0, match.start()) > text.count(")", 0, match.start())
            if (bracketed or before in _UNIT_PREPOSITIONS) if prose else not is_number_word(before, language):
                exponent = exponent or scale
        elif folded not in _NOT_IN_HEADERS:
            currency = currency or currency_of(word, language)
        before = folded
    for char in text:
        if currency is None and char in "€$£₹":
            currency = currency_of(char, language)
    if exponent and currency is None and any(match.group() == "US" for match in words):
        currency = "USD"
    return Unit(currency, exponent)


# What may stand beside the unit where a cell states nothing else.
_BESIDE_UNITS = frozenset(
    {"in", "i", "en", "em", "w", "v", "of", "us", "amounts", "figures", "all", "belopp", "beløb", "beløp", "alla", "tal", "angaben", "montants"}
)  # fmt: skip


def is_unit_alone(text: str, language: str | None = None) -> bool:
    """Return True if a cell states a unit and nothing else: *In thousands of dollars*, *Belopp i tkr*."""
    words = [undotted(match.group()) for match in _UNIT_OR_WORD.finditer(text[:200])]
    return all(
        word in UNITS
        or word in _BESIDE_UNITS
        or scale_of(word, language) is not None
        or currency_of(word, language) is not None
        for word in words
    )
