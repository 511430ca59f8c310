"""Special functions of the derivations, one implementation a kind of number."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from flint import arb
from mpmath import mp
from numpy.typing import NDArray

_SERIES_BELOW = 0.05
_SERIES_TERMS = 16
_GAMMA_NODES = 40


def log_ratio_ball(order: int, x: arb) -> arb:
    """Enclosure of the order-th derivative of -log(1 - x)/x on a ball with x < 1.

    It is the integral of k! u^k/(1 - x u)^{k+1} over 0 < u < 1, so it increases with x and the
    ends of the ball suffice.
    """
    low, high = arb(x.lower()), arb(x.upper())
    if not high < 1:
        return arb("nan")
    return _log_ratio_point(order, low).union(_log_ratio_point(order, high))


def _log_ratio_point(order: int, x: arb) -> arb:
    """Near zero the hypergeometric series, elsewhere derivatives of -log(1 - x)/x by Leibniz."""
    if abs(x) < _SERIES_BELOW:
        height = arb.fac_ui(order) / (order + 1)
        return height * x.hypgeom_2f1(order + 1, order + 1, order + 2)
    gap = 1 - x
    slopes = [-gap.log()] + [arb.fac_ui(j - 1) / gap**j for j in range(1, order + 1)]
    powers = [(-1) ** j * arb.fac_ui(j) / x ** (j + 1) for j in range(order + 1)]
    binomials = [
        arb.fac_ui(order) / (arb.fac_ui(j) * arb.fac_ui(order - j)) for j in range(order + 1)
    ]
    terms = (b * s * p for b, s, p in zip(binomials, slopes, reversed(powers), strict=True))
    return sum(terms, arb(0))


def log_ratio_mp(order: int, x: Any) -> Any:
    """The same at mpmath's working precision."""
    return mp.factorial(order) / (order + 1) * mp.hyp2f1(order + 1, order + 1, order + 2, x)


def log_ratio_float(order: int, x: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The same in double precision, for orders 0 and 1; a series below 0.05 avoids cancellation."""
    x = np.asarray(x, dtype=float)
    powers = np.arange(_SERIES_TERMS)
    if order == 0:
        series = np.polynomial.polynomial.polyval(x, 1.0 / (powers + 1.0))
        direct = -np.log1p(-np.maximum(x, _SERIES_BELOW)) / np.maximum(x, _SERIES_BELOW)
    elif order == 1:
        series = np.polynomial.polynomial.polyval(x, (powers + 1.0) / (powers + 2.0))
        safe = np.maximum(x, _SERIES_BELOW)
        direct = 1.0 / (safe * (1.0 - safe)) + np.log1p(-safe) / safe**2
    else:
        raise ValueError(f"log_ratio_float has orders 0 and 1, not {order}")
    return np.where(x < _SERIES_BELOW, series, direct)


@cache
def _gamma_rule(shape: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gauss rule for averages over Gamma(shape, 1): eigenvalues of the Laguerre Jacobi matrix."""
    from scipy.linalg import eigh_tridiagonal  # a third of a second that no ball needs

    k = np.arange(_GAMMA_NODES)
    inner = np.sqrt((k[1:]) * (k[1:] + shape - 1.0))
    nodes, vectors = eigh_tridiagonal(2.0 * k + shape, inner)
    return nodes, vectors[0] ** 2


def log_tricomi_float(a: float, b: float, x: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """log U(a, b, x) for x > 0 as -a log x + log <(1 + T/x)^{b-a-1}>, T ~ Gamma(a, 1).

    The average is smooth in T, so a Gauss rule converges fast for the large a of this model; U
    itself would under- or overflow.
    """
    nodes, weights = _gamma_rule(float(a))
    x = np.asarray(x, dtype=float)
    mean = sum(w * (1.0 + t / x) ** (b - a - 1.0) for t, w in zip(nodes, weights, strict=True))
    return np.asarray(-a * np.log(x) + np.log(mean))
