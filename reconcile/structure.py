"""Find what should add up within one table: totals down and across, with words, arithmetic and siblings as witnesses."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from reconcile.amounts import Amount, is_withheld, multiply
from reconcile.columns import Series
from reconcile.equations import BROKEN, COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL, Equation, Term, Terms, terms_to_look_at
from reconcile.locales import is_bare_total, is_total_label
from reconcile.model import Document, Table
from reconcile.recognition import Column, Figures, recognise_table

if TYPE_CHECKING:
    from reconcile.formulas import Cell, Sum

# A broken sum is believed to be meant as one only where it comes this near the total (differs by at most half of it).
_NEAR = 2
# Above so many pairs of a total and a row in all columns, only the rows next to a total are tried (but all for the last total), and above
# so many totals it is not worked out which covers which: cost grows with the table, not with its square.
_MOST_PAIRS = 300_000
_MOST_TOTALS = 500
_ROUNDING_WORDS = (
    "avrund",
    "rounding",
    "rounded",
    "rundung",
    "gerundet",
    "arrondi",
    "pyöristy",
    "redondeo",
    "afrunding",
)


def find_equations(table: Table) -> list[Equation]:
    """Every equation that ``table`` holds by itself."""
    return equate_table(recognise_table(table))


def equate_table(figures: Figures) -> list[Equation]:
    """The totals of a recognised table: down its columns, across its rows, then what only its formulas say."""
    found = [*_column_totals(figures), *_row_totals(figures)]
    if not figures.table.formulas:
        return found
    return _without_filtered(figures, [*found, *_formula_sums(figures, found)])


def is_payment(amount: Amount) -> bool:
    """Whether an amount is written to the last unit of a stated currency, so that it is not a rounding of anything."""
    return amount.unit.currency is not None and amount.unit.exponent == 0 and amount.decimals in (0, 2)


def is_exact(total: Term, terms: Sequence[Term]) -> bool:
    """Whether a total and all of its terms are payments."""
    return is_payment(total.amount) and all(is_payment(term.amount) for term in terms_to_look_at(terms))


def term_at(figures: Figures, row: int, column: Column) -> Term | None:
    """The term that a cell gives, or None where it holds no amount."""
    amount = figures.cells[column.index][row]
    if amount is None:
        return None
    return _term(figures, row, column, amount)


def terms_down(figures: Figures, rows: Sequence[int], column: Column) -> Sequence[Term]:
    """The terms that the cells of some rows of a column give, as far as they hold amounts."""
    amounts = figures.cells[column.index]
    if not isinstance(amounts, Series):
        return tuple(term for row in rows if (term := term_at(figures, row, column)) is not None)
    numbers, odd = amounts.numbers, amounts.odd
    held = [row for row in rows if numbers[row] is not None or row in odd]
    return Terms(amounts, held, lambda row: _term(figures, row, column, amounts[row]))  # type: ignore[arg-type]


def _term(figures: Figures, row: int, column: Column, amount: Amount) -> Term:
    return Term(amount, row, column.index, figures.table, None, figures.labels[row], column.header)


def _column_totals(figures: Figures) -> list[Equation]:
    columns = figures.amount_columns
    leaves = figures.leaves
    totals = [
        row
        for row in figures.body
        if row in figures.totals and any(figures.cells[c.index][row] is not None for c in columns)
    ]
    found: dict[int, _Choice] = {}
    for place, total in enumerate(totals):
        choices = [
            _choose(scheme, parts, [e for c in columns if (e := _down(figures, c, total, parts)) is not None])
            for scheme, parts in _candidates(figures, leaves, totals, place)
        ]
        choices = [choice for choice in choices if choice.equations]
        if choices:
            found[total] = max(choices, key=lambda choice: (choice.ties, choice.near))
    # One total, one column, and a label that says no more than total: nothing else can be meant.
    single = len(totals) == len(columns) == 1
    plain = single and is_bare_total(figures.labels[totals[0]])
    holding = [choice for choice in found.values() if choice.ties * 2 > len(choice.equations)]
    schemes = Counter(choice.scheme for choice in holding)
    kinds = _kinds(found, leaves)
    equations: list[Equation] = []
    for total, choice in found.items():
        near_is_enough = choice.ties * 2 >= len(choice.equations) or single or _is_like_others(choice, holding, schemes)
        for equation in choice.equations:
            # Columns beside ones that add up may be averages or shares: far off, they are another measure, not a slip.
            if equation.status() == BROKEN and not (plain or (near_is_enough and _is_near(equation))):
                continue
            hole = has_hole(figures, _reach(figures, choice.parts, equation.total.col), equation.total.col)
            equations.append(replace(equation, kind=kinds[total], incomplete=hole))
    return equations


class _Choice(NamedTuple):
    """Which rows a total is taken to be the sum of, by which scheme, and the equations that makes, one a column.

    ``ties`` of the equations hold, ``near`` come at least near.
    """

    scheme: str
    parts: Sequence[int]
    equations: Sequence[Equation]
    ties: int
    near: int


def _choose(scheme: str, parts: Sequence[int], equations: Sequence[Equation]) -> _Choice:
    ties = sum(1 for equation in equations if equation.status() != BROKEN)
    return _Choice(scheme, parts, equations, ties, sum(1 for equation in equations if _is_near(equation)))


def _kinds(found: Mapping[int, _Choice], leaves: Sequence[int]) -> dict[int, str]:
    """Column total is what covers all leaves, by itself or through the subtotals that it adds up; others are subtotals."""
    kinds = dict.fromkeys(found, SUBTOTAL)
    covered: dict[int, frozenset[int]] = {}
    every = frozenset(leaves)
    for total, choice in found.items():
        if len(found) <= _MOST_TOTALS or total == max(found):
            own = [row for row in choice.parts if row not in covered]
            covered[total] = frozenset(own).union(*(covered[row] for row in choice.parts if row in covered))
            if covered[total] >= every:
                kinds[total] = COLUMN_TOTAL
    return kinds


def _is_like_others(choice: _Choice, holding: Sequence[_Choice], schemes: Mapping[str, int]) -> bool:
    """Whether other totals of the table witness that this one should hold though it does not.

    Two that hold and are made the same way do; or one, where a total over the same rows holds, too.
    """
    alike = schemes.get(choice.scheme, 0) - (choice.ties * 2 > len(choice.equations))
    if alike == 1:
        rows = set(choice.parts)
        return any(len(other.parts) > len(rows) and rows.issubset(other.parts) for other in holding)
    return alike > 1


def _reach(figures: Figures, parts: Sequence[int], col: int) -> range:
    """The rows that parts stand among, with those right above and below whose figure is missing."""
    first, last = min(parts), max(parts)
    while first > figures.header_rows and has_hole(figures, (first - 1,), col):
        first -= 1
    while last + 1 < len(figures.table.rows) and has_hole(figures, (last + 1,), col):
        last += 1
    return range(first, last + 1)


def has_hole(figures: Figures, rows: Iterable[int], col: int) -> bool:
    """Whether a figure among these rows is withheld or could not be read, so that a sum over them cannot be verified."""
    amounts = figures.cells.get(col, ())
    # A cell that holds a plain amount is neither.
    numbers = amounts.numbers if isinstance(amounts, Series) else None
    return any(
        (row, col) in figures.unread or is_withheld(figures.table.rows[row][col])
        for row in rows
        if numbers is None or numbers[row] is None
    )


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
    sets = {
        "segment above": segment,
        "section above": [row for row in segment if row > heading],
        "running": [before, *segment] if place else [],
        "segment below": list(leaves[bisect_right(leaves, total) : bisect_right(leaves, after)]),
    }
    pairs = len(totals) * (len(leaves) + len(totals)) * len(figured)
    if place == len(totals) - 1 or pairs <= _MOST_PAIRS:
        above = list(leaves[: bisect_right(leaves, total)])
        sets |= {
            "all above": above,
            "totals above": list(totals[:place]) if place > 1 else [],
            # A row whose label only sounds like a total, such as Total Energies, is a row like the others.
            "every row above": sorted([*above, *totals[:place]]) if place else [],
            "all below": list(leaves[bisect_right(leaves, total) :]),
        }
    unique: list[tuple[str, list[int]]] = []
    for scheme, parts in sets.items():
        if parts and all(parts != known for _, known in unique):
            unique.append((scheme, parts))
    return unique


def _down(figures: Figures, column: Column, total: int, parts: Sequence[int]) -> Equation | None:
    whole = term_at(figures, total, column)
    terms = terms_down(figures, parts, column)
    # One row is a sum of its own only where it says so by being it.
    if whole is None or not terms or (len(terms) == 1 and terms[0].amount.value != whole.amount.value):
        return None
    label = f"{figures.labels[total]}: {len(terms)} row{'' if len(terms) == 1 else 's'}"
    if len(figures.amount_columns) > 1 and column.header:
        label += f", column {column.header}"
    return Equation(SUBTOTAL, whole, terms, label, exact=is_exact(whole, terms))


def _is_near(equation: Equation) -> bool:
    total, difference = equation.total.value().copy_abs(), equation.difference().copy_abs()
    return multiply(difference, _NEAR) <= total if total else difference == 0


def _row_totals(figures: Figures) -> list[Equation]:
    """Columns whose header names a total, where the row relation holds in most rows: the siblings are the witness."""
    columns = figures.amount_columns
    equations: list[Equation] = []
    for place, column in enumerate(columns):
        if not is_total_label(column.header):
            continue
        for parts in (columns[:place], columns[place + 1 :]):
            parts = tuple(part for part in parts if not is_total_label(part.header))
            if len(parts) < 2:
                continue
            found = [e for row in figures.body if (e := _across(figures, row, column, parts)) is not None]
            ties = sum(1 for e in found if e.status() != BROKEN)
            # One row in ten may be wrong; where more are, the header means another total.
            if ties >= 2 and (len(found) - ties) * 10 <= max(10, len(found)):
                equations += found
                break
    return equations


def _across(figures: Figures, row: int, column: Column, parts: Sequence[Column]) -> Equation | None:
    whole = term_at(figures, row, column)
    terms = tuple(term for part in parts if (term := term_at(figures, row, part)) is not None)
    if whole is None or len(terms) < 2 or any((row, part.index) in figures.unread for part in parts):
        return None
    label = f"{figures.labels[row] or f'row {row + 1}'}: {column.header}"
    return Equation(ROW_TOTAL, whole, terms, label, exact=is_exact(whole, terms))


def _formula_sums(figures: Figures, known: Sequence[Equation]) -> list[Equation]:
    """What formulas add up, as far as no equation in ``known`` says the same."""
    taken = {(e.total.key, frozenset(term.key for term in e.terms)) for e in known}
    leaves = frozenset(figures.leaves)
    figured = _count_leaves(figures)
    equations: list[Equation] = []
    from reconcile.formulas import read_sums

    sums = list(read_sums(figures.table))
    widest = _widest(figures, sums)
    for formula in sums:
        formula = _with_siblings_rows(figures, widest, formula)
        equation = _formula_sum(figures, _with_missed_row(figures, leaves, formula), figured)
        if equation is None:
            continue
        same = (equation.total.key, frozenset(term.key for term in equation.terms))
        if same not in taken:
            taken.add(same)
            equations.append(equation)
    return equations


def _count_leaves(figures: Figures) -> dict[int, int]:
    """How many leaf rows have an amount, by column."""
    return {col: sum(1 for row in figures.leaves if amounts[row] is not None) for col, amounts in figures.cells.items()}


def _formula_sum(figures: Figures, formula: Sum, leaves: Mapping[int, int]) -> Equation | None:
    """The equation that a formula makes within one column or one row; a difference of one cell is turned into a sum.

    ``leaves`` tells how many leaf rows have an amount, by column.
    """
    whole, parts = formula.cell, formula.added
    if formula.taken:
        if len(formula.added) != 1:
            return None
        whole, parts = formula.added[0], (formula.cell, *formula.taken)
    cells = (whole, *parts)
    down, across = len({col for _, col in cells}) == 1, len({row for row, _ in cells}) == 1
    total = _term_in(figures, whole)
    terms = tuple(term for cell in parts if (term := _term_in(figures, cell)) is not None)
    if not (down or across) or total is None or len(terms) < 2:
        return None
    if any(cell in figures.unread or is_withheld(figures.table.rows[cell[0]][cell[1]]) for cell in cells):
        return None
    row, col = whole
    exact = is_exact(total, terms)
    if across:
        label = f"{total.label or f'row {row + 1}'}: {total.header or f'column {col + 1}'} (formula)"
        return Equation(ROW_TOTAL, total, terms, label, exact=exact)
    label = f"{total.label or f'row {row + 1}'}: {len(terms)} rows (formula)"
    if len(figures.amount_columns) > 1 and total.header:
        label += f", column {total.header}"
    kind = SUBTOTAL
    # Most sums add up few rows: only for one that may add up all of its column is every row looked at.
    if not formula.taken and len(terms) + 1 >= leaves[col]:
        own = {leaf for leaf in figures.leaves if figures.cells[col][leaf] is not None and leaf != row}
        kind = COLUMN_TOTAL if {term.row for term in terms} >= own else SUBTOTAL
    return Equation(kind, total, terms, label, exact=exact)


def _term_in(figures: Figures, cell: Cell) -> Term | None:
    row, col = cell
    column = figures.columns[col]
    return term_at(figures, row, column) if column in figures.amount_columns else None


def _widest(figures: Figures, sums: Iterable[Sum]) -> dict[int, frozenset[int]]:
    """For each row of totals the most rows that a formula in it adds up within its own column."""
    widest: dict[int, frozenset[int]] = {}
    for cell, added, taken in sums:
        rows = frozenset(row for row, _ in added)
        down = not taken and len(rows) == len(added) and {col for _, col in added} == {cell[1]}
        if down and _term_in(figures, cell) is not None and len(rows) > len(widest.get(cell[0], ())):
            widest[cell[0]] = rows
    return widest


def _with_siblings_rows(figures: Figures, widest: Mapping[int, frozenset[int]], formula: Sum) -> Sum:
    """A total's formula with the rows that it misses, wherever they are, if one beside it adds them, too."""
    row, col = formula.cell
    rows = {part for part, _ in formula.added}
    missed = sorted(widest.get(row, frozenset()) - rows)
    if (
        not missed
        or formula.taken
        or len(rows) < 3
        or not rows < widest[row]
        or {c for _, c in formula.added} != {col}
        or not is_total_label(figures.labels[row])
    ):
        return formula
    return formula._replace(added=(*formula.added, *((part, col) for part in missed)))


def _without_filtered(figures: Figures, equations: Sequence[Equation]) -> list[Equation]:
    """Let no SUBTOTAL be broken that its program worked out over the rows that a filter showed.

    What it adds up by itself ties where nothing is filtered, and is then held to the rows that it should have.
    """
    from reconcile.formulas import is_subtotal, read_sums

    partial = {cell for cell, formula in figures.table.formulas.items() if is_subtotal(formula)}
    if not partial:
        return list(equations)
    figured = _count_leaves(figures)
    own = [_formula_sum(figures, formula, figured) for formula in read_sums(figures.table) if formula.cell in partial]
    whole = {(e.total.row, e.total.col) for e in own if e is not None and e.status() != BROKEN}
    return [
        replace(e, incomplete=True) if e.status() == BROKEN and (e.total.row, e.total.col) in partial - whole else e
        for e in equations
    ]


def _with_missed_row(figures: Figures, leaves: frozenset[int], formula: Sum) -> Sum:
    """A total's formula with the row that it misses: one right beside the rows it adds, between them and the total.

    Rows that are worked out themselves are no parts, and formulas whose parts are few are no totals of a column.
    """
    row, col = formula.cell
    added = sorted(part for part, _ in formula.added)
    if formula.taken or len(added) < 3 or row not in figures.totals or any(c != col for _, c in formula.added):
        return formula
    if added[-1] - added[0] + 1 != len(added) or not added[-1] < row:
        return formula
    beside = range(added[-1] + 1, row)
    if len(beside) != 1:
        return formula
    missed = beside[0], col
    if beside[0] not in leaves or _term_in(figures, missed) is None or missed in figures.table.formulas:
        return formula
    return formula._replace(added=(*formula.added, missed))


def settle_rounding(document: Document, equations: Sequence[Equation]) -> list[Equation]:
    """Let whole currency units count as rounded where the document shows that they are.

    It shows it by saying so, or by two equations and more that miss by no more than rounding explains.
    """
    said = any(word in block.text.casefold() for block in document.blocks for word in _ROUNDING_WORDS)
    missed = [e for e in equations if e.exact and e.status() == BROKEN and replace(e, exact=False).status() != BROKEN]
    if said or len(missed) > 1:
        return [replace(e, exact=False) for e in equations]
    return list(equations)
