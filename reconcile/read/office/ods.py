"""OpenDocument spreadsheets: a cell's printed text stands in the file beside its value, so it is read as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

from reconcile.core.document import CellIndex, Document, Fault
from reconcile.core.limits import Clock, RefusedError
from reconcile.core.location import Location
from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings
from reconcile.read.office.open_document import CONTENT, attribute, is_of_kind, name_of, open_content, printed, repeats
from reconcile.read.office.sheet import Sheet, read_sheets, tell_hidden, tell_unknown
from reconcile.read.office.zip import describe

NAME = "ods"
SUFFIXES = (".ods",)

_REF = re.compile(r"\[\.(\$?[A-Z]{1,3}\$?\d{1,7})(?::\.(\$?[A-Z]{1,3}\$?\d{1,7}))?\]")
# What is printed of a number where a column is too narrow, or for a machine.
_ODD = re.compile(r"#{2,}|[-+]?\d(?:[.,]\d+)?E[-+]?\d+", re.IGNORECASE)
_VALUE = re.compile(r"[-+]?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,3})?", re.ASCII)
# As many as plain decimals hold.
_MOST_DIGITS = 25
_NUMBERS = ("float", "currency", "percentage")


def recognises(head: bytes) -> bool:
    """Whether a zip begins with the type of a spreadsheet, as OpenDocument wants it."""
    return is_of_kind(head, b"spreadsheet")


def read(path: str, data: bytes, settings: Settings) -> Document:
    """Read a spreadsheet. What is hidden is read, too, and said."""
    try:
        with open_content(data, settings).open(CONTENT) as file:
            reading = _Reading(settings.max_cells, Clock.start(settings))
            sheets = list(reading.sheets(file))
        faults = [Fault("R003", message, Location(path, sheet), note) for sheet, message, note in reading.notes]
        return read_sheets(path, NAME, sheets, faults, settings.max_cells)
    except RefusedError as error:
        code, message = error.code, error.message
    except ParseError as error:
        code, message = "R001", say("its part {part} is broken: {error}", part=CONTENT, error=str(error))
    except Exception as error:  # noqa: BLE001, RUF100 - a broken archive may fail anywhere
        code, message = "R001", say("not a spreadsheet that can be read: {error}", error=describe(error))
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


class _Reading:
    """One pass over the content: the sheets, and what is to be said about them: (sheet, message, whether as a note)."""

    def __init__(self, max_cells: int, clock: Clock) -> None:
        self.clock = clock
        self.notes: list[tuple[str, Message, bool]] = []
        self.max_cells = max_cells
        self.held = 0
        self.undisplayed: set[str] = set()
        self._begin("")

    def _begin(self, name: str) -> None:
        self.sheet = name
        self.cells: dict[CellIndex, str] = {}
        self.formulas: dict[CellIndex, str] = {}
        self.numbers: set[CellIndex] = set()
        self.unknown = 0
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        self.row = self.column = 1

    def sheets(self, file: IO[bytes]) -> Iterator[Sheet]:
        """Every sheet in turn."""
        depth = 0
        for event, element in iterparse(file, events=("start", "end")):
            name = name_of(element)
            if name == "table":
                depth += 1 if event == "start" else -1
                if event == "start" and depth == 1:
                    self._begin(attribute(element, "name"))
                elif event == "end" and depth == 0:
                    self._note(attribute(element, "style-name") in self.undisplayed)
                    yield Sheet(self.sheet, self.cells, self.formulas)
                    element.clear()
            elif event == "end" and name == "style":
                if any(
                    attribute(child, "display") == "false" for child in element if name_of(child) == "table-properties"
                ):
                    self.undisplayed.add(attribute(element, "name"))
            elif event == "end" and depth == 1 and name == "table-column":
                count = repeats(element, "number-columns-repeated")
                if attribute(element, "visibility") in ("collapse", "filter"):
                    self.hidden_columns.append((self.column, self.column + count - 1))
                self.column += count
            elif event == "end" and depth == 1 and name == "table-row":
                self._read_row(element)
                element.clear()

    def _read_row(self, element: Element) -> None:
        self.clock.check()
        repeated = repeats(element, "number-rows-repeated")
        hidden = attribute(element, "visibility") in ("collapse", "filter")
        column = 1
        for cell in element:
            name = name_of(cell)
            if name not in ("table-cell", "covered-table-cell"):
                continue
            count = repeats(cell, "number-columns-repeated")
            # A covered cell lies below a merged one and is not printed.
            text = _shown(cell) if name == "table-cell" else ""
            formula = _formula(attribute(cell, "formula")) if name == "table-cell" else ""
            if text or formula:
                self.held += count * repeated
                if self.held > self.max_cells:
                    raise RefusedError(
                        "R004",
                        say("has more cells than the limit max_cells = {limit:,}; not read", limit=self.max_cells),
                    )
                for place in ((self.row + i, column + j) for i in range(repeated) for j in range(count)):
                    if text:
                        self.cells[place] = text
                    if formula:
                        self.formulas[place] = formula
                        self.unknown += not text and not attribute(cell, "value-type")
                    if attribute(cell, "value-type") in _NUMBERS:
                        self.numbers.add(place)
                        if hidden:
                            self.hidden_rows.add(place[0])
            column += count
        self.row += repeated

    def _note(self, undisplayed: bool) -> None:
        name = self.sheet
        if undisplayed and self.numbers:
            hidden = say("sheet {name} is hidden and holds numbers, read like the others", name=name)
            self.notes.append((self.sheet, hidden, True))
        columns = {c for _, c in self.numbers if any(low <= c <= high for low, high in self.hidden_columns)}
        self.notes += [(name, told, True) for told in tell_hidden(name, len(self.hidden_rows), len(columns))]
        if self.unknown:
            self.notes.append((name, tell_unknown(name, self.unknown), False))


def _shown(cell: Element) -> str:
    """What a cell prints; its value where it is a number without a text, or with one that tells no figure."""
    text = printed(cell)
    kind, value = attribute(cell, "value-type"), attribute(cell, "value")
    if kind not in _NUMBERS or not _VALUE.fullmatch(value):
        return text
    if any(name_of(child) == "p" for child in cell) and not _ODD.fullmatch(text.strip()):
        return text
    number = Decimal(value)
    if abs(number.adjusted()) > _MOST_DIGITS or len(number.as_tuple().digits) > _MOST_DIGITS:
        return text
    if kind == "percentage":
        return f"{number.scaleb(2).normalize():f} %"
    return f"{number.normalize():f}"


def _formula(text: str) -> str:
    """A formula in the notation of Excel, as far as it adds up cells of its own sheet: ``=SUM(B2:B21)``."""
    start = text.find("=")
    return _REF.sub(lambda ref: ":".join(filter(None, ref.groups())), text[start:]) if start >= 0 else ""
