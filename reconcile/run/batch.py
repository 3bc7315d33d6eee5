"""A run over documents: together, or each on its own; in one process or several; with what an earlier run has done."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from reconcile.core.findings import Severity
from reconcile.core.limits import Lost, attempt
from reconcile.core.messages import in_language, say_many
from reconcile.core.settings import Settings, UsageError
from reconcile.read import read_file
from reconcile.report import BINARY, write_bytes, write_pieces
from reconcile.report.coverage import is_under
from reconcile.report.phrases import under_told
from reconcile.report.report import Report
from reconcile.run.cache import key_of, load, save
from reconcile.run.document import (
    CheckOptions,
    DocumentResult,
    Input,
    digest_of,
    equated_of,
    is_sure,
    kept_piece,
    lost_document,
    piece_of,
    report_of,
    seconds_for,
    told,
)
from reconcile.run.outputs import open_binary, open_text, unbroken, write_binary, write_text
from reconcile.run.pipeline import EquatedDocuments, check_alone, equate_document, join, report_on, state_equated
from reconcile.run.progress import progress_bar

if TYPE_CHECKING:
    from reconcile.equate.budget.file import Budget

_R = TypeVar("_R")
R_co = TypeVar("R_co", covariant=True)

# The formats that are written document by document; of the others a run holds all that it writes.
STREAMED = ("terminal", "jsonl", "parquet")


class _Work(Protocol[R_co]):
    def __call__(self, source: Input, manner: CheckOptions) -> R_co: ...


class RunOptions(NamedTuple):
    """How many processes there are, where the report goes, whether progress is shown.

    ``baseline`` holds findings that are known, ``write_baseline`` is where they are written as known. ``passed_over`` counts, by
    suffix, the files in folders that are no documents.
    """

    jobs: int = 1
    output: str | None = None
    progress: bool = False
    baseline: str | None = None
    write_baseline: str | None = None
    passed_over: tuple[tuple[str, int], ...] = ()


class StoppedError(Exception):
    """Ctrl-C: how many of how many documents were done."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__(done, total)
        self.done, self.total = done, total


def check_together(sources: Sequence[Input], plan: Budget | None, manner: CheckOptions, run: RunOptions) -> bool:
    """Check documents against themselves, each other and a budget, and write the report. Says whether it is ok."""
    cache, digests, key = manner.cache, dict[str, str](), ""
    if run.baseline is not None or run.write_baseline is not None:
        report = _held_against(partial(_report_together, sources, plan, manner, run), run)
        _write_report(report, manner, run)
        _say_share(report.counts(), manner.settings)
        return report.ok
    if cache is not None:
        digests = {source.path: digest_of(source, manner.settings) for source in sources}
        budget = b"" if plan is None else read_file(plan.path, manner.settings)
        key = key_of(cache, budget if isinstance(budget, bytes) else b"", *chain.from_iterable(digests.items()))
        found = load(cache, key)
        if found is not None:
            _write_body(found[1], manner, run)
            _say_share(found[0], manner.settings)
            return bool(found[0]["ok"])
    report = _report_together(sources, plan, manner, run)
    counts = {key: value for key, value in report.counts().items() if key in ("amounts", "amounts_checked")}
    if cache is None:
        _write_report(report, manner, run)
        _say_share(counts, manner.settings)
        return report.ok
    body = _body(report, manner)
    # A document that was changed meanwhile is not what the key says.
    if is_sure(report) and all(digests.get(each.document.path, "") == each.document.sha256 for each in report.readings):
        save(cache, key, {"ok": report.ok, **counts}, body)
    _write_body(body, manner, run)
    _say_share(counts, manner.settings)
    return report.ok


def check_each(sources: Sequence[Input], manner: CheckOptions, run: RunOptions) -> bool:
    """Check documents each on its own, and write each when it and those before it are done. Says whether all are ok."""
    if manner.format not in STREAMED:
        return _check_each_whole(sources, manner, run)
    total: Counter[str] = Counter()
    known = None if manner.cache is None else partial(kept_piece, manner=manner)
    with _sink(manner, run) as write:

        def put(source: Input, result: DocumentResult | Lost) -> int:
            piece = result if not isinstance(result, Lost) else told(_lost(source, result, manner), manner)
            write(piece.text)
            total.update(piece.summary, failing=not piece.ok, held=piece.held)
            return sum(piece.summary[f"{severity.value}s"] for severity in Severity)

        with closing(_pairs(piece_of, sources, manner, run.jobs, known)) as pairs:
            _go_through(pairs, put, len(sources), run)
        if manner.format == "terminal":
            from reconcile.report.formats.terminal import verdict

            enough = not is_under(total["amounts_checked"], total["amounts"], manner.settings.fail_under)
            write(
                verdict(
                    total,
                    enough and not total["failing"],
                    manner.width,
                    manner.colour,
                    manner.detail,
                    manner.settings.lang,
                )
            )
    if manner.settings.schema is not None and total["tables"] and not total["held"]:
        raise UsageError(f"{manner.settings.schema}: the schema recognises no table of any of the documents")
    return _say_share(total, manner.settings) and not total["failing"]


def _say_share(counts: Mapping[str, int], settings: Settings) -> bool:
    """Whether as large a share of the amounts is checked as is asked for; where it is not, that is said."""
    checked, amounts, least = counts["amounts_checked"], counts["amounts"], settings.fail_under
    if not is_under(checked, amounts, least):
        return True
    sys.stderr.write(f"reconcile: {in_language(under_told(checked, amounts, least), settings.lang)}\n")
    return False


def _check_each_whole(sources: Sequence[Input], manner: CheckOptions, run: RunOptions) -> bool:
    """The same in a format that is one whole: then all reports are held."""
    found: list[Report] = []

    def put(source: Input, result: Report | Lost) -> int:
        found.append(_or_lost(source, result, manner))
        return len(found[-1].findings)

    with closing(_pairs(report_of, sources, manner, run.jobs)) as pairs:
        _go_through(pairs, put, len(sources), run)
    # A list of files may be empty.
    report = Report.join(found) if found else report_on(state_equated(join([])), manner.settings)
    _write_report(report, manner, run)
    _say_share(report.counts(), manner.settings)
    return report.ok


def reports(sources: Iterable[Input], manner: CheckOptions, jobs: int) -> Generator[Report, None, None]:
    """The reports of documents each on its own, in their order, one by one."""
    with closing(_pairs(report_of, sources, manner, jobs)) as pairs:
        for source, report in pairs:
            yield _or_lost(source, report, manner)


def _report_together(sources: Sequence[Input], plan: Budget | None, manner: CheckOptions, run: RunOptions) -> Report:
    parts: list[EquatedDocuments] = []
    started = perf_counter()

    def put(source: Input, result: EquatedDocuments | Lost) -> int:
        if isinstance(result, Lost):
            result = equate_document(lost_document(source, result.reason, manner.settings), manner.settings)
        parts.append(result)
        return 0

    with closing(_pairs(equated_of, sources, manner, run.jobs)) as pairs:
        _go_through(pairs, put, len(sources), run)
    report = report_on(state_equated(join(parts), plan, manner.settings, manner.named), manner.settings)
    return replace(report, seconds=perf_counter() - started, passed_over=run.passed_over)


def _held_against(check: Callable[[], Report], run: RunOptions) -> Report:
    """The report without what is known from before; what is written as known is known from then on."""
    from reconcile.run.baseline import hold_against, list_entries, load_baseline, write_entries

    # A baseline that cannot be used is misuse, and said before the work is done.
    known = [] if run.baseline is None else load_baseline(run.baseline)
    report = check()
    if run.baseline is not None:
        report = hold_against(report, known, run.baseline)
    if run.write_baseline is not None:
        entries = list_entries(report)
        write_text(write_entries(entries), run.write_baseline)
        told = say_many(len(entries), "wrote {file}: {count} known finding", "wrote {file}: {count} known findings",
                        file=run.write_baseline)  # fmt: skip
        sys.stderr.write(f"reconcile: {in_language(told, report.settings.lang)}\n")
        report = hold_against(report, entries, run.write_baseline)
    return report


def _pairs(
    work: _Work[_R],
    sources: Iterable[Input],
    manner: CheckOptions,
    jobs: int,
    known: Callable[[Input], _R | None] | None = None,
) -> Generator[tuple[Input, _R | Lost], None, None]:
    """Each source with what was worked out for it, in order."""
    mine = partial(work, manner=manner)
    if jobs == 1:
        for source in sources:
            yield source, attempt(mine, source)
        return
    # What starts processes is not loaded by a plain check.
    from reconcile.run.workers import work_through

    with closing(work_through(mine, sources, jobs, seconds_for(manner.settings), known or _unknown)) as done:
        yield from done


def _unknown(source: Input) -> None:
    """Of no document anything is known before."""


def _go_through(
    pairs: Iterable[tuple[Input, _R | Lost]],
    put: Callable[[Input, _R | Lost], int],
    total: int,
    run: RunOptions,
) -> None:
    """Put each result away, and show how far that has come; ``put`` gives the number of findings.

    Raises StoppedError at Ctrl-C, and never while a result is put away.
    """
    done = 0
    with progress_bar(total, run.progress) as advance:
        try:
            for source, result in pairs:
                with unbroken():
                    findings = put(source, result)
                    done += 1
                advance(findings)
        except KeyboardInterrupt:
            raise StoppedError(done, total) from None


def _or_lost(source: Input, result: Report | Lost, manner: CheckOptions) -> Report:
    return _lost(source, result, manner) if isinstance(result, Lost) else result


def _lost(source: Input, lost: Lost, manner: CheckOptions) -> Report:
    return check_alone(lost_document(source, lost.reason, manner.settings), manner.settings, manner.named)


@contextmanager
def _sink(manner: CheckOptions, run: RunOptions) -> Iterator[Callable[[str], None]]:
    """What writes a piece: each at once, so that what is done stands even if the run is stopped."""
    if manner.format == "parquet":
        from reconcile.report.formats.parquet import Rows

        with open_binary(run.output or "") as binary, Rows(binary) as rows:
            yield rows.add_text
        return
    with open_text(run.output, _encoding(manner)) as file:

        def write(text: str) -> None:
            file.write(text)
            file.flush()

        yield write


def _encoding(manner: CheckOptions) -> str | None:
    # What programs read is UTF-8 wherever it goes; what people read is as their terminal has it.
    return None if manner.format == "terminal" else "utf-8"


def _write_report(report: Report, manner: CheckOptions, run: RunOptions) -> None:
    if run.output is not None and manner.format in BINARY:
        write_binary(write_bytes(report, manner.format), run.output)
    else:
        write_text(
            write_pieces(report, manner.format, manner.width, manner.colour, manner.detail, manner.cells),
            run.output,
            _encoding(manner),
        )


def _body(report: Report, manner: CheckOptions) -> bytes:
    if manner.format in BINARY:
        return b"".join(write_bytes(report, manner.format))
    text = "".join(write_pieces(report, manner.format, manner.width, manner.colour, manner.detail, manner.cells))
    return text.encode("utf-8", "surrogatepass")


def _write_body(body: bytes, manner: CheckOptions, run: RunOptions) -> None:
    if run.output is not None and manner.format in BINARY:
        write_binary([body], run.output)
    else:
        write_text([body.decode("utf-8", "surrogatepass")], run.output, _encoding(manner))
