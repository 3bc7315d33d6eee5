"""Budgets: which documents draw on which line, who receives what in them, and the equations that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from reconcile.core.amounts import Amount
from reconcile.core.decimals import add
from reconcile.core.location import Location
from reconcile.core.messages import Message, joined, say
from reconcile.core.settings import UsageError
from reconcile.equate.budget.columns import Share, Tables, find_shares, names_of
from reconcile.equate.budget.file import USES, Budget, BudgetLine, Entity, Stated, folded
from reconcile.equate.equation import BUDGET, LIMIT, REMAINING, Equation, Term
from reconcile.equate.prose import Control
from reconcile.recognise.entities import EntityMatches, recognise_names
from reconcile.recognise.registries import Registry

# No registry has so many names, however they are spelt.
_MOST_NAMES = 20_000


class Gap(NamedTuple):
    """Why something cannot be set against a line of the budget (or an entity of it) that stands at ``location``."""

    line: str
    location: Location
    name: str
    reason: Message


class Holder(NamedTuple):
    """Somebody who receives, as told apart over all documents: a name, and the rows in each share (by its index)."""

    name: str
    rows: Mapping[int, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class Distribution:
    """What the documents of a budget draw and who receives it, the equations, and what stands in their way.

    ``absent`` are the documents that were not found, or that cannot be counted.
    """

    shares: tuple[Share, ...] = ()
    holders: tuple[Holder, ...] = ()
    equations: tuple[Equation, ...] = ()
    gaps: tuple[Gap, ...] = ()
    absent: frozenset[str] = frozenset()


def distribute(
    budget: Budget, found: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[Control]], names: Tables
) -> Distribution:
    """Set the documents against the lines and entities of a budget.

    A document counts with what its rows add up to, not with the total it prints, so that the budget is a witness of its
    own. A line of which a document is missing, or below which one is, is incomplete: a sum without it proves nothing.
    """
    shares, faults = find_shares(budget, found, known, names)
    holders = _tell_apart(budget, shares, names)
    absent = {name for name in budget.documents if name in faults or name not in found}
    equations = [e for line in budget.walk() if (e := _equate_line(budget, line, shares, faults, absent)) is not None]
    gaps = [
        Gap(line.name, line.location, name, faults[name])
        for line in budget.walk() for name in line.documents if name in faults
    ]  # fmt: skip
    drawn = {name for line in budget.walk() for name in line.documents}
    for name, source in budget.documents.items():
        # A press release that only restates a decision needs no table.
        if name in faults and name not in drawn and source.decision is None:
            gaps.append(Gap(budget.name, source.location, name, faults[name]))
    for line in budget.walk():
        equations += _equate_each(budget, line, shares, holders, absent)
    for entity in budget.entities:
        equation = _equate_entity(budget, entity, shares, holders, absent)
        if isinstance(equation, Equation):
            equations.append(equation)
        elif equation is not None:
            gaps.append(equation)
    return Distribution(tuple(shares), tuple(holders), tuple(equations), tuple(gaps), frozenset(absent))


def _whole(share: Share) -> Term:
    """What a share adds up to, at the place of its printed total where there is one."""
    rows = share.control.rows
    shown = share.control.total or rows[0]
    value: Decimal = add(term.value() for term in rows)
    low, high = add(term.amount.low for term in rows), add(term.amount.high for term in rows)
    amount = shown.amount._replace(unit=rows[0].amount.unit, value=value, low=low, high=high, fault=None)
    return replace(shown, amount=amount, label=share.name, parts=tuple(rows))


def _equation(budget: Budget, stated: Amount, location: Location, name: str, terms: Sequence[Term], use: str,
              incomplete: bool) -> Equation:  # fmt: skip
    return Equation(
        BUDGET, Term(stated, place=location, label=name), tuple(terms), joined(": ", (budget.name, name)),
        relation=USES[use], incomplete=incomplete,
    )  # fmt: skip


def _equate_line(
    budget: Budget, line: BudgetLine, shares: Sequence[Share], faults: Mapping[str, Message], absent: set[str]
) -> Equation | None:
    terms = [Term(child.amount, place=child.location, label=child.name) for child in line.lines]
    terms += [_whole(share) for share in shares if share.name in line.documents and share.name not in faults]
    if not terms:
        return None
    if line.remaining is not None:
        terms.append(Term(line.remaining.amount, place=line.remaining.location, label=REMAINING, header=REMAINING))
    incomplete = not absent.isdisjoint(line.below())
    equation = _equation(budget, line.amount, line.location, line.name, terms, line.use, incomplete)
    return (
        replace(equation, allowance=line.tolerance.amount.value, reason=line.tolerance.reason)
        if line.tolerance
        else equation
    )


def _tell_apart(budget: Budget, shares: Sequence[Share], names: Tables) -> list[Holder]:
    """Everybody who receives something in the documents: told apart by a registry that knows them, else by their label.

    What the budget file says comes first; it raises UsageError where two of its entities are one in a registry.
    """
    ranked = _ranked(budget, shares, names)
    own = _own_names(budget.entities, ranked)
    labels: dict[object, str] = {}
    rows: dict[object, dict[int, list[Term]]] = {}
    for index, share in enumerate(shares):
        known = names_of(share.control, names)
        order = _order(share, known, ranked)
        for term in share.control.rows:
            match = known.matches.get(term.row) if known is not None and order[0] is known.registry else None
            key = (order[0].name, match.entry.name) if match is not None else _known_as(term.label, order)
            named = own.get(folded(term.label)) or own.get(key)
            key = named or key
            labels.setdefault(key, named or term.label)
            rows.setdefault(key, {}).setdefault(index, []).append(term)
    titles = {registry.name: registry.title for registry in ranked}
    return [
        Holder(_apart(key, labels, titles), {i: tuple(terms) for i, terms in held.items()})
        for key, held in rows.items()
    ]


def _apart(key: object, labels: Mapping[object, str], titles: Mapping[str, str]) -> str:
    """The name of a holder; where entities of two registries print one name, with whose it is."""
    name = labels[key]
    alike = sum(folded(other) == folded(name) for other in labels.values())
    return joined("", (name, " (", titles[key[0]], ")")) if alike > 1 and isinstance(key, tuple) else name


def _ranked(budget: Budget, shares: Sequence[Share], names: Tables) -> list[Registry]:
    """The registries that know the documents' rows: those of whole tables first, then those that know most rows.

    Where every table is too short to be recognised, the rows of all of them are held to the registries together.
    """
    found = [known for share in shares if (known := names_of(share.control, names)) is not None]
    if not found:
        printed = [term.label for share in shares for term in share.control.rows]
        told = dict.fromkeys([*printed, *(entity.name for entity in budget.entities)])
        known = recognise_names(dict(enumerate(told))) if len(told) <= _MOST_NAMES else None
        return [known.registry] if known is not None else []
    ranks: dict[str, tuple[bool, int]] = {}
    for known in found:
        whole, rows = ranks.get(known.registry.name, (False, 0))
        ranks[known.registry.name] = whole or known.complete, rows + len(known.matches)
    registries = {known.registry.name: known.registry for known in found}
    return [registries[name] for name in sorted(ranks, key=ranks.__getitem__, reverse=True)]


def _order(share: Share, known: EntityMatches | None, ranked: Sequence[Registry]) -> list[Registry]:
    """The registries in which to look for a share's rows, its own first.

    Few rows may be of several registries (Stockholm is a region and a municipality): they are taken for what the
    budget's other documents list, if that registry knows all of them.
    """
    if known is None:
        return list(ranked)
    own = known.registry
    if not known.complete:
        printed = [term.label for term in share.control.rows if term.row in known.matches]
        own = next(each for each in ranked if each is own or all(each.candidates(label) for label in printed))
    return [own, *(each for each in ranked if each is not own)]


def _known_as(label: str, registries: Iterable[Registry]) -> object:
    """What the first registry that knows a label has for it, else the label; a bare number is a year, or a month."""
    for registry in () if label.strip().isdigit() else registries:
        matches = registry.candidates(label)
        if matches:
            match = next((match for match in matches if match.entry.valid()), matches[0])
            return registry.name, match.entry.name
    return folded(label)


def _own_names(entities: Iterable[Entity], registries: Iterable[Registry]) -> dict[object, str]:
    """The budget file's entities by every spelling, and by what the registries have for them."""
    registries = list(registries)
    found: dict[object, str] = {}
    for entity in entities:
        for spelling in (entity.name, *entity.aliases):
            for key in (folded(spelling), _known_as(spelling, registries)):
                owner = found.setdefault(key, entity.name)
                if owner != entity.name:
                    registry = key[0] if isinstance(key, tuple) else "it"
                    raise UsageError(
                        f"{entity.location}: {spelling!r} of {entity.name!r} is also {owner!r}: {registry} has them as one"
                    )
    return found


def _equate_each(
    budget: Budget, line: BudgetLine, shares: Sequence[Share], holders: Sequence[Holder], absent: set[str]
) -> list[Equation]:
    if line.each is None:
        return []
    below = line.below()
    equations = []
    for holder in holders:
        terms = _received(holder, shares, below)
        if terms:
            name = say("{entity} ({line})", entity=holder.name, line=line.name)
            equations.append(_limit(budget, line.each, name, terms, "at-most", not absent.isdisjoint(below)))
    return equations


def _equate_entity(
    budget: Budget, entity: Entity, shares: Sequence[Share], holders: Sequence[Holder], absent: set[str]
) -> Equation | Gap | None:
    if entity.limit is None:
        return None
    documents = entity.documents or budget.counted()
    holder = next((holder for holder in holders if holder.name == entity.name), None)
    terms = _received(holder, shares, documents) if holder is not None else []
    if not terms:
        if not absent.isdisjoint(documents):
            return None  # what is said of the document says it
        where = ", ".join(documents)
        told = joined("; ", (say("no row of that name was read"), _meant(entity, holders)))
        return Gap(entity.name, entity.limit.location, where, told)
    incomplete = not absent.isdisjoint(documents)
    return _limit(budget, entity.limit, entity.name, terms, entity.use, incomplete)


def _meant(entity: Entity, holders: Sequence[Holder]) -> Message:
    """Who may be meant by an entity that receives nothing."""
    from difflib import get_close_matches

    printed = [term.label for holder in holders for terms in holder.rows.values() for term in terms]
    spelt = {folded(name): name for name in (*(holder.name for holder in holders), *printed)}
    near = get_close_matches(folded(entity.name), spelt, n=1, cutoff=0.8)
    return say("did you mean {name}?", name=spelt[near[0]]) if near else say("add it as an alias?")


def _limit(budget: Budget, stated: Stated, name: str, terms: Sequence[Term], use: str, incomplete: bool) -> Equation:
    equation = _equation(budget, stated.amount, stated.location, name, terms, use, incomplete)
    return replace(equation, total=replace(equation.total, header=LIMIT))


def _received(holder: Holder, shares: Sequence[Share], documents: Sequence[str]) -> list[Term]:
    """A holder's rows in some documents, each labelled with its document."""
    return [
        replace(term, place=term.location, label=shares[index].name)
        for index, terms in holder.rows.items() if shares[index].name in documents for term in terms
    ]  # fmt: skip
