"""Parts of a web page: escaped text, tables, excerpts, provenance, and the plot of a difference against the rows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from reconcile.core.decimals import ZERO
from reconcile.core.location import Location, TextSpan
from reconcile.core.messages import Translator, joined, say
from reconcile.equate.equation import Outcome, Term, writer
from reconcile.report.phrases import counted, covered, nothing_found, silenced
from reconcile.report.report import Report
from reconcile.report.trace import Suspect, tell_value, told_settings
from reconcile.version import __version__

if TYPE_CHECKING:
    from reconcile.equate.budget.standing import BudgetStatus

# Also the marks that turn the direction of text: they would reach beyond their own cell.
_SHOWN_AS = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)|(?<=[-\u2212]) (?=\d)")
_MOST_DOTS = 12
_LINE = 160
_MOST_ENTITIES = 1_000
_ROW, _LEFT, _WIDTH = 22, 200, 640


def escape(text: str) -> str:
    """Text that stands in a page, or in a quoted attribute, as it is; what cannot stand in one is shown as U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text).translate(_SHOWN_AS)


def escape_told(text: str) -> str:
    """Our own words, escaped; an amount in them is not broken over two lines."""
    return escape(_BETWEEN_DIGITS.sub("\u00a0", text))


def simple_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], figures: frozenset[int]) -> str:
    """A table whose cells are HTML already; the first of each row is its header, ``figures`` are set to the right."""
    lines = [f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table class="plain">']
    lines.append(f"<caption>{caption}</caption><thead><tr>")
    lines += [f'<th scope="col"{_figure(col, figures)}>{cell}</th>' for col, cell in enumerate(head)]
    lines.append("</tr></thead><tbody>")
    for first, *rest in rows:
        cells = "".join(f"<td{_figure(col, figures)}>{cell}</td>" for col, cell in enumerate(rest, start=1))
        lines.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody></table></div>"])


def _figure(col: int, figures: frozenset[int]) -> str:
    return ' class="figure"' if col in figures else ""


def grouped(number: int) -> str:
    """A count with its digits in groups."""
    return f"{number:,}".replace(",", "\u00a0")


def standing_tables(standing: BudgetStatus, tell: Translator) -> Iterator[str]:
    """How a budget stands, line by line, and who received what in which document."""
    words = (say("line"), say("budgeted"), say("distributed"), say("remaining"), say("status"), say("allowed, and why"))
    head = [escape(tell(word)) for word in words]
    rows = []
    for line in (*standing.lines, *standing.limits):
        amounts = [_money(value) for value in (line.budgeted, line.distributed, line.remaining)]
        why = f"{tell_value(line.tolerance)}: {escape(line.reason)}" if line.reason else ""
        rows.append(["\u2003" * line.depth + escape(tell(line.name)), *amounts, tell(line.words), why])
    currency = f" ({escape(standing.currency)})" if standing.currency else ""
    yield simple_table(f"{escape(standing.name)}{currency}", head, rows, frozenset({1, 2, 3}))
    matrix = standing.matrix
    if not matrix.rows:
        return
    documents = [escape(name) for name in matrix.documents]
    rows = [
        [
            escape(tell(say("{name} ({count} rows)", name=row.name, count=row.rows) if row.rows > 1 else row.name)),
            *(_money(amount) for amount in row.amounts),
            _money(row.total),
        ]
        for row in matrix.rows[:_MOST_ENTITIES]
    ]
    rows.append(
        [f"<b>{tell(say('all'))}</b>", *(f"<b>{_money(total)}</b>" for total in (*matrix.totals, matrix.total))]
    )
    if any(total is not None for total in matrix.printed):
        rows.append([tell(say("as printed")), *map(_money, matrix.printed), ""])
    figures = frozenset(range(1, len(documents) + 2))
    head = [tell(say("entity")), *documents, tell(say("together"))]
    yield simple_table(tell(say("Who received what")), head, rows, figures)
    if len(matrix.rows) > _MOST_ENTITIES:
        left = grouped(len(matrix.rows) - _MOST_ENTITIES)
        yield f"<p>{tell(say('{count} more entities are not shown; the totals count them.', count=left))}</p>"
    foots = say("The entities and the documents do not add up to the same.")
    if matrix.cross_foots:
        foots = say("The entities and the documents add up to the same.")
    yield f"<p>{tell(foots)}</p>"


def _money(value: Decimal | None) -> str:
    return "" if value is None else escape_told(tell_value(value))


def count(number: int, word: str) -> str:
    """A number of things, in words."""
    return counted(number, word, grouped(number))


def html_excerpt(report: Report, place: Location, tell: Translator) -> Iterator[str]:
    """The source line with the place marked; a long line is cut around it."""
    source, span = report.sources.get(place.path), place.anchor
    if source is None or not isinstance(span, TextSpan):
        return
    line = source.line(span.line)
    start = span.column - 1
    end = min(span.end_column - 1 if span.end_line == span.line else len(line), len(line), start + _LINE)
    first, last = max(0, start - _LINE // 2), min(len(line), end + _LINE // 2)
    before = ("…" if first else "") + line[first:start]
    after = line[end:last] + ("…" if last < len(line) else "")
    marked = f"<mark>{escape(line[start:end])}</mark>" if end > start else ""
    named = tell(say("line {line} of the document", line=span.line))
    yield f'<div class="excerpt" tabindex="0" role="group" aria-label="{named}"><span class="dim">{span.line} │ </span>{escape(before)}{marked}{escape(after)}</div>'


def provenance(report: Report, tell: Translator) -> Iterator[str]:
    """What made the report, when and with which settings, and from which files."""
    yield f'<section aria-labelledby="provenance"><h2 id="provenance">{tell(say("Provenance"))}</h2>'
    yield "<dl>"
    made = report.made or say("not known")
    facts = [(say("made by"), f"reconcile {__version__}"), (say("made at"), made)]
    if report.budget is not None:
        facts.append((say("budget file"), report.budget.path))
    for term, told in (*facts, *told_settings(report)):
        yield f"<dt>{tell(term)}</dt><dd>{escape(tell(told))}</dd>"
    yield "</dl>"
    words = (say("document"), say("format"), say("encoding"), say("locale"), say("bytes"), "SHA-256")
    head = list(map(tell, words))
    rows = [
        [
            escape(document.path), document.format, document.encoding or "", escape(reading.locale or ""),
            grouped(document.size), f"<code>{document.sha256}</code>",
        ]
        for reading in report.readings
        for document in (reading.document,)
    ]  # fmt: skip
    yield simple_table(tell(say("The documents that were read")), head, rows, frozenset({4}))
    yield "</section>"


def headline(report: Report, tell: Translator) -> str:
    """What was found, in one line."""
    summary = report.summary()
    faults = [(summary["errors"], "error"), (summary["warnings"], "warning"), (summary["notes"], "note")]
    found = [count(number, word) for number, word in faults if number]
    checked = summary["amounts_checked"]
    found = found or [nothing_found(checked, len(report.suppressed), len(report.schemas))]
    told = say("{faults} in {documents}", faults=joined(", ", found), documents=count(summary["documents"], "document"))
    told = joined("; ", (told, covered(checked, summary["amounts"], grouped), count(summary["equations"], "equation")))
    if summary["unread"]:
        unread = say("{cells} among the amounts not understood", cells=count(summary["unread"], "cell"))
        told = joined("; ", (told, unread))
    if report.suppressed:
        told = joined("; ", (told, silenced(len(report.suppressed), grouped(len(report.suppressed)))))
    said = tell(told)
    sign = "✗" if not report.ok else "✓" if checked else "–"
    return f'<span aria-hidden="true">{sign}</span> {said[0].upper()}{said[1:]}'


def counts(part: Report) -> tuple[int, ...]:
    """Tables, amounts, those that are checked, equations by their status, and findings by their severity."""
    told = part.summary()
    equations = (
        told["equations"],
        told["ties"],
        told["ties_within_rounding"],
        told["ties_after_repair"],
        told["broken"],
    )
    return (
        told["tables"],
        told["amounts"],
        told["amounts_checked"],
        *equations,
        told["errors"],
        told["warnings"],
        told["notes"],
    )


def plot_difference(outcome: Outcome, rivals: Sequence[Suspect], tell: Translator) -> str:
    """The rows nearest in size to what a sum is off by, as dots on a logarithmic scale, with a line at the difference."""
    terms, write = _nearest(outcome, rivals), writer(outcome.equation)
    difference = outcome.difference.copy_abs()
    if len(terms) < 2 or not difference:
        return ""
    logs = [_log(value) for value in (difference, *(term.value().copy_abs() for term in terms))]
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    high += high == low

    def x(value: Decimal) -> float:
        return round(_LEFT + (_log(value) - low) / (high - low) * (_WIDTH - _LEFT - 20), 1)

    bottom = 24 + _ROW * len(terms)
    why = {rival.term.key: rival.why for rival in rivals}
    told = tell(
        say("The difference of {off} beside the rows of {label}", off=write(outcome.difference), label=outcome.label)
    )
    svg = [
        f'<svg viewBox="0 0 {_WIDTH} {bottom + 34}" role="img" aria-label="{escape(told)}"><title>{escape(told)}</title>'
    ]
    step = max(1, (high - low) // 5)
    for power in range(low, high + 1, step):
        at, tick = x(Decimal(1).scaleb(power)), escape(write(Decimal(1).scaleb(power)))
        svg.append(f'<line class="tick" x1="{at}" x2="{at}" y1="20" y2="{bottom}"/>')
        anchor = "end" if power == high else "middle"
        svg.append(f'<text class="small" x="{at}" y="{bottom + 14}" text-anchor="{anchor}">{tick}</text>')
    at = x(difference)
    svg.append(f'<line class="off" x1="{at}" x2="{at}" y1="16" y2="{bottom}"/>')
    off = tell(say("off by {off}", off=write(difference)))
    side = "end" if at > _WIDTH * 0.7 else "start"
    svg.append(f'<text class="small" x="{at}" y="12" text-anchor="{side}">{escape(off)}</text>')
    for number, term in enumerate(terms):
        y = 34 + _ROW * number
        label = tell(_name(term))
        label = label if len(label) <= 28 else label[:27] + "…"
        svg.append(f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(label)}</text>')
        svg.append(_dot(x(term.value().copy_abs()), y, term.key in why))
    scale = tell(say("size of each row, logarithmic scale"))
    svg.append(f'<text class="small" x="{_WIDTH - 20}" y="{bottom + 30}" text-anchor="end">{scale}</text></svg>')
    left = len(outcome.terms) - len(terms)
    caption = f"{escape_told(told)}. {escape_told(tell(_explained(rivals, write)))}"
    if left:
        caption += f" {tell(say('{count:,} more rows are not drawn.', count=left))}"
    return f"<figure>{''.join(svg)}<figcaption>{caption}</figcaption></figure>"


def _dot(x: float, y: int, fits: bool) -> str:
    """A dot, or a larger diamond for a row that fits."""
    if fits:
        return f'<path class="fits" d="M{x - 8} {y}L{x} {y - 8}L{x + 8} {y}L{x} {y + 8}Z"/>'
    return f'<circle class="dot" cx="{x}" cy="{y}" r="4"/>'


def _nearest(outcome: Outcome, rivals: Sequence[Suspect]) -> list[Term]:
    """The rows to draw, as printed: those that fit, then those nearest in size."""
    size = _log(outcome.difference.copy_abs()) if outcome.difference else 0
    fit = {rival.term.key for rival in rivals}
    terms = [term for term in outcome.terms[:10_000] if term.table is not None and term.value() != ZERO]
    nearest = sorted(terms, key=lambda term: (term.key not in fit, abs(_log(term.value().copy_abs()) - size)))
    return sorted(nearest[:_MOST_DOTS], key=lambda term: (term.row, term.col))


def _explained(rivals: Sequence[Suspect], write: Callable[[Decimal], str]) -> str:
    if not rivals:
        return say(
            "No single row explains it: none left out, counted twice, with its sign reversed or with two digits swapped."
        )
    told: list[str] = [joined("", (_name(rival.term), " (", write(rival.term.value()), "): ", rival.why))
                       for rival in rivals[:5]]  # fmt: skip
    if len(rivals) > 5:
        told.append(say("and {count} more", count=len(rivals) - 5))
    return say("A diamond marks a row that could alone explain it. {rows}.", rows=joined("; ", told))


def _name(term: Term) -> str:
    return term.label or say("row {row}", row=term.row + 1)


def _log(value: Decimal) -> float:
    return value.adjusted() + math.log10(float(value.scaleb(-value.adjusted())))
