"""Learning curves of an erf neuron: loss by mode, evidence, and response to a target."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import mpmath
import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.evidence import evidence, log_evidence
from binodal.derive.mean_field import spring
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import (
    N,
    b,
    c,
    d,
    epsilon,
    kappa,
    m,
    n,
    q,
    rho,
    sigma2,
    sigma_a2,
    sigma_w2,
)
from binodal.models.teacher_student.derivations.action import action, published_in_q
from binodal.models.teacher_student.derivations.closure import normalisation
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.limit import (
    droplet_equations,
    gain,
    zero_branch,
    zero_stiffness,
)

MODES = (b, c)
TARGETS = (sp.Integer(1), epsilon)
_SIZES = (200, 800)


def shares() -> list[sp.Expr]:
    """k! t_k^2, mode by mode."""
    return [(normalisation(k) * t) ** 2 for k, t in enumerate(MODES)]


def log_partition() -> sp.Expr:
    """log z of the zero state: q fluctuates by 1/(d S''(0)), by sigma_w^2/d under the prior."""
    return -sp.log(sigma_w2 * zero_stiffness()) / 2


def potential() -> sp.Expr:
    """Phi of the zero state in b and c."""
    modes = enumerate(zip(MODES, TARGETS, strict=True))
    gaps = ((normalisation(k) * (y - t)) ** 2 for k, (t, y) in modes)
    return log_evidence(log_partition(), sp.Add(*gaps), sp.S.Zero, spring(n))


def whole_target() -> sp.Expr:
    """(spring/2)|y|^2."""
    return spring(n) / 2 * sp.Add(*shares()).subs(dict(zip(MODES, TARGETS, strict=True)))


@cache
def linear_response() -> sp.Expr:
    """db/dy_1 on the zero branch, y_1 the coefficient of H1 in the target, at y_1 = 1."""
    return sp.factor(1 / sp.diff(b * (1 + gain() / zero_stiffness()), b))


@cache
def droplet_rows(theory: str) -> tuple[sp.Expr, ...]:
    """S, its slope and both rows of the closure with a mass m/d at rho: zero past coexistence."""
    density = action(theory).density()
    return (density, sp.diff(density, rho), *droplet_equations())


def raised(row: sp.Expr, y: sp.Expr) -> sp.Expr:
    """By how much a row falls as its target grows: it is linear in the target."""
    return -sp.simplify(row.subs({b: 0, c: 0, m: 0}) / y)


_POINT = {
    n: sp.Integer(3000),
    d: sp.Integer(150),
    N: sp.Integer(700),
    sigma2: sp.Rational(3, 10),
    sigma_w2: sp.Rational(3, 7),
    sigma_a2: sp.Rational(2, 175),
    epsilon: sp.Rational(-1, 5),
}


def _share_cases(claim: sp.Tuple) -> Cases:
    """The mean square of one Hermite polynomial by a Gaussian integral."""
    z = sp.Symbol("z", real=True)
    density = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
    for share, shape, t in zip(claim, (z, z**3 - 3 * z), MODES, strict=True):
        yield t, share, sp.integrate(sp.expand((t * shape) ** 2) * density, (z, -sp.oo, sp.oo))


def _partition_claims(claim: sp.Expr) -> Claims:
    """exp(-d S) against the prior's, over q at two sizes: what is left falls as 1/d."""
    point = {b: sp.Rational(2, 3), c: sp.Rational(-1, 9), kappa: sp.Rational(4, 5)}
    point |= {sigma_w2: _POINT[sigma_w2]}
    value = float(sp.N(claim.subs(point)))
    heights = [
        sp.lambdify(q, published_in_q().subs(x), "mpmath") for x in (point, {**point, kappa: 0})
    ]

    def weighed(height: Callable[[mpmath.mpf], mpmath.mpf], size: int) -> mpmath.mpf:
        return mpmath.quad(lambda x: mpmath.exp(-size * height(x)), [-1, 0, 1], maxdegree=8)

    ratios = (weighed(heights[0], size) / weighed(heights[1], size) for size in _SIZES)
    errors = [abs(float(mpmath.log(ratio)) - value) for ratio in ratios]
    yield "near", errors[0] < 1 / 50
    yield "falls like 1/d", 3.5 * errors[1] < errors[0] < 4.5 * errors[1]


def _potential_cases(claim: sp.Tuple) -> Cases:
    """Its slopes are the zero branch's rows; with all learned nothing of the target is lost."""
    held, lost = claim
    point = {**_POINT, kappa: coupling().subs(_POINT), b: sp.Rational(2, 7)}
    row = sp.diff(held, b) * zero_stiffness() / spring(n)
    yield "slope in b", row.subs(point), zero_branch().subs(point)
    yield "slope in c", sp.diff(held, c).subs(c, epsilon), sp.S.Zero
    learned = held.subs({b: 0, c: 0}) - log_partition().subs(b, 0)
    yield "all learned", sp.simplify(learned - lost), sp.S.Zero
    direct = n / (2 * N * sigma2) * (1 + 6 * epsilon**2)
    yield "target", lost, direct


def _response_cases(claim: sp.Expr) -> Cases:
    """b at two targets beside 1, from the row by Newton's method at sixty digits."""
    point = {**_POINT, kappa: coupling().subs(_POINT)}
    row = (b * (1 + gain() / zero_stiffness())).subs(point)

    def root(y: sp.Expr) -> sp.Expr:
        return sp.nsolve(row - y, b, sp.Rational(1, 3), prec=60)

    step = sp.Rational(1, 10**12)
    slope = (root(1 + step) - root(1 - step)) / (2 * step)
    yield "difference", claim.subs(point).subs(b, root(sp.Integer(1))), slope


@cache
def curves() -> Derivation:
    """Loss, evidence and response of the zero branch.

    Results: ``loss_b`` and ``loss_c``, ``log_partition``, ``potential`` and ``whole_target``, whose
    difference is the log evidence per neuron, and ``linear_response``. Source: derived here.
    """
    steps = (
        *evidence().steps,
        Step(
            "loss by mode",
            "H1 and H3 are orthogonal with mean squares 1 and 6: the modes' losses add up",
            (b * sp.Symbol("H1") + c * sp.Symbol("H3")) ** 2,
            sp.Tuple(*shares()),
            equal_on(_share_cases, "Gaussian integrals"),
            (Assumption.GAUSSIAN_DATA, Assumption.MODE_ANSATZ),
        ),
        Step(
            "one neuron's weight in the zero state",
            "expand S in q: the average weight is (sigma_w^2 S''(0))^(-1/2)",
            published_in_q(),
            log_partition(),
            all_hold(_partition_claims, "quadrature over q at d = 200 and 800"),
            (Assumption.LARGE_D, Assumption.ZERO_BRANCH),
        ),
        Step(
            "evidence of the zero branch",
            "put it into Phi, and |y|^2 and |y - t|^2 by modes",
            evidence().results["log_evidence"],
            sp.Tuple(potential(), whole_target()),
            equal_on(_potential_cases, "its slopes are the zero branch's rows"),
            (Assumption.CONTINUUM,),
        ),
        Step(
            "response to the target",
            "differentiate b (1 + G/S''(0)) = y_1; c follows its target",
            zero_branch(),
            linear_response(),
            close_on(_response_cases, "roots at two targets beside each other", 15),
        ),
    )
    results = {
        **evidence().results,
        **{f"loss_{t}": share for t, share in zip(MODES, shares(), strict=True)},
        "log_partition": log_partition(),
        "potential": potential(),
        "whole_target": whole_target(),
        "linear_response": linear_response(),
    }
    return Derivation("Learning curves of an erf neuron", steps, results)
