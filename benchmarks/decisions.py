"""Generated decisions: many documents with tables that add up, and some that do not. Seeded, so that all runs have the same.

    python benchmarks/decisions.py FOLDER [--documents 1000] [--seed 1]

Half are Markdown, a quarter HTML, an eighth Excel and an eighth PDF, in folders of 100. One in ten has a figure with a digit wrong.
"""

from __future__ import annotations

import argparse
import runpy
from pathlib import Path
from random import Random
from typing import Any

HOME = Path(__file__).parent.parent
SUFFIXES = ("md", "html", "md", "xlsx", "md", "html", "md", "pdf")
WRONG = 10


def names() -> list[str]:
    """The Swedish regions, to whom grants are paid."""
    lines = (HOME / "fixtures" / "decisions" / "second-decision.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("| ")]
    return [row[1].strip() for row in rows if any(char.isdigit() for char in row[2])]


def printed(amount: int) -> str:
    """An amount with a space between groups of three digits."""
    return f"{amount:,}".replace(",", " ")


def decision(random: Random, number: int, regions: list[str]) -> tuple[str, str, list[list[str]]]:
    """Heading, caption and rows of one decision: 8 to all regions, one or two columns, a total that ties, but for one in ten."""
    chosen = sorted(random.sample(regions, random.randint(8, len(regions))))
    columns = random.choice((1, 1, 1, 2))
    amounts = [[random.randint(200_000, 90_000_000) for _ in range(columns)] for _ in chosen]
    totals = [sum(column) for column in zip(*amounts, strict=True)]
    cells = [[printed(amount) for amount in row] for row in amounts]
    if random.randrange(WRONG) == 0:
        row, col = random.randrange(len(cells)), random.randrange(columns)
        digit = cells[row][col][-1]
        cells[row][col] = cells[row][col][:-1] + str((int(digit) + random.randint(1, 9)) % 10)
    header = ["Region", *(["Totalt (kronor)"] if columns == 1 else ["Bidrag (kronor)", "Avgift (kronor)"])]
    rows = [header, *([name, *row] for name, row in zip(chosen, cells, strict=True)), ["Summa", *map(printed, totals)]]
    year = 2000 + number % 25
    return f"Utbetalning {number} till regionerna", f"Fördelning av {printed(totals[0])} kronor för {year}", rows


def generate(folder: Path, documents: int, seed: int = 1) -> None:
    """Write decisions to ``folder``, those that are there already among them."""
    build: dict[str, Any] = runpy.run_path(str(HOME / "fixtures" / "build.py"))
    regions, random = names(), Random(seed)
    for number in range(documents):
        suffix = SUFFIXES[number % len(SUFFIXES)]
        source = build["Source"]("", *decision(random, number, regions))
        path = folder / f"{number // 100:04}" / f"{number:06}.{suffix}"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(build["FORMATS"][suffix](source))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generate(options.folder, options.documents, options.seed)


if __name__ == "__main__":
    main()
