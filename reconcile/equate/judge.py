"""The judge of sums says whether a relation was meant, and whether a line in which it fails is a fault.

Whether figures are compared is decided before it is looked at whether they agree. A *hypothesis* says which positions a total is the
sum of; it is proposed by words, layout or arithmetic. The judge weighs it in natural log odds, line by line:

- a line that ties is worth how unlikely that is by chance: figures of the size of ``t`` meet to within ``w`` by chance ``w / t`` of the time;
- a line that fails is worth how well a slip explains its gap, or how likely this line is none of the sum (a rate among amounts).

What the slips and the lines that are left out are worth stands in ``evidence``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import exp, gcd, log, prod
from typing import NamedTuple

from reconcile.core.decimals import add
from reconcile.core.typos import share_of_slips
from reconcile.equate import evidence
from reconcile.equate.equation import BROKEN, SUM, Equation
from reconcile.equate.lines import MOST_ALIKE, AxisLine, weigh_line
from reconcile.equate.measures import Measures

# Beyond these odds floats would overflow, and nothing changes.
_MOST_ODDS = 500.0
# Of longer sums no figure is looked at for a slip: one among hundreds always fits.
_MOST_FIGURES = 200
# Where rounding allows more values than these on either side of a figure, the others are not looked at.
_MOST_VALUES = 12
# No gap is so many times smaller than its sum that more would matter; longer figures are no money.
_MOST_TIMES, _MOST_BITS = 10**9, 200


class FailingLine(NamedTuple):
    """A line in which a relation fails: by how much, the odds that a slip did it, and how often such a line is none of the sum.

    ``gap`` is the total less its parts. ``slip`` is the probability of the gap if a figure is wrong, over that of any gap. ``explained``
    says that one slip in one figure makes the gap. ``failing`` is the share of all lines that fail, where it is too large for mistakes.
    """

    gap: int
    slip: float
    left_out: float
    explained: bool = False
    failing: float = 0.0

    @property
    def worth(self) -> float:
        """What the line says of the relation, as a natural logarithm: next to nothing if it may well be none of the sum."""
        return min(0.0, log(evidence.SLIP * self.slip + self.left_out))

    @property
    def fault(self) -> float:
        """The probability that a figure of the line is wrong, if the relation is meant."""
        wrong = evidence.SLIP * self.slip
        likely = wrong / (wrong + self.left_out)
        return min(likely, evidence.DOUBTED) if self.failing else likely


class SumVerdict(NamedTuple):
    """What the judge makes of a hypothesis: the lines that tie, those that fail, and the odds that it is meant.

    ``doubtful`` are the lines that tie and are called a rate, a share or a mean. Where no line ties, ``common`` is how likely it is that one
    mistake broke all of them: a row that is missing, or stands there twice.
    """

    total: int
    parts: tuple[int, ...]
    ties: tuple[int, ...]
    fails: dict[int, FailingLine]
    odds: float
    doubtful: frozenset[int] = frozenset()
    common: float = 0.0

    @property
    def probability(self) -> float:
        """How likely it is that the relation is meant to hold."""
        return probability(self.odds)

    def informed(self, holding: Mapping[int, int]) -> SumVerdict:
        """Return the verdict once it is known in how many other sums each line holds: such a line adds up."""
        fails = {
            m: failure._replace(left_out=failure.left_out / (1 + evidence.HOLDS * holding.get(m, 0)))
            for m, failure in self.fails.items()
        }
        change = sum(fails[m].worth - failure.worth for m, failure in self.fails.items())
        return self._replace(fails=fails, odds=self.odds + min(0.0, change))

    def fault(self, line: int) -> float:
        """How likely it is that a line is a fault: one that fails, or one that ties within rounding and turns out to be exact."""
        failure = self.fails.get(line)
        if failure is not None:
            return self.probability * max(failure.fault, self.common)
        return self.probability * (1 - evidence.MEASURE if line in self.doubtful else 1.0)


def probability(odds: float) -> float:
    """Return the probability that natural log odds stand for."""
    return 1 / (1 + exp(-max(-_MOST_ODDS, min(_MOST_ODDS, odds))))


def weigh_sum(
    lines: Sequence[AxisLine],
    which: Iterable[int],
    total: int,
    parts: tuple[int, ...],
    prior: float,
    measures: Measures,
    named: bool = True,
) -> SumVerdict:
    """Weigh the hypothesis that position ``total`` is the sum of ``parts`` in each of some lines.

    ``prior`` are the odds before any line is looked at. ``measures`` tell how likely a line is none of the sum. A total
    that is not ``named`` one may be of more than its parts in some lines.
    """
    ties: list[int] = []
    failing: list[tuple[int, list[int]]] = []
    odds = prior
    told: list[AxisLine] = []
    for m in which:
        values, halves = lines[m]
        whole = values[total]
        if whole is None:
            continue
        given = [p for p in parts if values[p] is not None]
        if not given:
            continue
        gap = whole - sum(values[p] for p in given)  # type: ignore[misc]
        if not gap or abs(gap) <= halves[total] + sum(halves[p] for p in given):
            if whole or any(values[p] for p in given):
                ties.append(m)
            if whole:
                odds += weigh_line(lines[m], total, given, abs(gap), told)
                if len(told) < MOST_ALIKE:
                    told.append(lines[m])
        elif len(given) > 1:
            failing.append((m, given))
    fails = {m: _failure(lines[m], m, total, given, measures, ties, named) for m, given in failing}
    odd = {failure.gap: failure.left_out for failure in fails.values() if failure.left_out >= evidence.NOTE}
    # What a line that is none of the sum is off by, a total of all lines is off by, too.
    fails = {m: failure._replace(left_out=odd.get(failure.gap, failure.left_out)) for m, failure in fails.items()}
    exceeded = _exceed(lines, total, fails)
    surely = not ties and prior >= evidence.ALL_ROWS and exceeded
    if surely and all(_is_smaller_than_a_part(lines[m], total, given, fails[m].gap) for m, given in failing):
        fails = {m: failure._replace(left_out=failure.left_out / evidence.CLOSE) for m, failure in fails.items()}
        odds += log(evidence.CLOSE)
    if not ties and len(fails) > 1 and not exceeded:
        fails = _with_small_rows(fails, above=total < min(parts))
    worth = sum(failure.worth for failure in fails.values())
    # Mistakes come together: where one was made another is likelier.
    close = sum(1 for failure in fails.values() if failure.slip >= 1)
    if len(fails) <= evidence.FEW_FAIL and close > 1 and (ties or exceeded):
        worth += evidence.CARELESS * (close - 1)
    common = 0.0
    if fails and not ties and prior >= evidence.ALL_ROWS:
        missing = _missing(lines, failing, total)
        common = missing / (missing + evidence.ELSEWHERE)
        worth = max(worth, log(missing + evidence.ELSEWHERE))
    doubtful = frozenset(m for m in ties if measures.measured[m])
    # A total that is out of date is too small, or too large, in all columns at once; estimates are off either way.
    outdated = (
        measures.down and not ties and prior >= evidence.ALL_ROWS and len({f.gap > 0 for f in fails.values()}) == 1
    )
    fails = fails if outdated else _together(fails, len(ties))
    return SumVerdict(total, parts, tuple(ties), fails, odds + worth, doubtful, common)


def _with_small_rows(fails: Mapping[int, FailingLine], above: bool) -> dict[int, FailingLine]:
    """Return the lines of a total that is larger than its parts in all of them: small rows may be left out of the table.

    Below a total that stands ``above`` its parts a table often lists the largest of them. One such choice explains all lines at once.
    """
    if not above:
        least = evidence.SMALL_ROWS_ABOVE
        return {m: failure._replace(left_out=max(failure.left_out, least)) for m, failure in fails.items()}
    together = prod(min(1.0, evidence.SLIP * failure.slip) for failure in fails.values())
    likely = evidence.SMALL_ROWS_BELOW / max(together, evidence.SMALL_ROWS_BELOW**2)
    return {
        m: failure._replace(left_out=max(failure.left_out, evidence.SLIP * failure.slip * likely))
        for m, failure in fails.items()
    }


def _exceed(lines: Sequence[AxisLine], total: int, fails: Mapping[int, FailingLine]) -> bool:
    """Return True if the parts add up to more than the total in some line, which no row that is left out explains."""
    return any(failure.gap * (lines[m].values[total] or 0) < 0 for m, failure in fails.items())


def _is_smaller_than_a_part(line: AxisLine, total: int, given: Sequence[int], gap: int) -> bool:
    """Return True if a gap is a hundredth of the total at most, and smaller than each part: no row more or less explains it."""
    parts = [abs(value) for p in given if (value := line.values[p])]
    return abs(gap) * 100 <= abs(line.values[total] or 0) and abs(gap) < min(parts, default=0)


def with_left_out(lines: Sequence[AxisLine], verdict: SumVerdict) -> int | None:
    """Return the position that a sum lacks: its figure is the gap in all lines that fail, and it has none where the sum ties.

    None where there is no such position. What stands in one year only is as easily overlooked as it is printed.
    """
    if not verdict.fails or not verdict.ties:
        return None
    taken = {verdict.total, *verdict.parts}
    first, *rest = verdict.fails.items()
    values = lines[first[0]].values
    found = [q for q, value in enumerate(values) if q not in taken and value and value == first[1].gap]
    for q in found:
        if all(lines[m].values[q] == failure.gap for m, failure in rest) and not any(
            lines[m].values[q] for m in verdict.ties
        ):
            return q
    return None


def with_one_too_many(lines: Sequence[AxisLine], verdict: SumVerdict) -> int | None:
    """Return the part that is none of a sum: by its figure the parts exceed the total in every line that fails, and where it ties it has none.

    A row that stands there twice is a fault, and no such part. One line that fails says so only of a row at an end below it (*Blank votes*): a
    total that lacks a row between others was not brought up to date.
    """
    if not verdict.fails or not 2 < len(verdict.parts) <= _MOST_FIGURES:
        return None
    gaps = {m: failure.gap for m, failure in verdict.fails.items()}
    gaps |= {m: _gap(lines[m].values, verdict) for m in verdict.ties}
    first = next(iter(gaps))
    for part in verdict.parts:
        if lines[first].values[part] != -gaps[first]:
            continue
        told = [m for m in verdict.ties if lines[m].values[part]]
        off = {m for m, gap in gaps.items() if gap + (lines[m].values[part] or 0)}
        if not off.isdisjoint(verdict.fails) or (told and off):
            continue
        at_an_end = part in (verdict.parts[0], verdict.parts[-1]) and verdict.total < part
        if len(verdict.fails) + len(told) < 2 and not at_an_end:
            continue
        alike = (q for q in verdict.parts if q != part)
        if not any(all(lines[m].values[q] == lines[m].values[part] for m in verdict.fails) for q in alike):
            return part
    return None


def _gap(values: Sequence[int | None], verdict: SumVerdict) -> int:
    return (values[verdict.total] or 0) - sum(values[part] or 0 for part in verdict.parts)


def _missing(lines: Sequence[AxisLine], failing: Sequence[tuple[int, list[int]]], total: int) -> float:
    """Return the odds that one row which is missing, or one that is there twice, breaks a sum in all of its lines.

    The gap is then about as large as the rows are; of a row that is there twice it is that row, to the unit.
    """
    odds = evidence.MISSING
    again: set[int] | None = None
    for m, given in failing:
        values, halves = lines[m]
        parts = [values[p] or 0 for p in given]
        whole = values[total] or 0
        gap = whole - sum(parts)
        largest = max(map(abs, parts))
        size = max(abs(whole), abs(sum(parts)), largest)
        least = min((abs(part) for part in parts if part), default=0)
        likely = (gap > 0) == (whole > 0) and least <= 2 * abs(gap) <= 4 * largest
        odds *= min(evidence.MOST_LIKE_A_ROW, size / (2 * largest)) if likely else evidence.UNLIKE_A_ROW
        slack = halves[total] + sum(halves[p] for p in given)
        same = {p for p in given if values[p] and abs(gap + values[p]) <= slack}  # type: ignore[operator]
        again = same if again is None else again & same
    twice = {
        (p, q)
        for p in again or ()
        for q in (p - 1, p + 1)
        if all(lines[m].values[q : q + 1] == [lines[m].values[p]] for m, _ in failing)
    }
    return max(odds, evidence.TWICE) if twice else odds


def _together(fails: dict[int, FailingLine], ties: int) -> dict[int, FailingLine]:
    """Return the lines that fail, where many do with what they have in common.

    Gaps of about one size in many lines are figures that are disturbed on purpose, or estimates; only what is far off is a mistake there.
    """
    share = len(fails) / (len(fails) + ties) if fails else 0.0
    if len(fails) <= evidence.FEW_FAIL or share <= evidence.FAILING:
        return fails
    usual = sorted(abs(failure.gap) for failure in fails.values())[(len(fails) - 1) // 2]
    return {
        m: failure
        if share < evidence.UNRELIABLE and abs(failure.gap) > evidence.FAR_OFF * usual
        else failure._replace(failing=share)
        for m, failure in fails.items()
    }


def _failure(
    line: AxisLine, m: int, total: int, given: Sequence[int], measures: Measures, ties: Sequence[int], named: bool
) -> FailingLine:
    values, halves = line
    whole = values[total] or 0
    parts = [values[p] or 0 for p in given]
    added = sum(parts)
    gap = whole - added
    slack = max(0, halves[total] + sum(halves[p] for p in given))
    unit = _unit(2 * halves[total] or 1, (whole, *parts))
    size = max(abs(whole), abs(added), *map(abs, parts)) + unit
    figures = [(whole, unit, -1), *((value, unit, 1) for value in parts if value)]
    share, explained = _share_of_slips(gap, slack - unit // 2, figures)
    if gap in parts:
        share += evidence.COUNTED_TWICE / len(parts)
    width = 2 * slack + unit
    slip = evidence.EXPLAINED * share * _ratio(size, width)
    # Any other mistake: small gaps and large ones alike, and now and then anything.
    slip += evidence.UNEXPLAINED * _ratio(size, abs(gap)) / (1 + log(max(1, size // unit))) + evidence.ANYTHING
    return FailingLine(gap, slip, measures.left_out(m, total, whole, parts, ties, named), explained)


def _unit(unit: int, values: Sequence[int]) -> int:
    """Return the last place that any of some figures uses: noughts that all of them end in say nothing."""
    common = gcd(*values)
    while common and common % (10 * unit) == 0:
        unit *= 10
    return unit


def _ratio(size: int, part: int) -> float:
    """Return how many times ``part`` goes into ``size``, at most as often as matters."""
    return min(size // part, _MOST_TIMES) if size > _MOST_TIMES * part else size / part


def _share_of_slips(gap: int, slack: int, figures: Sequence[tuple[int, int, int]]) -> tuple[float, bool]:
    """Return the share of all slips in some figures that leave a gap, and whether one of digits does.

    ``figures`` are values with their unit and sign. A lost sign is a slip as well, but a part that is taken away looks the same.
    """
    if len(figures) > _MOST_FIGURES or gap.bit_length() > _MOST_BITS:
        return 0.0, False
    found, digits = 0.0, False
    for value, unit, sign in figures:
        printed, around = value // unit, min(max(0, slack) // unit, _MOST_VALUES)
        meant = printed + sign * (gap // unit)
        for off in range(-around, around + 1):
            share = share_of_slips(meant + off, printed)
            found += share
            digits = digits or (share > 0 and meant + off != -printed)
    return found / len(figures), digits


def agree(equations: Sequence[Equation]) -> list[Equation]:
    """Return the equations, those that fail made surer where another that fails asks for the same figure to change by the same.

    Two sums that share one figure and miss by one gap do so by chance about as often as any two gaps of their size are equal.
    """
    broken = [
        e for e in equations if e.operator == SUM and e.fault and len(e.terms) <= _MOST_FIGURES and e.status() == BROKEN
    ]
    asked: dict[tuple[object, ...], list[Equation]] = {}
    for equation in broken:
        gap = equation.difference()
        for term in equation.amounts():
            change = gap.copy_negate() if term is equation.total else gap
            # What should be nothing is left out by both, and proves no slip.
            if add((term.value(), change)):
                asked.setdefault((term.key, change), []).append(equation)
    surer: dict[int, Equation] = {}
    for agreeing in asked.values():
        if len({e.total.key for e in agreeing}) < 2:
            continue
        for equation in agreeing:
            surer[id(equation)] = made_surer(equation)
    return [surer.get(id(equation), equation) for equation in equations]


def made_surer(equation: Equation) -> Equation:
    """Return a broken equation with the fault that another one makes surer: both ask for one value of one figure."""
    chance = min(max(equation.fault, 1e-9), 1 - 1e-9)
    return replace(equation, fault=probability(log(chance / (1 - chance)) + evidence.AGREE))
