"""The glyphs of a printed page: at their positions they become words, chunks and lines.

Nothing here knows of any file format. A figure keeps the narrow gaps inside it; the wider ones stand between columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from reconcile.core.amounts import read_amount

Box = tuple[float, float, float, float]

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LEADERS = 4
_LONGEST_FIGURE = 60


class Glyph(NamedTuple):
    """A character: its box in reading direction, and where that is on the page as shown."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    box: Box


class Word(NamedTuple):
    """Glyphs without a gap; ``before`` is the blank printed before it."""

    text: str
    x0: float
    x1: float
    box: Box
    before: str


class Chunk(NamedTuple):
    """Words of one line that belong together: a cell, or a stretch of prose."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    box: Box
    words: tuple[Word, ...]


GlyphLine = list[Chunk]


def unite(boxes: Iterable[Box]) -> Box:
    """The smallest box around all ``boxes``."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def is_figure(text: str) -> bool:
    """Whether a chunk is an amount and nothing else."""
    return len(text) <= _LONGEST_FIGURE and read_amount(text) is not None


def lines_of(glyphs: Sequence[Glyph]) -> list[GlyphLine]:
    """Lines from top to bottom, each of chunks from left to right."""
    bands: dict[tuple[float, float], list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        bands[round(glyph.top, 1), round(glyph.bottom, 1)].append(glyph)
    lines: list[tuple[float, float, list[Glyph]]] = []
    # Tall bands first, so that a raised mark finds its line.
    for (top, bottom), members in sorted(bands.items(), key=lambda item: (item[0][0] - item[0][1], item[0])):
        height = max(bottom - top, 0.1)
        for start, end, line in lines:
            if min(bottom, end) - max(top, start) > height / 2:
                line += members
                break
        else:
            lines.append((top, bottom, list(members)))
    lines.sort(key=lambda line: line[:2])
    blanks = _blank_widths(glyphs)
    return [chunks for _, _, line in lines if (chunks := _chunks(line, blanks))]


def _blank_widths(glyphs: Sequence[Glyph]) -> float:
    """The usual width of a blank, in parts of the size; as wide as a digit where all letters are equally wide."""
    digits = {round((g.x1 - g.x0) / g.size, 2) for g in glyphs if g.text.isdigit() and g.size > 0}
    narrow = {round((g.x1 - g.x0) / g.size, 2) for g in glyphs if g.text in ("i", "l", ".", ",") and g.size > 0}
    if digits and len(digits | narrow) == 1 and narrow:
        return min(digits | narrow)
    return 0.28


def _chunks(glyphs: list[Glyph], blank: float) -> GlyphLine:
    glyphs.sort(key=lambda glyph: glyph.x0)
    leaders = _find_leaders(glyphs)
    size = max(glyph.size for glyph in glyphs)
    floor = median(glyph.bottom for glyph in glyphs if glyph.size > 0.8 * size)
    chunks: list[list[Word]] = [[]]
    word: list[Glyph] = []
    blanks: list[Glyph] = []
    forced = False

    def close() -> None:
        if word:
            chunks[-1].append(_word(word, size, floor, blanks_before))

    blanks_before = ""
    for number, glyph in enumerate(glyphs):
        if number in leaders:
            forced = True
        elif not glyph.text.strip():
            blanks.append(glyph)
        else:
            last = word[-1] if word else None
            if last and glyph.text == last.text and abs(glyph.x0 - last.x0) < 0.15 * glyph.size:
                continue  # printed twice to look bold
            gap = glyph.x0 - last.x1 if last else 0.0
            if last and (blanks or forced or gap > 0.15 * glyph.size):
                close()
                apart = forced or _is_apart(last, glyph, gap, blanks, blank)
                blanks_before = blanks[0].text if len(blanks) == 1 and blanks[0].text != "\t" else " "
                if apart:
                    chunks.append([])
                word = []
            word.append(glyph)
            blanks, forced = [], False
    close()
    sized = [_chunk(words, glyphs, size) for words in chunks if words]
    return _join_marks(sized)


def _find_leaders(glyphs: Sequence[Glyph]) -> set[int]:
    """The dots that lead the eye from a label to its figure."""
    found: set[int] = set()
    run: list[int] = []
    dots = 0
    for number, glyph in enumerate(glyphs):
        if glyph.text.strip(".…") and glyph.text.strip():
            if dots >= _LEADERS:
                found.update(run)
            run, dots = [], 0
        else:
            run.append(number)
            dots += len(glyph.text.strip().replace("…", "..."))
    if dots >= _LEADERS:
        found.update(run)
    return found


def _is_apart(last: Glyph, glyph: Glyph, gap: float, blanks: Sequence[Glyph], blank: float) -> bool:
    """Whether a gap stands between columns rather than between words or groups of digits."""
    size = max(min(last.size, glyph.size), 1.0)
    if len(blanks) == 1 and gap < 1.2 * (blanks[0].x1 - blanks[0].x0) and gap < size:
        return False
    figures = last.text[-1] in "0123456789%)" or glyph.text[0] in "0123456789-−–+(€$£"
    monospaced = blank > 0.4
    return gap > size * blank * (1.6 if figures or monospaced else 3.3)


def _word(glyphs: Sequence[Glyph], size: float, floor: float, before: str) -> Word:
    """A word; digits raised behind it are written as such, so that a footnote mark never joins a figure."""
    text = "".join(
        glyph.text.translate(_RAISED)
        if number and glyph.size < 0.8 * size and floor - glyph.bottom > 0.1 * size
        else glyph.text
        for number, glyph in enumerate(glyphs)
    )
    return Word(text, glyphs[0].x0, max(g.x1 for g in glyphs), unite(g.box for g in glyphs), before)


def _chunk(words: Sequence[Word], glyphs: Sequence[Glyph], size: float) -> Chunk:
    text = words[0].text + "".join(word.before + word.text for word in words[1:])
    x0, x1 = words[0].x0, words[-1].x1
    mine = [g for g in glyphs if x0 <= g.x0 < x1 and g.text.strip()] or list(glyphs)
    size = max(g.size for g in mine)
    bold = sum(1 for g in mine if g.bold) * 2 > len(mine)
    top, bottom = min(g.top for g in mine), max(g.bottom for g in mine)
    return Chunk(text, x0, top, x1, bottom, size, bold, unite(word.box for word in words), tuple(words))


def _join_marks(chunks: GlyphLine) -> GlyphLine:
    """A currency sign set far left of its figure belongs to it, and so does a per cent sign behind."""
    joined: GlyphLine = []
    for chunk in chunks:
        before = joined[-1] if joined else None
        if before and (
            (before.text in ("$", "€", "£", "-", "−") and chunk.text[0].isdigit() and before.text not in "-−")
            or (chunk.text in ("%", ")", "%)") and is_figure(before.text) and chunk.x0 - before.x1 < chunk.size)
        ):
            joined[-1] = _merge(before, chunk)
        else:
            joined.append(chunk)
    return joined


def _merge(left: Chunk, right: Chunk) -> Chunk:
    return Chunk(
        f"{left.text} {right.text}", left.x0, min(left.top, right.top), right.x1, max(left.bottom, right.bottom),
        left.size, left.bold, unite((left.box, right.box)), left.words + right.words,
    )  # fmt: skip
