"""Find the unit that a header, a caption or a sentence states."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconcile.core.amounts import (
    NUMERAL,
    Unit,
    read_unit,
)
from reconcile.core.languages import APOSTROPHES, BROAD_SCALES, DOTTED_UNIT, SCALES, SCALES_OF, SPACES, UNITS, WORD
from reconcile.core.words import currency_of, is_number_word, scale_of, settle, undotted

# What a figure before a currency multiplies by, as a power of ten: "1 000 kr" over a column.
_THOUSANDS = {"1000": 3, "1 000": 3, "1.000": 3, "1,000": 3, "000": 3, "1000000": 6, "1 000 000": 6}
# What stands before a unit in a title: "i tusental kronor".
_UNIT_PREPOSITIONS = ("i", "in", "en", "us", "av")
# Words that are units in a cell but ordinary words in a header.
_NOT_IN_HEADERS = frozenset({"fr", "mil", "md", "rs", "mille", "pund", "ar"})
# "k€", "T€" and "Mio€" have a sign for a letter, "$m" and "£bn" a letter for a word.
_SIGNED_UNIT = r"(?<!\w)(?:[a-z]{1,3}€|[€£$](?:bn|[km]))(?!\w)"
_UNIT_OR_WORD = re.compile(rf"\b(?:{DOTTED_UNIT})|{_SIGNED_UNIT}|{WORD.pattern}", re.IGNORECASE)
# What a phrase holds that states a unit and nothing else: signs and words, and what multiplies them ("'000", "1 000").
_PIECE = re.compile(
    rf"(?P<times>[{APOSTROPHES}]?(?<![\d.,])(?:1[{SPACES}.,{APOSTROPHES}]?)?000(?:[{SPACES}.,{APOSTROPHES}]?000)?s?(?!\w)|(?<!\w)1(?!\w))"
    rf"|(?P<word>\b(?:{DOTTED_UNIT})|{_SIGNED_UNIT}|us\$|[€$£¥₹]|{WORD.pattern})|(?P<rest>[^\s\w])|.",
    re.IGNORECASE | re.DOTALL,
)
# A currency and a letter: "SEK m", "EURm", "DKKbn", "USD k".
_GLUED = re.compile(r"([A-Z]{3})(m|mn|bn|k)", re.ASCII)
_LETTERS = {"k": 3, "m": 6, "mn": 6, "bn": 9}
# Beside a currency these are scales; "mil" is a thousand or a million.
_DOUBTFUL = frozenset({"md", "mille"})
_LONGEST_PHRASE = 80


def stated_unit(text: str, language: str | None = None) -> Unit | None:
    """Return the unit of a phrase that states one and nothing else, or None: *(x € 1.000)*, *£'000*, *SEK m*, *En milliers d'euros*.

    A multiplier needs a currency beside it, and so does a letter or a word that has other meanings.
    """
    text = text.strip(f" *_()[]:;.{SPACES}")
    if not text or len(text) > _LONGEST_PHRASE:
        return None
    currency: str | None = None
    exponent = doubtful = 0
    times = 0
    for piece in _PIECE.finditer(text):
        kind, found = piece.lastgroup, piece.group()
        if kind is None:
            if not found.isspace():
                return None
            continue
        if kind == "rest":
            if found not in _BETWEEN_PIECES:
                return None
            continue
        if kind == "times":
            if times:
                return None
            times = found.count("0") or -1
            continue
        scale = 0
        folded = undotted(found)
        glued = _GLUED.fullmatch(found)
        if folded in UNITS:
            named, scale = UNITS[folded]
            money = settle(named, language)
        elif glued and (money := currency_of(glued.group(1), language)):
            scale = _LETTERS[glued.group(2)]
        elif (money := currency_of(found, language)) and not _is_ordinary(folded, language):
            pass
        elif folded in BROAD_SCALES:
            scale = BROAD_SCALES[folded]
        elif not _is_ordinary(folded, language) and (known := scale_of(found, language)) is not None:
            scale = known
        elif folded in _LETTERS or folded in _DOUBTFUL:
            scale = doubtful = _LETTERS.get(folded, SCALES.get(folded, 0))
        elif folded not in _BESIDE_UNITS:
            return None
        if (money and currency not in (None, money)) or (scale and exponent):
            return None
        currency, exponent = money or currency, scale or exponent
    if times > 0 and exponent:
        return None
    exponent = exponent or max(times, 0)
    if exponent and currency is None and "US" in WORD.findall(text):
        currency = "USD"
    if (doubtful or times) and currency is None:
        return None
    return Unit(currency, exponent) if currency or exponent else None


def _phrases(text: str) -> Iterator[str]:
    """The parts of a header or title that may state a unit: all of it, its lines, what stands in brackets, and behind the last comma or dash."""
    yield text
    lines = text.splitlines()
    if len(lines) > 1:
        yield from lines
    for line in lines:
        yield from _BRACKETED.findall(line)
        yield from _BEHIND.findall(line)


def find_stated_unit(text: str, language: str | None = None) -> Unit:
    """The unit that a header or title states in a phrase of its own: *Grants (£000)*, *Revenue, SEK m*."""
    found = (unit for phrase in _phrases(text[:2000]) if (unit := stated_unit(phrase, language)) is not None)
    return next(found, Unit())


def find_unit(text: str, language: str | None = None, prose: bool = False) -> Unit:
    """The unit that a header or title names: ``Totalt (kronor)``, ``mnkr``, ``1000 kr``, ``in US millions``.

    A scale word that belongs to a figure in the text (``2,5 miljarder kronor``) names no unit. In ``prose`` such words
    are counted things more often than units (*miljoner till skolan*), so there they must stand in brackets or behind *i*.
    """
    stated = find_stated_unit(text, language)
    if stated.exponent and stated.currency:
        return stated
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
    return Unit(found.currency or currency, stated.exponent or found.exponent or exponent)


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


# What may stand between the words of a unit, and beside the unit where a cell states nothing else.
_BETWEEN_PIECES = frozenset(".,'\u2019()[]:×*")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,80})[)\]]")
_BEHIND = re.compile(r"[,\u2013\u2014-]\s+([^,\u2013\u2014]{1,80})$")
_BESIDE_UNITS = frozenset(
    {
        "in", "i", "en", "em", "w", "v", "of", "us", "x", "s", "d", "de", "di", "da", "amounts", "amount", "figures", "all", "values",
        "are", "expressed", "stated", "shown", "belopp", "beløb", "beløp", "beträge", "betrag", "bedragen", "bedrag", "alla", "alle",
        "tal", "angaben", "zahlen", "montants", "montant", "dati", "importi", "importes", "cifras", "valores", "kwoty", "dane", "luvut",
    }
)  # fmt: skip


def is_unit_alone(text: str, language: str | None = None) -> bool:
    """Return True if a cell states a unit and nothing else: *In thousands of dollars*, *Belopp i tkr*."""
    if stated_unit(text, language) is not None:
        return True
    words = [undotted(match.group()) for match in _UNIT_OR_WORD.finditer(text[:200])]
    return all(
        word in UNITS
        or word in _BESIDE_UNITS
        or scale_of(word, language) is not None
        or currency_of(word, language) is not None
        for word in words
    )
