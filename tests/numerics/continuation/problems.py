"""Curves that are known exactly: a fold, an isola, a cusp in projection, two near branches."""

from __future__ import annotations

from flint import arb

from binodal.numerics.balls import ball
from binodal.numerics.continuation.system import Pin, rounded


def plain_pin(index: int, near: float) -> Pin:
    """The pin of a coordinate that is shown as it is."""
    exact = rounded(near)
    return Pin(index, exact, lambda: ball(exact))


class Fold:
    """x = y^2: a fold at the origin when followed along x."""

    pin = staticmethod(plain_pin)

    def value(self, box):
        x, y = box
        return [x - y * y]

    def jacobian(self, box):
        return [[arb(1), -2 * box[1]]]


class Ellipse:
    """x^2 + y^2/4 = 1: an isola, which meets no edge of a larger window."""

    pin = staticmethod(plain_pin)

    def value(self, box):
        x, y = box
        return [x * x + y * y / 4 - 1]

    def jacobian(self, box):
        x, y = box
        return [[2 * x, y / 2]]


class Cusp:
    """x = t^2, y = t^3 in (t, x, y): smooth, but with a cusp in the plane of x and y."""

    pin = staticmethod(plain_pin)

    def value(self, box):
        t, x, y = box
        return [x - t * t, y - t**3]

    def jacobian(self, box):
        t = box[0]
        return [[-2 * t, arb(1), arb(0)], [-3 * t * t, arb(0), arb(1)]]


class TwoBranches:
    """(y - x^2)(y - x^2 - gap) = 0: two branches that keep a distance."""

    pin = staticmethod(plain_pin)

    def __init__(self, gap):
        self.gap = arb(gap)

    def value(self, box):
        height = box[1] - box[0] * box[0]
        return [height * (height - self.gap)]

    def jacobian(self, box):
        x, y = box
        slope = 2 * (y - x * x) - self.gap
        return [[-2 * x * slope, slope]]


class Avoided:
    """x y = delta: two branches that almost cross at the origin."""

    pin = staticmethod(plain_pin)

    def __init__(self, delta):
        self.delta = arb(delta)

    def value(self, box):
        return [box[0] * box[1] - self.delta]

    def jacobian(self, box):
        return [[box[1], box[0]]]
