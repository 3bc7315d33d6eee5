"""What reports for people say alike: places, equations and fixes in words, and text that is safe to show."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from reconcile.amounts import Notation, render
from reconcile.equations import (
    AVERAGE,
    BUDGET,
    CLAIM,
    COLUMN_TOTAL,
    ROW_TOTAL,
    STATED_TOTAL,
    SUBTOTAL,
    SUM,
    TIES,
    Outcome,
)
from reconcile.findings import Finding, Fix, Remark, Suppressed
from reconcile.locales import is_total_label
from reconcile.location import Location

_PROOF = {
    "sum": "proved by the sum", "budget": "proved by the budget", "writing": "by the writing alone, unproved",
    "ambiguous": "one of several",
}  # fmt: skip
_UNPROVED = {"sum": "fits the sum, unproved", "budget": "fits the budget, unproved"}
_SILENCED = {"mark": "by the mark at", "settings": "by the settings at", "baseline": "by the baseline"}
_KIND = {
    COLUMN_TOTAL: "column total", ROW_TOTAL: "row total", SUBTOTAL: "subtotal", STATED_TOTAL: "total stated in the text",
    CLAIM: "amount in the text", BUDGET: "budget",
}  # fmt: skip
_LEAST = 0.005
_TERMS_SHOWN = 6


def shown(text: str) -> str:
    """Text of a document as it may be shown: what steers a terminal, breaks a line or turns the direction is replaced."""
    return text if text.isprintable() else "".join("\ufffd" if _steers(char) else char for char in text)


def _steers(char: str) -> bool:
    if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
        return True
    return unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def named(location: Location) -> str:
    """What a person finds a place in a table by: ``row Region Uppsala, column Totalt``; empty outside tables."""
    if location.grid is None:
        return ""
    names = [("row", location.grid.row_label), ("column", location.grid.column_header)]
    return ", ".join(f"{kind} {name}" for kind, name in names if name)


def placed(location: Location) -> str:
    """Where something is, with the names that a person finds it by: ``d.md:24:20, row Region Uppsala, column Totalt``."""
    return ", ".join(filter(None, (str(location), named(location))))


def fix_of(fix: Fix) -> str:
    """A fix with how sure it is: ``write 54 499 160 (safe, proved by the sum)``."""
    return f"{fix.title} ({sureness(fix)})"


def sureness(fix: Fix) -> str:
    """How sure a fix is, and by what. What only one sum asks for is no proof."""
    # Of rivals the odds are what tells them apart.
    odds = f": {fix.confidence:.0%}" if fix.confidence >= _LEAST else ": under 1%"
    odds = odds if fix.proof == "ambiguous" else ""
    proved = fix.applicability == "safe" or fix.proof not in _UNPROVED
    return f"{fix.applicability}, {_PROOF[fix.proof] if proved else _UNPROVED[fix.proof]}{odds}"


def silence_of(each: Suppressed) -> str:
    """By what a finding is suppressed, and why: ``by the mark at d.md:5:1: rounded by hand``."""
    return f"{_SILENCED[each.by]} {each.place}: {each.reason or 'no reason is given'}"


def suppressed(each: Suppressed, names: Mapping[str, str]) -> str:
    """A suppressed finding in one line: what, where, by what and why."""
    return f"{headed(each.finding, names)} at {placed(each.finding.primary)}, {silence_of(each)}"


def remarked(remark: Remark) -> str:
    """A remark with its place."""
    return f"{remark.place}: {remark.message}"


def headed(finding: Finding, names: Mapping[str, str]) -> str:
    """A finding's severity, code and name: ``error R301 column-total``."""
    return f"{finding.severity.value} {finding.code} {names.get(finding.code, '')}".rstrip()


def found_as(outcome: Outcome) -> str:
    """What an equation is, and what shows it: ``column total (by its name)``, ``row total, a mean (by arithmetic)``."""
    told, total = _KIND[outcome.kind], outcome.total
    if outcome.equation.operator == AVERAGE:
        told += ", a mean"
    elif outcome.equation.operator != SUM:
        told += ", a share or a change"
    if outcome.kind not in (COLUMN_TOTAL, ROW_TOTAL, SUBTOTAL) or total.table is None:
        return told
    if (total.row, total.col) in total.table.formulas:
        return f"{told} (by its formula)"
    return f"{told} (by {'its name' if is_total_label(total.label) or is_total_label(total.header) else 'arithmetic'})"


def counted(number: int, word: str) -> str:
    """A number of things: ``1 error``, ``2 errors``."""
    return f"{number} {word}" + ("" if number == 1 else "s")


def compared(outcome: Outcome) -> str:
    """What an equation compares, in one line."""
    total = outcome.total
    if outcome.kind == CLAIM:
        return f"“{total.label}”: {outcome.terms[0].label} {outcome.terms[0].amount.text}"
    if outcome.kind != BUDGET:
        return f"{outcome.label} = {total.amount.text}"
    notation = next((term.amount.notation for term in outcome.terms if term.amount.notation.group), Notation(" "))
    parts = [render(term.value(), notation) for term in outcome.terms[:_TERMS_SHOWN]]
    more = " + …" if len(outcome.terms) > _TERMS_SHOWN else ""
    whole = "" if len(outcome.terms) == 1 else f" = {render(outcome.computed, notation)}"
    left = ""
    if outcome.equation.relation == "at-most" and outcome.status == TIES:
        left = f" of {render(total.value(), notation)}, {render(outcome.difference, notation)} left"
    return f"{outcome.label}: {' + '.join(parts)}{more}{whole}{left}"
