"""Files written in place: every name of a file, long names, what a kill left, two at once, attributes and permissions."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reconcile.cli import app
from reconcile.core.files import ChangedError, replace_file

GOOD = "Kommun Bidrag\nHjo 1 200 kr\nTibro 2 300 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"
WRONG = GOOD.replace("2 300", "23 00")
# Ends by SIGKILL at the call that is named.
KILLED = """
import os, signal, sys
from reconcile.core import files
def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(files.os if hasattr(files.os, sys.argv[1]) else files, sys.argv[1], kill)
files.replace_file("d.txt", b"new", sys.argv[2])
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.txt").write_text(WRONG, encoding="utf-8")


def digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def fix(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["fix", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stderr


def test_a_file_with_two_names_is_left_and_that_is_said() -> None:
    os.link("d.txt", "other.txt")
    told = (
        "reconcile: d.txt: cannot be written: it has more than one name (hard links), and only one would be changed\n"
    )
    assert fix("d.txt", "--write") == (2, told)
    assert [Path(name).read_text(encoding="utf-8") for name in ("d.txt", "other.txt")] == [WRONG, WRONG]
    assert fix("d.txt", "--output", "e.txt") == (0, "")
    os.unlink("other.txt")
    assert fix("d.txt", "--write") == (0, "")
    assert Path("d.txt").read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize("length", [230, 254, 255])
def test_long_names(length: int) -> None:
    name = f"{'n' * (length - 4)}.txt"
    os.rename("d.txt", name)
    assert fix(name, "--write") == (0, "")
    assert (os.listdir(), Path(name).read_text(encoding="utf-8")) == ([name], GOOD)


@pytest.mark.parametrize("call", ["fsync", "chmod", "chown", "replace", "_copy_attributes", "_hash"])
def test_a_kill_loses_nothing_and_what_it_leaves_is_taken_away(call: str) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, call, digest("d.txt")], check=False)
    assert (killed.returncode, Path("d.txt").read_text(encoding="utf-8")) == (-signal.SIGKILL, WRONG)
    left = [name for name in os.listdir() if name != "d.txt"]
    assert [(name[:11], name[-4:]) for name in left] == [(".reconcile-", ".tmp")]
    assert fix("d.txt", "--write") == (0, "")
    assert (os.listdir(), Path("d.txt").read_text(encoding="utf-8")) == (["d.txt"], GOOD)


def test_what_another_run_writes_stays() -> None:
    fcntl = pytest.importorskip("fcntl")
    with open(".reconcile-x.tmp", "wb") as used:
        fcntl.flock(used, fcntl.LOCK_EX)
        assert fix("d.txt", "--write") == (0, "")
        assert sorted(os.listdir()) == [".reconcile-x.tmp", "d.txt"]


def test_a_file_that_another_run_is_writing_is_left() -> None:
    fcntl = pytest.importorskip("fcntl")
    with open("d.txt", "rb") as used:
        fcntl.flock(used, fcntl.LOCK_EX)
        assert fix("d.txt", "--write") == (2, "reconcile: d.txt: another run is writing it; not written\n")
    assert os.listdir() == ["d.txt"]


def _write(number: int, old: str, start: object, results: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    try:
        replace_file("d.txt", b"%d" % number, old)
    except ChangedError as error:
        results.put((number, str(error).partition(": ")[2]))  # type: ignore[attr-defined]
    else:
        results.put((number, "written"))  # type: ignore[attr-defined]


def test_of_runs_at_once_one_wins_and_the_others_say_so() -> None:
    context = multiprocessing.get_context("spawn")
    wins = []
    for _ in range(3):
        Path("d.txt").write_text(WRONG, encoding="utf-8")
        start, results = context.Barrier(4), context.Queue()
        runs = [context.Process(target=_write, args=(n, digest("d.txt"), start, results)) for n in range(4)]
        for run in runs:
            run.start()
        told = [results.get(timeout=60) for _ in runs]
        for run in runs:
            run.join()
        winners = [number for number, said in told if said == "written"]
        others = {said for _, said in told if said != "written"}
        assert others <= {"changed since it was read; not written", "another run is writing it; not written"}
        wins.append((len(winners), [Path("d.txt").read_bytes()] == [b"%d" % number for number in winners]))
        assert os.listdir() == ["d.txt"]
    assert wins == [(1, True)] * 3


def test_extended_attributes_and_permissions_stay() -> None:
    try:
        os.setxattr("d.txt", "user.note", b"kept")
    except (OSError, AttributeError):
        pytest.skip("no extended attributes here")
    os.chmod("d.txt", 0o640)
    assert fix("d.txt", "--write") == (0, "")
    assert (os.getxattr("d.txt", "user.note"), os.stat("d.txt").st_mode & 0o777) == (b"kept", 0o640)
    assert Path("d.txt").read_text(encoding="utf-8") == GOOD
