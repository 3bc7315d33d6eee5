"""Tables that stand in lines of plain text: rows of a label and figures, set apart by tabs, gaps or single spaces.

A table is at least three rows in a row (of lines). Whatever is no row stays a text block; nothing is dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reconcile.amounts import NUMERAL
from reconcile.locales import MINUSES, SPACES, UNITS, currency_of, is_total_label, scale_of
from reconcile.location import SourceText
from reconcile.model import Table, TextBlock, TextPlaces

Span = tuple[int, int]
Line = tuple[int, str]

MIN_ROWS = 3
_LONGEST_LABEL = 120
_LONGEST_ROW = 2_000
_GAP = re.compile(r"\t|[ \u00a0]{2,}")
_TOKEN = re.compile(rf"[^{SPACES}\t]+")
_WITHHELD = re.compile(rf"\s*([^\W\d_][^\t]{{0,100}}?)[{SPACES}]+([{MINUSES}\u2014]|\.{{2,3}}|…)\s*")
_LEADER = re.compile(r"\.{4,}\s*")
_LETTER = re.compile(r"[^\W\d_]")
_CAPITAL = re.compile(rf"(?<=[{SPACES}])(?=[^\W\d_a-zåäöæøéü])")
_FIGURE_TOKEN = re.compile(
    rf"[{MINUSES}+(€$£₹]{{0,2}}\d[\d.,'’OolI]*(?:%|\)|[*†‡\u00b9\u00b2\u00b3\u2070-\u2079]|\d\))*|[OolI]{{1,2}}\d[\dOolI]*|[{MINUSES}]|%|\.{{2,}}|…"
)


class _Row(NamedTuple):
    """A line read as a row: the span of its label, and of the figures behind it as one stretch (offsets in the line)."""

    cells: tuple[Span, ...]
    tail: Span | None


def read_lines(source: SourceText, lines: Sequence[Line], path: str) -> tuple[list[TextBlock], list[Table]]:
    """Split lines (offset, text) into text blocks and tables; a table knows the index of the block before it."""
    blocks: list[TextBlock] = []
    tables: list[Table] = []
    for paragraph in _paragraphs(lines):
        rows = [_read_row(text) for _, text in paragraph]
        first, last = _extent(paragraph, rows)
        if first is None or last is None:
            blocks += _as_block(source, paragraph)
            continue
        start, header = first, 0
        if first and _is_label_line(paragraph[first - 1][1]):
            # The line above the first row names the columns, or is the first of several section headings.
            start = first - 1
            header = 0 if _is_like_a_heading(paragraph[start][1], paragraph[first:last], rows[first:last]) else 1
        blocks += _as_block(source, paragraph[:start])
        table = _build(source, paragraph[start : last + 1], rows[start : last + 1], header, path)
        tables.append(
            Table(table.rows, path, len(tables), table.header_rows, len(blocks) - 1 if blocks else None, table.places)
        )
        blocks += _as_block(source, paragraph[last + 1 :])
    return blocks, tables


def _as_block(source: SourceText, lines: Sequence[Line]) -> list[TextBlock]:
    if not lines:
        return []
    start, (offset, text) = lines[0][0], lines[-1]
    return [TextBlock(source.text[start : offset + len(text)], start)]


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Groups of lines between blank ones; single row lines set apart by blank lines belong together."""
    groups: list[list[Line]] = []
    current: list[Line] = []
    for line in lines:
        if line[1].strip():
            current.append(line)
        elif current:
            groups.append(current)
            current = []
    if current:
        groups.append(current)
    held: list[Line] = []
    for group in groups:
        rows = [_read_row(text) is not None for _, text in group]
        if rows == [True]:
            held += group
            continue
        if rows == [False, True] and not held:
            # A header right above the first of rows that are set apart.
            held = list(group)
            continue
        if held:
            yield held
            held = []
        yield group
    if held:
        yield held


def _extent(lines: Sequence[Line], rows: Sequence[_Row | None]) -> tuple[int | None, int | None]:
    """The first and last index of the table in a paragraph, or (None, None): enough rows, and mostly rows in between."""
    places = [index for index, row in enumerate(rows) if row is not None]
    # A row set apart by tabs is one without a figure, too; one that only ends in a dash may be prose.
    certain = [index for index in places if "\t" in lines[index][1] or has_numeral(lines[index][1])]
    if len(certain) < MIN_ROWS or not any(has_numeral(lines[index][1]) for index in places):
        return None, None
    first, last = places[0], places[-1]
    if len(places) * 2 < last - first + 1:
        return None, None
    return first, last


def _is_label_line(text: str) -> bool:
    stripped = text.strip()
    return len(stripped) <= _LONGEST_LABEL and stripped[-1:] not in (".", ":", "!", "?", ";")


def _is_like_a_heading(text: str, lines: Sequence[Line], rows: Sequence[_Row | None]) -> bool:
    """Whether a line ends as a section heading further down does: *Blekinge län*, *Dalarnas län*."""
    headings = {line.split()[-1] for (_, line), row in zip(lines, rows, strict=True) if row is None}
    return text.split()[-1] in headings


def _read_row(text: str) -> _Row | None:
    """Read a line as a label and figures; None where it is prose or a bare line."""
    if len(text) > _LONGEST_ROW:
        return None
    gaps = _split_at_gaps(text)
    if "\t" in text and (text.count("\t") > 1 or text[0] != "\t" or _all_figures(text)):
        # Tabs divide for certain, an empty cell before the first one included; but one alone may indent prose.
        return _Row(tuple(gaps), None)
    if not any(char.isdigit() for char in text):
        # A row whose figure is withheld or nil still names what it is of.
        withheld = _WITHHELD.fullmatch(text)
        return _Row((_trim(text, *withheld.span(1)),), withheld.span(2)) if withheld else None
    if len(gaps) > 1:
        figures = sum(1 for start, end in gaps[1:] if _all_figures(text[start:end]))
        label = text[slice(*gaps[0])]
        if figures and (_LETTER.search(label) or label.isdigit()) and figures * 2 >= len(gaps) - 1:
            if len(gaps) == 2 and _LETTER.search(label):
                # One gap between label and figures: the figures themselves may still stand a space apart.
                return _Row((gaps[0],), gaps[1])
            return _Row(tuple(gaps), None)
        if _LETTER.search(text[slice(*gaps[-1])]):
            # Its last cell is words, with a year perhaps (Budget 2025): a header, not a row.
            return None
    tail = _tail(text)
    if tail is None:
        return None
    leader = _LEADER.match(text, tail[0])
    if leader is not None and leader.end() < tail[1]:
        tail = (leader.end(), tail[1])
    label_end = len(text[: tail[0]].rstrip(SPACES + "\t.:…"))
    label_start = len(text) - len(text.lstrip())
    label = text[label_start:label_end]
    if not _LETTER.search(label) or len(label) > _LONGEST_LABEL or label[-1] in ",;!?":
        return None
    return _Row(((label_start, label_end),), tail)


def _split_at_gaps(text: str) -> list[Span]:
    """The cells of a line whose columns stand apart by tabs or by two spaces and more."""
    tabbed = "\t" in text
    cells: list[Span] = []
    start = 0
    for gap in re.finditer(r"\t", text) if tabbed else _GAP.finditer(text):
        cells.append((start, gap.start()))
        start = gap.end()
    cells.append((start, len(text)))
    trimmed = [_trim(text, *cell) for cell in cells]
    return trimmed if tabbed else [cell for cell in trimmed if cell[0] < cell[1]]


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_unit_word(word: str) -> bool:
    folded = word.strip(".,()").casefold()
    return bool(folded) and (folded in UNITS or scale_of(folded) is not None or currency_of(folded) is not None)


def _all_figures(text: str) -> bool:
    tokens = _TOKEN.findall(text)
    return not tokens or all(_FIGURE_TOKEN.fullmatch(token) or _is_unit_word(token) for token in tokens)


def _tail(text: str) -> Span | None:
    """The stretch of figures (with their units) at the end of a line, or None where it ends otherwise."""
    start = end = -1
    digits = False
    for token in reversed(list(_TOKEN.finditer(text))):
        word = token.group()
        if _FIGURE_TOKEN.fullmatch(word):
            digits = digits or any(char.isdigit() for char in word)
        elif not (_is_unit_word(word) and not digits):
            break
        start = token.start()
        end = max(end, token.end())
    return (start, end) if digits else None


def _build(source: SourceText, lines: Sequence[Line], rows: Sequence[_Row | None], header: int, path: str) -> Table:
    """Lay rows out on one grid. Figures a single space apart are split by the number of columns that the rows agree on."""
    tails = [(text, row.tail) for (_, text), row in zip(lines, rows, strict=True) if row is not None and row.tail]
    width = max((len(row.cells) for row in rows if row is not None), default=1)
    if len(tails) * 2 >= sum(1 for row in rows if row is not None):
        width = 1 + _count_columns(tails)
    first_words = Counter(_first_word(text) for (_, text), row in zip(lines, rows, strict=True) if row is not None)
    usual, times = first_words.most_common(1)[0]
    usual = usual if times * 2 > sum(first_words.values()) else ""
    grid: list[tuple[str, ...]] = []
    spans: list[tuple[Span, ...]] = []
    for index, ((offset, text), row) in enumerate(zip(lines, rows, strict=True)):
        if row is not None:
            cells = [*row.cells, *(_split_tail(text, row.tail, width - len(row.cells)) if row.tail else ())]
        elif index < header:
            cells = _split_header(text, width)
        elif width == 2 and _first_word(text) == usual and len(_TOKEN.findall(text)) > 2:
            # A line that begins as the rows do is a row whose figure cannot be read, not a heading.
            cells = _split_last(text)
        else:
            cells = [_trim(text, 0, len(text))]
        cells += [(len(text), len(text))] * (width - len(cells))
        if len(cells) > width:
            cells = [*cells[: width - 1], (cells[width - 1][0], cells[-1][1])]
        grid.append(tuple(text[start:end] for start, end in cells))
        spans.append(tuple((offset + start, offset + end) for start, end in cells))
    return Table(tuple(grid), path, 0, header if header else None, None, TextPlaces(source, tuple(spans)))


def _first_word(text: str) -> str:
    found = _TOKEN.search(text)
    return found.group().casefold() if found else ""


def _split_last(text: str) -> list[Span]:
    """A line cut before its last word."""
    *_, last = _TOKEN.finditer(text)
    return [_trim(text, 0, last.start()), last.span()]


def _count_columns(tails: Sequence[tuple[str, Span]]) -> int:
    """How many columns of figures stand a single space apart.

    A row whose groups can only be figures of their own (``1989 2581 1935``) tells for certain, if it is one of two that
    do, or of years, or the total; the others could be fewer, larger figures. Else the least that most rows read as.
    """
    least = Counter(len(_figures(text, *tail)) for text, tail in tails)
    usual = least.most_common(1)[0][0]
    certain: Counter[int] = Counter()
    for text, tail in tails:
        words = _TOKEN.findall(text, *tail)
        if len(words) > 1 and all(_stands_alone(word) for word in words[1:]):
            telling = all(len(word) == 4 for word in words) or is_total_label(text[: tail[0]])
            certain[len(words)] += 2 if telling else 1
    count, weight = certain.most_common(1)[0] if certain else (usual, 0)
    possible = sum(1 for text, tail in tails if len(_figures(text, *tail)) <= count <= len(_TOKEN.findall(text, *tail)))
    return count if weight > 1 and possible * 5 >= len(tails) * 4 else usual


def _stands_alone(word: str) -> bool:
    """Whether a group of digits cannot be a later group of a figure: it is none of three digits."""
    whole = re.split(r"[.,]", word, maxsplit=1)[0]
    return word[0] in MINUSES or len(whole) != 3 or not whole.isdigit()


def _figures(text: str, start: int, end: int) -> list[Span]:
    """The least number of well-grouped figures that a stretch reads as; a group of other than three digits begins one."""
    figures: list[list[int]] = []
    after = False
    for token in _TOKEN.finditer(text, start, end):
        word = token.group()
        digits = word.strip("+()%*" + MINUSES)
        joins = after and len(digits.split(",")[0].split(".")[0]) == 3 and word[0].isdigit()
        if figures and (
            joins or _is_unit_word(word) or word == "%" or text[figures[-1][0] : figures[-1][1]] in MINUSES
        ):
            figures[-1][1] = token.end()
        else:
            figures.append([token.start(), token.end()])
        after = digits.isdigit() and (joins or len(digits) <= 3)
    return [(first, last) for first, last in figures]


def _split_tail(text: str, tail: Span, count: int) -> list[Span]:
    """Split a stretch into ``count`` figures; where it cannot be, its end is kept together as the last of them."""
    figures = _figures(text, *tail)
    if len(figures) == count:
        return figures
    if count <= 1:
        return [tail]
    tokens = [match.span() for match in _TOKEN.finditer(text, *tail)]
    if len(figures) < count and len(tokens) % count == 0:
        # Every figure of as many groups: "100 200 300 400" in a table of two columns.
        size = len(tokens) // count
        return [(tokens[i][0], tokens[i + size - 1][1]) for i in range(0, len(tokens), size)]
    return figures


def _split_header(text: str, width: int) -> list[Span]:
    """Split a header line into columns: at gaps if it has them, else before capitals, else after its first word."""
    gaps = _split_at_gaps(text)
    if len(gaps) == width or width == 1:
        return gaps
    starts = [match.start() for match in _CAPITAL.finditer(text)]
    if len(starts) < width - 1:
        starts = [match.start() for match in _TOKEN.finditer(text)][1:]
    starts = [0, *starts[: width - 1]]
    return [_trim(text, start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def has_numeral(text: str) -> bool:
    """Whether any figure stands in ``text``."""
    return NUMERAL.search(text) is not None
