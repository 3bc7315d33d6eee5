"""Draft a budget file from what documents print, for somebody to complete."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import NamedTuple

from reconcile.core.amounts import Notation, render
from reconcile.core.decimals import add
from reconcile.core.document import Document
from reconcile.core.settings import Settings
from reconcile.equate.budget.columns import find_meant
from reconcile.equate.prose import Control, link_documents
from reconcile.recognise.tables import RecognisedDocument
from reconcile.run.pipeline import equate_documents

# How a rounded amount is written, by the power of ten of its unit.
_SCALES = {3: "thousand", 6: "million", 5: "lakh", 7: "crore"}


class _Drawn(NamedTuple):
    """A document in the draft: its name and path there, its column with what tells it from others, or why there is none."""

    name: str
    path: str
    keys: Mapping[str, str]
    control: Control | None
    reason: str = ""


def draft_budget(documents: Iterable[Document], settings: Settings, folder: str) -> str:
    """A commented budget file over documents, that loads again; its paths are seen from ``folder``."""
    readings, _, known, _ = equate_documents(documents, settings)
    drawn = [
        _drawn(reading, known[reading.document.path], folder, number) for number, reading in enumerate(readings, 1)
    ]
    drawn = _apart(drawn)
    counted = [each for each in drawn if each.control is not None]
    currencies = {term.amount.unit.currency for each in counted if each.control for term in each.control.rows} - {None}
    lines = [
        "# A first draft, made from what the documents print. The amounts are theirs: put the appropriation's instead."
    ]
    lines += ["# yaml-language-server: $schema=budget-v1.schema.json"]
    lines += ["# (`reconcile budget schema > budget-v1.schema.json`, and editors complete what is written here.)"]
    lines.append(f"budget: {_quoted(_title(readings))}")
    if len(currencies) == 1:
        lines.append(f"currency: {currencies.pop()}")
    elif currencies:
        lines.append(f"# The documents are in {', '.join(sorted(map(str, currencies)))}; a budget is in one currency.")
    lines += ["", "documents:                # a name for each, and its path or glob as seen from this file"]
    for each in drawn:
        lines += _document(each)
    lines += ["", "lines:"]
    pool = next(iter(link_documents(readings, list(known.values()))), None)
    if pool is not None and len(counted) == len(drawn):
        lines += [
            f"  - line: {_quoted(pool.total.label)}      # every document names this amount, and together they exhaust it",
            f"    amount: {_quoted(_printed(pool.total.value()))}",
            "    use: exhausted",
            f"    documents: [{', '.join(_quoted(each.name) for each in counted)}]",
        ]
    else:
        for each in counted:
            lines += _line(each)
    if not any(line.startswith("  - line:") for line in lines):
        lines += ["  []                      # no amounts were found; write lines as docs/budgets.md shows"]
    lines += _hints()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _drawn(reading: RecognisedDocument, controls: Sequence[Control], folder: str, number: int) -> _Drawn:
    path = reading.document.path
    seen = os.path.relpath(path, folder or ".") if path != "<stdin>" else "document.txt"
    name = PurePath(path).stem.replace("_", " ").strip("<>") or f"document {number}"
    meant = find_meant(controls)
    if isinstance(meant, Control):
        return _Drawn(name, seen, {}, meant)
    # The last column with a total is as good a guess as any; what it was chosen from is told beside it.
    control = max(controls, key=lambda each: (each.total is not None, len(each.rows), -each.column.index), default=None)
    if control is None:
        return _Drawn(name, seen, {}, None, meant)
    keys = {}
    tables = {each.figures.table.index for each in controls}
    if len(tables) > 1:
        keys["table"] = str(control.figures.table.index + 1)
    if len({each.column.index for each in controls if each.figures is control.figures}) > 1:
        headers = [
            " ".join(each.column.header.split()).casefold() for each in controls if each.figures is control.figures
        ]
        mine = " ".join(control.column.header.split())
        keys["column"] = mine if mine and headers.count(mine.casefold()) == 1 else str(control.column.index + 1)
    return _Drawn(name, seen, keys, control, meant)


def _apart(drawn: Sequence[_Drawn]) -> list[_Drawn]:
    """The documents with names of their own; those of one file name are called by their paths."""
    names = [each.name for each in drawn]
    return [each._replace(name=each.path) if names.count(each.name) > 1 else each for each in drawn]


def _title(readings: Sequence[RecognisedDocument]) -> str:
    titles = [figures.title for reading in readings for figures in reading.tables if figures.title.strip()]
    return " ".join(titles[0].split())[:80] if titles else "Budget"


def _document(each: _Drawn) -> Iterator[str]:
    if not each.keys:
        yield f"  {_quoted(each.name)}: {_quoted(each.path)}"
        if each.control is None:
            yield f"    # {each.reason}"
        return
    yield f"  {_quoted(each.name)}:"
    yield f"    path: {_quoted(each.path)}"
    for key, value in each.keys.items():
        yield f"    {key}: {_quoted(value)}"
    yield f"    # {each.reason}"


def _line(each: _Drawn) -> Iterator[str]:
    control = each.control
    assert control is not None
    whole = control.total
    value = whole.value() if whole is not None else add(term.value() for term in control.rows)
    told = (
        f"its printed total, {whole.label or 'stated'}"
        if whole is not None
        else "the sum of its rows: no total is printed"
    )
    if value < 0:
        yield f"  # {_quoted(each.name)} adds up to {_printed(value)}: no line, as no budget is less than nothing"
        return
    amount = (whole or control.rows[0]).amount
    scale = _SCALES.get(amount.unit.exponent)
    yield f"  - line: {_quoted(each.name)}"
    if scale is None:
        yield f"    amount: {_quoted(_printed(value))}      # {' '.join(told.split())}"
    else:
        printed = _printed(value, amount.unit.exponent, amount.decimals)
        yield f"    amount: {_quoted(f'{printed} {scale}')}      # {' '.join(told.split())}"
        yield "    rounded: true           # as the document rounds"
    yield "    use: exhausted          # or at-most (the default), or at-least"
    yield f"    documents: [{_quoted(each.name)}]"


def _hints() -> list[str]:
    return """
# Lines may lie within a line, which must then hold them:
#   - line: The whole agreement
#     amount: 2,95 miljarder kronor
#     lines:
#       - line: ...
# Somebody's other names, and what may be received over all documents:
# entities:
#   Region Uppsala: {aliases: [Uppsala läns landsting], amount: 70 miljoner kronor}""".splitlines()


def _printed(value: Decimal, exponent: int = 0, decimals: int | None = None) -> str:
    text = render(value, Notation(" ", ","), exponent, decimals)
    # Three decimals could be a group of thousands.
    return f"{text}0" if len(text.partition(",")[2]) == 3 else text


def _quoted(text: str) -> str:
    """Text as YAML takes it for text: plain where that is safe, else in double quotes."""
    plain = " ".join(text.split())
    if plain.replace(" ", "").isdecimal() and not plain.startswith("0"):
        return plain
    safe = plain and plain[0].isalpha() and all(char.isalnum() or char in " _-./()" for char in plain)
    if safe and plain.casefold() not in ("true", "false", "yes", "no", "on", "off", "null", "y", "n"):
        return plain
    import json

    return json.dumps(plain, ensure_ascii=False)
