"""What was fixed, for people: the diff, and what was done, what could not be done and what is left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from reconcile.differences import diff_text
from reconcile.encoding import decode
from reconcile.findings import Finding, Severity
from reconcile.fixing import Correction, Fixed
from reconcile.location import Location
from reconcile.phrases import fix_of

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def diff(fixed: Fixed, contents: Mapping[str, bytes]) -> str:
    """A unified diff of text files; of workbooks and Word documents each cell or paragraph with its old and new text."""
    pieces = []
    for path, data in fixed.contents.items():
        mine = [edit for done in fixed.applied for edit in done.fix.edits if edit.location.path == path]
        old, new = (decode(each) if path in fixed.before.sources else None for each in (contents[path], data))
        if old is not None and new is not None:
            pieces.append(diff_text(path, old.text, new.text))
        else:
            places = dict.fromkeys((edit.location.label, edit.old, edit.new) for edit in mine)
            lines = [f"@@ {_shown(label)} @@\n-{_shown(was)}\n+{_shown(now)}\n" for label, was, now in places]
            pieces.append("".join([f"--- {path}\n", f"+++ {path}\n", *lines]))
    return "".join(pieces)


def account(fixed: Fixed) -> str:
    """A line for every fix, for every one that could not be carried out, and for what is left to a person."""
    lines = [_correction(done, "fixed") for done in fixed.applied]
    lines += [f"{_correction(refused, 'not fixed')}: {_shown(refused.reason)}" for refused in fixed.refused]
    left = [finding for finding in fixed.after.findings if finding.severity is not Severity.NOTE]
    lines += [_left(finding, fixed.after.names.get(finding.code, "")) for finding in left]
    lines.append("; ".join(_counts(fixed)))
    return "\n".join(lines) + "\n"


def _correction(correction: Correction, what: str) -> str:
    finding, fix = correction.finding, correction.fix
    places = ["", *(f"at {_where(edit.location)}, " for edit in fix.edits[1:])]
    changes = " and ".join(
        f"{place}“{_shown(edit.old)}” to “{_shown(edit.new)}”" for place, edit in zip(places, fix.edits, strict=True)
    )
    # Of what is fixed "write ..." is said already by the change.
    sure = fix_of(fix).removeprefix(fix.title).strip()
    return f"{what}: {_where(fix.edits[0].location)}: {finding.code}, {changes} {sure}"


def _left(finding: Finding, name: str) -> str:
    return f"left: {_where(finding.primary)}: {finding.severity.value} {finding.code} {name}: {_shown(finding.message)}"


def _counts(fixed: Fixed) -> Iterator[str]:
    yield f"{len(fixed.applied)} fixed"
    if fixed.refused:
        yield f"{len(fixed.refused)} not fixed"
    errors, warnings = (fixed.after.count(severity) for severity in (Severity.ERROR, Severity.WARNING))
    if errors or warnings:
        counts = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
        yield f"{' and '.join(counts)} left"
    else:
        yield "nothing left"


def _where(location: Location) -> str:
    grid = location.grid
    row = f", row {_shown(grid.row_label)}" if grid is not None and grid.row_label else ""
    return _shown(str(location)) + row


def _shown(text: str) -> str:
    """Text in one line, which cannot steer the terminal."""
    line = " ".join(text.split("\n")).replace("\r", " ").replace("\t", " ")
    return "".join("\ufffd" if unicodedata.category(char) == "Cc" else char for char in line)


def tamed(text: str) -> str:
    """Text that cannot steer the terminal, its lines kept."""
    return _CONTROL.sub("\ufffd", text)
