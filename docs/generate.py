"""Write what is generated: the rules' pages and the JSON Schema of the report.

    python docs/generate.py

A test compares what is committed with what this writes.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

ROOT = Path(__file__).parent.parent


def rule_pages() -> dict[Path, str]:
    """The page of each rule, and their index, by path."""
    from reconcile.check.rules import CODES, page

    pages: dict[Path, str] = {}
    index = ["# Rules", "", "| code | name | usual severity |", "| --- | --- | --- |"]
    for info in CODES.values():
        name = f"{info.code}-{info.name}"
        lines = [f"# {info.code} {info.name}", "", f"Usual severity: {info.severity.value}", ""]
        for line in page(info.code).splitlines()[2:]:
            heading = line and not line.startswith(" ")
            lines += [f"## {line}", ""] if heading else [line.strip().replace("``", "`")]
        pages[ROOT / "docs" / "rules" / f"{name}.md"] = "\n".join(lines).rstrip() + "\n"
        index.append(f"| [{info.code}]({name}.md) | {info.name} | {info.severity.value} |")
    pages[ROOT / "docs" / "rules" / "index.md"] = "\n".join(index) + "\n"
    return pages


ENUMS = {
    "severity": ["error", "warning", "note"],
    "applicability": ["safe", "unsafe"],
    "proof": ["writing", "sum", "budget", "ambiguous"],
    "kind": ["column-total", "row-total", "subtotal", "stated-total", "claim", "budget"],
    "status": ["ties", "ties-within-rounding", "ties-after-repair", "broken", "unverifiable"],
    "by": ["mark", "settings", "baseline"],
    "use": ["exhausted", "at-most", "at-least", "remaining"],
    "BudgetLine.status": ["ties", "ties-within-rounding", "ties-after-repair", "broken", "unverifiable", "open"],
    "role": ["amount", "label", "code", "percent", "note", "text"],
}
MONEY = {
    "value", "low", "high", "computed", "difference", "tolerance", "budgeted", "planned", "distributed", "remaining", "amounts",
    "totals", "printed",
}  # fmt: skip
PLAIN = {bool: "boolean", str: "string", int: "integer", float: "number", type(None): "null"}


def report_schema() -> dict[Path, str]:
    """The JSON Schema of the report, by path; made from the types that the report is built with."""
    from reconcile.report.json_types import ReportJson

    definitions: dict[str, object] = {}
    root = _object(ReportJson, definitions)
    root["properties"]["version"] = {"const": 1}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "report-v1.schema.json",
        "title": "reconcile report, version 1",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }
    return {ROOT / "schemas" / "report-v1.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"}


def _title(typed: Any) -> str:
    """Return what the schema calls a type: its name here without what tells it from the value it describes."""
    return str(typed.__name__).removesuffix("Json")


def _object(typed: Any, definitions: dict[str, object]) -> dict[str, Any]:
    """The schema of a TypedDict; it has no other keys than those named."""
    properties = {name: _field(name, kind, definitions) for name, kind in get_type_hints(typed).items()}
    for name, field in properties.items():
        field |= {"enum": enum} if (enum := ENUMS.get(f"{_title(typed)}.{name}")) else {}
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(typed.__required_keys__ if _title(typed) != "Location" else {"path"}),
        "additionalProperties": False,
    }


def _field(name: str, kind: Any, definitions: dict[str, object]) -> dict[str, Any]:
    if get_origin(kind) is UnionType:
        return {"anyOf": [_field(name, option, definitions) for option in get_args(kind)]}
    if get_origin(kind) is list:
        return {"type": "array", "items": _field(name, get_args(kind)[0], definitions)}
    if kind in PLAIN:
        field: dict[str, Any] = {"type": PLAIN[kind]}
        if kind is str and name in ENUMS:
            field["enum"] = ENUMS[name]
        if kind is str and name in MONEY:
            field["pattern"] = r"^-?[0-9]+(\.[0-9]+)?$"
        return field
    title = _title(kind)
    if title not in definitions:
        definitions[title] = _object(kind, definitions)
    return {"$ref": f"#/$defs/{title}"}


def main() -> None:
    for path, text in {**rule_pages(), **report_schema()}.items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
