"""Events as systems of equations in balls, and the action on cells in interval arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import (
    amplitude,
    by,
    cost,
    m,
    r,
    u,
)
from binodal.models.single_index.derivations.limit import (
    at_rest,
    gain,
)
from binodal.numerics.codegen.function import Function

POWERS = sp.symbols("power_u power_gain power_sigma_w2", real=True)
"""By what powers of the parameter that varies u, G and sigma_w^2 change."""


def by_parameter(expression: sp.Expr) -> sp.Expr:
    """d/d lambda along u e^{p lambda}, G e^{q lambda}, sigma_w^2 e^{s lambda}."""
    pu, pg, ps = POWERS
    resting = ps / 2 * (at_rest(3) + at_rest(1)) * sp.diff(expression, at_rest(1))
    scaled = ((u, pu), (gain, pg), (sigma_w2, ps))
    return resting + sp.Add(*(p * s * sp.diff(expression, s) for s, p in scaled))


_WORDS = ("m", "l", "mm", "ml", "ll", "mmm", "mml", "mll", "lll")
RISE, COST, NORM = sp.symbols("rise cost norm", real=True)
"""1/(1 - m^2), the cost, and r^2/sigma_w^2, enclosed cell by cell."""


H, V = sp.symbols("h v", real=True)
"""artanh m, and log(r/sigma_w)."""


def cost_parts() -> dict[str, Function]:
    """The cost's shares in h and in v, with m, 1/(1 - m^2) and r^2/sigma_w^2."""
    angular = (cost() - cost().subs(m, 0)).subs(m, sp.tanh(H))
    radial = cost().subs(m, 0).subs(r, sp.sqrt(sigma_w2) * sp.exp(V))
    rise = sp.simplify(1 / (1 - sp.tanh(H) ** 2)).rewrite(sp.exp)
    share = sp.expand_log(sp.simplify(angular).rewrite(sp.exp), force=True)
    norm = sp.exp(2 * V)
    along = {"m": sp.tanh(H), "rise": rise, "share": share}
    return {
        "angular": Function("angular", along, (H,)),
        "radial": Function("radial", {"norm": norm, "share": sp.simplify(radial)}, (V,)),
    }


def raised_overlap(k: int, times: int) -> sp.Symbol:
    """The symbol of (d/d log r)^times c_k, enclosed as a whole."""
    return sp.Symbol(f"c_{k}_{times}", real=True)


def cells(modes: tuple[int, ...], order: int = 3) -> dict[str, Function]:
    """S, S_m/m and all derivatives to an order on cells of m, log r and the parameter.

    The field's derivatives stand as they are, unexpanded, so that enclosures stay narrow.
    """

    def slope(word: str, over: int = 0) -> sp.Expr:
        by_m, by_l = word.count("m"), word.count("l")
        terms = (
            amplitude(k) * sp.diff(m**k, m, by_m) / m**over * raised_overlap(k, by_l) for k in modes
        )
        return sp.Add(*terms)

    words = [word for word in _WORDS if len(word) <= order]
    slopes = {word: slope(word) for word in ("", *words)}
    values = {
        "S": COST - u / 2 * slopes[""] ** 2,
        "T": cost_on_cells("m", m) - u * slope("", over=1) * slopes["m"],
    }
    for word in words[1:]:
        values[f"S{word}"] = cost_on_cells(word) - u * half_square(slopes, word)
    arguments = (
        m,
        RISE,
        COST,
        NORM,
        u,
        *(amplitude(k) for k in modes),
        *(raised_overlap(k, times) for k in modes for times in range(order + 1)),
    )
    return {"cells": Function("cells", values, arguments)}


def half_square(slopes: Mapping[str, sp.Expr], word: str) -> sp.Expr:
    """A derivative of F^2/2 by Leibniz's rule, in the derivatives of F."""
    terms = sp.Integer(0)
    for chosen in product((0, 1), repeat=len(word)):
        one, other = (
            "".join(x for x, c in zip(word, chosen, strict=True) if c == k) for k in (0, 1)
        )
        terms += slopes[one] * slopes[other]
    return terms / 2


def cost_on_cells(word: str, over: sp.Expr = sp.S.One) -> sp.Expr:
    """A derivative of the cost on cells, in m, log r (l) or an angle (t), divided by ``over``."""
    slope = cost()
    for variable in word:
        slope = sp.S.Zero if variable == "t" else by(slope, variable)
    plain = {m**2: 1 - 1 / RISE, r**2: NORM * sigma_w2}
    return sp.expand(sp.simplify(sp.simplify(slope / over).subs(plain)))
