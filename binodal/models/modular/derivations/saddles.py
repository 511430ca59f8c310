"""Stationary points of one mode's action: which exist, how deep they are, what kind they are."""

from __future__ import annotations

from functools import cache
from itertools import product

import sympy as sp

from binodal.derive.assumptions import Assumption, as_printed
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal, equal_on
from binodal.derive.symbols import P, gamma, u, x, x_v
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.action import action, mode_action
from binodal.models.modular.derivations.printed import printed_saddle_coupling
from binodal.models.modular.derivations.real_space import HYPER, real_space_coupling

R = sp.Rational
# (u, gamma) with u^2 - gamma a rational square, so that exact checks need no roots.
SQUARE_POINTS = ((R(5, 3), R(16, 9)), (R(13, 7), R(25, 49)), (R(7, 4), R(49, 16) - R(4, 9)))


def action_density() -> sp.Expr:
    """s(x, x_v) = (x + x_v)/2 - u x x_v + gamma (x^3 + x_v^3)/6, from the derived action."""
    return mode_action().s


def stationarity() -> tuple[sp.Expr, sp.Expr]:
    """(ds/dx, ds/dx_v); in the modulus |w| the first is multiplied by 2|w|."""
    s = action_density()
    return sp.diff(s, x), sp.diff(s, x_v)


@cache
def quadratic() -> sp.Expr:
    """gamma x^2 - 2 u x + 1, the stationarity condition on the diagonal x = x_v."""
    return sp.expand(2 * stationarity()[0].subs(x_v, x))


@cache
def ring(branch: int = 1) -> sp.Expr:
    """x_+ (``branch=1``) or x_- (``branch=-1``); real for u^2 >= gamma only (B.40).

    x_- is written by the product of both roots: u - sqrt(u^2 - gamma) would cancel where gamma is
    small beside u^2.

    >>> ring(-1)
    1/(u + sqrt(-gamma + u**2))
    """
    a, b, c = sp.Poly(quadratic(), x).all_coeffs()
    root = sp.sqrt(sp.expand(b**2 / 4 - a * c))
    return sp.simplify((-b / 2 + root) / a if branch == 1 else c / (-b / 2 + root))


@cache
def depth() -> sp.Expr:
    """s(x, x) at a stationary x, reduced by the quadratic: (2x - u x^2)/3."""
    return sp.factor(sp.rem(action_density().subs(x_v, x), quadratic(), gamma))


def curvatures() -> tuple[sp.Expr, sp.Expr]:
    """Hessian eigenvalues in (x, x_v) at x = x_v: along (1,1) and along (1,-1)."""
    s = action_density()
    same = sp.diff(s, x, 2).subs(x_v, x)
    mixed = sp.diff(s, x, x_v)
    return same + mixed, same - mixed


def cartesian_hessian(point_u: sp.Expr, point_gamma: sp.Expr, modulus2: sp.Expr) -> sp.Matrix:
    """4 x 4 Hessian of s in (Re w, Im w, Re v, Im v) at |w|^2 = |v|^2 = modulus2, phase 0."""
    a, b, c, e = sp.symbols("a b c e", real=True)
    s = action_density().subs({u: point_u, gamma: point_gamma})
    s = s.subs({x: a**2 + b**2, x_v: c**2 + e**2}, simultaneous=True)
    root = sp.sqrt(modulus2)
    return sp.hessian(s, (a, b, c, e)).subs({a: root, b: 0, c: root, e: 0})


def asymmetric_factor() -> sp.Expr:
    """(ds/dx - ds/dx_v)/(x - x_v): positive for x, x_v >= 0, so no saddle has x != x_v."""
    first, second = stationarity()
    return sp.factor(sp.cancel((first - second) / (x - x_v)))


def _difference_cases(claim: sp.Expr) -> Cases:
    """A centred difference of a cubic is its derivative plus h^2/6 times the third one."""
    h, s = R(3, 11), action_density()
    swapped = stationarity()[1]
    for axis, slope in ((x, claim), (x_v, swapped)):
        centred = (s.subs(axis, axis + h) - s.subs(axis, axis - h)) / (2 * h)
        yield axis, centred - h**2 * gamma / 6, slope


def _root_claims() -> Claims:
    """Eliminate x_v from both equations; count positive roots of the quartic by Sturm chains."""
    first, second = stationarity()
    partner = sp.solve(first, x_v)[0]
    quartic = sp.numer(sp.together(second.subs(x_v, partner)))
    for at_u, at_gamma in (*SQUARE_POINTS, (R(2, 3), R(5, 7)), (R(1, 5), R(3, 8))):
        polynomial = sp.Poly(quartic.subs({u: at_u, gamma: at_gamma}), x)
        expected = 2 if at_u**2 > at_gamma else 0
        yield (at_u, at_gamma, "positive roots"), polynomial.count_roots(0) == expected
        for root in (r for r in sp.real_roots(polynomial) if r > 0):
            other = partner.subs({u: at_u, gamma: at_gamma, x: root})
            yield (at_u, at_gamma, root), sp.simplify(other - root) == 0


def _ring_cases(claim: sp.Tuple) -> Cases:
    """Both slopes vanish at both roots; half their distance is sqrt(discriminant)/gamma."""
    *rings, discriminant = claim
    for at_u, at_gamma in SQUARE_POINTS:
        values = {u: at_u, gamma: at_gamma}
        roots = [root.subs(values) for root in rings]
        for root, slope in product(roots, stationarity()):
            yield at_u, slope.subs({x_v: x}).subs({**values, x: root}), sp.S.Zero
        half = (roots[0] - roots[1]) / 2
        yield (at_u, "outer above inner"), sp.Abs(half), half
        yield (at_u, "discriminant"), (half * at_gamma) ** 2, discriminant.subs(values)


def _depth_cases(claim: sp.Expr) -> Cases:
    for (at_u, at_gamma), branch in product(SQUARE_POINTS, (1, -1)):
        point = {u: at_u, gamma: at_gamma}
        point[x] = ring(branch).subs(point)
        yield (at_u, branch), claim.subs(point), action_density().subs({x_v: x}).subs(point)


def _hessian_claims(claim: sp.Tuple) -> Claims:
    """Spectrum of the Cartesian Hessian: two zero phases, and 4x times each curvature."""
    for at_u, at_gamma in SQUARE_POINTS:
        values = {u: at_u, gamma: at_gamma}
        for branch, negative in ((1, 0), (-1, 1)):
            position = ring(branch).subs(values)
            spectrum = cartesian_hessian(at_u, at_gamma, position).eigenvals()
            expected = {sp.simplify(4 * position * c.subs({**values, x: position})) for c in claim}
            yield (at_u, branch, "zero modes"), spectrum[sp.S.Zero] == 2
            yield (at_u, branch, "values"), {sp.simplify(e) for e in spectrum if e != 0} == expected
            yield (at_u, branch, "index"), sum(bool(e < 0) for e in expected) == negative


def _zero_claims(claim: sp.Expr) -> Claims:
    for at_u, at_gamma in ((u, gamma), (R(500, 3), R(1, 7))):
        yield at_u, cartesian_hessian(at_u, at_gamma, sp.S.Zero) == claim * sp.eye(4)
    edge = stationarity()[1].subs(x, 0)
    yield "edge x = 0", edge.is_positive is True


def _published_ratio() -> sp.Expr:
    """Printed coefficient of |w| |v|^2 in B.39 over the derived one (2 u for s' / |w|)."""
    return sp.simplify(printed_saddle_coupling() / (2 * mode_action().coupling))


def _printed_cases(claim: sp.Expr) -> Cases:
    """The derived coefficient 2 u from real-space sums over a neuron with one pair of modes."""
    for order in (3, 4, 6):
        point = {**HYPER, P: order}
        yield (
            order,
            claim.subs(point) * 2 * real_space_coupling(order),
            printed_saddle_coupling().subs(point),
        )


def _no_other_claims(claim: sp.Expr) -> Claims:
    first, second = stationarity()
    factor = sp.cancel(claim / (x - x_v))
    yield "difference of the slopes", sp.expand(first - second - claim) == 0
    yield "positive factor", factor.is_positive is True
    yield from _root_claims()


def _position_steps() -> tuple[Step, ...]:
    """Where the stationary points are and how deep."""
    s, slope = action_density(), stationarity()[0]
    return (
        Step(
            "stationarity",
            "derive by |w|^2; printed B.39 has 8 P in place of 4 P^2 in the cross term",
            s,
            slope,
            equal_on(_difference_cases, "centred differences, exact for a cubic"),
            source="B.39",
        ),
        Step(
            "symmetric",
            "subtract the two equations: (x - x_v) times a positive factor, so x = x_v",
            sp.expand(slope - stationarity()[1]),
            (x - x_v) * asymmetric_factor(),
            all_hold(
                _no_other_claims, "Sturm counts of the eliminated quartic at rational parameters"
            ),
        ),
        Step(
            "rings",
            "on x = x_v the condition is a quadratic; its roots are real for u^2 >= gamma",
            quadratic(),
            sp.Tuple(ring(1), ring(-1), u**2 - gamma),
            equal_on(_ring_cases, "substitution into both equations at rational points"),
            source="B.40",
        ),
        Step(
            "depth",
            "reduce s(x, x) by the quadratic",
            s.subs(x_v, x),
            depth(),
            equal_on(_depth_cases, "s itself at the exact roots"),
        ),
    )


def _kind_steps(theory: str) -> tuple[Step, ...]:
    """What kind they are."""
    s = action_density()
    radial, transverse = curvatures()
    return (
        Step(
            "kinds",
            "along (1,1) gamma x - u = +-sqrt(u^2 - gamma), along (1,-1) gamma x + u > 0: x_+ is "
            "a minimum, x_- a saddle of index one",
            sp.hessian(s, (x, x_v)),
            sp.Tuple(radial, transverse),
            all_hold(
                _hessian_claims, "4 x 4 Cartesian Hessians: two zero modes, signs of the rest"
            ),
        ),
        Step(
            "zero state",
            "the interaction is quartic in the modes, so the curvature at zero is the prior's for "
            "every u: the zero state never becomes unstable",
            s,
            sp.diff(s, x).subs({x: 0, x_v: 0}) * 2,
            all_hold(_zero_claims, "Cartesian Hessian at zero for symbolic u and gamma"),
        ),
        Step(
            "radial curvature",
            "insert x_+ into gamma x - u",
            radial.subs(x, ring(1)),
            sp.sqrt(u**2 - gamma),
            equal(radial.subs(x, ring(1)), "symbolic u and gamma"),
            (Assumption.LARGE_P,),
        ),
        Step(
            "printed stationarity",
            "the coefficient of |w| |v|^2 in B.39 over 2 u, that of the action's slope by |w|",
            printed_saddle_coupling(),
            _published_ratio(),
            equal_on(_printed_cases, "u of a neuron with one pair of modes, by real-space sums"),
            as_printed(theory),
            source="B.39",
        ),
    )


@cache
def saddles(theory: str = "derived") -> Derivation:
    """B.39, B.40: zero and two rings; s has the same saddles in both theories."""
    require_theory(theory)
    s = action_density()
    radial, transverse = curvatures()
    steps = _position_steps() + _kind_steps(theory) + (action(theory).step_of("exponent"),)
    results = {
        "x_plus": ring(1),
        "x_minus": ring(-1),
        "depth": depth(),
        "discriminant": u**2 - gamma,
        "curvature_radial": radial,
        "curvature_transverse": transverse,
        "curvature_zero": sp.diff(s, x).subs({x: 0, x_v: 0}) * 2,
        "printed_B39_ratio": _published_ratio(),
        "exponent": mode_action(theory).factor,
    }
    return Derivation("Saddles of one mode", steps, results)
