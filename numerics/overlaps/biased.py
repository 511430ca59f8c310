"""Overlaps of a neuron with a bias: c_k(r, beta) = E[phi(r z + beta) He_k(z)], z ~ N(0, 1)."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
from flint import arb
from numpy.typing import NDArray

from binodal.numerics.balls import ball
from binodal.numerics.overlaps.bounds import Bounds
from binodal.numerics.overlaps.facts import TABLE, Facts, facts
from binodal.numerics.overlaps.quadrature import Quadrature
from binodal.numerics.overlaps.smoothed import smoothed_overlaps
from binodal.numerics.overlaps.wide import common

_SLOPES = TABLE.balls("slopes")
_FLOATS = TABLE.floats("biased")
_SQUARED = TABLE.data("squared", str)


class BiasedOverlaps:
    """The overlaps of one activation with all Hermite modes, at any bias.

    >>> [c.str(5, radius=False) for c in biased_overlaps("erf").at(arb(1), arb(1) / 2, 3)]
    ['0.31691', '0.59938', '-0.19979']
    """

    def __init__(self, of: Facts) -> None:
        self.facts = of
        self._bounds = Bounds(of)
        self._quadrature = None if of.closed else Quadrature(of)

    def at(self, r: arb, bias: arb, orders: int) -> list[arb]:
        """Enclosures for every r >= 0 and every bias of the balls, k < orders.

        Raises :class:`Undecided` for more orders than quadrature can certify.
        """
        values = self._values(r, bias, orders)
        if r.rad() == 0 and bias.rad() == 0:
            return values
        return [common(a, b) for a, b in zip(values, self.bounds(r, bias, orders), strict=True)]

    def floats(
        self, r: NDArray[np.float64], bias: NDArray[np.float64], orders: int
    ) -> NDArray[np.float64]:
        """c_k at every r > 0 and bias, as floats without a proof: shape (orders, \\*r.shape).

        Raises :class:`Undecided` for an activation that has no closed form.
        """
        values = _FLOATS(self.facts.name, orders)(r**2, bias)
        return np.stack([np.broadcast_to(v, r.shape) for v in values])

    def bounds(self, r: arb, bias: arb, orders: int) -> list[arb]:
        """What the growth of phi says: those without a bias, moved by no more than it allows."""
        return self._around([r * g for g in self._bounds.bent_line(orders)], bias)

    def at_infinity(self, beyond: arb, bias: arb, orders: int) -> list[arb]:
        """Enclosures of c_k/r for every r >= beyond > 0."""
        bounds = self._around([beyond * g for g in self._bounds.bent_line(orders)], bias)
        return [value / beyond for value in bounds]

    def mean_square(self, r: arb, bias: arb) -> arb:
        """E phi(r z + beta)^2."""
        return biased_overlaps(_SQUARED(self.facts.name)).at(r, bias, 1)[0]

    def vanishes(self, k: int) -> bool:
        """Whether c_k = 0 for every r and every bias: phi is a polynomial of a smaller degree."""
        even, odd = self.facts.degrees
        return even is not None and odd is not None and k > max(even, odd)

    def slopes(self) -> tuple[arb, arb]:
        """Of phi at minus and at plus infinity."""
        minus, plus = _SLOPES(self.facts.name)()
        return minus, plus

    def excess(self, bias: arb) -> arb:
        """A bound of |phi(z + bias) - the bent line|, the bent line being that of phi."""
        minus, plus = self.slopes()
        steepest = abs(minus).max(abs(plus))
        return ball(self.facts.excess) + steepest * abs(bias).upper()

    def _around(self, values: list[arb], bias: arb) -> list[arb]:
        size, root, bounds = self.excess(bias), arb(1), []
        for k, value in enumerate(values):
            root *= arb(max(k, 1)).sqrt()
            bounds.append(value + arb(0, (size * root).upper()))
        return bounds

    def _values(self, r: arb, bias: arb, orders: int) -> list[arb]:
        if self._quadrature is not None:
            return self._quadrature.at(r, orders, bias)
        return smoothed_overlaps(self.facts.name, r, bias, orders)


def largest(of: BiasedOverlaps, r: arb, most: Fraction, orders: int, parts: int) -> list[arb]:
    """Bounds of |c_k| for every r of the ball and every bias up to ``most``, part by part."""
    step = ball(most) / parts
    bounds = [arb(0)] * orders
    for i in range(-parts, parts):
        cell = of.at(r, (step * i).union(step * (i + 1)), orders)
        bounds = [a.max(abs(b).upper()) for a, b in zip(bounds, cell, strict=True)]
    return bounds


@cache
def biased_overlaps(text: str) -> BiasedOverlaps:
    """Those of an activation by its name or its expression."""
    return BiasedOverlaps(facts(text))
