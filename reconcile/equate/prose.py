"""Link what is said to what is printed: captions to totals, claims to rows and totals, documents to a common sum."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from itertools import pairwise, takewhile
from typing import NamedTuple

from reconcile.core.amounts import Unit, in_unit
from reconcile.core.decimals import add, multiply
from reconcile.core.limits import UNTIMED, Clock
from reconcile.core.messages import joined, say
from reconcile.core.words import is_total_label, speaks_of_distribution
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
from reconcile.equate.near_misses import explain_gap
from reconcile.equate.terms import has_hole, is_exact, term_at, terms_down
from reconcile.recognise.claims import Claim, figure_at
from reconcile.recognise.columns import Column
from reconcile.recognise.entities import EntityMatches
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
# Prose speaks of rows of short tables; in long ones names are common words too often, and looking costs too much.
_MOST_ROWS = 400
# What an amount in prose begins with.
_NEXT_FIGURE = re.compile(r"[$€£₹]|\d[.,]\d{3}")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


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


def link_captions(reading: RecognisedDocument, known: Sequence[Control]) -> tuple[list[Equation], list[Control]]:
    """Equations between the totals that captions state and the tables below them.

    Returns them with the controls, which now know the totals that only a caption prints.
    """
    equations: list[Equation] = []
    linked = list(known)
    owned: dict[int, list[int]] = {}
    for number, control in enumerate(known):
        owned.setdefault(id(control.figures), []).append(number)
    stated: dict[int, list[Claim]] = {}
    for claim in reading.claims:
        if claim.hedge is None and claim.amount.unit.exponent == 0:
            stated.setdefault(claim.block, []).append(claim)
    titles = {figures.table.title_block for figures in reading.tables}
    for figures in reading.tables:
        for block, adjacent in _caption_blocks(reading, figures, titles):
            numbers, claims = owned.get(id(figures), []), stated.get(block, [])
            mine = [linked[number] for number in numbers]
            found = next(
                (f for claim in claims if (f := _link(reading, claim, mine, adjacent and len(claims) == 1))), None
            )
            if found is None:
                continue
            equation, control = found
            equations.append(equation)
            number = next(number for number in numbers if linked[number] is control)
            linked[number] = control._replace(total=control.total or equation.total, captioned=True)
            break
    return equations, linked


def _caption_blocks(
    reading: RecognisedDocument, figures: RecognisedTable, titles: Set[int | None]
) -> Iterator[tuple[int, bool]]:
    """The blocks that may state a table's total, with whether they stand right above it: then those before, then after.

    ``titles`` are the blocks right above any table; none that stands above another table belongs to this one.
    """
    title = figures.table.title_block
    after = -1 if title is None else title
    before = (after - back for back in range(1, _REACH))
    blocks = [after, *takewhile(lambda block: block not in titles, before), after + 1]
    for block in blocks:
        if 0 <= block < len(reading.document.blocks) and (block == after or block not in titles):
            text = reading.document.blocks[block].text
            if len(text) <= _LONGEST_CAPTION:
                yield block, block == after


def _link(
    reading: RecognisedDocument, claim: Claim, mine: Sequence[Control], alone: bool
) -> tuple[Equation, Control] | None:
    """The equation between a claim and the control total that it states, or None where it states none of them."""
    equation, control = _caption_equation(claim, mine, alone)
    if claim.alternative is not None and (equation is None or equation.status() == BROKEN):
        # Digits that prose alone would read as two figures are one, if as one they are the total.
        amount = claim.alternative
        other = claim._replace(amount=amount, figure=figure_at(reading.document, claim, amount))
        whole, owner = _caption_equation(other, mine, alone=False)
        if whole is not None and whole.difference() == 0:
            equation, control = whole, owner
    return None if equation is None or control is None else (equation, control)


def _caption_equation(claim: Claim, mine: Sequence[Control], alone: bool) -> tuple[Equation | None, Control | None]:
    broken: tuple[Equation | None, Control | None] = (None, None)
    for control in mine:
        equation = _stated_total(claim, control)
        if equation.status() not in (BROKEN, UNVERIFIABLE):
            return equation, control
        if (
            alone
            and len(mine) == 1
            and (_is_within(equation, _CAPTION_FACTOR) or speaks_of_distribution(claim.sentence))
        ):
            broken = equation, control
    return broken


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
    may be meant); one about a total only if it agrees.
    When the time is up, they are those of the claims looked at so far.
    """
    used = {equation.total.location for equation in taken}
    speakers = [_spellings(figures, names.get((figures.table.path, figures.table.index))) for figures in reading.tables]
    tables_by_word = _words_of_names(speakers)
    by_sentence: defaultdict[tuple[int, str], list[Claim]] = defaultdict(list)
    for claim in reading.claims:
        by_sentence[claim.block, claim.sentence].append(claim)
    equations: list[Equation] = []
    for claim in reading.claims:
        if clock.is_up():
            break
        if claim.figure in used:
            continue
        total = Term(claim.amount, place=claim.figure, label=claim.text)
        printed = _WORD.findall(claim.sentence.casefold()) if tables_by_word else ()
        words = {word for found in printed for word in (found, found.removesuffix("s"))}
        mentioned = sorted({table for word in ("", *words) for table in tables_by_word.get(word, ())})
        near = [(reading.tables[table], speakers[table]) for table in mentioned]
        peers = by_sentence[claim.block, claim.sentence]
        equation = (
            _row_claim(claim, total, near, peers)
            or _dated_claim(claim, total, known)
            or _total_claim(claim, total, known)
        )
        if equation is not None:
            equations.append(equation)
    return equations


def _words_of_names(speakers: Sequence[Mapping[int, frozenset[str]]]) -> dict[str, set[int]]:
    """The tables that hold a name, by its rarest word, so that a sentence is held only against names that may be in it."""
    names = [(table, name) for table, rows in enumerate(speakers) for spellings in rows.values() for name in spellings]
    usual = Counter(word for _, name in names for word in _WORD.findall(name))
    found: dict[str, set[int]] = {}
    for table, name in names:
        found.setdefault(min(_WORD.findall(name), key=usual.__getitem__, default=""), set()).add(table)
    return found


def _row_claim(
    claim: Claim,
    total: Term,
    tables: Sequence[tuple[RecognisedTable, Mapping[int, frozenset[str]]]],
    peers: Sequence[Claim],
) -> Equation | None:
    """The equation of a claim with the row that its sentence names; where it names several, see ``_named_in_turn``."""
    sentence = claim.sentence.casefold()
    for figures, spellings in tables:
        places = {row: min(found) for row, names in spellings.items() if (found := _places(sentence, names))}
        alone = len(places) == 1
        row = next(iter(places)) if alone else _named_in_turn(claim, sentence, places, peers)
        if row is None or len(figures.amount_columns) != 1:
            continue
        term = term_at(figures, row, figures.amount_columns[0])
        if term is None:
            continue
        equation = Equation(CLAIM, total, (term,), joined(": ", (claim.text, term.label)))
        if equation.status() != BROKEN:
            return equation
        if not _is_name(claim.sentence, spellings[row], figures, row):
            continue
        # Of several figures in a sentence that names one row any may be meant, unless a slip alone keeps it from the row's.
        several = alone and len(peers) > 1
        if several and any(peer.amount.value == term.value() for peer in peers):
            continue
        near = alone and not several and _is_within(equation, _ROW_FACTOR)
        if near or _is_slip_of(claim, term) or (not several and _is_of_another_row(claim, term, figures)):
            return equation
    return None


def _named_in_turn(claim: Claim, sentence: str, places: Mapping[int, int], peers: Sequence[Claim]) -> int | None:
    """The row that goes with a claim where names and amounts take turns: *Alby får 1 200 kronor och Boda får 700 kronor*."""
    if len(peers) != len(places) or len(peers) > _MOST_IN_TURN:
        return None
    figures = [each.text.casefold() for each in peers]
    if any(sentence.count(figure) != 1 for figure in figures):
        return None
    rows = sorted(places, key=places.__getitem__)
    amounts = sorted(sentence.index(figure) for figure in figures)
    mine = amounts.index(sentence.index(claim.text.casefold()))
    turns = sorted([*((places[row], True) for row in rows), *((amount, False) for amount in amounts)])
    return rows[mine] if all(one[1] != other[1] for one, other in pairwise(turns)) else None


def _is_slip_of(claim: Claim, row: Term) -> bool:
    """Whether one slip makes of a claim, however far off, the amount of the row."""
    if not _is_telling(claim, row):
        return False
    meant, given = int(claim.amount.value), int(row.amount.value)
    slip = explain_gap(meant - given, 0, ((meant, 1), (-given, 1))) is not None
    return slip or meant == given * 1000 or given == meant * 1000


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


def _is_name(sentence: str, names: frozenset[str], figures: RecognisedTable, row: int) -> bool:
    """Whether a sentence names a row, and not a thing that is called so (*cash* beside a row *Cash*) or its period (*2024*)."""
    label = figures.labels[row].strip()
    return not _YEAR.search(label) and any(
        not label[:1].isupper() or sentence[start : start + 1].isupper()
        for start in _places(sentence.casefold(), names)
    )


def _spellings(figures: RecognisedTable, names: EntityMatches | None) -> dict[int, frozenset[str]]:
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


def _places(sentence: str, names: Iterable[str]) -> list[int]:
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


def _total_claim(claim: Claim, total: Term, known: Sequence[Control]) -> Equation | None:
    for control in known:
        # What does not meet does not tie; to look at that first keeps many claims and many tables cheap.
        if control.total is None or not (
            control.total.amount.low <= claim.amount.high and claim.amount.low <= control.total.amount.high
        ):
            continue
        label = joined(": ", (claim.text, control.total.label or say("total")))
        equation = Equation(CLAIM, total, (control.total,), label)
        if equation.status() != BROKEN:
            return equation
    return None


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
