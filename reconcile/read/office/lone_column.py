"""A sheet of a single column, whose cells are the lines of a report that was pasted into it: they are read as text is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace

from reconcile.core.document import CellIndex, Fault, Table, TextBlock, TextPlaces
from reconcile.core.location import CellRef, Location, SourceText, TextSpan
from reconcile.read.gathering import LinePlaces
from reconcile.read.text.rows import MIN_ROWS, TextContent, read_lines

# Longer columns are lists rather than reports.
_MOST_LINES = 20_000


def read_lone_column(path: str, sheet: str, cells: Mapping[CellIndex, str]) -> TextContent | None:
    """The blocks and tables in the lines of a sheet; None where it has more columns, or no line of it is a row."""
    if not MIN_ROWS <= len(cells) <= _MOST_LINES or len({column for _, column in cells}) > 1:
        return None
    places: list[Location] = []
    lines: list[str] = []
    above = 0
    for row, column in sorted(cells):
        anchor = CellRef(sheet, row, column)
        text = " ".join(cells[row, column].splitlines())
        if row > above + 1:
            # Rows left empty are blank lines.
            lines.append("")
            places.append(Location(path))
        lines.append(text)
        places.append(Location(path, f"{sheet}!{anchor.address}", anchor, None, text))
        above = row
    source = SourceText.of("\n".join(lines))
    found = read_lines(source, source.lines(), path)
    if not found.tables:
        return None

    def at(offset: int) -> Location:
        return places[bisect_right(source.starts, offset) - 1]

    blocks: list[TextBlock] = []
    # What a block of several lines becomes: a block for each of its cells. The last stands before the table it titles.
    last: list[int] = []
    for block in found.blocks:
        start = block.start
        for line in block.text.split("\n"):
            if line.strip():
                blocks.append(TextBlock(line, place=at(start)))
            start += len(line) + 1
        last.append(len(blocks) - 1)
    tables: list[Table] = []
    for table in found.tables:
        assert isinstance(table.places, TextPlaces)
        rows = tuple(at(spans[0][0]) for spans in table.places.spans)
        title = None if table.title_block is None else last[table.title_block]
        tables.append(replace(table, title_block=title, places=LinePlaces(rows)))
    faults: list[Fault] = []
    for fault in found.faults:
        span = fault.location.anchor
        faults.append(fault._replace(location=at(span.start if isinstance(span, TextSpan) else 0)))
    return TextContent(blocks, tables, faults)
