"""What repair gives: the proved writing of an amount, and what explains a broken equation."""

from __future__ import annotations

from typing import NamedTuple

from reconcile.core.amounts import Notation
from reconcile.core.findings import Fix
from reconcile.core.messages import Message
from reconcile.equate.equation import Equation, Term


class Repair(NamedTuple):
    """What an amount whose writing is at fault should be, in the notation of its column, and the equations that prove it."""

    term: Term
    fix: Fix
    notation: Notation
    proofs: tuple[Equation, ...] = ()


class Solution(NamedTuple):
    """What explains a broken equation: told in words, as fixes best first, and whether the first is safe.

    ``agreed`` are the equations that all point to the one figure that the fix changes. They are one finding: all but the first of
    them have nothing ``told``.
    """

    told: Message | None = None
    fixes: tuple[Fix, ...] = ()
    safe: bool = False
    agreed: tuple[Equation, ...] = ()
