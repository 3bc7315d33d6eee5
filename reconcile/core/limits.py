"""What bounds the work on a document: a refusal, the clock that long work looks at, and a failure that stays its own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from reconcile.core.messages import Message, say
from reconcile.core.settings import Settings, UsageError

_T = TypeVar("_T")
_R = TypeVar("_R")


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


class Clock(NamedTuple):
    """When the time for a piece of work is up, and how many seconds it had."""

    end: float
    seconds: int

    @classmethod
    def start(cls, settings: Settings) -> Clock:
        """A clock that runs from now on."""
        return cls(time.monotonic() + settings.max_seconds, settings.max_seconds)

    @property
    def limit(self) -> Message:
        """The limit, in words."""
        return say("takes longer than the limit max_seconds = {seconds:,}", seconds=self.seconds)

    def is_up(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.end

    def left(self) -> float:
        """How many seconds are left, none below nought."""
        return max(0.0, self.end - time.monotonic())

    def check(self) -> None:
        """Raise RefusedError when the time is up."""
        if self.is_up():
            raise RefusedError("R004", say("reading it {limit}; not read", limit=self.limit))


def each(items: Iterable[_T], clock: Clock) -> Iterator[_T]:
    """The items of a long piece of work, one by one. Raises RefusedError when the time is up."""
    for item in items:
        clock.check()
        yield item


# For a piece of text that is no document.
UNTIMED = Clock(math.inf, 0)
