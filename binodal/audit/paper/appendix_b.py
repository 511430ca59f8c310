"""Appendix B, the Fourier form: B.22 to B.33."""

from __future__ import annotations

import sympy as sp

from binodal.audit.paper.alphabet import BRA, KET, R_V, R_W, phase
from binodal.audit.paper.entry import Entry, Part, definition
from binodal.audit.paper.evaluate import misses, on_pairs
from binodal.audit.paper.main_modular import (
    FOURIER_ACTION,
    FOURIER_COUPLING,
    character_of_target,
    fourier_action,
)
from binodal.derive.symbols import N, P, a, k, sigma2, sigma_a2, x, x_v
from binodal.models.modular.derivations.action import (
    interaction_per_character,
    projection,
    to_moduli,
)
from binodal.models.modular.derivations.characters import LABELS, CharacterTerm, V, W
from binodal.models.modular.derivations.data import m, n, p

L = LABELS[7]
Q, Q_PRIME = LABELS[6], sp.Symbol("q'", integer=True)
M_SITE, N_SITE = sp.symbols("m_ n_", integer=True)


def ket_terms(sign: int) -> sp.Expr:
    """J on normalised characters |K,K'> ~ e(sign(K n + K' m)), by orthogonality.

    Each product of two modes of the field meets one ket; its factor is the sum over n and m.
    """
    products = (
        (W[k] * W[L], k * n + L * n),
        (V[k] * V[L], k * m + L * m),
        (W[k] * V[L], k * n + L * m),
        (W[L] * V[k], L * n + k * m),
    )
    total = sp.Integer(0)
    for modes, label in products:
        first, second = (sp.expand(-label).coeff(s) * sign for s in (n, m))
        rest = sp.expand(-label - sign * (first * n + second * m))
        overlap = CharacterTerm(1 / P, rest).sum_over(n).sum_over(m)
        total += overlap.coefficient * modes * KET(first, second)
    return total


def bra_terms() -> sp.Expr:
    """The same real field on bras: <K| ~ e(-K n), so the sign is that of the opposite kets."""
    return ket_terms(-1).xreplace({k: Q, L: Q_PRIME}).replace(KET, BRA)


def parseval() -> sp.Expr:
    """sum_n w_n^2, one term of the sum over k."""
    return CharacterTerm(W[k] * W[L], -k * n - L * n).sum_over(n, L).coefficient


def square_of_projection() -> sp.Expr:
    """sum_p |<y^p| (w.x)^2>|^2, one character."""
    return interaction_per_character() / (sigma_a2 * a**2 / (2 * N * sigma2**2))


def label_sum() -> sp.Expr:
    """What the sum over labels p multiplies <q,q| Q~ |q,q> by."""
    term = projection()
    return sp.cancel(square_of_projection() / (term.coefficient * term.coefficient.subs(k, -k)))


JACOBI = P * (
    W[k] * W[L] * KET(k + L, 0)
    + V[k] * V[L] * KET(0, k + L)
    + W[k] * V[L] * KET(k, L)
    + W[L] * V[k] * KET(L, k)
)
"""J as printed in B.25."""

CONJUGATE = P * (
    BRA(-Q, -Q_PRIME) * W[Q] * V[Q_PRIME]
    + BRA(-Q_PRIME, -Q) * W[Q_PRIME] * V[Q]
    + BRA(-(Q + Q_PRIME), 0) * W[Q] * W[Q_PRIME]
    + BRA(0, -(Q + Q_PRIME)) * V[Q] * V[Q_PRIME]
)
"""J' as printed in B.26."""


def _reflected(expression: sp.Basic) -> sp.Basic:
    """Kets of the opposite convention: |K,K'> ~ e(-(K n + K' m))."""
    for vector in (KET, BRA):
        expression = expression.replace(vector, lambda i, j, v=vector: v(-i, -j))
    return expression


def _conjugated(expression: sp.Basic) -> sp.Basic:
    """conj(w_q) = w_{-q} where w_q is printed, for real weights."""
    modes = (W[Q], V[Q], W[Q_PRIME], V[Q_PRIME])
    return expression.xreplace({mode: mode.base[-mode.indices[0]] for mode in modes})


def _misses(summand: sp.Basic, summed: tuple[sp.Symbol, ...], function: str) -> sp.Integer:
    return misses(summand, summed, (n, m), on_pairs(function))


def _moduli(expression: sp.Expr) -> sp.Expr:
    return expression.subs({x: R_W**2, x_v: R_V**2}, simultaneous=True)


_LETTERS = "The letters n and m stand on the wrong sides: M.16 and B.24 have them right."

FOURIER = (
    Entry(
        "B.22",
        "operator Q~",
        (
            definition("summand", (W[M_SITE] + W[N_SITE]) ** 2),
            Part(
                "last n of the sum",
                P,
                lambda: P - 1,
                reading=lambda e: e - 1,
                slip="The sums over n end at P - 1: with n = P a weight of the second half would "
                "be counted.",
            ),
        ),
        evidence=("binodal derive modular data",),
    ),
    Entry(
        "B.23",
        "modes of the two halves",
        (
            Part(
                "w_m",
                W[k] * phase(-k * n),
                residual=lambda e: _misses(e, (k,), "second"),
                reading=lambda e: e.xreplace({W[k]: V[k], n: m}),
                slip=_LETTERS,
            ),
            Part(
                "w_n",
                V[k] * phase(-k * m),
                residual=lambda e: _misses(e, (k,), "first"),
                reading=lambda e: e.xreplace({V[k]: W[k], m: n}),
                slip=_LETTERS,
            ),
        ),
        evidence=("binodal derive modular action",),
    ),
    Entry(
        "B.24",
        "field in modes",
        (
            Part(
                "J",
                (W[k] * phase(-k * n) + V[k] * phase(-k * m))
                * (W[L] * phase(-L * n) + V[L] * phase(-L * m)),
                residual=lambda e: _misses(e, (k, L), "field"),
            ),
            Part(
                "J'",
                (W[Q] * phase(Q * n) + V[Q] * phase(Q * m))
                * (W[Q_PRIME] * phase(Q_PRIME * n) + V[Q_PRIME] * phase(Q_PRIME * m)),
                residual=lambda e: _misses(e, (Q, Q_PRIME), "field"),
                reading=_conjugated,
                slip="With e(+qn') and w_q without a conjugate J' is the field of the reflected "
                "pair, (w_{-n'} + v_{-m'})^2: conjugates are meant, w_{-q} for w_q. B.26 has the "
                "right field.",
            ),
        ),
        "Summed over both labels exactly at P = 5, J is (w_n + v_m)^2.",
        ("binodal derive modular action",),
    ),
    Entry(
        "B.25",
        "J on characters",
        (
            Part(
                "J",
                JACOBI,
                lambda: ket_terms(1),
                reading=_reflected,
                slip="The kets are those of the opposite sign, |k> ~ e(-kn), where B.29 has "
                "|k> ~ e(kn); sums over all k do not notice.",
            ),
        ),
        "The factor P is right.",
        ("binodal derive modular kernel",),
    ),
    Entry(
        "B.26",
        "J' on characters",
        (
            Part(
                "J'",
                CONJUGATE,
                bra_terms,
                reading=_reflected,
                slip="As B.25: the field itself, not J' as B.24 prints it, on bras of the same "
                "opposite convention, so B.35 is consistent.",
            ),
        ),
        evidence=("binodal derive modular kernel",),
    ),
    Entry(
        "B.27",
        "Parseval",
        (Part("one term", P * W[k] * W[-k], parseval),),
        "Orthogonality.",
        ("binodal derive modular action",),
    ),
    Entry(
        "B.28",
        "norm of the weights",
        (
            Part(
                "one term",
                P * (W[k] * W[-k] + V[k] * V[-k]),
                lambda: parseval() + parseval().xreplace({W[k]: V[k], W[-k]: V[-k]}),
            ),
        ),
        "Orthogonality in both halves.",
        ("binodal derive modular action",),
    ),
    Entry(
        "B.29",
        "target in kets",
        (Part("one term", phase(-k * p) * phase(k * (n + m)) / P, character_of_target),),
        "With |q> ~ e(qn), normalised.",
        ("binodal derive modular data",),
    ),
    Entry(
        "B.30",
        "sum over labels",
        (Part("factor", P, label_sum),),
        "Orthogonality of the labels' phases.",
        ("binodal derive modular action",),
    ),
    Entry(
        "B.31",
        "projection on the target",
        (Part("one term", 4 * P**3 * W[k] * V[k] * W[-k] * V[-k], square_of_projection),),
        "The 4 P^2 of |<t,t| (w.x)^2>|^2 is here: compare B.36.",
        ("binodal derive modular action",),
        ("target-eigenvalue",),
    ),
    Entry(
        "B.32",
        "action in Fourier space",
        (Part("a character's part", FOURIER_ACTION, fourier_action),),
        "As M.16 without the decay.",
        ("binodal derive modular action",),
        ("fourier-action",),
    ),
    Entry(
        "B.33",
        "action in moduli",
        (
            Part(
                "a character's part",
                P * (R_W**2 / 2 + R_V**2 / 2 - FOURIER_COUPLING * R_W**2 * R_V**2),
                lambda: _moduli(to_moduli(fourier_action())),
            ),
        ),
        "Real weights have w_{-k} = conj(w_k).",
        ("binodal derive modular action",),
    ),
)
