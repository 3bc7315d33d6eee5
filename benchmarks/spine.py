"""How fast the main job is, as ratios measured in one run.

    python benchmarks/spine.py [--runs 15]

cold   a whole `reconcile check` of the second decision against a whole `python -c "import pandas"`, in turn
       (needs pandas in the same environment: pip install pandas)
warm   `reconcile.check_text` of the same 21 rows, in one process, in milliseconds
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import reconcile

DECISION = Path(__file__).parent.parent / "fixtures" / "decisions" / "second-decision.txt"


def seconds(*command: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def cold(runs: int) -> None:
    ours = (str(Path(sys.executable).with_name("reconcile")), "check", str(DECISION))
    peer = (sys.executable, "-c", "import pandas")
    if subprocess.run(peer, stderr=subprocess.DEVNULL, check=False).returncode:
        print("cold   not measured: pandas is not installed here")
        return
    seconds(*ours)
    pairs = [(seconds(*ours), seconds(*peer)) for _ in range(runs)]
    ratios = sorted(a / b for a, b in pairs)
    print(
        f"cold   reconcile check / import pandas: {statistics.median(ratios):.2f} "
        f"(of {runs} pairs: {ratios[0]:.2f} to {ratios[-1]:.2f}; "
        f"medians {1000 * statistics.median(a for a, _ in pairs):.0f} ms and "
        f"{1000 * statistics.median(b for _, b in pairs):.0f} ms)"
    )


def warm(runs: int) -> None:
    text = DECISION.read_text(encoding="utf-8")
    reconcile.check_text(text)
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(20):
            reconcile.check_text(text)
        times.append((time.perf_counter() - start) / 20)
    print(f"warm   check_text of 21 rows: {1000 * statistics.median(times):.1f} ms (of {runs} runs of 20)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    cold(runs)
    warm(runs)


if __name__ == "__main__":
    main()
