"""The derived expressions of the model, compiled to ball arithmetic once a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache

import sympy as sp
from flint import arb

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
from binodal.numerics.balls import ball
from binodal.numerics.codegen.load import compiled

PARAMETERS = (N, n, d, sigma2, sigma_w2, sigma_a2, epsilon)
ALONG = {str(symbol): symbol for symbol in PARAMETERS}
BallFunction = Callable[..., tuple[arb, ...]]


def values(parameters: Mapping[str, Fraction | arb]) -> tuple[arb, ...]:
    """The parameters as balls at the current precision, in the order of ``PARAMETERS``."""
    return tuple(ball(parameters[str(symbol)]) for symbol in PARAMETERS)


def with_coupling(expression: sp.Expr) -> sp.Expr:
    """kappa replaced by its definition in the parameters."""
    return expression.subs(kappa, continuum.coupling())


@cache
def density(theory: str) -> BallFunction:
    """(rho, b, c, kappa, sigma_w2) -> S/d and its first two derivatives in rho."""
    expression = action(theory).density()
    orders = {f"S{k}": sp.diff(expression, rho, k) for k in range(3)}
    return compiled("density", orders, (rho, b, c, kappa, sigma_w2), "arb")


@cache
def order_parameters(theory: str) -> BallFunction:
    """(rho, sigma_w2) -> q^2 and r_perp^2."""
    of = action(theory)
    return compiled(
        "order_parameters", {"q2": of.overlap2, "s": of.perp2 + 0 * rho}, (rho, sigma_w2), "arb"
    )


@cache
def stationarity_coefficients(theory: str) -> BallFunction:
    """(b, c, kappa, sigma_w2) -> coefficients, degree zero first, of the saddle polynomial."""
    coefficients = reversed(stationarity(theory).all_coeffs())
    named = {f"a{k}": value for k, value in enumerate(coefficients)}
    return compiled("stationarity_coefficients", named, (b, c, kappa, sigma_w2), "arb")


@cache
def curvature_coefficients(theory: str) -> BallFunction:
    """(b, c, kappa, sigma_w2) -> coefficients, degree zero first, of the numerator of S''."""
    curvature = sp.Poly(sp.numer(sp.together(sp.diff(action(theory).density(), rho, 2))), rho)
    named = {f"a{k}": value for k, value in enumerate(reversed(curvature.all_coeffs()))}
    return compiled("curvature_coefficients", named, (b, c, kappa, sigma_w2), "arb")


@cache
def limit_functions() -> BallFunction:
    """(b, parameters) -> zero branch and its slope in b, stiffness of zero, gain, kappa."""
    branch = with_coupling(zero_branch())
    named = {
        "branch": branch,
        "slope": sp.diff(branch, b),
        "stiffness": with_coupling(zero_stiffness()),
        "gain": gain(),
        "kappa": continuum.coupling(),
    }
    return compiled("limit_functions", named, (b, *PARAMETERS), "arb")


@cache
def _strength() -> BallFunction:
    return compiled("strength", {"u": continuum.strength()}, PARAMETERS, "arb")


def strength(at: Mapping[str, arb | float]) -> arb:
    """u = pi kappa/2, without its numerical factors (M.11b)."""
    return _strength()(*(arb(at[name]) for name in ALONG))[0]


@cache
def droplet_functions() -> BallFunction:
    """(rho, b, c, parameters) -> droplet mass m and the droplet branch's residual."""
    named = {"mass": droplet_mass(), "branch": with_coupling(droplet_branch())}
    return compiled("droplet_functions", named, (rho, b, c, *PARAMETERS), "arb")


@cache
def curve(event: str, theory: str) -> BallFunction:
    """(rho, sigma_w2) -> b/c and kappa c^2 at the event."""
    ratio, strength = event_curve(event, theory)
    return compiled("curve", {"ratio": ratio, "strength": strength}, (rho, sigma_w2), "arb")
