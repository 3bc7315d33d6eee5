"""Suppressions: findings that are not to be told, by a mark in the document or by the settings, and the reason.

A mark counts for the row of a table, or the paragraph, that it stands in. One that stands between them counts for what comes next:
the next row within a table, else the next table or paragraph as a whole. In a workbook it counts for its cell.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reconcile.check.rules import CODES, codes_named
from reconcile.core.document import Document, IgnoreComment, Table, TextPlaces, read_order
from reconcile.core.findings import Finding, Remark, Suppressed
from reconcile.core.location import CellRef, Location, SourceText, TextSpan
from reconcile.core.messages import say
from reconcile.core.settings import Settings
from reconcile.read.markup.tokens import BLOCKS

_CELL_TAG = re.compile(r"<t[dhr](?=[\s>])", re.IGNORECASE)
_ROW_TAG = re.compile(r"</?(?:tr|tbody|thead|tfoot|table)(?=[\s>])", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(sorted(BLOCKS))})(?=[\s>])", re.IGNORECASE)
# What a suppression counts for, or a finding stands in: ("table", index), ("row", index, row), ("block", start), a cell.
Scope = tuple[str | int, ...]


class _Unit(NamedTuple):
    """A row or a paragraph, from its first letter to the end of its line or element."""

    end: int
    start: int
    scope: Scope


class _Entry:
    """Codes that are not to be told for a reason; ``used`` are those that silenced something."""

    def __init__(
        self, by: str, codes: Sequence[str], reason: str, place: Location, row: str = "", column: str = ""
    ) -> None:
        self.by, self.codes, self.reason, self.place = by, [codes_named(code) for code in codes], reason, place
        self.row, self.column = row, column
        self.used: set[str] = set()

    def is_at(self, place: Location) -> bool:
        """Whether it counts for a place, where it names a row or a column."""
        names = (place.grid.row_label, place.grid.column_header) if place.grid is not None else ("", "")
        wanted = (self.row, self.column)
        return all(not want or want == " ".join(name.split()) for want, name in zip(wanted, names, strict=True))

    def silences(self, code: str) -> bool:
        """Whether it names the code or its family; it is then used."""
        mine = [each for each in self.codes if code.startswith(each)]
        self.used.update(mine)
        return bool(mine)


Told = tuple[tuple[Finding, ...], tuple[Suppressed, ...], tuple[Remark, ...]]


def suppress(findings: Sequence[Finding], documents: Sequence[Document], settings: Settings) -> Told:
    """The findings that are to be told, those that are not and why, and what is to be said of the suppressions."""
    sites = {document.path: _Site(document) for document in documents if document.marks}
    if not sites and not settings.suppress:
        return tuple(findings), (), ()
    general = _General(settings)
    told: list[Finding] = []
    suppressed: list[Suppressed] = []
    for number, finding in enumerate(findings):
        site = sites.get(finding.primary.path)
        entries = [*(site.at(finding.primary) if site else ()), *general.of(finding.primary.path)]
        entries = [entry for entry in entries if entry.is_at(finding.primary)]
        # All are asked, so that each knows whether it was of use; the nearest is the one that is told.
        silent = [entry for entry in entries if entry.silences(finding.code)]
        if silent:
            suppressed.append(Suppressed(finding, silent[0].by, silent[0].reason, silent[0].place, number))
        else:
            told.append(finding)
    remarks = [remark for site in sites.values() for remark in site.remarks(settings)]
    met = {id(entry): entry for document in documents for entry in general.of(document.path)}
    remarks += [remark for entry in met.values() for remark in _unused(entry, settings)]
    return tuple(told), tuple(suppressed), tuple(remarks)


def _unused(entry: _Entry, settings: Settings) -> Iterator[Remark]:
    """A remark for each code that silenced nothing, though its rule was asked for."""
    for code in entry.codes:
        asked = any(settings.selected(known) for known in CODES if known.startswith(code))
        if asked and code not in entry.used:
            yield Remark(say("the suppression of {code} matches no finding", code=code), entry.place)


class _General:
    """The suppressions of the settings, by the paths that they are for."""

    def __init__(self, settings: Settings) -> None:
        self.entries = [
            (
                _glob(each.path, each.base or os.getcwd()),
                _Entry("settings", each.codes, each.reason, Location(each.place), each.row, each.column),
            )
            for each in settings.suppress
        ]
        self.known: dict[str, list[_Entry]] = {}

    def of(self, path: str) -> list[_Entry]:
        """The entries for a document; a glob without a slash is matched with the file's name alone."""
        if path not in self.known:
            full, name = os.path.abspath(path).replace(os.sep, "/"), os.path.basename(path)
            self.known[path] = [
                entry for (glob, whole), entry in self.entries if glob.fullmatch(full if whole else name)
            ]
        return self.known[path]


def _glob(pattern: str, base: str) -> tuple[re.Pattern[str], bool]:
    """A glob from ``base`` as an expression, and whether it is for whole paths; ``**`` is any folders, ``*`` stays within one."""
    whole = "/" in pattern
    home = ""
    if whole and not os.path.isabs(pattern):
        home, pattern = re.escape(f"{base.replace(os.sep, '/').rstrip('/')}/"), pattern.removeprefix("./")
    spelt = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return re.compile(home + "".join(spelt.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL), whole


class _Site:
    """The marks of a document by what they count for."""

    def __init__(self, document: Document) -> None:
        self.units = sorted(_units(document))
        self.ends = [unit.end for unit in self.units]
        self.entries: dict[Scope, list[_Entry]] = {}
        self.all: list[_Entry] = []
        self.faults: list[Remark] = []
        for mark in document.marks:
            self._add(mark)

    def _add(self, mark: IgnoreComment) -> None:
        order = read_order(mark)
        if order.fault is not None:
            self.faults.append(Remark(order.fault, mark.place))
        codes = [code for code in order.codes if any(known.startswith(codes_named(code)) for known in CODES)]
        for code in order.codes:
            if code not in codes:
                self.faults.append(
                    Remark(say("“{code}” is not a rule, so it suppresses nothing", code=code), mark.place)
                )
        scope = self._scope(mark.place)
        entry = _Entry("mark", codes, order.reason, mark.place)
        self.all.append(entry)
        if scope is not None:
            self.entries.setdefault(scope, []).append(entry)

    def _scope(self, place: Location) -> Scope | None:
        """What a mark counts for: the unit it stands in, or else the next."""
        if isinstance(place.anchor, CellRef):
            return tuple(place.anchor)
        unit = self._unit(place.anchor.start) if isinstance(place.anchor, TextSpan) else None
        if unit is None:
            return None
        before = isinstance(place.anchor, TextSpan) and place.anchor.start < unit.start
        # In front of a table's first row is in front of the table.
        return ("table", unit.scope[1]) if before and unit.scope[0] == "row" and unit.scope[2] == 0 else unit.scope

    def _unit(self, position: int) -> _Unit | None:
        number = bisect_left(self.ends, position)
        return self.units[number] if number < len(self.units) else None

    def at(self, place: Location) -> Iterator[_Entry]:
        """The entries that count for a place."""
        scopes: list[Scope] = []
        if isinstance(place.anchor, CellRef):
            scopes = [tuple(place.anchor)]
        elif place.grid is not None:
            scopes = [("row", place.grid.table, place.grid.row), ("table", place.grid.table)]
        elif isinstance(place.anchor, TextSpan):
            unit = self._unit(place.anchor.start)
            scopes = [unit.scope] if unit is not None and unit.start <= place.anchor.start else []
        for scope in scopes:
            yield from self.entries.get(scope, ())

    def remarks(self, settings: Settings) -> Iterator[Remark]:
        """What is to be said of the marks, in their order."""
        unused = (remark for entry in self.all for remark in _unused(entry, settings))
        yield from sorted([*self.faults, *unused], key=_position)


def _position(remark: Remark) -> int:
    anchor = remark.place.anchor
    return anchor.start if isinstance(anchor, TextSpan) else 0


def _units(document: Document) -> Iterator[_Unit]:
    """The rows and paragraphs of a document that is text."""
    if document.source is None:
        return
    source, tagged = document.source, document.format == "html"
    for block in document.blocks:
        anchor = block.place.anchor if block.place is not None else None
        start = anchor.start if isinstance(anchor, TextSpan) else block.start
        end = anchor.end if isinstance(anchor, TextSpan) else block.start + len(block.text)
        yield _Unit(_end(source, end, _BLOCK_TAG if tagged else None), start, ("block", start))
    for table in document.tables:
        if isinstance(table.places, TextPlaces):
            yield from _rows(source, table, table.places)


def _rows(source: SourceText, table: Table, places: TextPlaces) -> Iterator[_Unit]:
    spans = [cells for cells in places.spans if cells]
    if not spans:
        return
    tagged = _CELL_TAG.search(source.text, spans[0][0][0], spans[-1][-1][1]) is not None
    end = 0
    for row, cells in enumerate(places.spans):
        if cells:
            start = cells[0][0]
            # A cell over several rows stands in the first of them.
            end = max(end, *(last for _, last in cells))
            yield _Unit(_end(source, end, _ROW_TAG if tagged else None), start, ("row", table.index, row))


def _end(source: SourceText, end: int, tag: re.Pattern[str] | None) -> int:
    """Where a row or a paragraph that is printed up to ``end`` ends: its element, or its line."""
    if tag is not None:
        found = tag.search(source.text, end)
        return found.start() if found else len(source.text)
    span = source.span(max(0, end - 1), end)
    return source.starts[span.line] - 1 if span.line < len(source.starts) else len(source.text)
