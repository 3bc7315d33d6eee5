"""The limit on time: processor time of a document's own work, and work that never looks at the clock is stopped all the same."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

import pytest

from reconcile.core import limits
from reconcile.core.document import Document
from reconcile.core.limits import Clock, OvertimeError
from reconcile.core.settings import Settings
from reconcile.read import read_bytes
from reconcile.run.pipeline import check_documents

ONE = Settings(max_seconds=1)
LATE = "takes longer than the limit max_seconds = 1"
TEXT = b"# Grants of 6 900 kr\n\n| Kommun | kr |\n|---|---:|\n| Hjo | 1 200 |\n| Tibro | 2 300 |\n| Summa | 3 600 |\n"


def work(seconds: float = 60.0) -> None:
    """Work for so long, and take every Exception for one's own, as some libraries do."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        try:
            sum(range(1_000))
        except Exception:
            continue


def hang(*_: object, **__: object) -> None:
    work()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_GRACE", 0.0)


def faults(documents: list[Document]) -> list[tuple[str, str]]:
    report = check_documents(documents, None, ONE)
    return [(found.code, str(found.message)) for found in report.findings if found.code == "R004"]


def test_time_that_others_take_does_not_count() -> None:
    clock = Clock.start(ONE)
    others = [threading.Thread(target=work, args=(0.8,)) for _ in range(2)]

    def wait() -> None:
        for other in others:
            other.start()
        for other in others:
            other.join()
        time.sleep(0.2)

    clock.run(wait)
    assert (clock.is_up(), clock.refused) == (False, 0)


def test_what_does_not_look_at_the_clock_is_stopped() -> None:
    started = time.thread_time()
    with pytest.raises(OvertimeError):
        Clock.start(ONE).run(work)
    assert time.thread_time() - started < 6


def test_what_goes_on_when_it_is_stopped_is_stopped_again() -> None:
    stops = []

    def go_on() -> None:
        for _ in range(3):
            try:
                work(20)
            except BaseException as error:
                stops.append(type(error))
        work()

    with pytest.raises(OvertimeError):
        Clock.start(ONE).run(go_on)
    assert stops == [OvertimeError] * 3


def test_what_is_done_is_stopped_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    # So often that it comes in the middle of the end, too.
    monkeypatch.setattr(limits, "_AGAIN", 0.001)
    clock = Clock(time.thread_time() + 0.01, 0)
    for _ in range(200):
        with contextlib.suppress(OvertimeError):
            clock.run(lambda: work(0.002))
        work(0.002)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("reconcile.recognise.tables.read_claims", ["amounts in its text left out", "1 of its 1 tables left out"]),
        ("reconcile.recognise.tables.recognise_table", ["amounts in its text left out", "1 of its 1 tables left out"]),
        (
            "reconcile.run.pipeline.equate_table",
            ["1 of its 1 tables left out", "amounts in its text were not compared with its tables"],
        ),
        ("reconcile.run.pipeline.settle_exactness", ["amounts in its text were not compared with its tables"]),
        ("reconcile.run.pipeline.link_claims", ["amounts in its text were not compared with its tables"]),
    ],
)
def test_each_step_is_stopped_alone(place: str, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    document, other = read_bytes("a.md", TEXT, ONE), read_bytes("b.md", TEXT, ONE)
    module, _, name = place.rpartition(".")
    once = _once(getattr(__import__(module, fromlist=[name]), name))
    monkeypatch.setattr(place, once)
    assert faults([document, other]) == [("R004", f"checking it {LATE}; {each}") for each in told]


def test_what_is_broken_stays_so_where_there_is_no_time_to_explain_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconcile.run.pipeline.explain_broken", hang)
    document = read_bytes("a.md", TEXT, ONE)
    report = check_documents([document], None, ONE)
    assert {"R301", "R004"} <= {found.code for found in report.findings}
    assert [str(f.message) for f in report.findings if f.code == "R004"] == [
        f"explaining what does not add up {LATE}; left out"
    ]


@pytest.mark.parametrize("format", ["markdown", "csv", "html", "pdf", "xlsx"])
def test_a_reader_that_hangs_is_stopped(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    places = {"pdf": "pdf.pdf", "xlsx": "office.xlsx", "csv": "text.csv"}
    monkeypatch.setattr(f"reconcile.read.{places.get(format, f'markup.{format}')}.read", hang)
    document = read_bytes("a", TEXT, ONE, format)
    assert (document.format, document.tables) == (format, ())
    assert [(fault.code, str(fault.message)) for fault in document.faults] == [("R004", f"reading it {LATE}; not read")]


def test_all_that_was_done_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(100_000))
    document = read_bytes("a.md", TEXT, ONE)
    for seconds in range(1, 80):
        monkeypatch.setattr("reconcile.core.limits.time.thread_time", lambda: next(ticks))
        report = check_documents([document], None, Settings(max_seconds=seconds))
        monkeypatch.undo()
        whole = len(report.readings[0].tables) == 1 and len(report.readings[0].claims) == 1
        told = [str(found.message) for found in report.findings if found.code == "R004"]
        if not whole:
            assert told
    assert told == []


def _once(whole: Callable[..., object]) -> Callable[..., object]:
    """Hang the first time that something is called."""
    called: list[int] = []

    def made(*arguments: object, **named: object) -> object:
        called.append(1)
        if len(called) == 1:
            work()
        return whole(*arguments, **named)

    return made
