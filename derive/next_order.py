"""What the first power of 1/F adds to the flux over a saddle, and to the weight of a minimum.

The chance to arrive is the normal law's at sqrt(F) phi, exactly, if lap phi/F - phi <grad phi,
grad phi> - <grad s, grad phi> = 0. About the saddle phi is a series whose first term is linear; a
term is what the lower ones leave over a sum of rates, none of which is negative. The flux is the
integral of <grad phi, grad phi> exp(-F (s + phi^2)).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing

_HALF = sp.QQ(1, 2)


def _same(of: PolyElement) -> PolyElement:
    return of


@dataclass(frozen=True)
class Coordinates:
    """About a stationary point; each counts by its power of F^(-1/2).

    Those of ``weights`` 1 are lengths, those of weight 2 are squares of vectors of so many
    ``components``, and those of weight 0 are numbers that stay open; the first one leads over the
    saddle, the last stands for 1/F. ``product`` of
    gradients and ``laplacian`` are those of the functions that s is among, ``on`` restricts such a
    function to what is integrated over, and exp(``log_measure``) is the measure there.
    """

    ring: PolyRing
    weights: tuple[int, ...]
    components: tuple[Any, ...]
    product: Callable[[PolyElement, PolyElement], PolyElement]
    laplacian: Callable[[PolyElement], PolyElement]
    log_measure: PolyElement
    on: Callable[[PolyElement], PolyElement] = _same

    def part(self, of: PolyElement, weight: int) -> PolyElement:
        """Terms of one weight."""
        return self.upto(of, weight, weight)

    def upto(self, of: PolyElement, most: int, least: int = 0) -> PolyElement:
        """Terms of no larger weight."""
        kept = {
            powers: c
            for powers, c in of.items()
            if least <= sum(n * w for n, w in zip(powers, self.weights, strict=True)) <= most
        }
        return self.ring.from_dict(kept)

    def times(self, one: PolyElement, other: PolyElement, weight: int) -> PolyElement:
        """Terms of one weight in a product."""
        pairs = ((self.part(one, k), self.part(other, weight - k)) for k in range(weight + 1))
        return sum((left * right for left, right in pairs if left and right), self.ring(0))

    def rates(self, height: PolyElement) -> list[Any]:
        """At which each coordinate moves by the quadratic part."""
        bowl = self.part(height, 2)
        fixed = self.ring.gens[-1]
        return [
            0 if y == fixed else self.product(bowl, y).coeff(y) or self.ring.domain.zero
            for y in self.ring.gens
        ]

    def mean(self, of: PolyElement, bowl: PolyElement) -> Any:
        """Over exp(-bowl), with 1 for F."""
        total = self.ring(0)
        own = list(zip(self.ring.gens, self.weights, self.components, strict=True))[:-1]
        spreads = [_HALF / c if (c := bowl.coeff(y ** (3 - w))) else 0 for y, w, _ in own]
        for powers, term in of.items():
            for n, spread, (y, weight, count) in zip(powers, spreads, own, strict=False):
                often, odd = divmod(n * weight, 2)
                for k in range(often):
                    term *= (count + 2 * k) * spread
                term *= (1 - odd) * (1 if weight else y**n)
            total += term
        return total


def at_minimum(height: PolyElement, coordinates: Coordinates) -> Any:
    """The coefficient of 1/F in the weight of a minimum over that of its Gaussian.

    >>> R, y, small = sp.ring("y, e", sp.QQ)
    >>> flat = Coordinates(R, (1, 2), (1, 0), lambda f, g: f.diff(y) * g.diff(y),
    ...                    lambda f: f.diff(y).diff(y), R(0))
    >>> at_minimum(y**2 / 2 + y**3 + y**4, flat)
    9/2
    """
    return _integral(coordinates.on(height), coordinates.on(coordinates.ring.one), coordinates)


def at_saddle(height: PolyElement, coordinates: Coordinates) -> Any:
    """The coefficient of 1/F in the flux over a saddle over that of its Gaussian.

    >>> R, y, small = sp.ring("y, e", sp.QQ)
    >>> flat = Coordinates(R, (1, 2), (1, 0), lambda f, g: f.diff(y) * g.diff(y),
    ...                    lambda f: f.diff(y).diff(y), R(0))
    >>> at_saddle(-y**2 / 2 + y**3 - y**4, flat)
    -9/2
    """
    first, *_, small = coordinates.ring.gens
    rates = coordinates.rates(height)
    down = -rates[0]
    slopes = [down, *rates[1:]]
    squared = down / coordinates.product(first, first).coeff(1)
    way = first
    for weight in (2, 2, 3, 3):
        spread = small * coordinates.part(coordinates.laplacian(way), weight - 2)
        terms = spread - squared * coordinates.times(way, coordinates.product(way, way), weight)
        terms -= coordinates.part(coordinates.product(height, way), weight)
        way += coordinates.ring.from_dict(
            {
                powers: c / (down + sum(n * rate for n, rate in zip(powers, slopes, strict=True)))
                for powers, c in terms.items()
            }
        )
    raised = coordinates.on(
        height + squared * sum(coordinates.times(way, way, k) for k in (2, 3, 4))
    )
    flux = coordinates.product(way, way) / coordinates.product(first, first).coeff(1)
    return _integral(raised, coordinates.on(coordinates.upto(flux, 2)), coordinates)


def _integral(height: PolyElement, factor: PolyElement, coordinates: Coordinates) -> Any:
    """The coefficient of 1/F in the integral of factor exp(log measure - F height)."""
    bowl, third, fourth = (coordinates.part(height, weight) for weight in (2, 3, 4))
    slope, bend = (coordinates.part(coordinates.log_measure, weight) for weight in (1, 2))
    one, two = (coordinates.part(factor, weight) for weight in (1, 2))
    first = one + slope
    second = two + bend + one * slope + _HALF * slope**2
    return coordinates.mean(second - fourth - third * first + _HALF * third**2, bowl)
