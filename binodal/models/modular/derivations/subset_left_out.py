"""What the quenched action of a subset leaves out: spread, squared pulls, fluctuations."""

from __future__ import annotations

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import all_hold
from binodal.derive.step import Step
from binodal.derive.symbols import P, x
from binodal.models.modular.derivations import quenched_checks as checks
from binodal.models.modular.derivations.subsets import F, subsets
from binodal.models.modular.derivations.symbols_of_subsets import COUPLING as U
from binodal.models.modular.derivations.symbols_of_subsets import DISORDER, STIFFNESS

_LARGE = (Assumption.LARGE_P, Assumption.QUENCHED)


def spread() -> tuple[sp.Expr, sp.Expr]:
    """Variance over subsets of F P^2 pairs of S at a given neuron, and its root beside 2 P x.

    A pair adds 4 (U x/(F P)) cos psi w_n v_m with w_n v_m = 2 x (cos psi + cos chi); as their
    number is fixed the mean of that drops out.
    """
    entry = 4 * (U / F) * x / P * 2 * x
    second, fourth = sp.Rational(1, 2), sp.Rational(3, 8)
    mixed, mean = second**2, second
    apart = fourth + mixed - mean**2
    variance = sp.simplify(P**2 * F**2 * P * DISORDER * entry**2 * apart)
    return variance, sp.simplify(sp.sqrt(variance) / (2 * P * x))


def turned(level: sp.Expr, squared_radius: sp.Expr) -> sp.Expr:
    """d log(sigma^2 + F lambda) by where a neuron is deepest, over the mean largest field there.

    Of a field of variance one a pair, as :func:`ring_places.deepest` has it, S takes
    2 sqrt((1 - F)/F)/P of its signal; U falls by that over the level, and as the square.
    """
    shift = sp.sqrt(subsets().results["variance"] / F**2) / P / level
    return shift.subs(STIFFNESS, sp.sqrt(1 - squared_radius))


def second_order() -> sp.Expr:
    """What the squared pulls of the other modes take from their curvature on average.

    Of the mode 8 P^3 x^2 is the sum of squared pulls, so that -S has (U/F^2)/(4 P^2) of them.
    """
    norm = 2 * P * x
    pulled = 4 * norm * subsets().results["variance"]
    return sp.simplify(2 * (U / F**2) / (4 * P**2) * pulled)


def fluctuations() -> sp.Expr:
    """What s loses as the other modes fluctuate, beside their prior, by z.

    -log det(1 - B)/2 of 2P directions, in units of S = 2 P s: the logarithm averaged over the
    semicircle.
    """
    z = STIFFNESS
    return (sp.log(2 / (1 + z)) - (1 - z) / (2 * (1 + z))) / 2


def moved_balance(level: sp.Expr, squared_radius: sp.Expr) -> sp.Expr:
    """d log(sigma^2 + F lambda) where ring and zero state are balanced with fluctuations.

    -ds/dU is x^2 of the ring's level, and U falls as the square.
    """
    shift = fluctuations() / (2 * U * x**2 * level)
    return shift.subs(STIFFNESS, sp.sqrt(1 - squared_radius))


def edge(squared_radius: sp.Expr, action: sp.Expr) -> sp.Expr:
    """s/x where the stiffness of the other modes ends, at rho = 1."""
    (at_x,) = sp.solve(squared_radius - 1, x)
    return sp.expand(sp.powdenest((action / x).subs(x, at_x), force=True))


def left_out_steps(
    disorder: sp.Expr, level: sp.Expr, squared_radius: sp.Expr, action: sp.Expr
) -> tuple[Step, ...]:
    """With the disorder that they stand beside, the ring's level, and the action."""
    return (
        Step(
            "spread over subsets",
            "variance of S at a given neuron over subsets of F P^2 pairs, and so along the ring of "
            "its phases: what 1/P leaves out of the deepest point",
            sp.Symbol("Var S"),
            sp.Tuple(*spread()),
            all_hold(checks.spread_claims, "the variance of a sum without replacement, P = 5, 7"),
            _LARGE,
        ),
        Step(
            "deepest place of a ring",
            "what a subset moves of S is a Gaussian field over the places of a ring, three "
            "waves for a mode; a neuron lies where it is largest: over the mean largest value of a "
            "field of variance one a pair, what that takes from s by its slope in log U",
            spread()[0],
            turned(level, squared_radius),
            all_hold(checks.turned_claims, "waves on all pairs, the spread at one place, P = 5, 7"),
            _LARGE,
        ),
        Step(
            "squared pulls of the other modes",
            "their own squares add to the random matrix a mean of order 1/(F P), the largest of "
            "the terms that are dropped",
            disorder,
            second_order(),
            all_hold(checks.second_order_claims, "variances of sums over a row at P = 5, 7"),
            _LARGE,
        ),
        Step(
            "fluctuations of the other modes",
            "-log det(1 - B)/2 of their stiffness beside the prior's, in units of 2 P: of the "
            "order in P of what they gain as they relax, 1/4x of it where disorder is weak",
            sp.Symbol("log det(1 - B)"),
            fluctuations(),
            all_hold(checks.fluctuation_claims, "pairings without crossings, counted"),
            _LARGE,
        ),
        Step(
            "balance with fluctuations",
            "ring and zero state are balanced with them: what they take from s over its slope in "
            "log U, and U falls as the square of sigma^2 + F lambda",
            fluctuations(),
            moved_balance(level, squared_radius),
            all_hold(checks.shift_claims, "sums of pairings, differences of s in U"),
            _LARGE,
        ),
        Step(
            "edge of memorising",
            "s/x at rho = 1: below zero, nothing keeps a neuron from what it memorises",
            action / x,
            edge(squared_radius, action),
            all_hold(checks.edge_claims, "its parts, a walk being sure to return"),
            _LARGE,
        ),
    )
