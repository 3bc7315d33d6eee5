"""Old Excel workbooks (.xls), through python-calamine; it tells values but not how they are printed.

Every old office file is a container of the same kind (OLE), and so is every encrypted new one: they are told apart here.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from reconcile.core.document import Document, Fault
from reconcile.core.limits import Clock, RefusedError
from reconcile.core.location import Location
from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings
from reconcile.read.kinds import name_old
from reconcile.read.office.number_formats import print_plain
from reconcile.read.office.sheet import Sheet, read_sheets

NAME = "xls"
SUFFIXES = (".xls",)

_LACKS = say(
    "an old workbook: its numbers are read as stored, without formats, formulas or what is hidden in rows and columns"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def recognises(head: bytes) -> bool:
    """Whether this is a container of an old office file."""
    return head[:8] == _OLE


def read(path: str, data: bytes, settings: Settings) -> Document:
    """Read a workbook; numbers are told plainly, without the format that they are printed with."""
    if _ENCRYPTED in data:
        return _faulty(path, "R004", say("encrypted; not read"))
    if data[:8] != _OLE or not any(name in data for name in _WORKBOOK):
        return _faulty(path, "R001", name_old(data))
    import python_calamine

    try:
        import io

        inspect_workbook(data, settings.max_cells)
        with _without_complaints():
            book = python_calamine.load_workbook(io.BytesIO(data))
        sheets, faults = [], []
        clock = Clock.start(settings)
        for meta in book.sheets_metadata:
            clock.check()
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            with _without_complaints():
                sheet = _read_sheet(book.get_sheet_by_name(meta.name))
            sheets.append(sheet)
            if meta.visible != python_calamine.SheetVisibleEnum.Visible and sheet.cells:
                message = say("sheet {name} is hidden, read like the others", name=meta.name)
                faults.append(Fault("R003", message, Location(path, meta.name), note=True))
        faults.append(Fault("R003", _LACKS, Location(path), note=True))
        return read_sheets(path, NAME, sheets, faults, settings.max_cells)
    except RefusedError as refusal:
        return _faulty(path, refusal.code, refusal.message)
    except python_calamine.PasswordError:
        return _faulty(path, "R004", say("encrypted; not read"))
    # A failure inside the library's Rust code is a BaseException of its own that no name is exported for.
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        what = f"{type(error).__name__}: {str(error)[:200]}"
        return _faulty(path, "R001", say("not a workbook that can be read: {error}", error=what))


@contextmanager
def _without_complaints() -> Iterator[None]:
    """Keep what the library's Rust code prints of its own failures off the screen; what fails is said in our words."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no such screen
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _faulty(path: str, code: str, message: Message) -> Document:
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


def _read_sheet(sheet: Any) -> Sheet:
    top, left = sheet.start or (0, 0)
    cells = {}
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
        if values.count("") == len(values):
            continue
        for column, value in enumerate(values, start=left + 1):
            text = _print_value(value)
            if text:
                cells[row, column] = text
    return Sheet(sheet.name, cells)


def _print_value(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return print_plain(Decimal(repr(value)))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


_HEADER = 512
_LAST_SECTOR = 0xFFFFFFFA  # greater numbers are marks: free, end of chain, a table's own
_END = 0xFFFFFFFE
_ENTRY = 128
_STREAM, _ROOT = 2, 5
# Kinds of records: where a sheet begins, the area it declares, the strings of the workbook, a row of figures, the end, cells.
_SHEET, _DIMENSIONS, _STRINGS, _FIGURES, _FINISH = 0x0085, 0x0200, 0x00FC, 0x00BD, 0x000A
# For what a sheet declares to span, room is only set aside; many declare more than they hold.
_ANNOUNCED = 4
_BEGIN = b"\x09"
_CELLS = frozenset(
    {0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E, 0x0406, 0x00D6, 0x00FD, _FIGURES}
)


class _Entry(NamedTuple):
    """A stream: its name, its first sector and its size in bytes."""

    name: str
    kind: int
    first: int
    size: int


def inspect_workbook(data: bytes, max_cells: int) -> None:
    """Raise RefusedError for a container that is broken, or a workbook whose sheets span more cells than allowed."""
    for name, stream in _read_streams(data):
        if name in ("Workbook", "Book"):
            _inspect_records(stream, max_cells)


def _broken(what: Message) -> RefusedError:
    return RefusedError("R001", say("a truncated or broken workbook: {what}", what=what))


def _read_streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The streams of a container, each by its name. No sector may belong to two of them."""
    if len(data) < _HEADER:
        raise _broken(say("its header is cut off"))
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or small_shift != 6:
        raise _broken(say("its header tells no size of sectors"))
    size, small = 1 << shift, 1 << small_shift
    sectors = [data[start : start + size] for start in range(size, len(data), size)]
    table = _numbers(sectors, _table_sectors(data, sectors))
    taken: set[int] = set()
    first_entry, cutoff, first_small = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
    entries = list(_entries(b"".join(sectors[n] for n in _chain(first_entry, table, len(sectors), taken))))
    small_table = _numbers(sectors, list(_chain(first_small, table, len(sectors), taken)))
    root = next((entry for entry in entries if entry.kind == _ROOT), None)
    if root is None:
        raise _broken(say("it has no root"))
    packed = b"".join(sectors[n] for n in _chain(root.first, table, len(sectors), taken))
    pieces = [packed[start : start + small] for start in range(0, len(packed), small)]
    taken_small: set[int] = set()
    for entry in entries:
        if entry.kind == _STREAM and entry.size:
            if entry.size < cutoff:
                chain = b"".join(pieces[n] for n in _chain(entry.first, small_table, len(pieces), taken_small))
            else:
                chain = b"".join(sectors[n] for n in _chain(entry.first, table, len(sectors), taken))
            yield entry.name, chain[: entry.size]


def _table_sectors(data: bytes, sectors: Sequence[bytes]) -> list[int]:
    """The sectors that hold the table of sectors: those that the header lists, then those of its continuation."""
    found = [number for (number,) in struct.iter_unpack("<I", data[76:_HEADER])]
    following, seen = struct.unpack_from("<I", data, 68)[0], set[int]()
    while following < _LAST_SECTOR:
        if following >= len(sectors) or following in seen:
            raise _broken(say("the list of its tables leads nowhere"))
        seen.add(following)
        *more, following = _numbers(sectors, [following])
        found += more
    found = [number for number in found if number < _LAST_SECTOR]
    if len(found) != struct.unpack_from("<I", data, 44)[0] or any(number >= len(sectors) for number in found):
        raise _broken(say("its table of sectors is not whole"))
    return found


def _numbers(sectors: Sequence[bytes], which: Sequence[int]) -> list[int]:
    return [number for n in which for (number,) in struct.iter_unpack("<I", sectors[n][: len(sectors[n]) // 4 * 4])]


def _chain(first: int, table: Sequence[int], count: int, taken: set[int]) -> Iterator[int]:
    """The sectors from ``first`` on; none of them may be ``taken`` yet, all are then."""
    number = first
    while number < _LAST_SECTOR:
        if number >= min(len(table), count) or number in taken:
            raise _broken(say("a chain of its sectors runs in a circle or out of the file"))
        taken.add(number)
        yield number
        number = table[number]
    if number != _END:
        raise _broken(say("a chain of its sectors has no end"))


def _entries(directory: bytes) -> Iterator[_Entry]:
    if len(directory) % _ENTRY:
        raise _broken(say("its directory is cut off"))
    for at in range(0, len(directory), _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        if length > 64:
            raise _broken(say("a name in its directory is too long"))
        first, size = struct.unpack_from("<II", directory, at + 116)
        yield _Entry(directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace"), kind, first, size)


def _inspect_records(stream: bytes, max_cells: int) -> None:
    """Raise for sheets that span more than ``max_cells``, as declared or by their cells, and for more strings than fit."""
    spanned = declared = 0
    sheets = []
    for kind, start, length in _records(stream, 0):
        if kind == _STRINGS and length >= 8 and struct.unpack_from("<I", stream, start + 4)[0] > len(stream):
            raise _broken(say("it declares more strings than it holds"))
        if kind == _SHEET and length >= 4:
            sheets.append(struct.unpack_from("<I", stream, start)[0])
    if len(set(sheets)) < len(sheets):
        raise _broken(say("two of its sheets are one"))
    for sheet in sheets:
        if stream[sheet : sheet + 1] != _BEGIN:
            raise _broken(say("a sheet begins nowhere"))
        mine, announced = _span(stream, sheet)
        spanned, declared = spanned + mine, declared + announced
        if spanned > max_cells or declared > _ANNOUNCED * max_cells:
            raise RefusedError(
                "R004",
                say("its sheets span more cells than the limit max_cells = {limit:,}; not read", limit=max_cells),
            )


def _records(stream: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    """The kind, the start and the length of each record up to the end of a sheet, or of what all sheets share."""
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        start = position + 4
        position = start + length
        if kind == _FINISH or position > len(stream):
            break
        yield kind, start, length


def _span(stream: bytes, sheet: int) -> tuple[int, int]:
    """How many cells a sheet spans by where they are, and as it declares."""
    declared = 0
    rows: list[int] = []
    columns: list[int] = []
    for kind, start, length in _records(stream, sheet):
        if kind == _DIMENSIONS and length >= 10:
            top, bottom, left, right = struct.unpack_from("<IIHH" if length >= 14 else "<HHHH", stream, start)
            if bottom and right:
                if top >= bottom or left >= right:
                    raise _broken(say("a sheet ends before it begins"))
                declared += (bottom - top) * (right - left)
        elif kind in _CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, start)
            last = column + (length // 6 if kind == _FIGURES else 0)
            rows = [min([row, *rows]), max([row, *rows])]
            columns = [min([column, *columns]), max([last, *columns])]
    return _area(rows, columns), declared


def _area(rows: Sequence[int], columns: Sequence[int]) -> int:
    return (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1) if rows else 0
