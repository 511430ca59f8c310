"""Appendix B, the averaged kernel and its eigenvalue on the target: B.34 to B.38."""

from __future__ import annotations

from itertools import product

import sympy as sp

from binodal.audit.paper.alphabet import LABEL, R_V, R_W, phase
from binodal.audit.paper.entry import Entry, Part
from binodal.audit.paper.main_modular import FOURIER_COUPLING, fourier_action, residual_part
from binodal.derive.symbols import (
    P,
    k,
    sigma_a2,
    x,
    x0_mean,
    x0x0_mean,
    x_mean,
    x_v,
    xx_mean,
    xy_mean,
)
from binodal.models.modular.derivations.action import mode_action, prior_per_character, to_moduli
from binodal.models.modular.derivations.characters import V, W
from binodal.models.modular.derivations.counting import K1, K2, overlap_terms
from binodal.models.modular.derivations.data import target_term
from binodal.models.modular.derivations.ensemble import generic_ensemble
from binodal.models.modular.derivations.kernel import kernel
from binodal.models.modular.derivations.printed import (
    printed_exponent,
    printed_kernel,
    printed_kernel_factor,
)


def printed_on_axis() -> sp.Expr:
    """B.36 on |K,0>, K != 0, when the modes k != 0 share one law.

    Of the P ordered splittings K = k + k', two contain the mode 0 and one has equal parts; the
    factors of a pair, of a splitting and of |0,0> are those printed.
    """
    factor = printed_kernel()["axis"] / x**2
    splittings = 2 * x0_mean * x_mean + xx_mean + (P - 3) * x_mean**2
    pair = printed_kernel()["pair"] / (x * x_v)
    return pair * x_mean * x0_mean + factor * splittings


def printed_constant() -> sp.Expr:
    """B.36 on |0,0>: the pair (0,0), the splittings k + k' = 0, and the double sum, both halves."""
    axis, constant = (printed_kernel()[kind] / x**2 for kind in ("axis", "constant"))
    splittings = x0x0_mean + (P - 1) * xx_mean
    modes = (P - 1) / 2
    double = x0x0_mean + 4 * modes * xx_mean + 4 * modes * (modes - 1) * x_mean**2
    double += 2 * x0_mean * (P - 1) * x_mean
    return x0_mean**2 + 2 * (axis * splittings + constant * double)


def derived_element(kind: str) -> sp.Expr:
    """An eigenvalue of the averaged kernel in units of sigma_a^2."""
    return sp.expand(kernel().results[kind] / sigma_a2)


Q1, Q2, Q3, Q4 = sp.symbols("k k' q q'", integer=True)


def product_of_j() -> sp.Expr:
    """The factor of J J' on modes: the overlap 2 P w v has two terms, each with J's factor."""
    return (overlap_terms()[0] / (2 * W[K1] * V[K2])) ** 2


def phase_errors(indicator: sp.Basic) -> sp.Integer:
    """At how many labels <w_k v_k' w_q v_q'> at P = 7 differs from the printed delta's."""
    ensemble, wrong = generic_ensemble(7), 0
    for labels in product((-2, -1, 1, 2), repeat=4):
        i, j, h, g = labels
        average = ensemble.phase_average([i, h], [j, g])
        selected = indicator.subs(dict(zip((Q1, Q2, Q3, Q4), labels, strict=True)))
        expected = int(selected) * ensemble.squares([i], [j])
        wrong += average != expected
    return sp.Integer(wrong)


def odd_averages() -> sp.Integer:
    """The number of labels at P = 7 at which an average with three w or three v does not vanish."""
    ensemble, count = generic_ensemble(7), 0
    for one, *three in product((-2, -1, 1, 2), repeat=4):
        count += sum(
            ensemble.phase_average(*rows) != 0 for rows in (([one], three), (three, [one]))
        )
    return sp.Integer(count)


def zero_mode() -> sp.Expr:
    """The prior of w_0 and v_0, from one character's part at k = 0."""
    return to_moduli(prior_per_character()).subs({x: R_W**2, x_v: R_V**2}, simultaneous=True)


def pair_of_character() -> sp.Expr:
    """One character's part of the action in moduli."""
    return to_moduli(fourier_action()).subs({x: R_W**2, x_v: R_V**2}, simultaneous=True)


INDICATOR = sp.KroneckerDelta(Q2, -Q4) * sp.KroneckerDelta(Q1, -Q3)


def factor_part(name: str) -> Part:
    """lambda over <|w_k|^2 |v_k|^2> as printed."""
    return Part(
        name,
        printed_kernel_factor() * xy_mean,
        lambda: kernel().results["lambda"],
        slip="lambda lacks 4 P^2, as B.36 does: at P = 401 that is 643204.",
    )


def phase_of_target() -> sp.Expr:
    """The label's phase in a character of the target; Q keeps it, as y is an eigenvector."""
    return phase(target_term().phase.coeff(LABEL) * LABEL)


def weight_part() -> Part:
    """S_k as the exponent of an independent mode."""
    return Part(
        "exponent of a mode",
        printed_exponent(),
        lambda: mode_action().factor,
        slip="Since w_{-k} is the conjugate of w_k, the terms k and P - k of the action are the "
        "same: the weight of a mode is exp(-2 S_k), not exp(-S_k). Coexistence is where S_k = 0 "
        "and does not notice it.",
    )


AVERAGES = (
    Entry(
        "B.34",
        "action mode by mode",
        (
            Part(
                "k != 0",
                P * ((R_W**2 + R_V**2) / 2 - FOURIER_COUPLING * R_W**2 * R_V**2),
                pair_of_character,
            ),
            Part(
                "k = 0",
                (R_W**2 + R_V**2) / 2,
                zero_mode,
                slip="The zero mode lost the factor P of B.33. It decouples from the target, and "
                "nothing after it uses this term.",
            ),
        ),
        "The terms S_k are not actions of independent modes: k and P - k are one complex mode, see "
        "B.37b.",
        ("binodal derive modular action",),
        ("fourier-action",),
    ),
    Entry(
        "B.35",
        "product of J and J'",
        (
            Part(
                "factor",
                sp.Integer(1),
                product_of_j,
                slip="J and J' each carry a factor P (B.25, B.26); their product drops both. This "
                "is where lambda loses P^2.",
            ),
        ),
        evidence=("binodal derive modular kernel",),
        witnesses=("target-eigenvalue",),
    ),
    Entry(
        "B.35b",
        "uniform phases",
        (
            Part("average", INDICATOR, residual=phase_errors),
            Part("odd numbers of w or v", sp.Integer(0), odd_averages),
        ),
        "Counted label by label at P = 7, nonzero modes.",
        ("binodal derive modular kernel",),
    ),
    Entry(
        "B.36",
        "averaged kernel",
        (
            Part(
                "on |k,k'>",
                x_mean**2 * printed_kernel()["pair"] / (x * x_v),
                lambda: derived_element("lambda_pair"),
                slip="On |k,k'> the factor 4 P^2 is missing: P^2 from B.35, 4 because both "
                "w_k v_k'|k,k'> and its twin with the labels exchanged meet the same ket.",
            ),
            Part(
                "on |K,0>",
                printed_on_axis(),
                lambda: derived_element("lambda_axis"),
                slip="On |K,0> equal parts 2k = K are counted twice, and the pair (K,0) needs its "
                "4.",
            ),
            Part(
                "on |0,0>",
                printed_constant(),
                lambda: derived_element("lambda_constant"),
                slip="On |0,0> the average of the w part times the v part is missing: it has even "
                "powers of both.",
            ),
        ),
        "Shown for odd P with one law for all k != 0, in units of sigma_a^2.",
        ("binodal derive modular kernel", "tests/models/modular/derivations/test_spectrum.py"),
        ("target-eigenvalue", "axis-eigenvalues"),
    ),
    Entry(
        "B.37",
        "kernel on the target",
        (
            Part(
                "phase",
                phase(LABEL * k),
                phase_of_target,
                reading=lambda e: e.subs(k, -k),
                slip="The phase has the sign opposite to B.29.",
            ),
            factor_part("eigenvalue"),
        ),
        "The eigenvalue is that of B.36.",
        ("binodal derive modular kernel",),
        ("target-eigenvalue",),
    ),
    Entry(
        "B.37b",
        "eigenvalue of the target",
        (factor_part("factor"), weight_part()),
        evidence=("binodal derive modular kernel", "binodal derive modular weights"),
        witnesses=("target-eigenvalue", "fourier-action"),
    ),
    Entry(
        "B.38",
        "closure for a",
        (residual_part("a"),),
        "As M.17.",
        ("binodal derive modular closure",),
    ),
)
