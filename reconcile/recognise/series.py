"""Long columns of figures written alike: proved in one look, and each amount made only when it is asked for.

A table of 200 000 rows has a million amounts, and nearly all that is done with them is to add them up. So a long
column is held as whole numbers, in units of its last written place, beside its text. Cells that are written in any
other way are read one by one, as all cells of short columns are: what is odd is never decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, overload

from reconcile.core.amounts import Affix, Amount, Unit, in_unit, is_nil, read_amount
from reconcile.core.decimals import EXACT, HALF, ZERO, rescale
from reconcile.core.languages import MINUSES, SPACES
from reconcile.core.words import PERCENT_WORD, currency_of

# Shorter columns are read cell by cell, which for them is as fast.
LONG_COLUMN = 400
_PROBE = 50
# A column with more odd cells than one in ten is not written alike.
_ODD = 10
# A cell without a digit is no amount, and neither is one that begins with a word longer than the signs of currencies.
_MAY_BE_AMOUNT = re.compile(r"^(?![^\d\n]*$|[^\W\d_]{5}).+$", re.MULTILINE)
# A figure and a word behind it; so many of them are no chance.
_COUNTED = re.compile(rf"([{MINUSES}]?\d[\d.,{SPACES}]{{0,30}}?)[{SPACES}]([^\W\d_]{{2,20}})\.?\s*$")
_FEW_COUNTED = 2
_SIGNS = str.maketrans("\u2212\u2013", "--")
_NOTHING = ("", "-")


class NumberColumn(Sequence[Amount | None]):
    """A column's amounts by row. ``numbers`` are those of plain cells; ``odd`` the amounts of cells written otherwise.

    ``rest`` are the rows whose cells are neither plain nor empty nor amounts; ``mark`` and ``places`` say with how many
    decimals all plain cells are written, ``grouped`` that some of them have groups.
    """

    def __init__(
        self,
        texts: Sequence[str],
        numbers: list[int | None],
        odd: Mapping[int, Amount],
        rest: Sequence[int],
        written: _Writing,
        unit: Unit = Unit(),
    ) -> None:
        self.texts, self.numbers, self.odd, self.rest = texts, numbers, odd, rest
        self.mark, self.places, self.unit = written.mark, written.places, unit
        self.grouped = bool(written.group)
        self.plain = len(numbers) - numbers.count(None)

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Amount | None: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Amount | None]: ...

    def __getitem__(self, index: int | slice) -> Amount | Sequence[Amount | None] | None:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        if self.numbers[index] is None:
            return self.odd.get(index % len(self) if index < 0 else index)
        amount = read_amount(self.texts[index])
        return None if amount is None else in_unit(amount, self.unit)

    def is_padded(self) -> bool:
        """Whether every plain cell's last decimal is a nought."""
        return self.places > 0 and not any(number is not None and number % 10 for number in self.numbers)

    def below(self, top: int) -> NumberColumn:
        """The same column without the amounts in its first ``top`` rows, its header."""
        numbers: list[int | None] = [*[None] * top, *self.numbers[top:]]
        odd = {row: amount for row, amount in self.odd.items() if row >= top}
        rest = [row for row in self.rest if row >= top]
        return NumberColumn(self.texts, numbers, odd, rest, self._written, self.unit)

    def settled(self, odd: Mapping[int, Amount], unit: Unit) -> NumberColumn:
        """The same column with its plain amounts in ``unit``, and other readings of the odd ones."""
        return NumberColumn(self.texts, self.numbers, odd, self.rest, self._written, unit)

    @property
    def _written(self) -> _Writing:
        return _Writing(" " if self.grouped else "", self.mark, self.places)

    def total(self, rows: Sequence[int]) -> Decimal:
        """What the plain amounts of ``rows``, which must all have one, add up to."""
        whole = sum(map(self.numbers.__getitem__, rows))  # type: ignore[arg-type]
        return EXACT.add(ZERO, rescale(Decimal(whole), self.unit.exponent - self.places))

    def grouped_row(self) -> int | None:
        """The first row whose plain amount has groups."""
        if not self.grouped:
            return None
        rows = (row for row, number in enumerate(self.numbers) if number is not None)
        return next((row for row in rows if len(self.texts[row].split()) > 1), None)

    def half(self) -> Decimal:
        """Half a unit of the last place that the plain amounts are written to."""
        return rescale(HALF, self.unit.exponent - self.places)


class _Writing(NamedTuple):
    """How the plain cells of a column are written: the space between groups, the decimal mark, how many decimals."""

    group: str
    mark: str
    places: int


def read_column(texts: Sequence[str], language: str | None = None) -> Sequence[Amount | None]:
    """Read all cells of a column as amounts, None for each that is none."""
    found = _read_alike(texts, language) if len(texts) >= LONG_COLUMN else None
    return [read_amount(text, None, Unit(), language) for text in texts] if found is None else found


def read_counted(
    texts: Sequence[str], amounts: Sequence[Amount | None], language: str | None = None
) -> Sequence[Amount | None]:
    """Read the cells of a column that all print one word behind their figures: *14 elever*, *12 procent*.

    What is counted need not be known: a word that stands behind most figures of a column is no part of them.
    """
    if isinstance(amounts, NumberColumn):
        return amounts
    counted = {row: found for row, text in enumerate(texts) if amounts[row] is None and (found := _COUNTED.match(text))}
    if len(counted) < _FEW_COUNTED or len(counted) * 2 < sum(1 for text in texts if not is_nil(text)) - 1:
        return amounts
    words = Counter(found.group(2).casefold() for found in counted.values())
    word, times = words.most_common(1)[0]
    if times < len(counted):
        return amounts
    kind = "percent" if PERCENT_WORD.fullmatch(word) else "measure"
    read = list(amounts)
    for row, found in counted.items():
        amount = read_amount(found.group(1), None, Unit(), language)
        if amount is not None and not amount.marks:
            read[row] = amount._replace(marks=(Affix(kind, found.group(2)),))
    return read


def _read_alike(texts: Sequence[str], language: str | None) -> Sequence[Amount | None] | None:
    """A column of figures as a series, one of words as what few amounts it has; None where cells are too unlike."""
    probe = [read_amount(text, None, Unit(), language) for text in texts[:_PROBE]]
    first = [amount for amount in probe if amount is not None and not amount.marks and not amount.fault]
    if len(first) * 2 > len([text for text in texts[:_PROBE] if text]):
        written = _writing(first)
        pattern = None if written is None else _odd_pattern(written)
    else:
        # Names and words: the first four letters of none may be a currency, which could be followed by a figure.
        written = None
        heads = {text[:4] for text in texts}
        pattern = None if any(currency_of(head, language) for head in heads) else _MAY_BE_AMOUNT
    if pattern is None:
        return None
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts):
        joined = "\n".join([text.replace("\n", "\0") for text in texts])
    rows = _rows_of(pattern, joined)
    if rows is None:
        return None
    odd = {row: a for row in rows if (a := read_amount(texts[row], None, Unit(), language)) is not None}
    if written is None:
        return [odd.get(row) for row in range(len(texts))]
    return NumberColumn(texts, _numbers(joined, written, rows), odd, [row for row in rows if row not in odd], written)


def _writing(amounts: Sequence[Amount]) -> _Writing | None:
    """How most of some amounts are written; None for what needs a judgement: other marks between groups, three decimals."""
    groups = {amount.notation.group for amount in amounts} - {""}
    (mark, places), _ = Counter((amount.notation.decimal, amount.decimals) for amount in amounts).most_common(1)[0]
    if len(groups) > 1 or not groups <= set(SPACES) or places == 3:
        return None
    return _Writing(groups.pop() if groups else "", mark, places)


@lru_cache(maxsize=64)
def _odd_pattern(written: _Writing) -> re.Pattern[str]:
    """What finds the cells (lines of a text) that are neither empty nor a figure of this very writing.

    Groups are of three after the first, which does not begin with nought; figures are short enough for ``int``.
    """
    groups = f"[1-9][0-9]{{0,2}}(?:{written.group}[0-9]{{3}}){{1,5}}" if written.group else "[0-9]"
    fraction = f"{re.escape(written.mark)}[0-9]{{{written.places}}}" if written.places else ""
    return re.compile(
        rf"^(?!(?:[-\u2212\u2013]?(?:[0-9]{{1,18}}|{groups}){fraction}|[-\u2212\u2013])$).+$", re.MULTILINE
    )


def _rows_of(pattern: re.Pattern[str], joined: str) -> list[int] | None:
    """The lines that a pattern finds, from 0; None where they are more than one in ten."""
    rows: list[int] = []
    most = joined.count("\n") // _ODD
    row = position = 0
    for match in pattern.finditer(joined):
        row += joined.count("\n", position, match.start())
        position = match.start()
        rows.append(row)
        if len(rows) > most:
            return None
    return rows


def _numbers(joined: str, written: _Writing, odd: Sequence[int]) -> list[int | None]:
    """The plain figures of a column as whole numbers of their last place."""
    digits = joined.translate(_SIGNS) if "\u2212" in joined or "\u2013" in joined else joined
    for mark in (written.group, written.mark):
        digits = digits.replace(mark, "") if mark else digits
    cells = digits.split("\n")
    for row in odd:
        cells[row] = ""
    return [None if cell in _NOTHING else int(cell) for cell in cells]


def odd_amounts(column: Sequence[Amount | None]) -> Iterator[tuple[int, Amount]]:
    """The amounts that may have a mark, a fault or a unit of their own, by row: all but the plain ones of a series."""
    if isinstance(column, NumberColumn):
        yield from sorted(column.odd.items())
        return
    for row, amount in enumerate(column):
        if amount is not None:
            yield row, amount


def count_amounts(column: Sequence[Amount | None]) -> int:
    """How many amounts a column has."""
    if isinstance(column, NumberColumn):
        return column.plain + len(column.odd)
    return sum(1 for amount in column if amount is not None)


def holds_amount(column: Sequence[Amount | None]) -> list[bool]:
    """Whether each row of a column has an amount."""
    if isinstance(column, NumberColumn):
        held = [number is not None for number in column.numbers]
        for row in column.odd:
            held[row] = True
        return held
    return [amount is not None for amount in column]
