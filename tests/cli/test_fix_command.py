"""The command ``fix``: what is printed where, what is written how, and the exit status."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from reconcile.cli import app
from reconcile.core.files import ChangedError, replace_file
from reconcile.run.fix.diff import diff_text
from tests.cases import FIXTURES

WRONG = "Kommun Bidrag\nHjo 1 200 kr\nTibro 23 00 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"
RIGHT = WRONG.replace("23 00", "2 300")
BROKEN = "| Kommun | Bidrag |\n| - | - |\n| Hjo | 1 200 kr |\n| Bo | 2 300 kr |\n| Summa | 3 600 kr |\n"
DIFF = """\
--- d.txt
+++ d.txt
@@ -1,5 +1,5 @@
 Kommun Bidrag
 Hjo 1 200 kr
-Tibro 23 00 kr
+Tibro 2 300 kr
 Skara 3 400 kr
 Summa 6 900 kr
"""
FIXED = "fixed: d.txt:3:7, row Tibro: R101, “23 00” to “2 300” (safe, proved by the sum)\n1 fixed; nothing left\n"


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, ["fix", *arguments], input=stdin)


def said(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(autouse=True)
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "d.txt"
    path.write_text(WRONG, encoding="utf-8")
    return path


@pytest.mark.parametrize("arguments", [(), ("--diff",)])
def test_a_diff_is_shown_and_nothing_written(arguments: tuple[str, ...], document: Path) -> None:
    assert said(run("d.txt", *arguments)) == (0, DIFF, FIXED)
    assert document.read_text(encoding="utf-8") == WRONG


@pytest.mark.skipif(shutil.which("patch") is None, reason="the program patch is not installed")
def test_a_diff_is_what_patch_takes(document: Path) -> None:
    subprocess.run(["patch", "-p0"], input=run("d.txt").stdout_bytes, check=True, capture_output=True)
    assert document.read_text(encoding="utf-8") == RIGHT


@given(st.lists(st.sampled_from(["a", "b", "", "c\r"]), max_size=12), st.data())
def test_a_diff_leads_from_one_text_to_the_other(lines: list[str], data: st.DataObject) -> None:
    end = data.draw(st.sampled_from(["", "\n"]))
    changed = [data.draw(st.sampled_from([line, f"{line}x"])) for line in lines]
    old, new = "\n".join(lines) + end, "\n".join(changed) + end
    before = re.findall(r"[^\n]*\n|[^\n]+", old)
    rebuilt: list[str] = []
    at, last = 0, ""
    for line in re.findall(r"[^\n]*\n", diff_text("d", old, new))[2:]:
        if line.startswith("@@"):
            # An empty text begins at line 0.
            first = max(int(re.split("[ ,]", line)[1][1:]) - 1, 0)
            rebuilt += before[at:first]
            at = first
        elif line.startswith("\\"):
            kept = last in "+ "
            rebuilt = [*rebuilt[:-1], rebuilt[-1].removesuffix("\n")] if kept else rebuilt
        elif line[0] in "+ ":
            rebuilt.append(line[1:])
        last = line[0]
        at += last in "- "
    assert "".join([*rebuilt, *before[at:]]) == new


def test_documents_are_changed_in_place(document: Path) -> None:
    document.chmod(0o640)
    assert said(run("d.txt", "--write")) == (0, FIXED, "")
    assert document.read_text(encoding="utf-8") == RIGHT
    assert stat.S_IMODE(document.stat().st_mode) == 0o640
    assert os.listdir() == ["d.txt"]
    written = document.stat().st_mtime_ns, document.stat().st_ino
    assert said(run("d.txt", "--write")) == (0, "0 fixed; nothing left\n", "")
    assert (document.stat().st_mtime_ns, document.stat().st_ino) == written


def test_another_file_is_written(document: Path) -> None:
    assert said(run("d.txt", "--output", "e.txt")) == (0, FIXED, "")
    assert (document.read_text(encoding="utf-8"), Path("e.txt").read_text(encoding="utf-8")) == (WRONG, RIGHT)
    assert run("e.txt", "--output", "f.txt").exit_code == 0
    assert Path("f.txt").read_text(encoding="utf-8") == RIGHT


def test_a_link_stays_a_link(document: Path) -> None:
    Path("link.txt").symlink_to(document)
    assert run("link.txt", "--write").exit_code == 0
    assert Path("link.txt").is_symlink()
    assert document.read_text(encoding="utf-8") == RIGHT


def test_a_write_protected_file_is_left(document: Path) -> None:
    document.chmod(0o444)
    assert said(run("d.txt", "--write")) == (2, "", "reconcile: d.txt: cannot be written: it is write-protected\n")
    assert document.read_text(encoding="utf-8") == WRONG
    assert os.listdir() == ["d.txt"]


def test_what_was_written_is_told_where_another_file_could_not_be(document: Path) -> None:
    shutil.copy(document, "e.txt")
    Path("e.txt").chmod(0o444)
    place = "e.txt:3:7, row Tibro"
    left = "error R101 malformed-grouping: “23 00” has digit groups of 2 and 2; read as 2 300, the 3 rows add up to the total"
    code, out, complaint = said(run("d.txt", "e.txt", "--write"))
    assert (code, complaint) == (2, "reconcile: e.txt: cannot be written: it is write-protected\n")
    assert out.splitlines()[:2] == [
        FIXED.splitlines()[0],
        f"not fixed: {place}: R101, “23 00” to “2 300” (safe, proved by the sum): its file could not be written",
    ]
    assert out.splitlines()[2].startswith(f"left: {place}: {left}")
    assert out.splitlines()[3:] == ["1 fixed; 1 not fixed; 1 error left"]
    assert (document.read_text(encoding="utf-8"), Path("e.txt").read_text(encoding="utf-8")) == (RIGHT, WRONG)


def test_a_pipe_is_written_to_but_not_in_place() -> None:
    os.mkfifo("pipe")
    with pytest.raises(OSError, match="it is not a regular file"):
        replace_file("pipe", b"x", "0" * 64)
    reader, writer = os.pipe()
    replace_file(f"/dev/fd/{writer}", b"x")
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        assert file.read() == b"x"


def test_a_file_that_changed_meanwhile_is_left(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reconcile.run.fix import loop

    carry_out = loop.fix_documents

    def meddle(*arguments: object, **options: object) -> object:
        document.write_text("changed\n", encoding="utf-8")
        return carry_out(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "fix_documents", meddle)
    assert said(run("d.txt", "--write")) == (2, "", "reconcile: d.txt: changed since it was read; not written\n")
    assert document.read_text(encoding="utf-8") == "changed\n"
    assert os.listdir() == ["d.txt"]


def test_a_file_is_replaced_only_if_it_is_the_one_that_was_read(document: Path) -> None:
    with pytest.raises(ChangedError, match=r"d\.txt: changed since it was read; not written"):
        replace_file("d.txt", b"x", "0" * 64)
    document.unlink()
    with pytest.raises(ChangedError):
        replace_file("d.txt", b"x", "0" * 64)
    assert os.listdir() == []


def test_standard_input() -> None:
    assert said(run("-", "--write", stdin=WRONG)) == (0, RIGHT, FIXED.replace("d.txt", "<stdin>"))
    assert run("-", stdin=WRONG).stdout == DIFF.replace("d.txt", "<stdin>")
    assert run("-", "--write", stdin=RIGHT).stdout == RIGHT
    assert said(run("-", "--output", "e.txt", stdin=WRONG))[:2] == (0, FIXED.replace("d.txt", "<stdin>"))
    assert Path("e.txt").read_text(encoding="utf-8") == RIGHT


def test_what_is_left_is_said() -> None:
    Path("b.md").write_text(BROKEN, encoding="utf-8")
    result = run("b.md")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "left: b.md:5:11, row Summa: error R301 column-total: the 2 rows add up to 3 500, but “Summa” says 3 600: "
        "100 more. The error could be in one of these: 2 rows or the total. None looks mistyped, so nothing was changed\n0 fixed; 1 error left\n"
    )
    assert run("b.md", "--fail-on", "never").exit_code == 0
    assert run("b.md", "--ignore", "R3").exit_code == 0


def test_unsafe_fixes_are_named() -> None:
    path = str(FIXTURES / "rules" / "R203-unknown-entity" / "bad-misspelt.md")
    result = run(path, "--unsafe")
    assert (
        f"fixed: {path}:8:3, row Region Gävelborg: R203, “Region Gävelborg” to “Region Gävleborg” "
        "(unsafe, from its writing alone, unproved)\n"
    ) in result.stderr
    assert run(path).stdout == ""


def test_every_place_of_an_unsafe_fix_is_named_once() -> None:
    path = str(FIXTURES / "rules" / "R302-row-total" / "bad-two-slips.md")
    assert (
        f"fixed: {path}:4:20, row Boda: R302, “1 280 665” to “1 280 965” and at {path}:9:20, row Holm, “1 197 809” to "
        "“1 193 809” (unsafe, fits the sum, unproved)\n"
        "1 fixed; nothing left\n"
    ) == run(path, "--unsafe").stderr


def test_a_figure_is_corrected_once_in_a_run_inside_a_table_and_outside() -> None:
    Path("c.md").write_text(BROKEN.replace("3 600", "36 00"), encoding="utf-8")
    told = run("c.md", "--unsafe").stderr
    places = [line.split(":")[1:4] for line in told.splitlines() if line.startswith("fixed: ")]
    assert len(places) == len({tuple(place) for place in places}) > 0


def test_a_workbook_is_shown_by_its_cells() -> None:
    path = str(FIXTURES / "parity" / "regions" / "regions.xlsx")
    assert run(path).stdout == f"--- {path}\n+++ {path}\n@@ Blad1!C19 @@\n-544 99 160\n+54 499 160\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("d.txt", "--diff", "--write"), "give one of --diff, --write and --output"),
        (("d.txt", "--write", "--output", "e"), "give one of --diff, --write and --output"),
        (("d.txt", "d2.txt", "--output", "e"), "--output takes one document, not 2"),
        (("none.txt",), "none.txt: no such file or directory"),
        (("d.txt", "--output", "no/e"), "no/e: cannot be written: No such file or directory"),
        (("broken.txt", "--output", "e"), "e: not written, for there is nothing that could be read"),
    ],
)
def test_misuse(arguments: tuple[str, ...], complaint: str) -> None:
    Path("d2.txt").write_text(WRONG, encoding="utf-8")
    Path("broken.txt").symlink_to("nowhere")
    assert said(run(*arguments)) == (2, "", f"reconcile: {complaint}\n")
