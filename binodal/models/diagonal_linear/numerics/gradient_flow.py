"""Gradient flow integrated, with an error: one unknown phi = log(u/v)/2 for every weight.

The time is s = lambda t, so that A = alpha exp(-s) is known and the loss is what is fast.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import count

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from binodal.models.diagonal_linear.numerics.path import Weights
from binodal.models.diagonal_linear.setting import Setting
from binodal.numerics.bracketed import bracketed
from binodal.numerics.errors import ParameterError, Undecided

MOST_CALLS = 300_000
"""Some ten seconds; hard settings need a tenth of it."""

_LARGEST_DEGREE, _SLOWEST = 20, 1e-12

Vector = NDArray[np.float64]
Predictor = Callable[[float], Vector]


def require_flow(parameters: Mapping[str, Fraction]) -> None:
    """Raise ParameterError for noise, and for a degree whose powers overflow."""
    require_no_noise(parameters)
    if parameters["L"] > _LARGEST_DEGREE:
        raise ParameterError(f"L={parameters['L']}: at most {_LARGEST_DEGREE}")


def require_no_noise(parameters: Mapping[str, Fraction]) -> None:
    """Raise ParameterError for a temperature, which gradient flow does not have."""
    if parameters["sigma2"]:
        noise = f"sigma2={parameters['sigma2']}: gradient flow has no noise"
        raise ParameterError(f"{noise}, times with it are those of hysteresis")


def require_resolved(decay: float) -> None:
    """Raise Undecided where the residual that balances the decay is rounded away."""
    if decay < _SLOWEST:
        raise Undecided("residuals of the order of lambda are below what doubles hold")


def loss_push(loss: str, margins: Vector, bounds: Vector) -> tuple[Vector, Vector]:
    """Minus the slope of the loss in rows.w, and minus its curvature."""
    if loss == "squared":
        return bounds - margins, -np.ones_like(margins)
    if loss == "exponential":
        push = np.exp(-margins)
        return push, -push
    push = 1 / (1 + np.exp(margins))
    return push, -push * (1 - push)


class Flow:
    """d(phi)/ds, its Jacobian, and the predictor."""

    def __init__(self, setting: Setting, degree: Fraction, alpha: float, decay: float) -> None:
        self._rows = np.array([[float(x) for x in row] for row in setting.rows])
        self._bounds = np.array([float(y) for y in setting.bounds])
        self._loss, self._separates = setting.loss, setting.separates
        self._weights = Weights(degree, "numpy")
        self.alpha, self.decay, self.degree = alpha, decay, float(degree)

    def velocity(self, s: float, phi: Vector) -> Vector:
        """d(phi)/ds."""
        w, _, _, rate, _ = self._weights.at(self.alpha * np.exp(-s), phi)
        push, _ = loss_push(self._loss, self._rows @ w, self._bounds)
        moved: Vector = rate / self.decay * (self._rows.T @ push)
        return moved

    def jacobian(self, s: float, phi: Vector) -> NDArray[np.float64]:
        """Its derivatives in phi."""
        w, _, w_slope, rate, rate_slope = self._weights.at(self.alpha * np.exp(-s), phi)
        push, slope = loss_push(self._loss, self._rows @ w, self._bounds)
        by_w = (self._rows.T * slope) @ self._rows * w_slope
        own = np.diag(rate_slope * (self._rows.T @ push))
        matrix: NDArray[np.float64] = (np.reshape(rate, (-1, 1)) * by_w + own) / self.decay
        return matrix

    def predictor(self, s: float, phi: Vector) -> Vector:
        """w, of a classifier over its smallest margin; nan where it does not fit the samples yet.

        It fits where every margin is above 1, or no residual is above half of the largest target: a
        network that starts small grows along its early predictor before it fits anything.
        """
        w: Vector = self._weights.at(self.alpha * np.exp(-s), phi)[0]
        fitted, margin = self._rows @ w, float((self._rows @ w).min())
        if self._separates:
            return w / margin if margin > 1 else np.full_like(w, np.nan)
        fits = np.abs(fitted - self._bounds).max() < np.abs(self._bounds).max() / 2
        return w if fits else np.full_like(w, np.nan)

    def integrated(self, end: float, tolerance: float) -> tuple[Vector, Predictor]:
        """The steps taken, and the predictor at any s up to the end. Raises Undecided."""
        left = count(-MOST_CALLS)

        def velocity(s: float, phi: Vector) -> Vector:
            if next(left) > 0:
                raise Undecided(f"gradient flow needs more than {MOST_CALLS} evaluations")
            return self.velocity(s, phi)

        small = tolerance * 1e-3 * min(1.0, self.alpha**-self.degree)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # its message comes as the status
            solution = solve_ivp(
                velocity,
                (0.0, end),
                np.zeros(self._rows.shape[1]),
                method="LSODA",
                jac=self.jacobian,
                rtol=tolerance,
                atol=small,
                dense_output=True,
            )
        if solution.status != 0 or not np.isfinite(solution.y).all():
            raise Undecided(f"gradient flow could not be integrated: {solution.message}")
        return solution.t, lambda s: self.predictor(s, solution.sol(s))


def last_crossing(times: Vector, values: Vector, of: Callable[[float], float]) -> float | None:
    """The last zero of a function that is sampled at ``times``; None where it has none.

    Where it is not defined it has none.
    """
    changes = np.flatnonzero(values[:-1] * values[1:] <= 0)
    if not len(changes):
        return None
    k = changes[-1]
    return bracketed(of, times[k], times[k + 1], 1e-14, 1e-14)
