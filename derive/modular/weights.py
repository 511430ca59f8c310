"""Weight of the ring of droplets against the zero state: printed, one-loop and exact law."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from math import exp

import sympy as sp
from sympy.integrals.quadrature import gauss_laguerre

from derive.assumptions import Assumption
from derive.derivation import Derivation
from derive.modular.action import mode_action
from derive.modular.checks import all_hold
from derive.modular.printed import printed_ring_count
from derive.modular.quadrature import action_function, box
from derive.modular.reduction import density_of_mean, reduction_steps
from derive.modular.saddles import action_density, curvatures, depth, ring
from derive.step import Step, equal_on
from derive.symbols import P, gamma, u, x, x_v
from derive.theories import require_theory

Claims = Iterator[tuple[object, bool]]
ODDS = sp.Symbol("odds", positive=True)


def mode_measure() -> tuple[sp.Expr, sp.Expr]:
    """Factors of dx dx_v: complex modes pi^2; real ones 1/sqrt(x x_v).

    d^2 w = |w| d|w| d theta = dx d theta/2, and the phase gives 2 pi; a real w has
    two signs and dw = dx/(2 sqrt x).
    """
    modulus = sp.sqrt(x)
    complex_mode = 2 * sp.pi * modulus * sp.diff(modulus, x)
    real_mode = 2 * sp.diff(modulus, x)
    return sp.simplify(complex_mode**2), real_mode * real_mode.subs(x, x_v)


def integrand(theory: str = "derived") -> sp.Expr:
    """Density of (x, x_v) up to its norm: exp(-S_k) with the flat measure dx dx_v."""
    return sp.exp(-mode_action(theory).factor * action_density())


def real_integrand() -> sp.Expr:
    """Density of the self-conjugate mode P/2 (even P): one copy of the action, other measure."""
    return mode_measure()[1] * sp.exp(-P * action_density())


def one_loop_odds() -> sp.Expr:
    """Ring over zero: Gaussian integral around x_+ in (x, x_v) over the zero state's 1/P^2."""
    factor = mode_action().factor
    radial, transverse = curvatures()
    around_ring = 2 * sp.pi / (factor * sp.sqrt(radial * transverse))
    slope = factor * sp.diff(action_density(), x).subs({x: 0, x_v: 0})
    around_zero = (1 / slope) ** 2
    return around_ring / around_zero * sp.exp(-factor * depth())


def real_one_loop_odds() -> sp.Expr:
    """The same for the real mode P/2: four points, Cartesian curvatures 4x(gamma x -+ u)."""
    radial, transverse = curvatures()
    points = 2 * 2
    around_ring = points / sp.sqrt(16 * x**2 * radial * transverse)
    return sp.simplify(around_ring) * sp.exp(-P * depth())


def printed_odds() -> sp.Expr:
    """B.41: 4 exp(-P s) for every mode."""
    return printed_ring_count() * sp.exp(-mode_action("published").factor * depth())


def odds(theory: str = "derived") -> sp.Expr:
    """Ring over zero as a function of x = x_+, u, gamma, P."""
    return one_loop_odds() if require_theory(theory) == "derived" else printed_odds()


def _measure_cases() -> Iterator[tuple[object, sp.Expr, sp.Expr]]:
    """Moments of exp(-c|w|^2) in the plane, from Cartesian Gaussian moments, against dx."""
    c, half = sp.Rational(7, 5), sp.sqrt(mode_measure()[0])
    for power in range(4):
        plane = sum(
            sp.binomial(power, i)
            * sp.gamma(i + sp.Rational(1, 2))
            * sp.gamma(power - i + sp.Rational(1, 2))
            / c ** (power + 1)
            for i in range(power + 1)
        )
        yield ("complex", power), plane, half * sp.factorial(power) / c ** (power + 1)
        line = sp.gamma(power + sp.Rational(1, 2)) / c ** (power + sp.Rational(1, 2))
        real = sp.integrate(
            sp.sqrt(mode_measure()[1].subs(x_v, x)) * x**power * sp.exp(-c * x), (x, 0, sp.oo)
        )
        yield ("real", power), line, real


def _determinant_cases() -> Iterator[tuple[object, sp.Expr, sp.Expr]]:
    """One loop in the four Cartesian directions: ring volume, radial determinant, 4-D Gaussian."""
    s = action_density()
    r, t = sp.symbols("r t", positive=True)
    radial = sp.hessian(2 * P * s.subs({x: r**2, x_v: t**2}, simultaneous=True), (r, t))
    for at_u, at_gamma in (
        (sp.Rational(5, 3), sp.Rational(16, 9)),
        (sp.Rational(13, 7), sp.Rational(25, 49)),
    ):
        at = {u: at_u, gamma: at_gamma}
        root = ring().subs(at)
        determinant = radial.subs(at).subs({r: sp.sqrt(root), t: sp.sqrt(root)}).det()
        volume = (2 * sp.pi) ** 2 * root
        loop = volume * 2 * sp.pi / sp.sqrt(determinant)
        ratio = loop / (sp.pi / P) ** 2
        yield at_u, (one_loop_odds() * sp.exp(2 * P * depth())).subs({**at, x: root}), ratio


def _quadrature_claims() -> Claims:
    """Exact ring and zero integrals: the one-loop odds err by O(1/P), halving as P doubles."""
    at_u, at_gamma = 0.203, 0.03
    values = {u: at_u, gamma: at_gamma}
    outer, inner = float(ring().subs(values)), float(ring(-1).subs(values))
    s = action_function(at_u, at_gamma)
    nodes, node_weights = ([float(e) for e in rule] for rule in gauss_laguerre(8, 20))
    errors = []
    for order in (12, 24, 48):

        def density(i: float, j: float, scale: int = 2 * order) -> float:
            return exp(-scale * s(i, j))

        around_ring = box(density, inner, 2 * (outer - inner), 160)
        around_zero = sum(
            f * g * exp(i + j) * density(i / order, j / order) / order**2
            for i, f in zip(nodes, node_weights, strict=True)
            for j, g in zip(nodes, node_weights, strict=True)
        )
        loop = one_loop_odds().subs({**values, P: order, x: outer})
        errors.append(around_ring / around_zero / float(loop) - 1)
    for early, late in pairwise(errors):
        yield f"errors {errors}", abs(late) < 0.2 and 1.6 < early / late < 2.5


def _real_mode_claims() -> Claims:
    """The mode P/2 in its own plane (w, v): one droplet of four, and zero, by trapezoid sums."""
    at_u, at_gamma = 0.203, 0.03
    values = {u: at_u, gamma: at_gamma}
    outer, inner = (float(sp.sqrt(ring(branch).subs(values))) for branch in (1, -1))
    s = action_function(at_u, at_gamma)
    errors = []
    for order in (24, 48, 96):

        def density(w: float, v: float, scale: int = order) -> float:
            return exp(-scale * s(w * w, v * v))

        around_ring = 4 * box(density, inner, 2 * (outer - inner), 200)
        around_zero = box(density, -inner, 2 * inner, 200)
        loop = real_one_loop_odds().subs({**values, P: order, x: outer**2})
        errors.append(around_ring / around_zero / float(loop) - 1)
    for early, late in pairwise(errors):
        yield f"errors {errors}", abs(late) < 0.2 and 1.6 < early / late < 2.5


def _normalisable_claims() -> Claims:
    """Along x = x_v = t the exponent is cubic with coefficient gamma/3; without it -u t^2 wins."""
    t = sp.Symbol("t", positive=True)
    diagonal = action_density().subs({x: t, x_v: t})
    yield "gamma > 0", sp.limit(diagonal, t, sp.oo) == sp.oo
    yield "gamma = 0", sp.limit(diagonal.subs(gamma, 0), t, sp.oo) == -sp.oo
    separate = action_density() + u * x * x_v - u * (x**2 + x_v**2) / 2
    excess = sp.factor(action_density() - separate)
    yield "s is above a sum of two cubics", sp.simplify(excess / (x - x_v) ** 2).is_positive is True


def require_gamma(value: sp.Expr) -> sp.Expr:
    """``value`` if p(w) can be normalised (gamma > 0), else ValueError.

    >>> require_gamma(sp.Integer(0))
    Traceback (most recent call last):
    ValueError: gamma = 0: without the sextic decay (gamma > 0) p(w) is not normalisable
    """
    if not value > 0:
        raise ValueError(
            f"gamma = {value}: without the sextic decay (gamma > 0) p(w) is not normalisable"
        )
    return value


def _law_steps() -> tuple[Step, ...]:
    """The measure of a mode, and when its law has a norm."""
    area, plain = sp.Symbol("d^2w d^2v"), sp.Symbol("dx dx_v")
    complex_mode = mode_measure()[0]
    return (
        Step(
            "measure",
            "polar coordinates in w_k and v_k: |w| d|w| = dx/2, each phase gives 2 pi",
            area,
            complex_mode * plain,
            "derived here",
            equal_on(_measure_cases, "Cartesian Gaussian moments of both kinds of mode"),
            (Assumption.UNIFORM_PHASES, Assumption.MODE_DECAY),
        ),
        Step(
            "normalisable",
            "u x x_v <= u (x^2 + x_v^2)/2, which the cubic terms beat for gamma > 0 only",
            action_density(),
            gamma / 3,
            "M.16b",
            all_hold(_normalisable_claims, "growth along the diagonal with and without gamma"),
        ),
    )


def _odds_steps(theory: str) -> tuple[Step, ...]:
    """Ring over zero: one loop for complex and real modes, or as printed."""
    printed = (Assumption.PRINTED,) if theory == "published" else (Assumption.ONE_LOOP,)
    return (
        Step(
            "one loop",
            "Gaussian integrals in (x, x_v): the ring's Hessian, and the exponential at zero",
            integrand(),
            one_loop_odds(),
            "derived here",
            equal_on(_determinant_cases, "four Cartesian directions with two zero modes"),
            (Assumption.ONE_LOOP,),
        ),
        Step(
            "real mode",
            "for even P the mode P/2 is real: one copy of the action, four droplets instead of a "
            "torus",
            real_integrand(),
            real_one_loop_odds(),
            "derived here",
            all_hold(_real_mode_claims, "trapezoid sums over its plane at P = 24, 48, 96"),
            (Assumption.ONE_LOOP,),
        ),
        Step(
            "ring over zero",
            "the exact integrals approach the one-loop ratio as 1/P"
            if theory == "derived"
            else "as printed: the number of signs of two real modes, no determinants",
            integrand(theory),
            odds(theory),
            "B.41",
            all_hold(_quadrature_claims, "two-dimensional quadrature at P = 12, 24, 48"),
            printed,
        ),
    )


@cache
def weights(theory: str = "derived") -> Derivation:
    """B.41, B.42 and their replacement: measure, determinants and the exact two-dimensional law."""
    require_theory(theory)
    complex_mode, real_mode = mode_measure()
    steps = _law_steps() + reduction_steps() + _odds_steps(theory)
    results = {
        "integrand": integrand(theory),
        "moment": x * x_v,
        "measure": complex_mode,
        "measure_real_mode": real_mode,
        "integrand_real_mode": real_integrand(),
        "density_of_mean": density_of_mean(),
        "moment_of_mean": density_of_mean(1),
        "density_of_mean_real_mode": density_of_mean(real=True),
        "odds": odds(theory),
        "odds_one_loop": one_loop_odds(),
        "odds_printed": printed_odds(),
        "odds_real_mode": real_one_loop_odds(),
        "mass_of_odds": ODDS / (1 + ODDS),
    }
    return Derivation("Weights of ring and zero state", steps, results)
