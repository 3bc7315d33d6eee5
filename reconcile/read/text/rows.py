"""Tables that stand in lines of plain text: rows of a label and figures, set apart by tabs, gaps or single spaces.

A table is at least three rows in a row (of lines), or two below a line of years. Whatever is no row stays a text block; nothing is dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from reconcile.core.amounts import NUMERAL, read_amount
from reconcile.core.document import Fault, Span, Table, TextBlock, TextPlaces
from reconcile.core.languages import MINUSES, SPACES
from reconcile.core.limits import UNTIMED, Clock, each
from reconcile.core.location import SourceText
from reconcile.core.messages import joined, say, say_many
from reconcile.core.words import is_total_label
from reconcile.read.text.cell_per_line import read_stacks
from reconcile.read.text.figures import (
    FIGURE_TOKEN,
    TOKEN,
    Cells,
    FigureRow,
    TextLine,
    count_millionths,
    is_unit_word,
    read_tail,
    trim,
)
from reconcile.read.text.fixed_width import LEADER, Row, column_spans, demote, names_years, place_by_columns
from reconcile.read.text.single_spaced import Division, divide

MIN_ROWS = 3
_LONGEST_LABEL = 120
_LONGEST_ROW = 2_000
_YEAR = re.compile(r"(?:19|20)\d\d")
_GAP = re.compile(r"\t|[ \u00a0]{2,}")
_WITHHELD = re.compile(rf"\s*([^\W\d_][^\t]{{0,100}}?)[{SPACES}]+([{MINUSES}\u2014]|\.{{2,3}}|…)\s*")
_LETTER = re.compile(r"[^\W\d_]")
_CAPITAL = re.compile(rf"(?<=[{SPACES}])(?=[^\W\d_a-zåäöæøéü])")
# "1.1", "4.02.1", "3.": what numbers a row that is named behind it.
_CODE = re.compile(r"\d{1,4}(?:\.\d{1,4})*\.?")
# "-----", "=====" above a total.
_RULE = re.compile(r"[-=_\u2013\u2014\s]+")
_MOST_HEADER_LINES = 3
_SHOWN = 3
_DANGLING = ("and", "och", "og", "und", "et", "of", "för", "for", "till", "av", "de", "i", "samt", "med")
# What stands before a figure in a sentence: "rose to 1 200", "uppgick till 45".
_STATING = (
    *("to", "by", "at", "with", "from", "in", "on", "about", "is", "was", "are", "were", "has", "had", "be", "than", "over"),
    *("på", "med", "från", "cirka", "är", "var", "blev", "har", "hade", "om", "än", "vid", "kring", "fra", "er"),
    *("auf", "um", "mit", "bei", "ist", "war", "sind", "waren", "betrug", "beträgt", "über", "rund"),
)  # fmt: skip


class TextContent(NamedTuple):
    """What lines hold: text blocks, tables (each knows the index of the block before it), and what could not be read."""

    blocks: list[TextBlock]
    tables: list[Table]
    faults: list[Fault]


def read_lines(source: SourceText, lines: Sequence[TextLine], path: str, clock: Clock = UNTIMED) -> TextContent:
    """Split lines (offset, text) into text blocks and tables. Raises RefusedError when the time is up."""
    stacks, faults = read_stacks(source, lines, path, clock)
    found = TextContent([], [], faults)
    start = 0
    for stack in stacks:
        _read_rows(source, lines_between(lines, start, stack.start), path, found, clock)
        _add(found, stack.table, stack.faults)
        start = stack.end
    _read_rows(source, lines_between(lines, start, len(source.text)) if stacks else lines, path, found, clock)
    return found


def _add(found: TextContent, table: Table, faults: Sequence[Fault]) -> None:
    title = len(found.blocks) - 1 if found.blocks else None
    found.tables.append(replace(table, index=len(found.tables), title_block=title))
    found.faults.extend(faults)


def lines_between(lines: Sequence[TextLine], start: int, end: int) -> list[TextLine]:
    """The lines between two offsets; of a line that a table begins or ends in, what stands outside of it."""
    clipped: list[TextLine] = []
    for offset, text in lines:
        first, last = max(start - offset, 0), min(end - offset, len(text))
        part = text[first:last] if first < last else ""
        if part and len(part) < len(text) and not any(char.isalnum() for char in part):
            part = ""
        if first <= last:
            clipped.append((offset + first, part))
    return clipped


def _read_rows(source: SourceText, lines: Sequence[TextLine], path: str, found: TextContent, clock: Clock) -> None:
    """Read lines that hold whole rows, or none."""
    for paragraph in _paragraphs(lines, clock):
        paragraph = _join_wrapped(source, paragraph, clock)
        read = [_read_row(text) for _, text in each(paragraph, clock)]
        rows = demote(paragraph, read)
        first, last = _extent(paragraph, rows)
        if first is not None and last is not None:
            last = _with_unlabelled(paragraph, rows, last)
        if first is None or last is None:
            found.blocks.extend(_as_block(source, paragraph))
            continue
        start, header = first, 0
        if first and read[first - 1] is not None and not names_years(paragraph[first - 1][1]):
            # A heading that ends in a number stands above the table.
            pass
        elif first and _is_label_line(paragraph[first - 1][1]):
            # The line above the first row names the columns, or is the first of several section headings.
            start = first - 1
            header = 0 if _is_like_a_heading(paragraph[start][1], paragraph[first:last], rows[first:last]) else 1
        while header and start and header < _MOST_HEADER_LINES and _is_upper_header(paragraph, start):
            start, header = start - 1, header + 1
        found.blocks.extend(_as_block(source, paragraph[:start]))
        around = " ".join(block.text[-2_000:] for block in found.blocks[-2:])
        table, faults = _build(source, paragraph[start : last + 1], rows[start : last + 1], header, path, around, clock)
        _add(found, table, faults)
        found.blocks.extend(_as_block(source, paragraph[last + 1 :]))


def _join_wrapped(source: SourceText, lines: list[TextLine], clock: Clock) -> list[TextLine]:
    """Join a label that runs over two lines, the figures behind the second, to one line."""
    starts = [text.lstrip()[0] for _, text in each(lines, clock) if _read_row(text) is not None]
    if sum(char.islower() for char in starts) * 2 > len(starts):
        # Where labels begin with small letters, such a beginning does not tell that one goes on.
        return lines
    joined: list[TextLine] = []
    for offset, text in each(lines, clock):
        if joined and _is_wrapped(joined[-1][1], text):
            above = joined.pop()[0]
            offset, text = above, source.text[above : offset + len(text)]
        joined.append((offset, text))
    return joined


def _is_wrapped(above: str, text: str) -> bool:
    """Whether a row's label began on the line above, which has no figures of its own."""
    if "\n" in above or "\t" in text or len(above) > _LONGEST_LABEL // 2 or _read_row(above) is not None:
        return False
    if above.rstrip()[-1] in ".:!?;" or _RULE.fullmatch(above) or _read_row(text) is None:
        return False
    last = above.split()[-1]
    return text.lstrip()[0].islower() or last[-1] in "-," or last in _DANGLING


def _is_upper_header(lines: Sequence[TextLine], start: int) -> bool:
    """Whether the line above a header is a part of it: short, and set in columns as well."""
    above = lines[start - 1][1]
    return _is_label_line(above) and len(_split_at_gaps(above)) > 1 and len(_split_at_gaps(lines[start][1])) > 1


def _as_block(source: SourceText, lines: Sequence[TextLine]) -> list[TextBlock]:
    if not lines:
        return []
    start, (offset, text) = lines[0][0], lines[-1]
    return [TextBlock(source.text[start : offset + len(text)], start)]


def _paragraphs(lines: Sequence[TextLine], clock: Clock) -> Iterator[list[TextLine]]:
    """Groups of lines between blank ones; single row lines set apart by blank lines belong together."""
    groups: list[list[TextLine]] = []
    current: list[TextLine] = []
    for line in lines:
        if line[1].strip():
            current.append(line)
        elif current:
            groups.append(current)
            current = []
    if current:
        groups.append(current)
    held: list[TextLine] = []
    for group in groups:
        rows = [_read_row(text) is not None for _, text in each(group, clock)]
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


def _extent(lines: Sequence[TextLine], rows: Sequence[Row | None]) -> tuple[int | None, int | None]:
    """The first and last index of the table in a paragraph, or (None, None): enough rows, and mostly rows in between."""
    places = [index for index, row in enumerate(rows) if row is not None]
    # A row set apart by tabs is one without a figure, too; one that only ends in a dash may be prose.
    certain = [index for index in places if "\t" in lines[index][1] or has_numeral(lines[index][1])]
    headed = bool(places) and places[0] > 0 and bool(names_years(lines[places[0] - 1][1]))
    least = 2 if headed or all(LEADER.search(lines[index][1]) for index in certain) else MIN_ROWS
    if len(certain) < least or not any(has_numeral(lines[index][1]) for index in places):
        return None, None
    if sum(map(_is_statement, (lines[index][1] for index in places))) * 2 > len(places):
        return None, None
    first, last = places[0], places[-1]
    if len(places) * 2 < last - first + 1:
        return None, None
    return first, last


def _with_unlabelled(lines: list[TextLine], rows: list[Row | None], last: int) -> int:
    """Read figures without a label right below the rows as the row that they are, and return the index of the last row.

    They are what the rows add up to, so they are as long as the longest figures, and no row is named a total already.
    """
    named = [
        (text[slice(*row.cells[0])], row, text) for (_, text), row in zip(lines, rows, strict=True) if row is not None
    ]
    if not _LETTER.search(named[-1][0]):
        place = last
        named.pop()
    else:
        ruled = last + 1 < len(lines) and _RULE.fullmatch(lines[last + 1][1]) is not None
        place = last + 1 + ruled
    if place >= len(lines) or any(not _LETTER.search(label) or is_total_label(label) for label, _, _ in named):
        return last
    text = lines[place][1]
    gaps = _split_at_gaps(text)
    widest = max(len(row.cells) + (row.tail is not None) for _, row, _ in named)
    longest = max(_count_digits(text, row) for _, row, text in named)
    enough = len(gaps) == widest - 1 or (len(gaps) == 1 and len(TOKEN.findall(text)) >= widest - 1)
    figured = (
        enough and "\t" not in text and has_numeral(text) and _all_figures(text) and not _YEAR.fullmatch(text.strip())
    )
    if not figured or _count_digits(text, Row((), (0, len(text)))) < longest:
        return last
    begin = gaps[0][0]
    rows[place] = Row(((begin, begin), *gaps), None) if len(gaps) > 1 else Row(((begin, begin),), gaps[0])
    if _RULE.fullmatch(lines[place - 1][1]):
        # A line that is drawn says nothing.
        place -= 1
        del lines[place], rows[place]
    return place


def _count_digits(text: str, row: Row) -> int:
    spans = [*row.cells[1:], *([row.tail] if row.tail else [])]
    return sum(char.isdigit() for start, end in spans for char in text[start:end])


def _is_statement(text: str) -> bool:
    """Whether words lead to a figure as in a sentence, a space apart: *Bidraget uppgick till 1 200*."""
    tail = read_tail(text)
    label = text[: tail[0]] if tail else ""
    return len(label.split()) > 2 and not _GAP.search(label) and label.split()[-1].casefold() in (*_STATING, *_DANGLING)


def _is_label_line(text: str) -> bool:
    stripped = text.strip()
    return len(stripped) <= _LONGEST_LABEL and stripped[-1:] not in (".", ":", "!", "?", ";")


def _is_like_a_heading(text: str, lines: Sequence[TextLine], rows: Sequence[Row | None]) -> bool:
    """Whether a line ends as a section heading further down does: *Blekinge län*, *Dalarnas län*."""
    headings = {line.split()[-1] for (_, line), row in zip(lines, rows, strict=True) if row is None}
    return text.split()[-1] in headings


def _read_row(text: str) -> Row | None:
    """Read a line as a label and figures; None where it is prose or a bare line."""
    if len(text) > _LONGEST_ROW:
        return None
    leader = LEADER.search(text)
    if leader is not None and "\t" not in text:
        label_end = trim(text, 0, leader.start())[1]
        tail = trim(text, leader.end(), len(text))
        printed = text[slice(*tail)]
        if _LETTER.search(text, 0, label_end) and any(map(str.isdigit, printed)) and _all_figures(printed):
            gaps = [trim(text, tail[0] + start, tail[0] + end) for start, end in _split_at_gaps(printed)]
            named = trim(text, 0, label_end)
            return Row((named, *gaps), None) if len(gaps) > 1 else Row((named,), tail)
    gaps = _split_at_gaps(text)
    if "\t" in text and (text.count("\t") > 1 or text[0] != "\t" or _all_figures(text)):
        # Tabs divide for certain, an empty cell before the first one included; but one alone may indent prose.
        return Row(tuple(gaps), None)
    if not any(char.isdigit() for char in text):
        # A row whose figure is withheld or nil still names what it is of.
        withheld = _WITHHELD.fullmatch(text)
        return Row((trim(text, *withheld.span(1)),), withheld.span(2)) if withheld else None
    if len(gaps) > 1:
        figures = sum(1 for start, end in gaps[1:] if _all_figures(text[start:end]))
        label = text[slice(*gaps[0])]
        coded = label.isdigit() or (_CODE.fullmatch(label) and _LETTER.search(text[slice(*gaps[1])]))
        if figures and (_LETTER.search(label) or coded) and figures * 2 >= len(gaps) - 1:
            if len(gaps) == 2 and _LETTER.search(label):
                # One gap between label and figures: the figures themselves may still stand a space apart.
                return Row((gaps[0],), gaps[1])
            return Row(tuple(gaps), None)
        if _LETTER.search(text[slice(*gaps[-1])]):
            # Its last cell is words, with a year perhaps (Budget 2025): a header, not a row.
            return None
    behind = read_tail(text)
    if behind is None:
        return None
    tail = behind
    if any(word[-1] == "," for word in TOKEN.findall(text, *tail)):
        # "as of August 25, 2000": figures in a sentence.
        return None
    label_end = len(text[: tail[0]].rstrip(SPACES + "\t.:…"))
    label_start = len(text) - len(text.lstrip())
    label = text[label_start:label_end]
    if not _LETTER.search(label) or len(label) > _LONGEST_LABEL or label[-1] in ",;!?":
        return None
    return Row(((label_start, label_end),), tail)


def _split_at_gaps(text: str) -> list[Span]:
    """The cells of a line whose columns stand apart by tabs or by two spaces and more."""
    tabbed = "\t" in text
    cells: list[Span] = []
    start = 0
    for gap in re.finditer(r"\t", text) if tabbed else _GAP.finditer(text):
        cells.append((start, gap.start()))
        start = gap.end()
    cells.append((start, len(text)))
    trimmed = [trim(text, *cell) for cell in cells]
    return trimmed if tabbed else [cell for cell in trimmed if cell[0] < cell[1]]


def _figured_columns(lines: Sequence[TextLine], rows: Sequence[Row | None], width: int) -> list[int]:
    """The columns in which any row that has all cells has a figure."""
    wide = [
        [text[slice(*cell)] for cell in row.cells]
        for (_, text), row in zip(lines, rows, strict=True)
        if row is not None and len(row.cells) == width
    ]
    return [col for col in range(1, width) if any(_is_figure(cells[col]) for cells in wide)]


def _is_figure(text: str) -> bool:
    return bool(text) and _all_figures(text)


def _all_figures(text: str) -> bool:
    tokens = TOKEN.findall(text)
    return not tokens or all(FIGURE_TOKEN.fullmatch(token) or is_unit_word(token) for token in tokens)


def _build(
    source: SourceText,
    lines: Sequence[TextLine],
    rows: Sequence[Row | None],
    header: int,
    path: str,
    around: str,
    clock: Clock,
) -> tuple[Table, list[Fault]]:
    """Lay rows out on one grid; ``around`` is the text before them, which may state what they add up to."""
    widest = max((len(row.cells) for row in rows if row is not None), default=1)
    columns = column_spans(lines, rows, widest) if widest > 2 else []
    laid: dict[int, list[Span]] = {}
    for index, ((_, text), row) in enumerate(zip(lines, rows, strict=True)):
        if columns and row is not None and row.cells[0][0] < row.cells[0][1] and len(row.cells) < widest:
            placed = place_by_columns(text, row, columns)
            if placed is not None:
                laid[index] = placed
    figured = _figured_columns(lines, rows, widest) if widest > 2 else []
    for index, row in enumerate(rows):
        if len(figured) == 1 and row is not None and row.tail and len(row.cells) == 1 and index not in laid:
            # Words fill the other columns: what a total prints is one figure.
            cells = [row.cells[0], *[(row.tail[0], row.tail[0])] * (widest - 1)]
            cells[figured[0]] = row.tail
            laid[index] = cells
    tails = {
        index: FigureRow(text, text[slice(*row.cells[0])], row.tail)
        for index, ((_, text), row) in enumerate(zip(lines, rows, strict=True))
        if row is not None and row.tail and index not in laid
    }
    named = _count_names(lines[header - 1][1]) if header else None
    division = Division(widest - 1, [], {})
    if tails:
        sure = widest > 1
        years = bool(header) and not sure and bool(names_years(lines[header - 1][1]))
        division = divide(
            list(tails.values()), widest - 1 if sure else named, sure or years, _stated(around), clock, years
        )
    width = 1 + max(division.columns, widest - 1)
    divided = dict(zip(tails, division.cells, strict=True))
    usual = _usual_first_word(lines, rows)
    full = width > 2 and all(
        row is None or (len(row.cells) == width and all(_is_figure(text[slice(*cell)]) for cell in row.cells[1:]))
        for (_, text), row in zip(lines, rows, strict=True)
    )
    grid: list[tuple[str, ...]] = []
    spans: list[tuple[Span, ...]] = []
    undecided: set[tuple[int, int]] = set()
    for index, ((offset, text), row) in enumerate(zip(lines, rows, strict=True)):
        if index in laid:
            cells = laid[index]
        elif row is not None and row.tail:
            split = divided[index]
            cells = [*row.cells, *(split or (row.tail,))]
            undecided |= {(index, col) for col in range(1, width)} if split is None else set()
        elif row is not None:
            cells = list(row.cells)
        elif index < header:
            cells = _split_header(text, width, full)
        elif width == 2 and _first_word(text) == usual and len(TOKEN.findall(text)) > 2:
            # A line that begins as the rows do is a row whose figure cannot be read, not a heading.
            cells = _split_last(text)
        else:
            cells = [trim(text, 0, len(text))]
        cells += [(len(text), len(text))] * (width - len(cells))
        if len(cells) > width:
            cells = [*cells[: width - 1], (cells[width - 1][0], cells[-1][1])]
        grid.append(tuple(text[start:end] for start, end in cells))
        spans.append(tuple((offset + start, offset + end) for start, end in cells))
    places = TextPlaces(source, tuple(spans))
    table = Table(tuple(grid), path, 0, header or None, None, places, undecided=frozenset(undecided))
    return table, _doubts(source, lines, tails, division, path)


def _usual_first_word(lines: Sequence[TextLine], rows: Sequence[Row | None]) -> str:
    """The word that most rows begin with, such as *Region*, or nothing."""
    first_words = Counter(_first_word(text) for (_, text), row in zip(lines, rows, strict=True) if row is not None)
    usual, times = first_words.most_common(1)[0]
    return usual if times * 2 > sum(first_words.values()) else ""


def _count_names(header: str) -> int | None:
    """How many columns of figures a header seems to name, by its gaps or else by its capitals."""
    gaps = _split_at_gaps(header)
    years = names_years(header)
    if years or len(gaps) > 1:
        return len(years) or len(gaps) - 1
    return len(_CAPITAL.findall(header.strip())) or None


def _stated(text: str) -> list[int]:
    """The figures in a text that a column may add up to, in millionths."""
    found = [read_amount(match.group()) for match in NUMERAL.finditer(text) if len(match.group()) > 4]
    return [count_millionths(amount.value) for amount in found if amount is not None][:20]


def _doubts(
    source: SourceText, lines: Sequence[TextLine], tails: dict[int, FigureRow], division: Division, path: str
) -> list[Fault]:
    """Say which rows could not be divided, and how they might be."""
    doubted = [place for place, cells in enumerate(division.cells) if cells is None]
    if not doubted:
        return []
    indices = list(tails)
    shown: list[str] = []
    for place in doubted[:_SHOWN]:
        row = tails[indices[place]]
        ways = [_show(row.text, cells) for cells in division.readings.get(place, ())[:_SHOWN]]
        read = joined(say(" or "), ways) if ways else row.text[slice(*row.tail)]
        shown.append(say("“{label}” ({figures})", label=row.label, figures=read))
    told: str = joined("; ", shown)
    if len(doubted) > _SHOWN:
        told = say("{first} and {count} more", first=told, count=len(doubted) - _SHOWN)
    message = say_many(len(doubted), "the figures of {count} row cannot be told apart for certain; they are not read: {rows}",
                       "the figures of {count} rows cannot be told apart for certain; they are not read: {rows}", rows=told)  # fmt: skip
    offset, _ = lines[indices[doubted[0]]]
    start, end = tails[indices[doubted[0]]].tail
    return [Fault("R003", message, source.location(path, offset + start, offset + end))]


def _show(text: str, cells: Cells) -> str:
    return " | ".join(text[start:end] for start, end in cells)


def _first_word(text: str) -> str:
    found = TOKEN.search(text)
    return found.group().casefold() if found else ""


def _split_last(text: str) -> list[Span]:
    """A line cut before its last word."""
    *_, last = TOKEN.finditer(text)
    return [trim(text, 0, last.start()), last.span()]


def _split_header(text: str, width: int, laid: bool) -> list[Span]:
    """Split a header line into columns: at gaps if it has them, else before capitals, else after its first word.

    ``laid`` says that all rows below it have a figure in every column, set apart by gaps.
    """
    gaps = _split_at_gaps(text)
    if len(gaps) == width or width == 1:
        return gaps
    if len(gaps) == width - 1 and (laid or is_unit_word(text.strip("() ")) or _YEAR.fullmatch(text.strip())):
        # Every column of figures has its name, and the labels have none.
        return [(gaps[0][0], gaps[0][0]), *gaps]
    years = names_years(text)
    starts = [start for start, _ in years]
    if len(starts) != width - 1:
        starts = [match.start() for match in _CAPITAL.finditer(text)]
    if len(starts) < width - 1:
        starts = [match.start() for match in TOKEN.finditer(text)][1:]
    starts = [0, *starts[: width - 1]]
    return [trim(text, start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def has_numeral(text: str) -> bool:
    """Whether any figure stands in ``text``."""
    return NUMERAL.search(text) is not None
