"""Checks for pandera, registered when this module is imported, so that pandera's own YAML can name them.

    import pandera.pandas, reconcile.check.schema.pandera_checks
    pandera.pandas.DataFrameSchema.from_yaml("schema.yaml")

Checks of single cells give one truth per row; those of a whole column (``WHOLE``) give one, and ``difference`` says
what is missing or left over. The frame that ``validation`` makes carries the amounts as printed, by column and row,
in ``attrs["printed"]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
from pandera.api.extensions import register_check_method

from reconcile.core.amounts import Amount, Notation, read_amount, render
from reconcile.core.decimals import EXACT, add, subtract
from reconcile.core.languages import APOSTROPHES, SPACES
from reconcile.core.messages import Message, listed_first, say, say_many
from reconcile.core.settings import UsageError
from reconcile.core.words import separators
from reconcile.recognise.registries import Match, Registry, load_registry

_SHOWN = 5
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)?")
_SPACED = Notation(" ")


def in_registry(names: pd.Series[Any], *, registry: str, day: str | None = None) -> pd.Series[Any]:
    """Each name (or code) is one that the registry knows: its own, a usual short form, or an older one."""
    return _each(names, lambda name: match_name(registry, name, day) is not None)


def complete_registry(names: pd.Series[Any], *, registry: str, day: str | None = None) -> bool:
    """Every entity of the registry is there."""
    return not missing_names(names, registry, day)


def sums_to(amounts: pd.Series[Any], *, total: object) -> bool:
    """The column adds up to a total exactly."""
    return total_of(amounts) == exact_number(total)


def written_in(column: pd.Series[Any], *, locale: str) -> pd.Series[Any]:
    """Each amount is written with the marks of a locale; digits without any marks are written alike everywhere.

    Looks at what was printed; in a column of numbers that does not know how it was printed, nothing is at fault.
    """
    decimal, group = marks_of(locale)
    printed = column.attrs.get("printed", {}).get(column.name, {})
    amounts = [
        printed.get(row) or (read_amount(value, decimal) if isinstance(value, str) else None)
        for row, value in column.items()
    ]
    written = [amount is None or is_written(amount, decimal, group) for amount in amounts]
    return pd.Series(written, index=column.index, dtype=bool)


def whole_units(amounts: pd.Series[Any]) -> pd.Series[Any]:
    """Each amount is a whole number of its currency's units."""
    return _each(amounts, _is_whole)


def same_entity(frame: pd.DataFrame, *, registry: str, columns: list[str], day: str | None = None) -> pd.Series[Any]:
    """The columns of one row, such as code and name, stand for one entity of the registry; an absent column is no fault."""
    present = [frame[column] for column in columns if column in frame.columns]
    rows = list(zip(*present, strict=True)) if present else [()] * len(frame)
    return pd.Series([_agree(registry, cells, day) for cells in rows], index=frame.index, dtype=bool)


WHOLE = frozenset({"complete_registry", "sums_to"})
_ARGUMENTS: Mapping[str, Callable[[object], object]] = {
    "registry": lambda value: load_registry(str(value)),
    "day": lambda value: _hold_day(_day(value)),
    "locale": lambda value: marks_of(str(value)),
    "total": lambda value: exact_number(value),
}


def hold_arguments(name: str, arguments: Mapping[str, object]) -> None:
    """Raises UsageError where an argument of one of these checks means nothing: an unknown registry, locale or total."""
    if name not in OURS:
        return
    for key, value in arguments.items():
        if key in _ARGUMENTS:
            _ARGUMENTS[key](value)


def difference(name: str, column: pd.Series[Any], arguments: Mapping[str, Any]) -> Message:
    """What a column lacks, or has too much, by a check of the whole column that it fails."""
    if name == "sums_to":
        total, stated = total_of(column), exact_number(arguments["total"])
        off = subtract(total, stated)
        told = {
            "count": len(column), "sum": render(total, _SPACED), "stated": render(stated, _SPACED),
            "off": render(off.copy_abs(), _SPACED),
        }  # fmt: skip
        if off > 0:
            return say("the {count} rows add up to {sum}, not to {stated}: {off} more", **told)
        return say("the {count} rows add up to {sum}, not to {stated}: {off} less", **told)
    registry = load_registry(arguments["registry"])
    missing = missing_names(column, registry.name, arguments.get("day"))
    names = listed_first(missing[:_SHOWN], len(missing) - _SHOWN)
    return say_many(len(missing), "{count} of {registry} is missing: {names}", "{count} of {registry} are missing: {names}",
                    registry=registry.title, names=names)  # fmt: skip


def match_name(registry: str, name: object, day: object = None) -> Match | None:
    """The entity of a registry that a name or code stands for; today, or on a day."""
    return load_registry(registry).match(str(name), _day(day))


def missing_names(names: pd.Series[Any], registry: str, day: object = None) -> list[str]:
    """The registry's entities that a column does not list."""
    found = {match.entry for name in names.dropna() if (match := match_name(registry, name, day)) is not None}
    return [entry.name for entry in _entities(load_registry(registry), _day(day)) if entry not in found]


def total_of(amounts: pd.Series[Any]) -> Decimal:
    """The exact sum of a column; empty cells count nothing."""
    return add(Decimal(str(amount)) for amount in amounts.dropna())


def exact_number(value: object) -> Decimal:
    """An amount as written in a schema: whole, or text such as ``1 874 253 165`` or ``2,5 miljarder``. Raises UsageError."""
    if isinstance(value, float):
        raise UsageError(f"{value} is a floating-point number to YAML, and amounts are exact; quote it")
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        try:
            return EXACT.create_decimal(str(value))
        except InvalidOperation as error:
            raise UsageError(f"cannot read the total {value!r}") from error
    amount = read_amount(str(value))
    if amount is not None and amount.ambiguous:
        grouped = " ".join(re.split(r"[.,]", amount.text))
        raise UsageError(
            f"the mark in {value!r} may group or divide; write {grouped} if it groups, {amount.text}0 if it divides"
        )
    if amount is None or amount.fault or amount.percent:
        raise UsageError(f"cannot read the total {value!r}; write one like 1874253165 or 1 874 253 165")
    return amount.value


def marks_of(locale: str) -> tuple[str, str]:
    """(decimal mark, grouping mark) of a locale. Raises UsageError for one that CLDR does not know."""
    try:
        return separators(locale)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _each(column: pd.Series[Any], holds: Callable[[object], bool]) -> pd.Series[Any]:
    return pd.Series([holds(value) for value in column], index=column.index, dtype=bool)


def _is_whole(amount: object) -> bool:
    value = Decimal(str(amount))
    return value == value.to_integral_value()


def _entities(registry: Registry, day: str) -> list[Any]:
    return [entry for entry in registry.valid(day) if not registry.required or entry.type in registry.required]


def _day(day: object) -> str:
    # YAML reads 2019-12-31 as a date.
    return "" if day is None else str(day)


def _hold_day(day: str) -> None:
    if not _DAY.fullmatch(day):
        raise UsageError(f"{day!r} is not a day, such as 2019-12-31")


def _agree(registry: str, cells: tuple[object, ...], day: str | None) -> bool:
    found = [match_name(registry, cell, day) for cell in cells if not pd.isna(cell)]
    return len({match.entry for match in found if match is not None}) <= 1


def is_written(amount: Amount, decimal: str, group: str) -> bool:
    """Whether an amount is written with these marks; any space stands for any other, and so does an apostrophe."""
    groups = next((marks for marks in (SPACES, APOSTROPHES) if group in marks), group)
    used = amount.notation
    return amount.fault is None and used.decimal in ("", decimal) and (not used.group or used.group in groups)


OURS = ("in_registry", "complete_registry", "sums_to", "written_in", "whole_units", "same_entity")

register_check_method(statistics=["registry", "day"], supported_types=pd.Series)(in_registry)
register_check_method(statistics=["registry", "day"], supported_types=pd.Series)(complete_registry)
register_check_method(statistics=["total"], supported_types=pd.Series)(sums_to)
register_check_method(statistics=["locale"], supported_types=pd.Series)(written_in)
register_check_method(statistics=[], supported_types=pd.Series)(whole_units)
register_check_method(statistics=["registry", "columns", "day"], supported_types=pd.DataFrame)(same_entity)
