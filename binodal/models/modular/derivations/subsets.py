"""One neuron on a random subset of the pairs: exact moments over subsets, by indicator algebra."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold, exact_on
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step, equal_on
from binodal.derive.symbols import N, P, a, sigma2, sigma_a2, u, x, x_v
from binodal.models.modular.derivations import subset_checks as checks
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.own_readout import gained, own_readout_step
from binodal.models.modular.derivations.pair_left_out import OF_MODES, most, pair_left_out_step

F = sp.Symbol("F", positive=True)
"""The share of the pairs that is kept."""

ZETA, ZETA_V = sp.symbols("zeta zeta_v", positive=True)
"""Squares of the two weights of a neuron that sees one pair, over P^2."""

RANK, KEPT = sp.symbols("rank M", positive=True)
SQUARES, FOURTHS = checks.SQUARES, checks.FOURTHS
PULLS = sp.Symbol("sum_p (sum_D y^p (w_n + v_m)^2)^2")


def indicators() -> tuple[sp.Expr, sp.Expr]:
    """Variance of one pair's indicator, and covariance of two where exactly F P^2 are kept.

    Their sum is then fixed: variance + (P^2 - 1) covariance = 0.
    """
    covariance = sp.Symbol("covariance")
    variance = F - F**2
    (apart,) = sp.solve(variance + (P**2 - 1) * covariance, covariance)
    return sp.factor(variance), sp.factor(apart)


def pulls(covariance: sp.Expr) -> sp.Expr:
    """The mean of the squared pulls of a subset: E xi xi' put into the double sum over pairs.

    ``covariance`` is that of two different pairs. The diagonal of the double sum has
    sum_p (y^p)^2 = 1 - 1/P on every pair.
    """
    variance, diagonal = indicators()[0], (1 - 1 / P) * FOURTHS
    return F**2 * SQUARES + variance * diagonal + covariance * (SQUARES - diagonal)


def signal() -> sp.Expr:
    """What multiplies u on a subset: the part of the squared pulls that all pairs share."""
    return pulls(sp.S.Zero).coeff(SQUARES)


def mode_sums() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Of a mode alone, P > 4 odd: squared pulls, sum (w_n + v_m)^4, and sum (2 w_n v_m)^2.

    w_n = 2 sqrt(x) cos: the mean of its square is 2 x and that of its fourth power 6 x^2.
    """
    second, fourth = {x: 2 * x, x_v: 2 * x_v}, {x: 6 * x**2, x_v: 6 * x_v**2}
    mixed = second[x] * second[x_v]
    whole = fourth[x] + 6 * mixed + fourth[x_v]
    strength = sigma_a2 * a**2 / (2 * N * sigma2**2)
    squares = 2 * P * mode_action().coupling * x * x_v / strength
    return sp.simplify(squares), sp.expand(P**2 * whole), 4 * P**2 * mixed


def mean_action() -> sp.Expr:
    """s of one mode averaged over subsets, each pair kept with probability F."""
    squares, fourths, _ = mode_sums()
    mean = pulls(sp.S.Zero).subs({SQUARES: squares, FOURTHS: fourths})
    gain = sp.expand(u * x * x_v * mean / squares)
    return sp.expand(mode_action().s + u * x * x_v) - gain


def additive_share(rank: sp.Expr, kept: sp.Expr) -> sp.Expr:
    """The share of the target on a subset that functions of n alone and of m alone can fit.

    Orders of rows and columns are equally likely: sum_p y^p y^p of two pairs becomes
    A delta + B (same row + same column) + C, whose last three lie among the fitted functions.
    """
    same_row, apart = -1 / P, 1 / (P - 1) - 1 / P
    across = same_row - apart
    diagonal = 1 - 1 / P - 2 * across - apart
    fitted = diagonal * rank + (2 * across + apart) * kept
    return sp.factor(fitted / (kept * (1 - 1 / P)))


def pair_action() -> sp.Expr:
    """S/P^2 of a neuron with one weight in each half, on a kept pair with residual a y."""
    s, alone = mode_action().s, 1 - 1 / P
    return sp.expand(s.subs({x: ZETA, x_v: ZETA_V}).subs(u, u * alone))


def _average_steps() -> tuple[Step, ...]:
    variance, apart = indicators()
    either, exactly = pulls(sp.S.Zero), sp.expand(pulls(apart))
    squares, fourths, products = mode_sums()
    return (
        Step(
            "indicators of the kept pairs",
            "each pair kept with probability F: variance F(1-F), no covariance; exactly F P^2 "
            "kept: the same variance, and covariances that make their sum vanish",
            sp.Symbol("xi_nm"),
            sp.Tuple(variance, apart),
            exact_on(checks.indicator_cases, "all subsets of 4 and of 9 pairs, counted"),
        ),
        Step(
            "squared pulls of a subset",
            "signal F^2, disorder F(1-F) times a quartic; with exactly F P^2 kept the disorder "
            "loses the part that all pairs share: a relative 1/P^2",
            PULLS,
            sp.Tuple(either, exactly),
            exact_on(checks.pull_cases, "all subsets of the pairs of Z_2 and Z_3, counted"),
        ),
        Step(
            "sums over one mode",
            "means of cos^2 and cos^4; (2 w_n v_m)^2 is what disorder meets once functions of n "
            "alone and of m alone are fitted",
            sp.Tuple(SQUARES, FOURTHS),
            sp.Tuple(squares, fourths, products),
            all_hold(checks.mode_claims, "direct sums at P = 5, 7, 11"),
            (Assumption.ODD_P,),
        ),
        Step(
            "action averaged over subsets",
            "u becomes F^2 u, and disorder adds 1/(F P) of it: the average of the action at a "
            "given neuron, which is no minimum over neurons of anything",
            mode_action().s,
            mean_action(),
            all_hold(checks.mean_claims, "double sums over pairs at P = 5 and 7"),
            (Assumption.MEAN_FIELD, Assumption.MODE_DECAY),
        ),
    )


def _memory_steps() -> tuple[Step, ...]:
    connected = additive_share(2 * P - 1, F * P**2)
    return (
        Step(
            "share of functions of one input",
            "project the target on functions of n alone and of m alone on the subset; the rank is "
            "2 P less the number of parts of the graph of rows and columns",
            sp.Symbol("share"),
            sp.Tuple(additive_share(RANK, KEPT), connected),
            exact_on(checks.share_cases, "rational projections on all subsets of Z_3's pairs"),
        ),
        Step(
            "a neuron that sees one pair",
            "one weight in each half: all its modes are equal, so S is P^2 s where a mode alone "
            "has 2 P s, and u is not multiplied by F^2",
            mode_action().s,
            pair_action(),
            equal_on(checks.pair_cases, "its action in real space at P = 3, 5, 6, every factor"),
            (Assumption.MEAN_FIELD, Assumption.MODE_DECAY),
        ),
    )


@cache
def subsets() -> Derivation:
    """Signal and disorder of a neuron on a random subset, and a neuron that sees one pair."""
    variance, apart = indicators()
    _, fourths, products = mode_sums()
    results = {
        "variance": variance,
        "covariance": apart,
        "mean_square_pull": pulls(sp.S.Zero),
        "disorder_of_mode": fourths,
        "disorder_after_fit": products,
        "mean_action": mean_action(),
        "additive_share": additive_share(2 * P - 1, F * P**2),
        "pair_action": pair_action(),
        "gained": gained(),
        "most_left_out": most().subs(OF_MODES),
    }
    steps = (*_average_steps(), *_memory_steps(), pair_left_out_step(), own_readout_step())
    return Derivation("Moments over subsets of the pairs", steps, results)
