"""Checkpoints: run suites in a context that leaves nothing behind, without network and without progress bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import great_expectations as gx
import pandas as pd
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.metadata_types import FailureSeverity

from reconcile.core.findings import Severity
from reconcile.gx.held import SEVERITY, Suite

_RANKS = {level: severity.rank for severity, level in SEVERITY.items()}


class Verdict(NamedTuple):
    """What became of one expectation: its suite, its type and arguments, its severity, and what was unexpected."""

    suite: str
    expectation: str
    given: Mapping[str, Any]
    severity: FailureSeverity
    success: bool
    unexpected: Sequence[Mapping[str, str]]
    result: Mapping[str, Any]


def open_context() -> EphemeralDataContext:
    """A context in memory."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context


def run_suites(context: EphemeralDataContext, suites: Sequence[Suite]) -> list[Verdict]:
    """Run a checkpoint for each suite that expects something, and say what became of every expectation."""
    # One asset for all frames: the context writes its whole configuration anew for each.
    asset = context.data_sources.add_pandas("reconcile").add_dataframe_asset("frames")
    batches = asset.add_batch_definition_whole_dataframe("whole")
    return [verdict for suite in suites if suite.expectations for verdict in _run(context, batches, suite)]


def _run(context: EphemeralDataContext, batches: Any, suite: Suite) -> Iterator[Verdict]:
    held = context.suites.add(gx.ExpectationSuite(name=suite.name, expectations=list(suite.expectations)))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=suite.name, data=batches, suite=held))
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name=suite.name, validation_definitions=[definition], result_format="COMPLETE")
    )
    run = RunIdentifier(run_name="reconcile")
    outcome = checkpoint.run(batch_parameters={"dataframe": suite.frame}, run_id=run)
    for described in outcome.run_results.values():
        for each in described.results:
            configuration: Any = each.expectation_config
            yield Verdict(
                suite.name,
                configuration.type,
                dict(configuration.kwargs),
                FailureSeverity(configuration.severity),
                bool(each.success),
                _unexpected(each, suite.frame),
                each.result,
            )


def _unexpected(result: Any, frame: pd.DataFrame) -> list[Mapping[str, str]]:
    """What was unexpected, as our expectations tell it; for the one that is not ours, the documents that are missing."""
    if result.success:
        return []
    if result.exception_info and result.exception_info.get("raised_exception"):
        return [{"rule": "", "printed": "", "place": "", "reason": str(result.exception_info["exception_message"])}]
    found = result.result.get("unexpected_list")
    if found is not None:
        return list(found)
    given = result.expectation_config.kwargs
    there = set(frame[given["column"]])
    return [
        {"rule": "R404", "printed": name, "place": "", "reason": f"“{name}” is not among the documents"}
        for name in given["value_set"]
        if name not in there
    ]


def passes(verdicts: Sequence[Verdict], fail_on: str) -> bool:
    """Whether no expectation failed whose severity is ``fail_on`` (``error``, ``warning`` or ``never``) or above."""
    if fail_on == "never":
        return True
    least = Severity(fail_on).rank
    return all(verdict.success or _RANKS[verdict.severity] < least for verdict in verdicts)
