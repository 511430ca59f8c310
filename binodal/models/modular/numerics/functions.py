"""The derived expressions of the model, compiled to ball arithmetic once a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp
from flint import arb

from binodal.derive.scaling import exponents
from binodal.derive.symbols import N, P, gamma, lam, mass, sigma2, sigma_a2, u, x
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import (
    kernel_factor,
    renormalised_coupling,
    ring_lambda,
)
from binodal.models.modular.derivations.events import birth, coexistence, temperature
from binodal.models.modular.derivations.reduction import density_of_mean
from binodal.models.modular.derivations.saddles import depth, quadratic, ring
from binodal.models.modular.derivations.weights import one_loop_odds, printed_odds
from binodal.numerics.balls import ball
from binodal.numerics.codegen.load import compiled

PARAMETERS = (N, P, sigma2, sigma_a2, gamma)
TAU = sp.Symbol("tau", positive=True)
BallFunction = Callable[..., tuple[Any, ...]]


def values(parameters: Mapping[str, Fraction]) -> tuple[arb, ...]:
    """The parameters as balls at the current precision, in the order of ``PARAMETERS``."""
    return tuple(ball(parameters[str(symbol)]) for symbol in PARAMETERS)


@cache
def critical_state(event: str) -> tuple[sp.Expr, sp.Expr]:
    """(u, x) of the ring at an event; the end of GMFL-I is a point on the coexistence line."""
    return birth() if event == "birth" else coexistence()


@cache
def critical_tau(event: str) -> sp.Expr:
    """sigma^2 + lambda at the event: a monomial in the parameters."""
    return temperature(critical_state(event)[0])


@cache
def full_ring(theory: str) -> sp.Expr:
    """lambda of a ring at coexistence that holds all of the probability: a monomial."""
    return ring_lambda(theory).subs({x: coexistence()[1], mass: 1})


@cache
def powers(monomial: sp.Expr) -> dict[str, Fraction]:
    """The exponents of the parameters in a monomial."""
    row = exponents(monomial, PARAMETERS)
    return {str(s): Fraction(int(e.p), int(e.q)) for s, e in zip(PARAMETERS, row, strict=True)}


@cache
def event_values(event: str, theory: str) -> BallFunction:
    """parameters -> u, x, tau = sigma^2 + lambda of the event, and lambda of a full ring."""
    at_u, at_x = critical_state(event)
    named = {"u": at_u, "x": at_x, "tau": critical_tau(event), "full": full_ring(theory)}
    return compiled("event_values", named, PARAMETERS, "arb")


def coupling_of_tau() -> sp.Expr:
    """u as a function of tau = sigma^2 + lambda."""
    return sp.simplify(renormalised_coupling().subs(lam, TAU - sigma2))


@cache
def coupling() -> BallFunction:
    """(tau, parameters) -> u and du/dtau."""
    law = coupling_of_tau()
    return compiled("coupling", {"u": law, "slope": sp.diff(law, TAU)}, (TAU, *PARAMETERS), "arb")


@cache
def tau_of_coupling() -> BallFunction:
    """(u, parameters) -> tau = sigma^2 + lambda."""
    return compiled("tau_of_coupling", {"tau": temperature(u)}, (u, *PARAMETERS), "arb")


@cache
def saddle_functions(theory: str) -> BallFunction:
    """(u, gamma, P) -> x_-, x_+, S/P at both, and u^2 - gamma."""
    units = mode_action(theory).factor / P
    inner, outer = ring(-1), ring(1)
    named = {
        "inner": inner,
        "outer": outer,
        "barrier": units * depth().subs(x, inner),
        "depth": units * depth().subs(x, outer),
        "discriminant": sp.discriminant(quadratic(), x) / 4,
    }
    return compiled("saddle_functions", named, (u, gamma, P), "arb")


@cache
def ring_action(theory: str) -> BallFunction:
    """(x, u, P) -> S/P of the ring at a stationary x; good at birth too, where x_+ = x_-."""
    units = mode_action(theory).factor / P
    return compiled("ring_action", {"action": units * depth()}, (x, u, P), "arb")


@cache
def full_branch(theory: str) -> BallFunction:
    """(x, parameters) -> u, tau, lambda and sigma^2 of a full ring at x, and d sigma^2/dx.

    With mass 1 every quantity is an explicit function of x: this is GMFL-II.
    """
    (at_u,) = sp.solve(quadratic(), u)
    tau = temperature(u).subs(u, at_u)
    level = ring_lambda(theory).subs(mass, 1)
    cold = tau - level
    named = {"u": at_u, "tau": tau, "lam": level, "sigma2": cold, "slope": sp.diff(cold, x)}
    return compiled("full_branch", named, (x, *PARAMETERS), "arb")


@dataclass(frozen=True)
class SingleIntegral:
    """prefactor(m) exp(-exponent(m)) 1F1(upper; lower; argument(m)), split for evaluation.

    ``terms`` is (m, u, P, gamma) -> prefactor, argument; it works on complex balls as well. The
    prefactor is a monomial in m of degree ``degree``.
    """

    terms: BallFunction
    upper: Fraction
    lower: Fraction
    degree: int


@cache
def single_integral(moment: int, real: bool = False) -> SingleIntegral:
    """The derived density of the mean of x and x_v, weighted with (x x_v)^moment."""
    density = density_of_mean(moment, real)
    (kummer,), (decay,) = density.atoms(sp.hyper), density.atoms(sp.exp)
    prefactor = sp.simplify(density / (kummer * decay))
    named = {"prefactor": prefactor, "argument": kummer.argument}
    terms = compiled("single_integral", named, (x, u, P, gamma), "arb")
    upper, lower = (Fraction(int(e.p), int(e.q)) for e in (kummer.ap[0], kummer.bq[0]))
    return SingleIntegral(terms, upper, lower, int(sp.degree(prefactor, x)))


@cache
def exponent_taylor(real: bool = False) -> BallFunction:
    """(m, u, P, gamma) -> Taylor coefficients, up to the third, of the exponent at m."""
    (decay,) = density_of_mean(0, real).atoms(sp.exp)
    exponent = sp.expand(-decay.args[0])
    terms = {f"c{k}": sp.diff(exponent, x, k) / sp.factorial(k) for k in range(4)}
    return compiled("exponent_taylor", terms, (x, u, P, gamma), "arb")


@cache
def kernel_scale(theory: str) -> BallFunction:
    """parameters -> lambda / <x x_v>."""
    return compiled("kernel_scale", {"scale": kernel_factor(theory)}, PARAMETERS, "arb")


@cache
def ring_odds(name: str) -> BallFunction:
    """(x, u, P, gamma) -> odds of a ring at x against zero: "printed" (B.41) or "one-loop"."""
    odds = {"printed": printed_odds, "one-loop": one_loop_odds}[name]()
    return compiled("ring_odds", {"odds": odds}, (x, u, P, gamma), "arb")
