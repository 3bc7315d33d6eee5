"""HTML: tables, lists of "Label: amount", headings, paragraphs; every cell at its line and column in the source."""

from __future__ import annotations

import re
from dataclasses import replace

from reconcile.core.document import Document, Fault
from reconcile.core.limits import Clock
from reconcile.core.location import SourceText
from reconcile.core.messages import say
from reconcile.core.settings import Settings
from reconcile.read.markup.page import WebPage
from reconcile.read.markup.spans import TooManyCellsError

NAME = "html"
SUFFIXES = (".html", ".htm", ".xhtml")

_OPENING = re.compile(r"\ufeff?\s*+(?>(?:<!--.*?-->|<\?.*?>)\s*+)*+", re.DOTALL)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ELEMENT = re.compile(
    r"<(?:table|p|h[1-6]|div|ul|ol|dl|main|article|section|header|figure|caption|meta|link|title|style|script)(?=[\s>])",
    re.IGNORECASE,
)
_LEADING_TABLE = re.compile(r"^[ \t]*<table(?=[\s>])", re.IGNORECASE | re.MULTILINE)
_CELL = re.compile(r"<t[dh](?=[\s>])", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"^[ ]{0,3}(?:#{1,6}[ \t]|\|?[ \t]*:?-{2,}:?[ \t]*\||\|[ \t]*:?-+:?[ \t]*\|?[ \t]*$)", re.MULTILINE
)


def recognises(head: str) -> bool:
    """Whether it begins as a page or with an element, or holds a table's tags, and no Markdown beside them."""
    opening = _OPENING.match(head)
    start = opening.end() if opening else 0
    if _PAGE.match(head, start):
        return True
    if _MARKDOWN.search(head):
        return False
    if _ELEMENT.match(head, start):
        return True
    table = _LEADING_TABLE.search(head)
    return table is not None and _CELL.search(head, table.end()) is not None


def read(path: str, text: str, settings: Settings) -> Document:
    """Read ``text`` into blocks and tables."""
    page = WebPage(path, SourceText.of(text), settings.max_cells, Clock.start(settings))
    try:
        page.read()
    except TooManyCellsError:
        message = say("has more cells in its tables than the limit max_cells = {limit:,}", limit=settings.max_cells)
        return Document(
            path, NAME, source=page.source, faults=(Fault("R004", message, page.source.location(path, 0, 0)),)
        )
    tables = [table for table in page.tables if table is not None]
    tables = [replace(table, index=index) for index, table in enumerate(tables)]
    return Document(
        path,
        NAME,
        source=page.source,
        blocks=tuple(page.blocks),
        tables=tuple(tables),
        faults=tuple(page.faults),
        marks=tuple(page.marks),
    )
