"""One neuron of a wide two-layer network: what every model of this theory is a value of.

At a mean residual with amplitudes t_j the order parameters r of a neuron have the law

    p(r) ~ exp(log_prior(r) + (g/2) sum_c (sum_j t_j F_cj(r))^2),   g = sigma_a^2 W^2/(N sigma^4)

for features F_cj (of mode j in output channel c) and data of total weight W: integrating out the
readout squares the field of the residual. The size L is large: log_prior = -L cost + o(L).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from binodal.derive.mean_field import coupling, noise, spring
from binodal.derive.symbols import sigma_a2


@dataclass(frozen=True, eq=False)
class Marginal:
    """The law on one order parameter from ``low`` to infinity, all others integrated out.

    ``weight`` is the unnormalised density, ``overlaps`` the average of sum_c F_ci F_cj at a given
    order parameter. Both may hold the residual.
    """

    order: sp.Symbol
    low: sp.Expr
    weight: sp.Expr
    overlaps: sp.Matrix


@dataclass(frozen=True, eq=False)
class Neuron:
    """The law of a neuron's order parameters, and the residual that acts on it.

    ``order`` are the order parameters, each from zero to infinity, with the zero state at zero;
    ``cost`` is relative to it and per unit of ``size``; ``log_prior`` is exact at finite size, up
    to a constant. ``features`` has a row for each output channel and a column for each mode. A mode
    of amplitude ``modes[j]`` has the residual t_j = scales[j] modes[j] in the basis that is
    orthonormal under the data, where the target is scales[j] targets[j]; ``data`` is W, their
    total weight. ``parameters`` are all others that the expressions hold, ``scaling`` the powers
    of beta that take them to the thermodynamic limit. ``reduced`` is the law on one order
    parameter where there are several.
    """

    order: tuple[sp.Symbol, ...]
    cost: sp.Expr
    log_prior: sp.Expr
    features: tuple[tuple[sp.Expr, ...], ...]
    modes: tuple[sp.Symbol, ...]
    scales: tuple[sp.Expr, ...]
    targets: tuple[sp.Expr, ...]
    data: sp.Expr
    size: sp.Symbol
    parameters: tuple[sp.Symbol, ...]
    scaling: Mapping[sp.Symbol, sp.Expr]
    reduced: Marginal | None = None

    @cached_property
    def residual(self) -> sp.Matrix:
        """t, the mean residual in the orthonormal basis."""
        return sp.Matrix([s * t for s, t in zip(self.scales, self.modes, strict=True)])

    @cached_property
    def target(self) -> sp.Matrix:
        """y, the target in the orthonormal basis."""
        return sp.Matrix([s * y for s, y in zip(self.scales, self.targets, strict=True)])

    @property
    def coupling(self) -> sp.Expr:
        """g: the interaction is (g/2) times the squared field."""
        return coupling(self.data)

    @property
    def spring(self) -> sp.Expr:
        """The weight of |t - y|^2/2 in the potential of the closure."""
        return spring(self.data)

    @property
    def noise(self) -> sp.Expr:
        """sigma^2/W: the temperature in the space of modes."""
        return noise(self.data)

    @cached_property
    def overlaps(self) -> sp.Matrix:
        """sum_c F_ci F_cj: all that the law and the closure need of the features."""
        rows = sp.Matrix(self.features)
        return (rows.T * rows).applyfunc(sp.factor)

    @cached_property
    def interaction(self) -> sp.Expr:
        """(g/2) sum_c (sum_j t_j F_cj)^2."""
        square = (self.residual.T * self.overlaps * self.residual)[0]
        return self.coupling / 2 * sp.factor(square)

    @property
    def action(self) -> sp.Expr:
        """S per unit of size, relative to the zero state."""
        return self.cost - self.interaction / self.size

    @property
    def log_weight(self) -> sp.Expr:
        """log of the unnormalised density of the order parameters."""
        return self.log_prior + self.interaction

    @cached_property
    def marginal(self) -> Marginal:
        """The law on one order parameter."""
        if self.reduced is not None:
            return self.reduced
        (order,) = self.order
        return Marginal(order, sp.Integer(0), sp.exp(self.log_weight), self.overlaps)

    def closure_rows(self, averages: sp.Matrix) -> sp.Matrix:
        """Q t + (sigma^2/W)(t - y) with Q = sigma_a^2 times the averaged overlaps.

        It is zero at the solution t = (sigma^2/W) (Q + sigma^2/W)^{-1} y.
        """
        pull = self.residual - self.target
        return sigma_a2 * averages * self.residual + self.noise * pull

    def along(self, path: sp.Expr) -> Neuron:
        """The neuron with all its order parameters equal to one expression, for its action.

        Of use where the saddles lie on a symmetric line; the law stays that of ``reduced``.
        """
        (free,) = path.free_symbols
        values = dict.fromkeys(self.order, path)
        return Neuron(
            (free,),
            self.cost.subs(values),
            self.log_prior.subs(values),
            tuple(tuple(f.subs(values) for f in row) for row in self.features),
            self.modes,
            self.scales,
            self.targets,
            self.data,
            self.size,
            self.parameters,
            self.scaling,
            self.marginal,
        )
