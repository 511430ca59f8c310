"""The evidence with biases of order one: the zero state's weight is an average over biases."""

from __future__ import annotations

from functools import cache

import mpmath
import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.models.single_index.derivations.action import amplitude, u
from binodal.models.single_index.derivations.biased import bias, variance
from binodal.models.single_index.derivations.curves import log_partition, potential, weight
from binodal.models.single_index.derivations.limit import at_rest, beta, gain, target
from binodal.models.single_index.derivations.prior_branch import NORM, PULL, prior_row, tilted

_POINT = {
    u: sp.Rational(17, 9),
    gain: sp.Rational(13, 4),
    target(1): sp.Rational(6, 7),
    variance: sp.Rational(4, 3),
}
_SHARE, _STEP = sp.Rational(2, 3), mpmath.mpf(10) ** -8


def prior_log_partition() -> sp.Expr:
    """log z = log <K^{-1/2}> over the prior's biases, by the integral of the tilted weight."""
    return sp.log(NORM / sp.sqrt(2 * sp.pi * variance))


def prior_response(by_beta: sp.Expr) -> sp.Expr:
    """dt_1/dy_1, by the slope in beta of the row beta (1 + G <c_1^2/K>) - 1."""
    return 1 / by_beta


def prior_slopes(by_beta: sp.Expr, by_x: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """d^2 Phi/dt_1^2 and d^2 Phi/dx dt_1 by the slopes of the row, which vanishes: u y_1/G times it
    is dPhi/dt_1."""
    return weight() * by_beta, weight() * target(1) * by_x


def _integral(expression: sp.Expr, share: object) -> mpmath.mpf:
    """Over biases with c_1 = 3/5 exp(-bias^2/5), an overlap of nothing in particular."""
    shaped = expression.subs(at_rest(1), sp.Rational(3, 5) * sp.exp(-(bias**2) / 5)).subs(_POINT)
    value = sp.lambdify((bias, beta), shaped, "mpmath")
    return mpmath.quad(lambda b: value(b, share), [-mpmath.inf, 0, mpmath.inf])


def _slope_claims(claim: sp.Expr) -> Claims:
    """The slope in t_1 of Phi with this log z is the row, by differences of integrals."""
    rest = potential((1,), False).subs(amplitude(1), beta * target(1))
    whole = sp.lambdify((NORM, beta), (claim + rest).subs(_POINT), "mpmath")
    weight, pull = tilted()
    with mpmath.workdps(30):
        share = mpmath.mpf(_SHARE.p) / _SHARE.q
        ends = [whole(_integral(weight, place), place) for place in (share + _STEP, share - _STEP)]
        slope = (ends[0] - ends[1]) / (2 * _STEP)
        means = {NORM: _integral(weight, share), PULL: _integral(pull, share)}
        row = prior_row().subs({k: sp.Float(str(v), 30) for k, v in means.items()})
        scale = (u / gain * target(1) ** 2).subs(_POINT)
        wanted = (row * scale).subs({**_POINT, beta: _SHARE})
        yield "slope", bool(abs(sp.Float(str(slope), 30) - wanted) < 1e-12)
        flat = claim.subs(NORM, sp.Float(str(_integral(weight, mpmath.mpf(0))), 30)).subs(_POINT)
        yield "no residual", bool(abs(sp.N(flat)) < 1e-12)


def _response_claims(claim: sp.Expr) -> Claims:
    """t_1 (1 + G h(t_1)) = y_1 at two targets beside each other, h of nothing in particular."""
    t, y, share, size = sp.symbols("t y share size", positive=True)
    pull = 1 + gain * t**2 / (1 + t)
    (by_target,) = (1 / sp.diff(t * pull, t),)
    row = share * pull.subs(t, share * y) - 1
    own = claim.subs(size, sp.diff(row, share)).subs({share: t / y})
    point = {t: sp.Rational(2, 7), gain: sp.Rational(13, 4)}
    point[y] = (t * pull).subs(point)
    yield "chain", sp.simplify((own - by_target).subs(point)) == 0


@cache
def biased_curves() -> Derivation:
    """Evidence and response of the zero branch with biases of N(0, V).

    Results: ``log_partition``, which takes the place of that without biases, and ``response``
    for the slope ``size`` of the zero branch's row. Source: derived here.
    """
    size = sp.Symbol("size", positive=True)
    steps = (
        Step(
            "one biased neuron's weight in the zero state",
            "given its bias a neuron has the weight K^{-1/2}; the prior's biases average it",
            log_partition(),
            prior_log_partition(),
            all_hold(_slope_claims, "its slope in t_1 is the zero branch's row"),
            (Assumption.LARGE_D, Assumption.ZERO_BRANCH),
        ),
        Step(
            "response of biased neurons to the target",
            "t_1 (1 + G h(t_1)) = y_1 by t_1: the row in beta = t_1/y_1 has the same slope",
            prior_row(),
            prior_response(size),
            all_hold(_response_claims, "differentiation at a generic h"),
        ),
    )
    results = {"log_partition": prior_log_partition(), "response": prior_response(size)}
    return Derivation("Learning curves with biases of order one", steps, results)
