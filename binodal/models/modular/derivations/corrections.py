"""How birth of the ring approaches its limit: lambda of the zero state, expanded in 1/P.

Birth fixes u, so sigma^2 = tau - lambda exactly; what is left is lambda of the zero state. With
x = X/P the law of X is exponential up to the interaction 2 u X X'/P.
"""

from __future__ import annotations

from functools import cache
from math import exp

import sympy as sp
from sympy.integrals.quadrature import gauss_laguerre

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import P, gamma, sigma_a2, u, x, x_v
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import kernel_factor
from binodal.models.modular.derivations.events import birth, events, temperature
from binodal.models.modular.derivations.saddles import action_density


@cache
def zero_moment() -> sp.Expr:
    """<x x_v> of the zero state up to the first correction in 1/P."""
    size = sp.Symbol("h", positive=True)
    place = {x: x * size, x_v: x_v * size}
    exponent = sp.expand((mode_action().factor * action_density()).subs(P, 1 / size))
    exponent = sp.expand(exponent.subs(place, simultaneous=True))
    rates = [exponent.coeff(z, 1).subs({x: 0, x_v: 0}) for z in (x, x_v)]
    tilt = -sp.expand(exponent - rates[0] * x - rates[1] * x_v).coeff(size, 1) * size

    def average(polynomial: sp.Expr) -> sp.Expr:
        terms = sp.Poly(polynomial, x, x_v).terms()
        return sum(
            value * sp.factorial(i) * sp.factorial(k) / (rates[0] ** (i + 1) * rates[1] ** (k + 1))
            for (i, k), value in terms
        )

    mean = average(x * x_v) / average(sp.Integer(1))
    change = average(x * x_v * tilt) / average(sp.Integer(1)) - mean * average(tilt)
    return sp.expand((mean + change) * size**2).subs(size, 1 / P)


def birth_shift(theory: str = "derived") -> sp.Expr:
    """sigma^2 at birth minus its limit tau; 0 as printed, where the zero state has no width."""
    if require_theory(theory) == "published":
        return sp.S.Zero
    return -sp.expand(kernel_factor(theory) * zero_moment().subs(u, birth()[0]))


def _zero_moment_by_quadrature(order: int, at_u: float, at_gamma: float) -> float:
    """P^2 <x x_v> of the zero state by Gauss-Laguerre quadrature in X = P x and X_v."""
    rule = [[float(e) for e in row] for row in gauss_laguerre(24, 20)]
    nodes = list(zip(*rule, strict=True))
    top = total = 0.0
    for first, left in nodes:
        for second, right in nodes:
            cubic = at_gamma * (first**3 + second**3) / (3 * order**2)
            weight = left * right * exp(2 * at_u * first * second / order - cubic)
            top += first * second * weight
            total += weight
    return top / total


def _first_orders(values: list[float], orders: tuple[int, int]) -> tuple[float, float]:
    """Limit and coefficient of 1/P of a sequence, from its values at two P."""
    low, high = orders
    slope = (values[0] - values[1]) / (1 / low - 1 / high)
    return values[1] - slope / high, slope


_ORDERS = (2000, 4000)


def _moment_claims(claim: sp.Expr) -> Claims:
    """P^2 <x x_v>: its limit and the coefficient of 1/P."""
    moments = [_zero_moment_by_quadrature(order, 0.3, 0.7) for order in _ORDERS]
    limit, slope = _first_orders(moments, _ORDERS)
    series = sp.expand((claim * P**2).subs(u, 0.3))
    yield "two orders", series == series.coeff(P, 0) + series.coeff(P, -1) / P
    yield ("limit", limit), abs(limit - series.coeff(P, 0)) < 1e-4
    yield ("slope", slope), abs(slope - series.coeff(P, -1)) < 2e-2 * abs(slope)


def _birth_claims(claim: sp.Expr, theory: str) -> Claims:
    """-lambda of the zero state at u = sqrt(gamma), from the moments by quadrature."""
    strength, at_gamma = 3 / 7, 0.49
    point = {gamma: sp.Rational(49, 100), sigma_a2: sp.Rational(3, 7)}
    scale = {"derived": -4 * strength, "published": 0.0}[theory]
    moments = [scale * _zero_moment_by_quadrature(order, 0.7, at_gamma) for order in _ORDERS]
    for value, direct in zip(_first_orders(moments, _ORDERS), (0, 1), strict=True):
        coefficient = sp.expand(claim.subs(point)).coeff(P, -direct)
        yield (theory, direct, value), abs(value - coefficient) <= 2e-2 * abs(value)


@cache
def corrections(theory: str = "derived") -> Derivation:
    """Results ``zero_moment`` and ``birth`` (sigma^2 at birth minus tau). Source: derived here."""
    first = Step(
        "lambda of the zero state",
        "x = X/P with X exponential; the interaction enters at the next order",
        action_density(),
        zero_moment(),
        all_hold(_moment_claims, "two-dimensional quadrature at two P, extrapolated"),
        (Assumption.LARGE_P,),
        source="B.41b",
    )
    second = Step(
        "shift of birth",
        "birth fixes u and so sigma^2 + lambda = tau: sigma^2 is lower by lambda"
        if theory == "derived"
        else "as printed the zero state has no width, so lambda is 0",
        zero_moment(),
        birth_shift(theory),
        all_hold(
            lambda claim: _birth_claims(claim, theory), "lambda by quadrature at u = sqrt(gamma)"
        ),
        (Assumption.LARGE_P,),
        source="derived here" if theory == "derived" else "B.42",
    )
    results = {
        "zero_moment": zero_moment(),
        "birth": birth_shift(theory),
        "tau": temperature(birth()[0]),
    }
    steps = (first, second, events(theory).step_of("sigma2_birth"))
    return Derivation("First corrections in 1/P", steps, results)
