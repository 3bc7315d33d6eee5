"""Reports: one module per output. A new one is a module here and its name in ``FORMATS``.

A writer has ``NAME`` and ``write(report, width, colour)``, which gives the whole report as text; one whose text may be long
has ``pieces(report)``, too. A writer of a binary format stands in ``BINARY``, and its ``write(report)`` gives bytes. A writer's
module is loaded when its format is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from reconcile.core.settings import Detail
from reconcile.report.report import Report

REPORT_FORMATS = ("terminal", "json", "jsonl", "sarif", "junit", "html", "xlsx", "parquet", "markdown", "github")
BINARY = ("xlsx", "parquet")
# The formats that can list every cell.
CELLED = ("json", "jsonl")


def write(report: Report, format: str, width: int = 100, colour: bool = False) -> str:
    """The report in ``format``; ``width`` (in characters) and ``colour`` matter on a terminal only.

    Raises KeyError for an unknown format, and for one that is not text.
    """
    if format in BINARY:
        raise KeyError(format)
    text: str = _writer(format).write(report, width, colour)
    return text


def write_pieces(
    report: Report,
    format: str,
    width: int = 100,
    colour: bool = False,
    detail: Detail = Detail.NORMAL,
    cells: bool = False,
) -> Iterator[str]:
    """The same text in pieces, so that a long report is never held as a whole. Raises KeyError as ``write`` does.

    ``detail`` is how much a terminal is told; ``cells`` asks for every cell in ``CELLED``.
    """
    writer = _writer(format)
    if cells and format in CELLED:
        celled: Iterator[str] = writer.pieces(report, cells)
        return celled
    if hasattr(writer, "pieces"):
        pieces: Iterator[str] = writer.pieces(report)
        return pieces
    if format == "terminal":
        return iter([writer.write(report, width, colour, detail)])
    return iter([write(report, format, width, colour)])


def write_bytes(report: Report, format: str) -> Iterator[bytes]:
    """The report as a file holds it, in any format. Raises KeyError for an unknown one."""
    if format in BINARY:
        return iter([_writer(format).write(report)])
    return (piece.encode("utf-8") for piece in write_pieces(report, format))


def _writer(format: str) -> ModuleType:
    if format not in REPORT_FORMATS:
        raise KeyError(format)
    match format:
        case "terminal":
            from reconcile.report.formats import terminal

            return terminal
        case "json":
            from reconcile.report.formats import json

            return json
        case "jsonl":
            from reconcile.report.formats import jsonl

            return jsonl
        case "sarif":
            from reconcile.report.formats import sarif

            return sarif
        case "junit":
            from reconcile.report.formats import junit

            return junit
        case "html":
            from reconcile.report.formats import html

            return html
        case "xlsx":
            from reconcile.report.formats import xlsx

            return xlsx
        case "parquet":
            from reconcile.report.formats import parquet

            return parquet
        case "markdown":
            from reconcile.report.formats import markdown

            return markdown
        case _:
            from reconcile.report.formats import github

            return github
