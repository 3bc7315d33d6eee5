"""Streams that are closed, full or gone, signals, and files that are none: a status and a word, never a traceback or a wait."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

GOOD = "Kommun Bidrag\nHjo 1 200 kr\nTibro 2 300 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"
WRONG = GOOD.replace("2 300", "23 00")
RECONCILE = f"{sys.executable} -m reconcile"
COMMANDS = {
    "check": "check d.txt",
    "json": "check d.txt --format json",
    "each": "check d.txt --each --format jsonl --jobs 2",
    "fix": "fix d.txt",
    "fix -": "fix - --write",
    "tables": "tables d.txt",
    "rules": "rules",
    "explain": "explain R101",
    "schemas": "schemas",
    "schema": "schemas infer d.txt",
    "init": "budget init d.txt",
    "budget": "budget schema",
    "version": "--version",
    "help": "check --help",
}
# Runs the program in a copy of itself for each line it reads, with standard output full, closed or gone. Only the start is spared:
# the copy ends as any program does, and tells its status to the first, which prints it.
COPIES = """
import json, os, sys
import reconcile.cli
for line in iter(sys.stdin.readline, ""):
    folder, arguments, fate = json.loads(line)
    child = os.fork()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.chdir(folder)
    os.dup2(os.open("d.txt", os.O_RDONLY), 0)
    os.dup2(os.open("told", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    sys.stdin, sys.argv = open(0), ["reconcile", *arguments]
    if fate == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
    elif fate == "gone":
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, 1)
    else:
        os.close(1)
        sys.stdout = sys.__stdout__ = None
    reconcile.cli.start()
"""
# What a document does that is read while a process hangs.
HANG = """
import time
import reconcile.read, reconcile.run.document
read = reconcile.read.read_bytes
def read_bytes(path, data, *more):
    if b"HANG" in data:
        open(f"hanging-{path}", "w").write(str(__import__("os").getpid()))
        end = time.time() + 60
        while time.time() < end:
            pass
    return read(path, data, *more)
reconcile.read.read_bytes = reconcile.run.document.read_bytes = read_bytes
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.txt").write_text(WRONG, encoding="utf-8")


def shell(command: str) -> tuple[int, str]:
    """The status and standard error of the program within a command of the shell, which names it ``R``."""
    script = command.replace("R ", f"{RECONCILE} ", 1)
    found = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, timeout=120)
    return found.returncode, found.stderr


FULL = "reconcile: standard output: cannot be written: No space left on device\n"
CLOSED = "reconcile: standard output: cannot be written: Bad file descriptor\n"
FATES = {"full": (2, FULL), "closed": (2, CLOSED), "gone": (141, "")}


@pytest.fixture(scope="module")
def copies() -> Iterator[subprocess.Popen[str]]:
    """A process that runs the program in copies of itself."""
    command = [sys.executable, "-c", COPIES]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_standard_output_that_is_full_closed_or_gone(
    arguments: str, fate: str, copies: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert copies.stdin
    assert copies.stdout
    copies.stdin.write(json.dumps([str(tmp_path), arguments.split(), fate]) + "\n")
    copies.stdin.flush()
    status = int(copies.stdout.readline())
    assert (status, Path("told").read_text(encoding="utf-8")) == FATES[fate]
    assert Path("d.txt").read_text(encoding="utf-8") == WRONG


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("R check d.txt >/dev/full", FATES["full"]),
        ("R check d.txt >&-", FATES["closed"]),
        # `true` has ended before anything is written to it.
        ("{ sleep 0.1; R check d.txt; echo $? >status; } | true; exit $(cat status)", FATES["gone"]),
        ("R --help >&-", FATES["closed"]),
    ],
)
def test_standard_output_from_the_start(command: str, expected: tuple[int, str]) -> None:
    assert shell(command) == expected


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("R check none.txt 2>/dev/full", 2),
        ("R check none.txt 2>&-", 2),
        ("R check d.txt --write-baseline b.json 2>/dev/full", 2),
        ("R check d.txt >/dev/null 2>&-", 1),
        ("R check d.txt >&- 2>&-", 2),
        ("R fix d.txt >/dev/null 2>/dev/full", 2),
        ("R check - <&-", 2),
        ("R nonsense >&- 2>&-", 2),
    ],
)
def test_standard_error_and_standard_input(command: str, status: int) -> None:
    found, told = shell(command)
    assert (found, "Traceback" in told) == (status, False)


def test_a_file_is_not_written_where_a_closed_stream_was() -> None:
    assert shell("R check d.txt --format jsonl --output out.jsonl >&- 2>&- <&-")[0] == 1
    text = Path("out.jsonl").read_text(encoding="utf-8")
    assert (text[:1], text[-2:], text.count("\n")) == ("{", "}\n", 1)


def alive(process: int) -> bool:
    """Return True while a process runs."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def ignore_none() -> None:
    """Heed the signals that a shell lets its background jobs ignore; what is ignored stays so."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGKILL, -9)]
)
def test_workers_end_with_the_program(tmp_path: Path, number: signal.Signals, status: int) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(HANG, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(tmp_path / "site"), os.environ.get("PYTHONPATH")]))
    for name, text in {"a": GOOD, "b": "HANG", "c": "HANG"}.items():
        Path(f"{name}.txt").write_text(text, encoding="utf-8")
    command = [*RECONCILE.split(), "check", "a.txt", "b.txt", "c.txt", "--each", "--jobs", "2", "--format", "jsonl", "--output", "out"]  # fmt: skip
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path}, stderr=subprocess.PIPE, text=True, preexec_fn=ignore_none
    )
    marks = [Path("hanging-b.txt"), Path("hanging-c.txt")]
    end = time.monotonic() + 60
    while not all(mark.exists() and mark.read_text() for mark in marks) and time.monotonic() < end:
        time.sleep(0.05)
    workers = [int(mark.read_text()) for mark in marks]
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    end = time.monotonic() + 5
    while any(map(alive, workers)) and time.monotonic() < end:
        time.sleep(0.05)
    assert [alive(worker) for worker in workers] == [False, False]
    assert process.returncode == status
    if number != signal.SIGKILL:
        assert told == "reconcile: stopped: 1 of 3 documents are done and written\n"
    assert Path("out").read_text(encoding="utf-8").count("\n") == 1


def test_what_is_no_file_is_refused_where_it_is_named_and_passed_over_in_folders() -> None:
    Path("f").mkdir()
    os.mkfifo("f/pipe.txt")
    Path("f/zero.txt").symlink_to("/dev/zero")
    server = socket.socket(socket.AF_UNIX)
    server.bind("f/socket.txt")
    try:
        kinds = {"pipe": "a pipe", "zero": "a device", "socket": "a socket"}
        names = " ".join(f"f/{name}.txt" for name in kinds)
        told = "".join(
            f"reconcile: f/{name}.txt: it is {what}, not a file; - is standard input\n" for name, what in kinds.items()
        )
        assert shell(f"R check {names} --jobs 2") == (2, told)
        assert shell(f"R fix --write {names}") == (2, told)
        assert shell(f"printf '%s\\n' {names} | R check --files-from -") == (2, told)
        Path("f/d.txt").write_text(GOOD, encoding="utf-8")
        assert shell("R check f --jobs 2") == (0, "")
        assert shell("R check 'f/*.txt'") == (0, "")
    finally:
        server.close()


@pytest.mark.parametrize("option", ["--budget", "--schema", "--baseline"])
def test_a_pipe_or_a_device_is_no_settings(option: str) -> None:
    os.mkfifo("pipe.yaml")
    Path("zero.yaml").symlink_to("/dev/zero")
    for name, what in {"pipe": "a pipe", "zero": "a device"}.items():
        assert shell(f"R check d.txt {option} {name}.yaml") == (
            2,
            f"reconcile: {name}.yaml: cannot be read: it is {what}, not a file\n",
        )
