"""Birth, coexistence, instability and the end of GMFL-I, in closed form."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, P, a, gamma, lam, mass, sigma2, sigma_a2, u, x, x_v
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.closure import (
    renormalised_coupling,
    ring_lambda,
    zero_lambda,
)
from binodal.models.modular.derivations.saddles import action_density, depth, quadratic, ring

R = sp.Rational
FIG3 = {N: R(1000), P: R(401), sigma_a2: R(1, 500000), gamma: R(1, 10000)}
GENERIC = {N: R(7, 3), P: R(11, 5), sigma_a2: R(3, 13), gamma: R(5, 17)}


@cache
def birth() -> tuple[sp.Expr, sp.Expr]:
    """(u, x) where the ring is born: the quadratic has a double root, x_+ = x_-."""
    critical = sp.solve(sp.discriminant(quadratic(), x), u)
    value = next(root for root in critical if root.is_positive)
    return value, sp.simplify(ring().subs(u, value))


@cache
def coexistence() -> tuple[sp.Expr, sp.Expr]:
    """(u, x) where the ring is as deep as zero: the quadratic and s(x,x)/x share a root."""
    reduced = sp.cancel(action_density().subs(x_v, x) / x)
    eliminated = sp.factor(sp.resultant(reduced, quadratic(), x))
    values = [root for root in sp.solve(eliminated, u) if root.is_positive]
    (value,) = values
    position = next(iter(sp.solve(depth().subs(u, value) / x, x)))
    return value, sp.simplify(position)


@cache
def temperature(coupling: sp.Expr) -> sp.Expr:
    """sigma^2 + lambda at which the mode's coupling takes the value ``coupling``."""
    tau = sp.Symbol("tau", positive=True)
    law = renormalised_coupling().subs(lam, tau - sigma2)
    (root,) = [r for r in sp.solve(sp.simplify(law) - coupling, tau) if r.is_positive]
    return sp.powdenest(sp.simplify(root), force=True)


@cache
def ring_mass(theory: str = "derived") -> sp.Expr:
    """Mass of the ring at temperature sigma^2 in GMFL-I: lambda fills what u leaves open.

    Coexistence pins u, hence sigma^2 + lambda; zero state and ring share the probability,
    and lambda of the zero state vanishes beside the ring's as 1/P^2.
    """
    value, position = coexistence()
    needed = temperature(value) - sigma2
    return sp.simplify(needed / (ring_lambda(theory).subs(x, position) / mass))


@cache
def full_ring(theory: str) -> sp.Expr:
    """Lambda: lambda of a ring at coexistence that holds all of the probability, a monomial."""
    return ring_lambda(theory).subs({x: coexistence()[1], mass: 1})


@cache
def end_of_coexistence(theory: str = "derived") -> sp.Expr:
    """sigma^2 at which the ring holds all of the probability; no event when it isn't positive."""
    return sp.expand(sp.solve(ring_mass(theory) - 1, sigma2)[0])


def _birth_claims(claim: sp.Tuple) -> Claims:
    """Below u_birth the slope s'(x) has no positive zero, above it two (rational sqrt(gamma))."""
    slope = sp.diff(action_density().subs(x_v, x), x)
    for root in (R(2, 7), R(5, 3)):
        critical, position = (e.subs(gamma, root**2) for e in claim)
        for factor, expected in ((R(99, 100), 0), (R(101, 100), 2)):
            polynomial = sp.Poly(slope.subs({gamma: root**2, u: critical * factor}), x)
            yield (root, factor), polynomial.count_roots(0) == expected
        yield (
            (root, "double"),
            sp.Poly(slope.subs({gamma: root**2, u: critical}), x).eval(position) == 0,
        )


def before_coexistence(coupling: sp.Expr, theory: str = "derived") -> sp.Expr:
    """sigma^2 at which u = ``coupling`` while lambda is still the zero state's own."""
    return temperature(coupling) - zero_lambda(theory)


def _insertion_cases(claim: sp.Tuple, theory: str) -> Cases:
    """lambda = 0 and lambda of the zero state, each with its own sigma^2, give the same u."""
    couplings = (birth()[0], coexistence()[0])
    for coupling, bare, held in zip(couplings, claim[:2], claim[2:], strict=True):
        for name, value, level in (
            ("no", bare, 0),
            ("the zero state's", held, zero_lambda(theory)),
        ):
            inserted = renormalised_coupling().subs({lam: level, sigma2: value}, simultaneous=True)
            yield f"{name} lambda", sp.expand_power_base(inserted / coupling, force=True), sp.S.One
            for values in (FIG3, GENERIC):
                yield f"{name} lambda", sp.sign((value + level).subs(values)), sp.S.One


def _coexistence_cases(claim: sp.Tuple) -> Cases:
    """At u_c, s(x,x) is x times a perfect square: never below zero, and zero at x_c."""
    value, position = claim
    diagonal = action_density().subs({x_v: x}).subs(u, value)
    yield "square", sp.expand(diagonal), sp.expand(x * (1 - x / position) ** 2)


def _pinning_claims(claim: sp.Tuple, theory: str) -> Claims:
    """At generic parameters the claimed mass closes the self-consistency with u at coexistence."""
    value, position = coexistence()
    for values in (FIG3, GENERIC):
        critical = temperature(value).subs(values)
        numbers = values | {sigma2: critical * R(9, 10)}
        filled, pinned_a = (e.subs(numbers) for e in claim)
        closing = ring_lambda(theory).subs({x: position}).subs({mass: filled}).subs(numbers)
        pinned = renormalised_coupling().subs({lam: closing}).subs(numbers)
        yield numbers[sigma2], _near(pinned, value.subs(values))
        yield (numbers[sigma2], "a"), _near(pinned_a * (numbers[sigma2] + closing), numbers[sigma2])


def _near(left: sp.Expr, right: sp.Expr) -> bool:
    return bool(abs(sp.N(left - right, 30)) < R(1, 10**25) * abs(sp.N(right, 30)))


def _end_claims(claim: sp.Tuple, theory: str) -> Claims:
    """Solve the closure with all mass on the ring, beyond the end and before it."""
    end, ratio, at_end_a, closure = claim
    for values in (FIG3, GENERIC, FIG3 | {sigma_a2: R(1, 10**18)}):
        at_end = end.subs(values)
        exists = bool(ratio.subs(values) < 1)
        critical_tau = temperature(coexistence()[0]).subs(values)
        yield (theory, "a at the end"), _near(at_end_a.subs(values) * critical_tau, at_end)
        yield (theory, "ratio"), _near((1 - ratio).subs(values) * critical_tau, at_end)
        yield (theory, "exists iff positive"), exists == bool(at_end > 0)
        if exists:
            for factor, deeper in ((R(999, 1000), True), (R(1001, 1000), False)):
                numbers = values | {sigma2: at_end * factor}
                point = _full_ring_coupling(theory, numbers)
                critical = coexistence()[0].subs(values)
                yield (theory, factor), bool(point > critical) is deeper
                tau = sp.N(temperature(u).subs(numbers | {u: point}), 30)
                off = closure.subs(numbers | {u: point, a: numbers[sigma2] / tau + R(1, 7)})
                yield (theory, "closure"), bool(abs(sp.N(7 * off / tau - 1, 20)) < R(1, 10**15))


def _full_ring_coupling(theory: str, values: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    """u solving sigma^2 + lambda(x_+(u)) = tau(u) with mass 1, by bisection above birth."""
    low, high = birth()[0].subs(values), sp.Integer(10) ** 8
    balance = (temperature(u) - sigma2 - ring_lambda(theory).subs({mass: 1}).subs(x, ring())).subs(
        values
    )
    for _ in range(90):
        middle = sp.N(sp.sqrt(low * high), 40)
        low, high = (middle, high) if balance.subs(u, middle) > 0 else (low, middle)
    return low


@cache
def end_ratio(theory: str = "derived") -> sp.Expr:
    """lambda of a full ring over sigma^2 at coexistence: GMFL-I ends iff this is below 1."""
    return sp.simplify(full_ring(theory) / temperature(coexistence()[0]))


def _neuron_cases(claim: sp.Tuple, theory: str) -> Cases:
    """M of N neurons on the ring have M/N of a full ring's lambda, which fills tau - sigma^2."""
    value, each = coexistence()[0], full_ring(theory) / N
    for values in (FIG3, GENERIC):
        numbers = values | {sigma2: temperature(value).subs(values) / 3}
        for count, level in zip(claim, (numbers[sigma2], sp.Integer(0)), strict=True):
            yield level, (count * each).subs(numbers), temperature(value).subs(numbers) - level


def _critical_steps(theory: str) -> tuple[Step, ...]:
    """Birth and coexistence: couplings, then temperatures."""
    (u_b, x_b), (u_c, x_c) = birth(), coexistence()
    limit = (Assumption.LARGE_P,)
    bare = (temperature(u_b), temperature(u_c))
    held = (before_coexistence(u_b, theory), before_coexistence(u_c, theory))
    return (
        Step(
            "birth",
            "discriminant of the quadratic",
            sp.discriminant(quadratic(), x),
            sp.Tuple(u_b, x_b),
            all_hold(_birth_claims, "Sturm counts of s'(x,x) on either side"),
            limit,
            source="B.40",
        ),
        Step(
            "coexistence",
            "eliminate x between the quadratic and s(x,x)/x",
            depth(),
            sp.Tuple(u_c, x_c),
            equal_on(_coexistence_cases, "at u_c the diagonal action is x times a square"),
            limit,
        ),
        Step(
            "temperature",
            "before coexistence lambda is the zero state's, 1/P^2 below a ring's: a -> 1",
            renormalised_coupling(),
            sp.Tuple(*bare, *held),
            equal_on(
                lambda claim: _insertion_cases(claim, theory), "insert the temperatures back into u"
            ),
            limit,
        ),
    )


def _sharing_steps(theory: str) -> tuple[Step, ...]:
    """How ring and zero state share the probability, and when that ends."""
    tau, full = temperature(coexistence()[0]), ring_lambda(theory).subs({mass: 1, x: ring()})
    at_end = (end_of_coexistence(theory), end_ratio(theory), sp.expand(1 - end_ratio(theory)))
    limit = (Assumption.LARGE_P,)
    count = sp.simplify(N * ring_mass(theory))
    return (
        Step(
            "pinning",
            "past coexistence neither state may win, so u and sigma^2 + lambda stay, and the mass "
            "of the ring grows linearly as sigma^2 falls (GMFL-I)",
            mass,
            sp.Tuple(ring_mass(theory), sigma2 / tau),
            all_hold(
                lambda claim: _pinning_claims(claim, theory),
                "the closure itself at generic parameters",
            ),
            limit,
            source="derived here" if theory == "derived" else "B.42",
        ),
        Step(
            "end of GMFL-I",
            "mass 1; if sigma^2 is not positive there, GMFL-I lasts for ever",
            ring_mass(theory) - 1,
            sp.Tuple(*at_end, a * (sigma2 + full) - sigma2),
            all_hold(
                lambda claim: _end_claims(claim, theory), "bisection of the closure with mass 1"
            ),
            limit,
        ),
        Step(
            "neurons of a mode",
            "the mass times N; as sigma^2 -> 0 it ends at tau over the lambda of one neuron",
            ring_mass(theory),
            sp.Tuple(count, count.subs(sigma2, 0)),
            equal_on(lambda claim: _neuron_cases(claim, theory), "lambda neuron by neuron"),
            limit,
        ),
    )


@cache
def events(theory: str = "derived") -> Derivation:
    """The critical couplings and temperatures; ``gmfl2`` exists iff ``gmfl2_ratio`` < 1."""
    require_theory(theory)
    (u_b, x_b), (u_c, x_c) = birth(), coexistence()
    end = end_of_coexistence(theory)
    steps = _critical_steps(theory) + _sharing_steps(theory)
    results = {
        "u_birth": u_b,
        "x_birth": x_b,
        "u_coexistence": u_c,
        "x_coexistence": x_c,
        "sigma2_birth": temperature(u_b),
        "sigma2_coexistence": temperature(u_c),
        "sigma2_birth_with_prior": before_coexistence(u_b, theory),
        "sigma2_coexistence_with_prior": before_coexistence(u_c, theory),
        "mass": ring_mass(theory),
        "a_pinned": sigma2 / temperature(u_c),
        "sigma2_gmfl2": end,
        "a_gmfl2": sp.expand(1 - end_ratio(theory)),
        "gmfl2_ratio": end_ratio(theory),
        "closure_gmfl2": a * (sigma2 + ring_lambda(theory).subs({mass: 1, x: ring()})) - sigma2,
        "neurons_per_mode": sp.simplify(N * ring_mass(theory)),
        "neurons_per_mode_cold": sp.simplify(N * ring_mass(theory)).subs(sigma2, 0),
    }
    return Derivation("Events", steps, results)
