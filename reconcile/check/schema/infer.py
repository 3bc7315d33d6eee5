"""A first schema, written from a good table, for people to edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from reconcile.check.schema.validate import schema_rows
from reconcile.core.decimals import ZERO, add
from reconcile.core.words import is_total_label, separators
from reconcile.recognise.columns import AMOUNT, CODE, LABEL, Column
from reconcile.recognise.entities import EntityMatches, recognise_names
from reconcile.recognise.frames import column_names, values_in
from reconcile.recognise.tables import RecognisedTable

_HEAD = """\
# A first schema, written from {source}.
# Edit it: leave out columns and checks that need not hold, add headers under aliases, and the checks you need:
#   in_registry, complete_registry, sums_to, written_in, whole_units, same_entity, and those of pandera.
# Then: reconcile check FILE --schema THIS_FILE
"""


# A sum is one table's own, so it is written as a comment.
_SUM = re.compile(r"^( +)sums_to: (.*)$", re.MULTILINE)
# A list of more names than this is written nowhere.
_MOST_NAMES = 500


def infer_schema(figures: RecognisedTable, name: str, locale: str | None = None) -> str:
    """The YAML of a schema that a table holds to. ``locale`` is that of its document, where it is known."""
    names = _names(figures)
    described = dict(zip(column_names(figures), figures.columns, strict=True))
    schema: dict[str, Any] = {
        "schema_type": "dataframe",
        "name": name,
        "title": " ".join(figures.title.split()) or name,
        "metadata": {"recognise": "headers" if names is None else "registry"},
        "columns": {header: _column(figures, column, names, locale) for header, column in described.items()},
    }
    text = _SUM.sub(r"\1# sums_to: \2    # what this table adds up to and prints", write_yaml(schema))
    return _HEAD.format(source=PurePath(figures.table.path).name) + text


def write_yaml(schema: Mapping[str, Any]) -> str:
    """A schema as YAML, in the order given."""
    import yaml

    return yaml.safe_dump(dict(schema), sort_keys=False, allow_unicode=True, width=120)


def _names(figures: RecognisedTable) -> EntityMatches | None:
    """The registry that all of a table's names are of, if there is one."""
    labels = {row: figures.labels[row] for row in figures.named_rows() if figures.labels[row]}
    names = recognise_names(labels) if labels else None
    if names is None or any(not names.registry.is_beside(labels[row]) for row in names.strangers):
        return None
    return names


def _column(
    figures: RecognisedTable, column: Column, names: EntityMatches | None, locale: str | None
) -> dict[str, Any]:
    label = next((each.index for each in figures.columns if each.role == LABEL), None)
    others = [each.index for each in figures.columns if each.index != label]
    rows = list(schema_rows(figures, label, names.registry if names else None, others))
    values = values_in(figures, column.index, rows)
    present = [value for value in values.values if value is not None]
    described: dict[str, Any] = {}
    if values.dtype != "object" and present:
        described["dtype"] = values.dtype
    described["nullable"] = len(present) < len(values.values)
    if column.role in (LABEL, CODE) and present and len(set(present)) == len(present):
        described["unique"] = True
    checks = _names_checks(names) if column.index == label and names is not None else {}
    if column.index == label and names is None and described.get("unique") and len(present) <= _MOST_NAMES:
        checks["isin"] = present
    if column.role == AMOUNT:
        checks |= _amount_checks(figures, column, rows, present, locale)
    if checks:
        described["checks"] = checks
    described["metadata"] = {"role": column.role, "aliases": [column.header]}
    return described


def _names_checks(names: EntityMatches) -> dict[str, Any]:
    given: Any = {"registry": names.registry.name, "day": names.day} if names.day else names.registry.name
    listed = not names.absent and not names.grouped
    return {"in_registry": given} | ({"complete_registry": given} if listed else {})


def _amount_checks(
    figures: RecognisedTable, column: Column, rows: list[int], present: list[Any], locale: str | None
) -> dict[str, Any]:
    checks: dict[str, Any] = {}
    if present and all(value >= ZERO for value in present):
        checks["greater_than_or_equal_to"] = 0
    printed = [each.value for row in figures.body if (each := figures.cells[column.index][row]) is not None
               and is_total_label(figures.labels[row])]  # fmt: skip
    total = add(Decimal(str(value)) for value in present)
    if total in printed and total == total.to_integral_value():
        checks["sums_to"] = int(total)
    amounts = [amount for row in rows if (amount := figures.cells[column.index][row]) is not None]
    marked = [amount for amount in amounts if amount.notation.group or amount.notation.decimal]
    if locale and marked and not any(amount.fault for amount in amounts):
        from reconcile.check.schema.pandera_checks import is_written

        if all(is_written(amount, *separators(locale)) for amount in amounts):
            checks["written_in"] = locale
    return checks
