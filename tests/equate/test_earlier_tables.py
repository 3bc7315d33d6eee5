"""A grand total below the second of two tables counts the total of the first one, too."""

from __future__ import annotations

import reconcile

FIRST = "| Ort | Bidrag |\n|---|---:|\n| Hjo | 3 412 |\n| Tibro | 2 118 |\n| Summa | 5 530 |\n"
SECOND = "| Ort | Bidrag |\n|---|---:|\n| Mark | 4 207 |\n| Ale | 1 955 |\n| Totalsumma | {total} |\n"


def told(text: str) -> list[tuple[str, str]]:
    report = reconcile.check_text(text, format="markdown", name="x")
    return [(f.code, f.observed) for f in report.findings if f.severity in ("error", "warning")]


def test_a_grand_total_counts_the_total_of_the_table_above() -> None:
    text = f"{FIRST}\n{SECOND.format(total='11 692')}"
    report = reconcile.check_text(text, format="markdown", name="x")
    assert [f for f in report.findings if f.severity in ("error", "warning")] == []
    (grand,) = [e for e in report.equations if e.total.amount.text == "11 692"]
    assert [term.amount.text for term in grand.terms] == ["4 207", "1 955", "5 530"]
    assert grand.status == "ties"


def test_a_slip_in_the_grand_total_is_told() -> None:
    assert told(f"{FIRST}\n{SECOND.format(total='11 962')}") == [("R301", "11 962")]


def test_a_table_below_has_no_part_in_a_total_above() -> None:
    assert told(f"{SECOND.format(total='11 692')}\n{FIRST}") == [("R301", "11 692")]
