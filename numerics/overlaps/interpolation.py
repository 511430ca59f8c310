"""Overlaps as floats, interpolated in log r between values that quadrature has found.

c_k is the integral of phi(x) He_k(x/r) g(x/r)/r and so analytic for |arg r| < pi/4, whatever
phi is. On an octave of r Chebyshev's interpolation with n nodes then errs by about 4.7^-n.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import arb
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from binodal.numerics.balls import precision

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
