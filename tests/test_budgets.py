"""Budget files: what they say, and every complaint with its place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from cases import FIXTURES

import reconcile
from reconcile.budgetfile import load_budget
from reconcile.settings import UsageError
from reconcile.shares import find_documents


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
        (LINE.replace("10 kr", "1,234"), ":3:13: amount: '1,234' may be a thousand times more or less"),
        ("currency: EUR\n" + LINE, ":4:13: amount: '10 kr' is in SEK, but the budget is in EUR"),
        (LINE + "    use: often\n", ":4:10: use: must be one of exhausted, at-most, at-least, not 'often'"),
        (LINE + "    rounded: 5\n", ":4:14: rounded: must be true or false"),
        (LINE + "    documents: [a]\n", ":4:17: documents: no document 'a' under 'documents'; known are none"),
        (
            "documents:\n  a: x.txt\n" + LINE + "    documents: [b]\n",
            ":6:17: documents: no document 'b' under 'documents'; known are a",
        ),
        ("lines: [\n", ":2:1: "),
        ("lines: *x\n", ":1:8: "),
        ("a: &a [x, x]\nlines: [*a]\n", ":1:1: unknown key 'a'"),
        ("budget: [x]\n" + LINE, ":1:9: budget: must be text"),
        ("a: \x01\n", ": "),
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
        "R403 1 200 is distributed of “Pot”, which has 1 000: 200 too much",
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
        "R404 the budget “B” names 2022/d.md as “one”, which is not among the documents checked",
        "unverifiable 600",
    ]


def test_lines_above_a_missing_document_are_not_said_to_be_kept() -> None:
    report = reconcile.check(budget=str(FIXTURES / "decisions" / "budget.yaml"))
    assert [finding.code for finding in report.findings] == ["R404", "R404"]
    assert [outcome.status for outcome in report.equations] == ["unverifiable"]


def test_a_column_that_could_be_any_is_said(tmp_path: Path) -> None:
    text = "| Kommun | 2022 (kr) | 2023 (kr) |\n|-|-|-|\n| Hjo | 100 | 200 |\n| Tibro | 200 | 400 |\n"
    (tmp_path / "d.md").write_text(text, encoding="utf-8")
    budget = "documents: {a: d.md}\nlines:\n  - {line: Pot, amount: 700 kr, documents: [a]}\n"
    assert check(tmp_path, budget, "d.md") == [
        "R401 “Pot” cannot be verified against “a”: it has 2 columns of amounts ('2022 (kr)', '2023 (kr)'), "
        "and nothing tells which of them is meant; name its column"
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
