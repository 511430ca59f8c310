"""The order parameter over neurons, |W_rho V_rho|, and its Binder cumulant."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import mass, x
from binodal.models.group.derivations.blocks import Field, mean_square_of_squares
from binodal.models.group.derivations.kernel import prior_overlap
from binodal.models.group.derivations.saddles import beta, rows
from binodal.models.group.derivations.symbols import dimension, order, overlap, rank

R = sp.Rational
MEAN, MEAN_SQUARE = sp.symbols("O_1 O_2", positive=True)
"""<|W V|^2> and <|W V|^4>."""

SHAPE = sp.Symbol("R_0", positive=True)
"""<|W V|^4> over <|W V|^2>^2 of the zero state."""


def binder() -> sp.Expr:
    """1 - <m^4>/(3 <m^2>^2) of the order parameter m = |W V|."""
    return 1 - MEAN_SQUARE / (3 * MEAN**2)


def squares() -> sp.Expr:
    """<tr (W W^+)^2> of a Gaussian matrix with unit components, over its own numbers."""
    return beta * rows**2 * (beta * (2 * rows - 1) + 2)


def zero_moments(of_beta: sp.Expr = beta, of_rows: sp.Expr = rows) -> tuple[sp.Expr, sp.Expr]:
    """<O> and <O^2> of O = tr (W W^+ V V^+) for unit Gaussian components.

    At given W it is a sum of chi squares of V, beta n of them with each square of W's.
    """
    count, each = beta * rows**2, beta * rows
    first = each * count
    second = each**2 * count * (count + 2) + 2 * each * squares()
    point = {beta: of_beta, rows: of_rows}
    return first.subs(point), sp.expand(second.subs(point))


def zero_shape() -> sp.Expr:
    """<O^2>/<O>^2 of the zero state."""
    first, second = zero_moments()
    return sp.factor(second / first**2)


def binder_at_zero() -> sp.Expr:
    """The cumulant where nothing is learned."""
    return sp.factor(binder().subs({MEAN_SQUARE: zero_shape(), MEAN: 1}))


def binder_of_mixture() -> sp.Expr:
    """A share m of the neurons at rank r, the others in the zero state."""
    ring, zero = rank * x**2, prior_overlap()
    first = mass * ring + (1 - mass) * zero
    second = mass * ring**2 + (1 - mass) * SHAPE * zero**2
    return binder().subs({MEAN_SQUARE: second, MEAN: first})


def dip() -> sp.Expr:
    """The lowest cumulant of a mixture, leading in |G|: where both states carry one half of O."""
    return -rank * x**2 / (12 * prior_overlap())


def _squares_cases(claim: sp.Expr) -> Cases:
    for kind, count in (("real", 1), ("real", 2), ("real", 3), ("complex", 2), ("quaternionic", 1)):
        known = R(str(mean_square_of_squares(kind, count)))
        yield (kind, count), claim.subs({beta: Field(kind).beta, rows: count}), known


def _zero_cases(claim: sp.Tuple) -> Cases:
    """One number of each kind, whose moments factor; and real matrices of two rows by Wick."""
    for kind in ("real", "complex", "quaternionic"):
        count = Field(kind).beta
        single = (count, count * (count + 2))
        for place, moment in enumerate(claim):
            yield (kind, place), moment.subs({beta: count, rows: 1}), sp.Integer(single[place] ** 2)
    for n in (2, 3):
        # <X_ij> = n delta_ij: n products of two means.
        yield (n, "real, mean"), claim[0].subs({beta: 1, rows: n}), sum([sp.Integer(n) ** 2] * n)
        # <X_ij X_kl> = n^2 A + n B for real matrices; these are the sums of A^2, A B and B^2.
        both, mixed, paired = n**2, 2 * n, 2 * n**2 + 2 * n
        second = n**4 * both + 2 * n**3 * mixed + n**2 * paired
        yield (n, "real"), claim[1].subs({beta: 1, rows: n}), sp.Integer(second)


def _binder_cases(claim: sp.Tuple) -> Cases:
    """A Gaussian component has zero, a constant has two thirds."""
    cumulant, at_zero = claim
    yield "Gaussian m", cumulant.subs({MEAN: 1, MEAN_SQUARE: 3}), sp.S.Zero
    yield "constant m", cumulant.subs({MEAN: R(7, 3), MEAN_SQUARE: R(49, 9)}), R(2, 3)
    for count, n in ((1, 1), (2, 1), (1, 2), (4, 1)):
        first, second = zero_moments(count, n)
        direct = cumulant.subs({MEAN: first, MEAN_SQUARE: second})
        yield (count, n), at_zero.subs({beta: count, rows: n}), direct


def _dip_claims(claim: sp.Expr) -> Claims:
    """The lowest of the mixture's cumulants over a fine range of shares, as |G| grows."""
    for sizes in ({dimension: 1, rank: 1}, {dimension: 3, rank: 2}):
        errors = []
        for group in (100, 1000):
            point = {**sizes, order: group, x: R(3, 2), SHAPE: 4}
            mixed = sp.lambdify(mass, binder_of_mixture().subs(point))
            balanced = float((prior_overlap() / (rank * x**2)).subs(point))
            lowest = min(mixed(balanced * 1.01**k) for k in range(-400, 400))
            errors.append(abs(lowest / float(claim.subs(point)) - 1))
        yield f"{sizes}: {errors}", errors[0] < 0.01 and errors[1] < 0.03 * errors[0]


@cache
def order_parameter() -> Derivation:
    """The Binder cumulant of |W V| over neurons, its value at zero and its dip.

    Results: ``binder`` of the moments of |W V|^2, ``binder_zero``, ``binder_mixture`` of a share at
    rank r, and ``binder_dip``. Source: derived here.
    """
    steps = (
        Step(
            "squares of a Gaussian matrix",
            "<tr (W W^+)^2> by Wick's theorem",
            sp.Symbol("tr(WW^+)^2"),
            squares(),
            equal_on(_squares_cases, "all pairings of entries, every kind"),
        ),
        Step(
            "order parameter at the zero state",
            "Gaussian W and V with unit components: at given W, tr(W W^+ V V^+) is a sum of chi "
            "squares",
            overlap,
            sp.Tuple(*zero_moments()),
            equal_on(_zero_cases, "one number of each kind; covariances of real Wishart matrices"),
        ),
        Step(
            "Binder cumulant",
            "of m = |W V| over neurons: zero for a Gaussian m, 2/3 where all have one m",
            sp.Tuple(MEAN, MEAN_SQUARE),
            sp.Tuple(binder(), binder_at_zero()),
            equal_on(_binder_cases, "known laws, and moments of explicit sizes"),
        ),
        Step(
            "dip",
            "where a transition is of first order, states with |W V| = 0 and sqrt(r) x coexist, "
            "and the cumulant of their mixture falls as -|G|^2; that of one state is of order one",
            binder_of_mixture(),
            dip(),
            all_hold(_dip_claims, "the lowest over shares, at two sizes"),
            (Assumption.LARGE_P,),
        ),
    )
    results = {"binder": binder(), "binder_zero": binder_at_zero(), "binder_dip": dip()}
    return Derivation("Order parameter over neurons", steps, results)
