"""The standing of a budget: what each line had, what was distributed of it, what is left, and who received it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from reconcile.core.decimals import ZERO, add, subtract
from reconcile.core.location import Location
from reconcile.core.messages import Message, say
from reconcile.equate.budget.equations import Distribution
from reconcile.equate.budget.file import Budget, BudgetLine
from reconcile.equate.equation import (
    BROKEN,
    BUDGET,
    TIES,
    TIES_AFTER_REPAIR,
    TIES_WITHIN_ROUNDING,
    UNVERIFIABLE,
    Outcome,
    Readings,
)

OPEN = "open"
_WORDS = {
    "exhausted": say("exhausted"), "at-most": say("kept"), "at-least": say("reached"), "remaining": say("remains"),
}  # fmt: skip


class LineStanding(NamedTuple):
    """A line, or a limit of one entity: what it had, what its documents distribute (None: none was found), what is left.

    ``depth`` is 0 for the outermost lines. ``planned`` is what the lines right below it have (None where there are none),
    ``distributed`` what all documents below it add up to; what is left is not told where one is missing. ``status`` is
    that of its equation (``equation`` is its id), ``unverifiable`` where a document below it is missing, or ``open``
    where none is named. ``reason`` is why ``tolerance`` is allowed.
    """

    name: str
    depth: int
    use: str
    budgeted: Decimal
    planned: Decimal | None
    distributed: Decimal | None
    remaining: Decimal | None
    status: str
    location: Location
    tolerance: Decimal = ZERO
    reason: str = ""
    equation: str | None = None

    @property
    def words(self) -> Message:
        """The status in the words of the report."""
        if self.status in (TIES, TIES_AFTER_REPAIR):
            if self.planned is not None and self.remaining and self.use in ("exhausted", "at-least"):
                return say("planned in full")
            words = _WORDS[self.use]
            return say("{status} after repair", status=words) if self.status == TIES_AFTER_REPAIR else words
        if self.status == BROKEN:
            over = self.remaining is not None and self.remaining < 0 and self.use != "at-least"
            return say("overspent") if over else say("broken")
        if self.status == TIES_WITHIN_ROUNDING:
            lenient = self.planned == self.budgeted and self.remaining
            return say("within tolerance") if self.reason or lenient else say("within rounding")
        return say("cannot be verified") if self.status == UNVERIFIABLE else say("nothing draws on it")


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
class BudgetStatus:
    """How a budget stands: its lines (parents first), the limits of entities, and the matrix of entities and documents."""

    name: str
    path: str
    currency: str | None
    lines: tuple[LineStanding, ...]
    limits: tuple[LineStanding, ...]
    matrix: Matrix


def stand(
    budget: Budget, distribution: Distribution, outcomes: Sequence[Outcome], readings: Readings | None = None
) -> BudgetStatus:
    """How a budget stands, with ``readings`` for amounts that a repair reads otherwise than they are printed."""
    at = {outcome.total.location: outcome for outcome in outcomes if outcome.kind == BUDGET}
    lines = tuple(told for line in budget.lines for told in _nested(line, 0, distribution, at, readings))
    stated = {line.location for line in budget.walk()}
    limits = tuple(_limit(o) for o in outcomes if o.kind == BUDGET and o.total.location not in stated)
    matrix = _matrix(budget, distribution, readings)
    return BudgetStatus(budget.name, budget.path, budget.currency, lines, limits, matrix)


def _nested(
    line: BudgetLine, depth: int, distribution: Distribution, at: Mapping[Location, Outcome], readings: Readings | None
) -> list[LineStanding]:
    """The standing of a line, then those of all below it."""
    below = [_nested(child, depth + 1, distribution, at, readings) for child in line.lines]
    inner = [told for each in below for told in each]
    documents = line.below()
    shares = [
        share for share in distribution.shares if share.name in documents and share.name not in distribution.absent
    ]
    distributed = add(term.value(readings) for share in shares for term in share.control.rows) if shares else None
    complete = distribution.absent.isdisjoint(documents)
    left = subtract(line.amount.value, distributed) if distributed is not None and complete else None
    planned = add(child.amount.value for child in line.lines) if line.lines else None
    outcome = at.get(line.location)
    allowed = line.tolerance.amount.value if line.tolerance else ZERO
    reason = line.tolerance.reason if line.tolerance else ""
    status = _status(outcome, [each[0].status for each in below], complete, distributed)
    if status == TIES and planned is not None and left is not None and left < 0 and line.use != "at-least":
        # Its parts kept to it, but not their documents to them.
        slack = add(each.tolerance for told in (line, *line.walk()) if (each := at.get(told.location)) is not None)
        status = TIES_WITHIN_ROUNDING if left.copy_abs() <= slack else BROKEN
    use = "remaining" if line.remaining is not None else line.use
    mine = LineStanding(
        line.name, depth, use, line.amount.value, planned, distributed, left, status, line.location, allowed, reason,
        outcome.id if outcome is not None else None,
    )  # fmt: skip
    return [mine, *inner]


def _status(outcome: Outcome | None, below: Sequence[str], complete: bool, distributed: Decimal | None) -> str:
    """The status of a line: its equation's, unless it, or a line below it, draws on what was not given or read."""
    if outcome is not None and outcome.status == BROKEN:
        return BROKEN
    if not complete:
        return UNVERIFIABLE
    if outcome is None or distributed is None:
        return OPEN
    repaired = outcome.status == TIES and outcome.equation.relation == "equal" and TIES_AFTER_REPAIR in below
    return TIES_AFTER_REPAIR if repaired else outcome.status


def _limit(outcome: Outcome) -> LineStanding:
    total = outcome.total
    use = {"equal": "exhausted"}.get(outcome.equation.relation, outcome.equation.relation)
    return LineStanding(
        total.label, 0, use, total.value(), None, outcome.computed, outcome.difference, outcome.status, total.location,
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
