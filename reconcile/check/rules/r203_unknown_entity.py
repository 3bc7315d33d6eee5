"""Unknown entity

What it checks
    In a table whose rows match a registry, every row names an entity of that registry. Totals, the whole country,
    and counties above their municipalities may stand among them. One or two other names give a note. More than two
    give nothing, because such a table lists more than the registry.

Why it matters
    Nobody finds a misspelt name who searches or joins by the right one. A name that does not exist is a wrong row.

Before
    | Region | Grant (kr) |
    | --- | ---: |
    | Region Nordjylland | 1 200 000 |
    | Region Midtjylland | 2 300 000 |
    | Region Syddanmark | 3 400 000 |
    | Region Hovedstaden | 4 100 000 |
    | Region Sjæland | 1 900 000 |

After
    | Region | Grant (kr) |
    | --- | ---: |
    | Region Nordjylland | 1 200 000 |
    | Region Midtjylland | 2 300 000 |
    | Region Syddanmark | 3 400 000 |
    | Region Hovedstaden | 4 100 000 |
    | Region Sjælland | 1 900 000 |

What to do
    Correct the spelling as proposed. If the name is right, add it to the registry's file in ``schemas/registries``.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.check.case import Case
from reconcile.core.findings import Edit, Finding, Fix, RuleInfo, Severity
from reconcile.core.location import Location
from reconcile.core.messages import Message, say
from reconcile.core.words import is_total_label
from reconcile.recognise.registries import Match

INFO = RuleInfo("R203", "unknown-entity", Severity.WARNING, fix="unsafe", since="0.1.0")
# Shorter names resemble each other by chance, where few of a registry's are there.
_LONG = 6


# With more rows of other names than these, a table lists more than the registry's entities.
_OTHERS = 2


def check(case: Case) -> Iterator[Finding]:
    """Names that the registry does not know: warnings where they are near one it does, or speak of its kind."""
    for _, figures in case.figures():
        names = case.names.get((figures.table.path, figures.table.index))
        if names is None:
            continue
        others: list[Finding] = []
        for row in names.strangers:
            label = figures.labels[row]
            if is_total_label(label) or names.registry.is_beside(label):
                continue
            near = names.nearest(label) if names.complete or len(label) >= _LONG else None
            column = next((c.index for c in figures.columns if figures.table.rows[row][c.index].strip() == label), 0)
            location = figures.table.location_of(row, column, None, label, figures.columns[column].header)
            stranger = say("“{label}” is not one of {registry}", label=label, registry=names.registry.title)
            # An entity that has a row already is not the one that is meant.
            if near is not None and near.entry in names.absent:
                yield _misspelt(near, stranger, location, label)
            elif names.registry.is_generic(label):
                yield Finding(INFO.code, INFO.severity, stranger, location, observed=label)
            elif row in figures.leaves and names.complete and row > min(names.matches):
                others.append(Finding(INFO.code, Severity.NOTE, stranger, location, observed=label))
        if len(others) <= _OTHERS:
            yield from others


def _misspelt(near: Match, stranger: Message, location: Location, label: str) -> Finding:
    name = near.entry.name
    fix = Fix(
        say("write {new}", new=name),
        (Edit(location, location.text, name),),
        "unsafe",
        "writing",
        round(near.score / 100, 3),
        name,
    )
    told = say("{stranger}; did you mean {name}?", stranger=stranger, name=name)
    return Finding(INFO.code, INFO.severity, told, location, (), label, name, (fix,))
