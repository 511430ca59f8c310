"""The law of a block of two rows in sums and differences: a trace of products of matrices."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import gamma, u, x
from binodal.models.group.derivations.action import action
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.saddles import beta
from binodal.models.group.derivations.singular_values import (
    KINDS,
    P_X,
    P_Y,
    Q_X,
    Q_Y,
    SQUARE,
    STRENGTH,
    X1,
    X2,
    average,
    defined,
    index,
    measure_two,
    pulled,
    single,
)
from binodal.models.group.derivations.symbols import twice

R = sp.Rational
PSI = sp.Symbol("psi", real=True)
RATIO = sp.Symbol("rho", real=True)
"""I_{nu+1}(z)/I_nu(z)."""


def cost(decay: str) -> sp.Expr:
    """The same for two of them: under ``frobenius`` only their sum counts."""
    of = single(decay)
    both = of.subs(x, X1) + of.subs(x, X2) if decay == "schatten" else of.subs(x, X1 + X2)
    return sp.expand(both.subs(SQUARE))


def half_exponent(decay: str) -> sp.Expr:
    """Psi(p, q): -F cost, and half of the squares that complete those of W and V to differences.

    -F (cost_W + cost_V) + F u (p p_v + q q_v)/2 is the sum of Psi over W and V minus
    F u ((p - p_v)^2 + (q - q_v)^2)/4.
    """
    return sp.expand(STRENGTH * (u * (P_X**2 + Q_X**2) / 4 - cost(decay)))


def apart() -> sp.Expr:
    """What is left of the exponent where W and V differ by p - p_v (or q - q_v)."""
    return -STRENGTH * u * (P_X - P_Y) ** 2 / 4


def measure_turned() -> sp.Expr:
    """The measure of two in p and psi with q = p cos(psi), up to the factor 4^(1 - beta/2)."""
    return P_X ** (2 * beta - 1) * sp.cos(PSI) ** beta * sp.sin(PSI) ** (beta - 1)


def bend() -> sp.Expr:
    """Second derivative of 0F1(; nu + 1; z^2/4) by z over itself, by Bessel's equation."""
    return 1 - (2 * index() + 1) * RATIO / pulled()[1]


def overlap_moments() -> tuple[sp.Expr, sp.Expr]:
    """Mean and mean square of sum x_i y_j |Q_ij|^2 at fixed singular values.

    They are the first two derivatives of the average by F u over itself.
    """
    half_p, half_q = P_X * P_Y / 2, Q_X * Q_Y / 2
    return half_p + half_q * RATIO, half_p**2 + 2 * half_p * half_q * RATIO + half_q**2 * bend()


def _exponent_cases(claim: sp.Tuple) -> Cases:
    """Diagonal matrices over each kind of numbers, in the action itself."""
    left, right = [Fraction(9, 5), Fraction(2, 3)], [Fraction(7, 4), Fraction(1, 2)]
    (x_1, x_2), (y_1, y_2) = ([R(str(s * s)) for s in row] for row in (left, right))
    sums = {P_X: x_1 + x_2, Q_X: x_1 - x_2, P_Y: y_1 + y_2, Q_Y: y_1 - y_2}
    point = {u: R(5, 4), gamma: R(3, 7), STRENGTH: 1}
    *halves, between = claim
    for kind in KINDS:
        often = Field(kind).twice
        for decay, half in zip(("schatten", "frobenius"), halves, strict=True):
            own = half.subs(twice, often)
            other = own.subs({P_X: P_Y, Q_X: Q_Y}, simultaneous=True)
            split = own + other + between + between.subs({P_X: Q_X, P_Y: Q_Y}, simultaneous=True)
            # Aligned matrices have Q = 1, where the pull is (p p_v + q q_v)/2.
            height = -defined(decay, kind, left, right, point) / often
            yield (kind, decay), split.subs(point).subs(sums), height


def _turned_cases(claim: sp.Expr) -> Cases:
    for count in (1, 2, 4):
        for at_p, at_psi in ((R(7, 3), R(2, 5)), (R(3, 8), R(6, 5))):
            q = at_p * sp.cos(at_psi)
            plain = measure_two().subs({X1: (at_p + q) / 2, X2: (at_p - q) / 2, beta: count})
            turned = claim.subs({P_X: at_p, PSI: at_psi, beta: count}) * 4 ** (1 - R(count, 2))
            yield (count, at_p), plain * at_p * sp.sin(at_psi), turned


def _moment_cases(claim: sp.Tuple) -> Cases:
    """Derivatives of the average by F u, taken from its series."""
    point = {P_X: R(7, 3), Q_X: R(5, 4), P_Y: R(8, 5), Q_Y: R(4, 7), u: R(3, 2)}
    for count in (1, 2, 4):
        here = average().subs({**point, beta: count})
        z = pulled()[1].subs({**point, STRENGTH: 2})
        nu = index().subs(beta, count)
        numbers = {
            **point,
            STRENGTH: 2,
            beta: count,
            RATIO: sp.besseli(nu + 1, z) / sp.besseli(nu, z),
        }
        grown = here.subs(STRENGTH, 2)
        for place, moment in enumerate(claim, start=1):
            slope = sp.diff(here, STRENGTH, place).subs(STRENGTH, 2) / point[u] ** place
            yield (count, place), sp.N(slope / grown, 25), sp.N(moment.subs(numbers), 25)


def _steps() -> tuple[Step, ...]:
    """Two singular values as a trace of products."""
    return (
        Step(
            "sums and differences",
            "p and q are sum and difference of the squares: the exponent is a function of (p, q) "
            "for each matrix and Gaussian in p - p_v and q - q_v, so the integral is a trace of "
            "products of matrices over p and over q",
            sp.Tuple(action().results["s"], average()),
            sp.Tuple(half_exponent("schatten"), half_exponent("frobenius"), apart()),
            equal_on(_exponent_cases, "the action of aligned diagonal matrices of every kind"),
        ),
        Step(
            "angle between the squares",
            "q = p cos(psi), which leaves no singular end",
            measure_two(),
            measure_turned(),
            close_on(_turned_cases, "the measure at rational points"),
        ),
        Step(
            "overlap at fixed singular values",
            "derivatives of the average by F u, with rho = I_{nu+1}(z)/I_nu(z)",
            average(),
            sp.Tuple(*overlap_moments()),
            close_on(_moment_cases, "derivatives of the hypergeometric function"),
        ),
    )


@cache
def two_rows() -> Derivation:
    """What the law of two singular values is integrated as.

    Results: ``half_exponent`` under both decays, ``apart``, ``measure_turned`` and the moments of
    the overlap at fixed singular values. Source: derived here.
    """
    results = {
        "half_exponent": half_exponent("schatten"),
        "half_exponent_frobenius": half_exponent("frobenius"),
        "apart": apart(),
        "measure_turned": measure_turned(),
        "overlap_mean": overlap_moments()[0],
        "overlap_square": overlap_moments()[1],
    }
    return Derivation("Blocks of two rows", _steps(), results)
