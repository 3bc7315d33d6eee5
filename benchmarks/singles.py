"""What others make of the same typos: R's deductive::correct_typos (Scholtus 2009), run or written anew, and one who knows the odds."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from math import exp, log
from pathlib import Path
from statistics import NormalDist, fmean, stdev

from rapidfuzz.distance import OSA

Grid = list[list[str]]


def correct_alone(grid: Grid, trusted: bool) -> Grid:
    """A table of labels and bare integers, the total in its last row, corrected; ``trusted`` says that the total is no candidate.

    The method of correct_typos, written from its description. A figure is a candidate where what the sum asks of it is one edit
    away: a digit added, left out, replaced, or two neighbours swapped. Where there is one candidate alone it is corrected. Unlike
    the R package this holds for figures of any size.
    """
    figures = [int(line[1]) for line in grid]
    off = figures[-1] - sum(figures[:-1])
    wanted = [figure + off for figure in figures[:-1]] + ([] if trusted else [figures[-1] - off])
    near = [row for row, value in enumerate(wanted) if off and OSA.distance(str(value), grid[row][1]) == 1]
    if len(near) != 1:
        return grid
    return [[label, str(wanted[row]) if row == near[0] else text] for row, (label, text) in enumerate(grid)]


def correct_by_package(grids: Sequence[Grid], trusted: bool) -> list[list[str]] | None:
    """The figures of each table as R's package corrects them, [] where it stops with an error; None where R or the package is missing."""
    if shutil.which("Rscript") is None:
        return None
    word = "trusted" if trusted else "doubt"
    lines = "".join(f"{','.join([word, *(line[1] for line in grid)])}\n" for grid in grids)
    script = str(Path(__file__).with_name("correct_typos.R"))
    done = subprocess.run(["Rscript", script], input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    return [[] if line == "stopped" else line.split(",") for line in done.stdout.splitlines()]


def likeliest_row(
    figures: Sequence[int], total: int, siblings: Sequence[int], sizes: NormalDist, odds: Callable[[str, str], float]
) -> int:
    """The row that is likeliest mistyped, by one who knows all that can be known; -1 where no row fits.

    ``odds`` says how likely a figure is to be mistyped as another, for the one kind of typo that it was; ``sizes`` is how the
    logarithms of the right ratios to the ``siblings`` are spread. The total is right. Nobody does better than this on average: where
    the sum holds after several corrections, it is the odds alone that tell them apart.
    """
    off = sum(figures) - total
    weights = [0.0] * len(figures)
    for row, (figure, sibling) in enumerate(zip(figures, siblings, strict=True)):
        right = figure - off
        if right > 0:
            far, was = (sizes.zscore(log(value / sibling)) for value in (right, figure))
            weights[row] = odds(str(right), str(figure)) * exp((was**2 - far**2) / 2) * figure / right
    return max(range(len(figures)), key=weights.__getitem__) if any(weights) else -1


def spread_of(figures: Sequence[int], siblings: Sequence[int]) -> NormalDist:
    """How the logarithms of the ratios to the siblings are spread."""
    ratios = [log(figure / sibling) for figure, sibling in zip(figures, siblings, strict=True)]
    return NormalDist(fmean(ratios), stdev(ratios))
