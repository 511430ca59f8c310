"""Two directions: events and saddles in balls, and the action on polar cells."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import (
    by_log_r,
    cost,
    m,
    overlap,
    r,
    u,
    with_interaction,
)
from binodal.models.single_index.derivations.committee import across, apart, m3, target3
from binodal.models.single_index.derivations.limit import at_rest, beta, gain
from binodal.models.single_index.derivations.several import LINEAR2, m1, m2, vector_branch
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
from binodal.models.single_index.forms.third import minor, shape, third_cells
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import with_matrix

Triples = tuple[tuple[int, int, int], ...]
_LETTERS = ("m", "l", "t")
_PAIRS = ((0, 1), (0, 2), (1, 2))


def turned(k: int, times: int) -> sp.Symbol:
    """The times-th derivative in the third coordinate of T_k, the degree k on a circle.

    T_k = sum_{|a|=k} y_a cos^a1 sin^a2; the coordinate is an angle or the cosine of one.
    """
    return sp.Symbol(f"T_{k}_{times}", real=True)


def _field(ks: tuple[int, ...]) -> sp.Expr:
    """F = sum_k t_k m^k T_k c_k(r), the linear modes beta times the target's."""
    return sp.Add(*((beta if k == 1 else 1) * m**k * turned(k, 0) * overlap(k) for k in ks))


def _by(expression: sp.Expr, letter: str, ks: tuple[int, ...]) -> sp.Expr:
    if letter == "l":
        return by_log_r(expression)
    if letter == "m":
        return sp.diff(expression, m)
    terms = (
        sp.diff(expression, turned(k, times)) * turned(k, times + 1)
        for k in ks
        for times in range(3)
    )
    return sp.Add(*terms)


def _turning(ks: tuple[int, ...], derivatives: int) -> tuple[sp.Symbol, ...]:
    return (
        *(turned(k, times) for k in ks for times in range(4)),
        *(overlap(k) for k in orders(ks, derivatives)),
    )


def _hessian(ks: tuple[int, ...]) -> sp.Matrix:
    whole = with_interaction(cost(), _field(ks))
    return sp.Matrix(3, 3, lambda i, k: _by(_by(whole, _LETTERS[i], ks), _LETTERS[k], ks))


def _shape(ks: tuple[int, ...]) -> dict[str, sp.Expr]:
    """S, its slope in the third coordinate, and of its Hessian in (m, log r, third) the minors.

    These are the leading ones, and sums of all principal ones of one size and of two, which do not
    vanish at the birth of a minimum.
    """
    whole, hessian = with_interaction(cost(), _field(ks)), _hessian(ks)
    pairs = ([[hessian[a, a], hessian[a, b]], [hessian[b, a], hessian[b, b]]] for a, b in _PAIRS)
    return {
        **shape(whole, hessian),
        "slope": _by(whole, "t", ks),
        "trace": hessian.trace(),
        "pairs": sp.Add(*map(minor, pairs)),
    }


def several_saddle(ks: tuple[int, ...]) -> dict[str, Function]:
    """Stationarity in (m, log r, third) on the zero branch, its Jacobian, and the shape."""
    whole = with_interaction(cost(), _field(ks))
    rows = [_by(whole, x, ks) for x in _LETTERS]
    arguments = (m, r, beta, u, sigma_w2, *_turning(ks, 2))
    return with_matrix("several", rows, _hessian(ks).tolist(), arguments, _shape(ks))


def several_event(name: str, ks: tuple[int, ...], branch: bool) -> dict[str, Function]:
    """An event's rows in (m, log r, third, beta if it moves, x), and their Jacobian.

    At a pitchfork the third coordinate stays at an axis of symmetry, where F has no slope in it.
    """
    whole, form = with_interaction(cost(), _field(ks)), _shape(ks)
    moving = _LETTERS[:2] if name == "pitchfork" else _LETTERS
    rows = [_by(whole, x, ks) for x in moving]
    rows = {
        "coexistence": [whole, *rows],
        "birth": [*rows, form["minor3"]],
        "pitchfork": [*rows, _by(_field(ks), "t", ks)],
    }[name]
    rows += [vector_branch()] if branch else []
    by_beta = [beta] if branch else []
    slopes = [
        [*(_by(e, x, ks) for x in moving), *(sp.diff(e, x) for x in by_beta), by_parameter(e)]
        for e in rows
    ]
    resting = (LINEAR2, at_rest(1), at_rest(3))
    arguments = (m, r, beta, u, gain, sigma_w2, *POWERS, *resting, *_turning(ks, 3))
    return with_matrix(f"several_{name}", rows, slopes, arguments, form)


def several_cells(ks: tuple[int, ...]) -> dict[str, Function]:
    """On cells of (m, third, log r, x): S, S_m/m, F_t/m, S_l and second derivatives.

    F = sum_k m^k T_k c_k(r) for the degrees ``ks``.
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


def several_across(modes: Triples) -> dict[str, Function]:
    """The curvature across m_2 = m_3 of three directions."""
    needed = tuple(sorted({sum(a) for a in modes}))
    arguments = (m1, m2, beta, u, *(target3(a) for a in modes), *(overlap(k) for k in needed))
    return {"across": Function("several_across", {"across": across(modes)}, arguments)}


def several_apart(modes: Triples) -> dict[str, Function]:
    """What vanishes at a saddle whose three cosines differ."""
    needed = tuple(sorted({sum(a) for a in modes}))
    arguments = (m1, m2, m3, *(target3(a) for a in modes), *(overlap(k) for k in needed))
    return {"apart": Function("several_apart", {"apart": apart(modes)}, arguments)}
