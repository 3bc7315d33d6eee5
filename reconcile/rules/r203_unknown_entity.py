"""Unknown entity

What it checks
    In a table recognised as a registry's, each row names an entity that the registry knows.

Why it matters
    A name misspelt is not found by whoever searches or joins by it; a name that does not exist is a wrong row.

Example
    ``Region Gävelborg`` among the Swedish regions.

What to do
    Correct the spelling as proposed. If the name is right, add it to the registry's file in ``schemas/registries``.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.casefile import Case
from reconcile.findings import Edit, Finding, Fix, RuleInfo, Severity
from reconcile.locales import is_total_label
from reconcile.schemas import Names

INFO = RuleInfo("R203", "unknown-entity", Severity.WARNING)
# Shorter names resemble each other by chance, where few of a registry's are there.
_LONG = 6


def check(case: Case) -> Iterator[Finding]:
    """Names that the registry does not know: warnings where they are near one it does, or speak of its kind."""
    for _, figures in case.figures():
        names = case.names.get((figures.table.path, figures.table.index))
        if names is None:
            continue
        for row in names.strangers:
            label = figures.labels[row]
            if is_total_label(label) or names.registry.is_beside(label):
                continue
            near = names.nearest(label) if names.complete or len(label) >= _LONG else None
            column = next((c.index for c in figures.columns if figures.table.rows[row][c.index].strip() == label), 0)
            location = figures.table.location_of(row, column, None, label, figures.columns[column].header)
            stranger = f"“{label}” is none of {names.registry.title}"
            # An entity that has a row already is not the one that is meant.
            if near is None or near.entry not in names.absent:
                generic = names.registry.is_generic(label)
                if not generic and not _is_recipient(names, row, row in figures.leaves):
                    continue
                severity = INFO.severity if generic else Severity.NOTE
                yield Finding(INFO.code, severity, stranger, location, observed=label)
                continue
            name = near.entry.name
            edit = Edit(location, location.text, name)
            fix = Fix(f"write {name}", (edit,), "unsafe", "writing", round(near.score / 100, 3), name)
            message = f"{stranger}; did you mean {name}?"
            yield Finding(INFO.code, INFO.severity, message, location, (), label, name, (fix,))


def _is_recipient(names: Names, row: int, leaf: bool) -> bool:
    """Whether a row of another name stands among the entities of a full list, with a figure: not a heading above them."""
    return leaf and names.complete and row > min(names.matches)
