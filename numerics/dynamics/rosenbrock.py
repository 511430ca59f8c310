"""Many stiff differential equations at once, each in its own steps.

A Rosenbrock method of order 4 with an error estimate of order 3 (Shampine 1982; Hairer and Wanner,
Solving Ordinary Differential Equations II, section IV.7): linearly implicit, so that a step costs
one Jacobian and solutions of one linear system, all as arrays over the equations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binodal.numerics.dynamics.course import Array
from binodal.numerics.errors import Undecided

_GAMMA = 1 / 2
_AHEAD = ((), (2.0,), (48 / 25, 6 / 25))
_COUPLED = ((), (-8.0,), (372 / 25, 12 / 5), (-112 / 125, -54 / 125, -2 / 5))
_WEIGHTS = (19 / 9, 1 / 2, 25 / 108, 125 / 108)
_DEFECT = (17 / 54, 7 / 36, 0.0, 125 / 108)
_IN_TIME, _PLACES = (1 / 2, -3 / 2, 121 / 50, 29 / 250), (0.0, 1.0, 3 / 5)
_SAFETY, _GROW, _SHRINK, _EXACT = 0.9, 4.0, 0.2, 1e-12
_FIRST, _MOST = 1e-8, 40_000

Index = NDArray[np.intp]
Slope = Callable[[Index, Array, Array], Array]
"""(which equations, their times, states (equations, unknowns)) -> slopes, or another derivative."""


@dataclass(frozen=True)
class Equations:
    """Slopes, their derivatives in the time, and Jacobians (equations, unknowns, unknowns)."""

    slope: Slope
    in_time: Slope
    jacobian: Slope


def integrated(
    of: Equations, start: Array, times: Array, relative: float, absolute: Array
) -> Array:
    """States (equations, times, unknowns) at increasing ``times``, from ``start`` at the first.

    ``absolute`` are errors that count as none, by equation. Steps end at the asked times. Raises
    Undecided where an equation takes too many.
    """
    states = np.repeat(start[:, None], len(times), axis=1)
    time, state = np.full(len(start), times[0]), start.copy()
    step = np.full(len(start), (times[-1] - times[0]) * _FIRST)
    due = np.ones(len(start), dtype=np.intp)
    for _ in range(_MOST):
        live = np.flatnonzero(due < len(times))
        if not len(live):
            return states
        left = times[due[live]] - time[live]
        h, before = np.minimum(step[live], left), state[live]
        after, off = _stepped(of, live, time[live], before, h)
        scale = absolute[live, None] + relative * np.maximum(np.abs(before), np.abs(after))
        error = np.sqrt(np.mean((off / scale) ** 2, axis=1))
        good = error <= 1
        factor = np.where(np.isfinite(error), _SAFETY * np.maximum(error, _EXACT) ** -0.25, 0.0)
        wanted = h * np.clip(factor, _SHRINK, _GROW)
        # A step that was cut short to meet an asked time says nothing against the longer one.
        step[live] = np.where(good & (h < step[live]), np.maximum(wanted, step[live]), wanted)
        kept, there = live[good], (h == left)[good]
        state[kept] = after[good]
        time[kept] = np.where(there, times[due[kept]], (time[live] + h)[good])
        arrived = kept[there]
        states[arrived, due[arrived]] = state[arrived]
        due[arrived] += 1
    raise Undecided(f"more than {_MOST} steps: the equations are too stiff")


def _stepped(
    of: Equations, live: Index, time: Array, state: Array, h: Array
) -> tuple[Array, Array]:
    """The state after a step, and the difference to a method of order 3."""
    by, width = h[:, None], state.shape[1]
    matrix = np.eye(width) / (_GAMMA * by[..., None]) - of.jacobian(live, time, state)
    drift, slopes = of.in_time(live, time, state), of.slope(live, time, state)
    inverse, parts = np.linalg.inv(matrix), list[Array]()
    for k, coupled in enumerate(_COUPLED):
        if 0 < k < len(_AHEAD):
            ahead = state + sum(a * g for a, g in zip(_AHEAD[k], parts, strict=True))
            slopes = of.slope(live, time + _PLACES[k] * h, ahead)
        known = slopes + _IN_TIME[k] * by * drift
        known += sum((c * g for c, g in zip(coupled, parts, strict=True)), np.zeros(1)) / by
        parts.append(np.einsum("eij,ej->ei", inverse, known))
    moved = sum(w * g for w, g in zip(_WEIGHTS, parts, strict=True))
    off = sum(w * g for w, g in zip(_DEFECT, parts, strict=True))
    return state + moved, np.asarray(off)
