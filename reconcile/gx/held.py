"""What suites are built from: the case with its findings, and how its amounts are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import pandas as pd
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from reconcile.check.case import Case
from reconcile.core.findings import Finding, Severity
from reconcile.core.settings import Settings
from reconcile.equate.equation import Key

SEVERITY = {
    Severity.ERROR: FailureSeverity.CRITICAL,
    Severity.WARNING: FailureSeverity.WARNING,
    Severity.NOTE: FailureSeverity.INFO,
}
AMOUNT_COLUMN = "amount"


class Suite(NamedTuple):
    """A frame, and the expectations that it is held to."""

    name: str
    frame: pd.DataFrame
    expectations: tuple[Expectation, ...]


class SuiteInput(NamedTuple):
    """The case with its findings; ``repaired`` are the values of amounts that are read otherwise than printed."""

    case: Case
    findings: Sequence[Finding]
    settings: Settings
    repaired: Mapping[Key, Decimal]
    usual: frozenset[Key]
