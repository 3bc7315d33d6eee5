"""Tables that stand in paragraphs: their lines, read as plain text, and found again where they are printed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reconcile.core.document import Fault, Table, TextPlaces
from reconcile.core.limits import UNTIMED, Clock
from reconcile.core.location import SourceText, TextSpan
from reconcile.read.printed import Printed
from reconcile.read.text.rows import read_lines

Paragraph = Sequence[Printed]


def read_paragraphs(
    source: SourceText,
    paragraphs: Sequence[Paragraph],
    path: str,
    accept: Callable[[Table], bool] = lambda table: True,
    clock: Clock = UNTIMED,
) -> Iterator[Table | Fault | tuple[int, Paragraph]]:
    """The tables that the lines of paragraphs make, and between them what is left: a paragraph's index and its lines.

    Tables have no title yet; the lines of one that is not accepted are left. Paragraphs count as set apart by a blank
    line. What could not be laid out is told last, where a table is accepted.
    """
    lines = [(number, line) for number, paragraph in enumerate(paragraphs) for line in paragraph]
    starts: list[int] = []
    text: list[str] = []
    size = 0
    for index, (number, line) in enumerate(lines):
        if index:
            gap = "\n" if lines[index - 1][0] == number else "\n\n"
            text.append(gap)
            size += len(gap)
        starts.append(size)
        text.append(line.text)
        size += len(line.text)
    plain = SourceText.of("".join(text))
    _, tables, faults = read_lines(plain, plain.lines(), path, clock)

    def find(span: tuple[int, int]) -> tuple[int, int]:
        index = bisect_right(starts, span[0]) - 1
        start, end = lines[index][1].span(span[0] - starts[index], span[1] - starts[index])
        return start, end if span[1] > span[0] else start

    done = 0
    accepted = [table for table in tables if accept(table)]
    for table in accepted:
        assert isinstance(table.places, TextPlaces)
        spans = table.places.spans
        # Cells that stand a line each need not stand in the order of the grid.
        printed = [start for row in spans for start, end in row if end > start]
        first, last = min(printed, default=spans[0][0][0]), max(printed, default=spans[-1][-1][0])
        yield from _rest(lines[done : bisect_right(starts, first) - 1])
        yield replace(table, places=TextPlaces(source, tuple(tuple(find(span) for span in row) for row in spans)))
        done = bisect_right(starts, last)
    yield from _rest(lines[done:])
    for fault in faults if accepted or not tables else ():
        place = fault.location.anchor
        assert isinstance(place, TextSpan)
        yield fault._replace(location=source.location(path, *find((place.start, place.end))))


def _rest(lines: Sequence[tuple[int, Printed]]) -> Iterator[tuple[int, Paragraph]]:
    number = -1
    held: list[Printed] = []
    for index, line in lines:
        if held and index != number:
            yield number, held
            held = []
        number = index
        held.append(line)
    if held:
        yield number, held
