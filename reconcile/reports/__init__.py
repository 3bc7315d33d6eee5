"""Reports: one module per output. A new one is a module here and its name in ``WRITERS``.

A writer has ``NAME`` and ``write(report, width, colour)``, which gives the whole report as text; one whose text may be long
has ``pieces(report)``, too, and its place in ``_LONG``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reconcile.report import Report
from reconcile.reports import html, json, jsonl, terminal

WRITERS = (terminal, json, jsonl, html)
_LONG: dict[str, Callable[[Report], Iterator[str]]] = {writer.NAME: writer.pieces for writer in (json, jsonl, html)}
FORMATS = tuple(writer.NAME for writer in WRITERS)


def write(report: Report, format: str, width: int = 100, colour: bool = False) -> str:
    """The report in ``format``; ``width`` (in characters) and ``colour`` matter on a terminal only.

    Raises KeyError for an unknown format.
    """
    writers: dict[str, Callable[[Report, int, bool], str]] = {writer.NAME: writer.write for writer in WRITERS}
    return writers[format](report, width, colour)


def write_pieces(report: Report, format: str, width: int = 100, colour: bool = False) -> Iterator[str]:
    """The same text in pieces, so that a long report is never held as a whole. Raises KeyError as ``write`` does."""
    return _LONG[format](report) if format in _LONG else iter([write(report, format, width, colour)])
