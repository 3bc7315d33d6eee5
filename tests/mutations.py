"""Mutants of the parity fixtures: every one is told by its format and its number, and is the same at every run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from tests.cases import FIXTURES

SUFFIXES = {
    "text": "txt", "markdown": "md", "html": "html", "csv": "csv", "xlsx": "xlsx", "ods": "ods", "docx": "docx",
    "xls": "xls", "pdf": "pdf", "odt": "odt", "pptx": "pptx", "rtf": "rtf", "eml": "eml",
}  # fmt: skip

Way = Callable[[bytes, bytes, Random], bytes]

_TAG = re.compile(rb"<[A-Za-z]")
_ELEMENT = re.compile(rb"<([\w:]+)(?:\s[^<>]*)?(?:(?<=/)>|>(?s:.)*?</\1>)")
_NUMBER = re.compile(rb"\d+(?:[., ]\d+)*")
_STRANGE = [
    b"", b"NaN", b"nan", b"inf", b"-inf", b"Infinity", b"1e999", b"-1e-999", b"-1", b"0", b"9" * 40, b"9" * 5_000, b"2147483648",
    b"-9223372036854775809", b"0x1F", b"1_000", b"1.2.3,4", b"--5", b"#REF!", b"=A1", "\u0661\u0662\u0663".encode(),
    "1\u200b2".encode(), "\u202e12".encode(), "²".encode(), b"\0", b"1 000 000 000 000 000 000 000 000 000 000",
]  # fmt: skip
_BYTES = [
    b"\0",
    b"\xff",
    b"<",
    b">",
    b'"',
    b"&",
    b"|",
    b"\n",
    b"\t",
    b" ",
    b"(",
    b"%",
    b"\xc2\xa0",
    b"\xe2\x80\x8b",
    b"-",
]
_LARGEST = 300_000


def mutant(format: str, number: int) -> bytes:
    """The mutant of a fixture in ``format`` with this number.

    Most mutations keep to the outer form (the archive, the order of sectors, tags that match), so that they reach what is
    within: a file that no longer opens tests little.
    """
    random = Random(f"{format} {number}")
    originals = _originals(SUFFIXES[format])
    data, other = random.choice(originals), random.choice(originals)
    if data[:2] == b"PK" and random.random() < 0.75:
        return _mutate_parts(data, other, random)
    if data[:4] == b"\xd0\xcf\x11\xe0" and random.random() < 0.75:
        return data[:512] + _mutate(data[512:], other[512:], random, _OF_SAME_LENGTH)
    return _mutate(data, other, random)


@cache
def _originals(suffix: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((FIXTURES / "parity").glob(f"*/*.{suffix}")))


def _mutate(data: bytes, other: bytes, random: Random, ways: Sequence[Way] = ()) -> bytes:
    if not ways:
        ways = _OF_ELEMENTS if data.lstrip(b"\xef\xbb\xbf")[:1] == b"<" and random.random() < 0.6 else _WAYS
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        data = random.choice(ways)(data, other, random)[:_LARGEST]
    return data


def _mutate_parts(data: bytes, other: bytes, random: Random) -> bytes:
    """An archive whose parts are mutated and packed again, so that what is broken is the XML and not the packing."""
    old, new = _unpack(data), _unpack(other)
    names = sorted(old)
    # The larger a part, the more there is to break in it.
    for name in random.choices(names, [len(old[each]) + 1 for each in names], k=random.choice((1, 1, 2))):
        old[name] = _mutate(old[name], new.get(name, b""), random)
    if random.random() < 0.05:
        del old[random.choice(names)]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in old.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_STORED if name == "mimetype" else None)
    return stream.getvalue()


def _unpack(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _slice(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(start + random.choice((1, 2, 4, 16, 64, 256, 1_024)), len(data))


def _flip(data: bytes, other: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 2, 4, 16)) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _delete(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _slice(data, random)
    return data[:start] + data[end:]


def _insert(data: bytes, other: bytes, random: Random) -> bytes:
    start, _ = _slice(data, random)
    piece = random.choice((random.choice(_BYTES), random.choice(_STRANGE), random.randbytes(4)))
    return data[:start] + piece * random.choice((1, 1, 2, 100)) + data[start:]


def _duplicate(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _slice(data, random)
    return data[:end] + data[start:end] * random.choice((1, 1, 2, 20, 200)) + data[end:]


def _move(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _slice(data, random)
    rest = data[:start] + data[end:]
    place = random.randrange(len(rest) + 1)
    return rest[:place] + data[start:end] + rest[place:]


def _truncate(data: bytes, other: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _splice(data: bytes, other: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _renumber(data: bytes, other: bytes, random: Random) -> bytes:
    numbers = [found.span() for found in _NUMBER.finditer(data)]
    if not numbers:
        return data
    start, end = random.choice(numbers)
    return data[:start] + random.choice(_STRANGE) + data[end:]


def _overwrite(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _slice(data, random)
    end = min(end, start + random.choice((1, 2, 4, 8)))
    piece = random.choice((b"\0" * 8, b"\xff" * 8, b"\xff\x7f" * 4, random.randbytes(8), other[start:end]))
    return data[:start] + piece[: end - start].ljust(end - start, b"\0") + data[end:]


def _element(data: bytes, random: Random) -> tuple[int, int]:
    """The span of an element with all that is in it."""
    starts = [found.start() for found in _TAG.finditer(data)]
    found = _ELEMENT.match(data, random.choice(starts)) if starts else None
    return found.span() if found else (0, 0)


def _drop_element(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _element(data, random)
    return data[:start] + data[end:]


def _repeat_element(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _element(data, random)
    return data[:end] + data[start:end] * random.choice((1, 1, 2, 20, 200)) + data[end:]


def _move_element(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _element(data, random)
    _, place = _element(data, random)
    rest = data[:start] + data[end:]
    place = place if place <= start else max(place - (end - start), start)
    return rest[:place] + data[start:end] + rest[place:]


_WAYS: tuple[Way, ...] = (
    _flip, _delete, _insert, _duplicate, _move, _truncate, _splice, _renumber, _renumber,
)  # fmt: skip
_OF_SAME_LENGTH: tuple[Way, ...] = (_flip, _overwrite, _overwrite)
_OF_ELEMENTS: tuple[Way, ...] = (_drop_element, _repeat_element, _move_element, _renumber, _renumber)
