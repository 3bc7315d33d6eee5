"""Link what is said to what is printed: captions to totals, claims to rows and totals, documents to a common sum."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import pairwise, takewhile
from types import MappingProxyType
from typing import NamedTuple

from reconcile.core.amounts import Amount, Unit, in_unit
from reconcile.core.decimals import add, multiply, quotient, rescale
from reconcile.core.languages import AT_LEAST, AT_MOST
from reconcile.core.limits import UNTIMED, Clock
from reconcile.core.location import Location
from reconcile.core.messages import joined, say
from reconcile.core.words import hedges, is_total_label, speaks_of_distribution
from reconcile.equate.by_value import link_values
from reconcile.equate.equation import (
    BROKEN,
    BUDGET,
    CLAIM,
    COLUMN_TOTAL,
    STATED,
    STATED_TOTAL,
    SUBTOTAL,
    SUM,
    UNVERIFIABLE,
    Equation,
    Term,
    Terms,
    terms_to_look_at,
)
from reconcile.equate.evidence import DOUBTED
from reconcile.equate.in_words import link_words
from reconcile.equate.near_misses import explain_gap
from reconcile.equate.speakers import columns_meant, is_name, rows_named, spellings_of, words_of_names
from reconcile.equate.statements import link_statements
from reconcile.equate.terms import has_hole, is_exact, term_at, terms_down
from reconcile.recognise.claims import Claim, figure_at
from reconcile.recognise.columns import Column
from reconcile.recognise.entities import EntityMatches
from reconcile.recognise.sentences import Spoken, holds, listen, phrases
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable

# A caption whose amount is within this factor of the rows' sum speaks of them; one farther off speaks of something else.
_CAPTION_FACTOR = 2
_ROW_FACTOR = 2
# Sentences of more amounts are lists.
_MOST_IN_TURN = 20
# Smaller amounts are like another by chance, or by one slip.
_LEAST_MISTAKEN = 10_000
_LONGEST_CAPTION = 300
# How many blocks above a table may state its total.
_REACH = 3
# A total below its table is told in so many words at most.
_MOST_WORDS_BELOW = 6
# In a document of more columns of amounts no sentence is sure to mean one.
_MOST_CONTROLS = 20
# So many sentences are held against each other for an amount that is told twice; so many words make them of one thing.
_MOST_TOLD, _ENOUGH_WORDS, _STEM = 200, 3, 5
# Figures of fewer digits are alike but for one too often; longer ones are no money.
_ENOUGH_DIGITS, _MOST_DIGITS = 4, 18
# What an amount in prose begins with.
_NEXT_FIGURE = re.compile(r"[$€£₹]|\d[.,]\d{3}")
_WORD = re.compile(r"[^\W_]+")


class Control(NamedTuple):
    """What one amount column distributes in all: its control total as printed, if it is, and the rows it rests on.

    ``captioned`` says that a caption states the total, ``incomplete`` that a figure of the column is withheld or unread.
    """

    figures: RecognisedTable
    column: Column
    rows: Sequence[Term]
    total: Term | None = None
    captioned: bool = False
    incomplete: bool = False


def controls(figures: RecognisedTable, equations: Sequence[Equation]) -> list[Control]:
    """The control total of each amount column: its column total, where the table prints one."""
    found = []
    for column in figures.amount_columns:
        totals = [e for e in equations if e.kind == COLUMN_TOTAL and e.total.col == column.index]
        if totals:
            last = totals[-1]
            rows = _rows_of(
                last, [e for e in equations if e.total.col == column.index and e.kind in (COLUMN_TOTAL, SUBTOTAL)]
            )
            found.append(Control(figures, column, rows, last.total, incomplete=last.incomplete))
            continue
        rows = terms_down(figures, figures.leaves, column)
        if len(rows) > 1:
            found.append(Control(figures, column, rows, incomplete=has_hole(figures, figures.body, column.index)))
    return found


def _rows_of(whole: Equation, sums: Sequence[Equation]) -> Sequence[Term]:
    """The rows that a total rests on in the end: its terms, with those that are sums themselves taken apart."""
    if isinstance(whole.terms, Terms):
        return whole.terms
    parts = {e.total.row: e.terms for e in sums if e.operator == SUM and e.status() != BROKEN}
    rows: list[Term] = []
    todo, seen = list(reversed(whole.terms)), {whole.total.row}
    while todo:
        term = todo.pop()
        if term.row in parts and term.row not in seen:
            seen.add(term.row)
            todo += reversed(parts[term.row])
        elif not term.is_nil:
            rows.append(term)
    return tuple(rows)


def link_captions(
    reading: RecognisedDocument,
    known: Sequence[Control],
    names: Mapping[tuple[str, int], EntityMatches] = MappingProxyType({}),
) -> tuple[list[Equation], list[Control]]:
    """Equations between the totals that captions state and the tables below them.

    Returns them with the controls, which now know the totals that only a caption prints.
    """
    equations: list[Equation] = []
    linked = list(known)
    owned: dict[int, list[int]] = {}
    for number, control in enumerate(known):
        owned.setdefault(id(control.figures), []).append(number)
    stated: dict[int, list[Spoken]] = {}
    for spoken in _listen(reading):
        if spoken.claim.hedge is None:
            stated.setdefault(spoken.claim.block, []).append(spoken)
    titles = {figures.table.title_block for figures in reading.tables}
    for figures in reading.tables:
        numbers = owned.get(id(figures), [])
        speakers = spellings_of(figures, names.get((figures.table.path, figures.table.index)))
        for block, place in _caption_blocks(reading, figures, titles):
            claims = stated.get(block, [])
            alone = len(claims) == 1
            mine = [linked[number] for number in numbers]
            found = next((f for c in claims if (f := _link(reading, c, mine, speakers, place, alone))), None)
            if found is None:
                continue
            equation, control = found
            equations.append(equation)
            number = next(number for number in numbers if linked[number] is control)
            linked[number] = control._replace(total=control.total or equation.total, captioned=True)
            break
    return equations, linked


def _listen(reading: RecognisedDocument) -> list[Spoken]:
    """Every claim of a document with what its sentence says of it."""
    sentences: defaultdict[tuple[int, int], list[Claim]] = defaultdict(list)
    for claim in reading.claims:
        sentences[claim.block, claim.begins].append(claim)
    return [spoken for peers in sentences.values() for spoken in listen(peers, reading.language)]


def _caption_blocks(
    reading: RecognisedDocument, figures: RecognisedTable, titles: Set[int | None]
) -> Iterator[tuple[int, int]]:
    """The blocks that may state a table's total, with how far they stand from it: -1 right above, 1 right below.

    Those above come first. ``titles`` are the blocks right above any table; none that stands above another table belongs
    to this one.
    """
    title = figures.table.title_block
    after = -1 if title is None else title
    before = (after - back for back in range(1, _REACH))
    blocks = [after, *takewhile(lambda block: block not in titles, before), after + 1]
    for block in blocks:
        if 0 <= block < len(reading.document.blocks) and (block == after or block not in titles):
            text = reading.document.blocks[block].text
            if len(text) <= _LONGEST_CAPTION:
                yield block, block - after - (block <= after)


def _link(
    reading: RecognisedDocument,
    spoken: Spoken,
    mine: Sequence[Control],
    speakers: Mapping[int, frozenset[str]],
    place: int,
    alone: bool,
) -> tuple[Equation, Control] | None:
    """The equation between a claim and the control total that it states, or None where it states none of them."""
    claim = spoken.claim
    if not mine:
        return None
    columns = {column.index for column in columns_meant(spoken, mine[0].figures)}
    mine = [control for control in mine if control.column.index in columns]
    of_rows = bool(rows_named(claim.sentence.casefold(), speakers)) and not spoken.is_of_all
    if of_rows:
        return None
    if spoken.says("asked") and not spoken.says("distribution"):
        # What was asked for is held to figures that are called so, too.
        mine = [control for control in mine if _is_asked_for(spoken, control)]
    sure = claim.amount.unit.exponent == 0 and len(mine) == 1 and _is_stated(spoken, place, alone)
    equation, control = _caption_equation(claim, mine, sure)
    if equation is None and len(mine) == 1 and place == -1 and alone:
        equation, control = _likely_total(spoken, mine[0])
    if claim.alternative is not None and (equation is None or equation.status() == BROKEN):
        # Digits that prose alone would read as two figures are one, if as one they are the total.
        amount = claim.alternative
        other = claim._replace(amount=amount, figure=figure_at(reading.document, claim, amount))
        whole, owner = _caption_equation(other, mine, sure=False)
        if whole is not None and whole.difference() == 0:
            equation, control = whole, owner
    return None if equation is None or control is None else (equation, control)


def _is_asked_for(spoken: Spoken, control: Control) -> bool:
    """Return True if the header of a column, or a title beside the sentence, says that the amounts were asked for."""
    title = control.figures.title.replace(spoken.claim.sentence, " ")
    return any(holds("asked", spoken.language, text) for text in (control.column.header, title))


def _is_stated(spoken: Spoken, place: int, alone: bool) -> bool:
    """Whether words say that an amount beside a table is what the table makes in all.

    Right above it stands what is distributed, or a total. Right below it stands nothing but the total.
    """
    if spoken.is_change or spoken.is_mean or spoken.says("partly"):
        return False
    if place == 1:
        first = phrases("total", spoken.language).match(spoken.claim.sentence)
        return alone and first is not None and len(_WORD.findall(spoken.before + spoken.behind)) <= _MOST_WORDS_BELOW
    worded = alone and (
        spoken.says("total") or spoken.says("distribution") or speaks_of_distribution(spoken.claim.sentence)
    )
    return place == -1 and (spoken.is_of_all or worded)


def _caption_equation(claim: Claim, mine: Sequence[Control], sure: bool) -> tuple[Equation | None, Control | None]:
    broken: tuple[Equation | None, Control | None] = (None, None)
    for control in mine:
        equation = _stated_total(claim, control)
        if equation.status() not in (BROKEN, UNVERIFIABLE):
            if claim.amount.unit.exponent == 0:
                return equation, control
        elif sure and (_is_within(equation, _CAPTION_FACTOR) or speaks_of_distribution(claim.sentence)):
            broken = equation, control
    return broken


def _likely_total(spoken: Spoken, control: Control) -> tuple[Equation | None, Control | None]:
    """The equation of a lone amount right above a table that no word calls a total, but one slip parts from what the rows make."""
    equation = _stated_total(spoken.claim, control)
    said, made = equation.total.amount, equation.computed()
    if equation.status() != BROKEN or spoken.is_change or spoken.is_mean or spoken.says("partly"):
        return None, None
    if said.low != said.high or not is_slip_of(said.value, made):
        return None, None
    return replace(equation, fault=DOUBTED, slipped=True), control


def _stated_total(claim: Claim, control: Control) -> Equation:
    currency = claim.amount.unit.currency or control.column.unit.currency
    total = Term(in_unit(claim.amount, Unit(currency, claim.amount.unit.exponent)), place=claim.figure, label=STATED)
    terms = (control.total,) if control.total is not None else control.rows
    # A currency that the caption states holds for the figures below it, too.
    if any(term.amount.unit.currency is None for term in terms_to_look_at(terms)):
        terms = _all_in_currency(terms, currency)
    what = control.total.label if control.total is not None else say("{count} rows", count=len(control.rows))
    incomplete = control.incomplete and control.total is None
    return Equation(
        STATED_TOTAL,
        total,
        terms,
        say("stated total: {what}", what=what),
        exact=is_exact(total, terms),
        incomplete=incomplete,
    )


def _all_in_currency(terms: Sequence[Term], currency: str | None) -> Sequence[Term]:
    if isinstance(terms, Terms):
        make = terms.make
        return Terms(terms.column, terms.rows, partial(_made_in_currency, make, currency))
    return tuple(_in_currency(term, currency) for term in terms)


def _in_currency(term: Term, currency: str | None) -> Term:
    if term.amount.unit.currency is not None or currency is None:
        return term
    return replace(term, amount=in_unit(term.amount, Unit(currency, term.amount.unit.exponent)))


def _made_in_currency(make: Callable[[int], Term], currency: str | None, row: int) -> Term:
    """Make the term of a row in a currency. A module's function, so that processes can exchange it."""
    return _in_currency(make(row), currency)


def _is_within(equation: Equation, factor: int) -> bool:
    stated, computed = equation.total.value().copy_abs(), equation.computed().copy_abs()
    return stated <= multiply(computed, factor) and computed <= multiply(stated, factor)


def link_claims(
    reading: RecognisedDocument,
    known: Sequence[Control],
    names: Mapping[tuple[str, int], EntityMatches],
    taken: Sequence[Equation],
    clock: Clock = UNTIMED,
) -> list[Equation]:
    """Equations between claims in prose and what they speak of: the row that their sentence names, or a control total.

    A claim about a named row is linked even if it disagrees (the name is the witness, where no other figure of the sentence
    may be meant); one about a total only if it agrees, or if a slip keeps it from a total that the sentence is sure to mean.
    When the time is up, they are those of the claims looked at so far.
    """
    used = {equation.total.location for equation in taken}
    speakers = [
        spellings_of(figures, names.get((figures.table.path, figures.table.index))) for figures in reading.tables
    ]
    tables_by_word = words_of_names(speakers)
    by_sentence: defaultdict[tuple[int, int], list[Claim]] = defaultdict(list)
    for claim in reading.claims:
        by_sentence[claim.block, claim.begins].append(claim)
    equations: list[Equation] = []
    listened: list[Spoken] = []
    for peers in by_sentence.values():
        if clock.is_up():
            break
        printed = _WORD.findall(peers[0].sentence.casefold()) if tables_by_word else ()
        words = {word for found in printed for word in (found, found.removesuffix("s"))}
        mentioned = sorted({table for word in ("", *words) for table in tables_by_word.get(word, ())})
        near = [(reading.tables[table], speakers[table]) for table in mentioned]
        heard = listen(peers, reading.language)
        listened += heard
        linked: list[Equation | None] = []
        for spoken in heard:
            total = Term(spoken.claim.amount, place=spoken.claim.figure, label=spoken.claim.text)
            linked.append(
                None
                if spoken.claim.figure in used
                else _row_claim(spoken, total, near, peers)
                or _dated_claim(spoken.claim, total, known)
                or _total_claim(spoken, total, known)
            )
        linked = _beside_agreeing(heard, linked, known, used)
        of_rows = any(rows_named(peers[0].sentence.casefold(), spellings) for _, spellings in near)
        for number, spoken in enumerate(heard):
            if linked[number] is None and spoken.claim.figure not in used and (spoken.is_of_all or not of_rows):
                linked[number] = _slipped_total(spoken, known, alone=len(peers) == 1)
        equations += [equation for equation in linked if equation is not None]
    linked_places = {equation.total.location for equation in (*taken, *equations)}
    open_claims = [spoken for spoken in listened if spoken.claim.figure not in linked_places]
    equations += link_values(reading, open_claims, clock)
    equations += _said_twice(listened, {equation.total.location for equation in (*taken, *equations)}, clock)
    equations += link_words(reading, list(zip(reading.tables, speakers, strict=True)), clock)
    known_places = {equation.total.location: equation for equation in (*taken, *equations)}
    return [*equations, *link_statements(reading, known_places, clock)]


def _said_twice(listened: Sequence[Spoken], linked: Set[Location], clock: Clock) -> list[Equation]:
    """The equations of amounts with those that one slip parts from them, where both sentences are of the same thing.

    The same words say both of all that is handed out, and no year tells them apart.
    """
    told: list[tuple[Spoken, frozenset[str]]] = []
    for spoken in listened:
        claim = spoken.claim
        if claim.hedge is not None or claim.figure in linked:
            continue
        worded = spoken.says("total") or spoken.says("distribution")
        if worded and not (spoken.is_change or spoken.is_mean):
            told.append((spoken, _content(claim.sentence)))
            if clock.is_up() or len(told) == _MOST_TOLD:
                break
    found: list[Equation] = []
    for number, (spoken, words) in enumerate(told):
        alike = [
            other
            for other, others in told[:number]
            if len(words & others) >= _ENOUGH_WORDS
            and other.claim.sentence != spoken.claim.sentence
            and other.years == spoken.years
            and other.year_before() == spoken.year_before()
            and other.claim.amount.unit == spoken.claim.amount.unit
        ]
        if any(other.claim.amount.value == spoken.claim.amount.value for other in alike):
            continue
        slipped = [other for other in alike if _is_printed_slip(spoken.claim, other.claim.amount.value)]
        if len(slipped) == 1:
            first, second = (
                Term(each.claim.amount, place=each.claim.figure, label=each.claim.text) for each in (slipped[0], spoken)
            )
            found.append(Equation(CLAIM, second, (first,), joined(": ", (spoken.claim.text, first.label))))
    return found


def _content(sentence: str) -> frozenset[str]:
    """The words of a sentence that say what it is of, by their beginnings."""
    words = (word.casefold() for word in _WORD.findall(sentence))
    return frozenset(word[:_STEM] for word in words if len(word) >= _STEM and not word.isdigit())


def _row_claim(
    spoken: Spoken,
    total: Term,
    tables: Sequence[tuple[RecognisedTable, Mapping[int, frozenset[str]]]],
    peers: Sequence[Claim],
) -> Equation | None:
    """The equation of a claim with the row that its sentence names; where it names several, see ``_named_in_turn``.

    Of several amount columns the sentence must say which it means, or the claim is linked only if it agrees with one.
    """
    claim = spoken.claim
    sentence = claim.sentence.casefold()
    for figures, spellings in tables:
        places = rows_named(sentence, spellings)
        alone = len(places) == 1
        row = next(iter(places)) if alone else _named_in_turn(claim, places, peers)
        if row is None:
            continue
        terms = [term for c in columns_meant(spoken, figures) if (term := term_at(figures, row, c)) is not None]
        linked = [Equation(CLAIM, total, (term,), joined(": ", (claim.text, term.label))) for term in terms]
        agreeing = [equation for equation in linked if equation.status() != BROKEN]
        if agreeing:
            return agreeing[0]
        if len(terms) != 1 or spoken.is_change or spoken.is_mean or spoken.is_of_all:
            continue
        term, equation = terms[0], linked[0]
        if not is_name(claim.sentence, spellings[row], figures, row) or _is_in_row(claim, figures, row):
            continue
        # Of several figures in a sentence that names one row any may be meant, unless a slip alone keeps it from the row's.
        several = alone and len(peers) > 1
        if several and any(peer.amount.value == term.value() for peer in peers):
            continue
        near = alone and not several and _is_within(equation, _ROW_FACTOR)
        if near or _is_slip_of(claim, term) or (not several and _is_of_another_row(claim, term, figures)):
            return equation
    return None


def _is_in_row(claim: Claim, figures: RecognisedTable, row: int) -> bool:
    """Whether a claim is what another column prints in a row."""
    cells = (figures.cells[column.index][row] for column in figures.amount_columns)
    return any(amount is not None and amount.value == claim.amount.value for amount in cells)


def _named_in_turn(claim: Claim, places: Mapping[int, int], peers: Sequence[Claim]) -> int | None:
    """The row that goes with a claim where names and amounts take turns: *Alby får 1 200 kronor och Boda får 700 kronor*."""
    if len(peers) != len(places) or len(peers) > _MOST_IN_TURN:
        return None
    rows = sorted(places, key=places.__getitem__)
    amounts = [each.within[0] for each in peers]
    turns = sorted([*((places[row], True) for row in rows), *((amount, False) for amount in amounts)])
    mine = amounts.index(claim.within[0])
    return rows[mine] if all(one[1] != other[1] for one, other in pairwise(turns)) else None


def _is_slip_of(claim: Claim, row: Term) -> bool:
    """Whether one slip makes of a claim, however far off, the amount of the row."""
    return _is_telling(claim, row) and is_slip_of(claim.amount.value, row.amount.value)


def is_slip_of(said: Decimal, meant: Decimal) -> bool:
    """Return True if one slip makes of a whole amount another, large enough that they are seldom alike by chance."""
    if said != int(said) or meant != int(meant) or min(said.copy_abs(), meant.copy_abs()) < _LEAST_MISTAKEN:
        return False
    given, made = int(said), int(meant)
    slip = explain_gap(given - made, 0, ((given, 1), (-made, 1))) is not None
    return slip or given == made * 1000 or made == given * 1000


def _is_of_another_row(claim: Claim, row: Term, figures: RecognisedTable) -> bool:
    """Whether a claim gives a row the amount of another."""
    cells = figures.cells[row.col]
    amounts = (cells[other] for other in figures.leaves)
    return _is_telling(claim, row) and any(a is not None and a.value == claim.amount.value for a in amounts)


def _is_telling(claim: Claim, row: Term) -> bool:
    """Whether a claim and an amount are exact, whole and large enough that they are seldom alike by chance."""
    said, printed = claim.amount, row.amount
    exact = said.low == said.high and said.value == int(said.value) and printed.value == int(printed.value)
    return exact and min(said.value.copy_abs(), printed.value.copy_abs()) >= _LEAST_MISTAKEN


def _dated_claim(claim: Claim, total: Term, known: Sequence[Control]) -> Equation | None:
    """The equation of what a sentence says the total is under one heading: *totaled $71,841 million as of December 17*.

    Where several columns have totals, the heading right behind the figure says which is meant, agree or not.
    """
    sentence = claim.sentence.casefold()
    _, _, rest = sentence.partition(claim.text.casefold())
    if len(known) < 2 or not any(word.startswith("total") for word in _WORD.findall(sentence)):
        return None
    behind = " ".join(_WORD.findall(_NEXT_FIGURE.split(rest, maxsplit=1)[0]))
    named = [c for c in known if c.total is not None and (name := _heading(c)) and f" {name} " in f" {behind} "]
    if len(named) != 1 or named[0].total is None:
        return None
    equation = Equation(CLAIM, total, (named[0].total,), joined(": ", (claim.text, named[0].total.label)))
    return equation if equation.status() != BROKEN or _is_within(equation, _ROW_FACTOR) else None


def _heading(control: Control) -> str:
    """What a column's header says besides that it is a total, if it holds a number: a date, a year."""
    words = [word for word in _WORD.findall(control.column.header.casefold()) if not is_total_label(word)]
    return " ".join(words) if len(words) > 1 and any(word.isdigit() for word in words) else ""


def _total_claim(spoken: Spoken, total: Term, known: Sequence[Control]) -> Equation | None:
    claim = spoken.claim
    if spoken.is_change or spoken.is_mean:
        return None
    bound = claim.hedge is not None and hedges(spoken.language).get(claim.hedge) in (AT_MOST, AT_LEAST)
    for control in known:
        # What does not meet does not tie; to look at that first keeps many claims and many tables cheap.
        if control.total is None or not (
            control.total.amount.low <= claim.amount.high and claim.amount.low <= control.total.amount.high
        ):
            continue
        label = joined(": ", (claim.text, control.total.label or say("total")))
        equation = Equation(CLAIM, total, (control.total,), label)
        if equation.status() == BROKEN or (bound and not _is_within(equation, _ROW_FACTOR)):
            continue
        if control.column in columns_meant(spoken, control.figures):
            return equation
    return None


def _beside_agreeing(
    heard: Sequence[Spoken], linked: Sequence[Equation | None], known: Sequence[Control], used: Set[Location]
) -> list[Equation | None]:
    """The equations of a sentence with those of amounts that one slip parts from the figure beside one that agrees.

    Two figures of one sentence are of one row: *totaled 83 182, compared to 81 827*, where the row says 82 182 and 81 827.
    """
    found = list(linked)
    told = [number for number, e in enumerate(linked) if e is not None and e.status() != BROKEN]
    lost = [n for n, e in enumerate(linked) if e is None and heard[n].claim.figure not in used]
    if not told or not lost:
        return found
    figures_of = {id(control.figures.table): control.figures for control in known}
    for number in lost:
        spoken = heard[number]
        if spoken.is_change or spoken.is_mean or spoken.claim.hedge is not None:
            continue
        for other in told:
            equation = linked[other]
            term = equation.terms[0] if equation is not None else None
            figures = figures_of.get(id(term.table)) if term is not None else None
            if (
                term is None
                or figures is None
                or len(str(_printed_at(heard[other].claim.amount, term.value()))) < _ENOUGH_DIGITS
            ):
                continue
            slipped = [
                beside
                for beside in _row_beside(figures, term, spoken)
                if _is_printed_slip(spoken.claim, beside.value())
            ]
            if len(slipped) == 1 and not _is_printed(spoken.claim, figures):
                total = Term(spoken.claim.amount, place=spoken.claim.figure, label=spoken.claim.text)
                label = joined(": ", (spoken.claim.text, slipped[0].label))
                found[number] = Equation(CLAIM, total, (slipped[0],), label)
                break
    return found


def _slipped_total(spoken: Spoken, known: Sequence[Control], alone: bool) -> Equation | None:
    """The equation of an amount that a sentence calls the total, and one slip parts from the only total that it may mean."""
    worded = spoken.is_of_all or (alone and (spoken.says("total") or spoken.says("distribution")))
    if not worded or spoken.claim.hedge is not None or spoken.is_change or spoken.is_mean or spoken.says("partly"):
        return None
    may_mean = [c for c in known[:_MOST_CONTROLS] if c.column in columns_meant(spoken, c.figures) and not c.incomplete]
    if len(may_mean) != 1:
        return None
    equation = _stated_total(spoken.claim, may_mean[0])
    if equation.status() != BROKEN or not _is_printed_slip(spoken.claim, equation.computed()):
        return None
    return replace(equation, fault=DOUBTED, slipped=True)


def _row_beside(figures: RecognisedTable, term: Term, spoken: Spoken) -> Iterator[Term]:
    """The other figures of a term's row that a claim may speak of."""
    for column in columns_meant(spoken, figures):
        beside = term_at(figures, term.row, column) if column.index != term.col else None
        if beside is not None:
            yield beside


def _is_printed(claim: Claim, figures: RecognisedTable) -> bool:
    """Whether a table prints what a claim says."""
    return any(amount.value == claim.amount.value for _, _, amount in figures.amounts())


def _is_printed_slip(claim: Claim, meant: Decimal) -> bool:
    """Whether one slip in the printed digits of a claim makes another amount, rounded as the claim is."""
    given, made = (_printed_at(claim.amount, value) for value in (claim.amount.value, meant))
    if min(len(str(given)), len(str(made))) < _ENOUGH_DIGITS or max(len(str(given)), len(str(made))) > _MOST_DIGITS:
        return False
    return given != made and explain_gap(given - made, 0, ((given, 1), (-made, 1))) is not None


def _printed_at(amount: Amount, value: Decimal) -> int:
    """A value in units of the last place that an amount is printed to, rounded."""
    return int(quotient(rescale(value.copy_abs(), amount.decimals - amount.unit.exponent), Decimal(1), 0))


def link_documents(readings: Sequence[RecognisedDocument], known: Sequence[Sequence[Control]]) -> list[Equation]:
    """The sum that several documents exhaust together, found without being told.

    A coincidence must not count, so the witness is strong: every document checked prints one control total of its
    own, the totals add up exactly, and every document names that very amount in its prose, without a hedge.
    """
    if len(readings) < 2:
        return []
    totals: list[Term] = []
    for mine in known:
        stated = [control.total for control in mine if control.total is not None]
        if len(stated) != 1:
            return []
        totals.append(stated[0])
    whole = add(term.amount.value for term in totals)
    naming = [
        next((c for c in reading.claims if c.hedge is None and c.amount.value == whole), None) for reading in readings
    ]
    first = naming[0]
    if first is None or any(claim is None for claim in naming):
        return []
    total = Term(first.amount, place=first.figure, label=first.text)
    label = say("{claim}: {count} documents together", claim=first.text, count=len(totals))
    return [Equation(BUDGET, total, tuple(totals), label, exact=True)]
