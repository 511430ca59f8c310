"""Weight of the ring of droplets against the zero state: printed, one-loop and exact law."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.assumptions import Assumption, as_printed
from binodal.derive.checks import all_hold
from binodal.derive.derivation import Derivation
from binodal.derive.step import Step, equal_on
from binodal.derive.symbols import P, gamma, x, x_v
from binodal.derive.theories import require_theory
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.printed import printed_ring_count
from binodal.models.modular.derivations.reduction import density_of_mean, reduction_steps
from binodal.models.modular.derivations.saddles import action_density, curvatures, depth
from binodal.models.modular.derivations.weights_checks import (
    determinant_cases,
    law_cases,
    measure_cases,
    normalisable_claims,
    printed_cases,
    quadrature_claims,
    real_mode_claims,
    share_cases,
)

ODDS = sp.Symbol("odds", positive=True)


def mode_measure() -> tuple[sp.Expr, sp.Expr]:
    """Factors of dx dx_v: complex modes pi^2; real ones 1/sqrt(x x_v).

    d^2 w = |w| d|w| d theta = dx d theta/2, and the phase gives 2 pi; a real w has
    two signs and dw = dx/(2 sqrt x).
    """
    modulus = sp.sqrt(x)
    complex_mode = 2 * sp.pi * modulus * sp.diff(modulus, x)
    real_mode = 2 * sp.diff(modulus, x)
    return sp.simplify(complex_mode**2), real_mode * real_mode.subs(x, x_v)


def integrand(theory: str = "derived") -> sp.Expr:
    """Density of (x, x_v) up to its norm: exp(-S_k) with the flat measure dx dx_v."""
    return sp.exp(-mode_action(theory).factor * action_density())


def real_integrand() -> sp.Expr:
    """Density of the self-conjugate mode P/2 (even P): one copy of the action, other measure."""
    return mode_measure()[1] * sp.exp(-P * action_density())


def one_loop_odds() -> sp.Expr:
    """Ring over zero: Gaussian integral around x_+ in (x, x_v) over the zero state's 1/P^2."""
    factor = mode_action().factor
    radial, transverse = curvatures()
    around_ring = 2 * sp.pi / (factor * sp.sqrt(radial * transverse))
    slope = factor * sp.diff(action_density(), x).subs({x: 0, x_v: 0})
    around_zero = (1 / slope) ** 2
    return around_ring / around_zero * sp.exp(-factor * depth())


def real_one_loop_odds() -> sp.Expr:
    """The same for the real mode P/2: four points, Cartesian curvatures 4x(gamma x -+ u)."""
    radial, transverse = curvatures()
    points = 2 * 2
    around_ring = points / sp.sqrt(16 * x**2 * radial * transverse)
    return sp.simplify(around_ring) * sp.exp(-P * depth())


def printed_odds() -> sp.Expr:
    """B.41: 4 exp(-P s) for every mode."""
    return printed_ring_count() * sp.exp(-mode_action("published").factor * depth())


def odds(theory: str = "derived") -> sp.Expr:
    """Ring over zero as a function of x = x_+, u, gamma, P."""
    return one_loop_odds() if require_theory(theory) == "derived" else printed_odds()


def _law_steps(theory: str) -> tuple[Step, ...]:
    """The measure of a mode, and when its law has a norm."""
    return (
        Step(
            "measure",
            "polar coordinates in w_k and v_k: |w| d|w| = dx/2, each phase gives 2 pi",
            sp.Symbol("d^2w d^2v"),
            sp.Tuple(*mode_measure()),
            equal_on(measure_cases, "Cartesian Gaussian moments of both kinds of mode"),
            (Assumption.UNIFORM_PHASES, Assumption.MODE_DECAY),
        ),
        Step(
            "law of a mode",
            "exp(-S) of the pair k, -k, the moment that lambda needs, and the real mode P/2 with "
            "its measure",
            mode_action(theory).s,
            sp.Tuple(integrand(theory), x * x_v, real_integrand()),
            equal_on(
                lambda claim: law_cases(claim, theory),
                "neurons with one mode alone, by real-space sums",
            ),
            source="M.16" if theory == "derived" else "B.34",
        ),
        Step(
            "normalisable",
            "u x x_v <= u (x^2 + x_v^2)/2, which the cubic terms beat for gamma > 0 only",
            action_density(),
            gamma / 3,
            all_hold(normalisable_claims, "growth along the diagonal with and without gamma"),
            source="M.16b",
        ),
    )


def _odds_steps(theory: str) -> tuple[Step, ...]:
    """Ring over zero: one loop for complex and real modes, and as printed."""
    return (
        Step(
            "one loop",
            "Gaussian integrals in (x, x_v): the ring's Hessian, and the exponential at zero",
            integrand(),
            one_loop_odds(),
            equal_on(determinant_cases, "four Cartesian directions with two zero modes"),
            (Assumption.ONE_LOOP,),
        ),
        Step(
            "real mode",
            "for even P the mode P/2 is real: one copy of the action, four droplets instead of a "
            "torus",
            real_integrand(),
            real_one_loop_odds(),
            all_hold(real_mode_claims, "trapezoid sums over its plane at P = 24, 48, 96"),
            (Assumption.ONE_LOOP,),
        ),
        Step(
            "ring over zero",
            "the exact integrals approach the one-loop ratio as 1/P",
            integrand(),
            one_loop_odds(),
            all_hold(quadrature_claims, "two-dimensional quadrature at P = 12, 24, 48"),
            (Assumption.ONE_LOOP,),
        ),
        Step(
            "printed odds",
            "as printed: the number of signs of two real modes, no determinants",
            integrand("published"),
            printed_odds(),
            equal_on(printed_cases, "exp(-P s) of the printed action at exact rings"),
            as_printed(theory),
            source="B.41",
        ),
        Step(
            "mass",
            "two states share the probability as 1 to the odds",
            ODDS,
            ODDS / (1 + ODDS),
            equal_on(share_cases, "shares of two weights"),
            source="B.42",
        ),
    )


@cache
def weights(theory: str = "derived") -> Derivation:
    """B.41, B.42 and their replacement: measure, determinants and the exact two-dimensional law."""
    require_theory(theory)
    complex_mode, real_mode = mode_measure()
    steps = _law_steps(theory) + reduction_steps() + _odds_steps(theory)
    results = {
        "integrand": integrand(theory),
        "moment": x * x_v,
        "measure": complex_mode,
        "measure_real_mode": real_mode,
        "integrand_real_mode": real_integrand(),
        "density_of_mean": density_of_mean(),
        "moment_of_mean": density_of_mean(1),
        "density_of_mean_real_mode": density_of_mean(real=True),
        "odds": odds(theory),
        "odds_one_loop": one_loop_odds(),
        "odds_printed": printed_odds(),
        "odds_real_mode": real_one_loop_odds(),
        "mass_of_odds": ODDS / (1 + ODDS),
    }
    return Derivation("Weights of ring and zero state", steps, results)
