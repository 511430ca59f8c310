"""Landau's expansion at the zero state, and why the transition is never continuous.

S minimised over r at fixed m is (1 - A) m^2/2 - B m^3 + C m^4 + ... with A = u t_1^2 c_1^2. On the
zero branch 1 - A = beta G c_1^2/(1 - beta) > 0: a feature is reached over a barrier, or never.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on
from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    by_log_r,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    stiffness,
    target,
    zero_branch,
)

_MODES = (1, 2, 3)
_REST = sp.sqrt(sigma_w2)


@cache
def coefficients() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Those of m^2, m^3 and m^4 of S minimised over log r, at the zero state.

    With S = sum_k s_k(l) m^k the minimum moves by -s_2'/s_0'' m^2, which lowers the coefficient of
    m^4 by s_2'^2/(2 s_0'').
    """
    whole = action(_MODES)
    orders = [sp.diff(whole, m, k).subs(m, 0) / sp.factorial(k) for k in range(5)]
    bend = by_log_r(by_log_r(orders[0]))
    lean = by_log_r(orders[2])
    rest = {r: _REST, **{overlap(k): at_rest(k) for k in range(1, 8)}}
    plain = [sp.expand(order.subs(rest)) for order in orders]
    relaxed = plain[4] - sp.expand((lean**2 / (2 * bend)).subs(rest))
    return sp.factor(plain[2]), sp.factor(plain[3]), sp.expand(relaxed)


_POINT = {
    u: sp.Rational(7, 5),
    sigma_w2: sp.Rational(4, 9),
    amplitude(1): sp.Rational(2, 7),
    amplitude(2): sp.Rational(-1, 6),
    amplitude(3): sp.Rational(1, 9),
}


def _explicit(place: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
    """Overlaps of phi(z) = z + z^2/2 + z^3/5, from the Hermite expansion of its powers."""
    return {
        overlap(1): place + 3 * place**3 / 5,
        overlap(2): place**2,
        overlap(3): 6 * place**3 / 5,
    }


def _minimised(place: sp.Expr) -> sp.Expr:
    """S at the cosine ``place``, minimised over r by Newton's method at sixty digits."""
    radius = sp.Symbol("radius", positive=True)
    whole = action(_MODES).subs(_explicit(r)).subs({**_POINT, m: place}).subs(r, radius)
    start = sp.sqrt(_POINT[sigma_w2])
    best = sp.nsolve(sp.diff(whole, radius), radius, start, prec=60)
    return whole.subs(radius, best).evalf(60)


def _series_cases(claim: sp.Tuple) -> Cases:
    """Coefficients from S at four small cosines of either sign."""
    step = sp.Rational(1, 10**6)
    up, down = _minimised(step), _minimised(-step)
    twice_up, twice_down = _minimised(2 * step), _minimised(-2 * step)
    even, twice = (up + down) / 2, (twice_up + twice_down) / 2
    fourth = (twice - 4 * even) / (12 * step**4)
    odd = (up - down) / 2
    coefficients = (even / step**2 - fourth * step**2, odd / step**3, fourth)
    radius = sp.sqrt(_POINT[sigma_w2])
    values = _explicit(radius)
    rest = {at_rest(k): values[overlap(k)] for k in _MODES} | {at_rest(4): 0, at_rest(5): 0}
    for name, value, direct in zip(("m^2", "m^3", "m^4"), claim, coefficients, strict=True):
        yield name, value.subs(rest).subs(_POINT), direct


@cache
def barrier() -> sp.Expr:
    """1 - A on the zero branch: the row solved for the stiffness."""
    left = sp.Symbol("K", real=True)
    row = beta * gain * at_rest(1) ** 2 - (1 - beta) * left
    return sp.solve(row, left)[0]


def _barrier_claims(claim: sp.Expr) -> Claims:
    """Roots of the branch at generic rationals: the claim is the stiffness there, and positive."""
    for strength in (sp.Rational(3, 2), sp.Rational(37, 2), sp.Integer(240)):
        point = {
            u: strength,
            gain: sp.Rational(13, 4),
            at_rest(1): sp.Rational(3, 5),
            target(1): sp.Rational(6, 7),
        }
        bend = stiffness().subs(amplitude(1), beta * target(1)).subs(point)
        roots = sp.Poly(zero_branch().subs(point), beta).nroots(n=30)
        real = [x for x in roots if x.is_real and 0 < x < 1 and bend.subs(beta, x) > 0]
        yield (strength, "one stable root"), len(real) == 1
        value = claim.subs(point).subs(beta, real[0])
        yield (strength, "positive"), bool(value > 0)
        yield (strength, "stiffness"), bool(abs(value - bend.subs(beta, real[0])) < 1e-20 * value)


@cache
def landau() -> Derivation:
    """The expansion of S at the zero state for the modes 1, 2, 3, and the sign of its first term.

    Results: ``quadratic``, ``cubic``, ``quartic`` and ``stiffness_on_branch``, positive for
    0 < beta < 1. The cubic term asks for modes 1 and 2 together. Source: derived here.
    """
    claim = coefficients()
    steps = (
        Step(
            "expansion at the zero state",
            "expand in m; the minimum over log r moves by -s_2'/s_0'' m^2",
            action(_MODES),
            sp.Tuple(*claim),
            close_on(_series_cases, "S of a cubic activation minimised over r at small m", 9),
            (Assumption.LARGE_D,),
        ),
        Step(
            "never continuous",
            "solve the zero branch for the stiffness",
            zero_branch(),
            barrier(),
            all_hold(_barrier_claims, "the branch's stable root at generic rationals"),
            (Assumption.ZERO_BRANCH, Assumption.MEAN_FIELD, Assumption.CONTINUUM),
        ),
    )
    names = ("quadratic", "cubic", "quartic")
    results = {**dict(zip(names, claim, strict=True)), "stiffness_on_branch": barrier()}
    return Derivation("Landau's expansion of a single-index neuron", steps, results)
