"""Where reports are written: to a file or to standard output, as a whole or piece by piece."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TextIO

from reconcile.core.settings import UsageError
from reconcile.run.streams import STOPPING


def write_text(pieces: Iterable[str], output: str | None, encoding: str | None = None) -> None:
    """Write text to a file (UTF-8), or to standard output; what the encoding lacks, or a file's name has, is spelt out."""
    with open_text(output, encoding) as file:
        file.writelines(pieces)


@contextmanager
def open_text(output: str | None, encoding: str | None = None) -> Iterator[TextIO]:
    """A file (UTF-8) or standard output, to write text to. Raises UsageError where it cannot be written."""
    try:
        if output is None:
            if sys.stdout is None:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            if isinstance(sys.stdout, TextIOWrapper):
                sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
            yield sys.stdout
            sys.stdout.flush()
        else:
            with Path(output).open("w", encoding="utf-8", errors="backslashreplace") as file:
                yield file
    except OSError as error:
        raise UsageError(f"{output or 'standard output'}: cannot be written: {error.strerror or error}") from error


def write_binary(pieces: Iterable[bytes], output: str) -> None:
    """Write bytes to a file. Raises UsageError where it cannot be written."""
    with open_binary(output) as file:
        file.writelines(pieces)


@contextmanager
def open_binary(output: str) -> Iterator[IO[bytes]]:
    """A file to write bytes to. Raises UsageError where it cannot be written."""
    try:
        with Path(output).open("wb") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from error


@contextmanager
def unbroken() -> Iterator[None]:
    """Let Ctrl-C and the other signals that stop a run wait until this is done, so that nothing is written by halves."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    struck: list[int] = []
    # Only those that raise: one that is ignored, or ends the process, is left as it is.
    before = {number: signal.getsignal(number) for number in STOPPING}
    before = {number: handler for number, handler in before.items() if callable(handler)}
    for number in before:
        signal.signal(number, lambda number, _: struck.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in struck:
        handler = before[signal.Signals(number)]
        assert callable(handler)
        handler(number, None)
