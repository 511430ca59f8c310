"""Expressions of the modular-addition model that code can be generated for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations_with_replacement
from types import MappingProxyType

import sympy as sp

from binodal.derive.assumptions import Assumption
from binodal.derive.symbols import N, P, a, gamma, lam, mass, sigma2, sigma_a2, u, x, x_v, xy_mean
from binodal.models.modular.derivations.action import action, mode_action
from binodal.models.modular.derivations.closure import closure
from binodal.models.modular.derivations.events import events
from binodal.models.modular.derivations.reduction import DELTA, bottom_and_stiffness, jacobian
from binodal.models.modular.derivations.saddles import depth, ring, saddles
from binodal.models.modular.derivations.weights import integrand, weights
from binodal.models.protocol import Expressions

_LAMBDA = sp.Symbol("lam", positive=True)
_ACTION = "action: mode_action"
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
    values: Mapping[str, sp.Expr], assumptions: Sequence[Assumption], source: str, note: str
) -> Expressions:
    """Arguments are the free symbols: unknowns first, then parameters.

    ``source`` names the functions of binodal.models.modular.derivations that the values come from.
    """
    # The symbol's own name is a keyword of Python.
    values = {name: e.subs(lam, _LAMBDA) for name, e in values.items()}
    free = set().union(*(e.free_symbols for e in values.values()))
    used = tuple(symbol for symbol in _ORDER if symbol in free)
    meanings = (_MEANINGS[symbol] for symbol in used if symbol in _MEANINGS)
    assumed = (f"Assumes {a.value}" for a in assumptions)
    derived = f"Derived in binodal.models.modular.derivations.{source}."
    return Expressions(values, used, (derived, note, *meanings, *assumed))


def _density(theory: str) -> sp.Expr:
    """S/P of one mode of the theory."""
    mode = mode_action(theory)
    return sp.expand(mode.factor * mode.s / P)


def _units(theory: str) -> str:
    mode = "one complex mode, k and P-k together" if theory == "derived" else "one value of k"
    return f"S/P of {mode}, {theory} theory, relative to x = x_v = 0"


def _action(theory: str) -> Expressions:
    values = {"S": _density(theory)}
    return _expressions(values, action(theory).assumptions, _ACTION, _units(theory))


def _gradient(theory: str) -> Expressions:
    slopes = {f"S_{s}": sp.diff(_density(theory), s) for s in (x, x_v)}
    note = f"gradient of {_units(theory)}"
    return _expressions(slopes, action(theory).assumptions, _ACTION, note)


def _hessian(theory: str) -> Expressions:
    pairs = combinations_with_replacement((x, x_v), 2)
    bends = {f"S_{s}_{t}": sp.diff(_density(theory), s, t) for s, t in pairs}
    note = f"Hessian of {_units(theory)}"
    return _expressions(bends, action(theory).assumptions, _ACTION, note)


def _saddles(theory: str) -> Expressions:
    units = mode_action(theory).factor / P
    outer, inner = ring(1), ring(-1)
    values = {
        "x_plus": outer,
        "x_minus": inner,
        "S_plus": units * depth().subs(x, outer),
        "S_minus": units * depth().subs(x, inner),
    }
    note = f"minimum x_plus and saddle x_minus with their {_units(theory)}; real for u^2 >= gamma"
    return _expressions(
        values, saddles(theory).assumptions, "saddles: quadratic, ring, depth", note
    )


def _closure(theory: str) -> Expressions:
    results = closure(theory).results
    note = "zero at the solution, the first for a and the second for lambda"
    values = {"closure": results["closure"], "lambda_balance": results["lambda"] - lam}
    return _expressions(values, closure(theory).assumptions, "closure: closure", note)


def _coupling(theory: str) -> Expressions:
    results = closure(theory).results
    values = {"u": results["u_of_lambda"], "a": results["a"]}
    note = "coupling and residual at lambda"
    return _expressions(values, closure(theory).assumptions, "closure: closure", note)


def _of_event(names: Sequence[str], functions: str, note: str, theory: str) -> Expressions:
    """Some results of the derivation of events; ``functions`` are those that they come from."""
    derived = events(theory)
    values = {name: derived.results[name] for name in names}
    return _expressions(values, derived.assumptions, f"events: {functions}", note)


def _log(value: sp.Expr) -> sp.Expr:
    """The logarithm as a sum, which does not overflow where the value does."""
    return sp.expand_log(sp.log(value), force=True)


def _weights(theory: str) -> Expressions:
    results = weights(theory).results
    names = ("odds_printed", "odds_one_loop", "odds_real_mode")
    values = {f"log_{name}": _log(results[name]) for name in names}
    note = "odds of the ring at x = x_plus against zero; odds_real_mode is that of k = P/2, even P"
    return _expressions(values, weights(theory).assumptions, "weights: weights", note)


def _law(theory: str) -> Expressions:
    note = "log of the unnormalised density of (x, x_v) with respect to dx dx_v"
    values = {"log_density": _log(integrand(theory))}
    return _expressions(values, action(theory).assumptions, "weights: integrand", note)


def _law_of_mean(theory: str) -> Expressions:
    """The law above integrated over x - x_v in closed form, at any P."""
    bottom, stiffness = bottom_and_stiffness()
    factor = mode_action(theory).factor
    rate = sp.Symbol("rate", positive=True)
    spread = sp.integrate(sp.exp(-rate * DELTA**2), (DELTA, -x, x)).subs(rate, factor * stiffness)
    values = {"log_density": _log(jacobian() * spread) - factor * bottom}
    source = "reduction: bottom_and_stiffness, jacobian"
    note = "log of the unnormalised density of (x + x_v)/2, which is written as x"
    return _expressions(values, action(theory).assumptions, source, note)


EXPRESSIONS: Mapping[str, Callable[[str], Expressions]] = MappingProxyType(
    {
        "action": _action,
        "gradient": _gradient,
        "hessian": _hessian,
        "saddles": _saddles,
        "closure": _closure,
        "coupling": _coupling,
        "birth": partial(
            _of_event,
            ("sigma2_birth", "u_birth", "x_birth"),
            "birth, temperature",
            "where the ring is born, thermodynamic limit",
        ),
        "coexistence": partial(
            _of_event,
            ("sigma2_coexistence", "u_coexistence", "x_coexistence"),
            "coexistence, temperature",
            "where ring and zero are equally deep, large P",
        ),
        "gmfl2": partial(
            _of_event,
            ("sigma2_gmfl2", "a_gmfl2", "gmfl2_ratio"),
            "events",
            "end of GMFL-I, where the ring holds everything; it exists iff gmfl2_ratio < 1",
        ),
        "sharing": partial(
            _of_event,
            ("mass", "a_pinned", "neurons_per_mode"),
            "events",
            "in GMFL-I: mass of the ring, a, and the mean number of neurons on one mode's ring",
        ),
        "weights": _weights,
        "law": _law,
        "law-of-mean": _law_of_mean,
    }
)
