"""How far a run has come, as a bar on the terminal: documents, findings, documents a second, time left."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Fewer documents are done before anybody looks.
_FEWEST = 20


def _nothing(findings: int = 0) -> None:
    """Show nothing."""


@contextmanager
def progress_bar(total: int, wanted: bool) -> Iterator[Callable[[int], None]]:
    """What is to be called for each document with the number of its findings; a bar only where a person looks at standard error."""
    if not wanted or total < _FEWEST or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield _nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(), MofNCompleteColumn(), TextColumn("documents"), TextColumn("{task.fields[findings]:,} findings"),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
    )  # fmt: skip
    # Standard output carries the report, which is none of the bar's.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("", total=total, findings=0, rate="")
        found = 0

        def advance(findings: int = 0) -> None:
            nonlocal found
            found += findings
            speed = bar.tasks[0].speed
            bar.update(task, advance=1, findings=found, rate=f"{speed:,.0f}/s" if speed else "")

        yield advance
