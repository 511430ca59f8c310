"""Self-consistency: a and lambda, the convex potential behind them, and their uniqueness."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import exp, gcd, log, log1p

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, ExactCases, all_hold, exact_on, generic_fractions
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step, equal_on
from binodal.derive.symbols import (
    N,
    P,
    a,
    gamma,
    k,
    lam,
    mass,
    sigma2,
    sigma_a2,
    u,
    x,
    x_v,
    xy_mean,
)
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.action import (
    action,
    interaction_per_character,
    mode_action,
    to_moduli,
)
from binodal.models.modular.derivations.closure_checks import solve_cases, state_cases
from binodal.models.modular.derivations.data import data
from binodal.models.modular.derivations.kernel import kernel
from binodal.models.modular.derivations.posterior import Row
from binodal.models.modular.derivations.potential import potential_step
from binodal.models.modular.derivations.printed import printed_ring_count
from binodal.models.modular.derivations.quadrature import averages
from binodal.models.modular.derivations.reading import read
from binodal.models.modular.derivations.residual import real_space_interaction, residual_by_modes
from binodal.models.modular.derivations.saddles import depth, quadratic, ring
from binodal.models.modular.derivations.symmetries import modes

LOG_Z = sp.Function("log_z")
_VARIANCE = sp.Function("Var")(sp.Symbol("x x_v"))


def residual_factor() -> sp.Expr:
    """a in r = a y: r = y - Q (Q + sigma^2)^{-1} y on an eigenvector of eigenvalue lambda (> 0)."""
    return sp.simplify(1 - lam / (lam + sigma2))


def kernel_factor(theory: str = "derived") -> sp.Expr:
    """lambda / <x x_v>: 4 P^2 sigma_a^2 derived, sigma_a^2 as printed in B.37b."""
    return kernel(theory).results["lambda"] / xy_mean


@cache
def renormalised_coupling() -> sp.Expr:
    """u with a = sigma^2/(sigma^2 + lambda) inserted: it depends on sigma^2 + lambda alone."""
    return sp.simplify(mode_action().coupling.subs(a, residual_factor()))


@cache
def potential_weight(theory: str = "derived") -> sp.Expr:
    """c in G(a) = c log z(a) + (1 - a)^2/2, whose stationarity is the closure.

    Derived: N sigma^2 log Z(r) + |y - r|^2/2 at r = a y, where log Z is the sum over the
    independent modes and |y|^2 counts all P labels. The printed closure has no such origin:
    there c is what makes a lambda/sigma^2 = 1 - a the stationarity, if anything does.
    """
    mode = mode_action(theory)
    if theory == "derived":
        modes_by_norm = (P - 1) / 2 / (P * data().results["target_norm"])
        return sp.simplify(N * sigma2 * modes_by_norm)
    return sp.simplify(
        a * kernel_factor(theory) / (sigma2 * mode.factor * sp.diff(mode.coupling, a))
    )


def ring_lambda(theory: str = "derived") -> sp.Expr:
    """lambda when a fraction ``mass`` of the neurons has mode k on its ring at x."""
    return kernel_factor(theory) * mass * x**2


def zero_lambda(theory: str = "derived") -> sp.Expr:
    """lambda of the state at zero: the prior's 4 sigma_a^2, or 0 as printed in B.42."""
    if require_theory(theory) == "published":
        return sp.S.Zero
    return kernel().results["lambda_prior"]


def _decoupling_cases(claim: sp.Expr) -> ExactCases:
    """A residual with another a_k on each class of gcd(k,P): the interaction is still diagonal."""
    for order in (4, 5, 6, 8, 9):
        w, v = (tuple(generic_fractions(order, order + i)) for i in (0, 1))
        divisors = [d for d in range(1, order) if order % d == 0]
        factors = dict(zip(divisors, generic_fractions(len(divisors), 3), strict=True))
        r = residual_by_modes(order, factors)
        diagonal = _diagonal_interaction(claim, w, v, factors)
        yield order, real_space_interaction(w, v, r), diagonal


def _diagonal_interaction(claim: sp.Expr, w: Row, v: Row, factors: dict[int, Fraction]) -> Fraction:
    """The sum over k of the claim at a_k and |w_k|^2 |v_k|^2, with the action's own factor."""
    order = len(w)
    strength = sigma_a2 * a**2 / (2 * N * sigma2**2)
    multiple = sp.simplify(to_moduli(interaction_per_character()) / (strength * x * x_v))
    total, factor = modes(w)[0] * 0, int(multiple.subs(P, order))
    shares = {"a": lambda label: factors[gcd(label, order)]}
    for label, (left, right) in enumerate(zip(modes(w), modes(v), strict=True)):
        if label:
            square = left * left.conjugate() * right * right.conjugate()
            total += read(claim, order, {k: label, xy_mean: square}, functions=shares) * factor
    return total.as_fraction()


def _variance_claims(claim: sp.Expr) -> Claims:
    """d<x x_v>/da is the claim, and positive, by differences of independent quadratures."""
    mode, h = mode_action(), 1e-4
    for size, at_a, at_gamma in ((1.5, 0.6, 0.4), (1.25, 0.9, 0.5), (2, 0.75, 0.2)):
        point = {N: 7, P: size, sigma_a2: 0.6, sigma2: 0.8, gamma: at_gamma, a: at_a}
        exponent = float(mode.factor.subs(point))
        up, here, down = (
            averages(float(mode.coupling.subs({**point, a: at_a + s * h})), at_gamma, exponent)
            for s in (1, 0, -1)
        )
        slope = (up.mean - down.mean) / (2 * h)
        claimed = float(claim.subs(_VARIANCE, here.variance).subs(point))
        yield (size, at_gamma), abs(slope - claimed) < 1e-5 * slope
        yield (size, "positive"), claimed > 0


def _printed_growth() -> sp.Tuple:
    """Slopes in u of x_+ and of -s(x_+), which the ring's weight goes with."""
    return sp.Tuple(sp.diff(ring(), u), -sp.diff(depth().subs(x, ring()), u))


def _printed_claims(claim: sp.Tuple) -> Claims:
    """The printed <x x_v> grows with u: both the ring and its weight do."""
    outward, deeper = claim
    yield "-ds(x_+)/du = x_+^2", sp.simplify(deeper - ring() ** 2) == 0
    implicit = -(sp.diff(quadratic(), u) / sp.diff(quadratic(), x)).subs(x, ring())
    yield "dx_+/du", sp.simplify(outward - implicit) == 0
    r = sp.Symbol("r", positive=True)
    growth = sp.simplify(outward.subs(gamma, u**2 - r**2))
    yield "x_+ grows", growth.subs({u: r + sp.Symbol("t", positive=True)}).is_positive is True


def _log_partition(
    theory: str, at_u: float, at_gamma: float, exponent: float
) -> tuple[float, float]:
    """(log z, <x x_v>) of one mode: by quadrature, or of the printed two-state mixture B.41."""
    if theory == "derived":
        law = averages(at_u, at_gamma, exponent)
        return log(law.partition), law.mean
    values = {u: at_u, gamma: at_gamma}
    point = float(ring().subs(values))
    odds = float(printed_ring_count()) * exp(-exponent * float(depth().subs(values | {x: point})))
    return log1p(odds), odds / (1 + odds) * point**2


def _potential_claims(claim: sp.Tuple, theory: str) -> Claims:
    """Differences of c log z(a) against a lambda/sigma^2, and convexity of the exponent in a."""
    mode, h = mode_action(theory), 1e-3
    yield "exponent convex in a", sp.diff(mode.coupling, a, 2).is_positive is True
    for at_a in (0.75, 0.79):
        values = {N: 7, P: 3, sigma_a2: 0.2, sigma2: 0.8, gamma: 0.15}
        couplings = [float(mode.coupling.subs(values | {a: at_a + s * h})) for s in (1, 0, -1)]
        exponent = float(mode.factor.subs(values))
        up, here, down = (_log_partition(theory, c, 0.15, exponent) for c in couplings)
        slope = float(claim[1].subs(values)) * (up[0] - down[0]) / (2 * h)
        pull = at_a * float(kernel_factor(theory).subs(values)) * here[1] / values[sigma2]
        yield (theory, at_a), abs(slope - pull) < 1e-4 * pull
        tangent = LOG_Z(a), (a - at_a) * (up[0] - down[0]) / (2 * h)
        gradient = float(claim[0].subs(*tangent).doit().subs(values | {a: at_a}))
        yield (theory, at_a, "gradient"), abs(gradient - (pull - (1 - at_a))) < 1e-4 * pull


def _residual_steps(theory: str) -> tuple[Step, ...]:
    """a, its sign, and why every character has the same a."""
    mode = mode_action(theory)
    complete, fields = (Assumption.COMPLETE_DATA,), (Assumption.MEAN_FIELD,)
    return (
        Step(
            "residual",
            "r = y - Q(Q + sigma^2)^{-1} y with Q y = lambda y; M.17 prints -a because M.8 and "
            "B.38 disagree on the sign of the residual: only a^2 enters the action",
            1 - lam / (lam + sigma2),
            sp.Tuple(residual_factor(), sp.expand(a * (sigma2 + lam) - sigma2)),
            exact_on(
                solve_cases, "exact linear solves at P = 3, 5 with a generic invariant kernel"
            ),
            fields + complete,
            source="M.17",
        ),
        Step(
            "modes of the residual",
            "if each character had its own a_k, the action would still be a sum over k with a_k^2 "
            "in place of a^2; all k != P/2 then obey one and the same closure",
            a**2 * xy_mean,
            sp.Function("a")(k) ** 2 * xy_mean,
            exact_on(_decoupling_cases, "real-space sums with unequal a_k, P = 4, 5, 6, 8, 9"),
            complete,
        ),
        Step(
            "renormalised temperature",
            "insert a: u depends on sigma^2 + lambda only",
            mode.coupling,
            renormalised_coupling(),
            equal_on(
                lambda claim: [
                    ("u", claim * (sigma2 + lam) ** 2, mode.coupling * sigma2**2 / a**2)
                ],
                "a/sigma^2 = 1/(sigma^2 + lambda)",
            ),
        ),
        Step(
            "lambda of the states",
            "insert the law of the zero state, and of a fraction of the neurons on a ring",
            kernel(theory).results["lambda"],
            sp.Tuple(zero_lambda(theory), ring_lambda(theory)),
            exact_on(
                lambda claim: state_cases(claim, theory),
                "the prior's kernel entry by entry, and all phases of a law of two states",
            ),
            (Assumption.UNIFORM_PHASES,),
            source="B.42",
        ),
    )


def _uniqueness_steps(theory: str) -> tuple[Step, ...]:
    """The potential, and one solution."""
    weight, mode = potential_weight(theory), mode_action(theory)
    unique = (
        all_hold(_variance_claims, "slopes of quadratures against quadratures of the variance")
        if theory == "derived"
        else all_hold(_printed_claims, "symbolic slopes of x_+ and of its depth")
    )
    return (
        Step(
            "potential",
            "log z is convex in a (exp of a convex function of a, averaged), (1-a)^2/2 strictly "
            "so: the closure is the stationarity of a strictly convex G and has one solution",
            a * lam / sigma2 - (1 - a),
            sp.Tuple(sp.Derivative(weight * LOG_Z(a) + (1 - a) ** 2 / 2, a), weight),
            all_hold(
                lambda claim: _potential_claims(claim, theory),
                "differences of log z against the mean that enters lambda, at generic parameters",
            ),
            (Assumption.MODE_DECAY,),
        ),
        Step(
            "uniqueness",
            "lambda is non-decreasing in a while sigma^2 (1/a - 1) falls strictly: one crossing"
            if theory == "derived"
            else "printed lambda grows with a where x_+ exists and is 0 below birth: at most one "
            "crossing, and none only in a window exp(-P s) wide at birth, where lambda jumps",
            lam - sigma2 * (1 / a - 1),
            sp.diff(mode.coupling, a) * mode.factor * _VARIANCE
            if theory == "derived"
            else _printed_growth(),
            unique,
        ),
    )


@cache
def closure(theory: str = "derived") -> Derivation:
    """M.17, B.38: a, lambda and u; for fixed parameters they have one solution."""
    require_theory(theory)
    weight, mode = potential_weight(theory), mode_action(theory)
    given = action(theory).step_of("u"), kernel(theory).step_of("lambda")
    steps = (*given, potential_step(), *_residual_steps(theory), *_uniqueness_steps(theory))
    results = {
        "a": residual_factor(),
        "lambda": kernel(theory).results["lambda"],
        "lambda_zero": zero_lambda(theory),
        "lambda_ring": ring_lambda(theory),
        "u": mode.coupling,
        "u_of_lambda": renormalised_coupling(),
        "potential_weight": weight,
        "closure": sp.expand(a * (sigma2 + lam) - sigma2),
    }
    return Derivation("Self-consistent residual", steps, results)
