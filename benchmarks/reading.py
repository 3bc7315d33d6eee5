"""How fast large tables are read and checked, against pandas reading the same file, as ratios measured in one run.

    python benchmarks/reading.py [--rows 200000] [--rounds 5] [--json]

A label and four columns of amounts with their total, plain and space-grouped, as CSV and as XLSX. Every measurement is a
child process of its own; ours and theirs take turns. Seconds leave out what it takes to start and to import; the peak memory is
the whole child's. Needs pandas and python-calamine in the same environment.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HEADER = ["Kommun", "Bidrag (kronor)", "Tillägg (kronor)", "Avdrag (kronor)", "Utbetalt (kronor)"]
JOBS = ("pandas", "read", "check")


def build(folder: Path, rows: int) -> list[Path]:
    """Write the table in its four forms."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    random.seed(1)
    table: list[list[Any]] = [
        [f"Kommun {row}", *(random.randrange(1000, 9_000_000) for _ in range(4))] for row in range(rows)
    ]
    table.append(["Summa", *(sum(row[col] for row in table) for col in range(1, 5))])
    paths = []
    for name, form in (("plain", "{}"), ("grouped", "{:,}")):
        paths.append(folder / f"{name}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(HEADER)
            writer.writerows(
                [label, *(form.format(cell).replace(",", " ") for cell in cells)] for label, *cells in table
            )
        paths.append(folder / f"{name}.xlsx")
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Tabell")
        sheet.append(HEADER)
        for label, *cells in table:
            row = [WriteOnlyCell(sheet, cell) for cell in cells]
            for cell in row if name == "grouped" else ():
                cell.number_format = "#,##0"
            sheet.append([label, *row])
        book.save(paths[-1])
    return sorted(paths)


def run(job: str, path: str) -> None:
    """Do one job once, and print how many seconds it took and how many megabytes the process needed."""
    if job == "pandas":
        import pandas

        if path.endswith(".xlsx"):
            import python_calamine  # noqa: F401 - so that its import is not counted
        start = time.perf_counter()
        if path.endswith(".csv"):
            pandas.read_csv(path, sep=";")
        else:
            pandas.read_excel(path, engine="calamine")
    else:
        import reconcile
        from reconcile.core.settings import Settings
        from reconcile.read import read_path
        from reconcile.report.formats import terminal

        start = time.perf_counter()
        if job == "read":
            read_path(path, Settings())
        else:
            terminal.write(reconcile.check(path), 80, False)
    taken = time.perf_counter() - start
    print(json.dumps([taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def measure(path: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds and megabytes of each job, in medians, and seconds as the median of the ratios to pandas of the same round."""
    found: dict[str, list[tuple[float, float]]] = {job: [] for job in JOBS}
    for _ in range(rounds):
        for job in JOBS:
            command = [sys.executable, __file__, "--job", job, str(path)]
            seconds, megabytes = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            found[job].append((seconds, megabytes))
    result = {}
    for job, runs in found.items():
        ratios = [ours[0] / theirs[0] for ours, theirs in zip(runs, found["pandas"], strict=True)]
        memory = [ours[1] / theirs[1] for ours, theirs in zip(runs, found["pandas"], strict=True)]
        result[job] = {
            "seconds": round(statistics.median(run[0] for run in runs), 3),
            "times": round(statistics.median(ratios), 2),
            "megabytes": round(statistics.median(run[1] for run in runs)),
            "memory_times": round(statistics.median(memory), 2),
        }
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--job", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        run(*options.job)
        return
    with tempfile.TemporaryDirectory() as folder:
        found = {path.name: measure(path, options.rounds) for path in build(Path(folder), options.rows)}
    if options.json:
        print(json.dumps({"rows": options.rows, "rounds": options.rounds, "files": found}, indent=2))
        return
    print(f"{'file':<14}{'job':<8}{'seconds':>9}{'x pandas':>10}{'MB':>7}{'x pandas':>10}")
    for name, jobs in found.items():
        for job, row in jobs.items():
            print(
                f"{name:<14}{job:<8}{row['seconds']:>9.3f}{row['times']:>10.2f}{row['megabytes']:>7.0f}{row['memory_times']:>10.2f}"
            )


if __name__ == "__main__":
    main()
