"""What the documentation says of pipelines: its commands run, its files are well-formed, and the hook finds what it should."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from reconcile.read import READERS
from tests.cases import FIXTURES

ROOT = FIXTURES.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ACTIONS, GITLAB, PRE_COMMIT = (yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
LISTED, MANY = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
STEPS: list[dict[str, Any]] = ACTIONS["jobs"]["reconcile"]["steps"]
COMMANDS = [step["run"] for step in STEPS if "run" in step]
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two decisions, of which the second was committed last."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "decisions").mkdir()
    git = ["git", "-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    for name in ("first-decision.txt", "second-decision.txt"):
        shutil.copy(FIXTURES / "decisions" / name, tmp_path / "decisions")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "--message", name], check=True)
    return tmp_path


def run(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-euo", "pipefail", "-c", command], capture_output=True, text=True, check=False)


def test_what_is_installed_is_offered() -> None:
    import tomllib

    offered = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    installs = [line for line in [*COMMANDS, *GITLAB["reconcile"]["script"]] if line.startswith("pip ")]
    assert installs == ["pip install 'reconcile-tables @ git+https://example.org/you/reconcile'"] * 2
    assert {"gx", "parquet", "remote"} <= offered.keys()


def test_github_actions(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(project / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    annotate, report = COMMANDS[1:]
    for _ in range(2):
        result = run(annotate)
        assert (result.returncode, result.stderr) == (1, "")
        assert "::error file=decisions/second-decision.txt,line=24," in result.stdout
    result = run(report)
    assert (result.returncode, result.stderr) == (0, "")
    (upload,) = (step for step in STEPS if "upload-sarif" in step.get("uses", ""))
    assert "R101" in (project / upload["with"]["sarif_file"]).read_text(encoding="utf-8")
    (kept,) = (step for step in STEPS if "actions/cache" in step.get("uses", ""))
    assert (Path(kept["with"]["path"]).expanduser() / "CACHEDIR.TAG").exists()


def test_only_what_a_pull_request_changes(project: Path) -> None:
    result = run(LISTED)
    assert (result.returncode, result.stderr) == (1, "")
    assert "R101" in result.stdout
    subprocess.run(["git", "checkout", "--quiet", "HEAD~1"], check=True)
    assert run(LISTED.replace("HEAD~1", "HEAD")).returncode == 0


def test_gitlab(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = GITLAB["reconcile"]
    for name, value in job["variables"].items():
        monkeypatch.setenv(name, value.replace("$CI_PROJECT_DIR", str(project)))
    result = run("\n".join(job["script"][1:]))
    assert (result.returncode, result.stderr) == (1, "")
    assert "<testsuites" in (project / job["artifacts"]["reports"]["junit"]).read_text(encoding="utf-8")
    assert [(project / path).is_dir() for path in job["cache"]["paths"]] == [True]


def test_very_many(project: Path) -> None:
    assert (run(MANY).returncode, run(MANY).stderr) == (0, "")
    assert (project / "reports.jsonl").read_text(encoding="utf-8").count("\n") == 2
    columns = re.findall(r"\b(path|label|difference|kind|status)\b", PAGE.partition("```sql")[2])
    assert set(columns) <= set(pq.read_schema(project / "reports.parquet").names)


def test_the_hook(project: Path) -> None:
    (configured,) = PRE_COMMIT["repos"][0]["hooks"]
    assert configured["id"] == HOOK["id"]
    suffixes = [suffix for reader in READERS for suffix in reader.suffixes]
    assert [suffix for suffix in suffixes if not re.search(HOOK["files"], f"a/b{suffix}")] == []
    assert PRE_COMMIT["repos"][0]["rev"] == "FULL-COMMIT-HASH"
    assert [bool(re.search(configured["files"], path)) for path in ("decisions/a.md", "README.md")] == [True, False]
    (project / "notes.md").write_text("No table here.\n", encoding="utf-8")
    for args in (HOOK["args"], configured["args"]):
        command = " ".join([HOOK["entry"], *args])
        assert [run(f"{command} {paths}").returncode for paths in ("notes.md decisions/first*", "decisions/*")] == [
            0,
            1,
        ]
