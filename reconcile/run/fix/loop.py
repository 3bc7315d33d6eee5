"""Fixing: the corrections that findings carry, put into the documents' bytes; nothing is written to disk here.

A fix is carried out as a whole or not at all. Then all is checked again, because what is corrected may prove what was in
doubt before, until nothing more is to be done: so a second run changes nothing.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from reconcile.core.amounts import read_amount
from reconcile.core.document import EDITABLE, EDITABLE_TEXTS, Document, Fault
from reconcile.core.findings import Edit, Finding, Fix, Severity
from reconcile.core.languages import MINUSES
from reconcile.core.limits import Lost, attempt
from reconcile.core.location import Location
from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings, Silence
from reconcile.read import read_bytes
from reconcile.read.office.zip import describe, replace_parts
from reconcile.report.report import Report
from reconcile.run.fix.splices import NotEditableError, Place, Splice, clash, splice
from reconcile.run.pipeline import EquatedDocuments, equate_document, join, report_on, state_equated

if TYPE_CHECKING:
    from reconcile.equate.budget.file import Budget
    from reconcile.run.fix.picks import Pick

_ROUNDS = 10
_NOT_EDITABLE = {
    "pdf": say("a PDF"), "xls": say("an old Excel workbook (.xls)"), "ods": say("an OpenDocument spreadsheet (.ods)"),
    "odt": say("an OpenDocument text (.odt)"), "pptx": say("a presentation (.pptx)"), "eml": say("an e-mail (.eml)"),
    "rtf": say("rich text (.rtf)"),
}  # fmt: skip


class Correction(NamedTuple):
    """A fix of a finding: carried out, or refused for a ``reason``; ``picked`` by a person, or taken because it is proved."""

    finding: Finding
    fix: Fix
    reason: str = ""
    picked: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """What fixing gives. ``contents`` are the new bytes of the documents that changed, by path.

    ``before`` and ``after`` are the reports on the documents as they were and as they are in ``contents``.
    """

    contents: Mapping[str, bytes]
    applied: tuple[Correction, ...]
    refused: tuple[Correction, ...]
    before: Report
    after: Report


class Corrections:
    """Documents that are corrected step by step; after each step all is checked again.

    ``contents`` are the documents' bytes by path, ``unreadable`` those that could not be opened, which are checked, too.
    """

    def __init__(
        self,
        contents: Mapping[str, bytes],
        budget: Budget | None = None,
        settings: Settings = Settings(),
        *,
        format: str | None = None,
        unreadable: Sequence[Document] = (),
    ) -> None:
        self._old, self._now = contents, dict(contents)
        self._budget, self._settings, self._format, self._unreadable = budget, settings, format, unreadable
        self._documents, self.before = _check(self._now, budget, settings, format, unreadable)
        self.report = self.before
        self._applied: list[Correction] = []
        self._refused: list[Correction] = []
        self._left: list[Correction] = []
        self._corrected: set[Location] = set()

    def pick(self, chosen: Sequence[tuple[Finding, Fix]]) -> list[Correction]:
        """Carry out fixes of findings of ``report`` that a person chose. Give those that are refused."""
        done, refused = self._carry_out(chosen)
        self._applied += [correction._replace(picked=True) for correction in done]
        self._refused += [correction._replace(picked=True) for correction in refused]
        return refused

    def prove(self, *, unsafe: bool = False) -> None:
        """Carry out all safe fixes; with ``unsafe`` also the best of those of each finding that has no safe one."""
        for _ in range(_ROUNDS):
            chosen = [
                (finding, fix)
                for finding, fix in _choose(self.report.findings, unsafe)
                if self._corrected.isdisjoint(_place(edit) for edit in fix.edits)
            ]
            done, self._left = self._carry_out(chosen)
            if not done:
                break
            self._applied += done

    def _carry_out(self, chosen: Sequence[tuple[Finding, Fix]]) -> tuple[list[Correction], list[Correction]]:
        """Carry out fixes, all or none of them if more would be wrong then. Give what is done and what is refused."""
        tried = dict(self._now)
        done, refused = _carry_out(tried, self._documents, chosen, self._settings)
        if not done:
            return [], refused
        again, checked = _check(tried, self._budget, self._settings, self._format, self._unreadable)
        if _faults(checked) > _faults(self.report):
            why = say("more would be wrong after it than before")
            return [], refused + [correction._replace(reason=why) for correction in done]
        self._now, self._documents, self.report = tried, again, checked
        for edit in (edit for correction in done for edit in correction.fix.edits):
            # Outside tables a place is known by its text, and that has changed.
            self._corrected |= {_place(edit), _place(edit._replace(old=edit.new))}
        return done, refused

    def suppress(self, silence: Silence) -> None:
        """Tell the findings no more that a person suppressed, and check again."""
        self._settings = replace(self._settings, suppress=(*self._settings.suppress, silence))
        self._documents, self.report = _check(self._now, self._budget, self._settings, self._format, self._unreadable)

    def fixed(self) -> Fixed:
        """What is corrected until now."""
        changed = {path: data for path, data in self._now.items() if data != self._old[path]}
        return Fixed(changed, tuple(self._applied), (*self._refused, *self._left), self.before, self.report)


def fix_documents(
    contents: Mapping[str, bytes],
    budget: Budget | None = None,
    settings: Settings = Settings(),
    *,
    unsafe: bool = False,
    format: str | None = None,
    unreadable: Sequence[Document] = (),
    picks: Sequence[Pick] = (),
    decide: Callable[[Corrections], None] | None = None,
) -> Fixed:
    """Carry out what is picked, then all safe fixes; with ``unsafe`` also the best of those of each finding that has no safe one.

    Then ``decide`` may do more. Raise UsageError for a pick that names nothing.
    """
    work = Corrections(contents, budget, settings, format=format, unreadable=unreadable)
    if picks:
        from reconcile.run.fix.picks import resolve

        work.pick(resolve(list(picks), work.report))
    work.prove(unsafe=unsafe)
    if decide is not None:
        decide(work)
    return work.fixed()


def as_written(
    fixed: Fixed,
    unwritten: Set[str],
    contents: Mapping[str, bytes],
    budget: Budget | None = None,
    settings: Settings = Settings(),
    *,
    format: str | None = None,
    unreadable: Sequence[Document] = (),
) -> Fixed:
    """What was fixed where the documents ``unwritten`` (by path) are still as they were in ``contents``."""
    kept = {path: data for path, data in fixed.contents.items() if path not in unwritten}
    done, undone = [], []
    for each in fixed.applied:
        if unwritten.isdisjoint(edit.location.path for edit in each.fix.edits):
            done.append(each)
        else:
            undone.append(each._replace(reason=say("its file could not be written")))
    _, after = _check({**contents, **kept}, budget, settings, format, unreadable)
    return Fixed(kept, tuple(done), (*fixed.refused, *undone), fixed.before, after)


def _check(
    contents: Mapping[str, bytes],
    budget: Budget | None,
    settings: Settings,
    format: str | None,
    unreadable: Sequence[Document],
) -> tuple[dict[str, Document], Report]:
    documents = [read_bytes(path, data, settings, format) for path, data in contents.items()]
    equated = join(_equate(document, settings) for document in [*documents, *unreadable])
    report = report_on(state_equated(equated, budget, settings), settings)
    return {document.path: document for document in documents}, report


def _equate(document: Document, settings: Settings) -> EquatedDocuments:
    """What should add up within a document; one that fails is told as unreadable, so that the others are fixed."""
    result = attempt(lambda each: equate_document(each, settings), document)
    if not isinstance(result, Lost):
        return result
    fault = Fault("R001", result.reason, Location(document.path))
    return equate_document(replace(document, tables=(), blocks=(), faults=(*document.faults, fault)), settings)


def _faults(report: Report) -> int:
    return report.count(Severity.ERROR) + report.count(Severity.WARNING)


def _place(edit: Edit) -> Location:
    """Where an edit is made, in terms that stay when others are made: no figure is corrected twice in one run."""
    where = edit.location
    if where.grid is None:
        return Location(where.path, where.label, text=edit.old)
    return Location(where.path, where.label, None, where.grid._replace(row_label="", column_header=""))


def _choose(findings: Sequence[Finding], unsafe: bool) -> Iterator[tuple[Finding, Fix]]:
    """One fix for each finding, safe ones first, then the surest."""
    chosen = []
    for finding in findings:
        fixes = [fix for fix in finding.fixes if fix.edits and (unsafe or fix.applicability == "safe")]
        if fixes:
            best = max(fixes, key=lambda fix: (fix.applicability == "safe", fix.confidence))
            chosen.append((finding, best))
    yield from sorted(chosen, key=lambda pair: (pair[1].applicability != "safe", -pair[1].confidence))


def _carry_out(
    contents: dict[str, bytes],
    documents: Mapping[str, Document],
    chosen: Sequence[tuple[Finding, Fix]],
    settings: Settings,
) -> tuple[list[Correction], list[Correction]]:
    """Change ``contents`` by the fixes chosen; of two that meet at one place the first is carried out."""
    places: dict[str, Place | Message] = {}
    splices: dict[str, list[Splice]] = {}
    done: list[Correction] = []
    refused: list[Correction] = []
    for finding, fix in chosen:
        try:
            mine: dict[str, list[Splice]] = {}
            for edit in fix.edits:
                path = edit.location.path
                if path not in places:
                    places[path] = _open(contents, documents, path, settings)
                place = places[path]
                if isinstance(place, Message):
                    raise NotEditableError(place)
                found = place(*_as_printed(edit, documents[path], finding.observed))
                if clash(found, mine.get(path, ())):
                    raise NotEditableError(say("two of its corrections change the same place"))
                mine.setdefault(path, []).extend(found)
            if all(set(found) <= set(splices.get(path, ())) for path, found in mine.items()):
                continue
            if any(clash(found, splices.get(path, ())) for path, found in mine.items()):
                raise NotEditableError(say("a surer fix is made at the same place"))
        except NotEditableError as error:
            refused.append(Correction(finding, fix, error.why))
            continue
        except Exception as error:  # noqa: BLE001, RUF100 - a broken part of an office document may fail anywhere
            refused.append(Correction(finding, fix, say("it cannot be taken apart: {error}", error=describe(error))))
            continue
        done.append(Correction(finding, fix))
        for path, found in mine.items():
            splices.setdefault(path, []).extend(found)
    for path, found in splices.items():
        contents[path] = _write(contents[path], found)
    return done, refused


def _as_printed(edit: Edit, document: Document, observed: str) -> tuple[Edit, str]:
    """An edit with its minus as the cell prints it, and the figure or name that it is about.

    A cell that a page writes with tags or references is the edit's place as a whole, units and all, so that the figure is told
    apart from it. A minus may stand apart from the figure, as in (1 200) or 1 200-: it is not written twice.
    """
    grid = edit.location.grid
    if grid is None:
        return edit, observed
    cell = document.tables[grid.table].rows[grid.row][grid.col]
    amount = read_amount(cell)
    if amount is None:
        return edit, cell.strip()
    figure = amount.text + amount.glued
    sign, new_sign = (re.match(rf"[{MINUSES}]\s*|", text) for text in (figure, edit.new))
    assert sign is not None
    assert new_sign is not None
    if amount.value < 0 and not sign.group():
        if not new_sign.group():
            raise NotEditableError(say("its sign stands apart from it"))
        return edit._replace(new=edit.new[new_sign.end() :]), figure
    if sign.group() and new_sign.group():
        return edit._replace(new=sign.group() + edit.new[new_sign.end() :]), figure
    return edit, figure


def _open(
    contents: Mapping[str, bytes], documents: Mapping[str, Document], path: str, settings: Settings
) -> Place | Message:
    """What places edits in a document, or why it cannot be edited."""
    document = documents.get(path)
    if document is None:
        return say("it is not among the documents given")
    data = contents[path]
    if hashlib.sha256(data).hexdigest() != document.sha256:
        return say("it has changed since it was read")
    try:
        return _open_as(document, data, settings)
    except NotEditableError as error:
        return error.why
    except Exception as error:  # noqa: BLE001, RUF100 - what a library can read, it may still fail to give in parts
        return say("it cannot be taken apart: {error}", error=describe(error))


def _open_as(document: Document, data: bytes, settings: Settings) -> Place:
    if document.format in EDITABLE_TEXTS:
        from reconcile.run.fix.text import open_edits

        return open_edits(data, document)
    if document.format not in EDITABLE:
        what = _NOT_EDITABLE.get(document.format, say("a document of this format"))
        raise NotEditableError(say("{what} cannot be edited here; correct it in the program that made it", what=what))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(name.startswith("_xmlsignatures/") for name in archive.namelist()):
            raise NotEditableError(say("it is signed, and a change would break the signature"))
    if document.format == "xlsx":
        from reconcile.run.fix.xlsx import open_workbook

        return open_workbook(data)
    from reconcile.run.fix.docx import open_word

    return open_word(data, settings)


def _write(data: bytes, splices: Sequence[Splice]) -> bytes:
    if all(not each.part for each in splices):
        return splice(data, splices)
    parts = {each.part for each in splices}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        changed = {part: splice(archive.read(part), [s for s in splices if s.part == part]) for part in parts}
    return replace_parts(data, changed)
