"""The tests read what is said in English, whatever language whoever runs them speaks."""

from __future__ import annotations

import os

os.environ.pop("LC_ALL", None)
os.environ["LC_MESSAGES"] = "C"
