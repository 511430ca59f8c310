"""Events as systems of equations with exact Jacobians, and the ends of their curves."""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.derive.scaling import exponents
from binodal.derive.symbols import N, b, c, d, epsilon, n, rho, sigma2, sigma_a2, sigma_w2
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.endpoints import (
    NO_CUSP,
    NO_EDGE,
    NO_MEETING,
    lowest_epsilon,
    stiffness_on,
    tricritical,
)
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.models.teacher_student.derivations.limit import droplet_branch, gain, zero_branch
from binodal.models.teacher_student.forms.action import PARAMETERS, with_coupling
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import system

EVENT_ORDERS = {"birth": (1, 2), "coexistence": (0, 1)}
"""Orders of the derivatives of S in rho that vanish at each event."""

_SYMBOL = {str(symbol): symbol for symbol in PARAMETERS}


def elimination(event: str, theory: str, along: str) -> dict[str, Function]:
    """(rho, parameters) -> both equations of an event where b is gone, and their Jacobian."""
    ratio, strength = event_curve(event, theory)
    strength_row = 1 - coupling() * epsilon**2 / strength
    branch_row = with_coupling(zero_branch()).subs(b, ratio * epsilon)
    unknowns = (rho, _SYMBOL[along])
    return system("elimination", (strength_row, branch_row), unknowns, (rho, *PARAMETERS))


def augmented(event: str, theory: str, along: str) -> dict[str, Function]:
    """(rho, b, parameters) -> the event's conditions on S and the zero branch; their Jacobian."""
    density = with_coupling(action(theory).density().subs(c, epsilon))
    rows = [sp.diff(density, rho, order) for order in EVENT_ORDERS[event]]
    unknowns = (rho, b, _SYMBOL[along])
    return system(
        "augmented", (*rows, with_coupling(zero_branch())), unknowns, (rho, b, *PARAMETERS)
    )


def droplet(theory: str) -> dict[str, Function]:
    """(rho, b, c, parameters) -> S, S' and the droplet branch, and their Jacobian."""
    density = with_coupling(action(theory).density())
    rows = (density, sp.diff(density, rho), with_coupling(droplet_branch()))
    return system("droplet", rows, (rho, b, c), (rho, b, c, *PARAMETERS))


@cache
def _rows(event: str, theory: str, balanced: bool) -> tuple[sp.Expr, sp.Expr]:
    """The two equations; balanced ones are logarithms of ratios, close to linear along a curve.

    The plain ones are defined on every box, which the search needs; both have the same zeros
    where 0 < b < 1 and S''(0) > 0.
    """
    ratio, strength = event_curve(event, theory)
    if not balanced:
        branch = with_coupling(zero_branch()).subs(b, ratio * epsilon)
        return 1 - coupling() * epsilon**2 / strength, branch
    odds = gain() * ratio * epsilon / (1 - ratio * epsilon)
    stiffness = stiffness_on(event, theory)
    return sp.log(coupling() * epsilon**2 / strength), sp.log(odds / stiffness)


def boundary(
    event: str, theory: str, names: tuple[str, str], balanced: bool
) -> dict[str, Function]:
    """Other parameters -> (rho, both) -> both residuals, and their derivatives in rho and both."""
    rows, arguments = _rows(event, theory, balanced), (rho, *PARAMETERS)
    unknowns = (rho, *(_SYMBOL[name] for name in names))
    fixed = [name for name in _SYMBOL if name not in names]
    return system("boundary", rows, unknowns, arguments, fixed)


def limits(event: str, theory: str) -> Function:
    """(rho, sigma_w2) -> b/eps and S''(0) on the event, each with its derivative in rho."""
    ratio, stiffness = event_curve(event, theory)[0], stiffness_on(event, theory)
    named = {
        "ratio": ratio,
        "ratio_slope": sp.diff(ratio, rho),
        "stiffness": stiffness,
        "stiffness_slope": sp.diff(stiffness, rho),
    }
    return Function("event_limits", named, (rho, sigma_w2))


def tricritical_limit(theory: str) -> Function:
    """sigma_w2 -> b/eps and kappa eps^2 as rho -> 0, and the lowest epsilon."""
    ratio, strength = tricritical(theory)
    named = {"ratio": ratio, "strength": strength, "lowest": lowest_epsilon(theory)}
    return Function("tricritical", named, (sigma_w2,))


_MONOMIAL = (N, n, d, sigma2, sigma_a2)


def powers(name: str) -> list[str] | None:
    """Exponents of a parameter in kappa and in the gain G; None where they are no monomials."""
    symbol = _SYMBOL[name]
    if symbol not in _MONOMIAL:
        return None
    return [str(exponents(e, (symbol,))[0]) for e in (coupling(), gain())]


def absent_ends() -> dict[str, str]:
    """The ends that no curve of an event has, and why."""
    return {
        "cusp": NO_CUSP,
        "meeting of birth and coexistence": NO_MEETING,
        "end inside the domain": NO_EDGE,
    }
