"""Many documents: from paths, directories and globs to the files to read, in a fixed order."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from reconcile.core.document import Document
from reconcile.core.files import no_file, open_regular
from reconcile.core.settings import Settings
from reconcile.read import SUFFIXES, read_bytes, read_path
from reconcile.read.remote import find_urls, is_url

# Budgets, schemas and settings stand beside documents and are none.
_NO_DOCUMENTS = frozenset({".yaml", ".yml", ".toml"})
_MOST_KINDS = 5


def find_paths(arguments: Iterable[str], others: Counter[str] | None = None) -> tuple[list[str], list[str]]:
    """The files that arguments name, each once and in order, and a complaint for each argument that names none.

    A directory stands for all files in it, at any depth, that have the suffix of a known format and are not hidden;
    a pattern with ``*``, ``?`` or ``[`` for the files it matches (``**`` at any depth); ``-`` for standard input. A URL stands
    for itself, or for the files that it means as a folder (with ``/`` at its end) or as a pattern. ``others`` counts the files
    of other kinds in directories, by their suffixes.
    """
    others = Counter() if others is None else others
    paths: dict[str, None] = {}
    complaints: list[str] = []
    for argument in arguments:
        if argument == "-" or os.path.isfile(argument):
            paths[argument] = None
            continue
        if is_url(argument):
            try:
                found = find_urls(argument, SUFFIXES)
            except OSError as error:
                found, said = [], f": {error}"
            else:
                said = ": no file matches"
            if not found:
                complaints.append(f"{argument}{said}")
        elif os.path.isdir(argument):
            found = _in_folder(argument, others)
            if not found:
                complaints.append(f"{argument}: no documents in this directory ({', '.join(SUFFIXES)} are looked for)")
        elif glob.has_magic(argument):
            matches = sorted(glob.glob(argument, recursive=True))
            found = [path for path in matches if os.path.isfile(path)]
            found += [path for folder in matches if os.path.isdir(folder) for path in _in_folder(folder, others)]
            if not found:
                complaints.append(f"{argument}: no file matches")
        elif what := _no_file(argument):
            found = []
            complaints.append(f"{argument}: it is {what}, not a file; - is standard input")
        elif os.path.lexists(argument):
            found = [argument]
        else:
            found = []
            complaints.append(f"{argument}: no such file or directory{_meant(argument)}")
        paths |= dict.fromkeys(found)
    # The same file under two names (d.txt, ./d.txt) is one document.
    files = {path if path == "-" or is_url(path) else os.path.realpath(path): path for path in reversed(paths)}
    first = set(files.values())
    return [path for path in paths if path in first], complaints


def listed_paths(data: bytes) -> list[str]:
    """The paths of a list: each ended by a NUL if there is one in it, else one on a line."""
    parts = data.split(b"\0") if b"\0" in data else data.splitlines()
    return [os.fsdecode(part) for part in parts if part.strip()]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_contents(paths: Iterable[str], settings: Settings) -> tuple[dict[str, bytes], list[Document]]:
    """The bytes of files by path; and documents that only say why they could not be read, or are too large."""
    contents: dict[str, bytes] = {}
    unreadable: list[Document] = []
    for path in paths:
        try:
            with open_regular(path) as file:
                data = file.read(settings.max_bytes + 1)
        except (OSError, ValueError):
            unreadable.append(read_path(path, settings))
            continue
        if len(data) > settings.max_bytes:
            unreadable.append(read_bytes(path, data, settings))
        else:
            contents[path] = data
    return contents, unreadable


def _no_file(path: str) -> str | None:
    """Return what stands at a path where that is a pipe, a socket or a device."""
    try:
        return no_file(os.stat(path).st_mode)
    except (OSError, ValueError):
        return None


def _meant(argument: str) -> str:
    """What may be meant by a path that is not there: a file beside it with nearly its name."""
    from difflib import get_close_matches

    folder, name = os.path.split(argument)
    try:
        beside = [each for each in os.listdir(folder or ".") if not each.startswith(".")]
    except (OSError, ValueError):
        return ""
    near = get_close_matches(name, beside, n=1, cutoff=0.8)
    return f"; did you mean {os.path.join(folder, near[0])}?" if near else ""


def say_others(others: Counter[str]) -> str:
    """What was passed over in directories, in words: *6 files of other kinds: 4 .png, 2 .doc*; nothing where nothing was."""
    count = others.total()
    if not count:
        return ""
    kinds = sorted(others.items(), key=lambda kind: (-kind[1], kind[0]))
    shown = ", ".join(f"{number} {suffix or 'without suffix'}" for suffix, number in kinds[:_MOST_KINDS])
    rest = f" and {len(kinds) - _MOST_KINDS} kinds more" if len(kinds) > _MOST_KINDS else ""
    return f"{count} {'file' if count == 1 else 'files'} of other kinds not read: {shown}{rest}"


def _in_folder(folder: str, others: Counter[str]) -> list[str]:
    found: list[str] = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            suffix, path = Path(name).suffix.casefold(), os.path.join(base, name)
            # Regular files and broken links, which are then reported; a pipe would be waited for without end.
            if not os.path.isfile(path) and os.path.exists(path):
                continue
            if suffix in SUFFIXES:
                found.append(path)
            elif suffix not in _NO_DOCUMENTS:
                others[suffix] += 1
    return found
