"""How well totals are found, and how often something is called wrong that is not.

    python benchmarks/totals.py score DATASET.jl.gz [--operator sum|division|relative-change|average] [--json]
    python benchmarks/totals.py alarms DATASET.jl.gz [PATH...] [--sample N]
    python benchmarks/totals.py slips DATASET.jl.gz [--each 3]
    python benchmarks/totals.py breaks FOLDER
    python benchmarks/totals.py cost [--rows 100000] [--columns 10]

``score`` holds the equations of every annotated table (one JSON object a line: ``file_name``, ``table_array``,
``aggregation_annotations``) to those annotated by hand: *set* is the share of equations whose total and all parts are right, *cell* compares
totals alone, *files* is the share of files with at least 0.95 of each. A third of the files, those whose name has a SHA-1 that is
divisible by three, is held out: it is measured, and never looked at when the engine is changed. ``alarms`` prints every finding of
severity warning or error in R1 and R3, one a line, over the tables of the dataset and over files. ``slips`` asks how often a slip is
missed: in each table one digit of a figure that stands in an annotated sum, one that ties to the last digit, is mistyped, and the table
is *told* where an error or a warning in R1 or R3 comes of it, *noted* where only a note does. ``breaks`` checks the documents
of a folder whose ``known-breaks.jsonl`` tells the columns that do not add up. ``cost`` times tables made at random.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from typos import omitted, substituted, transposed

import reconcile
from reconcile.core.document import Document
from reconcile.equate.equation import Equation
from reconcile.run.pipeline import check_documents

OPERATORS = {"sum": "Sum", "average": "Average", "division": "Division", "relative-change": "RelativeChange"}
_ENOUGH = 0.95
Found = set[tuple[tuple[int, int], frozenset[tuple[int, int]]]]


def records(path: str) -> Iterator[dict[str, Any]]:
    """The annotated tables of a dataset, one at a time."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def is_held_out(record: dict[str, Any]) -> bool:
    """Whether a file belongs to the third that nobody looks at."""
    return int(hashlib.sha1(record["file_name"].encode(), usedforsecurity=False).hexdigest(), 16) % 3 == 0


class Score:
    """What was right and wrong over some files."""

    def __init__(self) -> None:
        self.sets, self.cells = [0, 0, 0], [0, 0, 0]
        self.precise, self.recalled = 0, 0
        self.seconds: list[float] = []

    def add(self, truth: Found, found: Found, seconds: float) -> None:
        """Count one file."""
        cells, told = {total for total, _ in truth}, {total for total, _ in found}
        hit = len(truth & found)
        for counts, right, given, wanted in (
            (self.sets, hit, len(found), len(truth)),
            (self.cells, len(cells & told), len(told), len(cells)),
        ):
            for place, number in enumerate((right, given, wanted)):
                counts[place] += number
        self.precise += not found or hit / len(found) >= _ENOUGH
        self.recalled += not truth or hit / len(truth) >= _ENOUGH
        self.seconds.append(seconds)

    def to_dict(self) -> dict[str, Any]:
        """The figures, precision before recall."""
        files = len(self.seconds)
        return {
            "files": files,
            "annotated": self.sets[2],
            "found": self.sets[1],
            "set": _rates(self.sets),
            "cell": _rates(self.cells),
            "files>=0.95": [round(self.precise / files, 3), round(self.recalled / files, 3)],
            "ms median": round(statistics.median(self.seconds) * 1000, 1),
            "ms worst": round(max(self.seconds) * 1000),
            "s all": round(sum(self.seconds), 1),
        }


def _rates(counts: list[int]) -> list[float]:
    right, given, wanted = counts
    return [round(right / (given or 1), 3), round(right / (wanted or 1), 3)]


def find(record: dict[str, Any]) -> list[Equation]:
    """The equations of one table of the dataset."""
    return reconcile.find_equations(reconcile.Table.from_rows(record["table_array"]))


def _inverted(equations: list[Equation]) -> Found:
    """The quotients that products say, too: what is price times quantity, divided by either of them."""
    found: Found = set()
    for equation in equations:
        if equation.operator == "product" and len(equation.terms) == 2:
            one, two = ((term.row, term.col) for term in equation.terms)
            total = equation.total.row, equation.total.col
            found |= {(one, frozenset({two, total})), (two, frozenset({one, total}))}
    return found


def score(dataset: str, operators: list[str], as_json: bool) -> None:
    """Print precision and recall for each operator: of the held-out third, of the rest, and of all."""
    scores = {(operator, part): Score() for operator in operators for part in ("held out", "rest", "all")}
    for record in records(dataset):
        start = time.perf_counter()
        equations = find(record)
        seconds = time.perf_counter() - start
        for operator in operators:
            truth: Found = {
                (tuple(a["aggregator_index"]), frozenset(map(tuple, a["aggregatee_indices"])))
                for a in record["aggregation_annotations"]
                if a["operator"] == OPERATORS[operator]
            }
            found: Found = {
                ((e.total.row, e.total.col), frozenset((term.row, term.col) for term in e.terms))
                for e in equations
                if e.operator == operator
            }
            if operator == "division":
                found |= truth & _inverted(equations)
            for part in ("held out" if is_held_out(record) else "rest", "all"):
                scores[operator, part].add(truth, found, seconds)
    for (operator, part), result in scores.items():
        figures = result.to_dict()
        if as_json:
            print(json.dumps({"operator": operator, "part": part, **figures}))
        else:
            print(f"{operator:16}{part:9}", *(f"{name} {value}" for name, value in figures.items()), sep="  ")


def alarms(dataset: str, paths: list[str], sample: int | None) -> None:
    """Print every warning and error in R1 and R3, one a line, and how many tables have one."""
    tables = flagged = 0
    everything = list(records(dataset))
    if sample is not None:
        everything = random.Random(1).sample(everything, sample)
    for record in everything:
        table = reconcile.Table.from_rows(record["table_array"])
        report = check_documents([Document(record["file_name"], "rows", tables=(table,))])
        tables += 1
        flagged += _print_alarms(record["file_name"], report)
    print(f"{flagged} of {tables} tables of the dataset have a warning or an error in R1 or R3")
    for path in paths:
        _print_alarms(path, reconcile.check(path))


def _print_alarms(name: str, report: reconcile.Report) -> bool:
    found = [f for f in report.findings if f.code[:2] in ("R1", "R3") and f.severity.rank]
    for finding in found:
        grid = finding.primary.grid
        place = f"row {grid.row}, column {grid.col}" if grid else finding.primary.label
        print(f"{name}  {finding.code} {finding.severity}  {place}: {finding.message}")
    return bool(found)


SLIPS = {"substituted": substituted, "transposed": transposed, "omitted": omitted}


def slips(dataset: str, each: int) -> None:
    """Print for how many of the figures in annotated sums a slip is told, noted or missed; and over files, each counted once."""
    figures: Counter[tuple[str, str]] = Counter()
    files: dict[str, list[float]] = {"held out": [], "rest": []}
    for record in records(dataset):
        rows, chance = record["table_array"], Random(record["file_name"])
        part = "held out" if is_held_out(record) else "rest"
        sums = [a for a in record["aggregation_annotations"] if a["operator"] == "Sum" and _ties(rows, a)]
        if not sums:
            continue
        before = _severities(rows)
        told = []
        for one in chance.sample(sums, min(each, len(sums))):
            cells = [one["aggregator_index"], *one["aggregatee_indices"]]
            row, col = chance.choice([cell for cell in cells if sum(map(str.isdigit, _written(rows, cell))) > 2])
            figure = _written(rows, (row, col))
            slip = SLIPS[chance.choice(list(SLIPS))]
            wrong = next((w for w in (slip(figure, chance) for _ in range(20)) if w != figure), figure)
            changed = [list(line) for line in rows]
            changed[row][col] = wrong
            after = _severities(changed)
            outcome = "told" if after[1] > before[1] else "noted" if after[0] > before[0] else "missed"
            figures[part, outcome] += 1
            told.append(outcome == "told")
            if outcome != "told":
                print(f"{outcome:7} {record['file_name']}  row {row}, column {col}: {figure} as {wrong}")
        files[part].append(sum(told) / len(told))
    for part, shares in files.items():
        counts = {outcome: figures[part, outcome] for outcome in ("told", "noted", "missed")}
        print(f"{part:9}", counts, f"{len(shares)} files, mean share told {statistics.mean(shares):.3f}")


def _written(rows: list[list[str]], cell: tuple[int, int] | list[int]) -> str:
    text = rows[cell[0]][cell[1]].strip()
    # The noughts that the dataset writes behind every number are no one's typing.
    return text[: text.index(".")] if text.endswith(".00000") else text


def _ties(rows: list[list[str]], annotation: dict[str, Any]) -> bool:
    """Whether an annotated sum is of plain figures, three digits and more in one of them, and right to the last digit."""
    parts = [_written(rows, cell) for cell in annotation["aggregatee_indices"]]
    texts = [_written(rows, annotation["aggregator_index"]), *filter(None, parts)]
    try:
        total, *values = (Decimal(text.replace(",", "").replace("\xa0", "")) for text in texts)
    except ArithmeticError:
        return False
    return total == sum(values) and any(sum(map(str.isdigit, text)) > 2 for text in texts)


def _severities(rows: list[list[str]]) -> tuple[int, int]:
    """How many findings in R1 and R3 a table has, and how many of them are errors or warnings."""
    report = check_documents([Document("table", "rows", tables=(reconcile.Table.from_rows(rows),))])
    found = [f.severity.rank for f in report.findings if f.code[:2] in ("R1", "R3")]
    return len(found), sum(1 for rank in found if rank)


def breaks(folder: Path) -> None:
    """Print for each known break whether its equations are found, and every error that belongs to none of them.

    A break is found where an error of R3 prints the total, or the part of it, that the break names, or rests on a broken sum of it.
    """
    with (folder / "known-breaks.jsonl").open(encoding="utf-8") as lines:
        known = [json.loads(line) for line in lines]
    broken: dict[str, list[tuple[str, set[int], str]]] = {}
    documents = sorted(folder.glob("*.md"))
    for path in documents:
        report = reconcile.check(str(path))
        totals = {outcome.total.location for outcome in report.outcomes if outcome.status == "broken"}
        for finding in report.findings:
            if finding.code[:2] == "R3" and finding.severity.rank == 2:
                told = {finding.observed, *(place.text for place in finding.related if place in totals)}
                figures = {int("".join(filter(str.isdigit, text)) or 0) for text in told}
                broken.setdefault(path.name, []).append((finding.code, figures, finding.message))
    used: set[tuple[str, int]] = set()
    hits = expected = 0
    parts = {"total_vs_sum": "total", "sec_row": "sec", "dep_row": "dep"}
    for entry in known:
        for violation, off in entry["violations"]:
            cell = entry["row"][parts[violation]]
            places = [n for n, f in enumerate(broken.get(entry["source"], [])) if cell in f[1]]
            used.update((entry["source"], n) for n in places)
            hits, expected = hits + bool(places), expected + 1
            print(
                f"{'found ' if places else 'MISSED'}  {entry['source']:30} {entry['date']:18} {violation} off by {off}"
            )
    print(f"{hits} of {expected} known equations found in {len(documents)} documents")
    for name, findings in broken.items():
        for n, (code, _, message) in enumerate(findings):
            if (name, n) not in used:
                print(f"not known: {name}  {code}  {message}")


def cost(rows: int, columns: int) -> None:
    """Print what tables of random figures cost, with one total, and with a subtotal every 50 rows."""
    for every in (0, 50):
        source = random.Random(1)
        table, run = [["Place", *(f"Amount {n}" for n in range(columns - 1))]], [0] * (columns - 1)
        whole = [0] * (columns - 1)
        for row in range(rows):
            figures = [source.randrange(1, 1_000_000) for _ in run]
            table.append([f"Place {row}", *map(str, figures)])
            run, whole = ([a + b for a, b in zip(sums, figures, strict=True)] for sums in (run, whole))
            if every and row % every == every - 1:
                table.append([f"Area {row // every} total", *map(str, run)])
                run = [0] * len(run)
        table.append(["Total", *map(str, whole)])
        start = time.perf_counter()
        found = reconcile.find_equations(reconcile.Table.from_rows(table))
        seconds = time.perf_counter() - start
        print(
            f"{len(table)} x {columns}, subtotals every {every or 'no'} rows: {seconds:.1f} s, {len(found)} equations"
        )


def main() -> None:
    """Read the command line and run one benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("score")
    one.add_argument("dataset")
    one.add_argument("--operator", action="append", choices=OPERATORS)
    one.add_argument("--json", action="store_true")
    one = commands.add_parser("alarms")
    one.add_argument("dataset")
    one.add_argument("paths", nargs="*")
    one.add_argument("--sample", type=int)
    one = commands.add_parser("slips")
    one.add_argument("dataset")
    one.add_argument("--each", type=int, default=3)
    commands.add_parser("breaks").add_argument("folder", type=Path)
    one = commands.add_parser("cost")
    one.add_argument("--rows", type=int, default=100_000)
    one.add_argument("--columns", type=int, default=10)
    args = parser.parse_args()
    if args.command == "score":
        score(args.dataset, args.operator or list(OPERATORS), args.json)
    elif args.command == "alarms":
        alarms(args.dataset, args.paths, args.sample)
    elif args.command == "slips":
        slips(args.dataset, args.each)
    elif args.command == "breaks":
        breaks(args.folder)
    else:
        cost(args.rows, args.columns)


if __name__ == "__main__":
    main()
