"""Root finders and a continuation code as a user would write them, on float equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.optimize import root

from binodal.derive.symbols import b, c, epsilon, rho
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.limit import zero_branch
from binodal.models.teacher_student.forms.action import PARAMETERS, with_coupling
from binodal.numerics.codegen.load import compiled

Array = NDArray[np.float64]
Equations = Callable[[Array], Array]
REACH = 3.0
_STARTS = 20
_RESIDUAL = 1e-8
_MP_STARTS = 5
_GRID = 300
_SAMPLES = 400


@cache
def functions(theory: str, target: str) -> Callable[..., tuple[Any, ...]]:
    """(rho, b, parameters) -> S/rho, S' and the zero branch; S/rho removes the root rho = 0."""
    density = with_coupling(action(theory).density().subs(c, epsilon))
    named = {
        "S": density / rho,
        "S1": sp.diff(density, rho),
        "branch": with_coupling(zero_branch()),
    }
    return compiled("coexistence", named, (rho, b, *PARAMETERS), target)


def equations(parameters: Mapping[str, float], theory: str, target: str = "numpy") -> Any:
    """Three equations in (rho, b, log of sigma2 over its own value)."""
    function = functions(theory, target)

    def values(unknown: Any) -> Any:
        scale = mpmath.exp(unknown[2]) if target == "mpmath" else np.exp(unknown[2])
        point = {**parameters, "sigma2": parameters["sigma2"] * scale}
        return [*function(unknown[0], unknown[1], *(point[str(s)] for s in PARAMETERS))]

    return values


def physical(place: Array) -> bool:
    """What a careful user checks of a root."""
    return bool(1e-9 < place[0] < 0.5 and 0 < place[1] < 1 and abs(place[2]) < REACH)


def _starts(count: int) -> Array:
    random = np.random.default_rng(1)
    low, high = (0.02, 0.02, -REACH), (0.48, 0.98, REACH)
    return random.uniform(low, high, (count, 3))


def multistart(parameters: Mapping[str, float], theory: str) -> list[float]:
    """sigma2 of every physical root that scipy reports as converged, from random starts."""
    values, temperatures = equations(parameters, theory), []
    with np.errstate(all="ignore"):
        for start in _starts(_STARTS):
            answer = root(values, start)
            small = np.abs(answer.fun).max() < _RESIDUAL
            if answer.success and small and physical(answer.x):
                temperatures.append(parameters["sigma2"] * float(np.exp(answer.x[2])))
    return distinct(temperatures)


def findroot(parameters: Mapping[str, float], theory: str) -> list[float]:
    """The same with mpmath's secant Newton."""
    values, temperatures = equations(parameters, theory, "mpmath"), []
    for start in _starts(_MP_STARTS):
        try:
            answer = mpmath.findroot(lambda r, t, x: values((r, t, x)), [float(s) for s in start])
        except (ValueError, ZeroDivisionError, TypeError):
            continue
        if any(abs(mpmath.im(x)) > 0 for x in answer):
            continue
        place = np.array([float(mpmath.re(x)) for x in answer])
        if physical(place):
            temperatures.append(parameters["sigma2"] * float(np.exp(place[2])))
    return distinct(temperatures)


def scan(parameters: Mapping[str, float], theory: str) -> list[float]:
    """sigma2 where the smallest S on a grid of rho changes sign on a grid of sigma2."""
    function, places = functions(theory, "numpy"), np.linspace(0.01, 0.49, _SAMPLES)
    logs = np.linspace(-REACH, REACH, _GRID)
    depths = []
    for log in logs:
        point = {**parameters, "sigma2": parameters["sigma2"] * np.exp(log)}
        ordered = [point[str(s)] for s in PARAMETERS]
        fields = np.linspace(0, 1, 2001)
        branch = function(0.1, fields, *ordered)[2]
        field = fields[np.argmin(np.abs(branch))]
        depths.append(float(np.min(function(places, field, *ordered)[0])))
    signs = np.flatnonzero(np.diff(np.sign(depths)))
    return [parameters["sigma2"] * float(np.exp((logs[k] + logs[k + 1]) / 2)) for k in signs]


def arclength(system: Equations, start: Array, step: float, steps: int) -> list[Array]:
    """Textbook pseudo-arclength continuation: fixed step, Newton with finite differences."""
    size, points = len(start), [start]
    heading = np.zeros(size)
    heading[-1] = 1.0
    for _ in range(steps):
        slopes = _differences(system, points[-1])
        right = np.zeros(size)
        right[-1] = 1.0
        turned = np.linalg.solve(np.vstack([slopes, heading]), right)
        heading = turned / np.linalg.norm(turned)
        place = guess = points[-1] + step * heading
        for _ in range(8):
            rest = np.append(system(place), heading @ (place - guess))
            move = np.linalg.solve(np.vstack([_differences(system, place), heading]), rest)
            place = place - move
            if np.abs(move).max() < 1e-10:
                break
        points.append(place)
        if not np.isfinite(place).all() or place[-1] > 1:
            break
    return points


def _differences(system: Equations, places: Array) -> Array:
    columns = []
    for move in np.eye(len(places)) * 1e-7:
        columns.append((system(places + move) - system(places - move)) / 2e-7)
    return np.stack(columns, axis=1)


def homotopy(
    origin: Mapping[str, float], known: Array, target: Mapping[str, float], theory: str
) -> list[float]:
    """From a known root at other parameters, continued in a mixing share from 0 to 1."""

    def system(place: Array) -> Array:
        share = place[3]
        mixed = {
            name: (1 - share) * origin[name] + share * target[name]
            if name == "epsilon"
            else origin[name] ** (1 - share) * target[name] ** share
            for name in origin
        }
        return np.array(equations(mixed, theory)(place[:3]))

    with np.errstate(all="ignore"):
        try:
            points = arclength(system, np.append(known, 0.0), 0.05, 200)
        except (np.linalg.LinAlgError, ValueError):
            return []
    for before, after in pairwise(points):
        if before[3] <= 1 <= after[3]:
            share = (1 - before[3]) / (after[3] - before[3])
            answer = root(equations(target, theory), (before + share * (after - before))[:3])
            if answer.success and physical(answer.x):
                return [target["sigma2"] * float(np.exp(answer.x[2]))]
    return []


def distinct(values: list[float]) -> list[float]:
    """Without repetitions to six digits."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or abs(value / kept[-1] - 1) > 1e-6:
            kept.append(value)
    return kept
