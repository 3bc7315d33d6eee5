"""Patterns that schema files hold, matched under a limit of time: some patterns would take for ever on a text of one line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from reconcile.core.settings import UsageError

# For all cells of a column together. An honest pattern takes a thousandth of it.
_SECONDS = 5.0
_FUNCTIONS = {"str_matches": "match", "str_contains": "search"}


class Matcher:
    """Do what one of pandera's checks by a pattern does, and stop when the time is up."""

    def __init__(self, check: str) -> None:
        self.check = check
        self.hung = ""

    def __deepcopy__(self, memo: object) -> Matcher:
        """Stay one: pandera copies schemas, and what is remembered is asked for afterwards."""
        return self

    def __call__(self, data: Any, pattern: Any) -> Any:
        """Return whether each text of a column matches; one that is empty or no text does not."""
        import pandas as pd
        import regex

        # Raises for a column that holds no text, which pandera then tells.
        data.str  # noqa: B018
        text = pattern if isinstance(pattern, str) else pattern.pattern
        matches = getattr(regex.compile(text), _FUNCTIONS[self.check])
        end = time.monotonic() + _SECONDS
        found = []
        for value in data:
            try:
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                found.append(isinstance(value, str) and matches(value, timeout=left) is not None)
            # What is raised here pandera would take for a fault of the table.
            except TimeoutError:
                self.hung = text
                found += [True] * (len(data) - len(found))
                break
        return pd.Series(found, index=data.index, dtype=bool)


def limit_patterns(schema: Any) -> None:
    """Let each check by a pattern of a pandera schema be made under the limit of time."""
    for check in _checks(schema):
        if check.name in _FUNCTIONS:
            check._check_fn = Matcher(check.name)


def hold_time(schema: Any, name: str) -> None:
    """Raise UsageError where a pattern of a schema took too long."""
    for check in _checks(schema):
        matcher = check._check_fn
        if isinstance(matcher, Matcher) and matcher.hung:
            raise UsageError(
                f"{name}: {matcher.check}: the pattern {matcher.hung!r} takes longer than {_SECONDS:.0f} seconds on a column; "
                "write it without a repetition within a repetition"
            )


def _checks(schema: Any) -> Iterator[Any]:
    yield from schema.checks
    for column in schema.columns.values():
        yield from column.checks
