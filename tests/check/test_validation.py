"""Table schemas: pandera's YAML with our checks, held against tables as read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

import reconcile
from reconcile.check.schema.file import TableSchema, load_schema, match_columns, parse_schema, schema_names
from reconcile.check.schema.validate import Failure, validate
from reconcile.cli import app
from reconcile.core.settings import UsageError
from reconcile.core.yaml_file import parse_yaml
from reconcile.recognise.registries import load_registry
from reconcile.recognise.tables import RecognisedTable
from tests.cases import FIXTURES

REGIONS = """
| Kod | Region | Belopp |
| --- | --- | --- |
| 01 | Region Stockholm | 1 000 |
| 03 | Region Upsala | 5,5 |
| 04 | Region Skåne | .. |
| 12 | Region Sörmland | -4 |
| 12 | Region Sörmland | 5 000 |
| 13 | Region Halland | 54 99 300 |
| x | Riket | 400 |
| | Summa | 500 |
"""


def figures(text: str) -> RecognisedTable:
    return reconcile.check_text(text).readings[0].tables[0]


def schema(text: str) -> TableSchema:
    return parse_schema(parse_yaml("own.yaml", text))


def told(failures: list[Failure]) -> list[tuple[str, str, tuple[tuple[int, int], ...]]]:
    return [(failure.check, failure.message, failure.cells) for failure in failures]


def test_shipped_schemas_load_with_plain_pandera() -> None:
    import pandera.pandas as pa

    import reconcile.check.schema.pandera_checks  # noqa: F401 - registers the checks

    assert schema_names() == ("authority-distribution", "label-amount", "municipal-distribution", "region-distribution")
    for name in schema_names():
        own = load_schema(name)
        plain = pa.DataFrameSchema.from_yaml(own.file.path)
        assert [column.name for column in own.columns] == list(plain.columns)
        assert own.name == plain.name


@pytest.mark.parametrize("name", ["first-decision.txt", "second-decision.txt"])
def test_both_decisions_hold_to_the_regions_schema(name: str) -> None:
    table = reconcile.check(str(FIXTURES / "decisions" / name)).readings[0].tables[0]
    regions = load_schema("region-distribution")
    assert match_columns(table, regions) == {"region": 0, "amount": 1}
    assert validate(table, regions) == []


def test_all_failures_at_once_each_at_its_cell() -> None:
    missing = (
        "17 of the 21 regions of Sweden are missing: Region Uppsala, Region Östergötland, "
        "Region Jönköpings län, Region Kronoberg, Region Kalmar län and 12 more; line 5 “Region Upsala” may be meant"
    )
    assert told(validate(figures(REGIONS), load_schema("region-distribution"))) == [
        ("unique: true", "“Region Sörmland”: appears more than once", ((4, 1),)),
        ("unique: true", "“Region Sörmland”: appears more than once", ((5, 1),)),
        (
            "in_registry(registry=swedish-regions)",
            "“Region Upsala”: not one of the 21 regions of Sweden; did you mean Region Uppsala?",
            ((2, 1),),
        ),
        ("complete_registry(registry=swedish-regions)", missing, ((0, 1), (2, 1))),
        ("nullable: false", "“..”: no value", ((3, 2),)),
        ("dtype Int64", "“5,5”: not a whole number", ((2, 2),)),
        ("greater_than_or_equal_to(0)", "“-4”: fails greater_than_or_equal_to(0)", ((4, 2),)),
    ]


def test_writing_wholeness_codes_and_pandera_s_own_checks() -> None:
    own = schema("""
columns:
  region: {metadata: {role: label, aliases: [Region]}}
  kod: {dtype: string}
  belopp: {nullable: true, checks: {written_in: sv_SE, whole_units: {}, sums_to: 5, isin: {value: [1000], options: {error: one of ours}}}}
  year: {}
checks: {same_entity: {registry: swedish-regions, columns: [kod, region]}}
""")
    assert told(validate(figures(REGIONS), own)) == [
        (
            "required",
            "no column year: the headers are “Kod”, “Region”, “Belopp”, and none of them is “year”",
            ((0, 0),),
        ),
        ("written_in(locale=sv_SE)", "“54 99 300”: not written as in sv_SE", ((6, 2),)),
        ("whole_units", "“5,5”: not whole", ((2, 2),)),
        # The sum is not known: one figure is withheld.
        ("one of ours", "“5,5”: fails one of ours", ((2, 2),)),
        ("one of ours", "“-4”: fails one of ours", ((4, 2),)),
        ("one of ours", "“5 000”: fails one of ours", ((5, 2),)),
        ("one of ours", "“54 99 300”: fails one of ours", ((6, 2),)),
        *[
            (
                "same_entity(registry=swedish-regions, columns=['kod', 'region'])",
                f"“{name}”: kod and region of this row do not belong to one entity",
                ((row, 1),),
            )
            for row, name in ((3, "Region Skåne"), (4, "Region Sörmland"), (5, "Region Sörmland"))
        ],
    ]


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("625746835", None),
        ("'625 746 835'", None),
        ("625746836", "the 21 rows add up to 625 746 835, not to 625 746 836: 1 less"),
        ("0,625746835 miljarder kronor", None),
        ("2,5 miljarder", "the 21 rows add up to 625 746 835, not to 2 500 000 000: 1 874 253 165 less"),
    ],
)
def test_a_sum_tells_the_difference(total: str, expected: str | None) -> None:
    own = schema(f"""
columns:
  region: {{}}
  amount:
    metadata: {{aliases: [Fördelade medel]}}
    checks:
      sums_to: {total}
""")
    first = reconcile.check(str(FIXTURES / "decisions" / "first-decision.txt")).readings[0].tables[0]
    assert [failure.message for failure in validate(first, own)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ('in_range: {min_value: "3 000", max_value: "0,006 miljoner"}', ["7 000", "1 000"]),
        ('{less_than: "6 500 kr"}', ["7 000"]),
        ("{less_than: 6500}", ["7 000"]),
    ],
)
def test_amounts_that_pandera_compares_with_are_written_as_amounts_are(check: str, expected: list[str]) -> None:
    inner = check if check.startswith("{") else f"{{{check}}}"
    own = schema(f"columns: {{ort: {{}}, belopp: {{dtype: Int64, checks: {inner}}}}}")
    table = figures("| Ort | Belopp |\n|-|-|\n| A | 5 000 |\n| B | 7 000 |\n| C | 1 000 |\n")
    assert sorted(failure.found for failure in validate(table, own)) == sorted(expected)


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("sums_to: 1.5", "sums_to: 1.5 is a floating-point number to YAML, and amounts are exact; quote it"),
        (
            "sums_to: '1,382'",
            "sums_to: the mark in '1,382' may group or divide; write 1 382 if it groups, 1,3820 if it divides",
        ),
        ("less_than: many", "less_than: cannot read the total 'many'; write one like 1874253165 or 1 874 253 165"),
        (
            "less_than: '0,5'",
            "less_than: '0,5' is no whole number of currency units, and amounts are compared in those",
        ),
    ],
)
def test_an_amount_that_cannot_be_used_is_a_fault_of_the_schema(check: str, expected: str) -> None:
    with pytest.raises(UsageError) as raised:
        schema(f"columns: {{ort: {{}}, belopp: {{dtype: Int64, checks: {{{check}}}}}}}")
    assert f"columns.belopp.checks.{expected}" in str(raised.value)


def test_very_many_failures_of_one_check_are_one() -> None:
    rows = "".join(f"| Ort {number} | {number},5 |\n" for number in range(1, 2001))
    own = schema("columns: {ort: {}, belopp: {checks: {whole_units: {}}}}")
    (failure,) = validate(figures(f"| Ort | Belopp |\n| --- | --- |\n{rows}"), own)
    assert failure.message == "2000 cells (“1,5”, “2,5”, “3,5”, “4,5”, “5,5” and more): not whole"
    assert failure.cells[:3] == ((1, 1), (2, 1), (3, 1))
    assert len(failure.cells) == 2000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "own.yaml: the file is empty"),
        ("- a", "own.yaml:1:1: must be a mapping (key: value)"),
        ("title: x", "own.yaml:1:1: key 'columns' is missing: a schema names the columns of its table"),
        ("columns: {a: {}}\nindx: 1", "own.yaml:2:1: indx: unknown key; known are "),
        ("columns:\n  a:\n    nulable: true", "own.yaml:3:5: columns.a.nulable: unknown key; did you mean 'nullable'?"),
        ("columns:\n  a:\n    metadata: {alias: [x]}", "own.yaml:3:16: columns.a.metadata.alias: unknown key; did you mean 'aliases'?"),
        ("columns:\n  a:\n    metadata: {role: sum}", "own.yaml:3:16: columns.a.metadata.role: 'sum' is not one of amount, label, "),
        ("columns:\n  a:\n    metadata: {aliases: x}", "own.yaml:3:16: columns.a.metadata.aliases: must be a list"),
        ("columns:\n  a:\n    dtype: float", "own.yaml:3:5: columns.a.dtype: 'float' is not a type that a table is read with"),
        ("columns:\n  a:\n    checks: {in_regstry: x}", "own.yaml:3:14: columns.a.checks.in_regstry: unknown check 'in_regstry'; did you mean 'in_registry'?"),
        ("columns:\n  a:\n    checks: [in_registry]", "own.yaml:3:14: columns.a.checks.0: must name its check in options.check_name"),
        ("columns:\n  a:\n    checks: 3", "own.yaml:3:5: columns.a.checks: must be a mapping of checks"),
        ("columns:\n  a:\n    checks: {in_registry: mars}", "own.yaml:3:14: columns.a.checks.in_registry: no registry 'mars'; known are "),
        ("columns:\n  a:\n    checks: {written_in: xx_YY}", "own.yaml:3:14: columns.a.checks.written_in: unknown locale 'xx_YY'"),
        ("columns:\n  a:\n    checks: {sums_to: all}", "own.yaml:3:14: columns.a.checks.sums_to: cannot read the total 'all'"),
        ("columns:\n  a:\n    checks: {in_range: {min: 3}}", "own.yaml:3:14: columns.a.checks.in_range: wrong arguments: "),
        ("columns:\n  a:\n    checks: {str_matches: '('}", "own.yaml:3:14: columns.a.checks.str_matches: "),
        ("columns:\n  a:\n    checks: {isin: {value: [1], options: {raise_warning: true}}}", "own.yaml:3:33: columns.a.checks.isin.options: only these options"),
        ("columns: {a: {}}\nmetadata: {recognise: looks}", "own.yaml:2:12: metadata.recognise: 'looks' is not one of headers, registry, roles"),
        ("columns: {a: {}}\nmetadata: {recognise: registry}", "own.yaml:2:12: metadata.recognise: no column with role label has the check in_registry"),
        ("columns: {a: {}}\nmetadata: {recognise: roles}", "own.yaml:2:12: metadata.recognise: every required column needs a role in its metadata"),
        ("columns: {a: {}}\nchecks: {sums_to: 5}", "own.yaml:2:10: checks.sums_to: is a check of one column"),
        ("columns: {a: {checks: {same_entity: {columns: [a]}}}}", "own.yaml:1:24: columns.a.checks.same_entity: is a check of the table"),
        ("columns: {a: {}}\nchecks: {same_entity: {columns: [b]}}", "own.yaml:2:10: checks.same_entity: must name columns of this schema in a list; they are a"),
        ("columns: {a: {}}\nunique: [b]", "own.yaml:2:1: unique: must name columns of this schema in a list; they are a"),
        ("columns: {a: {unique: maybe}}", "own.yaml:1:15: columns.a.unique: must be true or false"),
        ("columns: {a: }", "own.yaml:1:11: columns.a: must be a mapping, be it an empty one: {}"),
        ("columns: {a: {}}\ntitle: [a]", "own.yaml:2:1: title: must be text"),
        ("columns: {a: {checks: {in_registry: {registry: us-states, day: now}}}}", "own.yaml:1:24: columns.a.checks.in_registry: 'now' is not a day"),
        ("columns: {a: {}, a: {}}", "own.yaml:1:18: key 'a' stands twice"),
        ("columns: {a: [}", "own.yaml:1:15: "),
        ("columns: &a {x: *a}", "own.yaml:1:10: too many nested entries"),
        ("a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)), "own.yaml:1:"),
        ("[" * 20_000, "own.yaml:1: nested more than 200 deep"),
        ("columns: !!python/object:os.system {}", "own.yaml:1:1"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_schema_is_told_with_its_place(text: str, expected: str) -> None:
    with pytest.raises(UsageError) as raised:
        schema(text)
    assert expected == str(raised.value)[: len(expected)]


def test_a_schema_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("columns:\n  a:\n    title: Län\n".encode("latin-1"))
    (tmp_path / "large.yaml").write_bytes(b"#" * 1_300_000)
    for name, expected in (
        ("latin.yaml", ":3: not UTF-8 at byte 26; save the file as UTF-8"),
        ("large.yaml", ": larger than such a file may be (1,000,000 bytes)"),
        ("absent.yaml", ": cannot be read: No such file or directory"),
    ):
        path = str(tmp_path / name)
        with pytest.raises(UsageError) as raised:
            load_schema(path)
        assert path + expected == str(raised.value)
    with pytest.raises(UsageError, match="no schema 'mars'; known are authority-distribution, label-amount"):
        load_schema("mars")


FIRST, SECOND = (str(FIXTURES / "decisions" / name) for name in ("first-decision.txt", "second-decision.txt"))


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, arguments)


def test_a_schema_on_the_command_line_and_in_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.md").write_text(REGIONS, encoding="utf-8")
    assert run("check", FIRST, "--schema", "region-distribution").exit_code == 0
    assert run("check", "x.md", "--select", "R5").exit_code == 0
    given = run("check", "x.md", "--select", "R5", "--schema", "region-distribution")
    assert (given.exit_code, given.stdout.count("R501")) == (1, 7)
    (tmp_path / "reconcile.toml").write_text('schema = "region-distribution"\n', encoding="utf-8")
    assert given.stdout == run("check", "x.md", "--select", "R5").stdout
    (tmp_path / "reconcile.toml").write_text("schema = 5\n", encoding="utf-8")
    assert run("check", "x.md").exit_code == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "columns:\n  a:\n    unique: true\n   checks:\n      isin: [a]\n",
            "4:4: line 4 is indented by 3, its siblings by 4",
        ),
        ("columns:\n  a:\n    unique: true\n     nullable: true\n", "4:14: line 4 is indented by 5, its siblings by 4"),
        ("columns:\n  a: b: c\n", "2:7: mapping values are not allowed in this context"),
        ("columns: [a,\n   b\nname: x\n", "3:5: did not find expected ',' or ']'"),
        ("columns:\n  a:\n\tunique: true\n", "3:1: line 3 is indented by a tab; YAML wants spaces"),
        (
            "columns:\n  a:\n    checks:\n      - in_registry: swedish-regions\n",
            "3:5: columns.a.checks: checks is a mapping: no dashes here",
        ),
        (
            "columns:\n  a:\n    checks: {in_registry: swedish-region}\n",
            "3:14: columns.a.checks.in_registry: no registry 'swedish-region'; did you mean 'swedish-regions'?",
        ),
    ],
)
def test_a_schema_s_writing_is_told_in_words(text: str, expected: str) -> None:
    with pytest.raises(UsageError) as raised:
        schema(text)
    assert f"own.yaml:{expected}" == str(raised.value)


def test_a_name_nearly_right_is_told(tmp_path: Path) -> None:
    (tmp_path / "doc2.txt").write_text("x", encoding="utf-8")
    assert run("check", FIRST, "--schema", "region-distributon").stderr == (
        "reconcile: no schema 'region-distributon'; did you mean 'region-distribution'?\n"
    )
    assert run("check", str(tmp_path / "doc22.txt")).stderr == (
        f"reconcile: {tmp_path / 'doc22.txt'}: no such file or directory; did you mean {tmp_path / 'doc2.txt'}?\n"
    )


def test_a_schema_that_recognises_nothing_is_misuse() -> None:
    result = run("check", FIRST, "--schema", "municipal-distribution")
    assert result.exit_code == 2
    assert (
        "metadata.recognise: the schema recognises no table by its registry: "
        f"{FIRST}, table 1: 1 of 21 names known, 13 needed; its headers are Region | Fördelade medel"
    ) in result.stderr
    assert "Traceback" not in result.stderr
    assert run("check", FIRST, "--schema", "mars").stderr == (
        "reconcile: no schema 'mars'; known are authority-distribution, label-amount, municipal-distribution, "
        "region-distribution, or give a file\n"
    )


def test_a_named_document_that_is_not_recognised_is_a_warning_with_how_near_it_was(tmp_path: Path) -> None:
    rows = "".join(f"| Lag {number} | {number} |\n" for number in range(1, 4))
    good = "".join(f"| Region {name} | 5 |\n" for name in ("Uppsala", "Skåne", "Dalarna", "Halland"))
    (tmp_path / "good.md").write_text(f"| Region | Belopp |\n|-|-|\n{good}", encoding="utf-8")
    (tmp_path / "bad.md").write_text(
        f"| Region | Belopp |\n|-|-|\n| Region Skåne | 4 |\n| Region Dalarna | 9 |\n{rows}", encoding="utf-8"
    )
    options = ("--schema", "region-distribution", "--select", "R5", "--format", "json")
    named = run("check", str(tmp_path / "good.md"), str(tmp_path / "bad.md"), *options)
    found = run("check", str(tmp_path), *options)
    told = "no table in it fits the schema region-distribution (2 of 5 names known, 3 needed), so it was not checked against the schema"
    for result, severity in ((named, "warning"), (found, "note")):
        last = [f for f in json.loads(result.stdout)["findings"] if f["location"]["path"].endswith("bad.md")]
        assert [(severity, told)] == [(f["severity"], f["message"]) for f in last]


def test_the_report_says_which_tables_were_held_to_the_schema(tmp_path: Path) -> None:
    good = run("check", FIRST, "--schema", "region-distribution")
    assert "  schema               region-distribution: table 1, 21 rows, all 10 checks hold\n" in good.stdout
    (tmp_path / "x.md").write_text(REGIONS, encoding="utf-8")
    bad = run("check", str(tmp_path / "x.md"), "--schema", "region-distribution")
    assert "  schema               region-distribution: table 1, 6 rows, 4 of 10 checks hold\n" in bad.stdout
    (table,) = json.loads(run("check", FIRST, "--schema", "region-distribution", "--format", "json").stdout)[
        "documents"
    ][0]["tables"]
    assert table["schema"] == {"name": "region-distribution", "rows": 21, "checks": 10, "held": 10}
    assert "schema               " not in run("check", FIRST).stdout


SKR = "Region\tMedel (kr)\n" + "".join(
    f"{entry.short[0]}\t1 000\n" for entry in load_registry("swedish-regions").valid()
)
HELD = """columns:
  Region: {checks: {in_registry: swedish-regions, complete_registry: swedish-regions}, metadata: {role: label}}
  Medel: {checks: {sums_to: 21 000}}
metadata: {recognise: registry}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # A name misspelt is at its row, and what is missing for it says so.
        (
            "Kronoberg\t",
            "Kronobreg\t",
            [
                "R501 1 1 of the 21 regions of Sweden is missing: Region Kronoberg; line 7 “Kronobreg” may be meant",
                "R501 7 “Kronobreg”: not one of the 21 regions of Sweden; did you mean Region Kronoberg?",
            ],
        ),
        # A row that fell out is missing by the schema, and the total that misses it is the table's.
        (
            "Kalmar\t1 000\n",
            "",
            [
                "R501 1 1 of the 21 regions of Sweden is missing: Region Kalmar län",
                "R301 22 the 20 rows add up to 20 000, but “Totalt” says 21 000: 1 000 more"
                ". The error could be in one of these: 20 rows or the total. None looks mistyped, so nothing was changed",
            ],
        ),
        (
            "Kalmar\t1 000",
            "Kalmar\t",
            [
                "R501 8 “Kalmar”: no value",
                "R301 23 the 20 rows add up to 20 000, but “Totalt” says 21 000: 1 000 more"
                ". The error could be in one of these: 20 rows or the total. None looks mistyped, so nothing was changed",
            ],
        ),
        # Where the schema's sum holds, the table's own total is told.
        (
            "Totalt\t21 000",
            "Totalt\t20 999",
            [
                "R301 23 the 21 rows add up to 21 000, but “Totalt” says 20 999: 1 less"
                ". The error could be in one of these: 21 rows. None looks mistyped, so nothing was changed"
            ],
        ),
    ],
)
def test_one_fault_is_not_told_again(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    (tmp_path / "s.yaml").write_text(HELD, encoding="utf-8")
    (tmp_path / "x.tsv").write_text(f"{SKR}Totalt\t21 000\n".replace(old, new), encoding="utf-8")
    report = reconcile.check(str(tmp_path / "x.tsv"), schema=str(tmp_path / "s.yaml"))
    assert [
        f"{f.code} {getattr(f.primary.anchor, 'line', 0)} {f.message.partition(' (schema ')[0]}"
        for f in report.findings
    ] == expected
    without = reconcile.check(
        str(tmp_path / "x.tsv"), schema=str(tmp_path / "s.yaml"), settings=reconcile.Settings(ignore=("R5",))
    )
    codes = {"Kronoberg\t": ["R203"], "Kalmar\t1 000\n": ["R201", "R301"], "Kalmar\t1 000": ["R201", "R301"]}
    assert [f.code for f in without.findings] == codes.get(old, ["R301"])


def test_a_misspelt_name_comes_with_its_fix(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(HELD, encoding="utf-8")
    (tmp_path / "x.tsv").write_text(SKR.replace("Kronoberg", "Kronobreg"), encoding="utf-8")
    last = reconcile.check(str(tmp_path / "x.tsv"), schema=str(tmp_path / "s.yaml")).findings[-1]
    assert (last.expected, last.observed) == ("Region Kronoberg", "Kronobreg")
    assert [(fix.applicability, fix.replacement) for fix in last.fixes] == [("unsafe", "Region Kronoberg")]


def test_a_row_without_an_amount_is_there(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text(f"{SKR}Totalt\t21 000\n".replace("Kalmar\t1 000", "Kalmar\t"), encoding="utf-8")
    (tmp_path / "y.tsv").write_text(f"{SKR}Totalt\t21 000\n".replace("Kalmar\t1 000\n", ""), encoding="utf-8")
    told = [
        (f.message, getattr(f.primary.anchor, "line", 0), f.primary.text)
        for f in reconcile.check(str(tmp_path / "x.tsv"), str(tmp_path / "y.tsv")).findings
        if f.code == "R201"
    ]
    assert told == [
        ("Region Kalmar län has a row, but no amount; the table does not add up without one", 8, "Kalmar"),
        (
            "Region Kalmar län is not in the table, which lists 20 of the 21 regions of Sweden; "
            "the table does not add up without it",
            1,
            "Region",
        ),
    ]


def test_a_sum_that_cannot_be_told_is_no_check_that_holds(tmp_path: Path) -> None:
    own = "columns:\n  Ort: {}\n  Belopp: {nullable: true, checks: {sums_to: 5}}\n"
    (tmp_path / "s.yaml").write_text(own, encoding="utf-8")
    (tmp_path / "x.md").write_text("| Ort | Belopp |\n|-|-|\n| A | 5 |\n| B | .. |\n| C | 2 |\n", encoding="utf-8")
    result = run("check", str(tmp_path / "x.md"), "--schema", str(tmp_path / "s.yaml"))
    assert "schema               s: table 1, 3 rows, 3 of 4 checks hold\n" in result.stdout


def test_a_document_without_tables_is_no_fault_of_the_schema(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("Ingen tabell.\n", encoding="utf-8")
    result = run("check", str(tmp_path / "x.txt"), "--schema", "region-distribution")
    assert (result.exit_code, "R002" in result.stdout) == (1, True)


def test_the_report_from_python_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text(REGIONS, encoding="utf-8")
    report = reconcile.check(str(tmp_path / "x.md"), schema="region-distribution")
    found = [finding for finding in report.findings if finding.code == "R501"]
    assert len(found) == 7
    (wrong,) = [finding for finding in found if "dtype Int64" in finding.message]
    assert wrong.primary.grid is not None
    assert (
        wrong.observed, getattr(wrong.primary.anchor, "line", 0), wrong.primary.grid.row_label, wrong.primary.grid.column_header
    ) == ("5,5", 5, "Region Upsala", "Belopp")  # fmt: skip


MUNICIPAL = "| Kommunkod | Kommun | Belopp (tkr) |\n| --- | --- | --- |\n"


def municipalities() -> list[tuple[str, str, str]]:
    entries = load_registry("swedish-municipalities").valid()
    return [(entry.code, entry.name, f"{number + 1},5") for number, entry in enumerate(entries)]


def test_the_290_municipalities_with_their_codes() -> None:
    rows = municipalities()
    own = load_schema("municipal-distribution")
    whole = MUNICIPAL + "".join(f"| {code} | {name} | {amount} |\n" for code, name, amount in rows)
    assert len(rows) == 290
    assert validate(figures(whole + "| | Riket | 99 |\n| | Summa | 42 340,0 |\n"), own) == []
    swapped = whole.replace("| 0180 | Stockholm |", "| 0180 | Solna |").replace(
        "| 0184 | Solna |", "| 0184 | Stockholm |"
    )
    assert sorted(
        (failure.message for failure in validate(figures(swapped), own)), reverse=True
    ) == ["“Stockholm”: code and municipality of this row do not belong to one entity", "“Solna”: code and municipality of this row do not belong to one entity"]  # fmt: skip
    without = "".join(line for line in whole.splitlines(keepends=True) if "| 0180 |" not in line)
    (gone,) = validate(figures(without), own)
    assert gone.message == "1 of the 290 municipalities of Sweden is missing: Stockholm"


def test_a_registry_of_a_day() -> None:
    own = """
columns:
  county: {metadata: {role: label, aliases: [Fylke]}, checks: {complete_registry: {registry: norwegian-counties, day: DAY}}}
  amount: {metadata: {role: amount, aliases: [Beløp]}}
"""
    for day, count in (("2019-12-31", 18), ("2021-01-01", 11), ("2024-06-01", 15)):
        entries = load_registry("norwegian-counties").valid(day)
        table = figures(
            "| Fylke | Beløp |\n| --- | --- |\n" + "".join(f"| {entry.name} | 1 000 |\n" for entry in entries)
        )
        assert count == len(entries)
        assert validate(table, schema(own.replace("DAY", day))) == []
        assert (validate(table, schema(own.replace(", day: DAY", ""))) == []) == (count == 15)


def test_what_an_alias_of_yaml_shares_stands_in_both_places() -> None:
    own = schema("""
columns:
  region:
    metadata: {aliases: [Region]}
    checks:
      in_registry: &regions {registry: swedish-regions}
      complete_registry: *regions
  2022: {metadata: {aliases: [Medel]}}
""")
    assert [column.name for column in own.columns] == ["region", "2022"]
    table = figures("| Region | Medel |\n| --- | --- |\n| Region Skåne | 1 000 |\n| Region Gotland | 2 000 |\n")
    assert [failure.message.partition(":")[0] for failure in validate(table, own)] == [
        "19 of the 21 regions of Sweden are missing"
    ]


def test_a_check_that_cannot_be_made_on_a_column_is_told() -> None:
    own = schema(
        "columns: {region: {checks: {sums_to: 5, greater_than: 5}}, belopp: {nullable: true, checks: {str_matches: a}}}"
    )
    assert [(failure.column, failure.message) for failure in validate(figures(REGIONS), own)] == [
        ("region", "the check cannot be made: the column holds string"),
        ("region", "the check cannot be made: the column holds string"),
        ("belopp", "the check cannot be made: the column holds object"),
    ]


def test_columns_too_many_and_out_of_order() -> None:
    own = schema(
        "columns: {belopp: {nullable: true}, region: {}}\nstrict: true\nordered: true\nunique: [belopp, region]"
    )
    table = figures(
        "| Kod | Region | Belopp |\n| --- | --- | --- |\n| 1 | A | 5 000 |\n| 2 | A | 5 000 |\n| 3 | B | 5 000 |\n"
    )
    assert told(validate(table, own)) == [
        ("strict: true", "column “Kod” is not in the schema", ((0, 0),)),
        ("ordered: true", "column “region” is not where the schema puts it", ((0, 1),)),
        ("ordered: true", "column “belopp” is not where the schema puts it", ((0, 2),)),
        ("unique: belopp, region", "“A”: belopp and region of this row appear more than once", ((1, 1),)),
        ("unique: belopp, region", "“A”: belopp and region of this row appear more than once", ((2, 1),)),
    ]


WORDS = st.sampled_from(
    [*["a", "b", "columns", "checks", "metadata", "role", "aliases", "label", "amount", "registry", "value", "options", "day", "error", "unique"],
     "in_registry", "swedish-regions", "sums_to", "written_in", "sv_SE", "isin", "in_range", "2023-01-01", "(", "", "\u0000"]
)  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(schema_names()), st.lists(st.integers(0, 10), max_size=6), JUNK)
def test_whatever_stands_in_a_schema_is_used_or_refused(name: str, way: list[int], junk: object) -> None:
    values = yaml.safe_load(load_schema(name).file.text)
    node = values
    for step in way:
        inner = [key for key, value in node.items() if isinstance(value, dict)]
        if not inner:
            break
        node = node[inner[step % len(inner)]]
    keys = [*node, "checks"]
    node[keys[sum(way) % len(keys)]] = junk
    try:
        own = parse_schema(parse_yaml("own.yaml", yaml.safe_dump(values, allow_unicode=True)))
        validate(
            figures(REGIONS), own, {column.name: number for number, column in enumerate(own.columns) if number < 3}
        )
        refusal = "own.yaml:"
    except UsageError as error:
        refusal = str(error)
    assert refusal.startswith("own.yaml:")


def test_a_document_may_have_several_tables_of_the_schema(tmp_path: Path) -> None:
    half = "| Region | Belopp |\n| --- | --- |\n| Region Skåne | 1 000 |\n| Region Gotland | {} |\n| Region Uppsala | 5 000 |\n"
    other = "| Skola | Elever |\n| --- | --- |\n| Norra | 20,5 |\n| Södra | 30,5 |\n"
    own = tmp_path / "own.yaml"
    own.write_text(
        "metadata: {recognise: registry}\ncolumns:\n  region: {metadata: {role: label}, checks: {in_registry: swedish-regions}}\n"
        "  amount: {dtype: Int64, metadata: {role: amount}}\n",
        encoding="utf-8",
    )
    path = tmp_path / "x.md"
    path.write_text(
        f"# Första\n\n{half.format('2 000')}\n# Skolor\n\n{other}\n# Andra\n\n{half.format('2 000,5')}",
        encoding="utf-8",
    )
    (found,) = (finding for finding in reconcile.check(str(path), schema=str(own)).findings if finding.code == "R501")
    assert found.message == "“2 000,5”: not a whole number (schema own, column amount, dtype Int64)"
    assert found.primary.grid is not None
    assert (found.primary.grid.table, found.primary.label) == (2, "line 21")
