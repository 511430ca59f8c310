"""The law of one neuron at finite d in double precision, and the closure it fixes.

The closure is the minimum of a strictly convex potential in the residual's modes, so Newton's
method with backtracking finds its only solution from any start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from binodal.models.teacher_student.numerics.functions import PARAMETERS
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.convex import least
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
_NATS = 45.0
POINTS_PER_WIDTH, _FEWEST = 3.0, 2.0
_RELEVANT = 60.0
_GRIDS = 8
_MOST_POINTS = 200_000


_FORMS = Forms("binodal.models.teacher_student.forms.finite")
_prior = _FORMS.floats("prior_of_overlap")
_overlaps = _FORMS.floats("overlaps")
_coupling = _FORMS.floats("coupling_constant")
squared_scales = _FORMS.data("squared_scales", list[int])


def scales(modes: int) -> Array:
    """sqrt(k!) of the odd modes: t_k times this is the residual in the normalised basis."""
    return np.sqrt(squared_scales(modes))


@dataclass(frozen=True)
class Law:
    """The unnormalised law on a grid of y >= 0 with the weights of the trapezoidal rule.

    ``prior`` maps y to (log prior weight, rho); ``coupling`` and ``spring`` are the constants of
    the potential, ``target`` the teacher in the normalised basis.
    """

    y: Array
    weights: Array
    prior: Callable[[Array], tuple[Array, Array]]
    coupling: float
    spring: float
    target: Array
    log_prior: Array = field(init=False)
    rho: Array = field(init=False)
    overlaps: Array = field(init=False)

    def __post_init__(self) -> None:
        log_prior, correlation = self.prior(self.y)
        object.__setattr__(self, "log_prior", log_prior)
        object.__setattr__(self, "rho", correlation)
        object.__setattr__(
            self, "overlaps", np.stack(_overlaps(len(self.target))(correlation), axis=1)
        )

    def at(self, points: Array) -> Law:
        """The same law on other points, with unit weights."""
        return replace(self, y=points, weights=np.ones_like(points))

    def log_density(self, residual: Array) -> Array:
        """log of the weight with the interaction of a residual (normalised basis)."""
        return self.log_prior + 0.5 * self.coupling * (self.overlaps @ residual) ** 2

    def narrowest(self, residual: Array) -> float:
        """The width of the narrowest Gaussian that the density may follow at any relevant place.

        1/sqrt(max -L'') for the log density L, by second differences; a place is relevant unless
        even a peak halfway to its neighbour would be negligible, so that no peak is overlooked
        because the grid steps over it.
        """
        logs = self.log_density(residual)
        bend = np.maximum(-np.diff(logs, 2), 0.0)
        relevant = logs[1:-1] + bend >= logs.max() - _RELEVANT
        sharpest = float(bend[relevant].max(initial=0.0))
        return float(self.y[1]) / np.sqrt(sharpest) if sharpest > 0 else np.inf

    def chances(self, residual: Array) -> tuple[Array, float]:
        """Probabilities of the grid points and the log of their normalisation."""
        logs = self.log_density(residual)
        top = float(logs.max())
        raw = self.weights * np.exp(logs - top)
        return raw / raw.sum(), top + float(np.log(raw.sum()))

    def potential(self, residual: Array) -> tuple[float, Array, Array]:
        """Phi, its gradient and its Hessian at a residual."""
        chances, log_norm = self.chances(residual)
        field = self.overlaps @ residual
        slopes = self.coupling * self.overlaps * field[:, None]
        mean = chances @ slopes
        spread = (slopes * chances[:, None]).T @ slopes - np.outer(mean, mean)
        kernel = self.coupling * (self.overlaps * chances[:, None]).T @ self.overlaps
        pull = residual - self.target
        value = log_norm + 0.5 * self.spring * float(pull @ pull)
        return value, mean + self.spring * pull, kernel + spread + self.spring * np.eye(len(pull))


def law(
    parameters: Mapping[str, float],
    theory: str,
    modes: int = 2,
    refine: int = 1,
    narrowest: float = np.inf,
) -> Law:
    """The law on a grid with steps that divide its prior's width, or ``narrowest`` if that is less.

    ``refine`` divides the step and moves the end out. The integrand is analytic near the real line
    and decays like a Gaussian, so the trapezoidal rule converges faster than any power of the step.
    Raises :class:`Undecided` when that takes too many points.
    """
    point = {name: float(value) for name, value in parameters.items()}
    (strength,) = _coupling()(*(point[name] for name in PARAMETERS))
    target = scales(modes) * np.array([1.0, point["epsilon"], *([0.0] * (modes - 2))])
    width = min(narrowest, 1.0 / np.sqrt(point["d"] * (1.0 / point["sigma_w2"] + 2.0)))
    nats = _NATS * (1 + refine) / 2
    reach = np.sqrt(
        2.0 * point["sigma_w2"] * (nats / point["d"] + _deepest(strength, target, point["d"]))
    )
    points = reach / width * POINTS_PER_WIDTH * refine
    most = _MOST_POINTS * refine
    if not points < most:
        raise Undecided(f"the law of one neuron needs {points:.3g} points, more than {most}")
    count = int(np.ceil(points)) + 1
    grid = np.linspace(0.0, reach, count)
    weights = np.full(count, 2.0)
    weights[0] = 1.0
    spring = point["n"] / (point["N"] * point["sigma2"])

    def prior(points: Array) -> tuple[Array, Array]:
        values = _prior(theory)(points, point["d"], point["sigma_w2"])
        return values[0], values[1]

    return Law(grid, weights, prior, strength, spring, target)


def solved_law(
    parameters: Mapping[str, float], theory: str, modes: int = 2, refine: int = 1
) -> tuple[Law, Array]:
    """The law with the residual that solves its closure, on a grid that resolves what it found.

    A grid that steps over a feature leaves a larger residual, which makes the law sharper still;
    so the grid is refined until it resolves the law at its own solution. Raises :class:`Undecided`.
    """
    narrowest = np.inf
    for _ in range(_GRIDS):
        of = law(parameters, theory, modes, refine, narrowest)
        residual = solve_law(of)
        narrowest = of.narrowest(residual)
        if of.y[1] * _FEWEST * refine <= narrowest:
            return of, residual
    raise Undecided(f"no grid resolves the law of one neuron: a peak {narrowest:.3g} wide is left")


def _deepest(strength: float, target: Array, size: float) -> float:
    """A bound on the interaction per d over rho <= 1/2 and residuals no longer than the target."""
    heights = np.abs(np.stack(_overlaps(len(target))(0.5)))
    return float(0.5 * strength * (heights @ np.abs(target)) ** 2 / size)


def solve_law(of: Law) -> Array:
    """The residual (normalised basis) at the minimum of the potential.

    Raises :class:`Undecided` when Newton does not reach its tolerance, with how far it got.
    """
    return least(of.potential, of.target / 2)
