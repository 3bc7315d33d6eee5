"""Amounts as printed: text to exact value, unit, interval and notation, and back to text.

A figure's writing is evidence, so nothing here strips spaces and hopes: the digit groups, the marks
between them and everything around them are kept. Values are ``Decimal`` and every operation is exact
(``EXACT`` traps rounding), at any size. Each pattern consumes every character at most once, so reading
is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from reconcile.core.decimals import EXACT, HALF, ZERO, rescale
from reconcile.core.languages import APOSTROPHES, DOTTED_UNIT, MEASURES, MINUSES, SPACES
from reconcile.core.languages import UNITS as UNIT_WORDS
from reconcile.core.words import about_words, currency_of, scale_of, separators, settle, undotted

# A mark struck twice is one before a group of three.
NUMERAL = re.compile(rf"\d+(?:(?:[.,{APOSTROPHES}]|[{SPACES}]{{1,2}}|(?:,,|\.\.)(?=\d{{3}}(?!\d)))\d+)*")
# The commonest forms, read without further ado: bare digits, or groups of three after one kind of space.
_PLAIN = re.compile(r"\d{1,3}(?: \d{3})+|\d{1,3}(?:\u00a0\d{3})+|\d+", re.ASCII)
# "1st" and "4TH" are no amounts.
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
# So many figures that are written like thousands are not decimals because of one that is not.
_MANY_THOUSANDS = 4
# A column of fewer figures does not show by its looks what a mark does; so many of a kind outweigh what is usual.
_FEW_TOLD, _SEVERAL = 3, 2
_SIGNS = f"{MINUSES}+ \u00a0"
_ONE_GROUP = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
# Three digits and the mark before them.
_GROUP_AND_MARK = 4
_DAY_AND_YEAR = re.compile(r"[0-3]?\d,(?:19|20)\d\d")
_GROUP, _GROUPS_AND_DECIMALS, _LONGEST_SPACED = 3, 3, 100
# A figure with a space behind one of its marks.
_SPACED = re.compile(rf"\d{{1,3}}(?:[.,{SPACES}]\d{{3}})*[.,][{SPACES}]\d{{1,3}}(?:[.,]\d+)*(?![.,]?[{SPACES}]?\d)")
_SPACE_BEHIND = re.compile(rf"(?<=[.,])[{SPACES}]")
_SEPARATOR = re.compile(r"\D+")
_PREFIX = re.compile(r"[A-Za-z]{0,3}[€$£₹¥]|[^\W\d_]{1,4}\.?")
# "$5m", "£500k", "€2bn".
_SCALE_LETTER = re.compile(r"(?:bn|tn|[kmb])\b", re.IGNORECASE)
# "500:-", "1 000,--", "1'000.–": a dash for cents that are none.
_NO_CENTS = re.compile(r"[:,.][-\u2013\u2014]{1,2}")
# Before a figure: "~5", "ca 150", "≈ 12", "approx. 3".
_ABOUT = re.compile(
    rf"[~≈≃∼]|(?:c|ok)\.[{SPACES}]?|(?:{'|'.join(sorted(map(re.escape, about_words()), key=len, reverse=True))})(?:\.[{SPACES}]?|[{SPACES}])",
    re.IGNORECASE,
)
# Behind one: "st", "MWh", "km²", "kr/år", "€ per m²".
_MEASURE = re.compile(
    rf"(?:{'|'.join(sorted(map(re.escape, MEASURES), key=len, reverse=True))})(?![^\W_])\.?", re.IGNORECASE
)
_PER = re.compile(
    rf"[{SPACES}]?(?:/[{SPACES}]?|(?:per|pr\.?|pro|je|par|por)[{SPACES}])[^\W\d_]{{1,15}}(?:[²³]|[23]\b)?\.?",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"[\[(][{SPACES}]?[-+\u2212]?\d{{1,4}}(?:[.,]\d{{1,3}})?[{SPACES}]?%[{SPACES}]?[\])]")
_UNIT_TOKEN = re.compile(rf"{DOTTED_UNIT}|[^\W\d_]+[€$]?|[€$£₹¥](?:bn|[km])?", re.IGNORECASE)
_FOOTNOTE = re.compile(
    r"<sup>[^<>]{0,20}</sup>|\[\^[^\[\]]{1,20}\]|[*†‡§]+|[\u00b9\u00b2\u00b3\u2070-\u2079]+\)?|\[\d{1,3}\]|\(\d{1,2}\)|\d{1,2}\)|[a-z]\)"
)
_NOTHING = frozenset({"", "-", "\u2013", "\u2014", "\u2212", "nil", "--"})
# "$—", "$ -", "- €", "kr –".
_NIL_SUM = re.compile(
    r"(?:[€$£₹¥]|kr\.?)\s?[-\u2013\u2014\u2212]{1,2}|[-\u2013\u2014\u2212]{1,2}\s?(?:[€$£₹¥]|kr\.?)", re.IGNORECASE
)
_WITHHELD = frozenset({".", "..", "...", "\u2026", "x", "n/a", "na", "*", "s", ":"})
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_GROUPED_OR_BARE = re.compile(_GROUPED.pattern + r"|\d{1,3}")
# A binary fraction has so many digits; no price, rate or share is printed to more places than this.
_FLOAT_DIGITS, _MOST_PLACES = 15, 6
# Codes that stand in a list have no more digits.
_LONGEST_CODE = 9
# What is printed as approximate is told to so many digits.
_TOLD_DIGITS = 3
_NEXT_IN_LIST = 10


class Unit(NamedTuple):
    """Currency (ISO 4217, or None where none is printed) and power of ten (3 for thousands)."""

    currency: str | None = None
    exponent: int = 0

    @property
    def scale(self) -> int:
        """The multiplier: 1000 for tkr."""
        return int(10**self.exponent)


class Notation(NamedTuple):
    """How a figure is written: grouping mark ('' for none), decimal mark, and whether groups run 3-2-2 (India)."""

    group: str = ""
    decimal: str = ""
    indian: bool = False


_BARE = Notation()


class Affix(NamedTuple):
    """Something printed with the figure that is not part of it: ``kind`` is currency, unit, measure, percent, share, approximate, footnote or glued."""

    kind: str
    text: str


class Amount(NamedTuple):
    """An amount as printed.

    ``text`` is the figure itself, cut from the source at ``[start:end]``; ``value`` is exact and in whole
    currency units; ``low`` and ``high`` bound what the printed digits stand for (half a unit of the last
    written place, as in XBRL Calculations 1.1). ``sizes`` are the digit groups before the decimal mark;
    ``fault`` is None, ``malformed`` (groups that no notation has), ``mixed`` (two kinds of grouping mark) or
    ``look-alike`` (letters for digits).
    ``ambiguous`` says that the one mark in it could group or divide.
    """

    text: str
    start: int
    end: int
    value: Decimal
    low: Decimal
    high: Decimal
    unit: Unit = Unit()
    decimals: int = 0
    notation: Notation = Notation()
    sizes: tuple[int, ...] = ()
    fault: str | None = None
    ambiguous: bool = False
    marks: tuple[Affix, ...] = ()

    @property
    def percent(self) -> bool:
        """Whether a percent sign is printed with it."""
        return bool(self.marks) and any(mark.kind == "percent" for mark in self.marks)

    @property
    def approximate(self) -> bool:
        """Whether it is printed as no more than near the truth: *ca 150*, *~5*."""
        return bool(self.marks) and any(mark.kind == "approximate" for mark in self.marks)

    @property
    def measure(self) -> str:
        """What is counted or measured, in lower case, or '': *125 st*, *12 MWh*."""
        return next((mark.text.casefold() for mark in self.marks if mark.kind == "measure"), "") if self.marks else ""

    @property
    def glued(self) -> str:
        """Letters or a footnote mark stuck to the digits, or ''."""
        return next((mark.text for mark in self.marks if mark.kind == "glued"), "") if self.marks else ""


class _Figure(NamedTuple):
    whole: str
    fraction: str
    sizes: tuple[int, ...]
    notation: Notation
    fault: str | None = None
    ambiguous: bool = False


def is_nil(text: str) -> bool:
    """Whether a cell prints nothing or a sign for nothing: empty, a dash, dots."""
    stripped = text.strip()
    return (
        stripped.casefold() in _NOTHING
        or is_withheld(text)
        or (len(stripped) < 8 and _NIL_SUM.fullmatch(stripped) is not None)
    )


def is_withheld(text: str) -> bool:
    """Whether a cell prints a sign for a figure that is not told (``..``, ``x``): no sum over it can be verified."""
    return text.strip().casefold() in _WITHHELD


def read_nil(text: str) -> Amount:
    """What a cell without a figure stands for in a sum: nothing, exactly."""
    stripped = text.strip()
    start = len(text) - len(text.lstrip())
    return Amount(stripped, start, start + len(stripped), ZERO, ZERO, ZERO)


def read_amount(
    text: str, decimal_mark: str | None = None, unit: Unit = Unit(), language: str | None = None
) -> Amount | None:
    """Read a whole cell as one amount, or return None where it is something else.

    ``decimal_mark`` is the document's own where it is known; ``unit`` is what header or caption say and is
    overridden by what the cell itself prints.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        return _read_plain(text, unit)
    start, end = 0, len(text)
    marks: list[Affix] = []
    negative = parenthesis = False
    while start < end:
        char = text[start]
        if char.isspace():
            start += 1
        elif char in MINUSES and not negative:
            negative, sign_at, start = True, start, start + 1
        elif char == "+":
            start += 1
        elif char == "(" and not parenthesis:
            parenthesis, start = True, start + 1
        elif (hedge := _ABOUT.match(text, start)) is not None and not hedge.group().isupper():
            marks.append(Affix("approximate", hedge.group()))
            start = hedge.end()
        else:
            prefix = _PREFIX.match(text, start)
            currency = currency_of(prefix.group().rstrip("."), language) if prefix else None
            if prefix is None or currency is None:
                break
            unit = unit._replace(currency=currency)
            marks.append(Affix("currency", prefix.group()))
            start = prefix.end()
    match = NUMERAL.match(text, start)
    if match is None:
        return None
    begin, stop = match.span()
    stop = _without_footnote(text, begin, stop)
    tail = _read_tail(text, stop, language, parenthesis, signed=any(mark.kind == "currency" for mark in marks))
    if tail is None:
        return None
    unit = Unit(tail.currency or unit.currency, unit.exponent if tail.exponent is None else tail.exponent)
    figure = interpret(text[begin:stop], decimal_mark)
    if figure is None:
        return None
    first = sign_at if negative and text[sign_at + 1 : begin].strip() == "" else begin
    amount = _amount(text, first, stop, figure, negative or parenthesis or tail.negative, unit, (*marks, *tail.marks))
    if any(mark.kind == "approximate" for mark in marks):
        return _approximate(amount)
    # A dash for the cents that are none says that the amount is whole.
    return amount._replace(low=amount.value, high=amount.value) if _has_dash(amount) else amount


def _has_dash(amount: Amount) -> bool:
    return any(mark.kind == "dash" for mark in amount.marks) and not amount.decimals and not amount.unit.exponent


def _approximate(amount: Amount) -> Amount:
    """Return an amount that is printed as approximate, with what it stands for: a unit of its third digit more or less.

    *ca 150 000* is told to fewer digits than it is written with.
    """
    if not amount.value:
        return amount
    shown = amount.value.normalize(EXACT)
    last = amount.unit.exponent - amount.decimals
    digits = shown.as_tuple()
    told = int(digits.exponent) if isinstance(digits.exponent, int) else last
    off = rescale(Decimal(1), max(last, min(told, shown.adjusted() - _TOLD_DIGITS + 1)))
    return amount._replace(low=EXACT.subtract(amount.value, off), high=EXACT.add(amount.value, off))


def _read_plain(text: str, unit: Unit) -> Amount:
    """Bare digits, or groups of three after one kind of space: what most cells of most tables hold."""
    sizes: tuple[int, ...] = (len(text),)
    value, notation, fault = ZERO, _BARE, None
    if text.isdigit():
        value = Decimal(text)
    else:
        group = next(char for char in text if not char.isdigit())
        parts = text.split(group)
        value, notation, sizes = Decimal("".join(parts)), Notation(group), tuple(map(len, parts))
        fault = "malformed" if text[0] == "0" else None
    half = HALF
    if unit.exponent:
        value, half = rescale(value, unit.exponent), rescale(HALF, unit.exponent)
    return Amount(
        text, 0, len(text), value, EXACT.subtract(value, half), EXACT.add(value, half), unit, 0, notation, sizes, fault
    )


def _without_footnote(text: str, begin: int, stop: int) -> int:
    """Give back what a closing parenthesis makes a footnote mark: ``12 345 1)``, or glued to it, ``12 3451)``, ``12,345,6781)``."""
    if text[stop : stop + 1] == ")" and "(" not in text[:begin]:
        if any(re.fullmatch(rf"\d{{1,3}}(?:{mark}\d{{3}})+{mark}\d{{4}}", text[begin:stop]) for mark in (",", r"\.")):
            return stop - 1
        cut = max((text.rfind(space, begin, stop) for space in SPACES), default=-1)
        if cut > begin and stop - cut - 1 <= 2:
            return len(text[:cut].rstrip(SPACES))
        if cut > begin and stop - cut - 1 == 4:
            return stop - 1
    return stop


_LOOK_ALIKES = str.maketrans("OoОоQlI|ІіSsBZz", "000001111" + "1" + "55822")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")


def read_look_alike(
    text: str,
    decimal_mark: str | None = None,
    unit: Unit = Unit(),
    language: str | None = None,
    inside: bool = True,
) -> Amount | None:
    """Read a cell in which letters stand for the digits they resemble (``5O 4l2``), or unseen characters stand between.

    None where the cell has fewer than two digits of its own, or is no amount even so. ``text`` of the result is the
    whole cell, and its fault is ``look-alike``. ``inside``: at either end of a figure without groups B, S and Z are marks or codes, not digits.
    """
    if sum(1 for char in text if char.isdigit()) < 2 or len(text) > 200:
        return None
    seen = _INVISIBLE.sub("", text).strip()
    at_an_end = seen[:1] in tuple("BSsZz") or seen[-1:] in tuple("BSsZz")
    for candidate in (seen, seen.translate(_LOOK_ALIKES)):
        if candidate == text:
            continue
        amount = read_amount(candidate, decimal_mark, unit, language)
        if amount is None or amount.fault is not None or amount.glued:
            continue
        # B12 is a code and 12S a mark of quality; S28 059 081 is neither.
        if inside and at_an_end and candidate != seen and len(amount.sizes) == 1:
            continue
        return amount._replace(text=text, start=0, end=len(text), fault="look-alike")
    return None


class Tail(NamedTuple):
    """What stands behind a figure: currency, power of ten, sign, marks, and the offset where it ends."""

    currency: str | None
    exponent: int | None
    negative: bool
    marks: tuple[Affix, ...]
    end: int


def read_unit(text: str, position: int, language: str | None = None, signed: bool = False) -> Tail:
    """Read scale and currency words from ``position`` on, as far as they go: ``miljarder kronor``, ``tkr``, ``€``."""
    currency: str | None = None
    exponent: int | None = None
    marks: list[Affix] = []
    letter = _SCALE_LETTER.match(text, position)
    if signed and letter is not None:
        # "$5m", "£500k": only behind a currency sign are these letters scales.
        exponent = {"k": 3, "m": 6, "b": 9, "t": 12}[letter.group()[0].casefold()]
        marks.append(Affix("unit", letter.group()))
        position = letter.end()
    while True:
        start = _skip(text, position, SPACES)
        token = _UNIT_TOKEN.match(text, start)
        if token is None:
            break
        word = token.group()
        folded = undotted(word)
        scale = scale_of(word, language)
        if folded in UNIT_WORDS and exponent is None:
            kind, exponent = UNIT_WORDS[folded]
            currency = settle(kind, language)
            marks.append(Affix("unit", word))
        elif scale is not None and currency is None and (exponent is None or exponent in (3, 5)):
            # "lakh crore" and "tusen miljoner" multiply.
            exponent = scale + (exponent or 0)
            marks.append(Affix("unit", word))
        elif currency is None and currency_of(word, language):
            currency = currency_of(word, language)
            marks.append(Affix("currency", word))
        else:
            break
        position = token.end()
        # The full stop of an abbreviation: "Mio. Euro", "Mrd. €".
        if (
            text[position : position + 1] == "."
            and scale is not None
            and text[position + 1 : position + 2] in (" ", "\u00a0")
        ):
            position += 1
    return Tail(currency, exponent, False, tuple(marks), position)


def _read_tail(text: str, position: int, language: str | None, parenthesis: bool, signed: bool) -> Tail | None:
    """Read everything behind a figure up to the end of its cell; None where something there is no part of an amount."""
    end = len(text)
    unit = read_unit(text, position, language, signed)
    marks, negative = list(unit.marks), False
    glued = unit.end == position
    position = unit.end
    while position < end:
        char = text[position]
        if char.isspace():
            position += 1
        elif char == ")" and parenthesis:
            parenthesis, position = False, position + 1
        elif char == "%":
            marks.append(Affix("percent", char))
            position += 1
        elif (dashes := _NO_CENTS.match(text, position)) is not None:
            marks.append(Affix("dash", dashes.group()))
            position = dashes.end()
        elif (share := _SHARE.match(text, position)) is not None:
            # "123 (45 %)": the share says what the amount is of something else.
            marks.append(Affix("share", share.group()))
            position = share.end()
        elif (measure := _measure_at(text, position, marks, signed)) is not None:
            marks.append(measure)
            position += len(measure.text)
        elif char in MINUSES and not negative and not text[position + 1 :].strip():
            negative, position = True, position + 1
        elif char == "." and not text[position + 1 :].strip():
            position += 1
        else:
            footnote = _FOOTNOTE.match(text, position)
            if footnote is not None:
                stuck = footnote.group()[0] in "0123456789" and text[position - 1].isdigit()
                marks.append(Affix("glued" if stuck else "footnote", footnote.group()))
                position = footnote.end()
                continue
            letters = text[position:].strip()
            if not (glued and text[position - 1].isdigit() and len(letters) <= 2 and letters.isalpha()):
                return None
            if letters.casefold() in _ORDINALS:
                return None
            marks.append(Affix("glued", letters))
            position = end
    return None if parenthesis else Tail(unit.currency, unit.exponent, negative, tuple(marks), position)


def _measure_at(text: str, position: int, marks: Sequence[Affix], signed: bool) -> Affix | None:
    """Return what is measured if it is named at ``position``: a unit, or what a sum of money is for one of.

    A single letter right behind the digits is a mark, as for a footnote or of quality.
    """
    if any(mark.kind == "measure" for mark in marks):
        return None
    if signed or (marks and marks[-1].kind in ("currency", "unit")):
        found = _PER.match(text, position)
        return None if found is None else Affix("measure", found.group())
    found = _MEASURE.match(text, position)
    letters = "" if found is None else found.group().strip(".")
    stuck = text[position - 1].isdigit() and (len(letters) == 1 or letters.casefold() in _ORDINALS)
    if found is None or stuck:
        return None
    per = _PER.match(text, found.end())
    return Affix("measure", text[position : per.end() if per else found.end()])


def _skip(text: str, position: int, characters: str) -> int:
    while position < len(text) and text[position] in characters:
        position += 1
    return position


def interpret(printed: str, decimal_mark: str | None = None) -> _Figure | None:
    """Tell the digit groups of ``printed`` from its decimals; None where it is a date or two figures.

    A mark that stands once and last, before other than three digits or after groups of another kind, is the
    decimal mark. One that stands once before exactly three digits is decided by ``decimal_mark``, else it is
    taken to group and marked ambiguous.
    """
    groups = _SEPARATOR.split(printed)
    marks = _SEPARATOR.findall(printed)
    if not marks:
        return _Figure(printed, "", (len(printed),), Notation())
    kinds = [_kind(mark) for mark in marks]
    if " " in kinds and any(k in ".," and len(g) != 3 for k, g in zip(kinds[:-1], groups[1:-1], strict=True)):
        # "4,1 39,6": decimals with more behind them end a figure of their own.
        return None
    if _is_numbering(kinds, groups) or _is_pair(kinds, groups):
        return None
    last = kinds[-1]
    fraction, ambiguous, fault = "", False, None
    if last in (".", ",") and kinds.count(last) == 1:
        others = set(kinds[:-1])
        if others:
            # "1 234,5" and "1.234,567"; but "54 499.160" beside figures with another decimal mark mixes separators.
            divides = last == decimal_mark or len(groups[-1]) != 3 or (decimal_mark is None and others != {" "})
        else:
            # Where another mark divides, 54499,160 and 54,499160 lack one that groups.
            odd = (len(groups[-1]) > 3 or len(groups[0]) > 3) and decimal_mark in (None, last)
            certain = len(groups[-1]) < 3 or odd or groups[0].startswith("0")
            divides = (certain or last == decimal_mark) and len(marks[-1]) == 1
            ambiguous = not certain and decimal_mark is None
        if divides:
            fraction = groups.pop()
            marks.pop()
            kinds.pop()
    if (
        len(groups) == 3
        and set(kinds) == {"."}
        and [len(g) for g in groups] in ([2, 2, 4], [1, 2, 4], [1, 1, 4], [2, 1, 4])
    ):
        return None
    if " " in kinds and len(re.findall(r"[.,]", printed)) > 1 and _are_several(printed):
        return None
    sizes = tuple(map(len, groups))
    indian = False
    if len(set(kinds)) > 1:
        fault = "mixed"
    elif kinds:
        indian = kinds[0] == "," and _indian(sizes)
        well = sizes[0] <= 3 and all(size == 3 for size in sizes[1:])
        doubled = any(len(mark) > 1 for mark in marks)
        if not (well or indian) or doubled or (groups[0][0] == "0" and len(groups) > 1):
            fault = "malformed"
        if fault and not fraction and not doubled and _is_list(groups, kinds):
            return None
    notation = Notation(min(marks, key=len) if marks else "", last if fraction else "", indian)
    return _Figure("".join(groups), fraction, sizes, notation, fault, ambiguous)


def read_with_last_mark(amount: Amount, decimals: int) -> Amount | None:
    """Read an amount whose one kind of mark groups, but for the last, which divides: ``576.394.90`` for 576,394.90.

    None where the groups are not so, or where other than ``decimals`` digits stand behind the last mark.
    """
    if amount.fault != "malformed" or amount.decimals or len(amount.sizes) < _GROUPS_AND_DECIMALS or not decimals:
        return None
    first, *between, last = amount.sizes
    marks = set(_SEPARATOR.findall(amount.text.lstrip(MINUSES + " ")))
    if last != decimals or first > _GROUP or set(between) != {_GROUP} or len(marks) > 1 or not marks <= {".", ","}:
        return None
    value = rescale(amount.value, -decimals)
    half = rescale(HALF, amount.unit.exponent - decimals)
    return amount._replace(
        value=value, low=EXACT.subtract(value, half), high=EXACT.add(value, half), decimals=decimals,
        notation=Notation(amount.notation.group, marks.pop()), sizes=amount.sizes[:-1], fault="mixed",
    )  # fmt: skip


def read_spaced(text: str, decimal_mark: str | None = None, language: str | None = None) -> Amount | None:
    """Read a cell with a space behind a mark in its figure: ``12, 453``, ``1 204, 50``; None where there is none.

    ``text`` of the result is the figure with its space, and its fault is ``malformed``.
    """
    figure = _SPACED.search(text) if len(text) < _LONGEST_SPACED else None
    if figure is None:
        return None
    joined = _SPACE_BEHIND.sub("", figure.group())
    amount = read_amount(text[: figure.start()] + joined + text[figure.end() :], decimal_mark, Unit(), language)
    if amount is None or amount.fault or amount.glued or amount.text.lstrip(MINUSES) != joined:
        return None
    start = amount.start
    end = figure.end()
    return amount._replace(text=text[start:end], start=start, end=end, fault="malformed")


def _is_numbering(kinds: Sequence[str], groups: Sequence[str]) -> bool:
    """Whether points part a section's number or a date (*4.1.1*, *10.31.2*): no amount has no group of three behind its first."""
    return len(kinds) > 1 and set(kinds) == {"."} and all(len(group) < 3 for group in groups[1:])


def _is_pair(kinds: Sequence[str], groups: Sequence[str]) -> bool:
    """Whether a space parts two figures that have the same mark each: *0.965 0.969*, *1,281 3,526*."""
    return kinds in ([".", " ", "."], [",", " ", ","]) and all(len(group) <= 3 for group in groups)


def _is_list(groups: Sequence[str], kinds: Sequence[str]) -> bool:
    """Whether digits are a list of notes or codes in order (*2,4,7*, *31.32.33*, *5416.5418*), not one figure badly grouped.

    No slip leaves several small numbers in order that are near each other, or many; nor several of four digits that begin alike.
    """
    if max(map(len, groups)) > _LONGEST_CODE:
        return False
    follow = all(int(a) < int(b) for a, b in pairwise(groups))
    if min(map(len, groups)) > 3:
        return follow and len({group[:2] for group in groups}) == 1
    if max(map(len, groups)) > 2 or " " in kinds:
        return False
    near = all(int(b) - int(a) < _NEXT_IN_LIST for a, b in pairwise(groups))
    return follow and (len(groups) > 3 or (len(groups) > 2 and near))


def _are_several(printed: str) -> bool:
    """Whether a space divides figures that are grouped by another mark each: *1,204,500 88,310*."""
    parts = printed.split()
    return sum(1 for part in parts if _GROUPED.fullmatch(part)) > 1 and all(map(_GROUPED_OR_BARE.fullmatch, parts))


def _kind(mark: str) -> str:
    if mark[0] in SPACES:
        return " "
    return "'" if mark in APOSTROPHES else mark[0]


def _indian(sizes: Sequence[int]) -> bool:
    return len(sizes) > 2 and sizes[0] <= 2 and sizes[-1] == 3 and all(size == 2 for size in sizes[1:-1])


def _beyond_floats(figure: _Figure) -> int:
    """How many of the decimals a program has made up, that prints all there are of a binary fraction: it knows fifteen digits."""
    digits = (figure.whole + figure.fraction).lstrip("0")
    made_up = len(figure.fraction) > _MOST_PLACES and not figure.notation.group
    return min(len(figure.fraction), max(0, len(digits) - _FLOAT_DIGITS)) if made_up else 0


def _amount(
    text: str, start: int, end: int, figure: _Figure, negative: bool, unit: Unit, marks: tuple[Affix, ...] = ()
) -> Amount:
    places = len(figure.fraction)
    value = rescale(Decimal(figure.whole + figure.fraction), unit.exponent - places)
    if negative:
        value = value.copy_negate()
    half = rescale(HALF, unit.exponent - places + _beyond_floats(figure))
    return Amount(
        text[start:end], start, end, value, EXACT.subtract(value, half), EXACT.add(value, half), unit, places,
        figure.notation, figure.sizes, figure.fault, figure.ambiguous, marks,
    )  # fmt: skip


def amount_at(text: str, start: int, end: int, unit: Unit, decimal_mark: str | None = None) -> Amount | None:
    """The amount that the figure ``text[start:end]`` prints in ``unit``, or None where it is a date."""
    figure = interpret(text[start:end], decimal_mark)
    return None if figure is None else _amount(text, start, end, figure, False, unit)


def in_unit(amount: Amount, unit: Unit) -> Amount:
    """The same printed figure read in another unit, as a header or caption gives it."""
    if unit == amount.unit:
        return amount
    shift = unit.exponent - amount.unit.exponent
    return amount._replace(
        unit=unit,
        value=rescale(amount.value, shift),
        low=rescale(amount.low, shift),
        high=rescale(amount.high, shift),
    )


def decimal_mark_of(printed: Iterable[str], usual: Callable[[], str] = str) -> str | None:
    """The decimal mark that figures printed together agree on, or None where nothing decides.

    ``usual`` gives the mark of their language, if that is known: where a single figure says that another one divides, and many have three
    digits behind that one, as thousands do, it is the single figure that is mistyped.

    A figure decides when its mark can only divide (``2,5``) or only group (``1.234.567``). One like ``1 234.567``
    decides only together with others of its kind: alone it may be a slip of the separator.
    """
    votes = {".": 0, ",": 0}
    weak = {".": 0, ",": 0}
    thousands = {".": 0, ",": 0}
    twice = {".": 0, ",": 0}
    marked = 0
    for text in printed:
        text = text.lstrip(_SIGNS)
        # "December 17,1999" prints a day and a year.
        marks = [] if _DAY_AND_YEAR.fullmatch(text) else [_kind(mark) for mark in _SEPARATOR.findall(text)]
        marked += bool(marks)
        last = marks[-1] if marks else ""
        if last not in votes:
            continue
        others = set(marks[:-1])
        if last in others:
            # "576.394.90" says nothing: its last mark may be meant to divide.
            if others == {last} and len(text) - text.rindex(last) == _GROUP_AND_MARK:
                twice[last] += 1
                votes[".,".replace(last, "")] += 1
        elif (
            len(text) - text.rindex(last) != _GROUP_AND_MARK
            or text.startswith("0")
            or others - {" "}
            or (text.index(last) > 3 and not others)
        ):
            votes[last] += 1
        elif others:
            weak[last] += 1
        else:
            thousands[last] += 1
    for mark, count in weak.items():
        if count > 1 and count * 2 >= marked and not any(votes.values()):
            return mark
    for mark, other in ((".", ","), (",", ".")):
        # What groups twice in one figure groups in all: "288.11" among "1.204.500" has lost a nought.
        if twice[mark] and not weak[mark] and votes[mark] * 2 <= thousands[mark] + twice[mark]:
            return other
        if votes[mark] == 1 and thousands[mark] >= _MANY_THOUSANDS and (votes[other] or usual() == other):
            return other
    if votes["."] == votes[","]:
        return None
    return "." if votes["."] > votes[","] else ","


def grouped_beside_whole(printed: Iterable[str], usual: str | None = None) -> str | None:
    """Return the decimal mark of a column if one mark groups there by its looks, or None where they do not tell.

    They tell where each figure with the mark has three digits behind it, and the figures without are whole and below a thousand:
    *1.354* beside *444* and *83*. Decimals would show in all figures, or be of several lengths.
    Where ``usual``, what is otherwise known, says that the mark divides, it takes several figures of either kind.
    """
    marks: set[str] = set()
    marked = whole = hundreds = 0
    for text in printed:
        digits = text.lstrip(_SIGNS)
        if len(digits) < 4 and digits.isdigit():
            whole += digits.strip("0") != ""
            hundreds += len(digits) == 3 and digits[0] != "0"
        elif _ONE_GROUP.fullmatch(digits):
            marks.add(digits[-4])
            marked += 1
        else:
            return None
    if len(marks) != 1 or not hundreds or marked + whole < _FEW_TOLD:
        return None
    mark = marks.pop()
    if mark == usual and min(marked, hundreds) < _SEVERAL:
        return None
    return "," if mark == "." else "."


def notation_of(locale: str) -> Notation:
    """The notation of a locale by CLDR. Raises ValueError for an unknown locale."""
    mark, group = separators(locale)
    return Notation(group, mark, locale.replace("-", "_").partition("_")[2] == "IN")


def render(value: Decimal, notation: Notation, exponent: int = 0, decimals: int | None = None) -> str:
    """Write ``value`` (whole currency units) in ``notation``, in units of ``10**exponent``.

    ``decimals`` is the least number of decimal places; further digits are kept, never rounded away. Where the notation has no decimal
    mark of its own, it is a comma behind groups that spaces or points part, and else a point.
    """
    scaled = rescale(value, -exponent)
    digits = format(scaled.copy_abs(), "f")
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0") if decimals is None else fraction.rstrip("0").ljust(decimals, "0")
    if notation.group and len(whole) > 3:
        size = 2 if notation.indian else 3
        head, parts = whole[:-3], [whole[-3:]]
        while head:
            head, part = head[:-size], head[-size:]
            parts.append(part)
        whole = notation.group.join(reversed(parts))
    sign = "-" if scaled < 0 else ""
    mark = notation.decimal
    if not mark or mark == notation.group:
        # No figure is written with one mark for both.
        mark = "," if notation.group and _kind(notation.group) in " ." else "."
    return f"{sign}{whole}{mark}{fraction}" if fraction else sign + whole
