"""Averages over many independent modes of one law, each by one quadrature of its transforms.

Ratios by 1/s^j = int t^(j-1) e^(-s t) dt/(j-1)!, with the Laplace transform of x; laws of sums
with uniform phases by their characteristic function, since <cos(2 t r cos theta)> = J_0(2 t r).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import j0

from binodal.models.modular.predictions.mode_law import Array, PairLaw, zero_law
from binodal.numerics.quadrature import float_rule

_DECADES, _WIDTHS, _SMALL = 14.0, 14.0, 1e-15


@dataclass(frozen=True)
class Modes:
    """``count`` = (P - 1)/2 independent complex modes of one law, and the real zero mode.

    ``points`` an e-fold and a width set the steps of quadratures; errors fall exponentially.
    """

    law: PairLaw
    count: int
    order: float
    gamma: float
    points: int = 12

    def _over_scales(self, integrand: Callable[[Array], Array]) -> float:
        """int f(t) dt over t > 0, in equal steps of log t around 1/<x>."""
        middle = -np.log(self.law.moments().x)
        steps = np.arange(-_DECADES * self.points, _DECADES * self.points + 1) / self.points
        times = np.exp(middle + steps * np.log(10) / 2)
        return float((integrand(times) * times).sum() * np.log(10) / (2 * self.points))

    def participation(self) -> float:
        """<sum_k x_k^2/(sum_k x_k)^2> = K int t <x^2 e^(-t x)> <e^(-t x)>^(K-1) dt."""
        mass, x = self.law.marginal, self.law.points
        if self.count == 1:
            return 1.0

        def integrand(times: Array) -> Array:
            laplace = np.exp(-np.outer(times, x)) * mass
            return np.asarray(times * (laplace @ x**2) * laplace.sum(axis=1) ** (self.count - 1))

        return self.count * self._over_scales(integrand)

    def gini(self) -> float:
        """<mean |x_j - x_k|/(2 mean x)>: (K - 1)/2 int <|x_1 - x_2| e^(-t(x_1 + x_2))> L^(K-2) dt.

        Of sorted points the inner average is a sum of products with sums over those below.
        """
        mass, x = self.law.marginal, self.law.points
        if self.count == 1:
            return 0.0

        def integrand(times: Array) -> Array:
            laplace = np.exp(-np.outer(times, x)) * mass
            below = np.cumsum(laplace, axis=1) - laplace / 2
            moved = np.cumsum(laplace * x, axis=1) - laplace * x / 2
            pairs = 2 * (laplace * (x * below - moved)).sum(axis=1)
            return np.asarray(pairs * laplace.sum(axis=1) ** (self.count - 2))

        return (self.count - 1) / 2 * self._over_scales(integrand)

    def neighbours(self) -> float:
        """Mean of x_k x_v,k+1 over k = 1..P-2: k + 1 = -k once, and that is the mode k itself."""
        moments, others = self.law.moments(), self.order - 3
        return (others * moments.x**2 + moments.x2) / (others + 1)

    def mean_square_constant(self) -> float:
        """<c^2>, c = sum_k |u_k|^2 + |v_k|^2 + 2 u_0 v_0 the mean of (u_n + v_m)^2 over pairs.

        The zero modes are even and independent, so their product is with nothing else.
        """
        moments, (root, alone) = self.law.moments(), zero_law(self.order, self.gamma)
        second, fourth = float(alone @ root**2), float(alone @ root**4)
        mean = 4 * self.count * moments.x + 2 * second
        pair = 2 * (moments.x4 + moments.x2) - 4 * moments.x**2
        variance = 4 * self.count * pair + 2 * (fourth - second**2)
        return mean**2 + variance + 4 * second**2

    def _characteristic(self, halves: int) -> tuple[Array, Array]:
        """(t, <cos(t s)>) at equal steps, s an entry u_n (one half) or a field u_n + v_m (two).

        Steps resolve the largest s that has any weight, and end where nothing is left.
        """
        x, moments = self.law.points, self.law.moments()
        root, alone = zero_law(self.order, self.gamma)
        width = float(np.sqrt(halves * (2 * self.count * moments.x + alone @ root**2)))
        reach = _WIDTHS * width + 4 * halves * float(np.sqrt(x[-1]))
        times = np.arange(
            0.0, _WIDTHS * self.points / width, 12 * np.pi / (2 * self.points * reach)
        )
        bessel = j0(2 * np.outer(times, np.sqrt(x)))
        if halves == 1:
            mode = bessel @ self.law.marginal
        else:
            mode = ((bessel @ self.law.mass) * bessel).sum(axis=1)
        values = mode**self.count * (np.cos(np.outer(times, root)) @ alone) ** halves
        inside = np.flatnonzero(np.abs(values) > _SMALL)[-1] + 1
        return times[:inside], values[:inside]

    def within(self, bound: float) -> float:
        """P(|u_n + v_m| < bound) = (2/pi) int sin(bound t)/t <cos(t s)> dt."""
        times, values = self._characteristic(2)
        kernel = bound * np.sinc(bound * times / np.pi)
        kernel[0] /= 2
        return float(2 / np.pi * (kernel @ values) * times[1])

    def entropy(self) -> float:
        """<-|u_n| ln |u_n|> of one entry, over its density, a cosine transform."""
        times, values = self._characteristic(1)
        values = values * np.where(times > 0, 1.0, 0.5)
        width = np.sqrt(2 * self.count * self.law.moments().x + 1 / self.order)
        end = np.pi / times[1]
        edges = np.unique(
            np.concatenate(
                [
                    [0.0],
                    width * 2.0 ** np.arange(-2 * self.points, 0),
                    np.arange(width / 2, end + width / 2, width / 2),
                ]
            )
        )
        nodes, weights = float_rule(8)
        half = np.diff(edges)[:, None] / 2
        moduli, by = (edges[:-1, None] + half * (nodes + 1)).ravel(), (half * weights).ravel()
        density = np.cos(np.outer(moduli, times)) @ values * times[1] / np.pi
        return float(-2 * (by * moduli * np.log(moduli)) @ density)
