"""Reports: the JSON validates, says where everything is, and the terminal report keeps to its width."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import reconcile
from reconcile.report import BINARY, write, write_bytes, write_pieces
from tests.cases import FIXTURES, Case, rule_cases

ROOT = FIXTURES.parent
SCHEMA = json.loads((ROOT / "schemas" / "report-v1.schema.json").read_text(encoding="utf-8"))
FIRST, SECOND = (str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt"))


@pytest.mark.parametrize("case", list(rule_cases()), ids=lambda case: f"{case.path.parent.name}/{case.path.name}")
def test_every_report_validates(case: Case) -> None:
    report = case.run()
    jsonschema.validate(json.loads(write(report, "json")), SCHEMA)
    for line in write(report, "jsonl").splitlines():
        jsonschema.validate(json.loads(line), SCHEMA)


def test_the_schema_refuses_floats_and_strange_keys() -> None:
    report = json.loads(write(reconcile.check(SECOND), "json"))
    report["equations"][0]["computed"] = 1874253165.0
    with pytest.raises(jsonschema.ValidationError, match=r"1874253165\.0 is not of type 'string'"):
        jsonschema.validate(report, SCHEMA)
    report = json.loads(write(reconcile.check(SECOND), "json"))
    report["frob"] = 1
    with pytest.raises(jsonschema.ValidationError, match="'frob' was unexpected"):
        jsonschema.validate(report, SCHEMA)


def test_the_json_of_the_second_decision() -> None:
    report = json.loads(write(reconcile.check(SECOND), "json"))
    assert report["summary"] == {
        "documents": 1, "tables": 1, "amounts": 25, "amounts_checked": 23, "unread": 0, "errors": 1, "warnings": 0, "notes": 0, "equations": 2,
        "ties": 1, "ties_within_rounding": 0, "ties_after_repair": 1, "broken": 0,
    }  # fmt: skip
    (document,) = report["documents"]
    assert (
        document["format"], document["encoding"], document["locale"], len(document["sha256"]),
    ) == ("markdown", "utf-8", "sv_SE", 64)  # fmt: skip
    assert document["tables"][0]["columns"] == [
        {"index": 0, "header": "Region", "role": "label", "currency": None, "scale": 1},
        {"index": 1, "header": "Totalt (kronor)", "role": "amount", "currency": "SEK", "scale": 1},
    ]
    assert [claim["ties_to"] for claim in document["claims"]] == ["e2", None, None, "e1"]
    place = {
        "path": SECOND, "label": "line 24", "line": 24, "column": 20, "end_line": 24, "end_column": 30, "table": 0, "row": 14,
        "col": 1, "row_label": "Region Uppsala", "column_header": "Totalt (kronor)", "text": "544 99 160",
    }  # fmt: skip
    (finding,) = report["findings"]
    assert place == finding["location"]
    assert [
        {
            "title": "write 54 499 160", "applicability": "safe", "proof": "sum", "confidence": 0.999,
            "replacement": "54 499 160", "value": "54499160",
            "edits": [{"location": place, "old": "544 99 160", "new": "54 499 160"}],
        }
    ] == finding["fixes"]  # fmt: skip
    equation = report["equations"][0]
    assert (
        equation["computed"], equation["difference"], equation["tolerance"], len(equation["terms"]),
    ) == ("1874253165", "0", "0", 21)  # fmt: skip
    assert equation["terms"][13]["value"] == "54499160"


def test_jsonl_has_a_line_per_document_and_one_across() -> None:
    lines = [json.loads(line) for line in write(reconcile.check(FIRST, SECOND), "jsonl").splitlines()]
    assert [
        (line["summary"]["documents"], line["summary"]["equations"], line["summary"]["errors"]) for line in lines
    ] == [(1, 5, 0), (1, 2, 1), (0, 1, 0)]
    assert lines[2]["equations"][0]["kind"] == "budget"


def test_only_text_is_written_as_text() -> None:
    report = reconcile.check(FIRST)
    for format in BINARY:
        with pytest.raises(KeyError):
            write(report, format)
    with pytest.raises(KeyError):
        next(write_bytes(report, "nonsense"))


def test_parts_of_a_report_are_as_many_as_its_documents_and_have_all_of_it() -> None:
    report = reconcile.check(FIRST, SECOND, budget=str(FIXTURES / "decisions" / "budget.yaml"))
    parts = report.split()
    assert [[reading.document.path for reading in part.readings] for part in parts] == [[FIRST], [SECOND], []]
    assert [finding for part in parts for finding in part.findings] == list(report.findings)
    assert {outcome.id for part in parts for outcome in part.outcomes} == {outcome.id for outcome in report.outcomes}
    assert [part.budget is None for part in parts] == [True, True, False]


@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_terminal_report_keeps_to_its_width(width: int, tmp_path: Path) -> None:
    path = tmp_path / "d.md"
    path.write_text(
        Path(SECOND).read_text(encoding="utf-8").replace("| Region U", f"| {'x' * 300} Region U"), encoding="utf-8"
    )
    settings = reconcile.Settings(select=("R101",))
    text = write(reconcile.check(str(path), settings=settings), "terminal", width)
    excerpt = [line for line in text.splitlines() if "│" in line]
    assert len(excerpt) == 3
    assert max(map(len, excerpt)) <= width
    assert "…" in excerpt[1]
    marked = excerpt[2].index("^")
    assert excerpt[1][marked : marked + 10] == "544 99 160"


def test_colour_only_adds_styles() -> None:
    report = reconcile.check(SECOND)
    plain, coloured = write(report, "terminal", 100), write(report, "terminal", 100, colour=True)
    assert "\x1b[1;31merror\x1b[0m \x1b[1mR101 malformed-grouping\x1b[0m" in coloured
    for code in ("1;31", "1;33", "1;36", "32", "31", "2", "1", "4", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert plain == coloured


def test_amounts_beyond_floats_stay_exact_in_json() -> None:
    text = (FIXTURES / "rules" / "R301-column-total" / "good-large.md").read_text(encoding="utf-8")
    report = reconcile.check_text(text).to_dict()
    assert report["equations"][0]["computed"] == "3000000000000000000000000000003"


@pytest.mark.parametrize(
    "path", sorted((FIXTURES / "parity").glob("*/*.csv")) + sorted(FIXTURES.glob("decisions/*.txt"))
)
def test_pieces_are_what_json_itself_would_write(path: Path) -> None:
    report = reconcile.check(str(path))
    assert write(report, "json") == json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"
    lines = [json.dumps(part.to_dict(), ensure_ascii=False) + "\n" for part in report.split()]
    assert write(report, "jsonl") == "".join(lines)


def test_names_like_those_of_the_report_do_not_mislead_its_pieces() -> None:
    text = 'x "equations": [] "terms": []\n\nRegion;"""terms"": []"\n"""equations"": []";5\nB;6\nSumma;11\n'
    report = reconcile.check_text(text, format="csv")
    assert len(report.equations) == 1
    assert json.loads(write(report, "json")) == json.loads(write(report, "jsonl")) == report.to_dict()


def test_a_long_report_comes_in_short_pieces() -> None:
    rows = "".join(f"Region {number};1000\n" for number in range(2_000))
    report = reconcile.check_text(f"Region;Belopp (kronor)\n{rows}Summa;2000000\n", format="csv")
    for format in ("json", "jsonl"):
        pieces = list(write_pieces(report, format))
        assert sum(map(len, pieces)) > 400_000
        assert max(map(len, pieces)) < 3_000
