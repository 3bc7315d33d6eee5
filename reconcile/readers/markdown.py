"""Markdown: pipe tables of GitHub's flavour, headings and paragraphs; what is no pipe table is read as plain text.

The cells of a pipe table are cut here and not by a Markdown library, because libraries tell the line of a cell but
not its columns, and every amount must be found again where it is printed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from reconcile.layout import read_lines
from reconcile.location import SourceText
from reconcile.model import Document, Fault, Table, TextBlock, TextPlaces
from reconcile.settings import Settings

NAME = "markdown"
SUFFIXES = (".md", ".markdown", ".mdown")

_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
Span = tuple[int, int]


def recognises(head: str) -> bool:
    """Whether the text holds a pipe table's rule under a line with pipes, or begins with a heading."""
    lines = head.splitlines()
    if any(_is_rule(below) and "|" in above for above, below in pairwise(lines)):
        return True
    return any(_HEADING.match(line) for line in lines[:3])


def read(path: str, text: str, settings: Settings) -> Document:
    """Read ``text`` into blocks and tables."""
    source = SourceText.of(text)
    lines = source.lines()
    blocks: list[TextBlock] = []
    tables: list[Table] = []
    faults: list[Fault] = []
    pending: list[tuple[int, str]] = []

    def flush() -> None:
        found_blocks, found_tables, found_faults = read_lines(source, pending, path)
        faults.extend(found_faults)
        for table in found_tables:
            title = None if table.title_block is None else table.title_block + len(blocks)
            if title is None and blocks:
                title = len(blocks) - 1
            tables.append(replace(table, index=len(tables), title_block=title))
        blocks.extend(found_blocks)
        pending.clear()

    number = _skip_front_matter(lines)
    while number < len(lines):
        offset, line = lines[number]
        heading = _HEADING.match(line)
        if heading:
            flush()
            title = line[heading.end() :].rstrip(" #")
            blocks.append(TextBlock(title, offset + heading.end(), "heading"))
            number += 1
        elif "|" in line and number + 1 < len(lines) and _is_rule(lines[number + 1][1]):
            flush()
            end = number + 2
            while end < len(lines) and "|" in lines[end][1]:
                end += 1
            body = [lines[number], *lines[number + 2 : end]]
            tables.append(_table(source, body, path, len(tables), len(blocks) - 1 if blocks else None))
            number = end
        else:
            pending.append((offset, line))
            number += 1
    flush()
    return Document(path, NAME, source=source, blocks=tuple(blocks), tables=tuple(tables), faults=tuple(faults))


def _skip_front_matter(lines: list[tuple[int, str]]) -> int:
    if lines and lines[0][1].rstrip() == "---":
        for number in range(1, min(len(lines), 200)):
            if lines[number][1].rstrip() in ("---", "..."):
                return number + 1
    return 0


def _is_rule(line: str) -> bool:
    return (
        "-" in line
        and len(line) < 10_000
        and ("|" in line or line.strip(" \t:-") == "")
        and bool(_RULE.fullmatch(line))
    )


def _table(source: SourceText, lines: list[tuple[int, str]], path: str, index: int, title: int | None) -> Table:
    width = len(_cells(lines[0][1]))
    grid: list[tuple[str, ...]] = []
    spans: list[tuple[Span, ...]] = []
    for offset, line in lines:
        # Cells past the header's width belong to no column in GitHub's flavour; here they are kept, to be seen.
        cells = _cells(line)
        width = max(width, len(cells))
        stripped = [_strip_emphasis(line, *cell) for cell in cells]
        grid.append(tuple(_ESCAPE.sub(r"\1", line[start:end]) for start, end in stripped))
        spans.append(tuple((offset + start, offset + end) for start, end in stripped))
    rows = tuple((*row, *("",) * (width - len(row))) for row in grid)
    return Table(rows, path, index, 1, title, TextPlaces(source, tuple(spans)))


def _cells(line: str) -> list[Span]:
    r"""The spans of a row's cells, without the blanks around them; ``\|`` does not divide."""
    start, end = 0, len(line.rstrip())
    start += len(line) - len(line.lstrip())
    if line[start : start + 1] == "|":
        start += 1
    if end > start and line[end - 1] == "|" and line[end - 2 : end - 1] != "\\":
        end -= 1
    cells: list[Span] = []
    begin = start
    for position in range(start, end + 1):
        if position == end or (line[position] == "|" and line[position - 1 : position] != "\\"):
            left, right = begin, position
            while left < right and line[left] in " \t":
                left += 1
            while right > left and line[right - 1] in " \t":
                right -= 1
            cells.append((left, right))
            begin = position + 1
    return cells


def _strip_emphasis(line: str, start: int, end: int) -> Span:
    """Take the marks of bold, italic and code off both ends of a cell."""
    while True:
        for mark in ("**", "__", "`", "*", "_"):
            size = len(mark)
            if end - start > 2 * size and line.startswith(mark, start) and line.endswith(mark, start, end):
                start, end = start + size, end - size
                break
        else:
            return start, end
