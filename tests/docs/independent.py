"""References for docs/validation.md, written from the definitions with SciPy and mpmath alone.

Nothing here imports the program. The setting is that of Fig. 2 and Fig. 3 of the paper.
"""

from __future__ import annotations

from math import erf, exp, lgamma, log, pi, sqrt

import mpmath
import numpy as np
from numpy.polynomial.hermite_e import hermegauss, hermeval
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar, root

N, n, d, W2, A2, EPS = 700, 3000, 150, 0.5, 8 / 700, -0.3


def overlap(order: int, q: float, norm2: float) -> float:
    """<He_order(t) erf(q t + sqrt(|w|^2 - q^2) s)> over two independent Gaussians."""
    nodes, weights = hermegauss(160)
    mode = hermeval(nodes, [0] * order + [1])
    field = q * nodes[:, None] + sqrt(norm2 - q**2) * nodes[None, :]
    return float(weights * mode @ np.vectorize(erf)(field) @ weights) / (2 * pi)


def residual(heat: float) -> tuple[float, float]:
    """kappa, and b of the zero state: regression on the linear mode with <q^2> of its Gaussian."""
    kappa = 2 * n**2 * A2 / (pi * heat**2 * d * N)

    def mismatch(b: float) -> float:
        variance = 1 / (d * (1 / W2 - 2 * kappa * b**2 / (1 + 2 * W2)))
        return b - 1 / (1 + 4 * A2 * n / (pi * heat) * variance / (1 + 2 * W2))

    marginal = sqrt((1 + 2 * W2) / (2 * W2 * kappa))
    return kappa, brentq(mismatch, 0, min(1.0, marginal) * (1 - 1e-12), xtol=1e-15)


def cost(rho: float, theory: str) -> float:
    """Of an overlap: the prior alone, or the prior with r_perp minimised numerically."""
    if theory == "published":
        return rho * (1 + 2 * W2) / (1 - 2 * rho) / (2 * W2)

    def joint(s: float) -> float:
        square = rho * (1 + 2 * s) / (1 - 2 * rho)
        return (square + s) / (2 * W2) - log(s) / 2

    lowest = minimize_scalar(
        joint, bounds=(1e-6, 2 * W2), method="bounded", options={"xatol": 1e-12}
    )
    return float(lowest.fun) - (0.5 - log(W2) / 2)


def _grid(theory: str) -> tuple[np.ndarray, np.ndarray]:
    rho = np.linspace(0.05, 0.4, 3501)
    return rho, np.array([cost(r, theory) for r in rho])


def coexistence(theory: str) -> float:
    """Where the lowest action at finite overlap is zero; a parabola refines the grid's minimum."""
    rho, energy = _grid(theory)

    def depth(heat: float) -> float:
        kappa, b = residual(heat)
        return _lowest(energy - kappa * rho * (b - 2 * EPS * rho) ** 2)

    return float(brentq(depth, 0.12, 0.3, xtol=1e-12))


def birth(theory: str) -> float:
    """Where the smallest slope dS/drho on the grid is zero."""
    rho, energy = _grid(theory)
    step = rho[1] - rho[0]
    slope = (energy[2:] - energy[:-2]) / (2 * step)
    middle = rho[1:-1]

    def least(heat: float) -> float:
        kappa, b = residual(heat)
        pull = (b - 2 * EPS * middle) * (b - 6 * EPS * middle)
        return _lowest(slope - kappa * pull)

    return float(brentq(least, 0.12, 0.4, xtol=1e-12))


def _lowest(values: np.ndarray) -> float:
    """The lowest value, refined by a parabola where it is a minimum inside the grid."""
    k = int(values[1:-1].argmin()) + 1
    left, mid, right = values[k - 1 : k + 2]
    if not mid <= min(left, right):
        return float(mid)
    return float(mid - (right - left) ** 2 / (8 * (left - 2 * mid + right)))


def published_closure() -> tuple[float, float]:
    """b and c at sigma^2 = 1/4: averages over exp(-d S), and a root of the regression for them."""
    heat = 0.25
    kappa = 2 * n**2 * A2 / (pi * heat**2 * d * N)

    def mismatch(residual: np.ndarray) -> np.ndarray:
        first, second, third = (_average(power, kappa, *residual) for power in (1, 2, 3))
        kernel = (
            A2
            / pi
            * np.array(
                [
                    [4 * first, -8 / sqrt(6) * second],
                    [-8 / sqrt(6) * second, 8 / 3 * third],
                ]
            )
        )
        modes = np.array([residual[0], sqrt(6) * residual[1]])
        return (n / heat * kernel + np.eye(2)) @ modes - [1, sqrt(6) * EPS]

    found = root(mismatch, [0.4, EPS], tol=1e-12).x
    return float(found[0]), float(found[1])


def _average(power: int, kappa: float, b: float, c: float) -> float:
    def weight(q: float, moment: int) -> float:
        rho = q**2 / (1 + 2 * (q**2 + W2))
        return rho**moment * exp(-d * (q**2 / (2 * W2) - kappa * rho * (b - 2 * c * rho) ** 2))

    top, norm = (
        quad(weight, 0, 3, (m,), points=[0.2, 0.8], epsabs=0, epsrel=1e-11, limit=200)[0]
        for m in (power, 0)
    )
    return float(top / norm)


def modular_coexistence() -> float:
    """S = S' = 0 of x - u x^2 + gamma x^3/3 at Fig. 3, a = 1, from a rough start."""
    with mpmath.workdps(40):
        gamma, size, width, readout = mpmath.mpf("1e-4"), 401, 1000, mpmath.mpf("2e-6")
        found = mpmath.findroot(
            lambda x, u: (1 - u * x + gamma * x**2 / 3, -u + 2 * gamma * x / 3), (150, 0.01)
        )
        return float(mpmath.sqrt(2 * readout * size**2 / (width * found[1])))


def ring_odds(size: int, u: float, gamma: float) -> float:
    """Integrals of exp(-2 P s) over x, y >= 0 on both sides of the saddle's mean (x + y)/2."""
    low = (u - sqrt(u * u - gamma)) / gamma

    def inner(total: float) -> float:
        def density(x: float) -> float:
            y = total - x
            s = (x + y) / 2 - u * x * y + gamma * (x**3 + y**3) / 6
            return exp(-2 * size * s)

        return float(quad(density, 0, total, epsrel=1e-9)[0])

    zero = quad(inner, 0, 2 * low, epsrel=1e-8)[0]
    ring = quad(inner, 2 * low, 12, epsrel=1e-8)[0]
    return float(ring / zero)


def log_hyperu(a: float, b: float, x: float) -> float:
    """log of int_0^inf exp(-x t) t^(a-1) (1+t)^(b-a-1) dt / Gamma(a), its peak taken out."""

    def exponent(t: float) -> float:
        return -x * t + (a - 1) * log(t) + (b - a - 1) * log(1 + t)

    peak = minimize_scalar(lambda t: -exponent(t), bounds=(1e-3, 50), method="bounded").x
    area = quad(lambda t: exp(exponent(t) - exponent(peak)), peak / 4, 4 * peak, epsrel=1e-10)[0]
    return exponent(peak) + log(area) - lgamma(a)
