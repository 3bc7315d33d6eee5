"""Plain text: paragraphs, and tables whose columns stand apart by tabs, gaps or single spaces."""

from __future__ import annotations

from reconcile.layout import read_lines
from reconcile.limits import Clock
from reconcile.location import SourceText
from reconcile.model import Document
from reconcile.settings import Settings

NAME = "text"
SUFFIXES = (".txt", ".text")


def recognises(head: str) -> bool:
    """Any text is plain text; this reader comes last."""
    return True


def read(path: str, text: str, settings: Settings) -> Document:
    """Read ``text`` into blocks and tables."""
    source = SourceText.of(text)
    blocks, tables, faults = read_lines(source, source.lines(), path, Clock.start(settings))
    return Document(path, NAME, source=source, blocks=tuple(blocks), tables=tuple(tables), faults=tuple(faults))
