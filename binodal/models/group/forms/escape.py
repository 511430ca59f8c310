"""The potential of a number in its two moduli."""

from __future__ import annotations

from binodal.derive.symbols import gamma, u
from binodal.models.group.derivations.blocks import Field
from binodal.models.group.derivations.escape import escape
from binodal.models.group.derivations.saddles import beta
from binodal.models.group.derivations.singular_values import STRENGTH
from binodal.models.modular.derivations.barrier import POLAR
from binodal.numerics.codegen.function import Function


def potential(kind: str) -> Function:
    """(radius, angle, u, gamma, F) -> U of a number in the plane of its two moduli, polar."""
    expression = escape().results["potential"].subs(beta, Field(kind).beta)
    return Function("potential", {"U": expression}, (*POLAR, u, gamma, STRENGTH))
