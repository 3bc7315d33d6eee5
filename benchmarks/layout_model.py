"""A document whose figures are known with the equations they stand in, and how it is written in four formats."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import NamedTuple

from layout_words import LANGUAGES, Language

FORMATS = ("markdown", "csv", "text", "html")


@dataclass(frozen=True)
class Style:
    """How a figure is written."""

    group: str = ""
    decimal: str = ","
    places: int = 0
    before: str = ""
    after: str = ""
    minus: str = "-"
    zero: str = "0"

    def write(self, value: Decimal) -> str:
        """Return the value as printed."""
        if not value:
            return self.zero if not self.places else self.before + self._digits(value) + self.after
        text = self.before + self._digits(abs(value)) + self.after
        if value > 0:
            return text
        return f"({text})" if self.minus == "(" else self.minus + text

    def _digits(self, value: Decimal) -> str:
        whole, _, rest = f"{value:.{self.places}f}".partition(".")
        return self.grouped(whole) + (self.decimal + rest if rest else "")

    def grouped(self, whole: str) -> str:
        """Return digits with the separators of groups."""
        first = len(whole) % 3
        parts = [whole[:first]] if first else []
        return self.group.join([*parts, *(whole[at : at + 3] for at in range(first, len(whole), 3))])

    def read(self, text: str) -> Decimal | None:
        """Return the value of a printed text, or None if it is no figure."""
        if text in (self.zero, "0", "-", "–"):
            return Decimal(0)
        digits = "".join(
            "." if char == self.decimal else char for char in text if char.isdigit() or char == self.decimal
        )
        if not any(char.isdigit() for char in digits) or digits.count(".") > 1:
            return None
        negative = text.startswith(("-", "−", "–", "("))
        return -Decimal(digits) if negative else Decimal(digits)


@dataclass
class Figure:
    """A figure: its true value and how it is written."""

    value: Decimal
    style: Style

    @property
    def text(self) -> str:
        """The figure as printed."""
        return self.style.write(self.value)


class Equation(NamedTuple):
    """A total is what ``of`` makes of the terms, within ``slack``. A sum has a sign for each term."""

    total: int
    terms: tuple[int, ...]
    of: Callable[[Sequence[Decimal]], Decimal | None]
    slack: Decimal
    signs: tuple[int, ...] = ()

    def holds(self, values: Mapping[int, Decimal | None], counts: Mapping[int, int] | None = None) -> bool:
        """Return True if the values tie. ``counts`` says how often a term is printed, once if not said."""
        terms = [values[term] for term in self.terms]
        total = values[self.total]
        known = [term for term in terms if term is not None]
        if total is None or len(known) < len(terms):
            return False
        if counts and self.signs:
            known = [term * counts.get(at, 1) for at, term in zip(self.terms, known, strict=True)]
        made = self.of(known)
        return made is not None and abs(made - total) <= self.slack


Cell = str | int
Row = list[Cell]


@dataclass
class Table:
    """A header and rows of text and figures (a number is the place of a figure in the document)."""

    header: list[str]
    rows: list[Row]


@dataclass
class Text:
    """A paragraph or a heading; numbers are figures."""

    pieces: list[Cell]
    heading: bool = False


class Place(NamedTuple):
    """Where something stands in the text: its line and columns, from 1, the end exclusive."""

    line: int
    start: int
    end: int


def half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass
class Document:
    """Tables and texts, the figures in them and what ties them together."""

    random: Random
    language: Language
    format: str
    style: Style
    size: int
    captioned: bool = False
    figures: list[Figure] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    blocks: list[Table | Text] = field(default_factory=list)

    # What layouts draw from.

    def word(self, key: str) -> str:
        """Return a word in the language of the document."""
        return self.language.words[key]

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return self.random.randint(low, high)

    def places(self, low: int, high: int) -> list[str]:
        """Draw so many names of places, at most as many as there are."""
        return self.random.sample(self.language.places, self.whole(low, min(high, len(self.language.places))))

    def items(self, low: int, high: int) -> list[str]:
        """Draw so many names of items."""
        return self.random.sample(self.language.items, self.whole(low, min(high, len(self.language.items))))

    def amount(self, size: float | None = None) -> Decimal:
        """Draw an amount of up to so many digits, spread as real amounts are."""
        size = size or self.size
        return Decimal(max(int(10 ** self.random.uniform(size - 1.6, size)), 2))

    # What layouts make.

    def figure(self, value: Decimal | int, style: Style | None = None) -> int:
        """Add a figure and return its number."""
        self.figures.append(Figure(Decimal(value), style or self.style))
        return len(self.figures) - 1

    def drawn(self, count: int, size: float | None = None) -> list[int]:
        """Make so many amounts."""
        return [self.figure(self.amount(size)) for _ in range(count)]

    def value(self, at: int) -> Decimal:
        """Return the true value of a figure."""
        return self.figures[at].value

    def styled(self, **changes: str | int) -> Style:
        """Return the style of the document with changes."""
        return replace(self.style, **changes)  # type: ignore[arg-type]

    def sum(self, terms: Sequence[int], signs: Sequence[int] | None = None, style: Style | None = None) -> int:
        """Make the sum of terms."""
        signs = signs or [1] * len(terms)
        value = sum((self.value(at) * sign for at, sign in zip(terms, signs, strict=True)), Decimal(0))
        total = self.figure(value, style or self.figures[terms[0]].style)
        self.sums(total, terms, signs)
        return total

    def sums(
        self, total: int, terms: Sequence[int], signs: Sequence[int] | None = None, slack: Decimal = Decimal(0)
    ) -> None:
        """Note that a total is the sum of terms. What stands in a ring of rounded figures has a slack."""
        given = tuple(signs or [1] * len(terms))

        def add(values: Sequence[Decimal]) -> Decimal:
            return sum((value * sign for value, sign in zip(values, given, strict=True)), Decimal(0))

        self.equations.append(Equation(total, tuple(terms), add, slack, given))

    def derive(
        self,
        terms: Sequence[int],
        of: Callable[[Sequence[Decimal]], Decimal],
        style: Style,
        exact: bool = False,
    ) -> int:
        """Make a figure that follows from others, rounded as it is printed."""

        def safe(values: Sequence[Decimal]) -> Decimal | None:
            try:
                return of(values)
            except ArithmeticError:
                return None

        value = half_up(of([self.value(at) for at in terms]), style.places)
        made = self.figure(value, style)
        slack = Decimal(0) if exact else Decimal(1).scaleb(-style.places) / 2
        self.equations.append(Equation(made, tuple(terms), safe, slack))
        return made

    def again(self, at: int, style: Style | None = None) -> int:
        """Print a figure a second time."""
        made = self.figure(self.value(at), style or self.figures[at].style)
        self.equations.append(Equation(made, (at,), lambda values: values[0], Decimal(0)))
        return made

    def totals(self, rows: Sequence[Sequence[int]], style: Style | None = None) -> list[int]:
        """Make the totals of columns."""
        return [self.sum(column, style=style) for column in zip(*rows, strict=True)]

    def heading(self, *pieces: Cell) -> None:
        """Add a heading."""
        self.blocks.append(Text(list(pieces), True))

    def text(self, *pieces: Cell) -> None:
        """Add a paragraph."""
        self.blocks.append(Text(list(pieces)))

    def table(self, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Add a table."""
        assert all(len(row) == len(header) for row in rows)
        self.blocks.append(Table(list(header), [list(row) for row in rows]))

    # What is asked of it.

    def values(self) -> dict[int, Decimal | None]:
        """Return the true value of each figure."""
        return {at: figure.value for at, figure in enumerate(self.figures)}

    def printed(self) -> dict[int, str]:
        """Return each figure as printed when nothing is wrong."""
        return {at: figure.text for at, figure in enumerate(self.figures)}

    def check(self) -> None:
        """Raise AssertionError unless every equation holds and every figure reads as it is."""
        values = self.values()
        for equation in self.equations:
            assert equation.holds(values), (equation, [values[at] for at in (equation.total, *equation.terms)])
        for figure in self.figures:
            assert figure.style.read(figure.text) == figure.value, figure
        used = [cell for block in self.blocks for cell in cells_of(block) if isinstance(cell, int)]
        assert sorted(used) == list(range(len(self.figures))), "every figure is printed once"


def cells_of(block: Table | Text) -> list[Cell]:
    return block.pieces if isinstance(block, Text) else [cell for row in block.rows for cell in row]


def start(random: Random, languages: Sequence[str] = ()) -> Document:
    """Draw the language, the format and how numbers are written."""
    language = LANGUAGES[random.choice(list(languages) or list(LANGUAGES))]
    format = random.choice(FORMATS)
    group = random.choice(language.groups)
    minus = random.choice(("-", "-", "−"))
    style = Style(group, language.decimal, 0, "", "", minus, random.choice(("0", "0", "-", "–")))
    return Document(random, language, format, style, random.choice((3, 4, 5, 5, 6, 7, 8)))


class Page(NamedTuple):
    """The written document: where each figure stands, and each row (by block and number)."""

    text: str
    places: dict[int, Place]
    again: dict[int, Place]
    rows: dict[tuple[int, int], int]


class _Writer:
    def __init__(self, printed: Mapping[int, str], escape: Callable[[str], str]) -> None:
        self.parts: list[str] = []
        self.line, self.column = 1, 1
        self.printed, self.escape = printed, escape
        self.places: dict[int, Place] = {}
        self.again: dict[int, Place] = {}

    def put(self, text: str) -> None:
        self.parts.append(text)
        lines = text.count("\n")
        self.line += lines
        self.column = len(text) - text.rindex("\n") if lines else self.column + len(text)

    def cell(self, cell: Cell) -> None:
        text = self.escape(self.shown(cell))
        if isinstance(cell, int):
            places = self.again if cell in self.places else self.places
            places[cell] = Place(self.line, self.column, self.column + len(text))
        self.put(text)

    def shown(self, cell: Cell) -> str:
        return self.printed[cell] if isinstance(cell, int) else cell


def write(
    document: Document, printed: Mapping[int, str] | None = None, blocks: Sequence[Table | Text] | None = None
) -> Page:
    """Write the document, or what a slip has made of it."""
    printed = document.printed() if printed is None else printed
    delimiter = "," if document.style.group in ("", " ") and document.style.decimal == "." else ";"

    def quoted(text: str) -> str:
        return f'"{text}"' if delimiter in text else text

    escapes: dict[str, Callable[[str], str]] = {"html": lambda text: html.escape(text, quote=False), "csv": quoted}
    writer = _Writer(printed, escapes.get(document.format, str))
    rows: dict[tuple[int, int], int] = {}
    for number, block in enumerate(document.blocks if blocks is None else blocks):
        if number:
            writer.put("\n")
        if isinstance(block, Text):
            _write_text(writer, block, document.format)
        else:
            lines = _write_table(writer, block, document.format, delimiter)
            rows |= {(number, at): line for at, line in enumerate(lines)}
    return Page("".join(writer.parts), writer.places, writer.again, rows)


def _write_text(writer: _Writer, block: Text, format: str) -> None:
    mark = {"markdown": "## ", "html": "<h2>"}.get(format, "") if block.heading else "<p>" if format == "html" else ""
    writer.put(mark)
    if format == "csv":
        joined = "".join(writer.shown(piece) for piece in block.pieces)
        if writer.escape(joined) != joined:  # quoted as one field
            writer.put('"')
            escape, writer.escape = writer.escape, str
            for piece in block.pieces:
                writer.cell(piece)
            writer.escape = escape
            writer.put('"\n')
            return
    for piece in block.pieces:
        writer.cell(piece)
    writer.put({True: "</h2>", False: "</p>"}[block.heading] + "\n" if format == "html" else "\n")


def _write_table(writer: _Writer, table: Table, format: str, delimiter: str) -> list[int]:
    lines: list[Row] = [list(table.header), *table.rows]
    shown = [[writer.shown(cell) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    right = [any(isinstance(line[at], int) for line in table.rows) for at in range(len(table.header))]
    if format == "html":
        writer.put("<table>\n")
    found = []
    for number, line in enumerate(lines):
        found.append(writer.line)
        if format == "html":
            tag = "td" if number else "th"
            writer.put("<tr>")
            for cell in line:
                writer.put(f"<{tag}>")
                writer.cell(cell)
                writer.put(f"</{tag}>")
            writer.put("</tr>\n")
            continue
        if format == "markdown":
            writer.put("| ")
        for at, cell in enumerate(line):
            if at:
                writer.put({"markdown": " | ", "csv": delimiter}.get(format, "   "))
            if format == "csv":
                writer.cell(cell)
                continue
            padding = " " * (widths[at] - len(shown[number][at]))
            if right[at]:
                writer.put(padding)
            writer.cell(cell)
            if not right[at] and at + 1 < len(line):
                writer.put(padding)
        writer.put(" |\n" if format == "markdown" else "\n")
        if format == "markdown" and not number:
            writer.put("|" + "|".join(" ---: " if each else " --- " for each in right) + "|\n")
    if format == "html":
        writer.put("</table>\n")
    return found[1:]
