"""Many trajectories of gradient flow at once, each with its own start and decay."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from binodal.models.diagonal_linear.numerics.gradient_flow import loss_push
from binodal.models.diagonal_linear.numerics.path import Path, Weights
from binodal.models.diagonal_linear.setting import Setting
from binodal.numerics.dynamics.course import Array
from binodal.numerics.dynamics.rosenbrock import Equations, Index, integrated

_SMALL = 1e-3
"""Of the tolerance, beside which errors of phi that leave w alone count as none."""


class Trajectories:
    """Flows of one set of samples from ``starts`` with ``decays``, in shares of their lengths.

    A start is replaced by the least one that is as good (squared loss); ``begins`` are the times
    that the larger one takes to come there, ``ends`` the times of share one. ``lengths`` are in
    lambda t.
    """

    def __init__(
        self, setting: Setting, degree: Fraction, starts: Array, decays: Array, lengths: Array
    ) -> None:
        self._rows = np.array([[float(x) for x in row] for row in setting.rows])
        self._bounds = np.array([float(y) for y in setting.bounds])
        self._loss, self._weights, self._degree = setting.loss, Weights(degree, "numpy"), degree
        self.starts, self.decays = starts, decays
        if not setting.separates:
            path = Path(setting, degree)
            self.starts = np.minimum(starts, [path.forgotten(decay) for decay in decays])
        skipped = np.log(starts / self.starts)
        self._lengths = lengths - skipped
        self.begins, self.ends = skipped / decays, lengths / decays

    def times(self, shares: Array) -> Array:
        """Times (trajectories, shares) of shares of the way from ``begins`` to ``ends``."""
        return np.asarray(self.begins[:, None] + (self.ends - self.begins)[:, None] * shares)

    def forgets(self) -> Array:
        """Shares at which a start that was replaced is forgotten: A^L has halved since."""
        halved = np.log(2) / float(self._degree) / self._lengths
        return np.where(self.begins > 0, halved, 0.0)

    def at(self, shares: Array, tolerance: float) -> Array:
        """w (trajectories, shares, components). Raises Undecided where it cannot be integrated."""
        start = np.zeros((len(self.starts), self._rows.shape[1]))
        of = Equations(self._slope, self._in_time, self._jacobian)
        with np.errstate(all="ignore"):
            small = tolerance * _SMALL * np.minimum(1.0, self.starts ** -float(self._degree))
            phi = integrated(of, start, shares, tolerance, small)
            everything = np.arange(len(start))
            w = [self._w(everything, share, phi[:, k]) for k, share in enumerate(shares)]
        return np.stack(w, axis=1)

    def _scale(self, which: Index, share: Array | float) -> Array:
        return np.asarray(self.starts[which] * np.exp(-self._lengths[which] * share))[:, None]

    def _w(self, which: Index, share: float, phi: Array) -> Array:
        return np.asarray(self._weights.at(self._scale(which, share), phi)[0])

    def _pace(self, which: Index) -> Array:
        """d(phi)/d(share) over what the loss pushes."""
        return np.asarray(self._lengths[which] / self.decays[which])[:, None]

    def _slope(self, which: Index, share: Array, phi: Array) -> Array:
        w, _, _, rate, _ = self._weights.at(self._scale(which, share), phi)
        pushed, _ = loss_push(self._loss, w @ self._rows.T, self._bounds)
        return np.asarray(self._pace(which) * rate * (pushed @ self._rows))

    def _in_time(self, which: Index, share: Array, phi: Array) -> Array:
        scale = self._scale(which, share)
        w, _, _, rate, _ = self._weights.at(scale, phi)
        w_moves, rate_moves = self._weights.by_scale(scale, phi)
        pushed, bent = loss_push(self._loss, w @ self._rows.T, self._bounds)
        moved = rate_moves * (pushed @ self._rows)
        moved = moved + rate * ((bent * (w_moves @ self._rows.T)) @ self._rows)
        return np.asarray(-self._lengths[which][:, None] * self._pace(which) * moved)

    def _jacobian(self, which: Index, share: Array, phi: Array) -> Array:
        w, _, w_slope, rate, rate_slope = self._weights.at(self._scale(which, share), phi)
        pushed, bent = loss_push(self._loss, w @ self._rows.T, self._bounds)
        by_w = np.einsum("ni,en,nj->eij", self._rows, bent, self._rows)
        whole = np.asarray(rate + 0 * phi)[..., None] * by_w * np.asarray(w_slope)[:, None, :]
        diagonal = np.asarray(rate_slope + 0 * phi) * (pushed @ self._rows)
        whole[:, range(phi.shape[1]), range(phi.shape[1])] += diagonal
        return np.asarray(self._pace(which)[..., None] * whole)
