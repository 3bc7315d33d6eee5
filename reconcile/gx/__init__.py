"""Expectations for Great Expectations: exact sums, writing, registries and budgets (extra ``gx``).

>>> from reconcile.gx import ExpectColumnSumToEqualStatedTotal
>>> ExpectColumnSumToEqualStatedTotal(column="Totalt", stated_total="1 874 253 165").expectation_type
'expect_column_sum_to_equal_stated_total'

Great Expectations takes seconds to load and is loaded with this package, which nothing else in ``reconcile`` imports.
"""

from __future__ import annotations

from reconcile.gx.expectations import (
    ExpectAmountsToBeWrittenRegularly,
    ExpectAmountsToStandAlone,
    ExpectColumnSumToEqualStatedTotal,
    ExpectDocumentsToExhaustBudget,
    ExpectNothingToReport,
    ExpectRowsToAddUp,
    ExpectSharesToHold,
)
from reconcile.gx.names import (
    ExpectLabelsToBeInRegistry,
    ExpectLabelsToCompleteRegistry,
    ExpectLabelsToRecurNowhere,
    ExpectTableToFollowSchema,
)

__all__ = [
    "ExpectAmountsToBeWrittenRegularly",
    "ExpectAmountsToStandAlone",
    "ExpectColumnSumToEqualStatedTotal",
    "ExpectDocumentsToExhaustBudget",
    "ExpectLabelsToBeInRegistry",
    "ExpectLabelsToCompleteRegistry",
    "ExpectLabelsToRecurNowhere",
    "ExpectNothingToReport",
    "ExpectRowsToAddUp",
    "ExpectSharesToHold",
    "ExpectTableToFollowSchema",
]
