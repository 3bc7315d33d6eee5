"""Registries of names: which entities there are, what they are called, and what people print instead.

A registry is a CSV file in ``schemas/registries/`` with its title, its generic words and its source in comment
lines, so that a name that is wrong is corrected in one place, in any editor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from reconcile.settings import UsageError

_NOISE = re.compile(r"[\s/,.\-–\u00a0]+")
_FOOTNOTE = re.compile(r"[\s\d*)(\u00b9\u00b2\u00b3†]+$")
# How much of a table must be the registry's, and of the registry in the table, before its absences are remarkable.
_SHARE_OF_ROWS, _SHARE_OF_REGISTRY = 0.6, 0.8
_NEAR = 85.0


class Entry(NamedTuple):
    """One entity: its code, its official name, its area's name (such as the county), and how else it is written."""

    code: str
    name: str
    area: str
    short: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


class Match(NamedTuple):
    """What a printed name stands for. ``how`` is ``name``, ``short``, ``variant`` or ``near`` (then with a score to 100)."""

    entry: Entry
    how: str
    score: float = 100.0


@dataclass(frozen=True, slots=True)
class Registry:
    """A closed set of entities. ``group`` are its generic words, such as *region* or *län*."""

    name: str
    title: str
    source: str
    group: tuple[str, ...]
    entries: tuple[Entry, ...]
    index: Mapping[str, Match]

    def match(self, printed: str) -> Match | None:
        """The entity that a printed name stands for, exactly as the registry knows it, or with a genitive s."""
        key = _key(_FOOTNOTE.sub("", printed) or printed)
        found = self.index.get(key)
        if found is None and key.endswith("s"):
            found = self.index.get(key[:-1])
        return found

    def nearest(self, printed: str) -> Match | None:
        """The entity whose name is nearest to a printed one that is none of them, or None where nothing is near.

        Generic words are left out of the comparison: *Region Öland* shares most of its letters with any region.
        """
        from rapidfuzz import fuzz, process

        key = self._core(_key(printed))
        if len(key) < 4:
            return None
        cores = {self._core(known): match for known, match in self.index.items()}
        best = process.extractOne(key, cores.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
        return None if best is None else Match(cores[best[0]].entry, "near", float(best[1]))

    def _core(self, key: str) -> str:
        return " ".join(word for word in key.split() if word not in self.group) or key

    def is_generic(self, printed: str) -> bool:
        """Whether a printed name begins or ends with one of the registry's generic words, such as *Region Atlantis*."""
        words = printed.casefold().split()
        return len(words) > 1 and (words[0] in self.group or words[-1] in self.group)


@dataclass(frozen=True, slots=True)
class Names:
    """A table's rows recognised in a registry: matches by row, rows of other names, and entities that are absent."""

    registry: Registry
    matches: Mapping[int, Match]
    strangers: tuple[int, ...]
    absent: tuple[Entry, ...]
    complete: bool


def folder() -> Path:
    """Where the shipped schemas lie: inside an installed package, else beside it in a checkout."""
    installed = Path(__file__).parent / "shipped_schemas"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "schemas"


@cache
def registry_names() -> tuple[str, ...]:
    """The names of the shipped registries, sorted."""
    return tuple(sorted(path.stem for path in (folder() / "registries").glob("*.csv")))


@cache
def load_registry(name: str) -> Registry:
    """A shipped registry. Raises UsageError for an unknown name or a name that stands for two entities."""
    path = folder() / "registries" / f"{name}.csv"
    import csv

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"no registry {name!r}; known are {', '.join(registry_names())}") from error
    head = dict(line[2:].partition(": ")[::2] for line in lines if line.startswith("# ") and ": " in line)
    entries = tuple(
        Entry(row["code"], row["name"], row["county"], _split(row["short"]), _split(row["variants"]))
        for row in csv.DictReader(line for line in lines if not line.startswith("#"))
    )
    index: dict[str, Match] = {}
    for entry in entries:
        for how, spellings in (
            ("name", (entry.name,)), ("short", entry.short), ("variant", (entry.area, *entry.variants)),
        ):  # fmt: skip
            for spelling in spellings:
                known = index.setdefault(_key(spelling), Match(entry, how))
                if known.entry is not entry:
                    raise UsageError(f"{path}: {spelling!r} names both {known.entry.name} and {entry.name}")
    group = tuple(word.strip() for word in head.get("group", "").split(",") if word.strip())
    return Registry(name, head.get("title", name), head.get("source", ""), group, entries, index)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _key(printed: str) -> str:
    return _NOISE.sub(" ", printed.casefold()).strip()


def _matches(registry: Registry, labels: Mapping[int, str]) -> dict[int, Match]:
    """The labels that a registry knows; none where more are strangers than a table of its names may have."""
    matches: dict[int, Match] = {}
    most = (1 - _SHARE_OF_ROWS) * len(labels) + 1
    for seen, (row, label) in enumerate(labels.items()):
        found = registry.match(label)
        if found is not None:
            matches[row] = found
        elif seen - len(matches) > most:
            return {}
    return matches


def recognise_names(labels: Mapping[int, str]) -> Names | None:
    """Recognise row labels (by row index) as the entities of a registry, or None where they are of no registry.

    At least 60 % of the labels and three of them must be known names. ``complete`` says that at least 80 % of
    the registry is there, so that the table means to list it all.
    """
    best: Names | None = None
    for name in registry_names():
        registry = load_registry(name)
        matches = _matches(registry, labels)
        if len(matches) < 3 or len(matches) < _SHARE_OF_ROWS * len(labels):
            continue
        if best is not None and len(best.matches) >= len(matches):
            continue
        present = {match.entry for match in matches.values()}
        absent = tuple(entry for entry in registry.entries if entry not in present)
        strangers = tuple(row for row in labels if row not in matches)
        complete = len(present) >= _SHARE_OF_REGISTRY * len(registry.entries)
        best = Names(registry, matches, strangers, absent, complete)
    return best
