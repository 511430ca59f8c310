"""The action of a neuron with a bias beta, phi(w.x + beta), in its cosine, norm and bias.

The overlaps c_k(r, beta) = E[phi(r z + beta) He_k(z)] have the ladder in r of those without a bias,
and another in beta: dc_k/dbeta = c_{k+1}/r.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from binodal.models.single_index.derivations.action import (
    by,
    cost,
    field,
    overlap,
    r,
    with_interaction,
)

bias = sp.Symbol("bias", real=True)
pin = sp.Symbol("pin", nonnegative=True)
"""What a bias costs: S/d has pin beta^2/2, with 1/V of a scaled prior N(0, V/d), 0 of N(0, V)."""


def by_bias(expression: sp.Expr) -> sp.Expr:
    """d/dbeta by the ladder.

    >>> by_bias(bias * overlap(1))
    bias*c_2/r + c_1
    """
    symbols = [s for s in expression.free_symbols if s.name.startswith("c_")]
    orders = sorted(int(s.name[2:]) for s in symbols)
    steps = (sp.diff(expression, overlap(k)) * overlap(k + 1) / r for k in orders)
    return sp.diff(expression, bias) + sp.Add(*steps)


def by_coordinate(expression: sp.Expr, variable: str) -> sp.Expr:
    """The derivative in m, in log r ("l"), or in the bias ("t", the third)."""
    return by_bias(expression) if variable == "t" else by(expression, variable)


@cache
def biased_cost() -> sp.Expr:
    """Cost of a neuron per unit of d, the bias's with it."""
    return cost() + pin * bias**2 / 2


@cache
def biased_action(modes: tuple[int, ...]) -> sp.Expr:
    """S/d of a residual with these modes."""
    return with_interaction(biased_cost(), field(modes))


variance = sp.Symbol("V", positive=True)
"""Of the biases: V of the prior N(0, V), and V/d of the scaled one."""
