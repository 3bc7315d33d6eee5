"""Nothing outside of the given paths is opened, fetched, written or run, whatever a document asks for."""

from __future__ import annotations

import io
import json
import mimetypes
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile.core.settings import Settings
from reconcile.read import FORMATS, read_bytes
from tests.cases import FIXTURES
from tests.read.test_pdf import ROWS, column, pdf

WATCHING = Path(__file__).parents[1] / "watching.py"
FILES = sorted(path for path in (FIXTURES / "parity").glob("*/*") if path.is_file())
SECRET = "file:///etc/hostname"
# Where Python and the libraries have their own files; one of them looks up the kinds of files that the system knows.
OWN = tuple(
    os.path.realpath(path)
    for path in (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), str(FIXTURES.parent / "reconcile"), str(FIXTURES.parent / "schemas"))
)  # fmt: skip
SYSTEM = {os.devnull, *mimetypes.knownfiles}


def outside(paths: list[str]) -> tuple[list[str], list[str]]:
    """What was opened that was not given, and what was started, while ``paths`` were checked."""
    result = subprocess.run([sys.executable, str(WATCHING), *paths], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert set(paths) <= set(found["opened"])
    others = {path for path in found["opened"] if path not in paths and path not in SYSTEM}
    return sorted(p for p in others if not os.path.realpath(p).startswith(OWN)), found["forbidden"]


def test_only_the_given_files_are_opened() -> None:
    assert {path.suffix for path in FILES} >= {".csv", ".docx", ".html", ".md", ".ods", ".pdf", ".txt", ".xls", ".xlsx"}
    assert outside([str(path) for path in FILES]) == ([], [])


def test_the_watch_sees(tmp_path: Path) -> None:
    # A budget is asked for here, which is one file more than was given.
    script = f"import sys; sys.path.insert(0, {str(WATCHING.parent)!r}); import watching, reconcile, subprocess, json\n"
    script += "reconcile.check = lambda path: subprocess.run(['true']) and open('/etc/hostname') and exit_with()\n"
    script += "def exit_with(): raise SystemExit(json.dumps(seen))\n"
    script += "seen = []\nsys.addaudithook(lambda event, _: seen.append(event))\nwatching.watch(['x'])\n"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert {"open", "subprocess.Popen"} <= set(json.loads(result.stderr))


def changed(suffix: str, part: str, change: Callable[[bytes], bytes], more: dict[str, bytes] | None = None) -> bytes:
    """The grants as an archive, with one part changed and some added."""
    data = (FIXTURES / "parity" / "grants" / f"grants.{suffix}").read_bytes()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(zipfile.ZipInfo(name), change(body) if name == part else body, stored)
        for name, body in (more or {}).items():
            new.writestr(name, body)
    return stream.getvalue()


PARTS = {"xlsx": "xl/worksheets/sheet1.xml", "docx": "word/document.xml", "ods": "content.xml"}
ENTITY = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{SECRET}">]>'.encode()
LAUGHS = (
    b"<!DOCTYPE a [<!ENTITY a0 'ha'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 30))
    + b"]>"
)


def declared(declaration: bytes) -> Callable[[bytes], bytes]:
    def change(part: bytes) -> bytes:
        head, mark, rest = part.partition(b"?>")
        return head + mark + declaration + rest if mark else declaration + part

    return change


@pytest.mark.parametrize("suffix", PARTS)
@pytest.mark.parametrize("declaration", [ENTITY, LAUGHS], ids=["external", "bomb"])
def test_entities_are_refused(suffix: str, declaration: bytes) -> None:
    (fault,) = read_bytes("x", changed(suffix, PARTS[suffix], declared(declaration)), Settings()).faults
    assert (fault.code, fault.message) == ("R004", f"its part {PARTS[suffix]} declares a document type; not read")


@pytest.mark.parametrize("suffix", PARTS)
def test_archives_that_unpack_without_end_are_refused(suffix: str) -> None:
    data = changed(suffix, "", bytes, {"x.bin": b"\0" * 3_000_000})
    (fault,) = read_bytes("x", data, Settings(max_bytes=100_000)).faults
    assert (fault.code, fault.message) == (
        "R004", "unpacks to more than 20 times the limit max_bytes = 100,000; not read",
    )  # fmt: skip


@pytest.mark.parametrize("suffix", PARTS)
def test_millions_of_empty_elements_are_refused(suffix: str) -> None:
    data = changed(suffix, PARTS[suffix], lambda part: part + b"<a/>" * 3_001)
    (fault,) = read_bytes("x", data, Settings(max_cells=1_000)).faults
    assert (fault.code, fault.message) == (
        "R004", f"its part {PARTS[suffix]} holds more elements than 3 for each of max_cells = 1,000; not read",
    )  # fmt: skip


@pytest.mark.parametrize("suffix", PARTS)
def test_names_that_lead_out_of_an_archive_lead_nowhere(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    more = dict.fromkeys(("../escaped.xml", "/tmp/escaped.xml", "media/../../escaped.xml"), b"<a/>")
    document = read_bytes("x", changed(suffix, "", bytes, more), Settings())
    assert (len(document.tables), document.faults) == (1, ())
    assert list(tmp_path.iterdir()) == []
    assert not (tmp_path.parent / "escaped.xml").exists()


def test_what_documents_point_at_is_not_opened(tmp_path: Path) -> None:
    link = f'<Relationship Id="r99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="{SECRET}" TargetMode="External"/></Relationships>'
    page = f'<!doctype html><link rel=stylesheet href="http://localhost/a.css"><script src="{SECRET}"></script><img src="{SECRET}"><iframe src="{SECRET}"></iframe><table><tr><td>a<td>1<tr><td>b<td>2</table>'
    action = b"/Type /Catalog /OpenAction << /S /URI /URI (http://localhost/) >> /AA << /O << /S /Launch /F (/bin/true) >> >>"
    files = {
        "entity.xlsx": changed("xlsx", PARTS["xlsx"], declared(ENTITY)),
        "entity.html": b"<?xml version='1.0'?>" + ENTITY + b"<html><table><tr><td>a</td><td>&x;</td></tr></table></html>",
        "formula.xlsx": changed("xlsx", PARTS["xlsx"], lambda part: part.replace(b"<v>", b'<f>WEBSERVICE("http://localhost/")</f><v>', 1)),
        "link.xlsx": changed("xlsx", "xl/_rels/workbook.xml.rels", lambda part: part.replace(b"</Relationships>", link.encode())),
        "template.docx": changed("docx", "word/_rels/document.xml.rels", lambda part: part.replace(b"</Relationships>", link.encode())),
        "page.html": page.encode(),
        "page.md": f"| a | b |\n|---|---|\n| ![x]({SECRET}) | 1 |\n| [y](http://localhost/) | 2 |\n".encode(),
        "formula.csv": b"a;b\n=cmd|'/bin/true'!A1;1\n=WEBSERVICE(\"http://localhost/\");2\n",
        "action.pdf": pdf(column(ROWS)).replace(b"/Type /Catalog", action),
        "fonts.pdf": pdf(column(ROWS)).replace(b"/BaseFont /Helvetica", b"/BaseFont /..#2f..#2fetc#2fhostname /Encoding /..#2f..#2fetc#2fhostname /ToUnicode /..#2fx"),
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert outside([str(tmp_path / name) for name in files]) == ([], [])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)


@pytest.mark.parametrize("path", FILES[:9], ids=lambda path: path.suffix)
def test_a_truncated_file_of_each_kind(path: Path) -> None:
    data = path.read_bytes()
    for cut in range(0, len(data), max(1, len(data) // 40)):
        document = read_bytes(path.name, data[:cut], Settings())
        assert document.format in (*FORMATS, "unknown")
        if path.suffix in (".xlsx", ".ods", ".docx", ".xls"):
            # What is packed is whole or not at all.
            assert document.tables == ()
            assert [fault.code for fault in document.faults] == ["R001"] * (cut > 3) or cut < 600
