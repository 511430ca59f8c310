"""Loss, evidence and responses as functions in balls and of arrays."""

from __future__ import annotations

import sympy as sp

from binodal.derive.evidence import LOG_Z, as_products, passage
from binodal.derive.symbols import P, a, u, x, x_v
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.curves import (
    full_response,
    loss,
    potential,
    ring_partition,
    whole_target,
)
from binodal.models.modular.forms.action import PARAMETERS
from binodal.numerics.codegen.function import Function

_STATE = (a, u, x, *PARAMETERS)


def level() -> Function:
    """(a, parameters) -> loss, and that without learning."""
    named = {"loss": loss(), "target": loss().subs(a, 1)}
    return Function("level", named, (a, *PARAMETERS))


def evidence(full: bool) -> Function:
    """(a, u, x, parameters) -> log evidence per neuron; ``full`` where a ring holds everything."""
    learned = as_products(potential().subs(LOG_Z, 0) - whole_target(), (a,))
    modes = sp.diff(potential(), LOG_Z) * ring_partition() if full else sp.S.Zero
    return Function("evidence", {"log_evidence": learned + modes}, _STATE)


def response(theory: str) -> Function:
    """(x, parameters) -> the response of the residual's amplitude where a ring holds everything."""
    return Function("response", {"response": full_response(theory)}, (x, *PARAMETERS))


def transition(along: str) -> Function:
    """(x, parameters) -> what the evidence does at coexistence along a parameter."""
    (symbol,) = (s for s in PARAMETERS if str(s) == along)
    mode = mode_action()
    named = passage(
        potential().subs(LOG_Z, 0) - whole_target(),
        mode.factor / P * mode.s.subs({x_v: x, u: mode.coupling}),
        (a,),
        lambda expression: symbol * sp.diff(expression, symbol),
    )
    at_rest = {name: e.subs(a, 1) for name, e in named.items()}
    return Function("transition", at_rest, (x, *PARAMETERS))
