"""The case: everything known about the documents checked, which rules look at and repair completes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from reconcile.equate.equation import Key, Outcome
from reconcile.equate.siblings import Siblings
from reconcile.recognise.entities import EntityMatches
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable
from reconcile.repair.results import Repair, Solution

if TYPE_CHECKING:
    from reconcile.check.schema.validate import SchemaResults
    from reconcile.equate.budget.columns import Share
    from reconcile.equate.budget.equations import Distribution, Gap
    from reconcile.equate.budget.file import Budget


@dataclass(frozen=True, slots=True)
class Case:
    """Documents as recognised, names by (path, table), equations with their outcomes, repairs by amount, and the budget.

    ``solutions`` are those of the equations that are broken as printed, by their ids, ``siblings`` tables of
    different documents that list the same entities.
    ``found`` maps the documents that the budget names to the paths they were found at; ``gaps`` are those of its lines
    that cannot be verified, ``shares`` the columns that its documents draw with, ``distribution`` all that was found of the budget;
    ``changed`` is the value of each amount that a repair reads otherwise than it is printed. ``held`` are the documents held
    to a schema, ``named`` the paths that were given one by one.
    """

    readings: tuple[RecognisedDocument, ...]
    names: Mapping[tuple[str, int], EntityMatches] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    repairs: Mapping[Key, Repair] = field(default_factory=dict)
    budget: Budget | None = None
    found: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()
    shares: Sequence[Share] = ()
    changed: Mapping[Key, Decimal] = field(default_factory=dict)
    distribution: Distribution | None = None
    held: SchemaResults | None = None
    named: Collection[str] = ()
    solutions: Mapping[str, Solution] = field(default_factory=dict)
    siblings: Sequence[Siblings] = ()

    def figures(self) -> Iterator[tuple[RecognisedDocument, RecognisedTable]]:
        """Every recognised table with the document it stands in."""
        for reading in self.readings:
            for figures in reading.tables:
                yield reading, figures
