"""Rates of escape over a barrier, and what they leave out."""

from __future__ import annotations

from binodal.derive.symbols import b, c, d, kappa, q, rho, sigma_w2
from binodal.models.teacher_student.derivations.barrier import RADIUS, prefactor, rho_min
from binodal.models.teacher_student.derivations.barrier import potential as derived
from binodal.models.teacher_student.derivations.reaction import largest_reaction
from binodal.models.teacher_student.forms.action import PARAMETERS, with_coupling
from binodal.numerics.codegen.function import Function

ARGUMENTS = (rho, rho_min, b, c, kappa, sigma_w2, d)


def escape(well: str, theory: str) -> Function:
    """(rho of the saddle, rho of the feature, b, c, kappa, sigma_w2, d) -> prefactor of the rate.

    ``well`` is "zero" (two saddles lead out) or "feature". Computed, one loop: its error is a
    factor 1 + O(1/(d Delta)).
    """
    return Function("prefactor", {"prefactor": prefactor(well, theory)}, ARGUMENTS)


def potential() -> Function:
    """(q, r_perp, b, c, parameters) -> U of one neuron."""
    return Function("potential", {"U": derived()}, (q, RADIUS, b, c, *PARAMETERS))


def reaction(theory: str) -> Function:
    """(rho, b, c, parameters) -> the largest change of S by the neuron's own effect."""
    largest = with_coupling(largest_reaction(theory))
    return Function("reaction", {"reaction": largest}, (rho, b, c, *PARAMETERS))
