"""Elements of the continuum kernel between odd Hermite modes of an erf network."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.derivation import Derivation
from binodal.derive.gaussian.activations import ERF
from binodal.derive.gaussian.hermite import overlap
from binodal.derive.gaussian.rank_one import OVERLAP, W2
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import q, rho, s, sigma_a2, sigma_w2
from binodal.models.teacher_student.derivations.continuum import (
    CORRELATION,
    mode_coefficients,
    overlap_of_mode,
)


@cache
def normalised_overlap(index: int) -> sp.Expr:
    """<H^_{2 index + 1} erf> for q > 0 in rho, with H^_k = H_k/sqrt(k!).

    >>> normalised_overlap(0)
    2*sqrt(rho)/sqrt(pi)
    """
    height = sp.sqrt(overlap_of_mode(0) ** 2 / CORRELATION)
    factor = mode_coefficients(index + 1)[index] * rho**index
    return sp.simplify(height) * sp.sqrt(rho) * factor / sp.sqrt(sp.factorial(2 * index + 1))


@cache
def element(i: int, k: int) -> sp.Expr:
    """The integrand of Q_{2i+1,2k+1}: sigma_a^2 times the product of two overlaps, in rho.

    >>> element(0, 0)
    4*rho*sigma_a2/pi
    """
    return sp.powsimp(sigma_a2 * normalised_overlap(i) * normalised_overlap(k))


def element_in_q(i: int, k: int) -> sp.Expr:
    """The same integrand in the overlap q, with r_perp^2 = sigma_w^2 as in A.11-kernel."""
    return sp.factor(element(i, k).subs(rho, CORRELATION.subs(s, sigma_w2)))


_PAIRS = ((0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2))
"""The elements that are results, the first three also in the overlap."""


def _direct_cases(claim: sp.Tuple) -> Cases:
    """Elements up to the fifth mode from explicit derivatives of the smoothed erf."""
    point = {q: sp.Rational(5, 7), sigma_w2: sp.Rational(3, 8), sigma_a2: sp.Rational(2, 9)}
    norm2 = (q**2 + sigma_w2).subs(point)
    direct = [
        overlap(ERF, k).subs({OVERLAP: point[q], W2: norm2}) / sp.sqrt(sp.factorial(k))
        for k in (1, 3, 5)
    ]
    at_rho = CORRELATION.subs(s, sigma_w2).subs(point)
    in_rho, in_q = claim[: len(_PAIRS)], claim[len(_PAIRS) :]
    for (i, k), value in zip(_PAIRS, in_rho, strict=True):
        product = point[sigma_a2] * direct[i] * direct[k]
        name = f"Q_{2 * i + 1}{2 * k + 1}"
        yield name, value.subs(rho, at_rho).subs(point), product
        yield name, element_in_q(k, i).subs(point), product
    for (i, k), value in zip(_PAIRS, in_q, strict=False):
        yield (
            f"Q_{2 * i + 1}{2 * k + 1} in q",
            value.subs(point),
            point[sigma_a2] * direct[i] * direct[k],
        )


@cache
def kernel() -> Derivation:
    """The kernel's elements as averages over the law of one neuron.

    Results: the integrands ``Q_11``, ``Q_13``, ``Q_33`` (and those with the fifth mode) in rho, and
    in q as A.11-kernel prints them. Source: A.10, A.11.
    """
    results = {f"Q_{2 * i + 1}{2 * k + 1}": element(i, k) for i, k in _PAIRS}
    results |= {f"Q_{2 * i + 1}{2 * k + 1}_in_q": element_in_q(i, k) for i, k in _PAIRS[:3]}
    step = Step(
        "kernel elements",
        "Q_ij = sigma_a^2 <<H^_i phi><H^_j phi>>: both overlaps are powers of rho",
        sigma_a2 * sp.Function("I_i")(rho) * sp.Function("I_j")(rho),
        sp.Tuple(*results.values()),
        equal_on(_direct_cases, "explicit derivatives of the smoothed erf, modes 1, 3, 5"),
        (Assumption.GAUSSIAN_DATA, Assumption.UNIT_TEACHER),
        source="A.11-kernel",
    )
    return Derivation("Kernel of an erf network between Hermite modes", (step,), results)
