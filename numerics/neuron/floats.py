"""The same law on a grid in double precision, and the minimum of its potential.

The closure is the stationarity of a strictly convex potential in the residual, so Newton's method
with backtracking finds its only solution from any start. Floats search; balls decide elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from binodal.derive.neuron import Neuron
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import Undecided
from binodal.numerics.neuron.special import KINDS, Special, split

Array = NDArray[np.float64]
Function = Callable[..., tuple[Any, ...]]
_DECADES, _FEWEST, _MOST_POINTS = 36.0, 2_000, 200_000
_RELEVANT, _NEGLIGIBLE = 60.0, 46.0
_POINTS_PER_WIDTH, _GRIDS = 3.0, 8
_MAX_NEWTON, _TOLERANCE, _SMALL = 200, 1e-12, 1e-6


@dataclass(frozen=True)
class _Compiled:
    density: Function
    arguments: Function
    specials: tuple[Special, ...]
    constants: Function


@cache
def _compiled(neuron: Neuron) -> _Compiled:
    """log weight and overlaps over (order, log specials, modes, parameters), and constants."""
    law = neuron.marginal
    plain, specials = split([law.weight, *law.overlaps], law.order)
    logs = [sp.Symbol(f"l{k}", real=True) for k in range(len(specials))]
    in_logs = {s.symbol: sp.exp(log) for s, log in zip(specials, logs, strict=True)}
    named = {"log": sp.expand_log(sp.log(plain[0].subs(in_logs)), force=True)}
    named |= {f"K{k}": e.subs(in_logs) for k, e in enumerate(plain[1:])}
    rest = (*neuron.modes, *neuron.parameters)
    triples = [e for s in specials for e in (s.first, s.second, s.argument)]
    arguments = {f"a{k}": e for k, e in enumerate([*triples, sp.Integer(1)])}
    constants = [neuron.coupling, neuron.spring, *neuron.scales, *neuron.target]
    return _Compiled(
        compiled("density", named, (law.order, *logs, *rest), "numpy"),
        compiled("arguments", arguments, (law.order, *rest), "numpy"),
        specials,
        compiled(
            "constants",
            {f"k{k}": e for k, e in enumerate(constants)},
            neuron.parameters,
            "numpy",
        ),
    )


class FloatLaw:
    """The unnormalised law on a grid that is even in the logarithm of the order parameter.

    Residuals are in the orthonormal basis here; :meth:`amplitudes` divides by the modes' scales.
    """

    def __init__(self, neuron: Neuron, parameters: Mapping[str, float], points: int) -> None:
        self._of = _compiled(neuron)
        self._rest = [float(parameters[str(s)]) for s in neuron.parameters]
        count = len(neuron.modes)
        constants = [float(value) for value in self._of.constants(*self._rest)]
        self.coupling, self.spring = constants[:2]
        self.scales = np.array(constants[2 : 2 + count])
        self.target = np.array(constants[2 + count :])
        self._low = float(neuron.marginal.low)
        high = self._reach()
        logs = np.linspace(np.log(high) - _DECADES, np.log(high), points)
        self.points = self._low + np.exp(logs)
        self._log_widths = logs + np.log(logs[1] - logs[0])

    def _reach(self) -> float:
        """Where the law is negligible for every residual no longer than the target.

        The log density is convex in the residual, so the corners of a cube around them bound it.
        """
        places, longest = np.exp(np.linspace(-60.0, 60.0, 1201)), np.linalg.norm(self.target)
        corners = product((-longest, longest), repeat=len(self.target))
        logarithms = [self._at(self._low + places, np.array(corner))[0] for corner in corners]
        logs = np.max([np.where(np.isfinite(f), f, -np.inf) for f in logarithms], axis=0)
        logs += np.log(places)
        held = np.flatnonzero(logs > logs.max() - _NEGLIGIBLE)
        if not held.size or held[-1] == places.size - 1:
            raise Undecided("the law of one neuron has no end in double precision")
        return float(places[held[-1] + 1])

    def amplitudes(self, residual: Array) -> Array:
        """The modes' amplitudes of a residual."""
        return np.asarray(residual / self.scales)

    def _at(self, points: Array, residual: Array) -> tuple[Array, Array]:
        """log density and the matrix of overlaps at each point."""
        rest = (*self.amplitudes(residual), *self._rest)
        count = len(residual)
        with np.errstate(all="ignore"):
            held = self._of.arguments(points, *rest)
            triples = zip(self._of.specials, held[0::3], held[1::3], held[2::3], strict=False)
            logs = [KINDS[s.kind].logarithm(a, b, z) for s, a, b, z in triples]
            log_weight, *overlaps = self._of.density(points, *logs, *rest)
        columns = [np.broadcast_to(k, points.shape) for k in overlaps]
        square = np.stack(columns, axis=-1).reshape(-1, count, count)
        return np.broadcast_to(log_weight, points.shape), square

    def log_density(self, residual: Array) -> Array:
        """The log of the unnormalised density at the grid's points."""
        return self._at(self.points, residual)[0]

    def _weighed(self, logs: Array) -> tuple[Array, float]:
        """Weights of the grid's points over the largest, and the log of that."""
        weighed = np.where(np.isfinite(logs), logs, -np.inf) + self._log_widths
        top = float(weighed.max())
        return np.exp(weighed - top), top

    def chances(self, residual: Array) -> Array:
        """Probabilities of the grid's points."""
        raw, _ = self._weighed(self.log_density(residual))
        return np.asarray(raw / raw.sum())

    def averages(self, residual: Array) -> tuple[float, Array]:
        """log of the normalisation, and the averaged overlaps of the features."""
        logs, overlaps = self._at(self.points, residual)
        raw, top = self._weighed(logs)
        held = raw > 0
        mean = np.tensordot(raw[held], overlaps[held], axes=1) / raw.sum()
        return top + float(np.log(raw.sum())), mean

    def potential(self, residual: Array) -> tuple[float, Array]:
        """log Z + (spring/2)|t - y|^2 and its gradient g <K> t + spring (t - y)."""
        log_norm, overlaps = self.averages(residual)
        pull = residual - self.target
        value = log_norm + 0.5 * self.spring * float(pull @ pull)
        return value, self.coupling * overlaps @ residual + self.spring * pull

    def hessian(self, residual: Array) -> Array:
        """By central differences of the gradient."""
        step = _SMALL * max(1.0, float(np.abs(self.target).max()))
        rows = [
            (self.potential(residual + shift)[1] - self.potential(residual - shift)[1]) / (2 * step)
            for shift in step * np.eye(len(residual))
        ]
        return np.array(rows)

    def coarseness(self, residual: Array) -> float:
        """How many times wider the grid's step is than what resolves the narrowest peak."""
        logs = self.log_density(residual) + self._log_widths
        bend = np.maximum(-np.diff(np.where(np.isfinite(logs), logs, -1e300), 2), 0.0)
        relevant = logs[1:-1] + bend >= logs.max() - _RELEVANT
        sharpest = float(bend[relevant].max(initial=0.0))
        return _POINTS_PER_WIDTH * float(np.sqrt(sharpest))


def float_closure(neuron: Neuron, parameters: Mapping[str, float]) -> tuple[FloatLaw, Array]:
    """A law on a grid that resolves it, with the residual that solves its closure.

    Raises :class:`Undecided` where no grid does, or Newton's method does not end.
    """
    build, points = partial(FloatLaw, neuron, parameters), float(_FEWEST)
    for _ in range(_GRIDS):
        law = build(int(points))
        residual = _newton(law)
        coarse = law.coarseness(residual)
        if coarse <= 1.0:
            return law, residual
        points *= min(max(1.1 * coarse, 1.5), 8.0)
        if points > _MOST_POINTS:
            break
    raise Undecided(f"no grid of {_MOST_POINTS} points resolves the law of one neuron")


def _newton(law: FloatLaw) -> Array:
    residual = law.target / 2
    value, gradient = law.potential(residual)
    for _ in range(_MAX_NEWTON):
        step = np.linalg.solve(law.hessian(residual), -gradient)
        if float(np.abs(step).max()) < _TOLERANCE * float(np.abs(law.target).max()):
            return np.asarray(residual + step)
        length, slope = 1.0, float(gradient @ step)
        while length > 1e-9:
            trial = law.potential(residual + length * step)
            if trial[0] <= value + 1e-4 * length * slope + 1e-12 * abs(value):
                break
            length /= 2
        if length * float(np.abs(step).max()) < 1e-10 * float(np.abs(law.target).max()):
            return residual
        residual = residual + length * step
        value, gradient = trial
    raise Undecided(f"the closure's Newton iteration stopped at {residual}, gradient {gradient}")
