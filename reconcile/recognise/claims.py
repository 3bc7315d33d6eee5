"""Claims: amounts in running text, with the hedge that bends them and the sentence that says what they are of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain, pairwise, takewhile
from typing import NamedTuple

from reconcile.core.amounts import NUMERAL, Affix, Amount, Unit, amount_at, read_unit
from reconcile.core.decimals import EXACT, HALF, add, rescale, subtract
from reconcile.core.document import Document, TextBlock
from reconcile.core.languages import ABOVE, AROUND, AT_LEAST, AT_MOST, BELOW, SPACES, WORD
from reconcile.core.limits import UNTIMED, Clock
from reconcile.core.location import Location
from reconcile.core.words import currency_of, every_number_word, hedges, locale_for, number_words, scale_of, separators

_CURRENCY_BEFORE = re.compile(r"(?:US)?([€$£₹¥]|\b(?:SEK|NOK|DKK|EUR|USD|GBP|CHF|INR|Rs\.?))[ \u00a0]?$")
_SENTENCE_END = re.compile(r"[.!?:](?=\s+[^\W\d_a-zåäö])|\n\s*\n")
_REACH = 600
_LONGEST_FIGURE = 1_000
# What stands around a sentence, and is no part of it.
_AROUND = " .!?:\n"
_RANGE_AFTER = re.compile(r"[ \u00a0]?[-\u2013][ \u00a0]?[€$£]?\d")
_RANGE_BEFORE = re.compile(r"\d[ \u00a0]?[-\u2013][ \u00a0]?[€$£]?$")
_BETWEEN = frozenset(
    {"mellan", "mellom", "mellem", "between", "zwischen", "entre", "tra", "tussen", "między", "välillä"}
)
_SPACED_HEAD = re.compile(rf"(?<![\d.,])\d{{1,3}}(?:[.,]\d{{3}})*[.,][{SPACES}]$")
_GROUP, _LONGEST_ALTERNATIVE = 3, 40
_DIGITS = re.compile(r"\d+")
_PERCENT_SIGN = re.compile(r"%|pro[csz]|per ?cent|pour ?cent|pct", re.IGNORECASE)
# Not *procentenheter*, *percentage points*.
_PER_CENT = re.compile(
    r"[ \u00a0]?(?:%|per ?cent|pct\.?|procent|prosent(?:tia|in)?|prozent|pour ?cent)(?![\w-])(?![ -]*(?:points?|poeng))",
    re.IGNORECASE,
)
_WRAPPED = re.compile(rf"(?<=[^\W\d_] )\d{{1,3}}(?:[{SPACES}]\d{{3}})*(\n)\d{{3}}(?:[{SPACES}]\d{{3}})*(?= [^\W\d_])")
# Markdown's emphasis ends between a figure and its unit: **500 000** kronor.
_EMPHASIS_END = re.compile(r"\*{1,3}(?=[ \u00a0])|_{1,3}(?=[ \u00a0])")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


class Claim(NamedTuple):
    """An amount in prose.

    ``low`` and ``high`` of the amount are what the words claim, hedge included; ``text`` is the printed phrase,
    hedge and unit included, at ``location``; ``figure`` is the place of the figure alone. ``sentence`` is what stands
    around it, ``block`` the index of its block. ``alternative`` is the whole run of digits where only its end is well
    grouped (``100 00 300``, ``12, 453``): one badly written amount, if something proves it. ``within`` is where the phrase
    begins and ends in the sentence, ``begins`` where that begins in its block.
    """

    amount: Amount
    hedge: str | None
    text: str
    sentence: str
    block: int
    location: Location
    figure: Location
    alternative: Amount | None = None
    within: tuple[int, int] = (0, 0)
    begins: int = 0


class _Passage(NamedTuple):
    """A text block being read: where it stands, its language and the ends of its sentences."""

    document: Document
    number: int
    block: TextBlock
    language: str | None
    ends: Sequence[int]


def read_claims(document: Document, language: str | None, clock: Clock = UNTIMED) -> tuple[Claim, ...]:
    """Every amount in the text blocks of a document.

    A bare number is no claim: it needs a currency, a scale word, or at least three digit groups. Neither are the two
    ends of a range (*5-7 miljoner*, *mellan 2 och 5 miljoner*): what they claim is neither of them. When the time is up,
    they are those read so far.
    """
    found: list[Claim] = []
    for index, block in enumerate(document.blocks):
        if clock.is_up():
            break
        block = _unwrapped(block, language)
        passage = _Passage(document, index, block, language, _sentence_ends(block.text))
        claims = takewhile(lambda _: not clock.is_up(), chain(_numerals(passage), _worded(passage)))
        found += sorted(claims, key=lambda claim: claim.amount.start)
    return tuple(found)


def read_percentages(document: Document, language: str | None, clock: Clock = UNTIMED) -> tuple[Claim, ...]:
    """Every figure in per cent in the text blocks of a document. One in percentage points is none."""
    found: list[Claim] = []
    for index, block in enumerate(document.blocks):
        if not _PERCENT_SIGN.search(block.text):
            continue
        if clock.is_up():
            break
        passage = _Passage(document, index, block, language, _sentence_ends(block.text))
        for match in NUMERAL.finditer(block.text):
            start, end = _well_grouped(block.text, match.start(), match.end())
            sign = _PER_CENT.match(block.text, end)
            amount = amount_at(block.text, start, end, Unit()) if sign and end - start <= _LONGEST_FIGURE else None
            if sign and amount is not None and amount.fault is None and not _in_range(block.text, start, end):
                marked = amount._replace(marks=(Affix("percent", sign.group().strip()),))
                found.append(_claim(passage, start, sign.end(), marked))
    return tuple(found)


def figure_beside(document: Document, claim: Claim, start: int, end: int) -> Claim | None:
    """A bare figure of a claim's sentence, from ``start`` to ``end`` in it, in the unit of the claim; None where it is a date."""
    block = document.blocks[claim.block]
    begin, finish = claim.begins + start, claim.begins + end
    amount = amount_at(block.text, begin, finish, claim.amount.unit)
    if amount is None or amount.fault is not None:
        return None
    if claim.hedge is None and claim.amount.low == claim.amount.high and not amount.decimals:
        amount = amount._replace(low=amount.value, high=amount.value)
    place = _locate(_Passage(document, claim.block, block, None, ()), begin, finish)
    return claim._replace(
        amount=amount, hedge=None, text=amount.text, location=place, figure=place, alternative=None, within=(start, end)
    )


def _unwrapped(block: TextBlock, language: str | None) -> TextBlock:
    """A block with a space for each line end within a figure between a word and its unit: *6 900* and below it *000 kronor*."""
    text = block.text
    for match in _WRAPPED.finditer(text):
        tail = read_unit(text, match.end(), language)
        if tail.currency is not None or tail.exponent is not None:
            text = f"{text[: match.start(1)]} {text[match.end(1) :]}"
    return block if text is block.text else block._replace(text=text)


def _numerals(passage: _Passage) -> Iterator[Claim]:
    text, language = passage.block.text, passage.language
    for match in NUMERAL.finditer(text):
        start, end = _well_grouped(text, match.start(), match.end())
        before = _CURRENCY_BEFORE.search(text, max(0, start - 6), start)
        marks = _EMPHASIS_END.match(text, end) if passage.document.format == "markdown" else None
        tail = read_unit(text, marks.end() if marks else end, language, signed=before is not None)
        if marks and tail.currency is None and tail.exponent is None:
            tail = tail._replace(end=end)
        currency = tail.currency or (currency_of(before.group(1).rstrip("."), language) if before else None)
        unit = Unit(currency, tail.exponent or 0)
        amount = amount_at(text, start, end, unit)
        if amount is not None and amount.ambiguous and unit.exponent:
            # "1,234 miljarder": before a scale word the language says what the mark does; whole units are grouped by it.
            locale = locale_for(language)
            amount = amount_at(text, start, end, unit, separators(locale)[0] if locale else None)
        if amount is None or end - start > _LONGEST_FIGURE or _in_range(text, start, end):
            continue
        grouped = len(amount.sizes) >= 3 and amount.fault is None
        if currency is None and tail.exponent is None and not grouped:
            continue
        begin = match.start() if start > match.start() else _before_space(text, start)
        whole = amount_at(text, begin, end, unit) if begin < start and end - begin < _LONGEST_ALTERNATIVE else None
        first = before.start() if before else start
        yield _claim(passage, first, tail.end, amount, whole if whole is not None and whole.fault else None)


def _before_space(text: str, start: int) -> int:
    """Where a figure begins if a mark and a space stand before its last group: ``12, 453``; else where it is."""
    head = _SPACED_HEAD.search(text, max(0, start - 20), start)
    digits = _DIGITS.match(text, start)
    return head.start() if head and digits and len(digits.group()) == _GROUP else start


def _in_range(text: str, start: int, end: int) -> bool:
    """Whether a figure is one end of a range: a dash joins it to another, or *mellan*, *between* stands before the two."""
    if _RANGE_AFTER.match(text, end) or _RANGE_BEFORE.search(text, max(0, start - 4), start):
        return True
    words = [word.group().casefold() for word in _WORD.finditer(text, max(0, start - 40), start)]
    return any(word in _BETWEEN for word in words[-4:])


def _well_grouped(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut a run of digit groups in prose down to its last well-grouped figure: ``2023 625 746 835``."""
    cut = start
    groups = [match.span() for match in _DIGITS.finditer(text, start, end)]
    for (_, a_end), (b_start, b_end) in zip(groups[-2::-1], groups[:0:-1], strict=False):
        spaced = text[a_end] in SPACES
        if spaced and b_end - b_start != 3:
            # A group of other than three digits begins a figure of its own.
            cut = b_start
            break
    else:
        if len(groups) > 1 and groups[0][1] - groups[0][0] > 3 and text[groups[0][1]] in SPACES:
            cut = groups[1][0]
    return cut, end


def _worded(passage: _Passage) -> Iterator[Claim]:
    """Amounts whose number is written in words before a scale word: ``två miljarder kronor``, ``en halv miljon``."""
    words = number_words(passage.language) if passage.language else every_number_word()
    text = passage.block.text
    tokens = list(_WORD.finditer(text))
    for place, token in enumerate(tokens):
        exponent = scale_of(token.group(), passage.language)
        if exponent is None:
            continue
        for length in range(min(place, 4), 0, -1):
            first, last = tokens[place - length], tokens[place - 1]
            value = words.get(" ".join(word.group().casefold() for word in tokens[place - length : place]))
            if value is None or not text[last.end() : token.start()].isspace():
                continue
            tail = read_unit(text, token.start(), passage.language)
            places = max(0, -int(value.as_tuple().exponent))
            total = rescale(value, exponent)
            half = rescale(HALF, exponent - places)
            amount = Amount(
                text[first.start() : last.end()], first.start(), last.end(), total,
                subtract(total, half), add([total, half]), Unit(tail.currency, exponent), places,
            )  # fmt: skip
            yield _claim(passage, first.start(), max(tail.end, token.end()), amount)
            break


def _claim(passage: _Passage, start: int, end: int, amount: Amount, alternative: Amount | None = None) -> Claim:
    text = passage.block.text
    hedge, begin = _hedge(text, start, passage.language)
    if hedge:
        amount = _bent(amount, hedges(passage.language)[hedge])
    elif amount.unit.currency and amount.unit.exponent == 0 and amount.decimals in (0, 2):
        # Written to the last unit of its currency: the amount itself, not a rounding of it.
        amount = amount._replace(low=amount.value, high=amount.value)
    sentence, first = _sentence(text, passage.ends, start, end)
    return Claim(
        amount,
        hedge,
        _EMPHASIS_END.sub("", text[begin:end]),
        sentence,
        passage.number,
        _locate(passage, begin, end),
        _locate(passage, amount.start, amount.end),
        alternative,
        (max(0, begin - first), min(len(sentence), end - first)),
        first,
    )


def _locate(passage: _Passage, start: int, end: int) -> Location:
    document, block = passage.document, passage.block
    if document.source is None or block.place is not None:
        return (block.place or Location(document.path))._replace(text=block.text[start:end])
    return document.source.location(document.path, block.start + start, block.start + end)


def figure_at(document: Document, claim: Claim, amount: Amount) -> Location:
    """The place of another reading of a claim's figure."""
    return _locate(_Passage(document, claim.block, document.blocks[claim.block], None, ()), amount.start, amount.end)


def sentences_of(document: Document, block: int) -> Iterator[tuple[int, str]]:
    """Every sentence of a block, at most some hundred characters of each, with where it begins in the block."""
    text = document.blocks[block].text
    ends = [0, *_sentence_ends(text), len(text)]
    for begin, finish in pairwise(ends):
        yield begin, text[begin : min(finish, begin + _REACH)]


def place_in(document: Document, block: int, start: int, end: int) -> Location:
    """The place of a stretch of a block's text."""
    return _locate(_Passage(document, block, document.blocks[block], None, ()), start, end)


def _hedge(text: str, start: int, language: str | None) -> tuple[str | None, int]:
    """The hedge phrase that ends right before ``start`` (a filler word may stand between), and where it begins."""
    words = list(WORD.finditer(text, max(0, start - 40), start))
    known = hedges(language)
    for last in (len(words), len(words) - 1):
        for length in (3, 2, 1):
            chosen = words[max(0, last - length) : last]
            if len(chosen) < length or (last < len(words) and words[-1].group().casefold() not in ("en", "a", "ein")):
                continue
            phrase = " ".join(word.group().casefold() for word in chosen)
            gap = text[chosen[-1].end() : start] if last == len(words) else " "
            if phrase in known and not gap.strip(SPACES + "."):
                return phrase, chosen[0].start()
    return None, start


def _bent(amount: Amount, bend: str) -> Amount:
    """The interval of a hedged amount, by the place of its last digit other than zero.

    *Just under 3* reaches from 2.5 to 3, *over 7* from 7 to 8, *about 620* from 610 to 630: a hedge says that the
    figure was shortened, so zeros at its end are places given up.
    """
    digits = amount.value.normalize(EXACT).as_tuple()
    unit = Decimal((0, (1,), int(digits.exponent)))
    half = EXACT.multiply(unit, HALF)
    value = amount.value
    low, high = {
        BELOW: (subtract(value, half), value),
        ABOVE: (value, add([value, unit])),
        AROUND: (subtract(value, unit), add([value, unit])),
        AT_MOST: (Decimal(0), value),
        AT_LEAST: (value, add([value, value])),
    }[bend]
    return amount._replace(low=low, high=high)


def _sentence(text: str, ends: Sequence[int], start: int, end: int) -> tuple[str, int]:
    """What stands between the sentence ends around ``start`` to ``end``, and where it begins.

    It is cut ``_REACH`` characters before and behind.
    """
    place = bisect_right(ends, start)
    begin = ends[place - 1] if place else 0
    place = bisect_right(ends, end)
    finish = ends[place] if place < len(ends) else len(text)
    begin = max(begin, start - _REACH)
    cut = text[begin : min(finish, end + _REACH)]
    told = cut.lstrip(_AROUND)
    return told.rstrip(_AROUND), begin + len(cut) - len(told)


def _sentence_ends(text: str) -> list[int]:
    return [match.end() for match in _SENTENCE_END.finditer(text)]
