"""Settings: one frozen value, from the command line and ``reconcile.toml`` or ``[tool.reconcile]``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from reconcile.core.messages import say

_SUPPRESS = re.compile(
    r"^[ \t]*\[\[[ \t]*(?:tool[ \t]*\.[ \t]*reconcile[ \t]*\.[ \t]*)?suppress[ \t]*\]\]", re.MULTILINE
)


class Detail(StrEnum):
    """How much a person at a terminal is told."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


class UsageError(Exception):
    """Misuse of the program: a bad option, settings or budget file, or a path that is not there (exit status 2)."""


class Silence(NamedTuple):
    """Findings of ``codes`` in documents at ``path`` (a glob) are not to be told, for a reason; ``place`` is where that stands."""

    path: str
    codes: tuple[str, ...]
    reason: str
    place: str = "settings"

    def __str__(self) -> str:
        return say("{codes} in {path}: {reason}", codes=", ".join(self.codes), path=self.path, reason=self.reason)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to check. The text beside each setting is its line in docs/configuration.md."""

    locale: Annotated[str | None, "how the documents write numbers, such as `sv_SE`; else the documents tell"] = None
    lang: Annotated[str, "the language of reports: `sv` or `en`; the environment decides on the command line"] = "en"
    schema: Annotated[str | None, "a table schema: a file, or a name that `reconcile schemas` lists"] = None
    select: Annotated[tuple[str, ...], "only these rules: codes (`R301`) or families (`R3`)"] = ()
    ignore: Annotated[tuple[str, ...], "not these rules"] = ()
    suppress: Annotated[tuple[Silence, ...], "findings that are known and accepted: `path`, `codes`, `reason`"] = ()
    fail_on: Annotated[str, "exit with 1 from this severity on: `error`, `warning` or `never`"] = "warning"
    fail_under: Annotated[int, "exit with 1 where less than this share of the amounts, in per cent, is checked"] = 0
    max_bytes: Annotated[int, "the bytes of a file; an archive may unpack to twenty times as many"] = 100_000_000
    max_cells: Annotated[int, "the cells of all tables of a document together"] = 5_000_000
    max_line: Annotated[int, "the characters of a line of text"] = 5_000_000
    max_pages: Annotated[int, "the pages of a PDF"] = 2_000
    max_marks: Annotated[int, "the characters and strokes on one page of a PDF; a page with more is left out"] = 30_000
    max_seconds: Annotated[int, "the seconds of each step: reading, recognising, equating, explaining broken sums"] = (
        120
    )

    def selected(self, code: str) -> bool:
        """Whether findings of ``code`` are wanted; a prefix such as ``R3`` names a family."""
        if self.select and not code.startswith(self.select):
            return False
        return not (self.ignore and code.startswith(self.ignore))


def load_settings(folder: Path, settings: Settings = Settings()) -> Settings:
    """``settings`` as ``reconcile.toml`` in ``folder`` changes them, else ``[tool.reconcile]`` in its ``pyproject.toml``.

    Raises UsageError, naming the file, for broken TOML, an unknown key or a value of the wrong type.
    """
    for name in ("reconcile.toml", "pyproject.toml"):
        path = folder / name
        try:
            raw = path.read_bytes()
        except OSError:
            continue
        # The TOML library is loaded only where there is something for us.
        if name == "reconcile.toml" or b"[tool.reconcile" in raw or b"[tool]" in raw:
            values = _parse(raw, path)
            silences = _silences(values.pop("suppress", []), path, raw.decode("utf-8"))
            settings = with_values(replace(settings, suppress=silences), values, str(path))
            # A schema file is named from the folder of the settings.
            if settings.schema is not None and (folder / settings.schema).is_file():
                settings = replace(settings, schema=str(folder / settings.schema))
            return settings
    return settings


def _parse(raw: bytes, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        values = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    if path.name == "reconcile.toml":
        return values
    tool = values.get("tool", {})
    found = tool.get("reconcile", {}) if isinstance(tool, dict) else {}
    if not isinstance(found, dict):
        raise UsageError(f"{path}: tool.reconcile must be a table")
    return found


def _silences(entries: object, path: Path, text: str) -> tuple[Silence, ...]:
    """The suppressions in a settings file. Raises UsageError naming file, line and key for one that is not whole."""
    if not isinstance(entries, list):
        raise UsageError(f"{path}: suppress must be a list of tables; each begins with [[suppress]]")
    heads = [text.count("\n", 0, head.start()) + 1 for head in _SUPPRESS.finditer(text)]
    found = []
    for number, entry in enumerate(entries, start=1):
        # TOML's reader tells no lines; where the entries are written otherwise, they are told by their number.
        place: str = say("{path}: suppress, entry {number}", path=str(path), number=number)
        place = f"{path}:{heads[number - 1]}" if len(heads) == len(entries) else place
        found.append(_silence(entry, place))
    return tuple(found)


def _silence(entry: object, place: str) -> Silence:
    if not isinstance(entry, Mapping):
        raise UsageError(f"{place}: suppress must be a list of tables; each begins with [[suppress]]")
    for key in entry:
        if key not in ("path", "codes", "reason"):
            raise UsageError(f"{place}: unknown key {key!r} in suppress; known keys are codes, path, reason")
    path, codes, reason = entry.get("path"), entry.get("codes"), entry.get("reason")
    if not isinstance(path, str) or not path.strip():
        raise UsageError(f'{place}: suppress needs a path, such as path = "decisions/*.md"')
    if not isinstance(codes, list) or not codes or not all(isinstance(code, str) and code.strip() for code in codes):
        raise UsageError(f'{place}: suppress needs codes, such as codes = ["R305"]')
    if not isinstance(reason, str) or not reason.strip():
        raise UsageError(f"{place}: suppress needs a reason, which the report repeats")
    return Silence(path.strip(), tuple(code.strip().upper() for code in codes), " ".join(reason.split()), place)


def with_values(settings: Settings, values: dict[str, Any], source: str) -> Settings:
    """``settings`` with the given keys replaced. Raises UsageError naming ``source`` and the key."""
    # What is suppressed is no single value, and is read by itself.
    known = {field.name: getattr(Settings(), field.name) for field in fields(Settings) if field.name != "suppress"}
    changes: dict[str, Any] = {}
    for key, value in values.items():
        name = key.replace("-", "_")
        if name not in known:
            raise UsageError(f"{source}: unknown key {key!r}; known keys are {', '.join(sorted(known))}")
        if isinstance(known[name], tuple):
            if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
                raise UsageError(f"{source}: {key} must be a list of text")
            value = tuple(value)
        elif type(value) is not (str if known[name] is None else type(known[name])):
            raise UsageError(f"{source}: {key} must be {'a whole number' if isinstance(known[name], int) else 'text'}")
        elif isinstance(value, int) and value <= 0:
            raise UsageError(f"{source}: {key} must be above zero")
        changes[name] = value
    return replace(settings, **changes)
