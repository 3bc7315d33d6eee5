"""Data Docs: the pages that Great Expectations writes, made to be read without a network.

Its pages load styles, icons and scripts from five hosts. Here they bear a style of their own and no scripts; the index, which
its scripts would draw, is written as plain HTML. Sorting, filters and folding are gone; all that was worked out is there.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import great_expectations as gx
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.metadata_types import FailureSeverity

from reconcile.core.document import Document
from reconcile.core.findings import Severity
from reconcile.core.settings import Settings, UsageError
from reconcile.gx.base import SEVERITIES
from reconcile.gx.suites import Suite, build_suites
from reconcile.report.phrases import silenced
from reconcile.run.pipeline import check_documents

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


def write_data_docs(
    context: EphemeralDataContext, suites: Sequence[Suite], verdicts: Sequence[Verdict], folder: str
) -> Path:
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
        index.write_text(_index(root, suites, verdicts), encoding="utf-8")
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


def _index(root: Path, suites: Sequence[Suite], verdicts: Sequence[Verdict]) -> str:
    rows = []
    for suite in suites:
        mine = [verdict for verdict in verdicts if verdict.suite == suite.name]
        failed = [verdict for verdict in mine if not verdict.success]
        page = max((root / "validations" / suite.name).rglob("*.html"), default=None)
        name = escape(suite.name)
        link = f'<a href="{quote(page.relative_to(root).as_posix())}">{name}</a>' if page else name
        rules = sorted({fault["rule"] for verdict in failed for fault in verdict.unexpected})
        status = f'<span class="failed">{len(failed)} failed</span> {", ".join(rules)}' if failed else "all hold"
        status += "".join(f"<br>suppressed: {escape(told)}" for told in suite.suppressed)
        rows.append(f"<tr><td>{link}</td><td>{len(mine)}</td><td>{status}</td></tr>")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"{_MARK}<title>Data Docs</title><style>{_STYLE}</style></head><body><h1>Data Docs</h1>\n"
        "<table><thead><tr><th>Suite</th><th>Expectations</th><th>Result</th></tr></thead><tbody>\n"
        + "\n".join(rows)
        + "\n</tbody></table></body></html>\n"
    )


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
    """Run a checkpoint for each suite, and say what became of every expectation."""
    # One asset for all frames: the context writes its whole configuration anew for each.
    asset = context.data_sources.add_pandas("reconcile").add_dataframe_asset("frames")
    batches = asset.add_batch_definition_whole_dataframe("whole")
    return [verdict for suite in suites for verdict in _run(context, batches, suite)]


def _run(context: EphemeralDataContext, batches: Any, suite: Suite) -> Iterator[Verdict]:
    meta = {"suppressed": list(suite.suppressed)} if suite.suppressed else None
    held = context.suites.add(gx.ExpectationSuite(suite.name, list(suite.expectations), meta=meta))
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
                _unexpected(each),
                each.result,
            )


def _unexpected(result: Any) -> list[Mapping[str, str]]:
    """What was unexpected, as our expectations tell it."""
    if result.success:
        return []
    if result.exception_info and result.exception_info.get("raised_exception"):
        return [{"rule": "", "printed": "", "place": "", "reason": str(result.exception_info["exception_message"])}]
    return list(result.result["unexpected_list"])


def passes(verdicts: Sequence[Verdict], fail_on: str) -> bool:
    """Whether no expectation failed whose severity is ``fail_on`` (``error``, ``warning``, ``note`` or ``never``) or above."""
    if fail_on == "never":
        return True
    least = Severity(fail_on).rank
    return all(verdict.success or SEVERITIES[verdict.severity].rank < least for verdict in verdicts)


def run(
    documents: Sequence[Document], budget: Budget | None, settings: Settings, folder: str, named: Collection[str] = ()
) -> tuple[str, bool]:
    """Run a checkpoint on documents and write its Data Docs to ``folder``. Returns what to tell, and whether all is well.

    ``named`` are the paths that were given one by one. Raises UsageError for a folder that cannot be written or holds
    something else.
    """
    check_folder(folder)
    report = check_documents(documents, budget, settings, named)
    context, suites = open_context(), build_suites(report)
    verdicts = run_suites(context, suites)
    index = write_data_docs(context, suites, verdicts, folder)
    told = [*_told(verdicts), f"{_summary(suites, verdicts)}; Data Docs: {index}"]
    return "\n".join(told) + "\n", passes(verdicts, settings.fail_on)


def _told(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        if not verdict.success:
            yield f"{verdict.severity.value} {verdict.expectation} in {verdict.suite}"
            for fault in verdict.unexpected:
                where = f" at {fault['place']}" if fault["place"] else ""
                printed = f" “{fault['printed']}”" if fault["printed"] else ""
                yield f"  {fault['rule']}{printed}{where}: {fault['reason']}"


def _summary(suites: Sequence[Suite], verdicts: Sequence[Verdict]) -> str:
    held, silent = sum(verdict.success for verdict in verdicts), sum(len(suite.suppressed) for suite in suites)
    where = "1 suite" if len(suites) == 1 else f"{len(suites)} suites"
    told = f"{held} of {len(verdicts)} expectations hold in {where}"
    return f"{told}; {silenced(silent)}" if silent else told
