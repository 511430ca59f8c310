"""The events of a generalising mode on a subset as rational curves, and polynomials in z."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.symbols import P, gamma, sigma2, u, x
from binodal.models.modular.derivations.quenched import (
    coexistence_curve,
    disorder,
    end,
    gain,
    partial_data,
    ring_level,
    spinodal_curve,
    squared_radius,
)
from binodal.models.modular.derivations.saddles import action_density
from binodal.models.modular.derivations.subsets import ZETA, ZETA_V, F, pair_action
from binodal.models.modular.derivations.symbols_of_subsets import COUPLING, DISORDER, STIFFNESS
from binodal.models.modular.forms.action import PARAMETERS, TAU, coupling_of_tau, powers
from binodal.numerics.codegen.function import Function

Z = STIFFNESS
CURVES = {
    "coexistence": coexistence_curve,
    "birth": spinodal_curve,
    "memorisation": spinodal_curve,
}
_REDUCED = sp.Symbol("reduced", positive=True)
"""u^2/gamma at a = 1, for P over P^4."""


def _ratio() -> sp.Expr:
    return sp.simplify(coupling_of_tau().subs(TAU, sigma2) ** 2 / gamma)


def ratio() -> Function:
    """(parameters) -> u^2/gamma at a = 1, a monomial."""
    return Function("ratio", {"ratio": _ratio()}, PARAMETERS)


def powers_of_ratio() -> dict[str, str]:
    """Its exponents."""
    return powers(_ratio())


def curve(event: str) -> Function:
    """z -> U x, gamma x^2 and the disorder at an event."""
    names = ("y", "g", "strength")
    return Function("curve", dict(zip(names, CURVES[event](), strict=True)), (Z,))


def end_of(event: str) -> dict[str, list[str]]:
    """Where the disorder is largest along the event: a polynomial in z, and which real root."""
    root = end(CURVES[event]())
    polynomial = sp.Poly(sp.minimal_polynomial(root, Z), Z)
    row = [str(c) for c in reversed(polynomial.all_coeffs())]
    return {"row": row, "index": [str(sp.real_roots(polynomial).index(root))]}


def _row(expression: sp.Expr, arguments: tuple[sp.Symbol, ...]) -> Function:
    """Coefficients of the numerator in z from degree zero up, without factors of z alone."""
    _, factors = sp.factor_list(sp.numer(sp.together(expression)))
    (kept,) = [part for part, _ in factors if part.free_symbols & set(arguments)]
    row = reversed(sp.Poly(kept, Z).all_coeffs())
    return Function("row", {f"c{k}": c for k, c in enumerate(row)}, arguments)


@cache
def polynomial(event: str, along: str) -> Function:
    """The condition on z: for the disorder as it is, for a share, or for the order of the group.

    Arguments are the disorder; u^2/gamma and P; or u^2/(gamma P^4) and F.
    """
    y, g, strength = CURVES[event]()
    if along == "data_fraction":
        (share,) = sp.solve(disorder() - strength, F)
        return _row(share**4 * _REDUCED - y**2 / g, (_REDUCED, P))
    if along == "P":
        (order,) = sp.solve(disorder() - strength, P)
        return _row(F**4 * order**4 * _REDUCED - y**2 / g, (_REDUCED, F))
    return _row(strength - DISORDER, (DISORDER,))


def place(along: str) -> Function:
    """(z-dependent disorder, P or F) -> the share, or the order, at which it is that."""
    unknown, given = (F, P) if along == "data_fraction" else (P, F)
    (value,) = sp.solve(disorder() - DISORDER, unknown)
    return Function("place", {"value": value}, (DISORDER, given))


def strength() -> Function:
    """(F, P) -> the disorder."""
    return Function("strength", {"strength": disorder()}, (F, P))


def saddle_row() -> Function:
    """(gamma/(U^2 32 disorder), disorder) -> coefficients in z of the condition ds/dx = 0.

    U x = sqrt((1 - z^2)/(32 disorder)) by the squared radius, and the condition without 2 U x is
    squared: roots may belong to the other sign of it.
    """
    y = sp.Symbol("y", positive=True)
    slope = _slope(y)
    free = sp.expand(slope - slope.coeff(y, 1) * y)
    squared = sp.expand(free**2 - (slope.coeff(y, 1) * y) ** 2)
    return _row(squared.subs(y, sp.sqrt(_squared_coupling())), (gamma, DISORDER))


def _squared_coupling() -> sp.Expr:
    """(U x)^2 by z and the disorder."""
    return (1 - Z**2) / sp.simplify(squared_radius() / (COUPLING * x) ** 2)


def _slope(y: sp.Symbol) -> sp.Expr:
    """ds/dx by z and y = U x, with gamma for gamma/U^2."""
    free = (
        action_density()
        .subs({sp.Symbol("x_v", positive=True): x})
        .subs(sp.Symbol("u", positive=True), 1)
    )
    lost = gain() / x
    return sp.expand(sp.diff(free, x).subs(x, y)) - lost + sp.diff(lost, Z) * (1 - Z**2) / Z


def at_saddle() -> Function:
    """(z, gamma/U^2, disorder) -> U x, ds/dx, x d^2s/dx^2 and s/x."""
    y = sp.Symbol("y", positive=True)
    slope, found = _slope(y), sp.sqrt(_squared_coupling())
    lost = gain() / x
    value = (
        action_density()
        .subs({sp.Symbol("x_v", positive=True): x})
        .subs(sp.Symbol("u", positive=True), 1)
    )
    bend = sp.diff(slope, y) * y - sp.diff(slope, Z) * (1 - Z**2) / Z
    named = {
        "y": found,
        "slope": slope.subs(y, found),
        "bend": bend.subs(y, found),
        "value": (sp.expand(value / x).subs(x, y) - lost).subs(y, found),
    }
    return Function("at_saddle", named, (Z, gamma, DISORDER))


def pair_coupling() -> Function:
    """(u, P) -> the coupling of a neuron that sees one pair."""
    mixed = sp.Poly(pair_action(), ZETA, ZETA_V).coeff_monomial(ZETA * ZETA_V)
    return Function("pair_coupling", {"u": -mixed}, (u, P))


def dropped(name: str) -> Function:
    """(U, x, disorder, F, P) -> the size of what is left out."""
    size = partial_data().results[name]
    return Function("dropped", {"size": size}, (COUPLING, x, DISORDER, F, P))


def level() -> Function:
    """(z, U x) -> what the other modes make of lambda of the ring."""
    claim = ring_level()
    (y,) = claim.free_symbols - {Z}
    return Function("level", {"level": claim}, (Z, y))
