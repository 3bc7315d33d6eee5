"""The sums that labels state: *A (1 to 3)*, *Total (I+II)*, *IHP = HA + ON*, *3 = 1 - 2*."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_NAME = r"[^\W_]+(?:\.[^\W_]+)*"
_HEAD = re.compile(rf"\s*\(?({_NAME})[.):]*(?:\s|$)")
_TAIL = re.compile(rf"\(({_NAME})\)\s*$")
# What stands in brackets, or behind a sign of equality, with a sign in it.
_STATED = re.compile(r"(?:\(([^()=]*)\)|=(.+))\s*$")
_OPERAND = re.compile(rf"\s*([+\-−–&])?\s*\(?({_NAME})\)?\s*")
_RANGE = re.compile(
    rf"\s*\(?({_NAME})\)?\s*(?:to|till|til|t\.o\.m\.|bis|à|al|do|tot|-|–|−|\.\.\.?|…)\s*\(?({_NAME})\)?\s*"
)
_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv"
_ROMAN = {name: number for number, name in enumerate(_NUMERALS.split(), start=1)}
_WIDEST = 40


class StatedSum(NamedTuple):
    """``total`` is the sum of ``parts``, all indices of labels."""

    total: int
    parts: tuple[int, ...]


def stated_sums(labels: Sequence[str]) -> list[StatedSum]:
    """The sums that labels state of each other. A difference is turned into a sum; what is not a label makes no sum.

    ``(1-3)`` may be a range or a difference: both are given.
    """
    stated = [(place, match) for place, label in enumerate(labels) if (match := _STATED.search(label[:200]))]
    if not stated:
        return []
    places = _places(labels)
    found: list[StatedSum] = []
    for place, match in stated:
        text = match.group(1) or match.group(2) or ""
        for parts, taken in (*_range(text, place, places), *_operands(text, place, places)):
            whole, rest = (parts[0], (place, *taken)) if taken and len(parts) == 1 else (place, parts)
            if (taken and len(parts) > 1) or len(rest) < 2 or len({whole, *rest}) <= len(rest):
                continue
            found.append(StatedSum(whole, tuple(sorted(rest))))
    return list(dict.fromkeys(found))


def _places(labels: Sequence[str]) -> dict[str, list[int]]:
    """Where labels stand, by their number or letter, by what stands before a sign of equality, and as a whole."""
    places: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        folded = label[:200].casefold()
        names = {folded.strip(), folded.split("=")[0].strip(" .:()")}
        names |= {match.group(1) for pattern in (_HEAD, _TAIL) if (match := pattern.search(folded))}
        for name in names:
            if name:
                places.setdefault(name, []).append(place)
    return places


def _find(name: str, place: int, places: dict[str, list[int]]) -> int | None:
    """The nearest label of a name: before ``place``, or else behind it."""
    known = [other for other in places.get(name.casefold(), ()) if other != place]
    at = bisect_left(known, place)
    return known[at - 1] if at else known[0] if known else None


def _range(text: str, place: int, places: dict[str, list[int]]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The parts of ``1 to 3``, ``A-D`` or ``I–IV``."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return
    first, last = (name.casefold() for name in match.groups())
    names: Sequence[str] = ()
    if first.isdecimal() and last.isdecimal() and int(first) < int(last) <= int(first) + _WIDEST:
        names = [str(number) for number in range(int(first), int(last) + 1)]
    elif first in _ROMAN and last in _ROMAN:
        names = [name for name, number in _ROMAN.items() if _ROMAN[first] <= number <= _ROMAN[last]]
    elif len(first) == len(last) == 1 and "a" <= first < last <= "z":
        names = [chr(number) for number in range(ord(first), ord(last) + 1)]
    parts = [_find(name, place, places) for name in names]
    known = tuple(part for part in parts if part is not None)
    # Of two neighbours a dash makes a difference.
    if len(known) == len(parts) and (len(known) > 2 or (known and text.strip(" ()").replace(" ", "").isalnum())):
        yield known, ()


def _operands(text: str, place: int, places: dict[str, list[int]]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """What ``1 + 2``, ``I+II`` or ``HA - ON`` adds, and what it takes."""
    added: list[int] = []
    taken: list[int] = []
    at = 0
    while at < len(text):
        match = _OPERAND.match(text, at)
        if match is None or (at and not match.group(1)):
            return
        part = _find(match.group(2), place, places)
        if part is None:
            return
        (added if match.group(1) in (None, "+", "&") else taken).append(part)
        at = match.end()
    if len(added) + len(taken) > 1:
        yield tuple(added), tuple(taken)
