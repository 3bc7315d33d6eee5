"""Runs in a process of its own: every fixture through the check and through Great Expectations, told as JSON.

Great Expectations takes seconds to load, so that all that is tested of it inside a process is done in this one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"
SOCKETS: list[str] = []
sys.addaudithook(lambda event, _: SOCKETS.append(event) if event.startswith("socket.") else None)

import pandas as pd
from typer.testing import CliRunner

from reconcile.cli import app
from reconcile.core.findings import Severity
from reconcile.core.settings import Settings, Silence, load_settings
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
    ExpectNothingToReport,
    ExpectRowsToAddUp,
    ExpectSharesToHold,
    ExpectTableToFollowSchema,
)
from reconcile.gx.base import Examination
from reconcile.gx.run import open_context, passes, run_suites
from reconcile.gx.suites import ExpectNoEquationToBeBroken, Suite, build_suites
from reconcile.read import read_path
from reconcile.report.as_json import money
from reconcile.report.report import Report
from reconcile.run.pipeline import check_documents
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
    typo = [rules / "R301-column-total" / "bad-typo-not-rounding.md"]
    silence = Silence("*.md", ("R301",), "printed so in the decision")
    yield "a broken sum suppressed", typo, None, Settings(suppress=(silence,))
    marked = [FIXTURES / "suppressions" / "marked.md"]
    yield "findings suppressed by marks", marked, None, Settings()
    short = rules / "R401-budget-broken" / "bad-one-krona-short"
    yield "a budget without R401", sorted(short.glob("*.txt")), short / "budget.yaml", Settings(select=("R403",))
    for path in sorted((FIXTURES / "parity").rglob("*.*")):
        yield path.relative_to(FIXTURES).as_posix(), [path], None, Settings()


def held(paths: list[Path], budget: Path | None, settings: Settings) -> tuple[Told, Told, list[str]]:
    """What the check and what Great Expectations tells of documents, and the expectations that hold whatever happens."""
    documents = [read_path(str(path), settings) for path in paths]
    report = check_documents(documents, load_budget(str(budget)) if budget else None, settings)
    suites = build_suites(report)
    verdicts = run_suites(open_context(), suites)
    # An expectation's severity is that of all findings that fail it.
    faults = [(fault, verdict.severity.value) for verdict in verdicts for fault in verdict.unexpected]
    told: Told = {
        "ok": passes(verdicts, settings.fail_on),
        "broken": sorted([fault["place"], fault["difference"]] for fault, _ in faults if "difference" in fault),
        # Equations that one finding tells of fail together.
        "faults": sorted(map(list, {(fault["rule"], severity, fault["place"]) for fault, severity in faults})),
        "suppressed": sum(len(suite.suppressed) for suite in suites),
    }
    wrong = [name for suite in suites for name in blind(suite)]
    all_rules = not settings.select and not settings.ignore
    silent = sum(o.status == BROKEN and str(o.total.location) in suppressed_at(report) for o in report.outcomes)
    count = sum(len(each.rows) for suite in suites for each in equations(suite))
    if all_rules and count != len(report.outcomes) - silent:
        wrong.append(f"{len(report.outcomes)} equations, {silent} of them suppressed, {count} held")
    return of_check(report, all_rules), told, wrong


def suppressed_at(report: Report) -> set[str]:
    """Where findings are suppressed."""
    return {str(each.finding.primary) for each in report.suppressed}


def equations(suite: Suite) -> list[ExpectNoEquationToBeBroken]:
    """The expectations on equations."""
    return [each for each in suite.expectations if isinstance(each, ExpectNoEquationToBeBroken)]


LEVELS = {Severity.ERROR: "critical", Severity.WARNING: "warning", Severity.NOTE: "info"}


def of_check(report: Report, all_rules: bool) -> Told:
    """What the check tells, in the same words."""
    silent = suppressed_at(report)
    told = {id: found[0].primary for id, found in report.by_equation().items()}
    broken = [o for o in report.outcomes if o.status == BROKEN and str(o.total.location) not in silent and all_rules]
    return {
        "ok": report.ok,
        "broken": sorted([str(told.get(o.id, o.total.location)), money(o.difference)] for o in broken),
        "faults": sorted(map(list, {(f.code, LEVELS[f.severity], str(f.primary)) for f in report.findings})),
        "suppressed": len(report.suppressed),
    }


def blind(suite: Suite) -> Iterator[str]:
    """Expectations that still hold of an equation when it is broken, or of a rule when there is a finding."""
    for equation in equations(suite):
        for row in equation.rows:
            status = [*suite.frame["status"]]
            status[row] = BROKEN
            found = equation.examine(suite.frame.assign(status=pd.Series(status, dtype=object)))
            if row not in [fault.row for fault in found.unexpected]:
                yield f"{suite.name}: equation {row}"
    for nothing in suite.expectations:
        if isinstance(nothing, ExpectNothingToReport):
            level = next(severity.value for severity in Severity if LEVELS[severity] == nothing.severity.value)
            for rule in nothing.rules:
                if not nothing.examine(finding_frame(rule, level)).unexpected:
                    yield f"{suite.name}: {rule}"


def finding_frame(rule: str, severity: str) -> pd.DataFrame:
    """A frame of one finding."""
    return pd.DataFrame(
        {"rule": [rule], "severity": [severity], "printed": ["1"], "place": ["d.md:1:1"], "message": ["wrong"]}
    )


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
        (finding_frame("R402", "error"), ExpectNothingToReport(rules=["R402"])),
        (finding_frame("R402", "note"), ExpectNothingToReport(rules=["R402"])),
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
    """What is told of tables with shares, and with a row of no name that does not add up."""
    texts = {
        "shares.csv": "Region;Granted;Applied;Share (%)\nNorth;120;150;80,0\nSouth;33;90;36,7\nEast;75;80;93,8\n"
        "West;41;60;68,3\nMiddle;66;70;94,3\nCoast;17;20;85,0\n",
        "noted.csv": "Region;A;B;Total\nNorth;610;720;1330\nSouth;711;422;1133\nEast;413;924;1337\n"
        "West;516;828;1344\nCoast;715;;715\n;819;1029;2848\nMiddle;312;221;533\n",
    }
    told: dict[str, Told] = {}
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        check, gx, wrong = held([path], None, Settings())
        told[name] = {"check": check, "gx": gx, "blind": wrong}
    return told


COUNCILS = """# Grants to councils
{mark}
| Council | Grant (kr) |
| --- | ---: |
| Hjo | 1 200 |
| Tibro | 2 300 |
| Skara | 3 400 |
| Total | 6 910 |
"""


def suppressions(folder: Path) -> list[Told]:
    """What the command tells of a broken sum, and of the same with a mark that suppresses it."""
    told: list[Told] = []
    for name, mark in (("told", ""), ("silent", "\n<!-- reconcile: ignore R301: see note <4> -->\n")):
        path, docs = folder / f"{name}.md", folder / f"{name}-docs"
        path.write_text(COUNCILS.format(mark=mark), encoding="utf-8")
        shown = CliRunner().invoke(app, ["gx", str(path), "--docs", str(docs)])
        index = (docs / "index.html").read_text(encoding="utf-8")
        output = shown.output.replace(str(folder), "DIR").splitlines()
        told.append({"exit": shown.exit_code, "output": output, "index": index.replace(str(folder), "DIR")})
    return told


def meta() -> Told:
    """What a suite says in Great Expectations of a finding that is suppressed."""
    settings = Settings(suppress=(Silence("*.md", ("R301",), "known"),))
    typo = FIXTURES / "rules" / "R301-column-total" / "bad-typo-not-rounding.md"
    context = open_context()
    suites = build_suites(check_documents([read_path(str(typo), settings)], None, settings))
    run_suites(context, suites)
    return {suite.name: context.suites.get(suite.name).meta.get("suppressed") for suite in suites}


def exits(folder: Path) -> list[list[int]]:
    """The exit status of ``check`` and of ``gx`` for the same arguments."""
    rules = FIXTURES / "rules"
    claim, good = rules / "R306-claim-contradicted" / "bad-over-nine.md", rules / "R301-column-total" / "good-large.md"
    table = folder / "regions.csv"
    frame = pd.read_csv(FIXTURES / "gx-project" / "distribution.csv", sep=";", dtype="string")
    frame.columns = pd.Index(["Region", "Totalt (kronor)"])
    frame.to_csv(table, sep=";", index=False)
    commands = [
        [str(good)],
        [str(claim)],
        [str(claim), "--fail-on", "error"],
        [str(claim), "--ignore", "R3"],
        [str(claim), "--select", "R1"],
        [str(good), "nowhere.md"],
        # Where it is named and not found in a folder, a document without the schema's table is a warning.
        [str(table), str(good), "--schema", "region-distribution", "--ignore", "R1"],
    ]
    docs = ["--docs", str(folder / "exits")]
    return [
        [CliRunner().invoke(app, [name, *command, *more]).exit_code for name, more in (("check", []), ("gx", docs))]
        for command in commands
    ]


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
        check, gx, wrong = held(paths, budget, settings)
        results[name] = {"check": check, "gx": gx}
        blinds += wrong
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
            "made": made(Path(docs).parent),
            "suppressions": suppressions(Path(docs).parent),
            "meta": meta(),
            "exits": exits(Path(docs).parent),
            "misuse": misuse(Path(docs)),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
