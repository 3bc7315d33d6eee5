"""Numbers as a spreadsheet prints them: an exact value and its number format give text.

The language of the reader's program is unknown, so the decimal mark is a point and groups stand a space apart.
Dates and fractions are no matter of this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

# Wide enough for every binary float in full; the digits of larger numbers are printed as they are.
_WIDE = Context(prec=700, rounding=ROUND_HALF_UP)
_LARGEST = 300
# Spreadsheets compute with fifteen digits; what a binary float holds beyond them is noise.
_PRECISE = Context(prec=15, rounding=ROUND_HALF_UP)
_TOKEN = re.compile(r'"([^"]*)"?|\\(.)|_(.)|\*(.)|\[([^\]]*)\]|([Ee][+-])|(General)|(.)', re.DOTALL | re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_DIGITS = frozenset("0#?")


class _Section(NamedTuple):
    """One of a format's parts. ``whole`` and ``decimals`` hold placeholders, and literals marked by a leading quote."""

    whole: tuple[str, ...] = ()
    decimals: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    grouped: bool = False
    exponent: int = 0
    scientific: int = 0
    general: bool = False
    condition: tuple[str, Decimal] | None = None


def print_number(value: Decimal, format: str) -> str:
    """``value`` as ``format`` (in the notation that files store, such as ``#,##0.00``) prints it."""
    if not value.is_finite() or value.adjusted() > _LARGEST or value.adjusted() < -_LARGEST:
        return str(value)
    sections = _read_format(format[:500])
    section, signed = _choose(sections, value)
    if section.general:
        text = print_plain(value if signed else value.copy_abs())
        return f"{section.before}{text}{section.after}".strip()
    if not section.whole and not section.decimals:
        return (section.before + section.after).strip()
    text, nil = _fill(section, value.copy_abs())
    sign = "-" if signed and value < 0 and not nil else ""
    return f"{sign}{section.before.lstrip()}{text}{section.after}".strip()


def whole_number_writer(format: str) -> Callable[[str], str] | None:
    """What prints the digits of a whole number above nought as ``format`` does; None for formats that do more to it.

    It is for the commonest formats only (``General``, ``0``, ``#,##0``, ``#,##0.00``), which large sheets are full of.
    """
    sections = _read_format(format[:500])
    section = sections[0]
    if section == _Section(general=True):
        return str
    zeros = "0" * len(section.decimals)
    bare = section._replace(whole=(), decimals=(), grouped=False) == _Section()
    if not bare or any(other.condition for other in sections) or section.decimals != tuple(zeros):
        return None
    if section.whole[-1:] != ("0",) or set(section.whole[:-1]) - {"#"}:
        return None
    tail = f".{zeros}" if zeros else ""
    if section.grouped:
        return lambda digits: f"{int(digits):,}".replace(",", " ") + tail
    return lambda digits: digits + tail


def print_plain(value: Decimal) -> str:
    """``value`` without any format: whole numbers in full, others to the fifteen digits that spreadsheets keep."""
    if not value.is_finite():
        return str(value)
    if value == value.to_integral_value():
        return f"{value.to_integral_value():f}" if value else "0"
    return f"{_PRECISE.plus(value):f}".rstrip("0").rstrip(".")


def _choose(sections: Sequence[_Section], value: Decimal) -> tuple[_Section, bool]:
    """The section that prints a value, and whether the sign is still to be written."""
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or _holds(section.condition, value):
                return section, True
        return _Section(general=True), True
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], True


def _holds(condition: tuple[str, Decimal], value: Decimal) -> bool:
    sign, bound = condition
    below, same = value < bound, value == bound
    return {
        "<": below, "<=": below or same, "=": same, "<>": not same, ">": not below and not same, ">=": not below
    }[sign]  # fmt: skip


@lru_cache(maxsize=512)
def _read_format(format: str) -> tuple[_Section, ...]:
    parts: list[list[tuple[str, str]]] = [[]]
    for match in _TOKEN.finditer(format):
        quoted, escaped, width, _fill_with, bracket, power, general, char = match.groups()
        if char == ";":
            parts.append([])
        elif general:
            parts[-1].append(("general", general))
        elif power:
            parts[-1].append(("power", power))
        elif bracket is not None:
            parts[-1].append(("bracket", bracket))
        elif char in _DIGITS or char in (".", ",", "%", "/", "@"):
            parts[-1].append(("mark", char))
        else:
            literal = next((text for text in (quoted, escaped, char) if text is not None), " " if width else "")
            parts[-1].append(("text", literal))
    return tuple(_read_section(part) for part in parts[:4])


def _read_section(tokens: Sequence[tuple[str, str]]) -> _Section:
    condition, plain = None, []
    for kind, text in tokens:
        if kind == "bracket":
            found = _CONDITION.fullmatch(text)
            if found:
                condition = (found.group(1), Decimal(found.group(2)))
            elif text.startswith("$"):
                # A currency sign with a language behind it: [$kr-41D].
                plain.append(("text", text[1:].partition("-")[0]))
        else:
            plain.append((kind, text))
    places = [i for i, (kind, text) in enumerate(plain) if kind == "mark" and text in _DIGITS]
    if any(kind == "general" or text in ("/", "@") for kind, text in plain if kind in ("general", "mark")):
        literals = [text if kind == "text" else "\0" for kind, text in plain if kind in ("text", "general")]
        before, _, after = "".join(literals).partition("\0")
        return _Section(general=True, before=before, after=after.replace("\0", ""), condition=condition)
    percents = sum(1 for kind, text in plain if (kind, text) == ("mark", "%"))
    outside = [text if kind == "text" or text in ("%", ".") else "" for kind, text in plain]
    if not places:
        return _Section(before="".join(outside), condition=condition)
    first, last = places[0], places[-1]
    power = next((i for i, (kind, _) in enumerate(plain) if kind == "power"), None)
    end = last if power is None else max((i for i in places if i < power), default=last)
    point = next((i for i, token in enumerate(plain[: end + 1]) if token == ("mark", ".")), end + 1)
    commas = _scaling(plain, places, point, end)
    whole = [_placeholder(*token) for token in plain[first:point] if token != ("mark", ",")]
    whole, spaced = _without_group_spaces(whole)
    return _Section(
        tuple(whole),
        tuple(_placeholder(*token) for token in plain[point + 1 : end + 1] if token != ("mark", ",")),
        "".join(outside[: min(first, point)]),
        "".join(outside[last + 1 :]),
        spaced or any(first < i < point and i < end for i, t in enumerate(plain) if t == ("mark", ",") and i not in commas),
        2 * percents - 3 * len(commas),
        0 if power is None else max(1, sum(1 for i in places if i > power)),
        False,
        condition,
    )  # fmt: skip


def _placeholder(kind: str, text: str) -> str:
    return text if kind == "mark" and text in _DIGITS else f'"{text}'


def _scaling(plain: Sequence[tuple[str, str]], places: Sequence[int], point: int, end: int) -> frozenset[int]:
    """The commas that divide by a thousand each: those right behind the last placeholder, before the point or after all."""
    found: set[int] = set()
    for start in {max((i for i in places if i < point), default=-1), end}:
        index = start + 1
        while start >= 0 and index < len(plain) and plain[index] == ("mark", ","):
            found.add(index)
            index += 1
    return frozenset(found)


def _without_group_spaces(whole: list[str]) -> tuple[list[str], bool]:
    """Take spaces between groups of three out of ``# ##0``: they mean grouping, however many digits there are."""
    text = "".join("x" if item in _DIGITS else " " if item in ('" ', '"\u00a0', '"\u202f') else "-" for item in whole)
    if not re.fullmatch(r"x{1,3}(?: xxx)+ ?", text):
        return whole, False
    kept = [item for i, item in enumerate(whole) if text[i] == "x" or i == len(whole) - 1]
    return kept, True


def _fill(section: _Section, value: Decimal) -> tuple[str, bool]:
    """The digits of a value in a section's places, and whether all of them are nought."""
    places = sum(1 for item in section.decimals if item in _DIGITS)
    power = 0
    if section.scientific and value:
        power = value.adjusted()
        if _WIDE.scaleb(value, -power).quantize(Decimal(1).scaleb(-places), context=_WIDE) >= 10:
            power += 1
    shifted = _WIDE.scaleb(value, section.exponent - power)
    rounded = shifted.quantize(Decimal(1).scaleb(-places), context=_WIDE)
    digits, _, fraction = f"{rounded:f}".partition(".")
    text = _fill_whole(section, digits.lstrip("0")) + _fill_decimals(section.decimals, fraction)
    if section.scientific:
        text += f"E{'-' if power < 0 else '+'}{abs(power):0{section.scientific}d}"
    return text, not rounded


def _fill_whole(section: _Section, digits: str) -> str:
    """Digits laid into the places from the right; the first place takes all that remain."""
    first = next((i for i, item in enumerate(section.whole) if item in _DIGITS), -1)
    written: list[str] = []
    count = 0
    rest = len(digits)

    def write(digit: str) -> None:
        nonlocal count
        if section.grouped and count and count % 3 == 0:
            written.append(" ")
        written.append(digit)
        count += 1

    for i in range(len(section.whole) - 1, -1, -1):
        item = section.whole[i]
        if item not in _DIGITS:
            written.append(item[:0:-1])
            continue
        if rest or item == "0":
            write(digits[rest - 1] if rest else "0")
            rest = max(0, rest - 1)
        while i == first and rest:
            write(digits[rest - 1])
            rest -= 1
    return "".join(reversed(written)) if first >= 0 else digits


def _fill_decimals(pattern: Sequence[str], fraction: str) -> str:
    needed = max((i + 1 for i, item in enumerate(i for i in pattern if i in _DIGITS) if item == "0"), default=0)
    kept = fraction.rstrip("0").ljust(needed, "0")
    written, used = "", 0
    for item in pattern:
        if item not in _DIGITS:
            written += item[1:]
        elif used < len(kept):
            written += kept[used]
            used += 1
    return f".{written}" if written else ""
