"""Gauss' rule in balls, with a proved bound of its error for analytic functions, and in doubles."""

from __future__ import annotations

from functools import cache

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from binodal.numerics.balls import precision


def gauss_rule(nodes: int) -> tuple[tuple[arb, arb], ...]:
    """Nodes in (-1, 1) and weights of Gauss' rule, at the current precision.

    >>> bool(abs(sum(weight * at**2 for at, weight in gauss_rule(2)) - arb(2) / 3) < arb("1e-12"))
    True
    """
    return _rule(nodes, ctx.prec)


@cache
def _rule(nodes: int, bits: int) -> tuple[tuple[arb, arb], ...]:
    with precision(bits):
        return tuple(arb.legendre_p_root(nodes, k, weight=True) for k in range(nodes))


@cache
def float_rule(nodes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same in doubles, made once: nobody can write into it.

    >>> places, weights = float_rule(3)
    >>> round(float(weights @ places**4), 12)
    0.4
    """
    places, weights = np.polynomial.legendre.leggauss(nodes)
    places.flags.writeable = weights.flags.writeable = False
    return places, weights


def gauss_error(largest: arb, half: arb, stretch: arb, nodes: int) -> arb:
    """Bound of the error of Gauss' rule on a segment of length 2 half, for f analytic around it.

    ``largest`` bounds |f| in the ellipse with foci at the ends whose semi-axes are
    half (r +- 1/r)/2, r = ``stretch`` > 1. Chebyshev coefficients of f are at most 2 M/r^k, and
    the rule integrates T_k exactly for k < 2 nodes and errs by at most 32/15 beyond (odd k not at
    all). Source: Trefethen, Approximation Theory and Approximation Practice, theorem 19.3.

    >>> bool(gauss_error(arb(1), arb(1), arb(4), 12) < arb("1e-13"))
    True
    """
    square = stretch**2
    return arb(64) / 15 * largest * half * square ** (-nodes) / (1 - 1 / square)
