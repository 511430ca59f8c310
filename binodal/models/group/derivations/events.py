"""Birth, coexistence and the end of sharing, irrep by irrep."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, a, gamma, mass, sigma2, sigma_a2, u, x
from binodal.models.group.derivations.action import action, coupling
from binodal.models.group.derivations.blocks import Field, manifold
from binodal.models.group.derivations.kernel import eigenvalue, kernel
from binodal.models.group.derivations.saddles import (
    beta,
    count,
    manifold_dimension,
    rows,
    saddles,
)
from binodal.models.group.derivations.symbols import copies, dimension, order, overlap, rank
from binodal.models.modular.derivations import events as cyclic

Claims = Iterator[tuple[object, bool]]
R = sp.Rational
GENERIC = {N: R(7, 3), order: R(11, 1), sigma_a2: R(3, 13), gamma: R(5, 17), dimension: R(4)}


def critical_couplings() -> tuple[sp.Expr, sp.Expr, sp.Expr, sp.Expr]:
    """(u, x) at birth and at coexistence of one singular value: those of a cyclic group."""
    return *cyclic.birth(), *cyclic.coexistence()


def temperature(of: sp.Expr) -> sp.Expr:
    """sigma^2 + lambda at which the coupling of a block is ``of``: the same for every irrep."""
    tau = sp.Symbol("tau", positive=True)
    at = coupling().subs(a, sigma2 / tau)
    (root,) = sp.solve(sp.simplify(at) - of, tau)
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


def equivalent() -> tuple[sp.Expr, sp.Expr]:
    """(N, sigma_a^2) of a cyclic group of this order that has the coupling and lambda of rank r.

    Under frobenius: u/r and lambda/(d r) for those of N and sigma_a^2.
    """
    own = sigma_a2 / (rank * dimension)
    return N / dimension, own


def weight_exponent() -> sp.Expr:
    """Half the dimension of the saddles of a rank: the power of |G| in their one-loop weight."""
    return sp.expand(manifold_dimension() / 2)


def weight_shift() -> sp.Expr:
    """Relative shift of sigma^2 + lambda at coexistence by the weight of rank 1, to log |G|.

    Both states weigh the same where E s = (D/2) log |G|, E the exponent of the block and D the
    dimension of the saddles; along log tau the depth s changes by 2 u x^2.
    """
    _, _, u_c, x_c = critical_couplings()
    one = weight_exponent().subs(count, 1)
    return one * sp.log(order) / (action().results["exponent"] * 2 * u_c * x_c**2)


def _shift_claims(claim: sp.Expr) -> Claims:
    """The depth at the shifted temperature, from the action itself, outweighs the exponent."""
    u_c = critical_couplings()[2]
    at = {gamma: R(5, 17), beta: 2, dimension: 3, copies: 2, rows: 3}
    for size in (10**6, 10**9):
        here = {**at, order: sp.Integer(size)}
        shift = claim.subs(here)
        coupled = (u_c * (1 - shift) ** -2).subs(at)
        deep = saddles().results["depth"].subs({x: saddles().results["x_plus"]}).subs({u: coupled})
        paid = (action().results["exponent"] * deep).subs(here)
        gained = (weight_exponent().subs(count, 1) * sp.log(order)).subs(here)
        balance = sp.N(-paid / gained, 20)
        yield size, bool(abs(balance - 1) < 10 * abs(sp.N(shift)))


def _equivalent_cases(claim: sp.Tuple) -> Cases:
    swap = {N: claim[0], sigma_a2: claim[1]}
    yield "coupling", coupling().subs(swap, simultaneous=True), coupling() / rank
    level = lambda_schatten().subs(swap, simultaneous=True)
    yield "lambda", level, lambda_frobenius()


def _concave_claims(claim: sp.Tuple) -> Claims:
    """Second differences over the numbers of singular values, from dimensions of manifolds."""
    exponent, curvature = claim
    for kind, d in (("real", 3), ("real", 5), ("complex", 3), ("complex", 4), ("quaternionic", 6)):
        field = Field(kind)
        most = field.rows(d)
        sizes = {beta: field.beta, rows: most}
        powers = [R(manifold(kind, d, c), 2) if c else R(0) for c in range(most + 1)]
        for c in range(most + 1):
            yield (kind, d, c), exponent.subs({**sizes, count: c}) == powers[c]
        for c in range(1, most):
            bent = powers[c - 1] - 2 * powers[c] + powers[c + 1]
            yield (kind, d, c, "bent"), bent == curvature.subs(sizes) and bool(bent < 0)


def _temperature_cases(claim: sp.Tuple) -> Cases:
    """Put back into the coupling, with a = sigma^2/(sigma^2 + lambda) for two values of lambda."""
    u_b, _, u_c, _ = critical_couplings()
    for tau, wanted in zip(claim, (u_b, u_c, rank * u_b, rank * u_c), strict=True):
        for share in (R(1), R(3, 8)):
            at = coupling().subs({a: share, sigma2: share * tau})
            yield wanted, sp.simplify(sp.powdenest(at / wanted, force=True)), sp.S.One


def _lambda_cases(claim: sp.Tuple) -> Cases:
    """|W V|^2 of diagonal matrices, counted entry by entry, in place of the formula's moments."""
    for d, share, at_rank in ((4, R(1, 4), 2), (6, R(1, 2), 3)):
        at = {dimension: d, mass: share, rank: at_rank}
        square = sum(x**2 for _ in range(int(d * share)))
        yield (d, "schatten"), claim[0].subs(at), eigenvalue().subs({overlap: square, dimension: d})
        each = sum((x / at_rank) ** 2 for _ in range(at_rank))
        yield (
            (d, "frobenius"),
            claim[1].subs(at),
            eigenvalue().subs({overlap: share * each, dimension: d}),
        )


def _pinning_claims(claim: sp.Tuple) -> Claims:
    """At the claimed mass the closure's own lambda pins the coupling, for both decays."""
    _, _, u_c, x_c = critical_couplings()
    for r in (1, 2):
        at = {**GENERIC, rank: R(r)}
        cases = (
            (claim[0], lambda_schatten(), u_c, x_c),
            (claim[1], lambda_frobenius(), rank * u_c, x_c),
        )
        for share, level, at_u, at_x in cases:
            tau = temperature(at_u).subs(at)
            cold = {**at, sigma2: tau * R(9, 10)}
            filled = share.subs(cold)
            closing = level.subs({x: at_x}).subs({mass: filled}).subs(cold)
            factor = cold[sigma2] / (cold[sigma2] + closing)
            pinned = coupling().subs({a: factor}).subs(cold)
            yield (r, level), bool(abs(sp.N(pinned / at_u.subs(at) - 1, 30)) < R(1, 10**25))


def _end_claims(claim: sp.Tuple) -> Claims:
    _, _, u_c, x_c = critical_couplings()
    for r in (1, 2):
        at = {**GENERIC, rank: R(r)}
        pairs = (
            (claim[0], lambda_schatten(), u_c, x_c),
            (claim[1], lambda_frobenius(), rank * u_c, x_c),
        )
        for end, level, at_u, at_x in pairs:
            full = level.subs({x: at_x, mass: 1}).subs(at)
            sum_ = sp.N(end.subs(at) + full - temperature(at_u).subs(at), 30)
            yield (r, level), bool(abs(sum_) < R(1, 10**25))


@cache
def events() -> Derivation:
    """Critical temperatures of a block: under ``schatten`` the same for all irreps.

    Results: ``sigma2_birth``, ``sigma2_coexistence`` (``schatten``, any rank), the same at rank r
    under ``frobenius``, the mass that pins the coupling below, and where it is used up. Source:
    derived here; B.40 to B.42 for cyclic groups.
    """
    u_b, _, u_c, x_c = critical_couplings()
    plain = (temperature(u_b), temperature(u_c))
    ranked = (temperature(rank * u_b), temperature(rank * u_c))
    shared = _sharing(lambda_schatten(), u_c, x_c)
    shared_frobenius = _sharing(lambda_frobenius(), rank * u_c, x_c)
    large = (Assumption.LARGE_P,)
    steps = (
        Step(
            "temperatures",
            "u depends on sigma^2 + lambda alone and holds neither d_rho nor the type: all irreps "
            "are born and coexist at one temperature; under frobenius rank r needs r times the "
            "coupling, and quaternionic irreps have r >= 2",
            coupling(),
            sp.Tuple(*plain, *ranked),
            "derived here",
            equal_on(_temperature_cases, "put back into the coupling"),
            large,
        ),
        Step(
            "lambda of a filled block",
            "schatten: each of d singular values is at x with probability m; frobenius: a share m "
            "of the neurons has r equal ones",
            kernel().results["lambda"],
            sp.Tuple(lambda_schatten(), lambda_frobenius()),
            "derived here",
            equal_on(_lambda_cases, "diagonal matrices, entry by entry"),
            large,
        ),
        Step(
            "sharing",
            "past coexistence the coupling stays where the ring is as deep as zero",
            mass,
            sp.Tuple(shared[0], shared_frobenius[0]),
            "B.42",
            all_hold(_pinning_claims, "the closure at generic parameters"),
            large,
        ),
        Step(
            "end of sharing",
            "mass 1; if sigma^2 is not positive there, sharing lasts for ever",
            sp.Tuple(shared[0] - 1, shared_frobenius[0] - 1),
            sp.Tuple(shared[1], shared_frobenius[1]),
            "derived here",
            all_hold(_end_claims, "lambda of a full ring added to it"),
            large,
        ),
        Step(
            "equivalent cyclic group",
            "rank r under frobenius: u/r and lambda/(d r) are those of a cyclic group of the same "
            "order with other N and sigma_a^2, so its solver serves",
            sp.Tuple(coupling() / rank, lambda_frobenius()),
            sp.Tuple(*equivalent()),
            "derived here",
            equal_on(_equivalent_cases, "put into the coupling and into lambda"),
            large,
        ),
        Step(
            "ranks while they share",
            "schatten: at coexistence all ranks are equally deep, and a rank weighs |G| to half "
            "the dimension of its saddles, which is concave in c: two neighbouring numbers of "
            "singular values share the probability, those around n m",
            manifold_dimension(),
            sp.Tuple(weight_exponent(), sp.diff(weight_exponent(), count, 2)),
            "derived here",
            all_hold(_concave_claims, "dimensions of the saddles, rank by rank"),
            (Assumption.ONE_LOOP,),
        ),
        Step(
            "shift by weights",
            "at finite |G| the saddles of rank 1 weigh more than the point zero: they reach half "
            "of the probability before they are as deep",
            weight_exponent(),
            weight_shift(),
            "derived here",
            all_hold(_shift_claims, "the action at the shifted temperature"),
            (Assumption.ONE_LOOP,),
        ),
        saddles().step_of("x_plus"),
    )
    results = {
        "sigma2_birth": plain[0],
        "sigma2_coexistence": plain[1],
        "sigma2_birth_frobenius": ranked[0],
        "sigma2_coexistence_frobenius": ranked[1],
        "lambda_schatten": lambda_schatten(),
        "lambda_frobenius": lambda_frobenius(),
        "mass_schatten": shared[0],
        "mass_frobenius": shared_frobenius[0],
        "sigma2_gmfl2_schatten": shared[1],
        "sigma2_gmfl2_frobenius": shared_frobenius[1],
        "N_equivalent": equivalent()[0],
        "sigma_a2_equivalent": equivalent()[1],
        "weight_exponent": weight_exponent(),
        "weight_shift": weight_shift(),
    }
    return Derivation("Events of a block", steps, results)
