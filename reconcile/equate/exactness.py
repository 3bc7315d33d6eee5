"""Whether figures are exact or rounded, told by how their sums tie.

Sums of rounded figures miss their rounded total by a unit or two in a known share of cases: the errors of the parts and of the
total add up to a distribution that is nearly normal. A dozen sums that all tie to the unit are therefore sums of exact figures,
and so are figures that miss their total by more than rounding is likely to. The figures settle it, and not a currency's name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from math import erf, gcd, log, sqrt

from reconcile.core.amounts import Amount
from reconcile.core.decimals import quotient, rescale, subtract
from reconcile.core.document import Document
from reconcile.core.languages import WORD
from reconcile.core.words import is_average, is_total_label, scale_of
from reconcile.equate.equation import BROKEN, SUM, TIES, TIES_WITHIN_ROUNDING, Equation
from reconcile.equate.evidence import WARNING
from reconcile.equate.judge import probability as probability_of

# How often one sum of exact figures is wrong by no more than rounding allows, and how often then by one unit: by two half
# as often, and so on.
_WRONG, _BY_ONE = 0.02, 0.15
# The odds, before a sum is looked at, that amounts in whole units of a stated currency are payments, that whole figures without
# currency and scale are counts and not thousands of something, and by how much amounts to the cent beside them raise these: a
# table seldom tells one column in thousands and one in cents.
_PAYMENTS, _COUNTS, _CENTS_BESIDE = log(20_000), log(60), log(300)
_ROUNDING_WORDS = (
    "avrund", "rounding", "rounded", "rundung", "gerundet", "arrondi", "pyöristy", "redondeo", "afrunding",
)  # fmt: skip
# The odds that sums alone must give for a break that only exactness shows to be a fault.
_WITNESS = log(9)
# So many near misses of different sizes in one column say that it is rounded, whatever other columns do.
_ROUNDED = 2
# A break that only a currency's name calls one is worth a note.
_DOUBTED = 0.6
# The variance of what rounding to a unit takes off or adds, in units.
_VARIANCE = 1 / 12
_MOST_ODDS = 500.0
# More decimals than these are worked out, and cut off where a format says so.
_MOST_DECIMALS = 2
# So many figures are not multiples of three or more by chance. Those of ten are a matter of how a column is rounded.
_ENOUGH_MULTIPLES, _MULTIPLE = 6, 3
# Longer sums are not asked: each of their terms would have to be looked at.
_MOST_TERMS = 3_000

_Unit = tuple[int, int, str | None]


def settle_exactness(equations: Sequence[Equation], document: Document | None = None) -> list[Equation]:
    """Return the equations of one table or document, those among exact figures with no allowance for rounding, all others with one.

    What then no longer ties is broken. A ``document`` that speaks of rounding has rounded figures.
    """
    if document is not None and _speaks_of_rounding(document):
        return [replace(equation, exact=False) if equation.exact else equation for equation in equations]
    equations = [replace(e, exact=False) if e.operator == SUM and _is_worked_out(e) else e for e in equations]
    rounded = {
        id(equation): replace(equation, exact=False)
        for equation in equations
        if _is_told_alike(equation) and not _is_worked_out(equation)
    }
    odds: defaultdict[_Unit, float] = defaultdict(float)
    misses: defaultdict[tuple[_Unit, object], list[Equation]] = defaultdict(list)
    for equation in rounded.values():
        status = equation.status()
        if status == TIES:
            odds[_unit(equation)] += _odds(equation, 0)
        elif status == TIES_WITHIN_ROUNDING:
            misses[_unit(equation), _table(equation)].append(equation)
    sizes: defaultdict[tuple[_Unit, object, int], set[int]] = defaultdict(set)
    for (unit, table), missed in misses.items():
        for equation in missed:
            sizes[unit, table, equation.total.col].add(_units_off(equation))
        mistakes = list(_mistakes(missed))
        if sum(_units_off(equation) == 1 for equation in mistakes) >= _ROUNDED + (unit[2] is not None):
            # Figures that were made to add up, but for here and there: no typing slip is by just one so often.
            odds[unit] = -_MOST_ODDS
        for equation in mistakes:
            odds[unit] += _odds(equation, _units_off(equation))
    cents = any(
        e.total.amount.decimals >= 2 and not e.total.amount.unit.exponent and e.status() == TIES for e in equations
    )
    sure = {unit: (probability_of(bits + _before(unit, cents)), bits) for unit, bits in odds.items()}
    return [
        equation if id(equation) not in rounded else _settled(rounded[id(equation)], sure, sizes)
        for equation in equations
    ]


def _settled(
    equation: Equation, sure: Mapping[_Unit, tuple[float, float]], sizes: Mapping[tuple[_Unit, object, int], Set[int]]
) -> Equation:
    """Return an equation with an allowance for rounding, or exact where that is likelier by far."""
    unit = _unit(equation)
    probability, told = sure.get(unit, (probability_of(_before(unit, cents=False)), 0.0))
    if probability < WARNING or len(sizes.get((unit, _table(equation), equation.total.col), ())) >= _ROUNDED:
        return equation
    exact = replace(equation, exact=True)
    if exact.status() == BROKEN != equation.status():
        # A total of counts is a witness by its name, and so is what sums tell of the figures; a currency's name is none: an
        # average or an estimate has one, too.
        counted = unit[2] is None and is_total_label(exact.total.label)
        meant = exact.witnessed or told >= _WITNESS or counted
        return replace(exact, fault=exact.fault * probability if meant else min(exact.fault, _DOUBTED))
    return exact


def _speaks_of_rounding(document: Document) -> bool:
    return any(word in block.text.casefold() for block in document.blocks for word in _ROUNDING_WORDS)


def _is_told_alike(equation: Equation) -> bool:
    """Return True if all figures of a sum are printed to the same place, so that they are exact or rounded alike."""
    if equation.operator != SUM or equation.incomplete or equation.relation != "equal" or equation.allowance:
        return False
    if equation.size() > _MOST_TERMS:
        return equation.exact
    # What is rounded to three, five or ten is no single unit wide.
    amounts = [term.amount for term in equation.amounts_to_look_at()]
    widths = {subtract(amount.high, amount.low) for amount in amounts}
    return len(widths) == 1 and widths == {_place_of(amount) for amount in amounts}


def _is_worked_out(equation: Equation) -> bool:
    """Return True if the figures cannot be exact: means and rates, many decimals, or all multiples of some number."""
    label = equation.total.label
    if equation.total.amount.decimals > _MOST_DECIMALS or is_average(label) or _names_a_scale(label):
        return True
    return len(equation.terms) <= _MOST_TERMS and _are_multiples([t.amount for t in equation.amounts_to_look_at()])


def _names_a_scale(label: str) -> bool:
    """Return True if a label says that its figures are in thousands or millions: *Expenditure, NOK million*."""
    return any(scale_of(word) for word in WORD.findall(label[:200]))


def _are_multiples(amounts: Sequence[Amount]) -> bool:
    """Return True if all figures are multiples of one number of their last places, and so many differ that it is no chance."""
    told = {int(rescale(a.value, a.decimals - a.unit.exponent)) for a in amounts if a.value}
    if len(told) < _ENOUGH_MULTIPLES:
        return False
    common = gcd(*told)
    return common >= _MULTIPLE and common % 10 != 0


def _mistakes(missed: Sequence[Equation]) -> Iterator[Equation]:
    """Yield one sum for each mistake that would make sums miss: a figure breaks its row and its column alike.

    A total that is wrong takes those that it is a part of along.
    """
    wanted = []
    for equation in missed:
        off = equation.difference()
        wanted.append({term.key: off for term in equation.amounts()[1:]} | {equation.total.key: off.copy_negate()})
    if any(all(other.get(key) == change for other in wanted[1:]) for key, change in wanted[0].items()):
        yield missed[0]
        return
    told = set[tuple[int, Decimal]]()
    for equation in missed:
        if (again := (equation.total.row, equation.difference())) not in told:
            told.add(again)
            yield equation


def _table(equation: Equation) -> object:
    return None if equation.total.table is None else equation.total.table.index


def _unit(equation: Equation) -> _Unit:
    amount = equation.total.amount
    return amount.decimals, amount.unit.exponent, amount.unit.currency


def _before(unit: _Unit, cents: bool) -> float:
    """Return the odds that figures of a unit are exact before any sum is looked at, as a natural logarithm."""
    decimals, exponent, currency = unit
    if currency and not exponent and decimals in (0, 2):
        return _PAYMENTS
    if decimals or exponent or currency:
        return 0.0
    return _COUNTS + (_CENTS_BESIDE if cents else 0.0)


def _units_off(equation: Equation) -> int:
    """Return by how many units of the last place printed a sum misses its total."""
    return abs(int(quotient(equation.difference(), _place_of(equation.total.amount), 0)))


def _place_of(amount: Amount) -> Decimal:
    """Return what one in the last place printed is worth."""
    return rescale(Decimal(1), amount.unit.exponent - amount.decimals)


def _odds(equation: Equation, off: int) -> float:
    """Return by how much a sum speaks for exact figures and against rounded ones, as a natural logarithm."""
    count = sum(1 for term in equation.terms if not term.is_nil and term.amount.value)
    if count < 2:
        return 0.0
    spread = sqrt(2 * (count + 1) * _VARIANCE)
    if not off:
        return log(1 - _WRONG) - log(erf(0.5 / spread))
    rounded = erf((off + 0.5) / spread) - erf((off - 0.5) / spread)
    return log(_WRONG * _BY_ONE / off) - log(max(rounded, 1e-12))
