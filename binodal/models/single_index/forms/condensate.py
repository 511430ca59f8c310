"""The state that neurons hold where overlaps are c_k = g_k r, as a system of equations."""

from __future__ import annotations

import sympy as sp

from binodal.derive.symbols import sigma_w2
from binodal.models.single_index.derivations.action import amplitude, m, r, u
from binodal.models.single_index.derivations.condensate import (
    best_action,
    depth_row,
    weight,
    weight_pulls,
)
from binodal.models.single_index.derivations.condensation import (
    condensation_row,
    slope_at_infinity,
)
from binodal.models.single_index.derivations.limit import gain
from binodal.models.single_index.derivations.outlying import left_over, line_constant, pull, rest
from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.system import derivative, with_slopes


def feature(modes: tuple[int, ...], inside: bool) -> dict[str, Function]:
    """The depth's row, its slope in m if the largest is inside, and the pulls, by all of these.

    Unknowns: m if inside, t_k, W.
    """
    depth = depth_row(modes)
    rows = [depth, *([sp.diff(depth, m)] if inside else []), *weight_pulls(modes)]
    unknowns = [*([m] if inside else []), *(amplitude(k) for k in modes), weight]
    arguments = (
        m,
        *(amplitude(k) for k in modes),
        weight,
        u,
        gain,
        sigma_w2,
        *(slope_at_infinity(k) for k in modes),
    )
    return with_slopes("held_direction", rows, [*map(derivative, unknowns)], arguments)


def profile(modes: tuple[int, ...]) -> dict[str, Function]:
    """Along m at any residual: the depth's row, X, S/d at the best norm, and its slope.

    ``turn`` is that slope times X (1 - m^2)/m, and vanishes with it.
    """
    depth = depth_row(modes)
    left = -condensation_row(modes)
    turn = left + sp.expand((1 - m**2) * sp.diff(left, m) / (2 * m))
    arguments = (
        m,
        u,
        sigma_w2,
        *(amplitude(k) for k in modes),
        *(slope_at_infinity(k) for k in modes),
    )
    shapes = {"depth": depth, "turn": turn}
    slopes = {
        name: {f"{name}_{k}": sp.diff(row, m, k) for k in range(3)} for name, row in shapes.items()
    }
    best = {"left": left, "action": best_action(modes)}
    return {
        name: Function(name, values, arguments) for name, values in {**slopes, "best": best}.items()
    }


def outlying(modes: tuple[int, ...]) -> dict[str, Function]:
    """At any residual, m and s = 1/r: the parts of (u/2)(F^2 - r^2 f^2), and X's slope in m."""
    small = sp.Symbol("s", nonnegative=True)
    arguments = (
        m,
        small,
        u,
        sigma_w2,
        *(amplitude(k) for k in modes),
        *(slope_at_infinity(k) for k in modes),
        *(line_constant(k) for k in modes),
        *(left_over(k) for k in modes),
    )
    parts = {"pull": pull(modes) / r, "rest": rest(modes).subs(r, 1 / small)}
    slope = sp.diff(-condensation_row(modes), m)
    return {"outlying": Function("outlying", {**parts, "slope": slope}, arguments)}
