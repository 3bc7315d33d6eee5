"""The tables that typos are put into, all of them right, and how they are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random
from typing import NamedTuple

Grid = list[list[str]]
DECISIONS = Path(__file__).parent.parent / "fixtures" / "decisions"


class Style(NamedTuple):
    """How a table is printed: the marks, the words, and by what its amounts are multiplied."""

    group: str = ""
    decimal: str = ""
    caption: str = "Fördelning av {} kronor till regionerna"
    header: tuple[str, ...] = ("Region", "Totalt (kronor)")
    total: str = "Summa"

    def write(self, value: int) -> str:
        """A whole number of öre or kronor, as printed."""
        whole, cents = divmod(abs(value), 100) if self.decimal else (abs(value), 0)
        text = f"{whole:,}".replace(",", self.group)
        return f"{'-' if value < 0 else ''}{text}" + (f"{self.decimal}{cents:02}" if self.decimal else "")

    def read(self, text: str) -> Decimal | None:
        """The value of a figure written in this style, whatever its grouping."""
        plain = re.sub(r"[\s,.']", lambda m: "." if m.group() == self.decimal else "", text)
        try:
            return Decimal(plain)
        except InvalidOperation:
            return None


BARE = Style()
SWEDISH = Style(" ")
ENGLISH = Style(",", "", "Distribution of SEK {} to the regions", ("Region", "Amount (SEK)"), "Total")
DECIMALS = Style(" ", ",")


def region_rows(name: str) -> list[tuple[str, int]]:
    """Labels and amounts of the shipped decision, its one misplaced space set right."""
    text = (DECISIONS / f"{name}-decision.txt").read_text(encoding="utf-8")
    found = re.findall(
        r"^(?:\| )?(\w*(?:egion|Västra Götalandsregionen)\b[^|\d\n]*?) (?:\| )?(\d[\d \u00a0]+\d)(?: \|)?$", text, re.M
    )
    rows = [(label.strip(), int(re.sub(r"\D", "", figure))) for label, figure in found]
    assert len(rows) == 21, len(rows)
    return rows


def grid_of(rows: Sequence[tuple[str, int]], style: Style) -> Grid:
    total = (style.total, sum(value for _, value in rows))
    return [[label, style.write(value)] for label, value in [*rows, total]]


def page(grid: Grid, style: Style, caption: str = "", header: Sequence[str] = ()) -> str:
    """A Markdown document of one table; ``caption`` is the total that it states, or ''."""
    head = list(header or style.header)
    lines = [head, ["---"] * len(head), *grid]
    title = f"{style.caption.format(caption)}\n\n" if caption else ""
    return title + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def crossed(rows: Sequence[tuple[str, int]]) -> Grid:
    """Every amount parted into two columns, with totals across and down."""
    parted = [(label, value * (3 + i % 4) // 10, value) for i, (label, value) in enumerate(rows)]
    lines = [(label, (one, value - one, value)) for label, one, value in parted]
    total = ("Summa", tuple(sum(column) for column in zip(*(values for _, values in lines), strict=True)))
    return [[label, *map(SWEDISH.write, values)] for label, values in [*lines, total]]


def municipal() -> Grid:
    """290 rows under 21 headings with subtotals, and a total of all: invented amounts."""
    random = Random("municipal")
    grid: Grid = []
    everything = 0
    for county in range(21):
        size = 14 if county < 17 else 13
        values = [random.randrange(100_000, 90_000_000) for _ in range(size)]
        grid += [[f"Kommun {county + 1}:{i + 1}", SWEDISH.write(value)] for i, value in enumerate(values)]
        grid.append([f"Summa län {county + 1}", SWEDISH.write(sum(values))])
        everything += sum(values)
    return [*grid, ["Totalt", SWEDISH.write(everything)]]
