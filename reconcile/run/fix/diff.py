"""Differences between a document and its correction, as a unified diff, which ``patch`` can carry out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from reconcile.core.controls import quoted_name

_AROUND = 3


def diff_text(path: str, old: str, new: str) -> str:
    """The unified diff of two texts; '' where they are the same."""
    before, after = _lines(old), _lines(new)
    if len(before) == len(after):
        hunks = _hunks(before, after)
    else:
        hunks = iter(list(difflib.unified_diff(before, after, n=_AROUND))[2:])
    lines = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in hunks]
    name = quoted_name(path)
    return "".join([f"--- {name}\n", f"+++ {name}\n", *lines]) if lines else ""


def _lines(text: str) -> list[str]:
    """Lines that only line feeds end, as ``patch`` cuts them."""
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *lines[-1:]] if lines[-1] else [f"{line}\n" for line in lines[:-1]]


def _hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Hunks of texts with as many lines, compared line by line, which takes no longer than reading them."""
    changed = [i for i, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    groups: list[list[int]] = []
    for i in changed:
        if groups and i - groups[-1][-1] <= 2 * _AROUND:
            groups[-1].append(i)
        else:
            groups.append([i])
    for group in groups:
        first, end = max(0, group[0] - _AROUND), min(len(before), group[-1] + _AROUND + 1)
        size = f"{first + 1},{end - first}" if end - first > 1 else f"{first + 1}"
        yield f"@@ -{size} +{size} @@\n"
        at = first
        while at < end:
            run = at
            while run < end and before[run] != after[run]:
                run += 1
            yield from (f"-{line}" for line in before[at:run])
            yield from (f"+{line}" for line in after[at:run])
            at = run
            if at < end:
                yield f" {before[at]}"
                at += 1
