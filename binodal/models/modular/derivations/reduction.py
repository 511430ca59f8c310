"""The two-dimensional law of a mode as a single integral over the mean of x and x_v.

With x = m + delta and x_v = m - delta the action is quadratic in delta, so the integral over
delta is a confluent hypergeometric function of one argument, for complex and real modes alike.
"""

from __future__ import annotations

from math import exp

import sympy as sp

from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import P, gamma, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.quadrature import (
    Density,
    action_function,
    averages,
    box,
    half_line,
)
from binodal.models.modular.derivations.saddles import action_density

DELTA = sp.Symbol("delta", real=True)
_POWER, _BETA = sp.symbols("p beta", positive=True)


def _in_mean(expression: sp.Expr) -> sp.Expr:
    """The expression at x = m + delta, x_v = m - delta, with the mean m written as x."""
    return expression.subs({x: x + DELTA, x_v: x - DELTA}, simultaneous=True)


def bottom_and_stiffness() -> tuple[sp.Expr, sp.Expr]:
    """(s(m, m), b(m)) with s = s(m, m) + b(m) delta^2 exactly; m is written as x.

    >>> bottom_and_stiffness()[1]
    gamma*x + u
    """
    polynomial = sp.Poly(sp.expand(_in_mean(action_density())), DELTA)
    stiffness, slope, bottom = polynomial.all_coeffs()
    if slope != 0:
        raise ArithmeticError(f"the action is not even in x - x_v: {slope}")
    return sp.expand(bottom), sp.factor(stiffness)


def jacobian() -> sp.Expr:
    """dx dx_v = jacobian dm d(delta)."""
    return abs(sp.Matrix([x + DELTA, x - DELTA]).jacobian([x, DELTA]).det())


def power(moment: int, real: bool = False) -> sp.Expr:
    """p with (x x_v)^moment times the mode's measure = (m^2 - delta^2)^p.

    The measure of a complex mode is flat, that of the real mode P/2 is 1/sqrt(x x_v).
    """
    return sp.Integer(moment) - (sp.Rational(1, 2) if real else 0)


def angular(p: sp.Expr, strength: sp.Expr) -> sp.Expr:
    """Integral of (1 - t^2)^p exp(-strength t^2) over -1 < t < 1, for p > -1.

    Term by term the Beta integrals sum to Kummer's function.
    """
    half = sp.Rational(1, 2)
    norm = sp.gamma(half) * sp.gamma(p + 1) / sp.gamma(p + 3 * half)
    return norm * sp.hyper((half,), (p + 3 * half,), -strength)


def density_of_mean(moment: int = 0, real: bool = False) -> sp.Expr:
    """(x x_v)^moment times the law, integrated over x - x_v at fixed mean, written as x."""
    bottom, stiffness = bottom_and_stiffness()
    factor = P if real else mode_action().factor
    p = power(moment, real)
    spread = angular(p, factor * stiffness * x**2)
    return jacobian() * x ** (2 * p + 1) * spread * sp.exp(-factor * bottom)


def _rotation_cases(claim: sp.Expr) -> Cases:
    """s at rational points of the quarter plane, and the area of a triangle."""
    for left, right in ((sp.Rational(7, 3), sp.Rational(2, 5)), (sp.Rational(1, 9), sp.S(4))):
        mean, apart = (left + right) / 2, (left - right) / 2
        direct = action_density().subs({x: left, x_v: right}, simultaneous=True)
        yield (left, right), direct, claim.subs({x: mean, DELTA: apart})
    yield "triangle x + x_v < 2", sp.Integer(2), sp.integrate(jacobian() * 2 * x, (x, 0, 1))


def _angular_cases(claim: sp.Expr) -> Cases:
    """t = sin(theta) makes the integrand smooth for every p used; quadrature over theta."""
    theta = sp.Symbol("theta", real=True)
    for p in (power(0), power(1), power(2), power(0, real=True), power(1, real=True)):
        for strength in (sp.Rational(3, 7), sp.Rational(29, 3)):
            smooth = sp.cos(theta) ** (2 * p + 1) * sp.exp(-strength * sp.sin(theta) ** 2)
            route = sp.Integral(smooth, (theta, -sp.pi / 2, sp.pi / 2)).evalf(20)
            yield (p, strength), route, claim.subs({_POWER: p, _BETA: strength})


def _integrated(density: sp.Expr, values: dict[sp.Symbol, float]) -> sp.Expr:
    """The integral of a density of the mean over the half line."""
    height = sp.lambdify(x, density.subs(values), "mpmath")
    return sp.Float(sum(weight * height(node) for node, weight in half_line(1 / 40)))


def _law_cases(claim: sp.Tuple) -> Cases:
    """Norm and <x x_v> from single integrals against two-dimensional quadrature."""
    for at_u, at_gamma, order in ((0.3, 0.4, 1.5), (0.9, 0.5, 1.25)):
        values = {u: at_u, gamma: at_gamma, P: order}
        norm, moment, real = (_integrated(density, values) for density in claim)
        law = averages(at_u, at_gamma, 2 * order, step=1 / 40)
        yield (at_u, "norm"), sp.Float(law.partition), norm
        yield (at_u, "moment"), sp.Float(law.partition * law.mean), moment
        s = action_function(at_u, at_gamma)

        def density(w: float, v: float, s: Density = s, size: float = order) -> float:
            return exp(-size * s(w * w, v * v))

        plane = box(density, -4.0, 8.0, 160)
        yield (at_u, "real mode"), sp.Float(plane), real


def reduction_steps() -> tuple[Step, ...]:
    """From the two-dimensional law to a single integral."""
    bottom, stiffness = bottom_and_stiffness()
    t = sp.Symbol("t", real=True)
    return (
        Step(
            "mean and difference",
            "x = m + delta, x_v = m - delta (m is written as x): the cubic terms leave no "
            "delta^4, so s is quadratic in delta",
            action_density(),
            bottom + stiffness * DELTA**2,
            equal_on(_rotation_cases, "the action at rational points, the area of a triangle"),
        ),
        Step(
            "integral over the difference",
            "delta = m t with |t| < 1; expand in beta and sum the Beta integrals",
            sp.Integral((1 - t**2) ** _POWER * sp.exp(-_BETA * t**2), (t, -1, 1)),
            angular(_POWER, _BETA),
            close_on(_angular_cases, "quadrature over theta with t = sin(theta)"),
        ),
        Step(
            "single integral",
            "what remains is an integral over the mean, exact at every P",
            sp.exp(-mode_action().factor * action_density()),
            sp.Tuple(density_of_mean(), density_of_mean(1), density_of_mean(real=True)),
            close_on(_law_cases, "two-dimensional quadrature of the law", digits=7),
        ),
    )
