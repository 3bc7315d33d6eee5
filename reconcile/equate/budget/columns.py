"""Shares: which documents a budget means, which of their columns, and how those amounts count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import NamedTuple

from reconcile.core.amounts import Amount, Unit, in_unit
from reconcile.core.location import Location
from reconcile.core.messages import Message, joined, say, say_many
from reconcile.core.settings import UsageError
from reconcile.equate.budget.file import Budget, BudgetDocument, folded
from reconcile.equate.prose import Control
from reconcile.recognise.entities import EntityMatches

Tables = Mapping[tuple[str, int], EntityMatches]


class Share(NamedTuple):
    """What one document draws: the name that the budget has for it, its path, and the column that is meant."""

    name: str
    path: str
    control: Control


def find_documents(budget: Budget, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Which of ``paths`` each document of the budget is; a glob may be several.

    Paths are matched from the folder of the budget file first, for all documents; only for those that are not found so,
    by file name, so that a copy of the documents elsewhere is found, too. Raises UsageError where a path is two
    documents of the budget and the same amounts are meant.
    """
    found: dict[str, tuple[str, ...]] = {}
    folder = Path(budget.path).parent

    places = {path: _resolved(Path(path)) for path in paths}
    wanted = {source.path: _resolved(folder / source.path) for source in budget.documents.values()}

    def by_place(path: str, pattern: str) -> bool:
        # A name with brackets is a file first, and a glob only then.
        return places[path] == wanted[pattern] or fnmatch(places[path], wanted[pattern])

    def by_name(path: str, pattern: str) -> bool:
        name, pattern = PurePath(path).name, PurePath(pattern).name
        return name == pattern or fnmatch(name, pattern)

    for matches in (by_place, by_name):
        for name, source in budget.documents.items():
            if name in found:
                continue
            claimed = {path for other, group in found.items() if matches is by_name
                       for path in group if budget.documents[other].path != source.path}  # fmt: skip
            chosen = tuple(path for path in paths if path not in claimed and matches(path, source.path))
            if chosen:
                # A plain path is one document, even if several files bear its name.
                found[name] = chosen if source.is_glob else chosen[:1]
                _hold_apart(budget, name, found)
    return found


def _hold_apart(budget: Budget, name: str, found: Mapping[str, Sequence[str]]) -> None:
    mine = budget.documents[name]
    for other, paths in found.items():
        theirs = budget.documents[other]
        twice = sorted(set(paths) & set(found[name]))
        if other != name and twice and mine.selection == theirs.selection:
            place = mine.location
            raise UsageError(
                f"{place}: {PurePath(twice[0]).name} is both {other!r} and {name!r}, and would count twice"
            )


def _resolved(path: Path) -> str:
    try:
        return str(path.resolve())
    except (OSError, ValueError):
        return str(path)


def find_shares(
    budget: Budget, found: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[Control]], names: Tables
) -> tuple[list[Share], dict[str, Message]]:
    """The shares of a budget's documents, their amounts in its currency, and why some documents cannot be counted."""
    shares: list[Share] = []
    faults: dict[str, Message] = {}
    currency = budget.currency
    for name, source in budget.documents.items():
        for path in found.get(name, ()):
            meant = find_meant(known.get(path, ()), source, names)
            if isinstance(meant, Message):
                faults.setdefault(name, meant)
                continue
            theirs = _currencies(meant)
            if len(theirs) == 1:
                # A file that states no currency is in that of its first document.
                currency = currency or next(iter(theirs))
            if currency is not None and theirs - {currency}:
                told = ", ".join(sorted(theirs))
                why = say("it is in {currencies}, the others in {currency}", currencies=told, currency=currency)
                if budget.currency:
                    why = say("it is in {currencies}, the budget in {currency}", currencies=told, currency=currency)
                faults.setdefault(name, why)
                continue
            if meant.incomplete:
                faults.setdefault(name, say("one of its figures is withheld or could not be read"))
            shares.append(Share(name, path, _in_currency(meant, currency)))
    return shares, faults


def names_of(control: Control, names: Tables) -> EntityMatches | None:
    """What is known of the names in a control's table."""
    return names.get((control.figures.table.path, control.figures.table.index))


def find_meant(
    controls: Sequence[Control],
    source: BudgetDocument = BudgetDocument("", Location("")),
    names: Tables = MappingProxyType({}),
) -> Control | Message:
    """The one column of amounts that is meant, or why that cannot be told.

    Meant is what the budget file says, then the column whose total a caption states, else the one with a printed total,
    else the only one there is.
    """
    if not controls:
        return say("no table of amounts was read in it")
    chosen = list(controls)
    if source.table is not None:
        chosen = _of_table(source.table, chosen)
        if not chosen:
            return say("it has no table {table} with amounts; its tables are {tables}", table=repr(source.table),
                       tables=_listed(_tables(controls)))  # fmt: skip
    if source.schema is not None:
        before = chosen
        chosen = [c for c in chosen if (n := names_of(c, names)) is not None and n.registry.name == source.schema]
        if not chosen:
            return say_many(len(_tables(before)), "its one table of amounts does not list {schema}",
                            "none of its {count} tables of amounts lists {schema}", schema=source.schema)  # fmt: skip
    if source.column is not None:
        headers = [control.column.header for control in chosen]
        chosen = _of_column(source.column, chosen)
        if not chosen:
            return say("it has no column of amounts {column}; its columns are {columns}", column=repr(source.column),
                       columns=_listed(headers))  # fmt: skip
    captioned = [control for control in chosen if control.captioned]
    totalled = [control for control in chosen if control.total is not None]
    candidates = captioned or totalled or chosen
    if len(candidates) > 1:
        headers = list(dict.fromkeys(control.column.header for control in candidates))
        told = f" ({', '.join(map(repr, headers[:5]))}{', …' if len(headers) > 5 else ''})" if any(headers) else ""
        which = say("it has {count} columns of amounts{headers}, and nothing shows which one is meant",
                    count=len(candidates), headers=told)  # fmt: skip
        return joined("; ", (which, say("name its column") if len(headers) > 1 else say("name its table")))
    return candidates[0]


def _of_table(wanted: str, controls: Sequence[Control]) -> list[Control]:
    if wanted.isdecimal():
        return [control for control in controls if control.figures.table.index == int(wanted) - 1]
    exact = [control for control in controls if folded(control.figures.title) == folded(wanted)]
    return exact or [control for control in controls if _says(control.figures.title, wanted)]


def _of_column(wanted: str, controls: Sequence[Control]) -> list[Control]:
    exact = [control for control in controls if folded(control.column.header) == folded(wanted)]
    if exact:
        return exact
    holding = [control for control in controls if _says(control.column.header, wanted)]
    if not holding and wanted.isdecimal():
        # A header that is a number (a year) comes before the count of the columns.
        return [control for control in controls if control.column.index == int(wanted) - 1]
    return holding


def _says(printed: str, wanted: str) -> bool:
    """Whether what is printed holds the words that are wanted, whole: 2 is no word of 2023."""
    return re.search(rf"(?<!\w){re.escape(folded(wanted))}(?!\w)", folded(printed)) is not None


def _tables(controls: Iterable[Control]) -> list[str]:
    return list(dict.fromkeys(f"{c.figures.table.index + 1} {c.figures.title[:60]}".strip() for c in controls))


def _listed(items: Sequence[str]) -> str:
    return f"{', '.join(map(repr, items[:8]))}{', …' if len(items) > 8 else ''}"


def _currencies(control: Control) -> set[str]:
    return {currency for term in control.rows if (currency := term.amount.unit.currency) is not None}


def _in_currency(control: Control, currency: str | None) -> Control:
    return control._replace(rows=tuple(replace(term, amount=_exactly(term.amount, currency)) for term in control.rows))


def _exactly(amount: Amount, currency: str | None) -> Amount:
    """An amount in the budget's currency; in whole units it stands for itself, in thousands or millions it is rounded."""
    unit = Unit(amount.unit.currency or currency, amount.unit.exponent)
    amount = in_unit(amount, unit)
    return amount if unit.exponent else amount._replace(low=amount.value, high=amount.value)
