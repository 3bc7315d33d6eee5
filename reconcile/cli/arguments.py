"""What the arguments of a command mean: settings, documents, sources.

Every function raises UsageError for what is misuse.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.check.rules import CODES, codes_named
from reconcile.core.document import Document
from reconcile.core.messages import REPORT_LANGUAGES, language_id, language_of
from reconcile.core.settings import Detail, Settings, UsageError, load_settings
from reconcile.core.words import separators
from reconcile.read import read_bytes, read_path
from reconcile.run.paths import cores, find_paths, listed_paths, read_contents

if TYPE_CHECKING:
    from reconcile.equate.budget.file import Budget
    from reconcile.run.document import Input

STDIN = "<stdin>"
_WHOLE = 100


def settings_of(
    locale: str | None,
    select: list[str] | None,
    ignore: list[str] | None,
    fail_on: str | None,
    lang: str | None = None,
    schema: str | None = None,
    fail_under: int | None = None,
) -> Settings:
    """Settings of the settings file, with what the command says otherwise."""
    settings = _validated(
        load_settings(Path(), Settings(lang=language_of(os.environ, language_id()))), "in the settings file, "
    )
    if lang is not None:
        settings = replace(settings, lang=lang)
    if schema is not None:
        settings = replace(settings, schema=schema)
    if locale is not None:
        settings = replace(settings, locale=locale)
    if select:
        settings = replace(settings, select=_codes("--select", select))
    if ignore:
        settings = replace(settings, ignore=_codes("--ignore", ignore))
    if fail_on is not None:
        settings = replace(settings, fail_on=fail_on)
    if fail_under is not None:
        settings = replace(settings, fail_under=fail_under)
    return _validated(settings, "--")


def _validated(settings: Settings, lead: str) -> Settings:
    """Settings whose values mean something; a complaint begins with ``lead`` and the key."""
    if settings.locale is not None:
        try:
            separators(settings.locale)
        except ValueError as error:
            raise UsageError(f"{lead}locale: {error}") from error
    one_of(f"{lead}lang", settings.lang, REPORT_LANGUAGES)
    one_of(f"{lead}fail-on", settings.fail_on, ("error", "warning", "note", "never"))
    if not 0 <= settings.fail_under <= _WHOLE:
        raise UsageError(f"{lead}fail-under: {settings.fail_under} is no share in per cent, from 0 to 100")
    select, ignore = (tuple(map(codes_named, codes)) for codes in (settings.select, settings.ignore))
    named = [("", code) for code in (*select, *ignore)]
    named += [(f"{silence.place}: ", code) for silence in settings.suppress for code in silence.codes]
    for place, code in named:
        if not any(known.startswith(codes_named(code)) for known in CODES):
            raise UsageError(f"{place}no rule {code!r}; `reconcile rules` lists them")
    return replace(settings, select=select, ignore=ignore)


def budget_of(path: str | None) -> Budget | None:
    """The budget that a file states, if one is given."""
    if path is None:
        return None
    from reconcile.equate.budget.file import load_budget

    return load_budget(path)


def detail_of(quiet: bool, verbose: bool, format: str) -> Detail:
    """How much the terminal is told."""
    if quiet and verbose:
        raise UsageError("give one of --quiet and --verbose")
    if (quiet or verbose) and format != "terminal":
        raise UsageError(f"--{'quiet' if quiet else 'verbose'} is for the terminal, not for --format {format}")
    return Detail.QUIET if quiet else Detail.VERBOSE if verbose else Detail.NORMAL


def documents_of(
    paths: list[str] | None, plan: Budget | None, settings: Settings, format: str | None
) -> tuple[list[Document], list[str]]:
    """The documents that paths or a budget name, and a complaint for each argument that names none."""
    found, complaints = find_paths(paths or (plan.paths() if plan else ()))
    if not paths and not plan:
        raise UsageError("no document given; name files, directories or globs, or - for standard input")
    documents = [read_document(path, settings, format) for path in found]
    if not documents and not plan:
        raise UsageError(*complaints)
    return documents, complaints


def sources_of(
    paths: list[str] | None, files_from: str | None, plan: Budget | None, settings: Settings, others: Counter[str]
) -> tuple[list[Input], list[str]]:
    """The same as sources, which are read one by one; and what a list of files names among them.

    ``others`` counts what folders hold besides documents.
    """
    from reconcile.run.document import Input

    listed = [] if files_from is None else _listed(files_from, paths)
    if not paths and files_from is None and plan is None:
        raise UsageError("no document given; name files, directories or globs, or - for standard input")
    given = [*(paths or ()), *listed] if paths or files_from else plan.paths() if plan else ()
    found, complaints = find_paths(given, others)
    if not found and not plan and complaints:
        raise UsageError(*complaints)
    sources = [Input(STDIN, standard_input(settings)) if path == "-" else Input(path) for path in found]
    return sources, complaints


def _read_list(path: str) -> bytes:
    # A list may come through a pipe: --files-from <(git diff ...).
    if stat.S_ISCHR(os.stat(path).st_mode):
        raise OSError(errno.EINVAL, "it is a device, not a file", path)
    return Path(path).read_bytes()


def _listed(files_from: str, paths: list[str] | None) -> list[str]:
    if files_from == "-" and "-" in (paths or ()):
        raise UsageError("standard input cannot be both a document and --files-from")
    if files_from != "-":
        try:
            return listed_paths(_read_list(files_from))
        except OSError as error:
            raise UsageError(f"{files_from}: cannot be read: {error.strerror or error}") from error
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("standard input is closed")
    return listed_paths(_read_stdin())


def jobs_of(text: str) -> int:
    """How many processes: a number, or one for each core."""
    if text != "auto" and not text.isdecimal():
        raise UsageError(f"--jobs: {text!r} is neither a number nor auto")
    return cores() if text == "auto" or int(text) == 0 else int(text)


def hold_apart(outputs: Mapping[str, str | None], inputs: Iterable[str | None]) -> None:
    """Raise UsageError where a file to be written, by its option, is one that is read or another one to be written.

    Files are told by what they are, not by name: a link to a document is that document. Settings are read, too.
    """
    read = {_identity(path): path for path in (*inputs, "reconcile.toml", "pyproject.toml") if path is not None}
    written: dict[object, str] = {}
    for option, output in outputs.items():
        if output is None:
            continue
        identity = _identity(output)
        if identity is not None and identity in read:
            raise UsageError(f"{option}: {output} is read by this run ({read[identity]}); name another file")
        if identity is not None and identity in written:
            raise UsageError(f"{option}: {output} is written by {written[identity]}, too; name another file")
        written[identity] = option


def _identity(path: str) -> object:
    """Return what tells a file from all others; None for what is none, such as a terminal."""
    try:
        about = os.stat(path)
    except (OSError, ValueError):
        return os.path.realpath(path) if "\0" not in path else None
    return (about.st_dev, about.st_ino) if stat.S_ISREG(about.st_mode) else None


def _codes(option: str, values: list[str]) -> tuple[str, ...]:
    codes = tuple(codes_named(code) for value in values for code in value.split(",") if code.strip())
    if not codes:
        raise UsageError(f"{option}: no rule is named")
    return codes


def one_of(option: str, value: str | None, known: tuple[str, ...]) -> None:
    """Nothing, where an option's value is among those known."""
    if value is not None and value not in known:
        raise UsageError(f"{option}: {value!r} is not one of {', '.join(known)}")


def contents_of(paths: list[str], settings: Settings) -> tuple[dict[str, bytes], list[Document]]:
    """The bytes of the documents that can be read, by path, and as documents those that cannot."""
    contents, unreadable = read_contents((path for path in paths if path != "-"), settings)
    if "-" in paths:
        data = standard_input(settings)
        if len(data) > settings.max_bytes:
            unreadable.append(read_bytes(STDIN, data, settings))
        else:
            contents[STDIN] = data
    return contents, unreadable


def standard_input(settings: Settings) -> bytes:
    """The bytes of standard input, one more than the limit where it is longer."""
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("standard input is closed")
    return _read_stdin(settings.max_bytes + 1)


def _read_stdin(most: int = -1) -> bytes:
    try:
        return sys.stdin.buffer.read(most)
    except OSError as error:
        raise UsageError(f"standard input: cannot be read: {error.strerror or error}") from error


def read_document(path: str, settings: Settings, format: str | None) -> Document:
    """The document at a path, or on standard input."""
    if path == "-":
        return read_bytes(STDIN, standard_input(settings), settings, format)
    return read_path(path, settings, format)
