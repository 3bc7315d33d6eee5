"""Exact arithmetic of decimals, of any size."""

from __future__ import annotations

import decimal
from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from math import log10

# The operators and abs() of Decimal round to 28 digits: all arithmetic on money goes through this context instead.
EXACT = decimal.Context(
    prec=decimal.MAX_PREC,
    Emax=decimal.MAX_EMAX,
    Emin=decimal.MIN_EMIN,
    traps=[decimal.Inexact, decimal.InvalidOperation],
)
ZERO, HALF = Decimal(0), Decimal("0.5")


def add(values: Iterable[Decimal]) -> Decimal:
    """The exact sum of ``values``, at any size."""
    return reduce(EXACT.add, values, ZERO)


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference ``left - right``."""
    return EXACT.subtract(left, right)


def multiply(value: Decimal, factor: int) -> Decimal:
    """The exact product of ``value`` and a whole number."""
    return EXACT.multiply(value, Decimal(factor))


def quotient(value: Decimal, divisor: Decimal, places: int) -> Decimal:
    """``value`` divided by ``divisor``, rounded to so many decimal places (half to even)."""
    top, bottom = value.as_integer_ratio(), divisor.as_integer_ratio()
    shift = 10 ** max(places, 0)
    numerator, denominator = top[0] * bottom[1] * shift, top[1] * bottom[0]
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    whole, rest = divmod(numerator, denominator)
    whole += rest * 2 > denominator or (rest * 2 == denominator and whole % 2 == 1)
    return rescale(Decimal(whole), -max(places, 0))


def rescale(value: Decimal, exponent: int) -> Decimal:
    """``value`` times ten to the power ``exponent``, exactly."""
    return EXACT.scaleb(value, exponent) if exponent else value


def size_of(value: Decimal) -> float:
    """The power of ten of a value other than nought, near enough to compare sizes; of any length, and never for sums."""
    size = value.copy_abs()
    return size.adjusted() + log10(float(rescale(size, -size.adjusted())))
