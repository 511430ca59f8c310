"""Overlaps c_k(r) = E[phi(r z) He_k(z)], z ~ N(0, 1), as balls, at infinity, and as floats.

Floats are interpolated in log r between values that quadrature has found. c_k is the integral of
phi(x) He_k(x/r) g(x/r)/r and so analytic for |arg r| < pi/4, whatever phi is. On an octave of r
Chebyshev's interpolation with n nodes then errs by about 4.7^-n.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Protocol

import numpy as np
from flint import arb, ctx
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from binodal.numerics.balls import interval, key, precision
from binodal.numerics.overlaps.bounds import Bounds
from binodal.numerics.overlaps.facts import TABLE, facts
from binodal.numerics.overlaps.quadrature import Quadrature
from binodal.numerics.overlaps.smoothed import smoothed_overlaps
from binodal.numerics.overlaps.wide import common, enclosed

Floats = NDArray[np.float64]

_NODES = 26
_BITS = 80
_LEAST = 2.0**-40


class Interpolation:
    """c_k(r) of any activation, one octave of r at a time, each made when it is asked for.

    Below 2^-40 overlaps are those of 2^-40.
    """

    def __init__(self, points: Callable[[arb, int], list[arb]]) -> None:
        self._points = points
        self._octaves: dict[tuple[int, int], Floats] = {}

    def at(self, r: Floats, orders: int) -> Floats:
        """c_k at every r >= 0, shape (orders, \\*r.shape)."""
        flat = np.maximum(np.ravel(r), _LEAST)
        places = np.log2(flat)
        octave = np.floor(places).astype(np.int64)
        values = np.empty((orders, flat.size))
        for index in np.unique(octave):
            inside = octave == index
            within = 2 * (places[inside] - index) - 1
            values[:, inside] = chebyshev.chebval(within, self._coefficients(int(index), orders))
        return values.reshape(orders, *np.shape(r))

    def _coefficients(self, index: int, orders: int) -> Floats:
        """Chebyshev's coefficients on 2^index <= r <= 2^(index + 1), shape (nodes, orders)."""
        if (index, orders) not in self._octaves:
            nodes = chebyshev.chebpts1(_NODES)
            with precision(_BITS):
                radii = [arb(2.0 ** (index + (1 + float(x)) / 2)) for x in nodes]
                values = [[float(c.mid()) for c in self._points(r, orders)] for r in radii]
            self._octaves[index, orders] = chebyshev.chebfit(nodes, np.array(values), _NODES - 1)
        return self._octaves[index, orders]


_CLOSED = TABLE.balls("closed")
_FLOATS = TABLE.floats("closed")
_LINES = TABLE.balls("lines")
_SQUARED = TABLE.data("squared", str)
_NEAR_ZERO = 0.125
_REMEMBERED = 4096


Enclosed = Callable[[arb, int], list[arb]]


class Named(Protocol):
    """An activation, by the name that says all."""

    @property
    def name(self) -> str:
        """The canonical name, or any text that stands for it."""


class Overlaps:
    """The overlaps of one activation with all Hermite modes.

    >>> from binodal.derive.gaussian.activations import activation
    >>> of = Overlaps(activation("erf"))
    >>> [c.str(5, radius=False) for c in of.at(arb(1), 4)]
    ['0', '0.65147', '0', '-0.43431']
    """

    def __init__(self, activation: Named) -> None:
        self.facts = facts(activation.name)
        self.bounds = Bounds(self.facts)
        self._quadrature = None if self.facts.closed else Quadrature(self.facts)
        self._interpolation = Interpolation(self._points)
        self._known: dict[object, list[arb]] = {}

    def at(self, r: arb, orders: int) -> list[arb]:
        """Enclosures of c_0(r), ..., c_{orders-1}(r) for every r > 0 of the ball.

        Raises :class:`Undecided` for more orders than quadrature can certify.
        """
        if r.rad() == 0 or r.rel_accuracy_bits() >= ctx.prec - 8:
            return self._points(r, orders)
        return self._remembered(r, orders, self._on_a_range)

    def _on_a_range(self, r: arb, orders: int) -> list[arb]:
        if not r > 0:
            return self._direct(r, orders)
        return enclosed(self._points, self._direct, r, orders)

    def _remembered(self, r: arb, orders: int, overlaps: Enclosed) -> list[arb]:
        """What was found for a ball, of so many orders or more, is not sought again."""
        place = (*key(r), ctx.prec)
        known = self._known.get(place, [])
        if len(known) < orders:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[place] = overlaps(r, orders)
        return known[:orders]

    def at_infinity(self, beyond: arb, orders: int) -> list[arb]:
        """Enclosures of c_k(r)/r, k < orders, for every r >= beyond > 0.

        Raises :class:`Undecided` where phi has no slopes at infinity.
        """
        return self.bounds.at_infinity(beyond, orders)

    def mean_square(self, r: arb) -> arb:
        """E phi(r z)^2."""
        return overlaps_of(_SQUARED(self.facts.name)).at(r, 1)[0]

    def lines(self, near: arb, within: arb, orders: int) -> list[tuple[arb, arb]]:
        """h_k and an enclosure of E_k(r), c_k(r) = g_k r + h_k + E_k(r)/r, k < orders.

        For every r with |1/r - 1/near| <= within: E_k is known at ``near``, and changes with 1/r no
        faster than the distance of phi from its straight lines says. Raises :class:`Undecided`
        where that has no proved moment.
        """
        known = list(_LINES(self.facts.name, orders)())
        slopes = self.bounds.bent_line(orders)
        rows = zip(self.at(near, orders), slopes, known[:orders], known[orders:], strict=True)
        bounds = [
            (h, near * (c - g * near - h) + arb(0, (spread * within).upper()))
            for c, g, h, spread in rows
        ]
        return [
            (arb(0), arb(0)) if self.facts.vanishes(k) else pair for k, pair in enumerate(bounds)
        ]

    def floats(self, r: NDArray[np.float64], orders: int) -> NDArray[np.float64]:
        """c_k at every r >= 0, as floats without a proof: shape (orders, \\*r.shape)."""
        if not self.facts.closed:
            return self._interpolation.at(r, orders)
        values = _FLOATS(self.facts.name, orders)(r)
        return np.stack([np.broadcast_to(v, r.shape) for v in values])

    def _points(self, r: arb, orders: int) -> list[arb]:
        """Where the ball is narrow; what has no formula in r is remembered."""
        if self._quadrature is None:
            return list(_CLOSED(self.facts.name, orders)(r))
        integrated = self._quadrature.at
        return self._remembered(r, orders, lambda r, n: self._smoothed(r, n) or integrated(r, n))

    def _smoothed(self, r: arb, orders: int) -> list[arb]:
        """From the smoothed activation, empty where that has no closed form, or a pole."""
        if not self.facts.smoothed:
            return []
        overlaps = smoothed_overlaps(self.facts.name, r, arb(0), orders)
        if not all(value.is_finite() for value in overlaps):
            return []
        return [arb(0) if self.facts.vanishes(k) else value for k, value in enumerate(overlaps)]

    def _direct(self, r: arb, orders: int) -> list[arb]:
        """On any ball, as far as it goes without expansions."""
        bounds = self.bounds.at(r, orders)
        if self._quadrature is None:
            closed = _CLOSED(self.facts.name, orders)(r)
            return [common(a, b) for a, b in zip(closed, bounds, strict=True)]
        if r > 0 or not r.upper() > 0:
            return bounds
        beyond = interval(_NEAR_ZERO, arb(_NEAR_ZERO).max(r.upper()))
        if not beyond > 0:  # so wide that its lower end is lost in the rounding of its radius
            return bounds
        near = self._quadrature.at(r.min(arb(_NEAR_ZERO)), orders)
        if r.upper() > _NEAR_ZERO:
            rest = self.at(beyond, orders)
            near = [a.union(b) for a, b in zip(near, rest, strict=True)]
        return [common(a, b) for a, b in zip(near, bounds, strict=True)]


@cache
def overlaps_of(text: str) -> Overlaps:
    """The overlaps of an activation by its name or its expression; SymPy is not always needed.

    >>> overlaps_of("z^2").at(arb(2), 1)
    [4.00000000000000]
    """
    return Overlaps(_Text(text))


class _Text:
    def __init__(self, name: str) -> None:
        self.name = name
