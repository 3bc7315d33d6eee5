"""One of many documents: its report, and the piece of text or the rows that a run writes for it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from reconcile.core.document import Document, Fault
from reconcile.core.location import Location
from reconcile.core.messages import Message
from reconcile.core.settings import Detail, Settings
from reconcile.read import read_bytes, read_file
from reconcile.report.report import Report
from reconcile.run.cache import key_of, load, save
from reconcile.run.pipeline import EquatedDocuments, check_alone, equate_document

if TYPE_CHECKING:
    from reconcile.run.cache import Cache

# Each step with a document looks at its own clock (max_seconds); one that hangs within a step is stopped from outside after so
# many times that. Only in a process of its own can it be.
_STEPS = 5


class Input(NamedTuple):
    """A document to be read: its path, and its bytes if these are here already (standard input)."""

    path: str
    data: bytes | None = None


class CheckOptions(NamedTuple):
    """How each document is checked and told: all that is the same for the whole run."""

    settings: Settings
    named: frozenset[str] = frozenset()
    input_format: str | None = None
    format: str = "jsonl"
    width: int = 100
    colour: bool = False
    detail: Detail = Detail.NORMAL
    cache: Cache | None = None
    cells: bool = False


class DocumentResult(NamedTuple):
    """What is written for one document: text (rows of Parquet as JSON), whether it is ok, its counts, and its tables held to a schema.

    ``sure`` is what another run would say the same of.
    """

    text: str
    ok: bool
    summary: dict[str, int]
    held: int = 0
    sure: bool = True


def seconds_for(settings: Settings) -> float:
    """How long a document may take in a process of its own."""
    return _STEPS * settings.max_seconds


def read_source(source: Input, manner: CheckOptions) -> Document:
    """The document as read."""
    data = _bytes_of(source, manner.settings)
    if isinstance(data, Document):
        return data
    return read_bytes(source.path, data, manner.settings, manner.input_format)


def report_of(source: Input, manner: CheckOptions) -> Report:
    """The report of one document alone."""
    return check_alone(read_source(source, manner), manner.settings, manner.named)


def equated_of(source: Input, manner: CheckOptions) -> EquatedDocuments:
    """One document recognised and equated, to be checked with others."""
    return equate_document(read_source(source, manner), manner.settings)


def piece_of(source: Input, manner: CheckOptions) -> DocumentResult:
    """What is written for one document; out of the cache, if there is one and it has it, and else into it."""
    data = _bytes_of(source, manner.settings)
    if isinstance(data, Document):
        return told(check_alone(data, manner.settings, manner.named), manner)
    found = _load(manner, source.path, data)
    if found is None:
        document = read_bytes(source.path, data, manner.settings, manner.input_format)
        found = told(check_alone(document, manner.settings, manner.named), manner)
        if manner.cache is not None and found.sure:
            head = {"ok": found.ok, "summary": found.summary, "held": found.held}
            save(manner.cache, _key(manner, source.path, data), head, found.text.encode("utf-8", "surrogatepass"))
    return found


def kept_piece(source: Input, manner: CheckOptions) -> DocumentResult | None:
    """The piece of a document if the cache has it."""
    data = _bytes_of(source, manner.settings)
    return None if isinstance(data, Document) else _load(manner, source.path, data)


def told(report: Report, manner: CheckOptions) -> DocumentResult:
    """A report of one document as the piece that is written."""
    if manner.format == "parquet":
        from reconcile.report.formats.parquet import as_text, rows_of

        text = as_text(rows_of(report))
    elif manner.format == "terminal":
        from reconcile.report.formats.terminal import body

        text = body(report, manner.width, manner.colour, manner.detail)
    else:
        from reconcile.report import write_pieces

        text = "".join(write_pieces(report, manner.format, cells=manner.cells))
    return DocumentResult(text, report.is_clean, report.counts(), len(report.schemas), is_sure(report))


def is_sure(report: Report) -> bool:
    """Whether all was read and in time: on another day there may be what was lacking, be it a library or time."""
    return not any(fault.code in ("R001", "R004") for reading in report.readings for fault in reading.document.faults)


def lost_document(source: Input, reason: Message, settings: Settings) -> Document:
    """A document that could not be checked, with the reason; its hash as that of others."""
    data = _bytes_of(source, settings)
    digest = "" if isinstance(data, Document) else hashlib.sha256(data).hexdigest()
    fault = Fault("R001", reason, Location(source.path))
    return Document(
        source.path, "unknown", sha256=digest, faults=(fault,), size=0 if isinstance(data, Document) else len(data)
    )


def digest_of(source: Input, settings: Settings) -> str:
    """The hash of a document's content as its report has it; empty if it cannot be read or is over the limit."""
    data = _bytes_of(source, settings)
    return hashlib.sha256(data).hexdigest() if isinstance(data, bytes) and len(data) <= settings.max_bytes else ""


def _bytes_of(source: Input, settings: Settings) -> bytes | Document:
    return source.data if source.data is not None else read_file(source.path, settings)


def _key(manner: CheckOptions, path: str, data: bytes) -> str:
    """The key of a document's piece: of one that was named more is asked."""
    assert manner.cache is not None
    return key_of(manner.cache, path, "named" if path in manner.named else "found", data)


def _load(manner: CheckOptions, path: str, data: bytes) -> DocumentResult | None:
    found = None if manner.cache is None else load(manner.cache, _key(manner, path, data))
    if found is None:
        return None
    head, body = found
    try:
        return DocumentResult(body.decode("utf-8", "surrogatepass"), head["ok"], head["summary"], head["held"])
    except (KeyError, ValueError):
        return None
