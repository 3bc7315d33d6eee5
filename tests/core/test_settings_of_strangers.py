"""Settings that come with what is checked, from a stranger: misuse with file and place, and nothing of other files is told."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reconcile.cli import app

GOOD = "Kommun Bidrag\nHjo 1 200 kr\nTibro 2 300 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"
SECRET = "root:$6$secret:19000:0:99999:7:::\n"
# What is written in a settings file, and what is said of it.
HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "nested lists": ("ignore = " + "[" * 100_000, "reconcile.toml:1: nested too deep"),
    "nested tables": ("a = " + "{b = " * 100_000, "reconcile.toml:1: nested too deep"),
    "nested and spaced": ("\n\na = " + "[ \n" * 100_000, "reconcile.toml:3: nested too deep"),
    "a key of many parts": ("[" + "a." * 100_000 + "a]", "reconcile.toml:1: nested too deep"),
    "a key of quoted parts": ("[" + '"a".' * 100_000 + "a]\n" + "b.c = 1\n" * 9, "reconcile.toml:1: nested too deep"),
    "an integer of 5 000 digits": (
        f"max_bytes = {'9' * 5_000}",
        "reconcile.toml: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits",
    ),
    "2^63": (f"max_bytes = {2**63}", "reconcile.toml: max_bytes must be at most 1,000,000,000,000"),
    "2^63 seconds": (f"max_seconds = {2**63}", "reconcile.toml: max_seconds must be at most 1,000,000,000,000"),
    "14 MB": ("# x\n" * 3_500_000, "reconcile.toml: larger than such a file may be (1,000,000 bytes)"),
    "not UTF-8": (b"# a\nlocale = '\xff'\n", "reconcile.toml:2: not UTF-8 at byte 14; save the file as UTF-8"),
    "a schema elsewhere": (
        'schema = "../secret"',
        "reconcile.toml: schema: ../secret is not in the folder of the settings; name it with --schema",
    ),
    "a schema by a link": (
        'schema = "link"',
        "reconcile.toml: schema: link is not in the folder of the settings; name it with --schema",
    ),
    "a schema from the root": (
        'schema = "/etc/shadow"',
        "reconcile.toml: schema: /etc/shadow is not in the folder of the settings; name it with --schema",
    ),
    "a schema with a NUL": (
        'schema = "a\\u0000b"',
        "reconcile.toml: schema: a\\u0000b is not in the folder of the settings; name it with --schema",
    ),
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("d.txt").write_text(GOOD, encoding="utf-8")
    Path("link").symlink_to("../secret")


def check(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["check", "d.txt", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_settings_are_misuse(name: str) -> None:
    content, told = HOSTILE[name]
    Path("reconcile.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    started = time.process_time()
    assert check() == (2, "", f"reconcile: {told}\n")
    assert time.process_time() - started < 5
    if name == "14 MB" or isinstance(content, bytes):
        return
    # The same in the file that other programs share.
    if name.startswith(("2^63", "an integer", "a schema")):
        Path("reconcile.toml").unlink()
        Path("pyproject.toml").write_text(f"[tool.reconcile]\n{content}\n", encoding="utf-8")
        assert check() == (2, "", f"reconcile: {told.replace('reconcile.toml', 'pyproject.toml')}\n")


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a folder", "a broken link"])
def test_settings_that_are_no_file(kind: str) -> None:
    if kind == "a pipe":
        os.mkfifo("reconcile.toml")
    elif kind == "a folder":
        Path("reconcile.toml").mkdir()
    else:
        Path("reconcile.toml").symlink_to("/dev/zero" if kind == "a device" else "nowhere")
    why = {"a folder": "Is a directory", "a broken link": "No such file or directory"}.get(
        kind, f"it is {kind}, not a file"
    )
    assert check() == (2, "", f"reconcile: reconcile.toml: cannot be read: {why}\n")


def test_settings_of_others_are_passed_over() -> None:
    Path("pyproject.toml").write_text("# x\n" * 3_500_000, encoding="utf-8")
    assert check()[0] == 0
    Path("pyproject.toml").unlink()
    os.mkfifo("pyproject.toml")
    assert check()[0] == 0


def test_a_schema_within_the_folder_or_on_the_command_line() -> None:
    schema = CliRunner().invoke(app, ["schemas", "infer", "d.txt"]).stdout
    Path("schemas").mkdir()
    Path("schemas/s.yaml").write_text(schema, encoding="utf-8")
    Path("reconcile.toml").write_text('schema = "schemas/s.yaml"\n', encoding="utf-8")
    assert check()[0] == 0
    Path("reconcile.toml").unlink()
    Path("../s.yaml").write_text(schema, encoding="utf-8")
    assert check("--schema", "../s.yaml")[0] == 0
