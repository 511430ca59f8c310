"""Expressions of the modular-addition model that code can be generated for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations_with_replacement
from types import MappingProxyType

import sympy as sp

from binodal.models.model import Expressions
from derive.assumptions import Assumption
from derive.derivation import Derivation
from derive.modular.action import action, mode_action
from derive.modular.closure import closure
from derive.modular.events import birth, coexistence, events, temperature
from derive.modular.saddles import depth, ring, saddles
from derive.modular.weights import weights
from derive.symbols import (
    N,
    P,
    a,
    gamma,
    lam,
    mass,
    sigma2,
    sigma_a2,
    u,
    x,
    x_v,
    xy_mean,
)

_LAMBDA = sp.Symbol("lam", positive=True)
_ORDER = (x, x_v, u, a, _LAMBDA, xy_mean, mass, N, P, sigma2, sigma_a2, gamma)
_MEANINGS = {
    x: "x = |w_k|^2",
    x_v: "x_v = |v_k|^2",
    u: f"u = {mode_action().coupling}",
    _LAMBDA: "lam = lambda, the eigenvalue of the kernel on the target",
    xy_mean: "xy_mean = <x x_v> over the law of one mode",
    mass: "mass = probability of the ring",
}


def _expressions(
    values: Mapping[str, sp.Expr], assumptions: Sequence[Assumption], note: str
) -> Expressions:
    """Arguments are the free symbols: unknowns first, then parameters."""
    # The symbol's own name is a keyword of Python.
    values = {name: e.subs(lam, _LAMBDA) for name, e in values.items()}
    free = set().union(*(e.free_symbols for e in values.values()))
    used = tuple(symbol for symbol in _ORDER if symbol in free)
    meanings = (_MEANINGS[symbol] for symbol in used if symbol in _MEANINGS)
    return Expressions(values, used, (note, *meanings, *(a.value for a in assumptions)))


def _density(theory: str) -> sp.Expr:
    """S/P of one mode of the theory."""
    mode = mode_action(theory)
    return sp.expand(mode.factor * mode.s / P)


def _units(theory: str) -> str:
    mode = "one complex mode, k and P-k together" if theory == "derived" else "one value of k"
    return f"S/P of {mode}, {theory} theory, relative to x = x_v = 0"


def _action(theory: str) -> Expressions:
    return _expressions({"S": _density(theory)}, action(theory).assumptions, _units(theory))


def _gradient(theory: str) -> Expressions:
    slopes = {f"S_{s}": sp.diff(_density(theory), s) for s in (x, x_v)}
    return _expressions(slopes, action(theory).assumptions, f"gradient of {_units(theory)}")


def _hessian(theory: str) -> Expressions:
    pairs = combinations_with_replacement((x, x_v), 2)
    bends = {f"S_{s}_{t}": sp.diff(_density(theory), s, t) for s, t in pairs}
    return _expressions(bends, action(theory).assumptions, f"Hessian of {_units(theory)}")


def _saddles(theory: str) -> Expressions:
    units = mode_action(theory).factor / P
    values = {
        "x_plus": ring(1),
        "x_minus": ring(-1),
        "S_plus": units * depth().subs(x, ring(1)),
        "S_minus": units * depth().subs(x, ring(-1)),
    }
    note = f"minimum x_plus and saddle x_minus with their {_units(theory)}; real for u^2 >= gamma"
    return _expressions(values, saddles(theory).assumptions, note)


def _closure(theory: str) -> Expressions:
    results = closure(theory).results
    note = "zero at the solution, the first for a and the second for lambda"
    values = {"closure": results["closure"], "lambda_balance": results["lambda"] - lam}
    return _expressions(values, closure(theory).assumptions, note)


def _coupling(theory: str) -> Expressions:
    results = closure(theory).results
    values = {"u": results["u_of_lambda"], "a": results["a"]}
    return _expressions(values, closure(theory).assumptions, "coupling and residual at lambda")


def _of_event(values: Mapping[str, sp.Expr], derivation: Derivation, note: str) -> Expressions:
    return _expressions(values, derivation.assumptions, note)


def _birth(theory: str) -> Expressions:
    at_u, at_x = birth()
    values = {"sigma2_birth": temperature(at_u), "u_birth": at_u, "x_birth": at_x}
    return _of_event(values, events(theory), "where the ring is born, thermodynamic limit")


def _coexistence(theory: str) -> Expressions:
    at_u, at_x = coexistence()
    values = {"sigma2_coexistence": temperature(at_u), "u_coexistence": at_u, "x_coexistence": at_x}
    return _of_event(values, events(theory), "where ring and zero are equally deep, large P")


def _gmfl2(theory: str) -> Expressions:
    results = events(theory).results
    values = {name: results[name] for name in ("sigma2_gmfl2", "a_gmfl2", "gmfl2_ratio")}
    note = "end of GMFL-I, where the ring holds everything; it exists iff gmfl2_ratio < 1"
    return _of_event(values, events(theory), note)


def _sharing(theory: str) -> Expressions:
    results = events(theory).results
    values = {name: results[name] for name in ("mass", "a_pinned", "neurons_per_mode")}
    note = "in GMFL-I: mass of the ring, a, and the mean number of neurons on one mode's ring"
    return _of_event(values, events(theory), note)


def _weights(theory: str) -> Expressions:
    results = weights(theory).results
    values = {name: results[name] for name in ("odds_printed", "odds_one_loop", "odds_real_mode")}
    note = "odds of the ring at x = x_plus against zero; odds_real_mode is that of k = P/2, even P"
    return _expressions(values, weights(theory).assumptions, note)


def _law(theory: str) -> Expressions:
    note = "unnormalised density of (x, x_v) with respect to dx dx_v"
    values = {"density": weights(theory).results["integrand"]}
    return _expressions(values, action(theory).assumptions, note)


EXPRESSIONS: Mapping[str, Callable[[str], Expressions]] = MappingProxyType(
    {
        "action": _action,
        "gradient": _gradient,
        "hessian": _hessian,
        "saddles": _saddles,
        "closure": _closure,
        "coupling": _coupling,
        "birth": _birth,
        "coexistence": _coexistence,
        "gmfl2": _gmfl2,
        "sharing": _sharing,
        "weights": _weights,
        "law": _law,
    }
)
