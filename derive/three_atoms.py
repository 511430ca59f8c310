"""Networks of three kinds of neurons, summed exactly over who is of which kind.

Two data and any number of outputs; the target is y = eta sqrt(N) on the first of each. Signs of
the second datum cancel in the mean, so that the residual stays along the target.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, lgamma, log

import sympy as sp

from binodal.derive.checks import Claims
from binodal.derive.dense_field import Atom, Field, contracted
from binodal.derive.second_order_checks import Loops

_KINDS = ((0.35, (1.9, 0.8)), (0.35, (1.9, -0.8)), (0.3, (0.6, 0.0)))
"""Prior probability and features."""
_COPIES = 3.0  # of the source in a neuron
_STEP = 1e-4


@dataclass(frozen=True)
class ThreeAtoms:
    """``noise`` is sigma^2 and ``spread`` sigma_a^2."""

    noise: float
    spread: float
    eta: float
    outputs: int

    def exact(self, neurons: int) -> tuple[float, float]:
        """a and the mean feature of the first datum, at any N."""
        states = [self._state(counts) for counts in _partitions(neurons)]
        top = max(logarithm for logarithm, _, _ in states)
        weights = [exp(logarithm - top) for logarithm, _, _ in states]
        a, mean = (
            sum(w * state[k] for w, state in zip(weights, states, strict=True)) / sum(weights)
            for k in (1, 2)
        )
        return a, mean

    def _state(self, counts: tuple[int, ...]) -> tuple[float, float, float]:
        """log of the weight, a and the mean feature if so many neurons are of each kind."""
        neurons = sum(counts)
        members = [(n / neurons, p, s) for n, (p, s) in zip(counts, _KINDS, strict=True)]
        along, across, cross = (
            self.spread * sum(share * s[i] * s[k] for share, _, s in members)
            for i, k in ((0, 0), (1, 1), (0, 1))
        )
        det = (self.noise + along) * (self.noise + across) - cross**2
        seen = (self.noise + across) / det
        prior = sum(n * log(p) - lgamma(n + 1) for n, (p, _) in zip(counts, _KINDS, strict=True))
        misfit = (self.outputs * log(det) + neurons * self.eta**2 * seen) / 2
        return prior - misfit, self.noise * seen, sum(share * s[0] for share, _, s in members)

    def field(self, amplitude: float, tilt: float) -> Field:
        """One neuron's law at the residual A y and a source of its feature, at N = 1."""
        force = amplitude * self.eta / self.noise
        weights = [
            p * exp(self.spread * (force * s[0]) ** 2 / 2 + _COPIES * tilt * s[0])
            for p, s in _KINDS
        ]
        silent = [0.0] * (2 * self.outputs - 2)
        atoms = []
        for weight, (_, s) in zip(weights, _KINDS, strict=True):
            pull = self.spread * force * s[0]
            gradient = [pull * s[0], pull * s[1], *silent]
            atoms.append(Atom(weight / sum(weights), gradient, self.spread, s, self.outputs))
        return Field(atoms)

    def means(self, amplitude: float) -> tuple[float, float]:
        """lambda, and the mean feature."""
        atoms = self.field(amplitude, 0.0).atoms
        first, second = (sum(a.chance * a.feature[0] ** k for a in atoms) for k in (1, 2))
        return self.spread * float(second), float(first)

    def terms(self, loops: Loops, amplitude: float, tilt: float = 0.0) -> tuple[float, float]:
        """What stands at -1/2 in log Z: h, and L as it enters there."""
        field = self.field(amplitude, tilt)
        curvature = field.curvature(self.noise)
        value = loops.value(contracted(curvature.inv(), *field.vertices()))
        (slope,) = loops.as_curvature.free_symbols
        return log(curvature.det()), float(loops.as_curvature.subs(slope, value))

    def saddle(self) -> float:
        """A (1 + lambda(A)/sigma^2) = 1; the left side rises."""
        low, high = 0.0, 1.0
        for _ in range(80):
            middle = (low + high) / 2
            short = middle * (1 + self.means(middle)[0] / self.noise) < 1
            low, high = (middle, high) if short else (low, middle)
        return low

    def coefficients(self, loops: Loops) -> tuple[list[float], list[float]]:
        """Mean field, 1/N and 1/N^2 of a and of the mean feature, by the general formulas."""
        start = self.saddle()
        sides = (start + _STEP, start - _STEP)
        level, mean = map(_slope, zip(*map(self.means, sides), strict=True))
        by_size = map(_slope, zip(*(self.terms(loops, s) for s in sides), strict=True))
        tilts = (self.terms(loops, start, s) for s in (_STEP, -_STEP))
        by_source = map(_slope, zip(*tilts, strict=True))
        here = self.means(start)
        named = {"A": start, "level": here[0], "level_1": level, "g_1": mean}
        named |= {"n_g": _COPIES, "N": 1.0, "Y": self.eta**2, "sigma2": self.noise}
        a, feature = [start], [here[1]]
        for h, h_g in zip(by_size, by_source, strict=True):
            point = {**named, "h_1": h, "h_g": h_g}
            a.append(_inserted(loops.amplitude, point))
            feature.append(_inserted(loops.mean, point))
        return a, feature


def _partitions(neurons: int) -> Iterator[tuple[int, int, int]]:
    for first in range(neurons + 1):
        for second in range(neurons + 1 - first):
            yield first, second, neurons - first - second


def _slope(values: Sequence[float]) -> float:
    return (values[0] - values[1]) / (2 * _STEP)


def _inserted(expression: sp.Expr, values: dict[str, float]) -> float:
    return float(expression.subs({z: values[z.name] for z in expression.free_symbols}))


def atom_claims(loops: Loops) -> Claims:
    """N^2 (a - a_0) - N a_1 - a_2 goes to zero as 1/N: halved when N doubles. So a mean."""
    widths = (50, 100, 200)
    for case in ((0.7, 0.9, 0.8, 1), (0.5, 0.6, 0.5, 2)):
        model = ThreeAtoms(*case)
        exact = [model.exact(n) for n in widths]
        for which, (begin, first, second) in enumerate(model.coefficients(loops)):
            left = [
                n**2 * (e[which] - begin) - n * first - second
                for n, e in zip(widths, exact, strict=True)
            ]
            small = abs(left[2]) < 0.1 * abs(second)
            halved = all(0.35 < two / one < 0.65 for one, two in pairwise(left))
            yield (case, which, second, left), small and halved
