"""Find what should add up within one table: what its words, its arithmetic and its formulas say, each total once."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from reconcile.core.amounts import Amount
from reconcile.core.decimals import EXACT, HALF, multiply, rescale
from reconcile.core.document import Table
from reconcile.core.words import is_average, is_difference_label, is_measure
from reconcile.equate.arithmetic.relations import relate_figures
from reconcile.equate.equation import BROKEN, COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL, SUM, UNVERIFIABLE, Equation, Terms
from reconcile.equate.exactness import settle_exactness
from reconcile.equate.named_totals import column_totals, row_totals
from reconcile.equate.near_misses import LITTLE, is_near, reconsider
from reconcile.recognise.tables import RecognisedTable, recognise_table

# So many parts of a sum that holds are looked at for totals.
_MOST_LOOKED_AT = 100


def find_equations(table: Table) -> list[Equation]:
    """Every equation that ``table`` holds by itself."""
    return settle_exactness(equate_table(recognise_table(table)))


def equate_table(figures: RecognisedTable) -> list[Equation]:
    """The equations of a recognised table.

    What arithmetic shows comes first. A total that it explains needs no word; where it fails to, or only nearly does,
    what the words say counts.
    """
    related = relate_figures(figures)
    explained = {_cell(equation) for equation in related if equation.operator == SUM and equation.status() != BROKEN}
    worded = [*map(_rounded, column_totals(figures, _confirmed(figures, related))), *map(_doubted, row_totals(figures))]
    worded = [e for e in worded if _cell(e) not in explained or _is_meant_too(e, related)]
    told = {_cell(equation) for equation in worded}
    # That a total ties with other parts does not excuse those whose siblings say that they make it, too.
    settled = told | explained
    unexplained = [
        e
        for e in related
        if e.operator != SUM or e.status() != BROKEN or _cell(e) not in (told if e.slipped else settled)
    ]
    found = _name_kinds(figures, reconsider(figures, [*map(_doubted, unexplained), *worded]))
    if not figures.table.formulas:
        return found
    from reconcile.equate.sheet_formulas import excuse_filtered, sum_formulas

    return excuse_filtered(figures, [*found, *sum_formulas(figures, found)])


def _is_meant_too(equation: Equation, related: Sequence[Equation]) -> bool:
    """Whether a sum that fails by little, or by a slip, is meant beside one of the same total that holds: *result = income - costs*.

    Income is the sum of its own rows, and what costs and the result below it add up to. What other rows above a total, or more
    than two, add up to is its sum alone.
    """
    if equation.status() != BROKEN or not (equation.slipped or is_near(equation, LITTLE)):
        return False
    if is_difference_label(equation.terms[-1].label) and len(equation.terms) == 2:
        return True
    held = [e for e in related if _cell(e) == _cell(equation) and e.operator == SUM and e.status() != BROKEN]
    return all(len(e.terms) == 2 and all(term.row > e.total.row for term in e.terms) for e in held)


def _confirmed(figures: RecognisedTable, related: Sequence[Equation]) -> Set[tuple[int, int]]:
    """The cells of named totals that stand in sums that hold."""
    held = (e for e in related if e.operator == SUM and e.total.value() and e.status() not in (BROKEN, UNVERIFIABLE))
    terms = (term for equation in held for term in (equation.total, *equation.terms[:_MOST_LOOKED_AT]))
    return {(term.row, term.col) for term in terms if term.row in figures.totals}


def _cell(equation: Equation) -> tuple[int, int]:
    return equation.total.row, equation.total.col


def _doubted(equation: Equation) -> Equation:
    """A broken sum without its witness, where it stands in a row or column of means, shares or years, or in a row without a name."""
    total = equation.total
    if not equation.witnessed or equation.status() != BROKEN:
        return equation
    nameless = equation.kind == ROW_TOTAL and not total.label
    row = " ".join(total.table.rows[total.row]) if total.table is not None and total.row >= 0 else ""
    measured = is_measure(total.label) or is_average(row) or (total.row >= 0 and is_measure(total.header))
    years = all(_is_year(term.amount) for term in equation.amounts_to_look_at())
    doubtful = nameless or measured or years or _is_rounded(equation)
    return replace(equation, witnessed=False) if doubtful else equation


def _rounded(equation: Equation) -> Equation:
    """A broken sum without its witness, where it would tie but for noughts that a format put there."""
    return replace(equation, witnessed=False) if equation.status() == BROKEN and _is_rounded(equation) else equation


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
    alike = most < total.decimals and off <= multiply(rescale(half, -most), len(places))
    return alike or (own < most and off <= rescale(half, -own))


def _shown_decimals(amount: Amount) -> int:
    """How many decimals an amount is printed with, without the noughts at its end."""
    exponent = rescale(amount.value, -amount.unit.exponent).normalize(EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _is_year(amount: Amount) -> bool:
    return amount.value == amount.value.to_integral_value() and 1900 <= amount.value <= 2100


def _name_kinds(figures: RecognisedTable, equations: Sequence[Equation]) -> list[Equation]:
    """Call those column totals that cover every row of their column, by themselves or through subtotals."""
    parts: dict[tuple[int, int], set[int]] = {}
    for equation in equations:
        if equation.kind in (SUBTOTAL, COLUMN_TOTAL) and equation.operator == SUM:
            parts.setdefault(_cell(equation), set()).update(_rows(equation))
    named = []
    for equation in equations:
        if equation.kind == SUBTOTAL and equation.operator == SUM:
            covered, todo, col = set[int](), list(_rows(equation)), equation.total.col
            while todo:
                row = todo.pop()
                if row not in covered:
                    covered.add(row)
                    todo += parts.get((row, col), ())
            if all(
                row in covered or figures.cells[col][row] is None or row == equation.total.row for row in figures.leaves
            ):
                equation = replace(equation, kind=COLUMN_TOTAL)
        named.append(equation)
    return named


def _rows(equation: Equation) -> Sequence[int]:
    terms = equation.terms
    return terms.rows if isinstance(terms, Terms) else [term.row for term in terms]
