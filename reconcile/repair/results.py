"""What repair gives: the proved writing of an amount, and what explains a broken equation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconcile.core.amounts import Notation
from reconcile.core.findings import Fix
from reconcile.core.messages import Message
from reconcile.equate.equation import Equation, Term

if TYPE_CHECKING:
    pass


class Repair(NamedTuple):
    """What an amount whose writing is at fault should be, in the notation of its column, and the equations that prove it."""

    term: Term
    fix: Fix
    notation: Notation
    proofs: tuple[Equation, ...] = ()


class Solution(NamedTuple):
    """What explains a broken equation: told in words, as fixes best first, and whether the first is safe."""

    told: Message | None = None
    fixes: tuple[Fix, ...] = ()
    safe: bool = False
