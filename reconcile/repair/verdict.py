"""Judge what explains broken sums: probabilities over all explanations and something else, and what is safe to change.

The probability of an explanation is its weight among the weights of all. *Something else* is a total that is out of date, a row that is
missing, or more slips than were looked for; any difference could come of the first two, so each takes the share that one difference
among all of its size has.
"""

from __future__ import annotations

from collections.abc import Set
from decimal import Decimal
from typing import NamedTuple

from reconcile.amounts import Notation, rescale
from reconcile.casefile import Solution
from reconcile.equations import BUDGET, Equation, Key, Term
from reconcile.findings import Edit, Fix
from reconcile.messages import Message, joined, quoted, say, say_many
from reconcile.repair.search import Break, Explanation
from reconcile.repair.typos import MISSING, STALE, WEIGHTS, is_suspicious
from reconcile.repair.writing import write_figure
from reconcile.wording import writer

SAFE = 0.99
# One explanation of such a share is told before the others, and no more than so many are told.
_CLEAR, _MOST_TOLD = 0.8, 40
# A second slip is rare; that two agree in two sums that point to one figure is rarer by far.
_MORE_SLIPS, _MORE_SLIPS_AGREEING, _MORE_THAN_PAIRS = 0.01, 0.0005, 0.3
# What was not looked at is as likely as what was found.
_LIMITED = 1.0
# Sizes are spread over some twenty powers of e.
_SPREAD = 20
# What is missing by the registry of names explains a difference better than any slip.
_KNOWN_MISSING = 20.0
# Two sums agree on a value that no usual slip explains.
_FORCED = 0.9


class Rival(NamedTuple):
    """An explanation with its probability."""

    explanation: Explanation
    probability: float


def weigh(found: Break, missing: bool = False) -> list[Rival]:
    """The explanations of a break with their probabilities, best first; what they lack to 1 is something else.

    ``missing`` says that rows of its tables are known to be missing.
    """
    total = sum(explanation.weight for explanation in found.explanations)
    more = _MORE_SLIPS_AGREEING if found.proven else _MORE_SLIPS
    if any(len({c.value for c in e.changes}) > 1 for e in found.explanations):
        more = _MORE_THAN_PAIRS
    if found.limit:
        more += _LIMITED
    amount = found.equations[0].total.amount
    size = float(rescale(found.difference.copy_abs(), amount.decimals - amount.unit.exponent))
    anything = (WEIGHTS[STALE] + WEIGHTS[MISSING]) / (_SPREAD * max(1.0, size))
    whole = total * (1 + more + (_KNOWN_MISSING if missing else 0.0)) + anything
    # Figures of hundreds of digits leave no weight at all.
    return [Rival(explanation, explanation.weight / (whole or 1.0)) for explanation in found.explanations]


def judge(found: Break, missing: bool = False) -> tuple[Solution, dict[Key, Decimal]]:
    """What to say of a break and to propose, and the value of the figure that is safe to change, if one is."""
    rivals = weigh(found, missing)
    proof = "budget" if all(equation.kind == BUDGET for equation in found.equations) else "sum"
    if not rivals:
        return _without_slip(found, proof), {}
    best = rivals[0]
    change = best.explanation.changes[0]
    if len(rivals) > 1 or best.probability <= 0.5:
        fixes = [_fix(found, rival, "ambiguous") for rival in rivals[:_MOST_TOLD]]
        return Solution(_ambiguous(found, rivals), tuple(fix for fix in fixes if fix is not None)), {}
    safe = found.proven and len(best.explanation.changes) == 1 and best.probability >= SAFE
    fix = _fix(found, best, proof, safe)
    told = say("only {names} explains it: {kinds}", names=_names(best), kinds=_kinds(best))
    if len(dict.fromkeys(each.term.key for each in best.explanation.changes)) > 1:
        told = say("only {names}, both of them, explain it: {kinds}", names=_names(best), kinds=_kinds(best))
    if found.forced is not None:
        told = say("{count} sums point to {names} and agree what it should be: {kinds}", count=len(found.equations),
                   names=_names(best), kinds=_kinds(best))  # fmt: skip
    if fix is None:
        return Solution(told), {}
    return Solution(told, (fix,), safe), {change.term.key: change.value} if safe else {}


def _without_slip(found: Break, proof: str) -> Solution:
    """What to say where no slip explains a break."""
    if found.forced is not None:
        term, value = found.forced
        new = write_figure(term.amount, value, _notation(found.equations[0]))
        told = say("{count} sums point to {name}, but no usual slip explains its figure", count=len(found.equations),
                   name=_name(term))  # fmt: skip
        if new is None:
            return Solution(told)
        edit = Edit(term.location, term.location.text, new)
        return Solution(
            told,
            (
                Fix(
                    say("write {new} for {name}", new=new, name=_name(term)),
                    (edit,),
                    "unsafe",
                    proof,
                    _FORCED,
                    new,
                    value,
                ),
            ),
        )
    told = say("no single slip explains {off}: a row may be missing or counted twice, or the total out of date",
               off=_difference(found))  # fmt: skip
    return Solution(joined("", (told, " (", found.limit, ")")) if found.limit else told)


def _ambiguous(found: Break, rivals: list[Rival]) -> Message:
    """How many explanations there are, and whether the writing of any speaks for it."""
    odd = [r for r in rivals if any(is_suspicious(change.term.amount) for change in r.explanation.changes)]
    pairs = any(len({c.value for c in r.explanation.changes}) > 1 for r in rivals)
    figures = len({r.explanation.changes[0].term.key for r in rivals})
    what = say_many(figures, "{count} figure", "{count} figures")
    if pairs:
        what = say("{count} pairs of figures", count=len(rivals))
    best = rivals[0]
    if best.probability >= _CLEAR and len(rivals) > 1:
        return say("{names} explains it best: {kinds}; {count} could; nothing changed", names=_names(best),
                   kinds=_kinds(best), count=what)  # fmt: skip
    writing = say("the writing of none is suspicious")
    if odd:
        writing = say("the writing of {names} is suspicious", names=_names(odd[0]))
    return say(
        "{count} could explain {off}; {writing}; nothing changed", count=what, off=_difference(found), writing=writing
    )


def _fix(found: Break, rival: Rival, proof: str, safe: bool = False) -> Fix | None:
    """The fix that an explanation proposes, or None where it cannot be written in place of what is printed."""
    notation = _notation(found.equations[0])
    edits: list[Edit] = []
    for change in rival.explanation.changes:
        new = write_figure(change.term.amount, change.value, notation)
        if new is None:
            return None
        edits.append(Edit(change.term.location, change.term.location.text, new))
    values: Set[Decimal] = {change.value for change in rival.explanation.changes}
    written = joined(say(" and "), (
        say("{new} for {name}", new=e.new, name=_name(c.term)) for e, c in zip(edits, rival.explanation.changes, strict=True)
    ))  # fmt: skip
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
    return next((a.notation for a in amounts if a.notation.group and not a.fault), Notation())


def _names(rival: Rival) -> Message:
    return joined(say(" and "), dict.fromkeys(_name(change.term) for change in rival.explanation.changes))


def _kinds(rival: Rival) -> Message:
    return joined(say(" and "), dict.fromkeys(change.slip.kind for change in rival.explanation.changes))


def _name(term: Term) -> str:
    """What a person finds a figure by: its row, and its column where the table has several."""
    name = term.label or say("the figure {text}", text=term.amount.text)
    if term.row >= 0 and term.label:
        name = quoted(term.label)
    several = term.table is not None and term.header and len(term.table.rows[0]) > 2
    return joined(", ", (name, term.header)) if several else name
