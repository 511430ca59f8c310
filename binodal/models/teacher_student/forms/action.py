"""The action, its saddles, its closure in the limit and the curves of its events."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import N, b, c, d, epsilon, kappa, n, rho, sigma2, sigma_a2, sigma_w2
from binodal.models.teacher_student.derivations import continuum
from binodal.models.teacher_student.derivations.action import action, stationarity
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.models.teacher_student.derivations.limit import (
    droplet_branch,
    droplet_mass,
    gain,
    zero_branch,
    zero_stiffness,
)
from binodal.numerics.codegen.function import Function

PARAMETERS = (N, n, d, sigma2, sigma_w2, sigma_a2, epsilon)


def with_coupling(expression: sp.Expr) -> sp.Expr:
    """kappa replaced by its definition in the parameters."""
    return expression.subs(kappa, continuum.coupling())


def density(theory: str) -> Function:
    """(rho, b, c, kappa, sigma_w2) -> S/d and its first two derivatives in rho."""
    expression = action(theory).density()
    orders = {f"S{k}": sp.diff(expression, rho, k) for k in range(3)}
    return Function("density", orders, (rho, b, c, kappa, sigma_w2))


def order_parameters(theory: str) -> Function:
    """(rho, sigma_w2) -> q^2 and r_perp^2."""
    of = action(theory)
    return Function(
        "order_parameters", {"q2": of.overlap2, "s": of.perp2 + 0 * rho}, (rho, sigma_w2)
    )


def stationarity_coefficients(theory: str) -> Function:
    """(b, c, kappa, sigma_w2) -> coefficients, degree zero first, of the saddle polynomial."""
    coefficients = reversed(stationarity(theory).all_coeffs())
    named = {f"a{k}": value for k, value in enumerate(coefficients)}
    return Function("stationarity_coefficients", named, (b, c, kappa, sigma_w2))


def curvature_coefficients(theory: str) -> Function:
    """(b, c, kappa, sigma_w2) -> coefficients, degree zero first, of the numerator of S''."""
    curvature = sp.Poly(sp.numer(sp.together(sp.diff(action(theory).density(), rho, 2))), rho)
    named = {f"a{k}": value for k, value in enumerate(reversed(curvature.all_coeffs()))}
    return Function("curvature_coefficients", named, (b, c, kappa, sigma_w2))


def limit_functions() -> Function:
    """(b, parameters) -> zero branch and its slope in b, stiffness of zero, gain, kappa."""
    branch = with_coupling(zero_branch())
    named = {
        "branch": branch,
        "slope": sp.diff(branch, b),
        "stiffness": with_coupling(zero_stiffness()),
        "gain": gain(),
        "kappa": continuum.coupling(),
    }
    return Function("limit_functions", named, (b, *PARAMETERS))


def strength() -> Function:
    """(parameters) -> u = pi kappa/2, without its numerical factors (M.11b)."""
    return Function("strength", {"u": continuum.strength()}, PARAMETERS)


def droplet_functions() -> Function:
    """(rho, b, c, parameters) -> droplet mass m and the droplet branch's residual."""
    named = {"mass": droplet_mass(), "branch": with_coupling(droplet_branch())}
    return Function("droplet_functions", named, (rho, b, c, *PARAMETERS))


def assumptions(theory: str) -> list[str]:
    """The names of what the action of a theory rests on."""
    return [a.name for a in action(theory).assumptions]


def curve(event: str, theory: str) -> Function:
    """(rho, sigma_w2) -> b/c and kappa c^2 at the event."""
    ratio, strength = event_curve(event, theory)
    return Function("curve", {"ratio": ratio, "strength": strength}, (rho, sigma_w2))
