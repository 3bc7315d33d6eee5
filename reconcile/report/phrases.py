"""What reports for people say alike: places, equations and fixes in words, and text that is safe to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from reconcile.core.amounts import Notation, render
from reconcile.core.controls import steers
from reconcile.core.findings import Finding, Fix, Remark, Suppressed
from reconcile.core.location import Location, TextSpan
from reconcile.core.messages import Message, joined, listed_first, say, say_many
from reconcile.core.words import is_total_label
from reconcile.equate.equation import (
    AVERAGE,
    BALANCE,
    BUDGET,
    CLAIM,
    COLUMN_TOTAL,
    PRODUCT,
    ROW_TOTAL,
    STATED_TOTAL,
    SUBTOTAL,
    SUM,
    TIES,
    Outcome,
)
from reconcile.report.coverage import (
    APART,
    CARRIED,
    ROW,
    TOTAL,
    ColumnCoverage,
    DocumentCoverage,
    TableCoverage,
    share_of,
)
from reconcile.report.report import Report

SEVERITIES = {"error": say("error"), "warning": say("warning"), "note": say("note")}
_PROOF = {
    "sum": say("proved by the sum"), "budget": say("confirmed by the budget or another document"),
    "writing": say("from its writing alone, unproved"), "ambiguous": say("one of several"),
}  # fmt: skip
_UNPROVED = {
    "sum": say("fits the sum, unproved"), "budget": say("fits the budget or another document, unproved"),
}  # fmt: skip
_KIND = {
    COLUMN_TOTAL: say("column total"), ROW_TOTAL: say("row total"), SUBTOTAL: say("subtotal"),
    STATED_TOTAL: say("total stated in the text"), CLAIM: say("amount in the text"), BUDGET: say("budget"),
    BALANCE: say("balance"),
}  # fmt: skip
_LEAST = 0.005
_LIKELIHOOD = ((0.5, say("likely")), (0.05, say("possible")), (0.0, say("unlikely")))
_APPLICABILITY = {"safe": say("safe"), "unsafe": say("unsafe")}
_COUNTED: dict[str, Callable[[int, str], Message]] = {
    "error": lambda n, number: say_many(n, "{number} error", "{number} errors", number=number),
    "warning": lambda n, number: say_many(n, "{number} warning", "{number} warnings", number=number),
    "note": lambda n, number: say_many(n, "{number} note", "{number} notes", number=number),
    "document": lambda n, number: say_many(n, "{number} document", "{number} documents", number=number),
    "table": lambda n, number: say_many(n, "{number} table", "{number} tables", number=number),
    "row": lambda n, number: say_many(n, "{number} row", "{number} rows", number=number),
    "column": lambda n, number: say_many(n, "{number} column", "{number} columns", number=number),
    "amount": lambda n, number: say_many(n, "{number} amount", "{number} amounts", number=number),
    "cell": lambda n, number: say_many(n, "{number} cell", "{number} cells", number=number),
    "equation": lambda n, number: say_many(n, "{number} equation", "{number} equations", number=number),
    "finding": lambda n, number: say_many(n, "{number} finding", "{number} findings", number=number),
    "limit": lambda n, number: say_many(n, "{number} limit", "{number} limits", number=number),
    "remark": lambda n, number: say_many(n, "{number} remark", "{number} remarks", number=number),
    "item": lambda n, number: say_many(n, "{number} item", "{number} items", number=number),
}
_TERMS_SHOWN, _KINDS_SHOWN = 6, 5


def shown(text: str) -> str:
    """Text of a document as it may be shown: what steers a terminal, breaks a line or turns the direction is replaced."""
    return text if text.isprintable() else "".join("\ufffd" if steers(char) else char for char in text)


def place_of(location: Location) -> str:
    """Where something is: ``d.md:24:20``, ``d.pdf: page 3``."""
    if location.label and not isinstance(location.anchor, TextSpan):
        return joined(": ", (location.path, location.label))
    return str(location)


def named(location: Location) -> str:
    """What a person finds a place in a table by: ``row Region Uppsala, column Totalt``; empty outside tables."""
    if location.grid is None:
        return ""
    row, column = location.grid.row_label, location.grid.column_header
    names = (say("row {name}", name=row) if row else "", say("column {name}", name=column) if column else "")
    return joined(", ", filter(None, names))


def placed(location: Location) -> str:
    """Where something is, with the names that a person finds it by: ``d.md:24:20, row Region Uppsala, column Totalt``."""
    return joined(", ", filter(None, (place_of(location), named(location))))


def fix_of(fix: Fix) -> str:
    """A fix with how sure it is: ``write 54 499 160 (safe, proved by the sum)``."""
    return joined(" ", (fix.title, sure_of(fix)))


def sure_of(fix: Fix) -> str:
    """How sure a fix is, and by what: ``(safe, proved by the sum)``. What only one sum asks for is no proof."""
    proved = fix.applicability == "safe" or fix.proof not in _UNPROVED
    proof = _PROOF[fix.proof] if proved else _UNPROVED[fix.proof]
    sure = joined(", ", (_APPLICABILITY[fix.applicability], proof))
    # Of rivals the odds are what tells them apart.
    if fix.proof == "ambiguous":
        sure = joined(", ", (sure, likelihood_of(fix)))
    return joined("", ("(", sure, ")"))


def candidate_of(fix: Fix) -> str:
    """A fix among others: ``likely, 99%: write 1 000 for “Total”``."""
    return joined(": ", (likelihood_of(fix), fix.title))


def likelihood_of(fix: Fix) -> str:
    """How likely it is that a fix is right, in a word and as a figure: ``likely, 99%``."""
    word = next(word for least, word in _LIKELIHOOD if fix.confidence >= least)
    if fix.confidence < _LEAST:
        return say("{word}, under 1%", word=word)
    return say("{word}, {odds:.0%}", word=word, odds=fix.confidence)


def safety_of(fix: Fix) -> str:
    """Whether a fix is safe, in a word."""
    return _APPLICABILITY[fix.applicability]


def silence_of(each: Suppressed) -> str:
    """By what a finding is suppressed, and why: ``by the mark at d.md:5:1: rounded by hand``."""
    place, reason = place_of(each.place), each.reason or say("no reason is given")
    if each.by == "mark":
        return say("by the mark at {place}: {reason}", place=place, reason=reason)
    if each.by == "settings":
        return say("by the settings at {place}: {reason}", place=place, reason=reason)
    return say("by the baseline {place}: {reason}", place=place, reason=reason)


def suppressed(each: Suppressed, names: Mapping[str, str]) -> str:
    """A suppressed finding in one line: what, where, by what and why."""
    return joined(", ", (headed_at(each.finding, names), silence_of(each)))


def remarked(remark: Remark) -> str:
    """A remark with its place."""
    return joined(": ", (place_of(remark.place), remark.message))


def headed(finding: Finding, names: Mapping[str, str]) -> str:
    """A finding's severity, code and name: ``error R301 column-total``."""
    return joined(" ", filter(None, (SEVERITIES[finding.severity.value], finding.code, names.get(finding.code, ""))))


def headed_at(finding: Finding, names: Mapping[str, str]) -> str:
    """A finding's head and its place: ``error R301 column-total at d.md:24:20, row Region Uppsala``."""
    return say("{finding} at {place}", finding=headed(finding, names), place=placed(finding.primary))


def found_as(outcome: Outcome) -> str:
    """What an equation is, and what shows it: ``column total (by its name)``, ``row total, a mean (by arithmetic)``."""
    told, total = _KIND[outcome.kind], outcome.total
    if outcome.equation.operator == AVERAGE:
        told = say("{equation}, a mean", equation=told)
    elif outcome.equation.operator == PRODUCT:
        told = say("{equation}, a product", equation=told)
    elif outcome.equation.operator != SUM:
        told = say("{equation}, a share or a change", equation=told)
    if outcome.kind not in (COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL) or total.table is None:
        return told
    if (total.row, total.col) in total.table.formulas:
        return say("{equation} (by its formula)", equation=told)
    if is_total_label(total.label) or is_total_label(total.header):
        return say("{equation} (by its name)", equation=told)
    return say("{equation} (by arithmetic)", equation=told)


def counted(number: int, word: str, written: str = "") -> str:
    """A number of things: ``1 error``, ``2 errors``; ``written`` is how the number is printed."""
    return _COUNTED[word](number, written or str(number))


def covered(checked: int, amounts: int, write: Callable[[int], str] = str) -> Message:
    """How many amounts are checked, and which share: ``38 of 48 amounts checked (79 %)``."""
    if not amounts:
        return say("no amounts were read")
    share = say("{share} %", share=share_of(checked, amounts))
    if checked and checked * 100 < amounts:
        share = say("under 1 %")
    return say_many(
        amounts, "{checked} of {all} amount checked ({share})", "{checked} of {all} amounts checked ({share})",
        checked=write(checked), all=write(amounts), share=share,
    )  # fmt: skip


def under_told(checked: int, amounts: int, least: int) -> Message:
    """Why too small a share fails: ``38 of 48 amounts checked (79 %), less than 80 %``."""
    told = covered(checked, amounts)
    return say("{told}, less than the {least} % that fail-under asks for", told=told, least=least)


def nothing_found(checked: int, suppressed: int, schemas: int) -> Message:
    """What is said where nothing was found: where nothing was checked, that."""
    if not checked:
        return say("no amount was checked") if schemas else say("nothing was checked")
    return say("nothing else found") if suppressed else say("nothing wrong found")


_ROWS = {
    ROW: say("rows"), TOTAL: say("totals"), APART: say("rows that are not added with the others"),
    CARRIED: say("sums carried over a page"),
}  # fmt: skip


def nothing_told(report: Report) -> str:
    """The sentence where nothing was found: with the share that was checked, and where that is none, only this."""
    checked, amounts = report.coverage.checked, report.coverage.amounts
    share = joined("", (covered(checked, amounts), "."))
    if not checked:
        nothing = say("No amount was checked.") if report.schemas else say("Nothing was checked.")
    else:
        nothing = say("Nothing else was found.") if report.suppressed else say("Nothing wrong was found.")
    return joined(" ", (nothing, share))


def column_told(table: TableCoverage, column: ColumnCoverage, several: bool) -> Message:
    """A column's name, and its table where there are several: ``table 2, column Pupils``."""
    name = column.column.header or str(column.column.index + 1)
    told = say("column {name}", name=name)
    return joined(", ", (say("table {number}", number=table.figures.table.index + 1), told)) if several else told


def covered_items(document: DocumentCoverage) -> Iterator[tuple[TableCoverage | None, str, int, int]]:
    """Yield the columns and kinds of rows of each table, then the text: the table, the name, how many amounts, how many checked."""
    for table in document.tables:
        for column in table.columns:
            yield table, column_told(table, column, False), column.amounts, column.checked
        # Rows of one kind are all there are.
        for rows in table.rows if len(table.rows) > 1 else ():
            yield table, _ROWS[rows.kind], rows.amounts, rows.checked
    if count := len(document.reading.claims):
        yield None, say("amounts in the text"), count, count - len(document.claims)


def not_checked(document: DocumentCoverage) -> list[Message]:
    """What is not checked of a document: ``column Pupils (3)``, ``column Grant (2 of 14)``, ``2 amounts in the text``."""
    told = []
    for table in document.tables:
        for column in table.columns:
            left, name = column.amounts - column.checked, column_told(table, column, len(document.tables) > 1)
            if left == column.amounts and left:
                told.append(say("{name} ({count})", name=name, count=left))
            elif left:
                told.append(say("{name} ({count} of {all})", name=name, count=left, all=column.amounts))
    if texts := len(document.claims):
        told.append(say_many(texts, "{count} amount in the text", "{count} amounts in the text"))
    if rates := len(document.percentages):
        told.append(
            say_many(rates, "{count} figure in per cent in the text", "{count} figures in per cent in the text")
        )
    return told


def not_checked_in(documents: Iterable[DocumentCoverage]) -> list[Message]:
    """What is not checked of documents, a sentence for each: ``not checked in d.md: column Pupils (3)``."""
    return [
        say("not checked in {path}: {items}", path=document.reading.document.path, items=joined(", ", items))
        for document in documents
        if (items := not_checked(document))
    ]


def passed_over_told(report: Report) -> Message | None:
    """The files in folders that are no documents: ``6 files passed over: 4 .png, 2 .doc``; None where there are none."""
    if not report.passed_over:
        return None
    kinds = [
        f"{files} {suffix}" if suffix else say("{files} without suffix", files=files)
        for suffix, files in report.passed_over
    ]
    count = sum(files for _, files in report.passed_over)
    return say_many(count, "{count} file passed over: {kinds}", "{count} files passed over: {kinds}",
                    kinds=listed_first(kinds[:_KINDS_SHOWN], len(kinds) - _KINDS_SHOWN))  # fmt: skip


def silenced(number: int, written: str = "") -> Message:
    """How many findings are suppressed: ``1 finding suppressed``."""
    written = written or str(number)
    return say_many(number, "{number} finding suppressed", "{number} findings suppressed", number=written)


def compared(outcome: Outcome) -> str:
    """What an equation compares, in one line."""
    total = outcome.total
    if outcome.kind == CLAIM and len(outcome.terms) == 1:
        return say(
            "“{claim}”: {row} {amount}",
            claim=total.label,
            row=outcome.terms[0].label,
            amount=outcome.terms[0].amount.text,
        )
    if outcome.kind != BUDGET:
        return joined(" = ", (outcome.label, total.amount.text))
    notation = next((term.amount.notation for term in outcome.terms if term.amount.notation.group), Notation(" "))
    parts = [render(term.value(), notation) for term in outcome.terms[:_TERMS_SHOWN]]
    more = " + …" if len(outcome.terms) > _TERMS_SHOWN else ""
    whole = "" if len(outcome.terms) == 1 else f" = {render(outcome.computed, notation)}"
    told = joined("", (outcome.label, ": ", " + ".join(parts), more, whole))
    if outcome.equation.relation == "at-most" and outcome.status == TIES:
        return say("{told} of {amount}, {off} left", told=told, amount=render(total.value(), notation),
                   off=render(outcome.difference, notation))  # fmt: skip
    return told
