"""The first order in 1/N of the closure at finite d, for any activation, in double precision.

log Z = V - h/2, h = log det of the curvature of the residual's saddle: the residual moves by
V''^{-1} grad h/2, and an average over neurons by its own source in the law as well. Both are
averages over neurons of what h gains when the law is tilted at one of them, or its field moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from binodal.models.single_index.numerics.finite_closure import FiniteState, potential_of
from binodal.models.single_index.numerics.law import Polynomials
from binodal.models.single_index.numerics.law_readings import averages
from binodal.models.single_index.numerics.sectors import Sector, means_of
from binodal.models.single_index.numerics.setting import Mode
from binodal.models.single_index.numerics.window import Array
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

_FORMS = Forms("binodal.models.single_index.forms.finite_width")
_ACROSS, _SQUARED = _FORMS.floats("across"), _FORMS.floats("squared")
_WEIGHT = Forms("binodal.models.teacher_student.forms.finite_width").floats("weight")
_LARGEST, _BEYOND = 0.5, 2
_INSIDE = 1 - 1e-15


More = Callable[[FiniteState], Mapping[str, Array]]
"""Further functions of a neuron by name, at the window's points (H, V) or what broadcasts to it."""


@dataclass(frozen=True)
class Shifts:
    """First order in 1/N of t_k and of averages, and the effective degrees of freedom."""

    modes: Mapping[Mode, float]
    averages: Mapping[str, float]
    freedom: float


@dataclass(frozen=True)
class Here:
    """The curvature at one residual: the law, its field, neurons' weights without and with it.

    ``mean`` is <s psi> of the resolved functions, s^2 = ``pulled``; the matrices are what neurons
    add to one in both sectors, and ``kernels`` the part of them without the field.
    """

    chances: Array
    field: Array
    bare: float
    pulled: Array
    mean: Array
    inner: Array
    outer: Array
    above: float
    kernels: tuple[Array, Array]
    bare_above: float
    copies: float

    @property
    def log_det(self) -> float:
        """h."""
        return _log_det(self.inner) + self.copies * _log_det(self.outer) + self.above

    @property
    def freedom(self) -> float:
        """Tr K (sigma^2 + K)^{-1}."""
        first, second = map(_freedom, self.kernels)
        return first + self.copies * second + self.bare_above


class Curvature:
    """The curvature at residuals near a closure's, on the window of that one.

    Functions of the closure's degrees and so many beyond are resolved, the rest is a trace.
    """

    def __init__(self, state: FiniteState, beyond: int = _BEYOND) -> None:
        self.law, self.window = state.law, state.window
        self.residual = state.modes * self.law.norms
        setting, top = self.law.setting, max(self.law.degrees) + beyond
        learned = [k for k in range(top + 1) if not setting.absent(k)]
        table = setting.table(self.window.r, self.window.bias, top + 1)
        self.modes = tuple(mode for k in learned for mode in setting.of_degree(k))
        functions = Polynomials(setting, self.modes, (0,) * len(self.modes))
        factors = functions.factors(self.window.cosines)
        factors = factors / functions.norms(self.law.at["d"])[:, None]
        self.along = Sector(factors, table, functions.degrees, self.law.even)
        self.turned = tuple(
            setting.index(mode) for k in learned if k for mode in setting.of_degree(k - 1)
        )
        # Squares of cosines may add up to more than one by rounding.
        kernel = _ACROSS(self.turned)(*(_INSIDE * self.window.cosines))
        turned = np.stack([np.broadcast_to(f, self.window.m.shape) for f in kernel])
        self.across = Sector(turned, table, [sum(a) + 1 for a in self.turned], self.law.even)
        self._parity = sum(setting.index(self.law.orders[0])) % 2

    @cached_property
    def norms(self) -> Array:
        """<phi^2> at each norm and bias."""
        return np.asarray(self.squared(1)[0])

    def squared(self, orders: int) -> Array:
        """<phi^2 He_k>, k < ``orders``, at each norm and bias: (orders, V)."""
        return means_of(_SQUARED, self.law.setting.activation, self.window, orders)

    @cached_property
    def rest(self) -> Array:
        """<phi^2> without the sectors that are resolved."""
        resolved = self.along.squares() + self.across.squares()
        return np.asarray(np.maximum(self.norms - resolved, 0.0))

    def at(self, residual: Array) -> Here:
        """All that the first order needs, in the law of one residual."""
        law = self.law
        field = law.field(self.window, residual / law.norms)
        chances, _ = law.chances(self.window, field)
        bare, pulled = self._weights(field)
        weight, copies = chances * (bare + pulled), law.at["d"] - law.setting.directions
        mean = self.along.mean(chances * np.sqrt(pulled) * np.sign(field), self._parity)
        kernels = self.along.gram(chances * bare), self.across.gram(chances * bare) / copies
        inner = self.along.gram(weight) - np.outer(mean, mean)
        outer = self.across.gram(weight) / copies
        above, bare_above = (float((w * self.rest).sum()) for w in (weight, chances * bare))
        own = (chances, field, float(bare), pulled, mean, inner, outer, above)
        return Here(*own, kernels, bare_above, copies)

    def _weights(self, field: Array | float) -> tuple[Array, Array]:
        """A neuron's weight in the curvature, without its field and with it."""
        bare, pulled = _WEIGHT()(field, *(self.law.at[k] for k in ("N", "n", "sigma2", "sigma_a2")))
        return bare, np.asarray(pulled)

    def by_neuron(self, here: Here) -> Gains:
        """What h gains."""
        return self.gains(here, *inverses(here), self.rest)

    def gains(self, here: Here, left: Array, right: Array, rest: Array) -> Gains:
        """What the trace of matrices times those of both sectors gains, with a neuron's rest."""
        square = self.along.form(left) + self.across.form(right) + rest
        pull = self.along.combined(left @ here.mean)
        unit = np.sqrt(self._weights(1.0)[1])
        turned = 2 * unit * here.field * pull
        return Gains(
            (here.bare + here.pulled) * square - turned,
            2 * unit * (unit * here.field * square - pull),
            (here.bare + 2 * here.pulled) * square - turned,
        )


@dataclass(frozen=True)
class Gains:
    """What a number gains when the law is tilted at one neuron, when the neuron's field moves, and
    when the square of its features grows, each over its chance."""

    gained: Array
    felt: Array
    grown: Array


def inverses(here: Here) -> tuple[Array, Array]:
    """(1 + X)^{-1} of both sectors."""
    inner, outer = (np.linalg.inv(np.eye(len(x)) + x) for x in (here.inner, here.outer))
    return np.asarray(inner), np.asarray(outer)


def _log_det(excess: Array) -> float:
    return float(np.linalg.slogdet(np.eye(len(excess)) + excess)[1])


def _freedom(kernel: Array) -> float:
    return float(np.trace(np.linalg.solve(np.eye(len(kernel)) + kernel, kernel)))


def means(state: FiniteState, chances: Array, more: More | None) -> dict[str, float]:
    """What is averaged over neurons, and ``more``, by these weights of the window's points."""
    averaged = averages(state.law, state.window, chances)
    further = {} if more is None else more(state)
    return averaged | {name: float((chances * values).sum()) for name, values in further.items()}


def first_order(state: FiniteState, more: More | None = None) -> Shifts:
    """The shifts at the state's own N, of ``more`` averages too.

    Raises :class:`Undecided` where 1/N is not small.
    """
    curvature, law = Curvature(state), state.law
    here, width = curvature.at(curvature.residual), law.at["N"]
    if not here.freedom / width < _LARGEST:
        raise Undecided(
            f"1/N is not small: {here.freedom:.3g} degrees of freedom for each N = {int(width)}"
        )
    moved, tilt = moves(curvature, here)
    observed = means(state, here.chances * tilt, more)
    of = zip(law.orders, law.around, moved / law.norms, strict=True)
    modes = {k: float(shift) for k, j, shift in of if not j}
    _require_small(state, modes)
    for name, mean in averages(law, curvature.window, here.chances).items():
        if not abs(observed[name]) < mean:
            raise Undecided(
                f"1/N is not small: {name} = {mean:.3g} would move by {observed[name]:.3g}"
            )
    return Shifts(modes, observed, here.freedom)


def slopes(of: Curvature, here: Here, gains: Gains) -> Array:
    """By the residual, normalised, which moves the law and the fields."""
    law, gained = of.law, gains.gained - (here.chances * gains.gained).sum()
    powers, overlaps = law.basis(of.window)
    pull = here.chances * (law.coupling * here.field * gained + gains.felt)
    return np.asarray(((pull @ overlaps.T) * powers.T).sum(0) / law.norms)


def moves(of: Curvature, here: Here) -> tuple[Array, Array]:
    """The shift of the residual, normalised, and what log p of a neuron gains, with mean zero."""
    law, width, gains = of.law, of.law.at["N"], of.by_neuron(here)
    stiffness = width * potential_of(law, of.residual)[2]
    moved = np.linalg.solve(stiffness, slopes(of, here, gains)) / 2
    tilt = law.coupling * here.field * law.field(of.window, moved / law.norms)
    tilt -= gains.gained / (2 * width)
    return moved, tilt - (here.chances * tilt).sum()


def _require_small(state: FiniteState, shifts: Mapping[Mode, float]) -> None:
    """No shift of a mode of the teacher is beyond what is left of it, or what is learned.

    Nor is a feature held by less than a neuron: then a series in 1/N says nothing of networks.
    """
    few = state.too_few()
    if few:
        raise Undecided(f"1/N is not small: {few}")
    for k, y in state.law.setting.taught.items():
        left = state.residual.get(k, float(y))
        if abs(shifts.get(k, 0.0)) > min(abs(left), abs(float(y) - left)) > 0:
            raise Undecided(f"1/N is not small: t_{k} would move by {shifts[k]:.3g}")
