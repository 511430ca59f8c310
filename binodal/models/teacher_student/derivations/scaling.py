"""Scalings of the parameters that leave the thermodynamic theory unchanged."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.scaling import exponents, invariant_scalings, weight_of
from binodal.derive.step import Step, equal_on
from binodal.derive.symbols import N, d, n, sigma2, sigma_a2
from binodal.models.teacher_student.derivations.continuum import continuum, coupling
from binodal.models.teacher_student.derivations.limit import gain, gain_by_overlap, limit
from binodal.models.teacher_student.derivations.printed import M11_ALPHA, M11_BETA, PARAMETERS


def combinations() -> tuple[sp.Expr, ...]:
    """Everything the thermodynamic closure depends on: kappa and the gain of the zero state."""
    return coupling(), gain()


def per_neuron() -> sp.Expr:
    """kappa/G^2, up to constants d/(sigma_a^2 N): the invariant without n and sigma^2."""
    return sp.factor(coupling() / gain() ** 2)


def _share_cases(claim: sp.Expr) -> Iterable[tuple[object, sp.Expr, sp.Expr]]:
    """kappa over the square of the gain that a neuron's overlap at small q gives."""
    yield "constant", claim * gain_by_overlap() ** 2, coupling()
    for parameter in (n, sigma2):
        yield f"kappa/G^2 is free of {parameter}", exponents(claim, (parameter,))[0], sp.Integer(0)
    yield "goes as d/(sigma_a^2 N)", sp.diff(claim * sigma_a2 * N / d, d), sp.Integer(0)


def _printed_cases() -> Iterable[tuple[object, sp.Expr, sp.Expr]]:
    for name, scaling in (("beta", M11_BETA), ("alpha", M11_ALPHA)):
        for combination in combinations():
            yield (
                f"{name} on {combination}",
                weight_of(combination, scaling, PARAMETERS),
                sp.Integer(0),
            )


def _span_cases() -> Iterable[tuple[object, sp.Expr, sp.Expr]]:
    """M.11's two vectors lie in the null space, and a third direction completes it."""
    basis = sp.Matrix.hstack(*invariant_scalings(combinations(), PARAMETERS))
    yield "dimension", sp.Integer(basis.cols), sp.Integer(3)
    for name, scaling in (("beta", M11_BETA), ("alpha", M11_ALPHA)):
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
            sp.Matrix(
                [
                    [weight_of(e, s, PARAMETERS) for s in (M11_BETA, M11_ALPHA)]
                    for e in combinations()
                ]
            ),
            "M.11",
            equal_on(lambda _: _printed_cases(), "exponent by exponent"),
        ),
        Step(
            "all scalings",
            "the null space of the exponents in (N, n, d, sigma^2, sigma_a^2)",
            matrix,
            basis,
            "derived here",
            equal_on(lambda _: _span_cases(), "ranks: dimension three, with M.11 inside"),
        ),
        Step(
            "without data and temperature",
            "n and sigma^2 cancel in kappa/G^2: one neuron's share of the readout variance",
            sp.Tuple(*combinations()),
            per_neuron(),
            "derived here",
            equal_on(_share_cases, "the gain from a neuron's overlap at small q"),
        ),
        continuum().step_of("kappa"),
        limit().step_of("gain"),
    )
    results = {"kappa": coupling(), "gain": gain(), "kappa_over_gain2": per_neuron()}
    return Derivation("Scalings of the teacher-student model", steps, results)
