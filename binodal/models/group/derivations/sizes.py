"""A block beside a cyclic group, and what finite |G| changes first: the weights of ranks."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, gamma, sigma_a2, u, x
from binodal.models.group.derivations.action import action, coupling
from binodal.models.group.derivations.blocks import Field, manifold
from binodal.models.group.derivations.events import (
    critical_couplings,
    lambda_frobenius,
    lambda_schatten,
)
from binodal.models.group.derivations.saddles import beta, count, manifold_dimension, rows, saddles
from binodal.models.group.derivations.symbols import copies, dimension, order, rank

R = sp.Rational
_LARGE = (Assumption.LARGE_P,)


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
    point = {gamma: R(5, 17), beta: 2, dimension: 3, copies: 2, rows: 3}
    for size in (10**6, 10**9):
        here = {**point, order: sp.Integer(size)}
        shift = claim.subs(here)
        coupled = (u_c * (1 - shift) ** -2).subs(point)
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


def _size_steps() -> tuple[Step, ...]:
    """What a cyclic group has to do with it, and what finite size changes first."""
    return (
        Step(
            "equivalent cyclic group",
            "rank r under frobenius: u/r and lambda/(d r) are those of a cyclic group of the same "
            "order with other N and sigma_a^2, so its solver serves",
            sp.Tuple(coupling() / rank, lambda_frobenius()),
            sp.Tuple(*equivalent()),
            equal_on(_equivalent_cases, "put into the coupling and into lambda"),
            _LARGE,
        ),
        Step(
            "ranks while they share",
            "schatten: at coexistence all ranks are equally deep, and a rank weighs |G| to half "
            "the dimension of its saddles, which is concave in c: two neighbouring numbers of "
            "singular values share the probability, those around n m",
            manifold_dimension(),
            sp.Tuple(weight_exponent(), sp.diff(weight_exponent(), count, 2)),
            all_hold(_concave_claims, "dimensions of the saddles, rank by rank"),
            (Assumption.ONE_LOOP,),
        ),
        Step(
            "shift by weights",
            "at finite |G| the saddles of rank 1 weigh more than the point zero: they reach half "
            "of the probability before they are as deep",
            weight_exponent(),
            weight_shift(),
            all_hold(_shift_claims, "the action at the shifted temperature"),
            (Assumption.ONE_LOOP,),
        ),
    )


@cache
def sizes() -> Derivation:
    """The cyclic twin of a block, the weights of its ranks, and the shift that they make.

    Results: ``N_equivalent`` and ``sigma_a2_equivalent`` of rank r under ``frobenius``,
    ``weight_exponent`` in |G| of c singular values, ``weight_shift``. Source: derived here.
    """
    results = {
        "N_equivalent": equivalent()[0],
        "sigma_a2_equivalent": equivalent()[1],
        "weight_exponent": weight_exponent(),
        "weight_shift": weight_shift(),
    }
    return Derivation("Blocks of finite groups", _size_steps(), results)
