"""The paper's simplification for any activation: the norm across the teacher stays at its mean.

With r_perp^2 = r^2 (1 - m^2) = sigma_w^2 both entropies cancel: S is the action itself on the path
r = sigma_w/(1 - m^2)^(1/2). It is exact at m = 0, so the zero branch is the same.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import action, by, by_log_r, cost, m, overlap, r

_MODES = (1, 2, 3)
_POINT = {
    sigma_w2: sp.Rational(4, 9),
    sp.Symbol("u", positive=True): sp.Rational(7, 5),
    **{sp.Symbol(f"t_{k}", real=True): sp.Rational(5 - 2 * k, 5 + k) for k in _MODES},
}


def path() -> sp.Expr:
    """r where r^2 (1 - m^2) = sigma_w^2."""
    return sp.sqrt(sigma_w2) / sp.sqrt(1 - m**2)


@cache
def path_cost() -> sp.Expr:
    """The cost on the path: q^2/(2 sigma_w^2) alone."""
    free = sp.logcombine(sp.expand_log(cost().subs(r, path()), force=True), force=True)
    return sp.factor(sp.simplify(sp.expand_log(free, force=True)))


@cache
def tilt() -> sp.Expr:
    """d log r/dm on the path."""
    return sp.simplify(sp.diff(sp.log(path()), m))


def along_path(expression: sp.Expr) -> sp.Expr:
    """d/dm on the path, of an expression in m, r and the overlaps."""
    return by(expression, "m") + tilt() * by_log_r(expression)


def _cost_cases(claim: sp.Tuple) -> Cases:
    """From q: r^2 = q^2 + sigma_w^2, m = q/r, and the Gaussian prior of q."""
    norm, free = claim
    for q in (sp.Rational(2, 3), sp.Rational(-9, 7)):
        point = {m: q / sp.sqrt(q**2 + sigma_w2)}
        yield (q, "norm"), norm.subs(point), sp.sqrt(q**2 + sigma_w2)
        yield (q, "cost"), free.subs(point), q**2 / (2 * sigma_w2)
        yield (
            (q, "the action's"),
            cost().subs(r, path()).subs(point).subs(_POINT),
            (q**2 / (2 * sigma_w2)).subs(_POINT),
        )


def _slope_cases(claim: sp.Expr) -> Cases:
    """S of phi(z) = z + z^2/2 + z^3/5 on the path as a function of m alone."""
    explicit = {overlap(1): r + 3 * r**3 / 5, overlap(2): r**2, overlap(3): 6 * r**3 / 5}
    explicit |= {overlap(k): sp.S.Zero for k in (4, 5)}
    whole = action(_MODES)
    direct = sp.diff(whole.subs(explicit).subs(r, path()).subs(_POINT), m)
    general = by(whole, "m") + claim * by_log_r(whole)
    for place in (sp.Rational(2, 7), sp.Rational(-3, 5)):
        slope = general.subs(explicit).subs(r, path()).subs(_POINT).subs(m, place)
        yield place, slope, direct.subs(m, place)


@cache
def published() -> Derivation:
    """The action with r_perp^2 at its prior mean.

    Results: ``path`` (r at m), ``path_cost`` and ``tilt`` = d log r/dm. Source: A.7b, M.13.
    """
    steps = (
        Step(
            "fixed transverse norm",
            "r_perp^2 = sigma_w^2: the norm follows the cosine, and both entropies cancel",
            cost(),
            sp.Tuple(path(), path_cost()),
            equal_on(_cost_cases, "the Gaussian prior of q = m r at explicit q"),
            (Assumption.PERP_FIXED, Assumption.LARGE_D),
            source="A.7b, M.13",
        ),
        Step(
            "slope on the path",
            "d/dm + (d log r/dm) d/d log r",
            action(_MODES),
            tilt(),
            equal_on(_slope_cases, "S of a cubic activation on the path, differentiated in m"),
        ),
    )
    results = {"path": path(), "path_cost": path_cost(), "tilt": tilt()}
    return Derivation("Published action of a single-index neuron", steps, results)
