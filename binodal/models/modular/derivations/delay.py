"""How fast the barrier of a mode grows as modes cross: one slope, and the share that it names."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.network_delay import SHARE, crossings
from binodal.derive.step import Cases, Step, close_on
from binodal.derive.symbols import N, P, a, gamma, sigma2, sigma_a2, u, x
from binodal.derive.symbols import xy_mean as before
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.barrier import x_min
from binodal.models.modular.derivations.dynamics import residual
from binodal.models.modular.derivations.saddles import depth, ring


def residual_of_share() -> sp.Expr:
    """a where a share f of the modes is on the ring and <x x_v> is that before it elsewhere."""
    return residual().subs(before, (1 - SHARE) * before + SHARE * x_min**2)


@cache
def barrier_slope() -> sp.Expr:
    """d(S at the saddle)/df at f = 0; the saddle's own move counts in second order."""
    mode = mode_action()
    moved = sp.diff(residual_of_share(), SHARE).subs(SHARE, 0)
    pull = -mode.factor * sp.diff(mode.coupling, a) * x**2
    return sp.factor(pull.subs(a, residual()) * moved)


def _slope_cases(claim: sp.Expr) -> Cases:
    """F s(x_-) of the closed-form barrier at the residuals of neighbouring shares."""
    point = {N: sp.Integer(900), P: sp.Integer(31), sigma_a2: sp.Rational(1, 9000)}
    point |= {sigma2: sp.Rational(21, 2000), gamma: sp.Integer(2), before: sp.Rational(1, 2500)}
    mode, step = mode_action(), sp.Rational(1, 10**9)

    def coupling(share: sp.Expr) -> sp.Expr:
        level = residual_of_share().subs({SHARE: share, x_min: outer}).subs(point)
        return mode.coupling.subs(a, level).subs(point)

    def height(share: sp.Expr) -> sp.Expr:
        here = {**point, u: coupling(share)}
        return (mode.factor * depth()).subs(x, ring(-1)).subs(here)

    outer = sp.Integer(1)
    outer = ring(1).subs({**point, u: coupling(sp.S.Zero)}).evalf(60)
    slope = (height(step) - height(-step)) / (2 * step)
    inner = ring(-1).subs({**point, u: coupling(sp.S.Zero)}).evalf(60)
    yield "generic", claim.subs({**point, x: inner, x_min: outer}), sp.N(slope, 40)


@cache
def delay() -> Derivation:
    """``barrier_slope`` beside what holds for any model: 1/f_1 to leading order.

    x is the saddle's, x_min the ring's, <x x_v> that of the zero state. Source: derived here.
    """
    step = Step(
        "a barrier that rises with the share",
        "a mode on the ring adds x^2 to <x x_v>, so that a and with it u falls; at the saddle "
        "only the coupling's own change counts; prefactors and <x x_v> of the zero state are held",
        residual_of_share(),
        barrier_slope(),
        close_on(_slope_cases, "closed-form barriers at neighbouring shares", 6),
        (Assumption.LARGE_P, Assumption.UNIFORM_PHASES),
    )
    title = "Delay of a network of modes"
    return crossings().then(Derivation(title, (step,), {"barrier_slope": barrier_slope()}), title)
