"""No mutant of a fixture is too strange for its reader: no traceback, no hang, no more memory than is allowed.

The long run is ``pytest -m fuzz``; a mutant is seen again with ``python tests/fuzzing.py FORMAT NUMBER 1``.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from reconcile.core.settings import Settings
from reconcile.read import FORMATS, read_bytes
from tests.cases import FIXTURES
from tests.mutations import SUFFIXES, mutant

FEW, MANY = 60, 10_000


def fuzz(format: str, count: int) -> dict[str, object]:
    """What the checks of ``count`` mutants gave; a mutant that ends their process is told by its number."""
    command = [sys.executable, "-m", "tests.fuzzing", format, "0", str(count)]
    result = subprocess.run(command, cwd=FIXTURES.parent, capture_output=True, text=True, check=False)
    *_, last = result.stdout.splitlines()
    assert result.returncode == 0, f"{format} mutant {last} ended the process: {result.stderr[-3000:]}"
    # A library that prints what it dies of would print it to people, too.
    assert result.stderr == ""
    found: dict[str, object] = json.loads(last)
    return found


@pytest.mark.parametrize("format", SUFFIXES)
def test_a_few_mutants(format: str) -> None:
    assert fuzz(format, FEW)["thrown"] == {}


@pytest.mark.fuzz
@pytest.mark.parametrize("format", SUFFIXES)
def test_many_mutants(format: str) -> None:
    assert fuzz(format, MANY)["thrown"] == {}


def test_every_reader_has_its_mutants_and_they_reach_it() -> None:
    assert set(FORMATS) == set(SUFFIXES)
    for format in SUFFIXES:
        read = [read_bytes("x", mutant(format, number), Settings()) for number in range(0, FEW, 2)]
        # Most keep the form that they are told by, and many are read to their tables.
        assert sum(document.format == format for document in read) > len(read) / 3, format
        assert sum(bool(document.tables) for document in read) > len(read) / 5, format


def test_mutants_are_the_same_at_every_run() -> None:
    assert mutant("xlsx", 7) == mutant("xlsx", 7)
    assert mutant("xlsx", 7) != mutant("xlsx", 8)
