"""Link amounts of the text to figures of tables that they agree with, where no name does: by value, year and words of the row.

Nothing here can be broken: an amount that agrees with no figure stays unlinked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from reconcile.core.amounts import Amount, Unit, in_unit
from reconcile.core.decimals import multiply, rescale
from reconcile.core.limits import UNTIMED, Clock
from reconcile.core.messages import joined
from reconcile.core.words import is_difference_label
from reconcile.equate.equation import CLAIM, Equation, Term
from reconcile.equate.speakers import columns_meant
from reconcile.equate.terms import term_at
from reconcile.recognise.columns import Column
from reconcile.recognise.sentences import Spoken, phrases, years_in
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable
from reconcile.recognise.units import find_unit

# So many pairs of an amount and a figure are looked at.
_MOST_PAIRS = 400_000
# In long tables some figure is like any amount.
_MOST_ROWS = 400
# An amount of so many digits is seldom like a figure by chance; of fewer, words must help.
_MANY_DIGITS, _SOME_DIGITS, _FEW_DIGITS = 4, 3, 2
# How many figures of a table may be alike for one of them to be meant.
_MOST_ALIKE = 2
_STEM = 5
_WORD = re.compile(r"[^\W\d_]{3,}")
_IN_UNITS = re.compile(
    r"\b(?:in|i)\s+(?:\w+\s+){0,2}(?:thousands?|millions?|billions?|tusen\w*|miljoner|mkr|tkr)\b", re.IGNORECASE
)
_SCALES = (3, 6)
# Words of labels that tell no row from another.
_PLAIN = frozenset({"total", "other", "the", "and", "for", "net", "och", "för", "övrig", "from", "with"})


class _Cell(NamedTuple):
    figures: RecognisedTable
    term: Term
    column: Column
    words: frozenset[str]


class _Match(NamedTuple):
    """A figure that an amount may be, with how many digits agree and which share of the row's words the sentence holds."""

    cell: _Cell
    term: Term
    digits: int
    share: float


def link_values(reading: RecognisedDocument, spoken: Sequence[Spoken], clock: Clock = UNTIMED) -> list[Equation]:
    """Equations between amounts and the figures that they agree with, in tables of the same unit or of one that is not told."""
    cells = [cell for figures in reading.tables for cell in _cells(figures)]
    if not cells or len(cells) * len(spoken) > _MOST_PAIRS:
        return []
    texts = [block.text for block in reading.document.blocks if _IN_UNITS.search(block.text)]
    told = _scales_told(texts, reading.language)
    units = {id(figures): _scales(figures, told, reading.language) for figures in reading.tables}
    found: list[Equation] = []
    chosen: dict[int, Counter[int]] = {id(figures): Counter() for figures in reading.tables}
    matched: list[tuple[Spoken, int, _Match]] = []
    for each in spoken:
        if clock.is_up():
            break
        words = _stems(each.claim.sentence)
        for scale in sorted({scale for scales in units.values() for scale in scales}):
            mine = [cell for cell in cells if scale in units[id(cell.figures)]]
            best = _best(each, mine, scale, words)
            if best is not None:
                matched.append((each, scale, best))
                weight = 2 if best.digits >= _MANY_DIGITS and best.share else 1
                chosen[id(best.cell.figures)][scale] += weight
    linked: set[int] = set()
    rows: dict[tuple[int, int], tuple[_Match, int]] = {}
    for each, scale, match in sorted(matched, key=lambda found: (-found[2].digits, -found[2].share)):
        counts = chosen[id(match.cell.figures)]
        if id(each) in linked or counts[scale] < max(counts.values()):
            continue
        if scale and counts[scale] < 2 and len(units[id(match.cell.figures)]) > 2:
            continue
        linked.add(id(each))
        rows.setdefault((each.claim.block, each.claim.begins), (match, scale))
        found.append(_equation(each, match))
    for each in spoken:
        beside = rows.get((each.claim.block, each.claim.begins))
        if beside is not None and id(each) not in linked and (other := _in_row(each, cells, *beside)) is not None:
            found.append(_equation(each, other))
    return found


def _in_row(spoken: Spoken, cells: Sequence[_Cell], match: _Match, scale: int) -> _Match | None:
    """The one other figure of a row that an amount beside one of that row agrees with: *from 7.3 to 368.1 million*."""
    known = match.cell
    row = [c for c in cells if c.figures is known.figures and c.term.row == known.term.row and c.column != known.column]
    found = [other for other in _agreeing(spoken, row, scale, frozenset()) if other.digits >= _FEW_DIGITS]
    if len(found) != 1 or (spoken.is_change and not _is_change_cell(found[0].cell, spoken.language)):
        return None
    return found[0]


def _cells(figures: RecognisedTable) -> Iterator[_Cell]:
    columns = {column.index: column for column in figures.amount_columns}
    if len(figures.body) > _MOST_ROWS:
        return
    for row in figures.body:
        words = _stems(figures.labels[row])
        for column in columns.values():
            term = term_at(figures, row, column)
            if term is not None and term.value():
                yield _Cell(figures, term, column, words)


def _scales(figures: RecognisedTable, told: frozenset[int], language: str | None) -> tuple[int, ...]:
    """The powers of ten that the figures of a table may be told in besides what it states: those that its text speaks of, else any."""
    if any(column.unit.exponent for column in figures.amount_columns):
        return (0,)
    header = " ".join(cell for row in figures.table.rows[: figures.header_rows] for cell in row)
    scales = told | _scales_told([header], language)
    return (0, *sorted(scales)) if scales else (0, *_SCALES)


def _scales_told(texts: Sequence[str], language: str | None) -> frozenset[int]:
    """The powers of ten that texts say their figures are told in: *in thousands*."""
    units = {find_unit(match.group(), language).exponent for text in texts for match in _IN_UNITS.finditer(text)}
    return frozenset(units & set(_SCALES))


def _best(spoken: Spoken, cells: Sequence[_Cell], scale: int, words: frozenset[str]) -> _Match | None:
    """The figure that an amount agrees with and the words fit best, or None where none is sure enough or two are as good."""
    found = _agreeing(spoken, cells, scale, words)
    if not found:
        return None
    found.sort(key=lambda match: -match.share)
    best = found[0]
    if len(found) > 1 and found[1].share == best.share and found[1].cell.term.row != best.cell.term.row:
        return None
    if spoken.is_change and not _is_change_cell(best.cell, spoken.language):
        return None
    sure = (
        (best.digits >= _MANY_DIGITS and (best.share > 0 or len(found) <= _MOST_ALIKE))
        or (best.digits == _SOME_DIGITS and best.share >= 0.5)
        or (best.digits == _FEW_DIGITS and best.share == 1 and len(best.cell.words) > 1)
    )
    return best if sure else None


def _agreeing(spoken: Spoken, cells: Sequence[_Cell], scale: int, words: frozenset[str]) -> list[_Match]:
    """The figures that an amount agrees with, of columns that it may speak of."""
    amount = spoken.claim.amount
    bound = not amount.low or amount.high >= multiply(amount.value, 2)
    found: list[_Match] = []
    if spoken.is_mean or (spoken.claim.hedge is not None and bound):
        return found
    open_to: dict[int, list[Column]] = {}
    for cell in cells:
        value = rescale(cell.term.value(), scale).copy_abs()
        if not amount.low <= value <= amount.high and not _meets(amount, cell.term.amount, scale):
            continue
        columns = open_to.setdefault(id(cell.figures), columns_meant(spoken, cell.figures))
        if cell.column not in columns:
            continue
        share = len(cell.words & words) / len(cell.words) if cell.words else 0.0
        found.append(_Match(cell, _scaled(cell.term, scale), min(_digits(amount), _digits(cell.term.amount)), share))
    return found


def _meets(amount: Amount, printed: Amount, scale: int) -> bool:
    low, high = sorted((rescale(printed.low, scale).copy_abs(), rescale(printed.high, scale).copy_abs()))
    return _digits(amount) > _digits(printed) and low <= amount.high and amount.low <= high


def _digits(amount: Amount) -> int:
    """How many digits of an amount say something: *1,200* has two."""
    return len(str(int(rescale(amount.value.copy_abs(), amount.decimals - amount.unit.exponent))).rstrip("0"))


def _scaled(term: Term, scale: int) -> Term:
    if not scale:
        return term
    return replace(term, amount=in_unit(term.amount, Unit(term.amount.unit.currency, scale)))


def _is_change_cell(cell: _Cell, language: str | None) -> bool:
    told = f"{cell.term.label} {cell.column.header}"
    moved = "change" in told.casefold() or is_difference_label(told)
    moved = moved or any(phrases(kind, language).search(told) for kind in ("rises", "falls"))
    return moved or len(years_in(cell.column.header)) > 1


def _equation(spoken: Spoken, match: _Match) -> Equation:
    claim = spoken.claim
    amount = claim.amount
    if match.term.value() < 0 < amount.value:
        # A net cost of 2 745 is a net of -2 745.
        amount = amount._replace(
            value=amount.value.copy_negate(), low=amount.high.copy_negate(), high=amount.low.copy_negate()
        )
    total = Term(amount, place=claim.figure, label=claim.text)
    return Equation(CLAIM, total, (match.term,), joined(": ", (claim.text, match.term.label)))


def _stems(text: str) -> frozenset[str]:
    """The words of a text by their beginnings, without those that tell no row from another."""
    words = {word.casefold() for word in _WORD.findall(text[:2000])}
    return frozenset(word[:_STEM] for word in words if word not in _PLAIN)
