"""Condensation: where an asymptotically linear activation leaves no normalisable law.

For phi(z) = s_+ max(z, 0) + s_- min(z, 0) + O(1) the overlaps grow as c_k(r) = g_k r + O(1), so
-log p/d = r^2 (1/sigma_w^2 - u f(m)^2)/2 - log r + O(r) with f(m) = sum_k t_k g_k m^k.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on
from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    cost,
    field,
    m,
    overlap,
    r,
    u,
    with_interaction,
)

_FORCE = sp.Symbol("f", real=True)


def slope_at_infinity(k: int) -> sp.Symbol:
    """g_k, the limit of c_k(r)/r."""
    return sp.Symbol(f"g_{k}", real=True)


def field_at_infinity(modes: tuple[int, ...]) -> sp.Expr:
    """f(m), the limit of F/r."""
    linear = {overlap(k): r * slope_at_infinity(k) for k in modes}
    return sp.Add(*(term / r for term in field(modes).subs(linear).as_ordered_terms()))


@cache
def _row_of_a_force() -> sp.Expr:
    """The coefficient of r^2 in S/d for F = r f, times -2 sigma_w^2."""
    whole = with_interaction(cost(), r * _FORCE)
    return sp.expand(-2 * sigma_w2 * sp.expand(whole).coeff(r, 2))


@cache
def condensation_row(modes: tuple[int, ...]) -> sp.Expr:
    """u sigma_w^2 f(m)^2 - 1: negative for every |m| <= 1 where the law is normalisable."""
    return _row_of_a_force().subs(_FORCE, field_at_infinity(modes))


_POINT = {
    u: sp.Rational(7, 3),
    sigma_w2: sp.Rational(4, 9),
    amplitude(1): sp.Rational(2, 7),
    amplitude(2): sp.Rational(-3, 5),
    slope_at_infinity(1): sp.Rational(1, 2),
    slope_at_infinity(2): sp.Rational(5, 8),
}


def _growth_cases(claim: sp.Expr) -> Cases:
    """S/r^2 of the action with overlaps g r + 1/3 at a very large r."""
    far = sp.Integer(10) ** 14
    linear = {overlap(k): r * slope_at_infinity(k) + sp.Rational(1, 3) for k in (1, 2)}
    for place in (sp.Rational(3, 7), sp.Rational(-5, 6)):
        point = {**_POINT, m: place, r: far}
        exact = action((1, 2)).subs(linear).subs(point)
        yield place, -claim.subs(point) / (2 * sigma_w2.subs(_POINT)), sp.N(exact / far**2, 30)


def _homogeneous_cases(claim: sp.Expr) -> Cases:
    """With overlaps g r exactly, the least of S over r from its stationarity."""
    square = (field((1,)).subs(overlap(1), r * slope_at_infinity(1)) / r) ** 2
    reduced = claim.subs(sp.Symbol("X", positive=True), 1 - u * sigma_w2 * square)
    point = {**_POINT, m: sp.Rational(3, 7)}
    whole = action((1,)).subs(overlap(1), r * slope_at_infinity(1)).subs(point)
    slope = sp.diff(whole, r)
    (root,) = [x for x in sp.solve(slope, r) if x.is_positive]
    yield "least over r", sp.N(reduced.subs(point), 30), sp.N(whole.subs(r, root), 30)


@cache
def homogeneous_action() -> sp.Expr:
    """S at the r where S_r = 0 for F = r f, in X = 1 - u sigma_w^2 f^2."""
    left = sp.Symbol("X", positive=True)
    whole = with_interaction(cost(), r * _FORCE)
    coupled = whole.subs(u, sp.solve(left + _row_of_a_force(), u)[0])
    (norm,) = sp.solve(sp.diff(coupled, r), r)
    return sp.expand_log(sp.simplify(coupled.subs(r, norm)), force=True)


@cache
def condensation() -> Derivation:
    """Where the integral over r stops converging, and the reduced action where c_k = g_k r.

    Results: ``condensation`` (zero at the event, at the m with the largest f^2), for modes 1 and 2,
    and ``homogeneous``, the action minimised over r. Source: derived here.
    """
    steps = (
        Step(
            "growth in r",
            "insert c_k = g_k r: the coefficient of r^2 in S, times -2 sigma_w^2; p(w) is "
            "normalisable where it is negative for all |m| <= 1",
            action((1, 2)),
            condensation_row((1, 2)),
            close_on(_growth_cases, "the action itself at r = 10^14 with an offset", 12),
            (Assumption.LARGE_D,),
        ),
        Step(
            "homogeneous activation",
            "where c_k = g_k r exactly, S is stationary in r at r^2 = sigma_w^2/X",
            action((1,)),
            homogeneous_action(),
            close_on(_homogeneous_cases, "the positive root of S_r, inserted", 20),
        ),
    )
    results = {"condensation": condensation_row((1, 2)), "homogeneous": homogeneous_action()}
    return Derivation("Condensation of a single-index neuron", steps, results)
