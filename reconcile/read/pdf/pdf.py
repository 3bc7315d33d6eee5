"""PDF that was made by a program: ruled tables, tables without rules, and the text around them, page by page.

pdfplumber gives the characters with their places, and the cells that rules enclose; what stands without rules is laid out
by ``reconcile.pages``. A page that is only a picture is said to be one: text in pictures is not recognised here.
"""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from reconcile.core.document import Document, Fault, Table, TextBlock
from reconcile.core.limits import Clock, RefusedError
from reconcile.core.location import Anchor, Location, PageBox
from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings
from reconcile.read.pdf.glyphs import Box, Glyph, is_figure, lines_of
from reconcile.read.pdf.tables import Block, Grid, blocks_of, find_grids, grid_of_boxes

if TYPE_CHECKING:
    from pdfplumber.page import Page

NAME = "pdf"
SUFFIXES = (".pdf",)

_BYTES_PER_MARK = 40  # of a page's drawing, unpacked
_TOKENS_PER_MARK = 8
_OBJECTS_PER_PAGE = 200
_MOST_RULES = 4_000
_MOST_CROSSINGS = 6_000  # of rules; to find the cells between them takes the square
_MOST_HEIGHTS = 4_000  # at which text stands on one page
_MARGIN = 0.1
_STREAM = re.compile(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")
_UNMAPPED = re.compile(r"\(cid:\d+\)")


class PagePlaces(NamedTuple):
    """Places of cells on pages: for each row its page, and the box of each cell."""

    rows: tuple[tuple[int, tuple[Box, ...]], ...]

    def place(self, row: int, col: int) -> tuple[Anchor | None, str]:
        """The box of a cell; that of its row where the cell is empty."""
        page, boxes = self.rows[row]
        return PageBox(page, boxes[col]), say("page {page}", page=page)


class _Sheet(NamedTuple):
    """A page as read."""

    number: int
    height: float
    grids: list[Grid]
    blocks: list[Block]
    faults: list[tuple[str, Message]]
    picture: bool


def recognises(head: bytes) -> bool:
    """Whether the bytes begin as a PDF does, within its first 1024 bytes."""
    return b"%PDF-" in head[:1024]


def read(path: str, data: bytes, settings: Settings) -> Document:
    """Read ``data`` into blocks and tables. What cannot be read is a fault, whatever the file holds."""
    place = Location(path)
    for name in ("pdfminer", "pdfplumber"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        _refuse_bombs(data, settings)
        return _assemble(path, list(_read_pages(data, settings)))
    except RefusedError as refusal:
        return Document(path, NAME, faults=(Fault(refusal.code, refusal.message, place),))
    except Exception as error:  # pdfminer raises errors of every kind on broken files
        return Document(path, NAME, faults=(_explain(error, place),))


def _explain(error: BaseException, place: Location) -> Fault:
    causes: list[object] = [error, *error.args, error.__cause__, error.__context__]
    names = {type(cause).__name__ for cause in causes}
    if names & {"PDFPasswordIncorrect", "PDFEncryptionError"}:
        return Fault("R004", say("encrypted; not read without its password"), place)
    return Fault("R001", say("a PDF that is broken or cut off; it cannot be read"), place)


def _refuse_bombs(data: bytes, settings: Settings) -> None:
    """Unpack every packed stream once, a piece at a time, to see that none of them is endless; and count objects."""
    if data.count(b" obj") > _OBJECTS_PER_PAGE * settings.max_pages:
        told = say("holds more objects than the limit of {each} for each of max_pages = {limit:,}; not read",
                   each=_OBJECTS_PER_PAGE, limit=settings.max_pages)  # fmt: skip
        raise RefusedError("R004", told)
    position = 0
    while found := _STREAM.search(data, position):
        position = found.end()
        packed, unpacker, size = memoryview(data)[position:], zlib.decompressobj(), 0
        start = 0
        try:
            while start < len(packed) and not unpacker.eof:
                piece = bytes(packed[start : start + 65_536])
                start += len(piece)
                while piece and not unpacker.eof:
                    size += len(unpacker.decompress(piece, 1_000_000))
                    piece = unpacker.unconsumed_tail
                    if size > settings.max_bytes:
                        raise RefusedError(
                            "R004",
                            say(
                                "holds a stream that unpacks to more than the limit max_bytes = {limit:,}; not read",
                                limit=settings.max_bytes,
                            ),
                        )
        except zlib.error:
            continue
        position += max(start - len(unpacker.unused_data), 0)


def _read_pages(data: bytes, settings: Settings) -> Iterator[_Sheet]:
    from pdfminer.pdfpage import PDFPage
    from pdfplumber.page import Page
    from pdfplumber.pdf import PDF

    pdf = PDF(io.BytesIO(data), stream_is_external=True)
    pages = []
    for found in PDFPage.create_pages(pdf.doc):
        pages.append(found)
        if len(pages) > settings.max_pages:
            raise RefusedError(
                "R004", say("has more pages than the limit max_pages = {limit:,}; not read", limit=settings.max_pages)
            )
    cells = 0
    ended_in_table = False
    clock = Clock.start(settings)
    for number, found in enumerate(pages, start=1):
        try:
            page = Page(pdf, found, page_number=number)
            _interpret(page, settings, clock)
            sheet = _read_page(page, number, ended_in_table)
            page.close()
        except RefusedError as refusal:  # a page that is left out does not take the others with it
            sheet = _Sheet(number, 0.0, [], [], [(refusal.code, refusal.message)], False)
        except Exception as error:  # nor does a broken one
            if _explain(error, Location("")).code == "R004":
                raise
            sheet = _Sheet(
                number, 0.0, [], [], [("R003", say("page {page} is broken and was not read", page=number))], False
            )
        if clock.is_up():
            late = say("reading it {limit}; of {count} pages those from {page} on were left out", limit=clock.limit,
                       count=len(pages), page=number)  # fmt: skip
            yield _Sheet(number, 0.0, [], [], [("R004", late)], False)
            return
        cells += sum(len(grid.rows) * len(grid.columns) for grid in sheet.grids)
        if cells > settings.max_cells:
            raise RefusedError(
                "R004",
                say("has more cells in its tables than the limit max_cells = {limit:,}", limit=settings.max_cells),
            )
        ended_in_table = _ends_in_table(sheet)
        yield sheet


def _interpret(page: Page, settings: Settings, clock: Clock) -> None:
    """Draw the page into pdfplumber's layout, counting what is drawn: forms that draw each other could go on for ever.

    Raises RefusedError for a page that draws too much, or for too long.
    """
    most = settings.max_marks
    from pdfminer.pdfinterp import PDFPageInterpreter
    from pdfminer.pdftypes import resolve1
    from pdfplumber.page import PDFPageAggregatorWithMarkedContent

    def refusal(what: Message) -> RefusedError:
        told = say("page {page} draws with more {what} than the limit max_marks = {limit:,} allows; left out",
                   page=page.page_number, what=what, limit=most)  # fmt: skip
        return RefusedError("R004", told)

    class Counting(PDFPageAggregatorWithMarkedContent):
        marks = content = tokens = 0

        def count(self) -> None:
            self.marks += 1
            if self.marks > most:
                raise refusal(say("marks"))
            clock.check()

        def render_char(self, *args: Any, **kwargs: Any) -> float:
            self.count()
            return float(super().render_char(*args, **kwargs))

        def paint_path(self, *args: Any, **kwargs: Any) -> None:
            self.count()
            super().paint_path(*args, **kwargs)

        def begin_figure(self, *args: Any, **kwargs: Any) -> None:
            self.count()
            super().begin_figure(*args, **kwargs)

    class Measuring(PDFPageInterpreter):
        def execute(self, streams: Sequence[Any]) -> None:
            for stream in streams:
                data = getattr(resolve1(stream), "get_data", bytes)()
                device.content += len(data)
                device.tokens += len(data.split(None, _TOKENS_PER_MARK * most)) + data.count(b"[") + data.count(b"<<")
                device.tokens += data.count(b"(") * _TOKENS_PER_MARK
                if device.content > _BYTES_PER_MARK * most:
                    raise refusal(say("bytes ({each} for each mark)", each=_BYTES_PER_MARK))
                if device.tokens > _TOKENS_PER_MARK * most:
                    raise refusal(say("operations ({each} for each mark)", each=_TOKENS_PER_MARK))
            super().execute(streams)

        def push(self, obj: Any) -> None:
            clock.check()
            super().push(obj)

    device = Counting(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
    Measuring(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()


def _read_page(page: Page, number: int, continued: bool) -> _Sheet:
    faults: list[tuple[str, Message]] = []
    groups: dict[int, list[Glyph]] = {0: [], 90: [], 180: [], 270: []}
    unmapped = 0
    for char in page.chars:
        if _UNMAPPED.fullmatch(char["text"]):
            unmapped += 1
        turn = _turn(char["matrix"])
        groups[turn].append(_glyph(char, turn, page))
    if unmapped:
        told = say(
            "page {page}: the font does not say which letters {count:,} of its characters are",
            page=number,
            count=unmapped,
        )
        faults.append(("R003", told))
    upright = groups[0]
    grids: list[Grid] = []
    rules = len(page.lines) + 4 * len(page.rects) + sum(len(curve["pts"]) for curve in page.curves)
    if rules > _MOST_RULES:
        told = say("page {page} draws {count:,} rules, too many to look for ruled tables", page=number, count=rules)
        faults.append(("R003", told))
    elif rules and upright and (crossings := _crossings(page)) > _MOST_CROSSINGS:
        told = say("page {page}: its rules may cross {count:,} times, too often to look for ruled tables", page=number,
                   count=crossings)  # fmt: skip
        faults.append(("R003", told))
    elif rules and upright:
        grids, groups[0] = _ruled(page, upright)
    blocks: list[Block] = []
    for glyphs in groups.values():
        if len({(round(glyph.top, 1), round(glyph.bottom, 1)) for glyph in glyphs}) > _MOST_HEIGHTS:
            told = say(
                "page {page}: its text stands at more than {most:,} heights; left out", page=number, most=_MOST_HEIGHTS
            )
            faults.append(("R003", told))
        elif glyphs:
            found, rest = find_grids(lines_of(glyphs), 1 if continued else 2)
            grids += found
            blocks += blocks_of(rest)
    grids.sort(key=lambda grid: (grid.box[1], grid.box[0]))
    blocks.sort(key=lambda block: (block.box[1], block.box[0]))
    return _Sheet(number, float(page.height), grids, blocks, faults, not page.chars and bool(page.images))


def _crossings(page: Page) -> int:
    """How often rules can cross at most: where every upright one meets every level one; near ones count as one."""
    return len({round(edge["x0"] / 3) for edge in page.vertical_edges}) * len(
        {round(edge["top"] / 3) for edge in page.horizontal_edges}
    )


def _turn(matrix: Sequence[float]) -> int:
    """How far the text is turned against the page, in quarter turns against the clock."""
    a, b = matrix[0], matrix[1]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 180
    return 90 if b > 0 else 270


def _glyph(char: dict[str, Any], turn: int, page: Page) -> Glyph:
    box: Box = (float(char["x0"]), float(char["top"]), float(char["x1"]), float(char["bottom"]))
    x0, top, x1, bottom = box
    width, height = float(page.width), float(page.height)
    if turn == 90:
        x0, top, x1, bottom = height - box[3], box[0], height - box[1], box[2]
    elif turn == 180:
        x0, top, x1, bottom = width - box[2], height - box[3], width - box[0], height - box[1]
    elif turn == 270:
        x0, top, x1, bottom = box[1], width - box[2], box[3], width - box[0]
    font = str(char.get("fontname", "")).casefold()
    size = max(bottom - top, 0.1)
    return Glyph(char["text"], x0, top, x1, bottom, size, "bold" in font or "black" in font or "heavy" in font, box)


def _ruled(page: Page, glyphs: list[Glyph]) -> tuple[list[Grid], list[Glyph]]:
    """The tables that rules enclose, and the glyphs outside of them; rules that only frame rows of figures make none."""
    grids: list[Grid] = []
    for table in page.find_tables():
        left, top, right, bottom = table.bbox
        inside = [g for g in glyphs if left <= (g.x0 + g.x1) / 2 <= right and top <= (g.top + g.bottom) / 2 <= bottom]
        grid = grid_of_boxes(inside, [row.cells for row in table.rows], table.bbox)
        if grid is not None:
            grids.append(grid)
            taken = set(map(id, inside))
            glyphs = [glyph for glyph in glyphs if id(glyph) not in taken]
    return grids, glyphs


def _between(blocks: Sequence[Block], top: float, bottom: float) -> list[Block]:
    """Blocks from ``top`` to ``bottom`` of a page; its margins hold page numbers and running titles."""
    return [block for block in blocks if top <= (block.box[1] + block.box[3]) / 2 <= bottom * (1 - _MARGIN)]


def _ends_in_table(sheet: _Sheet) -> bool:
    """Whether a table runs down to the end of a page; one that ends halfway down ends there."""
    if not sheet.grids:
        return False
    end = sheet.grids[-1].box[3]
    return end > sheet.height / 2 and not _between(sheet.blocks, end, sheet.height)


def _assemble(path: str, sheets: Sequence[_Sheet]) -> Document:
    """One document of all pages; a table that goes on on the next page is one table."""
    blocks: list[TextBlock] = []
    tables: list[tuple[list[tuple[int, Grid]], int | None]] = []
    last: _Sheet | None = None
    for sheet in sheets:
        first = len(blocks)
        for block in sheet.blocks:
            place = Location(
                path, say("page {page}", page=sheet.number), PageBox(sheet.number, block.box), text=block.text
            )
            blocks.append(TextBlock(block.text, 0, "heading" if block.heading else "paragraph", place))
        for index, grid in enumerate(sheet.grids):
            if (
                index == 0
                and last is not None
                and _goes_on(tables[-1][0][-1][1] if tables else None, last, grid, sheet)
            ):
                tables[-1][0].append((sheet.number, grid))
            else:
                tables.append(([(sheet.number, grid)], _title(grid, sheet.blocks, first)))
        last = sheet
    built = tuple(_table(path, number, parts, title) for number, (parts, title) in enumerate(tables))
    return Document(path, NAME, blocks=tuple(blocks), tables=built, faults=tuple(_faults(path, sheets)))


def _title(grid: Grid, blocks: Sequence[Block], first: int) -> int | None:
    """The index of the block above a table, rather one that stands over it than one beside."""
    above = [n for n, block in enumerate(blocks) if block.box[3] <= grid.box[1] + 2]
    over = [n for n in above if blocks[n].box[0] < grid.box[2] and grid.box[0] < blocks[n].box[2]]
    if over or above:
        return first + max(over or above, key=lambda n: blocks[n].box[3])
    return first - 1 if first else None


def _goes_on(above: Grid | None, last: _Sheet, below: Grid, sheet: _Sheet) -> bool:
    """Whether a page's first table continues the last one of the page before: same columns, nothing between them."""
    if above is None or not _ends_in_table(last) or len(above.columns) != len(below.columns):
        return False
    if not all(a[0] < b[1] and b[0] < a[1] for a, b in zip(above.columns, below.columns, strict=True)):
        return False
    before = [
        b for b in sheet.blocks if sheet.height * _MARGIN < (b.box[1] + b.box[3]) / 2 and b.box[3] <= below.box[1] + 2
    ]
    return not before


def _table(path: str, index: int, parts: Sequence[tuple[int, Grid]], title: int | None) -> Table:
    rows: list[tuple[str, ...]] = []
    places: list[tuple[int, tuple[Box, ...]]] = []
    for page, grid in parts:
        texts = [tuple(cell.text for cell in row) for row in grid.rows]
        repeated = 0
        while (
            rows
            and repeated < len(texts)
            and texts[repeated] == rows[repeated]
            and not any(map(is_figure, texts[repeated][1:]))
        ):
            repeated += 1
        rows += texts[repeated:]
        places += [(page, tuple(cell.box for cell in row)) for row in grid.rows[repeated:]]
    return Table(tuple(rows), path, index, None, title, PagePlaces(tuple(places)))


def _faults(path: str, sheets: Sequence[_Sheet]) -> Iterator[Fault]:
    pictures = [sheet.number for sheet in sheets if sheet.picture]
    if not sheets:
        yield Fault("R001", say("holds no page that can be read"), Location(path))
    elif len(pictures) == len(sheets):
        yield Fault("R001", say("no text; a scan? text recognition is not done here"), Location(path))
    elif pictures:
        named: str = ", ".join(map(str, pictures[:20]))
        if len(pictures) > 20:
            named = say("{first} and more", first=named)
        told = say("no text on {count} of {all} pages ({pages}); scans? text recognition is not done here",
                   count=len(pictures), all=len(sheets), pages=named)  # fmt: skip
        yield Fault("R003", told, Location(path, say("page {page}", page=pictures[0])))
    for sheet in sheets:
        for code, message in sheet.faults:
            yield Fault(code, message, Location(path, say("page {page}", page=sheet.number)))
