"""What a sentence may speak of: rows by their names, columns by their year, their unit and the words of their header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from reconcile.core.words import is_total_label, scale_of
from reconcile.recognise.columns import Column
from reconcile.recognise.entities import EntityMatches
from reconcile.recognise.sentences import Spoken, holds, years_in
from reconcile.recognise.tables import RecognisedTable
from reconcile.recognise.units import find_unit

# Prose speaks of rows of short tables; in long ones names are common words too often, and looking costs too much.
_MOST_ROWS = 400
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# Shorter words of headers say little.
_LEAST_LETTERS = 4


def words_of_names(speakers: Sequence[Mapping[int, frozenset[str]]]) -> dict[str, set[int]]:
    """The tables that hold a name, by its rarest word, so that a sentence is held only against names that may be in it."""
    names = [(table, name) for table, rows in enumerate(speakers) for spellings in rows.values() for name in spellings]
    usual = Counter(word for _, name in names for word in _WORD.findall(name))
    found: dict[str, set[int]] = {}
    for table, name in names:
        found.setdefault(min(_WORD.findall(name), key=usual.__getitem__, default=""), set()).add(table)
    return found


def spellings_of(figures: RecognisedTable, names: EntityMatches | None) -> dict[int, frozenset[str]]:
    """The names, in lower case, under which prose may speak of each leaf row."""
    found: dict[int, frozenset[str]] = {}
    rows = figures.leaves
    if len(rows) > _MOST_ROWS:
        return found
    for row in rows:
        spellings = {figures.labels[row]}
        if names is not None and row in names.matches:
            entry = names.matches[row].entry
            # Shorter names (Vara, Mark) and abbreviations (Mass.) are words of the language too.
            others = {entry.name, *entry.short, *entry.aliases}
            spellings |= {other for other in others if len(other) > 4 and not other.endswith(".")}
        found[row] = frozenset(spelling.casefold() for spelling in spellings if len(spelling) > 3)
    return found


def is_name(sentence: str, names: frozenset[str], figures: RecognisedTable, row: int) -> bool:
    """Whether a sentence names a row, and not a thing that is called so (*cash* beside a row *Cash*) or its period (*2024*)."""
    label = figures.labels[row].strip()
    return not _YEAR.search(label) and any(
        not label[:1].isupper() or sentence[start : start + 1].isupper()
        for start in find_names(sentence.casefold(), names)
    )


def find_names(sentence: str, names: Iterable[str]) -> list[int]:
    """Where a sentence holds names as words of their own, with a genitive s or without; all in lower case."""
    found = []
    for name in names:
        start = sentence.find(name)
        while start >= 0:
            end = start + len(name)
            end += sentence[end : end + 1] == "s"
            if not sentence[start - 1 : start].isalnum() and not sentence[end : end + 1].isalnum():
                found.append(start)
            start = sentence.find(name, start + 1)
    return found


def columns_meant(spoken: Spoken, figures: RecognisedTable) -> list[Column]:
    """The amount columns that a claim may speak of: of its unit, of the year that its sentence means, of a header that it names.

    A year that no column is of leaves none.
    """
    columns = [column for column in figures.amount_columns if _is_of_unit(spoken, column, figures)]
    dated = {column.index: years_in(column.header) for column in columns}
    latest = max((year for years in dated.values() for year in years), default=0)
    if spoken.year_before():
        named = [c for c in columns if holds("last_year", spoken.language, c.header)]
        return named or [c for c in columns if latest and latest - 1 in dated[c.index]]
    if spoken.years:
        if latest:
            columns = [c for c in columns if dated[c.index] & spoken.years]
        elif (told := years_in(figures.title)) and not told & spoken.years:
            return []
    elif latest and spoken.this_year():
        columns = [c for c in columns if latest in dated[c.index]]
    return _named(spoken, columns) if len(columns) > 1 else columns


def _is_of_unit(spoken: Spoken, column: Column, figures: RecognisedTable) -> bool:
    """Whether a column may hold what a claim is in: money is not held against counts, nor one currency against another."""
    currency = spoken.claim.amount.unit.currency
    if currency is None:
        return True
    if counts_things(column.header):
        return False
    if column.unit.currency is not None:
        return column.unit.currency == currency
    return all(c.unit.currency is None for c in figures.amount_columns)


@lru_cache(maxsize=1024)
def counts_things(header: str) -> bool:
    """Return True if a header says that its column counts things, and names no currency: *Antal elever*."""
    return holds("counts", None, header[:200]) and find_unit(header).currency is None


def _named(spoken: Spoken, columns: Sequence[Column]) -> list[Column]:
    """Those of the columns whose header says something that the sentence says and the other headers do not; else all."""
    sentence = {word.casefold() for word in _WORD.findall(spoken.claim.sentence)}
    headers = {column.index: _telling_words(column.header) for column in columns}
    usual = Counter(word for words in headers.values() for word in words)
    own = {index: {word for word in words if usual[word] == 1} for index, words in headers.items()}
    named = [column for column in columns if own[column.index] & sentence]
    return named or list(columns)


def _telling_words(header: str) -> set[str]:
    words = {word.casefold() for word in _WORD.findall(header[:200])}
    return {
        word
        for word in words
        if len(word) >= _LEAST_LETTERS and not word.isdigit() and scale_of(word) is None and not is_total_label(word)
    }


def rows_named(sentence: str, spellings: Mapping[int, frozenset[str]]) -> dict[int, int]:
    """The rows whose names a sentence, in lower case, holds, with the first place of each."""
    return {row: min(found) for row, names in spellings.items() if (found := find_names(sentence, names))}
