"""Judge what explains broken sums: probabilities over all explanations and something else, and what is safe to change.

The probability of an explanation is its weight among the weights of all. *Something else* is a total that is out of date, a row that is
missing, or more slips than were looked for; any difference could come of the first two, so each takes the share that one difference
among all of its size has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from decimal import Decimal
from pathlib import PurePath
from typing import NamedTuple

from reconcile.core.amounts import Notation
from reconcile.core.decimals import rescale
from reconcile.core.findings import Edit, Fix
from reconcile.core.messages import Message, joined, quoted, say, say_many
from reconcile.core.typos import MISSING, STALE, WEIGHTS, is_suspicious
from reconcile.equate.equation import (
    BALANCE,
    BUDGET,
    CLAIM,
    COUNTERPART,
    ROW_TOTAL,
    STATED,
    Equation,
    Key,
    Term,
    writer,
)
from reconcile.repair.results import Solution
from reconcile.repair.search import Break, Explanation
from reconcile.repair.writing import write_figure

SAFE = 0.99
# One explanation of such a share is told before the others, and no more than so many are told.
_CLEAR, _MOST_TOLD = 0.8, 40
# A second slip is rare; that two agree in two sums that point to one figure is rarer by far.
_MORE_SLIPS, _MORE_SLIPS_AGREEING, _MORE_THAN_PAIRS = 0.01, 0.0005, 0.3
# Another document that differs in one figure may be another version, before a row was revised and the total forgotten. Few revisions look
# like a slip, but those by a round amount do: one digit is another.
_ANOTHER_VERSION, _REVISED = 0.005, 0.05
# What was not looked at is as likely as what was found.
_LIMITED = 1.0
# Sizes are spread over some twenty powers of e.
_SPREAD = 20
# Two totals are seldom out of date by one and the same amount, and one missing row breaks one of them.
_IN_STEP = 0.1
# Two movements that follow each other are hardly ever wrong by opposite amounts; the balance between them is.
_BALANCED = 0.002
# What is missing by the registry of names explains a difference better than any slip.
_KNOWN_MISSING = 20.0
# Two sums agree on a value that no usual slip explains.
_FORCED = 0.9


class RankedExplanation(NamedTuple):
    """An explanation with its probability."""

    explanation: Explanation
    probability: float


def weigh(found: Break, missing: bool = False) -> list[RankedExplanation]:
    """The explanations of a break with their probabilities, best first; what they lack to 1 is something else.

    ``missing`` says that rows of its tables are known to be missing.
    """
    total = sum(explanation.weight for explanation in found.explanations)
    more = _MORE_SLIPS
    if found.proven:
        sums = sum(equation.kind not in (COUNTERPART, CLAIM) for equation in found.equations)
        alone = _REVISED if _is_round(found.difference) else _ANOTHER_VERSION
        more = _MORE_SLIPS_AGREEING if sums > 1 else alone
    if any(len({c.value for c in e.changes}) > 1 for e in found.explanations):
        more = _MORE_THAN_PAIRS
    if found.limit:
        more += _LIMITED
    amount = found.equations[0].total.amount
    size = float(rescale(found.difference.copy_abs(), amount.decimals - amount.unit.exponent))
    anything = (WEIGHTS[STALE] + WEIGHTS[MISSING]) / (_SPREAD * max(1.0, size))
    if found.forced is not None:
        balances = all(equation.kind == BALANCE for equation in found.equations)
        anything *= _BALANCED if balances else _IN_STEP
    # What takes several slips takes as many other mistakes.
    anything **= min((len(_figures(e)) for e in found.explanations), default=1)
    whole = total * (1 + more + (_KNOWN_MISSING if missing else 0.0)) + anything
    # Figures of hundreds of digits leave no weight at all.
    return [RankedExplanation(explanation, explanation.weight / (whole or 1.0)) for explanation in found.explanations]


def _is_round(amount: Decimal) -> bool:
    """Whether an amount is so many thousands, or hundred thousands, and so on: one digit and three noughts or more."""
    digits = format(amount.copy_abs(), "f")
    return len(digits) > 3 and len(digits.rstrip("0")) == 1


def _figures(explanation: Explanation) -> Set[Key]:
    """The figures that an explanation changes."""
    return {change.term.key for change in explanation.changes}


def judge(found: Break, missing: bool = False) -> tuple[Solution, dict[Key, Decimal]]:
    """What to say of a break and to propose, and the value of the figure that is safe to change, if one is."""
    rivals = weigh(found, missing)
    elsewhere = _documents_beside(found)
    proof = "budget" if elsewhere or all(equation.kind == BUDGET for equation in found.equations) else "sum"
    if not rivals:
        return _without_slip(found, proof), {}
    best = rivals[0]
    change = best.explanation.changes[0]
    if len(rivals) > 1 or best.probability <= 0.5:
        fixes = [_fix(found, rival, "ambiguous") for rival in rivals[:_MOST_TOLD]]
        return Solution(_ambiguous(found, rivals), tuple(fix for fix in fixes if fix is not None)), {}
    safe = found.proven and len(best.explanation.changes) == 1 and best.probability >= SAFE
    fix = _fix(found, best, proof, safe)
    names, kinds, several = _names(best), _kinds(best), len(_figures(best.explanation))
    told = say("Only an error in {names} explains it: {kinds}", names=names, kinds=kinds)
    if several > 1:
        told = say("Only errors in all of {names} explain it: {kinds}", names=names, kinds=kinds)
    if several == 2:
        told = say("Only errors in both {names} explain it: {kinds}", names=names, kinds=kinds)
    if found.equations[0].kind == BUDGET and several == 1:
        # Rows of several documents have the same names.
        name = PurePath(change.term.location.path).name
        told = say(
            "Only an error in {names} in {document} explains it: {kinds}", names=names, document=name, kinds=kinds
        )
    if found.forced is not None:
        told = say("{witnesses} point to {names} and agree on what it should be: {kinds}", witnesses=_witnesses(found),
                   names=names, kinds=kinds)  # fmt: skip
    if fix is None:
        return Solution(told), {}
    return Solution(told, (fix,), safe), {change.term.key: change.value} if safe else {}


def _without_slip(found: Break, proof: str) -> Solution:
    """What to say where no slip explains a break."""
    if found.forced is not None:
        term, value = found.forced
        new = write_figure(term.amount, value, _notation(found.equations[0]))
        told = say("{witnesses} point to {name}, but its figure is no common typing slip", witnesses=_witnesses(found),
                   name=_name(term))  # fmt: skip
        if new is None:
            return Solution(told)
        edit = Edit(term.location, term.location.text, new)
        return Solution(
            told,
            (
                Fix(
                    say(
                        "write {new} for {name}: {witnesses} agree on it",
                        new=new,
                        name=_name(term),
                        witnesses=_witnesses(found),
                    ),
                    (edit,),
                    "unsafe",
                    proof,
                    _FORCED,
                    new,
                    value,
                ),
            ),
        )
    told = say("No single typing slip explains {off}. A row may be missing or counted twice, or the total may be out of date",
               off=_difference(found))  # fmt: skip
    return Solution(joined("", (told, " (", found.limit, ")")) if found.limit else told)


def _documents_beside(found: Break) -> list[str]:
    """The other documents that speak of a break, by name."""
    beside = [term for equation in found.equations if equation.kind == COUNTERPART for term in equation.amounts()]
    if not beside:
        return []
    own = {term.key[0] for equation in found.equations if equation.kind != COUNTERPART for term in equation.amounts()}
    return sorted({PurePath(term.location.path).name for term in beside if term.key[0] not in own})


def _witnesses(found: Break) -> Message:
    """What agrees on a figure, in words: *2 sums*, *1 sum, a.md and b.md*."""
    sums = sum(equation.kind not in (COUNTERPART, CLAIM) for equation in found.equations)
    claims = [_name(equation.total) for equation in found.equations if equation.kind == CLAIM]
    return _joined([say_many(sums, "{count} sum", "{count} sums"), *claims, *_documents_beside(found)])


def _ambiguous(found: Break, rivals: list[RankedExplanation]) -> Message:
    """How many explanations there are, and whether the writing of any speaks for it."""
    best, *others = rivals
    elsewhere = [rival for rival in others if _figures(rival.explanation) != _figures(best.explanation)]
    if best.probability >= _CLEAR and others and not elsewhere:
        return say("The error is most likely in {names} ({kinds}). What should stand there is not certain, so nothing was changed",
                   names=_names(best), kinds=_kinds(best))  # fmt: skip
    if best.probability >= _CLEAR and others:
        return say("The error is most likely in {names} ({kinds}). It could also be in one of these, so nothing was changed: {others}",
                   names=_names(best), kinds=_kinds(best), others=_suspects(found, elsewhere))  # fmt: skip
    odd = next((r for r in rivals if any(is_suspicious(c.term.amount) for c in r.explanation.changes)), None)
    if not elsewhere:
        return say("The error could be in {names} ({kinds}), but that is not certain, so nothing was changed",
                   names=_names(best), kinds=_kinds(best))  # fmt: skip
    suspects = _suspects(found, rivals)
    if odd is not None:
        return say("The error could be in one of these: {suspects}. {names} looks mistyped, but no sum proves it, so nothing was changed",
                   suspects=suspects, names=_names(odd))  # fmt: skip
    return say(
        "The error could be in one of these: {suspects}. None looks mistyped, so nothing was changed", suspects=suspects
    )


def _suspects(found: Break, rivals: Sequence[RankedExplanation]) -> Message:
    """How many explanations there are, in words: *13 rows or the total*, *3 pairs of figures*."""
    most = max(len({c.value for c in rival.explanation.changes}) for rival in rivals)
    if most == 2:
        return say_many(len(rivals), "{count} pair of figures", "{count} pairs of figures")
    if most > 2:
        return say_many(len(rivals), "{count} set of figures", "{count} sets of figures")
    figures = {rival.explanation.changes[0].term.key for rival in rivals}
    totals = {equation.total.key for equation in found.equations}
    kind, rows = found.equations[0].kind, len(figures - totals)
    words = []
    if rows and kind == ROW_TOTAL:
        words.append(say_many(rows, "{count} amount", "{count} amounts"))
    elif rows and kind == BUDGET:
        words.append(say_many(rows, "{count} figure", "{count} figures"))
    elif rows:
        words.append(say_many(rows, "{count} row", "{count} rows"))
    total = say("the text") if kind == CLAIM else say("the total")
    return joined(say(" or "), [*words, *([total] if figures & totals else [])])


def _fix(found: Break, rival: RankedExplanation, proof: str, safe: bool = False) -> Fix | None:
    """The fix that an explanation proposes, or None where it cannot be written in place of what is printed."""
    notation = _notation(found.equations[0])
    edits: list[Edit] = []
    for change in rival.explanation.changes:
        new = write_figure(change.term.amount, change.value, notation)
        if new is None:
            return None
        edits.append(Edit(change.term.location, change.term.location.text, new))
    values: Set[Decimal] = {change.value for change in rival.explanation.changes}
    written = _joined(
        [
            say("{new} for {name}", new=e.new, name=_name(c.term))
            for e, c in zip(edits, rival.explanation.changes, strict=True)
        ]
    )
    title = say("write {written}: {kinds}", written=written, kinds=_kinds(rival))
    confidence = round(min(rival.probability, 0.9999), 4)
    value = rival.explanation.changes[0].value if len(values) == 1 else None
    applicability = "safe" if safe else "unsafe"
    return Fix(title, tuple(edits), applicability, proof, confidence, edits[0].new, value)


def _difference(found: Break) -> str:
    return writer(found.equations[0])(found.difference)


def _notation(equation: Equation) -> Notation:
    """How the figures of an equation are written, for those too short to show it themselves."""
    amounts = (term.amount for term in equation.amounts())
    counts = Counter(a.notation for a in amounts if a.notation.group and not a.fault)
    return max(counts, key=lambda notation: counts[notation], default=Notation())


def _names(rival: RankedExplanation) -> Message:
    return _joined([_name(change.term) for change in rival.explanation.changes])


def _kinds(rival: RankedExplanation) -> Message:
    return _joined([change.slip.kind for change in rival.explanation.changes])


def _joined(words: Sequence[str]) -> Message:
    """Words as people list them, each once: *a, b and c*."""
    *most, last = dict.fromkeys(words)
    return joined(say(" and "), [joined(", ", most), last] if most else [last])


def _name(term: Term) -> str:
    """What a person finds a figure by: its row, and its column where the table has several."""
    name: str = term.label or say("the figure {text}", text=term.amount.text)
    if term.label == STATED:
        name = say("the stated total")
    elif term.label and not isinstance(term.label, Message):
        name = quoted(term.label)
    several = term.table is not None and term.header and len(term.table.rows[0]) > 2
    return joined(", ", (name, term.header)) if several else name
