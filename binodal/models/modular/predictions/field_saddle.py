"""One neuron's averages on the field's components, and the field's propagator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from binodal.models.modular.predictions.field_rows import Features
from binodal.models.modular.predictions.mode_moments import Moments
from binodal.models.modular.predictions.mode_polynomials import Array


@dataclass(frozen=True)
class Scales:
    """g = ``pull`` Z and M = ``feature`` S S^* on each label, for ``width`` neurons."""

    width: float
    noise: float
    feature: float
    pull: float


class Saddle:
    """The Gaussian field at moments ``m``; arrays (momentum, r, r') of one neuron's averages."""

    def __init__(self, of: Features, m: Moments, scales: Scales) -> None:
        rows = of.rows
        order, number = rows.order, np.arange(rows.momenta)
        self.raw = of.second.at(m).reshape(-1, order, order)
        """<Z_i Z_j^*>."""
        self.first = of.first.at(m)
        """<Z_r> at momentum zero."""
        self.spectrum = scales.feature * of.kernel.at(m)
        """<M> by character."""
        self.kernel = self.spectrum[rows.character(number[:, None], np.arange(order))]
        """<M> as (momentum, r)."""
        self.covariance = scales.pull**2 * self.raw
        self.covariance[0] -= scales.pull**2 * np.outer(self.first, self.first)
        diagonal = scales.noise + scales.width * self.kernel
        self.curvature = scales.width * self.covariance + diagonal[:, None, :] * np.eye(order)
        self.mean = scales.pull * self.first
        """<g> at momentum zero."""

    @cached_property
    def propagator(self) -> Array:
        """G."""
        return np.asarray(np.linalg.inv(self.curvature))

    @property
    def log_det(self) -> float:
        """h of the first order."""
        return float(np.linalg.slogdet(self.curvature)[1].sum())
