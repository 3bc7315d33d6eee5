"""The method of deductive::correct_typos (Scholtus 2009) for one sum, written anew from its description, to try it on the same typos.

A figure is a candidate where what the sum asks of it is one edit away: a digit added, left out, replaced, or two neighbours swapped.
Where there is one candidate alone it is corrected. Unlike the R package this holds for figures of any size.
"""

from __future__ import annotations

from rapidfuzz.distance import OSA

Grid = list[list[str]]


def correct_alone(grid: Grid, trusted: bool) -> Grid:
    """A table of labels and bare integers, the total in its last row, corrected; ``trusted`` says that the total is no candidate."""
    figures = [int(line[1]) for line in grid]
    off = figures[-1] - sum(figures[:-1])
    wanted = [figure + off for figure in figures[:-1]] + ([] if trusted else [figures[-1] - off])
    near = [row for row, value in enumerate(wanted) if off and OSA.distance(str(value), grid[row][1]) == 1]
    if len(near) != 1:
        return grid
    return [[label, str(wanted[row]) if row == near[0] else text] for row, (label, text) in enumerate(grid)]
