"""How a gap between networks and theory closes: a power law, where all points bear one out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REJECTED = 0.01
"""p-value of chi^2 below which no gap at all, or a power law, is rejected."""

LARGEST_EXPONENT = 8.0
_GRID = 3201


@dataclass(frozen=True)
class Gap:
    """measured - predicted at a size x, with the standard error of the two."""

    x: float
    gap: float
    stderr: float


@dataclass(frozen=True)
class PowerLaw:
    """gap = amplitude x^exponent; ``stderr`` is half of the range in which chi^2 rises by one."""

    exponent: float
    stderr: float
    amplitude: float


@dataclass(frozen=True)
class Fit:
    """A power law or the reason why none is claimed, with the chi^2 of the best one.

    ``p`` is the chance of a chi^2 as large on ``freedom`` degrees of freedom (NaN: none left).
    """

    law: PowerLaw | None
    why: str
    chi2: float
    freedom: int
    p: float


def power_law(gaps: Sequence[Gap]) -> Fit:
    """Weighted least squares of gap = A x^e over all points, whatever their size and sign.

    The gaps themselves are fitted, not their logarithms, so that points within their errors of zero
    count as what they are. No exponent is claimed where fewer than three points could not test one,
    where the gaps are compatible with none at all, where the law is rejected, or where chi^2 does
    not bound it.

    >>> fit = power_law([Gap(x, 3 / x, 0.01 / x) for x in (1.0, 2.0, 4.0)])
    >>> round(fit.law.exponent, 6), round(fit.law.amplitude, 6), round(fit.p, 6)
    (-1.0, 3.0, 1.0)
    >>> power_law([Gap(x, 1 / x + 0.5, 0.001) for x in (1.0, 2.0, 4.0, 8.0)]).why
    'a power law is rejected'
    """
    freedom = len(gaps) - 2
    if freedom < 1 or len({g.x for g in gaps}) < len(gaps):
        return Fit(None, f"{len(gaps)} points do not test a power law", nan, max(freedom, 0), nan)
    x, y, spread = (np.array([getattr(g, n) for g in gaps]) for n in ("x", "gap", "stderr"))
    if not (spread > 0).all():
        return Fit(None, "a point has no error bar", nan, freedom, nan)
    exponents = np.linspace(-LARGEST_EXPONENT, LARGEST_EXPONENT, _GRID)
    chi2 = _profile(exponents, x, y, spread)[0]
    best = int(np.argmin(chi2))
    exponent = _vertex(exponents, chi2, best)
    (least,), (height,) = map(np.ndarray.tolist, _profile(np.array([exponent]), x, y, spread))
    p = _chance(least, freedom)
    law, why = None, ""
    if _chance(float(np.square(y / spread).sum()), len(gaps)) > REJECTED:
        why = "compatible with no gap"
    elif p < REJECTED:
        why = "a power law is rejected"
    else:
        inside = exponents[chi2 <= least + 1]
        if inside.size and inside[0] > -LARGEST_EXPONENT and inside[-1] < LARGEST_EXPONENT:
            law = PowerLaw(exponent, _half(exponents, chi2, least), height / _scale(x) ** exponent)
        else:
            why = "the exponent is not bounded"
    return Fit(law, why, least, freedom, p)


def _scale(x: Array) -> float:
    """Sizes are measured in their geometric mean, which keeps powers within reach."""
    return float(np.exp(np.log(x).mean()))


def _profile(exponents: Array, x: Array, y: Array, spread: Array) -> tuple[Array, Array]:
    """chi^2 at the best amplitude of each exponent, and these amplitudes (of x over its scale)."""
    shape = (x / _scale(x)) ** exponents[:, None] / spread
    height = (shape * y / spread).sum(1) / np.square(shape).sum(1)
    return np.square(y / spread - height[:, None] * shape).sum(1), height


def _vertex(places: Array, values: Array, best: int) -> float:
    """The minimum of the parabola through the least value and its neighbours."""
    if not 0 < best < len(places) - 1:
        return float(places[best])
    left, middle, right = values[best - 1 : best + 2]
    curvature = left - 2 * middle + right
    shift = 0.5 * (left - right) / curvature if curvature > 0 else 0.0
    return float(places[best] + shift * (places[1] - places[0]))


def _half(places: Array, values: Array, least: float) -> float:
    """Half of the range in which ``values`` exceed ``least`` by at most one, by interpolation."""
    inside = np.flatnonzero(values <= least + 1)
    ends = []
    for edge, step in ((int(inside[0]), -1), (int(inside[-1]), 1)):
        near, far = values[edge] - least, values[edge + step] - least
        share = (1 - near) / (far - near) if far > near else 0.0
        ends.append(places[edge] + share * (places[edge + step] - places[edge]))
    return float((ends[1] - ends[0]) / 2)


def _chance(chi2: float, freedom: int) -> float:
    from scipy.special import gammaincc

    return float(gammaincc(freedom / 2, chi2 / 2)) if chi2 < inf else 0.0
