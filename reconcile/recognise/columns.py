"""Read one column of a table: its role, its unit, the notation and the precision of its amounts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import pairwise
from math import gcd
from typing import NamedTuple

from reconcile.core.amounts import (
    Amount,
    Unit,
    decimal_mark_of,
    grouped_beside_whole,
    in_unit,
    is_nil,
    is_withheld,
    read_amount,
    read_look_alike,
    read_spaced,
    read_with_last_mark,
)
from reconcile.core.decimals import EXACT, HALF, add, multiply, rescale
from reconcile.core.languages import CODE_HEADERS, ID_WORDS, MINUSES, NOTE_HEADERS, SPACES, WORD
from reconcile.core.words import PERCENT_WORD, locale_for, separators
from reconcile.recognise.series import NumberColumn, count_amounts, odd_amounts
from reconcile.recognise.units import find_unit

# A year in letters that are set apart, or with the mark of a footnote: *2 0 1 8*, *2018 1*.
_SPACED_YEAR = re.compile(r"(?:1 9|2 0) \d \d|(?:19|20)\d\d [1-9]")
# The roles of columns.
# A rate that a column of amounts is named by; a year before the sign is none.
_RATE = re.compile(r"(?<=[\w.] )\d{1,2}(?:[.,]\d{1,2})?\s?%")
AMOUNT, LABEL, CODE, PERCENT, NOTE, TEXT = "amount", "label", "code", "percent", "note", "text"
# So many figures are grouped by a mark for each that it divides; with fewer, those that it divides are no slips.
_FEW_STRAY = 4
# Where it groups twice in one figure it is sure to group, and so many are enough.
_FEW_BESIDE_SURE = 2
# For each amount with marks of its own so many have those of the column.
_FEW_FOREIGN = 2
_GROUP = 3
_GLUED = 2
# So many figures that are all multiples of a number are not so by chance.
_ENOUGH_ROUNDED = 10
_OUTLINE, _LEAST_OUTLINE = re.compile(r"\d{1,3}(?:\.\d{1,3})*\.?"), 5
# So many different figures that end in as many noughts are rounded.
_ENOUGH_NOUGHTS, _MOST_NOUGHTS = 6, 12
# The signs of currencies; their words and codes are units: "12 kr" among millions is what it says.
_SIGN = re.compile(r"[€$£¥₹]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column's index, its header, its role, the unit of its amounts and the decimal mark they are written with."""

    index: int
    header: str
    role: str
    unit: Unit = Unit()  # noqa: RUF009 - a Unit is immutable
    decimal_mark: str | None = None


def decided_cells(texts: tuple[str, ...], col: int, undecided: frozenset[tuple[int, int]]) -> tuple[str, ...]:
    """A column without the cells of which it could not be told where they end."""
    rows = {row for row, column in undecided if column == col}
    return tuple("" if row in rows else text for row, text in enumerate(texts)) if rows else texts


def unread_rows(texts: Sequence[str], column: Sequence[Amount | None], top: int) -> list[int]:
    """The rows below the header whose cells print something that is no amount."""
    rows = column.rest if isinstance(column, NumberColumn) else range(top, len(texts))
    return [row for row in rows if row >= top and column[row] is None and not is_nil(texts[row])]


class Surroundings(NamedTuple):
    """What a column is read with: the header's depth, language, marks and units that the rest of the document gives.

    ``usual_mark`` is the decimal mark that the document's format suggests.
    """

    header_rows: int
    language: str | None
    decimal_mark: str | None
    locale: str | None
    corner: Unit
    shared: Unit
    usual_mark: str | None = None


def recognise_column(
    texts: Sequence[str],
    col: int,
    amounts: Sequence[Amount | None],
    labelled: bool,
    around: Surroundings,
    shares: bool = False,
) -> tuple[Column, Sequence[Amount | None] | None]:
    """A column's description, and its amounts (None for each row without) if it is one of amounts or shares.

    ``shares`` says that a header which spans the column calls its amounts shares.
    """
    top, language = around.header_rows, around.language
    if isinstance(amounts, NumberColumn) and any(amount.notation.indian for amount in amounts.odd.values()):
        # Which way of grouping is the column's own is weighed over all of its amounts.
        amounts = amounts[:]
    body = amounts.below(top) if isinstance(amounts, NumberColumn) else amounts[top:]
    header = " ".join(text.strip() for text in texts[:top] if text.strip())
    role = _role(header, texts[top:], body, labelled, col)
    if role == AMOUNT and shares and find_unit(header, language) == Unit():
        role = PERCENT
    if role not in (AMOUNT, PERCENT):
        return Column(col, header, role), None
    mark = _own_mark(amounts, texts, partial(usual_mark, language, around.locale)) or around.decimal_mark
    if mark is None and role == AMOUNT:
        mark = _mark_by_looks(body, around.usual_mark or usual_mark(language, around.locale))
    own = mark
    # A share is in no unit, whatever the title says of the money beside it.
    unit = Unit()
    if role == AMOUNT:
        named = find_unit(header, language)
        if _is_holding(header, named, around):
            named = Unit()
        unit = _column_unit(named, around.corner, around.shared, body)
    ambiguous = [amount.text for _, amount in odd_amounts(amounts) if amount.ambiguous]
    if mark is None and ambiguous:
        # No currency here is divided into thousandths, so whole units of one are grouped by the mark.
        if unit.currency and not unit.exponent:
            own = mark = "." if any("," in text for text in ambiguous) else ","
        elif around.locale:
            mark = separators(around.locale)[0]
    if isinstance(amounts, NumberColumn) and unit.currency is None and amounts.is_padded():
        amounts = amounts[:]
    if isinstance(amounts, NumberColumn):
        rows = sorted({*amounts.odd, *amounts.rest})
        plain = _Plain(amounts.plain, amounts.mark, amounts.places)
        read = _settle([amounts[row] for row in rows], [texts[row] for row in rows], mark, unit, language, plain)
        odd = {row: amount for row, amount in zip(rows, read, strict=True) if amount is not None}
        return Column(col, header, role, unit, own), amounts.settled(odd, unit).below(top)
    settled = _settle(amounts, texts, mark, unit, language)
    if unit.currency is None:
        settled = _unpadded(settled)
    return Column(col, header, role, unit, own), (*[None] * top, *settled[top:])


def usual_mark(language: str | None, locale: str | None) -> str:
    """The decimal mark of a language; empty where that is not known."""
    known = locale or locale_for(language)
    return separators(known)[0] if known else ""


def _own_mark(amounts: Sequence[Amount | None], texts: Sequence[str], usual: Callable[[], str]) -> str | None:
    """The decimal mark that a column's amounts agree on."""
    if isinstance(amounts, NumberColumn):
        if amounts.mark and amounts.plain > len(amounts.odd):
            # Every plain amount decides for it.
            return amounts.mark
        if not any("." in amount.text or "," in amount.text for amount in amounts.odd.values()):
            return None
    return decimal_mark_of((amount.text for amount in amounts if amount), usual)


def is_ambiguous(amount: Amount | None) -> bool:
    """Whether an amount is written with one mark alone, before exactly three digits."""
    if amount is None or amount.decimals not in (0, 3) or len(amount.text) < 5:
        return False
    return amount.text[-4] in ".," and amount.text.lstrip(f"+{MINUSES}{SPACES}")[:-4].isdigit()


def is_open(column: Column, amounts: Sequence[Amount | None] | None) -> bool:
    """Whether a mark could group or divide in a column, and nothing in it shows which."""
    if amounts is None or column.decimal_mark is not None:
        return False
    return any(is_ambiguous(amount) for _, amount in odd_amounts(amounts))


def agreed_mark(columns: Sequence[Column]) -> str | None:
    """The decimal mark of all columns whose figures show it; None where they differ.

    What stands left of the names of rows numbers them: *1.1* is no amount there.
    """
    label = next((column.index for column in columns if column.role == LABEL), -1)
    marks = {column.decimal_mark for column in columns if column.decimal_mark and column.index > label}
    return marks.pop() if len(marks) == 1 else None


def _mark_by_looks(body: Sequence[Amount | None], usual: str) -> str | None:
    """Return the decimal mark that the figures below a header show by their looks, where none of them decides."""
    if isinstance(body, NumberColumn):
        return None
    return grouped_beside_whole((amount.text for amount in body if amount is not None and not amount.percent), usual)


class _Plain(NamedTuple):
    """How many amounts of a column are not looked at one by one, and the decimal mark and the places of all of these."""

    many: int = 0
    mark: str = ""
    places: int = 0


def _settle(
    amounts: Sequence[Amount | None],
    texts: Sequence[str],
    mark: str | None,
    unit: Unit,
    language: str | None,
    plain: _Plain = _Plain(),
) -> list[Amount | None]:
    """Read cells again with what their column tells: the decimal mark, one grouping, the unit; letters for digits."""
    if mark:
        amounts = [
            read_amount(text, mark, Unit(), language) if a and (a.ambiguous or a.notation.decimal or a.fault) else a
            for text, a in zip(texts, amounts, strict=True)
        ]
    settled: list[Amount | None] = []
    amounts = _of_one_grouping(amounts, mark, plain)
    for text, amount in zip(texts, amounts, strict=True):
        if amount is None and (spaced := read_spaced(text, mark, language)) and _is_written_so(spaced, amounts, plain):
            amount = spaced
        if (amount is None and not is_nil(text)) or (amount and amount.glued and amount.fault):
            amount = read_look_alike(text, mark, Unit(), language, inside=amount is None) or amount
        settled.append(None if amount is None else _settled(amount, unit))
    return settled


def rounded_amounts(
    columns: Sequence[Column], cells: Mapping[int, Sequence[Amount | None]]
) -> dict[int, Sequence[Amount | None]]:
    """The columns whose figures are all multiples of 3, 5, 10 or 100 say: they are rounded to that, and stand for so much.

    Rows with decimals, such as means, are of another measure, and are left out of it. Statistical offices round so to protect persons. Payments in round sums are payments, and stand for themselves.
    """
    short = [c for c in columns if c.role == AMOUNT and not isinstance(cells[c.index], NumberColumn)]
    counts = [c for c in short if c.unit.currency is None and not _is_whole(cells[c.index])]
    # Rounding is a property of a column: some years may be told to the unit, and others in tens.
    found = _rounded_to_one_base(counts, cells) or {
        index: amounts
        for column in counts
        if _is_in_tens(cells[column.index])
        for index, amounts in _rounded_to_one_base([column], cells).items()
    }
    # What is told in thousands is no payment either.
    told = [c for c in short if (c.unit.currency is None or c.unit.exponent) and not _is_whole(cells[c.index])]
    bases = {column.index: base for column in told if (base := _base_of_noughts(cells[column.index]))}
    return found | {index: _widened(cells[index], base) for index, base in bases.items()}


def _is_whole(amounts: Sequence[Amount | None]) -> bool:
    """Whether figures say that they are whole, by a dash for the cents that are none."""
    return any(amount is not None and amount.low == amount.high for amount in amounts)


def _is_in_tens(amounts: Sequence[Amount | None]) -> bool:
    told = [_printed(amount) for amount in amounts if amount is not None and amount.value]
    return len(told) >= _ENOUGH_ROUNDED and all(
        each == each.to_integral_value() and int(each) % 10 == 0 for each in told
    )


def _base_of_noughts(amounts: Sequence[Amount | None]) -> int:
    """Return 10, 100 and so on if all figures of a column are rounded to that, or 0.

    What is decided in round sums comes in fives of them, too; what is rounded seldom does.
    """
    told = {_printed(amount) for amount in amounts if amount is not None and amount.value}
    if len(told) < _ENOUGH_NOUGHTS or any(each != each.to_integral_value() for each in told):
        return 0
    printed = {int(each) for each in told}
    base = _tens_in(gcd(*printed))
    uneven = sum(1 for each in printed if each % (5 * base))
    large = sum(1 for each in printed if abs(each) >= 10 * base)
    return base if base > 1 and min(uneven, large) * 2 > len(printed) else 0


def _tens_in(number: int) -> int:
    """Return the largest power of ten that divides a number, at most that of the largest scale."""
    return next((10**power for power in range(_MOST_NOUGHTS, 0, -1) if number % 10**power == 0), 1)


def _rounded_to_one_base(
    counts: Sequence[Column], cells: Mapping[int, Sequence[Amount | None]]
) -> dict[int, Sequence[Amount | None]]:
    """Return the amounts of columns that are all rounded to one base, with what they stand for; empty where they are not."""
    found: dict[int, Sequence[Amount | None]] = {}
    given = [(row, a) for c in counts for row, a in enumerate(cells[c.index]) if a is not None and a.value]
    apart = {row for row, a in given if _printed(a) != _printed(a).to_integral_value()}
    whole = [a for row, a in given if row not in apart]
    if len(whole) < _ENOUGH_ROUNDED or len(whole) * 2 < len(given):
        return found
    base = gcd(*(int(_printed(a)) for a in whole))
    if base < 3:
        # One figure in twenty may be mistyped, or of another kind.
        fitting = (b for b in (10, 5, 3) if sum(1 for a in whole if int(_printed(a)) % b) * 20 <= len(whole))
        base = next(fitting, 1)
    if base < 3 or sum(1 for a in whole if abs(_printed(a)) >= 10 * base) * 2 < len(whole):
        return found
    for column in counts:
        found[column.index] = _widened(cells[column.index], base, apart)
    return found


def _widened(
    amounts: Sequence[Amount | None], base: int, apart: Collection[int] = frozenset()
) -> Sequence[Amount | None]:
    """Return the amounts of a column that is rounded to ``base``, but for the rows ``apart``, with what they stand for."""
    # Figures that end in noughts are rounded to the nearest; those rounded to 3 or 5 are so at random, up or down.
    off = multiply(HALF, base) if base % 10 == 0 else Decimal(base)
    return [
        a
        if a is None or row in apart or int(_printed(a)) % base
        else a._replace(low=_beside(a, -off), high=_beside(a, off))
        for row, a in enumerate(amounts)
    ]


def _unpadded(amounts: list[Amount | None]) -> list[Amount | None]:
    """Amounts of a column whose last decimals are all noughts: a format put them there, and they say nothing of precision."""
    given = [amount for amount in amounts if amount is not None]
    padded = {amount.decimals for amount in given}
    if len(given) < 2 or len(padded) != 1 or 0 in padded:
        return amounts
    places = max(_decimals(_printed(amount)) for amount in given)
    # A column of nothing but nil is as precise as those beside it.
    if places >= max(padded) or not any(amount.value for amount in given):
        return amounts
    half = rescale(HALF, -places)
    return [a and a._replace(low=_beside(a, half.copy_negate()), high=_beside(a, half)) for a in amounts]


def _decimals(value: Decimal) -> int:
    """How many decimals a value has without the noughts at its end."""
    exponent = value.normalize(EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _printed(amount: Amount) -> Decimal:
    return rescale(amount.value, -amount.unit.exponent)


def _beside(amount: Amount, by: Decimal) -> Decimal:
    """An amount's value and so many of its units."""
    return add((amount.value, rescale(by, amount.unit.exponent)))


def is_dots(text: str) -> bool:
    """Whether a cell stands for a figure that is not told, by a sign that names no column."""
    return is_withheld(text) and not text.strip().isalpha()


def is_stack(text: str) -> bool:
    """Whether a cell holds an amount on each of its lines: a row of figures that cannot be told apart, not a header."""
    amounts = [read_amount(line, None) for line in text.splitlines() if line.strip()]
    return len(amounts) > 1 and all(amount is not None and not is_year_amount(amount) for amount in amounts)


def is_year_amount(amount: Amount | None) -> bool:
    """Return True if an amount can be a year."""
    if amount is None:
        return False
    if len(amount.text) == 4 and amount.text.isdigit():
        return 1900 <= amount.value <= 2100
    return _SPACED_YEAR.fullmatch(amount.text) is not None


def counts_several(amounts: Sequence[Amount | None]) -> bool:
    """Return True if a column tells several measures, such as hours in one row and pieces in another."""
    return len({measure_of(amount) for _, amount in odd_amounts(amounts) if amount.measure}) > 1


def without_measures(texts: Sequence[str], amounts: Sequence[Amount | None]) -> Sequence[Amount | None]:
    """Return the amounts of a column without those that count something other than money; letters of codes stay stuck to them."""
    if not any(amount.measure for _, amount in odd_amounts(amounts)):
        return amounts
    return [
        amount if amount is None or not amount.measure or amount.unit != Unit() else _unmeasured(text, amount)
        for text, amount in zip(texts, amounts, strict=True)
    ]


def _unmeasured(text: str, amount: Amount) -> Amount | None:
    if not text[amount.end : amount.end + 1].isalpha() or len(amount.measure) > _GLUED:
        return None
    marks = tuple(mark._replace(kind="glued") if mark.kind == "measure" else mark for mark in amount.marks)
    return amount._replace(marks=marks)


def measure_of(amount: Amount) -> str:
    """Return what an amount counts, without the currency that is told apart."""
    return amount.measure.strip(".")


def _role(header: str, texts: Sequence[str], amounts: Sequence[Amount | None], labelled: bool, col: int) -> str:
    marked = [amount for _, amount in odd_amounts(amounts)]
    count = count_amounts(amounts) - sum(1 for amount in marked if amount.glued)
    if not count or count * 2 < _filled(texts, amounts):
        return LABEL if not labelled and any(WORD.search(text) for text in texts) else TEXT
    name = header.casefold().strip(" .:")
    if name in NOTE_HEADERS:
        return NOTE
    marked = [amount for amount in marked if not amount.glued]
    whole = not (isinstance(amounts, NumberColumn) and amounts.plain and (amounts.places or amounts.grouped))
    whole = whole and all(amount.decimals == 0 and not amount.notation.group for amount in marked)
    if whole and (name in CODE_HEADERS or not {name.split(" ")[0], name.split(" ")[-1]}.isdisjoint(ID_WORDS)):
        return CODE
    if whole and count > 1 and (all(map(is_year_amount, _unglued(amounts))) or _is_numbering(amounts, labelled, col)):
        return CODE
    if not labelled and (is_outline(texts) or (whole and _have_leading_noughts(texts))):
        return CODE
    faulty = sum(1 for amount in marked if amount.fault == "malformed")
    if faulty * 3 > count:
        return TEXT
    if _is_percent(header) or sum(1 for amount in marked if amount.percent) * 2 > count:
        return PERCENT
    return AMOUNT


def _have_leading_noughts(texts: Sequence[str]) -> bool:
    """Return True if whole figures of one width begin with noughts, as codes do: *01, 21, 50*."""
    told = [text.strip() for text in texts if text.strip().isdecimal()]
    return len({len(text) for text in told}) == 1 and sum(text.startswith("0") for text in told) > 1


def is_outline(texts: Sequence[str]) -> bool:
    """Return True if cells number a hierarchy: *1, 1.1, 1.2, 2, 2.1*, each the next or the first below the one before.

    What stands above the first number and rows without one are no part of it.
    """
    told = [text.strip().rstrip(".") for text in texts if _OUTLINE.fullmatch(text.strip())]
    given = sum(1 for text in texts if text.strip())
    if len(told) < _LEAST_OUTLINE or (given - len(told)) * 4 > given or not any("." in text for text in told):
        return False
    numbers = [tuple(map(int, text.split("."))) for text in told]
    return all(
        (len(after) == len(before) + 1 and after[:-1] == before and after[-1] <= 1)
        or (
            len(after) <= len(before)
            and after[:-1] == before[: len(after) - 1]
            and after[-1] == before[len(after) - 1] + 1
        )
        for before, after in pairwise(numbers)
    )


def spans_columns(over: Sequence[str], texts: Sequence[str], top: int) -> bool:
    """Whether a header that calls its amounts shares spans a column to the right of it, too.

    It does where both have a header of their own below it, and the column has nothing beside it.
    """
    named = [row for row in range(top) if over[row].strip()]
    return len(named) > 1 and (
        _is_percent(over[named[0]]) and not texts[named[0]].strip() and any(texts[row].strip() for row in named[1:])
    )


def is_sized(amounts: Sequence[Amount | None], shares: Sequence[Amount | None]) -> bool:
    """Whether amounts are of the size of shares beside them."""
    largest = max((abs(a.value) for _, a in odd_amounts(shares)), default=Decimal(0))
    return not isinstance(amounts, NumberColumn) and all(abs(a.value) <= 10 * largest for _, a in odd_amounts(amounts))


def _is_percent(header: str) -> bool:
    # *VAT 25 %* holds amounts.
    header = _RATE.sub("", header)
    return "%" in header or PERCENT_WORD.search(header) is not None


def _filled(texts: Sequence[str], amounts: Sequence[Amount | None]) -> int:
    """How many cells print something other than a sign for nothing."""
    if isinstance(amounts, NumberColumn):
        return count_amounts(amounts) + sum(1 for row in amounts.rest if not is_nil(amounts.texts[row]))
    return sum(1 for text in texts if not is_nil(text))


def _unglued(amounts: Sequence[Amount | None]) -> Iterator[Amount]:
    return (amount for amount in amounts if amount is not None and not amount.glued)


def _is_numbering(amounts: Sequence[Amount | None], labelled: bool, col: int) -> bool:
    """Whether a column left of the labels counts rows or holds ascending codes of one width."""
    if labelled or col > 1:
        return False
    if not all(a.value < b.value for a, b in pairwise(_unglued(amounts))):
        return False
    first = next(_unglued(amounts))
    return first.value <= 1 or len({len(amount.text) for amount in _unglued(amounts)}) == 1


def _is_holding(header: str, named: Unit, around: Surroundings) -> bool:
    """Whether a header that is no more than a currency's name says what is held, not what it is told in.

    So it is where the table states another currency with a scale: *Euro* and *Yen* in a table in US millions.
    """
    stated = around.corner if around.corner.currency else around.shared
    bare = len(WORD.findall(header)) == 1 and header.strip().isalpha()
    return (
        bare
        and named.exponent == 0 < stated.exponent
        and None not in (named.currency, stated.currency)
        and (named.currency != stated.currency)
    )


def _column_unit(header: Unit, corner: Unit, shared: Unit, amounts: Sequence[Amount | None]) -> Unit:
    printed = next((a.unit.currency for _, a in odd_amounts(amounts) if a.unit.currency), None)
    # A header that names a currency and no scale means whole units, whatever the title says.
    exponent = header.exponent if header.currency else header.exponent or corner.exponent or shared.exponent
    return Unit(header.currency or corner.currency or shared.currency or printed, exponent)


def _usual_places(amounts: Sequence[Amount | None], plain: _Plain) -> int:
    """With how many decimals most amounts of a column are written; 0 where most have none, or some have more than two."""
    places = Counter(a.decimals for a in amounts if a is not None and not a.fault and not a.percent)
    places[plain.places] += plain.many
    usual, times = places.most_common(1)[0]
    return usual if usual < _GROUP and times * 2 > places.total() else 0


def _is_written_so(amount: Amount, others: Sequence[Amount | None], plain: _Plain) -> bool:
    """Whether a column's other amounts are grouped, or divided to as many places, by the marks of an amount."""
    group, mark = amount.notation.group, amount.notation.decimal
    sound = [a for a in others if a is not None and not a.fault]
    if group not in ("", *SPACES) and not any(a.notation.group == group for a in sound):
        return False
    divided = {(a.notation.decimal, a.decimals) for a in sound} | {(plain.mark, plain.places)}
    return not mark or (mark, amount.decimals) in divided


def _of_one_convention(amounts: Sequence[Amount | None], mark: str | None, plain: _Plain) -> Sequence[Amount | None]:
    """The amounts of a column, those told as badly written that have its places behind another mark, or behind one that groups, too.

    They are read for what they are: *1.656,20* among *450.00*, *576.394.90* among *4,760.33*.
    """
    places = _usual_places(amounts, plain)
    if not places or not mark:
        return amounts
    sound = sum(
        1 for a in amounts if a is not None and not a.fault and a.decimals == places and a.notation.decimal == mark
    )
    sound += plain.many if (plain.mark, plain.places) == (mark, places) else 0
    foreign = [a for a in amounts if a is not None and not a.fault and _is_foreign(a, mark, places)]
    few = len(foreign) * _FEW_FOREIGN <= sound
    return [
        a if a is None
        else a._replace(fault="mixed") if few and not a.fault and _is_foreign(a, mark, places)
        else read_with_last_mark(a, places) or a
        for a in amounts
    ]  # fmt: skip


def _is_foreign(amount: Amount, mark: str, places: int) -> bool:
    return amount.decimals == places and amount.notation.decimal not in ("", mark) and not amount.percent


def _of_one_grouping(amounts: Sequence[Amount | None], mark: str | None, plain: _Plain) -> Sequence[Amount | None]:
    """Hold a column to one way of grouping: 12,03,500 is well written in India, and a slip among 1,204,500; 2,24 is one of 2,024."""
    amounts = _without_stray_decimals(_of_one_convention(amounts, mark, plain))
    indian = sum(1 for a in amounts if a is not None and a.notation.indian)
    western = sum(1 for a in amounts if a is not None and len(a.sizes) > 2 and not a.notation.indian and not a.fault)
    if not indian or not western or indian == western:
        return amounts
    odd = indian < western
    return [
        a._replace(fault="malformed", notation=a.notation._replace(indian=not odd))
        if a is not None and len(a.sizes) > 2 and a.notation.group == "," and not a.fault and a.notation.indian == odd
        else a
        for a in amounts
    ]


def _without_stray_decimals(amounts: Sequence[Amount | None]) -> Sequence[Amount | None]:
    """The amounts, but for the few that the mark which groups all others divides: there is a digit too few behind it."""
    for mark in (",", "."):
        grouped = sum(1 for a in amounts if a is not None and a.notation.group == mark and not a.fault)
        stray = [a for a in amounts if a is not None and a.notation.decimal == mark and not a.fault]
        twice = any(a is not None and a.notation.group == mark and len(a.sizes) > 2 and not a.fault for a in amounts)
        if not grouped or len(stray) * (_FEW_BESIDE_SURE if twice else _FEW_STRAY) > grouped:
            continue
        lone = {id(a) for a in stray if not a.notation.group and not a.fault and a.text[0] != "0"}
        amounts = [_undivided(a, mark) if a is not None and id(a) in lone else a for a in amounts]
    return amounts


def _undivided(amount: Amount, mark: str) -> Amount:
    """An amount whose mark groups, although another number of digits than three stands behind it.

    Fewer have lost noughts at their end, as spreadsheets leave them out of what they take for decimals.
    """
    value, half = rescale(amount.value, max(amount.decimals, _GROUP)), rescale(HALF, amount.unit.exponent)
    return amount._replace(
        value=value, low=add((value, half.copy_negate())), high=add((value, half)), decimals=0,
        notation=amount.notation._replace(group=mark, decimal=""), sizes=(*amount.sizes, amount.decimals), fault="malformed",
    )  # fmt: skip


def _settled(amount: Amount, unit: Unit) -> Amount:
    if amount.percent or (amount.measure and amount.unit == Unit()):
        return amount
    own = amount.unit
    signed = any(mark.kind == "currency" and _SIGN.search(mark.text) for mark in amount.marks)
    # A sign says which money, never how much of it: "$ 1,583" among millions is as much as the figures without it.
    if signed and not own.exponent and own.currency == unit.currency:
        return in_unit(amount, unit)
    if any(mark.kind in ("unit", "currency") for mark in amount.marks):
        return amount._replace(unit=Unit(own.currency or unit.currency, own.exponent))
    return in_unit(amount, unit)
