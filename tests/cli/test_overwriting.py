"""What is read is never written over: outputs that are inputs are refused, whatever they are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reconcile.cli import app

GOOD = "Kommun Bidrag\nHjo 1 200 kr\nTibro 2 300 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"
WRONG = GOOD.replace("2 300", "23 00")
TABLE = "Kommun,Bidrag\nHjo,1200\nTibro,2300\nSumma,3500\n"
BUDGET = "currency: SEK\nlines:\n  - line: All\n    amount: 6900\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    texts = {
        "d.txt": WRONG,
        "folder/e.txt": GOOD,
        "t.csv": TABLE,
        "b.yaml": BUDGET,
        "list": "d.txt\n",
        "known.json": "{}",
    }
    for name, text in {**texts, "reconcile.toml": 'fail_on = "error"\n'}.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("link.txt").symlink_to("d.txt")
    os.link("d.txt", "hard.txt")


def content() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path().rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    "arguments",
    [
        "check d.txt --output d.txt",
        "check d.txt --output ./folder/../d.txt",
        "check d.txt --output link.txt",
        "check link.txt --output d.txt",
        "check d.txt --output hard.txt",
        "check folder --output folder/e.txt",
        "check folder --each --output folder/e.txt",
        "check folder --each --jobs 2 --format jsonl --output folder/e.txt",
        "check folder --format html --output folder/e.txt",
        "check folder --format xlsx --output folder/e.txt",
        "check folder --each --format parquet --output folder/e.txt",
        "check d.txt folder/*.txt --output folder/e.txt",
        "check d.txt --write-baseline d.txt",
        "check d.txt --budget b.yaml --output b.yaml",
        "check d.txt --schema b.yaml --write-baseline b.yaml",
        "check --files-from list --output list",
        "check --files-from list --output d.txt",
        "check d.txt --baseline known.json --output known.json",
        "check d.txt --output new --write-baseline new",
        "check d.txt --output reconcile.toml",
        "fix d.txt --output d.txt",
        "fix d.txt --output d.txt --force",
        "fix d.txt --output hard.txt --force",
        "fix d.txt --output link.txt --force",
        "fix d.txt --budget b.yaml --output b.yaml --force",
        "fix d.txt --output folder/e.txt",
        "fix d.txt --force",
        "tables t.csv --to-frame t.csv",
        "schemas infer t.csv --output t.csv",
        "budget init d.txt --output d.txt",
    ],
)
def test_no_input_is_written_over(arguments: str) -> None:
    before = content()
    result = CliRunner().invoke(app, arguments.split())
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout, result.stderr.count("\n"), content()) == (2, "", 1, before)
    assert result.stderr.startswith("reconcile: ")


def test_what_is_said() -> None:
    told = CliRunner().invoke(app, ["check", "folder", "--output", "folder/e.txt"]).stderr
    assert told == "reconcile: --output: folder/e.txt is read by this run (folder/e.txt); name another file\n"
    told = CliRunner().invoke(app, ["fix", "d.txt", "--output", "folder/e.txt"]).stderr
    assert told == "reconcile: folder/e.txt: is there already; --force overwrites it\n"


def test_other_files_are_written() -> None:
    def status(arguments: str) -> int:
        return CliRunner().invoke(app, arguments.split()).exit_code

    assert status("fix d.txt --output folder/e.txt --force") == 0
    assert Path("folder/e.txt").read_text(encoding="utf-8") == GOOD
    assert status("fix d.txt --output folder/new.txt") == 0
    assert status("check d.txt --output report.txt") == 1
    assert status("check d.txt --output report.txt") == 1
    assert status("check d.txt --write-baseline baseline.json") == 0
    assert status("check d.txt --baseline baseline.json --write-baseline baseline.json") == 0
    assert status("check d.txt --output /dev/null") == 1
    assert status("tables t.csv --to-frame new.csv") == 0
