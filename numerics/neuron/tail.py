"""Proved bounds of what a law holds beyond a place, however far.

A weight is a product of powers and exponentials, whose logarithm has a rational slope, and of
functions that fall. Where the slope is at most -s from R on, the rest is at most weight(R)/s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import acb, arb

from binodal.numerics.balls import interval
from binodal.numerics.codegen.load import compiled
from binodal.numerics.errors import ParameterError
from binodal.numerics.neuron.special import Special
from binodal.numerics.polynomials import horner

BallFunction = Callable[..., tuple[Any, ...]]


@dataclass(frozen=True)
class Far:
    """A rational function of the order parameter beyond a place: numerator over denominator."""

    numerator: BallFunction
    denominator: BallFunction
    degree: int

    @classmethod
    def of(cls, expression: sp.Expr, order: sp.Symbol, rest: Sequence[sp.Symbol]) -> Far:
        """From an expression. Raises ParameterError for one that is not rational in ``order``."""
        parts = []
        for part in sp.fraction(sp.together(expression)):
            if not part.is_polynomial(order):
                raise ParameterError(f"{expression} is not rational in {order}: no proved tail")
            parts.append(sp.Poly(part, order))
        functions = [
            compiled(
                "coefficients",
                {f"c{k}": value for k, value in enumerate(part.all_coeffs())},
                tuple(rest),
                "arb",
            )
            for part in parts
        ]
        return cls(functions[0], functions[1], parts[0].degree() - parts[1].degree())

    def scaled(self, start: arb, *rest: arb) -> arb:
        """The function over r^degree, on all r >= start."""
        inverse = interval(arb(0), arb((1 / start).upper()))
        above, below = (horner(of(*rest), inverse) for of in (self.numerator, self.denominator))
        return above / below


@dataclass(frozen=True)
class Tail:
    """Bounds of the integral of |weight| beyond a place."""

    slope: Far
    growing: tuple[Far, ...]

    @classmethod
    def of(
        cls,
        weight: sp.Expr,
        specials: Sequence[Special],
        order: sp.Symbol,
        rest: Sequence[sp.Symbol],
    ) -> Tail:
        """From a weight whose special functions are replaced by their symbols."""
        used = [special for special in specials if weight.has(special.symbol)]
        plain = weight.subs(dict.fromkeys([s.symbol for s in used], 1))
        slope = sum((_log_slope(f, order) for f in sp.Mul.make_args(plain)), sp.Integer(0))
        growing = (Far.of(sp.diff(s.argument, order), order, rest) for s in used)
        return cls(Far.of(slope, order, rest), tuple(growing))

    def beyond(self, start: arb, weight: arb | acb, *rest: arb) -> arb:
        """An upper bound given the weight at ``start``; infinite where none is proved."""
        falls = -self.slope.scaled(start, *rest) * start**self.slope.degree
        falling = all(each.scaled(start, *rest) > 0 for each in self.growing)
        if not (self.slope.degree >= 0 and falls > 0 and falling):
            return arb("inf")
        return arb((abs(weight) / falls).upper())


def _log_slope(factor: sp.Expr, order: sp.Symbol) -> sp.Expr:
    if isinstance(factor, sp.exp):
        return sp.diff(factor.args[0], order)
    return sp.diff(factor, order) / factor
