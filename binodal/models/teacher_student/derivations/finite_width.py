"""The curvature of the residual's saddle in the continuum, sector by sector around the teacher.

Rotations that keep w* split functions of x by their angular momentum across w*. The residual
lives in sector 0 (H_1, H_3, ...); sector 1, x_j He_m(w*.x) for the d - 1 directions j, holds most
of the degrees of freedom; what is left of a neuron's norm enters by its trace.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.finite_width import covariance_weight, finite_width
from binodal.derive.gaussian.activations import ERF, variance
from binodal.derive.gaussian.hermite import mode, t
from binodal.derive.gaussian.rank_one import TEACHER2
from binodal.derive.step import Cases, Step, both, close_on, equal_on
from binodal.derive.symbols import N, d, n, q, s, sigma2, sigma_a2
from binodal.models.teacher_student.derivations.continuum import overlap_of_mode

FIELD = sp.Symbol("f", real=True)
"""<r phi> over the inputs: the residual's overlap with one neuron."""


@cache
def transverse_overlap(index: int) -> sp.Expr:
    """sqrt(sum_j <x_j He_m(w*.x)/sqrt(m!) erf>^2) for m = 2 index, over the directions j.

    Stein's identity gives w_j q^m <erf^(m+1)>, the overlap with H_{m+1} with one q turned to w_j.

    >>> sp.simplify(transverse_overlap(0) ** 2)
    4*s/(pi*(2*q**2 + 2*s + 1))
    """
    turned = sp.powsimp(sp.simplify(overlap_of_mode(index) / q))
    return turned * sp.sqrt(s / sp.factorial(2 * index))


def norm_by_degree(degree: int) -> sp.Expr:
    """The part of <erf(w.x)^2> in Hermite polynomials of one (odd) degree.

    <erf(w.x) erf(w.x')> = (2/pi) asin(2 c/(1 + 2|w|^2)) at covariance c; degree k goes as c^k.
    """
    covariance, power = sp.symbols("c k")
    square = q**2 + s
    series = sp.series(sp.asin(power), power, 0, degree + 1).removeO()
    coefficient = 2 / sp.pi * series.coeff(power, degree)
    return (coefficient * (2 * covariance / (1 + 2 * square)) ** degree).subs(covariance, square)


def _shared(covariance: sp.Expr) -> sp.Expr:
    """<erf(w.x) erf(w.x')> at a covariance of w.x and w.x'."""
    return 2 / sp.pi * sp.asin(2 * covariance / (1 + 2 * (q**2 + s)))


def feature_norm() -> sp.Expr:
    """<erf(w.x)^2>, all degrees."""
    return _shared(q**2 + s)


def gradient_norm() -> sp.Expr:
    """<|grad erf(w.x)|^2>: Hermite polynomials of degree k have k times their square.

    >>> sp.simplify(gradient_norm().subs(s, 0))
    4*q**2/(pi*sqrt(4*q**2 + 1))
    """
    covariance = sp.Symbol("c")
    slope = covariance * sp.diff(_shared(covariance), covariance)
    return sp.simplify(slope.subs(covariance, q**2 + s))


def curvature_weight() -> sp.Expr:
    """Weight of a neuron's <psi phi><psi' phi> in the curvature over n/sigma^2, beside 1.

    The field on the data is tau = r/sigma^2: sums over the data are n averages, so the kernel
    comes with n/sigma^2 and the covariance with (n/sigma^2)^3 f^2.
    """
    density = n / sigma2
    return sigma_a2 * density + covariance_weight() * density**3 * FIELD**2


def _stein_cases() -> Cases:
    """x_j He_m against z^7 in d = 2, exact Gaussian moments, for the turned overlap."""
    first, second, z = sp.symbols("x1 x2 z")
    along, across = sp.Rational(2, 3), sp.Rational(5, 7)
    norm2 = along**2 + across**2

    def mean(expression: sp.Expr) -> sp.Expr:
        terms = sp.Poly(sp.expand(expression), first, second).terms()
        return sum(
            c * sp.factorial2(i - 1) * sp.factorial2(k - 1)
            for (i, k), c in terms
            if i % 2 == 0 and k % 2 == 0
        )

    field = along * first + across * second
    for order in (0, 2, 4):
        direct = mean(second * mode(order).subs({TEACHER2: 1, t: first}) * field**7)
        slope = sp.Poly(sp.diff(z**7, z, order + 1), z).terms()
        smooth = sum(c * sp.factorial2(p - 1) * norm2 ** sp.Rational(p, 2) for (p,), c in slope)
        yield f"m = {order}", direct, across * along**order * smooth


def _turned_cases(claim: sp.Tuple) -> Cases:
    """sqrt(s) q^m <erf^(m+1)>/sqrt(m!) from derivatives of the smoothed erf, at explicit (q, s)."""
    point = {q: sp.Rational(5, 7), s: sp.Rational(3, 8)}
    for index, value in enumerate(claim):
        order = 2 * index
        slope = ERF.mean_derivative(order + 1).subs(variance, q**2 + s)
        direct = sp.sqrt(s) * q**order * slope / sp.sqrt(sp.factorial(order))
        yield f"m = {order}", value.subs(point), direct.subs(point)


def _norm_cases(claim: sp.Tuple) -> Cases:
    """<erf^2> and |w|^2 <erf'^2> by quadrature over z = w.x, Gaussian of variance |w|^2."""
    z = sp.Symbol("z", real=True)
    for overlap, perp2 in (
        (sp.Rational(3, 5), sp.Rational(2, 7)),
        (sp.Rational(1, 4), sp.Integer(2)),
    ):
        square = overlap**2 + perp2
        weight = sp.exp(-(z**2) / (2 * square)) / sp.sqrt(2 * sp.pi * square)
        gradient = square * sp.diff(sp.erf(z), z) ** 2
        for value, integrand in zip(claim[1:], (sp.erf(z) ** 2, gradient), strict=True):
            direct = 2 * sp.Integral(integrand * weight, (z, 0, 40)).evalf(18)
            yield (overlap, perp2), value.subs({q: overlap, s: perp2}), direct


def _weight_cases(claim: sp.Tuple) -> Cases:
    """Two data, two neurons u +- g that a mode across tells apart: log z differentiated by it."""
    across = sp.Symbol("x", real=True)
    inside, apart, pull = sp.Rational(3, 5), sp.Rational(2, 7), sp.Rational(5, 4)
    fields = (pull + across / sp.sqrt(2), pull - across / sp.sqrt(2))
    exponents = [
        sigma_a2
        / (2 * N)
        * sum(t * (inside + z * apart) for t, z in zip(fields, signs, strict=True)) ** 2
        for signs in ((1, -1), (-1, 1))
    ]
    potential = sigma2 * (sum(t**2 for t in fields)) / 2
    potential += N * sp.log(sum(sp.exp(e) for e in exponents) / 2)
    point = {N: sp.Integer(3), sigma2: sp.Rational(3, 5), sigma_a2: sp.Rational(7, 4)}
    curvature = sp.diff(potential, across, 2).subs(across, 0)
    weight = claim[0].subs({FIELD: sigma2 * pull * inside, n: 2})
    yield "two data", (sigma2 * (1 + weight * apart**2)).subs(point), curvature.subs(point)


def _parseval_cases() -> Cases:
    """Degrees 1 and 3 of the norm: their terms in s^0 and s^1 are sectors 0 and 1."""
    size = sp.Symbol("z")
    shape = 1 + 2 * (q**2 + s)
    for index in (0, 1, 2):
        degree = 2 * index + 1
        bare = sp.expand(sp.simplify(norm_by_degree(degree) * shape**degree))
        inside = overlap_of_mode(index) ** 2 / sp.factorial(degree) * shape**degree
        across = transverse_overlap(index) ** 2 * shape**degree
        polynomial = sp.Poly(bare.subs(s, size), size)
        yield (degree, 0), polynomial.coeff_monomial(1), sp.simplify(inside)
        yield (degree, 1), polynomial.coeff_monomial(size) * s, sp.simplify(across)


@cache
def finite_width_of_continuum() -> Derivation:
    """Results ``curvature_weight``, ``feature_norm``, ``gradient_norm``, ``transverse_0``,
    ``transverse_1``.

    With log det over the sectors (sector 1 counted d - 1 times) and the trace of the rest, the
    general first order in 1/N holds for every mode of the residual. Source: derived here.
    """
    psi, phi = sp.Function("psi"), sp.Function("phi")
    data = (Assumption.GAUSSIAN_DATA, Assumption.CONTINUUM, Assumption.MODE_ANSATZ)
    steps = (
        Step(
            "overlaps across the teacher",
            "Stein's identity once along j and m times along w*",
            psi(t) * phi(t),
            sp.Tuple(transverse_overlap(0), transverse_overlap(1)),
            both(
                equal_on(_turned_cases, "derivatives of the smoothed erf"),
                equal_on(lambda _: _stein_cases(), "exact Gaussian moments in d = 2, phi = z^7"),
            ),
            data,
        ),
        Step(
            "sectors of the curvature",
            "the law of w depends on (q, r_perp^2) alone, so directions across w* are equal: "
            "(d - 1) copies of sector 1, each with 1/(d - 1) of its square",
            covariance_weight() * FIELD**2 / (d - 1),
            sp.Tuple(curvature_weight(), feature_norm(), gradient_norm()),
            both(
                equal_on(lambda _: _parseval_cases(), "Parseval: degrees 1, 3, 5 of the norm"),
                both(
                    close_on(_norm_cases, "quadrature of erf^2 and of its gradient's square"),
                    close_on(_weight_cases, "log z of two neurons on two data, differentiated"),
                ),
            ),
            (Assumption.UNIT_TEACHER,),
        ),
    )
    results = {
        "curvature_weight": curvature_weight(),
        "feature_norm": feature_norm(),
        "gradient_norm": gradient_norm(),
        "transverse_0": transverse_overlap(0),
        "transverse_1": transverse_overlap(1),
    }
    own = Derivation("First order in 1/N, teacher-student", steps, results)
    return finite_width().then(own)
