"""Table schemas: pandera's YAML, with what tells which table and which columns of it are meant.

In ``metadata`` of a column stand its ``role`` and its ``aliases``, the headers it is printed under; in that of the schema
``recognise``: by ``headers`` (more than half of the required columns are found), by ``registry`` (the labels are names of
the registry that the label column is held to), or by ``roles`` (one column of each role).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from reconcile.check.schema.patterns import limit_patterns
from reconcile.core.messages import Message, say
from reconcile.core.settings import UsageError
from reconcile.core.yaml_file import Keys, YamlFile, read_yaml, suggested
from reconcile.recognise.columns import AMOUNT, LABEL, Column
from reconcile.recognise.registries import folder, load_registry
from reconcile.recognise.tables import RecognisedTable

if TYPE_CHECKING:
    import pandera.pandas as pa

_ROLES = ("amount", "label", "code", "percent", "note", "text")
_RECOGNISE = ("headers", "registry", "roles")
_DTYPES = (None, "string", "str", "Int64", "object")
_TEXTS, _FLAGS = ("name", "title", "description"), ("nullable", "required", "strict", "ordered")
_SCHEMA_KEYS = frozenset(
    (*_TEXTS, "schema_type", "version", "api", "metadata", "columns", "checks", "unique", "strict", "ordered")
)
_COLUMN_KEYS = frozenset(("title", "description", "dtype", "nullable", "unique", "required", "checks", "metadata"))
_OPTIONS = frozenset(("check_name", "error", "ignore_na"))
# pandera's checks that compare amounts, so that they may be written as amounts are.
_BOUNDS = frozenset(
    (
        "in_range",
        "greater_than",
        "greater_than_or_equal_to",
        "less_than",
        "less_than_or_equal_to",
        "equal_to",
        "not_equal_to",
    )
)
_SHARE_OF_ROWS, _FEWEST = 0.6, 3
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class SchemaColumn:
    """A column that a schema asks for. ``registry`` is the one its names are held to, or ''."""

    name: str
    role: str = ""
    aliases: tuple[str, ...] = ()
    required: bool = True
    dtype: str | None = None
    registry: str = ""

    def is_headed(self, header: str) -> bool:
        """Whether a printed header is the column's name or one of its aliases; a unit in brackets makes no difference."""
        return not _spellings(header).isdisjoint({_folded(alias) for alias in (self.name, *self.aliases)})


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A schema file as read. ``recognise`` is one of ``headers``, ``registry`` and ``roles``."""

    name: str
    title: str
    file: YamlFile
    recognise: str
    columns: tuple[SchemaColumn, ...]

    def pandera(self) -> pa.DataFrameSchema:
        """The schema that pandera makes of the file."""
        return _pandera(_with_bounds(self.file.values))

    @property
    def label(self) -> SchemaColumn | None:
        """The column of names: the one with role label, else the first that is held to a registry."""
        by_role = (column for column in self.columns if column.role == LABEL)
        return next(by_role, next((column for column in self.columns if column.registry), None))


def schema_names() -> tuple[str, ...]:
    """The names of the shipped schemas, sorted."""
    return tuple(sorted(path.stem for path in folder().glob("*.yaml")))


def load_schema(name_or_path: str) -> TableSchema:
    """A shipped schema by its name, or a schema file by its path.

    Raises UsageError, naming file, line, column and key, for a file that cannot be read, broken YAML, an unknown key,
    check, registry or locale.
    """
    if name_or_path in schema_names():
        return parse_schema(read_yaml(str(folder() / f"{name_or_path}.yaml")))
    if not Path(name_or_path).suffix and not Path(name_or_path).exists():
        known = schema_names()
        told = _meant(name_or_path, known) or f"; known are {', '.join(known)}, or give a file"
        raise UsageError(f"no schema {name_or_path!r}{told}")
    return parse_schema(read_yaml(name_or_path))


def parse_schema(file: YamlFile) -> TableSchema:
    """A schema from its file's values. Raises as ``load_schema`` does."""
    values = _mapping(file, ())
    names = _check_names()
    _known(file, (), values, _SCHEMA_KEYS)
    if values.get("schema_type", "dataframe") != "dataframe":
        raise file.error(("schema_type",), "must be dataframe")
    metadata = _mapping(file, ("metadata",))
    _known(file, ("metadata",), metadata, frozenset({"recognise"}))
    columns = _mapping(file, ("columns",))
    if not columns:
        raise file.error((), "key 'columns' is missing: a schema names the columns of its table")
    _hold_types(file, (), values)
    found = tuple(_column(file, name, names) for name in columns)
    if values.get("unique") is not None:
        _hold_columns(file, ("unique",), values["unique"])
    for name, arguments, keys in checks_of(file, ("checks",)):
        _hold_check(file, keys, name, names)
        if name != "same_entity":
            raise file.error(keys, "is a check of one column: it belongs under checks of that column")
        _hold_columns(file, keys, arguments.get("columns"))
    recognise = str(metadata.get("recognise", "headers"))
    _one_of(file, ("metadata", "recognise"), recognise, _RECOGNISE)
    title = str(values.get("title") or values.get("name") or Path(file.path).stem)
    schema = TableSchema(str(values.get("name") or Path(file.path).stem), title, file, recognise, found)
    if recognise == "registry" and not (schema.label and schema.label.registry):
        raise file.error(("metadata", "recognise"), "no column with role label has the check in_registry")
    if recognise == "roles" and not all(column.role for column in found if column.required):
        raise file.error(("metadata", "recognise"), "every required column needs a role in its metadata")
    _build(file)
    return schema


class Likeness(NamedTuple):
    """How near a table is to a schema: its columns by the schema's names, whether they suffice, and a share with its words."""

    columns: Mapping[str, int]
    fits: bool
    share: float
    told: Message


def match_columns(figures: RecognisedTable, schema: TableSchema) -> Mapping[str, int] | None:
    """Which column of a table each column of a schema is, by name, or None where the table is not the schema's."""
    likeness = compare(figures, schema)
    return likeness.columns if likeness.fits else None


def compare(figures: RecognisedTable, schema: TableSchema) -> Likeness:
    """Hold a table to what a schema recognises its tables by."""
    found: dict[str, int] = {}
    for wanted in schema.columns:
        by_header = (column for column in _free(figures, wanted, found) if wanted.is_headed(column.header))
        if column := next(by_header, None):
            found[wanted.name] = column.index
    required = [column for column in schema.columns if column.required]
    if schema.recognise == "headers":
        return _by_columns(required, found, len(required) // 2 + 1)
    for wanted in required:
        free = _free(figures, wanted, found) if wanted.role and wanted.name not in found else []
        if len(free) == 1 or (free and wanted.role == LABEL):
            found[wanted.name] = free[0].index
    if schema.recognise == "roles":
        return _by_columns(required, found, len(required))
    return _by_registry(figures, schema, found)


def _by_columns(required: Sequence[SchemaColumn], found: Mapping[str, int], needed: int) -> Likeness:
    there = sum(column.name in found for column in required)
    told = say("{found} of {count} columns found, {needed} needed", found=there, count=len(required), needed=needed)
    return Likeness(found, there >= needed, there / max(len(required), 1), told)


def _free(figures: RecognisedTable, wanted: SchemaColumn, taken: Mapping[str, int]) -> list[Column]:
    return [
        column
        for column in figures.columns
        if column.index not in taken.values() and (not wanted.role or column.role == wanted.role)
    ]


def _by_registry(figures: RecognisedTable, schema: TableSchema, found: Mapping[str, int]) -> Likeness:
    label = schema.label
    if label is None or label.name not in found:
        return Likeness(found, False, 0, say("no column of names found"))
    registry = load_registry(label.registry)
    printed = [figures.table.rows[row][found[label.name]] for row in figures.named_rows()]
    known = sum(bool(registry.candidates(name)) for name in printed)
    needed = max(_FEWEST, math.ceil(_SHARE_OF_ROWS * len(printed)))
    told = say("{found} of {count} names known, {needed} needed", found=known, count=len(printed), needed=needed)
    return Likeness(found, known >= needed, known / max(len(printed), 1), told)


def _spellings(header: str) -> set[str]:
    spellings = {_folded(_BRACKETS.sub(" ", header)), _folded(header.partition(",")[0])} - {""}
    return {_folded(header), *spellings}


def _folded(header: str) -> str:
    return " ".join(header.casefold().split()).strip(" .:")


def _column(file: YamlFile, name: str, names: frozenset[str]) -> SchemaColumn:
    keys: Keys = ("columns", name)
    if _at(file, keys) is None:
        raise file.error(keys, "must be a mapping, be it an empty one: {}")
    values = _mapping(file, keys)
    # pandera also writes checks directly under the column.
    _known(file, keys, {key: None for key in values if key not in names}, _COLUMN_KEYS)
    dtype = values.get("dtype")
    if dtype not in _DTYPES:
        message = (
            "amounts are exact, so they are Int64 (all whole) or object (Decimal); text is string; or leave dtype out"
        )
        raise file.error((*keys, "dtype"), f"{dtype!r} is not a type that a table is read with: {message}")
    _hold_types(file, keys, values, ("unique",))
    metadata = _mapping(file, (*keys, "metadata"))
    _known(file, (*keys, "metadata"), metadata, frozenset({"aliases", "role"}))
    role = str(metadata.get("role", ""))
    if role:
        _one_of(file, (*keys, "metadata", "role"), role, _ROLES)
    aliases = metadata.get("aliases", [])
    if not isinstance(aliases, list):
        raise file.error((*keys, "metadata", "aliases"), "must be a list, such as [Belopp, Totalt]")
    registry = ""
    for check, arguments, place in checks_of(file, keys):
        _hold_check(file, place, check, names)
        if check in _BOUNDS and dtype not in ("string", "str") and (dtype or role == AMOUNT):
            _hold_bounds(file, place, arguments)
        if check == "same_entity":
            raise file.error(place, "is a check of the table: it belongs under checks beside columns")
        if check == "in_registry":
            registry = str(arguments.get("registry", ""))
    return SchemaColumn(name, role, tuple(map(str, aliases)), bool(values.get("required", True)), dtype, registry)


def _hold_bounds(file: YamlFile, place: Keys, arguments: Mapping[str, Any]) -> None:
    from reconcile.check.schema.pandera_checks import exact_number

    for value in arguments.values():
        if isinstance(value, str):
            try:
                bound = exact_number(value)
            except UsageError as error:
                raise file.error(place, str(error)) from error
            if bound != bound.to_integral_value():
                raise file.error(
                    place, f"{value!r} is no whole number of currency units, and amounts are compared in those"
                )


def _with_bounds(values: Mapping[str, Any]) -> dict[str, Any]:
    """A schema in which the amounts that pandera's own checks compare with are numbers, and not text such as ``400 miljoner``."""
    from reconcile.check.schema.pandera_checks import exact_number

    def number(value: Any) -> Any:
        return int(exact_number(value)) if isinstance(value, str) else value

    def bounded(name: str, given: Any) -> Any:
        if name not in _BOUNDS:
            return given
        if isinstance(given, dict):
            return {key: value if key == "options" else number(value) for key, value in given.items()}
        return number(given)

    columns = {}
    for name, column in (values.get("columns") or {}).items():
        role = ((column or {}).get("metadata") or {}).get("role")
        if column and column.get("dtype") not in ("string", "str") and (column.get("dtype") or role == AMOUNT):
            column = {key: bounded(key, given) for key, given in column.items()}
            checks = column.get("checks")
            if isinstance(checks, dict):
                column["checks"] = {key: bounded(key, given) for key, given in checks.items()}
            elif isinstance(checks, list):
                column["checks"] = [bounded(str(entry["options"]["check_name"]), entry) for entry in checks]
        columns[name] = column
    return {**values, "columns": columns}


def checks_of(file: YamlFile, keys: Keys) -> Iterator[tuple[str, Mapping[str, Any], Keys]]:
    """The checks of a column or of the schema, in any of pandera's three forms, with named arguments and places."""
    from reconcile.check.schema.pandera_checks import OURS

    values = _at(file, keys)
    if keys == ("checks",):
        entries: Any = values
        place: Keys = keys
    else:
        entries, place = values.get("checks"), (*keys, "checks")
        for name in values:
            if name not in _COLUMN_KEYS:
                yield name, _arguments(name, values[name]), (*keys, name)
    if entries is None:
        return
    if not isinstance(entries, dict | list):
        raise file.error(place, "must be a mapping of checks, such as in_registry: swedish-regions")
    if isinstance(entries, dict):
        for name, given in entries.items():
            yield name, _arguments(name, given), (*place, name)
        return
    for number, entry in enumerate(entries):
        options = entry.get("options") if isinstance(entry, dict) else None
        if not isinstance(options, dict) or "check_name" not in options:
            if isinstance(entry, dict) and any(name in entry for name in _check_names()):
                raise file.error(place, "checks is a mapping: no dashes here")
            raise file.error((*place, number), f"must name its check in options.check_name, such as {OURS[0]}")
        yield str(options["check_name"]), entry, (*place, number)


def _arguments(name: str, given: object) -> Mapping[str, Any]:
    from pandera.api.checks import Check

    if isinstance(given, dict):
        return given
    registered = Check.REGISTERED_CUSTOM_CHECKS.get(name)
    if registered is None:
        return {"value": given}
    statistics = registered(given).statistics or {}
    return dict(statistics)


def _hold_check(file: YamlFile, keys: Keys, name: str, names: frozenset[str]) -> None:
    from reconcile.check.schema.pandera_checks import OURS, hold_arguments

    if name not in names:
        known = ", ".join((*OURS, "isin", "str_matches", "greater_than_or_equal_to", "in_range"))
        told = _meant(name, names) or f"; known are {known} and pandera's others"
        raise file.error(keys, f"unknown check {name!r}{told}")
    given = _at(file, keys)
    if isinstance(given, dict):
        options = given.get("options") or {}
        if not isinstance(options, dict) or not _OPTIONS.issuperset(options):
            raise file.error(
                (*keys, "options"), f"only these options have a meaning here: {', '.join(sorted(_OPTIONS))}"
            )
    try:
        hold_arguments(name, _arguments(name, given))
    except UsageError as error:
        raise file.error(keys, str(error)) from error


def _check_names() -> frozenset[str]:
    """Return the names of the checks that pandera knows, with ours."""
    from pandera.api.checks import Check

    import reconcile.check.schema.pandera_checks  # noqa: F401 - registers ours

    return frozenset(Check.REGISTERED_CUSTOM_CHECKS) | frozenset(Check.CHECK_FUNCTION_REGISTRY)


def _build(file: YamlFile) -> None:
    """Let pandera build the schema; what it refuses is looked for check by check, so that the complaint has a place."""
    try:
        _pandera(_with_bounds(file.values))
    except Exception as error:  # pandera and the checks raise whatever their arguments make them
        for keys in (key for key in file.places if "checks" in key):
            name, given = keys[-1], _at(file, keys)
            if keys[-2:-1] != ("checks",) or not isinstance(name, str):
                continue
            try:
                _pandera({"columns": {"x": {"checks": {name: given}}}})
            except Exception as reason:
                raise file.error(keys, f"wrong arguments: {reason}") from error
        raise file.error((), f"pandera cannot use it: {error}") from error


def _pandera(values: Mapping[str, Any]) -> pa.DataFrameSchema:
    import pandera.pandas as pa
    import yaml

    class Plain(yaml.SafeDumper):
        # pandera changes what it reads in place, so what an alias shares is written out.
        def ignore_aliases(self, data: Any) -> bool:
            return True

    schema = pa.DataFrameSchema.from_yaml(
        yaml.dump({"schema_type": "dataframe", **values}, Dumper=Plain, sort_keys=False)
    )
    limit_patterns(schema)
    return schema


def _at(file: YamlFile, keys: Keys) -> Any:
    value = file.values
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else value[key] if isinstance(value, list) else None  # type: ignore[index]
    return value


def _mapping(file: YamlFile, keys: Keys) -> Mapping[str, Any]:
    value = _at(file, keys)
    if value is None and keys:
        return {}
    if not isinstance(value, dict):
        other = ", not a list" if isinstance(value, list) else ""
        raise file.error(keys, f"must be a mapping (key: value){other}")
    return value


def _meant(word: str, known: Collection[str]) -> str:
    told = suggested(word, known)
    return told if "did you mean" in told else ""


def _hold_types(file: YamlFile, keys: Keys, values: Mapping[str, Any], flags: tuple[str, ...] = ()) -> None:
    for key in (*_FLAGS, *flags):
        if not isinstance(values.get(key, False), bool):
            raise file.error((*keys, key), "must be true or false")
    for key in _TEXTS:
        if not isinstance(values.get(key) or "", str):
            raise file.error((*keys, key), "must be text")


def _hold_columns(file: YamlFile, keys: Keys, given: object) -> None:
    columns = _mapping(file, ("columns",))
    if not isinstance(given, list) or not given or not all(isinstance(n, str) and n in columns for n in given):
        raise file.error(keys, f"must name columns of this schema in a list; they are {', '.join(columns)}")


def _known(file: YamlFile, keys: Keys, values: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in values:
        if key not in known:
            raise file.error((*keys, key), f"unknown key{suggested(key, known)}")


def _one_of(file: YamlFile, keys: Keys, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise file.error(keys, f"{value!r} is not one of {', '.join(known)}{_meant(value, known)}")
