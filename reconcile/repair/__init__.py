"""Repair: what a figure at fault should be, with proof."""

from __future__ import annotations

from reconcile.repair.writing import repair_writing

__all__ = ["repair_writing"]
