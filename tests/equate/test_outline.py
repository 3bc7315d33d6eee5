"""Rows that are numbered stand below one another, and each is the sum of those right below it."""

from __future__ import annotations

import pytest

import reconcile
from reconcile.core.document import Table
from reconcile.equate.outline import Outline, read_outline
from reconcile.recognise.tables import recognise_table

CODED = """Kod;Post;Belopp
1;Drift;1200
1.1;Lön;800
1.2;Hyra;400
2;Invest;300
2.1;Bil;300
;Summa;1500
"""
DEEP = """Item;2023;2024
1 Roads;900;960
1.1 Upkeep;600;610
1.1.1 Winter;250;270
1.1.2 Summer;350;340
1.2 New;300;350
2 Parks;210;190
2.1 Trees;110;80
2.2 Paths;100;110
Total;1,110;1,150
"""


def _ties(text: str) -> list[str]:
    report = reconcile.check_text(text, format="csv")
    assert report.findings == ()
    return [f"{o.total.label} = {len(o.terms)}" for o in report.equations]


def test_rows_are_placed_by_their_numbers() -> None:
    rows = [line.split(";") for line in CODED.splitlines()]
    assert read_outline(recognise_table(Table.from_rows(rows))) == Outline([1, 4], {1: [2, 3], 4: [5]})


def test_rows_without_numbers_have_no_outline() -> None:
    rows = [["Kommun", "kr"], ["Hjo", "1"], ["Tibro", "2"], ["Summa", "3"]]
    assert read_outline(recognise_table(Table.from_rows(rows))) == Outline([], {})


def test_each_number_is_the_sum_of_those_below_it() -> None:
    assert _ties(CODED) == ["Drift = 2", "Summa = 2"]
    names = [told.partition(" = ")[0] for told in _ties(DEEP)]
    # In both columns.
    assert {name: names.count(name) for name in names} == {"1 Roads": 2, "1.1 Upkeep": 2, "2 Parks": 2, "Total": 2}


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("1;Drift;1200", "1;Drift;7200", "7200"),
        ("1.2;Hyra;400", "1.2;Hyra;900", "1200"),
        (";Summa;1500", ";Summa;4500", "4500"),
    ],
)
def test_a_slip_in_a_numbered_table_is_told(right: str, wrong: str, told: str) -> None:
    report = reconcile.check_text(CODED.replace(right, wrong), format="csv")
    assert {finding.severity.value for finding in report.findings} <= {"error", "warning"}
    assert told in {finding.observed for finding in report.findings}
