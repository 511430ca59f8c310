"""The zero branch as d -> infinity: which modes of the residual stay, vanish, or move.

In the zero state m fluctuates by 1/(d K) and r does not. The weight of a mode's kernel over the
noise grows like d times <m^{j + k}>: mode 0 is learned at once where c_0(sigma_w) is not zero, mode
1 solves an equation where c_1(sigma_w) is not, and all others stay at the target.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    by,
    by_log_r,
    m,
    overlap,
    r,
    u,
)

beta = sp.Symbol("beta", real=True)
gain = sp.Symbol("gain", positive=True)
_MODES = (0, 1, 2, 3)
_SIZES = (10**3, 10**5)


def target(k: int) -> sp.Symbol:
    """y_k, the teacher's coefficient of He_k."""
    return sp.Symbol(f"y_{k}", real=True)


def at_rest(k: int) -> sp.Symbol:
    """c_k(sigma_w), the overlap in the zero state."""
    return sp.Symbol(f"rest_{k}", real=True)


def gain_of_parameters() -> sp.Expr:
    """G = n sigma_a^2/(sigma^2 d), which the scaling keeps."""
    return n * sigma_a2 / (sigma2 * d)


@cache
def stiffness() -> sp.Expr:
    """K = S_mm in the zero state; mode 0 of the residual is gone there."""
    bend = by(by(action((1, 2)), "m"), "m")
    return sp.factor(bend.subs({m: 0, r: sp.sqrt(sigma_w2), overlap(1): at_rest(1)}))


@cache
def zero_branch() -> sp.Expr:
    """beta G c_1^2 - (1 - beta) K = 0 for t_1 = beta y_1, from t_1 (1 + G c_1^2/K) = y_1."""
    linear = amplitude(1)
    row = linear * (1 + gain * at_rest(1) ** 2 / stiffness()) - target(1)
    return sp.expand(sp.cancel((row * stiffness() / target(1)).subs(linear, beta * target(1))))


def with_zero_branch(expression: sp.Expr, modes: tuple[int, ...], branch: bool) -> sp.Expr:
    """The modes at the target, the linear one times beta where it is learned."""
    values = {amplitude(k): target(k) for k in modes}
    if branch:
        values[amplitude(1)] = beta * target(1)
    return expression.subs(values)


_POINT = {
    at_rest(0): sp.Rational(2, 7),
    at_rest(1): sp.Rational(3, 5),
    at_rest(2): sp.Rational(-4, 9),
    at_rest(3): sp.Rational(1, 3),
    target(0): sp.Rational(3, 8),
    target(1): sp.Rational(6, 7),
    target(2): sp.Rational(-5, 11),
    target(3): sp.Rational(2, 9),
    gain: sp.Rational(13, 4),
    u: sp.Rational(17, 9),
}


def _moment(power: int, variance: sp.Expr) -> sp.Expr:
    if power % 2:
        return sp.Integer(0)
    return sp.factorial2(power - 1) * variance ** (power // 2)


def _regression(size: int, linear: sp.Expr) -> sp.Matrix:
    """All modes of the residual at size d, the stiffness of the claimed linear mode in the law."""
    variance = 1 / (size * stiffness().subs(amplitude(1), linear).subs(_POINT))
    norms = [sp.sqrt(sp.factorial(k)) for k in _MODES]
    kernel = sp.Matrix(
        4,
        4,
        lambda j, k: (
            at_rest(j).subs(_POINT)
            * at_rest(k).subs(_POINT)
            * _moment(j + k, variance)
            / (norms[j] * norms[k])
        ),
    )
    wanted = sp.Matrix([target(k).subs(_POINT) * norms[k] for k in _MODES])
    whole = sp.eye(4) + _POINT[gain] * size * kernel
    solved = whole.evalf(40).LUsolve(wanted.evalf(40))
    return sp.Matrix([t / norm for t, norm in zip(solved, norms, strict=True)])


def _branch_root(claim: sp.Expr) -> sp.Expr:
    """The claim's root between 0 and 1 at which the zero state is stable."""
    polynomial = sp.Poly(claim.subs(_POINT), beta)
    roots = [x for x in polynomial.nroots(n=40) if x.is_real and 0 < x < 1]
    bend = stiffness().subs(amplitude(1), beta * target(1)).subs(_POINT)
    (stable,) = [x for x in roots if bend.subs(beta, x) > 0]
    return stable


def _order_claims(claim: sp.Tuple) -> Claims:
    """Regression with all modes at two sizes: what is left of each claim falls like 1/d."""
    root = _branch_root(claim[1].lhs)
    others = (claim[k].rhs.subs(_POINT) for k in (2, 3))
    kept = [claim[0].rhs, root * _POINT[target(1)], *others]
    solved = [_regression(size, kept[1]) for size in _SIZES]
    for k, value in enumerate(kept):
        errors = [abs(at_size[k] - value) for at_size in solved]
        yield f"mode {k} is near", bool(errors[1] < sp.Rational(1, 10**3))
        yield f"mode {k} falls like 1/d", bool(errors[1] <= errors[0] / 50)


def _radial_cases(claim: sp.Expr) -> Cases:
    """Without a field S_l vanishes at r = sigma_w > 0 alone: its sign on both sides."""
    yield "a norm", sp.sign(claim), sp.Integer(1)
    slope = by_log_r(action((1,))).subs(m, 0)
    yield "at rest", slope.subs(r, claim), sp.Integer(0)
    for factor in (sp.Rational(3, 4), sp.Rational(5, 4)):
        yield f"{factor} r", sp.sign(slope.subs(r, factor * claim)), sp.sign(factor - 1)


@cache
def limit() -> Derivation:
    """The zero state and its branch.

    Results: ``stiffness`` K (positive on the branch), ``zero_branch`` (zero for the right beta =
    t_1/y_1) and ``gain``. Source: derived here.
    """
    steps = (
        Step(
            "norm at rest",
            "at m = 0 no mode but the zeroth acts on r, and that one is learned or absent",
            by_log_r(action((1,))).subs(m, 0),
            sp.sqrt(sigma_w2),
            equal_on(_radial_cases, "the sign of S_l on both sides"),
            (Assumption.MEAN_FIELD, Assumption.CONTINUUM, Assumption.LARGE_D),
        ),
        Step(
            "stiffness",
            "differentiate S twice in m at the zero state",
            action((1, 2)),
            stiffness(),
            equal_on(_exact_stiffness_cases, "the coefficient of m^2 of the explicit series"),
        ),
        Step(
            "orders in d",
            "Q_jk = sigma_a^2 c_j c_k <m^{j+k}> with <m^2> = 1/(d K), and n/sigma^2 times sigma_a^2"
            " grows like d: mode 0 vanishes, mode 1 solves t_1 (1 + G c_1^2/K) = y_1, others stay",
            sp.Tuple(*(target(k) for k in _MODES)),
            sp.Tuple(
                sp.Eq(amplitude(0), 0),
                sp.Eq(zero_branch(), 0, evaluate=False),
                sp.Eq(amplitude(2), target(2)),
                sp.Eq(amplitude(3), target(3)),
            ),
            all_hold(_order_claims, "regression with four modes at d = 10^3 and 10^5"),
            (Assumption.ZERO_BRANCH,),
        ),
        Step(
            "zero branch",
            "multiply by the stiffness and divide by the target",
            amplitude(1) * (1 + gain * at_rest(1) ** 2 / stiffness()) - target(1),
            zero_branch(),
            equal_on(_row_cases, "the row itself at generic rationals"),
        ),
    )
    results = {"stiffness": stiffness(), "zero_branch": zero_branch()}
    return Derivation("Zero branch of a single-index neuron", steps, results)


def _exact_stiffness_cases(claim: sp.Expr) -> Cases:
    linear = sp.Rational(2, 5)
    field = linear * m * _POINT[at_rest(1)] + m**2 / 7
    whole = -_POINT[u] * field**2 / 2 - sp.log(1 - m**2) / 2
    direct = 2 * sp.series(whole, m, 0, 3).removeO().coeff(m, 2)
    yield "m^2", claim.subs(amplitude(1), linear).subs(_POINT), direct


def _row_cases(claim: sp.Expr) -> Cases:
    for share in (sp.Rational(2, 7), sp.Rational(5, 8)):
        linear = share * _POINT[target(1)]
        bend = stiffness().subs(amplitude(1), linear).subs(_POINT)
        row = linear * (1 + _POINT[gain] * _POINT[at_rest(1)] ** 2 / bend) - _POINT[target(1)]
        at_share = claim.subs(beta, share).subs(_POINT)
        yield share, at_share, row * bend / _POINT[target(1)]
