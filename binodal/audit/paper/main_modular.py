"""Main text, modular addition: M.14 to M.17 and Table 1."""

from __future__ import annotations

import sympy as sp

from binodal.audit.paper.alphabet import R_V, R_W, phase
from binodal.audit.paper.entry import Entry, Part, definition
from binodal.audit.paper.main_text import weights
from binodal.derive.symbols import N, P, a, gamma, k, lam, sigma2, sigma_a2
from binodal.models.modular.derivations.action import (
    decay_per_character,
    interaction_per_character,
    mode_action,
    prior_per_character,
)
from binodal.models.modular.derivations.characters import V, W
from binodal.models.modular.derivations.closure import residual_factor
from binodal.models.modular.derivations.data import m, n, p, target_term
from binodal.models.modular.derivations.orbits import projections
from binodal.models.modular.derivations.scaling import (
    PARAMETERS,
    PRINTED,
    canonical,
    growth,
    invariants,
)
from binodal.models.modular.derivations.symmetries import averaged_kernel
from binodal.models.teacher_student.derivations.printed import M11_ALPHA, M11_BETA
from binodal.models.teacher_student.derivations.printed import PARAMETERS as STUDENT_PARAMETERS

SCALED = PARAMETERS[:4]
"""N, P, sigma_a^2, sigma^2: what M.14 scales; gamma and the modulus of a mode stay."""

FOURIER_COUPLING = 2 * sigma_a2 * a**2 * P**2 / (N * sigma2**2)
"""The coefficient in M.16, B.32 and B.34 as printed."""

PAIR, PAIR_V = W[k] * W[-k], V[k] * V[-k]
FOURIER_ACTION = P * (PAIR / 2 + PAIR_V / 2 - FOURIER_COUPLING * PAIR * PAIR_V)
MODE_DECAY = P * (gamma / 6) * (PAIR**3 + PAIR_V**3)
CHARACTER = phase(k * (n + m)) / P
"""phi_{k,k} as printed in M.15."""

TO_LIKE = "binodal derive modular"


def character_of_target() -> sp.Expr:
    """One term of the target, from its derived Fourier form."""
    term = target_term()
    return term.coefficient * phase(term.phase)


def fourier_action() -> sp.Expr:
    """One character's part of S without the decay."""
    return prior_per_character() - interaction_per_character()


def coupling_growth(exponents: sp.Tuple) -> sp.Expr:
    """The power of beta that u picks up; gamma and x are not scaled."""
    scaled = dict.fromkeys(PARAMETERS, sp.Integer(0)) | dict(zip(SCALED, exponents, strict=True))
    return growth(invariants()["u x"], scaled)


def u_growth(combination: sp.Basic) -> sp.Expr:
    """The power of beta of a combination under M.14 as printed."""
    return growth(combination, PRINTED)


def target_values() -> sp.Integer:
    """Distinct eigenvalues of a generic invariant kernel on (k,k), k != 0, at P = 5."""
    values = projections(5, averaged_kernel(5, [3, 1, -4, 1, 5], [2, 7, -1, 8, -2]))
    return sp.Integer(len({values[i, i] for i in range(1, 5)}))


def modular_exponents() -> sp.Tuple:
    """The derived scaling with M.14's growth of N and P."""
    return sp.Tuple(*(canonical()[s] for s in SCALED))


def residual_part(name: str) -> Part:
    """M.17 and B.38: a in lambda and sigma^2, with the other sign of the residual."""
    return Part(
        name,
        -sigma2 / (lam + sigma2),
        residual_factor,
        reading=lambda e: -e,
        slip="M.8 defines the residual as y - f, which makes a positive; the sign is that of "
        "f - y. Only a^2 enters the action.",
    )


def exponents_part(name: str) -> Part:
    """M.14's exponents against those that keep u and lambda/sigma^2."""
    return Part(
        name,
        M14,
        modular_exponents,
        slip="M.14 keeps u, and keeps the printed lambda/sigma^2, but the derived lambda has a "
        "further 4 P^2 (B.36), so under M.14 it grows as beta. What keeps both, with the same "
        "growth of the network, is sigma^2 -> sigma^2/beta^2 and sigma_a^2 -> sigma_a^2/beta^3.",
    )


M14 = sp.Tuple(*(PRINTED[s] for s in SCALED))

TEXT_MODULAR = (
    Entry(
        "M.14",
        "scaling of modular addition",
        (
            Part("u stays", M14, residual=coupling_growth),
            exponents_part("powers of beta"),
        ),
        "Exponents in the order N, P, sigma_a^2, sigma^2.",
        (f"{TO_LIKE} scaling",),
        ("lambda-under-m14",),
    ),
    Entry(
        "M.14b",
        "invariant u",
        (
            Part(
                "u",
                FOURIER_COUPLING.subs(a, 1),
                lambda: mode_action().coupling.subs(a, 1),
            ),
            Part("invariance", FOURIER_COUPLING.subs(a, 1), residual=u_growth),
        ),
        "The coupling of a mode at a = 1.",
        (f"{TO_LIKE} scaling", f"{TO_LIKE} action"),
    ),
    Entry(
        "M.15",
        "Fourier form of the target",
        (
            Part("target", phase(-k * p) * phase(k * (n + m)) / P, character_of_target),
            Part("target in phi_{k,k}", phase(-k * p) * CHARACTER, character_of_target),
        ),
        "One character of the sum over k != 0.",
        (f"{TO_LIKE} data",),
    ),
    Entry(
        "M.15b",
        "the target is an eigenvector",
        (Part("eigenvalues on the target", sp.Integer(1), target_values), definition("a", a)),
        "The symmetries tie all (k,k), k != 0, for prime P.",
        (f"{TO_LIKE} orbits",),
    ),
    Entry(
        "M.16",
        "action in Fourier space",
        (
            Part("a character's part", FOURIER_ACTION, fourier_action),
            Part("decay", MODE_DECAY, decay_per_character),
        ),
        "One term of the sums over k, for k != 0. The factors of P are right.",
        (f"{TO_LIKE} action",),
    ),
    Entry(
        "M.16b",
        "mode decay",
        (definition("Gamma", P * gamma / 6 * (R_W**6 + R_V**6)),),
        "Definition; one term of the sum, in |w_k| and |v_k|.",
    ),
    Entry(
        "M.17",
        "claim III of modular addition",
        (residual_part("a"),),
        evidence=(f"{TO_LIKE} closure",),
    ),
    Entry(
        "Table 1",
        "both scalings",
        (
            Part(
                "polynomial, beta",
                sp.Tuple(*(M11_BETA[s] for s in STUDENT_PARAMETERS)),
                residual=weights,
            ),
            Part(
                "polynomial, alpha",
                sp.Tuple(*(M11_ALPHA[s] for s in STUDENT_PARAMETERS)),
                residual=weights,
            ),
            exponents_part("modular"),
            Part("P^2 from P", sp.Integer(1), lambda: 2 * PRINTED[P]),
        ),
        "The polynomial half is M.11, the modular half M.14.",
        ("binodal derive teacher-student scaling", f"{TO_LIKE} scaling"),
        ("lambda-under-m14",),
    ),
)
