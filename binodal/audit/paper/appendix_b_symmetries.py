"""Appendix B, symmetries: B.20 to B.21b."""

from __future__ import annotations

import sympy as sp

from binodal.audit.paper.alphabet import LABEL, SHIFT, SHIFT2, UNIT
from binodal.audit.paper.entry import Entry, Part
from binodal.derive.symbols import P, k, sigma_a2
from binodal.models.modular.derivations.data import m, n, p, target_term
from binodal.models.modular.derivations.nngp import (
    SAME_M,
    SAME_N,
    gaussian_kernel,
    kernel_matrix,
    spectrum,
)
from binodal.models.modular.derivations.symmetries import (
    averaged_kernel,
    commutator,
    generators,
    permutation_matrix,
)


def largest_commutator(name: str) -> sp.Integer:
    """The largest |entry| of [Q, g] at P = 5 over the prior's and a generic invariant kernel."""
    operator = permutation_matrix(generators(5)[name])
    kernels = (kernel_matrix(5), averaged_kernel(5, [3, 1, -4, 1, 5], [2, 7, -1, 8, -2]))
    entries = (abs(e) for q in kernels for row in commutator(q, operator) for e in row)
    return sp.Integer(max(entries))


def commuting_shifts() -> sp.Integer:
    """The largest |entry| of [T_1, T_2] at P = 5."""
    first, second = (permutation_matrix(generators(5)[g]) for g in ("T_1", "T_2"))
    return sp.Integer(max(abs(e) for row in commutator(first, second) for e in row))


def moved_label(images: dict[sp.Symbol, sp.Expr], relabelled: sp.Expr) -> sp.Expr:
    """The label that keeps the target's phase when (n, m) moves and k becomes ``relabelled``."""
    phase_of, image = target_term().phase, sp.Dummy("p'")
    moved = phase_of.subs(images | {p: image}, simultaneous=True)
    return sp.expand(sp.solve(sp.expand(moved - phase_of.subs(k, relabelled)), image)[0])


def eigenvalue_count() -> sp.Integer:
    """Distinct eigenvalues of the prior's kernel."""
    return sp.Integer(len({value for value, _ in spectrum().values()}))


SYMMETRIES = (
    Entry(
        "B.20",
        "commutators",
        (
            Part("[Q, T_1]", sp.Integer(0), lambda: largest_commutator("T_1")),
            Part("[Q, T_2]", sp.Integer(0), lambda: largest_commutator("T_2")),
            Part("[Q, C_2]", sp.Integer(0), lambda: largest_commutator("C_2")),
            Part("[T_1, T_2]", sp.Integer(0), commuting_shifts),
        ),
        "Integer matrices at P = 5; the derivation does it for P = 3 to 6 and every generator.",
        ("binodal derive modular symmetries",),
    ),
    Entry(
        "B.20b",
        "symmetries I and II",
        (
            Part(
                "label under I",
                LABEL + SHIFT + SHIFT2,
                lambda: moved_label({n: n + SHIFT, m: m + SHIFT2}, k),
            ),
            Part(
                "label under II",
                UNIT * LABEL,
                lambda: moved_label({n: UNIT * n, m: UNIT * m}, UNIT * k),
            ),
        ),
        "The label is solved for in the phase of the target.",
        ("binodal derive modular symmetries",),
    ),
    Entry(
        "B.21",
        "kernel of the prior",
        (
            Part(
                "element",
                sigma_a2 * (2 * 2 + 2 * (SAME_N + SAME_M) ** 2),
                lambda: sigma_a2 * gaussian_kernel(SAME_N + SAME_M, sp.Integer(2), sp.Integer(2)),
            ),
        ),
        "Isserlis; K on the diagonal is 2.",
        ("binodal derive modular nngp-spectrum",),
    ),
    Entry(
        "B.21b",
        "three eigenvalues",
        (
            Part("number", sp.Integer(3), eigenvalue_count),
            Part("dimension on (k,k')", (P - 1) ** 2, lambda: spectrum()["pair"][1]),
        ),
        "With multiplicities 1, 2(P-1) and (P-1)^2.",
        ("binodal derive modular nngp-spectrum",),
    ),
)
