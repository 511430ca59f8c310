"""Two directions: events and saddles in balls, and the action on polar cells."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import by_log_r, m, overlap, r, u
from binodal.models.single_index.derivations.committee import across, target3
from binodal.models.single_index.derivations.limit import at_rest, beta, gain
from binodal.models.single_index.derivations.several import (
    LINEAR2,
    MultiIndex,
    m1,
    m2,
    several_action,
    target,
    vector_branch,
)
from binodal.models.single_index.forms.events import (
    COST,
    NORM,
    POWERS,
    RISE,
    by_parameter,
    cost_on_cells,
    raised_overlap,
)
from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.forms.third import shape, third_cells
from binodal.numerics.codegen.function import Function

Modes = tuple[MultiIndex, ...]
_VARIABLES = ("1", "2", "l")


def degrees(modes: Modes) -> tuple[int, ...]:
    """The degrees of the modes, each once.

    >>> degrees(((1, 0), (0, 1), (2, 1)))
    (1, 3)
    """
    return tuple(sorted({sum(a) for a in modes}))


def _by(expression: sp.Expr, variable: str) -> sp.Expr:
    if variable == "l":
        return by_log_r(expression)
    return sp.diff(expression, m1 if variable == "1" else m2)


def _arguments(modes: Modes, derivatives: int) -> tuple[sp.Symbol, ...]:
    needed = orders(degrees(modes), derivatives)
    return (*(target(a) for a in modes), *(overlap(k) for k in needed))


def _hessian(modes: Modes) -> sp.Matrix:
    whole = several_action(modes)
    return sp.Matrix(3, 3, lambda i, k: _by(_by(whole, _VARIABLES[i]), _VARIABLES[k]))


def _shape(modes: Modes) -> dict[str, sp.Expr]:
    return shape(several_action(modes), _hessian(modes))


def several_saddle(modes: Modes) -> dict[str, Function]:
    """Stationarity in (m_1, m_2, log r) on the zero branch, its Jacobian, and the shape."""
    whole, hessian = several_action(modes), _hessian(modes)
    arguments = (m1, m2, r, beta, u, sigma_w2, *_arguments(modes, 2))
    values = {f"F{k}": _by(whole, x) for k, x in enumerate(_VARIABLES)}
    slopes = {f"J{i}{k}": hessian[i, k] for i in range(3) for k in range(3)}
    return {
        "values": Function("several", values, arguments),
        "slopes": Function("several_slopes", slopes, arguments),
        "shape": Function("several_shape", _shape(modes), arguments),
    }


def several_event(name: str, modes: Modes, branch: bool) -> dict[str, Function]:
    """An event's rows in (m_1, m_2, log r, beta if it moves, x), and their Jacobian."""
    whole = several_action(modes)
    stationary = [_by(whole, x) for x in _VARIABLES]
    form = _shape(modes)
    rows = [whole, *stationary] if name == "coexistence" else [*stationary, form["minor3"]]
    rows += [vector_branch()] if branch else []
    slopes: dict[str, sp.Expr] = {}
    for i, row in enumerate(rows):
        inner = [*(_by(row, x) for x in _VARIABLES), *([sp.diff(row, beta)] if branch else [])]
        slopes |= {f"J{i}{k}": e for k, e in enumerate([*inner, by_parameter(row)])}
    arguments = (
        m1,
        m2,
        r,
        beta,
        u,
        gain,
        sigma_w2,
        *POWERS,
        LINEAR2,
        at_rest(1),
        at_rest(3),
        *_arguments(modes, 3),
    )
    return {
        "values": Function(f"several_{name}", {f"F{i}": e for i, e in enumerate(rows)}, arguments),
        "slopes": Function(f"several_{name}_slopes", slopes, arguments),
        "shape": Function(f"several_{name}_shape", form, arguments),
    }


def turned(k: int, times: int) -> sp.Symbol:
    """The times-th derivative in the angle of T_k = sum_{|a|=k} t_a cos^a1 sin^a2."""
    return sp.Symbol(f"T_{k}_{times}", real=True)


def several_cells(ks: tuple[int, ...]) -> dict[str, Function]:
    """On cells of (m, angle, log r, x): S, S_m/m, F_angle/m, S_l and second derivatives.

    F = sum_k m^k T_k(angle) c_k(r) for the degrees ``ks``.
    """

    def slope(word: str, over: int) -> sp.Expr:
        by_m, by_l, by_t = (word.count(x) for x in "mlt")
        terms = (
            turned(k, by_t) * sp.diff(m**k, m, by_m) / m**over * raised_overlap(k, by_l) for k in ks
        )
        return sp.Add(*terms)

    arguments = (
        m,
        RISE,
        COST,
        NORM,
        u,
        *(turned(k, times) for k in ks for times in range(4)),
        *(raised_overlap(k, times) for k in ks for times in range(4)),
    )
    return {"cells": Function("several_cells", third_cells(slope, cost_on_cells), arguments)}


def several_across(modes: tuple[tuple[int, int, int], ...]) -> dict[str, Function]:
    """The curvature across m_2 = m_3 of three directions."""
    needed = tuple(sorted({sum(a) for a in modes}))
    arguments = (m1, m2, beta, u, *(target3(a) for a in modes), *(overlap(k) for k in needed))
    return {"across": Function("several_across", {"across": across(modes)}, arguments)}
