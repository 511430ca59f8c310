"""A mode's action and its saddles, the closure's coupling, and the law at finite P."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.scaling import exponents
from binodal.derive.symbols import N, P, gamma, lam, mass, sigma2, sigma_a2, u, x
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import (
    kernel_factor,
    renormalised_coupling,
    ring_lambda,
)
from binodal.models.modular.derivations.events import birth, coexistence, full_ring, temperature
from binodal.models.modular.derivations.reduction import density_of_mean
from binodal.models.modular.derivations.saddles import depth, quadratic, ring
from binodal.models.modular.derivations.weights import one_loop_odds, printed_odds
from binodal.numerics.codegen.function import Function

PARAMETERS = (N, P, sigma2, sigma_a2, gamma)


TAU = sp.Symbol("tau", positive=True)


@cache
def critical_state(event: str) -> tuple[sp.Expr, sp.Expr]:
    """(u, x) of the ring at an event; the end of GMFL-I is a point on the coexistence line."""
    return birth() if event == "birth" else coexistence()


@cache
def critical_tau(event: str) -> sp.Expr:
    """sigma^2 + lambda at the event: a monomial in the parameters."""
    return temperature(critical_state(event)[0])


def powers(monomial: sp.Expr) -> dict[str, str]:
    """The exponents of the parameters in a monomial."""
    row = exponents(monomial, PARAMETERS)
    return {str(s): str(e) for s, e in zip(PARAMETERS, row, strict=True)}


def powers_of_tau(event: str) -> dict[str, str]:
    """Those of sigma^2 + lambda at the event."""
    return powers(critical_tau(event))


def powers_of_ring(theory: str) -> dict[str, str]:
    """Those of lambda of a full ring."""
    return powers(full_ring(theory))


def event_values(event: str, theory: str) -> Function:
    """parameters -> u, x, tau = sigma^2 + lambda of the event, and lambda of a full ring."""
    at_u, at_x = critical_state(event)
    named = {"u": at_u, "x": at_x, "tau": critical_tau(event), "full": full_ring(theory)}
    return Function("event_values", named, PARAMETERS)


def coupling_of_tau() -> sp.Expr:
    """u as a function of tau = sigma^2 + lambda."""
    return sp.simplify(renormalised_coupling().subs(lam, TAU - sigma2))


def coupling() -> Function:
    """(tau, parameters) -> u and du/dtau."""
    law = coupling_of_tau()
    return Function("coupling", {"u": law, "slope": sp.diff(law, TAU)}, (TAU, *PARAMETERS))


def tau_of_coupling() -> Function:
    """(u, parameters) -> tau = sigma^2 + lambda."""
    return Function("tau_of_coupling", {"tau": temperature(u)}, (u, *PARAMETERS))


def saddle_functions(theory: str) -> Function:
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
    return Function("saddle_functions", named, (u, gamma, P))


def full_branch(theory: str) -> Function:
    """(x, parameters) -> u, tau, lambda and sigma^2 of a full ring at x, and d sigma^2/dx.

    With mass 1 every quantity is an explicit function of x: this is GMFL-II.
    """
    (at_u,) = sp.solve(quadratic(), u)
    tau = temperature(u).subs(u, at_u)
    level = ring_lambda(theory).subs(mass, 1)
    noise = tau - level
    named = {"u": at_u, "tau": tau, "lam": level, "sigma2": noise, "slope": sp.diff(noise, x)}
    return Function("full_branch", named, (x, *PARAMETERS))


@cache
def _terms_of_mean(moment: int, real: bool) -> tuple[sp.Expr, sp.Expr]:
    """Prefactor and 1F1 of the derived density of the mean, weighted with (x x_v)^moment."""
    density = density_of_mean(moment, real)
    (kummer,), (decay,) = density.atoms(sp.hyper), density.atoms(sp.exp)
    return sp.simplify(density / (kummer * decay)), kummer


def single_integral(moment: int, real: bool) -> Function:
    """(m, u, P, gamma) -> prefactor and argument of the 1F1 in the density of the mean."""
    prefactor, kummer = _terms_of_mean(moment, real)
    named = {"prefactor": prefactor, "argument": kummer.argument}
    return Function("single_integral", named, (x, u, P, gamma))


def single_integral_constants(moment: int, real: bool) -> dict[str, str]:
    """The parameters of the 1F1, and the prefactor's degree in m."""
    prefactor, kummer = _terms_of_mean(moment, real)
    degree = sp.degree(prefactor, x)
    return {"upper": str(kummer.ap[0]), "lower": str(kummer.bq[0]), "degree": str(degree)}


def exponent_taylor(real: bool) -> Function:
    """(m, u, P, gamma) -> Taylor coefficients, up to the third, of the exponent at m."""
    (decay,) = density_of_mean(0, real).atoms(sp.exp)
    exponent = sp.expand(-decay.args[0])
    terms = {f"c{k}": sp.diff(exponent, x, k) / sp.factorial(k) for k in range(4)}
    return Function("exponent_taylor", terms, (x, u, P, gamma))


def kernel_scale(theory: str) -> Function:
    """parameters -> lambda / <x x_v>."""
    return Function("kernel_scale", {"scale": kernel_factor(theory)}, PARAMETERS)


def ring_odds(name: str) -> Function:
    """(x, u, P, gamma) -> odds of a ring at x against zero: "printed" (B.41) or "one-loop"."""
    odds = {"printed": printed_odds, "one-loop": one_loop_odds}[name]()
    return Function("ring_odds", {"odds": odds}, (x, u, P, gamma))
