"""The relations between the figures of a table that arithmetic shows: sums down and across, shares and changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from math import log

from reconcile.core.messages import Message, joined, say
from reconcile.core.words import is_difference_label, is_measure, is_total_label, names_all
from reconcile.equate import evidence
from reconcile.equate.arithmetic.derived import SAMPLED, derive_figures
from reconcile.equate.arithmetic.label_formulas import stated_sums
from reconcile.equate.arithmetic.search import ENOUGH, LONG_AXIS, Axis, find_relations
from reconcile.equate.equation import Equation
from reconcile.equate.grid import FigureGrid
from reconcile.equate.judge import SumVerdict, weigh_sum, with_left_out
from reconcile.equate.lines import AxisLine, Relation
from reconcile.equate.measures import Measures
from reconcile.equate.written import sums_across
from reconcile.recognise.columns import AMOUNT, CODE, LABEL, PERCENT
from reconcile.recognise.tables import RecognisedTable

# Positions that stand every second, third ... place apart are looked at up to this stride.
_WIDEST_STRIDE = 12
# What each other section that adds up is worth for one that does not.
_SECTION = 50
# At most one row in so many lacks a code that the others have, or codes say nothing of totals.
_FEW_UNCODED = 4
_BULLET = re.compile(r"[\s.…·•*–—-]*")
_NUMBERING = re.compile(r"(?:\d+\.)*\d+(?=[.)]?\s)")


def relate_across(grid: FigureGrid) -> list[Equation]:
    """Return the sums across the rows, the means, shares and changes of a table that its own figures show, and those lines that fail."""
    return [*_crossfoot(grid, AMOUNT), *_crossfoot(grid, PERCENT), *derive_figures(grid)]


def unsought(figures: RecognisedTable) -> Message | None:
    """What is not looked for because the table is long, in words; None where everything is."""
    rows = len(figures.body)
    if rows <= SAMPLED or not figures.cells:
        return None
    told = say(
        "relations between columns are searched for in {searched} of {rows} rows, and those found are checked in all rows. "
        "Means, shares of rows in each other, and sums of two rows far apart are not searched for",
        rows=rows,
        searched=SAMPLED,
    )
    if rows <= LONG_AXIS:
        return told
    return joined("; ", (told, say("totals without a label are searched for only at the ends of sections")))


def foot(grid: FigureGrid) -> Iterator[SumVerdict]:
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
) -> SumVerdict:
    """Return what the judge makes of a relation that was found by arithmetic: its score is what the lines that tie are worth."""
    verdict = weigh_sum(lines, range(len(lines)), total, parts, 0.0, measures, named)
    lacks = with_left_out(lines, verdict)
    if lacks is not None:
        parts = tuple(sorted([*parts, lacks]))
        verdict = weigh_sum(lines, range(len(lines)), total, parts, 0.0, measures, named)
    odds = log(_SECTION * relation.sections) if relation.sections else (relation.score + ENOUGH) * log(2)
    if measures.down and is_measure(measures.grid.figures.labels[measures.grid.rows[total]]):
        odds += evidence.NO_SUM
    return verdict._replace(odds=odds + sum(failure.worth for failure in verdict.fails.values()))


def _adds_to_a_hundred_only(grid: FigureGrid, relation: Relation) -> bool:
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


def _families(grid: FigureGrid, blank: Sequence[bool], inside: Set[int]) -> list[tuple[int, Sequence[int]]]:
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


def _deeper(grid: FigureGrid, blank: Sequence[bool], inside: Set[int]) -> list[tuple[int, list[int]]]:
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


def _crossfoot(grid: FigureGrid, role: str) -> Iterator[Equation]:
    """Sums across the rows, among the columns of one role: money is never added to shares."""
    own = [place for place, column in enumerate(grid.columns) if column.role == role]
    if len(own) < 3:
        return
    step = max(1, len(grid.rows) // SAMPLED)
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
