"""Word: paragraphs, footnotes and text boxes as text blocks, tables with merged cells once, tracked changes accepted.

Paragraphs are counted as they follow each other outside tables, empty ones too; tables, nested ones included, as they
begin. A table of one cell is a frame: what stands in it is read as if it stood in the body.
"""

from __future__ import annotations

import io
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from reconcile.layout import read_lines
from reconcile.location import Anchor, BlockRef, Location, SourceText
from reconcile.model import Document, Fault, Table, TextBlock, TextPlaces
from reconcile.settings import Settings

NAME = "docx"
SUFFIXES = (".docx",)

_OLE = b"\xd0\xcf\x11\xe0"
_OTHER_OLE = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book\0\0", "PowerPoint Document"))
_ENTRY = re.compile(rb"PK\x03\x04.{26}(word/|xl/|ppt/|mimetype|content\.xml)", re.DOTALL)
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"<\?xml[^>]{0,80}encoding\s*=\s*[\"'](?!(?i:utf-?8|utf-?16|us-ascii|ascii|iso-8859-1)[\"'])")
_UNPACKED = 20
_CHUNK = 1 << 20

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_HEADING = re.compile(r"(?:sub)?(?:heading|rubrik|title)", re.IGNORECASE)
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
_GONE = frozenset({"del", "moveFrom"})
_CAME = frozenset({"ins", "moveTo"})
_CHANGES = (*_GONE, *_CAME, "cellIns", "cellDel", "cellMerge")
_ASIDE = frozenset(
    {"pPr", "rPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr", "rt",
     "rubyPr", "instrText", "delText", "delInstrText", "fldData"}
)  # fmt: skip
_OFF = (None, "0", "false", "off", "none")

CHANGES = "has tracked changes; the final text was read"
HIDDEN = "has hidden text that holds digits; it was not read"
FORMULAS = "has formulas (Office Math) that hold digits; they were not read"
OBJECTS = "has embedded objects, such as spreadsheets; they were not read"
IMPORTS = "has parts imported from other documents (altChunk); they were not read"


class CellPlaces(NamedTuple):
    """Places in a table: its number and name, and the numbers of its rows in the file, deleted ones counted."""

    number: int
    name: str
    rows: tuple[int, ...]

    def place(self, row: int, col: int) -> tuple[Anchor | None, str]:
        """The cell by the number of its table, its row and its column, from 1."""
        return BlockRef(self.number, self.rows[row], col + 1), f"{self.name}, row {self.rows[row]}, column {col + 1}"


class LinePlaces(NamedTuple):
    """Places in a table that stands in paragraphs: where each of its rows is."""

    rows: tuple[Location, ...]

    def place(self, row: int, col: int) -> tuple[Anchor | None, str]:
        """The paragraph that the row stands in, and which of its cells is meant."""
        return self.rows[row].anchor, f"{self.rows[row].label}, column {col + 1}"


class _RefusedError(Exception):
    """The document is larger than the settings allow."""


def recognises(head: bytes) -> bool:
    """Whether a zip holds Word's parts (and is not a spreadsheet that embeds them), or an OLE file is nobody else's."""
    if head.startswith(_OLE):
        return not any(name in head for name in _OTHER_OLE)
    first = _ENTRY.search(head) if head.startswith(b"PK\x03\x04") else None
    return first is not None and first.group(1) == b"word/"


def read(path: str, data: bytes, settings: Settings) -> Document:
    """Read the Word document in ``data``; what cannot be read is a fault."""
    try:
        import docx
    except ImportError:
        return _faulty(path, "R001", "reading Word needs: pip install 'reconcile[docx]'")
    objection = _objection(data, settings)
    if objection is not None:
        return _faulty(path, *objection)
    try:
        word = docx.Document(io.BytesIO(data))
    except Exception as error:  # a hostile file can raise anything in zip, XML and packaging code
        return _faulty(path, "R001", f"is a broken Word file: {_words(error)}")
    reading = _Reading(path, word.part, settings)
    try:
        reading.read(word.element.body)
    except _RefusedError as refusal:
        return _faulty(path, "R004", str(refusal))
    tables = [table for table in reading.tables if table.rows]
    return Document(
        path,
        NAME,
        blocks=tuple(reading.blocks),
        tables=tuple(replace(table, index=index) for index, table in enumerate(tables)),
        faults=tuple(Fault("R003", message, Location(path)) for message in reading.said),
    )


def _faulty(path: str, code: str, message: str) -> Document:
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


def _words(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200] or type(error).__name__


def _objection(data: bytes, settings: Settings) -> tuple[str, str] | None:
    """Why the container must not be opened, as a rule code and a message."""
    if data.startswith(_OLE):
        return "R004", "is encrypted or an old Word file; not read"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                return "R004", "is encrypted; not read"
            # zipfile never unpacks more than a part declares, so that what is declared can be relied on.
            size = sum(part.file_size for part in parts)
            if size > settings.max_bytes * _UNPACKED:
                return "R004", (
                    f"unpacks to {size:,} bytes, over {_UNPACKED} times the limit max_bytes = {settings.max_bytes:,}; not read"
                )
            for part in parts:
                with archive.open(part) as file:
                    if _is_hostile(file):
                        return (
                            "R004",
                            f"declares a document type, entities or an odd encoding in {part.filename}; not read",
                        )
    except Exception as error:  # zipfile and its decompressors raise a dozen kinds on broken data
        return "R001", f"is a broken or truncated Word file: {_words(error)}"
    return None


def _is_hostile(file: Any) -> bool:
    """Whether a part is XML that brings a document type; the zero bytes of UTF-16 hide nothing."""
    kept = file.read(_CHUNK).replace(b"\0", b"")
    if not kept.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return False
    if _ENCODING.search(kept[:200]):
        return True
    while kept:
        if _DECLARATION.search(kept):
            return True
        chunk = file.read(_CHUNK)
        kept = kept[-20:] + chunk.replace(b"\0", b"") if chunk else b""
    return False


def _name(element: Any) -> str:
    """The local name of an element of Word's or of another vocabulary; '' for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(properties: Any, tag: str) -> str | None:
    """The value of a property: None where it is not there, ``true`` where it has no value."""
    found = None if properties is None else properties.find(_W + tag)
    return None if found is None else str(found.get(_W + "val", "true"))


def _count(properties: Any, tag: str) -> int:
    value = _value(properties, tag) or ""
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else 0


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _within(element: Any) -> Iterator[Any]:
    """The children of an element; of alternatives for old and new programs only the first, which says the same."""
    if _name(element) == "AlternateContent":
        yield from element[:1]
    else:
        yield from element


class _Reading:
    """What was read so far of one document."""

    def __init__(self, path: str, part: Any, settings: Settings) -> None:
        self.path, self.settings = path, settings
        self.part = part
        self.blocks: list[TextBlock] = []
        self.tables: list[Table] = []
        self.said: dict[str, None] = {}
        self._pending: list[TextBlock] = []
        self._paragraphs = self._tables = self._cells = 0
        self._here = Location(path)
        self._carried: TextBlock | None = None
        self._fields: list[str] = []
        self._boxes: list[tuple[Any, Location]] = []
        self._notes: list[tuple[str, str, int, Location]] = []
        self._known: dict[tuple[str, str], str | None] = {}
        self._styles = {style.get(_W + "styleId"): style for style in self._related("styles", "style")}

    def read(self, body: Any) -> None:
        """Read the body, then the notes it refers to, then the headers and footers of its pages."""
        if any(next(body.iter(_W + tag), None) is not None for tag in _CHANGES):
            self.said[CHANGES] = None
        self._read_content(body, None)
        self._flush()
        # Notes are no rows, though many end in a year: they are kept as they are, one block each.
        for kind in ("footnote", "endnote"):
            texts = {note.get(_W + "id"): note for note in self._related(f"{kind}s", kind)}
            for _, id, number, place in [note for note in self._notes if note[0] == kind]:
                if id in texts:
                    self._read_content(texts[id], place._replace(label=f"{kind} {number}"))
                    self._flush(lines=False)
        for kind in ("header", "footer"):
            for paragraph in self._related(kind, "p"):
                self._here = Location(self.path, f"page {kind}")
                self._append(self._text(paragraph), self._here)
            self._flush(lines=False)

    def _related(self, kind: str, tag: str) -> Iterator[Any]:
        """All elements ``tag`` of the parts of one kind that the document refers to."""
        from docx.oxml.parser import parse_xml
        from lxml.etree import XMLSyntaxError

        for relation in self.part.rels.values():
            if not relation.is_external and relation.reltype == _RELATIONS + kind:
                try:
                    yield from parse_xml(relation.target_part.blob).iter(_W + tag)
                except (XMLSyntaxError, ValueError) as error:
                    self.said[f"has broken {kind}; they were not read: {_words(error)}"] = None

    def _children(self, element: Any, *names: str) -> Iterator[Any]:
        """The nearest elements of the given names, through content controls and insertions, not through deletions."""
        for child in _within(element):
            name = _name(child)
            if name in names:
                yield child
            elif name == "altChunk":
                self.said[IMPORTS] = None
            elif name not in _GONE and name not in _ASIDE:
                yield from self._children(child, *names)

    def _read_content(self, element: Any, place: Location | None, inside: str = "") -> None:
        """Read paragraphs and tables; ``place`` is theirs where they are not counted."""
        for child in self._children(element, "p", "tbl"):
            if _name(child) == "tbl":
                self._read_table(child, inside)
                continue
            self._paragraphs += place is None
            number = self._paragraphs
            self._here = place or Location(self.path, f"paragraph {number}", BlockRef(number, 0, 0))
            here, text = self._here, self._text(child)
            if self._carried is not None:
                here, text = self._carried.place or here, self._carried.text + text
                self._carried = None
            if self._is_joined(child):
                self._carried = TextBlock(text, place=here)
            elif self._is_heading(child):
                self._flush()
                self._append(text, here, "heading")
                self._flush(lines=False)
            else:
                self._append(text, here)
            self._read_boxes()
        if self._carried is not None:
            self._append(self._carried.text, self._carried.place or self._here)
            self._carried = None

    def _append(self, text: str, place: Location, kind: str = "paragraph") -> None:
        if text.strip():
            text = text.strip(" \n")
            self._pending.append(_block(text, place, kind))

    def _read_boxes(self) -> None:
        boxes, self._boxes = self._boxes, []
        for box, place in boxes:
            self._read_content(box, place._replace(label=f"text box at {place.label}"), place.label)

    def _flush(self, lines: bool = True) -> None:
        """Move what is pending into the blocks; paragraphs that are rows of a label and figures become a table."""
        pending, self._pending = self._pending, []
        source = SourceText.of("\n\n".join(block.text for block in pending))
        starts = [0]
        for block in pending:
            starts.append(starts[-1] + len(block.text) + 2)
        blocks, tables = read_lines(source, source.lines(), self.path) if lines and pending else ([], [])
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
                self.blocks.append(_block(text, _place(pending[index])))
            ends.append(len(self.blocks) - 1)
        for table in tables:
            assert isinstance(table.places, TextPlaces)
            rows = [_place(pending[bisect_right(starts, spans[0][0]) - 1]) for spans in table.places.spans]
            title = ends[0 if table.title_block is None else table.title_block + 1]
            self._spend(len(table.rows) * table.width)
            self.tables.append(
                replace(table, title_block=title if title >= 0 else None, places=LinePlaces(tuple(rows)))
            )

    def _spend(self, cells: int) -> None:
        self._cells += cells
        if self._cells > self.settings.max_cells:
            raise _RefusedError(f"has more cells in its tables than the limit max_cells = {self.settings.max_cells:,}")

    def _read_table(self, element: Any, inside: str) -> None:
        self._flush()
        rows = list(self._children(element, "tr"))
        self._tables += 1
        number, name = self._tables, f"table {self._tables}" + (f" (in {inside})" if inside else "")
        first = list(self._children(rows[0], "tc")) if len(rows) == 1 else []
        if len(first) == 1:
            place = Location(self.path, f"{name}, row 1, column 1", BlockRef(number, 1, 1))
            self._read_content(first[0], place, place.label)
            self._flush()
            return
        index, title = len(self.tables), len(self.blocks) - 1 if self.blocks else None
        self.tables.append(Table((), self.path))
        grid: list[list[str]] = []
        numbers: list[int] = []
        headers = 0
        merged: set[int] = set()
        for row, line in enumerate(rows, 1):
            properties = line.find(_W + "trPr")
            if _value(properties, "del") is not None:
                continue
            if _value(properties, "hidden") not in _OFF:
                self._hide("".join(text.text or "" for text in line.iter(_W + "t")))
                continue
            if _value(properties, "tblHeader") not in _OFF and headers == len(grid):
                headers += 1
            cells, merged = self._read_row(
                line, CellPlaces(number, name, (row,)), _count(properties, "gridBefore"), merged
            )
            grid.append(cells)
            numbers.append(row)
        width = max(map(len, grid), default=0)
        self._spend(len(grid) * width - sum(map(len, grid)))
        filled = tuple((*cells, *("",) * (width - len(cells))) for cells in grid if width)
        known = headers if 0 < headers < len(grid) else None
        self.tables[index] = Table(filled, self.path, index, known, title, CellPlaces(number, name, tuple(numbers)))

    def _read_row(self, row: Any, places: CellPlaces, before: int, above: set[int]) -> tuple[list[str], set[int]]:
        """The cells of a row, one for each column of the grid, and the columns whose cell may go on below."""
        self._spend(before)
        cells = [""] * before
        merged: set[int] = set()
        for cell in self._children(row, "tc"):
            properties = cell.find(_W + "tcPr")
            if _value(properties, "cellDel") is not None:
                continue
            column = len(cells)
            down = _value(properties, "vMerge")
            if down is not None:
                merged.add(column)
            anchor, label = places.place(0, column)
            text = self._read_cell(cell, Location(self.path, label, anchor))
            if (down not in (None, "restart") and column in above) or _value(properties, "hMerge") == "continue":
                self._hide(text)
                text = ""
            span = max(1, _count(properties, "gridSpan"))
            self._spend(span)
            cells += [text, *("",) * (span - 1)]
        return cells, merged

    def _read_cell(self, cell: Any, place: Location) -> str:
        """The paragraphs of a cell as lines; tables and text boxes in it stand for themselves."""
        text = ""
        for child in self._children(cell, "p", "tbl"):
            if _name(child) == "tbl":
                self._read_table(child, place.label)
            else:
                self._here = place
                text += self._text(child) + ("" if self._is_joined(child) else "\n")
        self._read_boxes()
        self._flush()
        return text.strip(" \t\n")

    def _hide(self, text: str) -> None:
        if _has_digit(text):
            self.said[HIDDEN] = None

    def _is_joined(self, paragraph: Any) -> bool:
        """Whether the mark at the end of a paragraph is deleted, so that the next one goes on in it."""
        properties = paragraph.find(f"{_W}pPr/{_W}rPr")
        return any(_value(properties, tag) is not None for tag in _GONE)

    def _is_heading(self, paragraph: Any) -> bool:
        properties = paragraph.find(_W + "pPr")
        style = _value(properties, "pStyle") or ""
        level = _value(properties, "outlineLvl") or self._styled(style, "pPr", "outlineLvl")
        if level is not None:
            return level in tuple("012345678")
        return _HEADING.match(self._styled(style, "", "name") or "") is not None

    def _styled(self, style: str | None, group: str, tag: str) -> str | None:
        """A property of a style or of the nearest style that it is based on."""
        key = f"{style}", f"{group}/{tag}"
        if key not in self._known:
            value, seen = None, set()
            while value is None and style in self._styles and style not in seen:
                seen.add(style)
                element = self._styles[style]
                value = _value(element.find(_W + group) if group else element, tag)
                style = _value(element, "basedOn")
            self._known[key] = value
        return self._known[key]

    def _text(self, paragraph: Any) -> str:
        """The text of a paragraph as it is printed; tabs and line breaks are kept."""
        pieces: list[str] = []
        self._collect(paragraph, _value(paragraph.find(_W + "pPr"), "pStyle"), pieces)
        # A field that is left open in its code would hide all that follows.
        self._fields = [state for state in self._fields if state == "result"]
        return "".join(pieces)

    def _collect(self, element: Any, style: str | None, pieces: list[str]) -> None:
        for child in _within(element):
            name = _name(child)
            if name in _GONE or name in _ASIDE:
                continue
            if name == "r" and child.tag == _W + "r":
                self._collect_run(child, style, pieces)
            elif name == "t":
                # A comment within cuts the text in two.
                text = (child.text or "") + "".join(inner.tail or "" for inner in child)
                if "code" in self._fields:
                    self._hide(text)
                else:
                    pieces.append(text.replace("\r", "\n"))
            elif name in _MARKS:
                pieces.append(_MARKS[name])
            elif name == "sym":
                pieces.append(_symbol(child))
            elif name == "fldChar":
                self._turn_field(child.get(_W + "fldCharType"))
            elif name in ("footnoteReference", "endnoteReference"):
                pieces.append(self._refer(name.removesuffix("Reference"), child))
            elif name == "txbxContent":
                self._boxes.append((child, self._here))
            elif name in ("oMath", "oMathPara"):
                if _has_digit("".join(child.itertext())):
                    self.said[FORMULAS] = None
                pieces.append(" ")
            else:
                if name == "object":
                    self.said[OBJECTS] = None
                self._collect(child, style, pieces)

    def _collect_run(self, run: Any, style: str | None, pieces: list[str]) -> None:
        """Add the text of a run; digits raised or lowered must not become digits of the figure before them."""
        inner: list[str] = []
        self._collect(run, style, inner)
        text = "".join(inner)
        properties = run.find(_W + "rPr")

        def look(tag: str) -> str | None:
            own = _value(properties, tag)
            named = _value(properties, "rStyle")
            return own or self._styled(named, "rPr", tag) or self._styled(style, "rPr", tag)

        if look("vanish") not in _OFF:
            self._hide(text)
            return
        if _has_digit(text):
            align = look("vertAlign")
            height = look("position") or "0"
            behind = any(pieces) and not "".join(pieces[-1:])[-1:].isspace()
            if align == "superscript" or (behind and height.isdigit() and int(height) > 0):
                text = text.translate(_RAISED)
            elif align == "subscript" or (behind and height.startswith("-")):
                text = text.translate(_LOWERED)
        if text:
            pieces.append(text)

    def _turn_field(self, state: str | None) -> None:
        if state == "begin":
            self._fields.append("code")
        elif self._fields:
            self._fields.pop()
            if state == "separate":
                self._fields.append("result")

    def _refer(self, kind: str, reference: Any) -> str:
        """The mark of a note, counted here, because the file holds only its id."""
        number = 1 + sum(1 for note in self._notes if note[0] == kind)
        self._notes.append((kind, reference.get(_W + "id"), number, self._here))
        custom = reference.get(_W + "customMarkFollows") in ("1", "true", "on")
        return "" if custom else str(number).translate(_RAISED)


def _block(text: str, place: Location, kind: str = "paragraph") -> TextBlock:
    return TextBlock(text, 0, kind, place._replace(text=text))


def _place(block: TextBlock) -> Location:
    assert block.place is not None
    return block.place


def _symbol(element: Any) -> str:
    """A character of a symbol font; the minus sign is the one that changes a figure."""
    code = element.get(_W + "char") or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) or 0xD800 <= int(code, 16) < 0xE000:
        return "\ufffd"
    return "\u2212" if code.upper() == "F02D" else chr(int(code, 16))
