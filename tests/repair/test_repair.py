"""Which figure is wrong: the kinds of slips, the search over broken sums, and what is said and done about it."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reconcile
from reconcile.core.amounts import Notation, read_amount
from reconcile.core.findings import Fix
from reconcile.core.settings import Settings
from reconcile.core.typos import WEIGHTS, find_slip, list_values
from reconcile.equate.equation import Equation, Term
from reconcile.read import read_text
from reconcile.repair import repair_writing
from reconcile.report.report import Report
from reconcile.run.pipeline import check_documents


@pytest.mark.parametrize(
    ("meant", "printed", "kind"),
    [
        ("54499160", "54489160", "digit substituted"),
        ("54499160", "5449916", "digit left out"),
        ("54499160", "54949160", "digits swapped"),
        ("54499160", "544991160", "digit added"),
        ("54499160", "54399170", "two digits substituted"),
        ("54499160", "54160", "group lost"),
        ("54007160", "7160", "group lost"),
        ("54499160", "54499499160", "group doubled"),
        ("54499160", "54160499", "groups swapped"),
        ("54499160", "49954160", "groups swapped"),
        ("-54499160", "54499160", "sign lost"),
        ("54499160", "-54499160", "sign lost"),
        ("544991.60", "54499160", "decimal mark lost or moved"),
        ("1255", "12.55", "decimal mark lost or moved"),
        ("54499", "54499000", "unit slip"),
        ("54499000", "54499", "unit slip"),
        ("54499160", "544991603", "mark glued on"),
        ("0.7", "0.8", "digit substituted"),
        ("900000000000000000000000000000000000001", "900000000000000000000000000000000000002", "digit substituted"),
    ],
)
def test_what_one_slip_makes_of_a_figure(meant: str, printed: str, kind: str) -> None:
    amount = read_amount(printed)
    assert amount is not None
    slip = find_slip(amount, Decimal(meant))
    assert slip is not None
    assert kind == slip.kind


@pytest.mark.parametrize(
    ("meant", "printed"),
    [
        ("54499160", "54499160"),
        ("54499160", "99"),
        ("54499160", "12345678"),
        ("54499160", "54312760"),
        ("0", "5"),
        ("7", "0"),
    ],
)
def test_what_no_one_slip_makes_of_a_figure(meant: str, printed: str) -> None:
    amount = read_amount(printed)
    assert amount is not None
    assert find_slip(amount, Decimal(meant)) is None


def _weight(printed: str, meant: str) -> float:
    amount = read_amount(printed)
    assert amount is not None
    slip = find_slip(amount, Decimal(meant))
    assert slip is not None
    return slip.weight


def test_neighbours_and_look_alikes_are_taken_for_each_other_sooner() -> None:
    assert _weight("54499160", "54499150") > _weight("54499160", "54499120")  # 6 for 5 and for 2
    assert _weight("54499180", "54499130") > _weight("54499180", "54499140")  # 8 for 3 and for 4


def test_strange_writing_speaks_against_a_figure_and_sound_groups_for_it() -> None:
    bare, sound, strange = (_weight(printed, "54499160") for printed in ("5449160", "5 449 160", "54 49 160"))
    assert sound < bare < strange


def test_weights_are_shares() -> None:
    assert 0.9 < sum(WEIGHTS.values()) <= 1.0
    assert sorted(WEIGHTS.values())[-4:] == [
        WEIGHTS[kind] for kind in ("digit added", "digits swapped", "digit left out", "digit substituted")
    ]


@given(st.integers(1, 10**12), st.integers(0, 2))
def test_every_value_listed_is_one_slip_away(number: int, decimals: int) -> None:
    amount = read_amount(f"{number}.{'5' * decimals}" if decimals else str(number))
    assert amount is not None
    values = list_values(amount)
    assert len(values) == len(set(values))
    assert amount.value not in values
    assert [value for value in values if find_slip(amount, value) is None] == []


def _column(rows: list[int], total: int) -> str:
    lines = [f"| Ort {number} | {row} |" for number, row in enumerate(rows)]
    return "\n".join(["| Ort | Bidrag (kr) |", "| --- | --- |", *lines, f"| Summa | {total} |", ""])


def _fixes(report: Report) -> list[Fix]:
    return [fix for finding in report.findings for fix in finding.fixes]


def _told(report: Report) -> set[tuple[str, Decimal | None]]:
    return {
        (edit.location.grid.row_label, fix.value) for fix in _fixes(report) for edit in fix.edits if edit.location.grid
    }


def _drawn(seed: int, count: int) -> list[int]:
    """Amounts of the sizes that such tables have; drawn evenly, so that none is the sum of others by chance."""
    draw = Random(seed)
    return [int(draw.lognormvariate(16, 1.2)) + 10_000 for _ in range(count)]


columns = st.builds(_drawn, st.integers(0, 2**32), st.integers(4, 21))


def _mistype(digits: str, kind: str, at: int, digit: str) -> str:
    place = at % len(digits)
    before, here, after = digits[:place], digits[place], digits[place + 1 :]
    if kind == "substitute":
        return before + digit + after
    if kind == "swap":
        return before + after[:1] + here + after[1:]
    return before + after if kind == "leave out" else before + digit + here + after


slips = st.tuples(
    st.sampled_from(["substitute", "swap", "leave out", "add"]), st.integers(0, 20), st.sampled_from("0123456789")
)


@settings(max_examples=60, deadline=None)
@given(columns, slips, st.integers(0, 40))
def test_the_truth_is_among_the_explanations_and_one_sum_is_never_enough(
    rows: list[int], slip: tuple[str, int, str], which: int
) -> None:
    which %= len(rows)
    printed = _mistype(str(rows[which]), *slip)
    if printed.startswith("0") or int(printed) == rows[which]:
        return
    wrong = [*rows[:which], int(printed), *rows[which + 1 :]]
    report = reconcile.check_text(_column(wrong, sum(rows)), format="markdown")
    # A row that is off by more than the rest together is no sum that nearly holds.
    if [finding.code for finding in report.findings if finding.code == "R301"]:
        assert (f"Ort {which}", Decimal(rows[which])) in _told(report)
    assert {fix.applicability for fix in _fixes(report)} <= {"unsafe"}


def _crossed(cells: list[list[int]]) -> str:
    head = "| Ort | " + " | ".join(f"K{number} (kr)" for number in range(len(cells[0]) - 1)) + " | Totalt (kr) |"
    lines = [
        f"| {'Summa' if number == len(cells) - 1 else f'Ort {number}'} | {' | '.join(map(str, row))} |"
        for number, row in enumerate(cells)
    ]
    return "\n".join([head, "|" + " --- |" * (len(cells[0]) + 1), *lines, ""])


tables = st.lists(st.builds(_drawn, st.integers(0, 2**32), st.just(3)), min_size=6, max_size=9)


@settings(max_examples=40, deadline=None)
@given(tables, st.lists(st.tuples(slips, st.integers(0, 8), st.integers(0, 2)), min_size=1, max_size=2))
def test_where_two_sums_cross_no_safe_fix_is_wrong(
    rows: list[list[int]], errors: list[tuple[tuple[str, int, str], int, int]]
) -> None:
    meant = [[*row, sum(row)] for row in rows]
    meant.append([sum(column) for column in zip(*meant, strict=True)])
    cells = [list(row) for row in meant]
    for slip, row, col in errors:
        row %= len(rows)
        printed = _mistype(str(meant[row][col]), *slip)
        if not printed.startswith("0"):
            cells[row][col] = int(printed)
    for fix in _fixes(reconcile.check_text(_crossed(cells), format="markdown")):
        if fix.applicability == "safe":
            (edit,) = fix.edits
            assert edit.location.grid is not None
            assert fix.value == meant[edit.location.grid.row - 1][edit.location.grid.col - 1]


ROWS = [952538, 2563484, 255812, 2179114, 6233085, 482488, 2396942, 663216, 1716613, 192246]


def test_probabilities_leave_room_for_something_else() -> None:
    wrong = [*ROWS[:4], 6233085 + 50000, *ROWS[5:]]
    wrong[3:4] = [ROWS[3]]
    report = reconcile.check_text(_column(wrong[: len(ROWS)], sum(ROWS)), format="markdown")
    fixes = _fixes(report)
    assert {"ambiguous"} == {fix.proof for fix in fixes}
    assert 0.9 < sum(fix.confidence for fix in fixes) < 1.0
    assert [fix.confidence for fix in fixes] == sorted((fix.confidence for fix in fixes), reverse=True)


def test_a_known_missing_row_explains_better_than_any_slip() -> None:
    from tests.cases import FIXTURES

    text = (FIXTURES / "rules" / "R201-missing-entity" / "bad-total-broken.md").read_text(encoding="utf-8")
    assert _fixes(reconcile.check_text(text)) == []


def test_a_figure_printed_alike_in_two_places_takes_both_with_it() -> None:
    text = f"Fördelning av {sum(ROWS) + 30000} kronor till orterna\n\n" + _column(ROWS, sum(ROWS) + 30000)
    both = [fix for fix in _fixes(reconcile.check_text(text, format="markdown")) if len(fix.edits) > 1]
    assert [[edit.new for edit in fix.edits] for fix in both] == [["17635538", "17635538"]]
    single = reconcile.check_text(_column(ROWS, sum(ROWS) + 30000), format="markdown")
    (alone,) = [fix for fix in _fixes(single) if fix.value == sum(ROWS)]
    assert both[0].confidence < alone.confidence


def test_a_total_that_the_rows_and_a_caption_contradict_is_mended() -> None:
    text = f"Fördelning av {sum(ROWS)} kronor till orterna\n\n" + _column(ROWS, 17653538)
    report = reconcile.check_text(text, format="markdown")
    (finding,) = report.findings
    (fix,) = finding.fixes
    assert (
        finding.primary.grid.row_label if finding.primary.grid else "", finding.observed, finding.expected, fix.applicability, fix.proof,
    ) == ("Summa", "17653538", "17635538", "safe", "sum")  # fmt: skip
    assert (report.summary()["broken"], report.summary()["ties_after_repair"]) == (0, 2)


def test_a_total_of_totals_is_not_safe_to_change() -> None:
    # A wrong part may have been carried into the sums of rows and columns, and only this total be right.
    rows = [[row, row // 3, row + row // 3] for row in ROWS]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    rows[-1][-1] += 100
    assert {"unsafe"} == {fix.applicability for fix in _fixes(reconcile.check_text(_crossed(rows), format="markdown"))}


@pytest.mark.parametrize(
    ("printed", "new"),
    [
        ("1 234 567", "1 234 568"),
        ("1\u00a0234\u00a0567", "1\u00a0234\u00a0568"),
        ("1,234,567", "1,234,568"),
        ("1.234.567", "1.234.568"),
        ("1234567", "1234568"),
    ],
)
def test_a_fix_is_written_as_the_figure_was(printed: str, new: str) -> None:
    text = f"| Ort | kr |\n| --- | --- |\n| A | {printed} |\n| B | 3000000 |\n| C | 400 |\n| Summa | 4234968 |\n"
    found = {fix.replacement for fix in _fixes(reconcile.check_text(text, format="markdown")) if "“A”" in fix.title}
    assert {new} == found


def test_a_minus_sign_stays_of_its_kind_and_a_sign_that_stands_apart_is_not_written() -> None:
    text = "| Post | kr |\n| --- | --- |\n| A | \u22121 234 567 |\n| B | (2 000 000) |\n| C | 500 000 |\n| Summa | \u22122 734 568 |\n"
    fixes = [fix for fix in _fixes(reconcile.check_text(text, format="markdown")) if fix.value]
    assert {"\u22121 234 568", "2 000 001", "\u22122 734 567"} <= {fix.replacement for fix in fixes}


def test_two_mistakes_in_one_grid_are_told_apart() -> None:
    rows = [_drawn(number, 9) for number in range(9)]
    rows[1][0], rows[6][1] = 2_563_484, 2_396_942
    rows = [[*row, sum(row)] for row in rows]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    rows[1][0], rows[6][1] = 2_566_484, 2_409_287
    findings = reconcile.check_text(_crossed(rows), format="markdown").findings
    assert {
        "2 sums point to “Ort 1”, K0 (kr) and agree on what it should be: digit substituted",
        "2 sums point to “Ort 6”, K1 (kr), but its figure is no common typing slip",
    } <= {finding.message.partition(". ")[2] for finding in findings}


CROSSED = """| Region | Vård (kronor) | Skola (kronor) | Summa (kronor) |
|---|---|---|---|
| Ask | 23 000 111 | 54 499 160 | 77 499 271 |
| Bok | 13 800 225 | 25 500 040 | 39 300 265 |
| Ek | 9 301 417 | 4 811 609 | 14 113 026 |
| Summa | 46 101 753 | 84 810 809 | 130 912 562 |
"""


def test_a_figure_that_is_one_off_in_its_row_and_its_column_is_not_rounded() -> None:
    report = reconcile.check_text(CROSSED.replace("25 500 040", "25 500 041"), "markdown", "t")
    assert [finding.code for finding in report.findings] == ["R301"]
    assert {("Bok", Decimal(25500040))} == _told(report)


def test_sums_that_no_one_figure_would_mend_are_rounded() -> None:
    rounded = CROSSED.replace("77 499 271", "77 499 272").replace("84 810 809", "84 810 808")
    assert [finding.code for finding in reconcile.check_text(rounded, "markdown", "t").findings] == ["R305"]


def test_sums_over_very_many_figures_are_not_searched_and_that_is_said() -> None:
    rows = _drawn(1, 3_500)
    report = reconcile.check_text(_column(rows, sum(rows) + 300_000), format="markdown")
    (finding,) = [finding for finding in report.findings if finding.code != "R003"]
    assert finding.message.endswith("(sums of more than 3,000 figures are not searched for slips)")
    assert finding.fixes == ()


@pytest.mark.parametrize(("other", "applicability"), [((0, 1, 2), "unsafe"), ((1,), "safe")])
def test_two_sums_over_the_same_rows_are_one_proof_of_a_digit(other: tuple[int, ...], applicability: str) -> None:
    # A second error among rows that both add up would hide in both alike.
    printed = ["1 200 000", "145 30", "2 300 000", "3 645 300", str(3645300 if len(other) > 1 else 145300)]
    table = reconcile.Table.from_rows([[text] for text in printed])
    read = [read_amount(text) for text in printed]
    terms = [Term(amount, row, 0, table) for row, amount in enumerate(read) if amount is not None]
    equations = [
        Equation("subtotal", terms[3], terms[:3], "", exact=True),
        Equation("subtotal", terms[4], [terms[row] for row in other], "", exact=True),
    ]
    repairs, readings = repair_writing([(Notation(" "), terms[1])], equations)
    assert readings == {terms[1].key: Decimal(145300)}
    assert [(repair.fix.replacement, repair.fix.applicability) for repair in repairs.values()] == [
        ("145 300", applicability)
    ]


@pytest.mark.parametrize("digits", [30, 300, 400, 3_000])
def test_figures_of_any_length_are_judged(digits: int) -> None:
    long = "9" * digits
    for header in ("Bidrag (kr)", "Bidrag"):
        text = f"| Ort | {header} |\n| --- | --- |\n| A | {long} |\n| B | 1 |\n| C | 2 |\n| Summa | {long[:-1]}0 |\n"
        report = reconcile.check_text(text, format="markdown")
        assert all(0.0 <= fix.confidence <= 1.0 for fix in _fixes(report))
        assert report.summary()["equations"] == 1


ROWS_OF_TEN = [9416241, 16588454, 24648954, 34984723, 54499160, 55172103, 56137919, 58167040, 64341140, 98282816]
OTHER_ROWS = [2928463, 7752395, 6529013, 8636442, 11803701, 18442078, 13134897, 15248682, 20626291, 33614767]


def _documents(**tables: list[int]) -> Report:
    """Documents of a table each, with the total of the rows that are meant."""
    meant = {"first": OTHER_ROWS, "second": ROWS_OF_TEN, "copy": ROWS_OF_TEN}
    meant["both"] = [a + b for a, b in zip(OTHER_ROWS, ROWS_OF_TEN, strict=True)]
    return check_documents(
        [
            read_text(f"{name}.md", _column(rows, sum(meant[name])), Settings(), "markdown")
            for name, rows in {**{name: meant[name] for name in tables}, **tables}.items()
        ]
    )


def _with(rows: list[int], row: int, value: int) -> list[int]:
    return [*rows[:row], value, *rows[row + 1 :]]


@pytest.mark.parametrize("printed", [54499260, 54949160, 5449160, 544991600])
def test_another_document_that_prints_the_figure_tells_which_row_is_wrong(printed: int) -> None:
    report = _documents(copy=ROWS_OF_TEN, second=_with(ROWS_OF_TEN, 4, printed))
    (fix,) = [fix for finding in report.findings if finding.code == "R301" for fix in finding.fixes]
    assert (fix.value, fix.proof, fix.applicability) == (Decimal(54499160), "budget", "safe")
    assert fix.confidence > 0.99
    (finding,) = [finding for finding in report.findings if finding.code == "R301"]
    assert finding.primary.text == str(printed)
    assert "1 sum and copy.md point to “Ort 4” and agree on what it should be" in finding.message


def test_a_row_that_was_revised_and_not_its_total_is_not_put_back() -> None:
    # By an amount that no slip makes, and by a round one, which a slip makes, too.
    for revised in (61250000, 54599160, 54498160):
        report = _documents(copy=ROWS_OF_TEN, second=_with(ROWS_OF_TEN, 4, revised))
        (fix,) = [fix for finding in report.findings if finding.code == "R301" for fix in finding.fixes]
        assert (fix.value, fix.proof, fix.applicability) == (Decimal(54499160), "budget", "unsafe")


def test_a_document_whose_own_rows_do_not_add_up_confirms_nothing() -> None:
    report = _documents(copy=_with(ROWS_OF_TEN, 0, 9416341), second=_with(ROWS_OF_TEN, 4, 54499260))
    assert {fix.applicability for fix in _fixes(report)} == {"unsafe"}


def _grouped(rows: list[int], total: int | None = None) -> str:
    lines = [f"| Ort {row} | {value:,} |\n" for row, value in enumerate(rows)]
    last = "" if total is None else f"| Summa | {total:,} |\n"
    return "| Ort | Belopp (kr) |\n| --- | --- |\n" + "".join(lines).replace(",", " ") + last.replace(",", " ")


@pytest.mark.parametrize(("printed", "sizes"), [("54 49 160", "2, 2 and 3"), ("54 4991 160", "2, 4 and 3")])
def test_another_document_confirms_a_digit_that_one_sum_asks_for(printed: str, sizes: str) -> None:
    total = sum(ROWS_OF_TEN)
    texts = {"copy.md": _grouped(ROWS_OF_TEN, total)}
    texts["second.md"] = texts["copy.md"].replace("54 499 160", printed)
    (finding,) = check_documents(
        [read_text(name, text, Settings(), "markdown") for name, text in texts.items()]
    ).findings
    assert finding.code == "R101"
    assert finding.message == (
        f"“{printed}” has digit groups of {sizes}; read as 54 499 160, the 10 rows add up to the total “Summa” (line 13) exactly: "
        "417 739 390 + 54 499 160 = 472 238 550, and it agrees with copy.md (line 7)"
    )
    assert [(f.replacement, f.proof, f.applicability, f.confidence) for f in finding.fixes] == [
        ("54 499 160", "budget", "safe", 0.99)
    ]


def test_another_document_alone_confirms_digits_that_are_only_grouped_wrong() -> None:
    copy, second = _grouped(ROWS_OF_TEN, sum(ROWS_OF_TEN)), _grouped(ROWS_OF_TEN).replace("54 499 160", "544 99 160")
    texts = {"copy.md": copy, "second.md": second}
    (finding,) = check_documents(
        [read_text(name, text, Settings(), "markdown") for name, text in texts.items()]
    ).findings
    assert finding.message == (
        "“544 99 160” has digit groups of 3, 2 and 3; read as 54 499 160, it agrees with copy.md (line 7)"
    )
    assert [(f.proof, f.applicability) for f in finding.fixes] == [("budget", "safe")]
    # One that prints another figure there says nothing of it.
    texts["copy.md"] = copy.replace("54 499 160", "54 499 170").replace("472 238 550", "472 238 560")
    report = check_documents([read_text(name, text, Settings(), "markdown") for name, text in texts.items()])
    assert [(f.code, fix.proof) for f in report.findings for fix in f.fixes] == [("R101", "writing")]


def test_another_document_that_prints_what_two_add_up_to_tells_which_row_is_wrong() -> None:
    both = [a + b for a, b in zip(OTHER_ROWS, ROWS_OF_TEN, strict=True)]
    report = _documents(first=OTHER_ROWS, both=both, second=_with(ROWS_OF_TEN, 7, 58161040))
    (finding,) = report.findings
    assert "1 sum, both.md and first.md point to “Ort 7” and agree on what it should be" in finding.message
    assert [(fix.value, fix.proof) for fix in finding.fixes] == [(Decimal(58167040), "budget")]


def test_another_document_with_the_same_rows_and_a_total_that_ties_tells_that_the_total_is_wrong() -> None:
    total, second = sum(ROWS_OF_TEN), sum(a + b for a, b in zip(OTHER_ROWS, ROWS_OF_TEN, strict=True))
    both = [a + b for a, b in zip(OTHER_ROWS, ROWS_OF_TEN, strict=True)]
    others = {"first.md": _grouped(OTHER_ROWS, sum(OTHER_ROWS)), "both.md": _grouped(both, second)}
    for beside, told in (({"copy.md": _grouped(ROWS_OF_TEN, total)}, "copy.md"), (others, "both.md and first.md")):
        texts = {**beside, "second.md": _grouped(ROWS_OF_TEN, total + 1_234_567)}
        report = check_documents([read_text(name, text, Settings(), "markdown") for name, text in texts.items()])
        (finding,) = [finding for finding in report.findings if finding.code == "R301"]
        assert (finding.primary.label, finding.fixes[0].replacement) == ("line 13", "472 238 550")
        assert told.split(" and ")[0] in finding.message
        assert "point to “Summa”, but its figure is no common typing slip" in finding.message
        # The rows may be wrong in both, and only one total made of them anew.
        assert [fix.applicability for fix in finding.fixes] == ["unsafe"]


def test_a_row_that_was_revised_with_its_total_is_no_sum_to_explain() -> None:
    both = [a + b for a, b in zip(OTHER_ROWS, ROWS_OF_TEN, strict=True)]
    revised = _with(ROWS_OF_TEN, 5, ROWS_OF_TEN[5] - 50000)
    texts = {
        "first.md": _grouped(OTHER_ROWS, sum(OTHER_ROWS)),
        "second.md": _grouped(_with(revised, 2, 24718954), sum(revised)),
        "both.md": _grouped(both, sum(both)),
    }
    report = check_documents([read_text(name, text, Settings(), "markdown") for name, text in texts.items()])
    (finding,) = report.findings
    assert "1 sum, both.md and first.md point to “Ort 2” and agree on what it should be" in finding.message


@pytest.mark.parametrize("printed", ["-349 8472,3", "-349 84,723"])
def test_a_decimal_mark_that_was_moved_is_put_back_with_all_digits(printed: str) -> None:
    table = "| Ort | Belopp (kr) |\n|---|---|\n| A | 165 884,54 |\n| B | -349 847,23 |\n| C | 246 489,54 |\n| Summa | 62 526,85 |\n"
    (finding,) = reconcile.check_text(table.replace("-349 847,23", printed), format="markdown").findings
    assert finding.code == "R101"
    assert "the 3 rows add up to the total “Summa” (line 6) exactly" in finding.message
    (fix,) = finding.fixes
    assert (fix.replacement, fix.value, fix.applicability) == ("-349 847,23", Decimal("-349847.23"), "safe")


def test_what_a_sum_proves_stands_for_what_the_writing_made_likely() -> None:
    copy = _grouped(ROWS_OF_TEN[:5], sum(ROWS_OF_TEN[:5]))
    texts = {"copy.md": copy, "second.md": copy.replace("34 984 723", "39 4847 23")}
    report = check_documents([read_text(name, text, Settings(), "markdown") for name, text in texts.items()])
    assert [(f.code, [fix.replacement for fix in f.fixes]) for f in report.findings] == [
        ("R101", ["34 984 723"]),
        ("R301", ["34 984 723"]),
    ]
    assert report.findings[0].message.endswith("; the sum that it breaks shows that it stands for 34 984 723")


def test_a_figure_is_written_as_most_of_its_sum_are() -> None:
    copy = re.sub(r"(?<=\d) (?=\d)", ",", _grouped(ROWS_OF_TEN, sum(ROWS_OF_TEN)))
    texts = {"copy.md": copy, "second.md": copy.replace("472,238,550", "472,238.550")}
    report = check_documents([read_text(name, text, Settings(), "markdown") for name, text in texts.items()])
    assert [fix.replacement for finding in report.findings for fix in finding.fixes] == ["472,238,550"]


def _years(first: str, second: str, rows: str) -> str:
    return f"| Port | {first} | {second} |\n| --- | --- | --- |\n{rows}"


def test_last_years_column_of_the_next_report_tells_which_row_is_wrong() -> None:
    report = _years("2022", "2023", """| Alnes | 1,104,310 | 1,204,310 |
| Brevik | 745,977 | 845,977 |
| Dalsund | 2,210,446 | 2,310,464 |
| Eldholm | 512,083 | 612,083 |
| Fjordby | 1,877,250 | 1,977,250 |
| Total | 6,450,066 | 6,950,066 |
""")  # fmt: skip
    following = _years("2023", "2024", """| Alnes | 1,204,310 | 1,304,311 |
| Brevik | 845,977 | 945,971 |
| Dalsund | 2,310,446 | 2,410,441 |
| Eldholm | 612,083 | 712,081 |
| Fjordby | 1,977,250 | 2,077,251 |
| Total | 6,950,066 | 7,450,055 |
""")  # fmt: skip
    texts = {"a.md": report, "b.md": following}
    found = check_documents([read_text(name, text, Settings(), "markdown") for name, text in texts.items()])
    (finding,) = [finding for finding in found.findings if finding.code == "R301"]
    assert finding.message.endswith(
        "1 sum and b.md point to “Dalsund”, 2023 and agree on what it should be: digits swapped"
    )
    assert [(f.replacement, f.proof, f.applicability) for f in finding.fixes] == [("2,310,446", "budget", "safe")]


def test_another_document_that_differs_elsewhere_explains_nothing() -> None:
    # Another version, in which more rows are other ones.
    wrong = _with(ROWS_OF_TEN, 4, 54499260)
    copy = _with(_with(ROWS_OF_TEN, 0, 9416341), 1, 16588354)
    assert _told(_documents(copy=copy, second=wrong)) == _told(_documents(second=wrong))
    # One that has another figure, which the sum does not ask for.
    copy = _with(ROWS_OF_TEN, 4, 54499197)
    assert ("Ort 4", Decimal(54499160)) in _told(_documents(copy=copy, second=wrong))


def test_a_slip_that_was_copied_from_document_to_document_is_listed() -> None:
    wrong = _with(ROWS_OF_TEN, 4, 54499260)
    told = _told(_documents(copy=wrong, second=wrong))
    assert ("Ort 4", Decimal(54499160)) in told


SUM_OF_TEN = sum(ROWS_OF_TEN)


def _told_beside(prose: str, rows: list[int]) -> tuple[list[tuple[str, str]], set[tuple[str, Decimal | None]]]:
    """What is found in a table below a sentence, and what it could be explained by."""
    text = f"{_column(rows, SUM_OF_TEN)}\n{prose}\n"
    report = reconcile.check_text(text, "markdown", "t")
    return [(finding.code, finding.message) for finding in report.findings], _told(report)


@pytest.mark.parametrize("prose", ["Ort 4 får 54 499 160 kronor.", "Ort 4 får drygt 54 miljoner kronor."])
def test_a_sentence_tells_which_row_is_wrong(prose: str) -> None:
    found, told = _told_beside(prose, _with(ROWS_OF_TEN, 4, 56499160))
    assert told == {("Ort 4", Decimal(54499160))}
    assert "1 sum and “" in dict(found)["R301"]
    assert "point to “Ort 4” and agree on what it should be" in dict(found)["R301"]


@pytest.mark.parametrize("prose", ["Ort 4 får 50 000 000 kronor.", "Ort 5 får 55 172 193 kronor."])
def test_a_sentence_that_asks_for_something_else_explains_nothing(prose: str) -> None:
    wrong = _with(ROWS_OF_TEN, 4, 54499260)
    found, told = _told_beside(prose, wrong)
    assert {code for code, _ in found} == {"R301", "R306"}
    _, alone = _told_beside("", wrong)
    assert alone <= told


def test_a_sentence_is_a_suspect_beside_a_table_that_ties() -> None:
    text = _column(ROWS_OF_TEN, SUM_OF_TEN)
    report = reconcile.check_text(f"{text}\nOrt 4 får 54 499 260 kronor.\n", "markdown", "t")
    (finding,) = report.findings
    (fix,) = finding.fixes
    assert (finding.code, fix.edits[0].old, fix.replacement, fix.proof) == ("R306", "54 499 260", "54 499 160", "sum")
    assert fix.applicability == "unsafe"


def test_a_sentence_or_its_row_is_wrong_where_no_sum_holds_either() -> None:
    text = "| Ort | Bidrag (kr) |\n|-|-|\n| Alby | 54 499 260 |\n| Boda | 1 203 500 |\n"
    report = reconcile.check_text(f"{text}\nAlby får 54 499 160 kronor.\n", "markdown", "t")
    (finding,) = report.findings
    assert finding.message.endswith(
        "The error could be in one of these: 1 row or the text. None looks mistyped, so nothing was changed"
    )
    assert {(fix.edits[0].old, fix.replacement) for fix in finding.fixes} == {
        ("54 499 260", "54 499 160"),
        ("54 499 160", "54 499 260"),
    }
    assert sum(fix.confidence for fix in finding.fixes) <= 1


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("5 449 160", ["R306"]),
        ("544 991 160", ["R306"]),
        ("54 499", []),
        ("54 499 160 000", ["R306"]),
        ("20 154 332", []),
        ("98 282 816", ["R602", "R306"]),
    ],
)
def test_a_sentence_far_off_its_row_is_held_to_it_where_a_slip_or_another_row_explains_it(
    said: str, codes: list[str]
) -> None:
    found, _ = _told_beside(f"Ort 4 får {said} kronor.", ROWS_OF_TEN)
    assert sorted(code for code, _ in found) == sorted(codes)


@pytest.mark.parametrize(
    ("prose", "codes"),
    [
        ("Ort 4 får 54 499 160 kronor och Ort 6 får 56 137 919 kronor.", []),
        ("Vi ger 54 499 160 kronor till Ort 4 och 56 137 919 kronor till Ort 6.", []),
        ("Ort 4 får 56 137 919 kronor och Ort 6 får 54 499 160 kronor.", ["R306", "R306", "R602"]),
        ("Ort 4 får 54 949 160 kronor och Ort 6 får 56 137 919 kronor.", ["R306"]),
        ("Ort 4 får 54 499 160 kronor och Ort 6 får 30 000 000 kronor mer än i fjol.", []),
        ("Ort 4 och Ort 6 får 54 949 160 kronor och 56 137 191 kronor.", []),
    ],
)
def test_a_sentence_of_several_rows_names_them_in_turn(prose: str, codes: list[str]) -> None:
    found, _ = _told_beside(prose, ROWS_OF_TEN)
    assert sorted(code for code, _ in found) == codes


def test_rows_are_not_told_as_exchanged_where_a_sum_between_them_holds() -> None:
    rows = "| Alby | 54 499 160 |\n| Boda | 1 203 500 |\n| Summa norr | 55 702 660 |\n| Dalby | 9 416 241 |\n| Ekeby | 16 588 454 |\n| Summa syd | 26 004 695 |\n"
    text = f"| Ort | Bidrag (kr) |\n|-|-|\n{rows}| Totalt | 81 707 355 |\n\nAlby får 16 588 454 kronor.\n"
    report = reconcile.check_text(text, "markdown", "t")
    assert [finding.code for finding in report.findings] == ["R306"]


def test_a_sentence_that_no_slip_explains_is_no_slip() -> None:
    found, told = _told_beside("Ort 4 fick 31 000 500 kronor.", ROWS_OF_TEN)
    assert (told, [code for code, _ in found]) == (set(), ["R306"])


def test_a_total_is_at_fault_where_all_rows_stand_alike_in_a_document_that_ties() -> None:
    text = _column(ROWS_OF_TEN, sum(ROWS_OF_TEN) + 100)
    documents = [("a.md", _column(ROWS_OF_TEN, sum(ROWS_OF_TEN))), ("b.md", text)]
    report = check_documents([read_text(name, each, Settings(), "markdown") for name, each in documents])
    assert _told(report) == {("Summa", Decimal(sum(ROWS_OF_TEN)))}


def test_a_row_that_stands_twice_is_not_left_out_of_the_total() -> None:
    text = _column(ROWS_OF_TEN, sum(ROWS_OF_TEN)).replace("| Ort 3 | 34984723 |\n", "| Ort 3 | 34984723 |\n" * 2)
    assert ("Summa", Decimal(sum(ROWS_OF_TEN) + 34984723)) not in _told(reconcile.check_text(text, "markdown", "t"))


def test_a_group_behind_another_mark_is_written_without_decimals() -> None:
    table = "| Region | Amount (SEK) |\n|---|---|\n| A | 54,499.160 |\n| B | 1,203,500 |\n| C | 987,000 |\n| Total | 56,689,660 |\n"
    (fix,) = _fixes(reconcile.check_text(table, "markdown", "t"))
    assert (fix.replacement, fix.value) == ("54,499,160", Decimal(54499160))


@pytest.mark.parametrize("mark", [",", "."])
def test_a_fix_is_written_with_the_decimal_mark_of_its_figure(mark: str) -> None:
    rows = [["Ett", "12.5", "3.1", "15.6"], ["Två", "48.2", "6.3", "54.5"], ["Tre", "40.3", "9.9", "50.2"]]
    rows += [["Fyra", "64.8", "2.4", "67.2"], ["Summa", "165.8", "27.7", "187.5"]]
    cells = [[cell.replace(".", mark) for cell in row] for row in rows]
    text = "| Post | A | B | Summa |\n|---|---|---|---|\n" + "".join(f"| {' | '.join(row)} |\n" for row in cells)
    report = reconcile.check_text(text, "markdown", "t")
    written = {(fix.edits[0].old, fix.edits[0].new) for finding in report.findings for fix in finding.fixes}
    assert written == {(f"27{mark}7", f"21{mark}7")}
