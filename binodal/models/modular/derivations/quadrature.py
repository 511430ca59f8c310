"""Plain numerical averages over one mode, for checks of the closed forms only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cosh, exp, pi, sinh

import sympy as sp

from binodal.derive.symbols import gamma, u, x, x_v
from binodal.models.modular.derivations.action import mode_action

Density = Callable[[float, float], float]


def half_line(step: float) -> list[tuple[float, float]]:
    """Nodes and weights of the exp-sinh rule on (0, infinity)."""
    count = int(3.2 / step)
    rule = []
    for index in range(-count, count + 1):
        t = index * step
        node = exp(pi / 2 * sinh(t))
        rule.append((node, node * pi / 2 * cosh(t) * step))
    return rule


def action_function(at_u: float, at_gamma: float) -> Density:
    """s(x, x_v) as a float function of the derived expression's polynomial terms."""
    values = {u: sp.Float(at_u), gamma: sp.Float(at_gamma)}
    polynomial = sp.Poly(mode_action().s.subs(values), x, x_v)
    terms = [(float(c), i, j) for (i, j), c in polynomial.terms()]
    return lambda left, right: sum(c * left**i * right**j for c, i, j in terms)


@dataclass(frozen=True)
class Averages:
    """Z, <x x_v> and Var(x x_v) of the law exp(-exponent s) dx dx_v on x, x_v > 0."""

    partition: float
    mean: float
    variance: float


def averages(at_u: float, at_gamma: float, exponent: float, step: float = 1 / 16) -> Averages:
    """Two-dimensional quadrature of one mode's law; good where it isn't too peaked."""
    s, rule = action_function(at_u, at_gamma), half_line(step)
    total = [0.0, 0.0, 0.0]
    for left, weight in rule:
        for right, other in rule:
            power = -exponent * s(left, right)
            if power > -700:
                density = weight * other * exp(power)
                for index in range(3):
                    total[index] += density * (left * right) ** index
    mean = total[1] / total[0]
    return Averages(total[0], mean, total[2] / total[0] - mean**2)


def box(function: Density, corner: float, side: float, count: int) -> float:
    """Trapezoid sum over [corner, corner + side]^2 of a function that vanishes at its edges."""
    spacing = side / count
    points = [corner + spacing * i for i in range(1, count)]
    return spacing**2 * sum(function(left, right) for left in points for right in points)
