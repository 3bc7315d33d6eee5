"""Rich text (RTF), as WordPad and old Word write it: paragraphs, and tables with their rows and cells."""

from __future__ import annotations

import re

from reconcile.core.document import Document, Fault
from reconcile.core.limits import RefusedError
from reconcile.core.location import Location
from reconcile.core.messages import say
from reconcile.core.settings import Settings
from reconcile.read.gathering import Gathering

NAME = "rtf"
SUFFIXES = (".rtf",)

# The library prints a cell's end as a bar and a row's as a line's end, which stand in text, too: they are marked before.
_ROW, _CELL, _END, _PARAGRAPH = "\ue000", "\ue001", "\ue002", "\ue003"
_WORDS = {"trowd": _ROW, "cell": _CELL, "row": _END, "par": _PARAGRAPH, "sect": _PARAGRAPH, "page": _PARAGRAPH}
_WORD = re.compile(r"(?<!\\)((?:\\\\)*)\\(trowd|cell|row|par|sect|page)(?![a-z])(?:-?\d+)?[ ]?")
_PICTURE = re.compile(r"\\pict\b")
_MARKS = re.compile(f"([{_ROW}{_CELL}{_END}{_PARAGRAPH}])")
_MOST_GROUPS = 10_000


def recognises(head: str) -> bool:
    """Whether it begins as rich text does."""
    return head.lstrip("\ufeff").startswith("{\\rtf")


def read(path: str, text: str, settings: Settings) -> Document:
    """Read rich text; what cannot be read is a fault."""
    from striprtf.striprtf import rtf_to_text

    try:
        reading = Gathering(path, settings)
        _inspect(text)
        marked = _WORD.sub(lambda word: f"{word[1]}{{\\uc1\\u{ord(_WORDS[word[2]])}?}}", text)
        _read_marked(rtf_to_text(marked, errors="replace"), reading)  # type: ignore[no-untyped-call]
        if not reading.blocks and not reading.tables and _PICTURE.search(text):
            reading.said[say("holds pictures and no text; pictures are not read")] = None
        return reading.document(NAME)
    except RefusedError as refusal:
        code, message = refusal.code, refusal.message
    except Exception as error:  # noqa: BLE001, RUF100 - broken rich text can raise anything in the library
        fault = f"{type(error).__name__}: {str(error)[:200]}"
        code, message = "R001", say("not rich text that can be read: {error}", error=fault)
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


def _inspect(text: str) -> None:
    """Refuse what is nested deeper than any text is. Raises RefusedError."""
    depth = 0
    for brace in re.finditer(r"(?<!\\)[{}]", text):
        depth += 1 if brace.group() == "{" else -1
        if depth > _MOST_GROUPS:
            raise RefusedError("R004", say("nested too deep; not read"))


def _read_marked(text: str, reading: Gathering) -> None:
    """Read text with its marks: a row begins with its settings, which some programs repeat before its end."""
    rows: list[list[str]] = []
    row: list[str] | None = None
    held = ""
    for piece in _MARKS.split(text):
        if piece == _ROW and row is None:
            _put(held, rows, reading)
            row, held = [], ""
        elif piece == _CELL:
            row = [] if row is None else row
            row.append(held.strip(" \t\n"))
            held = ""
        elif piece == _END:
            rows += [row] if row else []
            row, held = None, ""
        elif piece == _PARAGRAPH and row is not None:
            held += "\n"
        elif piece == _PARAGRAPH:
            _put(held, rows, reading)
            held = ""
        elif piece != _ROW:
            held += piece
    rows += [row] if row else []
    _put(held, rows, reading)
    _put_rows(rows, reading)


def _put(text: str, rows: list[list[str]], reading: Gathering) -> None:
    if text.strip():
        _put_rows(rows, reading)
        reading.add_paragraph(text)


def _put_rows(rows: list[list[str]], reading: Gathering) -> None:
    if rows:
        reading.add_table(rows)
        rows.clear()
