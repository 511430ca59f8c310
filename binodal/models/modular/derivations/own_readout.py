"""What a neuron gains from the pairs that it sees at finite N, its own readout integrated."""

from __future__ import annotations

import sympy as sp

from binodal.derive.checks import ExactCases, exact_on
from binodal.derive.step import Step
from binodal.derive.symbols import N, P, sigma2, sigma_a2

PULL2, SQUARE, VARIANCE = sp.symbols("pull_2 square V", positive=True)
"""sum_p (r_p.S)^2 and |S|^2 over pairs that are seen, and the variance of what others say there."""


def gained() -> sp.Expr:
    """log of the weight that a neuron's outputs S = (w_n + v_m)^2 have beside its prior.

    What the others leave is r_p with the variance sigma^2 + V; readouts have sigma_a^2/N. As N
    grows at fixed N sigma_a^2 and N sigma^2 the own kernel |S|^2 sigma_a^2/N vanishes beside it
    only for neurons whose squares stay below N^2: others fit their pairs alone, and gain less.
    """
    spread, noise = sigma_a2 / N, sigma2 + VARIANCE
    own = spread * SQUARE / noise
    return spread * PULL2 / (2 * noise**2 * (1 + own)) - P * sp.log(1 + own) / 2


def _integrated(claim: sp.Expr) -> ExactCases:
    """exp of twice the claim by determinants of normal laws of r with the neuron and without."""
    squares = sp.Matrix([2, sp.Rational(1, 3), 5])
    left = sp.Matrix([[1, -2], [sp.Rational(3, 2), 1], [-1, 4]])
    spread, noise = sp.Rational(2, 7), sp.Rational(5, 3)
    bare, joint = noise * sp.eye(3), noise * sp.eye(3) + spread * squares * squares.T
    gap = (left.T * (bare.inv() - joint.inv()) * left).trace()
    ratio = (bare.det() / joint.det()) ** left.cols
    pulled = (left.T * squares).dot(left.T * squares)
    values = {sigma_a2: 3 * spread, N: 3, sigma2: 1, VARIANCE: noise - 1, P: left.cols}
    action = claim.subs({**values, PULL2: pulled, SQUARE: squares.dot(squares)})
    logs = action.atoms(sp.log)
    yield "exponent", 2 * action.subs(dict.fromkeys(logs, 0)), gap
    yield "weight", sp.simplify(sp.exp(2 * (action - action.subs(dict.fromkeys(logs, 0))))), ratio


def own_readout_step() -> Step:
    """The step of the gain at finite N."""
    return Step(
        "a neuron at finite N",
        "the readout of one neuron integrated exactly beside what all others leave: a neuron whose "
        "own kernel is not small fits what it sees alone, and gains less than in mean field",
        sigma_a2 * PULL2 / (2 * N * sigma2**2),
        gained(),
        exact_on(_integrated, "determinants of normal laws with the neuron and without"),
    )
