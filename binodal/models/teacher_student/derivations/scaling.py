"""Scalings of the parameters that leave the thermodynamic theory unchanged."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import product

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.scaling import exponents, invariant_scalings, weight_of
from binodal.derive.step import Cases, Step, equal_on
from binodal.derive.symbols import N, d, n, sigma2, sigma_a2
from binodal.models.teacher_student.derivations.continuum import continuum, coupling
from binodal.models.teacher_student.derivations.limit import gain, gain_by_overlap, limit
from binodal.models.teacher_student.derivations.printed import M11_ALPHA, M11_BETA, PARAMETERS

_M11 = (M11_BETA, M11_ALPHA)
_GROWTH = sp.Symbol("growth", positive=True)


def combinations() -> tuple[sp.Expr, ...]:
    """Everything the thermodynamic closure depends on: kappa and the gain of the zero state."""
    return coupling(), gain()


def per_neuron() -> sp.Expr:
    """kappa/G^2, up to constants d/(sigma_a^2 N): the invariant without n and sigma^2."""
    return sp.factor(coupling() / gain() ** 2)


def _share_cases(claim: sp.Expr) -> Cases:
    """kappa over the square of the gain that a neuron's overlap at small q gives."""
    yield "constant", claim * gain_by_overlap() ** 2, coupling()
    for parameter in (n, sigma2):
        yield f"kappa/G^2 is free of {parameter}", exponents(claim, (parameter,))[0], sp.Integer(0)
    yield "goes as d/(sigma_a^2 N)", sp.diff(claim * sigma_a2 * N / d, d), sp.Integer(0)


def _rescaled(combination: sp.Expr, scaling: Iterable[sp.Expr]) -> sp.Expr:
    """A combination at parameters times growth^exponent, over itself."""
    powers = zip(PARAMETERS, scaling, strict=True)
    moved = combination.subs({p: p * _GROWTH**power for p, power in powers}, simultaneous=True)
    return sp.powsimp(moved / combination, force=True)


def _printed_cases(claim: sp.MatrixBase) -> Cases:
    for (i, combination), (j, scaling) in product(enumerate(combinations()), enumerate(_M11)):
        moved = _rescaled(combination, (scaling[p] for p in PARAMETERS))
        yield f"direction {j} on {combination}", moved, _GROWTH ** claim[i, j]


def _span_cases(basis: sp.MatrixBase) -> Cases:
    """Growth of the last three parameters is free; M.11's two vectors lie in the span."""
    for row, column in product(range(3), repeat=2):
        yield "free", basis[row + 2, column], sp.Integer(row == column)
    for j, combination in product(range(3), combinations()):
        yield f"column {j} on {combination}", _rescaled(combination, basis[:, j]), sp.Integer(1)
    for name, scaling in zip(("beta", "alpha"), _M11, strict=True):
        vector = sp.Matrix([scaling[p] for p in PARAMETERS])
        yield (
            f"{name} in the span",
            sp.Integer(basis.row_join(vector).rank()),
            sp.Integer(basis.rank()),
        )


@cache
def scaling() -> Derivation:
    """The invariant combinations of M.11 and the whole family of scalings that keeps them.

    Results: ``kappa``, ``gain`` and ``kappa_over_gain2`` (proportional to d/(sigma_a^2 N)).
    M.11 is two directions of a three-dimensional family. Source: M.11, M.11b, A.2.
    """
    matrix = sp.Matrix.vstack(*(exponents(e, PARAMETERS) for e in combinations()))
    basis = sp.Matrix.hstack(*invariant_scalings(combinations(), PARAMETERS))
    steps = (
        Step(
            "M.11 keeps the closure",
            "the exponents of kappa and of the gain vanish on both directions of M.11",
            matrix,
            sp.Matrix([[weight_of(e, s, PARAMETERS) for s in _M11] for e in combinations()]),
            equal_on(_printed_cases, "both combinations at rescaled parameters"),
            source="M.11",
        ),
        Step(
            "all scalings",
            "the null space of the exponents in (N, n, d, sigma^2, sigma_a^2)",
            matrix,
            basis,
            equal_on(_span_cases, "both combinations, rescaled; ranks, with M.11 inside"),
        ),
        Step(
            "without data and temperature",
            "n and sigma^2 cancel in kappa/G^2: one neuron's share of the readout variance",
            sp.Tuple(*combinations()),
            per_neuron(),
            equal_on(_share_cases, "the gain from a neuron's overlap at small q"),
        ),
        continuum().step_of("kappa"),
        limit().step_of("gain"),
    )
    results = {"kappa": coupling(), "gain": gain(), "kappa_over_gain2": per_neuron()}
    return Derivation("Scalings of the teacher-student model", steps, results)
