"""The law of a neuron's overlap q at the given d, of either theory, as a curve to plot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binodal.derive.symbols import N, b, c, d, kappa, n, q, s, sigma2, sigma_a2, sigma_w2
from binodal.models.teacher_student.derivations.action import published_in_q
from binodal.models.teacher_student.derivations.continuum import continuum_action, coupling
from binodal.numerics.codegen.load import compiled
from binodal.models.teacher_student.numerics.finite import float_closure

Array = NDArray[np.float64]
_SETTING = (N, n, d, sigma2, sigma_w2, sigma_a2)
_RADII = 3000


@cache
def _action(theory: str) -> Callable[..., tuple[Any, ...]]:
    """(q, s, b, c, setting) -> S at (q, s = r_perp^2); published: S(q), whatever s is."""
    action = d * published_in_q().subs(kappa, coupling())
    if theory == "derived":
        action = continuum_action()
    return compiled("action", {"S": action}, (q, s, b, c, *_SETTING), "numpy")


def minus_log_density(parameters: Mapping[str, float], theory: str, overlaps: Array) -> Array:
    """-log p(q) relative to q = 0, at the closure of the given d.

    Published: d times M.13. Derived: the joint law of (q, r_perp) with the measure
    r_perp^(d-2) dr_perp, integrated over r_perp by the trapezoidal rule. Raises Undecided when the
    closure is not solved.

    >>> from binodal.models.registry import preset
    >>> at = {name: float(value) for name, value in preset("fig2").items()}
    >>> bool(minus_log_density(at, "derived", np.array([0.0, 0.1]))[1] > 0)
    True
    """
    modes = float_closure(parameters, theory)[0]
    setting = [float(parameters[str(symbol)]) for symbol in _SETTING]
    size, width = parameters["d"], parameters["sigma_w2"]
    if theory == "published":
        return np.asarray(_action(theory)(overlaps, np.ones_like(overlaps), *modes, *setting)[0])
    spread = np.sqrt(width / size)
    centre = np.sqrt(width)
    radii = np.linspace(max(1e-9, centre * 0.05), centre + 12.0 * spread, _RADII)
    grid_q, grid_r = np.meshgrid(np.append(overlaps, 0.0), radii, indexing="ij")
    (action,) = _action(theory)(grid_q.ravel(), grid_r.ravel() ** 2, *modes, *setting)
    logs = -np.asarray(action).reshape(grid_q.shape) + (size - 2.0) * np.log(grid_r)
    top = logs.max(axis=1)
    value = -top - np.log(np.exp(logs - top[:, None]).sum(axis=1))
    return np.asarray(value[:-1] - value[-1])
