"""The straight line of the command: documents to a case, a case to suites, suites to verdicts, verdicts to pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.core.document import Document
from reconcile.core.settings import Settings
from reconcile.gx.checkpoints import Verdict, open_context, passes, run_suites
from reconcile.gx.run import check_folder, write_data_docs
from reconcile.gx.suites import build_suites
from reconcile.run.pipeline import report_on, state_case

if TYPE_CHECKING:
    from reconcile.equate.budget.file import Budget


def run(documents: Sequence[Document], budget: Budget | None, settings: Settings, folder: str) -> tuple[str, bool]:
    """Run a checkpoint on documents and write its Data Docs to ``folder``. Returns what to tell, and whether all is well.

    Raises UsageError for a folder that cannot be written or holds something else.
    """
    check_folder(folder)
    case = state_case(documents, budget, settings)
    context = open_context()
    report = report_on(case, settings)
    # Expectations know no suppressions: what is carried over from the check must not know them either.
    report = replace(report, findings=tuple(finding for finding, _ in report.found()), suppressed=())
    verdicts = run_suites(context, build_suites(case, report, settings))
    index = write_data_docs(context, verdicts, folder)
    return "\n".join(_told(verdicts, index)) + "\n", passes(verdicts, settings.fail_on)


def _told(verdicts: Sequence[Verdict], index: Path) -> Iterator[str]:
    for verdict in verdicts:
        if not verdict.success:
            yield f"{verdict.severity.value} {verdict.expectation} in {verdict.suite}"
            for fault in verdict.unexpected:
                where = f" at {fault['place']}" if fault["place"] else ""
                printed = f" “{fault['printed']}”" if fault["printed"] else ""
                yield f"  {fault['rule']}{printed}{where}: {fault['reason']}"
    failed = sum(not verdict.success for verdict in verdicts)
    suites = len({verdict.suite for verdict in verdicts})
    yield f"{len(verdicts) - failed} of {len(verdicts)} expectations hold in {suites} suites; Data Docs: {index}"
