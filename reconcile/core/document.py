"""What a reader gives: documents of tables and text blocks, every cell still text and still placed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from reconcile.core.location import Anchor, GridPlace, Location, SourceText, TextSpan
from reconcile.core.messages import Message, say

# The start and the end of a stretch of text; the row and the column of a cell, from 0.
Span = tuple[int, int]
CellIndex = tuple[int, int]
# The formats whose files are corrected here: by bytes in text, by cells and runs of text in office files.
EDITABLE_TEXTS = ("text", "markdown", "html", "csv")
EDITABLE = (*EDITABLE_TEXTS, "xlsx", "docx")


class Places(Protocol):
    """Tells where the cells of one table stand in its document."""

    def place(self, row: int, col: int) -> tuple[Anchor | None, str]:
        """The anchor of a cell and its label for people, such as ``line 44`` or ``Blad1!B16``."""


class TextPlaces(NamedTuple):
    """Places in a text document: for each row, the (start, end) offsets of its cells."""

    source: SourceText
    spans: Sequence[Sequence[tuple[int, int]]]

    def place(self, row: int, col: int) -> tuple[Anchor | None, str]:
        """The span of a cell; of its whole row where the row is too short to have the cell."""
        cells = self.spans[row]
        start, end = cells[col] if col < len(cells) else (cells[0][0], cells[-1][1])
        span = self.source.span(start, end)
        return span, f"line {span.line}"


class GridPlaces:
    """Places in a grid that came from no file: only row and column, counted from 1 for people."""

    def place(self, row: int, col: int) -> tuple[Anchor | None, str]:
        """No anchor; the label counts from 1."""
        return None, say("row {row}, column {column}", row=row + 1, column=col + 1)


@dataclass(frozen=True, slots=True)
class Table:
    """A row-major grid of text, header included; all rows are equally long.

    ``header_rows`` is None where the format does not tell header from body. ``title_block`` is the index of
    the text block that stands before the table, in its document's blocks. ``formulas`` are the formulas behind cells,
    by (row, column) in the grid, in the addresses of the cells' own sheet. ``undecided`` are the
    (row, column) of cells that the reader could not tell apart: the first of a row's holds all that is printed.
    """

    rows: tuple[tuple[str, ...], ...]
    path: str = "<rows>"
    index: int = 0
    header_rows: int | None = None
    title_block: int | None = None
    places: Places = GridPlaces()  # noqa: RUF009 - it holds nothing
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    undecided: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[str]]) -> Table:
        """A table of rows of text; short rows are filled up with empty cells. Raises TypeError for other cells."""
        for row in rows:
            for cell in row:
                if not isinstance(cell, str):
                    raise TypeError(f"cells are text as printed, not {type(cell).__name__}: {cell!r}")
        width = max(map(len, rows), default=0)
        return cls(tuple((*row, *("",) * (width - len(row))) for row in rows))

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def location_of(
        self, row: int, col: int, cut: tuple[int, int] | None = None, row_label: str = "", column_header: str = ""
    ) -> Location:
        """Where a cell stands; ``cut`` narrows a place in text to that (start, end) within the cell."""
        anchor, label = self.places.place(row, col)
        text = self.rows[row][col]
        if isinstance(self.places, TextPlaces) and isinstance(anchor, TextSpan):
            # Only where the cell is printed as read (no escapes in between) can a part of it be pointed at.
            if cut is not None and anchor.end - anchor.start == len(text):
                anchor = self.places.source.span(anchor.start + cut[0], anchor.start + cut[1])
            text = self.places.source.text[anchor.start : anchor.end]
        elif cut is not None:
            text = text[cut[0] : cut[1]]
        return Location(self.path, label, anchor, GridPlace(self.index, row, col, row_label, column_header), text)


class TextBlock(NamedTuple):
    """A heading or a paragraph, as printed: at ``start`` in its document's text, or at ``place`` where that is no text."""

    text: str
    start: int = 0
    kind: str = "paragraph"
    place: Location | None = None


class Fault(NamedTuple):
    """Something a reader could not do, in words, with the rule code it is reported under (R001 to R004).

    It is a ``note`` where nothing is in doubt, but a person who compares should know of it.
    """

    code: str
    message: Message
    location: Location
    note: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read; ``size`` is that of its file in bytes. ``source`` is None for formats that are not text.

    ``marks`` say which findings in it are not to be reported. ``decimal_mark`` is the one that its format suggests, for where its
    figures do not tell: cells that commas divide hold few decimal commas.
    """

    path: str
    format: str
    encoding: str | None = None
    sha256: str = ""
    source: SourceText | None = None
    blocks: tuple[TextBlock, ...] = ()
    tables: tuple[Table, ...] = ()
    faults: tuple[Fault, ...] = ()
    size: int = 0
    marks: tuple[IgnoreComment, ...] = ()
    decimal_mark: str | None = None


# No further than to the next comment, so that ten thousand that are never closed are looked at once.
_COMMENT = re.compile(r"<!--[ \t]*+reconcile[ \t]*+:(?:[^-<\r\n]|-(?!->)|<(?!!--))*+-->", re.IGNORECASE)
_OURS = re.compile(r"[ \t]*+reconcile[ \t]*+:[ \t]*+(.*)", re.IGNORECASE)
_IGNORE = re.compile(r"ignore(?!\w)", re.IGNORECASE)
_REASON = re.compile(r"[ \t]*(?::|\s[-\u2013\u2014]\s|[\u2013\u2014])[ \t]*")
_MOST_SHOWN = 60


class IgnoreComment(NamedTuple):
    """A mark and where it stands; ``told`` are its words behind ``reconcile:``, on one line."""

    told: str
    place: Location


class Order(NamedTuple):
    """What a mark asks for: rule codes or families in capitals, and the reason; or ``fault``, why it cannot be followed."""

    codes: tuple[str, ...] = ()
    reason: str = ""
    fault: Message | None = None


def find_mark(comment: str, place: Location) -> IgnoreComment | None:
    """The mark that a comment is, or that a line of it is; None where it is not for this program."""
    text = comment.removeprefix("<!--").removesuffix("-->")
    for line in (" ".join(text.split()), *text.splitlines()):
        ours = _OURS.fullmatch(line)
        if ours:
            return IgnoreComment(ours.group(1).strip(), place)
    return None


def comments_in(text: str) -> list[Span]:
    """The spans of the marks in plain text, where all other comments are text like any other."""
    return [found.span() for found in _COMMENT.finditer(text)] if "<!--" in text else []


def blank(source: SourceText, spans: Iterable[Span]) -> SourceText:
    """The source with spaces in place of what stands in ``spans``, which are in order; line ends stay where they are."""
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        hidden = "".join(char if char in "\r\n" else " " for char in source.text[start:end])
        pieces += [source.text[position:start], hidden]
        position = end
    return SourceText("".join([*pieces, source.text[position:]]), source.starts) if pieces else source


def lines_without(source: SourceText, blanked: SourceText) -> list[tuple[int, str]]:
    """The lines of ``blanked``, without those that held nothing but what was blanked."""
    pairs = zip(source.lines(), blanked.lines(), strict=True)
    return [(at, line) for (at, old), (_, line) in pairs if old == line or line.strip()]


def read_order(mark: IgnoreComment) -> Order:
    """What a mark asks for: ``ignore``, codes, and a reason behind a colon or a dash."""
    verb = _IGNORE.match(mark.told)
    if verb is None:
        said = _shortened(mark.told.partition(" ")[0])
        return Order(fault=say("“{text}” is not understood; a mark says “ignore” and names rules", text=said))
    named, *reason = _REASON.split(mark.told[verb.end() :], maxsplit=1)
    codes = tuple(dict.fromkeys(code.upper() for code in re.split(r"[,;\s]+", named) if code))
    if not codes:
        return Order(fault=say("the mark names no rule"))
    return Order(codes, reason[0].strip() if reason else "")


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
