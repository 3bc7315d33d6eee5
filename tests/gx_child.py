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
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"
SOCKETS: list[str] = []
sys.addaudithook(lambda event, _: SOCKETS.append(event) if event.startswith("socket.") else None)

import pandas as pd
from typer.testing import CliRunner

from reconcile.check.case import Case
from reconcile.cli import app
from reconcile.core.decimals import add
from reconcile.core.document import Table
from reconcile.core.settings import Settings, load_settings
from reconcile.equate.budget.file import load_budget
from reconcile.equate.equation import BROKEN
from reconcile.gx import (
    ExpectAmountsToBeWrittenRegularly,
    ExpectAmountsToStandAlone,
    ExpectColumnSumToEqualStatedTotal,
    ExpectDocumentsToExhaustBudget,
    ExpectLabelsToBeInRegistry,
    ExpectLabelsToCompleteRegistry,
    ExpectLabelsToRecurNowhere,
    ExpectRowsToAddUp,
    ExpectSharesToHold,
    ExpectTableToFollowSchema,
)
from reconcile.gx.base import Examination
from reconcile.gx.frames import amount_names
from reconcile.gx.held import Suite
from reconcile.gx.run import open_context, passes, run_suites
from reconcile.gx.suites import build_suites
from reconcile.read import read_path
from reconcile.recognise.tables import recognise_table
from reconcile.report.as_json import money
from reconcile.report.report import Report
from reconcile.run.pipeline import report_on, state_case
from tests.cases import FIXTURES, rule_cases

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
    rules = FIXTURES / "rules"
    yield "decisions without R1", documents, decisions / "budget.yaml", Settings(ignore=("R1",))
    claim = [rules / "R306-claim-contradicted" / "bad-over-nine.md"]
    yield "a warning where errors count", claim, None, Settings(fail_on="error")
    short = rules / "R401-budget-broken" / "bad-one-krona-short"
    yield "a budget without R401", sorted(short.glob("*.txt")), short / "budget.yaml", Settings(select=("R403",))
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
        "faults": sorted({(f["rule"], f["place"] or f["printed"]) for f in faults}),
    }
    wrong = [name for suite in suites for name in blind(suite)]
    count = sum(examined(suite) for suite in suites)
    if not settings.select and not settings.ignore and count != len(case.outcomes):
        wrong.append(f"{len(case.outcomes)} equations, {count} of them held")
    return of_check(case, report, all_rules=not settings.select and not settings.ignore), told, wrong


def of_check(case: Case, report: Report, all_rules: bool) -> Told:
    """What the check tells, in the same words."""
    faults = set()
    for finding in report.findings:
        if finding.code == "R201" and finding.severity.rank:
            faults |= {(finding.code, name) for name in finding.expected.split(", ")}
        elif finding.code == "R404" and not finding.expected:
            assert case.budget is not None
            sources = case.budget.documents.items()
            faults |= {(finding.code, name) for name, source in sources if source.location == finding.primary}
        else:
            faults.add((finding.code, str(finding.primary)))
    return {
        "ok": report.ok,
        "broken": sorted(
            [str(o.total.location), money(o.difference)] for o in report.outcomes if o.status == BROKEN and all_rules
        ),
        "faults": sorted(faults),
    }


def examined(suite: Suite) -> int:
    """How many equations a suite holds."""
    sums = (ExpectColumnSumToEqualStatedTotal, ExpectDocumentsToExhaustBudget)
    rows = (ExpectRowsToAddUp, ExpectSharesToHold)
    across = [len(each.rows or ()) for each in suite.expectations if isinstance(each, rows)]
    return sum(across) + sum(isinstance(each, sums) for each in suite.expectations)


def blind(suite: Suite) -> Iterator[str]:
    """Expectations that hold, and still hold when a figure is a quadrillion more, or the first name is another."""
    for each in suite.expectations:
        if isinstance(each, ExpectColumnSumToEqualStatedTotal | ExpectDocumentsToExhaustBudget):
            column, less = each.column, getattr(each, "use", "") == "at-least"
            held = not each.incomplete
        elif isinstance(each, ExpectRowsToAddUp):
            column, less, held = each.total_column, False, not each.incomplete
        elif isinstance(each, (ExpectSharesToHold, ExpectLabelsToBeInRegistry)):
            column, less, held = each.column, False, True
        else:
            continue
        if held and not each.examine(suite.frame).unexpected:
            rows = getattr(each, "rows", None) or range(len(suite.frame))
            cells = list(suite.frame[column])
            row = next(row for row in rows if cells[row] is not None)
            more = Decimal(-(10**15) if less else 10**15)
            label = isinstance(each, ExpectLabelsToBeInRegistry)
            cells[row] = "Nowhere" if label else add([Decimal(cells[row]), more])
            if not each.examine(suite.frame.assign(**{column: pd.Series(cells, dtype=object)})).unexpected:
                yield f"{suite.name}: {column} {each.says(each.configuration.kwargs)}"


def plain() -> list[Told]:
    """Our expectations on somebody else's frames, through Great Expectations."""
    numbers = pd.DataFrame({"d": ["a", "a", "b"], "x": [1, 2, 10**30]}, dtype=object)
    text = pd.DataFrame(
        {"region": ["Stockholm", "Region Skåne", "Region Skane", "Totalt"], "kr": ["1 000", "20 0", "3a", "1 203"]}
    )
    wide = pd.DataFrame({"a": pd.Series([1, 2, None], dtype="Int64"), "b": ["1,5", "2", ".."], "s": ["2,5", "5", "9"]})
    shares = pd.DataFrame(
        {"of": ["100", "200", "3"], "in": ["300", "300", "0"], "%": ["33,3", "51,6", "0"], "up": ["-66,7", "-33,3", ""]}
    )
    budget: dict[str, Any] = {"column": "x", "line": "Pool", "document_column": "d"}
    regions: dict[str, Any] = {"column": "region", "registry": "swedish-regions"}
    cases: list[tuple[pd.DataFrame, Examination]] = [
        (numbers, ExpectColumnSumToEqualStatedTotal(column="x", stated_total=str(10**30 + 3))),
        (numbers, ExpectColumnSumToEqualStatedTotal(column="x", stated_total=str(10**30 + 4))),
        (text, ExpectColumnSumToEqualStatedTotal(column="kr", total_label="Totalt", label_column="region")),
        (wide, ExpectColumnSumToEqualStatedTotal(column="a", stated_total=3)),
        (wide, ExpectColumnSumToEqualStatedTotal(column="b", stated_total="9,5")),
        (wide, ExpectRowsToAddUp(columns=["a", "b"], total_column="s")),
        (wide, ExpectRowsToAddUp(columns=["a", "b"], total_column="s", rounded=True)),
        (numbers, ExpectDocumentsToExhaustBudget(**budget, amount="1000", documents=["a", "b"])),
        (numbers.head(2), ExpectDocumentsToExhaustBudget(**budget, amount="2,5 miljarder", use="at-most")),
        (numbers.head(2), ExpectDocumentsToExhaustBudget(**budget, amount="4", documents=["a", "b"])),
        (numbers.head(2), ExpectDocumentsToExhaustBudget(**budget, amount="5", remain="2")),
        (numbers.head(2), ExpectDocumentsToExhaustBudget(**budget, amount="5", remain="1")),
        (numbers.head(2), ExpectDocumentsToExhaustBudget(**budget, amount="4", tolerance="1", reason="ore are cut")),
        (numbers.head(2), ExpectDocumentsToExhaustBudget(**budget, amount="5", tolerance="1", reason="ore are cut")),
        (numbers.head(2), ExpectDocumentsToExhaustBudget(**budget, amount="5", tolerance="1")),
        (numbers, ExpectDocumentsToExhaustBudget(**budget, amount="2", rows=[1], use="at-least")),
        (
            numbers.head(2).rename(columns={"x": "remaining"}),
            ExpectDocumentsToExhaustBudget(**{**budget, "column": "remaining"}, amount="2"),
        ),
        (shares, ExpectSharesToHold(column="%", part_column="of", whole_column="in")),
        (shares, ExpectSharesToHold(column="%", part_column="of", whole_column="in", decimals=0, rows=[0])),
        (shares, ExpectSharesToHold(column="up", part_column="of", whole_column="in", change=True)),
        (text, ExpectAmountsToBeWrittenRegularly(column="kr")),
        (text, ExpectAmountsToStandAlone(column="kr")),
        (text, ExpectAmountsToStandAlone(column="kr", marks=["a"])),
        (text, ExpectLabelsToBeInRegistry(**regions)),
        (text, ExpectLabelsToRecurNowhere(**regions)),
        (text.head(2), ExpectTableToFollowSchema(table_schema="region-distribution")),
        (numbers, ExpectColumnSumToEqualStatedTotal(column="y", stated_total="3")),
        (numbers, ExpectColumnSumToEqualStatedTotal(column="x", stated_total="three")),
        (numbers, ExpectColumnSumToEqualStatedTotal(column="x", stated_total="3", between=["no", "4"])),
        (numbers, ExpectColumnSumToEqualStatedTotal(column="x", total_label="Summa", label_column="d")),
        (pd.DataFrame({"x": [1.5, 2.0]}), ExpectColumnSumToEqualStatedTotal(column="x", stated_total="3,5")),
        (numbers, ExpectLabelsToCompleteRegistry(column="d", registry="regions-of-mars")),
    ]
    suites = [Suite(f"plain {number}", frame, (each,)) for number, (frame, each) in enumerate(cases)]
    return [
        {
            "observed": verdict.result["observed_value"],
            "faults": [[f["rule"], f["printed"], f["reason"]] for f in verdict.unexpected],
        }
        for verdict in run_suites(open_context(), suites)
    ]


def schema() -> list[list[str]]:
    """What a distribution to 20 of the 21 regions fails of its schema."""
    frame = pd.read_csv(FIXTURES / "gx-project" / "distribution.csv", sep=";", dtype="string")
    frame = frame.rename(columns={"region": "Region", "kronor": "Totalt (kronor)"}).drop(index=3)
    found = ExpectTableToFollowSchema(table_schema="region-distribution").examine(frame)
    return [[fault.rule, fault.place, fault.reason.partition(" (")[0]] for fault in found.unexpected]


def made(folder: Path) -> dict[str, Told]:
    """What is told of tables with shares, with a blank among the terms, and with a sum that is meant by no word."""
    texts = {
        "shares.csv": "Region;Granted;Applied;Share (%)\nNorth;120;150;80,0\nSouth;33;90;36,7\nEast;75;80;93,8\n"
        "West;41;60;68,3\nMiddle;66;70;94,3\nCoast;17;20;85,0\n",
        "noted.csv": "Region;A;B;Total\nNorth;10;20;30\nSouth;11;22;33\nEast;13;24;37\nWest;16;28;44\nCoast;15;;15\n"
        ";18;29;49\nMiddle;12;21;33\n",
    }
    told: dict[str, Told] = {}
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        check, gx, wrong = held([path], None, Settings())
        told[name] = {"check": check, "gx": gx, "blind": wrong}
    return told


def names() -> list[str]:
    """The columns of amounts under headers that are one another's, ours, or none."""
    rows = [
        ["Region", "label", "A", "A: printed", "A", ""],
        ["X", "1", "2", "3", "4", "5"],
        ["Y", "1", "2", "3", "4", "5"],
    ]
    return list(amount_names(recognise_table(Table.from_rows(rows))).values())


def misuse(docs: Path) -> list[list[object]]:
    """Commands that are refused: their exit status and what they say."""
    document = str(FIXTURES / "decisions" / "first-decision.txt")
    other = docs.parent / "other"
    other.mkdir()
    (other / "kept.txt").write_text("not ours", encoding="utf-8")
    commands = [
        [document, "--docs", str(other)],
        [document, "--docs", str(other / "kept.txt")],
        ["--docs", str(docs)],
        [document, "--docs", str(docs), "--schema", "nowhere.yaml"],
    ]
    shown = [CliRunner().invoke(app, ["gx", *command]) for command in commands]
    return [[each.exit_code, each.output.replace(str(docs.parent), "DIR").partition("; ")[0].strip()] for each in shown]


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
            "plain": plain(),
            "schema": schema(),
            "names": names(),
            "made": made(Path(docs).parent),
            "misuse": misuse(Path(docs)),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
