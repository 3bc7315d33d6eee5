"""Missing entity

What it checks
    A table that lists nearly all entities of a registry, such as the 21 Swedish regions, lists them all. If the table
    does not add up, the rule reports up to a tenth of the registry as missing. Otherwise it reports one or two, because
    a table that lacks more does not mean to be complete. A table of one group, such as the municipalities of a county,
    is compared with that group. This is done only if the table does not add up.

Why it matters
    A lost row is the most common reason why a table does not add up.

Before
    | Region | Grant (kr) |
    | --- | ---: |
    | Region Nordjylland | 1 200 000 |
    | Region Midtjylland | 2 300 000 |
    | Region Hovedstaden | 4 100 000 |
    | Region Sjælland | 1 900 000 |
    | Total | 12 900 000 |

After
    | Region | Grant (kr) |
    | --- | ---: |
    | Region Nordjylland | 1 200 000 |
    | Region Midtjylland | 2 300 000 |
    | Region Syddanmark | 3 400 000 |
    | Region Hovedstaden | 4 100 000 |
    | Region Sjælland | 1 900 000 |
    | Total | 12 900 000 |

What to do
    Add the row, or say in the text why the entity is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconcile.check.case import Case
from reconcile.core.findings import Finding, RuleInfo, Severity
from reconcile.core.location import Location
from reconcile.core.messages import Message, joined, listed_first, say, say_many
from reconcile.equate.equation import BROKEN, BUDGET, CLAIM, terms_to_look_at
from reconcile.recognise.entities import EntityMatches
from reconcile.recognise.registries import RegistryEntry
from reconcile.recognise.tables import RecognisedDocument, RecognisedTable

INFO = RuleInfo("R201", "missing-entity", Severity.WARNING, fix="none", since="0.1.0")
_TOLD = 5


def check(case: Case) -> Iterator[Finding]:
    """Absent entities: an error where the table does not add up, a note where it does without them."""
    for reading, figures in case.figures():
        names = case.names.get((figures.table.path, figures.table.index))
        if names is None or not names.complete or not names.absent:
            continue
        # A label that is nearly an absent name is reported as that name misspelt (R203), not as absent too.
        near = {match.entry for row in names.strangers if (match := names.nearest(figures.labels[row]))}
        missing = [entry for entry in names.absent if entry not in near]
        if not missing:
            continue
        absent = [entry.name for entry in missing]
        statuses = [
            outcome.status
            for outcome in case.outcomes
            if outcome.equation.kind not in (CLAIM, BUDGET)
            and any(term.table is figures.table for term in (outcome.total, *terms_to_look_at(outcome.terms)))
        ]
        severity = INFO.severity
        reasons = say("no total shows whether it belongs there"), say("no total shows whether it belongs there")
        if BROKEN in statuses:
            reasons = say("the table does not add up without it"), say("the table does not add up without one")
            # Of many that are absent not all fell out, if any did.
            severity = Severity.ERROR if names.few_absent or len(absent) == 1 else Severity.WARNING
        elif names.grouped or not names.few_absent:
            continue
        elif statuses:
            severity = Severity.NOTE
            reasons = say("the table adds up without it"), say("the table adds up without one")
        bare = _without_amount(figures, missing)
        for entry, row in bare.items():
            message = say("{name} has a row, but no amount; {reason}", name=entry.name, reason=reasons[1])
            yield Finding(INFO.code, severity, message, figures.table.location_of(row, 0, None, figures.labels[row]))
        absent = [entry.name for entry in missing if entry not in bare]
        if not absent:
            continue
        yield Finding(
            INFO.code,
            severity,
            _tell(names, absent, reasons[0]),
            _head(reading, figures),
            expected=", ".join(absent),
        )


def _without_amount(figures: RecognisedTable, absent: Sequence[RegistryEntry]) -> dict[RegistryEntry, int]:
    """The rows of absent entities that print no figure, so that they count for nothing."""
    named = set(figures.named_rows())
    bare = [row for row in figures.body if row not in named and figures.labels[row]]
    found: dict[RegistryEntry, int] = {}
    for entry in absent:
        spellings = {spelling.casefold() for spelling in (entry.name, *entry.short, *entry.aliases)}
        row = next((row for row in bare if figures.labels[row].casefold() in spellings), None)
        if row is not None:
            found[entry] = row
    return found


def _head(reading: RecognisedDocument, figures: RecognisedTable) -> Location:
    """The header of a table, or where it has none the line above it, as nothing is printed where a row is missing."""
    title = figures.table.title_block
    if not figures.header_rows and title is not None and title < len(reading.document.blocks):
        block = reading.document.blocks[title]
        if block.place is not None:
            return block.place
        source = reading.document.source
        if source is not None:
            return source.location(reading.document.path, block.start, block.start + len(block.text))
    return figures.table.location_of(max(figures.header_rows - 1, 0), 0)


def _tell(names: EntityMatches, absent: list[str], reason: Message) -> Message:
    return say_many(
        len(absent),
        "{names} is not in the table, which lists {listed} of {whole}; {reason}",
        "{names} are not in the table, which lists {listed} of {whole}; {reason}",
        names=_listed(absent),
        listed=len(names.held) - len(names.absent),
        whole=names.whole,
        reason=reason,
    )


def _listed(absent: list[str]) -> str:
    if len(absent) <= _TOLD:
        return joined(say(" and "), absent)
    return listed_first(absent[:_TOLD], len(absent) - _TOLD)
