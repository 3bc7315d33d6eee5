"""From bytes to text, without guessing more than the bytes allow."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import islice
from string import ascii_lowercase
from typing import NamedTuple

from reconcile.core.languages import CURRENCIES, LANGUAGES
from reconcile.core.messages import Message, say
from reconcile.core.words import detect_language

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


# Code pages, and the languages that are written in each; the commonest first, which wins where they tell no different letters.
_WESTERN = ("sv", "nb", "da", "fi", "de", "fr", "is", "it", "es", "pt", "nl", "en")
_CENTRAL = ("pl", "cs", "sk", "hu", "sl", "hr", "ro")
_PAGES = (
    ("cp1252", _WESTERN),
    ("cp1250", _CENTRAL),
    ("iso8859-2", _CENTRAL),
    ("cp1257", ("et", "lv", "lt")),
    ("cp1253", ("el",)),
    ("mac_roman", _WESTERN),
)
_TOKEN = re.compile(rb"[0-9A-Za-z\x80-\xff]+")
_LATIN = re.compile(rb"[A-Za-z]")
_MOST_TOKENS = 3_000
# What stands beside words and figures in any language.
_USUAL_SIGNS = frozenset("\u2018\u2019\u201c\u201d\u201e\u201a\u00ab\u00bb\u2039\u203a\u2013\u2014\u2026\u00a0•·°€")
_KNOWN_WORD = 5
_COUNTED = tuple(word for word in CURRENCIES if word.isalpha())
# So many different letters of one language are no chance.
_FEW_LETTERS = 2
# So much worse is the usual reading where it is garbage.
_GARBAGE = 4


class Decoded(NamedTuple):
    """Text with the encoding it was read as; ``doubt`` says in words what is uncertain about it, if anything is.

    The doubt is a ``note`` where the letters are those of a language, and only no known word confirms it.
    """

    text: str
    encoding: str
    doubt: Message | None = None
    note: bool = False


def decode(data: bytes) -> Decoded | None:
    """Decode by byte order mark, else strict UTF-8, else UTF-16 by its zero bytes, else by letters and words; None for binary data.

    A few code pages are weighed by what they make of the words: general detection takes short Swedish tables in cp1252 for
    other encodings.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), "utf-8" if encoding == "utf-8-sig" else encoding)
            except UnicodeDecodeError:
                return None
    head = data[:4096]
    if b"\0" in head:
        return _decode_utf16(data, head)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        place = error.start
    if sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head) * 50 > len(head):
        return None
    western = _decode_strictly(data, "cp1252")
    if western is not None and any(pair in western for pair in ("Ã¥", "Ã¤", "Ã¶", "Ã©", "Ã¼", "Â ")):
        line = data.count(b"\n", 0, place) + 1
        doubt = say("mostly UTF-8, but byte {byte} (line {line}) is not valid UTF-8; read as cp1252, so letters may be wrong",
                    byte=place, line=line)  # fmt: skip
        return Decoded(western, "cp1252", doubt)
    return _decode_page(data, western)


def _decode_page(data: bytes, western: str | None) -> Decoded | None:
    """Decode text of one byte a letter by the code page that makes most of its words; cp1252 where none makes more."""
    tokens = _marked_tokens(data)
    plain = _TOKEN.sub(lambda token: token.group() if token.group().isascii() else b" ", data[:20_000])
    spoken = detect_language(plain.decode("ascii", "replace"))
    weighed = [_weigh(tokens, page, languages, spoken) for page, languages in _PAGES]
    best, usual = max(weighed, key=lambda found: found.score), weighed[0].score
    alone = sum(found.score == best.score for found in weighed) == 1
    garbage = alone and usual < 0 and best.score >= usual + _GARBAGE
    worded = sum(_LATIN.search(token) is not None for token in tokens) * 2 > len(tokens)
    told = best.words or (worded and (garbage or len(best.letters) >= _FEW_LETTERS))
    if best.page != "cp1252" and told:
        text = _decode_strictly(data, best.page)
        if text is not None:
            doubt = say("read as {encoding}, which its letters suggest; no word confirms it", encoding=best.page)
            return Decoded(text, best.page, None if best.words else doubt, note=True)
    return None if western is None else Decoded(western, "cp1252")


class _Weight(NamedTuple):
    """What a code page makes of the words: a score, the letters of one language that it finds, and how many of its words."""

    score: int
    page: str
    letters: frozenset[str] = frozenset()
    words: int = 0


def _marked_tokens(data: bytes) -> list[bytes]:
    """Return the different words and figures with bytes beyond ASCII, as many as are worth weighing."""
    found = (token.group() for token in _TOKEN.finditer(data) if not token.group().isascii())
    return list(dict.fromkeys(islice(found, _MOST_TOKENS)))


def _weigh(tokens: Sequence[bytes], page: str, languages: Sequence[str], spoken: str | None) -> _Weight:
    """Weigh what a code page makes of words, in that of its languages that it suits best."""
    words = [token.decode(page, "replace") for token in tokens]
    sound = sum(map(_soundness, words))
    letters = Counter(char for word in words for char in word.lower() if char > "\x7f" and char.isalpha())
    lower = Counter(word.strip("".join(_USUAL_SIGNS)).lower() for word in words)
    weights: list[_Weight] = []
    for code in languages:
        own = LANGUAGES[code].letters
        fitting = sum(count if char in own else -count for char, count in letters.items())
        known = sum(lower[word] > 0 for word in _words_beyond_ascii(code))
        score = sound + fitting + _KNOWN_WORD * known + (code == spoken and fitting > 0)
        weights.append(_Weight(score, page, frozenset(letters) & frozenset(own), known))
    return max(weights, key=lambda weight: weight.score)


def _soundness(word: str) -> int:
    """Return how far the signs of a word are those that words have, and its capitals where they should be: below 0 for garbage."""
    score = 0
    for place, char in enumerate(word):
        if char <= "\x7f":
            continue
        before, after = word[place - 1 : place], word[place + 1 : place + 2]
        if char in _USUAL_SIGNS:
            score += 1
        elif char.isalpha():
            # A capital behind a small letter, a letter among digits, or a Greek one beside a Latin one, is garbage.
            broken = (char.isupper() and before.islower()) or (before.isdigit() and after.isdigit())
            broken |= "\u0370" <= char < "\u0400" and (before + after).isascii() and (before + after).isalpha()
            score -= 2 if broken else 0
        elif char == "\ufffd" or unicodedata.category(char) == "Cc":
            score -= 3
        elif before.isalnum() and after.isalnum():
            score -= 1
    return score


@cache
def _words_beyond_ascii(code: str) -> frozenset[str]:
    language = LANGUAGES[code]
    words = f"{language.function_words} {language.totals} {' '.join(language.hedges)}".split()
    return frozenset(
        word
        for word in [*words, *_COUNTED]
        if not word.isascii() and set(word) - set(ascii_lowercase) <= set(language.letters)
    )


def _decode_strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def codec_of(data: bytes, encoding: str) -> tuple[str, int]:
    """The codec without byte order mark for bytes that were decoded as ``encoding``, and how long their mark is."""
    for mark, marked in _MARKS:
        if data.startswith(mark):
            order = {codecs.BOM_UTF16_LE: "-le", codecs.BOM_UTF32_LE: "-le"}.get(mark, "-be")
            return ("utf-8" if marked == "utf-8-sig" else marked + order), len(mark)
    return encoding, 0


def _decode_utf16(data: bytes, head: bytes) -> Decoded | None:
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) // 2 or min(even, odd) * 10 > max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None
