"""What readers of documents without lines of their own gather: paragraphs and tables, numbered as they follow each other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from reconcile.core.document import Document, Fault, Table, TextBlock, TextPlaces
from reconcile.core.limits import Clock, RefusedError
from reconcile.core.location import Anchor, BlockRef, Location, SourceText
from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings
from reconcile.read.text.rows import read_lines


class CellPlaces(NamedTuple):
    """Places in a table: its number and name, and the numbers of its rows in the file, deleted ones counted."""

    number: int
    name: str
    rows: tuple[int, ...]

    def place(self, row: int, col: int) -> tuple[Anchor | None, str]:
        """The cell by the number of its table, its row and its column, from 1."""
        label = say("{table}, row {row}, column {column}", table=self.name, row=self.rows[row], column=col + 1)
        return BlockRef(self.number, self.rows[row], col + 1), label


class LinePlaces(NamedTuple):
    """Places in a table that stands in paragraphs: where each of its rows is."""

    rows: tuple[Location, ...]

    def place(self, row: int, col: int) -> tuple[Anchor | None, str]:
        """The paragraph that the row stands in, and which of its cells is meant."""
        return self.rows[row].anchor, say("{place}, column {column}", place=self.rows[row].label, column=col + 1)


class Gathering:
    """Blocks and tables read so far; paragraphs are pending until it is known whether they are rows of a table."""

    def __init__(self, path: str, settings: Settings) -> None:
        self.path, self.settings, self.clock = path, settings, Clock.start(settings)
        self.blocks: list[TextBlock] = []
        self.tables: list[Table] = []
        self.said: dict[Message, None] = {}
        self.notes: dict[Message, None] = {}
        self._pending: list[TextBlock] = []
        self._paragraphs = self._tables = self._cells = 0

    def add_paragraph(self, text: str, kind: str = "paragraph", page: str = "") -> None:
        """Add a paragraph (``kind`` is ``heading`` for a heading), on a page that is told."""
        self.clock.check()
        self._paragraphs += 1
        label = say("paragraph {number}", number=self._paragraphs)
        if page:
            label = say("{table} (in {place})", table=label, place=page)
        place = Location(self.path, label, BlockRef(self._paragraphs, 0, 0))
        if kind == "heading":
            self.flush()
            self.append(text, place, kind)
            self.flush(lines=False)
        else:
            self.append(text, place)

    def add_table(self, rows: Sequence[Sequence[str]], page: str = "", header: int | None = None) -> None:
        """Add a table; short rows are filled up. ``header`` is how many rows its format calls a header."""
        self.flush()
        self._tables += 1
        name = say("table {number}", number=self._tables)
        if page:
            name = say("{table} (in {place})", table=name, place=page)
        width = max(map(len, rows), default=0)
        self.spend(len(rows) * width)
        if width:
            grid = tuple((*row, *("",) * (width - len(row))) for row in rows)
            title = len(self.blocks) - 1 if self.blocks else None
            places = CellPlaces(self._tables, name, tuple(range(1, len(rows) + 1)))
            known = header if header and header < len(grid) else None
            self.tables.append(Table(grid, self.path, len(self.tables), known, title, places))

    def document(self, name: str) -> Document:
        """All that was gathered, as a document of the format ``name``."""
        self.flush()
        faults = [Fault("R003", message, Location(self.path)) for message in self.said]
        faults += [Fault("R003", message, Location(self.path), note=True) for message in self.notes]
        tables = [replace(table, index=index) for index, table in enumerate(t for t in self.tables if t.rows)]
        return Document(self.path, name, blocks=tuple(self.blocks), tables=tuple(tables), faults=tuple(faults))

    def append(self, text: str, place: Location, kind: str = "paragraph") -> None:
        """Keep a paragraph that holds anything, until all those that follow it are known."""
        if text.strip():
            self._pending.append(as_block(text.strip(" \n"), place, kind))

    def flush(self, lines: bool = True) -> None:
        """Move what is pending into the blocks; paragraphs that are rows of a label and figures become a table."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        source = SourceText.of("\n\n".join(block.text for block in pending))
        starts = [0]
        for block in pending:
            starts.append(starts[-1] + len(block.text) + 2)
        blocks, tables, faults = read_lines(source, source.lines(), self.path, self.clock) if lines else ([], [], [])
        self.said |= dict.fromkeys(fault.message for fault in faults)
        if not tables:
            self.blocks += pending
            return
        # A block found there may span paragraphs: each paragraph becomes a block of its own again.
        ends = [len(self.blocks) - 1]
        for found in blocks:
            end = found.start + len(found.text)
            for index in range(bisect_right(starts, found.start) - 1, bisect_left(starts, end)):
                first, last = max(found.start, starts[index]), min(end, starts[index] + len(pending[index].text))
                text = source.text[first:last].strip("\n")
                self.blocks.append(as_block(text, place_of_block(pending[index])))
            ends.append(len(self.blocks) - 1)
        for table in tables:
            assert isinstance(table.places, TextPlaces)
            rows = [place_of_block(pending[bisect_right(starts, spans[0][0]) - 1]) for spans in table.places.spans]
            title = ends[0 if table.title_block is None else table.title_block + 1]
            self.spend(len(table.rows) * table.width)
            self.tables.append(
                replace(table, title_block=title if title >= 0 else None, places=LinePlaces(tuple(rows)))
            )

    def spend(self, cells: int) -> None:
        """Count cells. Raises RefusedError where there are more than the limit."""
        self._cells += cells
        if self._cells > self.settings.max_cells:
            most = self.settings.max_cells
            raise RefusedError(
                "R004", say("has more cells in its tables than the limit max_cells = {limit:,}", limit=most)
            )


def as_block(text: str, place: Location, kind: str = "paragraph") -> TextBlock:
    """A text block at a place."""
    return TextBlock(text, 0, kind, place._replace(text=text))


def place_of_block(block: TextBlock) -> Location:
    """Where a block stands that was made by ``as_block``."""
    assert block.place is not None
    return block.place
