"""The order of the transition: what a teacher's modes decide for every value of the parameters.

The zero state is never unstable (``landau``), so no transition is continuous and no tricritical
point exists. A mode beyond the linear one keeps its target, and as u grows it wins against any
cost. The linear mode alone has A = u t_1^2 c_1^2 < 1, which can be too little at every place.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import (
    action,
    amplitude,
    by,
    by_log_r,
    field,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.landau import coefficients
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    target,
    with_zero_branch,
    zero_branch,
)

_MODES = (1, 2, 3)
_AT = sp.Symbol("A", positive=True)
"""A = u t_1^2 c_1^2 in the zero state, below one on the zero branch."""
_HERE, _TILT = sp.Symbol("g", positive=True), sp.Symbol("h", real=True)
"""c_1(r)/c_1(sigma_w), and its slope d log g/d log r = 1 + c_3/c_1."""


@cache
def strong_action(modes: tuple[int, ...]) -> sp.Expr:
    """S/u as u grows along the zero branch: what the modes beyond the linear one leave."""
    force = field(tuple(k for k in modes if k > 1))
    return -(force.subs({amplitude(k): target(k) for k in modes}) ** 2) / 2


@cache
def linear_saddle() -> sp.Expr:
    """r^2/sigma_w^2 - 1 at a saddle of the linear mode alone, in A, g and h.

    S_m = 0 says 1/(1 - m^2) = A g^2, and S_l = 0 has A m^2 g^2 h for the rest.
    """
    whole = action((1,))
    pull = _AT * _HERE**2
    place = sp.solve(_in_ratios(by(whole, "m")) / m, m**2)[0]
    slope = _in_ratios(by_log_r(whole)).subs(m**2, place)
    norm = sp.Symbol("norm")
    (solution,) = sp.solve(slope.subs(r**2, norm * sigma_w2), norm)
    return sp.factor(solution - 1).subs(pull, _AT * _HERE**2)


def _in_ratios(expression: sp.Expr) -> sp.Expr:
    """With u t_1^2 c_1^2 = A g^2 and c_3 = (h - 1) c_1."""
    strength = _AT * _HERE**2 / (amplitude(1) ** 2 * overlap(1) ** 2)
    tilted = expression.subs(overlap(3), (_TILT - 1) * overlap(1))
    return sp.expand(tilted.subs(u, strength))


@cache
def soft_quartic() -> sp.Expr:
    """The coefficient of m^4 for the linear mode alone as A reaches one: (1 - h^2)/4."""
    alone = coefficients()[2].subs({amplitude(2): 0, amplitude(3): 0})
    tilted = alone.subs(at_rest(3), (_TILT - 1) * at_rest(1))
    return sp.factor(tilted.subs(u, 1 / (amplitude(1) ** 2 * at_rest(1) ** 2)))


_PLACE = {
    m: sp.Rational(3, 7),
    r: sp.Rational(5, 6),
    sigma_w2: sp.Rational(4, 9),
    gain: sp.Rational(13, 4),
    at_rest(1): sp.Rational(3, 5),
    **{overlap(k): sp.Rational(2 * k - 3, 7 + k) for k in _MODES},
    **{target(k): sp.Rational(5 - k, 3 + k) for k in _MODES},
}


def _strong_claims(claim: sp.Expr) -> Claims:
    """S/u on the branch's own root at two couplings: what is left falls as u^(-1/2)."""
    whole = with_zero_branch(action(_MODES), _MODES, True).subs(_PLACE)
    wanted, errors = claim.subs(_PLACE), []
    for strength in (sp.Integer(10) ** 8, sp.Integer(10) ** 10):
        row = zero_branch().subs(_PLACE).subs(u, strength)
        pole = 1 / (sp.sqrt(strength) * (at_rest(1) * target(1)).subs(_PLACE))
        share = sp.nsolve(row, beta, (0, pole), solver="anderson", prec=40, verify=False)
        errors.append(abs((whole.subs({u: strength, beta: share}) / strength - wanted).evalf(30)))
    yield "negative", bool(wanted < 0)
    yield "near", bool(errors[0] < abs(wanted) / 100)
    yield "falls like u^(-1/2)", bool(8 * errors[1] < errors[0] < 12 * errors[1])


def _saddle_claims(claim: sp.Expr) -> Claims:
    """Both slopes vanish at the claimed norm, at generic A, g and h."""
    for strength, here, tilt in (("3/4", "3/2", "2/5"), ("5/6", "9/5", "-1/3")):
        point = {_AT: sp.Rational(strength), _HERE: sp.Rational(here), _TILT: sp.Rational(tilt)}
        pull = (_AT * _HERE**2).subs(point)
        square = 1 - 1 / pull
        norm = 1 + claim.subs(point)
        place = {m: sp.sqrt(square), overlap(1): sp.Rational(2, 7), amplitude(1): sp.Rational(3, 5)}
        place |= {overlap(3): (point[_TILT] - 1) * place[overlap(1)]}
        strength_u = pull / (place[amplitude(1)] * place[overlap(1)]) ** 2
        slopes = (by(action((1,)), "m"), by_log_r(action((1,))))
        for name, slope in zip("ml", slopes, strict=True):
            value = slope.subs({r: sp.sqrt(norm * sigma_w2), u: strength_u}).subs(place)
            yield (strength, name), sp.simplify(value) == 0
    gaps = {_AT: sp.Rational(3, 4), _HERE: sp.Rational(3, 2)}
    growth = claim.subs(gaps)
    yield "below g^2 - 1", bool(growth.subs(_TILT, 1) < _HERE.subs(gaps) ** 2 - 1)
    yield "of the sign of h", bool(growth.subs(_TILT, -1) < 0 < growth.subs(_TILT, 1))


def _quartic_cases(claim: sp.Expr) -> Cases:
    """S of c_1(r) = c (r/sigma_w)^h minimised over r, expanded in m at A = 1."""
    log_radius, radial = sp.Symbol("v", real=True), sp.Symbol("w", real=True)
    for tilt in (sp.Rational(1, 3), sp.Rational(-3, 2)):
        cost = sp.exp(2 * log_radius) / 2 - sp.Rational(1, 2) - log_radius - sp.log(1 - m**2) / 2
        whole = cost - m**2 * sp.exp(2 * tilt * log_radius) / 2
        moved = sp.series(whole.subs(log_radius, radial * m**2), m, 0, 5).removeO().coeff(m, 4)
        lowest = sp.solve(sp.diff(moved, radial), radial)[0]
        yield tilt, claim.subs(_TILT, tilt), moved.subs(radial, lowest)


@cache
def order() -> Derivation:
    """What the order of the transition rests on.

    Results: ``strong_action``, S/u as u grows, negative where any mode beyond the linear one acts;
    ``linear_saddle``, r^2/sigma_w^2 - 1 = (A g^2 - 1) h of any saddle of the linear mode alone,
    which no r satisfies where h <= 1 above sigma_w and h >= 0 below, as A < 1 and then g^2 is
    at most r^2/sigma_w^2; ``soft_quartic``, negative for |h| > 1. Source: derived here.
    """
    steps = (
        Step(
            "strong coupling",
            "t_1 = beta y_1 falls as u^(-1/2), the other modes keep their targets: S/u tends to "
            "-(sum_{k>1} y_k m^k c_k)^2/2, so a minimum below zero is reached over a barrier",
            with_zero_branch(action(_MODES), _MODES, True),
            strong_action(_MODES),
            all_hold(_strong_claims, "roots of the zero branch at u = 10^8 and 10^10"),
            (Assumption.ZERO_BRANCH, Assumption.LARGE_D),
        ),
        Step(
            "saddles of the linear mode",
            "eliminate m from S_m = S_l = 0",
            action((1,)),
            linear_saddle(),
            all_hold(_saddle_claims, "both slopes at generic A, g and h"),
        ),
        Step(
            "a soft linear mode",
            "the coefficient of m^4 as A reaches one, where u is infinite",
            coefficients()[2],
            soft_quartic(),
            equal_on(_quartic_cases, "a power law for c_1, minimised over r and expanded"),
        ),
    )
    results = {
        "strong_action": strong_action(_MODES),
        "linear_saddle": linear_saddle(),
        "soft_quartic": soft_quartic(),
    }
    return Derivation("Order of a single-index transition", steps, results)
