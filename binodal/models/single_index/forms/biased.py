"""Neurons with biases: saddles and events in balls, and the action on cells."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import amplitude, m, overlap, r, u
from binodal.models.single_index.derivations.biased import (
    bias,
    biased_action,
    by_coordinate,
    pin,
)
from binodal.models.single_index.derivations.limit import beta, target, with_zero_branch
from binodal.models.single_index.forms.events import (
    COST,
    NORM,
    POWERS,
    RISE,
    by_parameter,
    cost_on_cells,
)
from binodal.models.single_index.forms.orders import orders
from binodal.models.single_index.forms.third import shape, third_cells
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import with_matrix

BRANCH = sp.symbols("branch branch_by_beta branch_by_x", real=True)
"""The zero branch's row and its slopes, numbers that are found apart from the action."""


def biased_orders(modes: tuple[int, ...], derivatives: int) -> tuple[int, ...]:
    """Orders of the overlaps that so many derivatives of F in log r and in the bias hold.

    >>> biased_orders((1,), 1)
    (1, 2, 3, 4)
    """
    steps = range(derivatives + 1)
    reached = {k + b for k in modes for b in steps}
    return tuple(sorted({*reached, *orders(tuple(reached), derivatives)}))


def _slopes(expression: sp.Expr) -> list[sp.Expr]:
    return [by_coordinate(expression, x) for x in "mlt"]


def biased_saddle(modes: tuple[int, ...]) -> dict[str, Function]:
    """Stationarity in (m, log r, bias) at given modes, its Jacobian, and the shape."""
    whole = biased_action(modes)
    rows = _slopes(whole)
    hessian = [*map(_slopes, rows)]
    arguments = (
        m,
        r,
        bias,
        u,
        sigma_w2,
        pin,
        *(amplitude(k) for k in modes),
        *(overlap(k) for k in biased_orders(modes, 2)),
    )
    return with_matrix("biased", rows, hessian, arguments, shape(whole, sp.Matrix(hessian)))


def biased_event(name: str, modes: tuple[int, ...], branch: bool) -> dict[str, Function]:
    """An event's rows in (m, log r, bias, beta if it moves, x), and their Jacobian."""
    whole = with_zero_branch(biased_action(modes), modes, branch)
    stationary = _slopes(whole)
    form = shape(whole, sp.Matrix([*map(_slopes, stationary)]))
    rows = [whole, *stationary] if name == "coexistence" else [*stationary, form["minor3"]]
    by_beta = [beta] if branch else []
    slopes = [
        [*_slopes(row), *(sp.diff(row, x) for x in by_beta), by_parameter(row)] for row in rows
    ]
    if branch:
        rows.append(BRANCH[0])
        slopes.append([*[sp.S.Zero] * 3, *BRANCH[1:]])
    arguments = (
        m,
        r,
        bias,
        *((beta, *BRANCH) if branch else ()),
        u,
        sigma_w2,
        POWERS[0],
        POWERS[2],
        pin,
        *(target(k) for k in modes),
        *(overlap(k) for k in biased_orders(modes, 3)),
    )
    return with_matrix(f"biased_{name}", rows, slopes, arguments, form)


def moved_overlap(k: int, by_l: int, by_t: int) -> sp.Symbol:
    """The symbol of (d/d log r)^by_l (d/dbeta)^by_t c_k, enclosed as a whole."""
    return sp.Symbol(f"c_{k}_{by_l}_{by_t}", real=True)


def moved(modes: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Those that third derivatives of F hold."""
    return [(k, i, j) for k in modes for i in range(4) for j in range(4 - i)]


def biased_cells(modes: tuple[int, ...]) -> dict[str, Function]:
    """On cells of (m, log r, bias, x): S, S_m/m, F_t/m, and the derivatives of S."""

    def slope(word: str, over: int) -> sp.Expr:
        by_m, by_l, by_t = (word.count(x) for x in "mlt")
        terms = (
            amplitude(k) * sp.diff(m**k, m, by_m) / m**over * moved_overlap(k, by_l, by_t)
            for k in modes
        )
        return sp.Add(*terms)

    def cost(word: str) -> sp.Expr:
        own = {"t": pin * bias, "tt": pin}
        return own.get(word, sp.Integer(0)) + cost_on_cells(word)

    arguments = (
        m,
        bias,
        RISE,
        COST,
        NORM,
        u,
        pin,
        *(amplitude(k) for k in modes),
        *(moved_overlap(*which) for which in moved(modes)),
    )
    return {"cells": Function("biased_cells", third_cells(slope, cost), arguments)}
