"""How a gap between networks and theory closes: a power law fitted with error bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RESOLVED = 3.0
"""A gap counts in a fit when it exceeds its standard error by this factor."""


@dataclass(frozen=True)
class Gap:
    """|measured - predicted| at a size x, with the standard error of the measurement."""

    x: float
    gap: float
    stderr: float

    @property
    def resolved(self) -> bool:
        """Whether the gap is distinguishable from zero."""
        return abs(self.gap) > RESOLVED * self.stderr


@dataclass(frozen=True)
class PowerLaw:
    """gap = amplitude x^exponent; ``chi2`` on ``freedom`` degrees of freedom tells its fit.

    ``stderr`` is inflated by sqrt(chi2/freedom) where the law does not fit within the errors.
    """

    exponent: float
    stderr: float
    amplitude: float
    chi2: float
    freedom: int


def power_law(gaps: Sequence[Gap]) -> PowerLaw | None:
    """Weighted least squares of log|gap| on log x over the resolved gaps of one sign.

    None with fewer than two resolved gaps, or when they change sign: then no power law is claimed.

    >>> law = power_law([Gap(x, 3 / x, 0.01 / x) for x in (1.0, 2.0, 4.0)])
    >>> round(law.exponent, 12), round(law.amplitude, 12)
    (-1.0, 3.0)
    """
    kept = [g for g in gaps if g.resolved]
    if len(kept) < 2 or len({g.gap > 0 for g in kept}) > 1:
        return None
    x = np.log([g.x for g in kept])
    y = np.log([abs(g.gap) for g in kept])
    spread = np.array([g.stderr / abs(g.gap) for g in kept])
    return _fit(x, y, spread, float(np.sign(kept[0].gap)))


def _fit(x: Array, y: Array, spread: Array, sign: float) -> PowerLaw:
    weights = 1 / spread**2
    middle = (weights * x).sum() / weights.sum()
    inertia = (weights * (x - middle) ** 2).sum()
    exponent = (weights * (x - middle) * y).sum() / inertia
    height = (weights * y).sum() / weights.sum() - exponent * middle
    chi2 = float((weights * (y - height - exponent * x) ** 2).sum())
    freedom = len(x) - 2
    inflation = max(1.0, chi2 / freedom) if freedom else 1.0
    return PowerLaw(
        float(exponent),
        float(np.sqrt(inflation / inertia)),
        sign * float(np.exp(height)),
        chi2,
        freedom,
    )
