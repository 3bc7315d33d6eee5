"""JUnit XML: a test suite for each document, with a test case for the document and for each equation in it.

So a pipeline shows what was checked, and not only what failed. A case fails where a finding is at or above ``fail_on``;
other findings are its output. An equation that cannot be verified is a skipped case, and so is each column, and the text, where amounts
are not checked. Where a share of the amounts is asked for, it is a case of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconcile.core.findings import Finding
from reconcile.core.messages import Translator, say, say_many, translator
from reconcile.equate.equation import BROKEN, UNVERIFIABLE, Outcome
from reconcile.report.phrases import (
    SEVERITIES,
    compared,
    covered,
    fix_of,
    place_of,
    placed,
    remarked,
    suppressed,
    under_told,
)
from reconcile.report.report import Report
from reconcile.report.trace import STATUS

NAME = "junit"

_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A carriage return that is not spelt out is read as a line end.
_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_STATUS = STATUS | {BROKEN: say("broken"), UNVERIFIABLE: say("unverifiable")}
_Findings = Mapping[str, Sequence[Finding]]


def write(report: Report, width: int = 0, colour: bool = False) -> str:
    """The report as JUnit XML."""
    return "".join(pieces(report))


def pieces(report: Report) -> Iterator[str]:
    """The report as JUnit XML, a test case at a time."""
    parts = [(part, part.by_equation()) for part in report.split()]
    counts = [_counts(part, findings) for part, findings in parts]
    asked = report.settings.fail_under > 0
    tests = sum(count[0] for count in counts) + asked
    failures = sum(count[1] for count in counts) + report.is_under
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="reconcile" tests="{tests}" failures="{failures}" errors="0">\n'
    for (part, findings), count in zip(parts, counts, strict=True):
        yield from _suite(part, findings, count)
    if asked:
        yield f'<testsuite name="coverage" tests="1" failures="{int(report.is_under)}" errors="0" skipped="0">\n'
        yield _asked_share(report)
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _counts(part: Report, findings: _Findings) -> tuple[int, int, int]:
    """How many test cases there are, how many fail and how many are skipped."""
    failing = {id for id, found in findings.items() if any(map(part.fails, found))}
    unknown = sum(1 for outcome in part.outcomes if outcome.status == UNVERIFIABLE and outcome.id not in failing)
    left = len(_unchecked(part, str))
    return 1 + len(part.outcomes) + left, len(failing), unknown + left


def _unchecked(part: Report, tell: Translator) -> list[tuple[str, str]]:
    """The names of the cases for what is not checked of a document, each with the reason."""
    found = []
    for document in part.coverage.documents:
        for table in document.tables:
            for column in table.columns:
                if left := column.amounts - column.checked:
                    header = column.column.header or str(column.column.index + 1)
                    name = f"coverage: table {table.figures.table.index + 1}, column {header}"
                    why = say_many(column.amounts, "{left} of {count} amount stands in no equation",
                                   "{left} of {count} amounts stand in no equation", left=left)  # fmt: skip
                    found.append((name, tell(why)))
        if texts := len(document.claims):
            why = say_many(texts, "{count} amount in the text stands in no equation",
                           "{count} amounts in the text stand in no equation")  # fmt: skip
            found.append(("coverage: amounts in the text", tell(why)))
    return list(zip(_numbered(name for name, _ in found), (told for _, told in found), strict=True))


def _numbered(names: Iterable[str]) -> Iterator[str]:
    """Yield names of test cases, each that was there before with its number behind it."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _asked_share(report: Report) -> str:
    """The case that fails where less of the amounts is checked than is asked for."""
    tell, counts = translator(report.settings.lang), (report.coverage.checked, report.coverage.amounts)
    share, told = covered(*counts), under_told(*counts, report.settings.fail_under)
    inner = f"<system-out>{_text(tell(share))}</system-out>\n"
    if report.is_under:
        inner = f'<failure type="coverage" message={_quoted(tell(told))}>{_text(tell(told))}</failure>\n'
    return f'<testcase classname="coverage" name="share of the amounts">\n{inner}</testcase>\n'


def _suite(part: Report, findings: _Findings, counts: tuple[int, int, int]) -> Iterator[str]:
    # Names stay in English: a pipeline knows a test case again by them.
    path, properties = "across documents", ""
    if part.readings:
        document = part.readings[0].document
        path = document.path
        told = {"format": document.format, "sha256": document.sha256}
        told |= {"amounts": str(part.coverage.amounts), "amounts-checked": str(part.coverage.checked)}
        properties = "".join(f"<property name={_quoted(key)} value={_quoted(value)}/>" for key, value in told.items())
    tests, failures, skipped = counts
    yield f'<testsuite name={_quoted(path)} tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}">\n'
    if properties:
        yield f"<properties>{properties}</properties>\n"
    yield _case(part, path, "document" if part.readings else "budget", findings.get("", ()))
    names = _numbered(f"{outcome.kind}: {outcome.label}" for outcome in part.outcomes)
    for outcome, name in zip(part.outcomes, names, strict=True):
        yield _case(part, path, name, findings.get(outcome.id, ()), outcome)
    for name, why in _unchecked(part, translator(part.settings.lang)):
        skipped_case = f"<skipped message={_quoted(why)}/>\n"
        yield f"<testcase classname={_quoted(path)} name={_quoted(name)}>\n{skipped_case}</testcase>\n"
    yield "</testsuite>\n"


def _case(part: Report, path: str, name: str, findings: Sequence[Finding], outcome: Outcome | None = None) -> str:
    """A test case, which passes, fails or is skipped, with what there is to say otherwise as its output."""
    failing = [finding for finding in findings if part.fails(finding)]
    tell = translator(part.settings.lang)
    other = [_told(finding, part, tell) for finding in findings if not part.fails(finding)]
    if outcome is None:
        other += [tell(say("suppressed: {finding}", finding=suppressed(each, part.names))) for each in part.suppressed]
        other += [tell(say("remark: {remark}", remark=remarked(remark))) for remark in part.remarks]
    inner = ""
    if failing:
        kinds = " ".join(dict.fromkeys(finding.code for finding in failing))
        message = failing[0].message
        if len(failing) > 1:
            message = say("{message} (and {count} more)", message=message, count=len(failing) - 1)
        text = "\n\n".join(_told(finding, part, tell) for finding in failing)
        inner = f"<failure type={_quoted(kinds)} message={_quoted(tell(message))}>{_text(text)}</failure>\n"
    elif outcome is not None and outcome.status == UNVERIFIABLE:
        inner = f"<skipped message={_quoted(tell(say('cannot be verified')))}/>\n"
    if outcome is not None:
        at = say("at {place}", place=place_of(outcome.total.location))
        other.insert(0, f"{tell(_STATUS[outcome.status])}: {tell(compared(outcome))}\n{tell(at)}")
    if other:
        text = "\n\n".join(other)
        inner += f"<system-out>{_text(text)}</system-out>\n"
    return f"<testcase classname={_quoted(path)} name={_quoted(name)}>\n{inner}</testcase>\n"


def _told(finding: Finding, report: Report, tell: Translator) -> str:
    """A finding in lines: what, where, why, and what would mend it."""
    lines = [
        f"{tell(SEVERITIES[finding.severity.value])} {finding.code} {report.names.get(finding.code, '')}".rstrip(),
        tell(say("at {place}", place=placed(finding.primary))),
        tell(finding.message),
        *(f"{tell(say('fix'))}: {tell(fix_of(fix))}" for fix in finding.fixes),
    ]
    return "\n".join(lines)


def _text(text: str) -> str:
    """Text as XML; what XML forbids is replaced."""
    return _FORBIDDEN.sub("\ufffd", text).translate(_MARKS)


def _quoted(text: str) -> str:
    """Text as an attribute in quotation marks, where line ends and tabs would be read as spaces."""
    return f'"{_text(text)}"'.replace("\n", "&#10;").replace("\t", "&#9;")
