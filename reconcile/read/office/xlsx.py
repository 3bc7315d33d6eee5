"""Excel workbooks (.xlsx, .xlsm): cells as they are printed, with the formulas behind them as witnesses.

openpyxl lays merged ranges and links out cell by cell, so what a hostile file declares is looked at before it is opened.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from reconcile.core.document import CellIndex, Document, Fault, IgnoreComment, find_mark
from reconcile.core.limits import Clock, RefusedError
from reconcile.core.location import CellRef, Location
from reconcile.core.messages import Message, say, say_many
from reconcile.core.settings import Settings
from reconcile.read.office.number_formats import print_number, whole_number_writer
from reconcile.read.office.sheet import Sheet, read_sheets, tell_hidden, tell_unknown
from reconcile.read.office.xlsx_fast import Printer, Worksheet, plain_text, read_worksheet
from reconcile.read.office.zip import describe, open_archive, read_tags

NAME = "xlsx"
SUFFIXES = (".xlsx", ".xlsm")

_WORKBOOK = "xl/workbook.xml"
# Sheets of more bytes than this are read from their XML; below it openpyxl takes a tenth of a second at most.
_LARGE = 500_000
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
        size = _inspect(data, settings)
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it leaves out; none of them holds a figure.
            warnings.simplefilter("ignore")
            found = _read_large(path, data, clock) if size > _LARGE else None
            sheets, faults, marks = found or _read_workbook(path, data, clock)
        return replace(read_sheets(path, NAME, sheets, faults, settings.max_cells), marks=tuple(marks))
    except RefusedError as error:
        code, message = error.code, error.message
    except Exception as error:  # noqa: BLE001, RUF100 - a broken workbook may fail anywhere in the library
        code, message = "R001", say("not a workbook that can be read: {error}", error=describe(error))
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


def _inspect(data: bytes, settings: Settings) -> int:
    """How many bytes the sheets unpack to.

    Raises RefusedError for a file that is encrypted, broken, or would unpack or lay out to more than the limits allow.
    """
    archive = open_archive(data, settings, _WORKBOOK)
    cells = 0
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels", ".vml")):
            for text in read_tags(archive, part, settings):
                cells += len(_CELL.findall(text)) + sum(_area(ref) for ref in _LAID_OUT.findall(text))
    if cells > settings.max_cells:
        raise RefusedError(
            "R004", say("has more cells than the limit max_cells = {limit:,}; not read", limit=settings.max_cells)
        )
    return sum(part.file_size for part in archive.infolist() if part.filename.startswith("xl/worksheets/"))


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


def _read_workbook(path: str, data: bytes, clock: Clock) -> tuple[list[Sheet], list[Fault], list[IgnoreComment]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    formulas = {sheet.title: _formulas(sheet) for sheet in book.worksheets}
    # The second look, for what the formulas gave when the file was saved, is only for books that have any.
    printed = (
        openpyxl.load_workbook(io.BytesIO(data), keep_links=False, data_only=True) if any(formulas.values()) else book
    )
    sheets: list[Sheet] = []
    faults: list[Fault] = []
    marks: list[IgnoreComment] = []
    for sheet in printed.worksheets:
        clock.check()
        mine = formulas.get(sheet.title, {})
        # The store of real cells: to iterate a sheet means to go through all of the area that it spans.
        cells = sheet._cells
        texts = {place: text for place, cell in cells.items() if (text := _print_cell(cell))}
        marks += _marks(path, sheet.title, ((p, cell.comment.text) for p, cell in cells.items() if cell.comment))
        # A formula that gave empty text keeps its type; one that was never worked out has none.
        unknown = sum(
            1 for p in mine if (cell := cells.get(p)) is None or (cell.value is None and cell.data_type != "str")
        )
        sheets.append(Sheet(sheet.title, texts, mine))
        look = _look_at(sheet, cells, texts, mine)
        place = Location(path, sheet.title)
        faults += [
            Fault("R003", message, place, note=True) for message in _hidden(sheet.title, sheet.sheet_state, look)
        ]
        if unknown:
            faults.append(Fault("R003", tell_unknown(sheet.title, unknown), place))
    return sheets, faults, marks


def _read_large(path: str, data: bytes, clock: Clock) -> tuple[list[Sheet], list[Fault], list[IgnoreComment]] | None:
    """Read the sheets from their own XML, with openpyxl for strings and styles; None where one of them is not plain."""
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    sheets: list[Sheet] = []
    faults: list[Fault] = []
    marks: list[IgnoreComment] = []
    # To load a workbook, even for reading only, goes through every cell of sheets that do not state their size.
    book = ExcelReader(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        book.read_manifest()
        book.read_strings()
        book.read_workbook()
        apply_stylesheet(book.archive, book.wb)
        for sheet, part in book.parser.find_sheets():
            clock.check()
            if part.target not in book.valid_files or "chartsheet" in part.Type:
                continue
            with book.archive.open(part.target) as file:
                found = read_worksheet(file, book.shared_strings, _printer(book.wb))
            sheets.append(Sheet(sheet.name, found.texts, found.formulas))
            notes = _hidden(sheet.name, sheet.state, found)
            faults += [Fault("R003", message, Location(path, sheet.name), note=True) for message in notes]
            marks += _marks(path, sheet.name, _comments(book.archive, part.target))
    except RefusedError:
        raise
    except Exception:  # noqa: BLE001, RUF100 - whatever is not plain or broken, openpyxl is to read or to name
        return None
    return sheets, faults, marks


def _comments(archive: Any, sheet: str) -> Iterator[tuple[CellIndex, str]]:
    """The comments of the sheet that is the part named, by their cells. Raises for what openpyxl cannot read."""
    from openpyxl.comments.comment_sheet import CommentSheet
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.utils.cell import coordinate_to_tuple
    from openpyxl.xml.constants import COMMENTS_NS
    from openpyxl.xml.functions import fromstring

    related = get_rels_path(sheet).lstrip("/")
    if related in archive.namelist():
        for relation in get_dependents(archive, related).find(COMMENTS_NS):
            for address, comment in CommentSheet.from_tree(fromstring(archive.read(relation.target))).comments:
                yield coordinate_to_tuple(address), comment.text


def _marks(path: str, sheet: str, comments: Iterator[tuple[CellIndex, str]]) -> Iterator[IgnoreComment]:
    for (row, column), text in comments:
        anchor = CellRef(sheet, row, column)
        mark = find_mark(text, Location(path, f"{sheet}!{anchor.address}", anchor))
        if mark is not None:
            yield mark


def _printer(book: Any) -> Printer:
    """What prints the values of a book's cells as openpyxl reads them. Raises for what it cannot read."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS
    from openpyxl.utils.datetime import from_excel

    formats: dict[int, str] = {}
    writers: dict[int, Callable[[str], str] | None] = {}

    def learn(style: int) -> None:
        number = book._cell_styles[style].numFmtId
        own = BUILTIN_FORMATS.get(number) if number < 164 else book._number_formats[number - 164]
        formats[style] = own or "General"
        writers[style] = None if style in book._date_formats else whole_number_writer(formats[style])

    def write(value: str, kind: str, style: int) -> tuple[str, bool]:
        if style not in formats:
            learn(style)
        if kind == "n":
            writer = writers[style]
            if writer is not None and value[0] != "0" and value.isascii() and value.isdigit():
                return writer(value), True
            number = float(value) if "." in value or "E" in value or "e" in value else int(value)
            if style in book._date_formats:
                when = from_excel(number, book.epoch, timedelta=style in book._timedelta_formats)
                return ("" if when is None else _print(when, formats[style])), isinstance(when, (int, float))
            return _print(number, formats[style]), True
        if kind == "b":
            return _print(bool(int(value)), formats[style]), False
        return plain_text(value), False

    return write


def _formulas(sheet: Any) -> dict[CellIndex, str]:
    found = {}
    for place, cell in sheet._cells.items():
        if cell.data_type == "f":
            text = cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", None)
            found[place] = text if isinstance(text, str) else "="
    return found


def _print_cell(cell: Any) -> str:
    """A cell as its sheet prints it."""
    return _print(cell.value, cell.number_format or "General") if cell.value is not None else ""


def _print(value: object, format: str) -> str:
    """A value as its sheet prints it; text, also digits stored as text, stays as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return print_number(Decimal(repr(value)), format)
    return str(value)


def _is_number(cell: Any) -> bool:
    return isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)


def _look_at(
    sheet: Any, cells: Mapping[CellIndex, Any], texts: dict[CellIndex, str], formulas: dict[CellIndex, str]
) -> Worksheet:
    """A sheet that openpyxl has read, in the terms of one that is read by ourselves."""
    numbers = [place for place, cell in cells.items() if _is_number(cell)]
    return Worksheet(
        texts,
        formulas,
        {row for row, _ in numbers},
        {column for _, column in numbers},
        sum(1 for place in numbers if place not in texts),
        {row for row, shape in sheet.row_dimensions.items() if shape.hidden},
        [(shape.min or 0, shape.max or 0) for shape in sheet.column_dimensions.values() if shape.hidden],
    )


def _hidden(title: str, state: str, sheet: Worksheet) -> list[Message]:
    """What a person should know who compares a sheet with what was read: that figures are hidden."""
    notes: list[Message] = []
    if state != "visible" and sheet.rows:
        notes.append(say("sheet {name} is hidden and holds numbers, read like the others", name=title))
    rows = sheet.rows & sheet.hidden_rows
    columns = {column for column in sheet.columns if any(low <= column <= high for low, high in sheet.hidden_columns)}
    notes += tell_hidden(title, len(rows), len(columns))
    if sheet.unprinted:
        told = say_many(sheet.unprinted, "sheet {name}: {count} cell holds a number that the cell's format hides, read as empty",
                        "sheet {name}: {count} cells hold a number that the cell's format hides, read as empty", name=title)  # fmt: skip
        notes.append(told)
    return notes
