"""One trajectory of gradient flow as curves in time."""

from __future__ import annotations

from functools import partial
from math import log

import numpy as np

from binodal.models.diagonal_linear.numerics.critical import notes
from binodal.models.diagonal_linear.numerics.gradient_flow import (
    require_flow,
    require_resolved,
)
from binodal.models.diagonal_linear.numerics.predictors import late, require_predictors
from binodal.models.diagonal_linear.numerics.trajectories import Trajectories
from binodal.models.diagonal_linear.setting import Setting
from binodal.numerics.dynamics.course import Array, Course, Curve, Dynamics, Options, Tell
from binodal.numerics.errors import ParameterError, Undecided
from binodal.numerics.outcome import Status
from binodal.numerics.parameters import Parameters

TOLERANCES = (1e-5, 1e-7)
SAFETY, _ADDED = 3.0, 10.0
UNIT = "time: that of gradient flow, steps times learning rate"
LATE = "rest: the late predictor, which is that of lambda -> 0"
BEFORE = "before the first time w is the early predictor to three digits: only the norm decays"
_FURTHER, _EARLIEST, _LOG, _EVEN = 4.0, 1e-6, 60, 101
"""How far A falls below 1 where nothing is asked; moments, growing and equally spaced."""


def dynamics(setting: Setting) -> Dynamics:
    """The dynamics of one set of samples."""
    return partial(course, setting)


def course(
    setting: Setting, parameters: Parameters, theory: str, options: Options, tell: Tell
) -> Course:
    """Weights and loss from the start on, by two tolerances.

    Errors are three times their difference, or what the finer one may leave. Raises ParameterError
    for what makes no sense here, and Undecided for what cannot be integrated.
    """
    require_predictors(setting)
    require_flow(parameters)
    alpha, decay = start_of(parameters, options)
    length = max(log(alpha), 0.0) + _FURTHER if options.until is None else decay * options.until
    of = Trajectories(
        setting, parameters["L"], np.array([alpha]), np.array([decay]), np.array([length])
    )
    forgets = float(of.forgets()[0])
    if not (of.ends[0] > of.begins[0] and forgets < 1):
        begin = f"before t = {of.begins[0]:.4g} nothing but the norm moves"
        raise ParameterError(f"until={options.until or 0:g}: {begin}")
    shares = _shares(forgets)
    weights = [of.at(shares, tolerance)[0] for tolerance in TOLERANCES]
    if forgets > 0:
        shares, weights = shares[1:], [w[1:] for w in weights]
    curves = compared(*(_curves(setting, w) for w in weights))
    tell(1.0)
    rest = {} if setting.separates else _late(setting)
    panels = (tuple(name for name in curves if name.startswith("w")), ("loss",))
    end = alpha * np.exp(-length)
    why = f"alpha exp(-lambda t) falls from {alpha:.4g} to {end:.4g}"
    told = (UNIT, *notes(setting)[:4], *([LATE] if rest else []))
    told += (BEFORE,) if shares[0] > 0 else ()
    times = of.times(shares)[0]
    return Course(times, curves, rest, panels, Status.CONVERGED, why, told)


def start_of(parameters: Parameters, options: Options) -> tuple[float, float]:
    """alpha and lambda of one gradient flow. Raises ParameterError for what it does not have."""
    options.require_prior()
    options.require_no_grid()
    options.require_fast()
    if options.particles is not None or options.seed is not None:
        raise ParameterError("particles and seed: gradient flow draws nothing at random")
    alpha, decay = (float(parameters[name]) for name in ("alpha", "lambda"))
    require_resolved(decay)
    return alpha, decay


def _shares(first: float) -> Array:
    """Growing and equally spaced moments; the first is the start or where that is forgotten."""
    if first > 0:
        return np.concatenate([[0.0], np.linspace(first, 1, _EVEN)])
    return np.union1d(np.geomspace(_EARLIEST, 1, _LOG), np.linspace(0, 1, _EVEN))


def _curves(setting: Setting, w: Array) -> dict[str, Array]:
    """Weights and loss; of a classifier the least margin too."""
    rows = np.array([[float(x) for x in row] for row in setting.rows])
    margins = w @ rows.T
    curves = {f"w_{j + 1}": w[:, j] for j in range(w.shape[1])}
    if not setting.separates:
        away = margins - np.array([float(y) for y in setting.bounds])
        return {**curves, "loss": (away**2).sum(1) / 2}
    each = np.exp(-margins) if setting.loss == "exponential" else np.logaddexp(0, -margins)
    return {**curves, "loss": each.sum(1), "margin": margins.min(1)}


def compared(rough: dict[str, Array], fine: dict[str, Array]) -> dict[str, Curve]:
    """Curves of the finer tolerance, with errors. Raises Undecided where one overflows."""
    if not all(np.isfinite(values).all() for values in (*rough.values(), *fine.values())):
        raise Undecided("gradient flow could not be integrated: numbers overflow")
    # Where both happen to cross, what the finer one may leave stands: errors of steps add up.
    least = _ADDED * TOLERANCES[1]
    return {
        name: Curve(
            values,
            np.maximum(SAFETY * np.abs(values - rough[name]), least * np.abs(values).max()),
        )
        for name, values in fine.items()
    }


def _late(setting: Setting) -> dict[str, tuple[float, float]]:
    return {f"w_{j + 1}": (float(x), 0.0) for j, x in enumerate(late(setting))}
