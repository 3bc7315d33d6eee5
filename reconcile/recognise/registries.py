"""Registries of names: which entities there are, what they are called, and what people print instead.

A registry is a CSV file in ``schemas/registries/`` with what is to be said of all its entities in comment lines
(title, source, words that stand beside a name), so that a name that is wrong is corrected in one place, in any editor.
Its columns: ``code``, ``name``, and as far as they are needed ``short``, ``aliases``, ``codes`` (each divided by ``|``),
``group`` (such as the county of a municipality), ``type``, ``valid_from`` and ``valid_to``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from reconcile.core.messages import Message
from reconcile.core.settings import UsageError
from reconcile.core.yaml_file import suggested

_NOISE = re.compile(r"[\s/,.\-–\u00a0]+")
_FOOTNOTE = re.compile(r"[\s\d*)(\u00b9\u00b2\u00b3†]+$")
_CODED = re.compile(r"(\d+)\s+(\D.*)")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)?")
_NEAR = 85.0
_BEFORE_ALL = "0000-00-00"


class RegistryEntry(NamedTuple):
    """One entity: its code, official name, usual short forms, other names, other codes, group, type and days of validity."""

    code: str
    name: str
    short: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    group: str = ""
    type: str = ""
    valid_from: str = ""
    valid_to: str = ""

    def valid(self, day: str = "") -> bool:
        """Whether it exists on a day (as 2024-01-31), or without a day whether it has no end."""
        return not self.valid_to if not day else self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


class Match(NamedTuple):
    """What a printed name stands for.

    ``how`` is ``name``, ``short``, ``variant``, ``code`` or ``near`` (then with a score to 100).
    """

    entry: RegistryEntry
    how: str
    score: float = 100.0


@dataclass(frozen=True)
class Registry:
    """A closed set of entities.

    ``kind`` are the words that say what they are, such as *region* or *län*, ``affixes`` others that stand before or
    after a name, ``beside`` names that stand in the same tables and are none of them, ``required`` the types of
    entities that a full table lists, ``groups`` the registry of the codes in ``group``. ``index`` holds what each spelling stands for, at whatever time, and ``codes``
    what each code does.
    """

    name: str
    title: str
    source: str
    kind: tuple[str, ...]
    affixes: tuple[str, ...]
    beside: frozenset[str]
    required: tuple[str, ...]
    groups: str
    entries: tuple[RegistryEntry, ...]
    index: Mapping[str, tuple[Match, ...]]
    codes: Mapping[str, tuple[Match, ...]]

    def valid(self, day: str = "") -> tuple[RegistryEntry, ...]:
        """The entities of a day, or without a day those that have no end."""
        return tuple(entry for entry in self.entries if entry.valid(day))

    def vintages(self) -> Iterator[tuple[str, tuple[RegistryEntry, ...]]]:
        """Every state that the registry has had, with a day of it; today's (the day is empty) first, then the latest."""
        days = {day for entry in self.entries for day in (entry.valid_from, entry.valid_to) if day}
        told = set()
        for day in ("", *sorted(days, reverse=True), _BEFORE_ALL):
            entries = self.valid(day)
            if entries and entries not in told:
                told.add(entries)
                yield day, entries

    def match(self, printed: str, day: str = "") -> Match | None:
        """The entity that a printed name or code stands for on a day, exactly as the registry knows it.

        A genitive s, a footnote mark, the code before the name and the registry's generic words make no difference.
        """
        return next((match for match in self.candidates(printed) if match.entry.valid(day)), None)

    def candidates(self, printed: str) -> tuple[Match, ...]:
        """What a printed name or code has stood for at any time."""
        text = printed.strip()
        found = self.index.get(_key(text)) or self.codes.get(text)
        if found:
            return found
        if parts := _CODED.fullmatch(text):
            return tuple(match for match in self.candidates(parts[2]) if match.entry.code == parts[1])
        key = _key(_FOOTNOTE.sub("", text) or text)
        core = self._core(key)
        spellings = (key, key.removesuffix("s"), core, core.removesuffix("s"))
        return next((self.index[spelling] for spelling in spellings if spelling in self.index), ())

    def nearest(self, printed: str, day: str = "") -> Match | None:
        """The entity whose name is nearest to a printed one that is none of them, or None where nothing is near.

        Generic words are left out of the comparison: *Region Öland* shares most of its letters with any region.
        """
        from rapidfuzz import fuzz, process

        key = self._core(_key(printed))
        if len(key) < 4:
            return None
        best = process.extractOne(key, self.cores.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
        if best is None:
            return None
        entries = (match.entry for match in self.cores[best[0]])
        return next((Match(entry, "near", float(best[1])) for entry in entries if entry.valid(day)), None)

    @cached_property
    def cores(self) -> Mapping[str, tuple[Match, ...]]:
        """Every spelling without its generic words."""
        return {self._core(key): matches for key, matches in self.index.items()}

    def _core(self, key: str) -> str:
        words = key.split()
        while len(words) > 1 and self._is_affix(words[-1]):
            words.pop()
        while len(words) > 1 and self._is_affix(words[0]):
            words.pop(0)
        return " ".join(words)

    def _is_affix(self, word: str) -> bool:
        return word in self.kind or word in self.affixes

    def is_generic(self, printed: str) -> bool:
        """Whether a printed name begins or ends with a word of the registry's kind, such as *Region Atlantis*."""
        words = printed.casefold().split()
        return len(words) > 1 and (words[0] in self.kind or words[-1] in self.kind)

    def is_beside(self, printed: str) -> bool:
        """Whether a printed name is of those that stand beside the registry's, such as *Riket*, or their groups."""
        key = _key(_FOOTNOTE.sub("", printed))
        return key in self.beside or key.partition(" ")[0] in self.beside or self.group_of(printed) is not None

    def group_of(self, printed: str) -> Match | None:
        """The group that a printed name stands for, such as the county over its municipalities."""
        return load_registry(self.groups).match(printed) if self.groups else None


def folder() -> Path:
    """Where the shipped schemas lie: inside an installed package, else beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "shipped_schemas"
    return installed if installed.is_dir() else package.parent / "schemas"


@cache
def registry_names() -> tuple[str, ...]:
    """The names of the shipped registries, sorted."""
    return tuple(sorted(path.stem for path in (folder() / "registries").glob("*.csv")))


@cache
def load_registry(name: str) -> Registry:
    """A shipped registry. Raises UsageError for an unknown name, and as ``read_registry`` does."""
    return read_registry(name, _path(name), registry_text(name))


@cache
def registry_text(name: str) -> str:
    """The text of a shipped registry's file. Raises UsageError for an unknown name or what is not UTF-8."""
    try:
        return _path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{_path(name)}: not UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise UsageError(f"no registry {name!r}{suggested(name, registry_names())}") from error


def _path(name: str) -> Path:
    return folder() / "registries" / f"{name}.csv"


def read_registry(name: str, path: Path, text: str) -> Registry:
    """A registry from the text of its file.

    Raises UsageError, naming file and line, for a row without code or name, cells without a column, a day that is none,
    or a name or code that stands for two entities at one time.
    """
    head: dict[str, str] = {}
    entries: dict[RegistryEntry, int] = {}
    columns: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip('"').startswith("#"):
            # A spreadsheet that saved the file has quoted this line, or filled it up with empty cells.
            key, _, value = line.strip('",').lstrip("# ").partition(":")
            head[key.strip()] = value.strip()
        elif not columns:
            columns = _cells(line)
            _hold({"code", "name"} <= set(columns), path, number, "the columns code and name are needed")
        elif line.strip():
            entry = _entry(path, number, columns, _cells(line))
            _hold(entry not in entries, path, number, f"the same row as in line {entries.get(entry)}")
            entries[entry] = number
    return Registry(
        name,
        # The titles of the shipped registries stand among the messages.
        Message(title := head.get("title", name), title),
        head.get("source", ""),
        tuple(map(_key, _split(head.get("kind", ""), ","))),
        tuple(map(_key, _split(head.get("affixes", ""), ","))),
        frozenset(map(_key, _split(head.get("beside", ""), ","))),
        _split(head.get("required", ""), ","),
        head.get("groups", ""),
        tuple(entries),
        _index(path, entries, _names),
        _index(path, entries, _codes),
    )


def _cells(line: str) -> list[str]:
    import csv

    return [cell.strip() for cell in next(csv.reader([line]))]


def _entry(path: Path, number: int, columns: list[str], cells: list[str]) -> RegistryEntry:
    _hold(len(cells) <= len(columns), path, number, f"{len(cells)} cells under {len(columns)} columns")
    row = dict(zip(columns, cells, strict=False))
    _hold(bool(row["code"] and row.get("name")), path, number, "a row needs a code and a name")
    start, end = row.get("valid_from", ""), row.get("valid_to", "")
    for day in (start, end):
        _hold(_DAY.fullmatch(day) is not None, path, number, f"{day!r} is not a day, such as 2024-01-31")
    _hold(not end or start <= end, path, number, f"valid_to {end} is before valid_from {start}")
    short, aliases, codes = (_split(row.get(column, ""), "|") for column in ("short", "aliases", "codes"))
    return RegistryEntry(
        row["code"], row["name"], short, aliases, codes, row.get("group", ""), row.get("type", ""), start, end
    )


_Spelling = tuple[str, str, str]


def _index(
    path: Path, entries: Mapping[RegistryEntry, int], spellings: Callable[[RegistryEntry], Iterator[_Spelling]]
) -> dict[str, tuple[Match, ...]]:
    """What each spelling stands for, now and formerly."""
    index: dict[str, tuple[Match, ...]] = {}
    for entry, number in entries.items():
        for key, spelling, how in spellings(entry):
            known = index.get(key, ())
            if any(match.entry is entry for match in known):
                continue
            for match in known:
                other = f"{match.entry.name} (line {entries[match.entry]})"
                message = f"{spelling!r} names both {other} and {entry.name}"
                _hold(not _overlap(match.entry, entry), path, number, message)
            index[key] = (*known, Match(entry, how))
    return index


def _names(entry: RegistryEntry) -> Iterator[_Spelling]:
    """The key of each name of an entity, the name, and what kind of name it is."""
    for how, spellings in (("name", (entry.name,)), ("short", entry.short), ("variant", entry.aliases)):
        for spelling in spellings:
            yield _key(spelling), spelling, how


def _codes(entry: RegistryEntry) -> Iterator[_Spelling]:
    for code in (entry.code, *entry.codes):
        yield code, code, "code"


def _overlap(one: RegistryEntry, other: RegistryEntry) -> bool:
    return (not one.valid_to or other.valid_from <= one.valid_to) and (
        not other.valid_to or one.valid_from <= other.valid_to
    )


def _hold(true: bool, path: Path, number: int, message: str) -> None:
    if not true:
        raise UsageError(f"{path}:{number}: {message}")


def _split(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def _key(printed: str) -> str:
    return _NOISE.sub(" ", printed.casefold()).strip()
