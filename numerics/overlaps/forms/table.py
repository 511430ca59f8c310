"""The builders: closed forms of overlaps as functions of r, and plain facts of an activation."""

from __future__ import annotations

from typing import Any

import sympy as sp

from binodal.derive.gaussian.activations import activation
from binodal.derive.gaussian.closed_forms import r
from binodal.numerics.codegen.function import Function
from binodal.numerics.errors import Undecided

_DIGITS = 10**12


def facts(name: str) -> dict[str, Any]:
    """The canonical name, whether there are closed forms, and how phi grows, bounds rounded up."""
    of = activation(name)
    growth, envelope = of.growth, of.growth.envelope
    return {
        "name": of.name,
        "closed": of.closed_form is not None,
        "growth": growth.kind,
        "excess": _above(growth.excess) if growth.kind == "linear" else "0",
        "envelope": [_above(envelope.height), envelope.power, _above(envelope.rate)],
    }


def _above(bound: sp.Expr) -> str:
    """A rational number that is not below a bound, and close."""
    exact = bound if bound.is_Rational else sp.ceiling(bound * _DIGITS) / _DIGITS
    return str(exact)


def closed(name: str, orders: int) -> Function:
    """c_0(r), ..., c_{orders-1}(r)."""
    form = activation(name).closed_form
    if form is None:
        raise Undecided(f"the overlaps of {name} have no closed form")
    return Function("overlaps", {f"c{k}": form.order(k) for k in range(orders)}, (r,))


def slopes(name: str) -> Function:
    """The slopes of phi at minus and plus infinity."""
    growth = activation(name).growth
    return Function("slopes", {"minus": growth.slope_minus, "plus": growth.slope_plus}, ())
