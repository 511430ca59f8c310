"""Independent routes to the weights: real-space sums, Cartesian directions, quadrature."""

from __future__ import annotations

from itertools import pairwise
from math import exp

import sympy as sp
from sympy.integrals.quadrature import gauss_laguerre

from binodal.derive.checks import Claims
from binodal.derive.step import Cases
from binodal.derive.symbols import P, gamma, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.quadrature import action_function, box
from binodal.models.modular.derivations.real_space import one_mode
from binodal.models.modular.derivations.saddles import SQUARE_POINTS, action_density, depth, ring


def law_cases(claim: sp.Tuple, theory: str) -> Cases:
    """exp(-S) of neurons with one mode alone; as printed the pair counts half of its S."""
    law, moment, real = claim
    copies = 1 if theory == "derived" else 2
    coupling = mode_action().coupling
    for order in (3, 4, 6):
        action, values = one_mode(order, "pair")
        yield (order, "pair"), law.subs(u, coupling).subs(values), sp.exp(-action / copies)
        yield (order, "moment"), moment.subs(values), sp.prod(values[z] for z in (x, x_v))
    action, values = one_mode(4, "real")
    bare = (real * sp.sqrt(x * x_v)).subs(u, coupling).subs(values)
    yield "real mode", bare, sp.exp(-action)


def share_cases(claim: sp.Expr) -> Cases:
    """The share of the second of two weights."""
    (odds,) = claim.free_symbols
    for first, second in ((sp.Integer(3), sp.Integer(7)), (sp.Rational(5, 2), sp.Rational(1, 9))):
        yield (first, second), claim.subs(odds, second / first), second / (first + second)


def printed_cases(claim: sp.Expr) -> Cases:
    """Four droplets against one zero state, each with exp(-P s) of the printed action itself."""
    for at_u, at_gamma in SQUARE_POINTS:
        point = {u: at_u, gamma: at_gamma, P: sp.Integer(5)}
        point[x] = ring().subs(point)
        height = mode_action("published").factor * action_density().subs(x_v, x)
        yield at_u, claim.subs(point), 4 * sp.exp(-height.subs(point))


def measure_cases(claim: sp.Tuple) -> Cases:
    """Moments of exp(-c|w|^2) in the plane, from Cartesian Gaussian moments, against dx."""
    c, half = sp.Rational(7, 5), sp.sqrt(claim[0])
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
            sp.sqrt(claim[1].subs(x_v, x)) * x**power * sp.exp(-c * x), (x, 0, sp.oo)
        )
        yield ("real", power), line, real


def determinant_cases(claim: sp.Expr) -> Cases:
    """One loop in the four Cartesian directions: ring volume, radial determinant, 4-D Gaussian."""
    s = action_density()
    r, t = sp.symbols("r t", positive=True)
    radial = sp.hessian(2 * P * s.subs({x: r**2, x_v: t**2}, simultaneous=True), (r, t))
    for at_u, at_gamma in SQUARE_POINTS[:2]:
        point = {u: at_u, gamma: at_gamma}
        root = ring().subs(point)
        determinant = radial.subs(point).subs({r: sp.sqrt(root), t: sp.sqrt(root)}).det()
        volume = (2 * sp.pi) ** 2 * root
        loop = volume * 2 * sp.pi / sp.sqrt(determinant)
        ratio = loop / (sp.pi / P) ** 2
        yield at_u, (claim * sp.exp(2 * P * depth())).subs({**point, x: root}), ratio


def quadrature_claims(claim: sp.Expr) -> Claims:
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
        loop = claim.subs({**values, P: order, x: outer})
        errors.append(around_ring / around_zero / float(loop) - 1)
    for early, late in pairwise(errors):
        yield f"errors {errors}", abs(late) < 0.2 and 1.6 < early / late < 2.5


def real_mode_claims(claim: sp.Expr) -> Claims:
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
        loop = claim.subs({**values, P: order, x: outer**2})
        errors.append(around_ring / around_zero / float(loop) - 1)
    for early, late in pairwise(errors):
        yield f"errors {errors}", abs(late) < 0.2 and 1.6 < early / late < 2.5


def normalisable_claims(claim: sp.Expr) -> Claims:
    """Along x = x_v = t the exponent is cubic with coefficient gamma/3; without it -u t^2 wins."""
    t = sp.Symbol("t", positive=True)
    diagonal = action_density().subs({x: t, x_v: t})
    yield "cubic", sp.limit(diagonal / t**3, t, sp.oo) == claim
    yield "gamma > 0", sp.limit(diagonal, t, sp.oo) == sp.oo
    yield "gamma = 0", sp.limit(diagonal.subs(gamma, 0), t, sp.oo) == -sp.oo
    separate = action_density() + u * x * x_v - u * (x**2 + x_v**2) / 2
    excess = sp.factor(action_density() - separate)
    yield "s is above a sum of two cubics", sp.simplify(excess / (x - x_v) ** 2).is_positive is True
