"""Loss, evidence and responses as functions in balls."""

from __future__ import annotations

import sympy as sp

from binodal.derive.evidence import as_products, passage
from binodal.derive.symbols import b, c, epsilon, m, rho
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.curves import (
    MODES,
    TARGETS,
    droplet_rows,
    linear_response,
    log_partition,
    potential,
    raised,
    shares,
    whole_target,
)
from binodal.models.teacher_student.forms.action import PARAMETERS, with_coupling
from binodal.numerics.codegen.function import Function

_STATE = (*MODES, *PARAMETERS)


def evidence() -> Function:
    """(b, c, parameters) -> log evidence per neuron, and db/dy_1 on the zero branch."""
    logarithm = log_partition()
    learned = as_products(potential() - whole_target() - logarithm, MODES)
    named = {"log_evidence": learned + logarithm, "response": linear_response()}
    return Function("evidence", {k: with_coupling(e) for k, e in named.items()}, _STATE)


def losses() -> Function:
    """(b^2, c^2) -> the modes' shares of the loss."""
    squares = {t**2: sp.Symbol(f"{t}_squared", nonnegative=True) for t in MODES}
    named = {f"loss_{t}": e.subs(squares) for t, e in zip(MODES, shares(), strict=True)}
    return Function("losses", named, tuple(squares.values()))


def droplet_slopes(theory: str) -> Function:
    """(rho, b, c, m, parameters) -> the rows' slopes, row by row, and how they fall with y_k."""
    rows, unknowns = [with_coupling(row) for row in droplet_rows(theory)], (rho, *MODES, m)
    named = {f"J{i}{x}": sp.diff(row, x) for i, row in enumerate(rows) for x in unknowns}
    named |= {
        f"raised_{t}": raised(row, y) for t, y, row in zip(MODES, TARGETS, rows[2:], strict=True)
    }
    return Function("droplet_slopes", named, (*unknowns, *PARAMETERS))


def transition(theory: str, along: str) -> Function:
    """(rho, b, parameters) -> what the evidence does at a coexistence along a parameter."""
    (symbol,) = (s for s in PARAMETERS if str(s) == along)
    named = passage(
        with_coupling(potential()) - whole_target(),
        with_coupling(action(theory).density()),
        MODES,
        lambda expression: symbol * sp.diff(expression, symbol),
    )
    on_branch = {name: e.subs(c, epsilon) for name, e in named.items()}
    return Function("transition", on_branch, (rho, b, *PARAMETERS))
