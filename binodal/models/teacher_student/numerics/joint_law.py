"""The law of one neuron's (q, r_perp^2) at finite d on a grid, for a given mean residual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.stats import gamma

from binodal.models.teacher_student.numerics.law import Law, scales, solved_law
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]

TAIL = 0.5
"""Of |q|: neurons beyond it are counted as the tail of the law."""

LARGEST_OVERLAP = 2.5
"""Overlaps beyond it are counted in the tail alone."""

PERP_EDGES = tuple(i / 4 for i in range(9))
"""Bins of |q| in which |w_perp|^2 is averaged; the last is open."""

_POINTS_PER_WIDTH = 4
_MOST_POINTS = 10_000_000
_AGREEMENT = 1e-4
_EVEN = ((1, 0.0), "natural")  # the law is even in q


_FORMS = Forms("binodal.models.teacher_student.forms.finite")
_prior = _FORMS.floats("joint_prior")
_overlaps = _FORMS.floats("overlaps")


@dataclass(frozen=True)
class JointLaw:
    """p(|q|) on ``q`` (density of q, both signs), and the mean of r_perp^2 at each q."""

    q: Array
    density: Array
    perp2: Array

    def mean_square(self) -> float:
        """<q^2>."""
        return float(2 * np.trapezoid(self.q**2 * self.density, self.q))

    def tail(self, beyond: float) -> float:
        """P(|q| > beyond)."""
        return float(2 * self._between(self.density, beyond, self.q[-1]))

    def log_density(self, places: Array) -> Array:
        """log p(q) at |q| of the given points."""
        there = self.density > 0
        end = there.size if there.all() else int(np.argmin(there))
        spline = CubicSpline(self.q[:end], np.log(self.density[:end]), bc_type=_EVEN)
        inside = np.abs(places) <= self.q[end - 1]
        return np.where(inside, spline(np.where(inside, np.abs(places), 0.0)), -np.inf)

    def perp2_in_bins(self) -> Array:
        """Mean of r_perp^2 over each bin of |q|."""
        ends = (*PERP_EDGES[1:], float(self.q[-1]))
        pairs = list(zip(PERP_EDGES, ends, strict=True))
        top = [self._between(self.density * self.perp2, low, high) for low, high in pairs]
        mass = [self._between(self.density, low, high) for low, high in pairs]
        return np.array([t / m if m > 0 else np.nan for t, m in zip(top, mass, strict=True)])

    def _between(self, values: Array, low: float, high: float) -> float:
        inside = (self.q > low) & (self.q < high)
        points = np.concatenate([[low], self.q[inside], [high]])
        heights = np.interp(points, self.q, values)
        return float(np.trapezoid(heights, points))


def joint_law(
    parameters: Mapping[str, float], theory: str, of: Law, residual: Array, refine: int = 1
) -> JointLaw:
    """The law of (q, s) under a residual (normalised basis) of the closure's own law ``of``.

    Derived: s integrated with its measure. Published: s held at sigma_w^2 (A.7b), so that q alone
    is left. ``refine`` divides the steps and moves the ends out. The grid must hold the law: its
    <rho> is compared with that of the one-dimensional law, on a grid of its own. Raises
    :class:`binodal.numerics.errors.Undecided` where it does not, or where it needs too many points.
    Source: derived here.
    """
    points, perp2, weights = grid(parameters, theory, of, residual, refine)
    logs = log_weight(points[:, None], perp2[None, :], parameters, of, residual)
    raw = weights * np.exp(logs - logs.max())
    total = raw.sum(axis=1)
    _require_whole(parameters, of, residual, points, perp2, raw)
    mean = (raw @ perp2) / np.where(total > 0, total, 1.0)
    return JointLaw(points, total / (2 * np.trapezoid(total, points)), mean)


def _require_whole(
    parameters: Mapping[str, float],
    of: Law,
    residual: Array,
    points: Array,
    perp2: Array,
    raw: Array,
) -> None:
    """Raise Undecided unless <rho> on the grid of (q, s) is that of the law of y alone."""
    size, width = float(parameters["d"]), float(parameters["sigma_w2"])
    _, rho = _prior()(points[:, None], perp2[None, :], size, width)
    halved = raw.copy()
    halved[0] /= 2
    here = float((halved * rho).sum() / halved.sum())
    there = float(of.chances(residual)[0] @ of.rho)
    if not abs(here - there) <= _AGREEMENT * there:
        raise Undecided(
            f"the grid of (q, r_perp) gives <rho> = {here:.6g}, the law of y alone {there:.6g}"
        )


def grid(
    parameters: Mapping[str, float], theory: str, of: Law, residual: Array, refine: int = 1
) -> tuple[Array, Array, Array]:
    """q >= 0 in equal steps, s = r_perp^2, and the weights of s, up to a factor.

    At given y the prior of s is a Gamma law of shape (d - 1)/2 and rate d (1 + 2 y^2)/(2 sigma_w^2)
    times sqrt(1 + 2 s): its quantiles at the relevant y bound s and q = y sqrt(1 + 2 s). Raises
    :class:`binodal.numerics.errors.Undecided` where the grid is too large to hold.
    """
    size, width = float(parameters["d"]), float(parameters["sigma_w2"])
    rare = 10.0 ** -(8 + 6 * refine)
    logs = of.log_density(residual)
    far = of.y[logs >= logs.max() + np.log(rare)]
    rate = size * (1 + 2 * far**2) / (2 * width)
    shape = (size - 1) / 2
    most = np.array([width]) if theory == "published" else gamma.isf(rare, shape + 0.5) / rate
    end = max(1.2 * LARGEST_OVERLAP, float((far * np.sqrt(1 + 2 * most)).max()))
    narrow = min(np.sqrt(width / size), of.narrowest(residual))
    step = narrow / (_POINTS_PER_WIDTH * refine)
    if theory == "published":
        return np.arange(0.0, _held(end / step) * step, step), np.array([width]), np.ones(1)
    relative = np.sqrt(2 / size)
    ends = np.log(gamma.ppf(rare, shape) / rate[-1]), np.log(most[0])
    count = int(_POINTS_PER_WIDTH * refine * (ends[1] - ends[0]) / relative) + 2
    _held(end / step * count)
    perp2 = np.exp(np.linspace(*ends, count))
    return np.arange(0.0, end + step, step), perp2, perp2


def _held(points: float) -> float:
    """The number of points plus one, where it can be held."""
    if not points < _MOST_POINTS:
        raise Undecided(f"the grid of (q, r_perp) needs {points:.3g} points")
    return points + 1


def log_weight(
    at_q: Array, at_s: Array, parameters: Mapping[str, float], of: Law, residual: Array
) -> Array:
    """log of the law's density in (q, r_perp^2), up to a constant."""
    size, width = float(parameters["d"]), float(parameters["sigma_w2"])
    log_prior, rho = _prior()(at_q, at_s, size, width)
    if at_s.size == 1:
        log_prior = log_prior - log_prior[:1]
    field = sum(
        r * overlap for r, overlap in zip(residual, _overlaps(len(residual))(rho), strict=True)
    )
    return np.asarray(log_prior + 0.5 * of.coupling * field**2)


def minus_log_density(parameters: Mapping[str, float], theory: str, overlaps: Array) -> Array:
    """-log p(q) relative to q = 0 at the closure of the given d, far into the tails.

    Derived: the joint law integrated over r_perp^2. Published: r_perp^2 is sigma_w^2. Raises
    :class:`binodal.numerics.errors.Undecided` where the closure is not solved.

    >>> at = {"N": 700, "n": 3000, "d": 150, "sigma2": 0.18, "sigma_w2": 0.5}
    >>> at |= {"sigma_a2": 8 / 700, "epsilon": -0.3}
    >>> bool(minus_log_density(at, "derived", np.array([0.0, 0.1]))[1] > 0)
    True
    """
    of, residual = solved_law(parameters, theory)
    _, perp2, weights = grid(parameters, theory, of, residual)
    places = np.append(overlaps, 0.0)[:, None]
    logs = log_weight(places, perp2[None, :], parameters, of, residual) + np.log(weights)
    top = logs.max(axis=1)
    cost = -top - np.log(np.exp(logs - top[:, None]).sum(axis=1))
    return np.asarray(cost[:-1] - cost[-1])


def residual_modes(residual: Array) -> Array:
    """(t_1, t_3, ...) of a residual in the normalised basis."""
    return np.asarray(residual / scales(len(residual)))
