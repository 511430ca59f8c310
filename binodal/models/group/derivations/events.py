"""Birth, coexistence and the end of sharing, irrep by irrep."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, a, gamma, mass, sigma2, sigma_a2, x
from binodal.models.group.derivations.action import coupling
from binodal.models.group.derivations.kernel import eigenvalue, kernel
from binodal.models.group.derivations.saddles import saddles
from binodal.models.group.derivations.symbols import dimension, order, overlap, rank
from binodal.models.modular.derivations import events as cyclic

R = sp.Rational
GENERIC = {N: R(7, 3), order: R(11, 1), sigma_a2: R(3, 13), gamma: R(5, 17), dimension: R(4)}


def critical_couplings() -> tuple[sp.Expr, sp.Expr, sp.Expr, sp.Expr]:
    """(u, x) at birth and at coexistence of one singular value: those of a cyclic group."""
    return *cyclic.birth(), *cyclic.coexistence()


def temperature(of: sp.Expr) -> sp.Expr:
    """sigma^2 + lambda at which the coupling of a block is ``of``: the same for every irrep."""
    tau = sp.Symbol("tau", positive=True)
    felt = coupling().subs(a, sigma2 / tau)
    (root,) = sp.solve(sp.simplify(felt) - of, tau)
    return sp.powdenest(sp.simplify(root), force=True)


def lambda_schatten() -> sp.Expr:
    """lambda of a block of which a share m of the singular values sits at x: d_rho cancels."""
    return sp.simplify(eigenvalue().subs(overlap, dimension * mass * x**2))


def lambda_frobenius() -> sp.Expr:
    """lambda of a block of which a share m of the neurons has rank r and |W|^2 = |V|^2 = x."""
    return sp.simplify(eigenvalue().subs(overlap, mass * x**2 / rank))


def _sharing(level: sp.Expr, at_u: sp.Expr, at_x: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Mass that pins the coupling, and sigma^2 where it is 1."""
    needed = temperature(at_u) - sigma2
    full = level.subs({x: at_x, mass: 1})
    return sp.simplify(needed / full), sp.expand(temperature(at_u) - full)


def _temperature_cases(claim: sp.Tuple) -> Cases:
    """Put back into the coupling, with a = sigma^2/(sigma^2 + lambda) for two values of lambda."""
    u_b, _, u_c, _ = critical_couplings()
    for tau, wanted in zip(claim, (u_b, u_c, rank * u_b, rank * u_c), strict=True):
        for share in (R(1), R(3, 8)):
            felt = coupling().subs({a: share, sigma2: share * tau})
            yield wanted, sp.simplify(sp.powdenest(felt / wanted, force=True)), sp.S.One
        yield (wanted, "positive"), sp.sign(tau.subs({**GENERIC, rank: 2})), sp.S.One


def _lambda_cases(claim: sp.Tuple) -> Cases:
    """|W V|^2 of diagonal matrices, counted entry by entry, in place of the formula's moments."""
    for d, share, at_rank in ((4, R(1, 4), 2), (6, R(1, 2), 3)):
        point = {dimension: d, mass: share, rank: at_rank}
        square = sum(x**2 for _ in range(int(d * share)))
        yield (
            (d, "schatten"),
            claim[0].subs(point),
            eigenvalue().subs({overlap: square, dimension: d}),
        )
        each = sum((x / at_rank) ** 2 for _ in range(at_rank))
        yield (
            (d, "frobenius"),
            claim[1].subs(point),
            eigenvalue().subs({overlap: share * each, dimension: d}),
        )


_Decay = tuple[dict[sp.Symbol, sp.Expr], sp.Expr, sp.Expr, sp.Expr, sp.Expr]


def _decays(claim: sp.Tuple) -> Iterator[_Decay]:
    """Parameters, one claim, lambda, and u and x at coexistence: both decays, ranks 1 and 2."""
    _, _, u_c, x_c = critical_couplings()
    for r in (1, 2):
        point = {**GENERIC, rank: R(r)}
        yield point, claim[0], lambda_schatten(), u_c, x_c
        yield point, claim[1], lambda_frobenius(), rank * u_c, x_c


def _pinning_claims(claim: sp.Tuple) -> Claims:
    """At the claimed mass the closure's own lambda pins the coupling, for both decays."""
    for place, share, level, at_u, at_x in _decays(claim):
        tau = temperature(at_u).subs(place)
        below = {**place, sigma2: tau * R(9, 10)}
        filled = share.subs(below)
        closing = level.subs({x: at_x}).subs({mass: filled}).subs(below)
        factor = below[sigma2] / (below[sigma2] + closing)
        pinned = coupling().subs({a: factor}).subs(below)
        yield level, bool(abs(sp.N(pinned / at_u.subs(place) - 1, 30)) < R(1, 10**25))


def _end_claims(claim: sp.Tuple) -> Claims:
    for place, end, level, at_u, at_x in _decays(claim):
        full = level.subs({x: at_x, mass: 1}).subs(place)
        left = sp.N(end.subs(place) + full - temperature(at_u).subs(place), 30)
        yield level, bool(abs(left) < R(1, 10**25))


_LARGE = (Assumption.LARGE_P,)


def _temperatures() -> tuple[sp.Expr, ...]:
    """Birth and coexistence, then the same at rank r under ``frobenius``."""
    u_b, _, u_c, _ = critical_couplings()
    return tuple(temperature(of) for of in (u_b, u_c, rank * u_b, rank * u_c))


def _shared() -> tuple[sp.Expr, ...]:
    """Mass and end of sharing under ``schatten``, then at rank r under ``frobenius``."""
    _, _, u_c, x_c = critical_couplings()
    frobenius = _sharing(lambda_frobenius(), rank * u_c, x_c)
    return *_sharing(lambda_schatten(), u_c, x_c), *frobenius


def _critical_steps() -> tuple[Step, ...]:
    """Where events are."""
    return (
        Step(
            "temperatures",
            "u depends on sigma^2 + lambda alone and holds neither d_rho nor the type: all irreps "
            "are born and coexist at one temperature; under frobenius rank r needs r times the "
            "coupling, and quaternionic irreps have r >= 2",
            coupling(),
            sp.Tuple(*_temperatures()),
            equal_on(_temperature_cases, "put back into the coupling"),
            _LARGE,
        ),
        Step(
            "lambda of a filled block",
            "schatten: each of d singular values is at x with probability m; frobenius: a share m "
            "of the neurons has r equal ones",
            kernel().results["lambda"],
            sp.Tuple(lambda_schatten(), lambda_frobenius()),
            equal_on(_lambda_cases, "diagonal matrices, entry by entry"),
            _LARGE,
        ),
    )


def _sharing_steps() -> tuple[Step, ...]:
    """What holds below coexistence."""
    mass_one, end_one, mass_ranked, end_ranked = _shared()
    return (
        Step(
            "sharing",
            "past coexistence the coupling stays where the ring is as deep as zero",
            mass,
            sp.Tuple(mass_one, mass_ranked),
            all_hold(_pinning_claims, "the closure at generic parameters"),
            _LARGE,
            source="B.42",
        ),
        Step(
            "end of sharing",
            "mass 1; if sigma^2 is not positive there, sharing lasts for ever",
            sp.Tuple(mass_one - 1, mass_ranked - 1),
            sp.Tuple(end_one, end_ranked),
            all_hold(_end_claims, "lambda of a full ring added to it"),
            _LARGE,
        ),
    )


@cache
def events() -> Derivation:
    """Critical temperatures of a block: under ``schatten`` the same for all irreps.

    Results: ``sigma2_birth``, ``sigma2_coexistence`` (``schatten``, any rank), the same at rank r
    under ``frobenius``, the mass that pins the coupling below, and where it is used up. Source:
    derived here; B.40 to B.42 for cyclic groups.
    """
    birth, coexistence, birth_ranked, coexistence_ranked = _temperatures()
    mass_one, end_one, mass_ranked, end_ranked = _shared()
    results = {
        "sigma2_birth": birth,
        "sigma2_coexistence": coexistence,
        "sigma2_birth_frobenius": birth_ranked,
        "sigma2_coexistence_frobenius": coexistence_ranked,
        "lambda_schatten": lambda_schatten(),
        "lambda_frobenius": lambda_frobenius(),
        "mass_schatten": mass_one,
        "mass_frobenius": mass_ranked,
        "sigma2_gmfl2_schatten": end_one,
        "sigma2_gmfl2_frobenius": end_ranked,
    }
    steps = (*_critical_steps(), *_sharing_steps(), saddles().step_of("x_plus"))
    return Derivation("Events of a block", steps, results)
