"""Repair: what a figure at fault should be, with proof."""

from __future__ import annotations

from reconcile.repair.broken import explain_broken
from reconcile.repair.writing import repair_writing

__all__ = ["explain_broken", "repair_writing"]
