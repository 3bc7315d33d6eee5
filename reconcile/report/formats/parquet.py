"""Parquet: one row for each document, equation and finding, for pandas, polars or DuckDB.

``kind`` says what a row is (``document``, ``equation``, ``finding``, ``suppressed``: a finding that is not to be told, ``by`` what and for
which ``reason``; ``remark``: what there is to say of the check itself; ``unchecked``: a column, or an amount in the text, that is not
checked; ``passed_over``: files that are no documents, by suffix); what does not apply is null. Money is text, exact as everywhere.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from reconcile.core.settings import UsageError
from reconcile.report.report import Report
from reconcile.version import how_to_install

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "parquet"

# A group of rows is written when it has so many: what bounds the memory.
_GROUP = 20_000
_COUNTS = (
    "tables", "amounts", "amounts_checked", "unread", "errors", "warnings", "notes", "equations", "ties", "ties_within_rounding",
    "ties_after_repair", "broken",
)  # fmt: skip
_TEXTS = (
    "kind", "path", "sha256", "format", "locale",
    "code", "name", "severity", "message", "observed", "expected", "fix", "applicability", "proof", "by", "reason",
    "equation", "sum_of", "label", "status", "total", "computed", "difference", "tolerance",
    "sheet", "cell", "row_label", "column_header", "text",
)  # fmt: skip
_PLACES = ("files", "terms", "line", "column", "page", "table", "row", "col")


def write(report: Report, width: int = 0, colour: bool = False) -> bytes:
    """The report as the bytes of a file. Raises UsageError where pyarrow is not installed."""
    file = io.BytesIO()
    with Rows(file) as rows:
        for part in report.split():
            rows.add(rows_of(part))
    return file.getvalue()


def rows_of(report: Report) -> list[dict[str, Any]]:
    """The rows of one document's report, or of one of what holds across documents; without what does not apply."""
    whole: dict[str, Any] = {**report.to_dict()}
    document = whole["documents"][0] if whole["documents"] else None
    # What holds across documents is in none: path and the like are null.
    known = {key: document[key] for key in ("path", "sha256", "format", "locale")} if document is not None else {}
    rows: list[dict[str, Any]] = []
    if document is not None:
        rows.append({"kind": "document", **known, **{key: whole["summary"][key] for key in _COUNTS}})
    for equation in whole["equations"]:
        told = {key: equation[key] for key in ("label", "status", "computed", "difference", "tolerance")}
        rows.append({
            "kind": "equation", **known, "equation": equation["id"], "sum_of": equation["kind"], **told,
            "total": equation["total"]["value"], "terms": len(equation["terms"]), **_place(equation["total"]["location"]),
        })  # fmt: skip
    for column in document["unchecked"]["columns"] if document is not None else ():
        told = {key: column[key] for key in ("table", "amounts")} | {"amounts_checked": column["checked"]}
        rows.append({"kind": "unchecked", **known, **told, "col": column["column"], "column_header": column["header"]})
    rows += [
        {"kind": "unchecked", **known, "amounts": 1, "amounts_checked": 0, **_place(place)}
        for place in (document["unchecked"]["text"] if document is not None else ())
    ]
    rows += [{"kind": "finding", **known, **_told(finding)} for finding in whole["findings"]]
    for each in whole.get("suppressed", ()):
        rows.append(
            {"kind": "suppressed", **known, **_told(each["finding"]), "by": each["by"], "reason": each["reason"]}
        )
    for remark in whole.get("remarks", ()):
        rows.append({"kind": "remark", **known, "message": remark["message"], **_place(remark["location"])})
    for passed in whole.get("passed_over", ()):
        rows.append({"kind": "passed_over", "text": passed["suffix"], "files": passed["files"]})
    return rows


def _told(finding: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: finding[key] for key in ("code", "name", "severity", "message", "observed", "expected")}
    for best in finding["fixes"][:1]:
        told |= {key: best[key] for key in ("applicability", "proof", "confidence")} | {"fix": best["replacement"]}
    return {**told, **_place(finding["location"])}


def _place(location: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("sheet", "cell", "row_label", "column_header", "text", *_PLACES)
    return {key: location[key] for key in keys if key in location}


class Rows:
    """A file of rows that is written group by group. Raises UsageError where pyarrow is not installed."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise UsageError(f"writing Parquet needs {how_to_install('parquet')}") from error
        fields = [*((name, pa.string()) for name in _TEXTS), ("confidence", pa.float64())]
        fields += [(name, pa.int64()) for name in (*_COUNTS, *_PLACES)]
        self._schema: pa.Schema = pa.schema(fields)
        self._table = pa.Table
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._held: list[dict[str, Any]] = []

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *error: object) -> None:
        self._write()
        self._writer.close()

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows; they are written when there are enough for a group."""
        self._held += rows
        if len(self._held) >= _GROUP:
            self._write()

    def add_text(self, text: str) -> None:
        """Add rows that are kept as text."""
        self.add(json.loads(text))

    def _write(self) -> None:
        if self._held:
            rows = [{key: _text(value) for key, value in row.items()} for row in self._held]
            self._writer.write_table(self._table.from_pylist(rows, schema=self._schema))
            self._held = []


def _text(value: object) -> object:
    """Text as UTF-8 can hold it: a file's name may be no text."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value


def as_text(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as text, as they are kept and sent until they are written."""
    return json.dumps(rows)
