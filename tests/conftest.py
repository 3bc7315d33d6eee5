"""The tests read what is said in English, whatever language whoever runs them speaks."""

from __future__ import annotations

import os

import pytest

os.environ.pop("LC_ALL", None)
os.environ["LC_MESSAGES"] = "C"


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the key of the cache and what --cache auto means away from those of whoever runs the tests."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
