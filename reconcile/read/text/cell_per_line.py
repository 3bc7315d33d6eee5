"""Tables pasted with every cell on a line of its own: names of columns first, then a label and its figures, again and again.

Copying a table off a page loses its tabs. What is left is a regular succession of words and figures; lines may be blank
between them, a cell may be set in bold or italics, and two cells of the page's markup may have run into one line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from reconcile.core.amounts import is_nil
from reconcile.core.document import Fault, Span, Table, TextPlaces
from reconcile.core.limits import UNTIMED, Clock, each
from reconcile.core.location import SourceText
from reconcile.core.messages import say
from reconcile.core.words import is_total_label
from reconcile.read.text.figures import FIGURE_TOKEN, TOKEN, TextLine, is_unit_word, read_tail, trim

WORDS, FIGURE, DATE = "words", "figure", "date"
_MIN_ROWS = 3
_LONGEST_LABEL = 140
_LONGEST_LINE = 5_000
_MOST_COLUMNS = 40
_MOST_DIGITS = 30
_EMPHASIS = re.compile(r"(\*{1,3})(?=[^\s*])(.*?[^\s*])\1")
_WIDE = re.compile(r"\s{2,}|\t")
_ON_PAPER = (
    r"[^\W\d_]{3,12}\.? \d{1,2},? ?\d{4}|\d{1,2}\.? [^\W\d_]{3,12}\.? \d{4}|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}"
)
_DATE = re.compile(_ON_PAPER)
_DATES = re.compile(rf"(?:{_ON_PAPER})(?:\s+(?:{_ON_PAPER}))+")
_NUMBERING = re.compile(r"\(?[0-9a-z]{1,3}(?:\.[0-9a-z]{1,3})*[.)]", re.IGNORECASE)
_ENUMERATED = re.compile(r":\s+(?=\(?[0-9a-z](?:\.[0-9a-z]{1,3})*[.)]\s)", re.IGNORECASE)
_DANGLING = (
    "and",
    "och",
    "og",
    "und",
    "et",
    "of",
    "för",
    "for",
    "in",
    "av",
    "de",
    "da",
    "till",
    "to",
    "med",
    "with",
    "samt",
)


class _Piece(NamedTuple):
    """A cell or a part of one: its kind, where it stands in the document, its text, and the number of its line."""

    kind: str
    start: int
    end: int
    text: str
    line: int


class Stack(NamedTuple):
    """A table, the stretch of the document that it takes up, and what in it could not be placed."""

    table: Table
    start: int
    end: int
    faults: tuple[Fault, ...]


class _Record(NamedTuple):
    """The words before a run of figures, and the figures."""

    words: list[_Piece]
    figures: list[_Piece]


def read_stacks(
    source: SourceText, lines: Sequence[TextLine], path: str, clock: Clock = UNTIMED
) -> tuple[list[Stack], list[Fault]]:
    """The tables of one cell per line among ``lines`` (offset, text), and what looks like one but cannot be laid out.

    Raises RefusedError when the time is up.
    """
    stacks: list[Stack] = []
    faults: list[Fault] = []
    for stretch in _stretches(each(lines, clock)):
        for dates, pieces in each(_sections(stretch), clock):
            stack = _read_section(source, dates, pieces, path)
            lost = [piece for piece in pieces if piece.kind == FIGURE]
            if stack is not None:
                stacks.append(stack)
                lost = [piece for piece in lost if piece.start < stack.start or piece.end > stack.end]
            if len(lost) >= 2 * _MIN_ROWS and sum(len(piece.text) > 4 for piece in lost) * 2 > len(lost):
                message = say("{count} figures that stand on lines of their own fit no table", count=len(lost))
                faults.append(Fault("R003", message, source.location(path, lost[0].start, lost[0].end)))
    return stacks, faults


def _stretches(lines: Iterable[TextLine]) -> Iterator[list[_Piece]]:
    """Runs of lines that hold cells: neither sentences nor rows of a label and its figures."""
    pieces: list[_Piece] = []
    for number, (offset, text) in enumerate(lines):
        if not text.strip():
            continue
        found = list(_cut(offset, text, number)) if len(text) <= _LONGEST_LINE else None
        if found is None or any(_is_no_cell(piece.text) for piece in found if piece.kind == WORDS):
            if pieces:
                yield pieces
            pieces = []
        else:
            pieces += found
    if pieces:
        yield pieces


def _is_no_cell(text: str) -> bool:
    """Whether words are more than a label: a sentence, or a whole row of a label and figures."""
    words = text.split()
    if len(text) > _LONGEST_LABEL or "\t" in text or "|" in text:
        return True
    # "in the U.S." is no end of a sentence.
    if words[-1][-1] in ".!?" and len(words) > 5 and "." not in words[-1][:-1]:
        return True
    tail = read_tail(text)
    return tail is not None and tail[1] - tail[0] > 4 and not _DATE.search(text)


def _cut(offset: int, text: str, number: int) -> Iterator[_Piece]:
    """The cells on a line: what is set apart by emphasis, and in a line of several dates by them, gaps and figures."""
    spans: list[Span] = []
    end = 0
    for match in _EMPHASIS.finditer(text) if text.lstrip()[0] == "*" else ():
        spans += [(end, match.start()), match.span(2)]
        end = match.end()
    spans.append((end, len(text)))
    merged = _DATES.search(text) is not None
    for span in spans:
        for kind, start, stop in _cut_merged(text, *span) if merged else [(WORDS, *span)]:
            start, stop = trim(text, start, stop)
            if start < stop:
                cell = text[start:stop]
                if kind == WORDS and _is_figure(cell):
                    kind = FIGURE
                if kind != WORDS or any(char.isalnum() for char in cell):
                    yield _Piece(kind, offset + start, offset + stop, cell, number)


def _cut_merged(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The dates, runs of figures and the words between them in a line that several cells have run into."""
    position = start
    for dates in _DATES.finditer(text, start, end):
        yield from _cut_run(text, position, dates.start())
        yield from ((DATE, *date.span()) for date in _DATE.finditer(text, *dates.span()))
        position = dates.end()
    yield from _cut_run(text, position, end)


def _cut_run(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Words, and the figures that stand beside other figures or between wide gaps."""
    tokens = [match.span() for match in TOKEN.finditer(text, start, end)]
    whole = [_is_figure(text[first:last]) for first, last in tokens]
    gaps = [_WIDE.fullmatch(text, end, first) is not None for (_, end), (first, _) in pairwise(tokens)]
    begin = start
    for index, (first, last) in enumerate(tokens):
        gap = index > 0 and gaps[index - 1]
        # A figure that follows words closely, and stands far from the next one, belongs to the words.
        beside = index + 1 < len(tokens) and whole[index + 1] and not gaps[index]
        if whole[index] and (gap or beside or (index > 0 and whole[index - 1])):
            yield WORDS, begin, first
            yield FIGURE, first, last
            begin = last
        elif gap:
            yield WORDS, begin, first
            begin = first
    yield WORDS, begin, end


def _is_figure(text: str) -> bool:
    """Whether a cell holds nothing but a figure, with its unit perhaps, or a sign for none."""
    if _NUMBERING.fullmatch(text) or _DATE.fullmatch(text):
        return False
    tokens = TOKEN.findall(text)
    figured = [FIGURE_TOKEN.fullmatch(token) is not None for token in tokens]
    if not any(char.isdigit() for char in text):
        return is_nil(text) and all(figured)
    return len(tokens) <= 8 and all(ok or is_unit_word(token) for ok, token in zip(figured, tokens, strict=True))


def _sections(pieces: Sequence[_Piece]) -> Iterator[tuple[list[_Piece], list[_Piece]]]:
    """The parts of a stretch, each with the dates (and the words right before them) that name its columns."""
    head: list[_Piece] = []
    body: list[_Piece] = []
    for index, piece in enumerate(pieces):
        if piece.kind != DATE:
            body.append(piece)
            continue
        if index and pieces[index - 1].kind == DATE:
            head.append(piece)
            continue
        named = body.pop() if body and body[-1].kind == WORDS and body[-1].line == piece.line else None
        if body:
            yield head, body
        head, body = ([named, piece] if named else [piece]), []
    if body:
        yield head, body


def _records(pieces: Sequence[_Piece]) -> list[_Record]:
    records: list[_Record] = []
    for piece in pieces:
        if piece.kind == FIGURE and records:
            records[-1].figures.append(piece)
        elif piece.kind == WORDS:
            if not records or records[-1].figures:
                records.append(_Record([], []))
            records[-1].words.append(piece)
    if records and not records[-1].figures:
        records.pop()
    return records


class _Shape(NamedTuple):
    """How many figures a row has, and how many it may have instead (those per date, in the last column of each)."""

    wide: int
    narrow: int


def _shape(records: Sequence[_Record], dates: int) -> _Shape | None:
    """The columns that the records agree on; None where they are no table."""
    lengths = Counter(len(record.figures) for record in records)
    usual = lengths.most_common(1)[0][0]
    wide = max((n for n in lengths if n % dates == 0), default=dates) if dates else usual
    shape = _Shape(wide, dates or usual)
    if not dates and _are_parts_and_total(records, lengths):
        shape = _Shape(max(lengths), 1)
        return shape if len(records) >= _MIN_ROWS and max(lengths) <= _MOST_COLUMNS else None
    fitting = [record for record in records if len(record.figures) in shape]
    if wide > _MOST_COLUMNS or len(fitting) < _MIN_ROWS or len(fitting) * 5 < len(records) * 3:
        return None
    return shape if dates or _is_regular(fitting, wide) else None


def _are_parts_and_total(records: Sequence[_Record], lengths: Counter[int]) -> bool:
    """Whether rows hold either a figure for each of the columns that are named above them, or that of the last, a total."""
    wide = max(lengths)
    named = records[0].words[:-1][-wide:]
    return (
        set(lengths) == {1, wide}
        and lengths[wide] > 1
        and wide > 1
        and len(named) == wide
        and is_total_label(named[-1].text)
    )


def _is_regular(records: Sequence[_Record], width: int) -> bool:
    """Whether labels and figures alternate as in a table, and the figures number nothing (pages, chapters, years)."""
    if sum(len(record.words) == 1 for record in records) * 2 < len(records) - 1:
        return False
    if width > 1:
        return True
    values = [record.figures[0].text for record in records]
    plain = [int(value) for value in values if value.isdecimal() and len(value) <= 4]
    if len(plain) < len(values):
        return True
    steps = {later - earlier for earlier, later in pairwise(plain)}
    return steps != {1} and not all(1900 <= value <= 2100 for value in plain)


_Row = list[_Piece | None]


def _read_section(source: SourceText, head: list[_Piece], pieces: list[_Piece], path: str) -> Stack | None:
    """Lay one section out; its header is ``head`` (a label and dates), or the words before its first label."""
    records = _records(pieces)
    dates = [piece for piece in head if piece.kind == DATE]
    shape = _shape(records, len(dates)) if records else None
    if shape is None:
        return None
    step = shape.wide // shape.narrow
    header: list[_Row] = []
    rows: list[_Row] = []
    undecided: list[tuple[int, int]] = []
    odd: list[_Piece] = []
    if dates:
        # Figures right behind the dates are a row of their own.
        odd = list(takewhile(lambda piece: piece.kind == FIGURE, pieces))
        corner = head[0] if head[0].kind == WORDS else None
        first = corner is not None and len(odd) in shape
        header.append(_spread(None if first else corner, dates, shape, step))
        _take_cycle(records, shape, step, header)
        if first:
            rows.append(_spread(corner, odd, shape, step))
            odd = []
    else:
        header += _take_header(records, shape.wide)
    for record in records:
        *above, label = _labels(source, record.words)
        rows += [[words, *[None] * shape.wide] for words in above]
        if len(record.figures) in shape:
            rows.append(_spread(label, record.figures, shape, step))
            continue
        odd += record.figures
        stretch = _join(source, record.figures[0], record.figures[-1])
        undecided += [(len(header) + len(rows), col) for col in range(1, shape.wide + 1)]
        rows.append([label, stretch, *[None] * (shape.wide - 1)])
    # Words and figures alternate in much that is no table: it is one if each row is complete, or a column adds up.
    if odd and not any(_adds_up([row[col] for row in rows]) for col in range(1, shape.wide + 1)):
        return None
    return _build(source, [*header, *rows], len(header), undecided, odd, path)


def _adds_up(column: Sequence[_Piece | None]) -> bool:
    """Return True if a figure of a column is the sum of two or more right above it, in the digits as printed."""
    figures = [int(digits) for piece in column if piece and (digits := _digits(piece.text))]
    for index, figure in enumerate(figures):
        total = 0
        for count, part in enumerate(reversed(figures[:index]), 1):
            total += part
            if total >= figure:
                if total == figure and count > 1:
                    return True
                break
    return False


def _digits(text: str) -> str:
    return "".join(char for char in text if char in "0123456789")[:_MOST_DIGITS]


def _spread(label: _Piece | None, figures: Sequence[_Piece], shape: _Shape, step: int) -> _Row:
    """A row; where it has fewer figures than columns, each stands in the last column of its group."""
    if len(figures) == shape.wide:
        return [label, *figures]
    return [label, *(cell for figure in figures for cell in (*[None] * (step - 1), figure))]


def _take_cycle(records: Sequence[_Record], shape: _Shape, step: int, header: list[_Row]) -> None:
    """Make the names that repeat once a date (*Euro Yen Total Euro Yen Total*) a row of the header, and cut them out."""
    if step == 1:
        return
    for record in records:
        tokens = [
            _Piece(WORDS, piece.start + match.start(), piece.start + match.end(), match.group(), piece.line)
            for piece in record.words
            for match in TOKEN.finditer(piece.text)
        ]
        names = [token.text for token in tokens]
        for at in range(len(names) - shape.wide):
            if names[at : at + shape.wide] == names[at : at + step] * shape.narrow:
                cycle = tokens[at : at + shape.wide]
                before = [p for piece in record.words if (p := _clip(piece, piece.start, cycle[0].start))]
                after = [p for piece in record.words if (p := _clip(piece, cycle[-1].end, piece.end))]
                header.append([before[-1] if before else None, *cycle])
                record.words[:] = [*before[:-1], *after]
                return


def _clip(piece: _Piece, start: int, end: int) -> _Piece | None:
    """The part of a piece between two offsets, or None."""
    start, end = max(start, piece.start), min(end, piece.end)
    if start >= end:
        return None
    first, last = trim(piece.text, start - piece.start, end - piece.start)
    return _Piece(piece.kind, piece.start + first, piece.start + last, piece.text[first:last], piece.line)


def _take_header(records: Sequence[_Record], width: int) -> list[_Row]:
    """The names of the columns among the words before the first label: one each, with or without the labels' own."""
    words = records[0].words
    *names, label = words
    if len(names) > width:
        # What stands above the names is a caption.
        records[0].words[:] = [label]
        return [list(names[-width - 1 :])]
    if len(names) == width:
        records[0].words[:] = [label]
        return [[None, *names]]
    records[0].words[:] = [label]
    return []


def _labels(source: SourceText, words: Sequence[_Piece]) -> list[_Piece]:
    """The labels in a run of words: a label wrapped over two lines is one, a heading with its first item are two."""
    labels: list[_Piece] = []
    for piece in words:
        if labels and _continues(source, labels[-1], piece):
            labels[-1] = _join(source, labels[-1], piece)
            continue
        start = piece.start
        for cut in _ENUMERATED.finditer(piece.text):
            labels += filter(None, [_clip(piece, start, piece.start + cut.start() + 1)])
            start = piece.start + cut.end()
        labels += filter(None, [_clip(piece, start, piece.end)])
    return labels


def _continues(source: SourceText, above: _Piece, piece: _Piece) -> bool:
    if piece.line != above.line + 1 or source.text[above.end : piece.start].strip():
        return False
    last = above.text.split()[-1]
    return piece.text[0].islower() or last.casefold() in _DANGLING or last[-1] in "-,"


def _join(source: SourceText, first: _Piece, last: _Piece) -> _Piece:
    return _Piece(first.kind, first.start, last.end, source.text[first.start : last.end], last.line)


def _build(
    source: SourceText,
    rows: Sequence[_Row],
    header: int,
    undecided: Sequence[tuple[int, int]],
    odd: Sequence[_Piece],
    path: str,
) -> Stack:
    grid: list[tuple[str, ...]] = []
    spans: list[tuple[Span, ...]] = []
    for row in rows:
        at = next(piece.start for piece in row if piece is not None)
        places: list[Span] = []
        for piece in row:
            # An empty cell stands right behind the one before it.
            places.append((piece.start, piece.end) if piece else (places[-1][1] if places else at,) * 2)
        grid.append(tuple(piece.text if piece else "" for piece in row))
        spans.append(tuple(places))
    faults: tuple[Fault, ...] = ()
    if odd:
        message = say("{count} figures were not read: their rows do not have one for each column", count=len(odd))
        faults = (Fault("R003", message, source.location(path, odd[0].start, odd[0].end)),)
    start, end = min(row[0][0] for row in spans), max(row[-1][1] for row in spans)
    places_ = TextPlaces(source, tuple(spans))
    table = Table(tuple(grid), path, 0, header or None, None, places_, undecided=frozenset(undecided))
    return Stack(table, start, end, faults)
