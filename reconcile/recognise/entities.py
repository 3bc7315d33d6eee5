"""Which registry a table's rows belong to, and what is absent from it there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import cache

from reconcile.core.messages import say
from reconcile.recognise.registries import Match, Registry, RegistryEntry, load_registry, registry_names, registry_text

# How many of a table's rows must be the registry's, and how much of a registry may be absent from a table that means
# to list it all. Of a small one, one may always be.
_SHARE_OF_ROWS, _SHARE_ABSENT = 0.6, 0.1
# Of a long table so many labels tell of which registries it may be.
_LOOKED_AT = 1_000
_FEWEST = 3
_FEW = 2
_WORD = re.compile(r"[^\W\d]+")
# A table says by its spelling which of two registries it means: "Skåne län" is a county, "Region Skåne" a region.
_FORMS = {"name": 3, "short": 2, "code": 2, "variant": 1}


@dataclass(frozen=True, slots=True)
class EntityMatches:
    """A table's rows recognised in a registry as it was on ``day`` (empty: as it is).

    ``matches`` by row, rows of other names, and entities that are absent from ``held``, which is what the table is
    held to list: the registry, or the one group that all its rows are of (``grouped``). ``complete`` says that it
    means to list that.
    """

    registry: Registry
    matches: Mapping[int, Match]
    strangers: tuple[int, ...]
    absent: tuple[RegistryEntry, ...]
    complete: bool
    held: tuple[RegistryEntry, ...] = ()
    grouped: bool = False
    day: str = ""

    def nearest(self, printed: str) -> Match | None:
        """The entity whose name is nearest to a printed one, or None where nothing is near."""
        return self.registry.nearest(printed, self.day)

    @property
    def half_present(self) -> bool:
        """Whether at least half of a whole registry is there."""
        return not self.grouped and 2 * len(self.absent) <= len(self.held)

    @property
    def whole(self) -> str:
        """What the table is held to list, in words: the registry's title, or how many it has in the one group."""
        if not self.grouped:
            return self.registry.title
        group = self.held[0].group
        match = self.registry.group_of(group)
        return say("the {count} in {group} among {registry}", count=len(self.held),
                   group=match.entry.name if match else group, registry=self.registry.title)  # fmt: skip

    @property
    def few_absent(self) -> bool:
        """Whether so few are absent that it is remarkable even without a total that misses them.

        Surveys and lists of those concerned lack three or more, and mean it.
        """
        return len(self.absent) <= min(_FEW, _SHARE_ABSENT * len(self.held))


def recognise_names(labels: Mapping[int, str]) -> EntityMatches | None:
    """Recognise row labels (by row index) as the entities of a registry, or None where they are of no registry.

    At least 60 % of the labels and three entities must be known. Of several registries, and of the states that one
    has had over the years, the one with most rows has the table, then the one whose own spelling the rows have, then
    the one that comes first, today's state before former ones.
    """
    best: tuple[int, int] = (0, 0)
    found: tuple[Registry, str, tuple[RegistryEntry, ...], dict[int, Match]] | None = None
    for registry in _possible(tuple(labels.values())):
        known = _known(registry, labels)
        if len(known) < max(_FEWEST, _SHARE_OF_ROWS * len(labels)):
            continue
        for day, entries in registry.vintages():
            at = {row: match for row, each in known.items() for match in each if match.entry.valid(day)}
            if len(at) < _SHARE_OF_ROWS * len(labels) or len({match.entry for match in at.values()}) < _FEWEST:
                continue
            score = len(at), sum(_FORMS[match.how] for match in at.values())
            if score > best:
                best, found = score, (registry, day, entries, at)
    return None if found is None else _names(labels, *found)


def _names(
    labels: Mapping[int, str],
    registry: Registry,
    day: str,
    entries: tuple[RegistryEntry, ...],
    matches: dict[int, Match],
) -> EntityMatches:
    present = {match.entry for match in matches.values()}
    held, grouped = _held(registry, entries, present)
    absent = tuple(entry for entry in held if entry not in present)
    complete = len(absent) <= max(1, _SHARE_ABSENT * len(held)) and len(held) > _FEWEST
    strangers = tuple(row for row in labels if row not in matches)
    return EntityMatches(registry, matches, strangers, absent, complete, held, grouped, day)


def _held(
    registry: Registry, entries: Sequence[RegistryEntry], present: set[RegistryEntry]
) -> tuple[tuple[RegistryEntry, ...], bool]:
    """What a table with these entities is held to list: those of its one group, else those of the types required.

    A type that is left out as a whole (Alaska and Hawaii, where the contiguous states are meant) is not missed.
    """
    groups = {entry.group for entry in present}
    if len(groups) == 1 and groups != {""}:
        return tuple(entry for entry in entries if entry.group in groups), True
    if not registry.required:
        return tuple(entries), False
    types = {entry.type for entry in present} & set(registry.required)
    return tuple(entry for entry in entries if entry.type in types), False


def _known(registry: Registry, labels: Mapping[int, str]) -> dict[int, tuple[Match, ...]]:
    """What the labels may stand for, by row; given up as soon as too many stand for nothing.

    A bare number is a code in a code column only: as a label it is a year or a month.
    """
    known: dict[int, tuple[Match, ...]] = {}
    misses = 0
    for row, label in labels.items():
        matches = () if label.strip().isdigit() else registry.candidates(label)
        if matches:
            known[row] = matches
            continue
        misses += 1
        if misses > _allowed(labels):
            break
    return known


def _allowed(labels: Sized) -> float:
    return len(labels) - _SHARE_OF_ROWS * len(labels)


def _possible(labels: Sequence[str]) -> Iterator[Registry]:
    """The registries whose file holds a word of enough labels; only those are parsed, as most tables are of none."""
    labels = labels[:_LOOKED_AT]
    longest = [max(_WORD.findall(label.casefold()), key=len, default="") for label in labels]
    enough = len(labels) - _allowed(labels)
    for name, words in _words():
        if sum(word in words or word.removesuffix("s") in words for word in longest) >= enough:
            yield load_registry(name)


@cache
def _words() -> tuple[tuple[str, frozenset[str]], ...]:
    """The registries with all words of their files, in lower case, in the order that decides where two fit equally well.

    That order is a number in the comment ``order`` of the file; a file without one comes after those.
    """
    texts = [(name, registry_text(name)) for name in registry_names()]
    texts.sort(key=lambda each: (each[1].partition("\n# order: ")[2].partition("\n")[0] or "9", each[0]))
    return tuple((name, frozenset(_WORD.findall(text.casefold()))) for name, text in texts)
