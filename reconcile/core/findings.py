"""Findings: what is wrong, where, what it should be, and how sure that is. Errors in data are values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from pathlib import PurePath
from typing import Literal, NamedTuple

from reconcile.core.location import CellRef, Location
from reconcile.core.messages import Message


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

    title: Message
    edits: tuple[Edit, ...]
    applicability: str
    proof: str
    confidence: float
    replacement: str
    value: Decimal | None = None


class Finding(NamedTuple):
    """One fault at one place.

    ``equations`` are the ids of the equations that do not tie because of it.
    """

    code: str
    severity: Severity
    message: Message
    primary: Location
    related: tuple[Location, ...] = ()
    observed: str = ""
    expected: str = ""
    fixes: tuple[Fix, ...] = ()
    equations: tuple[str, ...] = ()


class Suppressed(NamedTuple):
    """A finding that somebody asked not to be told: ``by`` is ``mark``, ``settings`` or ``baseline``, ``place`` where that is said.

    ``number`` is its place among all findings, so that they can be told in their order.
    """

    finding: Finding
    by: str
    reason: str
    place: Location
    number: int


class Remark(NamedTuple):
    """What there is to say of the check itself, such as a suppression that silences nothing, and where."""

    message: Message
    place: Location


class RuleInfo(NamedTuple):
    """A rule's stable code, its name (the fault) and its usual severity.

    ``fix`` is the best fix that a finding of the rule can carry, ``since`` the version that the rule came with.
    """

    code: str
    name: str
    severity: Severity
    fix: Literal["safe", "unsafe", "none"]
    since: str


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """What each finding is told again by, after lines and tables have moved: 32 hexadecimal digits, no two alike.

    It rests on the rule, the file's name, the sheet, the names of row and column and the text at the place; where there is
    no text, on the message. Findings that are alike in all this are numbered in their order.
    """
    # Not at start-up: only some reports have fingerprints.
    from hashlib import sha256

    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for finding in findings:
        place = finding.primary
        sheet = place.anchor.sheet if isinstance(place.anchor, CellRef) else ""
        names = (place.grid.row_label, place.grid.column_header) if place.grid else ("", "")
        key = (finding.code, PurePath(place.path).name, sheet, *names, place.text or finding.message)
        seen[key] += 1
        told = "\0".join((*key, str(seen[key])))
        found.append(sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return found
