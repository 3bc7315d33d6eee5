"""Results kept between runs, by what they rest on: the version, the settings, what is to be written, path and content.

Whoever can write to the folder could forge a result. So each carries a code made with a key that only its user can read, and
what git keeps in the folder is not believed: a change that others propose could have put it there.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

from reconcile.core.files import open_regular
from reconcile.core.settings import Settings, UsageError
from reconcile.recognise.registries import folder
from reconcile.version import __version__

# What reads documents: another version may read them otherwise.
_READERS = (
    "openpyxl", "pandera", "pdfminer.six", "pdfplumber", "python-calamine", "python-docx", "python-pptx", "rapidfuzz",
    "striprtf",
)  # fmt: skip
# By this name and beginning backup programs know what need not be kept.
_TAG = "CACHEDIR.TAG"
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55\n# Results of reconcile; may be removed at any time.\n"


# Stands for the folder that the system has for such things.
AUTO = "auto"
_KEY = "key"
_KEY_BYTES = 32


class Cache(NamedTuple):
    """A folder of results, the hash of all that those of one run have in common, and the user's key.

    ``distrusted`` are the entries that git keeps, which are not believed; None distrusts all of them.
    """

    folder: str
    common: str
    secret: bytes
    distrusted: frozenset[str] | None = frozenset()


def open_cache(path: str, settings: Settings, *what: object) -> Cache:
    """Open the cache in a folder, which is made; ``what`` else the results depend on. Raise UsageError where it cannot be written."""
    own = user_folder()
    path = own if path == AUTO else path
    try:
        os.makedirs(path, exist_ok=True)
        _write(os.path.join(path, _TAG), _SIGNATURE.encode())
        tracked = _tracked(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be a cache: {error.strerror or error}") from error
    try:
        os.makedirs(own, mode=0o700, exist_ok=True)
        kept = tracked if os.path.realpath(own) == os.path.realpath(path) else _tracked(own)
        if kept is None or _KEY in kept:
            raise UsageError(f"{own}: cannot keep the key of the cache: git may have put one there")
        secret = _secret(os.path.join(own, _KEY))
    except OSError as error:
        raise UsageError(f"{own}: cannot keep the key of the cache: {error.strerror or error}") from error
    digest = hashlib.sha256(
        repr((__version__, astuple(settings), what, [_version(name) for name in _READERS])).encode()
    )
    shipped = sorted(file for file in folder().rglob("*") if file.suffix in (".csv", ".yaml"))
    for file in [*shipped, *([Path(settings.schema)] if settings.schema is not None else [])]:
        if file.is_file():
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return Cache(path, digest.hexdigest(), secret, tracked)


def user_folder() -> str:
    """Return the folder in which the system keeps what may be removed, ours in it."""
    # Not at start-up: a check without a cache needs none.
    from platformdirs import user_cache_dir

    return user_cache_dir("reconcile", appauthor=False)


def key_of(cache: Cache, *parts: str | bytes) -> str:
    """The key of a result by what it rests on, such as a document's path and content."""
    digest = hashlib.sha256(cache.common.encode())
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def load(cache: Cache, key: str) -> tuple[dict[str, Any], bytes] | None:
    """Return a result as what is said of it and its body; None where it is not there, or is not as it was saved."""
    import hmac
    import json

    if cache.distrusted is None or f"{key[:2]}/{key[2:]}" in cache.distrusted:
        return None
    try:
        with open_regular(_path(cache, key)) as file:
            said, _, rest = file.read().partition(b"\n")
        if not hmac.compare_digest(_code(cache, key, rest), said):
            return None
        head, _, body = rest.partition(b"\n")
        found = json.loads(head)
    except (OSError, ValueError, RecursionError):
        return None
    return (found, body) if isinstance(found, dict) else None


def save(cache: Cache, key: str, head: dict[str, Any], body: bytes) -> None:
    """Keep a result, as a whole or not at all; one that cannot be kept is worked out again."""
    import json

    rest = json.dumps(head).encode() + b"\n" + body
    path = _path(cache, key)
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _write(path, _code(cache, key, rest) + b"\n" + rest)


def _code(cache: Cache, key: str, rest: bytes) -> bytes:
    """Return the code of an entry, which holds for its content in its place."""
    import hmac

    return hmac.digest(cache.secret, key.encode() + b"\n" + rest, "sha256").hex().encode()


def _secret(path: str) -> bytes:
    """Return the key at a path. One that is not there, or that others could read or have made, is made anew."""
    import secrets

    for _ in range(2):
        try:
            with open_regular(path) as file:
                about, found = os.fstat(file.fileno()), file.read(_KEY_BYTES + 1)
        except FileNotFoundError:
            found = b""
        else:
            ours = not hasattr(os, "getuid") or (
                about.st_uid == os.getuid() and not stat.S_IMODE(about.st_mode) & 0o077
            )
            if ours and not os.path.islink(path) and len(found) == _KEY_BYTES:
                return found
            os.unlink(path)
        # Of two that make one at once the first is right, and the file has its name only with all of its bytes.
        _write(path, secrets.token_bytes(_KEY_BYTES), once=True)
    with open_regular(path) as file:
        return file.read(_KEY_BYTES)


def _tracked(path: str) -> frozenset[str] | None:
    """Return the files in a folder that git keeps, by their paths in it; None where that cannot be told."""
    here = Path(os.path.realpath(path))
    if not any(os.path.lexists(above / ".git") for above in (here, *here.parents)):
        return frozenset()
    import subprocess

    # Settings that would start programs are left out.
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(here), "ls-files", "-z"]
    try:
        found = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return frozenset(os.fsdecode(name) for name in found.split(b"\0") if name)


def _path(cache: Cache, key: str) -> str:
    return os.path.join(cache.folder, key[:2], key[2:])


def _write(path: str, data: bytes, *, once: bool = False) -> None:
    """Put a file in its place complete, or with ``once`` leave the one that is there. That it reaches the disk is not waited for."""
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path) or ".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if once:
            with suppress(FileExistsError):
                os.link(temporary, path)
            os.unlink(temporary)
        else:
            os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return ""
