"""Whether the gap between a total and its parts is one that a slip of a typist leaves.

A slip in one figure (a digit struck for another, left out, put in, or two swapped: the kinds that Scholtus (2009, Statistics
Netherlands, discussion paper 09046) counted) leaves few gaps; whatever else keeps a sum from holding, such as a part that is not printed,
leaves any. The share of gaps of its size that slips leave says how much it tells that this one is among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

# Longer figures are no money; to try all their slips would take long.
_MOST_DIGITS = 18
_MOST_FIGURES = 100


def explain_gap(gap: int, slack: int, figures: Iterable[tuple[int, int]]) -> Fraction | None:
    """The share of gaps of about this size that one slip leaves, or None where none leaves this one.

    ``gap`` is the total less its parts, ``slack`` what rounding explains of it, ``figures`` are those that may be mistyped: the
    total and its parts taken away, each with the worth of one in its last place, all in one unit.
    """
    size, step, leaves = abs(gap), 0, set[int]()
    for number, (figure, unit) in enumerate(figures):
        if number == _MOST_FIGURES or not unit:
            return None
        step = min(step, unit) if step else unit
        sign = -1 if figure < 0 else 1
        leaves.update(sign * (abs(figure) - each * unit) for each in _mistaken(abs(figure) // unit))
    if not step or not any(abs(gap - each) <= slack for each in leaves):
        return None
    alike = sum(1 for each in leaves if size <= 2 * abs(each) <= 4 * size)
    return min(Fraction(1), Fraction(alike * (2 * slack + step), 3 * size + step))


def _mistaken(figure: int) -> Iterator[int]:
    """What a figure may have been meant as, if one slip made it what it is."""
    digits = str(figure)
    if len(digits) > _MOST_DIGITS:
        return
    for at in range(len(digits) + 1):
        before, after = digits[:at], digits[at:]
        for digit in "0123456789":
            yield int(before + digit + after)
            if after:
                yield int(before + digit + after[1:])
        if len(digits) > 1 and after:
            yield int(before + after[1:])
        if len(after) > 1:
            yield int(before + after[1] + after[0] + after[2:])
