"""Figures that are worked out from others otherwise than by adding: means, shares and changes, as equations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from fractions import Fraction
from math import log
from typing import NamedTuple

from reconcile.core.decimals import EXACT, quotient
from reconcile.core.messages import linked, say
from reconcile.core.words import is_average, is_difference_label, is_measure
from reconcile.equate import evidence
from reconcile.equate.arithmetic.proportions import (
    NAMED_ROW,
    Figures,
    Judged,
    Proportion,
    measure,
    oddness,
    weigh_proportion,
)
from reconcile.equate.arithmetic.ratios import Ratio, find_averages, find_products, find_ratios
from reconcile.equate.equation import AVERAGE, DIVISION, PRODUCT, ROW_TOTAL, SUBTOTAL, Equation, Term
from reconcile.equate.grid import FigureGrid
from reconcile.equate.lines import AxisLine
from reconcile.equate.terms import count_figures, part_at, term_at
from reconcile.recognise.columns import AMOUNT, PERCENT, Column

_BELOW_HEADER = 2
# A relation holds well where so many lines tie for each that fails; so many shares must differ.
_FAULT_TIES, _SHARES = 4, 3
# Up to so many positions each may be worked out from others; of more columns none is looked at for shares in one row of another.
_NARROW, _WIDEST = 12, 40
# From so many decimals on figures are worked out.
_FINE = 3
# The odds that what is called a share or a rate is one of two others, that anything is, and that it is one of a column's total.
_NAMED, _PLAIN, _CALLED = log(2), log(0.003), log(50)
_HUNDRED, _FEW_LINES = 100, 40
# A rate is told to so many places.
_RATE_PLACES = 6
_INDEX = re.compile(r"\bind(?:ex|eks|eksi|ice|ici)\b|= ?100\b", re.IGNORECASE)
_RATE = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s?%")
# Of longer tables so many rows are looked at for relations between columns, and all of them are held to what is found;
# what a row is of two rows far from it is not looked for.
SAMPLED = 2_000
RelationCell = tuple[int, Column]


def derive_figures(grid: FigureGrid) -> Iterator[Equation]:
    """Yield the means, shares and changes of a table, and those lines that fail."""
    yield from _average(grid)
    yield from _share(grid)


def _average(grid: FigureGrid) -> Iterator[Equation]:
    """Means, down the columns and across the rows, at what is called one."""
    figures, rows, columns = grid.figures, grid.rows, grid.columns
    if len(rows) > SAMPLED:
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
    """The grid looked at along one axis: its lines, the cell at a position of a line, and what may be or is called a quotient.

    ``odd`` is how often each line is told otherwise than the others.
    """

    lines: Sequence[AxisLine]
    cell: Callable[[int, int], RelationCell]
    results: Set[int]
    named: Set[int]
    odd: Sequence[float]
    totals: Set[int] = frozenset()


class _Told(NamedTuple):
    """A relation with what the judge makes of it, and the cells of its result, its part and its whole in each line."""

    relation: Proportion
    judged: Judged
    cells: Sequence[tuple[RelationCell, RelationCell, RelationCell | None]]


def _quotients(names: Sequence[str]) -> set[int]:
    """The positions that are called a share, a rate or a change."""
    return {at for at, name in enumerate(names) if is_measure(name) or is_difference_label(name)}


def _share(grid: FigureGrid) -> Iterator[Equation]:
    """Shares, changes, rates and products, across the rows and down the columns."""
    told: list[_Told] = []
    for view in _views(grid):
        told += _related(grid, view)
    if len(grid.rows) <= SAMPLED:
        told += _shares_of_one(grid)
        told += _rated(grid)
    best: dict[tuple[int, int], _Told] = {}
    for each in told:
        for m in each.judged.ties:
            (row, column), *_ = each.cells[m]
            place = row, column.index
            if place not in best or best[place].judged.odds < each.judged.odds:
                best[place] = each
    for each in told:
        yield from _equations(grid, each, best)


def _views(grid: FigureGrid) -> Iterator[_View]:
    rows, columns, figures = grid.rows, grid.columns, grid.figures
    across = grid.lines_across(range(len(columns)), range(len(rows)))
    percent = {place for place, column in enumerate(columns) if column.role == PERCENT}
    named = percent | _quotients([column.header for column in columns])
    odd = [oddness(False, not figures.labels[row]) for row in rows]
    totals = frozenset(at for at, row in enumerate(rows) if row in figures.totals)
    yield _View(across, lambda line, at: (rows[line], columns[at]), percent, named, odd, totals)
    if len(rows) <= SAMPLED:
        below = _quotients([figures.labels[row] for row in rows])
        yield _View(grid.down, lambda line, at: (rows[at], columns[line]), frozenset(), below, [0.0] * len(columns))


def _related(grid: FigureGrid, view: _View) -> Iterator[_Told]:
    """Yield what positions of a view are of two others."""
    step = max(1, len(view.lines) // SAMPLED)
    lines = view.lines[::step]
    size = len(lines[0].values) if lines else 0
    fractional = [at for at in range(size) if any((line.values[at] or 0) % grid.scale for line in lines)]
    likely = {*fractional, *view.results, *view.named}
    found = find_ratios(lines, grid.scale, sorted(likely), view.named)
    if size <= _NARROW:
        # Whole figures that nothing calls a share may be one: what stands in none that was found.
        taken = {ratio.result for ratio in found}
        found += find_ratios(lines, grid.scale, [at for at in range(size) if at not in likely | taken])
    found += find_products(lines, grid.scale)
    judged = [(ratio, _judge(grid, view, ratio)) for ratio in found]
    # Of three positions that hang together in several ways the one that stands behind the others is worked out from them.
    twins: dict[frozenset[int], tuple[Ratio, _Told]] = {}
    for ratio, told in judged:
        key = frozenset((ratio.result, ratio.part, ratio.whole))
        known = twins.get(key)
        if told.judged.odds > 0 and (known is None or _worth(ratio, told, likely) > _worth(*known, likely)):
            twins[key] = ratio, told
    yield from (told for _, told in twins.values())


def _worth(ratio: Ratio, told: _Told, likely: Set[int]) -> tuple[bool, bool, int, bool, float]:
    well = len(told.judged.fails) * _FAULT_TIES <= len(told.judged.ties)
    return (
        well,
        ratio.result in likely or ratio.operator == PRODUCT,
        ratio.result,
        ratio.operator == PRODUCT,
        told.judged.odds,
    )


def _judge(grid: FigureGrid, view: _View, ratio: Ratio) -> _Told:
    product = ratio.operator == PRODUCT
    relation = Proportion(PRODUCT, under=ratio.factor) if product else Proportion(ratio.operator, ratio.factor)
    places = ratio.result, ratio.part, ratio.whole
    cells, lines = [], []
    for m, (values, halves) in enumerate(view.lines):
        t, a, b = (values[at] for at in places)
        if t is None or a is None or b is None or not (a or product) or not b:
            continue
        cells.append((view.cell(m, places[0]), view.cell(m, places[1]), view.cell(m, places[2])))
        given = halves[places[0]], halves[places[1]], halves[places[2]]
        added_up = m in view.totals and _is_added_up(view, ratio.result, m)
        lines.append(Figures(t, a, b, given, max(view.odd[m], oddness(added_up, False))))
    size = len(view.lines[0].values) if view.lines else 1
    tried = log(max(2, size) ** 2 * 8)
    prior = (_NAMED if ratio.result in view.named else _PLAIN) - tried
    return _Told(
        relation,
        weigh_proportion(
            relation,
            grid.scale,
            lines,
            prior,
            must_be_exact=product,
            base=NAMED_ROW if ratio.result in view.named else evidence.ROW,
        ),
        cells,
    )


def _is_added_up(view: _View, result: int, total: int) -> bool:
    """Whether the figure in the row of a total is the sum or the mean of those in the rows, and no quotient of totals."""
    told = [
        line.values[result] or 0
        for m, line in enumerate(view.lines)
        if m not in view.totals and line.values[result] is not None
    ]
    value, half = view.lines[total].values[result] or 0, view.lines[total].halves[result]
    off = abs(value - sum(told)), abs(value * len(told) - sum(told))
    return bool(told) and min(off) <= half * (len(told) + 1)


# Shares in the figure of one row: of the total, or of the year that an index is based on.


def _shares_of_one(grid: FigureGrid) -> Iterator[_Told]:
    figures = grid.figures
    amounts = [at for at, column in enumerate(grid.columns) if column.role == AMOUNT]
    totals = [at for at, row in enumerate(grid.rows) if row in figures.totals]
    headers = [column.header for column in grid.columns]
    named = _quotients(headers) | {at for at, header in enumerate(headers) if _INDEX.search(header)}
    if not 0 < len(amounts) <= _WIDEST:
        return
    for place, column in enumerate(grid.columns):
        values = grid.down[place].values
        hundred = [at for at, value in enumerate(values) if value == _HUNDRED * grid.scale * _thousands(column)]
        called = place in named or column.role == PERCENT
        if not called and not hundred:
            continue
        rows = [*(totals if called or set(totals) & set(hundred) else ()), *hundred]
        best: _Told | None = None
        for base in dict.fromkeys([*rows[:1], *rows[-1:], *totals[-1:], *hundred[:1]]):
            for other in amounts:
                if other == place:
                    continue
                told = _shares(grid, place, other, base, called, (_CALLED if called else 0.0) - log(2 * len(amounts)))
                if told is not None and (best is None or told.judged.odds > best.judged.odds):
                    best = told
        if best is not None and best.judged.odds > 0:
            yield best


def _shares(grid: FigureGrid, place: int, other: int, base: int, called: bool, prior: float) -> _Told | None:
    """Return the shares that a column tells of one row of another column, in hundredths or as such."""
    figures, down = grid.figures, grid.down
    whole = down[other].values[base]
    up = _thousands(grid.columns[place])
    values = down[place].values
    # What is printed beside the whole must be a hundred, or one. A multiple of a round number may be so by chance.
    if not whole or (not called and _is_round(whole, grid.scale)):
        return None
    large = max((abs(value) for value in values if value is not None), default=0) > 2 * grid.scale * up
    relation = Proportion(DIVISION, (_HUNDRED if large else 1) * up)
    if abs(whole) == relation.factor * grid.scale:
        # The column is a copy of the other.
        return None
    cells, lines = [], []
    for at, row in enumerate(grid.rows):
        t, a = values[at], down[other].values[at]
        if t is None or a is None or not (t or a):
            continue
        halves = down[place].halves[at], down[other].halves[at], down[other].halves[base]
        # The whole of the whole is told to the last place, whatever it is rounded to.
        halves = halves if at != base else (halves[0], 0, 0)
        lines.append(Figures(t, a, whole, halves, 0.0 if at == base else oddness(False, not figures.labels[row])))
        cells.append(((row, grid.columns[place]), (row, grid.columns[other]), (grid.rows[base], grid.columns[other])))
    sample = lines[:: max(1, len(lines) // _FEW_LINES)]
    held = sum(abs(gap.off) <= gap.own + gap.inputs for gap in (measure(relation, grid.scale, line) for line in sample))
    if held * 2 <= len(sample):
        return None
    judged = weigh_proportion(relation, grid.scale, lines, prior, base=NAMED_ROW if called else evidence.ROW)
    at_base = next((m for m, line in enumerate(lines) if line.halves[1:] == (0, 0)), None)
    if at_base is not None and at_base not in judged.ties and judged.fails.get(at_base, 0.0) < evidence.NOTE:
        return None
    different = {lines[m].result for m in judged.ties}
    return _Told(relation, judged, cells) if len(different) >= _SHARES else None


def _thousands(column: Column) -> int:
    """Return what one is told as in a column that a table's unit makes one of thousands, as if it were money."""
    return int(10 ** min(max(0, column.unit.exponent), 12))


def _is_round(value: int, scale: int) -> bool:
    """Return True if a figure is one digit and noughts: what is a multiple of it may be so by chance."""
    return value % scale == 0 and not str(abs(value) // scale)[1:].strip("0")


# A constant rate: VAT and fees.


def _rated(grid: FigureGrid) -> Iterator[_Told]:
    """Yield what columns are of another one by a constant rate that their header names."""
    amounts = [at for at, column in enumerate(grid.columns) if column.role == AMOUNT]
    if not 1 < len(amounts) <= _WIDEST:
        return
    for place in amounts:
        stated = _RATE.search(grid.columns[place].header)
        rate = Fraction(stated.group(1).replace(",", ".")) / _HUNDRED if stated else Fraction()
        if rate in (0, 1):
            continue
        best: _Told | None = None
        for other in amounts:
            if other == place:
                continue
            told = _by_rate(grid, place, other, rate, _CALLED)
            if (
                told.judged.odds > 0
                and len(told.judged.ties) >= _SHARES
                and (best is None or told.judged.odds > best.judged.odds)
            ):
                best = told
        if best is not None:
            yield best


def _by_rate(grid: FigureGrid, place: int, other: int, rate: Fraction, prior: float) -> _Told:
    relation = Proportion(PRODUCT, over=rate.numerator, under=rate.denominator)
    cells, lines = [], []
    for at, row in enumerate(grid.rows):
        t, a = grid.down[place].values[at], grid.down[other].values[at]
        if t is None or not a:
            continue
        total = row in grid.figures.totals
        halves = grid.down[place].halves[at], grid.down[other].halves[at] if total else 0, 0
        if total:
            # A total adds up figures that were rounded, each by itself.
            halves = halves[0] * len(grid.rows), halves[1], 0
        lines.append(Figures(t, a, grid.scale, halves, oddness(total, not grid.figures.labels[row])))
        cells.append(((row, grid.columns[place]), (row, grid.columns[other]), None))
    return _Told(relation, weigh_proportion(relation, grid.scale, lines, prior, True, NAMED_ROW), cells)


# Equations.


def _equations(grid: FigureGrid, told: _Told, best: Mapping[tuple[int, int], _Told]) -> Iterator[Equation]:
    """Yield the lines of a relation that tie, and those that fail where that is a fault or worth a note."""
    relation, judged = told.relation, told.judged
    for m in sorted({*judged.ties, *(m for m, fault in judged.fails.items() if fault >= evidence.NOTE)}):
        cells = told.cells[m]
        row, column = cells[0]
        if best.get((row, column.index), told) is not told:
            continue
        terms = [term_at(grid.figures, *cell) for cell in cells if cell is not None]
        if None in terms:
            continue
        result, *rest = (term for term in terms if term is not None)
        yield Equation(
            ROW_TOTAL if rest[0].row == result.row else SUBTOTAL,
            result,
            tuple(rest),
            _name(relation, result, rest),
            operator=relation.operator,
            factor=relation.factor,
            rate=_rate(relation),
            exact=judged.exact,
            probability=judged.probability,
            fault=_cautious(judged.fails.get(m, judged.probability), result, rest),
        )


def _cautious(fault: float, result: Term, rest: Sequence[Term]) -> float:
    """Return how likely a line is a fault, no more than a note for figures that are worked out.

    Three decimals and more are worked out from figures that are not printed so finely. What is nothing is often only shown as nothing.
    """
    fine = any(term.amount.decimals >= _FINE for term in (result, *rest))
    nothing = any(not term.value() for term in rest)
    return min(fault, evidence.DOUBTED) if fine or nothing else fault


def _rate(relation: Proportion) -> Decimal:
    return quotient(Decimal(relation.over), Decimal(relation.under), _RATE_PLACES)


def _name(relation: Proportion, result: Term, rest: Sequence[Term]) -> str:
    part, whole = rest[0], rest[-1]
    across = part.row == whole.row
    names = (part.header, whole.header) if across else (part.label, whole.label)
    if part.row == result.row and not across:
        names = (part.header, whole.label)
    signs: dict[str, str] = {DIVISION: " / ", PRODUCT: " × "}
    sign = signs.get(relation.operator) or say(" against ")
    name = result.label or say("row {row}", row=result.row + 1)
    if len(rest) == 1:
        rate = format(
            quotient(Decimal(relation.over * _HUNDRED), Decimal(relation.under), _RATE_PLACES - 2).normalize(EXACT), "f"
        )
        return linked(": ", (name, linked(sign, (part.header or "?", f"{rate} %"))))
    return linked(": ", (name, linked(sign, [each or "?" for each in names])))
