"""Verdicts on quoted numbers: agreement within what the quote itself resolves."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from flint import arb

from binodal.audit.numbers import MEASURES, Number
from binodal.audit.paper.entry import Part, Verdict
from binodal.numerics.balls import ball, precision

_BITS = 128
_RELATIVE = Fraction(1, 100)


@dataclass(frozen=True)
class QuotedJudgement:
    """A quoted number with its verdict and the number that judges it."""

    part: Part
    verdict: Verdict
    number: Number
    difference: arb


def tolerance(part: Part) -> Fraction:
    """Half a unit of the last digit or one per cent, whichever is larger; 0 for exact integers."""
    if part.unit == 0:
        return Fraction(0)
    half = Fraction(int(part.unit.p), 2 * int(part.unit.q))
    return max(half, abs(_printed(part)) * _RELATIVE)


def _printed(part: Part) -> Fraction:
    return _rational(part.printed)


def _rational(value: sp.Basic) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _off(part: Part, number: Number, allowed: arb) -> Verdict:
    """The verdict of a quote that disagrees: a slip of notation, an approximation, or wrong."""
    if part.reading and abs(ball(_rational(part.reading(part.printed))) - number.value) <= allowed:
        return Verdict.NOTATION
    return Verdict.APPROXIMATION if part.approximates else Verdict.CORRECTED


def judge_quoted(part: Part) -> QuotedJudgement:
    """Compare a quoted number with its measure.

    Raises ValueError when the ball is too wide to tell, and KeyError for an unknown measure.
    """
    number = MEASURES[part.measure]()
    with precision(_BITS):
        difference = ball(_printed(part)) - number.value
        allowed = ball(tolerance(part))
        if abs(difference) <= allowed:
            return QuotedJudgement(part, Verdict.CONFIRMED, number, difference)
        if abs(difference) > allowed:
            return QuotedJudgement(part, _off(part, number, allowed), number, difference)
    raise ValueError(f"part {part.name!r}: {number.value} is too wide to judge the quoted value")
