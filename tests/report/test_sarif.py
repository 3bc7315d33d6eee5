"""SARIF: the log keeps to the standard's shape, its regions are where it says, its fixes mend, its fingerprints stay.

The OASIS schema is not ours to ship, and no package carries it: ``SHAPE`` has what the standard's sections ask of the
objects that we write, and refuses every other property.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reconcile
from reconcile.core.findings import Finding, Severity, fingerprints
from reconcile.core.location import GridPlace, Location
from reconcile.core.messages import say
from reconcile.report import write
from reconcile.report.formats.sarif import _message, _uri
from reconcile.report.report import Report
from tests.cases import FIXTURES, Case, rule_cases

SECOND = str(FIXTURES / "decisions" / "second-decision.txt")


def _object(required: str = "", **properties: object) -> dict[str, Any]:
    """Of an object whose properties are these and no others."""
    return {
        "type": "object", "properties": properties, "required": required.split(), "additionalProperties": False,
    }  # fmt: skip


def _list(items: object, least: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least}


TEXT = {"type": "string"}
BAG = {"type": "object"}
ONE, ZERO = {"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 0}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = _object("text", text={"type": "string", "minLength": 1})
# 3.4, 3.30, 3.29, 3.33 and 3.28 of the standard.
FILE = _object("uri", uri={"type": "string", "pattern": r"^[A-Za-z0-9._~!$&'()*+,;=:@/%-]+$"}, index=ZERO)
REGION = _object("startLine", startLine=ONE, startColumn=ONE, endLine=ONE, endColumn=ONE, snippet=_object(text=TEXT))
PLACE = _object("artifactLocation", artifactLocation=FILE, region=REGION)
LOGICAL = _object("name", name=TEXT, fullyQualifiedName=TEXT, kind=TEXT)
LOCATION = _object(
    "physicalLocation", id=ZERO, physicalLocation=PLACE, logicalLocations=_list(LOGICAL), message=MESSAGE
)
# 3.55 to 3.57, 3.27, 3.49, 3.19, 3.24, 3.14 and 3.13.
REPLACEMENT = _object("deletedRegion", deletedRegion=REGION, insertedContent=_object("text", text=TEXT))
CHANGE = _object("artifactLocation replacements", artifactLocation=FILE, replacements=_list(REPLACEMENT))
FIX = _object("artifactChanges", description=MESSAGE, artifactChanges=_list(CHANGE), properties=BAG)
# 3.35 and 3.58, 3.20.
SUPPRESSION = _object(
    "kind", kind={"enum": ["inSource", "external"]}, status={"const": "accepted"}, justification={"type": "string"},
    location=LOCATION,
)  # fmt: skip
NOTIFICATION = _object("message", level=LEVEL, message=MESSAGE, locations=_list(LOCATION))
INVOCATION = _object(
    "executionSuccessful", executionSuccessful={"type": "boolean"}, toolConfigurationNotifications=_list(NOTIFICATION)
)
RESULT = _object(
    "ruleId message",
    ruleId=TEXT, ruleIndex=ZERO, level=LEVEL, message=MESSAGE, locations=_list(LOCATION), relatedLocations=_list(LOCATION),
    suppressions=_list(SUPPRESSION, 0), partialFingerprints={"type": "object", "additionalProperties": TEXT}, fixes=_list(FIX), properties=BAG,
)  # fmt: skip
RULE = _object(
    "id", id=TEXT, name=TEXT, shortDescription=MESSAGE, fullDescription=MESSAGE, help=MESSAGE,
    defaultConfiguration=_object(level=LEVEL),
)  # fmt: skip
ARTIFACT = _object(location=FILE, hashes={"type": "object", "additionalProperties": TEXT}, properties=BAG)
RUN = _object(
    "tool",
    tool=_object("driver", driver=_object("name", name=TEXT, version=TEXT, rules=_list(RULE))),
    columnKind={"const": "utf16CodeUnits"}, newlineSequences=_list(TEXT), artifacts=_list(ARTIFACT, 0), invocations=_list(INVOCATION), results=_list(RESULT, 0),
    language={"type": "string", "pattern": "^[a-z]{2}(-[A-Z]{2})?$"}, properties=BAG,
)  # fmt: skip
SHAPE = _object(
    "version runs", **{"$schema": {"type": "string", "format": "uri"}}, version={"const": "2.1.0"}, runs=_list(RUN)
)


def _run(report: Report) -> dict[str, Any]:
    log = json.loads(write(report, "sarif"))
    jsonschema.validate(log, SHAPE)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_a_log_says_its_language_where_it_is_not_english() -> None:
    report = reconcile.check(SECOND)
    assert "language" not in _run(report)
    run = _run(replace(report, settings=replace(report.settings, lang="sv")))
    assert run["language"] == "sv"
    (result,) = run["results"]
    assert result["message"]["text"].startswith("”544 99 160” har siffergrupper om 3, 2 och 3; ")
    assert result["fixes"][0]["description"]["text"].startswith("skriv 54 499 160 (säker, ")


def _units(text: str) -> list[str]:
    """The lines of a text, as UTF-16."""
    return [line.encode("utf-16-le", "surrogatepass").hex() for line in text.replace("\r\n", "\n").split("\n")]


def _cut(lines: list[str], region: dict[str, Any]) -> str:
    """What stands in a region of one line, found by lines and UTF-16 code units alone."""
    assert region["startLine"] == region["endLine"]
    line = lines[region["startLine"] - 1]
    cut = line[(region["startColumn"] - 1) * 4 : (region["endColumn"] - 1) * 4]
    return bytes.fromhex(cut).decode("utf-16-le", "surrogatepass")


@pytest.mark.parametrize("case", list(rule_cases()), ids=lambda case: f"{case.path.parent.name}/{case.path.name}")
def test_every_log_has_the_standards_shape(case: Case) -> None:
    report = case.run()
    run = _run(report)
    rules = run["tool"]["driver"]["rules"]
    assert [result["ruleId"] for result in run["results"]] == [finding.code for finding in report.findings]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [f.code for f in report.findings]
    for result in run["results"]:
        for place in (*result.get("locations", ()), *result.get("relatedLocations", ())):
            file = place["physicalLocation"]["artifactLocation"]
            assert run["artifacts"][file.get("index", 0)]["location"]["uri"] == file["uri"] or "index" not in file


def test_the_second_decision() -> None:
    run = _run(reconcile.check(SECOND))
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["level"], result["message"]["text"][:12]) == ("error", "“544 99 160”")
    assert place["region"] == {
        "startLine": 24, "startColumn": 20, "endLine": 24, "endColumn": 30, "snippet": {"text": "544 99 160"},
    }  # fmt: skip
    assert (
        unquote_to_bytes(place["artifactLocation"]["uri"]).decode().endswith("fixtures/decisions/second-decision.txt")
    )
    related = result["relatedLocations"][0]["physicalLocation"]["region"]
    assert (related["startLine"], related["snippet"]["text"]) == (7, "1 874 253 165")
    assert result["properties"] == {"observed": "544 99 160", "expected": "54 499 160"}
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["name"], rule["shortDescription"]["text"], rule["defaultConfiguration"]["level"]) == (
        "malformed-grouping", "Malformed grouping", "error",
    )  # fmt: skip
    assert rule["fullDescription"]["text"].startswith(
        "The digits of an amount stand in the groups of some number notation."
    )
    assert "What to do\n" in rule["help"]["text"]


@pytest.mark.parametrize("name", ["marked.md", "marked.txt", "marked.html"])
def test_what_is_suppressed_is_a_result_with_its_justification(name: str) -> None:
    report = reconcile.check(str(FIXTURES / "suppressions" / name))
    run = _run(report)
    # One result that is suppressed obliges all others to say that they are not (3.27.23).
    assert [len(result["suppressions"]) for result in run["results"]] == [
        0 if silent is None else 1 for _, silent in report.found()
    ]
    told = [result["suppressions"][0] for result in run["results"] if result["suppressions"]]
    assert {"inSource"} == {each["kind"] for each in told}
    lines = _units(Path(report.readings[0].document.path).read_text(encoding="utf-8"))
    for each in told:
        assert "reconcile: ignore" in _cut(lines, each["location"]["physicalLocation"]["region"])
    notes = run["invocations"][0]["toolConfigurationNotifications"]
    assert [remark.message for remark in report.remarks] == [note["message"]["text"] for note in notes]


def test_a_run_without_suppressions_says_nothing_of_them() -> None:
    run = _run(reconcile.check(SECOND))
    assert not {"invocations"} & set(run)
    assert all("suppressions" not in result for result in run["results"])


@pytest.mark.parametrize("before", ["", "🧮 ", "ÅÄÖ é ", "𝟘𝟙" * 40], ids=["plain", "emoji", "accents", "astral"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_fixes_mend_when_applied_by_utf_16_columns(before: str, end: str) -> None:
    text = Path(SECOND).read_text(encoding="utf-8").replace("Region Uppsala", f"{before}Region Uppsala")
    text, settings = text.replace("\n", end), reconcile.Settings(select=("R1", "R3"))
    (result,) = _run(reconcile.check_text(text, format="markdown", name="d.md", settings=settings))["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region, lines = replacement["deletedRegion"], text.split(end)
    assert _cut(_units(text), region) == "544 99 160"
    units = lines[region["startLine"] - 1].encode("utf-16-le")
    head, tail = units[: (region["startColumn"] - 1) * 2], units[(region["endColumn"] - 1) * 2 :]
    lines[region["startLine"] - 1] = (
        head.decode("utf-16-le") + replacement["insertedContent"]["text"] + tail.decode("utf-16-le")
    )
    assert reconcile.check_text(end.join(lines), format="markdown", name="d.md", settings=settings).findings == ()


@pytest.mark.parametrize(
    ("suffix", "name", "kind"),
    [
        ("xlsx", "C19", "cell"),
        ("ods", "C19", "cell"),
        ("pdf", "page 1", "page"),
        ("docx", "table 1, row 15, column 2", "part"),
    ],
)
def test_what_has_no_lines_gets_none(suffix: str, name: str, kind: str) -> None:
    (result,) = _run(reconcile.check(str(FIXTURES / "parity" / "regions" / f"regions.{suffix}")))["results"]
    (place,) = result["locations"]
    assert set(place["physicalLocation"]) == {"artifactLocation"}
    assert (place["logicalLocations"][0]["name"], place["logicalLocations"][0]["kind"]) == (name, kind)
    assert place["message"]["text"] == "row Region Uppsala, column Totalt (kronor), 544 99 160"
    assert "fixes" not in result


def _marks(text: str) -> list[str]:
    run = _run(reconcile.check_text(text, format="markdown", name="d.md"))
    return [result["partialFingerprints"]["findingPlace/v1"] for result in run["results"]]


def test_fingerprints_survive_moved_lines_and_tell_findings_apart() -> None:
    text = "| Namn | Kronor |\n|---|---|\n| A | 1 |\n| B | 2 |\n| C | 3 |\n| Summa | 7 |\n"
    other = text.replace("Summa", "Totalt").replace("| 7", "| 9")
    (mark,) = _marks(text)
    assert _marks(f"A line\n\nand another.\n\n{text}") == [mark]
    assert _marks(f"{other}\nText between.\n\n{text}")[1:] == [mark]
    assert len(set(_marks(f"{text}\nText between.\n\n{text}"))) == 2
    assert _marks(text.replace("| 7", "| 8")) != [mark]


def test_a_fingerprint_does_not_change_between_versions() -> None:
    place = Location("some/where/a.md", "line 3", None, GridPlace(0, 1, 1, "Summa", "Kronor"), "7")
    finding = Finding("R301", Severity.ERROR, say("message"), place)
    moved = place._replace(path="elsewhere/a.md", label="line 9")
    assert fingerprints([finding]) == ["54021034d89cad254d23459e8c34eb3c"]
    assert fingerprints([finding._replace(primary=moved, message=say("other"))]) == fingerprints([finding])


@given(st.text(st.characters(exclude_characters="\0")) | st.text("[](){}\\a0", max_size=20))
def test_any_message_is_plain_text_to_a_viewer(text: str) -> None:
    """A viewer takes one of two braces off, and a bracket before a parenthesis for a link unless it is escaped."""
    told: str = _message(text)["text"]
    if "](" in text:
        assert "](" not in told.replace("\\]", "")
        told = told.replace("\\\\", "\0").replace("\\[", "[").replace("\\]", "]").replace("\0", "\\")
    assert told.replace("{{", "{").replace("}}", "}") == text


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0/\\"), min_size=1).filter(
        lambda name: name not in (".", "..")
    )
)
def test_any_path_is_a_relative_uri(name: str) -> None:
    uri = _uri(f"a folder/{name}")
    jsonschema.validate({"uri": uri}, FILE)
    assert unquote_to_bytes(uri) == f"a folder/{name}".encode()


def test_paths_that_look_like_schemes_or_are_absolute() -> None:
    assert _uri("http:evil") == "http%3Aevil"
    assert _uri("a#b?c/d e.md") == "a%23b%3Fc/d%20e.md"
    assert _uri("/tmp/å.md") == "file:///tmp/%C3%A5.md"
    assert _uri("\udcff.md") == "%FF.md"
    assert _uri("<stdin>") == "%3Cstdin%3E"


def test_a_document_makes_no_links_in_messages() -> None:
    text = "| Namn | Kronor |\n|---|---|\n| A | 1 |\n| B | 2 |\n| C | 3 |\n| [Summa](http://evil.example) {0} | 7 |\n"
    (result,) = _run(reconcile.check_text(text, format="markdown", name="d.md"))["results"]
    for told in (result["message"]["text"], result["locations"][0]["message"]["text"]):
        assert "](" not in told.replace("\\](", "")
        assert "{0}" not in told.replace("{{0}}", "")
