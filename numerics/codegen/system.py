"""Equations and their exact Jacobian as functions to be generated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sympy as sp

from binodal.numerics.codegen.function import Function


def with_slopes(
    name: str,
    equations: Sequence[sp.Expr],
    derivatives: Sequence[Callable[[sp.Expr], sp.Expr]],
    arguments: Sequence[sp.Symbol],
    shape: Mapping[str, sp.Expr] | None = None,
) -> dict[str, Function]:
    """As :func:`with_matrix`, the matrix being what each derivative makes of each equation.

    >>> x = sp.Symbol("x")
    >>> list(with_slopes("line", [x**2], [lambda e: x * sp.diff(e, x)], [x])["slopes"].expressions)
    ['J0_0']
    """
    matrix = [[by(e) for by in derivatives] for e in equations]
    return with_matrix(name, equations, matrix, arguments, shape)


def with_matrix(
    name: str,
    equations: Sequence[sp.Expr],
    matrix: Sequence[Sequence[sp.Expr]],
    arguments: Sequence[sp.Symbol],
    shape: Mapping[str, sp.Expr] | None = None,
) -> dict[str, Function]:
    """``values``, the equations; ``slopes``, their Jacobian, row by row; ``shape``, if there is
    one, what else is asked for at a zero."""
    rows = {f"F{i}": e for i, e in enumerate(equations)}
    slopes = {f"J{i}_{k}": e for i, row in enumerate(matrix) for k, e in enumerate(row)}
    functions = {
        "values": Function(name, rows, arguments),
        "slopes": Function(f"{name}_slopes", slopes, arguments),
    }
    return functions | ({"shape": Function(f"{name}_shape", shape, arguments)} if shape else {})


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
