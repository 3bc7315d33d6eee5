"""Old Excel workbooks (.xls), through python-calamine; it tells values but not how they are printed.

Every old office file is a container of the same kind (OLE), and so is every encrypted new one: they are told apart here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from reconcile.core.document import Document, Fault
from reconcile.core.limits import Clock, RefusedError
from reconcile.core.location import Location
from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings
from reconcile.read.office.compounds import inspect_workbook
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
        return _faulty(path, "R001", say("an old office file that holds no workbook"))
    try:
        import python_calamine
    except ImportError:
        return _faulty(
            path, "R001", say("an old Excel workbook; to read it, install the extra: pip install 'reconcile[calc]'")
        )
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
