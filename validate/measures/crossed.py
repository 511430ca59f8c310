"""Local complexity of neurons on Gaussian inputs, whose directions alone chance decides.

A neuron w changes sign where |w.x| < r max_j |w.e_j|, j = 1..k of an orthonormal frame: over
inputs x of N(0, 1) and over frames |w| cancels, and what is left is P(|z| < r M) of z of N(0, 1)
and M the largest of k components of a random unit vector in d dimensions. A Gaussian vector is its
norm times such a one, independent of it, so that <M^s> = <max_j |g_j|^s>/<|g|^s>.
"""

from __future__ import annotations

from math import exp, lgamma, pi, sqrt

import numpy as np
from scipy.special import erf

from binodal.numerics.quadrature import float_rule
from binodal.validate.measures.definitions.local_complexity import DIRECTIONS, RADIUS

_REACH, _NODES = 14.0, 200


def largest(size: int, power: int) -> float:
    """<M^s>.

    >>> round(largest(1, 1), 12), round(largest(2, 1) * pi / sqrt(8), 12)
    (1.0, 1.0)
    """
    nodes, weights = float_rule(_NODES)
    places = _REACH / 2 * (nodes + 1)
    below = erf(places / sqrt(2)) ** min(DIRECTIONS, size)
    top = _REACH / 2 * power * (weights * places ** (power - 1)) @ (1 - below)
    norm = exp(lgamma((size + power) / 2) - lgamma(size / 2) + power * np.log(2) / 2)
    return float(top / norm)


def crossings(width: float, size: int, aligned: float, density: float = 1.0) -> tuple[float, float]:
    """Neurons that change sign, and the standard error of one frame for all of them.

    ``aligned`` is <m^2>, m the cosine with the teacher's directions. Of two neurons at the angle t
    the frame moves M together by at most cos^2 t of the variance, in the mean <m^2>^2 + (1 -
    <m^2>)^2/(d - 1). ``density`` is that of w.x at zero, over what it is without a bias.
    """
    scale = width * density * RADIUS * sqrt(2 / pi)
    mean, square, cube = (largest(size, power) for power in (1, 2, 3))
    together = aligned**2 + (1 - aligned) ** 2 / max(size - 1, 1) + 1 / width
    spread = sqrt(max(square - mean**2, 0.0) * min(together, 1.0))
    return scale * (mean - RADIUS**2 * cube / 6), scale * spread
