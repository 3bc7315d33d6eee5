"""Checks mutants of one format in a process of its own: ``python -m tests.fuzzing FORMAT FIRST COUNT``.

Prints the number of each mutant before it is checked, so that one that ends the process is known, and at last a line of JSON:
what was thrown, by mutant, the longest time in seconds with its mutant, and the memory held in bytes.
"""

from __future__ import annotations

import faulthandler
import json
import resource
import signal
import sys
import time
import traceback
import warnings

from reconcile.cli.tables import list_tables
from reconcile.core.settings import Settings
from reconcile.read import read_bytes
from reconcile.read.office import xlsx
from reconcile.report import REPORT_FORMATS, write_bytes
from reconcile.run.pipeline import check_documents
from tests.mutations import mutant

# One reading, one check and ten reports, the working paper of thousands of amounts among them.
SECONDS = 10
LARGE = xlsx._LARGE
MEMORY = 2 << 30


class LateError(KeyboardInterrupt):
    """A mutant took too long. No reader holds back an interruption."""


def check_mutant(format: str, number: int) -> None:
    """Read, check and report a mutant; every other one as the format it was, whatever its content looks like.

    Of four mutants two are read as workbooks of any size are, and two as large ones.
    """
    xlsx._LARGE = LARGE if number % 4 < 2 else -1
    document = read_bytes(f"mutant {number}", mutant(format, number), Settings(), format if number % 2 else None)
    report = check_documents([document])
    for name in REPORT_FORMATS:
        assert b"".join(write_bytes(report, name))
    list_tables(report, "csv")


def _interrupt(*_: object) -> None:
    raise LateError


def main(format: str, first: int, count: int) -> dict[str, object]:
    """Check ``count`` mutants from number ``first`` on."""
    signal.signal(signal.SIGPROF, _interrupt)
    thrown: dict[int, str] = {}
    worst = (0.0, first)
    for number in range(first, first + count):
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        # In time of its own, so that a busy machine says nothing about a mutant.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        # What does not heed the alarm, or waits, is ended here, with its place.
        faulthandler.dump_traceback_later(20 * SECONDS, exit=True)
        start = time.process_time()
        try:
            check_mutant(format, number)
        except (Exception, LateError):
            thrown[number] = traceback.format_exc()
        signal.setitimer(signal.ITIMER_PROF, 0)
        worst = max(worst, (time.process_time() - start, number))
    faulthandler.cancel_dump_traceback_later()
    return {"thrown": thrown, "worst": worst, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("error")
    sys.stdout.write(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))) + "\n")
