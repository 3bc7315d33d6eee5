"""How people mistype figures: the kinds of slips with their weights, and how likely a printed figure is a slip of another.

The weights are shares of all slips. Scholtus (2009) counted in 4 381 real survey records 112 digits substituted, 15 left out, 14 pairs
interchanged and 11 added; they share what the rarer kinds leave, for which no counts are published and which are our guesses. They only
order rivals that all make the sums tie, so a weight that is off by half moves a probability, not a proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from reconcile.core.amounts import Amount
from reconcile.core.decimals import rescale
from reconcile.core.messages import say

SUBSTITUTION, OMISSION, TRANSPOSITION, INSERTION = (
    say("digit substituted"),
    say("digit left out"),
    say("digits swapped"),
    say("digit added"),
)
TWO_DIGITS, GROUP_LOST, GROUP_TWICE, GROUPS_SWAPPED = (
    say("two digits substituted"),
    say("group lost"),
    say("group doubled"),
    say("groups swapped"),
)
SIGN, DECIMAL_MARK, UNIT, GLUED = (
    say("sign lost"),
    say("decimal mark lost or moved"),
    say("unit slip"),
    say("mark glued on"),
)
COPIED, COUNTED_TWICE, STALE, MISSING = (
    say("copied from its neighbour"),
    say("counted twice"),
    say("stale total"),
    say("row missing"),
)
WEIGHTS: dict[str, float] = {
    # Scholtus (2009): 112, 15, 14 and 11 of 152, of three quarters of all.
    SUBSTITUTION: 0.55,
    OMISSION: 0.075,
    TRANSPOSITION: 0.07,
    INSERTION: 0.055,
    # Guesses. Separators misplaced, dropped, doubled or of another kind leave the value alone: see ``writing.py``.
    TWO_DIGITS: 0.04,
    GROUP_LOST: 0.02,
    GROUP_TWICE: 0.01,
    GROUPS_SWAPPED: 0.015,
    SIGN: 0.02,
    DECIMAL_MARK: 0.015,
    UNIT: 0.015,
    GLUED: 0.01,
    # Of rows and totals as a whole. Two rows swapped leave every sum of their column alone: see R602.
    COPIED: 0.02,
    COUNTED_TWICE: 0.01,
    STALE: 0.03,
    MISSING: 0.03,
}
# A strange writing says that something happened to this figure, and a sound one of several groups that nothing was put into the later ones.
_SUSPICIOUS, _SOUND = 50.0, 0.1
# A finger lands on a neighbour, in the row above the letters or on a keypad; a reader takes a digit for one that looks like it.
_LIKELY = "12 23 34 45 56 67 78 89 90", "14 25 36 47 58 69 01 02", "38 17 56 06 08 35 68 49"
_TAKEN_FOR_EACH_OTHER = {frozenset(pair) for pairs in _LIKELY for pair in pairs.split()}
# How many times likelier that is than any other; no counts are published.
_SOONER = 3.0
# Every other digit that is added doubles its neighbour, which counts at both its places.
_DOUBLED, _ADDED = 0.3, 0.05
_DIGITS = "0123456789"
# No money has more digits; longer figures are not looked at.
_MOST_DIGITS = 40


class Typo(NamedTuple):
    """How a figure may have been mistyped, and how likely that is among all slips: a probability per figure."""

    kind: str
    weight: float


def _confusions() -> dict[tuple[str, str], float]:
    """How likely each digit (first) is printed as each other (second), given that it is substituted."""
    found: dict[tuple[str, str], float] = {}
    for meant in _DIGITS:
        odds = {}
        for printed in _DIGITS.replace(meant, ""):
            odds[printed] = _SOONER if frozenset((meant, printed)) in _TAKEN_FOR_EACH_OTHER else 1.0
        found |= {(meant, printed): value / sum(odds.values()) for printed, value in odds.items()}
    return found


_CONFUSED = _confusions()


def is_suspicious(amount: Amount) -> bool:
    """Whether the writing of an amount is strange: groups that no notation has, letters for digits, marks glued on."""
    return bool(amount.fault or amount.glued)


def find_slip(amount: Amount, value: Decimal) -> Typo | None:
    """How ``value`` may have come to be printed as ``amount``, or None if no one slip does that.

    Where several kinds do, their weights add up, and the kind is that of the likeliest.
    """
    if value == amount.value:
        return None
    found: dict[str, float] = {}
    for kind, share in _slips(amount, value):
        found[kind] = found.get(kind, 0.0) + share * WEIGHTS[kind]
    if not found:
        return None
    weight = sum(found.values()) * (_SUSPICIOUS if is_suspicious(amount) else 1.0)
    return Typo(max(found, key=lambda kind: found[kind]), weight)


def _slips(amount: Amount, value: Decimal) -> Iterator[tuple[str, float]]:
    """Each way in which ``value`` may be printed as ``amount``, with its share of its kind."""
    if value == amount.value.copy_negate():
        yield SIGN, 1.0
        return
    if (value < 0) != (amount.value < 0) or not amount.value or not value:
        return
    meant, printed = _digits(amount, value), _digits(amount, amount.value)
    if not printed:
        return
    yield from _powers(amount, value)
    if not meant:
        return
    gap = len(meant) - len(printed)
    if 0 <= gap <= 2:
        yield from _swapped(meant, printed)
    if gap == 0:
        yield from _replaced(meant, printed)
    elif gap == 1:
        sound = _share_of_later_groups(amount)
        for place in range(len(meant)):
            if meant[:place] + meant[place + 1 :] == printed:
                yield OMISSION, (1.0 if place == 0 else sound) / len(meant)
    elif gap == -1:
        yield from _added(amount, meant, printed)
    if gap >= 1:
        yield from _groups_lost(meant, printed)
    elif -3 <= gap <= -1:
        yield from _groups_twice(meant, printed)


def _digits(amount: Amount, value: Decimal) -> str:
    """The digits of a value in units of the last place that ``amount`` is printed to, '' where it is no whole number of them, or too long."""
    scaled = rescale(value.copy_abs(), amount.decimals - amount.unit.exponent)
    if scaled.adjusted() > _MOST_DIGITS:
        return ""
    whole = int(scaled)
    # 0,09 is printed with its noughts, and 5,09 is one digit away from it.
    return str(whole).zfill(amount.decimals + 1) if whole == scaled and whole else str(whole) if whole == scaled else ""


def _share_of_later_groups(amount: Amount) -> float:
    """How much less likely a digit was lost or added behind the first of several sound groups: it would show."""
    return _SOUND if len(amount.sizes) > 1 and amount.fault is None else 1.0


def _powers(amount: Amount, value: Decimal) -> Iterator[tuple[str, float]]:
    for power in (1, 2):
        # 12,50 printed 1250, or 125,0 printed 12,50; a figure without decimals is never too small by a lost mark.
        if value == rescale(amount.value, -power) or (amount.decimals and value == rescale(amount.value, power)):
            yield DECIMAL_MARK, 0.25
    if value in (rescale(amount.value, 3), rescale(amount.value, -3)):
        yield UNIT, 0.5


def _replaced(meant: str, printed: str) -> Iterator[tuple[str, float]]:
    size = len(meant)
    unlike = [place for place in range(size) if meant[place] != printed[place]]
    if len(unlike) == 1:
        yield SUBSTITUTION, _CONFUSED[meant[unlike[0]], printed[unlike[0]]] / size
    elif len(unlike) == 2:
        first, second = unlike
        if second == first + 1 and meant[first] == printed[second] and meant[second] == printed[first]:
            yield TRANSPOSITION, 1.0 / (size - 1)
        chance = _CONFUSED[meant[first], printed[first]] * _CONFUSED[meant[second], printed[second]]
        yield TWO_DIGITS, chance * 2 / (size * (size - 1))


def _swapped(meant: str, printed: str) -> Iterator[tuple[str, float]]:
    groups = _groups(meant)
    for place in range(len(groups) - 1):
        swapped = [*groups[:place], groups[place + 1], groups[place], *groups[place + 2 :]]
        if groups[place] != groups[place + 1] and "".join(swapped).lstrip("0") == printed:
            yield GROUPS_SWAPPED, 1.0 / (len(groups) - 1)


def _added(amount: Amount, meant: str, printed: str) -> Iterator[tuple[str, float]]:
    sound = _share_of_later_groups(amount)
    for place in range(len(printed)):
        if printed[:place] + printed[place + 1 :] == meant:
            doubled = printed[place] in (printed[place - 1 : place], printed[place + 1 : place + 2])
            yield INSERTION, (_DOUBLED if doubled else _ADDED) * (1.0 if place == 0 else sound) / len(printed)
    if printed[:-1] == meant and printed[-1] != "0":
        yield GLUED, sound / 9


def _groups(digits: str) -> list[str]:
    """Digits in groups of three from the right."""
    first = len(digits) % 3 or 3
    return [digits[:first], *(digits[start : start + 3] for start in range(first, len(digits), 3))]


def _groups_lost(meant: str, printed: str) -> Iterator[tuple[str, float]]:
    groups = _groups(meant)
    for place in range(len(groups)):
        # Noughts that would lead are lost with the group.
        if "".join(groups[:place] + groups[place + 1 :]).lstrip("0") == printed:
            yield GROUP_LOST, 1.0 / len(groups)


def _groups_twice(meant: str, printed: str) -> Iterator[tuple[str, float]]:
    groups = _groups(meant)
    for place in range(len(groups)):
        if "".join([*groups[: place + 1], *groups[place:]]) == printed:
            yield GROUP_TWICE, 1.0 / len(groups)


def list_values(amount: Amount) -> list[Decimal]:
    """All values that are one slip away from an amount, each once; without those of two digits or of a lost group, which are thousands."""
    printed = _digits(amount, amount.value)
    if not amount.value or not printed:
        return []
    values = {amount.value.copy_negate(), *(rescale(amount.value, power) for power in (-3, -2, -1, 3))}
    if amount.decimals:
        values |= {rescale(amount.value, power) for power in (1, 2)}
    shift = amount.unit.exponent - amount.decimals
    for digits in set(_rewritten(printed)):
        if digits and (digits[0] != "0" or len(digits) <= amount.decimals + 1):
            value = rescale(Decimal(digits), shift)
            values.add(value.copy_negate() if amount.value < 0 else value)
    values -= {amount.value, Decimal(0)}
    return sorted(values)


def _rewritten(printed: str) -> Iterator[str]:
    size = len(printed)
    for place in range(size):
        before, here, after = printed[:place], printed[place], printed[place + 1 :]
        yield before + after
        for digit in _DIGITS:
            yield before + digit + after
            yield before + digit + here + after
        if after:
            yield before + after[0] + here + after[1:]
    for digit in _DIGITS:
        yield printed + digit
    groups = _groups(printed)
    if len(groups) > 1:
        # A first group of one or two digits has been swapped to behind three.
        yield printed[3 : 3 + len(groups[0])] + printed[:3] + printed[3 + len(groups[0]) :]
    for place in range(1, len(groups) - 1):
        yield "".join([*groups[:place], groups[place + 1], groups[place], *groups[place + 2 :]])
    for first, same in groupby(range(len(groups)), key=lambda place: groups[place]):
        if len(list(same)) > 1:
            place = groups.index(first)
            yield "".join(groups[:place] + groups[place + 1 :])


# Of slips in a figure, those of one digit or two neighbours, a lost sign, and one that cuts the figure off at a separator.
_ONE_DIGIT, _SIGN_LOST, _CUT, _MOVED = 0.9, 0.04, 0.04, 0.02


def share_of_slips(meant: int, printed: int, places: int = 0) -> float:
    """Return the share of all slips that make ``printed`` of a figure which make it of ``meant``; 0 if none does.

    Both are whole numbers of the figure's last place; so many ``places`` are decimals. A digit replaced, left out, added or swapped with its neighbour, a sign lost, and a
    figure cut off behind a separator or moved by powers of ten are slips.
    """
    if meant == printed:
        return 0.0
    if meant == -printed:
        return _SIGN_LOST
    if (meant < 0) != (printed < 0) and meant and printed:
        return 0.0
    told, wanted = str(abs(printed)).zfill(places + 1), str(abs(meant)).zfill(places + 1)
    if len(told) > _MOST_DIGITS or abs(len(told) - len(wanted)) > _LONGEST_CUT:
        return 0.0
    if _is_one_digit(told, wanted):
        return _ONE_DIGIT / (20 * len(told) + 10)
    longer, shorter = (wanted, told) if len(wanted) > len(told) else (told, wanted)
    if longer.startswith(shorter) and not longer[len(shorter) :].strip("0"):
        return _MOVED / 6
    if len(wanted) - len(told) in (3, 6) and wanted.startswith(told):
        return _CUT / float(10 ** (len(wanted) - len(told)))
    if abs(len(wanted) - len(told)) == _GROUP:
        # A group that is there twice can only be one of a few; one that was lost may have been any of a thousand.
        groups = {longer[:at] + longer[at + _GROUP :] for at in range(len(longer) - _GROUP + 1)}
        if shorter in groups:
            return _CUT / len(longer) if longer == told else _CUT / 1000 / len(longer)
    return 0.0


_LONGEST_CUT, _GROUP = 6, 3


def _is_one_digit(told: str, wanted: str) -> bool:
    """Return True if two figures differ by one digit replaced, left out or added, or by two neighbours swapped."""
    size = len(told)
    start = 0
    while start < min(size, len(wanted)) and told[start] == wanted[start]:
        start += 1
    if size == len(wanted):
        rest, other = told[start:], wanted[start:]
        return rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    if size + 1 == len(wanted):
        return told[start:] == wanted[start + 1 :]
    return size == len(wanted) + 1 and told[start + 1 :] == wanted[start:]
