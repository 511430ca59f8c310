"""The action of a neuron in its weights, with slopes, and the force of a residual."""

from __future__ import annotations

from itertools import combinations_with_replacement

import sympy as sp

from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations import weights as derived
from binodal.models.single_index.derivations.action import u
from binodal.models.single_index.derivations.biased import pin, variance
from binodal.models.single_index.derivations.escape import largest_reaction, square
from binodal.numerics.codegen.function import Function

Modes = tuple[derived.MultiIndex, ...]
_FIELD = sp.Symbol("F", real=True)


def orders(modes: Modes, slopes: int = 2) -> tuple[int, ...]:
    """The k of all g_k that an action with so many slopes may need."""
    return tuple(range(max(map(sum, modes)) + 1 + 2 * slopes))


def _function(
    name: str, values: dict[str, sp.Expr], modes: Modes, biased: bool, slopes: int = 2
) -> Function:
    places = derived.weights(len(modes[0]), biased)
    held = (*map(derived.amplitude, modes), *map(derived.slope, orders(modes, slopes)))
    return Function(name, values, (*places, *held, d, u, sigma_w2, variance))


def action(modes: Modes, biased: bool) -> dict[str, Function]:
    """(weights, t_a, g_k of ``orders``, d, u, sigma_w2, V) -> S, what its measure adds, its slopes,
    and the second ones row by row from the diagonal on."""
    places = derived.weights(len(modes[0]), biased)
    first, second = derived.slopes(modes, biased)
    pairs = combinations_with_replacement(range(len(places)), 2)
    rows = {
        "values": [derived.action(modes, biased), derived.measure(len(modes[0]))],
        "first": list(first),
        "second": [second[i, k] for i, k in pairs],
    }
    return {name: _function(name, _named(row), modes, biased) for name, row in rows.items()}


def _named(values: list[sp.Expr]) -> dict[str, sp.Expr]:
    return {f"S_{i}": value for i, value in enumerate(values)}


def limit(modes: Modes, biased: bool) -> dict[str, Function]:
    """(weights, t_a, g_k, u, sigma_w2, pin) -> S/d at infinite d, its slopes, and the second ones
    row by row from the diagonal on."""
    places = derived.weights(len(modes[0]), biased)
    held = (*places, *map(derived.amplitude, modes), *map(derived.slope, orders(modes)))
    first, second = derived.slopes(modes, biased)
    pairs = list(combinations_with_replacement(range(len(places)), 2))

    def per_dimension(e: sp.Expr) -> sp.Expr:
        return sp.expand(e.subs(variance, 1 / (d * pin)) / d)

    rows = {
        "action": [derived.action(modes, biased)],
        "first": list(first),
        "second": [second[i, k] for i, k in pairs],
    }
    arguments = (*held, u, sigma_w2, pin)
    return {
        name: Function(name, _named([per_dimension(e) for e in row]), arguments)
        for name, row in rows.items()
    }


def reaction() -> Function:
    """(E phi^2, F, parameters) -> the largest change of S by the neuron's own effect."""
    named = {"reaction": largest_reaction(_FIELD)}
    return Function("reaction", named, (square, _FIELD, N, n, sigma2, sigma_a2))


def force(modes: Modes, biased: bool) -> Function:
    """The same with fewer g_k -> the residual's force along each weight, and F."""
    places, whole = derived.weights(len(modes[0]), biased), derived.field(modes)
    pulls = {f"F_{x}": d * u * whole * derived.by_weight(whole, x) for x in places}
    return _function("force", {**pulls, "F": whole}, modes, biased, slopes=1)
