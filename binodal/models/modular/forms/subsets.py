"""The events of a generalising mode on a subset as rational curves, and polynomials in z."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.symbols import N, P, a, gamma, lam, sigma2, sigma_a2, u, x
from binodal.models.modular.derivations.cavity import coexistence_to_all_powers
from binodal.models.modular.derivations.crossing import RATIO, advantage, depth, least_pull
from binodal.models.modular.derivations.elsewhere import said_elsewhere
from binodal.models.modular.derivations.own_readout import PULL2, SQUARE, VARIANCE
from binodal.models.modular.derivations.own_readout import gained as gained_by_neuron
from binodal.models.modular.derivations.pair_left_out import HELD, TURNED
from binodal.models.modular.derivations.partial_data import partial_data
from binodal.models.modular.derivations.quenched import (
    G,
    Y,
    coexistence_curve,
    disorder,
    end,
    gain,
    residual_on_subset,
    ring_level,
    ring_state,
    slopes,
    spinodal_curve,
    squared_radius,
)
from binodal.models.modular.derivations.ring_places import of_mode
from binodal.models.modular.derivations.subsets import ZETA, ZETA_V, F, pair_action, signal
from binodal.models.modular.derivations.symbols_of_subsets import COUPLING, DISORDER, STIFFNESS
from binodal.models.modular.derivations.unseen_outputs import OTHERS
from binodal.models.modular.derivations.unseen_outputs import outputs as laws_of_outputs
from binodal.models.modular.derivations.widths import (
    FULL,
    MOVED,
    POWER,
    SHIFT,
    SIGNAL,
    STEEP,
    least_share_moved,
    of_one_neuron,
    of_one_unit,
    steepness,
)
from binodal.models.modular.derivations.widths import moved as events_moved
from binodal.models.modular.forms.action import PARAMETERS, TAU, coupling_of_tau, powers
from binodal.numerics.codegen.function import Function

Z = STIFFNESS
CURVES = {
    "coexistence": coexistence_curve,
    "birth": spinodal_curve,
    "memorisation": spinodal_curve,
    "coexistence to all powers": coexistence_to_all_powers,
}
_REDUCED = sp.Symbol("reduced", positive=True)
"""u^2/gamma at a = 1, for P over P^4."""


def _ratio() -> sp.Expr:
    return sp.simplify(coupling_of_tau().subs(TAU, sigma2) ** 2 / gamma)


def ratio() -> Function:
    """(F, parameters) -> U^2/gamma at a = 1, a monomial; at F = 1 that of all pairs."""
    return Function("ratio", {"ratio": signal() ** 2 * _ratio()}, (F, *PARAMETERS))


def ring_at() -> Function:
    """(U x, gamma x^2, gamma, F) -> x and u."""
    return Function("ring_at", dict(zip("xu", ring_state(), strict=True)), (Y, G, gamma, F))


def shared() -> Function:
    """(sigma^2/a, sigma^2, F) -> a, and lambda of the residual on a subset."""
    (level,) = sp.solve(residual_on_subset() - sigma2 / TAU, lam)
    return Function("shared", {"a": sigma2 / TAU, "lambda": sp.simplify(level)}, (TAU, sigma2, F))


def powers_of_ratio() -> dict[str, str]:
    """Its exponents."""
    (share,) = sp.Poly(signal() ** 2, F).monoms()[0]
    return {**powers(_ratio()), "data_fraction": str(share)}


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
        return _row(signal().subs(F, share) ** 2 * _REDUCED - y**2 / g, (_REDUCED, P))
    if along == "P":
        (order,) = sp.solve(disorder() - strength, P)
        return _row(signal() ** 2 * order**4 * _REDUCED - y**2 / g, (_REDUCED, F))
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
    slope = sp.expand(slopes()[1].subs(G, gamma * Y**2))
    odd = slope.coeff(Y, 1) * Y
    squared = sp.expand((slope - odd) ** 2 - odd**2)
    return _row(squared.subs(Y, sp.sqrt(_squared_coupling())), (gamma, DISORDER))


def _squared_coupling() -> sp.Expr:
    """(U x)^2 by z and the disorder."""
    return (1 - Z**2) / sp.simplify(squared_radius() / (COUPLING * x) ** 2)


def at_saddle() -> Function:
    """(z, gamma/U^2, disorder) -> U x, ds/dx, x d^2s/dx^2 and s/x."""
    coupling = sp.sqrt(_squared_coupling())
    names = ("value", "slope", "bend")
    named = {
        name: part.subs(G, gamma * Y**2).subs(Y, coupling)
        for name, part in zip(names, slopes(), strict=True)
    }
    rows = {"y": coupling, **{name: named[name] for name in ("slope", "bend", "value")}}
    return Function("at_saddle", rows, (Z, gamma, DISORDER))


def pair_coupling() -> Function:
    """(u, P) -> the coupling of a neuron that sees one pair."""
    mixed = sp.Poly(pair_action(), ZETA, ZETA_V).coeff_monomial(ZETA * ZETA_V)
    return Function("pair_coupling", {"u": -mixed}, (u, P))


def memorising() -> Function:
    """(U^2/gamma of a ring on the subset, F, P, gamma, and the shares of the functions that are
    held and turned) -> S of equal modes there, and their pull over what they have on all pairs."""
    least = HELD * P**2 / sp.sqrt(gamma) * depth(advantage())
    arguments = (RATIO, F, P, gamma, HELD, TURNED)
    return Function("memorising", {"S": least, "pull": least_pull()}, arguments)


def gained() -> Function:
    """(sum_p (r_p.S)^2, |S|^2, V, N, P, sigma^2, sigma_a^2) -> what a neuron gains at finite N, and
    its slopes by the first two."""
    gain = gained_by_neuron()
    slopes = {f"by_{s}": sp.diff(gain, s) for s in (PULL2, SQUARE)}
    rest = (VARIANCE, N, P, sigma2, sigma_a2)
    return Function("gained", {"gain": gain, **slopes}, (PULL2, SQUARE, *rest))


def steep(event: str) -> Function:
    """z -> -d log(U^2/gamma)/d log(disorder) along an event."""
    return Function("steep", {"t": steepness(CURVES[event]())}, (Z,))


def one() -> Function:
    """(z, U x, x, F, Lambda, N, P, sigma^2) -> the changes of log U by one unit of S and by one
    neuron more on the ring."""
    named = {"unit": of_one_unit(), "neuron": of_one_neuron()}
    return Function("one", named, (Z, Y, x, F, FULL, N, P, sigma2))


def moved() -> Function:
    """(powers of the parameter in U^2/gamma and in the disorder, t, zeta, eta) -> how far it moves,
    by its logarithm, with the signal and with the coupling."""
    named = dict(zip(("signal", "coupling"), events_moved(), strict=True))
    return Function("moved", named, (POWER, MOVED, STEEP, SIGNAL, SHIFT))


def least_moved() -> Function:
    """(zeta, F) -> how far the least share moves with the signal."""
    return Function("least_moved", {"share": least_share_moved()}, (SIGNAL, F))


def dropped(name: str) -> Function:
    """(U, x, disorder, gamma, F, P) -> the size of what is left out, or what it depends on."""
    size = partial_data().results[name]
    return Function("dropped", {"size": size}, (COUPLING, x, DISORDER, gamma, F, P))


def largest() -> dict[str, str]:
    """Of a mode's ring the mean largest field on a subset."""
    return {"largest": str(of_mode())}


def level() -> Function:
    """(z, U x) -> what the other modes make of lambda of the ring."""
    return Function("level", {"level": ring_level()}, (Z, Y))


def elsewhere() -> Function:
    """(z, U x, F) -> the mean output on pairs that are not seen over that on pairs seen."""
    share = said_elsewhere(gain(), ring_level().subs(Y, COUPLING * x))
    return Function("elsewhere", {"share": share.subs(COUPLING, Y / x)}, (Z, Y, F))


def outputs() -> Function:
    """(a, a of the others, sigma^2, P, F) -> the law of outputs on pairs that are not seen."""
    return Function("outputs", laws_of_outputs(), (a, OTHERS, sigma2, P, F))
