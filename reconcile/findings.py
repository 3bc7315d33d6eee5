"""Findings: what is wrong, where, what it should be, and how sure that is. Errors in data are values."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from reconcile.location import Location


class Severity(StrEnum):
    """How bad; the words are SARIF's."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """2 for errors, 1 for warnings, 0 for notes."""
        return {"error": 2, "warning": 1, "note": 0}[self.value]


class Edit(NamedTuple):
    """Replace ``old`` by ``new`` at a location."""

    location: Location
    old: str
    new: str


class Fix(NamedTuple):
    """A correction with what proves it.

    ``applicability`` is ``safe`` or ``unsafe``; ``proof`` is ``sum``, ``budget``, ``writing`` or ``ambiguous``.
    A fix is safe only when it is the unique cheapest explanation and something independent proves it.
    """

    title: str
    edits: tuple[Edit, ...]
    applicability: str
    proof: str
    confidence: float
    replacement: str
    value: Decimal | None = None


class Finding(NamedTuple):
    """One fault at one place."""

    code: str
    severity: Severity
    message: str
    primary: Location
    related: tuple[Location, ...] = ()
    observed: str = ""
    expected: str = ""
    fixes: tuple[Fix, ...] = ()


class RuleInfo(NamedTuple):
    """A rule's stable code, its name (the fault) and its usual severity."""

    code: str
    name: str
    severity: Severity
