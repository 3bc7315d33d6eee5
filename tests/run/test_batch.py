"""Many documents: the same output however it is made, nothing lost when one fails or the run is stopped, nothing done twice."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

import reconcile
from reconcile.cli import app
from reconcile.report import BINARY, REPORT_FORMATS
from reconcile.run.paths import listed_paths
from reconcile.run.pipeline import check_alone, state_equated
from reconcile.version import how_to_install
from tests.cases import FIXTURES, rule_cases

DECISIONS = FIXTURES / "decisions"
FIRST, SECOND, BUDGET = (str(DECISIONS / name) for name in ("first-decision.txt", "second-decision.txt", "budget.yaml"))
PARITY = str(FIXTURES / "parity")
GOOD = "Kommun Bidrag\nHjo 1 200 kr\nTibro 2 300 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"
BAD = GOOD.replace("6 900", "6 800")
# What a process does that reads a document with one of these words in it: faults that no document here has by itself.
FAULTS = """
import os, signal, time
import reconcile.read, reconcile.run.document
read = reconcile.read.read_bytes
def read_bytes(path, data, *more):
    if b"EXIT" in data:
        os._exit(3)
    if b"KILL" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"FAIL" in data:
        raise RuntimeError("a fault of ours")
    if b"HANG" in data:
        open("hanging", "w").close()
        time.sleep(300)
    return read(path, data, *more)
reconcile.read.read_bytes = reconcile.run.document.read_bytes = read_bytes
"""


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the documents that are checked."""
    checked: list[str] = []
    check, state = check_alone, state_equated

    def alone(document: Any, *more: Any) -> Any:
        checked.append(document.path)
        return check(document, *more)

    def together(equated: Any, *more: Any) -> Any:
        checked.extend(reading.document.path for reading in equated.readings)
        return state(equated, *more)

    monkeypatch.setattr("reconcile.run.document.check_alone", alone)
    monkeypatch.setattr("reconcile.run.batch.state_equated", together)
    return checked


@pytest.fixture
def faulty(tmp_path: Path) -> dict[str, str]:
    """An environment in which some documents have faults that end, fail or hang a process."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(FAULTS, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(tmp_path / "site"), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path}


def documents(folder: Path, **texts: str) -> str:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return str(folder)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def told(text: str) -> list[tuple[str, list[str]]]:
    """The name of each document, and the codes of what was found in it."""
    return [
        (Path(line["documents"][0]["path"]).name, [finding["code"] for finding in line["findings"]])
        for line in lines(text)
    ]


def test_the_output_is_the_same_with_any_number_of_processes() -> None:
    grants, regions = f"{PARITY}/grants", f"{PARITY}/regions/*.[chmt]*"
    for arguments in (
        [grants, "--format", "jsonl"],
        [grants, "--format", "terminal", "--each"],
        [f"{grants}/*.[cmt]*", "--format", "junit", "--each"],
        [str(DECISIONS), "--format", "json", "--budget", BUDGET],
        [regions, "--format", "jsonl", "--schema", "region-distribution"],
    ):
        one, three = (run("check", *arguments, "--jobs", jobs) for jobs in ("1", "3"))
        assert (one.exit_code, one.output) == (three.exit_code, three.output)
        assert one.stdout


@pytest.mark.parametrize("each", [(), ("--each",)])
def test_every_fixture_goes_through_processes_as_through_one(each: tuple[str, ...]) -> None:
    cases = [str(path) for case in rule_cases() for path in case.documents()]
    paths = [*cases, *(str(path) for path in sorted(Path(PARITY).rglob("*.*"))), FIRST, SECOND]
    # What only a comparison shows takes long in so many documents, and is no work of the processes.
    arguments = ("check", *paths, "--format", "jsonl", "--ignore", "R402,R6", *each)
    one, two = (run(*arguments, "--jobs", jobs) for jobs in ("1", "2"))
    assert len(paths) > 250
    assert len(lines(one.stdout)) >= len(paths)
    assert (one.exit_code, one.stdout) == (two.exit_code, two.stdout)


@pytest.mark.parametrize("count", [10, 500, 2_500, 6_000])
@pytest.mark.parametrize("off", [0, 90])
def test_tables_of_any_length_go_through_processes(tmp_path: Path, count: int, off: int) -> None:
    rows = [(f"Kommun {number}", 1_000 + number * 37) for number in range(count)]
    total = sum(amount for _, amount in rows)
    table = "".join(f"{name};{amount}\n" for name, amount in [*rows, ("Summa", total + off)])
    (tmp_path / "long.csv").write_text(f"Kommun;Bidrag (kr)\n{table}", encoding="utf-8")
    prose = f"Kommunerna får totalt {total:,} kronor.".replace(",", " ")
    (tmp_path / "other.md").write_text(f"{prose}\n\nKommun;Bidrag\n{table}", encoding="utf-8")
    arguments = ("check", "long.csv", "other.md", "--format", "json")
    one, two = (run(*arguments, "--jobs", jobs) for jobs in ("1", "2"))
    assert one.exit_code == (1 if off else 0)
    assert "R001" not in one.stdout
    assert (one.exit_code, one.stdout) == (two.exit_code, two.stdout)


def test_processes_are_counted_by_number_or_auto() -> None:
    for jobs in ("0", "auto", "2"):
        assert run("check", FIRST, "--jobs", jobs).exit_code == 0
    for jobs in ("-1", "many", "1.5"):
        result = run("check", FIRST, "--jobs", jobs)
        assert (result.exit_code, result.stderr) == (2, f"reconcile: --jobs: {jobs!r} is neither a number nor auto\n")


def test_documents_are_held_against_each_other_unless_each_is_checked_on_its_own() -> None:
    for jobs in ("1", "2"):
        together = lines(run("check", FIRST, SECOND, "--format", "jsonl", "--jobs", jobs).stdout)
        each = lines(run("check", FIRST, SECOND, "--format", "jsonl", "--jobs", jobs, "--each").stdout)
        assert [equation["kind"] for equation in together[2]["equations"]] == ["budget"]
        assert tuple([document["path"] for document in line["documents"]] for line in each) == ([FIRST], [SECOND])


@pytest.mark.parametrize("format", [format for format in REPORT_FORMATS if format not in BINARY])
def test_each_goes_with_every_format(format: str) -> None:
    result = run("check", FIRST, SECOND, "--each", "--format", format)
    assert (result.exit_code, result.stderr) == (1, "")
    # A web page has a time in it.
    if format not in ("html", "terminal"):
        alone = run("check", SECOND, "--format", format)
        assert (alone.exit_code, alone.stdout.count("R101")) == (1, result.stdout.count("R101"))


def test_each_in_one_report_numbers_equations_anew() -> None:
    report = json.loads(run("check", FIRST, SECOND, "--each", "--format", "json").stdout)
    assert [f"e{number}" for number in range(1, 8)] == [equation["id"] for equation in report["equations"]]
    assert tuple(report["summary"][key] for key in ("documents", "equations", "errors")) == (2, 7, 1)


def test_on_the_terminal_each_is_told_and_all_are_summed_up() -> None:
    result = run("check", FIRST, SECOND, "--each")
    assert result.stdout.count("R101") == 1
    assert " ".join(result.stdout.split()).endswith(
        "1 error in 2 documents; 49 of 53 amounts checked (92 %); 7 equations: 6 tie, 1 after repair"
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--each", "--budget", BUDGET], "--each checks each document on its own; --budget needs them together"),
        (["--files-from", "nowhere"], "nowhere: cannot be read: No such file or directory"),
        (["-", "--files-from", "-"], "standard input cannot be both a document and --files-from"),
        (["--cache", FIRST], f"{FIRST}: cannot be a cache: File exists"),
        (["--format", "parquet"], "--format parquet is not text; name a file with --output"),
    ],
)  # fmt: skip
def test_misuse(arguments: list[str], complaint: str) -> None:
    result = run("check", FIRST, *arguments)
    assert (result.exit_code, result.stderr) == (2, f"reconcile: {complaint}\n")


def test_a_schema_need_not_be_of_each_but_of_some(tmp_path: Path) -> None:
    folder = documents(tmp_path / "d", other=GOOD)
    arguments = ("check", folder, "--each", "--schema", "region-distribution", "--format", "jsonl")
    result = run(*arguments)
    assert (result.exit_code, told(result.stdout)) == (2, [("other.txt", ["R501"])])
    assert result.stderr == "reconcile: region-distribution: the schema recognises no table of any of the documents\n"
    shutil.copy(FIRST, folder)
    result = run(*arguments, "--jobs", "2")
    assert told(result.stdout) == [("first-decision.txt", []), ("other.txt", ["R501"])]
    assert [[finding["severity"] for finding in line["findings"]] for line in lines(result.stdout)] == [[], ["note"]]
    assert result.exit_code == 0


# One that fails, and a run that is stopped.


@pytest.mark.parametrize("mode", [["--each"], []])
def test_a_document_that_ends_or_fails_its_process_is_alone(
    tmp_path: Path, faulty: dict[str, str], mode: list[str]
) -> None:
    folder = documents(tmp_path / "d", a=GOOD, b="EXIT", c=BAD, d="FAIL", e="KILL", f=GOOD)
    command = [sys.executable, "-m", "reconcile", "check", folder, "--format", "jsonl", "--jobs", "2", *mode]
    result = subprocess.run(command, env=faulty, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (1, "")
    found = dict(told(result.stdout))
    assert {name: [code for code in codes if code < "R6"] for name, codes in found.items()} == {
        "a.txt": [],
        "b.txt": ["R001"],
        "c.txt": ["R301"],
        "d.txt": ["R001"],
        "e.txt": ["R001"],
        "f.txt": [],
    }
    reasons = [f["message"] for line in lines(result.stdout) for f in line["findings"] if f["code"] == "R001"]
    assert reasons == [
        "checking it ended the process with status 3",
        "checking it failed: RuntimeError: a fault of ours",
        "checking it ended the process by the signal SIGKILL, perhaps for want of memory",
    ]
    assert all(line["documents"][0]["sha256"] for line in lines(result.stdout))


def test_a_document_that_hangs_is_stopped(tmp_path: Path, faulty: dict[str, str]) -> None:
    folder = documents(tmp_path / "d", a=GOOD, b="HANG", c=BAD)
    (tmp_path / "reconcile.toml").write_text("max-seconds = 1\n", encoding="utf-8")
    command = [sys.executable, "-m", "reconcile", "check", folder, "--each", "--format", "jsonl", "--jobs", "2"]
    result = subprocess.run(command, env=faulty, capture_output=True, text=True, check=False)
    assert told(result.stdout) == [("a.txt", []), ("b.txt", ["R001"]), ("c.txt", ["R301"])]
    (finding,) = lines(result.stdout)[1]["findings"]
    assert finding["message"] == "checking it took more than 5 seconds and was stopped"


def hanging() -> bool:
    """Whether a process has hung for a while, so that what was begun before it is done."""
    return os.path.exists("hanging") and time.time() > os.path.getmtime("hanging") + 1


def stopped(command: list[str], env: dict[str, str], ready: Callable[[], bool] = hanging) -> tuple[int, str]:
    """The exit status and standard error of a command that Ctrl-C is sent to when it is ready."""
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + 60
    while not ready() and time.monotonic() < end:
        time.sleep(0.05)
    # As a terminal does: to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=60)
    return process.returncode, error


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_is_stopped_leaves_what_is_done_and_is_gone_on_with(
    tmp_path: Path, faulty: dict[str, str], jobs: str, counted: list[str]
) -> None:
    folder = documents(tmp_path / "d", a=GOOD, b=BAD, c="HANG", d=GOOD)
    output = tmp_path / "out.jsonl"
    arguments = [
        "check",
        folder,
        "--each",
        "--cache",
        "kept",
        "--format",
        "jsonl",
        "--output",
        str(output),
        "--jobs",
        jobs,
    ]
    status, error = stopped(
        [sys.executable, "-m", "reconcile", *arguments], faulty,
        lambda: output.exists() and output.read_text(encoding="utf-8").count("\n") == 2,
    )  # fmt: skip
    assert (status, error) == (130, "reconcile: stopped: 2 of 4 documents are done and written\n")
    assert told(output.read_text(encoding="utf-8")) == [("a.txt", []), ("b.txt", ["R301"])]
    (tmp_path / "d" / "c.txt").write_text(GOOD, encoding="utf-8")
    result = run(*arguments[:-1], "1")
    # Another process may have been done with the last one before the run was stopped.
    again = [Path(path).name for path in counted]
    assert (result.exit_code, again) in [(1, ["c.txt", "d.txt"]), *([(1, ["c.txt"])] if jobs == "2" else [])]
    whole = run("check", folder, "--each", "--format", "jsonl").stdout
    assert whole == output.read_text(encoding="utf-8")


def test_parquet_that_is_stopped_can_be_read(tmp_path: Path, faulty: dict[str, str]) -> None:
    folder = documents(tmp_path / "d", a=GOOD, b=BAD, c="HANG")
    output = tmp_path / "out.parquet"
    command = [sys.executable, "-m", "reconcile", "check", folder, "--each", "--format", "parquet", "--output", str(output), "--jobs", "2"]  # fmt: skip
    status, error = stopped(command, faulty)
    assert (status, error) == (130, "reconcile: stopped: 2 of 3 documents are done and written\n")
    assert {"a.txt", "b.txt"} == {Path(row["path"]).name for row in pq.read_table(output).to_pylist()}


def test_what_is_checked_together_is_not_written_when_it_is_stopped(tmp_path: Path, faulty: dict[str, str]) -> None:
    folder = documents(tmp_path / "d", a=GOOD, b="HANG")
    command = [sys.executable, "-m", "reconcile", "check", folder, "--output", str(tmp_path / "out")]
    status, error = stopped(command, faulty)
    assert (status, error) == (130, "reconcile: stopped: 1 of 2 documents are done; nothing is written\n")
    assert not (tmp_path / "out").exists()


# Nothing is done twice.


@pytest.mark.parametrize("mode", [["--each"], []])
@pytest.mark.parametrize("format", ["terminal", "jsonl", "json"])
def test_a_second_run_only_reads_the_cache(tmp_path: Path, counted: list[str], mode: list[str], format: str) -> None:
    # The same content under two names.
    folder = documents(tmp_path / "d", a=GOOD, b=BAD, c=BAD)
    arguments = ("check", folder, "--format", format, *mode)
    plain = run(*arguments)
    first = run(*arguments, "--cache", "kept")
    del counted[:]
    second = run(*arguments, "--cache", "kept")
    assert (plain.exit_code, plain.output) == (first.exit_code, first.output) == (second.exit_code, second.output)
    # A report that is one whole is made of reports, which are not kept each.
    assert counted == [] or (format, mode) == ("json", ["--each"])
    assert plain.output.count("b.txt") == plain.output.count("c.txt") > 0


@pytest.mark.parametrize("mode", [["--each"], []])
def test_what_a_result_rests_on_is_not_taken_from_the_cache(
    tmp_path: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch, mode: list[str]
) -> None:
    folder = documents(tmp_path / "d", a=GOOD, b=BAD)
    arguments = ["check", folder, "--format", "jsonl", *mode, "--cache", str(tmp_path / "kept")]
    both, one = ["a.txt", "b.txt"], ["b.txt"] if mode else ["a.txt", "b.txt"]

    def checked(*more: str) -> list[str]:
        del counted[:]
        assert run(*arguments, *more).exit_code in (0, 1)
        return [Path(path).name for path in counted]

    assert [both, []] == [checked(), checked()]
    assert [both, []] == [checked("--select", "R3"), checked("--select", "R3")]
    assert both == checked("--locale", "sv_SE")
    assert both == checked("--format", "terminal")
    documents(tmp_path / "d", b=GOOD)
    assert [one, []] == [checked(), checked()]
    monkeypatch.setattr("reconcile.run.cache.__version__", "another")
    assert [both, []] == [checked(), checked()]


def test_a_changed_schema_or_budget_is_another_result(tmp_path: Path, counted: list[str]) -> None:
    schema, budget = tmp_path / "s.yaml", tmp_path / "b.yaml"
    schema.write_text(run("schemas", "region-distribution").stdout, encoding="utf-8")
    shutil.copy(BUDGET, budget)
    for arguments, file in (
        ([FIRST, "--each", "--schema", str(schema)], schema),
        ([FIRST, SECOND, "--budget", str(budget)], budget),
    ):
        for change, expected in (("", True), ("", False), ("# a remark\n", True), ("", False)):
            del counted[:]
            file.write_text(file.read_text(encoding="utf-8") + change, encoding="utf-8")
            run("check", *arguments, "--cache", "kept")
            assert bool(counted) == expected


@pytest.mark.parametrize("mode", [["--each"], []])
def test_a_damaged_entry_is_worked_out_again(tmp_path: Path, mode: list[str]) -> None:
    folder = documents(tmp_path / "d", a=GOOD, b=BAD)
    arguments = ("check", folder, "--format", "jsonl", *mode, "--cache", "kept")
    expected = run(*arguments).output
    entries = sorted(path for path in (tmp_path / "kept").glob("*/*") if path.is_file())
    assert len(entries) == (2 if mode else 1)
    for damage in (b"", b"{}", None):
        for path in entries:
            data = path.read_bytes()
            path.write_bytes(data[: len(data) // 2] + data[len(data) // 2 + 1 :] if damage is None else damage)
        assert run(*arguments).output == expected
    assert sorted(path for path in (tmp_path / "kept").glob("*/*") if path.is_file()) == entries


def test_what_was_not_read_is_tried_again(tmp_path: Path, counted: list[str]) -> None:
    folder = documents(tmp_path / "d", a=GOOD * 100, b=GOOD)
    (tmp_path / "reconcile.toml").write_text("max-line = 30\nmax-bytes = 1000\n", encoding="utf-8")
    for mode, expected in (["--each"], ["a.txt"]), ([], ["a.txt", "b.txt"]):
        run("check", folder, "--cache", "kept", *mode)
        del counted[:]
        run("check", folder, "--cache", "kept", *mode)
        assert [Path(path).name for path in counted] == expected


# Which documents.


def test_lists_of_files(tmp_path: Path) -> None:
    documents(tmp_path / "d", a=GOOD, b=BAD)
    # A name may hold anything but a NUL.
    (tmp_path / "d" / "c [1]\nnew.txt").write_text(GOOD, encoding="utf-8")
    Path("lines").write_bytes(b"d/b.txt\r\nd/a.txt\n\nd/b.txt")
    assert [name for name, _ in told(run("check", "--files-from", "lines", "--format", "jsonl").stdout)] == [
        "b.txt",
        "a.txt",
    ]
    result = run("check", "--files-from", "-", "--format", "jsonl", "--each", stdin="d/c [1]\nnew.txt\0d/a.txt\0")
    assert told(result.stdout) == [("c [1]\nnew.txt", []), ("a.txt", [])]
    result = run("check", "d/a.txt", "--files-from", "-", "--format", "jsonl", stdin="d/gone.txt\nd/b.txt\n")
    assert [name for name, _ in told(result.stdout)] == ["a.txt", "b.txt"]
    assert (result.exit_code, result.stderr) == (2, "reconcile: d/gone.txt: no such file or directory\n")
    assert listed_paths(b"a b \xff\n\n") == [os.fsdecode(b"a b \xff")]


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Any:
    import fsspec

    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pipe(
        {"/d/a.txt": GOOD.encode(), "/d/b.txt": BAD.encode(), "/d/image.png": b"x", "/d/sub/c.md": GOOD.encode()}
    )
    return system


def test_urls(memory: Any, tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "z"), "zip", documents(tmp_path / "d", a=GOOD, b=BAD))
    archive = tmp_path / "z.zip"
    for url, expected in (
        ("memory://d/b.txt", ["memory://d/b.txt"]),
        ("memory://d/", ["memory:///d/a.txt", "memory:///d/b.txt", "memory:///d/sub/c.md"]),
        ("memory://d/*.txt", ["memory:///d/a.txt", "memory:///d/b.txt"]),
        (f"zip://b.txt::{archive}", [f"zip://b.txt::{archive}"]),
        (f"zip://*.txt::file://{archive}", [f"zip://{name}.txt::file://{archive}" for name in "ab"]),
        (f"zip://::{archive}", [f"zip://{name}.txt::{archive}" for name in "ab"]),
        (f"file://{tmp_path}/d/a.txt", [f"file://{tmp_path}/d/a.txt"]),
    ):
        result = run("check", url, "--format", "jsonl", "--each")
        assert expected == [line["documents"][0]["path"] for line in lines(result.stdout)]
        assert [("R301" in codes) for _, codes in told(result.stdout)] == ["b.txt" in path for path in expected]
    report = reconcile.check("memory://d/b.txt")
    assert [finding.code for finding in report.findings] == ["R301"]


def test_urls_that_cannot_be_read(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(url: str, settings: reconcile.Settings = reconcile.Settings()) -> list[tuple[str, str]]:
        return [(finding.code, finding.message) for finding in reconcile.check(url, settings=settings).findings]

    assert said("memory://d/gone.txt") == [("R001", "cannot be read: /d/gone.txt")]
    assert said("nothing://x") == [("R001", "cannot be read: ValueError: Protocol not known: nothing")]
    assert said("zip://a.txt::memory://d/a.txt") == [("R001", "cannot be read: BadZipFile: File is not a zip file")]
    limits = reconcile.Settings(max_bytes=10)
    assert said("memory://d/a.txt", limits) == [("R004", "larger than the limit max_bytes = 10; not read")]
    result = run("check", "memory://d/*.csv")
    assert (result.exit_code, result.stderr) == (2, "reconcile: memory://d/*.csv: no file matches\n")
    result = run("fix", "memory://d/b.txt")
    assert (result.exit_code, result.stderr) == (
        2,
        "reconcile: memory://d/b.txt: a URL is only read; fix works on files\n",
    )
    monkeypatch.setitem(sys.modules, "fsspec", None)
    result = run("check", "memory://d/a.txt")
    assert (result.exit_code, result.stderr) == (2, f"reconcile: reading a URL needs {how_to_install('remote')}\n")


def test_nothing_is_fetched_that_a_document_or_a_budget_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    (tmp_path / "a.html").write_text(
        f'<a href="memory://x"><img src="https://x/"></a><pre>{GOOD}</pre>', encoding="utf-8"
    )
    assert run("check", "a.html").exit_code == 0
    (tmp_path / "budget.yaml").write_text(
        "budget: B\ncurrency: SEK\ndocuments: {a: 'https://example.org/a.txt'}\nlines: [{line: L, amount: 1, documents: [a]}]\n",
        encoding="utf-8",
    )
    assert (
        json.loads(run("check", "--budget", "budget.yaml", "--format", "json").stdout)["findings"][0]["code"] == "R404"
    )


# Parquet, progress, Python.


@pytest.mark.parametrize("mode", [["--each"], []])
def test_parquet_has_what_json_has(mode: list[str]) -> None:
    arguments = ("check", f"{PARITY}/regions", FIRST, SECOND, *mode)
    assert run(*arguments, "--format", "parquet", "--output", "out.parquet").exit_code == 1
    parts = lines(run(*arguments, "--format", "jsonl").stdout)
    rows = pq.read_table("out.parquet").to_pylist()
    assert [part["documents"][0]["sha256"] for part in parts if part["documents"]] == [
        row["sha256"] for row in rows if row["kind"] == "document"
    ]
    for kind, keys in (
        ("equations", ("label", "status", "computed", "difference", "tolerance")),
        ("findings", ("code", "name", "severity", "message", "observed", "expected")),
    ):
        expected = [tuple(each[key] for key in keys) for part in parts for each in part[kind]]
        assert expected == [tuple(row[key] for key in keys) for row in rows if f"{row['kind']}s" == kind]
        assert expected
    (uppsala,) = (row for row in rows if row["code"] == "R101" and row["path"] == SECOND)
    assert tuple(uppsala[key] for key in ("text", "fix", "applicability", "row_label", "line", "column", "sheet")) == (
        "544 99 160",
        "54 499 160",
        "safe",
        "Region Uppsala",
        24,
        20,
        None,
    )
    total = next(row for row in rows if row["path"] == SECOND and row["sum_of"] == "stated-total")
    assert (total["total"], total["difference"], total["terms"]) == ("1874253165", "0", 21)


def test_parquet_is_written_group_by_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconcile.report.formats.parquet._GROUP", 10)
    run("check", f"{PARITY}/grants", "--each", "--format", "parquet", "--output", "out.parquet")
    assert pq.ParquetFile("out.parquet").num_row_groups > 1


def test_parquet_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = run("check", FIRST, "--format", "parquet", "--output", "out.parquet")
    assert (result.exit_code, result.stderr) == (
        2,
        "reconcile: writing Parquet needs the extra 'parquet' of reconcile-tables; in its folder, run: pip install '.[parquet]'\n",
    )


def on_terminal(*arguments: str) -> tuple[str, bytes]:
    """Standard output, and what a terminal shows of standard error."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "reconcile", *arguments], stdout=subprocess.PIPE, stderr=theirs, text=True,
        env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    shown, (output, _) = b"", process.communicate(timeout=120)
    while True:
        try:
            shown += os.read(ours, 65536)
        except OSError:
            # Nobody has the other end any more.
            break
    os.close(ours)
    return output, shown


def test_progress_is_shown_where_a_person_looks(tmp_path: Path) -> None:
    folder = documents(tmp_path / "d", **{f"d{number}": BAD for number in range(27)})
    arguments = ("check", folder, "--format", "jsonl", "--each", "--jobs", "2")
    plain = run(*arguments)
    output, shown = on_terminal(*arguments)
    assert (plain.stdout, plain.stderr) == (output, "")
    assert b"27/27" in shown
    assert b"findings" in shown
    assert on_terminal(*arguments, "--no-progress") == (output, b"")
    assert on_terminal("check", FIRST)[1] == b""


def test_many_from_python(tmp_path: Path) -> None:
    folder = documents(tmp_path / "d", a=GOOD, b=BAD, c="")
    paths = [f"{folder}/{name}.txt" for name in ("b", "a", "gone", "c")]
    for jobs in (1, 2):
        reports = reconcile.check_many(iter(paths), jobs=jobs)
        assert [[f.code for f in report.findings] for report in reports] == [["R301"], [], ["R001"], ["R002"]]
    first = next(reports := reconcile.check_many((path for _ in range(10**6) for path in paths), jobs=2))
    assert [paths[0]] == [reading.document.path for reading in first.readings]
    reports.close()
    with pytest.raises(ValueError, match="jobs"):
        next(reconcile.check_many(paths, jobs=-1))
