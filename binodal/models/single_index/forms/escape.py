"""Potential and rate of one neuron between two wells, and what the rate leaves out."""

from __future__ import annotations

from binodal.derive.symbols import N, d, n, sigma2, sigma_a2, sigma_w2
from binodal.models.single_index.derivations import escape as derived
from binodal.models.single_index.derivations.action import amplitude, field, m, overlap
from binodal.models.single_index.derivations.dynamics import ACROSS, ALONG
from binodal.numerics.codegen.function import Function

_PARAMETERS = (N, n, d, sigma2, sigma_w2, sigma_a2)


def potential(modes: tuple[int, ...]) -> Function:
    """(q, r_perp, t_k, c_k, parameters) -> U of one neuron, k the modes."""
    held = (*map(amplitude, modes), *map(overlap, modes))
    arguments = (ALONG, ACROSS, *held, *_PARAMETERS)
    return Function("potential", {"U": derived.potential(modes)}, arguments)


def rate() -> Function:
    """(m, r, S_mm, S_ml, S_ll of the well, of the saddle, exits, d) -> prefactor of the rate."""
    places = (symbol for name in derived.PLACES for symbol in derived.place(name))
    named = {"prefactor": derived.prefactor()}
    return Function("prefactor", named, (*places, derived.exits, d))


def reaction(modes: tuple[int, ...]) -> Function:
    """(m, E phi^2, t_k, c_k, parameters) -> the largest change of S by the neuron's own effect."""
    held = (*map(amplitude, modes), *map(overlap, modes))
    named = {"reaction": derived.largest_reaction(field(modes))}
    return Function("reaction", named, (m, derived.square, *held, *_PARAMETERS))
