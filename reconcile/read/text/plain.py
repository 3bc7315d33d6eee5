"""Plain text: paragraphs, and tables whose columns stand apart by tabs, gaps or single spaces."""

from __future__ import annotations

from reconcile.core.document import Document, blank, comments_in, find_mark, lines_without
from reconcile.core.limits import Clock
from reconcile.core.location import SourceText
from reconcile.core.settings import Settings
from reconcile.read.text.rows import read_lines

NAME = "text"
SUFFIXES = (".txt", ".text")


def recognises(head: str) -> bool:
    """Any text is plain text; this reader comes last."""
    return True


def read(path: str, text: str, settings: Settings) -> Document:
    """Read ``text`` into blocks and tables; marks for this program are not read as text."""
    source = SourceText.of(text)
    spans = comments_in(text)
    shown = blank(source, spans)
    lines = lines_without(source, shown) if spans else source.lines()
    blocks, tables, faults = read_lines(shown, lines, path, Clock.start(settings))
    marks = (find_mark(text[start:end], source.location(path, start, end)) for start, end in spans)
    return Document(
        path,
        NAME,
        source=source,
        blocks=tuple(blocks),
        tables=tuple(tables),
        faults=tuple(faults),
        marks=tuple(mark for mark in marks if mark is not None),
    )
