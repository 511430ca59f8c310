"""Learning curves of a single-index neuron: loss by mode, evidence, and response to a target."""

from __future__ import annotations

from functools import cache

import mpmath
import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.checks import Claims, all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.evidence import evidence, log_evidence
from binodal.derive.mean_field import spring
from binodal.derive.step import Cases, Step, close_on, equal_on
from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations.action import amplitude, u
from binodal.models.single_index.derivations.biased import pin
from binodal.models.single_index.derivations.law import coupling_per_dimension
from binodal.models.single_index.derivations.limit import (
    at_rest,
    beta,
    gain,
    gain_of_parameters,
    stiffness,
    target,
    zero_branch,
)

_MODES = (0, 1, 2, 3)
_SIZES = (200, 800)
UNLEARNED = sp.Symbol("unlearned2", nonnegative=True)
"""sum_k k! y_k^2 over the modes that no neuron learns."""


def shares(modes: tuple[int, ...]) -> list[sp.Expr]:
    """k! t_k^2, mode by mode."""
    return [sp.factorial(k) * amplitude(k) ** 2 for k in modes]


def loss(modes: tuple[int, ...]) -> sp.Expr:
    """sum_k k! t_k^2: the mean over inputs of the squared residual."""
    return sp.Add(*shares(modes))


def log_partition(modes: tuple[int, ...] = ()) -> sp.Expr:
    """log z of the zero state, -(1/2) log K: the fluctuations of m against those of the prior.

    With mode 0 among the modes, scaled biases of an odd activation fluctuate as well.
    """
    whole = -sp.log(stiffness()) / 2
    if 0 not in modes:
        return whole
    both = amplitude(1) ** 2 * int(1 in modes) + bias_share() * amplitude(0) ** 2
    return whole.subs(amplitude(1), sp.sqrt(both))


def bias_share() -> sp.Expr:
    """V/sigma_w^2: c_0 of a small bias is c_1 beta/sigma_w, so that t_0 pulls a bias of N(0, V/d)
    as t_1 pulls the overlap of N(0, sigma_w^2/d)."""
    return 1 / (pin * sigma_w2)


@cache
def mean_response() -> sp.Expr:
    """dt_0/dy_0 on the zero branch of an odd activation with biases of N(0, V/d)."""
    row = 1 + gain * bias_share() * at_rest(1) ** 2 / stiffness()
    return sp.factor(1 / row).subs(amplitude(1), beta * target(1))


def weight() -> sp.Expr:
    """n/(N sigma^2) in the couplings that the limit keeps."""
    return u / gain


@cache
def potential(modes: tuple[int, ...], branch: bool) -> sp.Expr:
    """Phi of the zero state in the modes t_k; the linear one fluctuates where it is learned, and so
    does the mean, if it is one of them."""
    learned = (sp.factorial(k) * (target(k) - amplitude(k)) ** 2 for k in modes)
    whole = log_partition(modes) if branch or 0 in modes else sp.S.Zero
    return log_evidence(whole, sp.Add(*learned), sp.S.Zero, weight())


def whole_target(modes: tuple[int, ...]) -> sp.Expr:
    """(spring/2)|y|^2: what the evidence loses where nothing is learned."""
    held = loss(modes).subs({amplitude(k): target(k) for k in modes})
    return weight() / 2 * (held + UNLEARNED)


@cache
def linear_response() -> sp.Expr:
    """dt_1/dy_1 on the zero branch."""
    linear = amplitude(1)
    row = linear * (1 + gain * at_rest(1) ** 2 / stiffness())
    return sp.factor(1 / sp.diff(row, linear)).subs(linear, beta * target(1))


_POINT = {
    u: sp.Rational(17, 9),
    gain: sp.Rational(13, 4),
    at_rest(1): sp.Rational(3, 5),
    target(1): sp.Rational(6, 7),
}


def _loss_cases(claim: sp.Expr) -> Cases:
    """The mean of the squared polynomial by the moments of a Gaussian, as polynomials in t_k."""
    z = sp.Symbol("z", real=True)
    shape = {0: sp.Integer(1), 1: z, 2: z**2 - 1, 3: z**3 - 3 * z}
    squared = sp.expand(sp.Add(*(amplitude(k) * shape[k] for k in _MODES)) ** 2)
    density = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
    direct = sp.integrate(sp.expand(squared * density), (z, -sp.oo, sp.oo))
    yield "moments", claim, sp.expand(direct)


def _partition_claims(claim: sp.Expr) -> Claims:
    """<exp(d u t_1^2 c_1^2 m^2/2)> over the sphere is 1F1(1/2; d/2; .), which differs by 1/d."""
    linear = sp.Rational(2, 3)
    value = sp.N(claim.subs(amplitude(1), linear).subs(_POINT), 30)
    pull = (u * linear**2 * at_rest(1) ** 2 / 2).subs(_POINT)
    errors = []
    with mpmath.workdps(30):
        for size in _SIZES:
            half = mpmath.mpf(1) / 2
            exact = mpmath.hyp1f1(half, half * size, size * mpmath.mpf(pull.p) / pull.q)
            errors.append(abs(sp.Float(str(mpmath.log(exact)), 30) - value))
    yield "near", bool(errors[0] < sp.Rational(1, 50))
    yield "falls like 1/d", bool(3.5 * errors[1] < errors[0] < 4.5 * errors[1])


def _weight_cases(claim: sp.Expr) -> Cases:
    in_parameters = {u: coupling_per_dimension(), gain: gain_of_parameters()}
    yield "spring", claim.subs(in_parameters), spring(n)
    point = {N: 7, n: 11, d: 5, sigma2: sp.Rational(2, 3), sigma_a2: sp.Rational(3, 8)}
    yield "generic", claim.subs(in_parameters).subs(point), sp.Rational(11 * 3, 7 * 2)


def _potential_cases(claim: sp.Tuple) -> Cases:
    """Its slope in t_1 is the zero branch's row, and zero without a residual's learning."""
    held, lost = claim
    row = sp.diff(held, amplitude(1)).subs(amplitude(1), beta * target(1))
    scale = gain * stiffness().subs(amplitude(1), beta * target(1)) / (u * target(1))
    yield "slope", sp.simplify(row * scale), sp.simplify(zero_branch())
    kept = {amplitude(k): target(k) for k in (1, 2)}
    yield "all kept", held.subs(kept), log_partition().subs(kept)
    none = dict.fromkeys(kept, sp.S.Zero)
    yield "all learned", held.subs(none) - lost + weight() / 2 * UNLEARNED, sp.S.Zero


def _response_cases(claim: sp.Expr) -> Cases:
    """Roots of the branch at two targets beside each other, by Newton's method at sixty digits."""

    def root(y: sp.Expr) -> sp.Expr:
        point = {**_POINT, target(1): y}
        share = sp.nsolve(zero_branch().subs(point), beta, sp.Rational(3, 5), prec=60)
        return share * y

    step, y = sp.Rational(1, 10**12), _POINT[target(1)]
    slope = (root(y + step) - root(y - step)) / (2 * step)
    yield "difference", claim.subs(beta, root(y) / y).subs(_POINT), slope


def _loss_step() -> Step:
    return Step(
        "loss by mode",
        "He_j and He_k are orthogonal, <He_k^2> = k!: the modes' losses add up",
        sp.Add(*(amplitude(k) * sp.Symbol(f"He_{k}") for k in _MODES)) ** 2,
        loss(_MODES),
        equal_on(_loss_cases, "Gaussian moments of the squared polynomial"),
        (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER),
    )


def _evidence_steps() -> tuple[Step, ...]:
    return (
        Step(
            "one neuron's weight in the zero state",
            "m fluctuates by 1/(d K), by 1/d under the prior: the average weight is K^(-1/2)",
            sp.exp(sp.Symbol("d u t_1^2 c_1^2 m^2/2")),
            log_partition(),
            all_hold(_partition_claims, "Kummer's function on the sphere at d = 200 and 800"),
            (Assumption.LARGE_D, Assumption.ZERO_BRANCH),
        ),
        Step(
            "spring",
            "n/(N sigma^2) = u/G: the limit keeps it",
            spring(n),
            weight(),
            equal_on(_weight_cases, "both couplings in the parameters"),
        ),
        Step(
            "evidence of the zero branch",
            "put both into Phi, and |y|^2 and |y - t|^2 by modes; what no neuron learns is lost",
            evidence().results["log_evidence"],
            sp.Tuple(potential((1, 2), True), whole_target((1, 2))),
            equal_on(_potential_cases, "its slope is the zero branch's row"),
        ),
        Step(
            "response to the target",
            "differentiate t_1 (1 + G c_1^2/K) = y_1; a mode that stays at its target follows it",
            zero_branch(),
            linear_response(),
            close_on(_response_cases, "roots at two targets beside each other", 15),
        ),
    )


@cache
def curves() -> Derivation:
    """Loss, evidence and response of the zero branch, shown for the lowest modes.

    Results: ``loss``, ``log_partition``, ``spring``, ``potential`` and ``whole_target``, whose
    difference is the log evidence per neuron, and ``linear_response``. Source: derived here.
    """
    steps = (*evidence().steps, _loss_step(), *_evidence_steps())
    results = {
        **evidence().results,
        "loss": loss(_MODES),
        "log_partition": log_partition(),
        "spring": weight(),
        "potential": potential((1, 2), True),
        "whole_target": whole_target((1, 2)),
        "linear_response": linear_response(),
    }
    return Derivation("Learning curves of a single-index neuron", steps, results)
