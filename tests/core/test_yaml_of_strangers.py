"""YAML that is odd: tags, merge keys, anchors, keys that stand twice. Misuse with file, line and column, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from reconcile.cli import app
from reconcile.core.settings import UsageError
from reconcile.core.yaml_file import read_yaml

GOOD = "Kommun Bidrag\nHjo 1 200 kr\nTibro 2 300 kr\nSkara 3 400 kr\nSumma 6 900 kr\n"
MERGE = "a merge key (<<) is not read; write out the keys that it stands for"
ODD = {
    "timestamp": ("a: !!timestamp x\n", "1:4: 'x' is no value of the type !!timestamp"),
    "no date": ("b: 1\na: 2023-13-45\n", "2:4: month must be in 1..12"),
    "no year": ("a: 0000-01-01\n", "1:4: year 0 is out of range"),
    "bool": ("a: !!bool x\n", "1:4: 'x' is no value of the type !!bool"),
    "int": ("a: !!int x\n", "1:4: invalid literal for int() with base 10: 'x'"),
    "no digits": ("a: 0x_\n", "1:4: invalid literal for int() with base 16: ''"),
    "digits": (f"a: {'9' * 5000}\n", "1:4: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits"),
    "binary": ("a: !!binary å\n", "1:4: 'å' is no value of the type !!binary"),
    "unknown tag": ("a: !foo x\n", "1:4: 'x' is no value of the type !foo"),
    "python": ("a: !!python/object:os.system x\n", "1:4: 'x' is no value of the type !!python/object:os.system"),
    "value": ("a:\n  - =\n", "2:5: '=' is no value of the type !!value"),
    "merge": ("a: &x {b: 1}\nc:\n  <<: *x\n", f"3:3: {MERGE}"),
    "merge of nothing": ("c:\n  <<: 5\n", f"2:3: {MERGE}"),
    "twice": ("a: 1\nb: 2\na: 3\n", "3:1: key 'a' stands twice"),
    "alias of nothing": ("a: *x\n", "1:4: found undefined alias"),
    "itself": ("a: &x [*x]\n", "1:4: too many nested entries"),
    "bomb": ("a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)), "1:24: too many nested entries"),
    "list as key": ("? [a]\n: b\n", "1:3: a key must be plain text"),
    "control": ("b: 1\na: x\x01\n", "2:5: a character that YAML does not allow"),
    "two": ("a: 1\n---\nb: 2\n", "2:1: but found another document"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_yaml_is_misuse_with_its_place(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, told = ODD[name]
    monkeypatch.chdir(tmp_path)
    Path("y.yaml").write_text(text, encoding="utf-8")
    Path("d.txt").write_text(GOOD, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_yaml("y.yaml")
    assert str(caught.value) == f"y.yaml:{told}"
    for option in ("--schema", "--budget"):
        result = CliRunner().invoke(app, ["check", "d.txt", option, "y.yaml"])
        assert isinstance(result.exception, SystemExit)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        assert result.stderr.startswith("reconcile: y.yaml:")


def test_merge_keys_in_a_budget(tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    path.write_text("currency: SEK\nlines:\n  - &x\n    line: All\n    amount: 5\n  - <<: *x\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "-", "--budget", str(path)], input=GOOD)
    assert (result.exit_code, result.stderr) == (2, f"reconcile: {path}:6:5: {MERGE}\n")


def test_anchors_are_read(tmp_path: Path) -> None:
    path = tmp_path / "y.yaml"
    path.write_text("a: &x [1, b]\nc: *x\n", encoding="utf-8")
    assert read_yaml(str(path)).values == {"a": [1, "b"], "c": [1, "b"]}
