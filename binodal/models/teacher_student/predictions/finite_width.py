"""Teacher-student at first order in 1/N: modes of the residual and <q^2>, by quadrature."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.derive.symbols import N, n, q, rho, s, sigma2, sigma_a2
from binodal.models.teacher_student.derivations.continuum import CORRELATION
from binodal.models.teacher_student.derivations.finite_width import (
    FIELD,
    curvature_weight,
    finite_width_of_continuum,
)
from binodal.models.teacher_student.derivations.kernel import normalised_overlap
from binodal.models.teacher_student.numerics.joint_law import grid, log_weight, residual_modes
from binodal.models.teacher_student.numerics.law import scales, solved_law
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import Undecided
from binodal.validate.expansion import Expansion, rows
from binodal.validate.prediction import Prediction

Array = NDArray[np.float64]
MODES = 4
OBSERVABLES = ("b", "c", "t5", "t7", "q2")
_ACROSS = ("transverse_0", "transverse_1")
_STEP = 1e-4
_LARGEST = 0.5


@cache
def _features() -> Callable[..., tuple[Any, ...]]:
    """(q >= 0, s) -> overlaps with sectors 0 and 1; norm of erf(w.x) as factor * asin(argument)."""
    results = finite_width_of_continuum().results
    named = {f"along_{k}": normalised_overlap(k).subs(rho, CORRELATION) for k in range(MODES)}
    named |= {name: results[name] for name in _ACROSS}
    (arcsine,) = results["feature_norm"].atoms(sp.asin)
    named |= {"factor": results["feature_norm"] / arcsine, "argument": arcsine.args[0]}
    positive = {sp.Abs(q): q}
    return compiled("features", {k: e.subs(positive) for k, e in named.items()}, (q, s), "numpy")


@cache
def _weight() -> Callable[..., tuple[Any, ...]]:
    """(f, N, n, sigma2, sigma_a2) -> the parts of the curvature's weight without and with f."""
    bare = curvature_weight().subs(FIELD, 0)
    parts = {"bare": bare, "pulled": sp.expand(curvature_weight() - bare)}
    return compiled("weight", parts, (FIELD, N, n, sigma2, sigma_a2), "numpy")


@dataclass(frozen=True)
class State:
    """h = log det of the curvature, <q^2> and the degrees of freedom at one residual."""

    log_det: float
    mean_square: float
    freedom: float


class Curvature:
    """The curvature at a residual (normalised basis), with a source that tilts by exp(eps q^2)."""

    def __init__(self, parameters: Mapping[str, float], refine: int = 1) -> None:
        self.at = {name: float(value) for name, value in parameters.items()}
        self.of, self.residual = solved_law(parameters, "derived", MODES, refine)
        self.q, self.s, weights = grid(self.at, "derived", self.of, self.residual, refine)
        self._measure = np.broadcast_to(weights, (self.q.size, self.s.size)).copy()
        self._measure[0] /= 2
        *modes, factor, argument = _features()(self.q[:, None], self.s)
        self._norm = factor * np.arcsin(argument)
        self._along, self._across = np.stack(modes[:MODES]), np.stack(modes[MODES:])

    def at_residual(self, residual: Array, source: float = 0.0) -> State:
        """All that the first order needs, from one law."""
        logs = log_weight(self.q[:, None], self.s[None, :], self.at, self.of, residual)
        logs = logs + source * self.q[:, None] ** 2
        chances = self._measure * np.exp(logs - logs.max())
        chances /= chances.sum()
        field = np.tensordot(residual, self._along, 1)
        bare, pulled = _weight()(field, *(self.at[k] for k in ("N", "n", "sigma2", "sigma_a2")))
        weight = chances * (bare + pulled)
        # cov(f psi, f psi') of sector 0: f has a mean times psi, sector 1 has none.
        mean = np.tensordot(self._along, chances * np.sqrt(pulled) * np.sign(field), 2)
        inner = _gram(self._along, weight) - np.outer(mean, mean)
        copies = self.at["d"] - 1
        outer = _gram(self._across, weight) / copies
        rest = self._norm - (self._along**2).sum(0) - (self._across**2).sum(0)
        total = _log_det(inner) + copies * _log_det(outer) + float((weight * rest).sum())
        kernels = (
            (_gram(self._along, chances * bare), 1.0),
            (_gram(self._across, chances * bare) / copies, copies),
        )
        freedom = sum(count * _freedom(kernel) for kernel, count in kernels)
        square = float(chances.sum(1) @ self.q**2)
        return State(total, square, freedom + float((chances * bare * rest).sum()))


def _gram(features: Array, weight: Array) -> Array:
    return np.asarray(np.tensordot(features * weight, features, axes=([1, 2], [1, 2])))


def _log_det(excess: Array) -> float:
    return float(np.linalg.slogdet(np.eye(len(excess)) + excess)[1])


def _freedom(kernel: Array) -> float:
    return float(np.trace(np.linalg.solve(np.eye(len(kernel)) + kernel, kernel)))


def first_order(parameters: Mapping[str, float], refine: int = 1, step: float = _STEP) -> Expansion:
    """b, c, t5, t7 and q2 of the derived theory with modes to H7, in the continuum.

    The residual moves by V''^{-1} grad h/2 (log Z = V - h/2 differentiated by the target), and
    <q^2> with it and by its own source. Raises :class:`binodal.numerics.errors.Undecided` as mean
    field.
    """
    of = Curvature(parameters, refine)
    residual = of.residual
    here = of.at_residual(residual)
    pairs = [
        [of.at_residual(residual + sign * step * unit) for sign in (1, -1)]
        for unit in np.eye(MODES)
    ]
    slopes = np.array([(up.log_det - down.log_det) / (2 * step) for up, down in pairs])
    rises = np.array([(up.mean_square - down.mean_square) / (2 * step) for up, down in pairs])
    stiffness = of.at["N"] * of.of.potential(residual)[2]
    moved = np.linalg.solve(stiffness, slopes) / 2
    up, down = (of.at_residual(residual, sign * step) for sign in (1, -1))
    own = -(up.log_det - down.log_det) / (2 * step) / (2 * of.at["N"])
    begin = (*residual_modes(residual), here.mean_square)
    change = (*(moved / scales(MODES)), float(rises @ moved) + own)
    start, shift = (
        dict(zip(OBSERVABLES, map(float, values), strict=True)) for values in (begin, change)
    )
    return Expansion(start, shift, here.freedom, of.at["N"])


def predictions(parameters: Mapping[str, float]) -> Iterator[Prediction]:
    """All observables at first order in 1/N, with the error of quadrature and differences.

    A row says why there is none: no closure, or a correction that is not small.
    """
    return rows(partial(_fine_and_coarse, parameters), OBSERVABLES, MODES)


def _fine_and_coarse(parameters: Mapping[str, float]) -> tuple[Expansion, Expansion]:
    fine, coarse = first_order(parameters, 2), first_order(parameters, 1, 2 * _STEP)
    if not fine.freedom / parameters["N"] < _LARGEST:
        raise Undecided(
            f"1/N is not small: {fine.freedom:.3g} degrees of freedom for each "
            f"N = {int(parameters['N'])}"
        )
    return fine, coarse
