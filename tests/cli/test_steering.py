"""Text and file names that would steer a terminal or turn the direction of a line: people see escapes, and patches hold."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reconcile.cli import app
from reconcile.core.controls import escaped, quoted_name, steers

GOOD = "Kommun Bidrag\nHjo 1 200 kr\nTibro 2 300 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"
# Bidi controls and marks, line ends of Unicode, controls of both halves, a style, a title of the terminal.
STEERING = ["\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\u2028", "\u2029", "\u0085", "\u009b", "\x1b[2J", "\x1b]0;x\x07", "\x7f", "\b"]  # fmt: skip


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def steering(text: str) -> list[str]:
    return [char for char in text if steers(char) and char != "\n"]


def on_terminal(*arguments: str) -> str:
    """What the program prints on a terminal without colours."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "NO_COLOR": "1"}
    process = subprocess.Popen([sys.executable, "-m", "reconcile", *arguments], stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    pieces = []
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    process.wait(timeout=60)
    os.close(ours)
    # The terminal itself ends lines so.
    return b"".join(pieces).decode().replace("\r\n", "\n")


@pytest.mark.parametrize("mark", STEERING, ids=ascii)
def test_text_and_names_steer_no_terminal(mark: str) -> None:
    name = f"a{mark}b.md"
    text = f"| Kommun{mark} | Bidrag{mark} |\n|---|---:|\n| Hjo{mark} | 1 200 |\n| Tibro | 2 300 |\n| Summa{mark} | 3 600 |\n"
    Path(name).write_text(text, encoding="utf-8")
    for arguments in (
        ("check", name),
        ("check", name, "-q"),
        ("check", name, "-v"),
        ("fix", name, "--unsafe", "--write"),
    ):
        result = run(*arguments)
        assert steering(result.output) == []
        assert escaped(name) in result.output
    result = run("check", f"no{mark}ne.md")
    assert result.stderr.startswith(f"reconcile: no{escaped(mark)}ne.md: no ")
    for option in ("--budget", "--baseline", "--output", "--files-from", "--select"):
        result = run("check", name, option, f"no{mark}/x")
        assert (result.exit_code, steering(result.output), result.stderr.count("\n")) == (2, [], 1)


def test_escapes_stand_where_the_place_is_underlined() -> None:
    Path("d.txt").write_text(GOOD.replace("Tibro 2 300", "Ti\u202ebro 23 00"), encoding="utf-8")
    lines = run("check", "d.txt").stdout.splitlines()
    (shown,) = (number for number, line in enumerate(lines) if line.lstrip().startswith("3 │"))
    assert "Ti\\u202ebro 23 00 kr" in lines[shown]
    assert lines[shown].index("23 00") == lines[shown + 1].index("^^^^^")


@pytest.mark.parametrize("name", ["a\nb.txt", "a\nreconcile: all is well.txt", "a\u2028b.txt", "a\u0085b.txt"])
def test_a_name_with_a_line_end_stays_in_its_line(name: str) -> None:
    shown = escaped(name)
    result = run("check", name)
    assert result.stderr == f"reconcile: {shown}: no such file or directory\n"
    Path(name).write_text(GOOD.replace("6 900", "6 800"), encoding="utf-8")
    assert run("check", name).stdout.splitlines()[1] == f"  at {shown}:5:7, row Summa, column Bidrag"
    assert run("check", name, "-q").stdout.startswith(f"{shown}:5:7: error R301")
    assert run("check", "none", name, "--budget", name).stderr.count("\n") == 1


@pytest.mark.parametrize(
    "name", ["a\nb.txt", "a\tb.txt", 'a"b\n.txt', "a\\b\n.txt", "a\u202eb.txt", "a\u2028b.txt", '"q".txt', "å b.txt"]
)
def test_the_diff_of_any_name_is_a_patch(name: str) -> None:
    wrong = GOOD.replace("2 300", "23 00")
    Path(name).write_text(wrong, encoding="utf-8")
    patch = run("fix", name).stdout
    assert patch.splitlines()[:2] == [f"--- {quoted_name(name)}", f"+++ {quoted_name(name)}"]
    if shutil.which("patch") is None:
        pytest.skip("patch is not installed")
    done = subprocess.run(["patch", "-p0"], input=patch, capture_output=True, text=True, check=False)
    assert (done.returncode, Path(name).read_text(encoding="utf-8")) == (0, GOOD)


@pytest.mark.parametrize("arguments", [("fix", "d.txt"), ("tables", "d.txt"), ("tables", "d.txt", "--format", "json")])
def test_what_is_raw_in_a_file_is_escaped_on_a_terminal(arguments: tuple[str, ...]) -> None:
    mark = "\u202e\u2028\u0085\x1b[2J"
    text = GOOD.replace("Tibro 2 300", "Tibro 23 00").replace("Hjo", f"Hj{mark}o")
    Path("d.txt").write_text(text, encoding="utf-8")
    shown = on_terminal(*arguments)
    assert steering(shown) == []
    assert "\\u202e" in shown
    # For a program it stays what it is: a patch must fit.
    assert "\u202e" in run(*arguments).stdout


def test_escapes() -> None:
    assert escaped("å\u202eb\x1b\n\t\udcff") == "å\\u202eb\\u001b\\n\\t\\udcff"
    assert escaped("a\nb\x1b", keep="\n") == "a\nb\\u001b"
    assert [quoted_name(name) for name in ("å b", "a\\b", 'a"\n', "\u2028", "\udcff")] == [
        "å b\t",
        "a\\b",
        '"a\\"\\n"',
        '"\\342\\200\\250"',
        '"\\377"',
    ]
