"""Documents that stand behind a URL (``s3://``, ``https://``, ``zip://``), by fsspec. Only what is named is fetched."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from reconcile.core.settings import UsageError
from reconcile.version import how_to_install

if TYPE_CHECKING:
    from types import ModuleType

# A letter alone is a drive of Windows. ``zip://a.md::https://...`` is a file within another.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:::[A-Za-z0-9+.-]+)*://")
_MAGIC = re.compile(r"[*?\[]")
# A question mark is part of their addresses, and a folder of theirs is a page of links.
_WEB = ("http://", "https://")


def is_url(path: str) -> bool:
    """Whether a path is a URL, and not a file whose name looks like one."""
    return _URL.match(path) is not None and not os.path.lexists(path)


def fetch(url: str, limit: int) -> bytes:
    """What stands behind a URL, at most ``limit`` bytes of it. Raises OSError with the reason, UsageError without fsspec."""
    fsspec = _fsspec()
    try:
        with fsspec.open(url, "rb") as file:
            data: bytes = file.read(limit)
    except Exception as error:  # each protocol has its own
        raise OSError(_reason(error)) from error
    return data


def find_urls(url: str, suffixes: tuple[str, ...]) -> list[str]:
    """The URLs of the files that a URL means: those that match its ``*``, those in its folder that have a suffix, or itself.

    Raises OSError with the reason, UsageError without fsspec.
    """
    fsspec = _fsspec()
    head, chained, rest = url.partition("::")
    if "://" not in head:
        # How it is to be held while it is read: simplecache::s3://...
        return [f"{head}::{each}" for each in find_urls(rest, suffixes)]
    if head.startswith(_WEB):
        return [url]
    try:
        system, path = fsspec.core.url_to_fs(url)
        if _MAGIC.search(path):
            found = [each for each in system.glob(path) if system.isfile(each)]
        elif url.endswith("/") or (head.endswith("://") and chained):
            found = [each for each in system.find(path) if each.casefold().endswith(suffixes)]
        else:
            return [url]
    except Exception as error:  # each protocol has its own
        raise OSError(_reason(error)) from error
    protocol = head.partition("://")[0]
    return [f"{protocol}://{each.removeprefix(f'{protocol}://')}{chained}{rest}" for each in sorted(found)]


def _reason(error: BaseException) -> str:
    said = " ".join(str(getattr(error, "strerror", None) or error).split())
    if isinstance(error, ImportError):
        return f"its protocol needs another package: {said}"
    return f"{type(error).__name__}: {said}" if not isinstance(error, OSError) or not said else said


def _fsspec() -> Any:
    try:
        import fsspec
        import fsspec.core
    except ImportError as error:
        raise UsageError(f"reading a URL needs {how_to_install('remote')}") from error
    module: ModuleType = fsspec
    return module
