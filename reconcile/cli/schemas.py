"""The schemas and registries there are: listed, printed, written from a table, and exchanged with Table Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath

from reconcile.check.schema.file import load_schema, schema_names
from reconcile.check.schema.infer import infer_schema
from reconcile.check.schema.table_schema import export_table_schema, import_table_schema
from reconcile.core.settings import Settings, UsageError
from reconcile.core.yaml_file import read_yaml
from reconcile.read import read_path
from reconcile.recognise.registries import folder, load_registry, registry_names
from reconcile.recognise.tables import recognise


def list_all() -> str:
    """The shipped schemas and registries, a line each."""
    lines = []
    for name in schema_names():
        values = read_yaml(str(folder() / f"{name}.yaml")).values
        lines.append(f"{name}  {values['title']} (schema)")
    for name in registry_names():
        registry = load_registry(name)
        lines.append(f"{name}  {registry.title} ({len(registry.valid())} names)")
    return "".join(f"{line}\n" for line in lines)


def show(name: str) -> str:
    """The YAML of a shipped schema, or the names of a registry. Raises UsageError for an unknown name."""
    if name in schema_names():
        return read_yaml(str(folder() / f"{name}.yaml")).text
    if name not in registry_names():
        known = ", ".join((*schema_names(), *registry_names()))
        raise UsageError(f"no schema or registry {name!r}; known are {known}")
    registry = load_registry(name)
    lines = [registry.title, f"source: {registry.source}", ""]
    for entry in registry.entries:
        others = "; ".join((*entry.short, *entry.aliases, *entry.codes))
        days = f"  {entry.valid_from}..{entry.valid_to}" if entry.valid_from or entry.valid_to else ""
        lines.append(f"{entry.code}  {entry.name}{f'  ({others})' if others else ''}{days}")
    return "".join(f"{line}\n" for line in lines)


def infer(path: str) -> str:
    """A first schema from the largest table of a document. Raises UsageError where it has no table with names and amounts."""
    reading = recognise(read_path(path, Settings()), Settings())
    tables = [figures for figures in reading.tables if figures.amount_columns and any(figures.labels)]
    if not tables:
        faults = "; ".join(fault.message for fault in reading.document.faults)
        raise UsageError(f"{path}: no table with names and amounts was read in it{f' ({faults})' if faults else ''}")
    return infer_schema(max(tables, key=lambda figures: len(figures.leaves)), PurePath(path).stem, reading.locale)


VERBS: Mapping[str, Callable[[str], str]] = {
    "infer": infer,
    "export": lambda name: export_table_schema(load_schema(name)),
    "import": import_table_schema,
}
