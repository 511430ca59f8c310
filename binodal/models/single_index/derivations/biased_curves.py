"""The evidence with random biases: the zero state's weight is an average over them."""

from __future__ import annotations

from functools import cache

import mpmath
import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import amplitude, u
from binodal.models.single_index.derivations.biased import bias, pin, variance
from binodal.models.single_index.derivations.curves import (
    log_partition,
    mean_response,
    potential,
    weight,
)
from binodal.models.single_index.derivations.limit import at_rest, beta, gain, target
from binodal.models.single_index.derivations.prior_branch import NORM, PULL, prior_row, tilted

_POINT = {
    u: sp.Rational(17, 9),
    gain: sp.Rational(13, 4),
    target(1): sp.Rational(6, 7),
    variance: sp.Rational(4, 3),
}
_PLACE = {
    u: sp.Rational(17, 9),
    gain: sp.Rational(13, 4),
    at_rest(1): sp.Rational(3, 5),
    pin: sp.Rational(7, 4),
    sigma_w2: sp.Rational(5, 8),
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


def _covariance(linear: sp.Expr, mean: sp.Expr) -> tuple[sp.Matrix, sp.Matrix]:
    """Overlaps' slopes in m and in beta sqrt(pin), and d times the covariance of both."""
    slopes = sp.Matrix([at_rest(1), at_rest(1) / sp.sqrt(sigma_w2 * pin)]).subs(_PLACE)
    field = sp.diag(linear, mean) * slopes
    return slopes, (sp.eye(2) - _PLACE[u] * field * field.T).inv()


def _mean_weight_cases(claim: sp.Expr) -> Cases:
    """Half the logarithm of the determinant of that covariance."""
    for linear, mean in ((sp.Rational(1, 3), sp.Rational(2, 7)), (sp.S.Zero, sp.Rational(3, 8))):
        point = {**_PLACE, amplitude(1): linear, amplitude(0): mean}
        whole = sp.log(_covariance(linear, mean)[1].det()) / 2
        yield f"t_1 = {linear}", sp.exp(2 * claim.subs(point)), sp.simplify(sp.exp(2 * whole))


def _mean_response_cases(claim: sp.Expr) -> Cases:
    """The row of t_0 by that covariance, with what t_1 adds where m and beta are correlated."""
    share, y = sp.Rational(2, 3), sp.Rational(6, 7)
    mean = amplitude(0)
    slopes, spread = _covariance(share * y, mean)
    pulls = sp.diag(*slopes) * spread * sp.diag(*slopes) * sp.Matrix([share * y, mean])
    row = sp.diff(mean + _PLACE[gain] * pulls[1], mean).subs(mean, 0)
    yield "slope", claim.subs({**_PLACE, beta: share, target(1): y}), sp.simplify(1 / row)


@cache
def biased_curves() -> Derivation:
    """Evidence and responses of the zero branch with biases of N(0, V) and of N(0, V/d).

    Results: ``log_partition`` of N(0, V), which takes the place of that without biases, and
    ``response`` for the slope ``size`` of the zero branch's row; of N(0, V/d), where the activation
    is odd, ``scaled_log_partition`` and ``mean_response``. Source: derived here.
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
        Step(
            "weight of scaled biases, odd activation",
            "c_0 = c_1 beta/sigma_w of a small bias: t_0 pulls the bias as t_1 pulls the cosine, "
            "and K holds both squares",
            log_partition(),
            log_partition((0, 1)),
            equal_on(_mean_weight_cases, "the determinant of their covariance"),
            (Assumption.LARGE_D, Assumption.ZERO_BRANCH),
        ),
        Step(
            "response of the mean",
            "t_0 (1 + G (V/sigma_w^2) c_1^2/K) = y_0, small where t_0 is",
            log_partition((0, 1)),
            mean_response(),
            equal_on(_mean_response_cases, "the inverse of their covariance, differentiated"),
        ),
    )
    results = {
        "log_partition": prior_log_partition(),
        "response": prior_response(size),
        "scaled_log_partition": log_partition((0, 1)),
        "mean_response": mean_response(),
    }
    return Derivation("Learning curves with random biases", steps, results)
