"""Which rows a total that a table names is taken to be the sum of, by its place among rows, headings and other totals."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from reconcile.core.languages import is_difference_label
from reconcile.core.messages import say, say_many
from reconcile.equate.equation import BROKEN, SUBTOTAL, Equation
from reconcile.equate.gaps import LITTLE, is_near, is_slipped
from reconcile.equate.terms import count_figures, is_exact, parts_down, term_at
from reconcile.recognise.tables import Column, Figures

# The schemes of a total over all that is above it.
OVER_ALL = ("totals since", "upper totals above", "totals above", "all above")
# Above so many pairs of a total and a row in all columns, only the rows next to a total are tried (but all for the last
# total); slips are looked for among so many figures: cost grows with the table, not with its square.
_MOST_PAIRS, _MOST_TRIED = 300_000, 500


class Choice(NamedTuple):
    """Which rows a total is taken to be the sum of, by which scheme, and the equations that makes, one a column.

    ``ties`` of the equations hold, ``near`` come at least near; ``slips`` fail by what a slip explains (counted where none holds).
    ``ways`` are all schemes by which as many hold: the rows of a first section are all rows above its total, too.
    """

    scheme: str
    parts: Sequence[int]
    equations: Sequence[Equation]
    ties: int
    near: int
    slips: int = 0
    ways: tuple[str, ...] = ()


def named_totals(figures: Figures) -> list[int]:
    """The rows that are called totals and have an amount."""
    columns = [figures.cells[column.index] for column in figures.amount_columns]
    return [row for row in figures.body if row in figures.totals and any(cells[row] is not None for cells in columns)]


def choose_parts(figures: Figures, totals: Sequence[int]) -> dict[int, Choice]:
    """For each row that is called a total the rows it is taken to be the sum of."""
    columns, leaves = figures.amount_columns, figures.leaves
    found: dict[int, Choice] = {}
    for place, total in enumerate(totals):
        choices = [
            _choose(scheme, parts, [e for c in columns if (e := add_down(figures, c, total, parts)) is not None])
            for scheme, parts in _candidates(figures, leaves, totals, place)
        ]
        choices = [choice for choice in choices if choice.equations]
        if choices:
            found[total] = _likeliest(choices)
    return found


def _likeliest(choices: Sequence[Choice]) -> Choice:
    """The choice by which most columns hold; where none does, by which slips explain most, and by which most come near."""
    best = max(choices, key=lambda choice: (choice.ties, choice.near))
    if best.ties:
        return best._replace(ways=tuple(choice.scheme for choice in choices if choice.ties == best.ties))
    if sum(len(choice.parts) * len(choice.equations) for choice in choices) > _MOST_TRIED:
        return best
    tried = [c._replace(slips=sum(1 for equation in c.equations if is_slipped(equation))) for c in choices]
    # What is amiss with a total over all shows in the totals that it adds up, rather than in their rows.
    tried.sort(key=lambda choice: choice.scheme == "all above")
    return max(tried, key=lambda choice: (choice.slips, sum(is_near(e, LITTLE) for e in choice.equations), choice.near))


def _choose(scheme: str, parts: Sequence[int], equations: Sequence[Equation]) -> Choice:
    # That nothing adds up to nothing shows no scheme.
    ties = sum(1 for equation in equations if equation.total.value() and equation.status() != BROKEN)
    return Choice(scheme, parts, equations, ties, sum(1 for equation in equations if is_near(equation)))


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
    # A total right below another is one of totals: those since the last such; or, right below such a one, of these.
    since, upper = _totals_above(leaves, totals, place) if place and not segment else ([], [])
    sets = {
        "segment above": segment,
        "section above": [row for row in segment if row > heading],
        "running": [before, *segment] if place else [],
        "segment below": _without_differences(
            figures, leaves[bisect_right(leaves, total) : bisect_right(leaves, after)]
        ),
    }
    pairs = len(totals) * (len(leaves) + len(totals)) * len(figured)
    if place == len(totals) - 1 or pairs <= _MOST_PAIRS:
        above = list(leaves[: bisect_right(leaves, total)])
        sets |= {
            "all above": above,
            # Before the totals above, which they are among the first.
            "totals since": since if len(since) > 1 else [],
            "upper totals above": upper if len(upper) > 1 else [],
            "totals above": list(totals[:place]) if place > 1 else [],
            # A row whose label only sounds like a total, such as Total Energies, is a row like the others.
            "every row above": sorted([*above, *totals[:place]]) if place else [],
            "all below": _without_differences(figures, leaves[bisect_right(leaves, total) :]),
        }
    unique: list[tuple[str, list[int]]] = []
    for scheme, parts in sets.items():
        if parts and all(parts != known for _, known in unique):
            unique.append((scheme, parts))
    return unique


def _without_differences(figures: Figures, rows: Sequence[int]) -> list[int]:
    """Rows below a total but those called differences: income is costs and the result below it, and yet the sum of its own rows."""
    return [row for row in rows if not is_difference_label(figures.labels[row])]


def _totals_above(leaves: Sequence[int], totals: Sequence[int], place: int) -> tuple[list[int], list[int]]:
    """The totals above one since the last that is itself one of totals; where there are none, all those above that are."""
    since: list[int] = []
    upper: list[int] = []
    for at in range(place - 1, -1, -1):
        above = totals[at - 1] if at else -1
        of_totals = at > 0 and bisect_right(leaves, above) == bisect_right(leaves, totals[at])
        if of_totals and since:
            break
        (upper if of_totals else since).append(totals[at])
        if upper and not of_totals:
            # Below those of totals the ones that they add up are not asked for.
            since.pop()
    return since[::-1], upper[::-1]


def add_down(figures: Figures, column: Column, total: int, parts: Sequence[int]) -> Equation | None:
    """The sum of rows in one column, or None where it has no figures for one."""
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
