"""Equations and their exact Jacobian as functions to be generated."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from binodal.numerics.codegen.function import Function


def system(
    name: str,
    equations: Sequence[sp.Expr],
    unknowns: Sequence[sp.Symbol],
    arguments: Sequence[sp.Symbol],
    fixed: Sequence[str] = (),
) -> dict[str, Function]:
    """``values``, the equations; ``joint``, these and their derivatives, row by row.

    >>> x, y = sp.symbols("x y")
    >>> joint = system("circle", [x**2 + y**2 - 1], [x, y], [x, y])["joint"]
    >>> list(joint.expressions.items())
    [('F0', x**2 + y**2 - 1), ('J0_0', 2*x), ('J0_1', 2*y)]
    """
    rows = {f"F{i}": e for i, e in enumerate(equations)}
    slopes = {
        f"J{i}_{k}": sp.diff(e, x) for i, e in enumerate(equations) for k, x in enumerate(unknowns)
    }
    return {
        "values": Function(name, rows, arguments, fixed=fixed),
        "joint": Function(f"{name}_joint", {**rows, **slopes}, arguments, fixed=fixed),
    }
