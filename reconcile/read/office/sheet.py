"""Tables that stand on a sheet: blocks of cells set apart by empty rows or columns, and the text around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from reconcile.core.document import CellIndex, Document, Fault, Table, TextBlock
from reconcile.core.location import Anchor, CellRef, Location
from reconcile.core.messages import Message, say, say_many
from reconcile.read.office.lone_column import read_lone_column
from reconcile.read.text.rows import has_numeral

_DEEPEST = 20


class Sheet(NamedTuple):
    """A sheet as printed: text and formulas by (row, column) from 1. ``formulas`` may have cells that print nothing."""

    name: str
    cells: Mapping[CellIndex, str]
    formulas: Mapping[CellIndex, str] = {}


class SheetPlaces(NamedTuple):
    """Places on a sheet: the row and column on the sheet, from 1, of every row and column of a table."""

    sheet: str
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    def place(self, row: int, col: int) -> tuple[Anchor | None, str]:
        """The cell's address."""
        anchor = CellRef(self.sheet, self.rows[row], self.columns[col])
        return anchor, f"{self.sheet}!{anchor.address}"


def tell_hidden(name: str, rows: int, columns: int) -> Iterator[Message]:
    """What a person should know who compares a sheet with what was read: how many of its rows and columns are hidden."""
    if rows:
        yield say_many(rows, "sheet {name}: {count} hidden row holds numbers, read like the others",
                       "sheet {name}: {count} hidden rows hold numbers, read like the others", name=name)  # fmt: skip
    if columns:
        yield say_many(columns, "sheet {name}: {count} hidden column holds numbers, read like the others",
                       "sheet {name}: {count} hidden columns hold numbers, read like the others", name=name)  # fmt: skip


def tell_unknown(name: str, cells: int) -> Message:
    """What to say of a sheet's formulas that the file has no values of."""
    return say_many(cells, "sheet {name}: {count} cell holds a formula without a stored value, read as empty",
                    "sheet {name}: {count} cells hold a formula without a stored value, read as empty", name=name)  # fmt: skip


def read_sheets(path: str, format: str, sheets: Iterable[Sheet], faults: Sequence[Fault], max_cells: int) -> Document:
    """The document that sheets make. More than ``max_cells`` cells in its tables give a fault instead."""
    blocks: list[TextBlock] = []
    tables: list[Table] = []
    cells = 0
    told = list(faults)
    for sheet in sheets:
        first = len(blocks)
        lone = None if sheet.formulas else read_lone_column(path, sheet.name, sheet.cells)
        if lone is not None:
            blocks += lone.blocks
            for table in lone.tables:
                cells += len(table.rows) * table.width
                title = None if table.title_block is None else first + table.title_block
                tables.append(replace(table, index=len(tables), title_block=title))
            told += lone.faults
            continue
        # Nearly in order as they come, which a set of them would not be.
        every = sorted([*sheet.cells, *(cell for cell in sheet.formulas if cell not in sheet.cells)])
        for piece in _pieces(every):
            above, body, below = _peel(piece)
            above, body = _keep_heading(sheet, above, body)
            rows, columns = _extent(body)
            if not _is_table(sheet, body, rows, columns):
                above, body, below = piece, [], []
            blocks += _text_blocks(path, sheet, above)
            if body:
                cells += len(rows) * len(columns)
                if cells > max_cells:
                    message = say("has more cells in its tables than the limit max_cells = {limit:,}; not read",
                                  limit=max_cells)  # fmt: skip
                    return Document(path, format, faults=(Fault("R004", message, Location(path)),))
                title = _title(blocks, first, rows[0], columns)
                tables.append(_table(path, len(tables), title, sheet, rows, columns))
            blocks += _text_blocks(path, sheet, below)
    return Document(path, format, blocks=tuple(blocks), tables=tuple(tables), faults=tuple(told))


def _pieces(cells: list[CellIndex]) -> list[list[CellIndex]]:
    """Cut cells apart at empty rows and empty columns, in reading order."""
    done: list[list[CellIndex]] = []
    open_pieces = [(cells, 0)] if cells else []
    while open_pieces:
        piece, depth = open_pieces.pop()
        parts = _join_lone_rows(_split(piece, 0))
        if len(parts) == 1:
            parts = _join_lone_columns(_split(piece, 1))
        if len(parts) == 1 or depth >= _DEEPEST:
            done.append(piece)
        else:
            open_pieces += [(part, depth + 1) for part in reversed(parts)]
    return done


def _split(cells: list[CellIndex], axis: int) -> list[list[CellIndex]]:
    lines = sorted({cell[axis] for cell in cells})
    number, part = {}, 0
    for i, line in enumerate(lines):
        part += i > 0 and line > lines[i - 1] + 1
        number[line] = part
    if not part:
        return [cells]
    parts: list[list[CellIndex]] = [[] for _ in range(part + 1)]
    for cell in cells:
        parts[number[cell[axis]]].append(cell)
    return parts


def _join_lone_rows(parts: list[list[CellIndex]]) -> list[list[CellIndex]]:
    """Put a single row of several cells back to the rows above it: a total with an empty row over it."""
    joined: list[list[CellIndex]] = []
    for part in parts if len(parts) > 1 else ():
        _, body, _ = _peel(part)
        columns = {column for _, column in body}
        if (
            joined
            and len(columns) > 1
            and body[0][0] == body[-1][0] == part[0][0] == joined[-1][-1][0] + 2
            and columns <= {column for _, column in joined[-1]}
        ):
            joined[-1] = [*joined[-1], *part]
        else:
            joined.append(part)
    return joined or parts


def _join_lone_columns(parts: list[list[CellIndex]]) -> list[list[CellIndex]]:
    """Put a single column to its nearer neighbour, the right one of two: labels alone and figures alone are no table."""
    if len(parts) == 1:
        return parts
    spans = [(min(columns), max(columns), [part]) for part in parts if (columns := {column for _, column in part})]
    while len(spans) > 1:
        lone = next((i for i, (left, right, _) in enumerate(spans) if left == right), None)
        if lone is None:
            break
        before = spans[lone][0] - spans[lone - 1][1] if lone else None
        after = spans[lone + 1][0] - spans[lone][1] if lone + 1 < len(spans) else None
        first = lone - 1 if after is None or (before is not None and before < after) else lone
        left, right = spans[first], spans[first + 1]
        spans[first : first + 2] = [(left[0], right[1], [*left[2], *right[2]])]
    return [sorted(cell for part in group for cell in part) for _, _, group in spans]


def _peel(piece: list[CellIndex]) -> tuple[list[CellIndex], list[CellIndex], list[CellIndex]]:
    """Take rows of one cell, in the first column, off the top and the bottom of a piece: its title and its notes."""
    first = min(column for _, column in piece)
    start, end = 0, len(piece)
    while start < end and piece[start][1] == first and (start + 1 == end or piece[start + 1][0] > piece[start][0]):
        start += 1
    while end > start and piece[end - 1][1] == first and (end - 1 == start or piece[end - 2][0] < piece[end - 1][0]):
        end -= 1
    return piece[:start], piece[start:end], piece[end:]


def _keep_heading(
    sheet: Sheet, above: list[CellIndex], body: list[CellIndex]
) -> tuple[list[CellIndex], list[CellIndex]]:
    """Leave a section heading at the top in its table: it ends as the headings further down do (*Blekinge län*)."""
    if not above or not body or above[-1][0] + 1 != body[0][0]:
        return above, body
    filled = Counter(row for row, _ in body)
    below = {cell for cell in body if filled[cell[0]] == 1 and cell[1] == above[-1][1]}
    words = {sheet.cells.get(cell, "").split()[-1:] == sheet.cells.get(above[-1], "").split()[-1:] for cell in below}
    return (above[:-1], [above[-1], *body]) if True in words else (above, body)


def _extent(cells: list[CellIndex]) -> tuple[list[int], list[int]]:
    return sorted({row for row, _ in cells}), sorted({column for _, column in cells})


def _is_table(sheet: Sheet, cells: list[CellIndex], rows: list[int], columns: list[int]) -> bool:
    return len(rows) > 1 and len(columns) > 1 and any(has_numeral(sheet.cells.get(cell, "")) for cell in cells)


def _text_blocks(path: str, sheet: Sheet, cells: list[CellIndex]) -> list[TextBlock]:
    blocks = []
    for row, column in cells:
        text = sheet.cells.get((row, column), "")
        if text.strip():
            anchor = CellRef(sheet.name, row, column)
            place = Location(path, f"{sheet.name}!{anchor.address}", anchor, None, text)
            blocks.append(TextBlock(text, place=place))
    return blocks


def _title(blocks: Sequence[TextBlock], first: int, top: int, columns: list[int]) -> int | None:
    """The last text above a table on its sheet, one over its own columns before all others."""
    found = None
    for index in range(len(blocks) - 1, first - 1, -1):
        place = blocks[index].place
        anchor = None if place is None else place.anchor
        if isinstance(anchor, CellRef) and anchor.row < top:
            if columns[0] <= anchor.column <= columns[-1]:
                return index
            found = index if found is None else found
    return found


def _table(path: str, index: int, title: int | None, sheet: Sheet, rows: list[int], columns: list[int]) -> Table:
    grid = tuple(tuple(sheet.cells.get((row, column), "") for column in columns) for row in rows)
    formulas = {}
    if sheet.formulas:
        formulas = {
            (i, j): sheet.formulas[row, column]
            for i, row in enumerate(rows)
            for j, column in enumerate(columns)
            if (row, column) in sheet.formulas
        }
    return Table(grid, path, index, None, title, SheetPlaces(sheet.name, tuple(rows), tuple(columns)), formulas)
