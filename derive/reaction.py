"""What mean field leaves out for one neuron: its own effect on the residual that acts on it.

The exact weight of a neuron among others that are held is that of mean field but for one number,
its share s of the kernel: the pull weakens to 1/(1 + s), and each output adds log(1 + s)/2.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.finite_width import neuron_in_cavity
from binodal.derive.step import Cases, Step, equal_on

OUTPUTS = sp.Symbol("O", positive=True)
SHARE = sp.Symbol("s", nonnegative=True)
"""s = (sigma_a^2/N) S.C^{-1} S, with C = sigma^2 + the kernel of the others."""
PULL = sp.Symbol("E", nonnegative=True)
"""The mean-field interaction of the neuron with the residual, a positive number lowering S."""

_SQUARE, _EACH, _SIGMA2 = sp.symbols("S2 v z", positive=True)
_NEURONS = (2, 3)
_TARGET = sp.Matrix([sp.Rational(3, 2), sp.Rational(-2, 5), sp.Rational(7, 3)])
_NOISE, _VARIANCE = sp.Rational(3, 11), sp.Rational(5, 7)


def reaction() -> sp.Expr:
    """What the exact action of a neuron adds to mean field's, as (O, s, E); it is never negative.

    >>> reaction().subs(SHARE, 0)
    0
    """
    return OUTPUTS / 2 * sp.log(1 + SHARE) + PULL * SHARE / (1 + SHARE)


def share_bound(square_sum: sp.Expr, variance: sp.Expr, noise: sp.Expr) -> sp.Expr:
    """s is at most (sigma_a^2/N) S.S/sigma^2, because the others' kernel is not negative."""
    return variance * square_sum / noise


def _features(neurons: int) -> sp.Matrix:
    return sp.Matrix(
        neurons, 3, lambda i, k: sp.Rational(2 * i + 5 * k + 1, 3 + i * k) - int(k == i)
    )


def _parts(neurons: int) -> tuple[sp.Matrix, sp.Matrix, sp.Matrix, sp.Expr]:
    """The first neuron's features, the whole kernel, the others' (both with noise), sigma_a^2/N."""
    features, each = _features(neurons), _VARIANCE / neurons
    noise = _NOISE * sp.eye(3)
    rest = each * features[1:, :].T * features[1:, :] + noise
    return features[0, :].T, each * features.T * features + noise, rest, each


def _exact_cases(claim: sp.Expr) -> Cases:
    """Evidence of the data with and without the neuron, against mean field plus the reaction."""
    for neurons in _NEURONS:
        one, whole, rest, each = _parts(neurons)
        share = each * (one.T * rest.inv() * one)[0]
        pull = each * (one.T * rest.inv() * _TARGET)[0] ** 2 / 2
        exact = (_TARGET.T * (whole.inv() - rest.inv()) * _TARGET)[0] / 2
        point = {SHARE: share, PULL: pull}
        yield (neurons, "misfit"), exact + pull, claim.subs(OUTPUTS, 0).subs(point)
        volume = sp.exp(2 * claim.subs(PULL, 0).subs(point) / OUTPUTS)
        yield (neurons, "volume"), whole.det() / rest.det(), volume


def _bound_claims(claim: sp.Expr) -> Claims:
    """Never above; and reached where the others' features are orthogonal to the neuron's."""
    for neurons in _NEURONS:
        one, _, rest, each = _parts(neurons)
        for others, reached in ((rest, False), (_orthogonal_to(one, each), True)):
            share = each * (one.T * others.inv() * one)[0]
            bound = claim.subs({_SQUARE: (one.T * one)[0], _EACH: each, _SIGMA2: _NOISE})
            yield (neurons, reached), bool(share == bound if reached else 0 < share < bound)


def _orthogonal_to(one: sp.Matrix, each: sp.Expr) -> sp.Matrix:
    """sigma^2 plus the kernel of a neuron whose features are orthogonal to ``one``."""
    other = sp.Matrix([-one[1], one[0], 0])
    return each * other * other.T + _NOISE * sp.eye(3)


@cache
def reaction_of_one() -> Derivation:
    """Results ``reaction`` and ``share_bound``. Source: derived here, at any N."""
    bound = share_bound(_SQUARE, _EACH, _SIGMA2)
    steps = (
        Step(
            "reaction of the network on one neuron",
            "the exact weight in the cavity less that of mean field, which is s -> 0 at one pull",
            neuron_in_cavity(),
            reaction(),
            equal_on(_exact_cases, "evidence with and without the neuron, whole kernels, rational"),
        ),
        Step(
            "largest share",
            "C - sigma^2 is a sum of squares, so S.C^{-1} S <= S.S/sigma^2",
            SHARE,
            bound,
            all_hold(_bound_claims, "shares from the inverse kernels themselves"),
        ),
    )
    results = {"reaction": reaction(), "share_bound": bound}
    return Derivation("Reaction of the network on one neuron", steps, results)
