"""Files written so that a reader of them sees the old content or the new, and never half of it."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from io import BufferedReader
from typing import IO, Any

from reconcile.core.settings import UsageError

_NO_FILE = {
    stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
}  # fmt: skip


# A name of its own, for that of the file may be as long as names can be.
_PREFIX, _SUFFIX = ".reconcile-", ".tmp"


class ChangedError(Exception):
    """The file is no longer the one that was read."""


def replace_file(path: str, data: bytes, sha256: str | None = None) -> None:
    """Write ``data`` to a new file beside ``path`` and rename it, keeping mode and attributes; a link is followed to its file.

    With ``sha256``, raise ChangedError unless the file's content still has it right before the rename, and where another
    run is at it. Raise OSError where the file cannot be written: without write permission for anybody, which a rename would
    pass over, with another name (a hard link), which would keep the old content, or no regular file.
    """
    target = os.path.realpath(path)
    # The link to a pipe, such as /dev/stdout, leads to a name that no file has.
    old = os.stat(path) if os.path.exists(path) else None
    if old is not None and not stat.S_ISREG(old.st_mode):
        if sha256 is not None:
            raise OSError(errno.EINVAL, "it is not a regular file", path)
        # A terminal or a pipe has no content to keep.
        with open(path, "wb") as file:
            file.write(data)
        return
    if old is not None and not (old.st_mode & 0o222 and os.access(target, os.W_OK)):
        raise PermissionError(errno.EACCES, "it is write-protected", path)
    if old is not None and old.st_nlink > 1:
        raise OSError(errno.EMLINK, "it has more than one name (hard links), and only one would be changed", path)
    folder = os.path.dirname(target)
    _sweep(folder)
    with _held(path, target, sha256), _temporary(folder) as (file, temporary):
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        if old is None:
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(temporary, 0o666 & ~mask)
        else:
            with contextlib.suppress(OSError):
                os.chown(temporary, old.st_uid, old.st_gid)
            shutil.copymode(target, temporary)
            _copy_attributes(target, temporary)
        if sha256 is not None and _hash(target) != sha256:
            raise ChangedError(f"{path}: changed since it was read; not written")
        os.replace(temporary, target)


@contextlib.contextmanager
def _held(path: str, target: str, sha256: str | None) -> Iterator[None]:
    """Keep other runs from writing a file that is to be changed. Raise ChangedError where one is at it."""
    if sha256 is None:
        yield
        return
    try:
        file = open_regular(target)
    except OSError:
        raise ChangedError(f"{path}: changed since it was read; not written") from None
    with file:
        if not _lock(file):
            raise ChangedError(f"{path}: another run is writing it; not written")
        yield


@contextlib.contextmanager
def _temporary(folder: str) -> Iterator[tuple[IO[bytes], str]]:
    """Make a file in a folder that is removed again if anything fails. Its lock tells others that it is in use."""
    while True:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder)
        file = os.fdopen(handle, "wb")
        # Until it was locked another run may have taken it for one that was left.
        if _lock(file) and os.fstat(file.fileno()).st_nlink:
            break
        file.close()
    with file:
        try:
            yield file, name
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise


def _sweep(folder: str) -> None:
    """Remove the temporary files in a folder that runs left which were killed: those that nobody holds a lock on."""
    for name in glob.glob(f"{_PREFIX}*{_SUFFIX}", root_dir=folder, include_hidden=True):
        path = os.path.join(folder, name)
        with contextlib.suppress(OSError), open_regular(path) as file:
            if _lock(file, sure=False):
                os.unlink(path)


def _lock(file: IO[bytes], *, sure: bool = True) -> bool:
    """Lock a file for this run, and return True if that could be done; ``sure`` is what counts where there are no locks."""
    try:
        import fcntl
    except ImportError:
        return sure
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # A file system without locks.
    except OSError:
        return sure
    return True


def _copy_attributes(old: str, new: str) -> None:
    """Copy extended attributes, and with them the lists of who may do what (ACL), where the system has them and lets us."""
    if not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):
        for name in os.listxattr(old):
            with contextlib.suppress(OSError):
                os.setxattr(new, name, os.getxattr(old, name))


def open_regular(path: str) -> BufferedReader:
    """Open a regular file to read bytes. Raise OSError for anything else, and wait for nobody at a pipe."""
    # What is opened is looked at, not what the name meant a moment ago.
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0)))  # noqa: SIM115
    what = no_file(os.fstat(file.fileno()).st_mode)
    if what is not None:
        file.close()
        raise OSError(errno.EINVAL, f"it is {what}, not a file", path)
    return file


def no_file(mode: int) -> str | None:
    """Return what a mode belongs to that holds no content to read again: a pipe, a socket or a device."""
    return _NO_FILE.get(stat.S_IFMT(mode))


def _hash(path: str) -> str:
    try:
        with open_regular(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def read_text_file(path: str, most: int) -> str:
    """The text of a file of at most ``most`` bytes. Raises UsageError for one that cannot be opened, is larger, or is not UTF-8."""
    try:
        with open_regular(path) as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > most:
        raise UsageError(f"{path}: larger than such a file may be ({most:,} bytes)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error


def read_json(path: str, most: int) -> Any:
    """The value in a JSON file. Raises UsageError as above, and with its place for what is no JSON or nested too deep."""
    import json

    try:
        return json.loads(read_text_file(path, most))
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}:{error.lineno}:{error.colno}: no JSON: {error.msg}") from error
    except RecursionError as error:
        raise UsageError(f"{path}: nested too deep") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
