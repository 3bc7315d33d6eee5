"""Table Schema (Frictionless, JSON) from a schema, and a schema from that.

Types and constraints become those of Table Schema; what it has no word for (roles, aliases, our checks) stands in a property
``reconcile``, which other programs pass over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reconcile.check.schema.file import TableSchema, checks_of
from reconcile.check.schema.infer import write_yaml
from reconcile.core.files import read_json
from reconcile.core.settings import UsageError

_MAX_BYTES = 200_000
_TYPES = {"string": "string", "integer": "Int64", "year": "Int64", "number": None}
_NUMBERS = ("amount", "percent")
_PATTERN = ("^(?:", ")$")


def export_table_schema(schema: TableSchema) -> str:
    """A schema as Table Schema."""
    values = schema.file.values
    fields = [
        _field(name, described or {}, {check: given for check, given, _ in checks_of(schema.file, ("columns", name))})
        for name, described in values["columns"].items()
    ]
    own = {
        key: values[key] for key in values if key not in ("schema_type", "version", "api", "name", "title", "columns")
    }
    named = {key: values[key] for key in ("name", "title") if values.get(key)}
    whole = {**named, "fields": fields, "missingValues": [""], **({"reconcile": own} if own else {})}
    return json.dumps(whole, ensure_ascii=False, indent=2, default=str) + "\n"


def _field(name: str, described: Mapping[str, Any], checks: dict[str, Mapping[str, Any]]) -> dict[str, Any]:
    role = (described.get("metadata") or {}).get("role", "")
    dtype = described.get("dtype")
    kind = "integer" if dtype == "Int64" else "number" if dtype is None and role in _NUMBERS else "string"
    constraints: dict[str, Any] = {}
    if not described.get("nullable", False):
        constraints["required"] = True
    if described.get("unique", False):
        constraints["unique"] = True
    left = {check: given for check, given in checks.items() if not _constrain(check, given, constraints)}
    known = ("title", "description", "dtype", "nullable", "unique", "checks")
    own = {key: value for key, value in described.items() if key not in known and key not in checks}
    if (dtype is not None and _TYPES[kind] != dtype) or (dtype is None and kind == "string"):
        own["dtype"] = dtype
    if left:
        own["checks"] = {
            c: {key: value for key, value in given.items() if value is not None} for c, given in left.items()
        }
    field: dict[str, Any] = {"name": name, "type": kind}
    field |= {key: described[key] for key in ("title", "description") if described.get(key)}
    field |= {"constraints": constraints} if constraints else {}
    return field | ({"reconcile": own} if own else {})


def _constrain(check: str, given: Mapping[str, Any], constraints: dict[str, Any]) -> bool:
    """Write a check as constraints of Table Schema; False where it has none that says the same."""
    if "options" in given:
        return False
    if check == "in_range" and given.keys() == {"min_value", "max_value"}:
        new = {"minimum": given["min_value"], "maximum": given["max_value"]}
    elif check == "str_length":
        words = {"min_value": "minLength", "max_value": "maxLength"}
        if not words.keys() >= given.keys():
            return False
        new = {words[key]: value for key, value in given.items() if value is not None}
    elif check == "str_matches" and _is_whole(str(given.get("value"))):
        new = {"pattern": str(given["value"])[len(_PATTERN[0]) : -len(_PATTERN[1])]}
    else:
        words = {"greater_than_or_equal_to": "minimum", "less_than_or_equal_to": "maximum", "isin": "enum"}
        if check not in words or given.keys() != {"value"}:
            return False
        new = {words[check]: given["value"]}
    if not constraints.keys().isdisjoint(new):
        return False
    constraints |= new
    return True


def _is_whole(pattern: str) -> bool:
    # A check of pandera's looks at the beginning only; a pattern of Table Schema at the whole text.
    return pattern.startswith(_PATTERN[0]) and pattern.endswith(_PATTERN[1])


def import_table_schema(path: str) -> str:
    """The YAML of a schema from a Table Schema file; what could not be carried over stands in its first lines.

    Raises UsageError for a file that cannot be read or that is no Table Schema.
    """
    whole = _mapping(path, read_json(path, _MAX_BYTES))
    fields = whole.get("fields")
    if not isinstance(fields, list) or not fields or not all(isinstance(f, dict) and f.get("name") for f in fields):
        raise UsageError(f"{path}: no Table Schema: 'fields' must be a list of fields with names")
    left = [
        key
        for key in whole
        if key not in ("fields", "missingValues", "primaryKey", "reconcile", "name", "title", "description", "$schema")
    ]
    key = whole.get("primaryKey") or []
    keys = [key] if isinstance(key, str) else key
    if not isinstance(keys, list) or not all(isinstance(each, str) for each in keys):
        raise UsageError(f"{path}: no Table Schema: primaryKey must be a name or a list of names")
    columns: dict[str, Any] = {}
    for field in fields:
        name = str(field["name"])
        columns[name], missing = _column(path, field, keys)
        left += [f"{name}.{each}" for each in missing]
    schema = {"schema_type": "dataframe"} | {k: whole[k] for k in ("name", "title", "description") if whole.get(k)}
    schema |= _mapping(path, whole.get("reconcile", {})) | {"columns": columns}
    if len(keys) > 1:
        schema["unique"] = keys
    comment = "".join(f"# not carried over: {' '.join(each.split())}\n" for each in left)
    return comment + write_yaml(schema)


def _mapping(path: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{path}: no Table Schema: an object is needed, not {type(value).__name__}")
    return value


def _column(path: str, field: Mapping[str, Any], keys: list[str]) -> tuple[dict[str, Any], list[str]]:
    """A field as a column, and what of it could not be carried over."""
    left = [
        key
        for key in field
        if key not in ("name", "type", "format", "title", "description", "constraints", "reconcile")
    ]
    kind = str(field.get("type", "string"))
    if kind not in _TYPES:
        left.append(f"type {kind} (read as text)")
    constraints = dict(_mapping(path, field.get("constraints", {})))
    is_key = field["name"] in keys
    column: dict[str, Any] = {key: field[key] for key in ("title", "description") if field.get(key)}
    if dtype := _TYPES.get(kind, "string"):
        column["dtype"] = dtype
    column["nullable"] = not (constraints.pop("required", False) or is_key)
    if constraints.pop("unique", False) or keys == [field["name"]]:
        column["unique"] = True
    if not isinstance(constraints.get("pattern", ""), str):
        raise UsageError(f"{path}: no Table Schema: a pattern must be text")
    checks = _checks(constraints)
    left += [f"constraint {key}" for key in constraints]
    own = dict(_mapping(path, field.get("reconcile", {})))
    checks |= _mapping(path, own.pop("checks", {}))
    column |= own
    if column.get("dtype", "") is None:
        del column["dtype"]
    if checks:
        column["checks"] = checks
    return column, left


def _checks(constraints: dict[str, Any]) -> dict[str, Any]:
    """Checks that say what constraints do, which are taken out."""
    checks: dict[str, Any] = {}
    if "minimum" in constraints and "maximum" in constraints:
        checks["in_range"] = {"min_value": constraints.pop("minimum"), "max_value": constraints.pop("maximum")}
    if "minLength" in constraints or "maxLength" in constraints:
        low, high = constraints.pop("minLength", None), constraints.pop("maxLength", None)
        checks["str_length"] = {"min_value": low, "max_value": high}
    words = {"minimum": "greater_than_or_equal_to", "maximum": "less_than_or_equal_to", "enum": "isin"}
    checks |= {check: {"value": constraints.pop(key)} for key, check in words.items() if key in constraints}
    if "pattern" in constraints:
        checks["str_matches"] = {"value": constraints.pop("pattern").join(_PATTERN)}
    return checks
