"""Biases of N(0, V/d) and of N(0, V): costs, zero branches, images, and where features have none.

A bias is the overlap with a constant input. The smoothed activation obeys the heat equation, so a
bias acts on F as the norm across the teacher does: at a saddle its curvature is known exactly.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import d
from binodal.models.single_index.derivations.action import (
    amplitude,
    by,
    cost,
    field,
    m,
    overlap,
    r,
    u,
)
from binodal.models.single_index.derivations.bias_checks import (
    branch_claims,
    curvature_cases,
    image_claims,
    ladder_cases,
    overlap_cases,
    split_cases,
    tilt_cases,
)
from binodal.models.single_index.derivations.biased import (
    bias,
    biased_action,
    biased_cost,
    by_bias,
    pin,
    variance,
)
from binodal.models.single_index.derivations.limit import beta, gain, stiffness, target, zero_branch
from binodal.models.single_index.derivations.prior_branch import NORM, PULL, prior_row, tilted

_MODES = (1, 2)
FIELD_ODD, FIELD_EVEN = sp.symbols("F_odd F_even", real=True)


@cache
def curvature() -> sp.Expr:
    """S_tt where S_m = S_l = 0: pin - 1/sigma_w^2 + 1/(r^2 (1 - m^2)) - u F_t^2.

    F_tt = (F_l - m F_m)/r^2 by both ladders; the conditions give u F F_l and u F F_m.
    """
    pull = (by(cost(), "l") - m * by(cost(), "m")) / r**2
    return sp.simplify(pin - pull) - u * by_bias(field(_MODES)) ** 2


def splitting() -> sp.Expr:
    """S(m) - S(-m) for F = F_odd + F_even, F_even small: -2 u F_odd F_even."""
    halves = (FIELD_ODD + FIELD_EVEN) ** 2 - (FIELD_EVEN - FIELD_ODD) ** 2
    return sp.expand(-u / 2 * halves)


def _cost_cases(claim: sp.Expr) -> Cases:
    """-log of the density of N(0, V/d) over d, between a bias and none."""
    density = sp.sqrt(d / (2 * sp.pi * variance)) * sp.exp(-d * bias**2 / (2 * variance))
    for size, place in ((7, sp.Rational(2, 3)), (40, sp.Rational(-5, 4))):
        point = {d: size, variance: sp.Rational(4, 9)}
        logs = [sp.log(density.subs(point).subs(bias, b)) for b in (place, 0)]
        whole = claim - cost()
        value = whole.subs(pin, 1 / point[variance]).subs(bias, place)
        yield size, value, sp.simplify(sp.expand_log((logs[1] - logs[0]) / size, force=True))


def _row_claims(claim: sp.Expr) -> Claims:
    """beta y_1/t_1 - 1 for the t_1 of ridge regression with two biases, on its zero and away from
    it; and the branch of one bias, K times the row, where the law is one point.
    """
    weights, draws = (sp.Rational(4, 9), sp.Rational(7, 5)), (sp.Rational(5, 7), sp.Rational(1, 6))
    pull = sum(w * x for w, x in zip(weights, draws, strict=True))
    point = {NORM: sum(weights), PULL: pull, gain: sp.Rational(13, 4)}
    spread = sp.Matrix([sp.sqrt(w * x / sum(weights)) for w, x in zip(weights, draws, strict=True)])
    learned = (sp.eye(2) / point[gain] + spread * spread.T).LUsolve(spread)
    kept = sp.simplify(1 - spread.dot(learned))
    for share in (kept, sp.Rational(2, 7), sp.Rational(9, 8)):
        yield f"beta = {share}", claim.subs({**point, beta: share}) == share / kept - 1
    weight, drawn = tilted()
    stiff = stiffness().subs(amplitude(1), beta * target(1))
    alone = claim.subs(PULL, drawn / weight * NORM) * stiff
    yield "one bias", sp.simplify(alone - zero_branch()) == 0


def _features() -> tuple[Step, ...]:
    """What a bias does to the field and the action of one neuron."""
    k, c = sp.symbols("k c")
    return (
        Step(
            "overlap with a bias",
            "Stein's identity k times: each derivative brings w.w*, whatever the bias is",
            sp.Function("phi")(r + bias),
            m**k * c,
            equal_on(overlap_cases, "exact moments in d = 2 for phi = z^5"),
            (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER),
        ),
        Step(
            "ladder in the bias",
            "a derivative in the bias is one of phi: dc_k/dbeta = c_{k+1}/r",
            sp.Tuple(*(overlap(k) for k in range(4))),
            sp.Tuple(*(by_bias(overlap(k)) for k in range(4))),
            equal_on(ladder_cases, "exact overlaps of phi = z^5, differentiated"),
        ),
        Step(
            "cost of a bias",
            "-log of N(0, V/d) over d: beta^2/(2 V), so pin = 1/V; N(0, V) costs nothing of order "
            "d, pin = 0, and F^2 is largest over the bias",
            -(bias**2) * d / (2 * variance),
            biased_cost(),
            equal_on(_cost_cases, "the density itself at two sizes"),
            (Assumption.LARGE_D,),
        ),
        Step(
            "curvature in the bias",
            "both ladders give F_tt = (F_l - m F_m)/r^2; insert S_l = 0 and S_m = 0",
            biased_action(_MODES),
            curvature(),
            equal_on(curvature_cases, "a cubic activation, made stationary at rational places"),
        ),
        Step(
            "images",
            "phi(-z) = -+phi(z) makes (m, beta) and (-m, -beta) images, whatever the teacher; one "
            "parity of all modes makes (m, beta) and (-m, beta) images, whatever phi",
            field(_MODES),
            sp.Tuple(sp.Integer(-1), sp.Integer(-1)),
            all_hold(image_claims, "exact overlaps of z^3, z^4 and z^3 + z^2"),
        ),
        Step(
            "splitting by an even part",
            "F = F_odd + F_even under m -> -m: S(m) - S(-m) = -2 u F_odd F_even",
            -u / 2 * (FIELD_ODD + FIELD_EVEN) ** 2,
            splitting(),
            close_on(split_cases, "S minimised on both sides with a small common bias", 4),
        ),
    )


def _zero_state() -> tuple[Step, ...]:
    """What biases do to the residual that the zero state leaves."""
    weight, drawn = tilted()
    return (
        Step(
            "zero branch with scaled biases",
            "biases and cosines fluctuate by 1/d; without a mean in the teacher mode 0 is zero and "
            "mode 1 solves the equation of neurons without a bias",
            zero_branch(),
            zero_branch(),
            all_hold(branch_claims, "regression with four modes at d = 10^3 and 10^5"),
            (Assumption.ZERO_BRANCH,),
        ),
        Step(
            "tilt of biases of order one",
            "integrate over the cosine at each bias: K^{-1/2} for the weight, 1/(d K) for <m^2>",
            sp.exp(-(bias**2) / (2 * variance)),
            sp.Tuple(weight, drawn),
            close_on(tilt_cases, "sums over cosines and biases of the law itself", 10),
            (Assumption.ZERO_BRANCH,),
        ),
        Step(
            "zero branch with biases of order one",
            "mode 0 is learned at once; t_1 (1 + G <c_1^2/K>) = y_1",
            PULL / NORM,
            prior_row(),
            all_hold(_row_claims, "the branch of one bias where the law is a point"),
        ),
    )


@cache
def random_biases() -> Derivation:
    """What a bias of each neuron changes.

    Results: ``cost``, ``curvature`` (S_tt at a saddle, modes 1 and 2), ``weight`` of a bias in the
    zero state where biases are of order one, ``prior_branch``, and ``splitting`` by an even part.
    Source: derived here.
    """
    results = {
        "cost": biased_cost(),
        "curvature": curvature(),
        "weight": tilted()[0],
        "prior_branch": prior_row(),
        "splitting": splitting(),
    }
    return Derivation("Biases of single-index neurons", (*_features(), *_zero_state()), results)
