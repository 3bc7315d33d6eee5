"""The totals that a table names, and the rows or columns that their words and their place say they are the sum of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from math import exp, log
from typing import NamedTuple

from reconcile.core.words import is_bare_total, is_difference_label, is_measure, is_total_label, names_all, names_year
from reconcile.equate import evidence
from reconcile.equate.grid import FigureGrid
from reconcile.equate.judge import SumVerdict, weigh_sum, with_left_out, with_one_too_many
from reconcile.equate.lines import AxisLine
from reconcile.equate.measures import Measures
from reconcile.equate.outline import read_outline
from reconcile.recognise.columns import AMOUNT
from reconcile.recognise.tables import RecognisedTable

# Above so many pairs of a total and a row in all columns, only the rows next to a total are tried (but all for the last total): cost
# grows with the table, not with its square.
_MOST_PAIRS = 300_000
# So many rows that are part of no other total are tried for one that stands below them.
_MOST_FREE = 6
# Among more totals these are tried for the last one only.
_MOST_TOTALS = 60
# So many totals above one are looked at for those that it may add up.
_MOST_ABOVE = 60
_LEAST_YEAR = 3
# The scheme of a total that leaves out one column in every row.
LEAVES_OUT = "leaves out"
# Sections are looked for among so many rows, each of at most so many.
_MOST_SCANNED, _LONGEST_SECTION = 2_000, 60


class Choice(NamedTuple):
    """Which rows (or columns) a total is taken to be the sum of, by which scheme, and what the judge makes of it."""

    scheme: str
    parts: Sequence[int]
    verdict: SumVerdict

    @property
    def holds(self) -> bool:
        """Return True if more lines tie than fail."""
        return len(self.verdict.ties) > len(self.verdict.fails)


def named_sums(grid: FigureGrid, measures: Measures, sums: Sequence[SumVerdict] = ()) -> list[Choice]:
    """Judge the rows that are called totals, down all columns of amounts, each by the scheme that explains it best.

    ``sums`` are those that arithmetic shows: their totals are no rows like the others. Totals of one table are made alike: each one that
    holds speaks for the others of its scheme, and for the columns in which it does.
    """
    figures = grid.figures
    own = set(named_totals(figures)) | _unlabelled(figures) | _at_an_edge(figures)
    shown = {grid.rows[verdict.total]: verdict for verdict in sums}
    scanned = _scanned(grid, measures, own, shown)
    shown |= scanned
    outline = read_outline(figures)
    totals = sorted(own | shown.keys() | outline.below.keys())
    leaves = [row for row in figures.leaves if row not in own and row not in shown and row not in outline.below]
    amounts = [m for m, column in enumerate(grid.columns) if column.role == AMOUNT]
    judge = _Judge(grid, measures, amounts, {row: at for at, row in enumerate(grid.rows)})
    named: dict[int, list[Choice]] = {}
    covered = {grid.rows[part]: row for row, verdict in shown.items() for part in verdict.parts}
    for place, total in enumerate(totals):
        found = []
        if total in outline.below and total not in own:
            if len(outline.below[total]) > 1:
                found = judge.choice("codes", total, outline.below[total], evidence.CODES)
                named |= {total: found} if found else {}
            continue
        if total not in own:
            continue
        prior = _prior(figures, totals, place, len(amounts))
        sets: list[tuple[str, Sequence[int]]] = [("codes", [row for row in outline.tops if row != total])]
        sets += _candidates(figures, leaves, totals, place)
        if place == len(totals) - 1 or len(totals) <= _MOST_TOTALS:
            sets += _uncovered(totals[:place], leaves, covered, total) + _with_ends(
                shown, leaves, total, judge.place_of
            )
        for scheme, parts in _unique(sets):
            found += judge.choice(scheme, total, parts, prior + _scheme(scheme, totals, leaves))
        if found:
            named[total] = found
            best = _best(found, Counter())
            if best.holds:
                covered |= dict.fromkeys(best.parts, total)
    first = {total: _best(found, Counter()) for total, found in named.items()}
    # A total may hold by several schemes: the sum of its subtotals, and of all rows above.
    holding = {total: {each.scheme for each in found if each.holds} for total, found in named.items()}
    schemes = Counter(scheme for found in holding.values() for scheme in found)
    columns = Counter(m for choice in first.values() if choice.holds for m in choice.verdict.ties)
    columns += Counter(m for row, verdict in shown.items() if row not in own for m in verdict.ties)
    chosen = [Choice("sections", [grid.rows[part] for part in each.parts], each) for each in scanned.values()]
    for total, found in named.items():
        alone = first[total]
        others = schemes - Counter(holding[total])
        beside = columns - Counter(alone.verdict.ties if alone.holds else ())
        best = _best([each._replace(verdict=each.verdict.informed(beside)) for each in found], others)
        chosen.append(best)
        # Income is what its own rows add up to, and costs and the result: both are meant.
        above = max(best.parts) < total
        apart = [each for each in found if each.verdict.ties and (max(each.parts) < total) != above]
        if best.holds and apart:
            chosen.append(_best([each._replace(verdict=each.verdict.informed(beside)) for each in apart], others))
        if best.scheme == "sections" and best.verdict.probability >= evidence.SURE:
            chosen += judge.sections(best, shown, leaves)
    return [*chosen, *_differences(grid, totals, judge.place_of, measures, amounts)]


class _Judge(NamedTuple):
    """What is needed to judge a sum of rows: the grid, its columns of amounts, and the position of each row."""

    grid: FigureGrid
    measures: Measures
    amounts: Sequence[int]
    place_of: Mapping[int, int]

    def choice(self, scheme: str, total: int, parts: Sequence[int], prior: float) -> list[Choice]:
        """Return what is made of one candidate, or nothing where no line can be compared."""
        positions = tuple(self.place_of[row] for row in parts)
        lines = self.grid.down
        verdict = weigh_sum(lines, self.amounts, self.place_of[total], positions, prior, self.measures)
        lacks = with_left_out(lines, verdict)
        if lacks is not None and self.grid.rows[lacks] not in self.grid.figures.totals:
            parts = sorted([*parts, self.grid.rows[lacks]])
            positions = tuple(self.place_of[row] for row in parts)
            verdict = weigh_sum(lines, self.amounts, self.place_of[total], positions, prior, self.measures)
        extra = with_one_too_many(lines, verdict)
        if extra is not None:
            parts = [row for row in parts if self.place_of[row] != extra]
            positions = tuple(self.place_of[row] for row in parts)
            prior += evidence.MEMO
            verdict = weigh_sum(lines, self.amounts, self.place_of[total], positions, prior, self.measures)
        return [Choice(scheme, parts, verdict)] if verdict.ties or verdict.fails else []

    def sections(self, whole: Choice, shown: Mapping[int, SumVerdict], leaves: Sequence[int]) -> Iterator[Choice]:
        """Yield the sections whose own sum does not hold, but whose total stands in one that does."""
        for total, parts in _ends(shown, leaves, max(whole.parts) + 1, self.place_of):
            if total in whole.parts:
                yield from self.choice("sections", total, parts, evidence.SECTION)


def _unlabelled(figures: RecognisedTable) -> set[int]:
    """Return the rows without a name right below two that have one, and above none: by their place they are totals."""
    rows, labels = figures.table.rows, figures.labels
    figured = [column.index for column in figures.amount_columns]
    told = [row for row in figures.body if any(rows[row][col].strip() for col in figured)]
    bare = [row for row in told if not "".join(rows[row][: min(figured, default=0)]).strip() and not labels[row]]
    if not 0 < len(bare) * 3 <= len(told):
        return set()
    found = set()
    for row in bare:
        above = [row - 1, row - 2]
        below = row + 1 in figures.body and labels[row + 1] and row + 1 in told
        ends = not below or row + 1 in figures.totals
        if ends and all(r in told and labels[r] and r not in figures.totals for r in above):
            found.add(row)
    return found


def _at_an_edge(figures: RecognisedTable) -> set[int]:
    """Return the first or the last row, where its name says *all of them* or *the year* of months or quarters."""
    leaves = figures.leaves
    if len(leaves) < _LEAST_YEAR + 1:
        return set()
    edges = {leaves[0], leaves[-1]}
    of_year = len(leaves) - 1 in (4, 12)
    return {row for row in edges if names_all(figures.labels[row]) or (of_year and names_year(figures.labels[row]))}


def _uncovered(
    totals: Sequence[int], leaves: Sequence[int], covered: Mapping[int, int], total: int
) -> list[tuple[str, list[int]]]:
    """Return the last rows above a total that are part of no other: *equity* and *total debt* make *total liabilities*."""
    free = [row for row in sorted([*leaves, *totals]) if row < total and row not in covered]
    mixed = not set(totals).isdisjoint(free)
    return [("uncovered", free[-count:]) for count in range(2, min(len(free), _MOST_FREE) + 1)] if mixed else []


def _with_ends(
    shown: Mapping[int, SumVerdict], leaves: Sequence[int], total: int, place_of: Mapping[int, int]
) -> list[tuple[str, list[int]]]:
    """Return the totals of all sections above a total: those that arithmetic shows, and where others must stand."""
    ends = [row for row, _ in _ends(shown, leaves, total, place_of)]
    above = [row for row in shown if row < total]
    return [("sections", sorted([*above, *ends]))] if ends and len(above) + len(ends) > 1 else []


def _ends(
    shown: Mapping[int, SumVerdict], leaves: Sequence[int], total: int, place_of: Mapping[int, int]
) -> list[tuple[int, list[int]]]:
    """Return the total and the parts of each section that arithmetic does not show, between those that it does.

    The total stands where it does in the others: behind its parts, or before them.
    """
    above = [verdict for row, verdict in shown.items() if row < total]
    if not above:
        return []
    behind = sum(verdict.total > verdict.parts[-1] for verdict in above) * 2 >= len(above)
    known = {place for verdict in above for place in (verdict.total, *verdict.parts)}
    free = [row for row in leaves if row < total and place_of[row] not in known]
    taken = [row for row in place_of if row < total and place_of[row] in known]
    spans: list[list[int]] = []
    for row in free:
        apart = not spans or bisect_left(taken, spans[-1][-1]) != bisect_left(taken, row)
        if apart:
            spans.append([])
        spans[-1].append(row)
    return [(span[-1], span[:-1]) if behind else (span[0], span[1:]) for span in spans if len(span) > 2]


def _unique(sets: Sequence[tuple[str, Sequence[int]]]) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield the sets of rows that have not been given before."""
    known: set[tuple[int, ...]] = set()
    for scheme, parts in sets:
        if parts and tuple(parts) not in known:
            known.add(tuple(parts))
            yield scheme, parts


def _best(found: Sequence[Choice], siblings: Mapping[str, int]) -> Choice:
    """Return the likeliest candidate; what speaks for its rivals speaks against it."""
    odds = [
        each.verdict.odds + evidence.SIBLING * min(siblings.get(each.scheme, 0), evidence.SIBLINGS) for each in found
    ]
    at = max(range(len(found)), key=lambda number: odds[number])
    best = found[at].verdict
    if best.fails:
        # What fails alike by fewer parts is easier to check.
        at = min(
            (n for n, each in enumerate(found) if not _differ(each.verdict, best)), key=lambda n: len(found[n].parts)
        )
        best = found[at].verdict._replace(odds=best.odds)
    rivals = sum(
        exp(min(50.0, other - odds[at])) for other, each in zip(odds, found, strict=True) if _differ(each.verdict, best)
    )
    # Of n that are as likely each has 1/n: the rivals share the odds against nothing at all.
    shared = odds[at] - log(1 + rivals * exp(max(-50.0, min(50.0, odds[at]))))
    return Choice(found[at].scheme, found[at].parts, best._replace(odds=shared))


def _differ(other: SumVerdict, best: SumVerdict) -> bool:
    """Return True if another sum of the same total does not hold and fail in the same lines, by the same gaps."""
    return other.ties != best.ties or any(
        m not in other.fails or other.fails[m].gap != failure.gap for m, failure in best.fails.items()
    )


def _prior(figures: RecognisedTable, totals: Sequence[int], place: int, columns: int) -> float:
    """Return the odds that a named total is a sum of rows of its table, before any figure is looked at."""
    label = figures.labels[totals[place]]
    leaves = figures.leaves
    last = place == len(totals) - 1 and (not leaves or leaves[-1] <= totals[place])
    first = place == 0 and (not leaves or leaves[0] >= totals[place])
    only = len(totals) == 1 and (last or first)
    if not is_bare_total(label):
        return evidence.LONGER_ONLY if only and columns == 1 else evidence.LONGER + (log(2) if last else 0.0)
    if only and columns == 1:
        return evidence.BARE_ONLY
    return evidence.BARE_EDGE if last or only else evidence.BARE


def _scheme(scheme: str, totals: Sequence[int], leaves: Sequence[int]) -> float:
    """Return the odds of a scheme. A single total at the top has its rows below it: nothing stands above."""
    alone = len(totals) == 1 and (not leaves or leaves[0] > totals[0])
    if alone and scheme == "segment below":
        return 0.0
    return evidence.SCHEMES.get(scheme, evidence.LAST_ROWS)


def _scanned(
    grid: FigureGrid, measures: Measures, own: Set[int], shown: Mapping[int, SumVerdict]
) -> dict[int, SumVerdict]:
    """Return the sections, above a last named total, that add up one after the other, each to a row of its own.

    Each by itself may be chance where figures are small. That the total is what the rows add up to, twice over, says that half of
    them are totals of the others.
    """
    last = max(own, default=-1)
    leaves = set(grid.figures.leaves) if len(own) == 1 and not shown else set[int]()
    rows = [at for at, row in enumerate(grid.rows) if row < last and row in leaves]
    amounts = [m for m, column in enumerate(grid.columns) if column.role == AMOUNT]
    if not _MOST_FREE <= len(rows) <= _MOST_SCANNED or not amounts:
        return {}
    line = grid.down[max(amounts, key=lambda m: sum(1 for at in rows if grid.down[m].values[at]))]
    ways = [_sections(line, rows, behind) for behind in (True, False)]
    best = max(ways, key=lambda found: sum(len(parts) for _, parts in found))
    if sum(len(parts) + 1 for _, parts in best) * 2 < len(rows) or len(best) < 2:
        return {}
    found = {}
    for total, parts in best:
        verdict = weigh_sum(grid.down, amounts, total, parts, evidence.SECTION, measures)
        if len(verdict.ties) > len(verdict.fails):
            found[grid.rows[total]] = verdict
    return found


def _sections(line: AxisLine, rows: Sequence[int], behind: bool) -> list[tuple[int, tuple[int, ...]]]:
    """Return the runs of rows that add up to the row behind them (or before them), one after the other."""
    order = list(rows) if behind else list(reversed(rows))
    found: list[tuple[int, tuple[int, ...]]] = []
    start = 0
    while start < len(order):
        added = slack = 0
        for at in range(start, min(len(order), start + _LONGEST_SECTION)):
            value, half = line.values[order[at]] or 0, line.halves[order[at]]
            # Small figures tie with anything within rounding.
            if at - start > 1 and abs(value) > 8 * (slack + half) and abs(value - added) <= slack + half:
                found.append((order[at], tuple(sorted(order[start:at]))))
                start = at
                break
            added, slack = added + value, slack + half
        start += 1
    return found


def _differences(
    grid: FigureGrid, totals: Sequence[int], place_of: Mapping[int, int], measures: Measures, amounts: Sequence[int]
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
            Choice("difference", (part, row), weigh_sum(
                grid.down, amounts, place_of[whole], (place_of[part], place_of[row]), evidence.DIFFERENCE, measures
            ))
            for whole, part in (above, above[::-1])
        ]  # fmt: skip
        yield max(ways, key=lambda choice: choice.verdict.odds)


def row_sums(grid: FigureGrid, measures: Measures) -> Iterator[Choice]:
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
                ways.append(Choice(scheme, parts, weigh_sum(lines, range(len(lines)), at, parts, prior, measures)))
        if ways:
            best = _best(ways, Counter())
            yield _left_out(lines, best, grid) or best


def _left_out(lines: Sequence[AxisLine], choice: Choice, grid: FigureGrid) -> Choice | None:
    """Return a total that leaves out one column in every row, told once: it may be meant so, or not brought up to date."""
    verdict = choice.verdict
    if verdict.ties or len(verdict.fails) < _LEAST_YEAR:
        return None
    column = with_one_too_many(lines, verdict)
    if column is None or is_measure(grid.columns[column].header):
        return None
    last = max(verdict.fails)
    fails = {last: verdict.fails[last]._replace(failing=1.0)}
    return Choice(LEAVES_OUT, choice.parts, verdict._replace(fails=fails, odds=evidence.CERTAIN))


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
) -> list[tuple[str, Sequence[int]]]:
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
    sets: dict[str, Sequence[int]] = {
        "segment above": segment,
        "section above": [row for row in segment if row > heading],
        "running": [before, *segment] if place else [],
        **_last_rows(figures, total, segment),
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
    return list(sets.items())


def _last_rows(figures: RecognisedTable, total: int, segment: Sequence[int]) -> Mapping[str, Sequence[int]]:
    """Return the last two, three ... rows above a total that is named after something: *total debt* below *equity* and its own rows."""
    if is_bare_total(figures.labels[total]) or len(figures.amount_columns) < 2:
        return {}
    return {f"last {count}": segment[-count:] for count in range(2, min(len(segment), _MOST_FREE))}


def _without_differences(figures: RecognisedTable, rows: Sequence[int]) -> list[int]:
    """Rows below a total but those called differences: income is costs and the result below it, and yet the sum of its own rows."""
    return [row for row in rows if not is_difference_label(figures.labels[row])]


def _totals_above(leaves: Sequence[int], totals: Sequence[int], place: int) -> tuple[list[int], list[int]]:
    """The totals above one since the last that is itself one of totals; where there are none, all those above that are."""
    since: list[int] = []
    upper: list[int] = []
    for at in range(place - 1, max(-1, place - 1 - _MOST_ABOVE), -1):
        above = totals[at - 1] if at else -1
        of_totals = at > 0 and bisect_right(leaves, above) == bisect_right(leaves, totals[at])
        if of_totals and since:
            break
        (upper if of_totals else since).append(totals[at])
        if upper and not of_totals:
            # Below those of totals the ones that they add up are not asked for.
            since.pop()
    return since[::-1], upper[::-1]
