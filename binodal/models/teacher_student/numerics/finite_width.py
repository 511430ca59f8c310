"""Teacher-student at first order in 1/N: modes of the residual and <q^2>, by quadrature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

from binodal.models.teacher_student.numerics.joint_law import grid, log_weight, residual_modes
from binodal.models.teacher_student.numerics.law import scales, solved_law
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

Array = NDArray[np.float64]
MODES = 4
OBSERVABLES = ("b", "c", "t5", "t7", "q2")
STEP = 1e-6
"""Of differences by the residual and by a source: log p of a neuron is curved at 1e-4 already."""
_LARGEST = 0.5

_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_features = _FORMS.floats("features")
_weight = _FORMS.floats("weight")
_next_order = _FORMS.floats("next_order")


@dataclass(frozen=True)
class State:
    """h = log det of the curvature, <q^2> and the degrees of freedom at one residual."""

    log_det: float
    mean_square: float
    freedom: float


@dataclass(frozen=True)
class Sectors:
    """One law, and what it adds to the curvature in sector 0 and in a copy of sector 1.

    ``chances`` (q, s) of the grid; ``bare`` and ``pulled`` a neuron's weight without and with its
    ``field``; ``mean`` of the pulled overlaps of sector 0.
    """

    chances: Array
    field: Array
    bare: float
    pulled: Array
    mean: Array
    inner: Array
    outer: Array

    @property
    def weight(self) -> Array:
        """The whole weight of each neuron."""
        return np.asarray(self.bare + self.pulled)


@dataclass(frozen=True)
class Shift:
    """Mean field and a first order by observable; the degrees of freedom.

    ``sizes`` are those of the order's terms, of which some may cancel in ``shift``.
    """

    start: Mapping[str, float]
    shift: Mapping[str, float]
    sizes: Mapping[str, float]
    freedom: float

    def next_over_first(self, count: float) -> float:
        """Second order over first in 1/N or 1/n, were the kernel's features Gaussian.

        Estimated with as many features as there are degrees of freedom: fewer leave more.
        """
        return float(_next_order()(self.freedom, count)[0])

    def require_small(self, width: float) -> None:
        """Raises Undecided unless there are fewer degrees of freedom than neurons."""
        if not self.freedom / width < _LARGEST:
            raise Undecided(
                f"1/N is not small: {self.freedom:.3g} degrees of freedom for each N = {int(width)}"
            )


class Curvature:
    """The curvature at a residual (normalised basis), with a source that tilts by exp(eps q^2)."""

    def __init__(self, parameters: Mapping[str, float], refine: int = 1) -> None:
        self.at = {name: float(value) for name, value in parameters.items()}
        self.of, self.residual = solved_law(parameters, "derived", MODES, refine)
        self.q, self.s, weights = grid(self.at, "derived", self.of, self.residual, refine)
        self._measure = np.broadcast_to(weights, (self.q.size, self.s.size)).copy()
        self._measure[0] /= 2
        *modes, factor, argument = _features(MODES)(self.q[:, None], self.s)
        self.norm = factor * np.arcsin(argument)
        self.along, self.across = np.stack(modes[:MODES]), np.stack(modes[MODES:])
        self.copies = self.at["d"] - 1

    def sectors(self, residual: Array, source: float = 0.0) -> Sectors:
        """The law at a residual and its part of the curvature."""
        logs = log_weight(self.q[:, None], self.s[None, :], self.at, self.of, residual)
        logs = logs + source * self.q[:, None] ** 2
        chances = self._measure * np.exp(logs - logs.max())
        chances /= chances.sum()
        field = np.tensordot(residual, self.along, 1)
        bare, pulled = _weight()(field, *(self.at[k] for k in ("N", "n", "sigma2", "sigma_a2")))
        weight = chances * (bare + pulled)
        # cov(f psi, f psi') of sector 0: f has a mean times psi, sector 1 has none.
        mean = np.tensordot(self.along, chances * np.sqrt(pulled) * np.sign(field), 2)
        inner = gram(self.along, weight) - np.outer(mean, mean)
        outer = gram(self.across, weight) / self.copies
        return Sectors(chances, field, float(bare), pulled, mean, inner, outer)

    def at_residual(self, residual: Array, source: float = 0.0) -> State:
        """All that the first order needs, from one law."""
        of = self.sectors(residual, source)
        weight, bare = of.chances * of.weight, of.chances * of.bare
        rest = self.norm - (self.along**2).sum(0) - (self.across**2).sum(0)
        total = _log_det(of.inner) + self.copies * _log_det(of.outer)
        kernels = (
            (gram(self.along, bare), 1.0),
            (gram(self.across, bare) / self.copies, self.copies),
        )
        freedom = sum(count * _freedom(kernel) for kernel, count in kernels)
        return State(
            total + float((weight * rest).sum()),
            self.mean_square(of),
            freedom + float((bare * rest).sum()),
        )

    def mean_square(self, of: Sectors) -> float:
        """<q^2>."""
        return float(of.chances.sum(1) @ self.q**2)

    def started(self) -> dict[str, float]:
        """Mean field, by observable."""
        values = (*residual_modes(self.residual), self.mean_square(self.sectors(self.residual)))
        return dict(zip(OBSERVABLES, map(float, values), strict=True))

    @property
    def stiffness(self) -> Array:
        """Second derivatives of the potential of the field, in units of the residual."""
        return np.asarray(self.at["N"] * self.of.potential(self.residual)[2])


def size_of(terms: Sequence[float] | Array) -> float:
    """The size of a sum: itself, or the root of its terms' squares where they cancel.

    >>> size_of([3.0, 4.0]), size_of([3.0, -4.0])
    (7.0, 5.0)
    """
    return max(abs(float(sum(terms))), hypot(*terms))


def gram(features: Array, weight: Array) -> Array:
    """sum over the grid of weight times products of features."""
    return np.asarray(np.tensordot(features * weight, features, axes=([1, 2], [1, 2])))


def _log_det(excess: Array) -> float:
    return float(np.linalg.slogdet(np.eye(len(excess)) + excess)[1])


def _freedom(kernel: Array) -> float:
    return float(np.trace(np.linalg.solve(np.eye(len(kernel)) + kernel, kernel)))


def first_order(of: Curvature, step: float = STEP) -> Shift:
    """b, c, t5, t7 and q2 of the derived theory with modes to H7, in the continuum.

    The residual moves by V''^{-1} grad h/2 (log Z = V - h/2 differentiated by the target), and
    <q^2> with it and by its own source.
    """
    residual = of.residual
    pairs = [
        [of.at_residual(residual + sign * step * unit) for sign in (1, -1)]
        for unit in np.eye(MODES)
    ]
    slopes = np.array([(up.log_det - down.log_det) / (2 * step) for up, down in pairs])
    rises = np.array([(up.mean_square - down.mean_square) / (2 * step) for up, down in pairs])
    moved = np.linalg.inv(of.stiffness) * slopes / 2
    up, down = (of.at_residual(residual, sign * step) for sign in (1, -1))
    own = -(up.log_det - down.log_det) / (2 * step) / (2 * of.at["N"])
    terms = (*(moved / scales(MODES)[:, None]), [*(rises @ moved), own])
    named = dict(zip(OBSERVABLES, terms, strict=True))
    shift = {name: float(sum(parts)) for name, parts in named.items()}
    sizes = {name: size_of(parts) for name, parts in named.items()}
    return Shift(of.started(), shift, sizes, of.at_residual(residual).freedom)
