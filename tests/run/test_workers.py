"""Workers: the same results in the same order, and one that dies, hangs or fails takes no other along."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconcile.core.limits import Lost, attempt
from reconcile.core.messages import say
from reconcile.core.settings import UsageError
from reconcile.run.workers import work_through

ENDLESS = 100.0


def act(item: object) -> object:
    """What happens in the worker, as the item says."""
    match item:
        case "exit":
            os._exit(3)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            time.sleep(ENDLESS)
        case "memory":
            raise MemoryError("no more")
        case "misuse":
            raise UsageError("it is the settings' fault")
        case "process":
            return os.getpid()
        case "print":
            sys.stdout.write("not an answer")
        case Path():
            # At the first time only.
            if not item.exists():
                item.touch()
                os._exit(0)
        case _:
            pass
    return [item]


def test_results_are_those_of_one_process_and_in_order() -> None:
    items = [*range(200), "print", *range(50)]
    assert [(item, [item]) for item in items] == list(work_through(act, items, 3, ENDLESS))


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("exit", "checking it ended the process with status 3"),
        ("kill", "checking it ended the process by the signal SIGKILL, perhaps for want of memory"),
        ("memory", "checking it failed: MemoryError: no more"),
        ("hang", "checking it took more than 1 seconds and was stopped"),
    ],
)
def test_only_the_guilty_is_lost(item: str, reason: str) -> None:
    items = [0, 1, item, *range(3, 60), item]
    expected = [(each, Lost(say(reason)) if each == item else [each]) for each in items]
    assert expected == list(work_through(act, items, 2, 1.0 if item == "hang" else ENDLESS))


def test_who_dies_by_chance_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "once"
    assert [(path, [path])] == list(work_through(act, [path], 2, ENDLESS))


def test_misuse_is_nobodys_fault() -> None:
    with pytest.raises(UsageError, match="it is the settings' fault"):
        list(work_through(act, [1, "misuse", 2], 2, ENDLESS))
    with pytest.raises(UsageError):
        attempt(act, "misuse")
    assert attempt(act, "memory") == Lost(say("checking it failed: MemoryError: no more"))


def test_what_is_known_is_not_worked_out() -> None:
    known = {1: "one", 3: "three"}
    assert list(work_through(act, [1, 2, 3], 2, ENDLESS, known.get)) == [(1, "one"), (2, [2]), (3, "three")]


def test_items_are_taken_as_results_are() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100_000):
            taken.append(number)
            yield number

    results = work_through(act, items(), 2, ENDLESS)
    assert next(results) == (0, [0])
    assert len(taken) <= 40
    results.close()


def test_no_process_is_left() -> None:
    results = work_through(act, ["process", *["hang"] * 5], 2, ENDLESS)
    _, process = next(results)
    assert isinstance(process, int)
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
