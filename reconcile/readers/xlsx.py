"""Excel workbooks (.xlsx, .xlsm): cells as they are printed, with the formulas behind them as witnesses.

openpyxl lays merged ranges and links out cell by cell, so what a hostile file declares is looked at before it is opened.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from reconcile.archives import describe, open_archive, read_tags
from reconcile.limits import Clock, RefusedError
from reconcile.location import Location
from reconcile.model import Document, Fault
from reconcile.numberformats import print_number
from reconcile.settings import Settings
from reconcile.sheets import Cell, Sheet, read_sheets

NAME = "xlsx"
SUFFIXES = (".xlsx", ".xlsm")

_WORKBOOK = "xl/workbook.xml"
_ENTRY = re.compile(rb"PK\x03\x04.{26}(xl|word|ppt)/", re.DOTALL)
_CELL = re.compile(rb"<(?:\w{1,20}:)?c[\s/>]")
_LAID_OUT = re.compile(rb"<(?:\w{1,20}:)?(?:mergeCell|hyperlink)\s[^>]{0,2000}?\bref\s*=\s*[\"']([^\"']{0,200})[\"']")
_RANGE = re.compile(rb"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")


def recognises(head: bytes) -> bool:
    """Whether the first folder of office parts in a zip is a workbook's."""
    if head[:4] != b"PK\x03\x04":
        return False
    found = _ENTRY.search(head)
    return found is not None and found.group(1) == b"xl"


def read(path: str, data: bytes, settings: Settings) -> Document:
    """Read a workbook. What is hidden is read, too, and said."""
    import warnings

    try:
        clock = Clock.start(settings)
        _inspect(data, settings)
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it leaves out; none of them holds a figure.
            warnings.simplefilter("ignore")
            sheets, faults = _read_workbook(path, data, clock)
        return read_sheets(path, NAME, sheets, faults, settings.max_cells)
    except RefusedError as error:
        code, message = error.code, error.message
    except Exception as error:  # noqa: BLE001, RUF100 - a broken workbook may fail anywhere in the library
        code, message = "R001", f"not a workbook that can be read: {describe(error)}"
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


def _inspect(data: bytes, settings: Settings) -> None:
    """Raise for a file that is encrypted, broken, or would unpack or lay out to more than the limits allow."""
    archive = open_archive(data, settings, _WORKBOOK)
    cells = 0
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels", ".vml")):
            for text in read_tags(archive, part, settings):
                cells += len(_CELL.findall(text)) + sum(_area(ref) for ref in _LAID_OUT.findall(text))
    if cells > settings.max_cells:
        raise RefusedError("R004", f"has more cells than the limit max_cells = {settings.max_cells:,}; not read")


def _area(ref: bytes) -> int:
    """How many cells a reference spans; a whole sheet's where it is not plain."""
    match = _RANGE.fullmatch(ref)
    if match is None:
        return 1 << 34
    if match.group(3) is None:
        return 1
    left, right = _column(match.group(1)), _column(match.group(3))
    return (abs(right - left) + 1) * (abs(int(match.group(4)) - int(match.group(2))) + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _read_workbook(path: str, data: bytes, clock: Clock) -> tuple[list[Sheet], list[Fault]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    formulas = {sheet.title: _formulas(sheet) for sheet in book.worksheets}
    # The second look, for what the formulas gave when the file was saved, is only for books that have any.
    printed = (
        openpyxl.load_workbook(io.BytesIO(data), keep_links=False, data_only=True) if any(formulas.values()) else book
    )
    sheets: list[Sheet] = []
    faults: list[Fault] = []
    for sheet in printed.worksheets:
        clock.check()
        mine = formulas.get(sheet.title, {})
        # The store of real cells: to iterate a sheet means to go through all of the area that it spans.
        cells = sheet._cells
        texts = {place: text for place, cell in cells.items() if (text := _print_cell(cell))}
        sheets.append(Sheet(sheet.title, texts, mine))
        faults += [Fault("R003", message, Location(path, sheet.title)) for message in _notes(sheet, cells, texts, mine)]
    return sheets, faults


def _formulas(sheet: Any) -> dict[Cell, str]:
    found = {}
    for place, cell in sheet._cells.items():
        if cell.data_type == "f":
            text = cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", None)
            found[place] = text if isinstance(text, str) else "="
    return found


def _print_cell(cell: Any) -> str:
    """A cell as its sheet prints it; text, also digits stored as text, stays as it is."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return print_number(Decimal(repr(value)), cell.number_format or "General")
    return str(value)


def _is_number(cell: Any) -> bool:
    return isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)


def _notes(sheet: Any, cells: Mapping[Cell, Any], texts: Mapping[Cell, str], formulas: Mapping[Cell, str]) -> list[str]:
    """What a person should know who compares a sheet with what was read: hidden figures, formulas without a value."""
    name = f"sheet {sheet.title}"
    numbers = [place for place, cell in cells.items() if _is_number(cell)]
    notes = []
    if sheet.sheet_state != "visible" and numbers:
        notes.append(f"{name} is hidden and holds numbers, read like the others")
    hidden_rows = {row for row, shape in sheet.row_dimensions.items() if shape.hidden}
    spans = [(shape.min or 0, shape.max or 0) for shape in sheet.column_dimensions.values() if shape.hidden]
    rows = {row for row, _ in numbers if row in hidden_rows}
    columns = {column for _, column in numbers} if spans else set()
    columns = {column for column in columns if any(low <= column <= high for low, high in spans)}
    for count, what in ((len(rows), "row"), (len(columns), "column")):
        if count:
            plural = f"{what}s hold" if count > 1 else f"{what} holds"
            notes.append(f"{name}: {count} hidden {plural} numbers, read like the others")
    unprinted = sum(1 for place in numbers if place not in texts)
    if unprinted:
        notes.append(f"{name}: {_cells(unprinted)} a number that the cell's format hides, read as empty")
    # A formula that gave empty text keeps its type; one that was never worked out has none.
    unknown = sum(
        1 for p in formulas if (cell := cells.get(p)) is None or (cell.value is None and cell.data_type != "str")
    )
    if unknown:
        notes.append(f"{name}: {_cells(unknown)} a formula without a stored value, read as empty")
    return notes


def _cells(count: int) -> str:
    return f"{count} cells hold" if count > 1 else "1 cell holds"
