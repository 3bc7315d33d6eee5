"""Which mistyped digits are told, by the layout of the table: tables that are right are made, and one digit of one figure is substituted.

    python benchmarks/layouts.py [--trials 100] [--seed 1] [--only LAYOUT] [--show N]

Told is an error or a warning, noted a note (a whole unit or two in a sum of rounded figures ties within rounding), missed nothing. Beside
stand the alarms and notes on the tables as they were, which should be none. ``--show`` prints so many tables of each layout that are
not told.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

import reconcile

Row = tuple[str, list[int] | None]
NAMES = [
    "Alvesta",
    "Borgholm",
    "Dorotea",
    "Eksjö",
    "Falun",
    "Gnosjö",
    "Hagfors",
    "Kalix",
    "Kiruna",
    "Laxå",
    "Lerum",
    "Malå",
    "Mora",
    "Nora",
    "Orust",
    "Piteå",
    "Säter",
    "Tibro",
    "Umeå",
    "Vara",
]
HEADERS = ("Drift", "Bygg", "Stöd", "Bidrag", "Övrigt", "Allt")


class Layout(NamedTuple):
    """How the rows of a table are made, of so many columns."""

    columns: int
    make: Callable[[Random, int], list[Row]]


def _amounts(random: Random, columns: int, digits: int = 6) -> list[int]:
    sizes = (digits - (random.random() < 0.2) for _ in range(columns))
    return [random.randrange(10 ** (size - 1), 10**size) for size in sizes]


def _sum(rows: Sequence[Row]) -> list[int]:
    return [sum(column) for column in zip(*(values for _, values in rows if values), strict=True)]


def _rows(random: Random, columns: int, least: int = 2, most: int = 6) -> list[Row]:
    return [(name, _amounts(random, columns)) for name in random.sample(NAMES, random.randrange(least, most))]


def flat(total: str = "Summa", top: bool = False) -> Callable[[Random, int], list[Row]]:
    """Rows and one total."""

    def make(random: Random, columns: int) -> list[Row]:
        rows = _rows(random, columns, 2, 12)
        return [(total, _sum(rows)), *rows] if top else [*rows, (total, _sum(rows))]

    return make


def sections(*names: str, first: bool = False, headings: bool = False) -> Callable[[Random, int], list[Row]]:
    """Sections with a total each, and a total of all."""

    def make(random: Random, columns: int) -> list[Row]:
        lines: list[Row] = []
        totals: list[Row] = []
        for number, name in enumerate(names):
            rows = [(f"{label} {number + 1}", values) for label, values in _rows(random, columns)]
            totals.append((name, _sum(rows)))
            heading: list[Row] = [(f"Avdelning {number + 1}", None)] if headings else []
            lines += [*heading, totals[-1], *rows] if first else [*heading, *rows, totals[-1]]
        return [*lines, ("Totalt", _sum(totals))]

    return make


def nested(random: Random, columns: int) -> list[Row]:
    """Totals of totals of rows."""
    lines: list[Row] = []
    totals: list[Row] = []
    for letter in "AB":
        parts: list[Row] = []
        for number in "12":
            rows = [(f"{name} {letter}{number}", values) for name, values in _rows(random, columns)]
            parts.append((f"Delsumma {letter}{number}", _sum(rows)))
            lines += [*rows, parts[-1]]
        totals.append((f"Summa {letter}", _sum(parts)))
        lines.append(totals[-1])
    return [*lines, ("Totalt", _sum(totals))]


def crossed(random: Random, columns: int) -> list[Row]:
    """Totals across and down."""
    rows: list[Row] = [
        (name, [*parts, sum(parts)]) for name, values in _rows(random, columns - 1, 3, 9) if (parts := values)
    ]
    return [*rows, ("Totalt", _sum(rows))]


def result(random: Random, columns: int) -> list[Row]:
    """Income, costs and what is left."""
    income: list[Row] = [(name, _amounts(random, columns)) for name in ("Skatter", "Bidrag", "Avgifter")]
    costs: list[Row] = [(name, _amounts(random, columns)) for name in ("Löner", "Lokaler", "Övrigt")]
    left = [one - other for one, other in zip(_sum(income), _sum(costs), strict=True)]
    return [*income, ("Summa intäkter", _sum(income)), *costs, ("Summa kostnader", _sum(costs)), ("Resultat", left)]


LAYOUTS = {
    "one total": Layout(1, flat()),
    "one total, first": Layout(1, flat("Hela landet", top=True)),
    "one total, three columns": Layout(3, flat()),
    "no word, three columns": Layout(3, flat("Kommunerna")),
    "sections": Layout(1, sections("Summa norr", "Summa söder")),
    "sections with headings": Layout(1, sections("Summa norr", "Summa söder", headings=True)),
    "three sections": Layout(1, sections("Summa norr", "Summa söder", "Summa väst")),
    "totals before sections": Layout(1, sections("Summa norr", "Summa söder", first=True)),
    "names before sections": Layout(1, sections("Norr", "Söder", "Väst", first=True)),
    "sections, two columns": Layout(2, sections("Summa norr", "Summa söder")),
    "names before, two columns": Layout(2, sections("Norr", "Söder", "Väst", first=True)),
    "nested": Layout(1, nested),
    "nested, two columns": Layout(2, nested),
    "crossed": Layout(4, crossed),
    "result": Layout(1, result),
    "result, two columns": Layout(2, result),
}


def page(rows: Sequence[Row], columns: int, group: str, unit: str) -> str:
    """The rows as a table in Markdown."""
    names = HEADERS[:columns] if columns > 1 else ("Belopp",)
    header = ["Post", *(f"{name} ({unit})" if unit else name for name in names)]
    lines = [
        [label, *(f"{value:,}".replace(",", group) for value in values)] if values else [label, *[""] * columns]
        for label, values in rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, ["---"] * (columns + 1), *lines)) + "\n"


def mistype(rows: Sequence[Row], random: Random) -> list[Row]:
    """The rows with one digit of one figure substituted."""
    cells = [(row, col) for row, (_, values) in enumerate(rows) for col in range(len(values or ()))]
    row, col = random.choice(cells)
    values = list(rows[row][1] or ())
    digits = str(abs(values[col]))
    at = random.randrange(len(digits))
    digit = random.choice([each for each in "0123456789" if each != digits[at] and (at or each != "0")])
    values[col] = (-1 if values[col] < 0 else 1) * int(digits[:at] + digit + digits[at + 1 :])
    return [*rows[:row], (rows[row][0], values), *rows[row + 1 :]]


def judge(text: str) -> str:
    """What is said of the sums of a table: told, noted or nothing."""
    findings = reconcile.check_text(text, format="markdown").findings
    severities = {finding.severity for finding in findings if finding.code.startswith("R3")}
    return "told" if severities & {"error", "warning"} else "noted" if severities else "missed"


def measure(name: str, trials: int, seed: int, show: int = 0) -> tuple[Counter[str], Counter[str]]:
    """What is said of tables of one layout with a digit mistyped, and of the same as they were."""
    layout, wrong, sound = LAYOUTS[name], Counter[str](), Counter[str]()
    for trial in range(trials):
        random = Random(f"{seed} {name} {trial}")
        rows = layout.make(random, layout.columns)
        form = layout.columns, random.choice((" ", ",", "")), random.choice(("kronor", "tkr", ""))
        sound[judge(page(rows, *form))] += 1
        text = page(mistype(rows, random), *form)
        said = judge(text)
        wrong[said] += 1
        if said != "told" and show > wrong[said] - 1:
            print(said, text, sep="\n")
    return wrong, sound


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=LAYOUTS, nargs="+", default=list(LAYOUTS))
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    print(f"{'layout':<28}{'told':>6}{'noted':>7}{'missed':>8}   of tables that are right: alarms, notes")
    for name in options.only:
        wrong, sound = measure(name, options.trials, options.seed, options.show)
        print(
            f"{name:<28}{wrong['told']:>6}{wrong['noted']:>7}{wrong['missed']:>8}{sound['told']:>29}{sound['noted']:>7}"
        )


if __name__ == "__main__":
    main()
