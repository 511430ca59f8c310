"""How large a ratio or a difference is in the paper's own settings."""

from __future__ import annotations

from functools import cache

import sympy as sp
from flint import arb

from binodal.audit.numbers import FIG2, event
from binodal.audit.paper.alphabet import CHI, EPS, R_V, R_W, S2, S_A2
from binodal.audit.paper.compare import components
from binodal.derive.gaussian.hermite import t
from binodal.derive.symbols import (
    N,
    a,
    b,
    c,
    d,
    epsilon,
    gamma,
    kappa,
    lam,
    m,
    n,
    q,
    rho,
    sigma2,
    sigma_a2,
    sigma_w2,
    u,
    x,
)
from binodal.models.modular.derivations.events import FIG3, coexistence, events
from binodal.models.modular.derivations.kernel import gaussian_moments
from binodal.models.teacher_student.derivations.continuum import coupling

_STUDENT = (N, n, d, sigma2, sigma_w2, sigma_a2, epsilon)


def _float(value: arb) -> sp.Float:
    return sp.Float(value.mid().str(20, radius=False), 20)


@cache
def student() -> dict[sp.Symbol, sp.Expr]:
    """C.43 at the published coexistence: its droplets, residual and temperature; m = 1, t = 1."""
    coexistence = event("coexistence", "published")
    values: dict[sp.Symbol, sp.Expr] = {
        s: sp.Rational(FIG2[str(s)].numerator, FIG2[str(s)].denominator) for s in _STUDENT
    }
    values |= {
        sigma2: _float(coexistence.value),
        b: _float(coexistence.b),
        c: values[epsilon],
        q: _float(coexistence.q),
    }
    values |= {rho: _float(coexistence.rho), m: sp.Integer(1), t: sp.Integer(1), CHI: sp.Integer(1)}
    values |= {S2: values[sigma2], S_A2: values[sigma_a2]}
    return values | {kappa: coupling().subs(values)}


@cache
def addition() -> dict[sp.Symbol, sp.Expr]:
    """Fig. 3 at coexistence; moments of modes are the prior's."""
    coupled, place = (e.subs(FIG3) for e in coexistence())
    heat = events().results["sigma2_coexistence"].subs(FIG3)
    values = FIG3 | {sigma2: heat, u: coupled, x: place, a: sp.Integer(1), EPS: FIG3[gamma]}
    values |= {R_W: sp.sqrt(place), R_V: sp.sqrt(place), lam: sp.Integer(0)}
    return values | {s: e.subs(FIG3) for s, e in gaussian_moments().items()}


def size(expression: sp.Basic | None, model: str) -> list[str] | None:
    """Every component at the paper's setting, in six digits; None if a letter has no value."""
    if expression is None:
        return None
    values = addition() if model == "modular" else student()
    numbers = [sp.N(component.subs(values), 12) for component in components(expression)]
    if any(e.free_symbols or not e.is_number for e in numbers):
        return None
    return [f"{float(e):.6g}" if e.is_real else str(sp.N(e, 6)) for e in numbers]
