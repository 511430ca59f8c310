"""The first order in 1/N of the closure at finite d, for any activation, in double precision.

log Z = V - h/2, h = log det of the curvature of the residual's saddle: the residual moves by
V''^{-1} grad h/2, and an average over neurons by its own source in the law as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import factorial

import numpy as np

from binodal.models.single_index.numerics.finite_closure import FiniteState, potential_of
from binodal.models.single_index.numerics.window import Array
from binodal.numerics.codegen.forms import Forms
from binodal.numerics.errors import Undecided

_FORMS = Forms("binodal.models.single_index.forms.finite_width")
_ACROSS, _SQUARED = _FORMS.floats("across"), _FORMS.floats("squared")
_WEIGHT = Forms("binodal.models.teacher_student.forms.finite_width").floats("weight")
_STEP, _LARGEST, _BEYOND = 1e-6, 0.5, 2
_POINTS, _FARTHEST = 4001, 9.0
AVERAGES = ("m2", "q2", "w_perp2")


@dataclass(frozen=True)
class Shifts:
    """First order in 1/N of t_k and of averages, and the effective degrees of freedom."""

    modes: Mapping[int, float]
    averages: Mapping[str, float]
    freedom: float


@dataclass(frozen=True)
class _Here:
    """h, averages over neurons, and degrees of freedom at one residual."""

    log_det: float
    averages: Array
    freedom: float


class Curvature:
    """The curvature at residuals near a closure's, on the window of that one.

    Functions of the closure's degrees and so many beyond are resolved, the rest is a trace.
    """

    def __init__(self, state: FiniteState, beyond: int = _BEYOND) -> None:
        self.law, self.window = state.law, state.window
        self.residual = state.modes * self.law.norms
        setting, top = self.law.setting, max(self.law.degrees) + beyond
        self._degrees = tuple(k for k in range(top + 1) if not setting.absent(k))
        table = setting.overlaps.floats(self.window.r, top + 1)
        m = self.window.m
        roots = np.sqrt([factorial(k) for k in self._degrees])
        self._along = _Sector(
            np.stack([m**k / s for k, s in zip(self._degrees, roots, strict=True)]),
            table[list(self._degrees)],
            self._degrees,
            self.law.even,
        )
        turned = tuple(k for k in self._degrees if k)
        factors = [np.broadcast_to(f, m.shape) for f in _ACROSS(turned)(m)]
        self._across = _Sector(np.stack(factors), table[list(turned)], turned, self.law.even)

    @cached_property
    def _rest(self) -> Array:
        """<phi^2> without the sectors that are resolved."""
        rest = norms_of(self.law.setting.activation, self.window.r)[None]
        return np.asarray(np.maximum(rest - self._along.squares() - self._across.squares(), 0.0))

    @cached_property
    def sources(self) -> Array:
        """m^2, q^2 and |w|^2 - q^2 on the window."""
        square, norm2 = self.window.m[:, None] ** 2, self.window.r[None] ** 2
        shape = (self.window.m.size, self.window.r.size)
        parts = (square, square * norm2, (1 - square) * norm2)
        return np.stack([np.broadcast_to(p, shape) for p in parts])

    def at(self, residual: Array, source: Array | None = None) -> _Here:
        """All that the first order needs, in the law of one residual, tilted by a source."""
        law = self.law
        field = law.field(self.window, residual / law.norms)
        logs = law.log_density(self.window, field)
        logs = logs if source is None else logs + source
        chances = np.exp(logs - logs.max())
        if law.even:
            chances[0] /= 2
        chances /= chances.sum()
        numbers = (law.at[name] for name in ("N", "n", "sigma2", "sigma_a2"))
        bare, pulled = _WEIGHT()(field, *numbers)
        weight, copies = chances * (bare + pulled), law.at["d"] - 1
        mean = self._along.mean(chances * np.sqrt(pulled) * np.sign(field), law.orders[0] % 2)
        inner = self._along.gram(weight) - np.outer(mean, mean)
        outer = self._across.gram(weight) / copies
        total = _log_det(inner) + copies * _log_det(outer) + float((weight * self._rest).sum())
        kernels = (
            (self._along.gram(chances * bare), 1.0),
            (self._across.gram(chances * bare) / copies, copies),
        )
        freedom = sum(count * _freedom(kernel) for kernel, count in kernels)
        freedom += float((chances * bare * self._rest).sum())
        return _Here(total, np.tensordot(self.sources, chances, 2), freedom)


@dataclass(frozen=True)
class _Sector:
    """Functions factors_k(m) c_k(r) of a neuron; of an even law only equal parities meet."""

    factors: Array
    overlaps: Array
    degrees: tuple[int, ...]
    even: bool

    def gram(self, weight: Array) -> Array:
        """sum over the window of weight times products."""
        count = len(self.degrees)
        found = np.zeros((count, count))
        for i in range(count):
            across = weight @ (self.overlaps[i] * self.overlaps).T
            for k in range(i, count):
                if not self.even or (self.degrees[i] - self.degrees[k]) % 2 == 0:
                    value = float(self.factors[i] * self.factors[k] @ across[:, k])
                    found[i, k] = found[k, i] = value
        return found

    def mean(self, weight: Array, parity: int) -> Array:
        """sum of weight times each; of an even law those of the field's parity."""
        values = (self.factors * (weight @ self.overlaps.T).T).sum(1)
        kept = [not self.even or k % 2 == parity for k in self.degrees]
        return np.asarray(np.where(kept, values, 0.0))

    def squares(self) -> Array:
        """The sum of their squares on the window."""
        return np.asarray((self.factors**2).T @ self.overlaps**2)


def norms_of(activation: str, r: Array) -> Array:
    """<phi(r z)^2>, by the trapezoidal rule: jumps cost a thousandth of their square."""
    z = np.linspace(-_FARTHEST, _FARTHEST, _POINTS)
    weight = np.exp(-(z**2) / 2)
    (values,) = _SQUARED(activation)(r[:, None] * z)
    return np.asarray(np.broadcast_to(values, (r.size, z.size)) @ weight / weight.sum())


def _log_det(excess: Array) -> float:
    return float(np.linalg.slogdet(np.eye(len(excess)) + excess)[1])


def _freedom(kernel: Array) -> float:
    return float(np.trace(np.linalg.solve(np.eye(len(kernel)) + kernel, kernel)))


def first_order(state: FiniteState, step: float = _STEP) -> Shifts:
    """The shifts at the state's own N. Raises :class:`Undecided` where 1/N is not small."""
    of, law = Curvature(state), state.law
    here, width = of.at(of.residual), law.at["N"]
    if not here.freedom / width < _LARGEST:
        raise Undecided(
            f"1/N is not small: {here.freedom:.3g} degrees of freedom for each N = {int(width)}"
        )
    units = np.eye(len(of.residual))
    pairs = [[of.at(of.residual + s * step * e) for s in (1, -1)] for e in units]
    slopes = np.array([(up.log_det - down.log_det) / (2 * step) for up, down in pairs])
    rises = np.array([(up.averages - down.averages) / (2 * step) for up, down in pairs])
    stiffness = width * potential_of(law, of.residual)[2]
    moved = np.linalg.solve(stiffness, slopes) / 2
    own = []
    for source in of.sources:
        scaled = step * source / np.abs(source).max()
        up, down = (of.at(of.residual, s * scaled) for s in (1, -1))
        own.append(-(up.log_det - down.log_det) / (2 * step) * np.abs(source).max() / (2 * width))
    averages = dict(zip(AVERAGES, map(float, rises.T @ moved + own), strict=True))
    modes = dict(zip(law.orders, map(float, moved / law.norms), strict=True))
    _require_small(state, modes)
    for name, mean in zip(AVERAGES, here.averages, strict=True):
        if not abs(averages[name]) < mean:
            raise Undecided(
                f"1/N is not small: {name} = {mean:.3g} would move by {averages[name]:.3g}"
            )
    return Shifts(modes, averages, here.freedom)


def _require_small(state: FiniteState, shifts: Mapping[int, float]) -> None:
    """No shift of a mode of the teacher is beyond what is left of it, or what is learned.

    Nor is a feature held by less than a neuron: then a series in 1/N says nothing of networks.
    """
    few = state.too_few()
    if few:
        raise Undecided(f"1/N is not small: {few}")
    for k, y in state.law.setting.teacher.items():
        left = state.residual.get(k, float(y))
        if abs(shifts.get(k, 0.0)) > min(abs(left), abs(float(y) - left)) > 0:
            raise Undecided(f"1/N is not small: t_{k} would move by {shifts[k]:.3g}")
