"""Word: paragraphs, footnotes and text boxes as text blocks, tables with merged cells once, tracked changes accepted.

Paragraphs are counted as they follow each other outside tables, empty ones too; tables, nested ones included, as they
begin. A table of one cell is a frame: what stands in it is read as if it stood in the body.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from reconcile.core.document import Document, Fault, Table, TextBlock
from reconcile.core.limits import RefusedError
from reconcile.core.location import Anchor, BlockRef, Location
from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings
from reconcile.read.gathering import CellPlaces, Gathering, place_of_block
from reconcile.read.office.docx_text import CHANGING, OFF, W, WordText, count_of, name_of, value_of
from reconcile.read.office.zip import check_parts, describe, first_folder, open_archive

NAME = "docx"
SUFFIXES = (".docx",)

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
CHANGES = say("has tracked changes; the final text was read")
_PARTS = {
    "footnotes": say("footnotes"), "endnotes": say("endnotes"), "header": say("header"), "footer": say("footer"),
}  # fmt: skip
PICTURES = say("holds pictures and no text; pictures are not read")


def recognises(head: bytes) -> bool:
    """Whether a zip holds Word's parts, and is not a spreadsheet that embeds them."""
    return first_folder(head) == b"word/"


def read(path: str, data: bytes, settings: Settings) -> Document:
    """Read the Word document in ``data``; what cannot be read is a fault."""
    import docx

    try:
        with open_archive(data, settings, "word/document.xml") as archive:
            check_parts(archive, settings)
        word = docx.Document(io.BytesIO(data))
        reading = _Reading(path, word.part, settings)
        reading.read(word.element.body)
    except RefusedError as refusal:
        return _faulty(path, refusal.code, refusal.message)
    except Exception as error:  # a hostile file can raise anything in zip, XML and packaging code
        return _faulty(path, "R001", say("not a Word document that can be read: {error}", error=describe(error)))
    return reading.document(NAME)


def find_word_elements(data: bytes, settings: Settings) -> tuple[str, Any, dict[Anchor, Any]]:
    """Of a document that was read: the name of its main part, its root, and the paragraphs and cells that places mean."""
    import docx

    word = docx.Document(io.BytesIO(data))
    reading = _Reading("", word.part, settings)
    reading.elements = {}
    reading.read(word.element.body)
    return str(word.part.partname).lstrip("/"), word.element, reading.elements


def _faulty(path: str, code: str, message: Message) -> Document:
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


class _Reading(Gathering):
    """What was read so far of one document."""

    def __init__(self, path: str, part: Any, settings: Settings) -> None:
        super().__init__(path, settings)
        self.part = part
        self._carried: TextBlock | None = None
        # The elements of counted paragraphs and cells, kept only for who is to edit them.
        self.elements: dict[Anchor, Any] | None = None
        styles = {style.get(W + "styleId"): style for style in self._related("styles", "style")}
        self._words = WordText(path, styles, self.said)

    def read(self, body: Any) -> None:
        """Read the body, then the notes it refers to, then the headers and footers of its pages."""
        self._say_changes(body)
        self._read_content(body, None)
        self.flush()
        # Notes are no rows, though many end in a year: they are kept as they are, one block each.
        for kind in ("footnote", "endnote"):
            texts = {note.get(W + "id"): note for note in self._related(f"{kind}s", kind)}
            for _, id, number, place in [note for note in self._words.notes if note[0] == kind]:
                if id in texts:
                    label = say("footnote {number}", number=number)
                    if kind == "endnote":
                        label = say("endnote {number}", number=number)
                    self._say_changes(texts[id])
                    self._read_content(texts[id], place._replace(label=label))
                    self.flush(lines=False)
        for kind, tag in (("header", "hdr"), ("footer", "ftr")):
            for page in self._related(kind, tag):
                self._say_changes(page)
                label = say("page header") if kind == "header" else say("page footer")
                self._read_content(page, Location(self.path, label), label)
                self.flush(lines=False)
        if not self.blocks and not self.tables and next(body.iter("{*}blip", "{*}imagedata"), None) is not None:
            self.said[PICTURES] = None

    def _say_changes(self, element: Any) -> None:
        if any(next(element.iter(W + tag), None) is not None for tag in CHANGING):
            self.said[CHANGES] = None

    def _related(self, kind: str, tag: str) -> Iterator[Any]:
        """All elements ``tag`` of the parts of one kind that the document refers to."""
        from docx.oxml.parser import parse_xml
        from lxml.etree import XMLSyntaxError

        for relation in self.part.rels.values():
            if not relation.is_external and relation.reltype == _RELATIONS + kind:
                try:
                    yield from parse_xml(relation.target_part.blob).iter(W + tag)
                except (XMLSyntaxError, ValueError) as error:
                    told = say(
                        "has broken {kind}; they were not read: {error}", kind=_PARTS[kind], error=describe(error)
                    )
                    self.said[told] = None

    def _read_content(self, element: Any, place: Location | None, inside: str = "") -> None:
        """Read paragraphs and tables; ``place`` is theirs where they are not counted."""
        for child in self._words.children(element, "p", "tbl"):
            self.clock.check()
            if name_of(child) == "tbl":
                self._put_down()
                self._read_table(child, inside)
                continue
            self._paragraphs += place is None
            number = self._paragraphs
            anchor = BlockRef(number, 0, 0)
            if self.elements is not None and place is None:
                self.elements[anchor] = child
            self._words.here = place or Location(self.path, say("paragraph {number}", number=number), anchor)
            here, text = self._words.here, self._words.text(child)
            if self._carried is not None:
                here, text = (
                    place_of_block(self._carried) if self._carried.text.strip() else here,
                    self._carried.text + text,
                )
                self._carried = None
            if self._words.is_joined(child):
                self._carried = TextBlock(text, place=here)
            elif self._words.is_heading(child):
                self.flush()
                self.append(text, here, "heading")
                self.flush(lines=False)
            else:
                self.append(text, here)
            if self._carried is None:
                self._read_boxes()
        self._put_down()

    def _put_down(self) -> None:
        """End a paragraph whose mark is deleted, but that nothing follows which could go on in it."""
        carried, self._carried = self._carried, None
        if carried is not None:
            self.append(carried.text, place_of_block(carried))

    def _read_boxes(self) -> None:
        boxes, self._words.boxes = self._words.boxes, []
        for box, place in boxes:
            self._read_content(box, place._replace(label=say("text box at {place}", place=place.label)), place.label)

    def _read_table(self, element: Any, inside: str) -> None:
        """Read a table, or what stands in it where it is a frame of a single cell."""
        self.flush()
        rows = list(self._words.children(element, "tr"))
        self._tables += 1
        number = self._tables
        name = say("table {number}", number=number)
        if inside:
            name = say("table {number} (in {place})", number=number, place=inside)
        first = list(self._words.children(rows[0], "tc")) if len(rows) == 1 else []
        if len(first) == 1:
            label = say("{table}, row {row}, column {column}", table=name, row=1, column=1)
            place = Location(self.path, label, BlockRef(number, 1, 1))
            self._read_content(first[0], place, place.label)
            self.flush()
            return
        self._read_grid(rows, number, name)

    def _read_grid(self, rows: list[Any], number: int, name: str) -> None:
        """Read the rows of a table: deleted and hidden ones are left out, short ones are filled up."""
        index, title = len(self.tables), len(self.blocks) - 1 if self.blocks else None
        self.tables.append(Table((), self.path))
        grid: list[list[str]] = []
        numbers: list[int] = []
        headers = 0
        merged: set[int] = set()
        for row, line in enumerate(rows, 1):
            self.clock.check()
            properties = line.find(W + "trPr")
            if value_of(properties, "del") is not None:
                continue
            if value_of(properties, "hidden") not in OFF:
                self._words.hide("".join(text.text or "" for text in line.iter(W + "t")))
                continue
            if value_of(properties, "tblHeader") not in OFF and headers == len(grid):
                headers += 1
            cells, merged = self._read_row(
                line, CellPlaces(number, name, (row,)), count_of(properties, "gridBefore"), merged
            )
            grid.append(cells)
            numbers.append(row)
        width = max(map(len, grid), default=0)
        self.spend(len(grid) * width - sum(map(len, grid)))
        filled = tuple((*cells, *("",) * (width - len(cells))) for cells in grid if width)
        known = headers if 0 < headers < len(grid) else None
        self.tables[index] = Table(filled, self.path, index, known, title, CellPlaces(number, name, tuple(numbers)))

    def _read_row(self, row: Any, places: CellPlaces, before: int, above: set[int]) -> tuple[list[str], set[int]]:
        """The cells of a row, one for each column of the grid, and the columns whose cell may go on below."""
        self.spend(before)
        cells = [""] * before
        merged: set[int] = set()
        for cell in self._words.children(row, "tc"):
            properties = cell.find(W + "tcPr")
            if value_of(properties, "cellDel") is not None:
                continue
            column = len(cells)
            down = value_of(properties, "vMerge")
            if down is not None:
                merged.add(column)
            anchor, label = places.place(0, column)
            if self.elements is not None and anchor is not None:
                self.elements[anchor] = cell
            text = self._read_cell(cell, Location(self.path, label, anchor))
            if (down not in (None, "restart") and column in above) or value_of(properties, "hMerge") == "continue":
                self._words.hide(text)
                text = ""
            span = max(1, count_of(properties, "gridSpan"))
            self.spend(span)
            cells += [text, *("",) * (span - 1)]
        return cells, merged

    def _read_cell(self, cell: Any, place: Location) -> str:
        """The paragraphs of a cell as lines; tables and text boxes in it stand for themselves."""
        text = ""
        for child in self._words.children(cell, "p", "tbl"):
            if name_of(child) == "tbl":
                self._read_table(child, place.label)
            else:
                self._words.here = place
                text += self._words.text(child) + ("" if self._words.is_joined(child) else "\n")
        self._read_boxes()
        self.flush()
        return text.strip(" \t\n")
