"""The totals that a table names: what their words and their place say that they are the sum of."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from reconcile.amounts import ZERO, multiply
from reconcile.equations import BROKEN, COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL, Equation
from reconcile.locales import is_bare_total, is_total_label
from reconcile.messages import linked, say, say_many
from reconcile.recognition import Column, Figures
from reconcile.terms import count_figures, has_hole, is_exact, part_at, parts_down, reach, term_at

# A broken sum is believed to be meant as one only where it comes this near the total (differs by at most half of it).
_NEAR = 2
# What misses a total by a hundredth at most misses it by a little.
_LITTLE = 100
# Above so many pairs of a total and a row in all columns, only the rows next to a total are tried (but all for the last
# total), and above so many totals it is not worked out which covers which: cost grows with the table, not with its square.
_MOST_PAIRS = 300_000
_MOST_TOTALS = 500


def column_totals(figures: Figures) -> list[Equation]:
    """The totals that rows are called, down all columns of amounts, by the scheme that most columns agree on."""
    columns = figures.amount_columns
    leaves = figures.leaves
    totals = [
        row
        for row in figures.body
        if row in figures.totals and any(figures.cells[c.index][row] is not None for c in columns)
    ]
    found: dict[int, _Choice] = {}
    for place, total in enumerate(totals):
        choices = [
            _choose(scheme, parts, [e for c in columns if (e := _down(figures, c, total, parts)) is not None])
            for scheme, parts in _candidates(figures, leaves, totals, place)
        ]
        choices = [choice for choice in choices if choice.equations]
        if choices:
            found[total] = max(choices, key=lambda choice: (choice.ties, choice.near))
    # One total, one column, and a label that says no more than total: nothing else can be meant.
    single = len(totals) == len(columns) == 1
    plain = single and is_bare_total(figures.labels[totals[0]])
    holding = [choice for choice in found.values() if choice.ties * 2 > len(choice.equations)]
    schemes = Counter(choice.scheme for choice in holding)
    kinds = _kinds(found, leaves)
    equations: list[Equation] = []
    for total, choice in found.items():
        near_is_enough = (
            choice.ties * 2 >= len(choice.equations)
            or single
            or (choice.near * 2 >= len(choice.equations) and _is_like_others(choice, holding, schemes))
            or (is_bare_total(figures.labels[total]) and _is_exceeded(choice))
        )
        for equation in choice.equations:
            # Columns beside ones that add up may be averages or shares: far off, they are another measure, not a slip.
            if equation.status() == BROKEN and not (plain or (near_is_enough and _is_near(equation))):
                continue
            hole = has_hole(figures, reach(figures, choice.parts, equation.total.col), equation.total.col)
            equations.append(replace(equation, kind=kinds[total], incomplete=hole))
    return equations


class _Choice(NamedTuple):
    """Which rows a total is taken to be the sum of, by which scheme, and the equations that makes, one a column.

    ``ties`` of the equations hold, ``near`` come at least near.
    """

    scheme: str
    parts: Sequence[int]
    equations: Sequence[Equation]
    ties: int
    near: int


def _choose(scheme: str, parts: Sequence[int], equations: Sequence[Equation]) -> _Choice:
    # That nothing adds up to nothing shows no scheme.
    ties = sum(1 for equation in equations if equation.total.value() and equation.status() != BROKEN)
    return _Choice(scheme, parts, equations, ties, sum(1 for equation in equations if _is_near(equation)))


def _kinds(found: Mapping[int, _Choice], leaves: Sequence[int]) -> dict[int, str]:
    """Column total is what covers all leaves, by itself or through the subtotals that it adds up; others are subtotals."""
    kinds = dict.fromkeys(found, SUBTOTAL)
    covered: dict[int, frozenset[int]] = {}
    every = frozenset(leaves)
    for total, choice in found.items():
        if len(found) <= _MOST_TOTALS or total == max(found):
            own = [row for row in choice.parts if row not in covered]
            covered[total] = frozenset(own).union(*(covered[row] for row in choice.parts if row in covered))
            if covered[total] >= every:
                kinds[total] = COLUMN_TOTAL
    return kinds


def _is_like_others(choice: _Choice, holding: Sequence[_Choice], schemes: Mapping[str, int]) -> bool:
    """Whether other totals of the table witness that this one should hold though it does not.

    Two that hold and are made the same way do; or one, where a total over the same rows holds, too.
    """
    alike = schemes.get(choice.scheme, 0) - (choice.ties * 2 > len(choice.equations))
    if alike == 1:
        rows = set(choice.parts)
        return any(len(other.parts) > len(rows) and rows.issubset(other.parts) for other in holding)
    return alike > 1


def _is_exceeded(choice: _Choice) -> bool:
    """Whether every column misses its total by a little, and in one of them the rows add up to more than the total.

    No row that is left out, or counted twice, explains that: it is by less than any of the rows.
    """
    told = [equation for equation in choice.equations if equation.total.value()]
    if len(told) < 2 or not all(e.status() == BROKEN and _is_near(e, _LITTLE) for e in told):
        return False
    return any(_exceeds(equation) for equation in told)


def _exceeds(equation: Equation) -> bool:
    parts = [value for term in equation.terms if (value := term.value())]
    return not any(value < 0 for value in parts) and 0 < -equation.difference() < min(parts, default=ZERO)


def _candidates(
    figures: Figures, leaves: Sequence[int], totals: Sequence[int], place: int
) -> list[tuple[str, list[int]]]:
    """The sets of rows that a total may be the sum of, likeliest first, each with the scheme that makes it."""
    total = totals[place]
    before = totals[place - 1] if place else -1
    after = totals[place + 1] if place + 1 < len(totals) else len(figures.table.rows)
    segment = list(leaves[bisect_right(leaves, before) : bisect_right(leaves, total)])
    figured = [column.index for column in figures.amount_columns]
    above_total = range(max(before + 1, figures.header_rows), total)
    # A section heading is a row that prints nothing in any column of figures.
    heading = next(
        (row for row in reversed(above_total) if not any(figures.table.rows[row][col].strip() for col in figured)), -1
    )
    sets = {
        "segment above": segment,
        "section above": [row for row in segment if row > heading],
        "running": [before, *segment] if place else [],
        "segment below": list(leaves[bisect_right(leaves, total) : bisect_right(leaves, after)]),
    }
    pairs = len(totals) * (len(leaves) + len(totals)) * len(figured)
    if place == len(totals) - 1 or pairs <= _MOST_PAIRS:
        above = list(leaves[: bisect_right(leaves, total)])
        sets |= {
            "all above": above,
            "totals above": list(totals[:place]) if place > 1 else [],
            # A row whose label only sounds like a total, such as Total Energies, is a row like the others.
            "every row above": sorted([*above, *totals[:place]]) if place else [],
            "all below": list(leaves[bisect_right(leaves, total) :]),
        }
    unique: list[tuple[str, list[int]]] = []
    for scheme, parts in sets.items():
        if parts and all(parts != known for _, known in unique):
            unique.append((scheme, parts))
    return unique


def _down(figures: Figures, column: Column, total: int, parts: Sequence[int]) -> Equation | None:
    whole = term_at(figures, total, column)
    terms = parts_down(figures, parts, column)
    count = count_figures(terms)
    # One row is a sum of its own only where it says so by being it.
    if whole is None or not count or (count == 1 and all(term.value() != whole.amount.value for term in terms)):
        return None
    label = say_many(count, "{name}: {count} row", "{name}: {count} rows", name=figures.labels[total])
    if len(figures.amount_columns) > 1 and column.header:
        label = say("{label}, column {column}", label=label, column=column.header)
    return Equation(SUBTOTAL, whole, terms, label, exact=is_exact(whole, terms))


def _is_near(equation: Equation, times: int = _NEAR) -> bool:
    total, difference = equation.total.value().copy_abs(), equation.difference().copy_abs()
    return multiply(difference, times) <= total if total else difference == 0


def row_totals(figures: Figures) -> list[Equation]:
    """Columns whose header names a total, where the row relation holds in most rows: the siblings are the witness."""
    columns = figures.amount_columns
    equations: list[Equation] = []
    for place, column in enumerate(columns):
        if not is_total_label(column.header):
            continue
        for parts in (columns[:place], columns[place + 1 :]):
            parts = tuple(part for part in parts if not is_total_label(part.header))
            if len(parts) < 2:
                continue
            found = [e for row in figures.body if (e := _across(figures, row, column, parts)) is not None]
            ties = sum(1 for e in found if e.status() != BROKEN)
            # One row in ten may be wrong; where more are, the header means another total.
            if ties >= 2 and (len(found) - ties) * 10 <= max(10, len(found)):
                equations += found
                break
    return equations


def _across(figures: Figures, row: int, column: Column, parts: Sequence[Column]) -> Equation | None:
    whole = term_at(figures, row, column)
    terms = tuple(part_at(figures, row, part) for part in parts)
    if whole is None or count_figures(terms) < 2 or any((row, part.index) in figures.unread for part in parts):
        return None
    label = linked(": ", (figures.labels[row] or say("row {row}", row=row + 1), column.header))
    return Equation(ROW_TOTAL, whole, terms, label, exact=is_exact(whole, terms))
