"""What was fixed, for people: the diff, and what was done, what could not be done and what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconcile.core.controls import escaped, quoted_name
from reconcile.core.findings import Finding, Severity
from reconcile.core.location import Location
from reconcile.core.messages import Message, joined, say, translator
from reconcile.read.encoding import decode
from reconcile.report.phrases import SEVERITIES, counted, place_of, sure_of
from reconcile.run.fix.diff import diff_text
from reconcile.run.fix.loop import Correction, Fixed


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
            pieces.append("".join([f"--- {quoted_name(path)}\n", f"+++ {quoted_name(path)}\n", *lines]))
    return "".join(pieces)


def account(fixed: Fixed) -> str:
    """A line for every fix, for every one that could not be carried out, and for what is left to a person."""
    lines = [joined(": ", (say("fixed"), _correction(done))) for done in fixed.applied]
    lines += [joined(": ", (say("not fixed"), _correction(refused), refused.reason)) for refused in fixed.refused]
    left = [finding for finding in fixed.after.findings if finding.severity is not Severity.NOTE]
    lines += [_left(finding, fixed.after.names.get(finding.code, "")) for finding in left]
    lines.append(joined("; ", _counts(fixed)))
    tell = translator(fixed.after.settings.lang)
    return "".join(f"{_shown(tell(line))}\n" for line in lines)


def _correction(correction: Correction) -> Message:
    finding, fix = correction.finding, correction.fix
    changes = joined(say(" and "), (
        joined("", (say("at {place}, ", place=_where(edit.location)) if number else "", say("“{old}” to “{new}”", old=_shown(edit.old), new=_shown(edit.new))))
        for number, edit in enumerate(fix.edits)
    ))  # fmt: skip
    # Of what is fixed "write ..." is said already by the change.
    sure = say("(picked)") if correction.picked else sure_of(fix)
    told = (_where(fix.edits[0].location), ": ", finding.code, ", ", changes, " ", sure)
    return joined("", told)


def _left(finding: Finding, name: str) -> Message:
    what = (SEVERITIES[finding.severity.value], finding.code, name)
    return joined(": ", (say("left"), _where(finding.primary), joined(" ", what), finding.message))


def _counts(fixed: Fixed) -> Iterator[Message]:
    yield say("{count} fixed", count=len(fixed.applied))
    if fixed.refused:
        yield say("{count} not fixed", count=len(fixed.refused))
    errors, warnings = (fixed.after.count(severity) for severity in (Severity.ERROR, Severity.WARNING))
    if errors or warnings:
        counts = [counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
        yield say("{faults} left", faults=joined(say(" and "), counts))
    else:
        yield say("nothing left")


def _where(location: Location) -> Message:
    grid = location.grid
    row = say("row {name}", name=grid.row_label) if grid is not None and grid.row_label else ""
    return joined(", ", filter(None, (place_of(location), row)))


def _shown(text: str) -> str:
    """Text in one line, which cannot steer the terminal."""
    return escaped(text.replace("\n", " ").replace("\r", " ").replace("\t", " "))


def tamed(text: str) -> str:
    """Text that cannot steer the terminal, its lines kept."""
    return escaped(text.replace("\r\n", "\n"), keep="\n\t")
