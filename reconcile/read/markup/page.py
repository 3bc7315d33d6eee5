"""Web pages, read element by element: blocks, tables, and lists that are tables, all at their offsets in the source."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from reconcile.core.amounts import read_amount
from reconcile.core.document import Fault, IgnoreComment, Table, TextBlock, TextPlaces, find_mark
from reconcile.core.limits import Clock
from reconcile.core.location import SourceText
from reconcile.core.messages import say
from reconcile.core.words import is_total_label
from reconcile.read.markup.spans import (
    GridCell,
    GridRow,
    ListLine,
    TooManyCellsError,
    count_header_rows,
    lay_out,
    read_items,
)
from reconcile.read.markup.tokens import BLOCKS, COMMENT, END, PRINTED_TEXT, UNCLOSED, VOID, Token, read_tokens
from reconcile.read.markup.visibility import Visibility, visibility_of
from reconcile.read.printed import Flow, Printed, is_mark, raise_mark
from reconcile.read.text.paragraphs import read_paragraphs
from reconcile.read.text.rows import read_lines

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "dl", "menu")
_ITEMS = {"li": "item", "dt": "term", "dd": "item"}
_SECTIONS = ("thead", "tbody", "tfoot")
_RAISED = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_BROKEN_FIGURE = re.compile(r"\d[ \t]*[\r\n]\s*\d")
_LINES = re.compile(r"[^\r\n]+|(?<=\n)(?=\r?\n)")


@dataclass(slots=True)
class _Grid:
    """A table being read. ``slot`` is its place among the tables; depths count open elements."""

    slot: int
    depth: int
    title: int | None
    rows: list[GridRow] = field(default_factory=list)
    section: str = ""
    section_depth: int = 0
    row_depth: int = 0
    inner: int = 0

    @property
    def base(self) -> int:
        """How many elements stay open when a row ends."""
        return self.section_depth or self.depth


@dataclass(slots=True)
class _List:
    """A list being read: the blocks of its items, and the texts with their kinds."""

    depth: int
    first_block: int
    tables: int
    plain: bool
    items: list[tuple[str, Printed]] = field(default_factory=list)
    item_depth: int = 0
    elements: int = 0


@dataclass(slots=True)
class _Open:
    """An open element. ``hides`` is its visibility; it ``opens`` a flow of text, or a scope of names."""

    name: str
    hides: int
    start: int
    attributes: dict[str, str]
    opens: bool = False
    scope: bool = False


class WebPage:
    """The page as read so far. Each element opened is closed once, so reading is linear."""

    def __init__(self, path: str, source: SourceText, max_cells: int, clock: Clock) -> None:
        self.clock = clock
        self.path, self.source, self.text = path, source, source.text
        self.blocks: list[TextBlock] = []
        self.tables: list[Table | None] = []
        self.faults: list[Fault] = []
        self.open: list[_Open] = []
        self.names: list[Counter[str]] = [Counter()]
        self.flows: list[Flow] = [Flow(0)]
        self.grids: list[_Grid] = []
        self.lists: list[_List] = []
        self.room = max_cells
        self.kind = "paragraph"
        # Paragraphs right behind each other, by their lines; their blocks are the last ones.
        self.run: list[list[Printed]] = []
        self.raised, self.raised_as = 0, ""
        self.pre = 0
        self.visibility = Visibility()
        self.marks: list[IgnoreComment] = []
        self.end = 0

    def read(self, start: int = 0, end: int | None = None) -> None:
        """Read the tokens of the source from ``start`` to ``end``, and say what was left out."""
        self.end = start
        self.flows = [Flow(start)]
        for token in read_tokens(self.text if end is None else self.text[start:end]):
            self.clock.check()
            if start:
                token = token._replace(start=token.start + start, end=token.end + start)
            self.end = token.end
            if token.kind == PRINTED_TEXT:
                self._read_text(token.start, token.end)
            elif token.kind == END:
                self._end(token.name)
            elif token.kind == COMMENT:
                self._read_comment(token.start, token.end)
            elif token.kind == UNCLOSED:
                span = self.source.location(self.path, token.start, min(token.end, token.start + 40))
                message = say("a tag, comment or script that begins here is never closed; what follows was not read")
                self.faults.append(Fault("R003", message, span))
            else:
                self._start(token)
        self._close(0)
        self._flush()
        self._read_run()
        if self.visibility.places:
            first = self.visibility.places[0]
            place = self.source.location(self.path, first, self.text.find(">", first) + 1)
            self.faults.append(Fault("R003", self.visibility.told(), place, note=True))

    def _read_comment(self, start: int, end: int) -> None:
        mark = find_mark(self.text[start:end], self.source.location(self.path, start, end))
        if mark is not None:
            self.marks.append(mark)

    def _read_text(self, start: int, end: int) -> None:
        if self.visibility.unseen:
            self.visibility.pass_over(self.text[start:end])
            return
        flow = self.flows[-1]
        if not self.pre:
            flow.add(start, end)
            return
        for line in re.finditer(r"[^\r\n]+|[\r\n]+", self.text[start:end]):
            if line.group()[0] in "\r\n":
                flow.divide()
            else:
                flow.add(start + line.start(), start + line.end())

    # Elements

    def _start(self, token: Token) -> None:
        name, attributes = token.name, dict(reversed(token.attributes))
        if name in BLOCKS:
            self._break()
            if self.names[-1]["p"]:
                self._close_last("p")
        if name == "br":
            self.flows[-1].divide()
        if name in VOID:
            return
        grid = self.grids[-1] if self.grids else None
        within = grid is None or bool(grid.inner)
        if name == "table":
            if grid is not None and not within:
                self._close(grid.depth - 1)
            self._push(token, attributes, scope=True)
            self._begin_table()
        elif name in ("tr", "td", "th", "caption", *_SECTIONS):
            if grid is not None:
                self._start_part(grid, token, attributes)
        else:
            if name in _LISTS:
                self._read_run()
                self._push(token, attributes)
                self.lists.append(_List(len(self.open), len(self.blocks), len(self.tables), len(self.flows) == 1))
            elif name in _ITEMS:
                self._start_item(token, attributes)
            else:
                self._start_inline(token, attributes)
            if name in _HEADINGS:
                self.kind = "heading"
            self.pre += name == "pre"

    def _start_part(self, grid: _Grid, token: Token, attributes: dict[str, str]) -> None:
        """Begin a section, row, cell or caption of a table; what was open of its kind ends."""
        name = token.name
        if name in _SECTIONS or name == "caption":
            self._close(grid.depth)
            grid.section_depth = 0
            self._push(token, attributes, opens=name == "caption", scope=name == "caption")
            if name == "caption":
                grid.inner = len(self.open)
            else:
                grid.section, grid.section_depth = f"{name} {token.start}", len(self.open)
            return
        if name == "tr" or not grid.row_depth:
            self._close(grid.base)
            row = token if name == "tr" else token._replace(name="tr")
            self._push(row, attributes if name == "tr" else {})
            grid.row_depth = len(self.open)
            if not self.visibility.gone:
                grid.rows.append((grid.section, []))
        if name != "tr":
            self._close(grid.row_depth)
            self._push(token, attributes, opens=True, scope=True)
            grid.inner = len(self.open)

    def _start_inline(self, token: Token, attributes: dict[str, str]) -> None:
        name = "sup" if _RAISED.search(attributes.get("style", "")) else token.name
        raised = name in ("sup", "sub") or (name == "a" and attributes.get("href", "").startswith("#"))
        self._push(token, attributes, opens=raised and not self.raised)
        if raised and not self.raised:
            self.raised, self.raised_as = len(self.open), name
        elif raised and name == "sup":
            self.raised_as = name

    def _start_item(self, token: Token, attributes: dict[str, str]) -> None:
        if self.lists and (not self.grids or self.lists[-1].depth > self.grids[-1].depth):
            current = self.lists[-1]
            if current.item_depth:
                self._close(current.item_depth - 1)
            self._push(token, attributes)
            current.item_depth = len(self.open)
            current.elements += 1
        else:
            self._push(token, attributes)
        self.kind = _ITEMS[token.name]

    def _end(self, name: str) -> None:
        grid = self.grids[-1] if self.grids else None
        if name in BLOCKS:
            self._break()
        if grid is not None and name == "table":
            self._close(grid.depth - 1)
        elif grid is not None and name in ("tr", *_SECTIONS):
            self._close(grid.base if name == "tr" else grid.depth)
        elif grid is not None and name in ("td", "th", "caption"):
            if grid.inner:
                self._close(grid.inner - 1)
        elif self.names[-1][name] > 0:
            self._close_last(name)
        if name in BLOCKS:
            self.kind = "paragraph"

    def _push(self, token: Token, attributes: dict[str, str], opens: bool = False, scope: bool = False) -> None:
        hides = visibility_of(token.name, attributes)
        self.visibility.enter(token.name, token.start, hides)
        self.open.append(_Open(token.name, hides, token.start, attributes, opens, scope))
        self.names[-1][token.name] += 1
        if scope:
            self.names.append(Counter())
        if opens:
            self.flows.append(Flow(token.end))

    def _close(self, depth: int) -> None:
        """Close elements until ``depth`` are open."""
        while len(self.open) > depth:
            self._close_one()

    def _close_last(self, name: str) -> None:
        """Close the innermost open element of this name; there is one."""
        while self.open[-1].name != name:
            self._close_one()
        self._close_one()

    def _close_one(self) -> None:
        element = self.open[-1]
        name, size = element.name, len(self.open)
        if name in BLOCKS and name not in ("td", "th", "caption"):
            self._break()
        if name == "table":
            self._finish_table()
        elif name in ("td", "th", "caption") and element.opens:
            self._finish_cell(element)
        elif element.opens:
            self._finish_mark(element)
        elif self.lists and self.lists[-1].depth == size:
            self._finish_list(self.lists.pop())
        elif self.lists and self.lists[-1].item_depth == size:
            self.lists[-1].item_depth = 0
        elif name == "tr" and self.grids and self.grids[-1].row_depth == size:
            self.grids[-1].row_depth = 0
        elif self.grids and self.grids[-1].section_depth == size:
            self.grids[-1].section, self.grids[-1].section_depth = "", 0
        self.pre -= name == "pre"
        self.open.pop()
        if element.scope:
            self.names.pop()
        self.names[-1][name] -= 1
        self.visibility.leave(element.hides)

    # Text

    def _break(self) -> None:
        """End a line of a cell, or a block of the page."""
        if self.raised:
            self._close(self.raised - 1)
        if len(self.flows) == 1:
            self._flush()
        else:
            self.flows[-1].divide()

    def _flush(self) -> None:
        flow, self.flows[0] = self.flows[0], Flow(self.end)
        printed = flow.print(self.text)
        if not printed.text.strip():
            return
        raw = self.text[printed.start : printed.end]
        if self.pre and "<" not in raw and "&" not in raw:
            self._read_lines(printed)
            return
        if self.lists:
            self.lists[-1].items.append((self.kind, printed))
        elif self.kind == "paragraph":
            self.run.append(list(flow.lines(self.text)))
        else:
            self._read_run()
        self.blocks.append(self._block(printed, self.kind))

    def _read_run(self) -> None:
        """Make tables of what reads as one among the last paragraphs; their blocks were for nothing then."""
        run, self.run = self.run, []
        first = len(self.blocks) - len(run)
        found = list(read_paragraphs(self.source, run, self.path, _is_of_amounts, self.clock))
        if not any(isinstance(piece, Table) for piece in found):
            return
        blocks = self.blocks[first:]
        del self.blocks[first:]
        for piece in found:
            if isinstance(piece, Table):
                self.tables.append(replace(piece, title_block=len(self.blocks) - 1 if self.blocks else None))
            elif isinstance(piece, Fault):
                self.faults.append(piece)
            elif len(piece[1]) == len(run[piece[0]]):
                self.blocks.append(blocks[piece[0]])
            else:
                text = "\n".join(line.text for line in piece[1])
                self.blocks.append(self._block(Printed(text, piece[1][0].start, piece[1][-1].end), "paragraph"))

    def _block(self, printed: Printed, kind: str) -> TextBlock:
        """A block at its offset; where tags or references stand between, offsets within it tell nothing."""
        start, end = printed.start, printed.end
        raw = self.text[start:end]
        if "<" not in raw and "&" not in raw and not _BROKEN_FIGURE.search(raw):
            return TextBlock(raw, start, kind)
        place = None if raw == printed.text else self.source.location(self.path, start, end)
        return TextBlock(printed.text, start, kind, place)

    def _read_lines(self, printed: Printed) -> None:
        """Preformatted text may hold a table of its own."""
        self._read_run()
        start = printed.start
        while self.text[start - 1 : start] in (" ", "\t"):
            start -= 1
        lines = [(start + match.start(), match.group()) for match in _LINES.finditer(self.text[start : printed.end])]
        blocks, tables, faults = read_lines(self.source, lines, self.path, self.clock)
        self.faults += faults
        before = len(self.blocks)
        for table in tables:
            title = before - 1 if table.title_block is None else before + table.title_block
            self.tables.append(replace(table, title_block=title if title >= 0 else None))
        self.blocks += blocks

    def _finish_mark(self, element: _Open) -> None:
        """Keep what is raised or lowered apart from the digits before it: ``1<sup>1)</sup>`` is not 11."""
        flow, parent = self.flows.pop(), self.flows[-1]
        name, self.raised = self.raised_as, 0
        printed = flow.print(self.text)
        text, last = printed.text, parent.last(self.text)
        if name == "a" and (not is_mark(text) or not (last and last.strip())):
            parent.extend(flow)
            return
        text = raise_mark(text, last, name == "sub")
        if text:
            parent.add(element.start, self.end, text)

    # Tables

    def _begin_table(self) -> None:
        flow = self.flows[-1]
        self._read_run()
        if len(self.flows) > 1:
            # What stands before a table within a cell is its title, too.
            printed = flow.print(self.text, flow.told)
            flow.told = len(flow)
            if printed.text.strip():
                self.blocks.append(self._block(printed, "paragraph"))
        self.grids.append(_Grid(len(self.tables), len(self.open), len(self.blocks) - 1 if self.blocks else None))
        self.tables.append(None)

    def _finish_cell(self, element: _Open) -> None:
        printed, grid = self.flows.pop().print(self.text), self.grids[-1]
        grid.inner = 0
        if element.name == "caption":
            if printed.text.strip():
                grid.title = len(self.blocks)
                self.blocks.append(self._block(printed, "caption"))
        elif not self.visibility.gone:
            rows, cols = (_read_span(element.attributes.get(name, "")) for name in ("rowspan", "colspan"))
            grid.rows[-1][1].append(GridCell(printed, element.name == "th", rows or 65_534, min(cols or 1, 1_000)))

    def _finish_table(self) -> None:
        grid = self.grids.pop()
        rows = sorted(grid.rows, key=lambda row: row[0].startswith("tfoot"))
        rows, lines = lay_out(rows, self.room)
        if not any(text.strip() for line in lines for text, _ in line):
            return
        width = max(map(len, lines))
        self.room -= width * len(lines)
        if self.room < 0:
            raise TooManyCellsError
        texts, places = self._placed(lines, width)
        self.tables[grid.slot] = Table(texts, self.path, 0, count_header_rows(rows), grid.title, places)

    # Lists

    def _finish_list(self, found: _List) -> None:
        """Make a list of labels and amounts a table; its blocks were for nothing then."""
        if (
            not found.plain
            or len(self.tables) > found.tables
            or len(self.blocks) - found.first_block != len(found.items)
        ):
            return
        lines = read_items(found.items, found.elements)
        if not lines:
            return
        del self.blocks[found.first_block :]
        title = found.first_block - 1 if found.first_block else None
        texts, places = self._placed(lines, 2)
        self.tables.append(Table(texts, self.path, 0, 0, title, places))

    def _placed(self, lines: list[ListLine], width: int) -> tuple[tuple[tuple[str, ...], ...], TextPlaces]:
        texts = tuple((*(text for text, _ in line), *("",) * (width - len(line))) for line in lines)
        return texts, TextPlaces(self.source, tuple(tuple(span for _, span in line) for line in lines))


def _is_of_amounts(table: Table) -> bool:
    """Whether lines that look like rows hold amounts and no telephone numbers: one names a total, or most name a unit."""
    if any(is_total_label(row[0]) for row in table.rows):
        return True
    last = [amount for row in table.rows if (amount := read_amount(row[-1])) is not None]
    named = sum(1 for amount in last if amount.percent or amount.unit.currency or amount.unit.exponent)
    return named * 2 > len(last)


def _read_span(value: str) -> int:
    found = re.match(r"\s*(\d{1,5})", value, re.ASCII)
    return int(found.group(1)) if found else 1
