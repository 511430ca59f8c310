"""What proves an event to be past, or not reached, on a whole box of parameters."""

from __future__ import annotations

import sympy as sp

from binodal.derive.scaling import exponents
from binodal.derive.symbols import b, kappa, rho, sigma_w2
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.events import regular_cost
from binodal.models.teacher_student.derivations.phase_order import (
    gain_size,
    sized_branch,
    sized_gain,
    soft_ratio,
)
from binodal.models.teacher_student.forms.action import PARAMETERS
from binodal.numerics.codegen.function import Function


def branch() -> Function:
    """(b, kappa, size of the gain, sigma_w2) -> what vanishes on the zero branch."""
    return Function("branch", {"branch": sized_branch()}, (b, kappa, gain_size, sigma_w2))


def shape(event: str, theory: str) -> Function:
    """(rho, b/c, kappa c^2, sigma_w^2) -> what proves a double zero to be a lowest point.

    S'(0), and S''' at a birth or the second derivative of S/rho at a coexistence.
    """
    field2 = kappa * (b - 2 * rho) ** 2
    convexity = {
        "birth": sp.diff(action(theory).cost - rho * field2, rho, 3),
        "coexistence": sp.diff(regular_cost(theory) - field2, rho, 2),
    }
    start = regular_cost(theory).subs(rho, 0) - field2.subs(rho, 0)
    named = {"start": start, "convexity": convexity[event]}
    return Function("shape", named, (rho, b, kappa, sigma_w2))


def soft(theory: str) -> Function:
    """sigma_w2 -> b/eps at the soft point."""
    return Function("soft", {"soft": soft_ratio(theory)}, (sigma_w2,))


def _monomials() -> dict[str, sp.Expr]:
    kappa, gain = coupling(), sized_gain()
    return {"kappa": kappa, "gain": gain, "ratio": sp.simplify(gain / sp.sqrt(kappa))}


def powers(name: str) -> dict[str, str]:
    """The exponents of the parameters in a monomial."""
    row = exponents(_monomials()[name], PARAMETERS)
    return {str(s): str(e) for s, e in zip(PARAMETERS, row, strict=True)}


def monomial(name: str) -> Function:
    """(parameters) -> kappa, the size of the gain, or their ratio."""
    return Function("monomial", {name: _monomials()[name]}, PARAMETERS)
