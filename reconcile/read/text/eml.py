"""E-mail saved as a file: its subject, and its text or its web page; what is attached is not read, and said.

A message often holds the same twice, as text and as a page. The page is read where it has tables, else the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconcile.core.document import Document, Fault
from reconcile.core.limits import RefusedError
from reconcile.core.location import Location, SourceText
from reconcile.core.messages import Message, joined, say, say_many
from reconcile.core.settings import Settings
from reconcile.read.encoding import decode
from reconcile.read.gathering import Gathering
from reconcile.read.markup.spans import TooManyCellsError

if TYPE_CHECKING:
    from email.message import Message as Mail

NAME = "eml"
SUFFIXES = (".eml",)

_HEAD = re.compile(rb"(?:[!-9;-~]{1,80}:[^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*+(?:\r?\n|\Z))++")
# What only programs write; a mail pasted into a text has its sender and its subject as well.
_TECHNICAL = re.compile(
    rb"^(?:MIME-Version|Message-ID|Received|Return-Path|DKIM-Signature):", re.IGNORECASE | re.MULTILINE
)
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_MOST_PARTS = 1_000
_SHOWN = 3


def recognises(head: bytes) -> bool:
    """Whether it begins with the head of a message that a program wrote."""
    lines = _HEAD.match(head)
    return lines is not None and _TECHNICAL.search(lines.group()) is not None


def read(path: str, data: bytes, settings: Settings) -> Document:
    """Read a message; what cannot be read is a fault."""
    import email

    try:
        reading = Gathering(path, settings)
        _read_mail(email.message_from_bytes(data), reading)
        return reading.document(NAME)
    except RefusedError as refusal:
        code, message = refusal.code, refusal.message
    except TooManyCellsError:
        code, message = "R004", _too_many(settings)
    except Exception as error:  # noqa: BLE001, RUF100 - a hostile message can raise anything in the parser
        fault = f"{type(error).__name__}: {str(error)[:200]}"
        code, message = "R001", say("not a message that can be read: {error}", error=fault)
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


def _too_many(settings: Settings) -> Message:
    return say("has more cells in its tables than the limit max_cells = {limit:,}", limit=settings.max_cells)


def _read_mail(mail: Mail, reading: Gathering) -> None:
    texts: list[str] = []
    pages: list[str] = []
    attached: list[str] = []
    for number, part in enumerate(mail.walk()):
        reading.clock.check()
        if number >= _MOST_PARTS:
            raise RefusedError("R004", say("has more than {count:,} parts; not read", count=_MOST_PARTS))
        kind, name = part.get_content_type(), part.get_filename()
        if part.is_multipart():
            continue
        if name is None and part.get_content_disposition() != "attachment" and kind in ("text/plain", "text/html"):
            (pages if kind == "text/html" else texts).append(_decoded(part))
        elif part.get_content_disposition() != "inline" or not kind.startswith("image/"):
            attached.append(_unfolded(name or kind))
    subject = _unfolded(str(mail.get("Subject", "")))
    if subject:
        reading.add_paragraph(subject, "heading")
    if pages and (not texts or any(map(_TABLE.search, pages))):
        for page in pages:
            _read_page(page, reading)
    else:
        for text in texts:
            _read_text(text, reading)
    if attached:
        names = joined(", ", attached[:_SHOWN])
        told = say_many(len(attached), "{count} attachment is not read; save it to check it: {names}",
                        "{count} attachments are not read; save them to check them: {names}", names=names)  # fmt: skip
        reading.notes[told] = None


def _decoded(part: Mail) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        decoded = decode(data)
        return decoded.text if decoded else data.decode("latin-1")


def _unfolded(text: str) -> str:
    """A header's text: its encoded words decoded, on one line."""
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        text = str(make_header(decode_header(text[:1_000])))
    except (HeaderParseError, LookupError, ValueError):
        text = text[:1_000]
    return " ".join(text.split())


def _read_text(text: str, reading: Gathering) -> None:
    """Read lines between blank ones as paragraphs; the marks of what is quoted from an earlier message are left out."""
    paragraph: list[str] = []
    for line in [*text.splitlines(), ""]:
        line = line.lstrip("> ") if line.startswith(">") else line
        if line.strip():
            paragraph.append(line)
        elif paragraph:
            reading.add_paragraph("\n".join(paragraph))
            paragraph = []


def _read_page(text: str, reading: Gathering) -> None:
    from reconcile.read.markup.page import WebPage

    page = WebPage(reading.path, SourceText.of(text), reading.settings.max_cells, reading.clock)
    page.read()
    reading.said |= dict.fromkeys(fault.message for fault in page.faults if not fault.note)
    reading.notes |= dict.fromkeys(fault.message for fault in page.faults if fault.note)
    tables = [table for table in page.tables if table is not None]
    for number, block in enumerate([None, *page.blocks]):
        if block is not None:
            reading.add_paragraph(block.text, block.kind)
        for table in tables:
            if (-1 if table.title_block is None else table.title_block) == number - 1:
                reading.add_table(table.rows, header=table.header_rows)
