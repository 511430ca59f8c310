"""The law of a real block of three rows: harmonics of the five-dimensional sphere.

A real symmetric matrix is its trace p and a vector of five components of length r, whose place up
to rotations is c = cos 3 phi: the squares of three singular values are p/3 and sqrt(2/3) r times
the cosines of phi and phi +- 2 pi/3.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from math import factorial, prod

import sympy as sp
from sympy.integrals.quadrature import gauss_legendre

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import gamma, u, x
from binodal.models.group.derivations.action import action
from binodal.models.group.derivations.singular_values import (
    P_X,
    P_Y,
    STRENGTH,
    X1,
    X2,
    defined,
    single,
)
from binodal.models.group.derivations.two_rows import RATIO

R = sp.Rational
Polynomial = dict[tuple[int, ...], int]
"""Coefficients by powers."""
X3 = sp.Symbol("x_3", nonnegative=True)
R_X, R_Y = sp.symbols("r r_v", nonnegative=True)
"""The lengths of the parts without trace."""
PLACE = sp.Symbol("m", integer=True, nonnegative=True)
"""A harmonic, of degree 3 m."""
Z = sp.Symbol("z", positive=True)
SQUARES = (X1, X2, X3)
VALUES = sp.symbols("s_1 s_2 s_3", positive=True)
"""The singular values, the largest first."""
BESSEL = sp.Symbol("B", positive=True)
"""I_nu(z)."""


def measure_values() -> sp.Expr:
    """The measure of three singular values of a real matrix: their squares repel."""
    x = [s**2 for s in VALUES]
    return (x[0] - x[1]) * (x[0] - x[2]) * (x[1] - x[2])


def invariants() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """p, r and c of three squares."""
    trace = sum(SQUARES)
    away = [square - trace / 3 for square in SQUARES]
    radius = sp.sqrt(sum(a**2 for a in away))
    return trace, radius, sp.sqrt(54) * sp.prod(away) / radius**3


def apart() -> tuple[sp.Expr, sp.Expr]:
    """What is left of the exponent where W and V differ by p - p_v and by r - r_v."""
    return tuple(
        -STRENGTH * u * (one - other) ** 2 / (2 * share)
        for one, other, share in ((P_X, P_Y, 3), (R_X, R_Y, 1))
    )


def parts() -> tuple[sp.Expr, sp.Expr]:
    """The overlap of traces, and that of vectors over their cosine."""
    return P_X * P_Y / 3, R_X * R_Y


def index_three() -> sp.Expr:
    """nu of the Bessel function of a harmonic."""
    return 3 * PLACE + R(3, 2)


def harmonic() -> sp.Expr:
    """What stands before P_m(c) P_m(c_v) in the average of exp(z cos) over rotations.

    In each degree 3 m one harmonic is kept by rotations, Legendre's polynomial of c, and no other.
    """
    return (2 * PLACE + 1) * sp.gamma(R(5, 2)) * (2 / Z) ** R(3, 2) * BESSEL


def slopes() -> tuple[sp.Expr, sp.Expr]:
    """First and second derivative of :func:`harmonic` by z over itself; rho = I_{nu+1}/I_nu."""
    grown = RATIO + index_three() / Z
    first = grown - R(3, 2) / Z
    second = 1 + (index_three() ** 2 + R(15, 4)) / Z**2 - 4 * grown / Z
    return first, second


def _rotation() -> list[list[Polynomial]]:
    """Rows of a rotation as polynomials of a unit quaternion's four components."""
    a, b, c, d = ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))

    def of(*terms: tuple[int, tuple[int, ...], tuple[int, ...]]) -> Polynomial:
        return {tuple(i + j for i, j in zip(one, other, strict=True)): k for k, one, other in terms}

    def squares(*signs: int) -> Polynomial:
        return of(*((k, v, v) for k, v in zip(signs, (a, b, c, d), strict=True)))

    return [
        [squares(1, 1, -1, -1), of((2, b, c), (-2, a, d)), of((2, b, d), (2, a, c))],
        [of((2, b, c), (2, a, d)), squares(1, -1, 1, -1), of((2, c, d), (-2, a, b))],
        [of((2, b, d), (-2, a, c)), of((2, c, d), (2, a, b)), squares(1, -1, -1, 1)],
    ]


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    terms: Polynomial = {}
    for (one, c), (other, d) in product(left.items(), right.items()):
        key = tuple(i + j for i, j in zip(one, other, strict=True))
        terms[key] = terms.get(key, 0) + c * d
    return terms


def _mean(polynomial: Polynomial) -> Fraction:
    """Over unit quaternions."""
    total = Fraction(0)
    for powers, coefficient in polynomial.items():
        if not any(p % 2 for p in powers):
            odd = prod(factorial(p) // (2 ** (p // 2) * factorial(p // 2)) for p in powers)
            total += Fraction(coefficient) * odd / prod(range(4, 4 + sum(powers), 2))
    return total


@cache
def _powers_of_pull(left: tuple[int, ...], right: tuple[int, ...], most: int) -> list[Fraction]:
    """<(tr X Q Y Q^T)^k> over rotations Q, of diagonal matrices without trace."""
    pull: Polynomial = {}
    for (i, a), (j, b) in product(enumerate(left), enumerate(right)):
        entry = _rotation()[i][j]
        for key, c in _times(entry, entry).items():
            pull[key] = pull.get(key, 0) + a * b * c
    power: Polynomial = {(0, 0, 0, 0): 1}
    powers = []
    for _ in range(most + 1):
        powers.append(_mean(power))
        power = _times(power, pull)
    return powers


def _harmonic_cases(claim: sp.Expr) -> Cases:
    """Powers of the coupling up to the sixth, where two harmonics are at work."""
    for left, right in (((3, -1, -2), (4, 1, -5)), ((2, 2, -4), (5, -2, -3))):
        pair = [_place(values) for values in (left, right)]
        z = sp.Symbol("t", positive=True)
        size = sp.sqrt(pair[0][0] * pair[1][0])
        series = sp.Integer(0)
        for m in range(3):
            grown = _series(claim.subs(PLACE, m), 3 * m + R(3, 2)).subs(Z, size * z)
            legendre = sp.legendre(m, pair[0][1]) * sp.legendre(m, pair[1][1])
            series += sp.powdenest(sp.expand(grown), force=True) * legendre
        for k, moment in enumerate(_powers_of_pull(left, right, 6)):
            own = sp.nsimplify(sp.simplify(sp.expand(series).coeff(z, k))) * sp.factorial(k)
            yield (left, right, k), sp.simplify(own), R(str(moment))


def _series(grown: sp.Expr, nu: sp.Expr) -> sp.Expr:
    """A harmonic up to z^6 by the power series of I_nu."""
    terms = ((Z / 2) ** (2 * k + nu) / sp.factorial(k) / sp.gamma(nu + k + 1) for k in range(4))
    return sp.expand(grown.subs(BESSEL, sum(terms)))


def _place(values: tuple[int, ...]) -> tuple[sp.Expr, sp.Expr]:
    """r^2 and c of a diagonal matrix without trace."""
    square = sp.Integer(sum(v * v for v in values))
    return square, sp.sqrt(54) * prod(values) / square ** R(3, 2)


def _slope_cases(claim: sp.Tuple) -> Cases:
    for m, point in product((0, 1, 3), (R(2, 3), R(9, 2))):
        nu = index_three().subs(PLACE, m)
        of = harmonic().subs({PLACE: m, BESSEL: sp.besseli(nu, Z)})
        ratio = sp.besseli(nu + 1, point) / sp.besseli(nu, point)
        for place, moment in enumerate(claim, start=1):
            slope = sp.diff(of, Z, place) / of
            here = moment.subs({PLACE: m, RATIO: ratio, Z: point})
            yield (m, point, place), sp.N(slope.subs(Z, point), 25), sp.N(here, 25)


def half_exponent() -> sp.Expr:
    """-F cost of one square, and half of the squares that complete those of W and V."""
    return sp.expand(STRENGTH * (u * x**2 / 2 - single("schatten")))


def _half_cases(claim: sp.Tuple) -> Cases:
    """Aligned diagonal matrices in the action itself, their cosine by its definition."""
    half, *between = claim[:5]
    left, right = ([Fraction(1, k) for k in of] for of in ((1, 3, 7), (2, 5, 9)))
    point = {u: R(5, 4), gamma: R(3, 7), STRENGTH: 1}
    rows = [[R(str(s * s)) for s in row] for row in (left, right)]
    (p, r, c), (p_v, r_v, _) = (
        [i.subs(dict(zip(SQUARES, row, strict=True))) for i in claim[5:]] for row in rows
    )
    apart_p, apart_r, part_p, part_r = (
        of.subs({P_X: p, P_Y: p_v, R_X: r, R_Y: r_v}) for of in between
    )
    away = [[square - sum(row) / 3 for square in row] for row in rows]
    cosine = sum(a * b for a, b in zip(*away, strict=True)) / (r * r_v)
    own = sum(half.subs(x, square) for row in rows for square in row)
    ours = (own + apart_p + apart_r).subs(point) + point[u] * part_r * (cosine - 1)
    yield "exponent", sp.N(ours, 25), sp.N(-defined("schatten", "real", left, right, point), 25)
    overlap = sum(a * b for a, b in zip(*rows, strict=True))
    yield "overlap", sp.N(part_p + part_r * cosine, 25), sp.N(overlap, 25)
    for square in rows[0]:
        y = (square - p / 3) / (sp.sqrt(R(2, 3)) * r)
        yield ("cos 3 phi", square), sp.N(4 * y**3 - 3 * y, 25), sp.N(c, 25)


def _measure_cases(claim: sp.Expr) -> Cases:
    """Moments of tr W W^T and det W^2 of Gaussian 3 x 3 matrices, 9 and 3!."""
    known = {9: sum(s**2 for s in VALUES), 6: sp.prod(s**2 for s in VALUES)}
    for moment, of in known.items():
        yield moment, _ordered(claim * of) / _ordered(claim), sp.Float(moment, 15)


def _ordered(polynomial: sp.Expr) -> sp.Expr:
    """Its integral over s_1 > s_2 > s_3 > 0 with Gaussian weights: radii exactly, angles by
    Gauss's rule."""
    t, q = sp.symbols("t q", positive=True)
    degree = sp.Poly(sp.expand(polynomial), *VALUES).total_degree()
    shape = sp.lambdify((t, q), polynomial.subs(dict(zip(VALUES, (1, t, t * q), strict=True))))
    power = R(degree + 3, 2)
    rule = zip(*gauss_legendre(20, 17), strict=True)
    nodes = [((1 + float(a)) / 2, float(w) / 2) for a, w in rule]
    angles = sum(
        w * v * shape(a, b) * a / (1 + a**2 + (a * b) ** 2) ** float(power)
        for (a, w), (b, v) in product(nodes, nodes)
    )
    return sp.Float(angles) * 2 ** (power - 1) * sp.gamma(power)


def _steps() -> tuple[Step, ...]:
    return (
        Step(
            "measure of three singular values",
            "W = A diag(s) B^T: frames drop out, and squares repel as eigenvalues of W W^T",
            sp.Symbol("dW"),
            measure_values(),
            close_on(_measure_cases, "moments of Gaussian matrices by Wick's theorem"),
        ),
        Step(
            "trace and the rest",
            "p and the vector of length r turn apart: the exponent is a function of the squares "
            "of each matrix, Gaussian in p - p_v and r - r_v, and F u r r_v (cos - 1)",
            action().results["s"],
            sp.Tuple(half_exponent(), *apart(), *parts(), *invariants()),
            close_on(_half_cases, "the action of aligned diagonal matrices"),
        ),
        Step(
            "harmonics that rotations keep",
            "exp(z cos) on the sphere of five dimensions has Bessel functions I_{k+3/2} by degree; "
            "averaged over rotations of the three axes one harmonic of each degree k = 3 m is "
            "left, Legendre's P_m(c), because c is uniform there",
            sp.exp(Z),
            harmonic(),
            equal_on(_harmonic_cases, "averages over quaternions, powers of the coupling to six"),
        ),
        Step(
            "slopes of a harmonic",
            "derivatives by F u give the moments of the overlap; rho = I_{nu+1}(z)/I_nu(z)",
            harmonic(),
            sp.Tuple(*slopes()),
            close_on(_slope_cases, "differentiation of Bessel functions"),
        ),
    )


@cache
def three_rows() -> Derivation:
    """What the law of a real block of three rows is integrated as.

    Results: ``half_exponent`` of one square, ``measure_values``, the invariants ``p``, ``r`` and
    ``c``, the ``apart`` exponents and ``part`` s of the overlap of both, and a ``harmonic`` in
    terms of B = I_nu(z) with its ``slope`` and ``bend``. Source: derived here.
    """
    (trace, radius, place), (apart_p, apart_r) = invariants(), apart()
    (slope, bend), (part_p, part_r) = slopes(), parts()
    results = {
        "half_exponent": half_exponent(),
        "measure_values": measure_values(),
        "p": trace,
        "r": radius,
        "c": place,
        "apart_p": apart_p,
        "apart_r": apart_r,
        "part_p": part_p,
        "part_r": part_r,
        "harmonic": harmonic(),
        "slope": slope,
        "bend": bend,
    }
    return Derivation("Real blocks of three rows", _steps(), results)
