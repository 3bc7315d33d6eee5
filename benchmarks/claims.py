"""How many amounts of paragraphs are linked to a figure of the table beside them, and what is then called wrong.

    python benchmarks/claims.py score TATQA_DEV.json [--json]
    python benchmarks/claims.py links TATQA_DEV.json [--sample 100]
    python benchmarks/claims.py unlinked TATQA_DEV.json [--sample 100]
    python benchmarks/claims.py alarms TATQA_DEV.json

The dataset is a list of records with a ``table`` (rows of cells) and ``paragraphs`` (each with an ``order`` and a ``text``). Each record is
checked as one Markdown document. ``score`` counts the amounts of money in paragraphs, those that the table prints at all (to as many
digits, in units, thousands or millions: no other can be linked), and those that an equation holds against it.
``links`` and ``unlinked`` print a sample of those that are linked, and of those that are printed and not linked, to be read by hand.
``alarms`` prints every finding of R304, R306 and R309 with its severity, one a line, so that two versions can be compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import reconcile
from reconcile.core.decimals import rescale
from reconcile.core.location import Location
from reconcile.equate.equation import Equation
from reconcile.recognise.claims import Claim
from reconcile.report.report import Report

RULES = ("R304", "R306", "R309")


class Said(NamedTuple):
    """An amount of a paragraph, with the equation that holds it against a table, if any."""

    name: str
    claim: Claim
    equation: Equation | None
    printed: bool


def document_of(record: dict[str, Any]) -> str:
    """A record as Markdown: its table, and its paragraphs in their order."""
    rows = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in record["table"]["table"]]
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    paragraphs = sorted(record["paragraphs"], key=lambda paragraph: int(paragraph["order"]))
    return "\n\n".join(["\n".join(lines), *(" ".join(paragraph["text"].split()) for paragraph in paragraphs)]) + "\n"


def checked(path: str) -> Iterator[Report]:
    """Every record of a dataset, checked."""
    for number, record in enumerate(json.loads(Path(path).read_text(encoding="utf-8"))):
        yield reconcile.check_text(document_of(record), format="markdown", name=f"{number}.md")


def said(report: Report) -> Iterator[Said]:
    """The amounts of money in the paragraphs of a report."""
    linked: dict[Location, Equation] = {}
    for outcome in report.outcomes:
        equation = outcome.equation
        if equation.total.table is None and any(term.table is not None for term in equation.terms):
            linked.setdefault(equation.total.location, equation)
    for reading in report.readings:
        printed = [rescale(a.value.copy_abs(), s) for t in reading.tables for _, _, a in t.amounts() for s in (0, 3, 6)]
        for claim in reading.claims:
            if claim.amount.unit.currency is not None:
                yield Said(
                    claim.figure.path,
                    claim,
                    linked.get(claim.figure),
                    any(claim.amount.low <= p <= claim.amount.high for p in printed),
                )


def sample(found: list[Said], size: int) -> list[Said]:
    """So many of them, told apart by what they say and not by how many there are."""
    return sorted(found, key=lambda each: hashlib.sha1(f"{each.name}{each.claim.figure}".encode()).digest())[:size]


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["score", "links", "unlinked", "alarms"])
    parser.add_argument("dataset")
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.what == "alarms":
        for report in checked(arguments.dataset):
            for finding in report.findings:
                if finding.code in RULES:
                    place = finding.primary
                    print(f"{place} {finding.severity} {finding.code} {finding.message}")
        return
    found = [each for report in checked(arguments.dataset) for each in said(report)]
    linked = [each for each in found if each.equation is not None]
    if arguments.what == "score":
        open_to = sum(each.printed for each in found)
        result = {
            "claims": len(found), "printed": open_to, "linked": len(linked), "share": round(len(linked) / max(1, len(found)), 3),
            "share_of_printed": round(len(linked) / max(1, open_to), 3),
        }  # fmt: skip
        print(json.dumps(result) if arguments.json else "  ".join(f"{key} {value}" for key, value in result.items()))
        return
    chosen = linked if arguments.what == "links" else [each for each in found if each.equation is None and each.printed]
    for name, claim, equation, _ in sample(chosen, arguments.sample):
        print(f"{name}  {claim.text}")
        print(f"    {' '.join(claim.sentence.split())}")
        for term in equation.terms if equation is not None else ():
            print(f"    -> {term.label} | {term.amount.text} | {term.location}")


if __name__ == "__main__":
    main()
