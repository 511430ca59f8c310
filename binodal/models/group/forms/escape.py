"""Rates of escape of a number over its barrier, and what they leave out."""

from __future__ import annotations

from binodal.derive.symbols import N, P, gamma, sigma2, sigma_a2, u, x
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.escape import escape
from binodal.models.group.derivations.saddles import beta
from binodal.models.group.derivations.singular_values import STRENGTH
from binodal.models.modular.derivations.barrier import POLAR, x_min
from binodal.numerics.codegen.function import Function


def rate(well: str, kind: str) -> Function:
    """(x of the saddle, x of the ring, u, gamma, F) -> prefactor of the rate out of a well."""
    expression = escape().results[well].subs(beta, Field(kind).beta)
    return Function("rate", {"rate": expression}, (x, x_min, u, gamma, STRENGTH))


def potential(kind: str) -> Function:
    """(radius, angle, u, gamma, F) -> U of a number in the plane of its two moduli, polar."""
    expression = escape().results["potential"].subs(beta, Field(kind).beta)
    return Function("potential", {"U": expression}, (*POLAR, u, gamma, STRENGTH))


def reaction(kind: str) -> Function:
    """(x, u, F, parameters of the law) -> the largest change of S by the neuron's own effect."""
    expression = escape().results["reaction"].subs(beta, Field(kind).beta)
    return Function(
        "reaction", {"reaction": expression}, (x, u, STRENGTH, N, P, sigma2, sigma_a2, gamma)
    )
