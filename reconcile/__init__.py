r"""Reconcile published distribution tables with their totals and budgets.

>>> import reconcile
>>> report = reconcile.check_text("Region Medel\nA 1 000 kr\nB 2 000 kr\nSumma 3 000 kr\n")
>>> report.ok
True
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from reconcile.core.document import Table
from reconcile.core.settings import Settings, UsageError
from reconcile.equate.tables import find_equations
from reconcile.read import read_path, read_text
from reconcile.recognise.frames import to_pandas, to_polars
from reconcile.report.report import Report
from reconcile.run.paths import find_paths
from reconcile.run.pipeline import check_documents
from reconcile.version import __version__

if TYPE_CHECKING:
    from reconcile.run.fix.loop import Fixed

__all__ = [
    "Report", "Settings", "Table", "UsageError", "__version__", "check", "check_many", "check_text", "find_equations", "fix",
    "to_pandas", "to_polars",
]  # fmt: skip


def check(*paths: str, budget: str | None = None, schema: str | None = None, settings: Settings = Settings()) -> Report:
    """Check documents by path against themselves, each other, a budget file and a table schema (a name or a file).

    Faults in the documents, one that cannot be opened among them, are findings of the report. Raises UsageError for a
    budget file or a schema that cannot be used. ``report.budget`` is how the budget stands. Without paths the budget's own
    documents are checked.
    """
    if schema is not None:
        settings = replace(settings, schema=schema)
    named = [str(path) for path in paths]
    plan = None
    if budget is not None:
        from reconcile.equate.budget.file import load_budget

        plan = load_budget(budget)
    found = named if named or plan is None else find_paths(plan.paths())[0]
    return check_documents([read_path(path, settings) for path in found], plan, settings, named)


def check_many(
    paths: Iterable[str], *, jobs: int = 1, schema: str | None = None, settings: Settings = Settings()
) -> Generator[Report, None, None]:
    """The report of each document on its own, in their order, each as soon as it is made; paths are taken as reports are.

    ``jobs`` is how many processes work (0: one for each core); in these a document that fails, hangs or ends its process
    has the finding R001, and the others go on. Raises UsageError as ``check`` does, ValueError for fewer than 0 jobs.
    """
    from reconcile.run.batch import reports
    from reconcile.run.document import CheckOptions, Input
    from reconcile.run.paths import cores

    if jobs < 0:
        raise ValueError(f"jobs is {jobs}; it must be 0 or more")
    settings = settings if schema is None else replace(settings, schema=schema)
    yield from reports((Input(str(path)) for path in paths), CheckOptions(settings), jobs or cores())


def fix(*paths: str, budget: str | None = None, settings: Settings = Settings(), unsafe: bool = False) -> Fixed:
    """What ``reconcile fix`` would write: the corrected bytes by path, what was fixed, and what is left. Writes nothing.

    Raises UsageError for a budget file that cannot be used.
    """
    from reconcile.run.fix.loop import fix_documents
    from reconcile.run.paths import read_contents

    plan = None
    if budget is not None:
        from reconcile.equate.budget.file import load_budget

        plan = load_budget(budget)
    contents, unreadable = read_contents([str(path) for path in paths], settings)
    return fix_documents(contents, plan, settings, unsafe=unsafe, unreadable=unreadable)


def check_text(text: str, format: str | None = None, name: str = "<text>", settings: Settings = Settings()) -> Report:
    """Check one document given as text. ``format`` is ``text`` or ``markdown``, or None to tell by the content.

    Raises ValueError for an unknown format.
    """
    return check_documents([read_text(name, text, settings, format)], None, settings)
