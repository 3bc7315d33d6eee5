"""Two slips at once: changes of figures, each of one slip, that make all equations of a break tie together.

A change is known by its effect: by how much it moves the difference of each equation. Pairs are found by looking up what one leaves
among the effects of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from reconcile.core.decimals import ZERO, subtract
from reconcile.equate.equation import Key

# A figure and the value that it should have.
Candidate = tuple[Key, Decimal]
Effect = frozenset[tuple[int, Decimal]]
Effects = Mapping[Effect, Sequence[Candidate]]
Wanted = Mapping[int, Decimal]


def find_pairs(effects: Effects, wanted: Wanted) -> Iterator[tuple[Candidate, ...]]:
    """Two figures with the values that together move every difference by what is wanted, and no other."""
    seen: set[Effect] = set()
    for effect, firsts in effects.items():
        moved = dict(effect)
        rest = {n: subtract(wanted.get(n, ZERO), moved.get(n, ZERO)) for n in {*wanted, *moved}}
        other = frozenset((n, change) for n, change in rest.items() if change)
        if other not in effects or other in seen:
            continue
        seen.add(effect)
        yield from ((one, two) for one in firsts for two in effects[other] if one[0] != two[0])
