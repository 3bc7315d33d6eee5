"""Files written so that a reader of them sees the old content or the new, and never half of it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import tempfile


class ChangedError(Exception):
    """The file is no longer the one that was read."""


def replace_file(path: str, data: bytes, sha256: str | None = None) -> None:
    """Write ``data`` to a new file beside ``path`` and rename it, keeping the mode; a link is followed to its file.

    With ``sha256``, raises ChangedError unless the file's content still has it right before the rename. Raises OSError
    where the file cannot be written: without write permission for anybody, which a rename would pass over, or no regular file.
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
    folder, name = os.path.split(target)
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
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
        if sha256 is not None and _hash(target) != sha256:
            raise ChangedError(f"{path}: changed since it was read; not written")
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _hash(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
