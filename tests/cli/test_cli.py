"""The command line: what is printed, where, and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reconcile.check.rules import CODES
from reconcile.cli import app
from reconcile.read import FORMATS
from reconcile.report import BINARY
from reconcile.report import REPORT_FORMATS as REPORT_FORMATS
from reconcile.version import __version__
from tests.cases import FIXTURES

DECISIONS = FIXTURES / "decisions"
FIRST, SECOND, BUDGET = (str(DECISIONS / name) for name in ("first-decision.txt", "second-decision.txt", "budget.yaml"))
SMALL = "Kommun Bidrag\nHjo 1 200 kr\nTibro 2 300 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"

# A format that is not text needs a file; tests/test_reports_xlsx.py has it.
TEXTS = [format for format in REPORT_FORMATS if format not in BINARY]


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([FIRST], 0),
        ([SECOND], 1),
        ([FIRST, SECOND], 1),
        ([SECOND, "--fail-on", "never"], 0),
        ([SECOND, "--fail-on", "error"], 1),
        ([SECOND, "--ignore", "R101"], 0),
        ([SECOND, "--ignore", "r1"], 0),
        ([SECOND, "--select", "R3"], 0),
        ([SECOND, "--select", "R3,R101"], 1),
        ([FIRST, "--budget", BUDGET], 1),
        (["--budget", BUDGET, "--ignore", "R101"], 0),
        ([FIRST, "--locale", "sv_SE"], 0),
        ([FIRST, "--locale", "sv-SE"], 0),
    ],
)
def test_exit_status(arguments: list[str], status: int) -> None:
    result = run("check", *arguments)
    assert (status, "") == (result.exit_code, result.stderr)


@pytest.mark.parametrize("format", TEXTS)
def test_the_exit_status_is_that_of_every_format(format: str) -> None:
    for arguments, status in (
        ([FIRST], 0),
        ([SECOND], 1),
        ([SECOND, "--fail-on", "never"], 0),
        ([SECOND, "--budget", BUDGET], 1),
        (["--budget", BUDGET, "--ignore", "R101"], 0),
        ([SECOND, "nowhere.txt"], 2),
    ):
        result = run("check", *arguments, "--format", format)
        assert (status, bool(result.stdout)) == (result.exit_code, True)


@pytest.mark.parametrize("format", TEXTS)
@pytest.mark.parametrize("encoding", ["ascii", "utf-8:surrogateescape", "cp1252"])
def test_names_that_are_not_text_are_reported_in_any_encoding(tmp_path: Path, format: str, encoding: str) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xc3\xa5.csv"
    with open(name, "w", encoding="utf-8") as file:
        file.write("Namn;Kronor\nA ≈ 🧮;1\nB;2\nC;3\nSumma 🧮;7\n")
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    command: list[str | bytes] = [sys.executable, "-m", "reconcile", "check", name, "--format", format]
    piped = subprocess.run(command, capture_output=True, check=False, env=environment)
    filed = subprocess.run([*command, "--output", "report"], capture_output=True, check=False, env=environment)
    assert (piped.returncode, piped.stderr, filed.returncode, filed.stderr) == (1, b"", 1, b"")
    report = Path("report").read_bytes()
    assert b"R301" in report
    # The page says when it was made.
    assert format in ("terminal", "html") or piped.stdout.replace(b"\r\n", b"\n") == report
    if format in ("json", "jsonl", "sarif"):
        assert "Summa 🧮" in str(json.loads(report))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "no document given; name files, directories or globs, or - for standard input"),
        (["nowhere.txt"], "nowhere.txt: no such file or directory"),
        (["*.txt"], "*.txt: no file matches"),
        ([FIRST, "--select", "R999"], "no rule 'R999'; `reconcile rules` lists them"),
        ([FIRST, "--select", ","], "--select: no rule is named"),
        ([FIRST, "--ignore", "X"], "no rule 'X'; `reconcile rules` lists them"),
        ([FIRST, "--format", "pdf"], f"--format: 'pdf' is not one of {', '.join(REPORT_FORMATS)}"),
        ([FIRST, "--format", "xlsx"], "--format xlsx is not text; name a file with --output"),
        ([FIRST, "--format", "xlsx", "--output", "no/x"], "no/x: cannot be written: No such file or directory"),
        ([FIRST, "--input-format", "frob"], f"--input-format: 'frob' is not one of {', '.join(FORMATS)}"),
        ([FIRST, "--fail-on", "notes"], "--fail-on: 'notes' is not one of error, warning, note, never"),
        ([FIRST, "--locale", "xx_YY"], "--locale: unknown locale 'xx_YY'; write one like sv_SE, de_CH or en_IN"),
        ([FIRST, "--budget", "none.yaml"], "none.yaml: cannot be read: No such file or directory"),
        ([FIRST, "--output", "no/where.json"], "no/where.json: cannot be written: No such file or directory"),
    ],
)
def test_misuse_is_said_on_stderr(arguments: list[str], complaint: str) -> None:
    result = run("check", *arguments)
    assert (2, "", f"reconcile: {complaint}\n") == (result.exit_code, result.stdout, result.stderr)


@pytest.mark.parametrize("suffix", ["md", "txt", "csv", "html", "xlsx", "xls", "ods", "docx", "pdf"])
@pytest.mark.parametrize("named", [False, True])
def test_every_format_is_told_by_its_content(suffix: str, named: bool, tmp_path: Path) -> None:
    data = (FIXTURES / "parity" / "regions" / f"regions.{suffix}").read_bytes()
    path = tmp_path / "without-suffix"
    path.write_bytes(data)
    result = run("check", str(path) if named else "-", "--format", "json", stdin=data)
    (document,) = json.loads(result.stdout)["documents"]
    formats = {"md": "markdown", "txt": "text"}
    assert (result.exit_code, document["format"]) == (1, formats.get(suffix, suffix))
    assert document["path"] == (str(path) if named else "<stdin>")


def test_an_unknown_option_is_misuse() -> None:
    assert run("check", "--frobnicate").exit_code == 2


def test_the_report_of_the_second_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    # A longer path would break lines elsewhere.
    monkeypatch.chdir(DECISIONS)
    assert (
        CliRunner(env={"COLUMNS": "100"}).invoke(app, ["check", "second-decision.txt"]).stdout
        == """\
error R101 malformed-grouping
  at second-decision.txt:24:20, row Region Uppsala, column Totalt (kronor)
      │
   24 │ | Region Uppsala | 544 99 160 |
      │                    ^^^^^^^^^^
  “544 99 160” has digit groups of 3, 2 and 3; read as 54 499 160, the 21 rows add up to the stated
  total (line 7) exactly: 1 819 754 005 + 54 499 160 = 1 874 253 165
  fix: write 54 499 160 (safe, proved by the sum)

second-decision.txt markdown: 1 table, 21 rows, 23 of 25 amounts checked (92 %)
  ties after repair    stated total: 21 rows = 1 874 253 165
  agrees               “Nära två miljarder kronor”: stated total 1 874 253 165
  not checked          2 amounts in the text

1 error in 1 document; 23 of 25 amounts checked (92 %); 2 equations: 1 tie, 1 after repair
"""
    )


def test_other_documents_are_checked_beside_a_wrong_path() -> None:
    result = run("check", "nowhere.txt", FIRST)
    assert result.exit_code == 2
    assert result.stderr == "reconcile: nowhere.txt: no such file or directory\n"
    assert "5 equations: 5 tie" in " ".join(result.stdout.split())


def test_directories_and_globs(tmp_path: Path) -> None:
    for name in ("a.txt", "sub/b.md", "sub/deep/c.txt", "sub/.hidden/d.txt", "sub/e.png", ".f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SMALL, encoding="utf-8")

    def paths(*arguments: str) -> list[str]:
        report = json.loads(run("check", "--format", "json", *arguments).stdout)
        return [document["path"] for document in report["documents"]]

    assert paths(".") == ["./a.txt", "./sub/b.md", "./sub/deep/c.txt"]
    assert paths("*.txt") == ["a.txt"]
    assert paths("**/*.txt") == ["a.txt", "sub/deep/c.txt"]
    assert paths("s*") == ["sub/b.md", "sub/deep/c.txt"]
    assert paths("sub/e.png", "a.txt", "*.txt") == ["sub/e.png", "a.txt"]


def test_an_empty_directory_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("check", "empty")
    assert result.exit_code == 2
    assert result.stderr.startswith("reconcile: empty: no documents in this directory")


def test_files_of_other_kinds_in_a_folder_are_said(tmp_path: Path) -> None:
    for name in (
        "f/a.txt",
        "f/b.png",
        "f/c.PNG",
        "f/sub/d.xyz",
        "f/e",
        "f/.hidden.png",
        "f/budget.yaml",
        "f/reconcile.toml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SMALL, encoding="utf-8")
    said = "4 files passed over: 2 .png, 1 without suffix, 1 .xyz\n"
    assert (run("check", "f").exit_code, run("check", "f").stderr) == (0, "")
    assert run("check", "f").stdout.count(said) == run("check", "*").stdout.count(said) == 1
    each = run("check", "f", "--each")
    assert each.stderr == "reconcile: 4 files of other kinds not read: 2 .png, 1 without suffix, 1 .xyz\n"
    assert run("check", "f", "--quiet").output == ""
    assert "passed over" not in run("check", "f/a.txt").output


@pytest.mark.parametrize("options", [(), ("--each",), ("--each", "--cache", "kept")])
def test_a_document_without_a_table_is_a_warning_where_it_was_named(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a.txt").write_text("Beslutet fattades i maj.\n", encoding="utf-8")

    def told(*arguments: str) -> list[tuple[str, str]]:
        out = run("check", *arguments, *options, "--format", "jsonl").stdout
        reports = [json.loads(line) for line in out.splitlines()]
        return [(found["code"], found["severity"]) for report in reports for found in report["findings"]]

    assert told("f") == [("R002", "note")]
    assert told("f/a.txt") == [("R002", "warning")]
    assert told("f/*.txt") == [("R002", "note")]


def test_standard_input_is_named() -> None:
    result = run("check", "-", "--format", "json", stdin=b"Beslutet fattades i maj.\n")
    assert [found["severity"] for found in json.loads(result.stdout)["findings"]] == ["warning"]


def test_a_name_with_brackets_is_a_name(tmp_path: Path) -> None:
    (tmp_path / "[1].txt").write_text(SMALL, encoding="utf-8")
    assert run("check", "[1].txt").exit_code == 0


def test_standard_input() -> None:
    result = run("check", "-", "--format", "json", stdin=Path(SECOND).read_bytes())
    report = json.loads(result.stdout)
    assert (
        result.exit_code, report["documents"][0]["path"], report["documents"][0]["format"],
    ) == (1, "<stdin>", "markdown")  # fmt: skip
    report = json.loads(run("check", "-", "--format", "json", "--input-format", "text", stdin=SMALL).stdout)
    assert report["documents"][0]["format"] == "text"


@pytest.mark.parametrize(("format", "encoding"), [("terminal", "ascii"), ("html", "utf-8"), ("json", "utf-8")])
def test_a_terminal_without_the_letters_gets_the_report(format: str, encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "reconcile", "check", SECOND, "--format", format]
    result = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (result.returncode, result.stderr) == (1, b"")
    assert "544 99 160" in result.stdout.decode(encoding)


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    result = run("check", SECOND, "--format", "json", "--output", "report.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["version"] == 1


def test_settings_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "reconcile.toml").write_text('ignore = ["R101"]\nfail-on = "error"\n', encoding="utf-8")
    assert run("check", SECOND).exit_code == 0
    assert run("check", SECOND, "--ignore", "R404").exit_code == 1


def test_settings_are_read_from_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.reconcile]\nselect = ["R3"]\n', encoding="utf-8")
    assert run("check", SECOND).exit_code == 0
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    assert run("check", SECOND).exit_code == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ignore = 5\n", "reconcile.toml: ignore must be a list of text"),
        ("max-bytes = 'x'\n", "reconcile.toml: max-bytes must be a whole number"),
        ("locale = 5\n", "reconcile.toml: locale must be text"),
        (
            "fail-on = 'never again'\n",
            "in the settings file, fail-on: 'never again' is not one of error, warning, note, never",
        ),
        ("locale = 'xx_YY'\n", "in the settings file, locale: unknown locale 'xx_YY'"),
        ("frob = 1\n", "reconcile.toml: unknown key 'frob'"),
        ("= 1\n", "reconcile.toml: Invalid statement (at line 1, column 1)"),
    ],
)
def test_wrong_settings_are_misuse(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "reconcile.toml").write_text(text, encoding="utf-8")
    result = run("check", SECOND)
    assert result.exit_code == 2
    assert complaint in result.stderr


def test_rules_are_listed_and_explained() -> None:
    assert [f"{info.code}  {info.severity.value:<8} {info.name}" for info in CODES.values()] == run(
        "rules"
    ).stdout.splitlines()
    page = run("explain", "r101").stdout
    assert page.startswith(
        "R101 malformed-grouping (error)\n\nMalformed grouping\n\nFix available: safe\nSince: 0.1.0\n\nWhat it checks\n"
    )
    result = run("explain", "R999")
    assert (result.exit_code, result.stderr) == (2, "reconcile: no rule 'R999'; `reconcile rules` lists them\n")


def test_what_was_read_is_shown() -> None:
    lines = run("tables", FIRST).stdout.splitlines()
    assert lines[:4] == [
        "# table 1: Fördelning av 625 746 835 kronor efter resultat under januari till och med juni 2023:",
        "# column 1: Region (label)",
        "# column 2: Fördelade medel (amount, SEK x 1)",
        "# column-total ties: Summa: 21 rows = 625746835",
    ]
    assert lines[8:10] == ["Region,Fördelade medel", "Region Blekinge,7 752 395"]
    (table,) = json.loads(run("tables", FIRST, "--format", "json").stdout)
    assert table["grid"][-1] == ["Summa", "625 746\u00a0835 kronor"]
    assert table["values"][-1] == [None, "625746835"]
    assert [e["kind"] for e in table["equations"]] == ["column-total", "stated-total", "claim", "claim", "claim"]


def test_tables_of_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"\0\1\2")
    result = run("tables", "x.txt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("reconcile: x.txt: not text in any encoding known here")
    assert run("tables", "none.txt").exit_code == 2
    assert run("tables", FIRST, "--format", "xml").exit_code == 2


def test_registries_are_listed() -> None:
    listed = run("schemas").stdout.splitlines()
    assert len(listed) == 12
    assert "region-distribution  Distribution to the 21 regions of Sweden (schema)" in listed
    assert "swedish-regions  the 21 regions of Sweden (21 names)" in listed
    assert "0331  Heby  2007-01-01.." in run("schemas", "swedish-municipalities").stdout
    assert (
        "04  Region Sörmland  (Sörmland; Södermanlands län; Södermanland;" in run("schemas", "swedish-regions").stdout
    )
    assert run("schemas", "atlantis").exit_code == 2


def test_version_and_help() -> None:
    assert f"reconcile {__version__}\n" == run("--version").stdout
    assert "Exit status" in run("--help").stdout
    assert run().exit_code == 2


def test_as_a_module_with_nothing_heavy_loaded() -> None:
    heavy = (
        "pandas",
        "pandera",
        "great_expectations",
        "scipy",
        "polars",
        "openpyxl",
        "pydantic",
        "babel",
        "docx",
        "pdfplumber",
        "python_calamine",
        "pptx",
        "striprtf",
        "email",
        "yaml",
        "reconcile.equate.budget.file",
        "reconcile.equate.budget.standing",
        "rich.console",
    )
    program = (
        "import sys\nfrom reconcile.cli import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit as stop:\n    status = stop.code\n"
        f"print(status, [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, "check", SECOND], capture_output=True, text=True, check=True
    )
    assert result.stderr == "1 []\n"


def test_a_terminal_is_not_steered_by_a_document(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(SMALL.replace("Skara", "Ska\x1b[31mra").replace("6 900", "6 901"), encoding="utf-8")
    assert "\x1b" not in run("check", "x.txt").stdout


def test_a_note_can_fail(tmp_path: Path) -> None:
    path = tmp_path / "d.md"
    path.write_text(
        "| A | kr |\n| - | - |\n| Hjo | 1 200 |\n| Bo | 2 300 |\n| Summa | 3 500 |\n\n<!-- 500 -->\n", encoding="utf-8"
    )
    statuses = [CliRunner().invoke(app, ["check", str(path), *more]).exit_code for more in ([], ["--fail-on", "note"])]
    assert statuses == [0, 1]


@pytest.mark.parametrize("named", ["R302", "row-total", "Row-Total", "r302"])
def test_a_rule_is_known_by_code_and_name(named: str) -> None:
    result = CliRunner().invoke(app, ["explain", named])
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "R302 row-total (error)")


@pytest.mark.parametrize(("select", "status"), [("column-total", 1), ("row-total", 0), ("row-total,Column-Total", 1)])
def test_rules_are_selected_by_name(select: str, status: int, tmp_path: Path) -> None:
    path = tmp_path / "d.md"
    path.write_text("| A | kr |\n| - | - |\n| Hjo | 1 200 |\n| Bo | 2 300 |\n| Summa | 3 600 |\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(path), "--select", select]).exit_code == status


@pytest.mark.parametrize("command", [[], ["check"], ["fix"], ["budget", "init"], ["explain"]])
def test_help_is_there_in_short(command: list[str]) -> None:
    short, long = (CliRunner().invoke(app, [*command, option]) for option in ("-h", "--help"))
    assert (short.exit_code, short.stdout) == (0, long.stdout)
