"""Tables and text that stand on a printed page: lines of glyphs become grids and blocks.

Nothing here knows of any file format.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from reconcile.core.amounts import is_nil
from reconcile.read.pdf.glyphs import Box, Chunk, Glyph, GlyphLine, Word, is_figure, lines_of, unite

_DEEPEST_HEADER = 4
_LETTERS = re.compile(r"[^\W\d_]{2,}")


class PageCell(NamedTuple):
    """A cell's text and its box on the page."""

    text: str
    box: Box


class Grid(NamedTuple):
    """A table on a page: cells row by row, its extent, and the (left, right) of each column."""

    rows: tuple[tuple[PageCell, ...], ...]
    box: Box
    columns: tuple[tuple[float, float], ...]


class Block(NamedTuple):
    """Lines of running text."""

    text: str
    box: Box
    heading: bool


_MANY = PageCell("", (0.0, 0.0, 0.0, 0.0))


def find_grids(lines: Sequence[GlyphLine], least: int = 2) -> tuple[list[Grid], list[GlyphLine]]:
    """Tables without rules, and the lines that stand in none; ``least`` is how many rows of figures the first one needs."""
    grids: list[Grid] = []
    rest: list[GlyphLine] = []
    number = 0
    for first, last in _runs(lines):
        rows = sum(1 for line in lines[first : last + 1] if _is_row(line))
        start = max(_header_start(lines, first), number)
        if rows < 2 and (grids or rows < least):
            continue
        if rows < least and last - start < 1:
            continue
        rest += lines[number:start]
        grids += _split_side_by_side(lines[start : last + 1])
        number = last + 1
    rest += lines[number:]
    return grids, rest


def _is_row(line: GlyphLine) -> bool:
    return len(line) > 1 and any(is_figure(chunk.text) for chunk in line[1:])


def _is_value(text: str) -> bool:
    return is_nil(text) or is_figure(text)


def _top(line: GlyphLine) -> float:
    return min(chunk.top for chunk in line)


def _bottom(line: GlyphLine) -> float:
    return max(chunk.bottom for chunk in line)


def _runs(lines: Sequence[GlyphLine]) -> list[tuple[int, int]]:
    """First and last line of each stretch of rows; up to two lone lines of the same pitch may stand between rows."""
    runs: list[tuple[int, int]] = []
    pitch = 0.0
    for number, line in enumerate(lines):
        if not _is_row(line):
            continue
        if runs and number - runs[-1][1] <= 3:
            last = runs[-1][1]
            steps = [_top(below) - _top(above) for above, below in pairwise(lines[last : number + 1])]
            usual = pitch or steps[0]
            most = 1.8 if len(steps) > 1 else 3.0
            height = _bottom(line) - _top(line)
            if max(steps) <= most * max(usual, height) and _share_column(lines[last], line):
                pitch = pitch or min(steps)
                runs[-1] = (runs[-1][0], number)
                continue
        pitch = 0.0
        runs.append((number, number))
    return runs


def _share_column(above: GlyphLine, below: GlyphLine) -> bool:
    return any(
        _is_value(a.text) and _is_value(b.text) and a.x0 < b.x1 and b.x0 < a.x1 for a in above[1:] for b in below[1:]
    )


def _header_start(lines: Sequence[GlyphLine], first: int) -> int:
    """The first of the lines right above the rows that name the columns: several chunks, or one that is not at the left."""
    start = first
    left = min(chunk.x1 for chunk in lines[first])
    lone = 0
    for number in range(first - 1, max(first - 1 - _DEEPEST_HEADER - 2, -1), -1):
        line, below = lines[number], lines[number + 1]
        if _top(below) - _bottom(line) > 1.2 * (_bottom(line) - _top(line)):
            break
        if len(line) < 2 and line[0].x0 < left:
            # A section heading may stand between the names of the columns and the first row.
            lone += 1
            if lone > 2 or start < first:
                break
        elif lone and start == first and (len(line) < len(lines[first]) or _is_row(line)):
            break
        else:
            start = number
    # A heading line of one chunk over the columns needs columns named below it.
    while start < first and len(lines[start]) < 2 and len(lines[first]) < 3:
        start += 1
    return start


def _columns(lines: Sequence[GlyphLine]) -> list[tuple[float, float]]:
    """The extents of the columns, from the fullest rows first; what would bridge two of them widens none."""
    columns: list[tuple[float, float]] = []
    for line in sorted((line for line in lines if _is_row(line)), key=len, reverse=True):
        for chunk in line:
            hit = [n for n, (left, right) in enumerate(columns) if chunk.x0 < right and left < chunk.x1]
            if not hit:
                columns.append((chunk.x0, chunk.x1))
            elif len(hit) == 1:
                left, right = columns[hit[0]]
                columns[hit[0]] = (min(left, chunk.x0), max(right, chunk.x1))
    return sorted(columns)


def _lay_out(lines: Sequence[GlyphLine], columns: Sequence[tuple[float, float]]) -> Grid:
    rows: list[tuple[PageCell, ...]] = []
    for line in lines:
        whole = unite(chunk.box for chunk in line)
        cells: list[PageCell | None] = [None] * len(columns)
        for chunk in line:
            for text, x0, x1, box in _pieces(chunk, columns):
                col = _column_of(x0, x1, columns, is_figure(text))
                held = cells[col]
                cells[col] = (
                    PageCell(text, box) if held is None else PageCell(f"{held.text} {text}", unite((held.box, box)))
                )
        rows.append(tuple(cell or PageCell("", whole) for cell in cells))
    return Grid(tuple(rows), unite(chunk.box for line in lines for chunk in line), tuple(columns))


def _column_of(x0: float, x1: float, columns: Sequence[tuple[float, float]], figure: bool) -> int:
    """The column that a piece overlaps most; figures are set flush right, so their right ends tell between equals."""
    shared = [min(x1, right) - max(x0, left) for left, right in columns]
    if figure and sum(1 for width in shared if width > 0) > 1:
        return min(range(len(columns)), key=lambda n: abs(columns[n][1] - x1))
    return max(range(len(columns)), key=lambda n: shared[n])


def _pieces(chunk: Chunk, columns: Sequence[tuple[float, float]]) -> list[tuple[str, float, float, Box]]:
    """A chunk, cut before words that begin a column, where the words before end in columns of their own."""
    hit = [column for column in columns if chunk.x0 < column[1] and column[0] < chunk.x1]
    if len(hit) < 2:
        return [(chunk.text, chunk.x0, chunk.x1, chunk.box)]
    groups: list[list[Word]] = [[]]
    for word in chunk.words:
        end = groups[-1][-1].x1 if groups[-1] else None
        if end is not None and any(end <= left + 1 and left - 1 <= word.x0 for left, _ in hit):
            groups.append([])
        groups[-1].append(word)
    # Digits are cut apart only where each stretch ends where its column ends.
    if any(char.isdigit() for char in chunk.text) and not all(
        any(abs(group[-1].x1 - right) < 0.3 * chunk.size for _, right in hit) for group in groups
    ):
        return [(chunk.text, chunk.x0, chunk.x1, chunk.box)]
    return [
        (
            group[0].text + "".join(word.before + word.text for word in group[1:]),
            group[0].x0, group[-1].x1, unite(word.box for word in group),
        )
        for group in groups
    ]  # fmt: skip


def grid_of_boxes(glyphs: Sequence[Glyph], rows: Sequence[Sequence[Box | None]], box: Box) -> Grid | None:
    """The table in a grid of ruled boxes, without what is empty; None where the rules are no grid of its cells.

    They are none where one box holds several figures (rules that only frame rows), or where there are no figures at all.
    """
    width = max(map(len, rows), default=0)
    cells: list[list[PageCell | None]] = []
    # By height, so that a cell looks through the glyphs of its own lines and not through all of the table.
    glyphs = sorted(glyphs, key=_middle)
    heights = [_middle(glyph) for glyph in glyphs]
    for boxes in rows:
        row = [
            None
            if cell is None
            else _boxed(glyphs[bisect_left(heights, cell[1]) : bisect_left(heights, cell[3])], cell)
            for cell in boxes
        ]
        if any(cell is _MANY for cell in row):
            return None
        if any(cell and cell.text for cell in row):
            cells.append([*row, *(None,) * (width - len(row))])
    columns = _ruled_columns(cells, width)
    if len(columns) < 2 or len(cells) < 2 or not any(cell and is_figure(cell.text) for row in cells for cell in row):
        return None
    laid = []
    for row in cells:
        whole = unite(cell.box for cell in row if cell)
        laid.append(
            tuple(
                next((cell for col in group if (cell := row[col]) and cell.text), PageCell("", whole))
                for group, _ in columns
            )
        )
    return Grid(tuple(laid), box, tuple(extent for _, extent in columns))


def _middle(glyph: Glyph) -> float:
    return (glyph.top + glyph.bottom) / 2


def _boxed(glyphs: Sequence[Glyph], box: Box) -> PageCell:
    """The text within a ruled box, of the glyphs at its height; ``_MANY`` where it holds several figures."""
    left, _, right, _ = box
    inside = [g for g in glyphs if left <= (g.x0 + g.x1) / 2 < right]
    chunks = [chunk for line in lines_of(inside) for chunk in line]
    if sum(1 for chunk in chunks if is_figure(chunk.text)) > 1:
        return _MANY
    return PageCell(" ".join(chunk.text for chunk in chunks), unite(chunk.box for chunk in chunks) if chunks else box)


def _ruled_columns(
    rows: Sequence[Sequence[PageCell | None]], width: int
) -> list[tuple[list[int], tuple[float, float]]]:
    """Columns that hold text, and their extents; those that rules drawn unevenly cut in two are one."""
    columns: list[tuple[list[int], tuple[float, float]]] = []
    for col in range(width):
        filled = {n: cell.box for n, row in enumerate(rows) if (cell := row[col]) and cell.text}
        if not filled:
            continue
        left, _, right, _ = unite(filled.values())
        if columns:
            group, (start, end) = columns[-1]
            together = any((cell := rows[n][other]) and cell.text for n in filled for other in group)
            if left < end and not together:
                columns[-1] = ([*group, col], (min(start, left), max(end, right)))
                continue
        columns.append(([col], (left, right)))
    return columns


def _split_side_by_side(lines: Sequence[GlyphLine]) -> list[Grid]:
    """One table, or two that stand side by side: the same kinds of column twice, under the same names or far apart."""
    columns = _columns(lines)
    half = len(columns) // 2
    if len(columns) < 4 or len(columns) % 2:
        return [_lay_out(lines, columns)]
    gaps = [right[0] - left[1] for left, right in pairwise(columns)]
    whole = _lay_out(lines, columns)
    kinds = [_is_wordy([row[col].text for row in whole.rows]) for col in range(len(columns))]
    names = [cell.text for cell in whole.rows[0]]
    same = names[:half] == names[half:] and any(names)
    if kinds[:half] != kinds[half:] or not kinds[0] or all(kinds) or not same:
        return [whole]
    middle = columns[half][0] - gaps[half - 1] / 2
    sides = [
        [[c for c in line if c.x0 < middle] for line in lines],
        [[c for c in line if c.x0 >= middle] for line in lines],
    ]
    return [
        _lay_out([line for line in side if line], part)
        for side, part in zip(sides, (columns[:half], columns[half:]), strict=True)
    ]


def _is_wordy(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if not is_nil(text)]
    return sum(1 for text in filled if _LETTERS.search(text) and not is_figure(text)) * 2 > len(filled)


def blocks_of(lines: Sequence[GlyphLine]) -> list[Block]:
    """Paragraphs and headings: lines of one size below each other, column by column."""
    usual = median(chunk.size for line in lines for chunk in line for _ in chunk.words) if lines else 0.0
    groups: list[list[Chunk]] = []
    for line in lines:
        for chunk in line:
            for group in reversed(groups[-12:]):
                if _continues(group, chunk):
                    group.append(chunk)
                    break
            else:
                groups.append([chunk])
    blocks = [
        Block(
            " ".join(chunk.text for chunk in group),
            unite(chunk.box for chunk in group),
            len({chunk.top for chunk in group}) == 1
            and len(group[0].text) < 200
            and (group[0].size > 1.15 * usual or (group[0].bold and not group[0].text.rstrip().endswith((".", ":")))),
        )
        for group in groups
    ]
    return sorted(blocks, key=lambda block: (block.box[1], block.box[0]))


def _continues(group: Sequence[Chunk], chunk: Chunk) -> bool:
    last = group[-1]
    if abs(last.size - chunk.size) > 0.6 or last.bold != chunk.bold:
        return False
    gap = chunk.top - last.bottom
    if gap < -0.5 * chunk.size:  # on the same line, under a wider one
        return chunk.x0 >= last.x1 and any(c.x0 < chunk.x1 and chunk.x0 < c.x1 for c in group)
    return gap < 0.6 * chunk.size and any(c.x0 < chunk.x1 and chunk.x0 < c.x1 for c in group[-3:])
