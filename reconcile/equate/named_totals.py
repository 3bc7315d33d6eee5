"""The totals that a table names, and the rows or columns that their words and their place say they are the sum of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import exp, log
from typing import NamedTuple

from reconcile.core.words import is_bare_total, is_difference_label, is_total_label
from reconcile.equate import evidence
from reconcile.equate.grid import Grid
from reconcile.equate.judge import Verdict, weigh
from reconcile.equate.measures import Measures
from reconcile.recognise.columns import AMOUNT
from reconcile.recognise.tables import RecognisedTable

# Above so many pairs of a total and a row in all columns, only the rows next to a total are tried (but all for the last total): cost
# grows with the table, not with its square.
_MOST_PAIRS = 300_000


class Choice(NamedTuple):
    """Which rows (or columns) a total is taken to be the sum of, by which scheme, and what the judge makes of it."""

    scheme: str
    parts: Sequence[int]
    verdict: Verdict


class _Candidate(NamedTuple):
    scheme: str
    parts: Sequence[int]
    verdict: Verdict


def named_sums(grid: Grid, measures: Measures) -> list[Choice]:
    """Judge the rows that are called totals, down all columns of amounts, each by the scheme that explains it best.

    Totals of one table are made alike: each one that holds speaks for the others of its scheme.
    """
    figures = grid.figures
    totals = named_totals(figures)
    place_of = {row: at for at, row in enumerate(grid.rows)}
    amounts = [m for m, column in enumerate(grid.columns) if column.role == AMOUNT]
    candidates: dict[int, list[_Candidate]] = {}
    for place, total in enumerate(totals):
        priors = _priors(figures, totals, place, len(amounts))
        found = []
        for scheme, parts in _candidates(figures, figures.leaves, totals, place):
            positions = tuple(place_of[row] for row in parts)
            verdict = weigh(grid.down, amounts, place_of[total], positions, priors[scheme], measures)
            if verdict.ties or verdict.fails:
                found.append(_Candidate(scheme, parts, verdict))
        if found:
            candidates[total] = found
    first = {total: _best(found, Counter()) for total, found in candidates.items()}
    holding = Counter(
        choice.scheme for choice in first.values() if len(choice.verdict.ties) > len(choice.verdict.fails)
    )
    chosen = []
    for total, found in candidates.items():
        own = first[total]
        others = holding - Counter([own.scheme] if len(own.verdict.ties) > len(own.verdict.fails) else [])
        chosen.append(_best(found, others))
    return [*chosen, *_differences(grid, totals, place_of, measures, amounts)]


def _best(found: Sequence[_Candidate], siblings: Mapping[str, int]) -> Choice:
    """Return the likeliest candidate; what speaks for its rivals speaks against it."""
    odds = [
        each.verdict.odds + evidence.SIBLING * min(siblings.get(each.scheme, 0), evidence.SIBLINGS) for each in found
    ]
    at = max(range(len(found)), key=lambda number: odds[number])
    best = found[at].verdict
    rivals = sum(
        exp(min(50.0, other - odds[at]))
        for other, each in zip(odds, found, strict=True)
        if _is_rival(each.verdict, best)
    )
    # Of n that are as likely each has 1/n: the rivals share the odds against nothing at all.
    shared = odds[at] - log(1 + rivals * exp(max(-50.0, min(50.0, odds[at]))))
    return Choice(found[at].scheme, found[at].parts, best._replace(odds=shared))


def _is_rival(other: Verdict, best: Verdict) -> bool:
    """Return True if another sum of the same total does not fail in the same lines by the same gaps."""
    return any(m not in other.fails or other.fails[m].gap != failure.gap for m, failure in best.fails.items())


def _priors(figures: RecognisedTable, totals: Sequence[int], place: int, columns: int) -> Mapping[str, float]:
    """Return the odds that a named total is a sum of rows of its table, by scheme, before any figure is looked at."""
    total = totals[place]
    label = figures.labels[total]
    last = place == len(totals) - 1 and not any(row > total for row in figures.leaves)
    first = place == 0 and not any(row < total for row in figures.leaves)
    schemes = dict(evidence.SCHEMES)
    if first and len(totals) == 1:
        # With nothing above it the rows below are all that it can be of.
        schemes["segment below"] = schemes["segment above"]
    if not is_bare_total(label):
        only = last and len(totals) == 1 and columns == 1
        word = evidence.LONGER_ONLY if only else evidence.LONGER + (log(2) if last else 0.0)
    elif (last or first) and len(totals) == 1:
        word = evidence.BARE_ONLY if columns == 1 else evidence.BARE_EDGE
    else:
        word = evidence.BARE_EDGE if last else evidence.BARE
    return {scheme: word + odds for scheme, odds in schemes.items()}


def _differences(
    grid: Grid, totals: Sequence[int], place_of: Mapping[int, int], measures: Measures, amounts: Sequence[int]
) -> Iterator[Choice]:
    """Yield what is called a difference, as the sum that makes it that of the two totals above."""
    figures = grid.figures
    for row in figures.body if len(totals) > 1 else ():
        above = totals[: bisect_left(totals, row)][-2:]
        if (
            row in figures.totals
            or len(above) < 2
            or row not in place_of
            or not is_difference_label(figures.labels[row])
        ):
            continue
        ways = [
            Choice("difference", (part, row), weigh(
                grid.down, amounts, place_of[whole], (place_of[part], place_of[row]), evidence.DIFFERENCE, measures
            ))
            for whole, part in (above, above[::-1])
        ]  # fmt: skip
        yield max(ways, key=lambda choice: choice.verdict.odds)


def row_sums(grid: Grid, measures: Measures) -> Iterator[Choice]:
    """Yield the columns whose header names a total, as sums of the columns on one side of them, judged over all rows."""
    columns = [c for c, column in enumerate(grid.columns) if column.role == AMOUNT]
    if len(columns) < 3:
        return
    lines = grid.lines_across(range(len(grid.columns)), range(len(grid.rows)))
    for place, at in enumerate(columns):
        if not is_total_label(grid.columns[at].header):
            continue
        bare = is_bare_total(grid.columns[at].header)
        ways = []
        for scheme, side in (("segment above", columns[:place]), ("segment below", columns[place + 1 :])):
            parts = tuple(c for c in side if not is_total_label(grid.columns[c].header))
            if len(parts) > 1:
                prior = (evidence.BARE if bare else evidence.LONGER) + evidence.SCHEMES[scheme]
                ways.append(_Candidate(scheme, parts, weigh(lines, range(len(lines)), at, parts, prior, measures)))
        if ways:
            yield _best(ways, Counter())


def named_totals(figures: RecognisedTable) -> list[int]:
    """Return the rows that are called totals and have an amount."""
    columns = [figures.cells[column.index] for column in figures.amount_columns]
    return [
        row
        for row in figures.body
        if row in figures.totals and row not in figures.carried and any(cells[row] is not None for cells in columns)
    ]


def _candidates(
    figures: RecognisedTable, leaves: Sequence[int], totals: Sequence[int], place: int
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


def _without_differences(figures: RecognisedTable, rows: Sequence[int]) -> list[int]:
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
