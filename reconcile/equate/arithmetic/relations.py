"""The relations between the figures of a table that arithmetic shows: sums down and across, shares and changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from math import log
from typing import NamedTuple

from reconcile.core.messages import Message, joined, linked, say
from reconcile.core.words import is_average, is_difference_label, is_measure, is_total_label, names_all
from reconcile.equate import evidence
from reconcile.equate.arithmetic.label_formulas import stated_sums
from reconcile.equate.arithmetic.ratios import Ratio, find_averages, find_ratios
from reconcile.equate.arithmetic.search import ENOUGH, LONG_AXIS, Axis, find_relations
from reconcile.equate.equation import AVERAGE, BROKEN, DIVISION, ROW_TOTAL, SUBTOTAL, Equation
from reconcile.equate.grid import Grid
from reconcile.equate.judge import Verdict, weigh, with_left_out
from reconcile.equate.lines import AxisLine, Relation
from reconcile.equate.measures import Measures
from reconcile.equate.terms import count_figures, part_at, term_at
from reconcile.equate.written import sums_across
from reconcile.recognise.columns import AMOUNT, CODE, LABEL, PERCENT, Column
from reconcile.recognise.tables import RecognisedTable

# Of longer tables so many rows are looked at for relations between columns, and all of them are held to what is found;
# what a row is of two rows far from it is not looked for.
_SAMPLED = 2_000
# Positions that stand every second, third ... place apart are looked at up to this stride.
_WIDEST_STRIDE = 12
# What each other section that adds up is worth for one that does not.
_SECTION = 50
_BELOW_HEADER = 2
# More rows than these, or one in so many that tie, do not miss a total by mistake.
_MOST_UNEXPLAINED = 2
_PER_FAULT = 10
# A share or a change is held to what it is of where so many lines hold for each that fails, and so many shares differ.
_FAULT_TIES, _SHARES = 4, 3
# From so many lines that tie on, and with one in so many that fails at most, what fails is a fault.
_FIRM = 20
_FAR_OFF = 10
# At most one row in so many lacks a code that the others have, or codes say nothing of totals.
_FEW_UNCODED = 4
_BULLET = re.compile(r"[\s.…·•*–—-]*")
_NUMBERING = re.compile(r"(?:\d+\.)*\d+(?=[.)]?\s)")
RelationCell = tuple[int, Column]


def relate_across(grid: Grid) -> list[Equation]:
    """Return the sums across the rows, the means, shares and changes of a table that its own figures show, and those lines that fail."""
    return [*_crossfoot(grid, AMOUNT), *_crossfoot(grid, PERCENT), *_average(grid), *_share(grid)]


def unsought(figures: RecognisedTable) -> Message | None:
    """What is not looked for because the table is long, in words; None where everything is."""
    rows = len(figures.body)
    if rows <= _SAMPLED or not figures.cells:
        return None
    told = say(
        "relations between columns are searched for in {searched} of {rows} rows, and those found are checked in all rows. "
        "Means, shares of rows in each other, and sums of two rows far apart are not searched for",
        rows=rows,
        searched=_SAMPLED,
    )
    if rows <= LONG_AXIS:
        return told
    return joined("; ", (told, say("totals without a label are searched for only at the ends of sections")))


def foot(grid: Grid) -> Iterator[Verdict]:
    """Yield the sums down the columns that arithmetic shows."""
    figures, rows = grid.figures, grid.rows
    labels = figures.labels
    blank = [
        all(value is None for value in values) for values in zip(*(line.values for line in grid.down), strict=True)
    ]
    named: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        if not blank[position] and labels[row]:
            named.setdefault(labels[row].casefold(), []).append(position)
    uncoded = _uncoded(figures, [row for position, row in enumerate(rows) if not blank[position]])
    belonging = figures.apart - figures.totals - figures.carried
    inside = {position for position, row in enumerate(rows) if row in belonging}
    axis = Axis(
        totals=[row in figures.totals or row in uncoded or names_all(labels[row]) for row in rows],
        groups=[group for group in named.values() if len(group) > 2] if len(named) > 1 else [],
        breaks=[position for position, empty in enumerate(blank) if empty],
        families=_families(grid, blank, inside),
        inside=inside,
    )
    measures = Measures(grid, down=True)
    for relation in find_relations(grid.down, axis):
        if not axis.totals[relation.total] and _adds_to_a_hundred_only(grid, relation):
            continue
        called = axis.totals[relation.total]
        yield _judged(grid.down, relation, relation.total, relation.parts, measures, called)


def _judged(
    lines: Sequence[AxisLine], relation: Relation, total: int, parts: tuple[int, ...], measures: Measures, named: bool
) -> Verdict:
    """Return what the judge makes of a relation that was found by arithmetic: its score is what the lines that tie are worth."""
    verdict = weigh(lines, range(len(lines)), total, parts, 0.0, measures, named)
    lacks = with_left_out(lines, verdict)
    if lacks is not None:
        parts = tuple(sorted([*parts, lacks]))
        verdict = weigh(lines, range(len(lines)), total, parts, 0.0, measures, named)
    odds = log(_SECTION * relation.sections) if relation.sections else (relation.score + ENOUGH) * log(2)
    if measures.down and is_measure(measures.grid.figures.labels[measures.grid.rows[total]]):
        odds += evidence.NO_SUM
    return verdict._replace(odds=odds + sum(failure.worth for failure in verdict.fails.values()))


def _adds_to_a_hundred_only(grid: Grid, relation: Relation) -> bool:
    """Whether the parts are a whole in shares alone: then a row of 100 percent beside them is no total of theirs."""
    told = [m for m in relation.ties if grid.down[m].values[relation.total]]
    held = sum(1 for m in told if grid.columns[m].role == AMOUNT)
    against = sum(1 for m in (*relation.near, *relation.fails) if grid.columns[m].role == AMOUNT)
    return against > held < len(told)


def _uncoded(figures: RecognisedTable, rows: Sequence[int]) -> Set[int]:
    """The few rows with a name and without a code, where all others have one: what the others add up to has none."""
    code = next((column.index for column in figures.columns if column.role == CODE), None)
    if code is None:
        return frozenset()
    bare = {row for row in rows if figures.labels[row] and not figures.table.rows[row][code].strip()}
    return bare if 0 < len(bare) * _FEW_UNCODED <= len(rows) else frozenset()


def _families(grid: Grid, blank: Sequence[bool], inside: Set[int]) -> list[tuple[int, Sequence[int]]]:
    """Each row with those that are said to belong to it: *of which*, a formula in its label, or one step deeper."""
    labels = [grid.figures.labels[row] for row in grid.rows]
    return [
        *stated_sums(labels),
        *_parts_of(blank, inside),
        *_below_capitals(labels, blank, inside),
        *_deeper(grid, blank, inside),
    ]


def _below_capitals(labels: Sequence[str], blank: Sequence[bool], inside: Set[int]) -> Iterator[tuple[int, list[int]]]:
    """Each row in capitals with the rows below it that are not, where a table writes some names so and others not."""
    own = [position for position, empty in enumerate(blank) if not empty and position not in inside]
    capitals = {position for position in own if labels[position].isupper() and len(labels[position]) > 3}
    if len(capitals) < 2:
        return
    owner, parts = -1, list[int]()
    for position in [*own, -1]:
        if position in capitals or position < 0:
            if owner >= 0 and len(parts) > 1:
                yield owner, parts
            owner, parts = position, []
        else:
            parts.append(position)


def _parts_of(blank: Sequence[bool], inside: Set[int]) -> Iterator[tuple[int, list[int]]]:
    """Each row that *of which* rows follow, with these."""
    owner, parts = -1, list[int]()
    for position, empty in enumerate([*blank, False]):
        if position in inside and not empty:
            parts.append(position)
        elif not empty:
            if owner >= 0 and len(parts) > 1:
                yield owner, parts
            owner, parts = position, []


def _deeper(grid: Grid, blank: Sequence[bool], inside: Set[int]) -> list[tuple[int, list[int]]]:
    """Each row that deeper rows follow, by indentation, bullets or numbering, with those that are one step deeper."""
    figures = grid.figures
    label = next((column.index for column in figures.columns if column.role == LABEL), None)
    if label is None:
        return []
    code = next((column.index for column in figures.columns if column.role == CODE and column.index < label), None)
    families: list[tuple[int, list[int]]] = []
    above: list[tuple[int, list[int]]] = []
    for position, row in enumerate(grid.rows):
        raw = figures.table.rows[row][label]
        if code is not None and figures.table.rows[row][code].strip():
            raw = f"{figures.table.rows[row][code].strip()} {raw}"
        bullet = _BULLET.match(raw)
        text = raw[bullet.end() :] if bullet else raw
        if not text or position in inside:
            continue
        numbered = _NUMBERING.match(text)
        depth = len(raw) - len(text) + (10 * numbered.group().count(".") if numbered else 0)
        while above and above[-1][0] >= depth:
            above.pop()
        children: list[int] = []
        if not blank[position]:
            if above:
                above[-1][1].append(position)
            families.append((position, children))
        above.append((depth, children))
    return [(position, children) for position, children in families if len(children) > 1]


def _crossfoot(grid: Grid, role: str) -> Iterator[Equation]:
    """Sums across the rows, among the columns of one role: money is never added to shares."""
    own = [place for place, column in enumerate(grid.columns) if column.role == role]
    if len(own) < 3:
        return
    step = max(1, len(grid.rows) // _SAMPLED)
    sample = grid.lines_across(own, range(0, len(grid.rows), step))
    headed: dict[str, list[int]] = {}
    for position, place in enumerate(own):
        headed.setdefault(grid.columns[place].header.casefold(), []).append(position)
    groups = [group for group in headed.values() if len(group) > 2] if len(headed) > 1 else []
    for stride in range(2, min(_WIDEST_STRIDE, len(own) // 3) + 1):
        groups += [list(range(start, len(own), stride)) for start in range(stride)]
    headers = [grid.columns[place].header for place in own]
    called = [is_total_label(header) for header in headers]
    axis = Axis(
        [named or names_all(header) for named, header in zip(called, headers, strict=True)],
        groups,
        families=[*stated_sums(headers), *_differences(headers)],
    )
    measures = Measures(grid, down=False)
    lines = grid.lines_across(range(len(grid.columns)), range(len(grid.rows)))
    for relation in find_relations(sample, axis):
        parts = tuple(own[position] for position in relation.parts)
        yield from sums_across(grid, _judged(lines, relation, own[relation.total], parts, measures, named=True))


def _differences(headers: Sequence[str]) -> Iterator[tuple[int, tuple[int, int]]]:
    """What is called a difference, of the two before it: either of them is the other and the difference."""
    for place, header in enumerate(headers):
        if place > 1 and is_difference_label(header):
            yield place - 1, (place - 2, place)
            yield place - 2, (place - 1, place)


def _average(grid: Grid) -> Iterator[Equation]:
    """Means, down the columns and across the rows, at what is called one."""
    figures, rows, columns = grid.figures, grid.rows, grid.columns
    if len(rows) > _SAMPLED:
        return
    grid_rows = figures.table.rows
    # Where the columns have no label, a row is called a mean in any of its cells, and a column below its header.
    below = [grid_rows[row] for row in rows[:_BELOW_HEADER]]
    called = [" ".join(grid_rows[row]) for row in rows]
    headed = [" ".join([column.header, *(row[column.index] for row in below)]) for column in columns]
    for names, kind in ((called, SUBTOTAL), (headed, ROW_TOTAL)):
        named = {at for at, name in enumerate(names) if is_average(name)}
        if not named:
            continue
        measures = named | {at for at, name in enumerate(names) if is_measure(name)}
        down = kind == SUBTOTAL
        lines = grid.down if down else grid.lines_across(range(len(columns)), range(len(rows)))
        for found in find_averages(lines, named, measures):
            for m in found.ties:
                result = (rows[found.result], columns[m]) if down else (rows[m], columns[found.result])
                cells = [(rows[p], columns[m]) if down else (rows[m], columns[p]) for p in found.parts]
                total = term_at(figures, *result)
                if total is not None:
                    parts = tuple(part_at(figures, *cell) for cell in cells)
                    name = total.label or say("row {row}", row=total.row + 1)
                    label = say("{name}: mean of {count}", name=name, count=count_figures(parts))
                    yield Equation(kind, total, parts, label, operator=AVERAGE)


class _View(NamedTuple):
    """The grid looked at along one axis: its lines, the cell at a position of a line, and what may be or is called a quotient."""

    lines: Sequence[AxisLine]
    cell: Callable[[int, int], RelationCell]
    results: Set[int]
    named: Set[int]


def _quotients(names: Sequence[str]) -> set[int]:
    """The positions that are called a share, a rate or a change."""
    return {at for at, name in enumerate(names) if is_measure(name) or is_difference_label(name)}


def _share(grid: Grid) -> Iterator[Equation]:
    """Shares and changes, across the rows and down the columns."""
    rows, columns = grid.rows, grid.columns
    step = max(1, len(rows) // _SAMPLED)
    looked_at = range(0, len(rows), step)
    across = grid.lines_across(range(len(columns)), looked_at)
    percent = {place for place, column in enumerate(columns) if column.role == PERCENT}
    named = percent | _quotients([column.header for column in columns])
    views = [_View(across, lambda line, at: (rows[looked_at[line]], columns[at]), percent, named)]
    if len(rows) <= _SAMPLED:
        below = _quotients([grid.figures.labels[row] for row in rows])
        views.append(_View(grid.down, lambda line, at: (rows[at], columns[line]), frozenset(), below))
    for lines, cell, results, called in views:
        size = len(lines[0].values) if lines else 0
        fractional = [at for at in range(size) if any((line.values[at] or 0) % grid.scale for line in lines)]
        for ratio in find_ratios(lines, grid.scale, sorted({*fractional, *results, *called}), called):
            sure = len(ratio.ties) >= _FAULT_TIES * len(ratio.fails)
            for line in sorted((*ratio.ties, *(ratio.fails if sure else ()))):
                equation = _quotient(grid.figures, ratio, lambda at, line=line, cell=cell: cell(line, at))  # type: ignore[misc]
                if equation is not None:
                    yield equation
    if len(rows) <= _SAMPLED:
        yield from _shares_of_total(grid, percent | named)


def _shares_of_total(grid: Grid, shares: Set[int]) -> Iterator[Equation]:
    """Yield the shares that a column tells of the total of another column, in hundredths or as such.

    It is one if four rows in five that tell a share agree, and at least three differ from each other.
    """
    figures = grid.figures
    totals = [at for at, row in enumerate(grid.rows) if row in figures.totals]
    if not totals or not shares:
        return
    for place in sorted(shares):
        best: list[Equation] = []
        for other in range(len(grid.columns)):
            if other == place or grid.columns[other].role != AMOUNT:
                continue
            for total in (totals[0], totals[-1]) if len(totals) > 1 else totals:
                lines = list(_shares(grid, place, other, total))
                holds = [line for line in lines if line.status() != BROKEN]
                different = {line.total.value() for line in holds}
                if len(different) >= _SHARES and len(holds) >= _FAULT_TIES * (len(lines) - len(holds)):
                    held = sum(line.status() != BROKEN for line in best)
                    best = lines if len(holds) > held else best
        yield from best


def _shares(grid: Grid, place: int, other: int, total: int) -> Iterator[Equation]:
    """Yield each share of a column with its part and its whole, which stands in the row of the total."""
    figures, column, parts = grid.figures, grid.columns[place], grid.columns[other]
    whole = term_at(figures, grid.rows[total], parts)
    if whole is None or not whole.value():
        return
    factor = 100 if column.role == PERCENT or grid.down[place].values[total] == 100 * grid.scale else 1
    for at, row in enumerate(grid.rows):
        result, part = term_at(figures, row, column), term_at(figures, row, parts)
        if at == total or result is None or part is None or part.is_nil or result.is_nil:
            continue
        label = linked(
            ": ", (result.label or say("row {row}", row=row + 1), linked(" / ", (parts.header or "?", whole.label)))
        )
        yield Equation(ROW_TOTAL, result, (part, whole), label, operator=DIVISION, factor=factor)


def _quotient(figures: RecognisedTable, ratio: Ratio, cell: Callable[[int], RelationCell]) -> Equation | None:
    result, part, whole = (term_at(figures, *cell(at)) for at in (ratio.result, ratio.part, ratio.whole))
    if result is None or part is None or whole is None:
        return None
    across = part.row == result.row
    names = (part.header, whole.header) if across else (part.label, whole.label)
    sign = " / " if ratio.operator == DIVISION else say(" against ")
    name = result.label or say("row {row}", row=result.row + 1)
    label = linked(": ", (name, linked(sign, [each or "?" for each in names])))
    kind = ROW_TOTAL if across else SUBTOTAL
    return Equation(kind, result, (part, whole), label, operator=ratio.operator, factor=ratio.factor)
