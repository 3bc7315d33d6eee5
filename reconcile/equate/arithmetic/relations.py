"""The relations between the figures of a table that arithmetic shows: sums down and across, shares and changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from reconcile.core.amounts import Amount
from reconcile.core.decimals import multiply, rescale
from reconcile.core.messages import Message, joined, linked, say
from reconcile.core.words import is_average, is_difference_label, is_measure, is_total_label, names_all
from reconcile.equate.arithmetic.evidence import NEAR, AxisLine, Relation
from reconcile.equate.arithmetic.label_formulas import stated_sums
from reconcile.equate.arithmetic.ratios import Ratio, find_averages, find_ratios
from reconcile.equate.arithmetic.search import LONG_AXIS, Axis, find_relations
from reconcile.equate.equation import AVERAGE, BROKEN, DIVISION, ROW_TOTAL, SUBTOTAL, Equation
from reconcile.equate.terms import count_figures, has_hole, is_exact, label_down, part_at, parts_down, reach, term_at
from reconcile.recognise.columns import AMOUNT, CODE, LABEL, PERCENT, Column
from reconcile.recognise.series import NumberColumn
from reconcile.recognise.tables import RecognisedTable

# Of longer tables so many rows are looked at for relations between columns, and all of them are held to what is found;
# what a row is of two rows far from it is not looked for.
_SAMPLED = 2_000
# Positions that stand every second, third ... place apart are looked at up to this stride.
_WIDEST_STRIDE = 12
_MOST_DIGITS = 60
# So many more sums of one shape hold than twice those that fail, where columns called totals are to be believed.
_SIBLINGS = 1
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


def relate_figures(figures: RecognisedTable) -> list[Equation]:
    """The sums, shares and changes of a table that its own figures show, and where a relation fails in few of its lines."""
    if not figures.cells or not figures.body:
        return []
    grid = _Grid(figures)
    return [*_foot(grid), *_crossfoot(grid, AMOUNT), *_crossfoot(grid, PERCENT), *_average(grid), *_share(grid)]


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


class _Grid:
    """The figures of a table as whole numbers of one unit: half of its finest, so that halves are whole, too."""

    def __init__(self, figures: RecognisedTable) -> None:
        self.figures = figures
        self.rows: Sequence[int]
        # Rows that carry a sum over a page's end are no figures of their own.
        self.rows = [row for row in figures.body if row not in figures.carried] if figures.carried else figures.body
        self.columns = [column for column in figures.columns if column.index in figures.cells]
        places = [_places(figures.cells[column.index]) for column in self.columns]
        self.decimals = max(0, *places)
        # What one is written as.
        self.scale = 2 * 10**self.decimals
        self.down = [self._line_down(column) for column in self.columns]

    def _line_down(self, column: Column) -> AxisLine:
        amounts = self.figures.cells[column.index]
        if not isinstance(amounts, NumberColumn):
            return _line([amounts[row] for row in self.rows], self.decimals)
        factor = 2 * 10 ** (self.decimals - amounts.places + amounts.unit.exponent)
        values = [None if number is None else number * factor for number in amounts.numbers]
        halves = [factor // 2] * len(values)
        for row, amount in amounts.odd.items():
            values[row], halves[row] = _whole(amount, self.decimals)
        return AxisLine([values[row] for row in self.rows], [halves[row] for row in self.rows])

    def lines_across(self, columns: Sequence[int], rows: Sequence[int]) -> list[AxisLine]:
        """A line for each of ``rows`` (counted in the body), with the figures of ``columns`` (indices into ours)."""
        values = [self.down[c].values for c in columns]
        halves = [self.down[c].halves for c in columns]
        return [AxisLine([v[row] for v in values], [h[row] for h in halves]) for row in rows]


def _places(amounts: Sequence[Amount | None]) -> int:
    if isinstance(amounts, NumberColumn):
        odd = max(
            (amount.decimals - amount.unit.exponent for amount in amounts.odd.values() if _is_told(amount)), default=0
        )
        return max(odd, amounts.places - amounts.unit.exponent)
    told = (amount for amount in amounts if amount is not None and _is_told(amount))
    return max((amount.decimals - amount.unit.exponent for amount in told), default=0)


def _is_told(amount: Amount) -> bool:
    """Whether an amount has no more digits than any money has; thousands of digits take their square of time."""
    return amount.value.adjusted() < _MOST_DIGITS and amount.decimals - amount.unit.exponent < _MOST_DIGITS


def _whole(amount: Amount, decimals: int) -> tuple[int | None, int]:
    if not _is_told(amount):
        return None, 0
    value = int(rescale(amount.value, decimals)) * 2
    return value, int(rescale(amount.high, decimals) * 2) - value


def _line(amounts: Sequence[Amount | None], decimals: int) -> AxisLine:
    whole = [(None, 0) if amount is None else _whole(amount, decimals) for amount in amounts]
    return AxisLine([value for value, _ in whole], [half for _, half in whole])


def _foot(grid: _Grid) -> Iterator[Equation]:
    """Sums down the columns."""
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
    inside = {position for position, row in enumerate(rows) if row in figures.apart - figures.totals - figures.carried}
    axis = Axis(
        totals=[row in figures.totals or row in uncoded or names_all(labels[row]) for row in rows],
        groups=[group for group in named.values() if len(group) > 2] if len(named) > 1 else [],
        breaks=[position for position, empty in enumerate(blank) if empty],
        families=_families(grid, blank, inside),
        inside=inside,
    )
    for relation in find_relations(grid.down, axis):
        if not axis.totals[relation.total] and _adds_to_a_hundred_only(grid, relation):
            continue
        parts = [rows[position] for position in relation.parts]
        witnessed = relation.slip or relation.sections > 0 or (axis.totals[relation.total] and _is_witnessed(relation))
        for line in sorted((*relation.ties, *relation.near)):
            column = grid.columns[line]
            total = term_at(figures, rows[relation.total], column)
            terms = parts_down(figures, parts, column)
            if total is None or not terms:
                continue
            label = label_down(figures, total, column, count_figures(terms))
            hole = has_hole(figures, reach(figures, parts, column.index), column.index)
            exact = is_exact(total, terms)
            yield Equation(
                SUBTOTAL, total, terms, label, exact=exact, incomplete=hole, witnessed=witnessed, slipped=relation.slip
            )


def _adds_to_a_hundred_only(grid: _Grid, relation: Relation) -> bool:
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


def _families(grid: _Grid, blank: Sequence[bool], inside: Set[int]) -> list[tuple[int, Sequence[int]]]:
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


def _deeper(grid: _Grid, blank: Sequence[bool], inside: Set[int]) -> list[tuple[int, list[int]]]:
    """Each row that deeper rows follow, by indentation, bullets or numbering, with those that are one step deeper."""
    figures = grid.figures
    label = next((column.index for column in figures.columns if column.role == LABEL), None)
    if label is None:
        return []
    families: list[tuple[int, list[int]]] = []
    above: list[tuple[int, list[int]]] = []
    for position, row in enumerate(grid.rows):
        raw = figures.table.rows[row][label]
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


def _crossfoot(grid: _Grid, role: str) -> Iterator[Equation]:
    """Sums across the rows, among the columns of one role: money is never added to shares."""
    figures = grid.figures
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
    relations = find_relations(sample, axis)
    pooled = _pool(relations, sample)
    for relation in relations:
        total = grid.columns[own[relation.total]]
        parts = _with_empty_columns(figures, [grid.columns[own[position]] for position in relation.parts])
        believed = called[relation.total] and pooled[_shape(relation)] >= _SIBLINGS
        firm = _is_firm(relation, sample)
        witnessed = believed or firm or _is_witnessed(relation)
        whole = step == 1 and not believed and not firm
        held = {*relation.ties, *relation.near} if whole else range(len(grid.rows))
        found = []
        for at in sorted(held):
            slipped = relation.slip and step == 1 and at in relation.near
            equation = _across(figures, grid.rows[at], total, parts, witnessed, slipped)
            if equation is None:
                continue
            held_to = whole or slipped or equation.status() != BROKEN or _is_near(equation)
            if held_to or (firm and not any(term.is_nil for term in equation.terms)):
                found.append(equation)
        yield from _without_doubtful(found) if (believed or firm) and not relation.slip else found


def _is_firm(relation: Relation, lines: Sequence[AxisLine]) -> bool:
    """Return True if so many lines tie, and so few fail, that those which fail are faults by whatever they are off.

    A line that the relation leaves out (a row of another kind) is then as rare as a mistyped figure, and a figure is what
    somebody has to look at.
    """
    ties = sum(1 for m in relation.ties if lines[m].values[relation.total])
    return ties >= _FIRM and (len(relation.near) + len(relation.fails)) * _FIRM <= ties


def _without_doubtful(equations: Sequence[Equation]) -> Sequence[Equation]:
    """The equations of one relation; where many rows miss it, all by about as little, the figures are disturbed on purpose, or estimates."""
    missed = [equation for equation in equations if equation.status() == BROKEN and _is_near(equation)]
    if len(missed) <= max(_MOST_UNEXPLAINED, len(equations) // _PER_FAULT):
        return equations
    # Not at start-up: few tables have so many.
    from statistics import median_low

    usual = median_low([equation.difference().copy_abs() for equation in missed])
    doubtful = {id(e) for e in missed if e.difference().copy_abs() <= multiply(usual, _FAR_OFF)}
    return [replace(e, witnessed=False) if id(e) in doubtful else e for e in equations]


def _shape(relation: Relation) -> tuple[int, ...]:
    """Where the parts stand, as seen from the total: the same for the same sum in the next block of columns."""
    return tuple(part - relation.total for part in relation.parts)


def _pool(relations: Sequence[Relation], lines: Sequence[AxisLine]) -> dict[tuple[int, ...], int]:
    """By how much the lines that tie outnumber those that do not, taken over all relations of one shape."""
    pooled: dict[tuple[int, ...], int] = {}
    for relation in relations:
        ties = sum(1 for m in relation.ties if lines[m].values[relation.total])
        against = len(relation.near) + len(relation.fails)
        shape = _shape(relation)
        pooled[shape] = pooled.get(shape, 0) + ties - 2 * against
    return pooled


def _differences(headers: Sequence[str]) -> Iterator[tuple[int, tuple[int, int]]]:
    """What is called a difference, of the two before it: either of them is the other and the difference."""
    for place, header in enumerate(headers):
        if place > 1 and is_difference_label(header):
            yield place - 1, (place - 2, place)
            yield place - 2, (place - 1, place)


def _across(
    figures: RecognisedTable, row: int, column: Column, parts: Sequence[Column], witnessed: bool, slipped: bool
) -> Equation | None:
    total = term_at(figures, row, column)
    if total is None:
        return None
    terms = tuple(part_at(figures, row, part) for part in parts)
    if total.value() and not count_figures(terms):
        return None
    hole = any(has_hole(figures, (row,), part.index) for part in parts)
    name = figures.labels[row] or say("row {row}", row=row + 1)
    label = linked(": ", (name, column.header or say("column {column}", column=column.index + 1)))
    exact = is_exact(total, terms)
    return Equation(ROW_TOTAL, total, terms, label, exact=exact, incomplete=hole, witnessed=witnessed, slipped=slipped)


def _is_near(equation: Equation) -> bool:
    return multiply(equation.difference().copy_abs(), NEAR) < equation.total.value().copy_abs()


def _is_witnessed(relation: Relation) -> bool:
    """Whether the lines in which it ties outnumber those that it nearly does so far that these may be called faults.

    The sections of a scheme that it belongs to count as lines; a slip that explains the only fault is enough.
    """
    against = len(relation.near) + len(relation.fails)
    return relation.slip or (len(relation.near) == 1 and against * 5 <= max(len(relation.ties), relation.sections + 1))


def _with_blanks(parts: Sequence[int], blank: Sequence[bool], keep: Sequence[bool]) -> list[int]:
    """The parts, with the blank positions between two of them that are to be kept."""
    whole = [parts[0]]
    for first, second in pairwise(parts):
        between = range(first + 1, second)
        if all(blank[position] for position in between):
            whole += [position for position in between if keep[position]]
        whole.append(second)
    return whole


def _with_empty_columns(figures: RecognisedTable, parts: Sequence[Column]) -> list[Column]:
    """The parts, with the columns between two of them that hold nothing."""
    first, last = parts[0].index, parts[-1].index
    own = {column.index for column in parts}
    empty = [
        column.index not in own
        and column.index not in figures.cells
        and not any(figures.table.rows[row][column.index].strip() for row in figures.body)
        for column in figures.columns[: last + 1]
    ]
    if first > last:
        return list(parts)
    return [figures.columns[index] for index in _with_blanks([column.index for column in parts], empty, empty)]


def _average(grid: _Grid) -> Iterator[Equation]:
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


def _share(grid: _Grid) -> Iterator[Equation]:
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


def _shares_of_total(grid: _Grid, shares: Set[int]) -> Iterator[Equation]:
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


def _shares(grid: _Grid, place: int, other: int, total: int) -> Iterator[Equation]:
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
