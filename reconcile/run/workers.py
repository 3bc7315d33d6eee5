"""Workers: processes that do one piece of work after another, so that one that dies or hangs takes no other along.

joblib was tried first: its pool falls as a whole when one of its processes dies, and it has no limit of time for a piece.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Any, NamedTuple, TypeVar

from reconcile.core.limits import Lost, attempt
from reconcile.core.messages import Message, say
from reconcile.core.settings import UsageError

_T = TypeVar("_T")
_R = TypeVar("_R")

# So many pieces for each worker may be under way or done before the first of them is: what bounds the memory.
_AHEAD = 16
# How often it is looked at who takes too long, in seconds.
_WATCH = 0.25
# The working folder is not looked into for modules, for documents lie there; then the path is that of the first process.
_START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from reconcile.run.workers import serve; "
    "serve(int(sys.argv[1]))"
)


def work_through(
    work: Callable[[_T], _R],
    items: Iterable[_T],
    jobs: int,
    seconds: float,
    known: Callable[[_T], _R | None] = lambda _: None,
) -> Generator[tuple[_T, _R | Lost], None, None]:
    """Items with their results, in their order, worked out in as many processes as ``jobs`` says, each in at most ``seconds``.

    ``work`` is a function of a module, or a partial of one. What is ``known`` is not given to a process. An item at which one
    dies is given to a new one once more. Raises UsageError as ``work`` does, and where no process can be started.
    """
    crew = _Crew(pickle.dumps(work), seconds)
    ahead: deque[tuple[_T, Future[Any]]] = deque()
    pool = ThreadPoolExecutor(jobs)
    try:
        for item in items:
            found = known(item)
            ahead.append((item, pool.submit(crew.do, item) if found is None else _done(found)))
            while ahead and (ahead[0][1].done() or len(ahead) > _AHEAD * jobs):
                first, future = ahead.popleft()
                yield first, future.result()
        for each, future in ahead:
            yield each, future.result()
    finally:
        crew.stop()
        pool.shutdown(cancel_futures=True)


def _done(result: object) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(result)
    return future


def serve(parent: int) -> None:
    """Do what a worker does until nobody asks any more: receive an item, send its result. End when ``parent`` ends."""
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not stand among the answers.
    os.dup2(2, 1)
    work = pickle.load(asked)
    answer: object = None
    with suppress(EOFError, BrokenPipeError):
        while True:
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
            item = pickle.load(asked)
            try:
                answer = attempt(work, item)
            except UsageError as error:
                answer = error
    # Nothing is left to be written; what is buffered for a reader that is gone would be complained of.
    os._exit(0)


def _follow(parent: int) -> None:
    """End this process when its parent is gone, however that ended: nobody waits for the result."""
    while os.name == "posix":
        if os.getppid() != parent:
            os._exit(1)
        time.sleep(_WATCH)


class _Crew:
    """The workers of one run: one for each thread that asks, and one more thread that stops those that take too long."""

    def __init__(self, work: bytes, seconds: float) -> None:
        self.work, self.seconds = work, seconds
        self.workers: dict[int, _Worker] = {}
        self.stopped = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def do(self, item: object) -> object:
        """The result for an item; called from the threads."""
        answer: object = Lost(say("the run was stopped"))
        for _ in range(2):
            if self.stopped.is_set():
                break
            me = threading.get_ident()
            worker = self.workers.get(me)
            if worker is None:
                worker = self.workers[me] = _Worker(self.work)
                # It may have been stopped while this one was not known yet.
                if self.stopped.is_set():
                    worker.end()
                    break
            answer = worker.ask(item, self.seconds)
            if worker.late or isinstance(answer, _Died):
                worker.end()
                del self.workers[me]
            if isinstance(answer, UsageError):
                raise answer
            if not isinstance(answer, _Died):
                return answer
            answer = Lost(answer.reason)
        return answer

    def stop(self) -> None:
        """End all workers."""
        self.stopped.set()
        for worker in list(self.workers.values()):
            worker.end()

    def _watch(self) -> None:
        while not self.stopped.wait(_WATCH):
            for worker in list(self.workers.values()):
                worker.stop_if_late()


class _Died(NamedTuple):
    """A process is gone, and how it went."""

    reason: Message


class _Worker:
    """A process that answers."""

    def __init__(self, work: bytes) -> None:
        # In a group of its own a process is not struck by Ctrl-C: the first process ends it.
        alone: dict[str, Any] = (
            {"process_group": 0} if os.name == "posix" else {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined,unused-ignore]
        )
        command = [sys.executable, "-P", "-c", _START, str(os.getpid())]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **alone)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.asks: IO[bytes] = self.process.stdin
        self.answers: IO[bytes] = self.process.stdout
        self.late = False
        self._deadline: float | None = None
        self._lock = threading.Lock()
        with suppress(OSError):
            self.asks.write(pickle.dumps(sys.path) + work)
        if isinstance(self._answer(), _Died):
            self.end()
            raise UsageError("a process for --jobs cannot be started; try --jobs 1")

    def ask(self, item: object, seconds: float) -> object:
        """The answer to an item, or how the process went."""
        with self._lock:
            self._deadline = time.monotonic() + seconds
        try:
            pickle.dump(item, self.asks, pickle.HIGHEST_PROTOCOL)
            answer = self._answer()
        except OSError:
            answer = self._died()
        with self._lock:
            self._deadline = None
        if self.late and isinstance(answer, _Died):
            return Lost(say("checking it took more than {seconds:,} seconds and was stopped", seconds=round(seconds)))
        return answer

    def stop_if_late(self) -> None:
        """End the process if its time is up."""
        with self._lock:
            if self._deadline is not None and time.monotonic() > self._deadline:
                self.late = True
                self.process.kill()

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.asks, self.answers):
            with suppress(OSError):
                pipe.close()

    def _answer(self) -> object:
        try:
            self.asks.flush()
            return pickle.load(self.answers)
        except (OSError, EOFError, pickle.UnpicklingError, ValueError):
            return self._died()

    def _died(self) -> _Died:
        status = self.process.wait()
        if status >= 0:
            return _Died(say("checking it ended the process with status {status}", status=status))
        name = signal.Signals(-status).name
        if name == "SIGKILL":
            return _Died(
                say("checking it ended the process by the signal {name}, perhaps for want of memory", name=name)
            )
        return _Died(say("checking it ended the process by the signal {name}", name=name))
