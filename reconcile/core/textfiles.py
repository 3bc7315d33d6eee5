"""Text and JSON in files that people hand over beside the documents: budgets, schemas, baselines. What is wrong with one is misuse."""

from __future__ import annotations

from typing import Any

from reconcile.core.settings import UsageError


def read_text_file(path: str, most: int) -> str:
    """The text of a file of at most ``most`` bytes. Raises UsageError for one that cannot be opened, is larger, or is not UTF-8."""
    try:
        with open(path, "rb") as file:
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
