"""Budget files: what they say, and every complaint with its place."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

import reconcile
from reconcile.core.settings import UsageError
from reconcile.equate.budget.columns import find_documents
from reconcile.equate.budget.file import load_budget
from reconcile.recognise.registries import load_registry
from reconcile.report import write
from reconcile.report.report import Report
from tests.cases import FIXTURES

DECISIONS = [str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt")]


def test_the_shipped_budget() -> None:
    budget = load_budget(str(FIXTURES / "decisions" / "budget.yaml"))
    assert (budget.name, budget.currency) == ("Agreement on waiting times 2023", "SEK")
    assert {name: source.path for name, source in budget.documents.items()} == {
        "January to June": "first-decision.txt",
        "July to November": "second-decision.txt",
    }
    assert [
        ("The whole agreement", Decimal(2_950_000_000), "at-most", ()),
        ("Performance pool", Decimal(2_500_000_000), "exhausted", ("January to June", "July to November")),
    ] == [(line.name, line.amount.value, line.use, line.documents) for line in budget.walk()]


def load(folder: Path, text: str) -> object:
    path = folder / "b.yaml"
    path.write_text(text, encoding="utf-8")
    return load_budget(str(path))


LINE = "lines:\n  - line: Pot\n    amount: 10 kr\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", ": must be a mapping"),
        ("- a\n", ":1:1: must be a mapping"),
        ("lines: 5\n", ":1:8: lines: must be a list"),
        ("budget: x\n", ":1:1: key 'lines' is missing"),
        ("lines:\n  - line: Pot\n", ":2:5: lines: key 'amount' is missing"),
        (LINE + "pots: 1\n", ":4:1: unknown key 'pots'; known are budget, currency, documents, entities, lines"),
        (LINE + "    amounts: 1\n", ":4:5: unknown key 'amounts'; did you mean 'amount'?"),
        (LINE + "    amount: 11 kr\n", ":4:5: key 'amount' stands twice"),
        (
            LINE.replace("10 kr", "mycket"),
            ":3:13: amount: cannot read the amount 'mycket'; write one like 2 500 000 000 or 2,5 miljarder",
        ),
        (LINE.replace("10 kr", "544 99 160"), ":3:13: amount: cannot read the amount '544 99 160'"),
        (LINE.replace("10 kr", "1,234"), ":3:13: amount: the mark in '1,234' may group or divide"),
        ("currency: EUR\n" + LINE, ":4:13: amount: '10 kr' is in SEK, but the budget is in EUR"),
        (LINE + "    use: often\n", ":4:10: use: must be one of exhausted, at-most, at-least, not 'often'"),
        (LINE + "    rounded: 5\n", ":4:14: rounded: must be true or false"),
        (LINE + "    documents: [a]\n", ":4:17: documents: no document 'a' under 'documents'; known are none"),
        (
            "documents:\n  a: x.txt\n" + LINE + "    documents: [b]\n",
            ":6:17: documents: no document 'b' under 'documents'; known are a",
        ),
        (LINE.replace("10 kr", "-10 kr"), ":3:13: amount: '-10 kr' is less than nothing, and no budget is"),
        ("lines: [\n", ":2:1: "),
        (LINE + "   use: exhausted\n", ":4:4: line 4 is indented by 3, its siblings by 4"),
        ("lines:\n  line: Pot\n", ":2:3: lines: must be a list (- item)"),
        ("documents:\n  - a.txt\n" + LINE, ":2:3: documents: must be a mapping (key: value): no dashes here"),
        ("lines: *x\n", ":1:8: "),
        ("a: &a [x, x]\nlines: [*a]\n", ":1:1: unknown key 'a'"),
        ("budget: [x]\n" + LINE, ":1:9: budget: must be text"),
        ("a: \x01\n", ":1:4: a character that YAML does not allow"),
    ],
)
def test_complaints_name_the_place(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as raised:
        load(tmp_path, text)
    assert f"{tmp_path / 'b.yaml'}{complaint}" in str(raised.value)


def test_a_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    text = "lines:\n  - &a0 {line: x, amount: 1 kr}\n"
    for level in range(1, 30):
        text += f"  - &a{level} {{line: x, amount: 1 kr, lines: [*a{level - 1}, *a{level - 1}]}}\n"
    with pytest.raises(UsageError, match="too many nested entries"):
        load(tmp_path, text)


def test_a_line_inside_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"b\.yaml:2:5: lines: line 'x' lies within itself"):
        load(tmp_path, "lines:\n  - &a {line: x, amount: 1 kr, lines: [*a]}\n")


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(b"budget: \xff\n")
    with pytest.raises(UsageError, match="not UTF-8 at byte 8"):
        load_budget(str(tmp_path / "b.yaml"))
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        load_budget(str(tmp_path / "none.yaml"))


def test_documents_are_found_by_path_then_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("documents:\n  one: a.txt\n  two: 'b*.txt'\n" + LINE, encoding="utf-8")
    budget = load_budget(str(tmp_path / "b.yaml"))
    here, elsewhere = str(tmp_path / "a.txt"), "/elsewhere/a.txt"
    assert {"one": (here,)} == find_documents(budget, [elsewhere, here])
    assert {"one": (elsewhere,), "two": ("x/b1.txt", "x/b2.txt")} == find_documents(
        budget, ["x/b1.txt", "x/b2.txt", elsewhere]
    )
    assert find_documents(budget, ["c.txt"]) == {}


TABLE = "Fördelning av {total} kronor\n\n| Kommun | Kronor |\n|-|-|\n| Hjo | {a} |\n| Tibro | {b} |\n| Skara | {c} |\n"


def check(folder: Path, budget: str, *paths: str) -> list[str]:
    (folder / "b.yaml").write_text(budget, encoding="utf-8")
    report = reconcile.check(*(str(folder / path) for path in paths), budget=str(folder / "b.yaml"))
    told = [f"{finding.code} {finding.message}" for finding in report.findings]
    return told + [f"{o.status} {o.computed}" for o in report.equations if o.kind == "budget"]


def decision(folder: Path, name: str, a: int = 100, b: int = 200, c: int = 300, withheld: str = "") -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    text = TABLE.format(total=a + b + c, a=a, b=b, c=c)
    if withheld:
        text = text.replace(f"| {withheld} |", "| .. |")
    (folder / name).write_text(text, encoding="utf-8")


def test_a_glob_counts_every_document_it_matches(tmp_path: Path) -> None:
    decision(tmp_path, "2022/d.md")
    decision(tmp_path, "2023/d.md")
    budget = "documents: {all: '20*/d.md'}\nlines:\n  - {line: Pot, amount: 1 000 kr, documents: [all]}\n"
    assert check(tmp_path, budget, "2022/d.md", "2023/d.md") == [
        "R403 1 200 is distributed from “Pot”, which has 1 000: 200 too much",
        "broken 1200",
    ]


def test_two_documents_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    decision(tmp_path, "2022/d.md")
    decision(tmp_path, "2023/d.md")
    budget = (
        "budget: B\ndocuments: {one: 2022/d.md, two: 2023/d.md}\n"
        "lines:\n  - {line: Pot, amount: 1 200 kr, use: exhausted, documents: [one, two]}\n"
    )
    assert check(tmp_path, budget, "2023/d.md", "2022/d.md") == ["ties 1200"]
    assert check(tmp_path, budget, "2023/d.md") == [
        "R404 the budget “B” names 2022/d.md (“one”), but it is not among the documents checked",
        "unverifiable 600",
    ]


def test_without_paths_the_budget_s_own_documents_are_checked() -> None:
    report = reconcile.check(budget=str(FIXTURES / "decisions" / "budget.yaml"))
    assert [reading.document.path for reading in report.readings] == DECISIONS
    assert report.budget is not None
    assert [line.words for line in report.budget.lines] == ["kept", "exhausted after repair"]


def test_lines_above_a_missing_document_are_not_said_to_be_kept(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(
        (FIXTURES / "decisions" / "budget.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    report = reconcile.check(budget=str(tmp_path / "b.yaml"))
    assert [finding.code for finding in report.findings] == ["R404", "R404"]
    assert [outcome.status for outcome in report.equations] == ["unverifiable"]


def test_a_column_that_could_be_any_is_said(tmp_path: Path) -> None:
    text = "| Kommun | 2022 (kr) | 2023 (kr) |\n|-|-|-|\n| Hjo | 100 | 200 |\n| Tibro | 200 | 400 |\n"
    (tmp_path / "d.md").write_text(text, encoding="utf-8")
    budget = "documents: {a: d.md}\nlines:\n  - {line: Pot, amount: 700 kr, documents: [a]}\n"
    assert check(tmp_path, budget, "d.md") == [
        "R401 “Pot” cannot be verified against “a”: it has 2 columns of amounts ('2022 (kr)', '2023 (kr)'), "
        "and nothing shows which one is meant; name its column"
    ]
    (tmp_path / "d.md").write_text("Fördelning av 600 kronor\n\n" + text, encoding="utf-8")
    assert check(tmp_path, budget, "d.md") == ["ties 600"]


def test_a_document_in_another_currency_is_said(tmp_path: Path) -> None:
    decision(tmp_path, "d.md")
    budget = "currency: EUR\ndocuments: {a: d.md}\nlines:\n  - {line: Pot, amount: '700', documents: [a]}\n"
    assert check(tmp_path, budget, "d.md") == [
        "R401 “Pot” cannot be verified against “a”: it is in SEK, the budget in EUR"
    ]


def test_a_document_with_a_withheld_figure_is_said(tmp_path: Path) -> None:
    decision(tmp_path, "d.md", withheld="200")
    budget = "documents: {a: d.md}\nlines:\n  - {line: Pot, amount: 700 kr, documents: [a]}\n"
    assert check(tmp_path, budget, "d.md") == [
        "R401 “Pot” cannot be verified against “a”: one of its figures is withheld or could not be read"
    ]


def report_on(folder: Path, budget: str, *paths: str) -> Report:
    (folder / "b.yaml").write_text(budget, encoding="utf-8")
    return reconcile.check(*(str(folder / path) for path in paths), budget=str(folder / "b.yaml"))


def standings(report: Report) -> list[tuple[str, int, int | None, int | None, str]]:
    assert report.budget is not None
    return [
        (
            line.name, int(line.budgeted), None if line.distributed is None else int(line.distributed),
            None if line.remaining is None else int(line.remaining), line.status,
        )
        for line in (*report.budget.lines, *report.budget.limits)
    ]  # fmt: skip


def messages(report: Report) -> list[str]:
    return [f"{finding.code} {finding.message}" for finding in report.findings]


def test_the_standing_of_the_shipped_budget() -> None:
    report = reconcile.check(*DECISIONS, budget=str(FIXTURES / "decisions" / "budget.yaml"))
    assert standings(report) == [
        ("The whole agreement", 2_950_000_000, 2_500_000_000, 450_000_000, "ties"),
        ("Performance pool", 2_500_000_000, 2_500_000_000, 0, "ties-after-repair"),
    ]


def test_who_received_what_in_the_two_decisions() -> None:
    report = reconcile.check(*DECISIONS, budget=str(FIXTURES / "decisions" / "budget.yaml"))
    assert report.budget is not None
    matrix = report.budget.matrix
    assert matrix.documents == ("January to June", "July to November")
    received = {row.name: (*map(str, row.amounts), str(row.total)) for row in matrix.rows}
    assert len(received) == 21
    assert received["Region Uppsala"] == ("11803701", "54499160", "66302861")
    assert received["Region Stockholm"] == ("233497408", "617098208", "850595616")
    assert [int(total) for total in matrix.totals] == [625_746_835, 1_874_253_165]
    assert matrix.printed == matrix.totals
    assert (matrix.total, matrix.cross_foots) == (Decimal(2_500_000_000), True)
    assert sum(row.total for row in matrix.rows) == matrix.total


def test_one_entity_under_two_names_is_one(tmp_path: Path) -> None:
    first = "| Region | Kronor |\n|-|-|\n| Region Uppsala | 100 |\n| Region Skåne | 200 |\n| Region Dalarna | 300 |\n"
    second = "| Region | Kronor |\n|-|-|\n| UPPSALA | 10 |\n| Skåne läns landsting | 20 |\n| Tredje man | 30 |\n"
    (tmp_path / "a.md").write_text(first, encoding="utf-8")
    (tmp_path / "b.md").write_text(second, encoding="utf-8")
    budget = (
        "documents: {a: a.md, b: b.md}\nlines:\n  - {line: Pot, amount: 700 kr, documents: [a, b]}\n"
        "entities:\n  Dalarna: {aliases: [Tredje man], amount: 300 kr}\n  Uppsala: {amount: 110 kr, use: exhausted}\n"
    )
    report = report_on(tmp_path, budget, "a.md", "b.md")
    assert report.budget is not None
    assert [(row.name, *map(str, row.amounts), str(row.total)) for row in report.budget.matrix.rows] == [
        ("Uppsala", "100", "10", "110"), ("Region Skåne", "200", "20", "220"), ("Dalarna", "300", "30", "330"),
    ]  # fmt: skip
    assert [m for m in messages(report) if m.startswith("R4")] == [
        "R403 Dalarna receives 330, but may receive at most 300: 30 too much"
    ]


def _lists(folder: Path, name: str, rows: dict[str, int]) -> None:
    table = "".join(f"| {label} | {value} |\n" for label, value in rows.items())
    (folder / name).write_text(f"| Namn | Kronor |\n|-|-|\n{table}", encoding="utf-8")


def _received(folder: Path, *names: str, more: str = "") -> list[tuple[str, str]]:
    named = ", ".join(f"{name[0]}: {name}" for name in names)
    pot = ", ".join(name[0] for name in names)
    text = f"documents: {{{named}}}\nlines:\n  - {{line: Pot, amount: 10 000 kr, documents: [{pot}]}}\n{more}"
    report = report_on(folder, text, *names)
    assert report.budget is not None
    assert report.budget.matrix.cross_foots
    return [(row.name, str(row.total)) for row in report.budget.matrix.rows]


def test_a_short_table_is_of_the_registry_of_the_others(tmp_path: Path) -> None:
    # Three rows that are municipalities as well as regions.
    _lists(tmp_path, "a.md", {f"Region {name}": 1 for name in ("Stockholm", "Uppsala", "Gotland", "Skåne", "Dalarna")})
    _lists(tmp_path, "b.md", {"Stockholm": 20, "Uppsala": 30, "Gotland": 40})
    assert _received(tmp_path, "a.md", "b.md") == [
        ("Region Stockholm", "21"), ("Region Uppsala", "31"), ("Region Gotland", "41"), ("Region Skåne", "1"),
        ("Region Dalarna", "1"),
    ]  # fmt: skip


def test_tables_that_are_all_too_short_are_recognised_together(tmp_path: Path) -> None:
    _lists(tmp_path, "a.md", {"Region Stockholm": 1, "Region Skåne": 2})
    _lists(tmp_path, "b.md", {"Stockholm": 20, "Värmland": 30})
    limit = "entities:\n  Region Stockholm: {amount: 20 kr}\n"
    assert _received(tmp_path, "a.md", "b.md", more=limit) == [
        ("Region Stockholm", "21"), ("Region Skåne", "2"), ("Värmland", "30"),
    ]  # fmt: skip
    assert messages(
        reconcile.check(*(str(tmp_path / n) for n in ("a.md", "b.md")), budget=str(tmp_path / "b.yaml"))
    ) == ["R403 Region Stockholm receives 21, but may receive at most 20: 1 too much"]


def test_whole_tables_of_two_registries_keep_their_own(tmp_path: Path) -> None:
    regions = [entry.short[0] for entry in load_registry("swedish-regions").valid()]
    gotland = [entry.name for entry in load_registry("swedish-municipalities").valid() if entry.group == "03"]
    _lists(tmp_path, "a.md", dict.fromkeys(regions, 1))
    _lists(tmp_path, "b.md", dict.fromkeys(gotland, 2))
    received = _received(tmp_path, "a.md", "b.md")
    assert ("Uppsala (the 21 regions of Sweden)", "1") in received
    assert ("Uppsala (the 290 municipalities of Sweden)", "2") in received
    assert len({name for name, _ in received}) == len(received) == 21 + 8


def test_two_entities_of_the_file_that_a_registry_has_as_one_are_misuse(tmp_path: Path) -> None:
    text = "| Region | Kronor |\n|-|-|\n| Region Uppsala | 100 |\n| Region Skåne | 200 |\n| Region Dalarna | 300 |\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    budget = "documents: {a: a.md}\nlines: []\nentities:\n  Uppsala: {}\n  Region Uppsala: {}\n"
    with pytest.raises(UsageError) as raised:
        report_on(tmp_path, budget, "a.md")
    assert str(raised.value) == (
        f"{tmp_path / 'b.yaml'}:5:19: 'Region Uppsala' of 'Region Uppsala' is also 'Uppsala': swedish-regions has them as one"
    )


def test_a_limit_of_nobody_is_said(tmp_path: Path) -> None:
    decision(tmp_path, "d.md")
    budget = (
        "documents: {a: d.md}\nlines:\n  - {line: Pot, amount: 700 kr, documents: [a]}\n"
        "entities: {Habo: {amount: 5 kr}}\n"
    )
    assert messages(report_on(tmp_path, budget, "d.md")) == [
        "R401 “Habo” cannot be verified against “a”: no row of that name was read; add it as an alias?"
    ]


PLAN = """documents: {a: a.md, b: b.md}
lines:
  - line: All
    amount: 1 200 kr
    use: exhausted
    lines:
      - {line: First, amount: 600 kr, use: exhausted, documents: [a]}
      - {line: Second, amount: 600 kr, documents: [b]}
"""


def _lines(report: Report) -> list[tuple[object, ...]]:
    assert report.budget is not None
    return [(line.name, line.planned, line.distributed, line.remaining, line.words) for line in report.budget.lines]


def test_a_line_is_as_sure_as_the_documents_below_it(tmp_path: Path) -> None:
    decision(tmp_path, "a.md")
    assert _lines(report_on(tmp_path, PLAN, "a.md")) == [
        ("All", 1200, 600, None, "cannot be verified"),
        ("First", None, 600, 0, "exhausted"),
        ("Second", None, None, None, "cannot be verified"),
    ]
    decision(tmp_path, "b.md", a=50)
    report = report_on(tmp_path, PLAN, "a.md", "b.md")
    assert _lines(report) == [
        ("All", 1200, 1150, 50, "planned in full"),
        ("First", None, 600, 0, "exhausted"),
        ("Second", None, 550, 50, "kept"),
    ]
    assert "planned  " not in write(report, "terminal")
    over = report_on(tmp_path, PLAN.replace("Second, amount: 600 kr", "Second, amount: 500 kr"), "a.md", "b.md")
    assert _lines(over)[0] == ("All", 1100, 1150, 50, "broken")
    printed = [line.split("  ")[1:] for line in write(over, "terminal").splitlines() if line.startswith("  line")]
    assert [[word.strip() for word in line if word.strip()] for line in printed] == [
        ["line", "budgeted", "planned", "distributed", "remaining", "status"]
    ]


def test_what_a_tolerance_below_allows_is_within_tolerance_above(tmp_path: Path) -> None:
    decision(tmp_path, "a.md", a=101)
    decision(tmp_path, "b.md")
    allowing = PLAN.replace(
        "First, amount: 600 kr,", "First, amount: 600 kr, tolerance: {amount: 1, reason: avrundat},"
    )
    assert [line[2:] for line in _lines(report_on(tmp_path, allowing, "a.md", "b.md"))] == [
        (1201, -1, "within tolerance"), (601, -1, "within tolerance"), (600, 0, "kept"),
    ]  # fmt: skip


def test_a_limit_of_a_name_misspelt_says_who_may_be_meant(tmp_path: Path) -> None:
    decision(tmp_path, "d.md")
    budget = (
        "documents: {a: d.md}\nlines:\n  - {line: Pot, amount: 700 kr, documents: [a]}\n"
        "entities: {Skaara: {amount: 5 kr}}\n"
    )
    assert messages(report_on(tmp_path, budget, "d.md")) == [
        "R401 “Skaara” cannot be verified against “a”: no row of that name was read; did you mean Skara?"
    ]


def test_no_one_may_have_more_of_a_line_than_each(tmp_path: Path) -> None:
    decision(tmp_path, "a.md")
    decision(tmp_path, "b.md", a=50, b=60, c=70)
    budget = (
        "documents: {a: a.md, b: b.md}\nlines:\n  - {line: Pot, amount: 1 000 kr, each: 360 kr, documents: [a, b]}\n"
    )
    report = report_on(tmp_path, budget, "a.md", "b.md")
    assert messages(report) == ["R403 Skara (Pot) receives 370, but may receive at most 360: 10 too much"]
    assert standings(report) == [
        ("Pot", 1000, 780, 220, "ties"),
        ("Hjo (Pot)", 360, 150, 210, "ties"),
        ("Tibro (Pot)", 360, 260, 100, "ties"),
        ("Skara (Pot)", 360, 370, -10, "broken"),
    ]


@pytest.mark.parametrize(
    ("keys", "status", "told"),
    [
        ("use: exhausted, amount: 600 kr", "ties", []),
        ("use: exhausted, amount: 601 kr", "broken", ["R401 600 (a), 1 less than “Pot” of 601"]),
        ("use: exhausted, amount: 599 kr", "broken", ["R403 600 is distributed from “Pot”, which has 599: 1 too much"]),
        ("amount: 601 kr", "ties", []),
        ("amount: 599 kr", "broken", ["R403 600 is distributed from “Pot”, which has 599: 1 too much"]),
        ("use: at-least, amount: 599 kr", "ties", []),
        ("use: at-least, amount: 601 kr", "broken", ["R401 600 (a), 1 less than “Pot” of 601"]),
        ("remaining: 50 kr, amount: 650 kr", "ties", []),
        ("remaining: 49 kr, amount: 650 kr", "broken",
         ["R401 600 (a) + 49 (remaining) = 649, 1 less than “Pot” of 650"]),
        ("remaining: 51 kr, amount: 650 kr", "broken",
         ["R401 600 (a) + 51 (remaining) = 651, 1 more than “Pot” of 650"]),
        ("remaining: 0, amount: 599 kr", "broken", ["R403 600 is distributed from “Pot”, which has 599: 1 too much"]),
        ("tolerance: {amount: 2 kr, reason: öre are dropped}, use: exhausted, amount: 602 kr", "ties-within-rounding",
         ["R305 “Pot” is 2 off, and the budget allows 2: öre are dropped"]),
        ("tolerance: {amount: 2 kr, reason: öre are dropped}, amount: 598 kr", "ties-within-rounding",
         ["R305 “Pot” is 2 off, and the budget allows 2: öre are dropped"]),
        ("tolerance: {amount: 2 kr, reason: öre are dropped}, use: exhausted, amount: 603 kr", "broken",
         ["R401 600 (a), 3 less than “Pot” of 603"]),
    ],
)  # fmt: skip
def test_what_a_line_asks_is_one_finding_at_most(tmp_path: Path, keys: str, status: str, told: list[str]) -> None:
    decision(tmp_path, "d.md")
    report = report_on(tmp_path, f"documents: {{a: d.md}}\nlines:\n  - {{line: Pot, documents: [a], {keys}}}\n", "d.md")
    assert messages(report) == told
    (standing,) = standings(report)
    assert (standing[2], standing[4]) == (600, status)


def test_a_tolerance_is_told_with_its_reason(tmp_path: Path) -> None:
    decision(tmp_path, "d.md")
    budget = (
        "budget: B\ndocuments: {a: d.md}\nlines:\n  - line: Pot\n    amount: 601 kr\n    use: exhausted\n"
        "    documents: [a]\n    tolerance: {amount: 1 kr, reason: the agency drops öre}\n"
    )
    report = report_on(tmp_path, budget, "d.md")
    text = write(report, "terminal")
    assert "  Pot                601          600          1  within tolerance\n" in text
    assert "  “Pot” may be 1 off: the agency drops öre\n" in text
    assert report.to_dict()["budget"]["lines"][0]["reason"] == "the agency drops öre"  # type: ignore[index]


TWO_TABLES = (
    "Bidrag till vård\n\n| Kommun | 2022 (kr) | 2023 (kr) |\n|-|-|-|\n| Hjo | 100 | 200 |\n| Tibro | 200 | 400 |\n\n"
    "Bidrag till skola\n\n| Region | Kronor |\n|-|-|\n| Region Uppsala | 11 |\n| Region Skåne | 22 |\n| Region Dalarna | 33 |\n"
)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("table: 1, column: 2022", "ties 300"),
        ("table: 1, column: 2023 (kr)", "ties 600"),
        ("table: 1, column: 2", "ties 300"),
        ("table: vård, column: 3", "ties 600"),
        ("table: bidrag till skola", "ties 66"),
        ("table: 2", "ties 66"),
        ("schema: swedish-regions", "ties 66"),
        ("column: kronor", "ties 66"),
        ("table: 3", "R401 “Pot” cannot be verified against “a”: it has no table '3' with amounts; "
         "its tables are '1 Bidrag till vård', '2 Bidrag till skola'"),
        ("table: 1, column: Kronor", "R401 “Pot” cannot be verified against “a”: it has no column of amounts 'Kronor'; "
         "its columns are '2022 (kr)', '2023 (kr)'"),
        ("schema: us-states", "R401 “Pot” cannot be verified against “a”: "
         "none of its 2 tables of amounts lists us-states"),
    ],
)  # fmt: skip
def test_which_figures_of_a_document_count(tmp_path: Path, keys: str, told: str) -> None:
    (tmp_path / "d.md").write_text(TWO_TABLES, encoding="utf-8")
    budget = f"documents: {{a: {{path: d.md, {keys}}}}}\nlines:\n  - {{line: Pot, amount: 700 kr, documents: [a]}}\n"
    assert check(tmp_path, budget, "d.md") == [told]


def test_one_file_may_be_two_documents(tmp_path: Path) -> None:
    (tmp_path / "d.md").write_text(TWO_TABLES, encoding="utf-8")
    budget = (
        "documents: {a: {path: d.md, column: 2022}, b: {path: d.md, column: 2023}}\n"
        "lines:\n  - {line: Pot, amount: 900 kr, use: exhausted, documents: [a, b]}\n"
    )
    for home in (".", "elsewhere"):
        (tmp_path / home).mkdir(exist_ok=True)
        (tmp_path / home / "b.yaml").write_text(budget, encoding="utf-8")
        report = reconcile.check(str(tmp_path / "d.md"), budget=str(tmp_path / home / "b.yaml"))
        assert standings(report) == [("Pot", 900, 900, 0, "ties")]


def test_a_file_that_two_globs_take_is_misuse(tmp_path: Path) -> None:
    decision(tmp_path, "d1.md")
    with pytest.raises(UsageError) as raised:
        report_on(tmp_path, "documents: {a: 'd*.md', b: '*1.md'}\nlines: []\n", "d1.md")
    assert str(raised.value) == f"{tmp_path / 'b.yaml'}:1:28: d1.md is both 'a' and 'b', and would count twice"


def test_a_glob_expects_a_number_of_documents(tmp_path: Path) -> None:
    decision(tmp_path, "d1.md")
    decision(tmp_path, "d2.md", a=7)
    budget = "budget: B\ndocuments: {a: {path: 'd*.md', expected: 3}}\nlines: []\n"
    assert messages(report_on(tmp_path, budget, "d1.md", "d2.md")) == [
        "R404 the budget “B” expects 3 documents for “a” (d*.md), but 2 were checked"
    ]
    assert messages(report_on(tmp_path, budget.replace("3", "2"), "d1.md", "d2.md")) == []


def test_documents_in_thousands_tie_within_their_rounding(tmp_path: Path) -> None:
    (tmp_path / "d.md").write_text(
        "| Kommun | tkr |\n|-|-|\n| Hjo | 1 250 |\n| Tibro | 2 341 |\n| Skara | 3 121 |\n", encoding="utf-8"
    )
    budget = "documents: {a: d.md}\nlines:\n  - {line: Pot, amount: 6 711 250 kr, use: exhausted, documents: [a]}\n"
    assert check(tmp_path, budget, "d.md")[-1] == "ties-within-rounding 6712000"
    assert check(tmp_path, budget.replace("6 711 250", "6 710 000"), "d.md") == [
        "R403 6 712 000 is distributed from “Pot”, which has 6 710 000: 2 000 too much. The error could be in one of these: 3 figures or the total. None looks mistyped, so nothing was changed",
        "broken 6712000",
    ]


def test_documents_in_two_currencies_are_not_added(tmp_path: Path) -> None:
    decision(tmp_path, "a.md")
    (tmp_path / "b.md").write_text("| Land | EUR |\n|-|-|\n| Hjo | 100 |\n| Tibro | 200 |\n", encoding="utf-8")
    budget = "documents: {a: a.md, b: b.md}\nlines:\n  - {line: Pot, amount: '1000', documents: [a, b]}\n"
    report = report_on(tmp_path, budget, "a.md", "b.md")
    assert messages(report) == ["R401 “Pot” cannot be verified against “b”: it is in EUR, the others in SEK"]
    assert standings(report) == [("Pot", 1000, 600, None, "unverifiable")]


@pytest.mark.parametrize(("currency", "amount"), [("NOK", "5 mnkr"), ("DKK", "5 mio. kr"), ("SEK", "5 000 000 kr")])
def test_a_bare_krona_is_that_of_the_budget(tmp_path: Path, currency: str, amount: str) -> None:
    load(tmp_path, f"currency: {currency}\nlines:\n  - {{line: Pot, amount: {amount}}}\n")
    (line,) = load_budget(str(tmp_path / "b.yaml")).lines
    assert (int(line.amount.value), line.amount.unit.currency) == (5_000_000, currency)


def test_an_upper_bound_proves_no_figure(tmp_path: Path) -> None:
    text = "| Kommun | Kronor |\n|-|-|\n| Hjo | 1 250 000 |\n| Tibro | 23 40 500 |\n| Skara | 3 120 750 |\n"
    (tmp_path / "d.md").write_text(text, encoding="utf-8")
    budget = "documents: {a: d.md}\nlines:\n  - {line: Pot, amount: 9 miljoner kr, documents: [a]}\n"
    report = report_on(tmp_path, budget, "d.md")
    (fix,) = report.findings[0].fixes
    assert (report.findings[0].code, fix.applicability, fix.proof) == ("R101", "unsafe", "writing")
    exhausted = budget.replace("9 miljoner kr", "6 711 250 kr, use: exhausted")
    (fix,) = report_on(tmp_path, exhausted, "d.md").findings[0].fixes
    assert (fix.applicability, fix.proof) == ("safe", "budget")


def test_a_decision_that_two_documents_print_is_counted_once(tmp_path: Path) -> None:
    decision(tmp_path, "a.md")
    decision(tmp_path, "b.md")
    budget = (
        "documents: {a: {path: a.md, decision: S1}, news: {path: b.md, decision: S1}}\n"
        "lines:\n  - {line: Pot, amount: 600 kr, use: exhausted, documents: [a]}\n"
        "entities: {Skara: {amount: 300 kr, use: exhausted}}\n"
    )
    report = report_on(tmp_path, budget, "a.md", "b.md")
    assert (messages(report), standings(report)) == (
        [], [("Pot", 600, 600, 0, "ties"), ("Skara", 300, 300, 0, "ties")],
    )  # fmt: skip
    assert report.budget is not None
    assert (report.budget.matrix.documents, report.budget.matrix.total) == (("a",), Decimal(600))


def test_a_name_with_brackets_is_a_file_first(tmp_path: Path) -> None:
    decision(tmp_path, "d [1].md")
    budget = "documents: {a: 'd [1].md'}\nlines:\n  - {line: Pot, amount: 600 kr, use: exhausted, documents: [a]}\n"
    assert check(tmp_path, budget, "d [1].md") == ["ties 600"]


def test_a_matrix_too_wide_for_the_terminal_is_said(tmp_path: Path) -> None:
    for number in range(8):
        decision(tmp_path, f"d{number}.md", a=number)
    budget = "documents: {all: 'd*.md'}\nlines:\n  - {line: Pot, amount: 6 000 kr, documents: [all]}\n"
    report = report_on(tmp_path, budget, *(f"d{number}.md" for number in range(8)))
    text = write(report, "terminal", 60)
    assert "  who received what in 8 documents is too wide here; see\n  --format html\n" in text
    assert report.budget is not None
    (hjo, *_) = report.budget.matrix.rows
    assert (hjo.name, [int(amount or 0) for amount in hjo.amounts], int(hjo.total)) == ("Hjo", [*range(8)], 28)


def test_rows_of_one_label_are_added_and_marked(tmp_path: Path) -> None:
    text = "| Kommun | Kronor |\n|-|-|\n| Hjo | 100 |\n| Tibro | 200 |\n| Hjo | 300 |\n"
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(text.replace("200", f"20{name == 'b.md':d}"), encoding="utf-8")
    budget = "documents: {a: a.md, b: b.md}\nlines:\n  - {line: Pot, amount: 2 000 kr, documents: [a, b]}\n"
    assert "  Hjo (2 rows)  400  400       800\n" in write(report_on(tmp_path, budget, "a.md", "b.md"), "terminal")


def test_the_budget_is_on_the_last_line_of_jsonl(tmp_path: Path) -> None:
    decision(tmp_path, "d.md")
    budget = "documents: {a: d.md}\nlines:\n  - {line: Pot, amount: 600 kr}\n"
    lines = [json.loads(line) for line in write(report_on(tmp_path, budget, "d.md"), "jsonl").splitlines()]
    assert [line["budget"] and line["budget"]["lines"][0]["status"] for line in lines] == [None, "open"]


def test_a_plain_report_has_no_budget() -> None:
    report = reconcile.check(*DECISIONS)
    assert report.budget is None
    assert report.to_dict()["budget"] is None
