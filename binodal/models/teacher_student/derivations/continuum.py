"""The continuum action of one neuron: data sums become Gaussian averages of the modes."""

from __future__ import annotations

from functools import cache
from itertools import product

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.hermite import erf_overlap, j
from binodal.derive.gaussian.moments import moment
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2
from binodal.derive.step import Cases, Step, equal, equal_on
from binodal.derive.symbols import b, c, d, kappa, n, q, rho, s, sigma2
from binodal.models.teacher_student.derivations.posterior import FIELD, NORM2, neuron_action

CORRELATION = q**2 / (1 + 2 * (q**2 + s))
"""rho = q^2/(1 + 2|w|^2): all modes of an erf neuron depend on (q, |w|) through it alone."""


@cache
def overlap_of_mode(index: int) -> sp.Expr:
    """<H_{2 index + 1}(w*.x) erf(w.x)> for |w*| = 1, in q and s = r_perp^2."""
    return erf_overlap().subs(j, index).subs({OVERLAP: q, W2: q**2 + s})


_PULL = sp.Function("mean")(sp.Symbol("r") * sp.Symbol("phi"))


def field_of_modes(amplitudes: tuple[sp.Expr, ...]) -> sp.Expr:
    """sum_mu tbar phi -> (n/sigma^2) <r phi> for r = sum_j amplitudes[j] H_{2j+1}."""
    return (n / sigma2) * sum(
        (t * overlap_of_mode(index) for index, t in enumerate(amplitudes)), sp.Integer(0)
    )


@cache
def continuum_action(amplitudes: tuple[sp.Expr, ...] = (b, c)) -> sp.Expr:
    """S in (q, s): the neuron's action with the residual's modes inserted."""
    action = neuron_action().subs({NORM2: q**2 + s, FIELD: field_of_modes(amplitudes)})
    return sp.Add(*(sp.factor(term) for term in sp.Add.make_args(action)))


@cache
def coupling() -> sp.Expr:
    """kappa: the interaction of the linear mode, per d and per unit of rho."""
    free = continuum_action((sp.Integer(0),))
    interaction = free - continuum_action((sp.Integer(1),))
    return sp.simplify(interaction / (d * CORRELATION))


@cache
def strength() -> sp.Expr:
    """u = pi kappa/2: the coupling without its numerical factors.

    Source: M.11b, where it appears as the combination that the scaling keeps.

    >>> strength()
    n**2*sigma_a2/(N*d*sigma2**2)
    """
    return sp.pi * coupling() / 2


def _paper_form() -> sp.Expr:
    """A.6 assembled from the moments I_0, I_1 instead of the modes."""
    point = {OVERLAP: q, W2: q**2 + s, TEACHER2: 1}
    field = (b - 3 * c) * moment(0).subs(point) + c * moment(1).subs(point)
    return neuron_action().subs({NORM2: q**2 + s, FIELD: n * field / sigma2})


def _linear_interaction() -> sp.Expr:
    """What a residual of size one in the linear mode takes off the action, with rho in sight."""
    point = {OVERLAP: q, W2: q**2 + s}
    field = n / sigma2 * sp.sqrt(rho / CORRELATION) * moment(0).subs(point)
    taken = neuron_action().subs(FIELD, 0) - neuron_action().subs(FIELD, field)
    return sp.simplify(taken)


def _sampling_cases(claim: sp.Expr) -> Cases:
    """Enumerate data sets of a two-point input law: the mean square of a sum over data.

    It is n^2 <g>^2 + n var(g): the continuum value and a correction of relative size
    var(g)/(n <g>^2), which vanishes as n -> infinity at fixed n/sigma^2.
    """
    values, chances = (
        (sp.Rational(3, 4), sp.Rational(-2, 7)),
        (sp.Rational(2, 5), sp.Rational(3, 5)),
    )
    mean = sum(p * g for p, g in zip(chances, values, strict=True))
    spread = sum(p * g**2 for p, g in zip(chances, values, strict=True)) - mean**2
    for size in (1, 2, 3, 4):
        total = sp.Integer(0)
        for draw in product((0, 1), repeat=size):
            weight = sp.prod([chances[i] for i in draw])
            total += weight * sum(values[i] for i in draw) ** 2
        yield f"n = {size}", total, size**2 * mean**2 + size * spread
        exact = neuron_action().subs(FIELD**2, total / sigma2**2)
        excess = neuron_action().coeff(FIELD, 2) * size * spread / sigma2**2
        yield f"action, n = {size}", exact, claim.subs({_PULL: mean, n: size}) + excess


@cache
def continuum() -> Derivation:
    """Equivalent-kernel limit and mode ansatz, to the action in (q, r_perp).

    Results: ``continuum_action`` S(q, s), and ``kappa``. Source: A.5, A.6, A.7.
    """
    general = neuron_action()
    with_field = general.subs(FIELD, n * _PULL / sigma2)
    action = continuum_action()
    compact = (
        d * (q**2 + s) / (2 * sp.Symbol("sigma_w2", positive=True))
        - d * kappa * rho * (b - 2 * c * rho) ** 2
    )
    steps = (
        Step(
            "continuum limit",
            "replace sum_mu tbar(x_mu) phi(w.x_mu) by (n/sigma^2) <r phi>; the mean square of the "
            "sum exceeds the square of its mean by the factor 1 + var(r phi)/(n <r phi>^2)",
            general,
            with_field,
            equal_on(
                _sampling_cases,
                "enumeration of all data sets of a two-point input law, n = 1..4",
            ),
            (Assumption.GAUSSIAN_DATA, Assumption.CONTINUUM),
            source="A.4",
        ),
        Step(
            "mode ansatz",
            "insert r = b H1 + c H3 and the overlaps of the modes with an erf neuron",
            with_field,
            action,
            equal(_paper_form(), "the moments I_0 and I_1 of the Stein recursion"),
            (Assumption.MODE_ANSATZ, Assumption.UNIT_TEACHER),
            source="A.6",
        ),
        Step(
            "one order parameter",
            "name rho = q^2/(1 + 2|w|^2) and kappa; the interaction is d kappa rho (b - 2 c rho)^2",
            action,
            sp.Tuple(compact, coupling()),
            equal_on(
                lambda claim: [
                    ("form", claim[0].subs({rho: CORRELATION, kappa: claim[1]}), action),
                    ("kappa", claim[1] * d * rho, _linear_interaction()),
                ],
                "substituting rho and kappa back; the linear mode's interaction by I_0",
            ),
            source="A.7",
        ),
    )
    return Derivation(
        "Continuum action of an erf neuron",
        steps,
        {"continuum_action": action, "kappa": coupling()},
    )


@cache
def mode_coefficients(count: int) -> tuple[sp.Expr, ...]:
    """Coefficients h_j of <H_{2j+1} erf> = (2/sqrt(pi)) sqrt(rho) sign(q) h_j rho^j, j < count.

    >>> mode_coefficients(3)
    (1, -2, 12)
    """
    first = overlap_of_mode(0)
    ratios = (sp.simplify(overlap_of_mode(i) / first / CORRELATION**i) for i in range(count))
    return tuple(ratios)
