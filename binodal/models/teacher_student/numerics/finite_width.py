"""Teacher-student at first order in 1/N: modes of the residual and <q^2>, by quadrature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from binodal.models.teacher_student.numerics.joint_law import grid, log_weight, residual_modes
from binodal.models.teacher_student.numerics.law import solved_law
from binodal.models.teacher_student.numerics.nodes import Array, Nodes
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

MODES = 4
OBSERVABLES = ("b", "c", "t5", "t7", "q2", "r_perp2")
Averages = Callable[[Array, Array], Mapping[str, Array]]
"""Functions of a neuron's q and r_perp^2, by the name of their average."""
STEP = 1e-6
"""Of differences by the residual and by a source: log p of a neuron is curved at 1e-4 already."""
_LARGEST = 0.5

_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_features = _FORMS.floats("features")
_weight = _FORMS.floats("weight")
_next_order = _FORMS.floats("next_order")


@dataclass(frozen=True)
class State:
    """h = log det of the curvature at one residual, and the degrees of freedom.

    ``log_dets`` are those of sector 0, of all copies of sector 1, and of the sectors above.
    """

    log_dets: Array
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

    @property
    def by_size(self) -> Array:
        """The slope of a neuron's part by the square of its features, which its field follows."""
        return np.asarray(self.bare + 2 * self.pulled)


@dataclass(frozen=True)
class Shift:
    """Mean field and a first order by observable; the degrees of freedom.

    ``sizes`` are those of the order's terms, which may cancel in ``shift``. ``tilt`` (q, s) is what
    log p of a neuron gains, with mean zero; ``tilted`` its root mean square over neurons, and
    ``gained`` what log p(q) gains at each q of the grid, ``gain_sizes`` those of its terms.
    """

    start: Mapping[str, float]
    shift: Mapping[str, float]
    sizes: Mapping[str, float]
    tilt: Array
    tilted: float
    gained: Array
    gain_sizes: Array
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
    """The curvature at a residual (normalised basis), with a source that tilts by exp(eps q^2).

    ``more`` are averages over neurons beside q^2 and r_perp^2. ``overlaps`` are a neuron's with the
    residual's modes; ``along``, ``across`` and ``rest`` its components in sectors 0 and 1, and the
    square of what is above, with all functions of w*.x.
    """

    def __init__(
        self, parameters: Mapping[str, float], refine: int = 1, more: Averages | None = None
    ) -> None:
        self.at = {name: float(value) for name, value in parameters.items()}
        self.of, self.residual = solved_law(parameters, "derived", MODES, refine)
        self.q, self.s, weights = grid(self.at, "derived", self.of, self.residual, refine)
        self._measure = np.broadcast_to(weights, (self.q.size, self.s.size)).copy()
        self._measure[0] /= 2
        self._more = {} if more is None else more(self.q[:, None], self.s)
        self.overlaps = np.stack(_features(MODES)(self.q[:, None], self.s))
        self.nodes = Nodes(self.q, self.s, MODES)
        self.along, self.across = self.nodes.along, self.nodes.across
        self.rest = self.nodes.rest.sum(0)
        self.copies = self.at["d"] - 1

    def sectors(self, residual: Array, source: float = 0.0) -> Sectors:
        """The law at a residual and its part of the curvature."""
        logs = log_weight(self.q[:, None], self.s[None, :], self.at, self.of, residual)
        logs = logs + source * self.q[:, None] ** 2
        chances = self._measure * np.exp(logs - logs.max())
        chances /= chances.sum()
        field = np.tensordot(residual, self.overlaps, 1)
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
        bare = of.chances * of.bare
        kernels = (
            (gram(self.along, bare), 1.0),
            (gram(self.across, bare) / self.copies, self.copies),
        )
        freedom = sum(count * _freedom(kernel) for kernel, count in kernels)
        return State(self.log_dets(of), freedom + float((bare * self.rest).sum()))

    def log_dets(self, of: Sectors) -> Array:
        """Of sector 0, of all copies of sector 1, and of the sectors above."""
        above = float((of.chances * of.weight * self.rest).sum())
        return np.array([_log_det(of.inner), self.copies * _log_det(of.outer), above])

    def by_neuron(self, of: Sectors, weight: Array) -> Array:
        """d log_dets/d eps when the law is tilted by exp(eps) at one (q, s), over its chance.

        (3, q, s), each up to a constant, as the law stays normalised. ``weight`` is that of the
        sectors; with their ``by_size`` the neuron's features grow by exp(eps/2) instead.
        """
        left, right = (np.asarray(np.linalg.inv(np.eye(len(x)) + x)) for x in (of.inner, of.outer))
        pulled = 2 * np.sqrt(of.pulled) * np.sign(of.field)
        inner = weight * form(self.along, left)
        inner -= pulled * np.tensordot(left @ of.mean, self.along, 1)
        return np.stack([inner, weight * form(self.across, right), weight * self.rest])

    def tilt(self, chances: Array, field: Array, felt: Array, own: Array) -> Array:
        """What log p of a neuron gains by itself and by a shift of its ``field``; mean zero."""
        gained = own + self.of.coupling * field * felt
        return np.asarray(gained - (chances * gained).sum())

    def order(self, residual: Array, chances: Array, moved: Array, tilts: Array) -> Shift:
        """A first order from the terms of the residual's shift and of what log p gains."""
        terms = [self.observables(r, chances * t) for r, t in zip(moved, tilts, strict=True)]
        shift = {name: sum(one[name] for one in terms) for name in terms[0]}
        sizes = {name: size_of([one[name] for one in terms]) for name in shift}
        tilt, total = tilts.sum(0), chances.sum(1)
        parts = (chances * tilts).sum(2)
        gains = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0)
        gained, apart = gains.sum(0), np.sqrt((gains**2).sum(0))
        law = tilt, float(np.sqrt((chances * tilt**2).sum())), gained
        start, freedom = self.observables(residual, chances), self.at_residual(residual).freedom
        return Shift(start, shift, sizes, *law, np.maximum(np.abs(gained), apart), freedom)

    def observables(self, residual: Array, chances: Array) -> dict[str, float]:
        """By name, at a residual and a law, or at the shifts of both."""
        means = float(chances.sum(1) @ self.q**2), float(chances.sum(0) @ self.s)
        values = (*map(float, residual_modes(residual)), *means)
        more = {name: float((chances * of).sum()) for name, of in self._more.items()}
        return dict(zip(OBSERVABLES, values, strict=True)) | more

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


def form(features: Array, matrix: Array) -> Array:
    """A quadratic form of each neuron's components."""
    return np.asarray((features * np.tensordot(matrix, features, 1)).sum(0))


def gram(features: Array, weight: Array) -> Array:
    """sum over the grid of weight times products of features."""
    return np.asarray(np.tensordot(features * weight, features, axes=([1, 2], [1, 2])))


def _log_det(excess: Array) -> float:
    return float(np.linalg.slogdet(np.eye(len(excess)) + excess)[1])


def _freedom(kernel: Array) -> float:
    return float(np.trace(np.linalg.solve(np.eye(len(kernel)) + kernel, kernel)))


def first_order(of: Curvature, step: float = STEP) -> Shift:
    """The residual's modes and the neurons' law of the derived theory with modes to H7.

    log Z = V - h/2 differentiated by the target moves the residual by V''^{-1} grad h/2, and by a
    source the law, which follows the residual as well.
    """
    residual, here = of.residual, of.sectors(of.residual)
    pairs = [
        [of.at_residual(residual + sign * step * unit) for sign in (1, -1)]
        for unit in np.eye(MODES)
    ]
    slopes = np.array([(up.log_dets - down.log_dets) / (2 * step) for up, down in pairs])
    moved = np.linalg.solve(of.stiffness, slopes).T / 2
    own = -of.by_neuron(here, here.weight) / (2 * of.at["N"])
    felt = np.tensordot(moved, of.overlaps, 1)
    tilts = [of.tilt(here.chances, here.field, *pair) for pair in zip(felt, own, strict=True)]
    return of.order(residual, here.chances, moved, np.array(tilts))
