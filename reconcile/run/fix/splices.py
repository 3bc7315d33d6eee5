"""Splices: stretches of bytes that are replaced while all others stay; and text that is spread over several pieces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from reconcile.core.findings import Edit
from reconcile.core.messages import Message, say


class NotEditableError(Exception):
    """An edit cannot be carried out; says why in words that follow the place."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


class Splice(NamedTuple):
    """Replace ``start`` to ``end`` (bytes, end exclusive) by ``new``; ``part`` names the part of an archive, or is ''."""

    part: str
    start: int
    end: int
    new: bytes


# Finds what an edit replaces: the edit, and the figure or name as printed where its place holds more than that.
Place = Callable[[Edit, str], list[Splice]]


def clash(splices: Iterable[Splice], others: Iterable[Splice]) -> bool:
    """Whether two edits meet at one place; the very same splice is no clash."""
    return any(
        one != other and one.part == other.part and one.start < max(other.end, other.start + 1)
        and other.start < max(one.end, one.start + 1)
        for one in splices for other in others
    )  # fmt: skip


def splice(data: bytes, splices: Iterable[Splice]) -> bytes:
    """``data`` with all ``splices`` of one part carried out; they do not overlap."""
    pieces, done = [], 0
    for _, start, end, new in sorted(set(splices)):
        pieces += [data[done:start], new]
        done = end
    return b"".join([*pieces, data[done:]])


def find_once(text: str, old: str) -> int:
    """Where ``old`` stands in ``text``, no digit before or behind it. Raises NotEditableError unless once."""
    found = [match.start() for match in re.finditer(rf"(?<!\d){re.escape(old)}(?!\d)", text)] if old else []
    if len(found) != 1:
        why = (
            say("“{old}” stands there more than once", old=old) if found else say("“{old}” is not found there", old=old)
        )
        raise NotEditableError(why)
    return found[0]


def spread(pieces: Sequence[str], old: str, new: str) -> dict[int, str]:
    """Replace ``old`` in the text that ``pieces`` make: the pieces that change, by number.

    The first piece that ``old`` touches gets all of ``new``, so that it is written as its beginning was; from the others it
    is cut. Raises NotEditableError where ``old`` does not stand there exactly once.
    """
    start = find_once("".join(pieces), old)
    end = start + len(old)
    changed: dict[int, str] = {}
    offset = 0
    for number, piece in enumerate(pieces):
        left, right = max(start - offset, 0), min(end - offset, len(piece))
        if left < right:
            changed[number] = piece[:left] + ("" if changed else new) + piece[right:]
        offset += len(piece)
    return changed
