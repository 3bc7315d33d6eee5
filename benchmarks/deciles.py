"""Calibration by decile of confidence, and its drawing."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple


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


def plot(found: Sequence[Decile]) -> str:
    """The deciles as a drawing: confidence across, the share that is right upwards, the circle's area by the number of fixes."""
    size, edge = 400, 50
    most = max((each.fixes for each in found), default=1)

    def at(x: float, y: float) -> tuple[str, str]:
        return f"{edge + x * size:.1f}", f"{edge + (1 - y) * size:.1f}"

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size + 2 * edge}" height="{size + 2 * edge}" font-family="sans-serif" font-size="12">',
        "<title>Of the fixes given with a confidence, the share that is right</title>",
        f'<rect width="{size + 2 * edge}" height="{size + 2 * edge}" fill="white"/>',
        f'<rect x="{edge}" y="{edge}" width="{size}" height="{size}" fill="none" stroke="#888"/>',
        f'<line x1="{edge}" y1="{edge + size}" x2="{edge + size}" y2="{edge}" stroke="#888" stroke-dasharray="4 4"/>',
    ]
    for tenth in range(0, 11, 2):
        x, y = at(tenth / 10, tenth / 10)
        lines.append(f'<text x="{x}" y="{edge + size + 18}" text-anchor="middle">{tenth / 10}</text>')
        lines.append(f'<text x="{edge - 8}" y="{float(y) + 4:.1f}" text-anchor="end">{tenth / 10}</text>')
    for each in found:
        x, y = at(each.confidence, each.right)
        radius = 3 + 9 * (each.fixes / most) ** 0.5
        solid = "0.8" if each.fixes >= 200 else "0.3"
        lines.append(
            f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="#1f5fa8" fill-opacity="{solid}"><title>{each.fixes} fixes</title></circle>'
        )
    middle = edge + size / 2
    lines += [
        f'<text x="{middle}" y="{edge + size + 40}" text-anchor="middle">confidence</text>',
        f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">share that is right</text>',
        f'<text x="{middle}" y="30" text-anchor="middle">pale: fewer than 200 fixes</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
