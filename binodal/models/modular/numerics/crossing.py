"""The zero of a monotone function of balls near a float guess: secant steps, then proved signs."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from binodal.numerics.balls import interval, positive
from binodal.numerics.errors import Undecided

Function = Callable[[arb], arb]
_SECANT_STEPS = 14
_WIDENINGS = 8
_ROUNDS, _HALVINGS = 3, 120
_GUARD, _WIDE = 24, 12


def crossing(function: Function, start: float | arb, bits: int, floor: float) -> arb:
    """A ball whose ends are proved to have opposite signs of a continuous function.

    For a strictly monotone function it holds the only zero. Where the function is so steep that the
    first secants overshoot, the bracket is halved and they start anew inside it. ``floor`` > 0 is a
    slope that the first error estimate does not go below. Raises Undecided without a proof.

    >>> bool(crossing(lambda x: x * x - 2, 1.4, 80, 1.0).contains(arb(2).sqrt()))
    True
    """
    width = arb(2) ** (_GUARD - bits)
    middle = arb(start)
    reach = middle * arb(2) ** -40
    for _ in range(_ROUNDS):
        low, high = _bracket(function, middle, reach, floor, width)
        if high - low < abs(middle) * width * 2**_WIDE:
            break
        low, high = _halved(function, low, high)
        middle, reach = arb(((low + high) / 2).mid()), arb(((high - low) / 4).mid())
    return interval(low, high)


def _bracket(
    function: Function, start: arb, reach: arb, floor: float, width: arb
) -> tuple[arb, arb]:
    """Two points of proved opposite signs around the zero that secants find."""
    middle, slope, value = _polished(function, start, reach, floor, width / 4)
    error = abs(value) / slope + abs(middle) * width
    for _ in range(_WIDENINGS):
        low, high = arb((middle - error).lower()), arb((middle + error).upper())
        signs = positive(function(low)), positive(function(high))
        if None not in signs and signs[0] != signs[1]:
            return low, high
        error = 64 * arb(error.upper())
    raise Undecided(f"no sign change was proved near {middle.str(10)}")


def _halved(function: Function, low: arb, high: arb) -> tuple[arb, arb]:
    """The bracket after bisections, as far as signs are proved."""
    at_low = positive(function(low))
    for _ in range(_HALVINGS):
        middle = arb(((low + high) / 2).mid())
        sign = positive(function(middle))
        if sign is None:
            break
        low, high = (middle, high) if sign == at_low else (low, middle)
    return low, high


def _polished(
    function: Function, place: arb, reach: arb, floor: float, width: arb
) -> tuple[arb, arb, arb]:
    """Secant steps between midpoints: the last point, the size of the last slope, the value there.

    They stop once the zero is nearer than the relative ``width`` by the last slope.
    """
    previous, value = place + reach, function(place)
    before, slope = function(previous), arb(floor)
    for _ in range(_SECANT_STEPS):
        near = abs(value) < abs(slope) * abs(place) * width
        if place == previous or near or value.contains(0) or not value.is_finite():
            break
        slope = arb(((value - before) / (place - previous)).mid())
        if not abs(slope) > floor / 2:
            break
        previous, before = place, value
        place = arb((place - value / slope).mid())
        value = function(place)
    return place, arb(floor).max(abs(slope)), value
