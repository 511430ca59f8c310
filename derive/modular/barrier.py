"""Escape of one mode of a neuron: Eyring-Kramers over a torus of saddles.

dw_n = -dS/dw_n dt + sqrt(2) dW for every weight. With w_n = sum_k w_k e(-kn), the two real parts
of w_k and P - k together are sqrt(2P) w_k in Euclidean length, so U = F s with F = 2P lives on
four coordinates of unit mobility, y = sqrt(F) (w_k, v_k), and its Hessian there is that of s.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import sympy as sp

from derive.assumptions import Assumption
from derive.derivation import Derivation
from derive.modular.action import mode_action
from derive.modular.checks import all_hold, generic_fractions
from derive.modular.saddles import (
    SQUARE_POINTS,
    action_density,
    cartesian_hessian,
    curvatures,
    depth,
    ring,
)
from derive.modular.weights import one_loop_odds
from derive.step import Step, equal, equal_on
from derive.symbols import P, gamma, u, x, x_v
from derive.theories import require_theory

x_min = sp.Symbol("x_min", positive=True)
"""x of the ring's minimum; ``x`` itself stands for the ring of saddles x_-."""

Cases = Iterator[tuple[object, sp.Expr, sp.Expr]]


def eigenvalues(at: sp.Expr = x) -> tuple[sp.Expr, sp.Expr]:
    """The two nonzero eigenvalues of the Hessian of s in the real parts, on a ring at x."""
    radial, transverse = curvatures()
    return sp.factor(4 * at * radial.subs(x, at)), sp.factor(4 * at * transverse.subs(x, at))


def ring_volume(theory: str, at: sp.Expr = x) -> sp.Expr:
    """Area of the torus of phases: two circles of radius sqrt(F x)."""
    return (2 * sp.pi) ** 2 * mode_action(theory).factor * at


def saddle_flux(theory: str) -> sp.Expr:
    """Current over the torus per exp(-U_saddle): area sqrt(|l_-|/2 pi) sqrt(2 pi/l_+)."""
    down, up = eigenvalues()
    return ring_volume(theory) * sp.sqrt(-down / (2 * sp.pi)) * sp.sqrt(2 * sp.pi / up)


def well_weight(well: str, theory: str) -> sp.Expr:
    """Gaussian weight of a well per exp(-U_well): a point of four directions, or a torus of two."""
    if well == "zero":
        hessian = cartesian_hessian(u, gamma, sp.S.Zero)
        return (2 * sp.pi) ** 2 / sp.sqrt(hessian.det())
    radial, transverse = eigenvalues(x_min)
    return ring_volume(theory, x_min) * 2 * sp.pi / sp.sqrt(radial * transverse)


def prefactor(well: str, theory: str = "derived") -> sp.Expr:
    """A in the rate A exp(-F (s_saddle - s_well)) out of "zero" or the "ring"."""
    require_theory(theory)
    name = {"zero": "zero", "ring": "ring"}[well]
    return sp.simplify(saddle_flux(theory) / well_weight(name, theory))


def _length_claims() -> Iterator[tuple[object, bool]]:
    """sum_n w_n^2 against 2P |w_k|^2 for a real field of one pair of modes, in explicit numbers."""
    for order, k in ((5, 1), (7, 3)):
        real, imaginary = (sp.Rational(str(f)) for f in generic_fractions(2, order))
        mode = real + sp.I * imaginary
        angles = [2 * sp.pi * k * n / order for n in range(order)]
        field = [2 * (real * sp.cos(t) + imaginary * sp.sin(t)) for t in angles]
        total = sp.N(sum(value**2 for value in field), 30)
        expected = 2 * order * sp.N(sp.Abs(mode) ** 2, 30)
        yield (order, k), bool(abs(total - expected) < sp.Rational(1, 10**20))


def _balance_cases() -> Cases:
    """Rates out of the two wells over each other: the one-loop odds, derived from the law alone."""
    both = prefactor("zero") / prefactor("ring")
    for at_u, at_gamma in SQUARE_POINTS:
        values = {u: at_u, gamma: at_gamma}
        place = {**values, x: ring(-1).subs(values), x_min: ring(1).subs(values)}
        odds = (one_loop_odds() * sp.exp(2 * P * depth())).subs(x, x_min)
        yield at_u, both.subs(place), odds.subs(place)


def _mode_steps() -> tuple[Step, ...]:
    factor = mode_action().factor
    return (
        Step(
            "coordinates of a mode",
            "w_k and w_{P-k} are conjugate, so both halves of the pair add: sum_n w_n^2 = "
            "2P |w_k|^2; in y = sqrt(2P) w_k the noise is white of strength sqrt(2)",
            sp.Symbol("w_n") ** 2,
            factor * x,
            "derived here",
            all_hold(_length_claims, "explicit real fields with one pair of modes"),
            (Assumption.MODE_DECAY, Assumption.ODD_P),
        ),
        Step(
            "torus of saddles",
            "the action does not depend on the two phases: their directions contribute the area "
            "(2 pi)^2 F x_-, the other two the Gaussian flux",
            action_density(),
            sp.Tuple(*eigenvalues(), saddle_flux("derived")),
            "derived here",
            equal(
                sp.Mul(*eigenvalues()),
                16 * x**2 * sp.hessian(action_density(), (x, x_v)).subs(x_v, x).det(),
                "determinant in the two moduli, by the chain rule",
            ),
            (Assumption.LARGE_P,),
        ),
        Step(
            "detailed balance",
            "the two rates divided by each other give the ratio of the wells' weights",
            sp.Tuple(prefactor("zero"), prefactor("ring")),
            one_loop_odds(),
            "derived here",
            equal_on(_balance_cases, "one-loop odds of ring and zero, from the measure dx dx_v"),
            (Assumption.ONE_LOOP,),
        ),
    )


@cache
def barrier(theory: str = "derived") -> Derivation:
    """Prefactors ``zero`` and ``ring`` of one mode's escape rates; barrier F (s(x_-) - s(well)).

    The mean residual is held fixed. With N neurons and (P - 1)/2 modes the first escape of any
    comes that much earlier. Published: F = P, as if every k had weights of its own.
    Source: derived here.
    """
    require_theory(theory)
    results = {
        "zero": prefactor("zero", theory),
        "ring": prefactor("ring", theory),
        "unit": mode_action(theory).factor,
    }
    return Derivation("Escape of a mode", _mode_steps(), results)
