"""The action on cells of m, log r and a third coordinate, an angle or a bias."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement, product

import sympy as sp

from binodal.models.single_index.derivations.action import m, u
from binodal.models.single_index.forms.events import COST, cost_on_cells, half_square

Slope = Callable[[str, int], sp.Expr]
"""A derivative of F in m, log r (l) and the third coordinate (t), divided by a power of m."""


def third_cells(slope: Slope, cost: Callable[[str], sp.Expr]) -> dict[str, sp.Expr]:
    """S, S_m/m, F_t/m and all derivatives of S to third order, from those of F and the cost."""
    words = ["".join(letters) for n in range(4) for letters in product("mlt", repeat=n)]
    slopes = {word: slope(word, 0) for word in words}
    values = {
        "S": COST - u / 2 * slopes[""] ** 2,
        "T": cost_on_cells("m", m) - u * slope("", 1) * slopes["m"],
        "Sm": cost("m") - u * half_square(slopes, "m"),
        "St": cost("t") - u * half_square(slopes, "t"),
        "G": slope("t", 1),
        "Gm": sp.expand(sp.diff(slope("t", 1), m)),
        "Gl": slope("tl", 1),
        "Gt": slope("tt", 1),
        "Sl": cost("l") - u * slopes[""] * slopes["l"],
    }
    for length in (2, 3):
        for word in map("".join, combinations_with_replacement("mlt", length)):
            values[f"S{word}"] = cost(word) - u * half_square(slopes, word)
    return values


def minor(rows: list[list[sp.Expr]]) -> sp.Expr:
    """A determinant along its first row, unexpanded."""
    if len(rows) == 1:
        return rows[0][0]
    terms = (
        (-1) ** k * entry * minor([[*row[:k], *row[k + 1 :]] for row in rows[1:]])
        for k, entry in enumerate(rows[0])
    )
    return sp.Add(*terms)


def shape(whole: sp.Expr, hessian: sp.Matrix) -> dict[str, sp.Expr]:
    """S, and the Hessian's leading minors, which are positive at a minimum alone."""
    minors = {f"minor{k}": minor([list(hessian[i, :k]) for i in range(k)]) for k in (1, 2, 3)}
    return {"S": whole, **minors}
