"""Runs in a process of its own: every fixture through the check and through Great Expectations, told as JSON.

Great Expectations takes seconds to load, so that all that is tested of it inside a process is done in this one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

os.environ["GX_ANALYTICS_ENABLED"] = "false"
SOCKETS: list[str] = []
sys.addaudithook(lambda event, _: SOCKETS.append(event) if event.startswith("socket.") else None)

from cases import FIXTURES, rule_cases  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

from reconcile.amounts import add, subtract  # noqa: E402
from reconcile.budgets import load_budget  # noqa: E402
from reconcile.checking import report_on, state_case  # noqa: E402
from reconcile.cli import app  # noqa: E402
from reconcile.equations import BROKEN  # noqa: E402
from reconcile.gx.checkpoints import open_context, passes, run_suites  # noqa: E402
from reconcile.gx.expectations import (  # noqa: E402
    ExpectColumnSumToEqualStatedTotal,
    ExpectDocumentsToExhaustBudget,
    ExpectRowsToAddUp,
)
from reconcile.gx.suites import Suite, build_suites  # noqa: E402
from reconcile.readers import read_path  # noqa: E402
from reconcile.report import Report, money  # noqa: E402
from reconcile.settings import Settings, load_settings  # noqa: E402

LOADING = list(SOCKETS)

Told = dict[str, object]


def runs() -> Iterator[tuple[str, list[Path], Path | None, Settings]]:
    """Every fixture: its name, its documents, its budget and its settings."""
    for case in rule_cases():
        home = case.path if case.path.is_dir() else case.path.parent
        budget = home / "budget.yaml"
        name = case.path.relative_to(FIXTURES).as_posix()
        yield name, case.documents(), budget if budget.exists() else None, load_settings(home)
    decisions = FIXTURES / "decisions"
    documents = sorted(decisions.glob("*.txt"))
    yield "decisions", documents, decisions / "budget.yaml", Settings()
    yield "decisions without budget", documents, None, Settings()
    for path in sorted((FIXTURES / "parity").rglob("*.*")):
        yield path.relative_to(FIXTURES).as_posix(), [path], None, Settings()


def held(paths: list[Path], budget: Path | None, settings: Settings) -> tuple[Told, Told, list[str]]:
    """What the check and what Great Expectations tells of documents, and the sums that hold on whatever stands in a frame."""
    documents = [read_path(str(path), settings) for path in paths]
    case = state_case(documents, load_budget(str(budget)) if budget else None, settings)
    report = report_on(case, settings)
    suites = build_suites(case, report, settings)
    verdicts = run_suites(open_context(), suites)
    faults = [fault for verdict in verdicts for fault in verdict.unexpected]
    told: Told = {
        "ok": passes(verdicts, settings.fail_on),
        "broken": sorted([f["place"], f["difference"]] for f in faults if "difference" in f),
        "faults": sorted(
            {(f["rule"], f["printed"] if f["rule"] == "R404" or not f["place"] else f["place"]) for f in faults}
        ),
    }
    wrong = [name for suite in suites for name in blind(suite)]
    count = sum(examined(suite) for suite in suites)
    if not settings.select and not settings.ignore and count != len(case.outcomes):
        wrong.append(f"{len(case.outcomes)} equations, {count} of them held")
    return of_check(report), told, wrong


def of_check(report: Report) -> Told:
    """What the check tells, in the same words."""
    faults = set()
    for finding in report.findings:
        if finding.code == "R201" and finding.severity.rank:
            faults |= {(finding.code, name) for name in finding.expected.split(", ")}
        elif finding.code == "R404":
            (name,) = [text for text in finding.message.split("“") if "”, which is not" in text]
            faults.add((finding.code, name.partition("”")[0]))
        else:
            faults.add((finding.code, str(finding.primary)))
    return {
        "ok": report.ok,
        "broken": sorted([str(o.total.location), money(o.difference)] for o in report.outcomes if o.status == BROKEN),
        "faults": sorted(faults),
    }


def examined(suite: Suite) -> int:
    """How many equations a suite holds."""
    sums = (ExpectColumnSumToEqualStatedTotal, ExpectDocumentsToExhaustBudget)
    across = [len(each.rows or ()) for each in suite.expectations if isinstance(each, ExpectRowsToAddUp)]
    return sum(across) + sum(isinstance(each, sums) for each in suite.expectations)


def blind(suite: Suite) -> Iterator[str]:
    """Sums that tie, and still tie when the first amount under them is a quadrillion more."""
    for each in suite.expectations:
        if isinstance(each, ExpectColumnSumToEqualStatedTotal | ExpectDocumentsToExhaustBudget):
            if each.incomplete or each.examine(suite.frame).unexpected:
                continue
            rows = getattr(each, "rows", None) or range(len(suite.frame))
            row = next(row for row in rows if suite.frame[each.column].iloc[row] is not None)
            frame = suite.frame.copy()
            cells = list(frame[each.column])
            sign = -1 if getattr(each, "use", "") == "at-least" else 1
            cells[row] = (add if sign > 0 else lambda pair: subtract(*pair))([Decimal(cells[row]), Decimal(10**15)])
            frame[each.column] = cells
            if not each.examine(frame.astype(object)).unexpected:
                yield f"{suite.name}: {each.column} {each.says(each.configuration.kwargs)}"


def main(docs: str) -> None:
    """Tell what became of every fixture, of the command on the decisions, and which sockets were opened."""
    results = {}
    blinds: list[str] = []
    for name, paths, budget, settings in runs():
        check, gx, sums = held(paths, budget, settings)
        results[name] = {"check": check, "gx": gx}
        blinds += sums
    decisions = str(FIXTURES / "decisions")
    command = ["gx", decisions, "--budget", f"{decisions}/budget.yaml", "--docs", docs]
    shown = CliRunner().invoke(app, command)
    json.dump(
        {
            "results": results,
            "blind": blinds,
            "exit": shown.exit_code,
            "shown": shown.output,
            "sockets": SOCKETS[len(LOADING) :],
            "loading": LOADING,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
