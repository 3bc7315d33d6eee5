"""The cache under attack: nothing that somebody put there turns a check green."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reconcile.cli import app
from reconcile.core.settings import Settings
from reconcile.run.cache import load, open_cache, save, user_folder

GOOD = "Kommun Bidrag\nHjo 1 200 kr\nTibro 2 300 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"
BAD = GOOD.replace("6 900", "6 800")
MODES = pytest.mark.parametrize("mode", [("--each",), ()])


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, ["check", "d.txt", "--format", "jsonl", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("d.txt").write_text(BAD, encoding="utf-8")


def entries(folder: str) -> list[Path]:
    return sorted(path for path in Path(folder).glob("??/*") if path.is_file())


def git(*arguments: str) -> None:
    who = ["-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@MODES
@pytest.mark.parametrize("how", ["hash", "own key", "other entry", "no JSON", "bytes"])
def test_a_forged_entry_is_worked_out_again(mode: tuple[str, ...], how: str) -> None:
    expected = run("--cache", "kept", *mode)
    assert expected.exit_code == 1
    (entry,) = entries("kept")
    rest = json.dumps({"ok": True, "summary": {}, "held": 0}).encode() + b"\n{}\n"
    if how == "hash":
        forged = hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest
    elif how == "own key":
        forged = hmac.digest(b"x" * 32, rest, "sha256").hex().encode() + b"\n" + rest
    elif how == "other entry":
        cache = open_cache("kept", Settings())
        save(cache, "ab" + "0" * 62, {"ok": True, "summary": {}, "held": 0}, b"{}\n")
        forged = Path("kept/ab", "0" * 62).read_bytes()
    elif how == "no JSON":
        forged = b"0" * 64 + b"\n" + b"[" * 100_000
    else:
        forged = b"\xff\x00" * 50
    entry.write_bytes(forged)
    again = run("--cache", "kept", *mode)
    assert (again.exit_code, again.output) == (1, expected.output)


@MODES
def test_an_entry_that_git_keeps_is_not_believed(mode: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    git("init")
    expected = run("--cache", "kept", *mode)
    git("add", ".")
    asked: list[str] = []
    monkeypatch.setattr("reconcile.run.cache._code", lambda *_: asked.append("code") or b"")  # type: ignore[func-returns-value]
    again = run("--cache", "kept", *mode)
    assert (again.exit_code, again.output) == (1, expected.output)
    # Its code is never looked at; the one made is that of the entry saved anew.
    assert asked == ["code"]


def test_where_git_cannot_tell_nothing_is_believed() -> None:
    run("--cache", "kept")
    assert open_cache("kept", Settings()).distrusted == frozenset()
    Path(".git").write_text("nothing that git knows", encoding="utf-8")
    assert open_cache("kept", Settings()).distrusted is None


def test_a_key_that_git_keeps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(Path.cwd()))
    git("init")
    assert run("--cache", "kept").exit_code == 1
    git("add", "--force", "reconcile")
    result = run("--cache", "kept")
    told = f"reconcile: {Path.cwd()}/reconcile: cannot keep the key of the cache: git may have put one there\n"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", told)


@pytest.mark.parametrize("fault", ["others may read it", "short", "a link", "empty"])
def test_a_key_that_others_may_know_is_made_anew(fault: str) -> None:
    cache = open_cache("kept", Settings())
    save(cache, "ab" + "0" * 62, {"ok": True}, b"body")
    assert load(open_cache("kept", Settings()), "ab" + "0" * 62) == ({"ok": True}, b"body")
    key = Path(user_folder(), "key")
    assert (stat.S_IMODE(key.stat().st_mode), len(key.read_bytes())) == (0o600, 32)
    if fault == "others may read it":
        key.chmod(0o644)
    elif fault in ("short", "empty"):
        key.write_bytes(b"x" * 31 if fault == "short" else b"")
    else:
        key.rename("other")
        key.symlink_to(Path("other").resolve())
    assert load(open_cache("kept", Settings()), "ab" + "0" * 62) is None
    assert (stat.S_IMODE(key.lstat().st_mode), len(key.read_bytes())) == (0o600, 32)


def test_an_entry_that_is_no_file_is_worked_out_again() -> None:
    expected = run("--cache", "kept")
    for make in (os.mkfifo, lambda path: os.symlink("/dev/zero", path)):
        (entry,) = entries("kept")
        entry.unlink()
        make(entry)
        again = run("--cache", "kept")
        assert (again.exit_code, again.output) == (1, expected.output)


def test_the_users_own_folder() -> None:
    expected = run()
    first, second = run("--cache", "auto"), run("--cache", "auto")
    assert (first.output, second.output) == (expected.output, expected.output)
    assert len(entries(user_folder())) == 1
    assert not Path("auto").exists()
