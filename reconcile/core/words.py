"""What words of documents mean: totals, averages, differences, scales, currencies, languages.

The words themselves stand in ``core.languages``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from reconcile.core.languages import (
    AROUND,
    CURRENCIES,
    CURRENCIES_OF,
    DISTRIBUTION_WORDS,
    HUNDREDS,
    LANGUAGES,
    SCALES,
    SCALES_OF,
    TOTAL_PHRASES,
    WORD,
)


@cache
def total_words() -> frozenset[str]:
    """Every word that marks a total, in any language."""
    return frozenset(word for language in LANGUAGES.values() for word in language.totals.split())


# Headers of columns that hold shares and changes, in the languages read here.
PERCENT_WORD = re.compile(
    r"\b(?:per ?cent(?:age)?|pct\.?|procent\w*|prosent\w*|prozent\w*|pourcentage|pour ?cent|por ?ciento|porcentaje|percentuale|"
    r"percentagem|prosentti\w*|prósent\w*|odsetek)\b",
    re.IGNORECASE,
)


def is_total_label(label: str) -> bool:
    """Whether a row label or header names a total: it begins or ends with a total word, or holds a phrase of two.

    ``Summa kommuner``, ``(Summe: Deutschland)`` and ``I alt`` do; ``Totalförsvaret`` does not.
    """
    words = [word.casefold() for word in WORD.findall(label[:200])]
    if not words:
        return False
    if words[0] in total_words() or words[-1] in total_words():
        return True
    head = " ".join(words[:2])
    return head in TOTAL_PHRASES


# First words of labels that name all there is: *Both sexes*, *All industries*. Hints, not witnesses, as sums of several may be meant.
_EVERY = frozenset(
    [
        "all",
        "both",
        "every",
        "alla",
        "båda",
        "bägge",
        "alle",
        "begge",
        "kaikki",
        "molemmat",
        "allir",
        "bæði",
        "beide",
        "tous",
        "toutes",
        "ensemble",
        "tutti",
        "tutte",
        "entrambi",
        "todos",
        "todas",
        "ambos",
        "ambas",
        "wszyscy",
        "wszystkie",
        "oba",
        "obie",
        "beide",
    ]
)


# What the row below twelve months, or four quarters, is called.
_YEAR_WORDS = frozenset(
    {
        "år", "året", "helår", "helåret", "hela året", "hele året", "årssumma", "year", "full year", "whole year", "annual", "jahr",
        "gesamtjahr", "ganzes jahr", "année", "an", "année entière", "jaar", "heel jaar", "vuosi", "koko vuosi", "anno", "año",
        "ano", "rok", "ár", "árið",
    }
)  # fmt: skip


def names_year(label: str) -> bool:
    """Return True if a label says nothing but that it is the year: *Helår*, *Full year*, *Année 2024*."""
    return " ".join(word.casefold() for word in WORD.findall(label[:200]) if not word.isdigit()) in _YEAR_WORDS


def names_all(label: str) -> bool:
    """Whether a label begins by saying that it is of all of them: ``Both sexes``, ``Alla kommuner``."""
    first = WORD.search(label)
    return first is not None and first.group().casefold() in _EVERY


# What rows and columns are called that are worked out from others otherwise than by adding, in the languages read here.
_MEASURES = frozenset(
    [
        "average",
        "averages",
        "avg",
        "mean",
        "median",
        "mode",
        "stdev",
        "std",
        "stddev",
        "stdevs",
        "deviation",
        "variance",
        "max",
        "maximum",
        "min",
        "minimum",
        "share",
        "shares",
        "ratio",
        "rate",
        "index",
        "medel",
        "medelvärde",
        "medeltal",
        "genomsnitt",
        "genomsnittlig",
        "andel",
        "kvot",
        "index",
        "median",
        "gjennomsnitt",
        "gjennomsnittlig",
        "andel",
        "gennemsnit",
        "gennemsnitlig",
        "keskiarvo",
        "keskimäärin",
        "osuus",
        "mediaani",
        "durchschnitt",
        "mittel",
        "mittelwert",
        "anteil",
        "quote",
        "moyenne",
        "médiane",
        "part",
        "ratio",
        "promedio",
        "media",
        "mediana",
        "cuota",
        "participación",
        "media",
        "quota",
        "média",
        "mediana",
        "gemiddelde",
        "gemiddeld",
        "aandeel",
        "średnia",
        "udział",
        "mediana",
        "meðaltal",
        "hlutfall",
        "turnout",
        "valdeltagande",
        "valgdeltakelse",
        "valgdeltagelse",
        "wahlbeteiligung",
        "äänestysprosentti",
        "opkomst",
        "medelbelopp",
    ]
)
_PER = re.compile(
    r"%|\b(?:per|pr\.?) (?:share|capita|head|person|cent|invånare|innbygger|indbygger|inwoner|einwohner|hab|inhabitant|elev|pupil|student|case|ärende)|"
    r"\bje einwohner|\bpar habitant|\basukasta kohti|/\s?share",
    re.IGNORECASE,
)
_AVERAGE = re.compile(
    r"\b(?:averages?|avg|mean|medel(?:värde|tal)?|genomsnitt|gjennomsnitt|gennemsnit|keskiarvo|durchschnitt|mittel(?:wert)?|"
    r"moyenne|promedio|media|média|gemiddelde|średnia|meðaltal)\b",
    re.IGNORECASE,
)


def is_average(text: str) -> bool:
    """Whether a row or a header names a mean: *Average*, *Medelvärde*, *HW average*."""
    return _AVERAGE.search(text) is not None


def is_measure(label: str) -> bool:
    """Whether a label names a mean, a share, a rate or the like, which need not add up: *Average*, *Earnings per share*."""
    label = label[:200]
    if _PER.search(label) or PERCENT_WORD.search(label):
        return True
    return not _MEASURES.isdisjoint(word.casefold() for word in WORD.findall(label))


# What counts each of a kind once, however many rows it stands in, is not the sum of the rows.
_DISTINCT = frozenset(
    {
        "unik", "unika", "unikt", "unike", "unikke", "olika", "skilda", "ulike", "forskellige", "forskjellige", "eri",
        "yksilölliset", "unique", "uniques", "distinct", "unduplicated", "different", "individual", "eindeutige", "verschiedene",
        "distincts", "distinctes", "différents", "différentes", "uniek", "unieke", "verschillende", "distinti", "distintos",
    }
)  # fmt: skip


def counts_once(label: str) -> bool:
    """Return True if a label says that each of a kind is counted once: *Unika personer*, *Distinct users*."""
    return not _DISTINCT.isdisjoint(word.casefold() for word in WORD.findall(label[:200]))


# What rows and columns are called that tell by how much two others differ.
_DIFFERENCES = frozenset(
    {
        "avvikelse", "differens", "skillnad", "netto", "resultat", "saldo", "förändring", "ändring", "diff", "avvik",
        "endring", "forskjell", "afvigelse", "ændring", "forskel", "frávik", "breyting", "mismunur", "poikkeama", "erotus",
        "muutos", "abweichung", "differenz", "veränderung", "ergebnis", "écart", "solde", "différence", "variation",
        "differenza", "scostamento", "variazione", "diferencia", "desviación", "variación", "diferença", "desvio",
        "variação", "verschil", "afwijking", "verandering", "różnica", "odchylenie", "zmiana", "wynik", "net", "difference",
        "deviation", "variance", "change", "balance", "surplus", "deficit", "increase", "decrease",
    }
)  # fmt: skip


# The ends of compounds for a result: *Årsresultat*, *Jahresergebnis*, *årsoverskudd*.
_RESULTS = (
    "resultat", "resultatet", "ergebnis", "resultaat", "saldo", "överskott", "underskott", "overskudd", "underskudd", "overskud",
    "underskud", "überschuss", "fehlbetrag", "tulos", "ylijäämä", "alijäämä",
)  # fmt: skip


def is_difference_label(label: str) -> bool:
    """Whether a row label or header begins or ends with a word for a difference: *Avvikelse*, *Net income*, *Change*."""
    words = [word.casefold() for word in WORD.findall(label[:200])]
    return bool(words) and (
        words[0] in _DIFFERENCES or words[-1] in _DIFFERENCES or any(word.endswith(_RESULTS) for word in words)
    )


# What the rows at a page's end and at the next one's beginning are called that repeat the sum so far.
_CARRIED = frozenset(
    [
        "transport",
        "transportera",
        "transporteras",
        "transporterat",
        "forward",
        "übertrag",
        "report",
        "reporter",
        "overført",
        "overføres",
        "överfört",
        "siirto",
        "riporto",
        "transporte",
        "transportar",
    ]
)


def carried_labels(labels: Sequence[str]) -> frozenset[int]:
    """The indices of the labels that say that a sum is carried over a page's end: *Transport*, *Carried forward*."""
    return _labels_with(labels, _CARRIED, lambda label: not _CARRIED.isdisjoint(map(str.casefold, WORD.findall(label))))


def total_labels(labels: Sequence[str]) -> frozenset[int]:
    """The indices of the labels that name totals."""
    return _labels_with(labels, total_words().union(*(phrase.split() for phrase in TOTAL_PHRASES)), is_total_label)


def _labels_with(labels: Sequence[str], words: frozenset[str], accept: Callable[[str], bool]) -> frozenset[int]:
    """The indices of the labels that are accepted; only those are asked that hold one of ``words``."""
    labels = [label[:200] for label in labels]
    held = [word for word in set(WORD.findall(" ".join(labels))) if word.casefold() in words]
    if not held:
        return frozenset()
    pattern = re.compile("|".join(map(re.escape, held)))
    return frozenset(row for row, label in enumerate(labels) if pattern.search(label) and accept(label))


def speaks_of_distribution(sentence: str) -> bool:
    """Whether a caption begins by saying that its amount is what is distributed: *Fördelning av 10 kronor till …*."""
    first = WORD.search(sentence)
    return first is not None and first.group().casefold() in DISTRIBUTION_WORDS


def is_bare_total(label: str) -> bool:
    """Whether a label says nothing but that it is a total: *Summa*, *I alt*, *Totalt:*; not *Total expenses*."""
    words = [word.casefold() for word in WORD.findall(label[:200])]
    return bool(words) and (all(word in total_words() for word in words) or " ".join(words) in TOTAL_PHRASES)


@cache
def number_words(code: str) -> Mapping[str, Decimal]:
    """The number words of a language, 0 to 99 as far as it is described, halves included."""
    language = LANGUAGES.get(code)
    if language is None:
        return {}
    words = {word: Decimal(100) for word in HUNDREDS.get(code, "").split()}
    for number, spellings in enumerate(language.units.split()):
        for word in spellings.split(","):
            words[word] = Decimal(number)
    small = [(word, number) for word, number in words.items() if 1 <= number <= 9]
    for place, ten in enumerate(language.tens.split(), start=2):
        words[ten] = Decimal(10 * place)
        for word, ones in small:
            both = (ten, word) if language.tens_first else (word, ten)
            words[language.joiner.join(both)] = words[ten] + ones
    if language.and_a_half:
        words |= {f"{word} {language.and_a_half}": ones + Decimal("0.5") for word, ones in small}
    words.update({phrase: Decimal(value) for phrase, value in language.half.items()})
    return words


@cache
def every_number_word() -> Mapping[str, Decimal]:
    """The number words of all languages together, for documents whose language is not known."""
    return {word: value for code in LANGUAGES for word, value in number_words(code).items()}


def is_number_word(word: str, code: str | None) -> bool:
    """Whether a lower-case word is a number in a language, or in any where the language is not known."""
    return word in (number_words(code) if code else every_number_word())


@cache
def hedges(code: str | None) -> Mapping[str, str]:
    """Hedge phrases and how they bend an amount; of every language when ``code`` is None."""
    if code in LANGUAGES:
        return LANGUAGES[code].hedges
    return {phrase: bend for language in LANGUAGES.values() for phrase, bend in language.hedges.items()}


@cache
def about_words() -> frozenset[str]:
    """Single words, in any language, that say that the figure behind them is approximate; short ones as they are abbreviated."""
    words = {word for language in LANGUAGES.values() for word, bend in language.hedges.items() if bend == AROUND}
    return frozenset(word for word in words if " " not in word and len(word) > 1) | {
        "approx",
        "ungef",
        "about",
        "circa",
    }


def scale_of(word: str, code: str | None = None) -> int | None:
    """The power of ten of a scale word, or None: ``miljarder`` 9, ``billion`` 9 in English but 12 in German."""
    folded = word.casefold()
    return SCALES_OF.get(code or "", {}).get(folded, SCALES.get(folded))


def currency_of(word: str, code: str | None = None) -> str | None:
    """The ISO 4217 code of a currency word or sign, or None. A bare ``kr`` is settled by the language, else SEK."""
    folded = word.casefold()
    return settle(CURRENCIES_OF.get(code or "", {}).get(folded, CURRENCIES.get(folded)), code)


def undotted(word: str) -> str:
    """Return a unit's lower-case word without the points and spaces of its abbreviation: ``M. kr`` gives ``mkr``."""
    return word.casefold().translate(_POINTS)


_POINTS = str.maketrans("", "", ". \u00a0")


def settle(currency: str | None, code: str | None) -> str | None:
    """Make the bare currency ``kr`` (one word in four countries) definite."""
    if currency != "kr":
        return currency
    language = LANGUAGES.get(code or "")
    return (language.krona if language else None) or "SEK"


def detect_language(text: str) -> str | None:
    """The language of ``text`` by its commonest function words, or None where there are too few of them."""
    counts: dict[str, int] = {}
    for word in WORD.findall(text[:20_000]):
        folded = word.lower()
        counts[folded] = counts.get(folded, 0) + 1
    best, best_score, second = None, 0, 0
    for code, words in _function_words().items():
        score = sum(counts.get(word, 0) for word in words)
        if score > best_score:
            best, best_score, second = code, score, best_score
        elif score > second:
            second = score
    if best_score >= 3 and best_score > second:
        return best
    # Too few words: a word for totals that one language alone has, or letters that only Danish and Norwegian write.
    named = {_own_totals()[word] for word in counts if word in _own_totals()}
    if len(named) == 1 and not best_score:
        return named.pop()
    if not any(char in text for char in "øæØÆ") or any(char in text for char in "äöÄÖ"):
        return None
    # Danes write "kr." and Norwegians "kr".
    return "da" if _DANISH_KRONER.search(text) else "nb"


_DANISH_KRONER = re.compile(r"(?<![^\W\d_])kr\.(?!\w)", re.IGNORECASE)


def language_of_headings(text: str) -> str | None:
    """The language that the words of a table's headers and labels suggest, by two of its usual ones; None where several do."""
    words = {word.casefold() for word in WORD.findall(text[:20_000])}
    found = {code: len(words.intersection(language.headings.split())) for code, language in LANGUAGES.items()}
    best = max(found, key=lambda code: found[code])
    alone = list(found.values()).count(found[best]) == 1
    return best if found[best] >= _FEW_HEADINGS and alone else None


_FEW_HEADINGS = 2


@cache
def _own_totals() -> dict[str, str]:
    """Words for totals that one language alone has, with its code."""
    words = [(word, code) for code, language in LANGUAGES.items() for word in language.totals.split()]
    held = Counter(word for word, _ in words)
    return {word: code for word, code in words if held[word] == 1}


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    return {code: tuple(language.function_words.split()) for code, language in LANGUAGES.items()}


def locale_for(code: str | None) -> str | None:
    """The usual locale of a language: ``sv`` gives ``sv_SE``."""
    language = LANGUAGES.get(code or "")
    return language.locale if language else None


@cache
def separators(locale: str) -> tuple[str, str]:
    """(decimal mark, grouping mark) of a locale, from CLDR.

    Raises ValueError for a locale that CLDR does not know.
    """
    from reconcile.core.separators import separators_by_locale

    try:
        return separators_by_locale()[locale.replace("-", "_").lower()]
    except KeyError as error:
        raise ValueError(f"unknown locale {locale!r}; write one like sv_SE, de_CH or en_IN") from error
