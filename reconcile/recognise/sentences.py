"""What a sentence says around its amounts: of all or of a part, of which year, of a level or of a change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from reconcile.core.languages import LANGUAGES, PROSE
from reconcile.recognise.claims import Claim

YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?!\d|[.,]\d)")
_SHORT_YEAR = re.compile(r"\bFY ?(\d\d)(?!\d)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_NEVER = re.compile(r"(?!)")
_LETTERS = re.compile(r"[^\W_]+")
# What a figure's year does not stand behind: *$5 million, and in 2018 ...*.
_BREAK = re.compile(r",(?!\s*(?:19|20)\d\d)|[;(]|\b(?:and|och|og|und|et|en|ja|while|medan)\b", re.IGNORECASE)
# What stands between figures that are told in one list: *$731 million, $507 million, and $493 million*.
_LINK = re.compile(r"[\s,]*(?:(?:and|och|og|und|et|en|ja|to|till)\s+)?", re.IGNORECASE)
# So many words before or behind an amount may say that it is the total: *de totalt 431 382 kronorna*.
_NEAR_BEFORE, _NEAR_BEHIND = 3, 2


@cache
def phrases(kind: str, language: str | None) -> re.Pattern[str]:
    """Match the phrases of one kind in a language, or in every one where the language is not known or not described."""
    found = _phrases_of(kind, language)
    if not found:
        return _NEVER
    longest = sorted(found, key=lambda phrase: (-len(phrase), phrase))
    told = "|".join(re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for phrase in longest)
    return re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE)


def _phrases_of(kind: str, language: str | None) -> set[str]:
    tables = [PROSE[language]] if language in PROSE else list(PROSE.values())
    found = {phrase for table in tables for phrase in getattr(table, kind).split(",") if phrase}
    if kind == "total":
        known = [LANGUAGES[language]] if language in LANGUAGES else list(LANGUAGES.values())
        found.update(word for each in known for word in each.totals.split())
    return found


@cache
def _first_words(kind: str, language: str | None) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words that the phrases of one kind begin with, and the beginnings of those that may end in any way."""
    known = phrases(kind, language)
    firsts = {phrase.split(" ")[0] for phrase in _phrases_of(kind, language)} if known is not _NEVER else set()
    stems = tuple(sorted(word[:-1] for word in firsts if word.endswith("*")))
    return frozenset(word.split("'")[0] for word in firsts if not word.endswith("*")), stems


@lru_cache(maxsize=512)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(_LETTERS.findall(text.casefold()))


def holds(kind: str, language: str | None, text: str) -> bool:
    """Return True if a text holds a phrase of one kind. Most hold none of the words that one begins with, which is told sooner."""
    firsts, stems = _first_words(kind, language)
    words = _words_of(text)
    if firsts.isdisjoint(words) and not (stems and any(word.startswith(stems) for word in words)):
        return False
    return phrases(kind, language).search(text) is not None


class Spoken(NamedTuple):
    """A claim with what stands around it in its sentence: from the claim before it, and up to the next one.

    ``last`` says that no other claim follows in the sentence, ``years`` are those that it is said to be of.
    """

    claim: Claim
    before: str
    behind: str
    language: str | None
    years: frozenset[int] = frozenset()
    last: bool = True

    def says(self, kind: str) -> bool:
        """Return True if the sentence holds a phrase of this kind."""
        return holds(kind, self.language, self.claim.sentence)

    @property
    def is_of_all(self) -> bool:
        """Whether words right beside the amount say that it is the total."""
        if not self.says("total"):
            return False
        pattern = phrases("total", self.language)
        words = list(_WORD.finditer(self.before))[-_NEAR_BEFORE:]
        near = self.before[words[0].start() :] if words else ""
        # What stands before another amount is said of that.
        words = list(islice(_WORD.finditer(self.behind), _NEAR_BEHIND)) if self.last else []
        after = self.behind[: words[-1].end()] if words else ""
        return pattern.search(near) is not None or pattern.search(after) is not None

    @property
    def is_change(self) -> bool:
        """Whether the amount is that by which another rose or fell: *an increase of 5*, *ökade med 5*, *a 5 decrease*."""
        if _change_behind(self.language).match(self.behind):
            return True
        moves = any(holds(kind, self.language, self.before) for kind in ("rises", "falls"))
        return moves and _change_before(self.language).search(self.before) is not None

    @property
    def is_mean(self) -> bool:
        """Whether the amount is a mean, or one for each of some: *61 pounds per household*."""
        words = list(islice(_WORD.finditer(self.behind), _NEAR_BEHIND))
        after = self.behind[: words[-1].end()] if words else ""
        return holds("average", self.language, self.before) or holds("average", self.language, after)

    def year_before(self) -> bool:
        """Return True if the words around the amount speak of last year."""
        if not self.says("last_year"):
            return False
        if holds("last_year", self.language, self.behind) or holds("last_year", self.language, self.before):
            return True
        return not self.says("compared")

    def this_year(self) -> bool:
        """Return True if the words around the amount speak of this year."""
        return holds("this_year", self.language, self.behind) or holds("this_year", self.language, self.before)


@cache
def _change_before(language: str | None) -> re.Pattern[str]:
    moves = f"(?:{phrases('rises', language).pattern}|{phrases('falls', language).pattern})"
    by = phrases("by", language).pattern
    return re.compile(rf"{moves}(?:(?:\s+\w+){{0,6}}\s+{by})?\s*$", re.IGNORECASE)


@cache
def _change_behind(language: str | None) -> re.Pattern[str]:
    moves = f"(?:{phrases('rises', language).pattern}|{phrases('falls', language).pattern})"
    return re.compile(rf"\s*(?:\([^()]*\)\s*)?(?:more|less|mer|mindre|mere|mehr|weniger|{moves})(?!\w)", re.IGNORECASE)


def listen(peers: Sequence[Claim], language: str | None) -> list[Spoken]:
    """What the claims of one sentence, in their order, are said to be."""
    found = []
    for number, claim in enumerate(peers):
        begin = peers[number - 1].within[1] if number else 0
        finish = peers[number + 1].within[0] if number + 1 < len(peers) else len(claim.sentence)
        start, end = claim.within
        found.append(
            Spoken(
                claim, claim.sentence[begin:start], claim.sentence[end:finish], language, last=number + 1 == len(peers)
            )
        )
    in_order = _years_in_order(found)
    return [spoken._replace(years=in_order.get(number) or _years_beside(spoken)) for number, spoken in enumerate(found)]


def years_in(text: str) -> frozenset[int]:
    """The years that a text names: *2024*, *FY24*."""
    return frozenset(
        [*(int(year.group()) for year in YEAR.finditer(text)), *(2000 + int(y) for y in _SHORT_YEAR.findall(text))]
    )


def _years_beside(spoken: Spoken) -> frozenset[int]:
    """The years of the words behind an amount, else of those before it, else those of the whole sentence."""
    told = years_in(spoken.claim.sentence)
    if not told:
        return told
    behind = _BREAK.split(spoken.behind, maxsplit=1)[0]
    for text in (behind, spoken.before):
        if years := years_in(text):
            return years
    return told if len(told) == 1 else frozenset()


def _years_in_order(found: Sequence[Spoken]) -> dict[int, frozenset[int]]:
    """The years of amounts that are told in a list behind which so many years are told: *5 and 4 in 2019 and 2018*."""
    years: dict[int, frozenset[int]] = {}
    first = 0
    for number, spoken in enumerate(found):
        if number + 1 < len(found) and _LINK.fullmatch(spoken.behind):
            continue
        told = [int(year.group()) for year in YEAR.finditer(spoken.behind)]
        if number > first and len(told) == number - first + 1:
            years |= {first + place: frozenset([year]) for place, year in enumerate(told)}
        first = number + 1
    return years
