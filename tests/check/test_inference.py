"""A first schema from a table holds for that table; Table Schema carries schemas out and in again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import reconcile
from reconcile.check.schema.file import load_schema, match_columns, parse_schema, schema_names
from reconcile.check.schema.infer import infer_schema
from reconcile.check.schema.table_schema import export_table_schema, import_table_schema
from reconcile.check.schema.validate import validate
from reconcile.cli import app
from reconcile.core.settings import UsageError
from reconcile.core.yaml_file import parse_yaml
from tests.cases import FIXTURES

FIRST = str(FIXTURES / "decisions" / "first-decision.txt")
DOCUMENTS = sorted(
    str(path)
    for path in (*(FIXTURES / "rules").rglob("*.md"), *(FIXTURES / "rules").rglob("*.txt"), *(FIXTURES / "parity").rglob("*.csv"))
    if "R004" not in str(path)
)  # fmt: skip


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, arguments)


def test_a_first_schema_is_written_in_words_to_edit() -> None:
    text = run("schemas", "infer", FIRST).stdout
    assert text.startswith("# A first schema, written from first-decision.txt.\n")
    assert (
        text.partition("schema_type")[2]
        == """: dataframe
name: first-decision
title: 'Fördelning av 625 746 835 kronor efter resultat under januari till och med juni 2023:'
metadata:
  recognise: registry
columns:
  Region:
    dtype: string
    nullable: false
    unique: true
    checks:
      in_registry: swedish-regions
      complete_registry: swedish-regions
    metadata:
      role: label
      aliases:
      - Region
  Fördelade medel:
    dtype: Int64
    nullable: false
    checks:
      greater_than_or_equal_to: 0
      # sums_to: 625746835    # what this table adds up to and prints
      written_in: sv_SE
    metadata:
      role: amount
      aliases:
      - Fördelade medel
"""
    )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: "/".join(Path(path).parts[-3:]))
def test_a_first_schema_recognises_its_own_table_and_holds(path: str) -> None:
    reading = reconcile.check(path).readings[0]
    for figures in reading.tables:
        if figures.amount_columns and any(figures.labels):
            schema = parse_schema(parse_yaml("own.yaml", infer_schema(figures, "own", reading.locale)))
            assert match_columns(figures, schema) is not None
            assert validate(figures, schema) == []


def test_names_of_no_registry_are_listed_and_where_it_wrote_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Lag;Kronor\nRöda;5\nBlå;7\nGula;1\nSumma;12\n", encoding="utf-8")
    out = tmp_path / "s.yaml"
    assert run("schemas", "infer", str(tmp_path / "x.csv"), "--output", str(out)).stderr == f"reconcile: wrote {out}\n"
    written = out.read_text(encoding="utf-8")
    assert "      isin:\n      - Röda\n      - Blå\n      - Gula\n" in written
    assert "sums_to: " not in written.partition("schema_type")[2]
    (tmp_path / "x.csv").write_text("Lag;Kronor\nRöd;5\nBlå;7\nGula;1\nSumma;13\n", encoding="utf-8")
    (finding,) = reconcile.check(str(tmp_path / "x.csv"), schema=str(out)).findings
    assert (finding.code, finding.observed) == ("R501", "Röd")


def test_infer_says_where_there_is_nothing_to_infer_from(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("Ingen tabell.\n", encoding="utf-8")
    result = run("schemas", "infer", str(tmp_path / "x.txt"))
    assert (2, f"reconcile: {tmp_path / 'x.txt'}: no table with names and amounts was read in it\n") == (
        result.exit_code, result.stderr
    )  # fmt: skip
    assert run("schemas", "infer").exit_code == 2
    assert run("schemas", "infer", "absent.txt").exit_code == 2
    assert run("schemas", "region-distribution", "x").exit_code == 2
    out = tmp_path / "schema.yaml"
    assert run("schemas", "infer", FIRST, "--output", str(out)).exit_code == 0
    assert run("check", FIRST, "--schema", str(out)).exit_code == 0


def test_a_shipped_schema_is_printed_as_it_is() -> None:
    for name in schema_names():
        assert load_schema(name).file.text == run("schemas", name).stdout


@pytest.mark.parametrize("name", schema_names())
def test_table_schema_out_and_in_is_the_same_schema(name: str, tmp_path: Path) -> None:
    import pandera.pandas as pa

    schema = load_schema(name)
    path = tmp_path / "schema.json"
    path.write_text(run("schemas", "export", name).stdout, encoding="utf-8")
    again = parse_schema(parse_yaml("again.yaml", run("schemas", "import", str(path)).stdout))
    assert (schema.name, schema.title, schema.recognise, schema.columns) == (
        again.name, again.title, again.recognise, again.columns
    )  # fmt: skip
    assert pa.DataFrameSchema.from_yaml(schema.file.text) == pa.DataFrameSchema.from_yaml(again.file.text)
    assert path.read_text(encoding="utf-8") == export_table_schema(again)


FOREIGN = {
    "title": "Bidrag",
    "fields": [
        {"name": "kod", "type": "string", "constraints": {"pattern": "[0-9]{4}|x", "minLength": 1, "maxLength": 4}},
        {"name": "kommun", "type": "string", "description": "Namn", "constraints": {"enum": ["Solna", "Heby"]}},
        {"name": "bidrag", "type": "integer", "constraints": {"required": True, "minimum": 0, "maximum": 10}},
        {"name": "andel", "type": "number", "constraints": {"maximum": 1, "exclusiveMinimum": 0}},
        {"name": "dag", "type": "date", "rdfType": "x"},
    ],
    "primaryKey": "kod",
    "foreignKeys": [],
}


def test_a_foreign_table_schema_becomes_a_schema(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(FOREIGN), encoding="utf-8")
    text = import_table_schema(str(path))
    assert text.splitlines()[:4] == [
        "# not carried over: foreignKeys",
        "# not carried over: andel.constraint exclusiveMinimum",
        "# not carried over: dag.rdfType",
        "# not carried over: dag.type date (read as text)",
    ]  # fmt: skip
    schema = parse_schema(parse_yaml("x.yaml", text))
    assert schema.file.values["columns"] == {
        "kod": {"dtype": "string", "nullable": False, "unique": True, "checks": {
            "str_length": {"min_value": 1, "max_value": 4}, "str_matches": {"value": "^(?:[0-9]{4}|x)$"}}},
        "kommun": {"description": "Namn", "dtype": "string", "nullable": True, "checks": {"isin": {"value": ["Solna", "Heby"]}}},
        "bidrag": {"dtype": "Int64", "nullable": False, "checks": {"in_range": {"min_value": 0, "max_value": 10}}},
        "andel": {"nullable": True, "checks": {"less_than_or_equal_to": {"value": 1}}},
        "dag": {"dtype": "string", "nullable": True},
    }  # fmt: skip
    exported = json.loads(export_table_schema(schema))
    assert (exported["fields"][0]["constraints"]) == {
        "required": True,
        "unique": True,
        "pattern": "[0-9]{4}|x",
        "minLength": 1,
        "maxLength": 4,
    }


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{", ":1:2: no JSON: Expecting property name enclosed in double quotes"),
        (b"[]", ": no Table Schema: an object is needed, not list"),
        (b'{"fields": []}', ": no Table Schema: 'fields' must be a list of fields with names"),
        (b'{"fields": [1]}', ": no Table Schema: 'fields' must be a list of fields with names"),
        (b'{"fields": [{"name": "a", "constraints": 5}]}', ": no Table Schema: an object is needed, not int"),
        (b'{"fields": [{"name": "a"}], "primaryKey": 5}', ": no Table Schema: primaryKey must be a name or a list of names"),
        (b'{"fields": [{"name": "a", "constraints": {"pattern": 5}}]}', ": no Table Schema: a pattern must be text"),
        (b'{"fields": [{"name": "a", "reconcile": []}]}', ": no Table Schema: an object is needed, not list"),
        (b"\xff", ":1: not UTF-8 at byte 0; save the file as UTF-8"),
        (b"[" * 100_000, ": nested too deep"),
        (b" " * 300_000, ": larger than such a file may be (200,000 bytes)"),
    ],
)  # fmt: skip
def test_what_is_no_table_schema_is_told(data: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(data)
    with pytest.raises(UsageError) as raised:
        import_table_schema(str(path))
    assert f"{path}{expected}" == str(raised.value)
