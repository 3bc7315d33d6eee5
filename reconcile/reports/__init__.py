"""Reports: one module per output. A new one is a module here and its name in ``WRITERS``.

A writer has ``NAME`` and ``write(report, width, colour)``, which gives the whole report as text; one whose text may be long
has ``pieces(report)``, too, and its place in ``_LONG``. A writer of a binary format stands in ``_BINARY``, and its
``write(report)`` gives bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reconcile.report import Report
from reconcile.reports import github, html, json, jsonl, junit, markdown, sarif, terminal, xlsx

# How much a terminal is told; all other outputs tell everything.
QUIET, NORMAL, VERBOSE = terminal.QUIET, terminal.NORMAL, terminal.VERBOSE
_TEXT: dict[str, Callable[[Report, int, bool], str]] = {
    writer.NAME: writer.write for writer in (terminal, json, jsonl, sarif, junit, html, markdown, github)
}
_LONG: dict[str, Callable[[Report], Iterator[str]]] = {
    json.NAME: json.pieces,
    jsonl.NAME: jsonl.pieces,
    junit.NAME: junit.pieces,
    html.NAME: html.pieces,
}
_BINARY: dict[str, Callable[[Report], bytes]] = {xlsx.NAME: xlsx.write}
WRITERS = (terminal, json, jsonl, sarif, junit, html, xlsx, markdown, github)
FORMATS = tuple(writer.NAME for writer in WRITERS)
BINARY = tuple(_BINARY)


def write(report: Report, format: str, width: int = 100, colour: bool = False) -> str:
    """The report in ``format``; ``width`` (in characters) and ``colour`` matter on a terminal only.

    Raises KeyError for an unknown format, and for one that is not text.
    """
    return _TEXT[format](report, width, colour)


def write_pieces(
    report: Report, format: str, width: int = 100, colour: bool = False, detail: str = NORMAL
) -> Iterator[str]:
    """The same text in pieces, so that a long report is never held as a whole. Raises KeyError as ``write`` does.

    ``detail`` is how much a terminal is told: ``QUIET``, ``NORMAL`` or ``VERBOSE``.
    """
    if format == terminal.NAME:
        return iter([terminal.write(report, width, colour, detail)])
    return _LONG[format](report) if format in _LONG else iter([write(report, format, width, colour)])


def write_bytes(report: Report, format: str) -> Iterator[bytes]:
    """The report as a file holds it, in any format. Raises KeyError for an unknown one."""
    if format in _BINARY:
        return iter([_BINARY[format](report)])
    return (piece.encode("utf-8") for piece in write_pieces(report, format))
