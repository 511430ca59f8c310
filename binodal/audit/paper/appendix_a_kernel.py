"""Appendix A, kernel and Gaussian integrals of an erf neuron: A.10 to A.19."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.audit.paper.alphabet import H1, H3, PHI1, PHI2
from binodal.audit.paper.compare import components
from binodal.audit.paper.entry import Entry, Part, definition
from binodal.audit.paper.main_text import kernel_entry
from binodal.derive.gaussian.activations import ERF
from binodal.derive.gaussian.hermite import moment_by_modes, overlap
from binodal.derive.gaussian.moments import gaussian_moments, moment, tilted_moment
from binodal.derive.gaussian.moments import n as order
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2, rank_one
from binodal.derive.symbols import b, c, epsilon, n, q, sigma2, sigma_a2, sigma_w2
from binodal.models.teacher_student.derivations.closure import (
    averaged_element,
    closure_residuals,
    normalisation,
)
from binodal.models.teacher_student.derivations.kernel import element_in_q

D = 1 + 2 * (q**2 + sigma_w2)
ROOT = sp.sqrt(1 + 2 * W2)
TILTED_VARIANCE = TEACHER2 - 2 * OVERLAP**2 / (1 + 2 * W2)
"""A.18 as printed."""


def regression() -> sp.Basic:
    """(b, sqrt(6) c) as the closure's two rows give it, for given averages of the kernel."""
    solved = sp.solve(closure_residuals(), (b, c), dict=True)[0]
    return sp.Tuple(solved[b], normalisation(1) * solved[c])


def regression_of_field() -> sp.Basic:
    """The same for tbar = (y - f)/sigma^2."""
    return sp.Tuple(*(e / sigma2 for e in components(regression())))


@cache
def printed_regression() -> sp.Basic:
    """[Q~ + (sigma^2/n) I_2]^{-1} (1, sqrt(6) eps), with Q~ in the averages of rho."""
    kernel = sp.Matrix(2, 2, averaged_element)
    target = sp.Matrix([1, sp.sqrt(6) * epsilon])
    return sp.Tuple(*((kernel + sigma2 / n * sp.eye(2)).inv() * target))


def recursion_factors() -> sp.Tuple:
    """(I_n - head)/I_{n-1} for n = 1, 2, 3, with I_n by the Hermite route."""
    heads = (OVERLAP * tilted_moment(sp.Integer(i)) for i in (1, 2, 3))
    pairs = ((moment_by_modes(i), moment_by_modes(i - 1)) for i in (1, 2, 3))
    return sp.Tuple(
        *(sp.simplify((now - head) / last) for head, (now, last) in zip(heads, pairs, strict=True))
    )


def inverse_coefficient() -> sp.Expr:
    """What multiplies w w^T in (1 + 2 w w^T)^{-1}: the variance of w*.x lacks it by q^2."""
    return sp.simplify((rank_one().results["variance"] - TEACHER2) / OVERLAP**2)


def printed_recursion() -> sp.Tuple:
    """2 n |w*|^2 at n = 1, 2, 3."""
    return sp.Tuple(*((2 * order * TEACHER2).subs(order, i) for i in (1, 2, 3)))


HEAD = 2 / sp.sqrt(sp.pi) * OVERLAP / ROOT * sp.factorial2(2 * order - 1) * TILTED_VARIANCE**order
RECURSION = (
    Part("head", HEAD, lambda: OVERLAP * tilted_moment(order)),
    Part("recursion", printed_recursion(), recursion_factors),
)

KERNEL = (
    Entry(
        "A.10",
        "kernel in the modes",
        (definition("element", H1 * H3),),
        "Definition: the average of Q(x,z) over both inputs with two normalised modes.",
    ),
    Entry(
        "A.11",
        "kernel",
        (Part("element", sigma_a2 * PHI1 * PHI2, kernel_entry),),
        "M.10 with the average written out.",
        ("binodal derive teacher-student posterior",),
    ),
    Entry(
        "A.11-overlaps",
        "overlaps of the modes with an erf neuron",
        (
            Part("H1", 2 * OVERLAP / (sp.sqrt(sp.pi) * ROOT), lambda: overlap(ERF, 1)),
            Part(
                "H3",
                -4 * OVERLAP**3 / (sp.sqrt(6 * sp.pi) * sp.sqrt((1 + 2 * W2) ** 3)),
                lambda: overlap(ERF, 3) / sp.sqrt(6),
            ),
        ),
        "For |w*| = 1, and with the normalised third mode, as A.9 has it.",
        ("binodal derive teacher-student hermite",),
        ("overlaps",),
    ),
    Entry(
        "A.11-kernel",
        "elements of the kernel",
        (
            Part(
                "Q11",
                sigma_a2 * 2 * q**2 / (sp.pi * D),
                lambda: element_in_q(0, 0),
                slip="The square of the paper's own overlap (A.11-overlaps) is 4 q^2/(pi D): the "
                "printed Q11 lacks a factor 2; Q13 and Q33 have theirs. The numbers of the paper "
                "were made with the right Q11: with the printed one coexistence would be at "
                "sigma^2 = 0.206, not near 0.18.",
            ),
            Part(
                "Q13",
                -sigma_a2 * 8 * q**4 / (sp.sqrt(6) * sp.pi * D**2),
                lambda: element_in_q(0, 1),
            ),
            Part("Q33", sigma_a2 * 8 * q**6 / (3 * sp.pi * D**3), lambda: element_in_q(1, 1)),
        ),
        "All three given r_perp^2 = sigma_w^2 (A.7b).",
        ("binodal derive teacher-student kernel",),
        ("overlaps", "printed-q11"),
    ),
    Entry(
        "A.12",
        "regression in the modes",
        (
            Part(
                "residual",
                printed_regression(),
                regression,
                slip="The factor sigma^2/n in front is missing: without a kernel the residual is "
                "the target, not (n/sigma^2) times it. The paper's numbers have the factor: "
                "without it coexistence would be at sigma^2 = 30.",
            ),
            Part(
                "tbar of M.8",
                printed_regression(),
                regression_of_field,
                slip="With tbar of A.9 read as that of M.8, a factor 1/n is missing.",
            ),
        ),
        evidence=("binodal derive teacher-student closure",),
        witnesses=("regression", "printed-prefactor"),
    ),
)

INTEGRALS = (
    Entry(
        "A.13",
        "Gaussian integrals",
        (definition("power of w*.x", 2 * order + 1),),
        "Definition of I_n.",
    ),
    Entry(
        "A.14",
        "Stein recursion",
        (Part("determinant", 1 + 2 * W2, lambda: rank_one().results["determinant"]), *RECURSION),
        "Both forms: the determinant lemma gives det(1 + 2 w w^T) = 1 + 2 |w|^2. The recursion is "
        "checked against the Hermite route.",
        ("binodal derive teacher-student gaussian-integrals",),
        ("moments",),
    ),
    Entry(
        "A.15",
        "inverse of the precision",
        (Part("coefficient of w w^T", -2 / (1 + 2 * W2), inverse_coefficient),),
        "Sherman-Morrison.",
        ("binodal derive teacher-student rank-one",),
    ),
    Entry(
        "A.16",
        "Stein recursion",
        RECURSION,
        "As A.14.",
        ("binodal derive teacher-student gaussian-integrals",),
        ("moments",),
    ),
    Entry(
        "A.17",
        "I_0",
        (Part("I_0", 2 / sp.sqrt(sp.pi) * OVERLAP / ROOT, lambda: moment(0)),),
        "n = 0 of the recursion.",
        ("binodal derive teacher-student gaussian-integrals",),
        ("moments",),
    ),
    Entry(
        "A.18",
        "variance of w*.x",
        (Part("variance", TILTED_VARIANCE, lambda: rank_one().results["variance"]),),
        "Sherman-Morrison, contracted with w* twice.",
        ("binodal derive teacher-student rank-one",),
    ),
    Entry(
        "A.19",
        "I_1",
        (
            Part(
                "I_1",
                2
                / sp.sqrt(sp.pi)
                * (OVERLAP / ROOT)
                * (3 * TEACHER2 - 2 * OVERLAP**2 / (1 + 2 * W2)),
                lambda: gaussian_moments().results["I_1"],
            ),
        ),
        "n = 1 of the recursion.",
        ("binodal derive teacher-student gaussian-integrals",),
        ("moments",),
    ),
)
