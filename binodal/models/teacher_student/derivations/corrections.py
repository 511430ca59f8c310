"""First correction in 1/d to the zero state and to the birth of the feature, derived.

With q = X/sqrt(d) and r_perp^2 = sigma_w^2 (1 + T/sqrt(d)) the law of the zero state is Gaussian
in X and T up to terms of order 1/d, which are averaged exactly. T is a Gamma variable: its mean
is -1/sqrt(d) and its variance 2, to the order that matters.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import b, c, d, epsilon, kappa, n, q, rho, s, sigma2, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action, mode_field
from binodal.models.teacher_student.derivations.closure import MEAN_RHO, closure_residuals
from binodal.models.teacher_student.derivations.continuum import CORRELATION, coupling
from binodal.models.teacher_student.derivations.corrections_checks import (
    birth_claims,
    moment_claims,
    residual_claims,
)
from binodal.models.teacher_student.derivations.limit import zero_stiffness

_X, _T = sp.symbols("X T", real=True)
_h = sp.Symbol("h", positive=True)
"""1/sqrt(d)."""


def _gaussian(polynomial: sp.Expr, theory: str) -> sp.Expr:
    """Average of a polynomial in X (variance 1/S''(0)) and T (mean -h, variance 2), to h^2."""
    spread = 1 / sp.Symbol("K", positive=True)
    total = sp.Integer(0)
    for (in_x, in_t), value in sp.Poly(polynomial, _X, _T).terms():
        if in_x % 2:
            continue
        moment_t = {0: sp.Integer(1), 1: -_h, 2: sp.Integer(2)}.get(in_t, sp.Integer(0))
        if theory == "published" and in_t:
            moment_t = sp.Integer(0)
        total += value * sp.factorial2(in_x - 1) * spread ** (in_x // 2) * moment_t
    return total


def _to_second(expression: sp.Expr) -> sp.Expr:
    """Taylor polynomial in h up to h^2."""
    terms = (sp.diff(expression, _h, k).subs(_h, 0) * _h**k / sp.factorial(k) for k in range(3))
    return sp.expand(sp.Add(*terms))


@cache
def zero_moments(theory: str) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """(A, B, C) with <rho> = A/d + B/d^2 + ... and <rho^2> = C/d^2 + ... over the zero state."""
    place = {q: _X * _h, s: sigma_w2 * (1 + _T * _h)}
    correlation = _to_second(sp.cancel(CORRELATION.subs(place, simultaneous=True) / _h**2))
    tilt = kappa * correlation * mode_field((b, c)).subs(rho, _h**2 * correlation) ** 2
    tilt = _to_second(tilt)
    extra = sp.expand(tilt - tilt.subs(_h, 0))
    weight = _to_second(1 + extra + extra**2 / 2)
    top = _to_second(_gaussian(_to_second(weight * correlation), theory))
    norm = _to_second(_gaussian(weight, theory))
    mean = _to_second(top / norm)
    square = _gaussian(sp.expand(correlation.subs(_h, 0) ** 2), theory)
    stiffness = {sp.Symbol("K", positive=True): zero_stiffness()}
    first, second = (sp.factor(mean.coeff(_h, k)).subs(stiffness) for k in (0, 2))
    return first, second, sp.factor(square).subs(stiffness)


@cache
def rows(theory: str) -> tuple[tuple[sp.Expr, sp.Expr], tuple[sp.Expr, sp.Expr]]:
    """Both closure rows in units of sigma^2/n: their limits, and the coefficients of 1/d."""
    names = sp.symbols("A B C", positive=True)
    first, second, square = names
    level = {
        MEAN_RHO[0]: first / d + second / d**2,
        MEAN_RHO[1]: square / d**2,
        MEAN_RHO[2]: sp.Integer(0),
    }
    held = sp.Symbol("g", positive=True)
    moments = dict(zip(names, zero_moments(theory), strict=True))
    limits, coefficients = [], []
    for residual in closure_residuals():
        row = sp.expand((residual * n / sigma2).subs(level).subs(n, held * sigma2 * d))
        row = sp.Poly(row.subs(d, 1 / _h), _h)
        back = {held: n / (sigma2 * d)}
        limits.append(row.coeff_monomial(1).subs(back).subs(moments))
        coefficients.append(row.coeff_monomial(_h).subs(back).subs(moments))
    return (limits[0], limits[1]), (coefficients[0], coefficients[1])


@cache
def residual_shift(theory: str) -> tuple[sp.Expr, sp.Expr]:
    """(b_1, c_1): b = b_0 + b_1/d and c = eps + c_1/d, by the implicit function theorem."""
    (linear, cubic), (first, second) = rows(theory)
    base = {c: epsilon}
    shift_c = -(second / sp.diff(cubic, c)).subs(base)
    slope_b, slope_c = sp.diff(linear, b).subs(base), sp.diff(linear, c).subs(base)
    return -(first.subs(base) + slope_c * shift_c) / slope_b, shift_c


def limit_slope(theory: str) -> sp.Expr:
    """db/d sigma^2 on the zero branch of the limit."""
    linear = rows(theory)[0][0].subs(kappa, coupling())
    return -sp.diff(linear, sigma2) / sp.diff(linear, b)


def birth_shift(theory: str) -> sp.Expr:
    """z in sigma^2_birth(d) = sigma^2_birth + z/d + ..., at the limit's birth (rho, b).

    At birth S'' = 0, so the condition S' = 0 moves with b, c and kappa alone.
    """
    slope = sp.diff(action(theory).density((b, c)), rho)
    shift_b, shift_c = residual_shift(theory)
    moved = sp.diff(slope, b) * shift_b + sp.diff(slope, c) * shift_c
    turned = sp.diff(slope, b) * limit_slope(theory)
    turned += sp.diff(slope, kappa) * sp.diff(coupling(), sigma2)
    return -(moved / turned).subs(c, epsilon).subs(kappa, coupling())


@cache
def corrections() -> Derivation:
    """Results ``mean_<theory>``, ``b_<theory>``, ``c_<theory>`` and ``birth_<theory>``.

    Valid while the feature's own probability, exp(-d S) at birth, is below 1/d. Source: derived
    here; along M.11, with kappa and n sigma_a^2/(sigma^2 d) fixed.
    """
    means = {f"mean_{theory}": zero_moments(theory)[1] for theory in THEORIES}
    shifts = {
        f"{mode}_{theory}": shift
        for theory in THEORIES
        for mode, shift in zip("bc", residual_shift(theory), strict=True)
    }
    births = {f"birth_{theory}": birth_shift(theory) for theory in THEORIES}
    limit = (Assumption.LARGE_D, Assumption.ZERO_BRANCH)
    steps = (
        Step(
            "zero state to the next order",
            "expand rho and the tilt to second order in 1/sqrt(d) and average over Gaussians",
            CORRELATION,
            sp.Tuple(*means.values()),
            all_hold(moment_claims, "quadrature of the exact law at two d, extrapolated"),
            limit,
        ),
        Step(
            "residual to the next order",
            "insert the moments in the closure; implicit function theorem at the zero branch",
            sp.Tuple(*closure_residuals()),
            sp.Tuple(*shifts.values()),
            all_hold(residual_claims, "the closure with the exact law's moments at two d, solved"),
            limit,
        ),
        Step(
            "birth to the next order",
            "S'' = 0 at birth, so S' = 0 moves with b, c and kappa alone",
            action("derived").density(),
            sp.Tuple(*births.values()),
            all_hold(birth_claims, "sigma^2 of birth solved at two d, extrapolated"),
            limit,
        ),
    )
    return Derivation("First corrections in 1/d", steps, {**means, **shifts, **births})
