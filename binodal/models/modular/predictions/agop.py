"""The trace of the average gradient outer product of networks in equilibrium, at infinite N.

Given the weights f_p is a Gaussian process of the kernel K(x, x') = sigma_a^2 <(w.x)^2 (w.x')^2>,
known at all pairs with the noise sigma^2, the same for every output. Its gradient J has the mean
of that posterior, and the covariance of J less what f tells of it. All averages are fourth moments
of weights whose modes are independent with uniform phases; by translation x may be the pair (0, 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.models.modular.predictions.mode_law import Moments

Array = NDArray[np.float64]
Places = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Fourth:
    """Fourth moments of u and v on Z_P, P odd: of complex modes, and of the real zero mode.

    ``zero`` and ``zero4`` are <u_0^2> and <u_0^4> of the latter.
    """

    order: int
    modes: Moments
    zero: float
    zero4: float

    def _waves(self, places: Places) -> Array:
        """The sum over k > 0 of 2 cos(2 pi k at/P)."""
        return np.where(places % self.order == 0, self.order - 1.0, -1.0)

    def two(self, places: Places) -> Array:
        """<u_n u_n'> at n - n'."""
        return np.asarray(self.zero + self.modes.x * self._waves(places))

    def one_half(self, a: Places, n: Places) -> Array:
        """<u_0 u_a u_n u_n>: products of pairs, and the fourth cumulants of modes."""
        cumulant = self.modes.x4 - 2 * self.modes.x**2
        real = self.zero4 - 3 * self.zero**2
        pairs = self.two(a) * self.two(0 * a) + 2 * self.two(n) * self.two(a - n)
        return np.asarray(pairs + real + cumulant * (self._waves(a - 2 * n) + 2 * self._waves(a)))

    def both_halves(self, one: Places, other: Places) -> Array:
        """<u_n u_n' v_m v_m'> at n - n' and m - m': |u_k|^2 and |v_k|^2 know of each other."""
        joint = self.modes.x2 - self.modes.x**2
        together = self._waves(one + other) + self._waves(one - other)
        return np.asarray(self.two(one) * self.two(other) + joint * together)


def agop_trace(of: Fourth, noise: float, spread: float) -> float:
    """<tr G>, G = (1/P^2) sum over pairs and outputs of J J^T, with the readout's posterior.

    ``noise`` is sigma^2, ``spread`` sigma_a^2. The mean of f_p is (1 - a) y_p, whose gradients make
    G = (1 - a)^2 times the projector off both constants.
    """
    order = of.order
    n, m = np.meshgrid(np.arange(order), np.arange(order), indexing="ij")
    still = np.zeros_like(n)
    row = of.one_half(still, n) + of.one_half(still, m) + 2 * of.both_halves(still, still)
    kernel = spread * (row + 4 * of.both_halves(n, m))
    levels = np.fft.fft2(kernel).real
    known = 0.0
    for a in range(order):
        places = np.full_like(n, a)
        gradient = (
            of.one_half(places, n)
            + of.both_halves(places, still)
            + 2 * of.both_halves(places - n, m)
        )
        modes = np.fft.fft2(2 * spread * gradient)
        known += 2 * float((np.square(np.abs(modes)) / (levels + noise)).sum()) / order**2
    along = np.arange(order)
    none = np.zeros_like(along)
    sizes = of.one_half(none, along) + of.both_halves(none, none)
    left = noise / (noise + float(levels[1, 1]))
    mean = 2 * (order - 1) * (1 - left) ** 2
    return mean + order * (8 * spread * float(sizes.sum()) - known)
