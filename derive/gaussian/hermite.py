"""Overlaps of Hermite modes with a nonlinearity: <He_k(w*.x) phi(w.x)> for every k.

The modes are generalised to any teacher norm M = |w*|^2: H_k(t) = M^{k/2} He_k(t/sqrt(M)),
so that H_1 = t and H_3 = t^3 - 3 M t as in M.1.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.activations import Activation, shift, smoothed_erf_slope, variance
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2
from binodal.derive.step import Cases, Step, equal_on

t = sp.Symbol("t", real=True)
j = sp.Symbol("j", integer=True, nonnegative=True)
_ORDER = sp.Symbol("k", integer=True, positive=True)
_SMOOTHED = sp.Function("phi^{(k)}")(W2)


def mode(order: int) -> sp.Expr:
    """The generalised Hermite polynomial H_order(t), from its generating function.

    >>> sp.expand(mode(3))
    -3*M*t + t**3
    """
    u = sp.Symbol("u")
    generating = sp.exp(u * t - TEACHER2 * u**2 / 2)
    return sp.expand(sp.diff(generating, u, order).subs(u, 0))


@cache
def overlap(activation: Activation, order: int) -> sp.Expr:
    """<H_order(w*.x) phi(w.x)> = (w.w*)^order <phi^(order)(w.x)>, x ~ N(0, I_d).

    Stein's identity applied ``order`` times; |w|^2 is W and w.w* is q.
    """
    derivative = activation.mean_derivative(order).subs(variance, W2)
    return OVERLAP**order * sp.simplify(derivative)


@cache
def erf_overlap() -> sp.Expr:
    """<H_{2j+1}(w*.x) erf(w.x)> for symbolic j.

    The smoothed slope is S0 exp(-alpha^2/D): its 2j-th derivative at zero is (2j)! times the
    coefficient of alpha^{2j}, read off the exponential series.
    """
    slope = smoothed_erf_slope().subs(variance, W2)
    height = slope.subs(shift, 0)
    rate = sp.log(sp.simplify(slope / height)).expand(force=True) / shift**2
    coefficient = height * rate**j / sp.factorial(j)
    return OVERLAP ** (2 * j + 1) * sp.factorial(2 * j) * coefficient


def moment_by_modes(order: int) -> sp.Expr:
    """I_n = <(w*.x)^{2n+1} erf(w.x)> by expanding the power in Hermite modes.

    t^p = sum_i p!/(2^i i! (p - 2i)!) M^i H_{p-2i}(t). Source: derived here; compare A.14.
    """
    power = 2 * order + 1
    general = erf_overlap()
    total = sp.Integer(0)
    for i in range(order + 1):
        weight = sp.factorial(power) / (2**i * sp.factorial(i) * sp.factorial(power - 2 * i))
        total += weight * TEACHER2**i * general.subs(j, order - i)
    return total


def _gaussian_power(power: int) -> sp.Expr:
    return sp.factorial2(power - 1) if power % 2 == 0 else sp.Integer(0)


def _stein_cases(claim: sp.Expr) -> Cases:
    """Exact moments in d = 2 with rational vectors, for phi = z^5, against q^k <phi^(k)>."""
    x1, x2, z = sp.symbols("x1 x2 z")
    w, teacher = (sp.Rational(2, 3), sp.Rational(5, 7)), (sp.Rational(4, 5), sp.Rational(-3, 8))
    norm2, teacher2 = (sum(e * e for e in v) for v in (w, teacher))
    overlap_value = sum(e * f for e, f in zip(w, teacher, strict=True))

    def mean(expression: sp.Expr) -> sp.Expr:
        terms = sp.Poly(sp.expand(expression), x1, x2).terms()
        return sum(c * _gaussian_power(i) * _gaussian_power(k) for (i, k), c in terms)

    field, target = w[0] * x1 + w[1] * x2, teacher[0] * x1 + teacher[1] * x2
    for order in (1, 3, 5):
        direct = mean(mode(order).subs({TEACHER2: teacher2, t: target}) * field**5)
        slope = sp.Poly(sp.diff(z**5, z, order), z).terms()
        smooth = sum(c * _gaussian_power(p) * norm2 ** sp.Rational(p, 2) for (p,), c in slope)
        point = {_ORDER: order, OVERLAP: overlap_value}
        yield f"k = {order}", direct, claim.subs(point).subs(_SMOOTHED, smooth)


def _derivative_cases(claim: sp.Expr, activation: Activation) -> Cases:
    for index in range(5):
        yield f"j = {index}", claim.subs(j, index), overlap(activation, 2 * index + 1)


@cache
def hermite_overlaps() -> Derivation:
    """Stein's identity to any order, then the closed form for erf in symbolic j.

    Result ``erf_overlap``: <H_{2j+1}(w*.x) erf(w.x)>. Source: A.11-overlaps; for all j derived
    here.
    """
    from binodal.derive.gaussian.activations import ERF

    general = erf_overlap()
    steps = (
        Step(
            "Stein's identity for modes",
            "<H_k(w*.x) F> = <H_{k-1}(w*.x) w*.grad F>, k times; each gradient of F(w.x) "
            "gives w.w*",
            sp.Function("H_k")(t) * sp.Function("phi")(t),
            OVERLAP**_ORDER * _SMOOTHED,
            equal_on(
                _stein_cases, "exact Gaussian moments in d = 2 with rational vectors, phi = z^5"
            ),
        ),
        Step(
            "erf in symbolic order",
            "the smoothed slope is a Gaussian in the shift: read its Taylor coefficients",
            smoothed_erf_slope().subs(variance, W2),
            general,
            equal_on(
                lambda claim: _derivative_cases(claim, ERF),
                "explicit derivatives of the smoothed erf, j = 0..4",
            ),
            source="A.11-overlaps",
        ),
    )
    return Derivation("Hermite modes of an erf neuron", steps, {"erf_overlap": general})
