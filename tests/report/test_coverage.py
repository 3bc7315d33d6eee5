"""Coverage: what counts as checked, and that the counts add up however a table is made."""

from __future__ import annotations

import json
from decimal import Decimal

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

import reconcile
from reconcile.report import write
from reconcile.report.coverage import FAILS, HOLDS, UNCHECKED, is_under, share_of
from reconcile.report.report import Report
from tests.report.test_report import SCHEMA

BESIDE = """# Grants

| Town | Grant (kr) | Pupils |
| --- | ---: | ---: |
| Hjo | 1 200 000 | 310 |
| Tibro | 2 300 000 | 520 |
| Skara | 3 400 000 | 790 |
| Total | 6 900 000 | |

## Later

A new school costs 9 000 000 kr.
"""
BROKEN_SUM = BESIDE.replace("6 900 000", "6 800 000")


def _check(text: str, **values: int) -> Report:
    return reconcile.check_text(text, "markdown", "d.md", reconcile.Settings(**values))  # type: ignore[arg-type]


def test_a_column_that_stands_in_no_sum_is_not_checked() -> None:
    coverage = _check(BESIDE).coverage
    assert (coverage.amounts, coverage.checked) == (8, 4)
    (document,) = coverage.documents
    (table,) = document.tables
    assert [(each.column.header, each.amounts, each.checked) for each in table.columns] == [
        ("Grant (kr)", 4, 4),
        ("Pupils", 3, 0),
    ]
    assert list(table.rows) == [("row", 6, 3), ("total", 1, 1)]
    assert [claim.text for claim in document.claims] == ["9 000 000 kr"]
    assert [table.state(1, col) for col in range(3)] == [None, HOLDS, UNCHECKED]
    assert (table.state(4, 1), table.state(4, 2)) == (HOLDS, None)


def test_a_figure_in_a_sum_that_fails_is_checked() -> None:
    (document,) = _check(BROKEN_SUM).coverage.documents
    assert document.checked == 4
    assert [document.tables[0].state(row, 1) for row in range(1, 5)] == [FAILS] * 4


def test_a_sum_over_a_withheld_figure_checks_nothing() -> None:
    report = _check(BESIDE.replace("2 300 000", ".."))
    assert [outcome.status for outcome in report.outcomes] == ["unverifiable"]
    assert report.coverage.checked == 0


def test_an_amount_that_only_a_budget_holds_is_checked_in_its_document() -> None:
    """What is checked across documents counts in each of them, also where each is told on its own."""
    first, second = (str(path) for path in sorted(_decisions()))
    together = reconcile.check(first, second)
    assert [document.checked for document in together.coverage.documents] == [27, 23]
    assert [part.summary()["amounts_checked"] for part in together.split()] == [27, 23, 0]
    assert reconcile.check(first).coverage.checked == 26


def _decisions() -> list[str]:
    return ["fixtures/decisions/first-decision.txt", "fixtures/decisions/second-decision.txt"]


def test_a_stated_sum_of_a_schema_checks_its_column(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    schema = folder / "schema.yaml"
    schema.write_text(
        "schema_type: dataframe\nname: towns\ncolumns:\n"
        "  town:\n    dtype: string\n    metadata: {role: label, aliases: [Town]}\n"
        "  pupils:\n    checks: {sums_to: 1 620, greater_than: 5}\n    metadata: {role: amount, aliases: [Pupils]}\n"
        "  grant:\n    checks: {greater_than: 5}\n    metadata: {role: amount, aliases: [Grant]}\n",
        encoding="utf-8",
    )
    document = folder / "d.md"
    told = "| Town | Pupils | Grant |\n|---|---:|---:|\n| Hjo | 310 | 1 |\n| Tibro | 520 | 7 |\n| Skara | 790 | 5 |\n"
    document.write_text(told, encoding="utf-8")
    report = reconcile.check(str(document), schema=str(schema))
    (table,) = report.coverage.documents[0].tables
    assert [(each.column.header, each.amounts, each.checked) for each in table.columns] == [
        ("Pupils", 3, 3),
        ("Grant", 3, 0),
    ]
    assert table.state(1, 1) == HOLDS
    document.write_text(told.replace("310", "311"), encoding="utf-8")
    (table,) = reconcile.check(str(document), schema=str(schema)).coverage.documents[0].tables
    assert table.state(1, 1) == FAILS


def test_shares_are_rounded_down_so_that_a_hundred_means_all() -> None:
    assert [share_of(0, 0), share_of(38, 48), share_of(999, 1000), share_of(5, 5)] == [0, 79, 99, 100]
    assert [
        is_under(79, 100, 80), is_under(80, 100, 80), is_under(0, 0, 0), is_under(0, 0, 1),
    ] == [True, False, False, True]  # fmt: skip


def test_too_small_a_share_is_not_ok() -> None:
    assert _check(BESIDE, fail_under=50).ok
    report = _check(BESIDE, fail_under=51)
    assert (report.is_clean, report.ok) == (True, False)


def test_json_lists_what_is_not_checked() -> None:
    (document,) = json.loads(write(_check(BESIDE), "json"))["documents"]
    assert (document["amounts"], document["amounts_checked"]) == (8, 4)
    assert document["unchecked"]["columns"] == [
        {"table": 0, "column": 2, "header": "Pupils", "amounts": 3, "checked": 0}
    ]
    assert document["unchecked"]["rows"] == [{"table": 0, "kind": "row", "amounts": 6, "checked": 3}]
    assert [place["text"] for place in document["unchecked"]["text"]] == ["9 000 000 kr"]


def test_json_has_every_cell_where_it_is_asked_for() -> None:
    from reconcile.report import write_pieces

    for format in ("json", "jsonl"):
        told = json.loads("".join(write_pieces(_check(BROKEN_SUM), format, cells=True)))
        jsonschema.validate(told, SCHEMA)
        cells = told["documents"][0]["tables"][0]["cells"]
        assert len(cells) == 15
        assert cells[4] == {
            "row": 1, "col": 1, "place": "line 5", "text": "1 200 000", "role": "amount", "value": "1200000",
            "low": "1199999.5", "high": "1200000.5", "state": "fails", "equations": ["e1"],
        }  # fmt: skip
        assert tuple(cells[3][key] for key in ("text", "role", "value", "state", "equations")) == (
            "Hjo",
            "label",
            None,
            None,
            [],
        )
        assert tuple(cells[5][key] for key in ("text", "state", "equations")) == ("310", "unchecked", [])
    assert "cells" not in json.loads(write(_check(BROKEN_SUM), "json"))["documents"][0]["tables"][0]


@st.composite
def _tables(draw: st.DrawFn) -> str:
    """A table with a total that holds or not, beside columns of figures with gaps and of words."""
    height, width = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    cells = st.one_of(st.integers(0, 10**7).map(str), st.sampled_from(["", "-", "..", "word", "12 %", "1,5"]))
    rows = [[f"Row {row}", *draw(st.lists(cells, min_size=width, max_size=width))] for row in range(height)]
    total = draw(st.booleans())
    if total:
        sums = [sum(int(row[col]) for row in rows if row[col].isdecimal()) for col in range(1, width + 1)]
        rows.append(["Total", *(str(value + draw(st.sampled_from([0, 0, 10]))) for value in sums)])
    lines = [["Name", *(f"Column {col}" for col in range(width))], ["---"] * (width + 1), *rows]
    text = draw(st.sampled_from(["", "In all 5 000 000 kr was paid.\n\n", "Up by 7 % to 30 000 kr (28 000).\n\n"]))
    return text + "".join(f"| {' | '.join(line)} |\n" for line in lines)


@given(text=_tables())
@settings(deadline=None, max_examples=60)
def test_the_counts_add_up(text: str) -> None:
    report = _check(text)
    coverage = report.coverage
    assert coverage.amounts == sum(
        len(reading.claims) + sum(figures.count() for figures in reading.tables) for reading in report.readings
    )
    assert 0 <= coverage.checked <= coverage.amounts
    for document in coverage.documents:
        for table in document.tables:
            for total in (0, 1):
                counts = [(each.amounts, each.checked)[total] for each in table.columns]
                assert sum(counts) == sum((each.amounts, each.checked)[total] for each in table.rows)
            states = [table.state(row, col) for row, col, _ in table.figures.amounts()]
            assert None not in states
            assert sum(each.checked for each in table.columns) == sum(1 for state in states if state != UNCHECKED)
            if any(state == FAILS for state in states):
                assert any(outcome.status == "broken" for outcome in report.outcomes)
    named = {
        (term.row, term.col)
        for outcome in report.outcomes
        if outcome.status != "unverifiable"
        for term in outcome.equation.amounts()
        if term.table is not None
    }
    told = json.loads(write(report, "json"))["documents"][0]
    checked = {
        (row, col)
        for table in coverage.documents[0].tables
        for row, col, _ in table.figures.amounts()
        if table.state(row, col) != UNCHECKED
    }
    assert checked <= named
    left = sum(each["amounts"] - each["checked"] for each in told["unchecked"]["columns"])
    assert told["amounts"] - told["amounts_checked"] == left + len(told["unchecked"]["text"])


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 100))
def test_a_share_is_under_exactly_where_it_is(checked: int, amounts: int, least: int) -> None:
    checked = min(checked, amounts)
    assert is_under(checked, amounts, least) is (not amounts or Decimal(checked) * 100 / amounts < least)
