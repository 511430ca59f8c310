"""phi' in the classical sense, and phi and phi' in a form that overflows nowhere."""

from __future__ import annotations

import sympy as sp

from binodal.derive.functions import Softplus
from binodal.derive.gaussian.grammar import z
from binodal.derive.gaussian.growth import softplus_argument


def bounded(phi: sp.Expr) -> sp.Expr:
    """The same function with (1 + exp(u))^-k, k > 0, as powers of (1 - tanh(u/2))/2.

    >>> bounded(1 / (1 + sp.exp(-z)))
    tanh(z/2)/2 + 1/2
    """
    return phi.replace(lambda node: node.is_Pow and node.exp.is_negative, _logistic)


def _logistic(node: sp.Expr) -> sp.Expr:
    u = softplus_argument(sp.log(node.base, evaluate=False))
    return node if u is None else ((1 - sp.tanh(u / 2)) / 2) ** -node.exp


def slope(phi: sp.Expr) -> sp.Expr:
    """phi'(z) away from jumps, whose point masses are left out; at a kink the mean of both sides.

    >>> slope(sp.Max(z, 0)), slope(sp.sign(z)), slope(sp.log(1 + sp.exp(z)))
    (Heaviside(z), 0, tanh(z/2)/2 + 1/2)
    """
    smooth = bounded(phi).replace(
        lambda node: softplus_argument(node) is not None,
        lambda node: Softplus(softplus_argument(node)),
    )
    derivative = sp.diff(smooth, z).replace(sp.DiracDelta, lambda *_: sp.Integer(0))
    return derivative.rewrite(sp.log) if derivative.has(Softplus) else derivative
