"""Live formulas: equations as formulas over the sheets of a working paper, and which figures its cells can hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from reconcile.core.amounts import Amount
from reconcile.core.decimals import rescale
from reconcile.core.location import CellRef
from reconcile.core.messages import Message, say
from reconcile.equate.equation import AVERAGE, DIVISION, PRODUCT, SUM, Outcome, Term
from reconcile.report.coverage import TableKey

# Excel keeps 15 digits of a number, 8192 characters of a formula and 31 of a sheet's name.
_DIGITS, _FORMULA, _NAME = 15, 8_000, 31
_ARGUMENTS = 200
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")
TOO_LONG = say("too many parts for one formula")
TOO_EXACT = say("a figure has more than {most} digits, which a sheet cannot hold as a number", most=_DIGITS)
NOT_THERE = say("a figure stands in a table that has no sheet here")


@dataclass(slots=True)
class Sheets:
    """Where tables stand in the working paper: their sheet, how many rows and columns of it are there, what is text only.

    ``above`` is how many rows of a sheet stand above its table.
    """

    above: int
    names: dict[TableKey, str] = field(default_factory=dict)
    rows: dict[TableKey, int] = field(default_factory=dict)
    as_text: set[tuple[TableKey, int, int]] = field(default_factory=set)

    def address(self, key: TableKey, row: int, col: int) -> tuple[str, str] | None:
        """The sheet of a table's cell and the cell's address there; None where it is left out."""
        if key not in self.names or row >= self.rows[key]:
            return None
        return self.names[key], CellRef("", row + 1 + self.above, col + 1).address


class NoFormulaError(Exception):
    """Why an equation has no live formula."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


def name_sheet(number: int, title: str) -> str:
    """Return a valid name for a table's sheet, in whole words where they fit; its number makes it unique among all others."""
    words = " ".join(_NOT_IN_NAMES.sub(" ", title).split())
    whole = f"{number} {words}"
    # Excel counts units of UTF-16, and takes no apostrophe at either end.
    name = whole.encode("utf-16-le", "ignore")[: 2 * _NAME].decode("utf-16-le", "ignore")
    if len(name) < len(whole) and " " in name[_NAME // 2 :]:
        name = name.rpartition(" ")[0]
    return name.strip(" ,;:–-").rstrip("'").rstrip()


def printed_number(amount: Amount) -> Decimal | None:
    """The figure as printed, in the unit of its column; None where a sheet would not keep all its digits."""
    return fitting_number(rescale(amount.value, -amount.unit.exponent))


def fitting_number(value: Decimal) -> Decimal | None:
    """A value that a sheet holds with all its digits, else None."""
    digits = format(value.copy_abs(), "f").replace(".", "").strip("0")
    return value if len(digits) <= _DIGITS and abs(value.adjusted()) < 300 else None


def stated_formula(outcome: Outcome, sheets: Sheets) -> str:
    """The stated amount: its cell, or the amount itself where it stands in no table. Raises NoFormulaError."""
    return _checked("=" + _added((outcome.total,), sheets))


def computed_formula(outcome: Outcome, sheets: Sheets) -> str:
    """What works the equation out again from the cells of the tables. Raises NoFormulaError."""
    equation = outcome.equation
    if equation.operator == PRODUCT:
        factors = [f"({_added((term,), sheets)})" for term in outcome.terms]
        return _checked(f"={format(equation.rate, 'f')}*{'*'.join(factors)}")
    if equation.operator == SUM and -1 in equation.signs:
        signed = list(zip(outcome.terms, equation.signs, strict=True))
        added, taken = (_added([term for term, sign in signed if sign == side], sheets) for side in (1, -1))
        return _checked(f"={added}-({taken})")
    if equation.operator == SUM:
        return _checked("=" + _added(_leaves(outcome.terms), sheets))
    if equation.operator == AVERAGE:
        given = [term for term in outcome.terms if not term.is_nil]
        return _checked(f"=({_added(given, sheets)})/{len(given)}")
    part, whole = (_added((term,), sheets) for term in outcome.terms)
    if not outcome.terms[1].value():
        raise NoFormulaError(say("it divides by zero"))
    above = f"({part})" if equation.operator == DIVISION else f"(({part})-({whole}))"
    return _checked(f"={equation.factor}*{above}/({whole})")


def _leaves(terms: Iterable[Term]) -> Iterator[Term]:
    for term in terms:
        yield from term.leaves()


def _checked(formula: str) -> str:
    if len(formula) > _FORMULA:
        raise NoFormulaError(TOO_LONG)
    return formula


def _added(terms: Iterable[Term], sheets: Sheets) -> str:
    """The terms as one expression in whole currency units: cells by sheet, unit and column, and bare amounts."""
    cells: dict[tuple[TableKey, int, int], list[int]] = {}
    bare: list[str] = []
    for term in terms:
        exponent = term.amount.unit.exponent
        if term.table is None:
            value = fitting_number(term.value())
            if value is None:
                raise NoFormulaError(TOO_EXACT)
            bare.append(format(value, "f"))
        elif not term.is_nil:
            key = (term.table.path, term.table.index)
            if sheets.address(key, term.row, term.col) is None:
                raise NoFormulaError(NOT_THERE)
            if (key, term.row, term.col) in sheets.as_text:
                raise NoFormulaError(TOO_EXACT)
            cells.setdefault((key, exponent, term.col), []).append(term.row)
    parts = list(_ranges(cells, sheets)) + bare
    return "+".join(parts) or "0"


def _ranges(cells: Mapping[tuple[TableKey, int, int], list[int]], sheets: Sheets) -> Iterator[str]:
    by_unit: dict[int, list[str]] = {}
    for (key, exponent, col), rows in cells.items():
        sheet = "'" + sheets.names[key].replace("'", "''") + "'!"
        for first, last in _runs(sorted(rows)):
            ends = [CellRef("", row + 1 + sheets.above, col + 1).address for row in (first, last)]
            by_unit.setdefault(exponent, []).append(sheet + (ends[0] if first == last else ":".join(ends)))
    for exponent, ranges in by_unit.items():
        factor = f"*{10**exponent}" if exponent > 0 else f"/{10**-exponent}" if exponent else ""
        for start in range(0, len(ranges), _ARGUMENTS):
            group = ranges[start : start + _ARGUMENTS]
            alone = len(group) == 1 and ":" not in group[0].rpartition("!")[2]
            yield (group[0] if alone else f"SUM({','.join(group)})") + factor


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of rows; a row that is there twice begins a run of its own, as it counts twice."""
    first = last = rows[0]
    for row in rows[1:]:
        if row != last + 1:
            yield first, last
            first = row
        last = row
    yield first, last
