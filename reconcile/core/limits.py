"""What bounds the work on a document: a refusal, the clock that long work looks at, and a failure that stays its own."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import FrameType
from typing import NamedTuple, TypeVar

from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings, UsageError

_T = TypeVar("_T")
_R = TypeVar("_R")

# How long work goes on after its time, so that what looks at the clock itself can keep what it has; how often it is stopped again
# where a library went on all the same; and how long a wait may be.
_GRACE, _AGAIN, _LONGEST = 2.0, 0.5, 3600.0


class Lost(NamedTuple):
    """A piece of work without a result, and why."""

    reason: Message


def attempt(work: Callable[[_T], _R], item: _T) -> _R | Lost:
    """The result for one of many items, or why there is none, so that the others go on. Raises UsageError: that is no item's fault."""
    try:
        return work(item)
    except UsageError:
        raise
    except Exception as error:
        return Lost(say("checking it failed: {fault}: {error}", fault=type(error).__name__, error=str(error)))


class RefusedError(Exception):
    """A file is refused or cannot be read: the code and the message of its fault."""

    def __init__(self, code: str, message: Message) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


class OvertimeError(BaseException):
    """Work under a watch goes on though its time is up. No ``except Exception`` of a library takes it for its own."""


class Clock:
    """When the time for a piece of work is up, in processor time of its own thread: what others do on the machine does not count.

    ``refused`` is how often the time was up when something asked, which then left something out.
    """

    __slots__ = ("end", "refused", "seconds")

    def __init__(self, end: float, seconds: int) -> None:
        self.end, self.seconds, self.refused = end, seconds, 0

    @classmethod
    def start(cls, settings: Settings) -> Clock:
        """A clock that runs from now on."""
        return cls(time.thread_time() + settings.max_seconds, settings.max_seconds)

    @property
    def limit(self) -> Message:
        """The limit, in words."""
        return say("takes longer than the limit max_seconds = {seconds:,}", seconds=self.seconds)

    def is_up(self) -> bool:
        """Whether the time is up. Ask only to leave something out if it is."""
        up = time.thread_time() > self.end
        self.refused += up
        return up

    def check(self) -> None:
        """Raise RefusedError when the time is up."""
        if self.is_up():
            raise self.refusal()

    def refusal(self) -> RefusedError:
        """Return the error that says that a document is not read."""
        return RefusedError("R004", say("reading it {limit}; not read", limit=self.limit))

    def run(self, work: Callable[[], _R]) -> _R:
        """Return the result of work that need not look at the clock, as that of libraries.

        Raises OvertimeError in it a little after its time is up.
        """
        stop = _watch(self.seconds + _GRACE, sys._getframe())
        try:
            try:
                return work()
            finally:
                stop()
        except OvertimeError:
            # It may have come on the way to the first call.
            stop()
            raise


def _watch(seconds: float, frame: FrameType) -> Callable[[], None]:
    """Raise OvertimeError in this thread when it has worked for so long, and again until it leaves ``frame`` or calls what is returned."""
    import threading

    thread = threading.get_ident()
    clock = time.pthread_getcpuclockid(thread) if hasattr(time, "pthread_getcpuclockid") else None
    worked: Callable[[], float] = time.process_time if clock is None else partial(time.clock_gettime, clock)
    end = worked() + seconds
    over, lock = threading.Event(), threading.Lock()

    def follow() -> None:
        left = seconds
        # A second of work takes a second at least.
        while not over.wait(min(max(left, _AGAIN), _LONGEST)):
            with lock:
                if over.is_set() or not _is_in(thread, frame):
                    return
                left = end - worked()
                if left <= 0:
                    _raise_in(thread, OvertimeError)

    def stop() -> None:
        over.set()
        with lock:
            # What was not raised yet never is.
            _raise_in(thread, None)

    threading.Thread(target=follow, daemon=True).start()
    return stop


def _is_in(thread: int, frame: FrameType) -> bool:
    """Return whether a thread is within a call."""
    at = sys._current_frames().get(thread)
    while at is not None and at is not frame:
        at = at.f_back
    return at is frame


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if error is None else ctypes.py_object(error)
    )


def each(items: Iterable[_T], clock: Clock) -> Iterator[_T]:
    """The items of a long piece of work, one by one. Raises RefusedError when the time is up."""
    for item in items:
        clock.check()
        yield item


# For a piece of text that is no document.
UNTIMED = Clock(math.inf, 0)
