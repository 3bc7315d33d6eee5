"""Slips of the pen and of the keyboard, put into a document whose figures are known. Nothing here knows the code that is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import NamedTuple

from layout_model import Document, Equation, Figure, Row, Table, Text

TRIES = 12


@dataclass
class Slip:
    """What was printed wrong: new texts of figures, or rows that went missing or came twice."""

    texts: dict[int, str] = field(default_factory=dict)
    blocks: list[Table | Text] | None = None
    counts: dict[int, int] = field(default_factory=dict)
    row: tuple[int, int] | None = None


class Made(NamedTuple):
    """A slip with what it breaks: whether two equations meet in the one figure, and where the fault may be pointed out."""

    slip: Slip
    twice: bool
    culprits: frozenset[int]


# One figure: what is printed instead of its text, or None if the slip does not fit it.

Single = Callable[[Document, Figure, Random], str | None]


def _digits(text: str) -> list[int]:
    return [at for at, char in enumerate(text) if char.isdigit()]


def _other(digit: str, random: Random, first: bool) -> str:
    return random.choice([each for each in "0123456789" if each != digit and not (first and each == "0")])


def _whole(document: Document, figure: Figure, digits: str) -> str:
    """Write digits, the last of them decimals, as the figure is written."""
    places = figure.style.places
    value = Decimal(int(digits)).scaleb(-places)
    return figure.style.write(-value if figure.value < 0 else value)


def leading(document: Document, figure: Figure, random: Random) -> str | None:
    text = figure.text
    at = _digits(text)[0] if _digits(text) else -1
    if at < 0 or not figure.value:
        return None
    return text[:at] + _other(text[at], random, True) + text[at + 1 :]


def substituted(document: Document, figure: Figure, random: Random) -> str | None:
    text = figure.text
    places = _digits(text)
    if not places or not figure.value:
        return None
    at = random.choice(places)
    return text[:at] + _other(text[at], random, at == places[0] and len(places) > 1) + text[at + 1 :]


def swapped(document: Document, figure: Figure, random: Random) -> str | None:
    text = figure.text
    places = _digits(text)
    pairs = [(a, b) for a, b in pairwise(places) if text[a] != text[b]]
    pairs = [(a, b) for a, b in pairs if a != places[0] or text[b] != "0"]
    if not pairs:
        return None
    a, b = random.choice(pairs)
    return text[:a] + text[b] + text[a + 1 : b] + text[a] + text[b + 1 :]


def omitted(document: Document, figure: Figure, random: Random) -> str | None:
    digits = [char for char in figure.text if char.isdigit()]
    if len(digits) < 2 + figure.style.places:
        return None
    if random.random() < 0.5:
        del digits[random.randrange(len(digits))]
        return _whole(document, figure, "".join(digits))
    at = random.choice(_digits(figure.text))
    return figure.text[:at] + figure.text[at + 1 :]


def inserted(document: Document, figure: Figure, random: Random) -> str | None:
    text = figure.text
    places = _digits(text)
    if not places or not figure.value:
        return None
    at, digit = random.choice(places), random.choice("0123456789")
    if random.random() < 0.5:
        return text[: at + 1] + digit + text[at + 1 :]
    digits = "".join(char + (digit if number == at else "") for number, char in enumerate(text) if char.isdigit())
    return _whole(document, figure, digits)


def off(document: Document, figure: Figure, random: Random) -> str | None:
    step = Decimal(random.choice((-2, -1, 1, 2))).scaleb(-figure.style.places)
    if abs(figure.value) <= abs(step):
        return None
    return figure.style.write(figure.value + step)


def group_dropped(document: Document, figure: Figure, random: Random) -> str | None:
    style = figure.style
    digits = f"{abs(figure.value):.{style.places}f}"
    whole = digits.split(".")[0]
    if len(whole) < 7:
        return None
    parts = style.grouped(whole).split(style.group) if style.group else []
    if len(parts) < 3:
        return None
    del parts[random.randrange(1, len(parts))]
    return figure.text.replace(style.grouped(whole), style.group.join(parts))


def cut(document: Document, figure: Figure, random: Random) -> str | None:
    text, style = figure.text, figure.style
    marks = [at for at, char in enumerate(text) if char in (style.group, style.decimal) and 0 < at < len(text) - 1]
    marks = [at for at in marks if text[at - 1].isdigit() and text[at + 1].isdigit()]
    if not marks:
        return None
    end = text[_digits(text)[-1] + 1 :]
    return text[: random.choice(marks)] + end


def sign_lost(document: Document, figure: Figure, random: Random) -> str | None:
    return figure.style.write(-figure.value) if figure.value < 0 else None


def stale(document: Document, figure: Figure, random: Random) -> str | None:
    """A total stands as it was before one of its parts was changed."""
    at = next(at for at, each in enumerate(document.figures) if each is figure)
    sums = [equation for equation in document.equations if equation.total == at and len(equation.signs) > 1]
    if not sums:
        return None
    part = document.figures[random.choice(sums[0].terms)].value
    change = (part * random.choice((-50, -20, -10, 10, 25, 60)) / 100).quantize(Decimal(1).scaleb(-figure.style.places))
    return figure.style.write(figure.value + change) if change else None


SINGLE: dict[str, Single] = {
    "leading digit": leading,
    "digit substituted": substituted,
    "digits swapped": swapped,
    "digit omitted": omitted,
    "digit inserted": inserted,
    "off by one or two": off,
    "group dropped": group_dropped,
    "cut at a separator": cut,
    "sign lost": sign_lost,
    "total not brought up to date": stale,
}


def _values(document: Document, texts: Mapping[int, str]) -> dict[int, Decimal | None]:
    values = document.values()
    for at, text in texts.items():
        values[at] = document.figures[at].style.read(text)
    return values


def broken(document: Document, slip: Slip) -> list[Equation]:
    """Return the equations that do not hold in what is printed."""
    values = _values(document, slip.texts)
    gone = {at for at, count in slip.counts.items() if not count}
    touched = {*slip.texts, *slip.counts}
    return [
        equation
        for equation in document.equations
        if not touched.isdisjoint((equation.total, *equation.terms))
        and equation.total not in slip.counts
        and (equation.signs or gone.isdisjoint(equation.terms))
        and not equation.holds(values, slip.counts)
    ]


def _judged(document: Document, slip: Slip) -> Made | None:
    """Return the slip with what it breaks, or None if every equation still holds."""
    failed = broken(document, slip)
    if not failed:
        return None
    culprits = frozenset(slip.texts)
    if slip.counts:
        culprits = frozenset([*slip.counts, *(equation.total for equation in failed)])
    twice = len(slip.texts) == 1 and len(failed) > 1
    if twice:
        meeting = set.intersection(*({equation.total, *equation.terms} for equation in failed))
        twice = meeting == set(slip.texts)
    return Made(slip, twice, culprits)


def _provable(document: Document) -> list[int]:
    return sorted({at for equation in document.equations for at in (equation.total, *equation.terms)})


def _single(document: Document, single: Single, random: Random) -> Slip | None:
    at = random.choice(_provable(document))
    text = single(document, document.figures[at], random)
    return Slip({at: text}) if text and text != document.figures[at].text else None


def _several(document: Document, random: Random) -> Slip | None:
    one, two = (_single(document, random.choice((leading, substituted, swapped)), random) for _ in range(2))
    if not one or not two or one.texts.keys() == two.texts.keys():
        return None
    return Slip(one.texts | two.texts) if all(broken(document, each) for each in (one, two)) else None


def _row_of(document: Document, random: Random) -> tuple[int, int, Row]:
    tables = [(at, block) for at, block in enumerate(document.blocks) if isinstance(block, Table)]
    at, table = random.choice(tables)
    number = random.randrange(len(table.rows))
    return at, number, table.rows[number]


def _exchanged(document: Document, random: Random) -> Slip | None:
    row = [cell for cell in _row_of(document, random)[2] if isinstance(cell, int)]
    if len(row) < 2:
        return None
    one, two = random.sample(row, 2)
    first, second = document.figures[one].text, document.figures[two].text
    return Slip({one: second, two: first}) if first != second else None


def _shifted(document: Document, random: Random) -> Slip | None:
    """Move a figure into the blank cell beside it."""
    block, number, row = _row_of(document, random)
    pairs = [
        (at, to)
        for at, cell in enumerate(row)
        for to in (at - 1, at + 1)
        if isinstance(cell, int) and 0 < to < len(row) and row[to] == ""
    ]
    if not pairs:
        return None
    at, to = random.choice(pairs)
    moved = list(row)
    moved[to], moved[at] = moved[at], moved[to]
    figure = row[at]
    assert isinstance(figure, int)
    if figure not in _provable(document):
        return None
    return Slip(
        {figure: document.figures[figure].text}, _with_rows(document, block, number, [moved]), row=(block, number)
    )


def _with_rows(document: Document, block: int, number: int, rows: list[Row]) -> list[Table | Text]:
    table = document.blocks[block]
    assert isinstance(table, Table)
    changed = Table(table.header, [*table.rows[:number], *rows, *table.rows[number + 1 :]])
    return [*document.blocks[:block], changed, *document.blocks[block + 1 :]]


def _rows_printed(document: Document, random: Random, times: int) -> Slip | None:
    """Print a row so many times. Only a row that is a part of a total outside it, and is no total itself, is drawn."""
    block, number, row = _row_of(document, random)
    inside = {cell for cell in row if isinstance(cell, int)}
    sums = [equation for equation in document.equations if equation.signs]
    if any(equation.total in inside and inside.isdisjoint(equation.terms) for equation in sums):
        return None
    if not any(equation.total not in inside and not inside.isdisjoint(equation.terms) for equation in sums):
        return None
    blocks = _with_rows(document, block, number, [row] * times)
    return Slip({}, blocks, dict.fromkeys(sorted(inside), times), (block, number))


Several = Callable[[Document, Random], Slip | None]
OTHERS: dict[str, Several] = {
    "cell shifted a column": _shifted,
    "two figures exchanged": _exchanged,
    "row missing": lambda document, random: _rows_printed(document, random, 0),
    "row twice": lambda document, random: _rows_printed(document, random, 2),
    "two slips": _several,
}
KINDS = (*SINGLE, *OTHERS)


def make(kind: str, document: Document, random: Random) -> Made | None:
    """Put a slip of a kind into a figure, at random among those that an equation tells, or return None if none fits."""
    for _ in range(TRIES * (4 if kind in ("sign lost", "cell shifted a column") else 1)):
        slip = _single(document, SINGLE[kind], random) if kind in SINGLE else OTHERS[kind](document, random)
        if slip is None:
            continue
        if kind == "cell shifted a column":
            (figure,) = slip.texts
            return Made(Slip({}, slip.blocks, {}, slip.row), False, frozenset([figure]))
        made = _judged(document, slip)
        if made:
            return made
    return None
