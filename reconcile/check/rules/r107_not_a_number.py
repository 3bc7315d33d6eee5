"""Not a number

What it checks
    The cells of a column of amounts hold amounts, or a sign for nothing (an empty cell, a dash, dots).

Why it matters
    What cannot be read is not added up. It may be a remark, and it may be a figure gone wrong.

Example:
    ``2023-12-21`` or ``see note`` in a column of amounts.

What to do
    Look at the cells that are named. If they are remarks, nothing needs to be done.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import listed_first, quoted, say_many

INFO = RuleInfo("R107", "not-a-number", Severity.NOTE)
_SHOWN = 3


def check(case: Case) -> Iterator[Finding]:
    """Cells of amount columns that hold something else, counted once a table."""
    for _, figures in case.figures():
        # What could not be told apart is no fault in writing; R003 speaks of it.
        unread = sorted(figures.unread - figures.table.undecided)
        if not unread:
            continue
        row, col = unread[0]
        texts = [figures.table.rows[r][c].strip()[:40] for r, c in unread]
        shown = listed_first(list(dict.fromkeys(map(quoted, texts[:_SHOWN]))), len(texts) - _SHOWN)
        yield Finding(
            INFO.code,
            INFO.severity,
            say_many(
                len(texts),
                "{count} cell among the amounts could not be read as one: {shown}",
                "{count} cells among the amounts could not be read as one: {shown}",
                shown=shown,
            ),
            figures.table.location_of(row, col, None, figures.labels[row], figures.columns[col].header),
            tuple(figures.table.location_of(r, c, None, figures.labels[r]) for r, c in unread[1:_SHOWN]),
            observed=figures.table.rows[row][col].strip(),
        )
