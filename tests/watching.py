"""Checks documents under watch: ``python tests/watching.py PATH...`` prints what it opened and started, as JSON.

Python tells of every file that it opens, every socket and every program that it starts (audit events), in libraries as well.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import reconcile
from reconcile.report import BINARY, REPORT_FORMATS, write_bytes

FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile",
             "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.", "pty.", "shutil.", "tempfile.", "os.remove",
             "os.rename", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "sqlite3.")  # fmt: skip


def watch(paths: list[str]) -> dict[str, list[str]]:
    """The files that were opened while ``paths`` were checked, and the events that must not be."""
    opened: list[str] = []
    forbidden: list[str] = []
    watching = True

    def see(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching:
            return
        if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
            opened.append(os.fsdecode(arguments[0]))
        elif event.startswith(FORBIDDEN):
            forbidden.append(f"{event} {arguments}"[:200])

    sys.addaudithook(see)
    for path in paths:
        report = reconcile.check(path)
        # Not the workbook: openpyxl puts its sheets together in temporary files.
        for name in set(REPORT_FORMATS) - set(BINARY):
            assert b"".join(write_bytes(report, name))
    watching = False
    return {"opened": opened, "forbidden": forbidden}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(watch(sys.argv[1:])))
