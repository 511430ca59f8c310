"""Single-index networks at first order in 1/n at fixed n/sigma^2, for any activation.

D = <m^2 v> - <m K m> as of the teacher-student model, K = A/(1 + (n/sigma^2) A) in the sectors of
the first order in 1/N. m depends on the w*_j.x alone, so that m^2 is a matrix between their Hermite
polynomials. What is not resolved enters at first order, at the places w*_j.x = t that m weighs:
<phi^2> at t less what is resolved, by the Hermite polynomials of phi^2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import factorial, prod, sqrt

import numpy as np

from binodal.models.single_index.numerics.finite_closure import FiniteState, solved
from binodal.models.single_index.numerics.finite_width import (
    Curvature,
    Gains,
    Here,
    More,
    inverses,
    means,
    slopes,
)
from binodal.models.single_index.numerics.law import Polynomials
from binodal.models.single_index.numerics.sectors import Sector
from binodal.models.single_index.numerics.setting import Mode
from binodal.models.single_index.numerics.window import Array
from binodal.models.teacher_student.numerics.finite_width import size_of
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

_FORMS = Forms("binodal.models.teacher_student.forms.finite_width")
_responses, _next_order = _FORMS.floats("responses"), _FORMS.floats("next_order")
_loss_weights = _FORMS.floats("loss_weights")
_NODES, _LARGEST, _STEP = 48, 0.5, 1e-3


@dataclass(frozen=True)
class Kernels:
    """K of functions of the w*_j.x, of one copy across them, and of the rest at each node."""

    along: Array
    across: Array
    rest: Array


class DataTerm:
    """D and its slopes at a closure's residual; ``mean`` is that residual in sector 0, ``target``
    what it is of.

    ``sizes`` are sqrt(k!) of its functions, ``squares`` m^2 between the functions of both sectors,
    and ``unlearned`` the square of what no neuron learns of the teacher.
    """

    def __init__(self, of: Curvature) -> None:
        law, setting = of.law, of.law.setting
        self.of, self.here = of, of.at(of.residual)
        self.density = law.at["n"] / law.at["sigma2"]
        self.left, self.right = inverses(self.here)
        self.sizes = np.array([_size(setting.index(k)) for k in of.modes])
        taught = {k: float(y) * _size(setting.index(k)) for k, y in setting.taught.items()}
        residual = taught | dict(zip(law.orders, map(float, of.residual), strict=True))
        self.target, self.mean = (
            np.array([one.get(k, 0.0) for k in of.modes]) for one in (taught, residual)
        )
        self.unlearned = sum(y**2 for k, y in taught.items() if k not in of.modes)
        places, self._weights = _nodes(setting.directions)
        self._along = _values(places, [setting.index(k) for k in of.modes])
        self._across = _values(places, list(of.turned))
        whole = np.array([*residual.values()]) @ _values(places, list(map(setting.index, residual)))
        self._mean = whole
        square = self._weights * whole**2
        self.squares = tuple((one * square) @ one.T for one in (self._along, self._across))
        top = 2 * max(of.along.degrees)
        every = tuple(mode for k in range(top + 1) for mode in setting.of_degree(k))
        functions = Polynomials(setting, every, (0,) * len(every))
        factors = functions.factors(of.window.cosines) / functions.norms(law.at["d"])[:, None]
        self._whole = Sector(factors, of.squared(top + 1), functions.degrees, False)
        self._every = _values(places, [setting.index(k) for k in every])
        local = self._whole.combined(self._every @ square)
        resolved = of.along.form(self.squares[0]) + of.across.form(self.squares[1])
        self._local = np.asarray(local - resolved)

    def kernels(self, here: Here) -> Kernels:
        """Those of a law."""
        left, right = inverses(here)
        weight = here.chances * (here.bare + here.pulled)
        grams = self.of.along.gram(weight), self.of.across.gram(weight)
        rest = self._whole.mean(weight, 0) @ self._every
        for values, gram in zip((self._along, self._across), grams, strict=True):
            rest = rest - (values * (gram @ values)).sum(0)
        parts = here.inner @ left, here.outer @ right, rest
        return Kernels(*(np.asarray(part / self.density) for part in parts))

    @cached_property
    def kernel(self) -> Kernels:
        """At the closure."""
        return self.kernels(self.here)

    def variance(self, kernel: Kernels) -> Array:
        """v at each node."""
        along = (self._along * (kernel.along @ self._along)).sum(0)
        across = (self._across * (kernel.across @ self._across)).sum(0)
        return np.asarray(along + self.here.copies * across + kernel.rest)

    def mean_square(self, values: Array) -> float:
        """The mean of squares over nodes."""
        return float(self._weights @ values**2)

    def value(self, kernel: Kernels) -> float:
        """D under a law, at the closure's mean residual."""
        along, across = self.squares
        local = float((along * kernel.along).sum())
        local += float((self._weights * self._mean**2) @ kernel.rest)
        local += self.here.copies * float((across * kernel.across).sum())
        return local - float(self.mean @ kernel.along @ self.mean)

    @property
    def by_mean(self) -> Array:
        """The slopes of D by the mean residual, in sector 0, at a fixed law."""
        local = self._along @ (self._weights * self.variance(self.kernel) * self._mean)
        return np.asarray(2 * (local - self.kernel.along @ self.mean))

    @cached_property
    def by_neuron(self) -> Gains:
        """What D gains."""
        along, across = self.squares
        inside = self.left @ (along - np.outer(self.mean, self.mean)) @ self.left
        found = self.of.gains(self.here, inside, self.right @ across @ self.right, self._local)
        parts = (found.gained, found.felt, found.grown)
        return Gains(*(part / self.density for part in parts))

    @property
    def by_law(self) -> Array:
        """The slopes of D by the residual that sets the law, in sector 0."""
        found = slopes(self.of, self.here, self.by_neuron)
        moved = dict(zip(self.of.law.orders, found, strict=True))
        return np.array([moved.get(k, 0.0) for k in self.of.modes])


@dataclass(frozen=True)
class DataShift:
    """The first order in 1/n, of t_k by mode and of averages by name, and the size of its terms.

    ``population`` and ``training`` are the shifts of the residual in sector 0, normalised, on new
    and on training inputs; ``tilt`` what log p of a neuron gains, with mean zero, and ``left_out``
    the second order over the first, estimated.
    """

    shifts: Mapping[Mode | str, float]
    sizes: Mapping[Mode | str, float]
    population: Array
    training: Array
    tilt: Array
    left_out: float

    def require_small(self) -> None:
        """Raises Undecided unless the second order is below half of the first."""
        if not self.left_out < _LARGEST:
            raise Undecided(f"1/n is not small: orders fall by {self.left_out:.2g}")


def first_order_data(term: DataTerm, state: FiniteState, more: More | None = None) -> DataShift:
    """At the state's own n, of ``more`` averages too."""
    of, here, law = term.of, term.here, term.of.law
    numbers = tuple(law.at[name] for name in ("N", "n", "sigma2"))
    still, nobody = np.zeros_like(term.mean), np.zeros_like(here.chances)
    population, training, tilts = [], [], []
    parts = (term.by_mean, still, nobody), (still, term.by_law, term.by_neuron.gained)
    for by_mean, by_law, own in parts:
        sources = _responses()(by_mean, by_law, here.inner @ by_mean, *numbers)
        training.append(term.left @ sources[0])
        population.append(term.left @ sources[1])
        felt = of.along.combined(training[-1])
        tilt = sources[2] * own + law.coupling * here.field * felt
        tilts.append(tilt - (here.chances * tilt).sum())
    terms: list[dict[Mode | str, float]] = [
        dict(zip(of.modes, (moved / term.sizes).tolist(), strict=True))
        | means(state, here.chances * tilt, more)
        for moved, tilt in zip(population, tilts, strict=True)
    ]
    shifts = {name: sum(one[name] for one in terms) for name in terms[0]}
    sizes = {name: size_of([one[name] for one in terms]) for name in shifts}
    moved, felt, tilt = (np.sum(parts, axis=0) for parts in (population, training, tilts))
    tilted = float(np.sqrt((here.chances * tilt**2).sum()))
    left_out = tilted + next_over_first(here.freedom, law.at["n"])
    return DataShift(shifts, sizes, moved, felt, tilt, left_out)


def training_slope(state: FiniteState, beyond: int) -> float:
    """What the order in 1/n changes of the loss on training inputs: the slope of the log evidence
    by sigma^2, the closure following."""
    law = state.law
    ends = [law.at | {"sigma2": law.at["sigma2"] * (1 + sign * _STEP)} for sign in (1, -1)]
    values = []
    for point in ends:
        near = solved(law.setting, point, law.orders, 1, law.around, state)
        term = DataTerm(Curvature(near, beyond))
        evidence = float(_loss_weights()(point["n"], point["sigma2"])[1])
        values.append(evidence * term.value(term.kernel))
    factor = float(_loss_weights()(law.at["n"], law.at["sigma2"])[2])
    return factor * (values[0] - values[1]) / (2 * _STEP * law.at["sigma2"])


def next_over_first(freedom: float, count: float) -> float:
    """Second order over first in 1/N or 1/n, were the kernel's features Gaussian."""
    return float(_next_order()(freedom, count)[0])


def _size(index: tuple[int, ...]) -> float:
    return sqrt(prod(map(factorial, index)))


def _nodes(directions: int) -> tuple[list[Array], Array]:
    """Of Gauss and Hermite's rule in each direction, and their weights."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    places = [one.ravel() for one in np.meshgrid(*[nodes] * directions, indexing="ij")]
    each = np.meshgrid(*[weights / weights.sum()] * directions, indexing="ij")
    return places, np.asarray(np.prod(each, axis=0).ravel())


def _values(places: list[Array], indices: list[tuple[int, ...]]) -> Array:
    """He_a/sqrt(a!) at the nodes: (function, node)."""
    top = max(map(max, indices)) + 1
    tables = [np.polynomial.hermite_e.hermeval(one, np.eye(top)) for one in places]
    values = [
        np.prod([table[k] for table, k in zip(tables, index, strict=True)], axis=0) / _size(index)
        for index in indices
    ]
    return np.stack(values)
