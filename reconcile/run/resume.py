"""A file of JSON lines that an earlier run did not finish: which of its lines stand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from reconcile.core.settings import Settings, UsageError
from reconcile.run.document import Input, digest_of
from reconcile.version import __version__

# Of a report, so that another file is not taken for one that was cut off in its first line.
_BEGINNING = b'{"version": 1, "tool"'


class Unfinished(NamedTuple):
    """What stands of a file: its first so many bytes, the paths of the documents in them, and their counts."""

    size: int = 0
    paths: frozenset[str] = frozenset()
    summaries: tuple[dict[str, int], ...] = ()


def read_unfinished(output: str, sources: Iterable[Input], settings: Settings) -> Unfinished:
    """The lines of a file from its beginning that stand: whole, of this version, of documents that are asked for and unchanged.

    The rest, such as a last line that was cut off, is to be overwritten. A file that is not there has no lines. Raises
    UsageError for a file that holds something else than reports, which is not to be overwritten.
    """
    wanted = {source.path: source for source in sources}
    size, paths, summaries = 0, set[str](), list[dict[str, int]]()
    try:
        with open(output, "rb") as file:
            for line in file:
                report = _report_in(line)
                if report is None and not size and not line.startswith(_BEGINNING):
                    raise UsageError(f"{output}: holds no reports in JSON lines; not overwritten")
                path = _stands(report, wanted, settings)
                if path is None or path in paths:
                    break
                paths.add(path)
                summaries.append(report["summary"] if report else {})
                size += len(line)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UsageError(f"{output}: cannot be read: {error.strerror or error}") from error
    return Unfinished(size, frozenset(paths), tuple(summaries))


def _report_in(line: bytes) -> dict[str, Any] | None:
    """The report on a line; None for one that was cut off, or is none."""
    try:
        report = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return report if isinstance(report, dict) and {"version", "tool", "summary", "documents"} <= report.keys() else None


def _stands(report: dict[str, Any] | None, wanted: dict[str, Input], settings: Settings) -> str | None:
    """The path of a report's one document, if a new run would say the same of it."""
    if report is None or report["tool"]["version"] != __version__ or len(report["documents"]) != 1:
        return None
    path, digest = report["documents"][0]["path"], report["documents"][0]["sha256"]
    source = wanted.get(path)
    if source is None:
        return None
    return path if digest == digest_of(source, settings) else None
