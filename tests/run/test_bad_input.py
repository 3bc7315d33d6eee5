"""Bad input: a clear message with file and place, the right status, no traceback, and nothing lost."""

from __future__ import annotations

import builtins
import io
import os
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import reconcile
from reconcile.cli import app
from reconcile.cli.tables import list_tables
from reconcile.core.location import TextSpan
from reconcile.core.settings import Settings
from reconcile.read import read_bytes, read_text
from reconcile.report import REPORT_FORMATS, write_bytes
from tests.cases import FIXTURES

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
GOOD = FIXTURES / "decisions" / "first-decision.txt"


def packed(part: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(part, b"x")
    return file.getvalue()


def utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def check(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["check", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("name", "data", "code", "message"),
    [
        ("empty.txt", b"", "R002 no-table", "no table of amounts found; nothing to check"),
        ("blank.md", b" \n\n\t\n", "R002 no-table", "no table of amounts found; nothing to check"),
        ("junk.txt", bytes(range(256)) * 4, "R001 unreadable-file", "not text in any encoding known here"),
        (
            "zip.md",
            b"PK\x03\x04\x14\0\0\0\x08\0",
            "R001 unreadable-file",
            "a packed file (ZIP), which is not read; unpack it",
        ),
        ("a.gz", b"\x1f\x8b\x08\0\0", "R001 unreadable-file", "a packed file (gzip), which is not read; unpack it"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "R001 unreadable-file", "a picture (PNG); pictures are not read"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "R001 unreadable-file", "a picture (JPEG); pictures are not read"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0", "R001 unreadable-file", "a picture (HEIC); pictures are not read"),
        ("a.doc", OLD + utf16("WordDocument"), "R001", "an old file of Word, which is not read; save it as .docx"),
        (
            "a.ppt",
            OLD + utf16("PowerPoint Document"),
            "R001",
            "an old file of PowerPoint, which is not read; save it as .pptx",
        ),
        (
            "a.msg",
            OLD + utf16("__properties_version1.0"),
            "R001",
            "an old file of Outlook, which is not read; save it as .eml",
        ),
        ("a.xlsb", packed("xl/workbook.bin"), "R001", "a file of Excel (.xlsb), which is not read; save it as .xlsx"),
        ("a.pages", packed("Index/Document.iwa"), "R001", "a file of Apple Pages, which is not read; save it as .docx"),
    ],
)
def test_a_bad_document_is_a_finding_and_the_others_are_checked(
    tmp_path: Path, name: str, data: bytes, code: str, message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    status, out, err = check(str(tmp_path / name), str(GOOD))
    assert (status, err) == (1, "")
    assert code in out
    assert f"at {tmp_path / name}" in out
    assert message in out
    assert "5 equations: 5 tie" in out


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Simulated, because the administrator may read every file.
    path = str(tmp_path / "locked.txt")
    Path(path).write_text("x", encoding="utf-8")
    real = builtins.open

    def refuse(file: Any, *arguments: Any, **options: Any) -> Any:
        if file == path:
            raise PermissionError(13, "Permission denied", path)
        return real(file, *arguments, **options)

    monkeypatch.setattr(builtins, "open", refuse)
    status, out, _ = check(path, str(GOOD))
    assert status == 1
    assert "R001 unreadable-file" in out
    assert "cannot be read: Permission denied" in out
    assert "5 equations: 5 tie" in out


def test_a_file_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gone.txt"
    path.write_text("x", encoding="utf-8")
    monkeypatch.setattr("reconcile.cli.arguments.find_paths", lambda *_: ([str(path), str(GOOD)], []))
    path.unlink()
    status, out, _ = check(str(path), str(GOOD))
    assert status == 1
    assert "cannot be read: No such file or directory" in out


def test_a_broken_link(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "nowhere.txt")
    status, out, _ = check(str(tmp_path / "link.txt"))
    assert status == 1
    assert "cannot be read: No such file or directory" in out


def test_a_line_of_200_megabytes_is_refused_with_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    status, out, _ = check(str(path))
    assert status == 1
    assert "larger than the limit max_bytes = 100,000,000; not read" in out


def test_a_line_over_the_limit_is_refused_with_its_limit() -> None:
    (fault,) = read_bytes("x", b"1 " * 2_600_000, Settings()).faults
    assert (fault.code, fault.message) == (
        "R004",
        "has a line of 5,200,000 characters, over the limit max_line = 5,000,000",
    )


def test_a_pipe_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    os.mkfifo(tmp_path / "sub" / "pipe.txt")
    status, _, err = check(str(tmp_path / "sub"))
    assert status == 2
    assert "no documents in this directory" in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lines: [\n", "b.yaml:2:1: "),
        ("lines:\n  - line: x\n    amount: y\n", "b.yaml:3:13: amount: cannot read the amount 'y'"),
        ("documents: {a: gone.txt}\nlines: []\nfrob: 1\n", "b.yaml:3:1: unknown key 'frob'"),
    ],
)
def test_a_bad_budget_is_misuse(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    status, out, err = check(str(GOOD), "--budget", str(tmp_path / "b.yaml"))
    assert (status, out) == (2, "")
    assert message in err


def test_a_budget_that_names_a_document_that_is_not_there(tmp_path: Path) -> None:
    text = "documents: {a: gone.txt}\nlines:\n  - {line: x, amount: 5 kr, documents: [a]}\n"
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    for arguments in ([str(GOOD)], []):
        status, out, _ = check(*arguments, "--budget", str(tmp_path / "b.yaml"))
        assert status == 1
        assert "R404 document-missing" in out
        assert f"at {tmp_path / 'b.yaml'}:1:16" in out


def test_limits_hold_for_text_too() -> None:
    settings = Settings(max_line=100, max_cells=10)
    (fault,) = read_text("x", "1 " * 51, settings).faults
    assert fault.message == "has a line of 102 characters, over the limit max_line = 100"
    (fault,) = read_text("x", "a 1 000\n" * 6, settings).faults
    assert (fault.code, fault.message) == ("R004", "has 12 cells in its tables, over the limit max_cells = 10")


def test_a_full_disk_is_said() -> None:
    command = [sys.executable, "-m", "reconcile", "check", str(GOOD)]
    with open("/dev/full", "w") as full:
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (result.returncode, result.stderr) == (
        2,
        "reconcile: standard output: cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("path", ["a\0b", "x" * 5_000, "a\nb"])
def test_a_strange_path_is_a_finding(path: str) -> None:
    (finding,) = reconcile.check(path).findings
    assert finding.code == "R001"
    assert finding.message.startswith("cannot be read: ")


PIECES = st.sampled_from(
    ["| a | b |\n|---|---|\n", "| x | 1 234 |\n", "| Summa | 99 |\n", "Summa 12 kronor\n", "a\t1\t\n", "A 1 2\n", "\n", "# T\n",
     "Fördelning av 5 miljoner kronor:\n", "544 99 160", "1,234", "\u00a0", "\u200b", "|", "\\|", "l0O", "%", "(1)", "1)", "-", "–"]
)  # fmt: skip


# The first example loads what writes each format.
@settings(deadline=None)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=30).map("".join),
    st.sampled_from([None, "text", "markdown"]),
)
def test_any_document_gives_a_report_in_every_format(text: str, format: str | None) -> None:
    composed = unicodedata.normalize("NFC", text)
    report = reconcile.check_text(text, format)
    for name in REPORT_FORMATS:
        assert b"".join(write_bytes(report, name))
    list_tables(report, "csv")
    for outcome in report.equations:
        for term in outcome.equation.amounts():
            anchor = term.location.anchor
            assert isinstance(anchor, TextSpan)
            assert composed[anchor.start : anchor.end] == term.location.text
