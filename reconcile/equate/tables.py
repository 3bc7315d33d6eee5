"""Find what should add up within one table: what its words, its arithmetic and its formulas say, each total once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reconcile.core.amounts import Amount
from reconcile.core.decimals import EXACT, HALF, multiply, rescale
from reconcile.core.document import Table
from reconcile.core.words import is_difference_label
from reconcile.equate import evidence
from reconcile.equate.arithmetic.balances import add_balances
from reconcile.equate.arithmetic.relations import foot, relate_across
from reconcile.equate.arithmetic.staggered import staggered_sums
from reconcile.equate.equation import BROKEN, COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL, SUM, UNVERIFIABLE, Equation, Terms
from reconcile.equate.exactness import settle_exactness
from reconcile.equate.grid import FigureGrid
from reconcile.equate.judge import SumVerdict, agree
from reconcile.equate.measures import Measures
from reconcile.equate.named_totals import LEAVES_OUT, named_sums, row_sums
from reconcile.equate.near_misses import LITTLE, is_near, reconsider
from reconcile.equate.written import sums_across, sums_down
from reconcile.recognise.tables import RecognisedTable, recognise_table


def find_equations(table: Table) -> list[Equation]:
    """Every equation that ``table`` holds by itself."""
    return settle_exactness(equate_table(recognise_table(table)))


# Amounts of money are told to two decimals; from three on they are worked out.
_FINE = 3
# So many rows are followed through subtotals to see which totals cover all.
_MOST_STEPS = 1_000_000
# Longer sums are held by one way to make their total.
_MOST_PARTS = 500


def equate_table(figures: RecognisedTable) -> list[Equation]:
    """The equations of a recognised table: what its words say, what its arithmetic shows, and what its formulas state.

    A total that fails by its words and holds by arithmetic, made of other parts, is meant as that.
    """
    if not figures.cells or not figures.body:
        return []
    grid = FigureGrid(figures)
    sums = list(foot(grid))
    related = [_doubted(e) for e in (*(e for verdict in sums for e in sums_down(grid, verdict)), *relate_across(grid))]
    named = list(row_sums(grid, Measures(grid, down=False)))
    across = [e for c in named if c.scheme != LEAVES_OUT for e in sums_across(grid, c.verdict)]
    worded = [_doubted(equation) for equation in (*_worded(grid, sums), *across)]
    held = {_line(e) for e in related if e.operator == SUM and e.status() != BROKEN}
    every = [*related, *worded]
    worded = [e for e in worded if _line(e) not in held or _is_meant_too(e, every)]
    told = {_line(equation): equation.fault for equation in worded}
    kept = [
        e
        for e in related
        if e.operator != SUM
        or e.status() != BROKEN
        or (e.fault > told.get(_line(e), 0.0) and (_line(e) not in held or _is_meant_too(e, every)))
    ]
    stronger = {_line(e) for e in kept if e.operator == SUM and e.status() == BROKEN}
    worded = [e for e in worded if _line(e) not in stronger or e.status() != BROKEN]
    judged = agree(add_balances(grid, reconsider(figures, [*kept, *worded])))
    found = _name_kinds(figures, [equation for equation in judged if _is_expected(equation)])
    found += staggered_sums(grid)
    # Beside the sum that holds: that it leaves a column out is worth a note.
    found += [e for c in named if c.scheme == LEAVES_OUT for e in sums_across(grid, c.verdict)]
    if not figures.table.formulas:
        return found
    from reconcile.equate.sheet_formulas import excuse_filtered, sum_formulas

    return excuse_filtered(figures, [*found, *sum_formulas(figures, found)])


def _is_expected(equation: Equation) -> bool:
    """Return True for what holds, and for what is probably a fault."""
    return equation.fault >= evidence.NOTE or equation.status() not in (BROKEN, UNVERIFIABLE)


def _worded(grid: FigureGrid, sums: Sequence[SumVerdict]) -> Iterator[Equation]:
    sure = [verdict for verdict in sums if verdict.odds >= evidence.SHOWN and len(verdict.ties) > len(verdict.fails)]
    for choice in named_sums(grid, Measures(grid, down=True), sure):
        yield from sums_down(grid, choice.verdict)


def _is_meant_too(equation: Equation, others: Sequence[Equation]) -> bool:
    """Return True if a sum that fails is meant beside one of the same total that holds, of other parts: *result = income - costs*.

    Income is the sum of its own rows, and what costs and the result below it add up to. It holds in another column, or one slip
    explains that it does not.
    """
    if equation.status() != BROKEN:
        return False
    held = [e for e in others if _line(e) == _line(equation) and e.operator == SUM and e.status() != BROKEN]
    own = set(_rows(equation))
    if any(not own.isdisjoint(_rows(e)) for e in held) or len(own) > _MOST_PARTS:
        return False
    if equation.kind != ROW_TOTAL and any(
        e.total.row == equation.total.row and e.operator == SUM and set(_rows(e)) == own and e.status() != BROKEN
        for e in others
    ):
        return True
    if not (equation.slipped or is_near(equation, LITTLE)):
        return False
    if is_difference_label(equation.terms[-1].label) and len(equation.terms) == 2:
        return True
    return all(len(e.terms) == 2 and all(term.row > e.total.row for term in e.terms) for e in held)


def _line(equation: Equation) -> tuple[int, int, bool]:
    """Return where the total stands, and whether its parts stand beside it in its row."""
    return equation.total.row, equation.total.col, equation.kind == ROW_TOTAL


def _cell(equation: Equation) -> tuple[int, int]:
    return equation.total.row, equation.total.col


def _doubted(equation: Equation) -> Equation:
    """A broken sum without its witness, where it would tie but for noughts that a format put there."""
    if equation.operator != SUM or equation.status() != BROKEN:
        return equation
    return replace(equation, fault=min(equation.fault, evidence.DOUBTED)) if _is_rounded(equation) else equation


def _is_rounded(equation: Equation) -> bool:
    """Whether a sum ties within rounding if noughts that a format put behind the figures are left out.

    Either all of its figures end in them, or the total alone does and is what they add up to, rounded.
    """
    total = equation.total.amount
    if equation.exact or not total.decimals:
        return False
    amounts = [term.amount for term in equation.amounts()]
    if len({amount.decimals for amount in amounts if amount.value}) > 1:
        return False
    places = [_shown_decimals(amount) for amount in amounts]
    own, most = places[0], max(places)
    off = equation.difference().copy_abs()
    half = rescale(HALF, total.unit.exponent)
    finely = total.decimals >= _FINE and own > max(places[1:], default=0)
    if finely and off <= multiply(rescale(half, -max(places[1:])), len(places)):
        return True
    alike = most < total.decimals and off <= multiply(rescale(half, -most), len(places))
    return alike or (own < most and off <= rescale(half, -own))


def _shown_decimals(amount: Amount) -> int:
    """How many decimals an amount is printed with, without the noughts at its end."""
    exponent = rescale(amount.value, -amount.unit.exponent).normalize(EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _name_kinds(figures: RecognisedTable, equations: Sequence[Equation]) -> list[Equation]:
    """Call those column totals that cover every row of their column, by themselves or through subtotals."""
    parts: dict[tuple[int, int], set[int]] = {}
    for equation in equations:
        if equation.kind in (SUBTOTAL, COLUMN_TOTAL) and equation.operator == SUM:
            parts.setdefault(_cell(equation), set()).update(_rows(equation))
    named = list(equations)
    # The last totals are likeliest to cover every row; with thousands of totals the rest are left subtotals.
    steps = 0
    for at in sorted(range(len(named)), key=lambda number: -named[number].total.row):
        equation = named[at]
        if equation.kind != SUBTOTAL or equation.operator != SUM or steps > _MOST_STEPS:
            continue
        covered, todo, col = set[int](), list(_rows(equation)), equation.total.col
        while todo:
            row = todo.pop()
            if row not in covered:
                covered.add(row)
                todo += parts.get((row, col), ())
        steps += len(covered)
        if all(
            row in covered or figures.cells[col][row] is None or row == equation.total.row for row in figures.leaves
        ):
            named[at] = replace(equation, kind=COLUMN_TOTAL)
    return named


def _rows(equation: Equation) -> Sequence[int]:
    terms = equation.terms
    return terms.rows if isinstance(terms, Terms) else [term.row for term in terms]
