"""Tables that stand in paragraphs: their lines, read as plain text, and found again where they are printed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reconcile.layout import read_lines
from reconcile.location import SourceText
from reconcile.markup import Printed
from reconcile.model import Table, TextPlaces

Paragraph = Sequence[Printed]


def read_paragraphs(
    source: SourceText,
    paragraphs: Sequence[Paragraph],
    path: str,
    accept: Callable[[Table], bool] = lambda table: True,
) -> Iterator[Table | tuple[int, Paragraph]]:
    """The tables that the lines of paragraphs make, and between them what is left: a paragraph's index and its lines.

    Tables have no title yet; the lines of one that is not accepted are left. Paragraphs count as set apart by a blank
    line.
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
    _, tables = read_lines(plain, plain.lines(), path)

    def find(span: tuple[int, int]) -> tuple[int, int]:
        index = bisect_right(starts, span[0]) - 1
        return lines[index][1].span(span[0] - starts[index], span[1] - starts[index])

    done = 0
    for table in filter(accept, tables):
        assert isinstance(table.places, TextPlaces)
        spans = table.places.spans
        first = bisect_right(starts, spans[0][0][0]) - 1
        yield from _rest(lines[done:first])
        yield replace(table, places=TextPlaces(source, tuple(tuple(find(span) for span in row) for row in spans)))
        done = bisect_right(starts, spans[-1][-1][0])
    yield from _rest(lines[done:])


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
