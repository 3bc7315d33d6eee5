"""Repair: what a figure at fault should be, with proof."""

from __future__ import annotations

from reconcile.repair.explain import explain_broken, look_beside
from reconcile.repair.writing import repair_writing

__all__ = ["explain_broken", "look_beside", "repair_writing"]
