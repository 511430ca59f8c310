"""Equations and their exact Jacobian as functions to be generated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy as sp

from binodal.numerics.codegen.function import Function


def with_slopes(
    name: str,
    equations: Sequence[sp.Expr],
    derivatives: Sequence[Callable[[sp.Expr], sp.Expr]],
    arguments: Sequence[sp.Symbol],
) -> dict[str, Function]:
    """``values``, the equations; ``slopes``, what each derivative makes of them, row by row.

    >>> x = sp.Symbol("x")
    >>> list(with_slopes("line", [x**2], [lambda e: x * sp.diff(e, x)], [x])["slopes"].expressions)
    ['J0_0']
    """
    rows = {f"F{i}": e for i, e in enumerate(equations)}
    slopes = {f"J{i}_{k}": d(e) for i, e in enumerate(equations) for k, d in enumerate(derivatives)}
    return {
        "values": Function(name, rows, arguments),
        "slopes": Function(f"{name}_slopes", slopes, arguments),
    }


def derivative(unknown: sp.Symbol) -> Callable[[sp.Expr], sp.Expr]:
    """d/d unknown, for :func:`with_slopes`."""
    return lambda expression: sp.diff(expression, unknown)


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
