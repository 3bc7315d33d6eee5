"""Not a number

What it checks
    Every cell of a column of amounts holds an amount or a sign for nothing: an empty cell, a dash, dots.

Why it matters
    What cannot be read as an amount is not added up. It may be a remark, and it may be a damaged figure.

Before
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | 2023-12-21 |
    | Skara | 3 400 000 |
    | Mark | 4 100 000 |

After
    | Municipality | Grant (kr) |
    | --- | ---: |
    | Hjo | 1 200 000 |
    | Tibro | – |
    | Skara | 3 400 000 |
    | Mark | 4 100 000 |

What to do
    Look at the cells that the finding names. If they are remarks, leave them.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.messages import listed_first, quoted, say_many

INFO = RuleInfo("R107", "not-a-number", Severity.NOTE, fix="none", since="0.1.0")
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
                "{count} cell among the amounts could not be read as an amount: {shown}",
                "{count} cells among the amounts could not be read as amounts: {shown}",
                shown=shown,
            ),
            figures.table.location_of(row, col, None, figures.labels[row], figures.columns[col].header),
            tuple(figures.table.location_of(r, c, None, figures.labels[r]) for r, c in unread[1:_SHOWN]),
            observed=figures.table.rows[row][col].strip(),
        )
