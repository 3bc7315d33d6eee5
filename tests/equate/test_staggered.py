"""Sums one column to the right of their parts, beside the last of them."""

from __future__ import annotations

import reconcile

TABLE = """Kap;Post;Navn;Kroner;Kroner;Kroner
10;;Skoler;;;
;01;Lønn;4 310 000;;
;21;Drift;1 205 000;;
;70;Tilskudd;880 000;6 395 000;
11;;Veier;;;
;01;Drift;2 145 000;;
;30;Bygg;{part};9 835 000;
;;Sum kommunen;;;16 230 000
"""


def report(part: str) -> reconcile.Report:
    return reconcile.check_text(TABLE.format(part=part), format="csv", name="x")


def test_sums_stand_beside_their_last_part() -> None:
    found = report("7 690 000")
    assert [f for f in found.findings if f.severity in ("error", "warning")] == []
    assert [[t.amount.text for t in e.terms] for e in found.equations if e.total.amount.text == "9 835 000"] == [
        ["2 145 000", "7 690 000"]
    ]


def test_codes_with_leading_noughts_are_no_amounts() -> None:
    (table,) = reconcile.check_text(TABLE.format(part="7 690 000"), format="csv", name="x").readings[0].tables
    assert [column.role for column in table.columns][:3] == ["code", "code", "label"]
