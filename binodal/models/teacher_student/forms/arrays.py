"""The closure in the limit, and the law of the overlap, as functions of arrays."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import b, c, kappa, q, rho, sigma_w2
from binodal.models.teacher_student.derivations.action import action, published_in_q
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.events import event_curve
from binodal.models.teacher_student.derivations.limit import (
    droplet_branch,
    droplet_mass,
    zero_branch,
    zero_stiffness,
)
from binodal.models.teacher_student.derivations.overlap_law import overlap_law
from binodal.models.teacher_student.forms.action import PARAMETERS, with_coupling
from binodal.numerics.codegen.function import Function


def closed_forms(theory: str) -> dict[str, Function]:
    """Zero branch, action and slope, droplets, and b/c and kappa c^2 along the events."""
    density = action(theory).density()
    state = (rho, b, c, kappa, sigma_w2)
    expressions: dict[str, tuple[dict[str, sp.Expr], tuple[sp.Symbol, ...]]] = {
        "branch": ({"branch": with_coupling(zero_branch())}, (b, *PARAMETERS)),
        "common": (
            {"kappa": coupling(), "stiffness": with_coupling(zero_stiffness())},
            (b, *PARAMETERS),
        ),
        "value": ({"S": density}, state),
        "slope": ({"S1": action(theory).slope()}, state),
        "overlap2": ({"q2": action(theory).overlap2}, (rho, sigma_w2)),
        "droplet": (
            {"branch": with_coupling(droplet_branch()), "mass": droplet_mass()},
            (rho, b, c, *PARAMETERS),
        ),
    }
    for event in ("birth", "coexistence"):
        ratio, strength = event_curve(event, theory)
        expressions[event] = ({"ratio": ratio, "strength": strength}, (rho, sigma_w2))
    return {name: Function(name, e, arguments) for name, (e, arguments) in expressions.items()}


def overlap_functions() -> dict[str, Function]:
    """M.13 over q, and the derived curve of contracted points over rho."""
    state = (b, c, kappa, sigma_w2)
    curve = {name: overlap_law().results[name] for name in ("overlap2", "action")}
    return {
        "published": Function("published", {"S": published_in_q()}, (q, *state)),
        "curve": Function("curve", curve, (rho, *state)),
    }
