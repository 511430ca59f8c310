"""Scalings that leave a theory invariant, by linear algebra on exponents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp


def exponents(monomial: sp.Expr, parameters: Sequence[sp.Symbol]) -> sp.Matrix:
    """Row of exponents of a monomial in the parameters.

    Raises ValueError when the expression is not a monomial in them.

    >>> p, r = sp.symbols("p r", positive=True)
    >>> exponents(3 * p**2 / r, (p, r))
    Matrix([[2, -1]])
    """
    row = []
    for parameter in parameters:
        power = sp.simplify(parameter * sp.diff(monomial, parameter) / monomial)
        if power.free_symbols:
            raise ValueError(f"{monomial} is not a monomial in {parameter}")
        row.append(power)
    return sp.Matrix([row])


def invariant_scalings(
    combinations: Sequence[sp.Expr], parameters: Sequence[sp.Symbol]
) -> list[sp.Matrix]:
    """Basis of the vectors x for which parameter_i -> beta^{x_i} parameter_i keeps everything."""
    rows = [exponents(combination, parameters) for combination in combinations]
    return list(sp.Matrix.vstack(*rows).nullspace())


def weight_of(
    combination: sp.Expr, scaling: Mapping[sp.Symbol, sp.Expr], parameters: Sequence[sp.Symbol]
) -> sp.Expr:
    """The power of beta that a combination picks up under a scaling; 0 means invariant."""
    row = exponents(combination, parameters)
    vector = sp.Matrix([scaling.get(parameter, sp.Integer(0)) for parameter in parameters])
    return sp.simplify((row * vector)[0])
