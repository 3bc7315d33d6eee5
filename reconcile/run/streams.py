"""The streams and signals of the program: what is closed, full or gone ends it with a status, and a signal as Ctrl-C does."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Any

# As a shell tells of a program that a broken pipe ended.
_BROKEN_PIPE = 141
STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
_struck: list[int] = []


class Stream(io.FileIO):
    """A standard stream that remembers why it could not be written, and is silent from then on."""

    failure: OSError | None = None

    def __init__(self, number: int) -> None:
        super().__init__(number, "w", closefd=False)
        self.number = number

    def write(self, data: Any) -> int:
        """Write bytes. Raise OSError for what cannot be written, and SystemExit where nobody reads any more."""
        if self.failure is None:
            try:
                return super().write(data) or 0
            except OSError as error:
                self.failure = error
                # What cannot be said on standard error ends nothing; the status tells of it at the end.
                if self.number == 1:
                    if isinstance(error, BrokenPipeError):
                        raise SystemExit(_BROKEN_PIPE) from None
                    raise
        return len(data)


def hold_streams() -> tuple[Stream, Stream]:
    """Put streams in place of standard output and standard error. Take the numbers of those that are closed."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # Else a file that is opened later would have this number. Nothing can be read from or written to what has it now.
            os.open(os.devnull, os.O_WRONLY if number == 0 else os.O_RDONLY)
    out, err = Stream(1), Stream(2)
    sys.stdout = _text(sys.stdout, out)
    sys.stderr = _text(sys.stderr, err)
    return out, err


def _text(old: Any, stream: Stream) -> io.TextIOWrapper:
    encoding, errors = getattr(old, "encoding", None), getattr(old, "errors", None)
    lines = stream.number == 2 or stream.isatty()
    errors = "backslashreplace" if stream.number == 2 else errors
    return io.TextIOWrapper(io.BufferedWriter(stream), encoding=encoding, errors=errors, line_buffering=lines)


def heed_signals() -> None:
    """Let the signals that end a program stop it as Ctrl-C does. One that is ignored stays ignored (nohup)."""
    for number in STOPPING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _strike)


def _strike(number: int, _: FrameType | None) -> None:
    _struck.append(number)
    raise KeyboardInterrupt


def status_after(code: Any, streams: tuple[Stream, Stream]) -> int:
    """Return the exit status of a program that would end with ``code``: that of a signal or of a stream comes first."""
    out, err = streams
    with suppress(OSError, SystemExit):
        sys.stdout.flush()
        sys.stderr.flush()
    if _struck:
        return 128 + _struck[0]
    failure = out.failure or err.failure
    if failure is not None:
        return _BROKEN_PIPE if isinstance(failure, BrokenPipeError) else 2
    return code if isinstance(code, int) else 0 if code is None else 1
