"""Calibration by decile of confidence, and its drawing."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

# The shares of fewer fixes say little.
ENOUGH = 200


class Decile(NamedTuple):
    """Fixes given with a confidence from ``low`` on: how many, their mean confidence and the share that is right."""

    low: float
    fixes: int
    confidence: float
    right: float


def deciles(given: Sequence[tuple[float, bool]]) -> list[Decile]:
    found = []
    for tenth in range(10):
        mine = [(p, right) for p, right in given if min(int(p * 10), 9) == tenth]
        if mine:
            confidence = statistics.fmean(p for p, _ in mine)
            found.append(Decile(tenth / 10, len(mine), confidence, sum(right for _, right in mine) / len(mine)))
    return found


def plot(found: Sequence[Decile], file: str) -> None:
    """Draw the deciles as PNG: confidence across, the share that is right upwards, the circle's area by the number of fixes."""
    from matplotlib.figure import Figure

    most = max((each.fixes for each in found), default=1)
    figure = Figure(figsize=(5, 5), dpi=120, layout="constrained")
    axes = figure.add_subplot(aspect="equal", xlim=(-0.05, 1.05), ylim=(-0.05, 1.05))
    axes.plot([0, 1], [0, 1], color="#888888", linestyle="--", linewidth=1)
    for each in found:
        axes.scatter(
            each.confidence,
            each.right,
            s=20 + 400 * (each.fixes / most) ** 0.5,
            color="#1f5fa8",
            alpha=0.8 if each.fixes >= ENOUGH else 0.25,
            linewidths=0,
        )
    axes.set_xlabel("confidence of a fix")
    axes.set_ylabel("share that is right")
    axes.set_title(f"{sum(each.fixes for each in found):,} fixes by decile (pale: fewer than {ENOUGH})", fontsize=10)
    # Nothing of the program or the day, so that the same figures give the same file.
    figure.savefig(file, metadata={"Software": None})
