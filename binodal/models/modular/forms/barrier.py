"""Rates of escape over a barrier, and what they leave out."""

from __future__ import annotations

from binodal.derive.symbols import P, gamma, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.barrier import (
    POLAR,
    next_orders,
    polar_potential,
    prefactor,
    x_min,
)
from binodal.models.modular.derivations.reaction import largest_reaction
from binodal.models.modular.derivations.saddles import action_density
from binodal.models.modular.forms.action import PARAMETERS
from binodal.numerics.codegen.function import Function

ARGUMENTS = (x, x_min, u, gamma, P)


def escape(well: str, theory: str) -> Function:
    """(x of the saddle, x of the ring, u, gamma, P) -> prefactor of the rate out of a well.

    ``well`` is "zero" or "ring".
    """
    return Function("prefactor", {"prefactor": prefactor(well, theory)}, ARGUMENTS)


def orders(theory: str) -> Function:
    """(the same) -> what 1/F adds to the flux, and to the weights of zero and of the ring."""
    named = dict(zip(("saddle", "zero", "ring"), next_orders(theory), strict=True))
    named["ring"] = named["ring"].subs(x, x_min)
    return Function("orders", named, ARGUMENTS)


def height() -> Function:
    """(x, u, gamma) -> s of a mode whose two moduli are alike, U over F."""
    return Function("height", {"s": action_density().subs(x_v, x)}, (x, u, gamma))


def potential(theory: str) -> Function:
    """(radius, angle, u, gamma, P) -> U of a mode in the plane of its two moduli, polar."""
    return Function("potential", {"U": polar_potential(theory)}, (*POLAR, u, gamma, P))


def unit(theory: str) -> Function:
    """(P) -> F, squares of moduli of unit mobility over x."""
    return Function("unit", {"factor": mode_action(theory).factor}, (P,))


def reaction(theory: str) -> Function:
    """(x, u, parameters) -> the largest change of S by the neuron's own effect."""
    named = {"reaction": largest_reaction(theory)}
    return Function("reaction", named, (x, u, *PARAMETERS))
