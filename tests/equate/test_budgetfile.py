"""The budget file's JSON Schema agrees with what reads the file, and every fault of a file is said with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconcile.core.settings import UsageError
from reconcile.equate.budget import file as budgetfile
from reconcile.equate.budget.file import load_budget
from tests.cases import FIXTURES

SCHEMA = json.loads((FIXTURES.parent / "schemas" / "budget-v1.schema.json").read_text(encoding="utf-8"))
SHIPPED = sorted(FIXTURES.rglob("budget.yaml"))

HEAD = "documents: {a: a.txt, b: b.txt}\n"
LINE = "lines:\n  - line: Pot\n    amount: 10 kr\n"


class _Texts(yaml.SafeLoader):
    """Reads a day as text, as editors do."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def accepts(text: str) -> bool:
    """Whether the JSON Schema accepts a budget file."""
    validator = Draft202012Validator(SCHEMA)
    return bool(validator.is_valid(yaml.load(text, Loader=_Texts)))


def complaint(tmp_path: Path, text: str) -> str:
    """What the reader says against a budget file, behind its path; nothing where it takes it."""
    path = tmp_path / "b.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load_budget(str(path))
    except UsageError as error:
        return str(error).removeprefix(f"{path}:")
    return ""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.parent.name}/{path.parent.name}")
def test_the_schema_takes_every_shipped_budget(path: Path) -> None:
    assert accepts(path.read_text(encoding="utf-8"))


GOOD = [
    "lines: []\n",
    LINE,
    "lines:\n  - {line: 2023, amount: 700}\n",
    "lines:\n  - {line: 2023-01-01, amount: '1000.50'}\n",
    LINE + "    rounded: yes\n    use: at-least\n",
    LINE + "    remaining: 0\n",
    LINE + "    tolerance: {amount: 1 kr, reason: öre are dropped}\n    each: 5 kr\n",
    HEAD + LINE + "    documents: [a]\n    lines:\n      - {line: Half, amount: 5 kr, documents: [b]}\n",
    "documents:\n  a: {path: a.txt, table: 2, column: 2023, schema: swedish-regions, decision: S1, expected: 1}\n"
    + LINE,
    HEAD
    + LINE
    + "entities:\n  Hjo: {aliases: [Hjo stad], amount: 5 kr, rounded: true, use: exhausted, documents: [a]}\n",
    "budget: 2023\ncurrency: SEK\n" + LINE,
]
BAD = [
    ("[]\n", "1:1: must be a mapping (key: value)"),
    ("budget: x\n", "1:1: key 'lines' is missing"),
    ("budget: no\n" + LINE, "1:9: budget: no is true or false to YAML, and text is wanted; quote it: 'no'"),
    ("budget: ''\n" + LINE, "1:9: budget: must be text"),
    ("curency: SEK\n" + LINE, "1:1: unknown key 'curency'; did you mean 'currency'?"),
    ("currency: kr\n" + LINE, "1:11: currency: 'kr' is no currency code; write three capitals, such as SEK"),
    ("lines:\n", "1:7: lines: must be a list (- item)"),
    ("lines: [Pot]\n", "1:9: lines: must be a mapping (key: value)"),
    ("lines: [{line: Pot}]\n", "1:9: lines: key 'amount' is missing"),
    ("documents: [a.txt]\n" + LINE, "1:12: documents: must be a mapping (key: value)"),
    ("documents: {a: [a.txt]}\n" + LINE, "1:16: a: must be a mapping (key: value)"),
    ("documents: {a: {file: a.txt}}\n" + LINE,
     "1:17: unknown key 'file'; known are column, decision, expected, path, schema, table"),
    ("documents: {a: {table: 1}}\n" + LINE, "1:16: a: key 'path' is missing"),
    ("documents: {a: {path: a.txt, expected: 0}}\n" + LINE, "1:40: expected: must be a whole number from 1"),
    ("documents: {a: {path: a.txt, expected: two}}\n" + LINE, "1:40: expected: must be a whole number from 1"),
    (LINE.replace("10 kr", "2.5"),
     "3:13: amount: 2.5 is a floating-point number to YAML, and text is wanted; quote it: '2.5'"),
    (LINE.replace("10 kr", "[1]"), "3:13: amount: must be text"),
    (LINE.replace("10 kr", "mycket"),
     "3:13: amount: cannot read the amount 'mycket'; write one like 2 500 000 000 or 2,5 miljarder"),
    (LINE + "    rounded: 1\n", "4:14: rounded: must be true or false"),
    (LINE + "    rounded: 'true'\n", "4:14: rounded: must be true or false"),
    (LINE + "    use: often\n", "4:10: use: must be one of exhausted, at-most, at-least, not 'often'"),
    (LINE + "    use: exhausted\n    remaining: 5 kr\n",
     "4:10: use: give either 'use' or 'remaining': what remains is not used"),
    (LINE + "    tolerance: 1 kr\n", "4:16: tolerance: must be a mapping (key: value)"),
    (LINE + "    tolerance: {amount: 1 kr}\n", "4:16: tolerance: key 'reason' is missing"),
    (LINE + "    documents: a\n", "4:16: documents: must be a list (- item)"),
    (LINE + "entities: [Hjo]\n", "4:11: entities: must be a mapping (key: value)"),
    (LINE + "entities: {Hjo: {alias: [H]}}\n", "4:18: unknown key 'alias'; did you mean 'aliases'?"),
    ("lines: [{line: Pot, amount: 2,5 miljarder}]\n",
     "1:31: unknown key '5 miljarder'; within braces a comma divides, so quote the amount before it"),
    (LINE + "entities: {Hjo: {use: at-most}}\n",
     "4:23: use: 'use' says how an amount is used, and there is no 'amount'"),
]  # fmt: skip
# What only the whole file shows, or what the amounts say: a JSON Schema cannot tell.
BEYOND_A_SCHEMA = [
    (LINE.replace("10 kr", "2.5e+9"),
     "3:13: amount: 2.5e+9 is a floating-point number to YAML, and text is wanted; quote it: '2.5e+9'"),
    (LINE.replace("10 kr", "2.5e9"),
     "3:13: amount: cannot read the amount '2.5e9'; write one like 2 500 000 000 or 2,5 miljarder"),
    (LINE + "    amount: 11 kr\n", "4:5: key 'amount' stands twice"),
    (HEAD + LINE + "    documents: [c]\n", "5:17: documents: no document 'c' under 'documents'; known are a, b"),
    ("documents: {first: a.txt}\n" + LINE + "    documents: [frist]\n",
     "5:17: documents: no document 'frist' under 'documents'; did you mean 'first'?"),
    (HEAD + LINE + "    documents: [a, a]\n", "5:20: documents: document 'a' stands twice in one list"),
    (HEAD + LINE + "    documents: [a]\n    lines: [{line: x, amount: 5 kr, documents: [a]}]\n",
     "6:49: documents: document 'a' is counted twice below one line"),
    ("documents: {a: a.txt, b: ./a.txt}\n" + LINE,
     "1:26: b: 'b' is the same document as 'a' (a.txt), and would count twice"),
    ("documents: {a: {path: a.txt, decision: S1}, b: {path: b.txt, decision: S1}}\n" + LINE + "    documents: [a, b]\n",
     "5:20: documents: documents 'a' and 'b' both claim decision 'S1'; count one of them"),
    ("documents: {a: {path: a.txt, schema: swedish-region}}\n" + LINE,
     "1:38: schema: no schema 'swedish-region'; did you mean 'swedish-regions'?"),
    (LINE + "  - {line: Next, amount: 5 EUR}\n", "4:26: amount: '5 EUR' is in EUR, but the budget is in SEK"),
    ("currency: EUR\n" + LINE, "4:13: amount: '10 kr' is in SEK, but the budget is in EUR"),
    (LINE.replace("10 kr", "1,234"), "3:13: amount: the mark in '1,234' may group or divide; write 1 234 if it groups, 1,2340 if it divides"),
    (LINE.replace("10 kr", "544 99 160"),
     "3:13: amount: cannot read the amount '544 99 160'; write one like 2 500 000 000 or 2,5 miljarder"),
    (LINE + "entities: {Hjo: {aliases: [H]}, Habo: {aliases: [h]}}\n", "4:50: aliases: 'h' names two entities, 'Hjo' and 'Habo'"),
    (LINE + "entities: {Hjo: {aliases: [Habo]}, Habo: {}}\n", "4:42: Habo: 'Habo' names two entities, 'Hjo' and 'Habo'"),
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_schema_and_reader_take_what_is_good(tmp_path: Path, text: str) -> None:
    assert complaint(tmp_path, text) == ""
    assert accepts(text)


@pytest.mark.parametrize(("text", "told"), BAD)
def test_schema_and_reader_refuse_what_is_bad(tmp_path: Path, text: str, told: str) -> None:
    assert complaint(tmp_path, text) == told
    assert not accepts(text)


@pytest.mark.parametrize(("text", "told"), BEYOND_A_SCHEMA)
def test_the_reader_sees_more_than_a_schema_can(tmp_path: Path, text: str, told: str) -> None:
    assert complaint(tmp_path, text) == told
    assert accepts(text)


def test_schema_and_reader_know_the_same_keys() -> None:
    parts = SCHEMA["$defs"]
    assert tuple(SCHEMA["properties"]) == budgetfile.BUDGET_KEYS
    assert tuple(parts["document"]["properties"]) == budgetfile.DOCUMENT_KEYS
    assert tuple(parts["line"]["properties"]) == budgetfile.LINE_KEYS
    assert tuple(parts["entity"]["properties"]) == budgetfile.ENTITY_KEYS
    assert tuple(parts["line"]["properties"]["tolerance"]["properties"]) == budgetfile.TOLERANCE_KEYS
    assert parts["use"]["enum"] == list(budgetfile.USES)


def test_a_file_in_another_encoding_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    path.write_bytes("currency: SEK\nbudget: Sjö\n".encode("latin-1"))
    with pytest.raises(UsageError) as raised:
        load_budget(str(path))
    assert str(raised.value) == f"{path}:2: not UTF-8 at byte 24; save the file as UTF-8"


def test_a_byte_order_mark_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(LINE, encoding="utf-8-sig")
    assert [line.name for line in load_budget(str(tmp_path / "b.yaml")).walk()] == ["Pot"]


@pytest.mark.parametrize("text", ["[" * 50_000, "{a: " * 50_000, "lines: " + "[" * 3_000 + "]" * 3_000])
def test_deep_nesting_is_refused(tmp_path: Path, text: str) -> None:
    assert complaint(tmp_path, text) == "1: nested more than 200 deep"


WHOLE = (FIXTURES / "decisions" / "budget.yaml").read_text(encoding="utf-8")


@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 12),
    st.text(alphabet="{}[]:,-&*!|>'\"#%@?~ \n\tab01.é\x00\u2028", max_size=12),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mangled_file_loads_or_is_refused(tmp_path: Path, start: int, cut: int, junk: str) -> None:
    path = tmp_path / "b.yaml"
    path.write_text(WHOLE[:start] + junk + WHOLE[start + cut :], encoding="utf-8", newline="")
    try:
        told = [line.location.text for line in load_budget(str(path)).walk()]
    except UsageError as error:
        told = [str(error).removeprefix(f"{path}:")]
    assert "" not in told
    assert not any(text.startswith(str(path)) for text in told)
