"""Balances: what stood before, with what came in and less what went out, is what stands after.

Three kinds are looked for: a balance that runs down a column beside its movements (a cumulative column is one, too), a roll-forward from
an opening to a closing figure, and an opening that is the closing of the period before. Each is weighed by the judge of sums.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product
from math import log
from typing import NamedTuple

from reconcile.core.messages import Message, linked, say
from reconcile.core.typos import find_slip
from reconcile.core.words import is_average, is_measure
from reconcile.equate import evidence
from reconcile.equate.arithmetic.witnesses import agree_with_derived
from reconcile.equate.equation import BALANCE, SUM, Equation, Term
from reconcile.equate.grid import FigureGrid
from reconcile.equate.judge import FailingLine, SumVerdict, weigh_sum
from reconcile.equate.lines import AxisLine
from reconcile.equate.measures import EvenLines
from reconcile.equate.terms import has_hole, is_exact, term_at
from reconcile.recognise.columns import AMOUNT

# Movements stand so many columns beside their balance; of long tables so many rows are looked at for which they are.
_FINE = 3
_BESIDE, _LOOKED_AT, _FEW_COLUMNS = 8, 200, 8
# The first rows of a long column tell whether a balance may run through it.
_PROBED = 64
# So many movements of different size must tell a balance.
_DIFFERENT = 3
# Where one movement in so many goes the other way, its column has no signs.
_SOME = 5
# Between an opening and a closing figure so many others stand at most; up to the first number each may be left out, too.
_MAY_BE_IDLE, _MOST_BETWEEN = 5, 8
# Of more lines than these some are looked at for the signs.
_SIGNED_BY = 40
# The odds of a balance that a word names, that movements stand in its row, that words name the opening and the closing figure, and
# that a closing figure is the opening of the next period.
_NAMED, _DOWNWARDS, _ROLLED, _CARRIED = log(100), log(3), log(50), log(20)
# How often a row that is headed as a balance is none: it must be a slip, or something that the table does not tell.
_ODD_ROW = 0.0003
# What each pair of equal figures adds to the odds that openings are carried over, and how often one was restated.
_EQUAL, _RESTATED = log(10), 0.03
# How likely the first row of a cumulative column is wrong that is not its own figure, by what the column is called.
_FIRST_NAMED = 0.95

_BALANCE = re.compile(
    r"\b(?:saldo\w*|balances?|solde|behållning|kontostand|bestand|kumul\w*|[ac]ckumul\w*|akkumul\w*|cumul\w*|kertymä|running|löpande)\b",
    re.IGNORECASE,
)
_CUMULATIVE = re.compile(r"kumul|cumul|kertymä|running total", re.IGNORECASE)
_OPENING = re.compile(
    r"\b(?:ingående|opening|anfangs\w*|eröffnungs\w*|inngående|primo\w*|alku\w*|initial\w*|ouverture|begin\w*|brought forward|"
    r"vid årets början|årets ingång|1 jan\w*|1 januari|1\.1\.|01-01)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\b(?:utgående|closing|end(?:e|bestand|saldo)?|schluss\w*|ultimo\w*|loppu\w*|final\w*|clôture|eind\w*|carried forward|"
    r"vid årets slut|årets utgång|31 dec\w*|31\.12\.|12-31)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class _Cell(NamedTuple):
    """A place in the grid: its row and column, both positions."""

    row: int
    col: int


class _Line(NamedTuple):
    """One balance: its total, what it is worked out from, and whether each is added or taken away."""

    total: _Cell
    terms: tuple[_Cell, ...]
    signs: tuple[int, ...]


def add_balances(grid: FigureGrid, known: Sequence[Equation]) -> list[Equation]:
    """Return the equations of a table with its balances; of two over the same figures the surer one stays."""
    found = [*_running(grid), *_rolled(grid)]
    if not found:
        return agree_with_derived(known)
    at = {
        _figures(e): number for number, e in enumerate(known) if e.operator == SUM and len(e.terms) <= _MOST_BETWEEN + 1
    }
    told, fresh = list(known), dict[object, Equation]()
    for equation in found:
        key = _figures(equation)
        number = at.get(key)
        if number is None:
            if key not in fresh or fresh[key].fault < equation.fault:
                fresh[key] = equation
        elif told[number].fault < equation.fault:
            told[number] = replace(told[number], fault=equation.fault, probability=equation.probability)
    return agree_with_derived([*told, *fresh.values()])


def _figures(equation: Equation) -> object:
    return frozenset(term.key for term in (equation.total, *equation.terms))


# A balance that runs down a column.


class _Running(NamedTuple):
    """A column of balances with its movements and their signs; ``step`` is -1 where the newest stands first."""

    balance: int
    step: int
    movements: tuple[tuple[int, int], ...]


def _running(grid: FigureGrid) -> Iterator[Equation]:
    rows = _own_rows(grid)
    columns = [at for at, column in enumerate(grid.columns) if column.role == AMOUNT]
    if len(columns) < 2 or len(rows) < 3:
        return
    best: dict[int, tuple[float, list[Equation]]] = {}
    for running in _proposed(grid, rows, columns):
        odds, equations = _weigh_running(grid, rows, running)
        if odds > best.get(running.balance, (0.0,))[0]:
            best[running.balance] = odds, equations
    for _, equations in best.values():
        yield from equations


def _own_rows(grid: FigureGrid) -> list[int]:
    """Return the positions of the rows that a balance may run through: all but totals and means; -1 stands for a heading."""
    figures = grid.figures
    found: list[int] = []
    for at, row in enumerate(grid.rows):
        if all(line.values[at] is None for line in grid.down):
            if figures.labels[row] and found and found[-1] >= 0:
                found.append(-1)
        elif row not in figures.totals and not is_average(figures.labels[row]):
            found.append(at)
    return found


def _proposed(grid: FigureGrid, rows: Sequence[int], columns: Sequence[int]) -> Iterator[_Running]:
    """Yield the balances that words or the first rows speak for."""
    down = [line.values for line in grid.down]
    votes: Counter[tuple[int, int, int, int]] = Counter()
    both: Counter[tuple[int, int, int, int]] = Counter()
    shown = [(one, two) for one, two in pairwise(rows[:_LOOKED_AT]) if one >= 0 and two >= 0]
    for balance in columns:
        values = down[balance]
        beside = [at for at in columns if at != balance and abs(at - balance) <= _BESIDE]
        few = len(beside) < _FEW_COLUMNS or _BALANCE.search(grid.columns[balance].header)
        for one, two in shown:
            before, after = values[one], values[two]
            if before is None or after is None or before == after:
                continue
            slack = grid.down[balance].halves[one] + grid.down[balance].halves[two]
            for step, row, moved in ((1, two, after - before), (-1, one, before - after)):
                given = [(at, value) for at in beside if (value := down[at][row])]
                for at, value in given:
                    if abs(abs(value) - abs(moved)) <= slack:
                        votes[balance, step, at, 1 if (value > 0) == (moved > 0) else -1] += 1
                if few and len(given) > 1:
                    for (at, value), (other, less) in product(given, given):
                        if at != other and abs(value - less - moved) <= slack:
                            both[balance, step, at, other] += 1
    sides: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (balance, step, at, sign), count in votes.most_common():
        if count > 1:
            sides.setdefault((balance, step), []).append((at, sign))
    for (balance, step), movements in sides.items():
        added = [at for at, sign in movements if sign > 0][:2]
        taken = [at for at, sign in movements if sign < 0][:2]
        yield from (_Running(balance, step, ((at, 1),)) for at in added)
        yield from (_Running(balance, step, ((at, -1),)) for at in taken)
        yield from (_Running(balance, step, ((a, 1), (t, -1))) for a in added for t in taken if a != t)
    for (balance, step, at, other), count in both.most_common(4):
        if count > 1:
            yield _Running(balance, step, ((at, 1), (other, -1)))


def _weigh_running(grid: FigureGrid, rows: Sequence[int], running: _Running) -> tuple[float, list[Equation]]:
    """Return the odds that a balance runs so, and its equations."""
    if len(rows) > _PROBED and not _seems_to_run(grid, rows[:_PROBED], running):
        return 0.0, []
    lines, first = _lines_of(grid, rows, running)
    lines = _without_signs(grid, lines, running)
    axis = [_axis_line(grid, line) for line in lines]
    moved = [m for m, line in enumerate(axis) if any(line.values[2:])]
    header = grid.columns[running.balance].header
    prior = -log(64 * len(grid.columns)) + (_NAMED if _BALANCE.search(header) else 0.0)
    prior += _DOWNWARDS if running.step > 0 else 0.0
    even = EvenLines(len(axis), _ODD_ROW if _BALANCE.search(header) else evidence.ROW)
    verdict = _as_one(weigh_sum(axis, moved, 0, (1, 2), prior, even))
    sizes = {abs(axis[m].values[2] or 0) for m in verdict.ties}
    if len(sizes) < (2 if _BALANCE.search(header) else _DIFFERENT) or verdict.odds <= 0:
        return 0.0, []
    # Where nothing moved, the balance stays.
    still = [m for m, line in enumerate(axis) if not any(line.values[2:])]
    stays = weigh_sum(axis, still, 0, (1, 2), 0.0, EvenLines(len(axis)))
    equations = [
        *_equations(grid, lines, verdict),
        *_equations(grid, lines, stays._replace(odds=verdict.odds, fails={})),
    ]
    return verdict.odds, [*equations, *_first_row(grid, first, running, verdict)]


def _seems_to_run(grid: FigureGrid, rows: Sequence[int], running: _Running) -> bool:
    """Return False if a balance holds in less than a quarter of some rows: in long tables of small figures many seem to, by chance."""
    lines = _without_signs(grid, _lines_of(grid, rows, running)[0], running)
    moved = [line for line in lines if any(_axis_line(grid, line).values[2:])]
    return sum(_holds(grid, line) for line in moved) * 4 >= len(moved)


def _lines_of(grid: FigureGrid, rows: Sequence[int], running: _Running) -> tuple[list[_Line], int]:
    """Return each balance with the one before and what moved since, and the first row of all that has a balance."""
    lines: list[_Line] = []
    first = before = -1
    since: list[tuple[_Cell, int]] = []
    values = grid.down[running.balance].values
    for at in rows if running.step > 0 else reversed(rows):
        if at < 0:
            before, since = -1, []
            continue
        own = [(_Cell(at, m), sign) for m, sign in running.movements if grid.down[m].values[at] is not None]
        if values[at] is None:
            since += own
            continue
        first = at if first < 0 else first
        restarts = not own and not since and values[at] != values[before]
        # A cumulative column may begin anew.
        anew = len(own) == 1 and not since and values[at] == own[0][1] * (grid.down[own[0][0].col].values[at] or 0)
        if before >= 0 and not (restarts and not _closes(grid, at)) and not (anew and values[before]):
            moved = [*since, *own]
            terms = (_Cell(before, running.balance), *(cell for cell, _ in moved))
            lines.append(_Line(_Cell(at, running.balance), terms, (1, *(sign for _, sign in moved))))
        before, since = at, []
    return lines, first


def _without_signs(grid: FigureGrid, lines: list[_Line], running: _Running) -> list[_Line]:
    """Return the lines with the signs that they need, where one column prints what came in and what went out without any."""
    if len(running.movements) > 1 or any((value or 0) < 0 for value in grid.down[running.movements[0][0]].values):
        return lines
    turned = [line._replace(signs=(1, *(-sign for sign in line.signs[1:]))) for line in lines]
    against = [
        m for m, line in enumerate(turned) if len(line.terms) == 2 and _holds(grid, line) and not _holds(grid, lines[m])
    ]
    if len(against) < 2 or len(against) * _SOME < len(lines):
        return lines
    chosen = set(against)
    return [turned[m] if m in chosen else line for m, line in enumerate(lines)]


def _holds(grid: FigureGrid, line: _Line) -> bool:
    values, halves = _axis_line(grid, line)
    return abs((values[0] or 0) - (values[1] or 0) - (values[2] or 0)) <= sum(halves)


def _closes(grid: FigureGrid, at: int) -> bool:
    return any(_CLOSING.search(cell) for cell in grid.figures.table.rows[grid.rows[at]])


def _axis_line(grid: FigureGrid, line: _Line) -> AxisLine:
    """Return a line of the judge: the total, the first term, and what all others move together."""
    down = grid.down
    total, before, *moved = (line.total, *line.terms)
    values = [down[total.col].values[total.row], down[before.col].values[before.row]]
    halves = [down[total.col].halves[total.row], down[before.col].halves[before.row]]
    pairs = list(zip(moved, line.signs[1:], strict=True))
    values.append(sum(sign * (down[cell.col].values[cell.row] or 0) for cell, sign in pairs))
    halves.append(sum(down[cell.col].halves[cell.row] for cell, _ in pairs))
    return AxisLine(values, halves)


def _as_one(verdict: SumVerdict) -> SumVerdict:
    """Return a verdict in which two lines that follow each other and miss by opposite gaps count as one mistake."""
    mistakes, last = 0, (-2, 0)
    for m, failure in sorted(verdict.fails.items()):
        if last[0] == m - 1 and last[1] == -failure.gap:
            last = (-2, 0)
            continue
        mistakes, last = mistakes + 1, (m, failure.gap)
    share = mistakes / (mistakes + len(verdict.ties)) if mistakes else 0.0
    failing = share if mistakes > evidence.FEW_FAIL and share > evidence.FAILING else 0.0
    fails = {m: failure._replace(failing=failing) for m, failure in verdict.fails.items()}
    # The judge took the second line of each pair for a mistake of its own.
    again = sorted((failure.worth for failure in fails.values()), reverse=True)[mistakes:]
    return verdict._replace(fails=fails, odds=verdict.odds - sum(again))


def _first_row(grid: FigureGrid, first: int, running: _Running, verdict: SumVerdict) -> Iterator[Equation]:
    """Yield that the first figure of a cumulative column is the first that it adds up."""
    if len(running.movements) != 1 or first < 0:
        return
    ((at, sign),) = running.movements
    total, part = (term_at(grid.figures, grid.rows[first], grid.columns[col]) for col in (running.balance, at))
    if total is None or part is None or sign < 0:
        return
    held = total.value() == part.value()
    # The table may begin in the middle of a year.
    slipped = find_slip(total.amount, part.value()) is not None or find_slip(part.amount, total.value()) is not None
    if held or (slipped and _CUMULATIVE.search(grid.columns[running.balance].header)):
        fault = verdict.probability * (1.0 if held else _FIRST_NAMED)
        yield _equation(grid, total, (part,), (1,), verdict.probability, fault)


# From an opening to a closing figure.


def _rolled(grid: FigureGrid) -> Iterator[Equation]:
    headers = [column.header for column in grid.columns]
    labels = [grid.figures.labels[row] for row in grid.rows]
    for down, names in ((False, headers), (True, labels)):
        for opening, between, closing in _spans(grid, names, down):
            yield from _roll(grid, opening, between, closing, down)
            yield from _carried(grid, opening, closing, down)


def _spans(grid: FigureGrid, names: Sequence[str], down: bool) -> Iterator[tuple[int, list[int], int]]:
    """Yield each opening with what stands between it and its closing figure."""
    opening, between = -1, list[int]()
    for at, name in enumerate(names):
        empty = all(line.values[at] is None for line in grid.down) if down else grid.columns[at].role != AMOUNT
        if empty:
            continue
        if _OPENING.search(name):
            opening, between = at, []
        elif opening >= 0 and _CLOSING.search(name):
            if between and len(between) <= _MOST_BETWEEN:
                yield opening, between, at
            opening = -1
        elif opening >= 0 and not is_measure(name):
            between.append(at)


def _roll(grid: FigureGrid, opening: int, between: Sequence[int], closing: int, down: bool) -> Iterator[Equation]:
    places = [opening, *between, closing]
    cells = [
        [_Cell(at, line) if down else _Cell(line, at) for at in places]
        for line in range(len(grid.columns if down else grid.rows))
    ]
    lines = [each for each in cells if all(_given(grid, each[end]) is not None for end in (0, -1))]
    if down:
        lines = [each for each in lines if grid.columns[each[0].col].role == AMOUNT]
    axis = [_signed(grid, each) for each in lines]
    signs = _signs(axis[:: max(1, len(axis) // _SIGNED_BY)], len(between))
    if signs is None:
        return
    used = [0, *(at for at, sign in enumerate(signs, start=1) if sign)]
    told = [1, *(sign for sign in signs if sign)]
    weighed = [
        AxisLine([line.values[-1], *(_times(line.values[at], sign) for at, sign in zip(used, told, strict=True))],
                 [line.halves[-1], *(line.halves[at] for at in used)])
        for line in axis
    ]  # fmt: skip
    prior = _ROLLED - (log(2) * sum(sign <= 0 for sign in signs))
    verdict = weigh_sum(
        weighed, range(len(weighed)), 0, tuple(range(1, len(used) + 1)), prior, EvenLines(len(weighed), _ODD_ROW)
    )
    wholes = [_Line(each[-1], tuple(each[at] for at in used), tuple(told)) for each in lines]
    yield from _equations(grid, wholes, verdict)


def _given(grid: FigureGrid, cell: _Cell) -> int | None:
    return grid.down[cell.col].values[cell.row]


def _signed(grid: FigureGrid, cells: Sequence[_Cell]) -> AxisLine:
    return AxisLine([_given(grid, cell) for cell in cells], [grid.down[cell.col].halves[cell.row] for cell in cells])


def _times(value: int | None, sign: int) -> int | None:
    return None if value is None else sign * value


def _signs(lines: Sequence[AxisLine], between: int) -> tuple[int, ...] | None:
    """Return the signs with which most lines tie, those that add if several do; 0 leaves a figure out. None where no line ties."""
    choices = (1, -1, 0) if between <= _MAY_BE_IDLE else (1, -1)
    best, most = None, 0
    for signs in product(choices, repeat=between):
        if not any(signs):
            continue
        held = sum(_ties(line, signs) for line in lines)
        if held > most:
            best, most = signs, held
    # Without a line that ties, all are added, if any of them is below nought.
    return best or ((1,) * between if any((value or 0) < 0 for line in lines for value in line.values[1:-1]) else None)


def _ties(line: AxisLine, signs: Sequence[int]) -> bool:
    *values, closing = line.values
    added = (values[0] or 0) + sum(sign * (value or 0) for sign, value in zip(signs, values[1:], strict=True))
    slack = (
        line.halves[-1]
        + line.halves[0]
        + sum(half for half, sign in zip(line.halves[1:-1], signs, strict=True) if sign)
    )
    return bool(closing) and abs((closing or 0) - added) <= slack


# A closing figure is the next opening.


def _carried(grid: FigureGrid, opening: int, closing: int, down: bool) -> Iterator[Equation]:
    if down:
        places = [at for at, column in enumerate(grid.columns) if column.role == AMOUNT]
        names = [grid.columns[at].header for at in places]
    else:
        places = [at for at, row in enumerate(grid.rows) if row not in grid.figures.totals]
        names = [grid.figures.labels[grid.rows[at]] for at in places]
    cells = [
        (_Cell(opening, at), _Cell(closing, at)) if down else (_Cell(at, opening), _Cell(at, closing)) for at in places
    ]
    cells = [pair for pair in cells if all(_given(grid, cell) is not None for cell in pair)]
    if len(cells) < 2 or len(cells) < len(places):
        return
    best: tuple[float, list[_Line], SumVerdict] | None = None
    for step in (1, -1):
        order = cells[::step]
        lines = [_Line(later[0], (earlier[1],), (1,)) for earlier, later in pairwise(order)]
        # What is printed alike may be read otherwise in another column, but is not wrong.
        lines = [line for line in lines if not _is_read_otherwise(grid, line)]
        axis = [AxisLine([_given(grid, o), _given(grid, c), 0], [grid.down[o.col].halves[o.row], grid.down[c.col].halves[c.row], 0])
                for o, (c,), _ in lines]  # fmt: skip
        prior = _CARRIED if _are_years(names[::step]) else 0.0
        verdict = weigh_sum(axis, range(len(axis)), 0, (1, 2), prior, EvenLines(len(axis), _RESTATED))
        odds = verdict.odds + _EQUAL * len({axis[m].values[0] for m in verdict.ties})
        if best is None or odds > best[0]:
            best = odds, lines, verdict._replace(odds=odds)
    if best is not None and best[0] > 0 and (best[2].ties or best[0] > _CARRIED / 2):
        yield from _equations(grid, best[1], best[2])


def _is_read_otherwise(grid: FigureGrid, line: _Line) -> bool:
    total, part = _term(grid, line.total), _term(grid, line.terms[0])
    return total is None or part is None or (total.amount.text == part.amount.text and total.value() != part.value())


def _are_years(names: Sequence[str]) -> bool:
    """Return True if names tell years, each the one after that before."""
    years = [int(found.group()) for name in names if (found := _YEAR.search(name))]
    return len(years) == len(names) and all(later == earlier + 1 for earlier, later in pairwise(years))


# Equations.


def _equations(grid: FigureGrid, lines: Sequence[_Line], verdict: SumVerdict) -> Iterator[Equation]:
    """Yield the lines that tie, and those that fail where that is a fault or worth a note."""
    if verdict.odds <= 0:
        return
    for m in sorted({*verdict.ties, *(m for m in verdict.fails if verdict.fault(m) >= evidence.NOTE)}):
        line = lines[m]
        total = _term(grid, line.total)
        terms = tuple(_term(grid, cell) for cell in line.terms)
        given = [(term, sign) for term, sign in zip(terms, line.signs, strict=True) if term is not None]
        if total is None or not given:
            continue
        failure: FailingLine | None = verdict.fails.get(m)
        yield _equation(
            grid,
            total,
            tuple(term for term, _ in given),
            tuple(sign for _, sign in given),
            verdict.probability,
            verdict.fault(m),
            slipped=failure is not None and failure.explained,
        )


def _term(grid: FigureGrid, cell: _Cell) -> Term | None:
    return term_at(grid.figures, grid.rows[cell.row], grid.columns[cell.col])


def _equation(
    grid: FigureGrid,
    total: Term,
    terms: tuple[Term, ...],
    signs: tuple[int, ...],
    probability: float,
    fault: float,
    slipped: bool = False,
) -> Equation:
    figures = grid.figures
    name: str | Message = total.label or say("row {row}", row=total.row + 1)
    label = linked(": ", (name, total.header or say("column {column}", column=total.col + 1)))
    first, last = min(t.row for t in (total, *terms)), max(t.row for t in (total, *terms))
    hole = any(has_hole(figures, range(first, last + 1), col) for col in {t.col for t in terms})
    return Equation(
        BALANCE,
        total,
        terms,
        label,
        exact=is_exact(total, terms),
        incomplete=hole,
        signs=signs if -1 in signs else (),
        probability=probability,
        # Figures of three decimals and more are worked out from others that are not printed so finely.
        fault=min(fault, evidence.DOUBTED) if total.amount.decimals >= _FINE else fault,
        slipped=slipped,
    )
