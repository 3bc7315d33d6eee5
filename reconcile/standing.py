"""The standing of a budget: what each line had, what was distributed of it, what is left, and who received it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from reconcile.amounts import ZERO, add, subtract
from reconcile.budgetfile import Budget, Line
from reconcile.budgets import Distribution
from reconcile.equations import (
    BROKEN,
    BUDGET,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    UNVERIFIABLE,
    Outcome,
    Readings,
)
from reconcile.location import Location

OPEN = "open"


class LineStanding(NamedTuple):
    """A line, or a limit of one entity: what it had, what was distributed of it (None: nothing was found), what is left.

    ``depth`` is 0 for the outermost lines. ``status`` is that of its equation (``equation`` is its id), or ``open``
    where nothing is named that draws on it. ``reason`` is why ``tolerance`` is allowed.
    """

    name: str
    depth: int
    use: str
    budgeted: Decimal
    distributed: Decimal | None
    remaining: Decimal | None
    status: str
    location: Location
    tolerance: Decimal = ZERO
    reason: str = ""
    equation: str | None = None

    @property
    def word(self) -> str:
        """How the line stands, in a word or two."""
        if self.status in (TIES, TIES_AFTER_REPAIR):
            words = {"exhausted": "exhausted", "at-most": "kept", "at-least": "reached", "remaining": "remains"}
            return words[self.use] + (" after repair" if self.status == TIES_AFTER_REPAIR else "")
        if self.status == BROKEN:
            over = self.remaining is not None and self.remaining < 0 and self.use != "at-least"
            return "overspent" if over else "broken"
        if self.status == TIES_WITHIN_ROUNDING:
            return "within tolerance" if self.reason else "within rounding"
        return {UNVERIFIABLE: "cannot be verified"}.get(self.status, "nothing draws on it")


class Received(NamedTuple):
    """What one entity received: per document (None where it has no row) and in all.

    ``rows`` is the most rows that it has in one document: of rows with one label, not all need be the same entity's.
    """

    name: str
    amounts: tuple[Decimal | None, ...]
    total: Decimal
    rows: int = 1


class Matrix(NamedTuple):
    """Who received what in which document, with the totals both ways.

    ``printed`` are the totals that the documents print themselves. ``total`` is what the documents add up to;
    ``cross_foots`` says that the entities add up to the same.
    """

    documents: tuple[str, ...]
    rows: tuple[Received, ...]
    totals: tuple[Decimal, ...]
    printed: tuple[Decimal | None, ...]
    total: Decimal
    cross_foots: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands: its lines (parents first), the limits of entities, and the matrix of entities and documents."""

    name: str
    path: str
    currency: str | None
    lines: tuple[LineStanding, ...]
    limits: tuple[LineStanding, ...]
    matrix: Matrix


def stand(
    budget: Budget, distribution: Distribution, outcomes: Sequence[Outcome], readings: Readings | None = None
) -> Standing:
    """How a budget stands, with ``readings`` for amounts that a repair reads otherwise than they are printed."""
    at = {outcome.total.location: outcome for outcome in outcomes if outcome.kind == BUDGET}
    gaps = {gap.location for gap in distribution.gaps}
    lines = tuple(_line(line, depth, at.get(line.location), gaps) for line, depth in _nested(budget.lines, 0))
    stated = {line.location for line in budget.walk()}
    limits = tuple(_limit(o) for o in outcomes if o.kind == BUDGET and o.total.location not in stated)
    matrix = _matrix(budget, distribution, readings)
    return Standing(budget.name, budget.path, budget.currency, lines, limits, matrix)


def _nested(lines: Sequence[Line], depth: int) -> list[tuple[Line, int]]:
    return [pair for line in lines for pair in ((line, depth), *_nested(line.lines, depth + 1))]


def _line(line: Line, depth: int, outcome: Outcome | None, gaps: set[Location]) -> LineStanding:
    use = "remaining" if line.remaining is not None else line.use
    allowed = line.tolerance.amount.value if line.tolerance else ZERO
    reason = line.tolerance.reason if line.tolerance else ""
    if outcome is None:
        asked = bool(line.documents) or line.location in gaps
        status = UNVERIFIABLE if asked else OPEN
        return LineStanding(
            line.name, depth, use, line.amount.value, None, None, status, line.location, allowed, reason
        )  # fmt: skip
    left = subtract(line.amount.value, outcome.distributed)
    return LineStanding(
        line.name, depth, use, line.amount.value, outcome.distributed, left, outcome.status, line.location, allowed,
        reason, outcome.id,
    )  # fmt: skip


def _limit(outcome: Outcome) -> LineStanding:
    total = outcome.total
    use = {"equal": "exhausted"}.get(outcome.equation.relation, outcome.equation.relation)
    return LineStanding(
        total.label, 0, use, total.value(), outcome.computed, outcome.difference, outcome.status, total.location,
        equation=outcome.id,
    )  # fmt: skip


def _matrix(budget: Budget, distribution: Distribution, readings: Readings | None) -> Matrix:
    counted = set(budget.counted())
    columns = [index for index, share in enumerate(distribution.shares) if share.name in counted]
    shares = [distribution.shares[index] for index in columns]
    rows = []
    for holder in distribution.holders:
        amounts = tuple(
            add(term.value(readings) for term in holder.rows[index]) if index in holder.rows else None
            for index in columns
        )
        if any(amount is not None for amount in amounts):
            total = add(amount for amount in amounts if amount is not None)
            most = max(len(holder.rows.get(index, ())) for index in columns)
            rows.append(Received(holder.name, amounts, total, most))
    totals = tuple(add(term.value(readings) for term in share.control.rows) for share in shares)
    printed = tuple(share.control.total.value(readings) if share.control.total else None for share in shares)
    total = add(totals)
    several = _repeated([share.name for share in shares])
    names = tuple(share.name if share.name not in several else f"{share.name}: {share.path}" for share in shares)
    return Matrix(names, tuple(rows), totals, printed, total, add(row.total for row in rows) == total)


def _repeated(names: Sequence[str]) -> Mapping[str, int]:
    counts = {name: names.count(name) for name in names}
    return {name: count for name, count in counts.items() if count > 1}
