"""A block on a random subset of the pairs: its disorder, for every type, dimension and rank.

The curvature that a subset gives to the other modes has at the pair (g, h) an entry xi t(g h) of
independent xi. A row of pairs passes every element g h once, so that all rows and columns have one
sum of variances, whatever t is: the semicircle and the cavity need no more.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step
from binodal.derive.symbols import x
from binodal.models.group.derivations import on_subset_checks as checks
from binodal.models.group.derivations.action import action, coupling, factor, plancherel
from binodal.models.group.derivations.equal_values import equal_values_steps
from binodal.models.group.derivations.symbols import copies, dimension, order, overlap, rank
from binodal.models.modular.derivations.partial_data import partial_data as modes_on_subset
from binodal.models.modular.derivations.quenched import disorder, squared_radius
from binodal.models.modular.derivations.subsets import F, subsets
from binodal.models.modular.derivations.symbols_of_subsets import COUPLING as U
from binodal.models.modular.derivations.symbols_of_subsets import DISORDER

_LARGE = (Assumption.LARGE_P, Assumption.QUENCHED)


def norm() -> sp.Expr:
    """The sum of the squares of w over |G| x with r singular values sqrt(x); so S = norm |G| s."""
    return sp.simplify(factor() * rank / order)


def mean_square_pull() -> sp.Expr:
    """The mean over elements of t^2, t = 2 w * v: Plancherel for the product W V of |G|^2 W V."""
    convolved = plancherel() * copies * order**4 * overlap / order
    return sp.simplify(4 * convolved)


def strength() -> sp.Expr:
    """What multiplies the squared pulls in -S, kappa, by U = F^2 u."""
    bare = sp.Symbol("bare")
    squares = action().results["overlap_of_products"] * order**4 * copies * overlap
    (kappa,) = sp.solve(bare * squares - factor() * U / F**2 * overlap, bare)
    return sp.simplify(kappa)


def radius() -> sp.Expr:
    """The squared radius of the other modes' spectrum, by |W V|^2: four times a row's variances.

    An entry is 4 kappa F t(g h) xi.
    """
    entry2 = (4 * strength() * F) ** 2 * mean_square_pull()
    return sp.simplify(4 * order * entry2 * F**2 * order * DISORDER)


def relative_disorder() -> sp.Expr:
    """The disorder of a mode of Z_|G| with the squared radius of a block, over epsilon."""
    own = radius().subs(overlap, rank * x**2)
    return sp.simplify(own / squared_radius())


def annealed() -> sp.Expr:
    """Mean squared noise of the pulls over the squared pulls, functions of one input fitted.

    The noise is F(1 - F)(1 - 1/|G|) of the sum over pairs of (2 w v)^2 = 4 |w|^2 |v|^2.
    """
    noise = subsets().results["variance"] * (1 - 1 / order) * 4 * (norm() * order * x) ** 2
    signal = F**2 * order * mean_square_pull().subs(overlap, rank * x**2)
    return sp.simplify(noise / signal)


def relative_variance(of_dimension: int, members: int, of_norm: sp.Expr) -> sp.Expr:
    """Of t(g h) w(g) v(h) over all pairs, a real or a complex character: 0 or 3/2; else a bound.

    |t| is at most 2 |G| norm x, and w^2 and v^2 are independent with the mean norm x.
    """
    if of_dimension == 1:
        return sp.Rational(3 * (members - 1), 2)
    return of_norm**2 - 1


def own_directions() -> sp.Expr:
    """Functions on the group that a block spans: they do not relax as the other modes do."""
    return dimension**2 * copies


def pair_decay() -> sp.Expr:
    """Under frobenius an irrep's part of the decay of a neuron that sees one pair, over a ring's.

    All d singular values of the pair are equal, at x, those of the ring r: with |W|_F^2 = r x of
    the ring as place, S of the pair is |G|^2/r of a mode's, and its decay has (d x)^3 d/|G|.
    """
    place = rank * x
    alone = dimension * (dimension * x) ** 3 / order
    return sp.simplify(rank * alone / place**3)


def _steps() -> tuple[Step, ...]:
    return (
        Step(
            "norm of a block",
            "Plancherel: |w|^2 over |G| x where r singular values of W are sqrt(x); and how many "
            "functions on the group a block spans",
            factor(),
            sp.Tuple(norm(), own_directions()),
            exact_on(checks.norm_cases, checks.CONDENSATES),
        ),
        Step(
            "curvature of the other modes by a block",
            "an entry is a multiple of t(g h) xi, and a row or a column of pairs passes each "
            "element once: all have the mean of t^2",
            coupling(),
            radius(),
            exact_on(checks.radius_cases, "rows and columns summed, generic weights on 5 groups"),
            _LARGE,
        ),
        Step(
            "disorder of a block",
            "the squared radius at |W V|^2 = r x^2 over that of a mode: semicircle, Schur "
            "complement and cavity see variances of rows and columns alone, so that a block is a "
            "mode with norm/2 of the disorder",
            squared_radius(),
            relative_disorder(),
            all_hold(checks.first_power_claims, "pulls and forces summed on condensates"),
            _LARGE,
        ),
        Step(
            "noise of the pulls of a block",
            "indicators: F(1-F)(1 - 1/|G|) of the sum over pairs of (2 w v)^2, beside F^2 of the "
            "squared pulls: exact at every |G|",
            disorder(),
            annealed(),
            exact_on(checks.annealed_cases, "all subsets of two pairs and of all but two, S3"),
        ),
        Step(
            "spread over subsets by a block",
            "relative variance over pairs of t(g h) w(g) v(h): none for a real character, whose "
            "product is the same on every pair; 3/2 for a complex one, on average over its phases; "
            "|t| at most 2 |G| norm x bounds the others",
            sp.Symbol("Var S"),
            sp.Tuple(
                relative_variance(1, 1, norm()), relative_variance(1, 2, norm()), norm() ** 2 - 1
            ),
            all_hold(checks.spread_claims, checks.CONDENSATES),
            _LARGE,
        ),
    )


def _pair_step() -> Step:
    return Step(
        "decay of a neuron that sees one pair",
        "under schatten that of a mode. Under frobenius of each irrep |W|_F^2 = d x with all "
        "singular values equal, beside r^3 x^3 of a ring; the decay of one block leaves the "
        "stiffness of the others alone, so that the ring's disorder is that under schatten",
        sp.Symbol("|W|_F^6"),
        pair_decay(),
        exact_on(checks.pair_cases, "explicit weights of blocks of S3, Q8 and A4, and sums of two"),
    )


@cache
def blocks_on_subset() -> Derivation:
    """Norm, disorder and spread of a block on a subset."""
    results = {
        "norm": norm(),
        "squared_radius_of_block": radius(),
        "relative_disorder": relative_disorder(),
        "annealed_disorder": annealed(),
        "own_directions": own_directions(),
        "pair_decay": pair_decay(),
    }
    steps = (*_steps(), _pair_step(), *equal_values_steps())
    return Derivation("A block on a random subset of the pairs", steps, results)


@cache
def partial_data() -> Derivation:
    """A mode on a subset, and what makes a block one."""
    first = modes_on_subset()
    return first.then(blocks_on_subset(), first.title)
