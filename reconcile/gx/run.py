"""Data Docs: the pages that Great Expectations writes, made to be read without a network.

Its pages load styles, icons and scripts from five hosts. Here they bear a style of their own and no scripts; the index, which
its scripts would draw, is written as plain HTML. Sorting, filters and folding are gone; all that was worked out is there.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import great_expectations as gx
import pandas as pd
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.metadata_types import FailureSeverity

from reconcile.core.document import Document
from reconcile.core.findings import Severity
from reconcile.core.settings import Settings, UsageError
from reconcile.gx.held import SEVERITY, Suite
from reconcile.gx.suites import build_suites
from reconcile.run.pipeline import report_on, state_case

if TYPE_CHECKING:
    from reconcile.equate.budget.file import Budget

_MARK = '<meta name="generator" content="reconcile gx">'
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
_REMOTE = re.compile(r"<(?:link|img)\b[^>]*?(?:href|src)\s*=\s*\"https?:[^>]*>", re.DOTALL | re.IGNORECASE)
_PICTURE = re.compile(r"url\(\s*['\"]?https?:[^)]*\)", re.IGNORECASE)
_FOOTER = re.compile(r"<footer\b.*?</footer>", re.DOTALL | re.IGNORECASE)
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 75rem; padding: 0 1rem; color: #1c1c1c }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 } td, th { border: 1px solid #ccc; padding: .3rem .5rem;
text-align: left; vertical-align: top; overflow-wrap: anywhere } ul { padding-left: 1.2rem } .nav { list-style: none }
.alert { background: #f1f1f1; padding: .5rem .8rem } .text-danger { color: #a40000 } .text-success { color: #1a6b1a }
.fa-times::before { content: "\\2717" } .fa-check-circle::before { content: "\\2713" }
.fa-exclamation-triangle::before { content: "\\26a0" } .text-warning { color: #8a5a00 }
th { overflow-wrap: normal } td table td:first-child { white-space: nowrap } [data-toggle=collapse] { display: none }
.card:has(.btn-group), .modal, button { display: none } nav[style] { height: auto !important }
.show-scrollbars { overflow: visible !important } .failed { color: #a40000 } .sticky, .sticky-top { position: static }
"""


def write_data_docs(context: EphemeralDataContext, verdicts: Sequence[Verdict], folder: str) -> Path:
    """Write the pages of all suites that were run, and return the path of their index.

    Raises UsageError for a folder that holds something else, which would be lost, or that cannot be written.
    """
    root = check_folder(folder)
    try:
        root.mkdir(parents=True, exist_ok=True)
        for earlier in ("expectations", "validations", "static"):
            shutil.rmtree(root / earlier, ignore_errors=True)
        site = {
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(root.resolve())},
        }
        context.add_data_docs_site(site_name="reconcile", site_config=site)  # type: ignore[arg-type]
        context.build_data_docs(site_names=["reconcile"])
        for path in root.rglob("*.html"):
            path.write_text(stand_alone(path.read_text(encoding="utf-8")), encoding="utf-8")
        index = root / "index.html"
        index.write_text(_index(root, verdicts), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return index


def check_folder(folder: str) -> Path:
    """The folder of the pages. Raises UsageError where it holds anything but pages written before."""
    root = Path(folder)
    try:
        if root.is_dir() and any(root.iterdir()):
            index = root / "index.html"
            if not index.is_file() or _MARK not in index.read_text(encoding="utf-8", errors="replace")[:1000]:
                raise UsageError(f"{folder}: the folder is not empty, and holds no Data Docs of an earlier run")
        elif root.exists() and not root.is_dir():
            raise UsageError(f"{folder}: is not a folder")
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return root


def stand_alone(page: str) -> str:
    """A page without scripts and without anything that would be fetched, in a style of its own."""
    for pattern in (_SCRIPT, _REMOTE, _FOOTER):
        page = pattern.sub("", page)
    page = _PICTURE.sub("none", page)
    return page.replace("</head>", f"{_MARK}<style>{_STYLE}</style></head>", 1)


def _index(root: Path, verdicts: Sequence[Verdict]) -> str:
    rows = []
    for suite in dict.fromkeys(verdict.suite for verdict in verdicts):
        mine = [verdict for verdict in verdicts if verdict.suite == suite]
        failed = [verdict for verdict in mine if not verdict.success]
        page = max((root / "validations" / suite).rglob("*.html"), default=None)
        name = escape(suite)
        link = f'<a href="{quote(page.relative_to(root).as_posix())}">{name}</a>' if page else name
        rules = sorted({fault["rule"] for verdict in failed for fault in verdict.unexpected})
        status = f'<span class="failed">{len(failed)} failed</span> {", ".join(rules)}' if failed else "all hold"
        rows.append(f"<tr><td>{link}</td><td>{len(mine)}</td><td>{status}</td></tr>")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"{_MARK}<title>Data Docs</title><style>{_STYLE}</style></head><body><h1>Data Docs</h1>\n"
        "<table><thead><tr><th>Suite</th><th>Expectations</th><th>Result</th></tr></thead><tbody>\n"
        + "\n".join(rows)
        + "\n</tbody></table></body></html>\n"
    )


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
