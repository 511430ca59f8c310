"""Appendix B, the saddles, their weights and the fluctuations around zero: B.39 to B.42."""

from __future__ import annotations

import sympy as sp

from binodal.audit.paper.alphabet import EPS, R_V, R_W
from binodal.audit.paper.entry import Entry, Part
from binodal.audit.paper.main_modular import FOURIER_COUPLING
from binodal.derive.symbols import P, gamma, sigma_a2, u, x, x_mean, x_v, xy_mean
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.kernel import gaussian_moments, kernel
from binodal.models.modular.derivations.printed import (
    printed_kernel_factor,
    printed_saddle_coupling,
)
from binodal.models.modular.derivations.saddles import action_density, ring
from binodal.models.modular.derivations.weights import ODDS, one_loop_odds, printed_odds, weights


def radial_slope() -> sp.Expr:
    """dS_k/d|w_k| in units of the mode's factor, in the moduli, with u written out."""
    in_moduli = action_density().subs({x: R_W**2, x_v: R_V**2}, simultaneous=True)
    return sp.expand(sp.diff(in_moduli, R_W).subs(u, mode_action().coupling))


def of_slope(monomial: sp.Expr) -> sp.Expr:
    """The coefficient of a monomial of the moduli in the slope."""
    return sp.Poly(radial_slope(), R_W, R_V).coeff_monomial(monomial)


def ring_in_parameters(branch: int) -> sp.Expr:
    """x_+ or x_- with the coupling written out."""
    return ring(branch).subs(u, mode_action().coupling)


B40 = tuple(
    (FOURIER_COUPLING + sign * sp.sqrt(FOURIER_COUPLING**2 - gamma)) / gamma for sign in (1, -1)
)
PRINTED_ODDS_NAME = "weight of the ring over that of zero"


def moment_of_saddles() -> sp.Expr:
    """<x x_v> when the ring has the probability odds/(1 + odds)."""
    results = weights().results
    return results["mass_of_odds"] * results["moment"].subs(x_v, x)


def odds_part() -> Part:
    """B.41's weight 4 exp(-S_k) against the one-loop weight."""
    return Part(
        PRINTED_ODDS_NAME,
        printed_odds(),
        one_loop_odds,
        slip="4 counts signs as if w_k and v_k were real. They are complex: the saddles form a "
        "torus with the measure |w| d|w| |v| d|v|, and the exponent is 2 P s. The one-loop weight "
        "is pi P exp(-2 P s)/sqrt(gamma^2 x^2 - u^2).",
    )


def rest(factor: sp.Expr) -> sp.Expr:
    """lambda of the zero state: its factor times the Gaussian <|w_k|^2 |v_k|^2>."""
    return factor * gaussian_moments()[xy_mean]


SADDLES = (
    Entry(
        "B.39",
        "saddle equations",
        (
            Part("linear term", sp.Integer(1), lambda: of_slope(R_W)),
            Part(
                "cross term",
                -printed_saddle_coupling(),
                lambda: of_slope(R_W * R_V**2),
                slip="The cross term of B.34 differentiates to 4 sigma_a^2 a^2 P^2/(N sigma^4); "
                "printed is 8 and P. B.40 follows from the right one.",
            ),
            Part(
                "decay",
                EPS,
                lambda: of_slope(R_W**5),
                reading=lambda e: e.subs(EPS, gamma),
                slip="epsilon is gamma.",
            ),
        ),
        evidence=("binodal derive modular saddles",),
        witnesses=("saddle-equations",),
    ),
    Entry(
        "B.40",
        "saddles",
        (
            Part("w_+^2", B40[0], lambda: ring_in_parameters(1)),
            Part("w_-^2", B40[1], lambda: ring_in_parameters(-1)),
        ),
        "The quadratic of the derived action.",
        ("binodal derive modular saddles",),
    ),
    Entry(
        "B.41",
        "probability of the saddles",
        (odds_part(),),
        evidence=("binodal derive modular weights",),
        witnesses=("odds",),
    ),
    Entry(
        "B.41b",
        "fluctuations around zero",
        (
            Part(
                "fluctuation of w_k",
                1 / P,
                lambda: sp.sqrt(gaussian_moments()[x_mean]),
                reading=sp.sqrt,
                slip="1/P is the variance <|w_k|^2>, not the fluctuation of w_k itself.",
            ),
            Part("<|w_k|^2 |v_k|^2>", 1 / P**2, lambda: gaussian_moments()[xy_mean]),
            Part("in lambda, given B.37b", sigma_a2 / P**2, lambda: rest(printed_kernel_factor())),
            Part(
                "in lambda",
                sigma_a2 / P**2,
                lambda: rest(kernel().results["lambda"] / xy_mean),
                slip="With the factor 4 P^2 that B.37b lacks the zero state contributes "
                "4 sigma_a^2 to lambda: it is 1/P^2 only of what a full ring contributes.",
            ),
        ),
        evidence=("binodal derive modular kernel",),
        witnesses=("target-eigenvalue",),
    ),
    Entry(
        "B.42",
        "average over the saddles",
        (
            Part("given the weight", x**2 * ODDS / (1 + ODDS), moment_of_saddles),
            odds_part(),
        ),
        "The average is right for a given weight, which is that of B.41.",
        ("binodal derive modular weights",),
        ("odds",),
    ),
)
