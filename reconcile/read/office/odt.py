"""OpenDocument text: headings, paragraphs, lists and tables; what is deleted but still recorded is not read."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, parse

from reconcile.core.document import Document, Fault
from reconcile.core.limits import RefusedError
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.core.settings import Settings
from reconcile.read.gathering import Gathering
from reconcile.read.office.open_document import (
    CONTENT,
    attribute,
    is_of_kind,
    name_of,
    open_content,
    printed,
    repeats,
    text_of,
)
from reconcile.read.office.zip import describe

NAME = "odt"
SUFFIXES = (".odt",)

_ROW_GROUPS = ("table-rows", "table-header-rows", "table-row-group")


def recognises(head: bytes) -> bool:
    """Whether a zip begins with the type of a text, as OpenDocument wants it."""
    return is_of_kind(head, b"text")


def read(path: str, data: bytes, settings: Settings) -> Document:
    """Read a text; what cannot be read is a fault."""
    try:
        with open_content(data, settings).open(CONTENT) as file:
            root = parse(file).getroot()
        reading = _Reading(path, settings)
        for body in root.iter("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text"):
            reading.read(body)
        return reading.document(NAME)
    except RefusedError as error:
        code, message = error.code, error.message
    except ParseError as error:
        code, message = "R001", say("its part {part} is broken: {error}", part=CONTENT, error=str(error))
    except Exception as error:  # noqa: BLE001, RUF100 - a broken archive may fail anywhere
        code, message = "R001", say("not a text that can be read: {error}", error=describe(error))
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


class _Reading(Gathering):
    """What was read so far."""

    def read(self, parent: Element) -> None:
        """Read what stands in the body, in a section, in a list or in a cell that frames it."""
        for child in parent:
            name = name_of(child)
            if name in ("p", "h"):
                self.add_paragraph(text_of(child), "heading" if name == "h" else "paragraph")
            elif name == "table":
                self._read_table(child)
            elif name == "tracked-changes":
                if any(name_of(change) == "deletion" for change in child.iter()):
                    self.said[say("has tracked changes; the final text was read")] = None
            else:
                self.read(child)

    def _read_table(self, table: Element) -> None:
        found = list(_rows(table, False))
        cells = [cell for row, _ in found for cell in row if name_of(cell) == "table-cell"]
        if len(cells) == 1:
            # A frame around what stands in the body.
            self.read(cells[0])
            return
        rows: list[list[str]] = []
        held = header = 0
        for row, heads in found:
            self.clock.check()
            cut: list[str] = []
            for cell in row:
                if name_of(cell) in ("table-cell", "covered-table-cell"):
                    # A covered cell lies below a merged one and is not printed.
                    text = printed(cell).strip() if name_of(cell) == "table-cell" else ""
                    count = repeats(cell, "number-columns-repeated")
                    self._hold(held + count)
                    held += count
                    cut += [text] * count
            count = repeats(row, "number-rows-repeated") if any(cut) else 1
            self._hold(held + len(cut) * (count - 1))
            held += len(cut) * (count - 1)
            header += heads * count
            rows += [cut] * count
        self.add_table(rows, header=header)
        for cell in cells:
            for child in cell:
                if name_of(child) == "table":
                    self._read_table(child)

    def _hold(self, cells: int) -> None:
        if cells > self.settings.max_cells:
            most = self.settings.max_cells
            raise RefusedError("R004", say("has more cells than the limit max_cells = {limit:,}; not read", limit=most))


def _rows(parent: Element, heads: bool) -> Iterator[tuple[Element, bool]]:
    """The rows of a table, and whether they are its header."""
    for child in parent:
        if name_of(child) == "table-row" and attribute(child, "visibility") not in ("collapse", "filter"):
            yield child, heads
        elif name_of(child) in _ROW_GROUPS:
            yield from _rows(child, heads or name_of(child) == "table-header-rows")
