"""The closure in both limits, as functions of arrays."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import P, gamma, mass, sigma_a2, u, x
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import kernel_factor, ring_lambda
from binodal.models.modular.derivations.events import full_ring, temperature
from binodal.models.modular.derivations.reduction import bottom_and_stiffness, density_of_mean
from binodal.models.modular.derivations.saddles import depth, quadratic, ring
from binodal.models.modular.derivations.weights import printed_odds
from binodal.models.modular.forms.action import (
    PARAMETERS,
    TAU,
    coupling_of_tau,
    critical_state,
    critical_tau,
)
from binodal.numerics.codegen.function import Function


def closed_forms(theory: str) -> dict[str, Function]:
    """Events, the coupling of tau, the branch of full rings, the ring, and S/P in units of s."""
    (at_u,) = sp.solve(quadratic(), u)
    named = {
        "tau": critical_tau("coexistence"),
        "full": full_ring(theory),
        "x": critical_state("coexistence")[1],
    }
    branch = {"tau": temperature(u).subs(u, at_u), "lam": ring_lambda(theory).subs(mass, 1)}
    return {
        "events": Function("events", named, PARAMETERS),
        "coupling": Function("coupling", {"u": coupling_of_tau()}, (TAU, *PARAMETERS)),
        "branch": Function("branch", branch, (x, *PARAMETERS)),
        "ring": Function("ring", {"x": ring()}, (u, PARAMETERS[-1])),
        "units": Function("units", {"units": mode_action(theory).factor / P}, (P,)),
    }


def law_of_mean() -> dict[str, Function]:
    """Rings; exponent, Kummer argument and prefactors of the single integral; printed odds."""
    density, moment = density_of_mean(0), density_of_mean(1)
    (decay,), (kummer,) = density.atoms(sp.exp), density.atoms(sp.hyper)
    (higher,) = moment.atoms(sp.hyper)
    bottom, _ = bottom_and_stiffness()
    factor = sp.simplify(-decay.args[0] / bottom)
    terms = {
        "exponent": factor * sp.horner(bottom, x),
        "beta": sp.simplify(-kummer.argument),
        "norm": sp.simplify(density / (decay * kummer)),
        "moment": sp.simplify(moment / (decay * higher)),
    }
    bends = [sp.simplify(factor * sp.diff(bottom, x, k).subs(x, ring())) for k in (2, 3)]
    rings = {"inner": ring(-1), "outer": ring(), "spread": sp.discriminant(quadratic(), x) / 4}
    arguments = (x, u, P, gamma)
    table: dict[str, dict[str, sp.Expr]] = {
        "terms": terms,
        "bends": {"c2": bends[0] / 2, "c3": bends[1] / 6, "bottom": factor * depth()},
        "rings": rings,
        "action": {"depth": depth().subs(x, ring()), "barrier": depth().subs(x, ring(-1))},
        "odds": {"log_odds": sp.expand_log(sp.log(printed_odds()), force=True)},
    }
    return {name: Function(name, e, arguments) for name, e in table.items()}


def scale(theory: str) -> Function:
    """(sigma_a2, P) -> lambda / <x x_v>."""
    return Function("scale", {"scale": kernel_factor(theory)}, (sigma_a2, P))


def coupling_at(event: str) -> Function:
    """(parameters) -> u at the event."""
    name = "birth" if event == "birth" else "coexistence"
    return Function("at_event", {"u": critical_state(name)[0]}, PARAMETERS)


def tau() -> Function:
    """(u, parameters) -> tau = sigma^2 + lambda."""
    return Function("tau", {"tau": temperature(u)}, (u, *PARAMETERS))
