"""The law of one neuron at finite d, and the closure that it fixes."""

from __future__ import annotations

import sympy as sp

from binodal.derive import mean_field
from binodal.derive.functions import TricomiU
from binodal.derive.symbols import b, c, d, kappa, n, q, rho, s, sigma2, sigma_w2, y
from binodal.models.teacher_student.derivations.action import action, mode_field, stationarity
from binodal.models.teacher_student.derivations.closure import (
    MEAN_RHO,
    closure_residuals,
    normalisation,
)
from binodal.models.teacher_student.derivations.continuum import (
    CORRELATION,
    continuum_action,
    coupling,
)
from binodal.models.teacher_student.derivations.finite_d import (
    interaction_exponent,
    log_weight,
    rho_of_y,
)
from binodal.models.teacher_student.derivations.kernel import normalised_overlap
from binodal.models.teacher_student.derivations.limit import zero_stiffness
from binodal.models.teacher_student.forms.action import PARAMETERS, with_coupling
from binodal.numerics.codegen.function import Function

SQUARE = sp.Symbol("y2", real=True)


def prior_of_square(theory: str) -> Function:
    """(y^2, parameters) -> prior weight of y."""
    logarithm = sp.expand_log(log_weight(theory).subs({b: 0, c: 0}), force=True)
    weight = sp.Mul(*(sp.exp(term) for term in sp.Add.make_args(logarithm)))
    named = {"prior": weight.subs(y, sp.sqrt(SQUARE))}
    return Function("prior", named, (SQUARE, *PARAMETERS))


def rate(theory: str) -> Function:
    """(parameters) -> the rate of the prior's Gaussian factor exp(-rate y^2).

    What is left of the derived prior is a Tricomi function that falls with y.
    """
    logarithm = sp.expand_log(log_weight(theory).subs({b: 0, c: 0}), force=True)
    plain = [term for term in sp.Add.make_args(logarithm) if not term.has(TricomiU)]
    return Function("rate", {"rate": -sp.diff(sp.Add(*plain), y, 2) / 2}, PARAMETERS)


def exponent_of_rho() -> Function:
    """(rho, b, c, parameters) -> d kappa rho (b - 2 c rho)^2."""
    exponent = with_coupling(d * kappa * rho * mode_field() ** 2)
    return Function("exponent_of_rho", {"exponent": exponent}, (rho, b, c, *PARAMETERS))


def interaction() -> Function:
    """(y^2, b, c, parameters) -> the interaction's exponent, its slopes in y^2, and rho."""
    exponent = with_coupling(interaction_exponent()).subs(y, sp.sqrt(SQUARE))
    named = {f"E{k}": sp.factor(sp.diff(exponent, SQUARE, k)) for k in range(3)}
    named["rho"] = rho_of_y().subs(y, sp.sqrt(SQUARE))
    return Function("interaction", named, (SQUARE, b, c, *PARAMETERS))


def prior_of_overlap(theory: str) -> Function:
    """(y, d, sigma_w2) -> log prior weight of y, and rho."""
    free = {"log_prior": log_weight(theory).subs({b: 0, c: 0}), "rho": rho_of_y()}
    return Function("prior", free, (y, d, sigma_w2))


def joint_prior() -> Function:
    """(q, s, d, sigma_w2) -> log of the prior of (q, s) with r_perp^{d-2} dr_perp, and rho."""
    logarithm = -continuum_action((sp.Integer(0),)) + (d - 3) / 2 * sp.log(s)
    named = {"log": logarithm, "rho": CORRELATION}
    return Function("joint_prior", named, (q, s, d, sigma_w2))


def overlaps(modes: int) -> Function:
    """rho -> normalised overlaps of the first odd modes."""
    return Function("overlaps", {f"I{k}": normalised_overlap(k) for k in range(modes)}, (rho,))


def coupling_constant() -> Function:
    """(parameters) -> the constant of the potential whose minimum is the closure."""
    return Function("coupling", {"g": mean_field.coupling(n)}, PARAMETERS)


def squared_scales(modes: int) -> list[int]:
    """k! of the odd modes."""
    return [int(normalisation(k) ** 2) for k in range(modes)]


def residuals() -> Function:
    """(b, c, means of rho, parameters) -> both rows of the closure, and sigma^2/n."""
    rows = closure_residuals()
    named = {"first": rows[0], "third": rows[1], "scaled": sigma2 / n}
    return Function("residuals", named, (b, c, *MEAN_RHO, *PARAMETERS))


def action_functions(theory: str) -> dict[str, Function]:
    """Float versions of S, S', of the polynomials of S' and S'', of kappa and of S''(0)."""
    density = action(theory).density()
    curvature = sp.Poly(sp.numer(sp.together(sp.diff(density, rho, 2))), rho)
    state = (b, c, kappa, sigma_w2)
    rows = {"slope": stationarity(theory).all_coeffs(), "curvature": curvature.all_coeffs()}
    functions = {
        name: Function(name, {f"a{k}": v for k, v in enumerate(row)}, state)
        for name, row in rows.items()
    }
    named = {"S": density, "S1": sp.diff(density, rho)}
    functions["density"] = Function("density", named, (rho, *state))
    named = {"kappa": coupling(), "stiffness": with_coupling(zero_stiffness())}
    functions["common"] = Function("common", named, (b, *PARAMETERS))
    return functions
