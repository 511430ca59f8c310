"""Learning curves with several directions: loss by multi-index, and the evidence."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.evidence import evidence, log_evidence
from binodal.derive.step import Cases, Step, equal_on
from binodal.models.single_index.derivations.action import u
from binodal.models.single_index.derivations.curves import UNLEARNED, weight
from binodal.models.single_index.derivations.limit import at_rest, gain
from binodal.models.single_index.derivations.several import target
from binodal.models.single_index.derivations.several_droplets import (
    Modes,
    residual_mode,
    several_unheld,
)

_MODES: Modes = ((0, 0), (1, 0), (0, 1), (2, 1), (0, 3))
_POINT = {
    u: sp.Rational(5, 9),
    gain: sp.Rational(13, 4),
    at_rest(1): sp.Rational(3, 5),
    UNLEARNED: sp.Rational(8, 3),
    **{residual_mode(a): sp.Rational(5 - 2 * k, 7 + k) for k, a in enumerate(_MODES)},
    **{target(a): sp.Rational(3 - 2 * k, 7 + k) for k, a in enumerate(_MODES)},
}


def norm2(index: tuple[int, ...]) -> sp.Expr:
    """a_1! a_2! ..., the mean square of He_{a1} He_{a2} ..."""
    return sp.Mul(*map(sp.factorial, index))


def several_shares(modes: Modes) -> list[sp.Expr]:
    """a_1! a_2! ... t_a^2, mode by mode."""
    return [norm2(a) * residual_mode(a) ** 2 for a in modes]


def several_log_partition(modes: Modes) -> sp.Expr:
    """log z of the zero state, -(1/2) log(1 - u c_1^2 |t|^2) with t the linear modes."""
    linear = (residual_mode(a) ** 2 for a in modes if sum(a) == 1)
    return -sp.log(1 - u * at_rest(1) ** 2 * sp.Add(*linear)) / 2


def several_learned(modes: Modes) -> sp.Expr:
    """The evidence without log z: (u/2 G) (|y - t|^2 - |y|^2), the unlearned modes in |y|^2."""
    gap = sp.Add(*(norm2(a) * (target(a) - residual_mode(a)) ** 2 for a in modes))
    whole = sp.Add(*(norm2(a) * target(a) ** 2 for a in modes)) + UNLEARNED
    return log_evidence(sp.S.Zero, gap, whole, weight())


def several_evidence(modes: Modes, branch: bool) -> sp.Expr:
    """Per neuron; the linear modes fluctuate where they are learned."""
    log_z = several_log_partition(modes) if branch else sp.S.Zero
    return log_z + several_learned(modes)


def _loss_cases(claim: sp.Expr) -> Cases:
    """The mean of the squared polynomial over a Gaussian plane."""
    x, z = sp.symbols("x z", real=True)
    shape = [sp.Integer(1), x, x**2 - 1, x**3 - 3 * x]
    whole = sp.Add(*(residual_mode(a) * shape[a[0]] * shape[a[1]].subs(x, z) for a in _MODES))
    squared = sp.Poly(sp.expand(whole.subs(_POINT) ** 2), x, z)
    moments = (
        value * sp.factorial2(i - 1) * sp.factorial2(k - 1)
        for (i, k), value in squared.terms()
        if not (i % 2 or k % 2)
    )
    yield "moments", claim.subs(_POINT), sp.Add(*moments)


def _partition_cases(claim: sp.Expr) -> Cases:
    """The determinant of the cosines' inverse covariance."""
    linear = sp.Matrix([residual_mode(a) for a in _MODES if sum(a) == 1]).subs(_POINT)
    stiff = sp.eye(2) - (u * at_rest(1) ** 2).subs(_POINT) * linear * linear.T
    yield "determinant", sp.exp(-2 * claim).subs(_POINT), stiff.det()


def _evidence_cases(claim: sp.Expr) -> Cases:
    """Its slopes are the closure's rows; without a residual what is unlearned is lost."""
    for a, row in zip(_MODES, several_unheld(_MODES, True), strict=True):
        slope = sp.diff(claim, residual_mode(a)).subs(_POINT)
        yield a, slope, (weight() * norm2(a) * row).subs(_POINT)
    held = claim.subs(dict.fromkeys(map(residual_mode, _MODES), 0)).subs(_POINT)
    yield "no residual", held, -(weight() * UNLEARNED).subs(_POINT) / 2


@cache
def several_curves() -> Derivation:
    """Loss and evidence with two directions, for five modes.

    Results: ``loss``, ``log_partition`` and ``log_evidence`` per neuron. Source: derived here.
    """
    loss = sp.Add(*several_shares(_MODES))
    partition, whole = several_log_partition(_MODES), several_evidence(_MODES, True)
    steps = (
        Step(
            "loss by multi-index",
            "products of He_k of orthonormal directions are orthogonal",
            sp.Add(*(residual_mode(a) * sp.Symbol(f"He_{a[0]}_{a[1]}") for a in _MODES)) ** 2,
            loss,
            equal_on(_loss_cases, "Gaussian moments of the squared polynomial"),
            (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER),
        ),
        Step(
            "weight in the zero state over all cosines",
            "the cosines fluctuate with the covariance (1 - u c_1^2 t t^T)^{-1}/d: the average "
            "weight is the root of its determinant",
            sp.exp(sp.Symbol("d u c_1^2 (t.m)^2/2")),
            partition,
            equal_on(_partition_cases, "the determinant of the matrix"),
            (Assumption.LARGE_D, Assumption.ZERO_BRANCH),
        ),
        Step(
            "evidence with several directions",
            "put both into Phi; what no neuron learns is lost",
            evidence().results["log_evidence"],
            whole,
            equal_on(
                _evidence_cases, "its slopes are the closure's rows, and its value at one place"
            ),
        ),
    )
    results = {"loss": loss, "log_partition": partition, "log_evidence": whole}
    return Derivation("Learning curves with several directions", steps, results)
