"""Results kept between runs, by what they rest on: the version, the settings, what is to be written, path and content."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

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


class Cache(NamedTuple):
    """A folder of results, and the hash of all that those of one run have in common."""

    folder: str
    common: str


def open_cache(path: str, settings: Settings, *what: object) -> Cache:
    """The cache in a folder, which is made; ``what`` else the results depend on. Raises UsageError where it cannot be written."""
    try:
        os.makedirs(path, exist_ok=True)
        _write(os.path.join(path, _TAG), _SIGNATURE.encode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be a cache: {error.strerror or error}") from error
    digest = hashlib.sha256(
        repr((__version__, astuple(settings), what, [_version(name) for name in _READERS])).encode()
    )
    shipped = sorted(file for file in folder().rglob("*") if file.suffix in (".csv", ".yaml"))
    for file in [*shipped, *([Path(settings.schema)] if settings.schema is not None else [])]:
        if file.is_file():
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return Cache(path, digest.hexdigest())


def key_of(cache: Cache, *parts: str | bytes) -> str:
    """The key of a result by what it rests on, such as a document's path and content."""
    digest = hashlib.sha256(cache.common.encode())
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def load(cache: Cache, key: str) -> tuple[dict[str, Any], bytes] | None:
    """A result, as what is said of it and its body; None where it is not there, or is damaged."""
    # Not at start-up: a check without a cache needs none.
    import json

    try:
        with open(_path(cache, key), "rb") as file:
            said, _, rest = file.read().partition(b"\n")
        if hashlib.sha256(rest).hexdigest().encode() != said:
            return None
    except OSError:
        return None
    head, _, body = rest.partition(b"\n")
    found: dict[str, Any] = json.loads(head)
    return found, body


def save(cache: Cache, key: str, head: dict[str, Any], body: bytes) -> None:
    """Keep a result, as a whole or not at all; one that cannot be kept is worked out again."""
    import json

    rest = json.dumps(head).encode() + b"\n" + body
    path = _path(cache, key)
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _write(path, hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)


def _path(cache: Cache, key: str) -> str:
    return os.path.join(cache.folder, key[:2], key[2:])


def _write(path: str, data: bytes) -> None:
    """A file put in its place complete. That it reaches the disk is not waited for: a torn one is known by its hash."""
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path) or ".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
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
