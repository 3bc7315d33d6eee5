"""Typos put into printed tables on purpose, seeded, to measure how well they are found and repaired.

It knows nothing of the repair, so that this is not only asked what it knows: the last of the kinds are modelled nowhere.
A table is a grid of text, labels in the first column, the total in the last row. Weights follow Scholtus (2009, Statistics
Netherlands, discussion paper 09046), who found 112 digits substituted, 15 omitted, 14 interchanged and 11 added among the errors
of 4 381 survey records; the other weights are guesses of the right size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

Grid = list[list[str]]
Cell = tuple[int, int]

# Digits that are struck or read for one another: side by side on a keyboard's row or number pad, or alike in print.
_BESIDE = ("12 23 34 45 56 67 78 89 90", "14 25 36 47 58 69", "38 17 56 08 06 35 49")
_LIKELY = {frozenset(pair) for pairs in _BESIDE for pair in pairs.split()}
_SEPARATORS = " ,.'\u00a0\u202f"


class Typo(NamedTuple):
    """What was done: the table as mistyped, and the cells (row, column) of it that are no longer right.

    ``moved`` says that rows were added or taken away, so that cells cannot be compared by their place.
    """

    kind: str
    grid: Grid
    wrong: frozenset[Cell]
    moved: bool = False


def _digits(figure: str) -> list[int]:
    return [i for i, char in enumerate(figure) if char.isdigit()]


def _swapped(figure: str, one: int, other: int) -> str:
    chars = list(figure)
    chars[one], chars[other] = chars[other], chars[one]
    return "".join(chars)


def transposed(figure: str, random: Random) -> str:
    places = _digits(figure)
    at = random.randrange(len(places) - 1)
    return _swapped(figure, places[at], places[at + 1])


def substituted(figure: str, random: Random) -> str:
    at = random.choice(_digits(figure))
    others = [digit for digit in "0123456789" if digit != figure[at]]
    weights = [4 if frozenset((digit, figure[at])) in _LIKELY else 1 for digit in others]
    return figure[:at] + random.choices(others, weights)[0] + figure[at + 1 :]


def substitution_odds(right: str, wrong: str) -> float:
    """How likely one digit substituted makes ``wrong`` of ``right``."""
    apart = [(was, became) for was, became in zip(right, wrong, strict=False) if was != became]
    if len(right) != len(wrong) or len(apart) != 1:
        return 0.0
    ((was, became),) = apart
    weights = {digit: 4 if frozenset((digit, was)) in _LIKELY else 1 for digit in "0123456789" if digit != was}
    return weights[became] / sum(weights.values()) / len(right)


def transposition_odds(right: str, wrong: str) -> float:
    """How likely two neighbours swapped make ``wrong`` of ``right``."""
    places = [at for at in range(len(right) - 1) if right[at] != right[at + 1]]
    return any(_swapped(right, at, at + 1) == wrong for at in places) / max(len(places), 1)


def omitted(figure: str, random: Random) -> str:
    at = random.choice(_digits(figure))
    return figure[:at] + figure[at + 1 :]


def inserted(figure: str, random: Random) -> str:
    at = random.choice([*_digits(figure), len(figure)])
    return figure[:at] + random.choice("0123456789") + figure[at:]


def inserted_in_front(figure: str, random: Random) -> str:
    return random.choice("123456789") + figure


def inserted_behind(figure: str, random: Random) -> str:
    at = random.choice([*_digits(figure)[1:], len(figure)])
    return figure[:at] + random.choice("0123456789") + figure[at:]


def _behind_a_mark(figure: str) -> list[int]:
    return [at for at in _digits(figure) if at > _marks(figure)[0]]


def omitted_in_a_later_group(figure: str, random: Random) -> str:
    at = random.choice(_behind_a_mark(figure))
    return figure[:at] + figure[at + 1 :]


def inserted_in_a_later_group(figure: str, random: Random) -> str:
    at = random.choice([*_behind_a_mark(figure), len(figure)])
    return figure[:at] + random.choice("0123456789") + figure[at:]


def doubled(figure: str, random: Random) -> str:
    at = random.choice(_digits(figure))
    return figure[:at] + figure[at] + figure[at:]


def two_substituted(figure: str, random: Random) -> str:
    one, other = random.sample(_digits(figure), 2)
    chars = list(figure)
    for at in (one, other):
        chars[at] = random.choice([digit for digit in "0123456789" if digit != chars[at]])
    return "".join(chars)


def _groups(figure: str) -> tuple[list[str], str]:
    """A figure's groups of three digits, each with the mark before it if marks are printed; and its decimals."""
    whole, decimals = re.fullmatch(r"(.*?)([.,]\d\d)?", figure).groups("")  # type: ignore[union-attr]
    if _marks(whole):
        return re.split(r"(?=[ ,.'\u00a0\u202f]\d{3}(?!\d))", whole), decimals
    return [text for text in re.split(r"(?=(?:\d{3})+$)", whole) if text], decimals


def group_dropped(figure: str, random: Random) -> str:
    groups, decimals = _groups(figure)
    del groups[random.randrange(1, len(groups))]
    return "".join(groups) + decimals


def group_doubled(figure: str, random: Random) -> str:
    groups, decimals = _groups(figure)
    at = random.randrange(1, len(groups))
    return "".join([*groups[:at], groups[at], *groups[at:]]) + decimals


def groups_swapped(figure: str, random: Random) -> str:
    groups, decimals = _groups(figure)
    at = random.randrange(1, len(groups) - 1)
    groups[at], groups[at + 1] = groups[at + 1], groups[at]
    return "".join(groups) + decimals


def _marks(figure: str) -> list[int]:
    return [i for i, char in enumerate(figure) if char in _SEPARATORS]


def separator_misplaced(figure: str, random: Random) -> str:
    at = random.choice(_marks(figure))
    return _swapped(figure, at, at + random.choice([-1, 1]))


def separator_dropped(figure: str, random: Random) -> str:
    at = random.choice(_marks(figure))
    return figure[:at] + figure[at + 1 :]


def separator_doubled(figure: str, random: Random) -> str:
    at = random.choice(_marks(figure))
    return figure[:at] + figure[at] + figure[at:]


def separator_of_another_kind(figure: str, random: Random) -> str:
    at = random.choice(_marks(figure))
    return figure[:at] + random.choice([mark for mark in " ,." if mark != figure[at]]) + figure[at + 1 :]


def sign_lost(figure: str, random: Random) -> str:
    return figure.lstrip("-")


def decimal_mark_lost(figure: str, random: Random) -> str:
    return re.sub(r"[.,](\d\d)$", r"\1", figure)


def decimal_mark_moved(figure: str, random: Random) -> str:
    return re.sub(r"(\d)([.,])(\d)(\d)$", r"\2\1\3\4" if random.random() < 0.5 else r"\1\3\2\4", figure)


def unit_slip(figure: str, random: Random) -> str:
    groups, decimals = _groups(figure)
    mark = groups[-1][0] if not groups[-1][0].isdigit() else ""
    return ("".join(groups[:-1]) if random.random() < 0.5 else f"{''.join(groups)}{mark}000") + decimals


def glued(figure: str, random: Random) -> str:
    # An asterisk is an ordinary footnote mark, and no fault.
    return figure + random.choice(["a", "b", "x", "1)"])


def look_alike(figure: str, random: Random) -> str:
    places = [i for i in _digits(figure) if figure[i] in "01"]
    at = random.choice(places)
    return figure[:at] + ("O" if figure[at] == "0" else "l") + figure[at + 1 :]


def swapped_over_one(figure: str, random: Random) -> str:
    places = _digits(figure)
    at = random.randrange(len(places) - 2)
    return _swapped(figure, places[at], places[at + 2])


def group_reversed(figure: str, random: Random) -> str:
    groups, decimals = _groups(figure)
    at = random.randrange(1, len(groups))
    mark, digits = groups[at][:-3], groups[at][-3:]
    groups[at] = mark + digits[::-1]
    return "".join(groups) + decimals


def rounded_off(figure: str, random: Random) -> str:
    groups, decimals = _groups(figure)
    return "".join([groups[0], *(re.sub(r"\d", "0", group) for group in groups[1:])]) + decimals


def digit_moved(figure: str, random: Random) -> str:
    places = _digits(figure)
    digits = [figure[i] for i in places]
    digits.insert(random.randrange(len(digits)), digits.pop(random.randrange(len(digits))))
    chars = list(figure)
    for i, digit in zip(places, digits, strict=True):
        chars[i] = digit
    return "".join(chars)


def another_figure(figure: str, random: Random) -> str:
    first, *others = _digits(figure)
    chars = list(figure)
    chars[first] = random.choice("123456789")
    for i in others:
        chars[i] = random.choice("0123456789")
    return "".join(chars)


FigureKind = Callable[[str, Random], str]
# Weights are per thousand typos.
SINGLE: dict[str, tuple[int, FigureKind]] = {
    "substitution": (300, substituted),
    "omission": (40, omitted),
    "transposition": (38, transposed),
    "insertion": (15, inserted),
    "doubling": (15, doubled),
    "separator misplaced": (60, separator_misplaced),
    "separator dropped": (40, separator_dropped),
    "separator doubled": (30, separator_doubled),
    "separator of another kind": (30, separator_of_another_kind),
    "group dropped": (20, group_dropped),
    "group doubled": (10, group_doubled),
    "groups swapped": (20, groups_swapped),
    "sign lost": (10, sign_lost),
    "decimal mark lost": (10, decimal_mark_lost),
    "decimal mark moved": (10, decimal_mark_moved),
    "unit slip": (20, unit_slip),
    "glued mark": (20, glued),
    "look-alike letter": (20, look_alike),
    "two substitutions": (20, two_substituted),
}
# Kinds apart by where they are, since one in front is harder to tell than others, and one in a later group shows; never drawn.
PARTED: dict[str, tuple[int, FigureKind]] = {
    "insertion in front": (0, inserted_in_front),
    "insertion behind the first digit": (0, inserted_behind),
    "omission in a later group": (0, omitted_in_a_later_group),
    "insertion in a later group": (0, inserted_in_a_later_group),
}
UNMODELLED: dict[str, tuple[int, FigureKind]] = {
    "digits swapped over one": (10, swapped_over_one),
    "group reversed": (5, group_reversed),
    "rounded off": (10, rounded_off),
    "digit moved": (10, digit_moved),
    "another figure": (20, another_figure),
}


def _amounts_swapped(grid: Grid, row: int, random: Random) -> None:
    grid[row][1:], grid[row + 1][1:] = grid[row + 1][1:], grid[row][1:]


def _labels_swapped(grid: Grid, row: int, random: Random) -> None:
    grid[row][0], grid[row + 1][0] = grid[row + 1][0], grid[row][0]


def _row_copied(grid: Grid, row: int, random: Random) -> None:
    grid[row + 1][1:] = grid[row][1:]


def _rows_shifted(grid: Grid, row: int, random: Random) -> None:
    grid[row][1:], grid[row + 1][1:], grid[row + 2][1:] = grid[row + 2][1:], grid[row][1:], grid[row + 1][1:]


def _row_missing(grid: Grid, row: int, random: Random) -> None:
    del grid[row]


def _row_twice(grid: Grid, row: int, random: Random) -> None:
    grid.insert(row, list(grid[row]))


# The last one is modelled nowhere.
ROWS: dict[str, tuple[int, Callable[[Grid, int, Random], None]]] = {
    "amounts of two rows swapped": (10, _amounts_swapped),
    "labels of two rows swapped": (5, _labels_swapped),
    "row copied from its neighbour": (10, _row_copied),
    "row missing": (10, _row_missing),
    "row twice": (5, _row_twice),
    "three rows shifted": (5, _rows_shifted),
}


def inject(kind: str, grid: Sequence[Sequence[str]], cells: Sequence[Cell], random: Random) -> Typo | None:
    """One typo of a kind in one of ``cells``; None where no figure among them can have it."""
    for _ in range(50):
        row, col = random.choice(cells)
        new = [list(line) for line in grid]
        if kind in ROWS:
            if row + 2 >= len(grid):
                continue
            ROWS[kind][1](new, row, random)
        else:
            old = new[row][col]
            try:
                figure = {**SINGLE, **PARTED, **UNMODELLED}[kind][1](old, random)
            except (IndexError, ValueError):
                continue
            # Nobody prints a figure that begins with nought, or with a mark.
            if not re.match(r"-?[1-9lO]", figure) or (len(figure) > 1 and re.match(r"-?0\d", figure)):
                continue
            new[row][col] = figure
        moved = len(new) != len(grid)
        if moved or new != [list(line) for line in grid]:
            wrong = {(r, c) for r, line in enumerate(new) for c, text in enumerate(line) if moved or text != grid[r][c]}
            return Typo(kind, new, frozenset(wrong), moved)
    return None


def draw(random: Random) -> str:
    """A kind, by its weight."""
    kinds = {**SINGLE, **UNMODELLED, **ROWS}
    return random.choices(list(kinds), [weight for weight, _ in kinds.values()])[0]
