"""Settings: one frozen value, from the command line and ``reconcile.toml`` or ``[tool.reconcile]``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from reconcile.core.messages import say

_SUPPRESS = re.compile(
    r"^[ \t]*\[\[[ \t]*(?:tool[ \t]*\.[ \t]*reconcile[ \t]*\.[ \t]*)?suppress[ \t]*\]\]", re.MULTILINE
)

# Far more than such a file needs, and read in no time.
_MAX_BYTES = 1_000_000
# No limit needs more, and clocks and reads take no larger number.
_MAX_NUMBER = 10**12
_MAX_DEPTH = 100
_KEY = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP = re.compile(
    rf"(?:[\[{{]\s*+(?:{_KEY}\s*+=\s*+)?){{{_MAX_DEPTH}}}|(?<![\w-])(?:{_KEY}[ \t]*+\.[ \t]*+){{{_MAX_DEPTH}}}"
)


class Detail(StrEnum):
    """How much a person at a terminal is told."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


class UsageError(Exception):
    """Misuse of the program: a bad option, settings or budget file, or a path that is not there (exit status 2).

    Each complaint is told on a line of its own.
    """

    def __init__(self, *complaints: str) -> None:
        super().__init__(*complaints)
        self.complaints = complaints

    def __str__(self) -> str:
        return "\n".join(self.complaints)


class Silence(NamedTuple):
    """Findings of ``codes`` in documents at ``path`` (a glob) are not to be told, for a reason; ``place`` is where that stands.

    ``row`` and ``column`` narrow it to what stands in a row or a column of that name. A glob with a slash counts from ``base``.
    """

    path: str
    codes: tuple[str, ...]
    reason: str
    place: str = "settings"
    row: str = ""
    column: str = ""
    base: str = ""

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
    fail_on: Annotated[str, "exit with 1 from this severity on: `error`, `warning`, `note` or `never`"] = "warning"
    fail_under: Annotated[int, "exit with 1 where less than this share of the amounts, in per cent, is checked"] = 0
    max_bytes: Annotated[int, "the bytes of a file; an archive may unpack to twenty times as many"] = 100_000_000
    max_cells: Annotated[int, "the cells of all tables of a document together"] = 5_000_000
    max_line: Annotated[int, "the characters of a line of text"] = 5_000_000
    max_pages: Annotated[int, "the pages of a PDF"] = 2_000
    max_marks: Annotated[int, "the characters and strokes on one page of a PDF; a page with more is left out"] = 30_000
    max_seconds: Annotated[int, "the processor seconds of each step: reading, recognising, equating, explaining"] = 120

    def selected(self, code: str) -> bool:
        """Whether findings of ``code`` are wanted; a prefix such as ``R3`` names a family."""
        if self.select and not code.startswith(self.select):
            return False
        return not (self.ignore and code.startswith(self.ignore))


def load_settings(folder: Path, settings: Settings = Settings()) -> Settings:
    """``settings`` as ``reconcile.toml`` in ``folder`` changes them, else ``[tool.reconcile]`` in its ``pyproject.toml``.

    Raises UsageError, naming the file, for broken TOML, an unknown key or a value of the wrong type.
    """
    found = _holding(folder)
    if found is None:
        return settings
    path, raw = found
    values = _parse(raw, path)
    silences = _silences(values.pop("suppress", []), path, raw.decode("utf-8"))
    settings = with_values(replace(settings, suppress=silences), values, str(path))
    return _with_schema(settings, folder, path) if "schema" in values else settings


def find_settings(folder: Path) -> Path | None:
    """Return the settings file that holds in a folder, or None. Raise UsageError for one that is no file or too large."""
    found = _holding(folder)
    return found[0] if found is not None else None


def _holding(folder: Path) -> tuple[Path, bytes] | None:
    """Return the settings file that holds in a folder, with its bytes: ``reconcile.toml``, else ``pyproject.toml`` that speaks of us."""
    for name in ("reconcile.toml", "pyproject.toml"):
        path = folder / name
        if not os.path.lexists(path):
            continue
        raw = _read(path, optional=name != "reconcile.toml")
        # The TOML library is loaded only where there is something for us.
        if name == "reconcile.toml" or b"[tool.reconcile" in raw or (b"[tool]" in raw and _parse(raw, path)):
            return path, raw
    return None


def _read(path: Path, *, optional: bool) -> bytes:
    """Return the bytes of a settings file. Raise UsageError for what is no file or too large; an ``optional`` one is empty then."""
    # Not at the top: what opens files has the errors of settings.
    from reconcile.core.files import open_regular

    try:
        with open_regular(str(path)) as file:
            raw = file.read(_MAX_BYTES + 1)
    except OSError as error:
        if optional:
            return b""
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(raw) > _MAX_BYTES:
        if optional and b"[tool.reconcile" not in raw:
            return b""
        raise UsageError(f"{path}: larger than such a file may be ({_MAX_BYTES:,} bytes)")
    return raw


def _with_schema(settings: Settings, folder: Path, path: Path) -> Settings:
    """Return settings whose schema file is named from their own folder. Raise UsageError for one that lies outside it."""
    name = settings.schema or ""
    home, there = os.path.realpath(folder), "" if "\0" in name else os.path.realpath(folder / name)
    # A settings file comes with what is checked, and may be a stranger's: it leads to no file elsewhere.
    if os.path.isabs(name) or not Path(there).is_relative_to(home):
        raise UsageError(f"{path}: schema: {name} is not in the folder of the settings; name it with --schema")
    return replace(settings, schema=str(folder / name)) if os.path.lexists(folder / name) else settings


def _parse(raw: bytes, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    _hold_depth(text, path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}") from error
    # A number of thousands of digits, and what is nested in another way than by brackets.
    except (ValueError, RecursionError) as error:
        said = "nested too deep" if isinstance(error, RecursionError) else str(error).partition(";")[0]
        raise UsageError(f"{path}: {said}") from error
    if path.name == "reconcile.toml":
        return values
    tool = values.get("tool", {})
    found = tool.get("reconcile", {}) if isinstance(tool, dict) else {}
    if not isinstance(found, dict):
        raise UsageError(f"{path}: tool.reconcile must be a table")
    return found


def _hold_depth(text: str, path: Path) -> None:
    """Refuse text with more brackets in a row, or dots in a key, than any honest file has: reading it takes the stack or forever."""
    deep = _DEEP.search(text)
    if deep is not None:
        raise UsageError(f"{path}:{text.count(chr(10), 0, deep.start()) + 1}: nested too deep")


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
        found.append(_silence(entry, place, os.path.abspath(path.parent)))
    return tuple(found)


def _silence(entry: object, place: str, base: str) -> Silence:
    if not isinstance(entry, Mapping):
        raise UsageError(f"{place}: suppress must be a list of tables; each begins with [[suppress]]")
    for key in entry:
        if key not in ("path", "codes", "reason", "row", "column"):
            raise UsageError(
                f"{place}: unknown key {key!r} in suppress; known keys are codes, column, path, reason, row"
            )
    path, codes, reason = entry.get("path"), entry.get("codes"), entry.get("reason")
    if not isinstance(path, str) or not path.strip():
        raise UsageError(f'{place}: suppress needs a path, such as path = "decisions/*.md"')
    if not isinstance(codes, list) or not codes or not all(isinstance(code, str) and code.strip() for code in codes):
        raise UsageError(f'{place}: suppress needs codes, such as codes = ["R305"]')
    if not isinstance(reason, str) or not reason.strip():
        raise UsageError(f"{place}: suppress needs a reason, which the report repeats")
    row, column = entry.get("row", ""), entry.get("column", "")
    if not isinstance(row, str) or not isinstance(column, str):
        raise UsageError(f"{place}: row and column of suppress must be text, the names that the report tells")
    codes = tuple(code.strip().upper() for code in codes)
    return Silence(path.strip(), codes, " ".join(reason.split()), place, row.strip(), column.strip(), base)


def add_suppressions(path: str, silences: Sequence[Silence]) -> bytes:
    """Return what a settings file holds with suppressions behind what it holds now; nothing else in it changes.

    Raises UsageError where the file would be no TOML then: it may list its suppressions in one line.
    """
    old = _read(Path(path), optional=False) if os.path.lexists(path) else b""
    head = "[[suppress]]" if os.path.basename(path) != "pyproject.toml" else "[[tool.reconcile.suppress]]"
    told = []
    for each in silences:
        named = {"path": each.path, "row": each.row, "column": each.column}
        keys = [f"{key} = {_quoted(value)}" for key, value in named.items() if value]
        codes = ", ".join(map(_quoted, each.codes))
        told.append("\n".join([head, *keys, f"codes = [{codes}]", f"reason = {_quoted(each.reason)}", ""]))
    gap = b"" if not old else b"\n" if old.endswith(b"\n") else b"\n\n"
    new = old + gap + "\n".join(told).encode("utf-8")
    _parse(new, Path(path))
    return new


def _quoted(text: str) -> str:
    """Text as TOML quotes it."""
    spelt = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in spelt) + '"'


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
        elif isinstance(value, int) and value > _MAX_NUMBER:
            raise UsageError(f"{source}: {key} must be at most {_MAX_NUMBER:,}")
        changes[name] = value
    return replace(settings, **changes)
