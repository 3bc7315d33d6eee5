"""What sentences work out of their amounts: a change in per cent, a share, a difference, a sum of what they list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from reconcile.core.amounts import NUMERAL
from reconcile.core.decimals import ZERO, multiply
from reconcile.core.languages import OF_WHICH
from reconcile.core.limits import UNTIMED, Clock
from reconcile.core.location import Location
from reconcile.core.messages import joined
from reconcile.equate.equation import BROKEN, CLAIM, DIVISION, RELATIVE_CHANGE, Equation, Term
from reconcile.equate.evidence import DOUBTED
from reconcile.equate.terms import term_at
from reconcile.recognise.claims import Claim, figure_beside
from reconcile.recognise.columns import Column
from reconcile.recognise.sentences import Spoken, listen, phrases, years_in
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable

_PER_CENT = 100
# A sentence with more figures is a list of other things.
_MOST_FIGURES = 40
# What stands between a figure in per cent and its amounts is short, and no other statement.
_LONGEST_BETWEEN, _LONGEST_VERB = 60, 40
_PARTED = re.compile(r"[;:]")
# *(105)*, *(2023: 105)*, *(i fjol 105)* behind an amount; *105* between *from* and *to*.
_BRACKETED = re.compile(
    rf"(?:\s*d['’]euros?)?\s*\((?:(?:(?:19|20)\d\d|[^\W\d][^\d()]{{0,20}})\s*:?\s*)?(?P<figure>{NUMERAL.pattern})\s*(?:[^\W\d_]{{1,12}}\.?)?\)"
)


class _Moved(NamedTuple):
    """An amount and what it was before, as far as a sentence tells them."""

    new: Claim
    old: Claim | None


def link_statements(
    reading: RecognisedDocument, linked: Mapping[Location, Equation], clock: Clock = UNTIMED
) -> list[Equation]:
    """Equations between the figures in per cent of a document and the amounts that its sentences work them out from.

    ``linked`` are the equations of its amounts, by their places. What a sentence tells of both amounts is held against itself; where
    it tells the new one alone, and that agrees with a table, the old one is that of the year before in the same row.
    """
    amounts: defaultdict[tuple[int, int], list[Claim]] = defaultdict(list)
    for claim in reading.claims:
        amounts[claim.block, claim.begins].append(claim)
    found: list[Equation] = []
    for per_cent in reading.percentages:
        if clock.is_up():
            break
        peers = amounts[per_cent.block, per_cent.begins]
        if not 0 < len(peers) < _MOST_FIGURES:
            continue
        equation = _change(reading, per_cent, peers, linked) or _share(reading, per_cent, peers, linked)
        if equation is not None:
            found.append(equation)
    for peers in amounts.values():
        if 1 < len(peers) < _MOST_FIGURES:
            if clock.is_up():
                break
            heard = listen(peers, reading.language)
            found += [e for spoken in heard if (e := _difference(reading, spoken, peers)) is not None]
            if (equation := _listed(reading, heard)) is not None:
                found.append(equation)
    return found


def _difference(reading: RecognisedDocument, spoken: Spoken, peers: Sequence[Claim]) -> Equation | None:
    """The equation of that by which an amount moved: *ökade med 7 mnkr till 112 mnkr (105)*."""
    sense = _sense(spoken.claim, reading.language) if spoken.is_change else 0
    moved = _moved(reading, spoken.claim, peers) if sense else None
    if moved is None or moved.old is None:
        return None
    units = {claim.amount.unit.currency for claim in (spoken.claim, moved.new, moved.old)}
    if len(units) > 1 or len({claim.figure for claim in (spoken.claim, moved.new, moved.old)}) < 3:
        return None
    total, rest = (moved.new, moved.old) if sense > 0 else (moved.old, moved.new)
    terms = (_text_term(rest), _text_term(spoken.claim))
    return Equation(CLAIM, _text_term(total), terms, joined(": ", (total.text, spoken.claim.text)), fault=DOUBTED)


def _listed(reading: RecognisedDocument, heard: Sequence[Spoken]) -> Equation | None:
    """The equation of a total with the amounts that its sentence lists before it: *A får 1, B 2 och C 3 mnkr, tillsammans 6 mnkr*.

    A figure that is neither an amount nor shares the unit of one, such as a year, leaves open what is listed.
    """
    last = heard[-1]
    parted = "," in last.before or " - " in last.before or "–" in last.before
    if not last.is_of_all or not parted or len(last.before) > _LONGEST_VERB or last.claim.hedge is not None:
        return None
    sentence, language = last.claim.sentence, reading.language
    if any(each.claim.hedge or each.is_mean or each.is_change or each.says("partly") for each in heard[:-1]):
        return None
    if any(phrase in sentence.casefold() for phrase in OF_WHICH) or phrases("of", language).search(last.before):
        return None
    items = _items(reading, [each.claim for each in heard[:-1]], last.claim.within[0])
    if items is None or len(items) < 2 or len({item.amount.unit for item in (*items, last.claim)}) > 1:
        return None
    terms = tuple(map(_text_term, items))
    equation = Equation(
        CLAIM, _text_term(last.claim), terms, joined(": ", (last.claim.text, items[0].text)), fault=DOUBTED
    )
    whole, made = equation.total.value(), equation.computed()
    return equation if made <= multiply(whole, 2) and whole <= multiply(made, 2) else None


def _items(reading: RecognisedDocument, claims: Sequence[Claim], end: int) -> list[Claim] | None:
    """The amounts that a sentence lists up to a place, bare figures before one that has a unit included; None if it is no list."""
    found: list[Claim] = []
    taken = {at for claim in claims for at in range(claim.within[0], claim.within[1])}
    for match in NUMERAL.finditer(claims[0].sentence[:end]):
        if match.start() in taken:
            found += [claim for claim in claims if claim.within[0] <= match.start() < claim.within[1]]
            continue
        behind = next((claim for claim in claims if claim.within[0] > match.start()), None)
        bare = (
            None
            if behind is None or years_in(match.group())
            else figure_beside(reading.document, behind, *match.span())
        )
        if bare is None:
            return None
        found.append(bare)
    return list({claim.within: claim for claim in found}.values())


def _text_term(claim: Claim) -> Term:
    return Term(claim.amount, place=claim.figure, label=claim.text)


def _change(
    reading: RecognisedDocument, per_cent: Claim, peers: Sequence[Claim], linked: Mapping[Location, Equation]
) -> Equation | None:
    """The equation of a change in per cent: *ökar med 8,3 procent till 2 180 000 kronor (2 012 000)*."""
    sense = _sense(per_cent, reading.language)
    moved = _moved(reading, per_cent, peers) if sense else None
    if moved is None:
        return None
    new, old = _term_of(moved.new, linked), _term_of(moved.old, linked) if moved.old is not None else None
    if old is None:
        old = _before(reading, new)
    if new is None or old is None or not old.value() or new.key == old.key:
        return None
    total = Term(per_cent.amount, place=per_cent.figure, label=per_cent.text)
    label = joined(": ", (per_cent.text, new.label))
    return Equation(CLAIM, total, (new, old), label, operator=RELATIVE_CHANGE, factor=_PER_CENT * sense)


def _sense(per_cent: Claim, language: str | None) -> int:
    """Return 1 where a figure in per cent tells a rise, -1 for a fall, 0 where it tells neither or is not sure."""
    before = per_cent.sentence[: per_cent.within[0]]
    behind = per_cent.sentence[per_cent.within[1] :]
    for sense, kind in ((1, "rises"), (-1, "falls")):
        if _moves_before(kind, language).search(before) or _moves_behind(kind, language).match(behind):
            return sense
    return 0


@cache
def _moves_before(kind: str, language: str | None) -> re.Pattern[str]:
    by = phrases("by", language).pattern
    return re.compile(rf"{phrases(kind, language).pattern}(?:(?:\s+\w+){{0,3}}\s+{by})?\s*$", re.IGNORECASE)


@cache
def _moves_behind(kind: str, language: str | None) -> re.Pattern[str]:
    return re.compile(rf"\s*{phrases(kind, language).pattern}", re.IGNORECASE)


def _moved(reading: RecognisedDocument, per_cent: Claim, peers: Sequence[Claim]) -> _Moved | None:
    """The amounts that a figure in per cent is the change between: *to* the one behind it, *from* the other."""
    language, sentence = reading.language, per_cent.sentence
    behind = [claim for claim in peers if claim.within[0] >= per_cent.within[1]]
    if not behind:
        return None
    first = behind[0]
    between = sentence[per_cent.within[1] : first.within[0]]
    to, origin = phrases("to", language), phrases("origin", language)
    if _ends(between, to):
        inner = _figure_between(reading, first, between, per_cent.within[1], language)
        if inner is not None:
            return _Moved(first, inner)
        bracket = _BRACKETED.match(sentence, first.within[1])
        if bracket is not None and not years_in(bracket["figure"]):
            old = figure_beside(reading.document, first, bracket.start("figure"), bracket.end("figure"))
            printed = next((claim for claim in behind[1:] if claim.within[0] <= bracket.end("figure")), None)
            return _Moved(first, printed or old)
        if origin.search(between):
            return None
        second = behind[1] if len(behind) > 1 else None
        if second is not None and _ends(sentence[first.within[1] : second.within[0]], origin):
            return _Moved(first, second)
        return _Moved(first, None) if second is None else None
    if _ends(between, origin) and len(behind) > 1 and _ends(sentence[first.within[1] : behind[1].within[0]], to):
        return _Moved(behind[1], first)
    return None


def _ends(text: str, words: re.Pattern[str]) -> bool:
    """Whether a text of a few words ends with one of some phrases."""
    if len(text) > _LONGEST_BETWEEN or _PARTED.search(text):
        return False
    found = list(words.finditer(text))
    return bool(found) and not text[found[-1].end() :].strip()


def _figure_between(
    reading: RecognisedDocument, claim: Claim, between: str, start: int, language: str | None
) -> Claim | None:
    """A bare figure before an amount that shares its unit: *från 105 till 112 mnkr*."""
    origin, to = phrases("origin", language).pattern, phrases("to", language).pattern
    match = re.search(rf"{origin}\s+(?P<figure>{NUMERAL.pattern})\s+{to}\s*$", between, re.IGNORECASE)
    if match is None or years_in(match["figure"]):
        return None
    return figure_beside(reading.document, claim, start + match.start("figure"), start + match.end("figure"))


def _term_of(claim: Claim, linked: Mapping[Location, Equation]) -> Term:
    """The figure of a table that an amount agrees with, or the amount itself."""
    equation = linked.get(claim.figure)
    if equation is not None and len(equation.terms) == 1 and equation.operator == "sum" and equation.status() != BROKEN:
        return equation.terms[0]
    return Term(claim.amount, place=claim.figure, label=claim.text)


def _before(reading: RecognisedDocument, new: Term) -> Term | None:
    """The figure of the year before in the row of a term."""
    figures = next((each for each in reading.tables if each.table is new.table), None)
    if figures is None:
        return None
    dated = {column: years_in(column.header) for column in figures.amount_columns}
    mine = next((years for column, years in dated.items() if column.index == new.col), frozenset())
    if len(mine) != 1:
        return None
    before = [column for column, years in dated.items() if years == {min(mine) - 1} and _alike(column, figures, new)]
    return term_at(figures, new.row, before[0]) if len(before) == 1 else None


def _alike(column: Column, figures: RecognisedTable, term: Term) -> bool:
    own = next(each for each in figures.amount_columns if each.index == term.col)
    return column.unit == own.unit


def _share(
    reading: RecognisedDocument, per_cent: Claim, peers: Sequence[Claim], linked: Mapping[Location, Equation]
) -> Equation | None:
    """The equation of a share: *241 870 kronor, vilket motsvarar 56,1 procent av de totalt 431 382 kronorna*."""
    language, sentence = reading.language, per_cent.sentence
    before = [claim for claim in peers if claim.within[1] <= per_cent.within[0]]
    behind = [claim for claim in peers if claim.within[0] >= per_cent.within[1]]
    if not before or not behind:
        return None
    part, whole = before[-1], behind[0]
    verb = sentence[part.within[1] : per_cent.within[0]]
    of = sentence[per_cent.within[1] : whole.within[0]]
    told = phrases("share", language).search(verb) is not None and len(verb) <= _LONGEST_VERB
    if (
        not told
        or not phrases("of", language).match(of.strip())
        or len(of) > _LONGEST_BETWEEN
        or _PARTED.search(of)
        or "," in of
    ):
        return None
    terms = (_term_of(part, linked), _term_of(whole, linked))
    if terms[1].value() == ZERO or terms[0].key == terms[1].key:
        return None
    total = Term(per_cent.amount, place=per_cent.figure, label=per_cent.text)
    label = joined(": ", (per_cent.text, terms[0].label))
    return Equation(CLAIM, total, terms, label, operator=DIVISION, factor=_PER_CENT)
