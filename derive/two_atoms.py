"""The closure's convex potential, for a neuron with a law of two atoms and any channels.

What holds for two atoms at generic positions and weights holds for every law: potential and
certificate are sums over atoms, and a variance is a sum over pairs of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

import sympy as sp

from binodal.derive.checks import generic_fractions
from binodal.derive.mean_field import coupling, noise, spring
from binodal.derive.step import Step, close_on
from binodal.derive.symbols import sigma_a2


@dataclass(frozen=True)
class TwoAtoms:
    """Two modes with the given labels; ``data`` is W, the weight of the data, ``size`` is L."""

    data: sp.Expr
    size: sp.Symbol
    labels: tuple[int, int] = (1, 2)
    channels: int = 1

    @cached_property
    def residual(self) -> tuple[sp.Symbol, ...]:
        """The residual in the orthonormal basis."""
        return tuple(sp.Symbol(f"r{k}", real=True) for k in self.labels)

    @cached_property
    def target(self) -> tuple[sp.Symbol, ...]:
        """The target in the same basis."""
        return tuple(sp.Symbol(f"y{k}", real=True) for k in self.labels)

    @cached_property
    def weights(self) -> tuple[sp.Symbol, ...]:
        """Probabilities of the atoms under the prior."""
        return tuple(sp.Symbol(f"p{k}", positive=True) for k in (1, 2))

    @cached_property
    def features(self) -> tuple[tuple[tuple[sp.Symbol, ...], ...], ...]:
        """For each atom a row for each channel, with a feature for each mode."""
        return tuple(
            tuple(
                tuple(sp.Symbol(f"I{atom}{channel}{k}", real=True) for k in self.labels)
                for channel in ([""] if self.channels == 1 else range(1, self.channels + 1))
            )
            for atom in (1, 2)
        )

    def _fields(self) -> list[list[sp.Expr]]:
        return [
            [sp.Add(*(i * r for i, r in zip(row, self.residual, strict=True))) for row in atom]
            for atom in self.features
        ]

    def _boltzmann(self) -> list[sp.Expr]:
        g = coupling(self.data)
        squares = (sp.Add(*(f**2 for f in fields)) for fields in self._fields())
        return [p * sp.exp(g * s / 2) for p, s in zip(self.weights, squares, strict=True)]

    def _chances(self) -> list[sp.Expr]:
        raw = self._boltzmann()
        return [w / sp.Add(*raw) for w in raw]

    def _pulls(self) -> list[sp.Expr]:
        """sum_c F_c1 (F.t)_c for each atom: the field's square along the first mode, halved."""
        return [
            sp.Add(*(row[0] * f for row, f in zip(atom, fields, strict=True)))
            for atom, fields in zip(self.features, self._fields(), strict=True)
        ]

    def potential(self) -> sp.Expr:
        """Phi(r) = log <exp(g sum_c (F.r)_c^2/2)> + (spring/2) |r - y|^2."""
        pulls = (r - y for r, y in zip(self.residual, self.target, strict=True))
        return sp.log(sp.Add(*self._boltzmann())) + spring(self.data) / 2 * sp.Add(
            *(pull**2 for pull in pulls)
        )

    def gradient(self) -> sp.Expr:
        """The first row of (g/sigma_a^2) [Q r + (sigma^2/W)(r - y)], Q from the tilted law."""
        terms = zip(self._chances(), self._pulls(), strict=True)
        kernel_row = sigma_a2 * sp.Add(*(p * pull for p, pull in terms))
        pull = self.residual[0] - self.target[0]
        return coupling(self.data) / sigma_a2 * (kernel_row + noise(self.data) * pull)

    def certificate(self) -> sp.Expr:
        """v.Hess(Phi).v for v = (1, 0) as sums of squares: spring + mean square + variance."""
        chances, g = self._chances(), coupling(self.data)
        slopes = [g * pull for pull in self._pulls()]
        mean = sp.Add(*(p * slope for p, slope in zip(chances, slopes, strict=True)))
        spread = sp.Add(*(p * (s - mean) ** 2 for p, s in zip(chances, slopes, strict=True)))
        squares = (sp.Add(*(row[0] ** 2 for row in atom)) for atom in self.features)
        curvature = sp.Add(*(p * g * sq for p, sq in zip(chances, squares, strict=True)))
        return spring(self.data) + curvature + spread

    def generic(self) -> Mapping[sp.Symbol, sp.Expr]:
        """Rationals, none equal or trivial, for every symbol of the potential."""
        features = [i for atom in self.features for row in atom for i in row]
        signed = (*features, *self.residual, *self.target)
        size = sorted(coupling(self.data).free_symbols, key=str)
        values = generic_fractions(len(signed) + len(size), prod(self.labels) + self.channels)
        pairs = zip((*signed, *size), map(sp.Rational, map(str, values)), strict=True)
        point = {symbol: abs(v) if symbol in size else v / 20 for symbol, v in pairs}
        return point | dict(zip(self.weights, (sp.Rational(2, 7), sp.Rational(5, 7)), strict=True))


def potential_steps(law: TwoAtoms) -> tuple[Step, ...]:
    """The potential of the closure and its convexity."""
    w, values, slope = law.data, law.generic(), sp.diff(law.potential(), law.residual[0])
    bend = sp.diff(slope, law.residual[0])
    return (
        Step(
            "potential",
            f"the closure is the gradient of Phi(r) = log <exp(g (I.r)^2/2)> + ({w}/(2 N "
            f"sigma^2))|r - y|^2, g = {_power(w)} sigma_a^2/(N sigma^4), the average being over "
            "the prior of one neuron",
            law.gradient(),
            slope,
            close_on(
                lambda claim: [("generic", claim.subs(values), law.gradient().subs(values))],
                "kernel form for a two-atom prior at generic rationals",
            ),
        ),
        Step(
            "convexity and uniqueness",
            f"Hess Phi = ({w}/(N sigma^2)) 1 + mean of a positive form + covariance of the "
            "slopes: strictly convex for any prior of the neuron, so at finite "
            f"{law.size} the closure has exactly one solution",
            bend,
            law.certificate(),
            close_on(
                lambda claim: [("generic", bend.subs(values), claim.subs(values))],
                "second derivative of Phi at generic rationals against its sum of squares",
            ),
        ),
    )


def _power(data: sp.Expr) -> str:
    return f"{data}^2" if data.is_Symbol else f"({data})^2"
